"""A server that follows its store: once another build is published, it answers from that.

The new build is opened and its workers started before anything changes. Requests that have begun
are answered by the old one, which is let go of when the last of them is done. A build that cannot
be opened changes nothing, and is said once.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from genekg.errors import GenekgError
from genekg.web.app import App
from genekg.web.engine import Engine
from genekg.web.logs import LOGGER
from genekg.web.requests import Receive, Scope, Send

__all__ = ["Following", "Newer"]

# The application of a build, and what lets go of the build.
Newer: TypeAlias = Callable[[], tuple[App, Callable[[], None]] | None]
_EVERY = 2.0


class Following:
    """An ASGI application in front of the one of the build in use.

    Args:
        app: of the build that is in use now; who made it lets go of its build.
        newer: returns the application of a newer build, or None; asked in a thread.
        every: seconds between two such questions.
    """

    def __init__(self, app: App, newer: Newer, *, every: float = _EVERY) -> None:
        self._app = app
        self._newer = newer
        self._every = every
        self._let_go: dict[App, Callable[[], None]] = {}
        self._running: Counter[App] = Counter()
        self._retiring: set[asyncio.Task[None]] = set()
        self._told = ""

    @property
    def engine(self) -> Engine:
        """The engine of the build in use."""
        return self._app.engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and end with the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        app = self._app
        self._running[app] += 1
        try:
            await app(scope, receive, send)
        finally:
            self._running[app] -= 1

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        watching: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._app.open()
                except GenekgError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                watching = asyncio.create_task(self._watch())
                await send({"type": "lifespan.startup.complete"})
                continue
            if watching is not None:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
            for task in tuple(self._retiring):
                task.cancel()
            await asyncio.gather(*self._retiring, return_exceptions=True)
            for app in dict.fromkeys((*self._let_go, self._app)):
                await self._close(app)
            await send({"type": "lifespan.shutdown.complete"})
            return

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._renew()
                self._told = ""
            except (GenekgError, OSError, sqlite3.Error) as error:
                if str(error) != self._told:
                    LOGGER.warning("the newer build is not served: %s", error)
                self._told = str(error)

    async def _renew(self) -> None:
        found = await asyncio.to_thread(self._newer)
        if found is None:
            return
        app, let_go = found
        try:
            await app.open()
        except BaseException:
            await app.close()
            let_go()
            raise
        old, self._app = self._app, app
        self._let_go[app] = let_go
        LOGGER.warning("a newer build is served: %s", app.engine.digest[:12])
        task = asyncio.create_task(self._retire(old))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _retire(self, app: App) -> None:
        """Close an application when its last request is done."""
        while self._running[app]:
            await asyncio.sleep(0.1)
        await self._close(app)

    async def _close(self, app: App) -> None:
        await app.close()
        del self._running[app]
        if let_go := self._let_go.pop(app, None):
            let_go()
