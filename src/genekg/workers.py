"""Users' SPARQL, in worker processes that may be killed.

The engine has no time limit, ignores Ctrl-C, and takes the whole process with it when a query
nests too deep or asks for too much memory. So a query runs in a process of its own
(`genekg.worker`), confined by `genekg.sandbox`; here is the clock, and the hand that kills.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from genekg.errors import (
    GenekgError,
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreError,
    UsageError,
)
from genekg.frames import Frame, read, written
from genekg.sparql import Prepared, explain, star
from genekg.sparql_tokens import prologue, token_list

__all__ = ["Answer", "Workers"]

MEMORY = 2 << 30
_START_SECONDS = 60.0
_SIGKILL = 9
_STACK_SIGNALS = (-11, -7, -10, 0xC00000FD)  # SIGSEGV, SIGBUS on Linux and macOS, Windows
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")


@dataclass(frozen=True)
class Answer:
    """What a query gave, serialised.

    Attributes:
        form: 'select', 'ask' or 'construct' (DESCRIBE too).
        variables: the columns of a SELECT, in the order of the query's text.
        data: the answer in the asked format; well-formed also when it is truncated.
        rows: rows or triples in ``data``; 1 for ASK.
        truncated: whether there is more than the limits allowed.
        seconds: what the engine took.
    """

    form: str
    variables: tuple[str, ...]
    data: bytes
    rows: int
    truncated: bool
    seconds: float


class Workers:
    """A pool of processes with one store open for reading, each started when it is first needed.

    Any thread may call `run`; a query takes one worker for itself.

    Args:
        store: the folder of the store.
        size: how many queries may run at once.
        memory: bytes that one worker may allocate.
        network: let queries call other hosts; `genekg.sparql.prepare` decides which.
    """

    def __init__(
        self, store: Path, *, size: int = 1, memory: int = MEMORY, network: bool = False
    ) -> None:
        """Prepare a pool; no process is started yet."""
        self._store = Path(store)
        self._memory = memory
        self._network = network
        self._free = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False
        # The kernel ends a worker when the thread that started it ends: one thread starts all.
        self._starter = ThreadPoolExecutor(1, "genekg-workers")

    def __enter__(self) -> Workers:
        """Return the pool, which is closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the pool."""
        self.close()

    def close(self) -> None:
        """End every worker, also in the middle of a query, and wait until each is gone."""
        with self._lock:
            self._closed = True
        self._starter.shutdown(wait=True)
        with self._lock:
            workers, self._all = list(self._all), set()
            idle, self._idle = self._idle, []
        for worker in workers:
            worker.kill()  # whoever waits for it sees the end of its pipe, and closes it
        for worker in idle:
            worker.end()

    def run(
        self,
        query: Prepared | str,
        *,
        format: str,
        deadline: float = 10.0,
        max_rows: int | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Return the answer to a query that `genekg.sparql.prepare` has let through.

        Formats are json, xml, csv, tsv for SELECT and ASK; nt, ttl, rdfxml, jsonld, nq, trig for
        CONSTRUCT and DESCRIBE. ``deadline`` is in seconds, from the start of the query.

        Raises:
            QueryTimeoutError: it took longer than the deadline.
            QueryLimitError: it took too much memory or nests too deep.
            QueryRefusedError: it called another host.
            QueryError: it is not SPARQL, or the engine cannot answer it.
            UsageError: the format does not suit the form of the query.
            StoreError: the store cannot be opened.
        """
        _check_limits(deadline, max_rows, max_bytes)
        text = query.text if isinstance(query, Prepared) else query
        found = star(text) if "*" in text else None
        header = {
            "format": format,
            "max_rows": max_rows,
            "max_bytes": max_bytes,
            "star": [found.offset, found.variables] if found else None,
            "prefixes": _prefixes(query) if format in ("ttl", "trig", "rdfxml", "jsonld") else {},
        }
        if not self._free.acquire(timeout=deadline):
            raise QueryTimeoutError(
                f"no worker was free within {deadline:g} s: others' queries are running",
                remedy="try again, or allow more workers",
            )
        try:
            reply, data = self._ask(header, text.encode(), deadline, max_bytes)
        finally:
            self._free.release()
        if "error" in reply:
            raise _error(reply, query, network=self._network)
        return Answer(
            form=reply["form"],
            variables=tuple(reply["variables"]),
            data=bytes(data),
            rows=reply["rows"],
            truncated=reply["truncated"],
            seconds=reply["seconds"],
        )

    def _ask(
        self, header: dict[str, Any], text: bytes, deadline: float, max_bytes: int | None
    ) -> Frame:
        """Have a worker answer, and put it back; one that fails is ended."""
        worker = self._borrow()
        try:
            if not worker.ready:
                worker.wait_until_ready()
            reply = worker.ask(header, text, deadline, max_bytes)
        except BaseException as error:  # nothing may go on after Ctrl-C
            with self._lock:
                self._all.discard(worker)
            worker.end()
            if self._closed and isinstance(error, QueryError):
                problem = "the query was ended: its pool of workers is closed"
                raise QueryError(problem, remedy="ask again") from error
            raise
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
        return reply

    def _borrow(self) -> _Worker:
        """Return a worker that is idle and alive, or a new one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                self._all.discard(worker)
                worker.end()
            if self._closed:
                raise QueryError("the pool of workers is closed", remedy="open another")
            started = self._starter.submit(self._start)
        return started.result()

    def _start(self) -> _Worker:
        worker = _Worker(self._store, self._memory, network=self._network)
        with self._lock:
            self._all.add(worker)
        return worker


class _Worker:
    """One process: its pipes, its clock, its end."""

    def __init__(self, store: Path, memory: int, *, network: bool) -> None:
        self.ready = False
        self.confined = False
        self._memory = memory
        self._waiting = False
        self._expired = False
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._ending = threading.Lock()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "genekg.worker"),
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
        self._input: IO[bytes] = self._process.stdin
        self._output: IO[bytes] = self._process.stdout

    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait for the store to be open."""
        reply, _ = self._exchange(None, b"", _START_SECONDS, 0)
        if "error" in reply:
            raise StoreError(reply["message"], remedy=reply["remedy"])
        self.ready = True
        self.confined = reply["confined"]

    def ask(
        self, header: dict[str, Any], text: bytes, deadline: float, max_bytes: int | None
    ) -> Frame:
        """Send a query and return what comes back.

        Raises:
            QueryTimeoutError: nothing came before the deadline; the process is dead.
            QueryLimitError: the process died of the query.
        """
        return self._exchange(header, text, deadline, max_bytes)

    def _exchange(
        self, header: dict[str, Any] | None, body: bytes, deadline: float, max_bytes: int | None
    ) -> Frame:
        self._waiting, self._expired = True, False
        clock = threading.Timer(min(deadline, threading.TIMEOUT_MAX), self._expire)
        clock.daemon = True
        clock.start()
        try:
            if header is not None:
                self._send(header, body)
            reply = read(self._output.read, max_bytes=max_bytes)
        except (EOFError, OSError) as error:
            raise self._death(deadline) from error
        finally:
            with self._ending:
                self._waiting = False
            clock.cancel()
        if self._expired:
            raise _too_late(deadline)
        return reply

    def _send(self, header: dict[str, Any], body: bytes) -> None:
        for left in written(header, body):
            while left:
                left = left[self._input.write(left) or 0 :]

    def _expire(self) -> None:
        """Kill the process if it still owes an answer."""
        with self._ending:
            if self._waiting:
                self._expired = True
                self._process.kill()

    def _death(self, deadline: float) -> QueryError:
        """Say why the process is gone."""
        self.kill()
        if self._expired:
            return _too_late(deadline)
        self._errors.seek(0)
        said = self._errors.read(1 << 16).decode(errors="replace")
        code = self._process.returncode
        if "overflowed its stack" in said or code in _STACK_SIGNALS:
            return QueryLimitError(
                "the query nests too deep for the engine",
                remedy="write it with fewer nested groups, brackets or operators",
            )
        if "memory allocation" in said or "MemoryError" in said or code == -_SIGKILL:
            return QueryLimitError(
                f"the query needs more than the {self._memory / 2**30:.2g} GiB that it may take",
                remedy="add LIMIT, drop ORDER BY or GROUP_CONCAT, or join fewer patterns",
            )
        last = (said.strip().splitlines() or ["no message"])[-1]
        return QueryError(
            f"the process that ran the query ended with code {code}: {last}",
            remedy="this is a fault of genekg or of its engine: report it with the query",
        )

    def kill(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End the process and let go of its pipes; nobody may be waiting for it."""
        self.kill()
        for file in (self._input, self._output, self._errors):
            with contextlib.suppress(OSError):
                file.close()


def _too_late(deadline: float) -> QueryTimeoutError:
    return QueryTimeoutError(
        f"the query ran into its limit of {deadline:g} s and was ended",
        remedy="add LIMIT, name a condition, gene or term, or allow more time",
    )


def _check_limits(deadline: float, max_rows: int | None, max_bytes: int | None) -> None:
    if not deadline > 0:
        raise UsageError(f"a deadline of {deadline:g} s is no time", remedy="give over 0 seconds")
    if (max_rows is not None and max_rows < 0) or (max_bytes is not None and max_bytes < 1):
        raise UsageError("a limit cannot be negative", remedy="leave it out for no limit")


def _prefixes(query: Prepared | str) -> dict[str, str]:
    """Return the prefixes that an answer can be written with."""
    if isinstance(query, Prepared):
        known = dict(query.prefixes)
    else:
        known = prologue(token_list(query)[0])[0]
    return {name: iri for name, iri in known.items() if _ABSOLUTE.fullmatch(iri)}


def _error(reply: dict[str, Any], query: Prepared | str, *, network: bool) -> GenekgError:
    """Return what a worker reported as one of our errors."""
    kind, message = reply["error"], reply["message"]
    if kind == "syntax":
        if isinstance(query, Prepared):
            return explain(query.source, message, query.prefixes)
        return explain(query, message, {})
    if kind == "format":
        return UsageError(message)
    if kind == "size":
        return QueryLimitError(message, remedy="allow more bytes, or ask for fewer columns")
    if kind == "memory":
        return QueryLimitError("the query ran out of memory", remedy="add LIMIT")
    text = query.text if isinstance(query, Prepared) else query
    if not network and "service" in text.lower():
        return QueryRefusedError(
            f"the query tried to call another host: {message}", remedy="leave SERVICE out"
        )
    return QueryError(f"the engine gave up: {message}", remedy="check the query")


def _environment() -> dict[str, str]:
    """Return the environment of a worker: it must find this very genekg."""
    environment = {**os.environ, "RUST_BACKTRACE": "0"}
    home = str(Path(__file__).resolve().parent.parent)
    if not home.endswith(("site-packages", "dist-packages")):
        path = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{path}" if path else home
    return environment
