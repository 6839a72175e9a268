"""A server on a free port, in a thread of the test's own process."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from genekg.web import server as serving
from genekg.web.app import App
from genekg.web.following import Following


@dataclass(frozen=True)
class Live:
    """A running server: its application, its address, and a client for it."""

    app: App | Following
    port: int
    client: httpx.Client

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sparql(self) -> str:
        return f"{self.address}/sparql"

    def query(self, text: str, accept: str = "", **parameters: str) -> httpx.Response:
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/sparql", params={"query": text, **parameters}, headers=headers)


@contextmanager
def running(app: App | Following, *, buffer: int = 0) -> Iterator[Live]:
    """Serve an application until the end of the block.

    ``buffer`` is how many bytes the system may hold of what a client has not read.
    """
    channel = serving.listening("127.0.0.1", 0)
    if buffer:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    server = serving.server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [channel]}, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and thread.is_alive() and time.monotonic() < end:
        time.sleep(0.01)
    try:
        if not server.started:
            raise RuntimeError("the server did not start")
        port = channel.getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield Live(app, port, client)
    finally:
        server.should_exit = True
        thread.join(20)
        channel.close()
