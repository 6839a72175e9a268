"""What answers: the queries of clients, admitted in turn and run in worker processes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TypeVar

from genekg.errors import QueryLimitError, QueryTimeoutError
from genekg.exchange import (
    Answer,
    Dataset,
    document,
    document_request,
    dump_request,
    outcome,
    piece,
    request,
)
from genekg.frames import Frame
from genekg.prefixes import predeclared
from genekg.sparql import Prepared
from genekg.web.admission import Admission
from genekg.web.limits import Limits
from genekg.web.pool import DiedError, Pool

__all__ = ["Engine", "Job", "is_fixed"]

_T = TypeVar("_T")
_SHORT = 8 << 10  # a text up to this is read in a few milliseconds, within the event loop
_VOLATILE = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


def is_fixed(text: str) -> bool:
    """Say whether a query has the same answer each time it is asked of the same graph.

    >>> is_fixed("SELECT ?s { ?s ?p ?o }"), is_fixed("SELECT (now() AS ?t) {}")
    (True, False)
    """
    return _VOLATILE.search(text) is None


class Job:
    """A query on its way: the text, who asks, and what it may take; ``timing`` is filled in."""

    def __init__(
        self,
        text: str,
        client: str,
        *,
        deadline: float,
        rows: int,
        dataset: Dataset | None = None,
        bound: Mapping[str, tuple[str, str]] | None = None,
        base: str = "",
    ) -> None:
        self.text = text
        self.client = client
        self.deadline = deadline
        self.left = deadline
        self.rows = rows
        self.dataset = dataset
        self.bound = bound
        self.base = base
        self.timing: list[tuple[str, float]] = []


class Engine:
    """A store that is asked over a pool of workers.

    Args:
        store: the folder of the store.
        digest: what tells this store from every other.
        ready: makes a text ready to run, or refuses it (`genekg.user_sparql.ready`).
    """

    def __init__(
        self, store: Path, digest: str, limits: Limits, ready: Callable[[str], Prepared]
    ) -> None:
        self.digest = digest
        self.limits = limits
        self.pool = Pool(store, size=limits.workers, memory=limits.memory)
        self.admission = Admission(
            slots=limits.workers,
            long_slots=limits.long_workers,
            queue=limits.queue,
            quantum=limits.quantum,
        )
        self._ready = ready
        self._readers = ThreadPoolExecutor(1, "genekg-long-texts")
        tickets = limits.workers + limits.long_workers
        self._threads = ThreadPoolExecutor(tickets, "genekg-work")

    async def start(self) -> None:
        """Start the workers.

        Raises:
            StoreError: the store cannot be opened.
        """
        await self.pool.start()

    async def close(self) -> None:
        """End the workers, and the queries that they run."""
        await self.pool.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def prepared(self, job: Job) -> Prepared:
        """Return a query made ready; a long text is read beside the event loop, in its time.

        Raises:
            QueryError: it cannot be run, and why.
        """
        return await self._read(job, lambda: self._ready(job.text))

    async def _read(self, job: Job, function: Callable[[], _T]) -> _T:
        """Return what a function gives that goes over the text; its time is taken off the job's."""
        if len(job.text) <= _SHORT:
            return function()
        start = time.monotonic()
        reading = asyncio.get_running_loop().run_in_executor(self._readers, function)
        try:
            async with asyncio.timeout(job.left):
                return await reading
        except TimeoutError:
            raise QueryTimeoutError(
                f"reading the query took all of its {job.deadline:g} s",
                remedy="put long lists of values into several queries",
            ) from None
        finally:
            job.left = max(0.01, job.left - (time.monotonic() - start))

    async def answer(self, job: Job, query: Prepared, format: str) -> Answer:
        """Return the answer to a query.

        Raises:
            BusyError: there is no room for it now.
            QueryError: it cannot be answered, and why.
        """
        asked = partial(
            request,
            query,
            format=format,
            max_rows=job.rows,
            max_bytes=self.limits.answer,
            dataset=job.dataset,
            bound=job.bound,
            base=job.base,
        )
        sent = await self._read(job, asked)
        frame = await self._run(sent, job)
        try:
            answer = await self._read(job, lambda: outcome(frame, query))
        except QueryLimitError as error:
            raise DiedError(error.problem, remedy=error.remedy) from None
        job.timing.append(("engine", answer.seconds))
        return answer

    async def document(self, client: str, curie: str, format: str) -> bytes:
        """Return an entity as a document, written in a worker.

        Raises:
            BusyError: there is no room for it now.
            QueryTimeoutError: it took longer than the usual deadline.
            QueryLimitError: it is longer than an answer may be.
        """
        most = self.limits.deadline
        asked = document_request(curie, format, max_bytes=self.limits.answer)
        try:
            frame = await self._run(asked, Job("", client, deadline=most, rows=0))
        except QueryTimeoutError:
            raise QueryTimeoutError(
                f"writing {curie} took all of its {most:g} s, and was ended",
                remedy="ask for a part of it by /sparql",
            ) from None
        return document(frame)

    async def graph(
        self, client: str, graph: str, format: str, *, gzip: bool
    ) -> AsyncGenerator[bytes, None]:
        """Yield a whole graph piece by piece; its place and its worker are held until the end.

        Raises:
            BusyError: there is no room for it now, or no longer.
            QueryTimeoutError: a piece took longer than the usual deadline, or all too long.
            FormatError: it cannot be written in the format.
            QueryError: it cannot be read, and why.
        """
        limits = self.limits
        asked = dump_request(graph, format, gzip=gzip, prefixes=predeclared())
        ticket = await self.admission.enter(client, limits.deadline)
        try:
            frames = self.pool.stream(
                asked, deadline=limits.deadline, longest=limits.dump, control=ticket.control
            )
            async with aclosing(frames):
                async for frame in frames:
                    yield piece(frame)
        except QueryTimeoutError:
            raise QueryTimeoutError(
                f"a piece of the graph did not come within {limits.deadline:g} s, or all of it"
                f" within {limits.dump:g} s",
                remedy="ask again, or write it with `genekg export`",
            ) from None
        finally:
            self.admission.leave(ticket)

    async def _run(self, asked: Frame, job: Job) -> Frame:
        """Have a worker answer a request when its turn has come."""
        start = time.perf_counter()
        ticket = await self.admission.enter(job.client, job.deadline)
        job.timing.append(("queue", time.perf_counter() - start))
        try:
            return await self.pool.run(
                asked, deadline=job.deadline, left=job.left, control=ticket.control
            )
        finally:
            self.admission.leave(ticket)

    async def work(self, client: str, function: Callable[[], _T]) -> _T:
        """Return what one of our own functions gives, run in a thread in its turn.

        A thread cannot be ended: it keeps its ticket until it is done, also when its client left
        or its time is over.

        Raises:
            BusyError: there is no room for it now.
            QueryTimeoutError: it took longer than the usual deadline.
        """
        seconds = self.limits.deadline
        ticket = await self.admission.enter(client, seconds)
        working = asyncio.get_running_loop().run_in_executor(self._threads, function)

        def done(ended: asyncio.Future[_T]) -> None:
            self.admission.leave(ticket)
            if not ended.cancelled():
                ended.exception()  # has been seen, if only here

        working.add_done_callback(done)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(working)
        except TimeoutError:
            raise QueryTimeoutError(
                f"the answer took longer than {seconds:g} s to write", remedy="ask for less of it"
            ) from None
