"""How `genekg.workers` and `genekg.worker` talk: frames of a JSON header and a body of bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Frame", "read", "written"]

Frame = tuple[dict[str, Any], bytes | bytearray]
_LENGTHS = struct.Struct(">IQ")
_LONGEST_HEADER = 1 << 24
_PIECE = 1 << 20


def written(header: dict[str, Any], body: bytes | bytearray) -> Iterator[memoryview]:
    """Yield the bytes of a frame: the two lengths and the header, then the body.

    >>> b"".join(written({"form": "ask"}, b"true"))[12:]
    b'{"form": "ask"}true'
    """
    text = json.dumps(header).encode()
    yield memoryview(_LENGTHS.pack(len(text), len(body)) + text)
    if body:
        yield memoryview(body)


def read(source: Callable[[int], bytes | None], *, max_bytes: int | None = None) -> Frame:
    """Read a frame; ``source`` gives at most so many bytes, and none at the end.

    Raises:
        EOFError: the other side is gone.
        ValueError: the body is longer than ``max_bytes``.
    """
    header_length, body_length = _LENGTHS.unpack(_exactly(source, _LENGTHS.size))
    if header_length > _LONGEST_HEADER or (max_bytes is not None and body_length > max_bytes):
        raise ValueError(f"a frame of {header_length} and {body_length} bytes")
    header = json.loads(bytes(_exactly(source, header_length)))
    return header, _exactly(source, body_length)


def _exactly(source: Callable[[int], bytes | None], length: int) -> bytearray:
    data = bytearray()
    while len(data) < length:
        part = source(min(length - len(data), _PIECE))
        if not part:
            raise EOFError
        data += part
    return data
