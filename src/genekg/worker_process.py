"""A worker process as its parent holds it: how it is started, why it died, how it is ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from genekg.errors import QueryError, QueryLimitError, QueryTimeoutError, StoreError
from genekg.frames import Frame

__all__ = ["MEMORY", "START_SECONDS", "WorkerProcess", "confined", "too_late"]

MEMORY = 2 << 30
START_SECONDS = 60.0
_OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "MemoryError")  # of Rust, C++, Python
_SIGKILL = 9
_STACK_SIGNALS = (-11, -7, -10, 0xC00000FD)  # SIGSEGV, SIGBUS on Linux and macOS, Windows


class WorkerProcess:
    """One process with a store open for reading (`genekg.worker`): its pipes, and its end.

    The first frame that it sends says that the store is open; see ``confined``. On Linux the
    kernel ends it when the thread that made this object ends. ``module`` is what it runs.
    """

    def __init__(
        self,
        store: Path,
        *,
        memory: int = MEMORY,
        network: bool = False,
        module: str = "genekg.worker",
    ) -> None:
        self._memory = memory
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", module),
                *(str(store), str(memory), str(int(network)), str(os.getpid())),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env=_environment(),
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("no pipes")  # cannot be: both were asked for
        self.input: IO[bytes] = self._process.stdin
        self.output: IO[bytes] = self._process.stdout

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Say whether the process is there."""
        return self._process.poll() is None

    def signal(self) -> None:
        """Kill the process without waiting for it to be gone."""
        self._process.kill()

    def kill(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End the process and let go of its pipes; nobody may be waiting for it."""
        self.kill()
        for file in (self.input, self.output, self._errors):
            with contextlib.suppress(OSError):
                file.close()

    def death(self) -> QueryError:
        """Say why the process is gone; it is killed if it still hangs on."""
        self.kill()
        self._errors.seek(0)
        said = self._errors.read(1 << 16).decode(errors="replace")
        code = self._process.returncode
        if "overflowed its stack" in said or code in _STACK_SIGNALS:
            return QueryLimitError(
                "the query nests too deep for the engine",
                remedy="write it with fewer nested groups, brackets or operators",
            )
        if (
            "memory allocation" in said
            or "bad_alloc" in said
            or "MemoryError" in said
            or code == -_SIGKILL
        ):
            return QueryLimitError(
                f"the query needs more than the {self._memory / 2**30:.2g} GiB that it may take",
                remedy="add LIMIT, drop ORDER BY or GROUP_CONCAT, or join fewer patterns",
            )
        last = (said.strip().splitlines() or ["no message"])[-1]
        return QueryError(
            f"the process that ran the query ended with code {code}: {last}",
            remedy="this is a fault of genekg or of its engine: report it with the query",
        )


def confined(greeting: Frame) -> bool:
    """Say whether a process that has sent its first frame is confined.

    Raises:
        StoreError: it could not open the store.
    """
    reply: dict[str, Any] = greeting[0]
    if "error" in reply:
        raise StoreError(reply["message"], remedy=reply["remedy"])
    return bool(reply["confined"])


def too_late(deadline: float) -> QueryTimeoutError:
    """Return the error of a query that ran into its deadline, in seconds."""
    return QueryTimeoutError(
        f"the query ran into its limit of {deadline:g} s and was ended",
        remedy="add LIMIT, name a condition, gene or term, or allow more time",
    )


def _environment() -> dict[str, str]:
    """Return the environment of a worker: it must find this very genekg."""
    environment = {**os.environ, "RUST_BACKTRACE": "0"}
    home = str(Path(__file__).resolve().parent.parent)
    if not home.endswith(("site-packages", "dist-packages")):
        path = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{path}" if path else home
    return environment
