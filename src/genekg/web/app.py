"""The server as an ASGI application: `create_app`.

Each request passes the guard, is looked up among the answers that are kept, and goes to the
handler of its route; what a handler raises is told in plain words.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from genekg.errors import GenekgError
from genekg.web import logs
from genekg.web.engine import Engine
from genekg.web.guard import Access, Guard
from genekg.web.kept import Kept
from genekg.web.negotiation import accepts_gzip
from genekg.web.replies import Refusal, Reply, compressed, explained, send_reply, until_gone
from genekg.web.requests import Receive, Request, Scope, Send, TooLargeError, read_body
from genekg.web.sending import LEFT, Sending

__all__ = ["App", "Handler"]

Handler = Callable[[Request], Awaitable[Reply]]
_KEYED = (b"accept", b"content-type", b"prefer", b"host")


class App:
    """Routes requests to handlers. It starts and ends the engine's workers.

    Args:
        routes: a path, or a path that ends in / and takes what follows, to its handler.
        log_queries: whether the log has the text of each query.
    """

    def __init__(
        self,
        engine: Engine,
        routes: Mapping[str, Handler],
        *,
        access: Access | None = None,
        log_queries: bool = False,
    ) -> None:
        self.engine = engine
        self._limits = engine.limits
        self._guard = Guard(access or Access(), engine.limits)
        self._routes = {"/health": self._health, "/ready": self._ready, **routes}
        self._kept = Kept(engine.limits.cache)
        self._log_queries = log_queries
        self._open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and end with the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def open(self) -> None:
        """Start the workers.

        Raises:
            StoreError: the store cannot be opened.
        """
        await self.engine.start()
        self._open = True

    async def close(self) -> None:
        """End the workers, and the queries that they run."""
        self._open = False
        await self.engine.close()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self.open()
                except GenekgError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        route, handler, part = self._find(scope["path"])
        reply: Reply | None
        text = ""
        try:
            self._guard.check(scope)
            if scope["method"] == "OPTIONS":
                reply = self._guard.preflight()
            else:
                body = await self._body(scope, receive)
                text = self._text(scope, body)
                reply = await self._reply(scope, receive, handler, part, body)
        except Refusal as refusal:
            reply = refusal.reply
        except GenekgError as error:
            reply = explained(error)
        except TooLargeError:
            problem = f"the body is larger than {self._limits.body:,} bytes"
            reply = Refusal(413, problem, ("Connection", "close")).reply
        except ConnectionError:
            reply = None
        status, size = LEFT, len(reply.body) if reply else 0
        more = self._guard.cors(scope)
        if reply is not None and reply.pieces is not None:
            sending = Sending(send)
            work = send_reply(scope, sending, reply, started=started, more=more)
            status, size = await sending.watched(receive, work), sending.size
        elif reply is not None:
            status = await send_reply(scope, send, reply, started=started, more=more)
        logs.record(scope, route, status, size, time.perf_counter() - started, text=text)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        if scope["method"] not in ("POST", "PUT", "PATCH"):
            return b""
        return await read_body(receive, self._limits.body)

    def _text(self, scope: Scope, body: bytes) -> str:
        """Return what the log shows of a request."""
        if not self._log_queries:
            return ""
        return (scope["query_string"] or body).decode("utf-8", "replace")[:10_000]

    async def _reply(
        self, scope: Scope, receive: Receive, handler: Handler | None, part: str, body: bytes
    ) -> Reply | None:
        """Return the answer of a handler, or the one that was kept; None if the client left."""
        if handler is None:
            raise Refusal(404, f"there is nothing at {scope['path']}")
        headers = [name + value for name, value in scope["headers"] if name in _KEYED]
        request = Request(scope, receive, body, part)
        path = scope.get("raw_path") or scope["path"].encode()
        # None but the body, which is last, can hold a line end.
        parts = (request.method.encode(), path, scope["query_string"], *headers, body)
        key = blake2b(b"\n".join(parts), digest_size=16).digest()
        reply = self._kept.get(key)
        if reply is None:
            reply = await until_gone(receive, handler(request))
            if reply is None:
                return None
            if reply.fixed and reply.status == 200:
                self._kept.put(key, replace(reply, timing=(("kept", 0.0),)))
        if not reply.zipped and _takes_gzip(scope):
            reply = await compressed(reply)
            if reply.fixed and reply.zipped:
                self._kept.put(key, replace(reply, timing=(("kept", 0.0),)))
        return reply

    def _find(self, path: str) -> tuple[str, Handler | None, str]:
        """Return a route, its handler, and what follows it in the path."""
        exact = self._routes.get(path) or self._routes.get(path.removesuffix("/"))
        if exact is not None:
            return path, exact, ""
        head, _, part = path.rpartition("/")
        return f"{head}/", self._routes.get(f"{head}/") if head else None, part

    async def _health(self, _request: Request) -> Reply:
        return _json(200, {"status": "alive"})

    async def _ready(self, _request: Request) -> Reply:
        state = {
            "status": "ready" if self._open else "starting",
            "graph": self.engine.digest,
            "running": self.engine.admission.running,
            "waiting": self.engine.admission.waiting,
        }
        return _json(200 if self._open else 503, state)


def _json(status: int, content: Any) -> Reply:
    return Reply(
        status,
        (json.dumps(content) + "\n").encode(),
        "application/json",
        (("Cache-Control", "no-store"),),
    )


def _takes_gzip(scope: Scope) -> bool:
    return any(
        name == b"accept-encoding" and accepts_gzip(value.decode("latin-1"))
        for name, value in scope["headers"]
    )
