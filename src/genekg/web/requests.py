"""What a client sends, read with limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Receive", "Request", "Scope", "Send", "TooLargeError", "pairs", "read_body"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_MOST_PARAMETERS = 1000


class TooLargeError(Exception):
    """The body is larger than is allowed."""


@dataclass(frozen=True)
class Request:
    """A request with its whole body. ``client`` stands for whoever shares a fair share."""

    scope: Scope
    receive: Receive
    body: bytes = b""
    part: str = ""

    @property
    def method(self) -> str:
        """GET, POST and so on; HEAD is answered as GET is."""
        return "GET" if self.scope["method"] == "HEAD" else str(self.scope["method"])

    @property
    def client(self) -> str:
        """The address that the request came from."""
        client = self.scope.get("client")
        return str(client[0]) if client else "local"

    def header(self, name: str) -> str:
        """Return a header, its repetitions joined by commas; empty when it is not there."""
        wanted = name.encode("latin-1")
        values = [value for key, value in self.scope["headers"] if key == wanted]
        return b",".join(values).decode("latin-1")

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address.

        Raises:
            ValueError: they are not UTF-8, or too many.
        """
        return pairs(self.scope["query_string"])

    def address(self, path: str = "") -> str:
        """Return the address of a path of this server, as the client knows it."""
        host = self.header("host") or "localhost"
        root = str(self.scope.get("root_path", ""))
        return f"{self.scope.get('scheme', 'http')}://{host}{root}{path}"


def pairs(query: bytes) -> list[tuple[str, str]]:
    """Return the pairs of a form or address, strictly.

    >>> pairs(b"query=ASK+%7B%7D&a=")
    [('query', 'ASK {}'), ('a', '')]

    Raises:
        ValueError: they are not UTF-8, or too many.
    """
    return parse_qsl(
        query.decode("utf-8"),
        keep_blank_values=True,
        encoding="utf-8",
        errors="strict",
        max_num_fields=_MOST_PARAMETERS,
    )


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body of a request.

    Raises:
        TooLargeError: it is larger than the limit, in bytes.
        ConnectionError: the client has gone.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body"):
        if len(body) > limit:
            raise TooLargeError
        return body
    parts = bytearray(body)
    while True:
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client has gone")
        if len(parts) > limit:
            raise TooLargeError
        if not message.get("more_body"):
            return bytes(parts)
        message = await receive()
        parts += message.get("body", b"")
