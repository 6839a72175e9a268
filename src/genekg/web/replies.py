"""Replies, and how each is sent: conditions, compression, HEAD, and faults in plain words."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace

from genekg.errors import (
    AmbiguousError,
    FormatError,
    GenekgError,
    NotFoundError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreError,
    UsageError,
)
from genekg.web.admission import BusyError
from genekg.web.negotiation import accepts_gzip
from genekg.web.pool import DiedError
from genekg.web.requests import Receive, Scope, Send

__all__ = ["Refusal", "Reply", "compressed", "etag", "explained", "send_reply", "until_gone"]

_PLAIN = "text/plain; charset=utf-8"
_SMALL = 1024  # bytes under which compression is not worth it
_LARGE = 256 << 10  # bytes over which it is done beside the event loop
_WATCHED_AFTER = 0.05


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to be sent.

    Attributes:
        timing: what took how long, in seconds, as Server-Timing says it.
        etag: a strong validator for the body before compression, without quotes.
        fixed: whether the same request always has this very answer, so that it may be kept.
        zipped: the body compressed, where that has been done.
    """

    status: int
    body: bytes = b""
    media: str = _PLAIN
    headers: tuple[tuple[str, str], ...] = ()
    etag: str = ""
    fixed: bool = False
    zipped: bytes = b""
    timing: tuple[tuple[str, float], ...] = ()
    vary: str = "Accept, Accept-Encoding"


class Refusal(Exception):  # noqa: N818 - an answer, as `Reply` is
    """A request that is answered with a reason in words."""

    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        self.reply = Reply(status, f"{text}\n".encode(), headers=headers)
        super().__init__(text)


def etag(*parts: object) -> str:
    """Return a validator for what the parts determine."""
    text = "\x00".join(str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def explained(error: GenekgError) -> Reply:
    """Return an error as a reply: what happened and what to do, in plain words."""
    headers: list[tuple[str, str]] = []
    if isinstance(error, BusyError):
        status = 503
        headers.append(("Retry-After", str(error.retry_after)))
    elif isinstance(error, QueryTimeoutError):
        status = 504
    elif isinstance(error, DiedError | StoreError):
        status = 500
    elif isinstance(error, QueryRefusedError):
        status = 403
    elif isinstance(error, FormatError):
        status = 406
    elif isinstance(error, NotFoundError):
        status = 404
    elif isinstance(error, QueryError | UsageError | AmbiguousError):
        status = 400
    else:
        status = 500
    return Reply(status, f"{error}\n".encode(errors="replace"), headers=tuple(headers))


async def until_gone(receive: Receive, work: Awaitable[Reply]) -> Reply | None:
    """Return what some work gives, or None when the client has left; then the work is ended.

    The body of the request must have been read.
    """
    task = asyncio.current_task()
    gone = False
    watcher: asyncio.Task[None] | None = None
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        if task is not None:
            task.cancel()

    def begin() -> None:
        nonlocal watcher
        watcher = loop.create_task(watch())

    clock = loop.call_later(_WATCHED_AFTER, begin)  # most answers are there before
    try:
        return await work
    except asyncio.CancelledError:
        if not gone or task is None:
            raise
        task.uncancel()
        return None
    finally:
        clock.cancel()
        if watcher is not None:
            watcher.cancel()


def _matches(header: str, tag: str) -> bool:
    """Say whether an If-None-Match header names a validator, compressed or not."""
    if header.strip() == "*":
        return True
    named = {part.strip().removeprefix("W/").strip('"') for part in header.split(",")}
    return bool(named & {tag, f"{tag}-gzip"})


async def compressed(reply: Reply) -> Reply:
    """Return a reply with its compressed body, where that is worth it."""
    if len(reply.body) < _SMALL or reply.zipped:
        return reply
    if len(reply.body) < _LARGE:
        zipped = gzip.compress(reply.body, 1, mtime=0)
    else:
        zipped = await asyncio.to_thread(gzip.compress, reply.body, 1, mtime=0)
    return replace(reply, zipped=zipped)


async def send_reply(
    scope: Scope,
    send: Send,
    reply: Reply,
    *,
    started: float,
    more: Iterable[tuple[bytes, bytes]] = (),
) -> int:
    """Send a reply with more headers; return the status that was sent."""
    asked: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in (b"accept-encoding", b"if-none-match"):
            asked[name] = asked[name] + b"," + value if name in asked else value
    status, body = reply.status, reply.body
    headers = [(b"content-type", reply.media.encode()), *_encoded(reply.headers), *more]
    zipping = accepts_gzip(asked.get(b"accept-encoding", b"").decode("latin-1"))
    if zipping and reply.zipped:
        body = reply.zipped
        headers.append((b"content-encoding", b"gzip"))
    if reply.etag:
        suffix = "-gzip" if body is reply.zipped and body else ""
        headers.append((b"etag", f'"{reply.etag}{suffix}"'.encode()))
        if scope["method"] in ("GET", "HEAD") and _matches(
            asked.get(b"if-none-match", b"").decode("latin-1"), reply.etag
        ):
            status, body = 304, b""
    headers.append((b"vary", reply.vary.encode()))
    headers.append((b"x-content-type-options", b"nosniff"))
    timing = (*reply.timing, ("total", time.perf_counter() - started))
    said = ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in timing)
    headers.append((b"server-timing", said.encode()))
    if status not in (204, 304):
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    shown = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": shown})
    return status


def _encoded(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
