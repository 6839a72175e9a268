"""How `genekg.workers` and `genekg.worker` talk: frames of a JSON header and a body of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Frame", "read", "taken", "written"]

Frame = tuple[dict[str, Any], bytes | bytearray]
_LENGTHS = struct.Struct(">IQ")
_LONGEST_HEADER = 1 << 24
_PIECE = 1 << 20
_SMALL = 1 << 16


def written(header: dict[str, Any], body: bytes | bytearray) -> Iterator[memoryview]:
    """Yield the bytes of a frame: the two lengths, the header, the body; a small one in one piece.

    >>> b"".join(written({"form": "ask"}, b"true"))[12:]
    b'{"form": "ask"}true'
    """
    text = json.dumps(header).encode()
    head = _LENGTHS.pack(len(text), len(body)) + text
    if len(body) <= _SMALL:
        yield memoryview(head + body)
    else:
        yield memoryview(head)
        yield memoryview(body)


def read(source: Callable[[int], bytes | None], *, max_bytes: int | None = None) -> Frame:
    """Read a frame; ``source`` gives at most so many bytes, and none at the end.

    Raises:
        EOFError: the other side is gone.
        ValueError: the body is longer than ``max_bytes``.
    """
    header_length, body_length = _LENGTHS.unpack(_exactly(source, _LENGTHS.size))
    _check(header_length, body_length, max_bytes)
    header = json.loads(bytes(_exactly(source, header_length)))
    return header, _exactly(source, body_length)


def taken(buffer: bytearray, *, max_bytes: int | None = None) -> Frame | None:
    """Take a frame off the front of a buffer, or return None while it is not all there.

    >>> buffer = bytearray(b"".join(written({"form": "ask"}, b"true")))
    >>> rest = buffer[-1:]
    >>> del buffer[-1:]
    >>> taken(buffer) is None
    True
    >>> taken(buffer + rest)
    ({'form': 'ask'}, bytearray(b'true'))

    Raises:
        ValueError: the body is longer than ``max_bytes``.
    """
    if len(buffer) < _LENGTHS.size:
        return None
    header_length, body_length = _LENGTHS.unpack_from(buffer)
    _check(header_length, body_length, max_bytes)
    start = _LENGTHS.size + header_length
    if len(buffer) < start + body_length:
        return None
    header = json.loads(buffer[_LENGTHS.size : start])
    body = buffer[start : start + body_length]
    del buffer[: start + body_length]
    return header, body


def _check(header_length: int, body_length: int, max_bytes: int | None) -> None:
    if header_length > _LONGEST_HEADER or (max_bytes is not None and body_length > max_bytes):
        raise ValueError(f"a frame of {header_length} and {body_length} bytes")


def _exactly(source: Callable[[int], bytes | None], length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        part = source(min(length - len(data), _PIECE))
        if not part:
            raise EOFError
        data += part
    return data
