"""Connections: uvicorn's protocol, with an end to what slow or greedy clients may take.

uvicorn times idle connections only. Here the head and the body of a request have to come within
a time and a size, an answer has to be read, and there are only so many connections.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from genekg.web.limits import Limits

__all__ = ["Connection", "connection_class"]

_HEAD, _BODY, _IDLE = "head", "body", "idle"


class Connection(HttpToolsProtocol):
    """One connection; `connection_class` gives it its limits."""

    limits: ClassVar[Limits] = Limits()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.access_log = False  # it would have the queries in it
        self._stage = _HEAD
        self._head_size = 0
        self._clock: asyncio.TimerHandle | None = None
        self._clock_stage = ""
        self._stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or say that there are too many."""
        super().connection_made(transport)
        channel = transport.get_extra_info("socket")
        if channel is not None and channel.family in (socket.AF_INET, socket.AF_INET6):
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > self.limits.connections:
            self._refuse(503, b"Service Unavailable", "too many connections", b"retry-after: 2\r\n")
            return
        self._time()

    def data_received(self, data: bytes) -> None:
        """Take bytes; stop if the head of a request does not come to its end."""
        if self._stage != _BODY:
            self._head_size += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._stage == _HEAD and self._head_size > 2 * self.limits.address:
            long = f"the head of the request is longer than {2 * self.limits.address:,} bytes"
            self._refuse(431, b"Request Header Fields Too Large", long)
            return
        self._time()

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._stage = _HEAD
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Go on to the body."""
        self._stage = _BODY
        self._head_size = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Be done with a request."""
        self._stage = _IDLE
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stage = _IDLE
        self._stop()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give a client that does not read its answer some time."""
        super().pause_writing()
        if self._stall is None:
            self._stall = self.loop.call_later(self.limits.stall_time, self._abort)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        if self.flow is not None:
            super().resume_writing()

    def _time(self) -> None:
        """Run a clock while a request is half here; most come in one piece."""
        if self._stage == _IDLE:
            self._stop()
        elif self._clock_stage != self._stage:
            self._stop()
            self._clock_stage = self._stage
            seconds = self.limits.head_time if self._stage == _HEAD else self.limits.body_time
            self._clock = self.loop.call_later(seconds, self._too_slow)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        self._clock_stage = ""

    def _too_slow(self) -> None:
        self._clock = None
        if self._stage == _BODY and self.cycle is not None and self.cycle.response_started:
            self._abort()
        else:
            self._refuse(408, b"Request Timeout", "the request took too long to arrive")

    def _refuse(self, status: int, phrase: bytes, text: str, more: bytes = b"") -> None:
        body = f"{text}\n".encode()
        head = b"HTTP/1.1 %d %s\r\ncontent-type: text/plain; charset=utf-8\r\n" % (status, phrase)
        head += b"content-length: %d\r\nconnection: close\r\n" % len(body)
        self.transport.write(head + more + b"\r\n" + body)
        self.transport.close()

    def _abort(self) -> None:
        self._stall = None
        self.transport.abort()


def connection_class(limits: Limits) -> type[Connection]:
    """Return the class of connections with these limits."""
    return type("LimitedConnection", (Connection,), {"limits": limits})
