"""One server whose data are changed from test to test."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from manifests import Data
from pyoxigraph import NamedNode, Quad, Store
from results import triples

from genekg import user_sparql
from genekg.web import Limits
from genekg.web import server as serving
from genekg.web.app import App
from genekg.web.descriptions import Description
from genekg.web.engine import Engine
from genekg.web.requests import Receive, Scope, Send
from genekg.web.sparql import SparqlEndpoint

LIMITS = replace(Limits(), workers=1, long_workers=1)


class Changing:
    """An application that hands on to another, which `loaded` changes."""

    def __init__(self) -> None:
        self.now: App | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            if self.now is None:
                raise RuntimeError("nothing is loaded")
            await self.now(scope, receive, send)
            return
        self.loop = asyncio.get_running_loop()
        for name in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{name}.complete"})


class Server:
    """The server, and a client for it."""

    def __init__(self, application: Changing, client: httpx.Client) -> None:
        self._application = application
        self.client = client

    @contextmanager
    def loaded(self, data: Data) -> Iterator[httpx.Client]:
        """Serve some data until the end of the block."""
        loop = self._application.loop
        if loop is None:
            raise RuntimeError("the server has not started")
        with tempfile.TemporaryDirectory() as folder:
            graphs = _fill(Path(folder), data)
            engine = Engine(Path(folder), folder, LIMITS, user_sparql.ready)
            description = Description(folder, graphs)
            app = App(engine, {"/sparql": SparqlEndpoint(engine, description)})
            asyncio.run_coroutine_threadsafe(engine.start(), loop).result(60)
            self._application.now = app
            try:
                yield self.client
            finally:
                asyncio.run_coroutine_threadsafe(engine.close(), loop).result(60)


def _fill(folder: Path, data: Data) -> list[tuple[str, int]]:
    store = Store(str(folder))
    for path in data.default:
        store.extend(triples(path))
    for name, path in data.named:
        graph = NamedNode(name)
        store.extend(Quad(q.subject, q.predicate, q.object, graph) for q in triples(path))
    store.flush()
    names = sorted({name for name, _ in data.named})
    return [(name, sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(name))))
            for name in names]  # fmt: skip


@contextmanager
def server() -> Iterator[Server]:
    """Run the server until the end of the block."""
    application = Changing()
    channel = serving.listening("127.0.0.1", 0)
    shell = App(Engine(Path(), "", LIMITS, user_sparql.ready), {})
    running = serving.server(shell)
    running.config.app = application  # type: ignore[assignment]
    thread = threading.Thread(target=running.run, kwargs={"sockets": [channel]}, daemon=True)
    thread.start()
    while not running.started and thread.is_alive():
        time.sleep(0.01)
    try:
        address = f"http://127.0.0.1:{channel.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client:
            yield Server(application, client)
    finally:
        running.should_exit = True
        thread.join(20)
        channel.close()
