"""Serving an application on a port, until it is told to stop."""

from __future__ import annotations

import contextlib
import ctypes
import socket
import sys

import uvicorn

from genekg.errors import GenekgError, UsageError
from genekg.web.app import App
from genekg.web.connections import connection_class
from genekg.web.following import Following
from genekg.web.guard import is_loopback

__all__ = ["checked_host", "listening", "serve", "server"]

_BACKLOG = 2048
_ARENA_MAX = -8
_GRACE = 3


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any that is free.

    Raises:
        UsageError: the host has no address.
        GenekgError: the port is taken, or not ours to take.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{host!r} is no host to listen on ({error})") from error
    channel = socket.socket(family, socket.SOCK_STREAM)
    try:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        channel.bind(address)
        channel.listen(_BACKLOG)
    except OSError as error:
        channel.close()
        raise GenekgError(
            f"{host} port {port} cannot be listened on: {error.strerror}",
            remedy="give another with --port; 0 takes any that is free",
        ) from error
    return channel


def server(app: App | Following, *, behind_proxy: bool = False) -> uvicorn.Server:
    """Return a server of an application, which runs with ``server.serve(sockets=[…])``."""
    limits = app.engine.limits
    config = uvicorn.Config(
        app,
        http=connection_class(limits),
        ws="none",
        loop="auto",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_keep_alive=int(limits.idle_time),
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def serve(app: App | Following, channel: socket.socket, *, behind_proxy: bool = False) -> None:
    """Serve until a signal to stop comes.

    Raises:
        GenekgError: the workers could not be started.
    """
    _few_arenas()
    running = server(app, behind_proxy=behind_proxy)
    with channel:
        running.run(sockets=[channel])
    if not running.started:
        raise GenekgError("the server did not start", remedy="the line above says why")


def _few_arenas() -> None:
    """Have the C library share memory among threads, or what is freed in one grows no less.

    See mallopt(3), M_ARENA_MAX; other libraries than glibc do not have it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def checked_host(host: str, token: str) -> None:
    """Refuse to listen for other machines without a token.

    Raises:
        UsageError: the host is reached by other machines, and there is no token.
    """
    if not is_loopback(host) and not token:
        raise UsageError(
            f"{host} is reached from other machines",
            remedy="set GENEKG_TOKEN to a secret that clients must bring, or listen on 127.0.0.1",
        )
