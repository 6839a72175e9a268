"""A server goes over to a newer build by itself, and loses no request by it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from live import running

import genekg
from genekg import pipeline, store
from genekg.cli.serving import _newer
from genekg.errors import StoreError
from genekg.web import create_app
from genekg.web.following import Following

NOTE = "<https://example.org/one> <https://example.org/two> 'three' ."
ASK = "ASK { GRAPH ?g { <https://example.org/one> ?p ?o } }"


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_a_newer_build_is_served_and_the_older_let_go(
    build_sample: Callable[[Path], store.Build], sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    build_sample(home)
    note = tmp_path / "note.ttl"
    note.write_text(NOTE)
    with genekg.graph.open(home, build=False) as kg:
        app = Following(create_app(kg), _newer(kg, create_app), every=0.05)
        with running(app) as server:
            before = server.client.get("/ready").json()["graph"]
            assert server.query(ASK, "application/sparql-results+json").json()["boolean"] is False
            old = app.engine
            newer = pipeline.build(home, sample_sources, rdf=[note], floors=False)
            assert newer.new
            assert until(lambda: app.engine is not old)
            assert server.query(ASK, "application/sparql-results+json").json()["boolean"] is True
            assert server.client.get("/ready").json()["graph"] != before
            assert server.client.get("/entity/MONDO:0020721").status_code == 200


def test_a_damaged_build_changes_nothing(
    build_sample: Callable[[Path], store.Build],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    home = tmp_path / "home"
    build_sample(home)
    with genekg.graph.open(home, build=False) as kg:
        app = Following(create_app(kg), _newer(kg, create_app), every=0.02)
        with running(app) as server, caplog.at_level("WARNING", "genekg.access"):
            (home / "builds" / "broken").mkdir()
            (home / "current").write_text("broken")
            assert until(lambda: "the newer build is not served" in caplog.text)
            time.sleep(0.3)
            assert caplog.text.count("is not served") == 1
            assert server.query("ASK {}").status_code == 200


class Fake:
    """An application that answers when it is let."""

    def __init__(self) -> None:
        self.engine: Any = type("Engine", (), {"digest": "0123456789abcdef"})()
        self.said: list[str] = []
        self.gate = asyncio.Event()

    async def open(self) -> None:
        self.said.append("opened")

    async def close(self) -> None:
        self.said.append("closed")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.gate.wait()
        self.said.append("answered")


def test_what_has_begun_is_answered_before_the_older_build_is_closed() -> None:
    async def go() -> None:
        one, two = Fake(), Fake()
        let_go: list[str] = []
        queue: list[Any] = [(two, lambda: let_go.append("two"))]
        app = Following(one, lambda: queue.pop() if queue else None, every=0.01)  # type: ignore[arg-type]
        messages: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        sent: list[str] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message["type"])

        life = asyncio.create_task(app({"type": "lifespan"}, messages.get, send))  # type: ignore[arg-type]
        asked = asyncio.create_task(app({"type": "http"}, messages.get, send))  # type: ignore[arg-type]
        await messages.put({"type": "lifespan.startup"})
        for _ in range(200):
            await asyncio.sleep(0.01)
            if app.engine is two.engine:
                break
        assert app.engine is two.engine
        await asyncio.sleep(0.2)
        assert one.said == ["opened"]
        one.gate.set()
        await asked
        await asyncio.sleep(0.3)
        assert one.said == ["opened", "answered", "closed"]
        await messages.put({"type": "lifespan.shutdown"})
        await life
        assert two.said == ["opened", "closed"]
        assert let_go == ["two"]
        assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]

    asyncio.run(go())


def test_a_disk_that_fails_once_does_not_end_the_following() -> None:
    async def go() -> None:
        one, two = Fake(), Fake()
        queue: list[Any] = [(two, lambda: None), OSError("no such device")]

        def newer() -> Any:
            found = queue.pop() if queue else None
            if isinstance(found, OSError):
                raise found
            return found

        app = Following(one, newer, every=0.01)  # type: ignore[arg-type]
        watching = asyncio.create_task(app._watch())
        for _ in range(200):
            await asyncio.sleep(0.01)
            if app.engine is two.engine:
                break
        watching.cancel()
        assert app.engine is two.engine

    asyncio.run(go())


def test_an_application_that_does_not_open_is_let_go() -> None:
    class Bad(Fake):
        async def open(self) -> None:
            raise StoreError("no workers")

    async def go() -> None:
        one, bad = Fake(), Bad()
        let_go: list[str] = []
        app = Following(one, lambda: (bad, lambda: let_go.append("bad")))  # type: ignore[arg-type,return-value]
        with pytest.raises(StoreError):
            await app._renew()
        assert app.engine is one.engine
        assert let_go == ["bad"]
        assert bad.said == ["closed"]

    asyncio.run(go())
