"""The worker processes of a server, driven by its event loop.

`genekg.workers` is the same for callers that may block. A query that is cancelled, runs into its
deadline or is taken back has its process killed; another is started at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from genekg.errors import GenekgError, QueryError
from genekg.frames import Frame, taken, written
from genekg.worker_process import MEMORY, START_SECONDS, WorkerProcess, confined, too_late

__all__ = ["DiedError", "Pool"]

_MODULE = "genekg.document_worker"
_PIECE = 1 << 20
_NICE = 15
_STARTED_AT_ONCE = 2
_GROWN = 4  # a worker that holds more than a quarter of its limit between queries is replaced


# Is given what ends a query with an error, and what lets others go first.
Control: TypeAlias = Callable[[Callable[[GenekgError], None], Callable[[], None]], None]


class DiedError(QueryError):
    """The process that ran a query died of it."""


class Pool:
    """Worker processes for one store. Whoever calls `run` sees to it that not too many run."""

    def __init__(self, store: Path, *, size: int, memory: int = MEMORY) -> None:
        """Prepare a pool that keeps ``size`` workers warm; `start` starts them."""
        self._store = store
        self._size = size
        self._memory = memory
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._enders = ThreadPoolExecutor(4, "genekg-ended-workers")

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        return [worker.pid for worker in self._all]

    async def start(self) -> None:
        """Start the workers, and wait until each has opened the store.

        Raises:
            StoreError: the store cannot be opened.
        """
        self._idle += await asyncio.gather(*(self._new() for _ in range(self._size)))

    async def close(self) -> None:
        """End every worker."""
        await asyncio.gather(*self._tasks)
        workers, self._all, self._idle = list(self._all), set(), []
        for worker in workers:
            worker.close(EOFError())
        await asyncio.to_thread(self._enders.shutdown, wait=True)
        for worker in workers:
            await asyncio.to_thread(worker.end)

    async def run(
        self,
        asked: Frame,
        *,
        deadline: float,
        left: float | None = None,
        control: Control | None = None,
    ) -> Frame:
        """Have a worker answer a request (`genekg.exchange`).

        ``left`` is what of the deadline is left. ``control`` is given a function that ends the
        query with an error, and one that lets others go first.

        Raises:
            QueryTimeoutError: it took longer than the deadline, in seconds.
            DiedError: the process died of it.
            StoreError: the store cannot be opened.
        """
        seconds = deadline if left is None else left
        async with self._lent(control) as worker:
            return await _within(seconds, worker, worker.ask(asked), deadline)

    async def stream(
        self, asked: Frame, *, deadline: float, longest: float, control: Control | None = None
    ) -> AsyncGenerator[Frame, None]:
        """Yield the frames of an answer that comes in pieces, each when it is wanted.

        The deadline is for each piece, ``longest`` for all; the worker waits for whoever takes
        the pieces, and is ended when the generator is closed.

        Raises:
            QueryTimeoutError, DiedError, StoreError: as `run`.
        """
        async with self._lent(control) as worker:
            end = asyncio.get_running_loop().time() + longest
            frame = await _within(deadline, worker, worker.ask(asked), deadline)
            while frame[0].get("more"):
                yield frame
                left = max(0.0, end - asyncio.get_running_loop().time())
                limit = deadline if deadline < left else longest
                frame = await _within(min(deadline, left), worker, worker.next(), limit)
        yield frame

    @contextlib.asynccontextmanager
    async def _lent(self, control: Control | None) -> AsyncGenerator[_Worker, None]:
        """Lend a worker; one that fails, or is still at work at the end, is replaced."""
        worker = self._take() or await self._new()
        if control is not None:
            control(worker.close, worker.slow_down)
        try:
            yield worker
        except EOFError:
            loop = asyncio.get_running_loop()
            died = await loop.run_in_executor(self._enders, worker.death)
            self._replace(worker)
            raise DiedError(died.problem, remedy=died.remedy) from None
        except BaseException:  # a deadline, a client that left
            self._replace(worker)
            raise
        self._give_back(worker)

    def _give_back(self, worker: _Worker) -> None:
        if len(self._idle) < self._size and not worker.grown() and not worker.slowed:
            self._idle.append(worker)
        else:
            self._replace(worker)

    def _take(self) -> _Worker | None:
        """Return a worker that is idle and alive, if there is one."""
        while self._idle:
            worker = self._idle.pop()
            if not self._idle:
                self._start_another()  # the next does not wait for it
            if worker.open:
                return worker
            self._end(worker)
        return None

    async def _new(self) -> _Worker:
        loop = asyncio.get_running_loop()
        worker = _Worker(self._store, self._memory)  # here: the kernel ends it with this thread
        self._all.add(worker)
        clock = loop.call_later(START_SECONDS, lambda: worker.close(too_late(START_SECONDS)))
        try:
            confined(await worker.greeting())
        except EOFError:
            died = await loop.run_in_executor(self._enders, worker.death)
            self._end(worker)
            raise DiedError(died.problem, remedy=died.remedy) from None
        except BaseException:
            self._end(worker)
            raise
        finally:
            clock.cancel()
        return worker

    def _replace(self, worker: _Worker) -> None:
        """End a worker, and start another if there are too few."""
        self._end(worker)
        if len(self._all) < self._size:
            self._start_another()

    def _start_another(self) -> None:
        if len(self._tasks) < _STARTED_AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._refill())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _refill(self) -> None:
        with contextlib.suppress(GenekgError, RuntimeError):  # the next query will say so
            worker = await self._new()
            if len(self._idle) < self._size:
                self._idle.insert(0, worker)  # behind those that have read something already
            else:
                self._end(worker)

    def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        worker.close(EOFError())
        with contextlib.suppress(RuntimeError):  # the pool is closing, and ends it itself
            self._enders.submit(worker.end)


class _Worker(WorkerProcess):
    """A process whose pipes are watched by the event loop."""

    def __init__(self, store: Path, memory: int) -> None:
        super().__init__(store, memory=memory, module=_MODULE)
        self.open = True
        self.slowed = False
        self._allowed = memory
        self._queries = 0
        self._buffer = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reply: asyncio.Future[Frame] | None = None
        self._sending: list[memoryview] = []
        self._blocked = False
        self._reading = False
        os.set_blocking(self.input.fileno(), False)
        os.set_blocking(self.output.fileno(), False)

    async def greeting(self) -> Frame:
        """Return the first frame."""
        self._loop = asyncio.get_running_loop()
        self._read(on=True)
        return await self._expected()

    def ask(self, asked: Frame) -> asyncio.Future[Frame]:
        """Send a request; the frame that comes back, or EOFError when the process is gone."""
        self._queries += 1
        self._sending = list(written(*asked))
        reply = self._expected()
        self._writable()
        return reply

    def next(self) -> asyncio.Future[Frame]:
        """Return the frame that follows one with ``more``."""
        reply = self._expected()
        if self.open:
            self._read(on=True)
            self._deliver()
        return reply

    def close(self, reason: BaseException) -> None:
        """Kill the process, and end the query that it runs with a reason."""
        if not self.open:
            return
        self.open = False
        self.signal()
        if self._loop is not None:
            self._read(on=False)
            self._loop.remove_writer(self.input.fileno())
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(reason)

    def slow_down(self) -> None:
        """Let other processes go first; there is no way back."""
        self.slowed = True
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def grown(self) -> bool:
        """Say whether it holds much memory; looked at from time to time."""
        if self._queries % 64:
            return False
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as file:  # noqa: PTH123
                pages = int(file.read().split()[5])
        except (OSError, ValueError, IndexError):
            return False
        return pages * os.sysconf("SC_PAGE_SIZE") > self._allowed // _GROWN

    def _expected(self) -> asyncio.Future[Frame]:
        self._reply = asyncio.get_running_loop().create_future()
        if not self.open:
            self._reply.set_exception(EOFError())
        return self._reply

    def _readable(self) -> None:
        try:
            data = os.read(self.output.fileno(), _PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close(EOFError())
            return
        self._buffer += data
        self._deliver()

    def _deliver(self) -> None:
        """Give whoever waits the frame that is there; what follows it is not read unasked."""
        frame = taken(self._buffer)
        if frame is None:
            return
        if frame[0].get("more"):
            self._read(on=False)
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(frame)

    def _read(self, *, on: bool) -> None:
        if self._loop is None or on is self._reading:
            return
        self._reading = on
        if on:
            self._loop.add_reader(self.output.fileno(), self._readable)
        else:
            self._loop.remove_reader(self.output.fileno())

    def _writable(self) -> None:
        if self._loop is None:
            return
        try:
            while self._sending:
                piece = self._sending[0]
                sent = os.write(self.input.fileno(), piece)
                self._sending[:1] = [piece[sent:]] if sent < len(piece) else []
        except BlockingIOError:
            self._loop.add_writer(self.input.fileno(), self._writable)
            self._blocked = True
            return
        except OSError:
            self.close(EOFError())
            return
        if self._blocked:
            self._loop.remove_writer(self.input.fileno())
            self._blocked = False


async def _within(
    seconds: float, worker: _Worker, reply: asyncio.Future[Frame], limit: float
) -> Frame:
    """Return a worker's reply; it is ended after so many seconds, and the limit is told."""
    clock = asyncio.get_running_loop().call_later(seconds, lambda: worker.close(too_late(limit)))
    try:
        return await reply
    finally:
        clock.cancel()
