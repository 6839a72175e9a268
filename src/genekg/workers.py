"""Users' SPARQL, in worker processes that may be killed.

The engine has no time limit, ignores Ctrl-C, and takes the whole process with it when a query
nests too deep or asks for too much memory. So a query runs in a process of its own
(`genekg.worker`), confined by `genekg.sandbox`; here is the clock, and the hand that kills.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from genekg.errors import QueryError, QueryTimeoutError, UsageError
from genekg.exchange import Answer, Dataset, outcome, request
from genekg.frames import Frame, read, written
from genekg.sparql import Prepared
from genekg.worker_process import MEMORY, START_SECONDS, WorkerProcess, confined, too_late

__all__ = ["Answer", "Workers"]


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
        dataset: Dataset | None = None,
        bound: Mapping[str, tuple[str, str]] | None = None,
    ) -> Answer:
        """Return the answer to a query that `genekg.sparql.prepare` has let through.

        Formats are json, xml, csv, tsv for SELECT and ASK; nt, ttl, rdfxml, jsonld, nq, trig for
        CONSTRUCT and DESCRIBE. ``deadline`` is in seconds, from the start of the query.
        ``dataset`` and ``bound`` are as `genekg.exchange.request` has them.

        Raises:
            QueryTimeoutError: it took longer than the deadline.
            QueryLimitError: it took too much memory or nests too deep.
            QueryRefusedError: it called another host.
            QueryError: it is not SPARQL, or the engine cannot answer it.
            UsageError: the format does not suit the form of the query.
            StoreError: the store cannot be opened.
        """
        if not deadline > 0:
            problem = f"a deadline of {deadline:g} s is no time"
            raise UsageError(problem, remedy="give over 0 seconds")
        asked = request(
            query,
            format=format,
            max_rows=max_rows,
            max_bytes=max_bytes,
            dataset=dataset,
            bound=bound,
        )
        if not self._free.acquire(timeout=deadline):
            raise QueryTimeoutError(
                f"no worker was free within {deadline:g} s: others' queries are running",
                remedy="try again, or allow more workers",
            )
        try:
            frame = self._ask(asked, deadline, max_bytes)
        finally:
            self._free.release()
        return outcome(frame, query, network=self._network)

    def _ask(self, asked: Frame, deadline: float, max_bytes: int | None) -> Frame:
        """Have a worker answer, and put it back; one that fails is ended."""
        worker = self._borrow()
        try:
            if not worker.ready:
                worker.wait_until_ready()
            reply = worker.ask(asked, deadline, max_bytes)
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


class _Worker(WorkerProcess):
    """A process and its clock."""

    def __init__(self, store: Path, memory: int, *, network: bool) -> None:
        super().__init__(store, memory=memory, network=network)
        self.ready = False
        self.confined = False
        self._waiting = False
        self._expired = False
        self._ending = threading.Lock()

    def wait_until_ready(self) -> None:
        """Wait for the store to be open."""
        self.confined = confined(self._exchange(None, START_SECONDS, None))
        self.ready = True

    def ask(self, asked: Frame, deadline: float, max_bytes: int | None) -> Frame:
        """Send a query and return what comes back.

        Raises:
            QueryTimeoutError: nothing came before the deadline; the process is dead.
            QueryLimitError: the process died of the query.
        """
        return self._exchange(asked, deadline, max_bytes)

    def _exchange(self, asked: Frame | None, deadline: float, max_bytes: int | None) -> Frame:
        self._waiting, self._expired = True, False
        clock = threading.Timer(min(deadline, threading.TIMEOUT_MAX), self._expire)
        clock.daemon = True
        clock.start()
        try:
            if asked is not None:
                self._send(asked)
            reply = read(self.output.read, max_bytes=max_bytes)
        except (EOFError, OSError) as error:
            died_of = self.death()
            raise (too_late(deadline) if self._expired else died_of) from error
        finally:
            with self._ending:
                self._waiting = False
            clock.cancel()
        if self._expired:
            raise too_late(deadline)
        return reply

    def _send(self, asked: Frame) -> None:
        for left in written(*asked):
            while left:
                left = left[self.input.write(left) or 0 :]

    def _expire(self) -> None:
        """Kill the process if it still owes an answer."""
        with self._ending:
            if self._waiting:
                self._expired = True
                self.signal()
