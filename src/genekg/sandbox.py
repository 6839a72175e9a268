"""What a worker process gives up before it sees a query: memory, core dumps, sockets, children.

Linux has all of it. macOS has neither seccomp nor a data limit that bites, Windows has no limits:
there the tokeniser's refusal of SERVICE, the parent's clock and a look at the resident memory are
what is left.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import struct
import sys
import threading
import time

__all__ = ["die_with_parent", "forbid_system_calls", "limit_memory"]

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER = 1
_FILTER_FLAG_TSYNC = 1
_EPERM = 1
_ENOSYS = 38

# Names and numbers: linux/arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h
_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49,
    "listen": 50, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62,
    "ptrace": 101, "mount": 165, "tkill": 200, "unshare": 272, "accept4": 288, "sendmmsg": 307,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "execveat": 322,
    "userfaultfd": 323, "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434,
    "pidfd_getfd": 438,
}  # fmt: skip
_AARCH64 = {
    "mount": 40, "unshare": 97, "ptrace": 117, "kill": 129, "tkill": 130, "socket": 198,
    "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206,
    "sendmsg": 211, "execve": 221, "accept4": 242, "setns": 268, "sendmmsg": 269,
    "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "execveat": 281,
    "userfaultfd": 282, "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434,
    "pidfd_getfd": 438,
}  # fmt: skip
_NETWORK = frozenset(("socket", "connect", "sendto", "sendmsg", "sendmmsg", "socketpair"))
# machine: audit architecture, seccomp(2), clone(2), clone3(2), what is refused
_MACHINES = {
    "x86_64": (0xC000003E, 317, 56, 435, _X86_64),
    "aarch64": (0xC00000B7, 277, 220, 435, _AARCH64),
}
_CLONE_THREAD = 0x00010000
_X32_BIT = 0x40000000

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def limit_memory(limit: int) -> None:
    """Let this process have at most ``limit`` bytes of memory of its own, and no core dump."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, soft))
        return

    def watch() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < limit:  # bytes on macOS
            time.sleep(0.05)
        os.write(2, b"memory allocation failed: over the limit\n")
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends (Linux only)."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os._exit(1)


def forbid_system_calls(*, network: bool = False) -> bool:
    """Answer EPERM to sockets, new processes and the tracing of others; return whether it holds.

    The filter is for every thread of the process and cannot be taken off. With ``network`` true
    a client may still connect. See seccomp(2) and
    https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or sys.maxsize < 2**32:
        return False
    architecture, seccomp, clone, clone3, calls = machine
    refused = sorted(n for name, n in calls.items() if not (network and name in _NETWORK))
    filters = _program(architecture, clone, clone3, refused)
    program = _Program(len(filters) // 8, filters)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        libc.syscall.restype = ctypes.c_long
        done = libc.syscall(
            ctypes.c_long(seccomp),
            ctypes.c_ulong(_SET_MODE_FILTER),
            ctypes.c_ulong(_FILTER_FLAG_TSYNC),
            ctypes.byref(program),
        )
    except (OSError, AttributeError):
        return False
    return bool(done == 0)


def _program(architecture: int, clone: int, clone3: int, refused: list[int]) -> bytes:
    """Return the filter: a list of (code, jump if true, jump if false, value), 8 bytes each."""
    number, arch, first_argument = 0, 4, 16  # offsets in struct seccomp_data
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, arch),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_LOAD, 0, 0, number),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_EQUAL, 0, 1, clone3),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),  # its flags are in memory: libc falls back to clone
    ]
    for call in refused:
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    steps += [
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, first_argument),
        (_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
