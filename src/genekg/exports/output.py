"""Where an export goes: a file that appears once it is complete, text in batches."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_BATCH = 1 << 16


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside a path, and put it in the path's place when all went well."""
    path = path.resolve()
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or device: no replacing
        with path.open("wb") as output:
            yield output
        return
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_all(output: BinaryIO, data: bytes) -> None:
    """Write to an output that may take a part at a time, as one without a buffer does."""
    left = memoryview(data)
    while left:
        left = left[output.write(left) :]


class Text:
    """Text as UTF-8, in batches, to an output of bytes."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._waiting: list[str] = []
        self._size = 0

    def write(self, text: str) -> None:
        """Take text, and pass it on when there is enough."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Pass on what is waiting."""
        write_all(self._output, "".join(self._waiting).encode())
        self._waiting.clear()
        self._size = 0
