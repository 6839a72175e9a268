"""Replies, and how each is sent: conditions, compression, HEAD, and faults in plain words."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

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

_T = TypeVar("_T")
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
        pieces: what follows the body, of an answer that is sent as it is made.
        encoding: how body and pieces are compressed, if they came so.
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
    pieces: AsyncGenerator[bytes, None] | None = None
    encoding: str = ""


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


async def until_gone(receive: Receive, work: Awaitable[_T]) -> _T | None:
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


def _known(header: str, tag: str) -> list[str]:
    """Return the validators of a body, compressed or not, that an If-None-Match header names."""
    named = {part.strip().removeprefix("W/").strip('"') for part in header.split(",")}
    return [each for each in (tag, f"{tag}-gzip") if each in named or "*" in named]


async def compressed(reply: Reply) -> Reply:
    """Return a reply with its compressed body, where that is worth it."""
    if len(reply.body) < _SMALL or reply.zipped or reply.pieces is not None:
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
    """Send a reply with more headers; return the status that was sent.

    Raises:
        GenekgError: what ended an answer in pieces; the end of its body has not been sent.
    """
    asked: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in (b"accept-encoding", b"if-none-match"):
            asked[name] = asked[name] + b"," + value if name in asked else value
    status, body = reply.status, reply.body
    headers = [(b"content-type", reply.media.encode()), *_encoded(reply.headers), *more]
    encoding = reply.encoding
    zipping = accepts_gzip(asked.get(b"accept-encoding", b"").decode("latin-1"))
    if zipping and reply.zipped:
        body, encoding = reply.zipped, "gzip"
    if reply.etag:
        tag = f"{reply.etag}-{encoding}" if encoding else reply.etag
        known = _known(asked.get(b"if-none-match", b"").decode("latin-1"), reply.etag)
        if known and scope["method"] in ("GET", "HEAD"):
            status, body = 304, b""
            tag = tag if tag in known else known[0]
        headers.append((b"etag", f'"{tag}"'.encode()))
    if encoding and status != 304:
        headers.append((b"content-encoding", encoding.encode()))
    headers.append((b"vary", reply.vary.encode()))
    headers.append((b"x-content-type-options", b"nosniff"))
    timing = (*reply.timing, ("total", time.perf_counter() - started))
    said = ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in timing)
    headers.append((b"server-timing", said.encode()))
    if status not in (204, 304) and reply.pieces is None:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    shown = b"" if scope["method"] == "HEAD" else body
    if reply.pieces is not None:
        async with aclosing(reply.pieces):
            if status != 304 and scope["method"] != "HEAD":
                await send({"type": "http.response.body", "body": shown, "more_body": True})
                async for piece in reply.pieces:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        shown = b""
    await send({"type": "http.response.body", "body": shown})
    return status


def _encoded(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
