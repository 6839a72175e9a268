"""Entities and our own functions: each has a deadline, and a place that it holds to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from live import Live, running
from test_web_limits import LIMITS, eventually, right

from genekg.document_worker import Documents
from genekg.errors import GenekgError, QueryTimeoutError
from genekg.exchange import document, document_request
from genekg.graph import Graph
from genekg.web import Limits, create_app
from genekg.web.admission import BusyError
from genekg.web.engine import Engine

posix = pytest.mark.skipif(os.name != "posix", reason="signals")
ANEMIA = "/entity/MONDO:0020721"


@pytest.fixture
def short(sample_graph: Graph) -> Iterator[Live]:
    """A server that gives an entity little time."""
    with running(create_app(sample_graph, limits=replace(LIMITS, deadline=0.5))) as server:
        yield server


def hold(live: Live) -> None:
    """Stop every worker in its tracks: what it is asked takes for ever."""
    for pid in live.app.engine.pool.pids:
        os.kill(pid, signal.SIGSTOP)


# Entities, which workers write


@posix
@pytest.mark.parametrize("format", ["html", "ttl", "json"])
def test_an_entity_that_takes_too_long_is_504_in_words(short: Live, format: str) -> None:
    before = set(short.app.engine.pool.pids)
    hold(short)
    response = short.client.get(ANEMIA, params={"format": format})
    assert response.status_code == 504
    assert "0.5 s" in response.text
    assert "MONDO:0020721" in response.text
    assert before - set(short.app.engine.pool.pids)  # its process is gone
    assert eventually(lambda: short.app.engine.admission.running == 0)


@posix
def test_a_client_that_leaves_ends_the_writing_of_its_entity(sample_graph: Graph) -> None:
    with running(create_app(sample_graph, limits=LIMITS)) as live:
        before = set(live.app.engine.pool.pids)
        hold(live)
        asking = f"GET {ANEMIA}?format=ttl HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", live.port), 5) as channel:
            channel.sendall(asking)
            assert eventually(lambda: live.app.engine.admission.running == 1)
        assert eventually(lambda: live.app.engine.admission.running == 0, 2.0)
        assert eventually(lambda: len(before - set(live.app.engine.pool.pids)) == 1)


@posix
def test_entities_of_one_client_leave_room_for_another(sample_graph: Graph) -> None:
    with running(create_app(sample_graph, limits=replace(LIMITS, quantum=60.0))) as live:
        engine = live.app.engine
        hold(live)
        with contextlib.ExitStack() as stack:
            for number in range(4):
                path = f"{ANEMIA}?format=nt&n={number}"
                channel = socket.create_connection(("127.0.0.1", live.port), 5)
                stack.enter_context(channel)
                channel.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert eventually(lambda: engine.admission.waiting == 2)
            assert engine.admission.running == LIMITS.workers - 1


def test_an_entity_larger_than_an_answer_may_be_is_422(sample_graph: Graph) -> None:
    with running(create_app(sample_graph, limits=replace(LIMITS, answer=1_000))) as live:
        response = live.client.get(ANEMIA, params={"format": "nt"})
        assert response.status_code == 422
        assert "too large as nt" in response.text
        right(live)


def test_an_entity_that_is_known_already_is_not_written_again(live: Live) -> None:
    tag = live.client.get(ANEMIA, headers={"Accept": "text/turtle"}).headers["etag"]
    admitted = []
    engine = live.app.engine
    enter = engine.admission.enter

    async def counted(*given: object) -> object:
        admitted.append(given)
        return await enter(*given)  # type: ignore[arg-type]

    engine.admission.enter = counted  # type: ignore[assignment, method-assign]
    try:
        again = live.client.get(
            f"{ANEMIA}?n=1", headers={"Accept": "text/turtle", "If-None-Match": tag}
        )
    finally:
        engine.admission.enter = enter  # type: ignore[method-assign]
    assert again.status_code == 304
    assert admitted == []


def test_a_worker_says_in_words_what_it_cannot_write(sample_graph: Graph) -> None:
    answer = Documents(sample_graph.build.graph)
    asked = document_request("MONDO:9999999", "html", max_bytes=1_000_000)
    with pytest.raises(GenekgError, match="MONDO:9999999"):
        document(answer(sample_graph.store, asked, lambda _: None))  # type: ignore[arg-type]


# Our own functions, which run in threads


def engine(graph: Graph, **changed: float) -> Engine:
    limits = replace(Limits(), workers=3, long_workers=2, quantum=0.05, **changed)  # type: ignore[arg-type]
    return Engine(graph.build.graph, "", limits, lambda _: None)  # type: ignore[arg-type, return-value]


async def until(condition: object) -> None:
    while not condition():  # type: ignore[operator]
        await asyncio.sleep(0.01)


def test_a_thread_keeps_its_place_when_its_time_is_over(sample_graph: Graph) -> None:
    async def scene() -> None:
        working, release = engine(sample_graph, deadline=0.1), threading.Event()
        with pytest.raises(QueryTimeoutError, match=r"0\.1 s"):
            await working.work("a", release.wait)
        assert working.admission.running == 1
        release.set()
        await asyncio.wait_for(until(lambda: working.admission.running == 0), 5)
        await working.close()

    asyncio.run(scene())


def test_a_thread_keeps_its_place_when_its_client_leaves(sample_graph: Graph) -> None:
    async def scene() -> None:
        working, release = engine(sample_graph), threading.Event()

        def fail() -> None:
            release.wait()
            raise ValueError("nobody is there to be told")

        task = asyncio.create_task(working.work("a", fail))
        await asyncio.wait_for(until(lambda: working.admission.running == 1), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert working.admission.running == 1
        release.set()
        await asyncio.wait_for(until(lambda: working.admission.running == 0), 5)
        await working.close()

    asyncio.run(scene())


def test_threads_of_one_client_leave_a_place_to_another(sample_graph: Graph) -> None:
    async def scene() -> None:
        working, release = engine(sample_graph, deadline=0.4), threading.Event()
        asked = [asyncio.create_task(working.work("a", release.wait)) for _ in range(9)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, QueryTimeoutError | BusyError) for each in told)
        assert working.admission.running == 3  # two in the slots, one of the two long ones
        assert await working.work("b", lambda: "done") == "done"
        release.set()
        await asyncio.wait_for(until(lambda: working.admission.running == 0), 5)
        await working.close()

    asyncio.run(scene())
