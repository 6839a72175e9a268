"""Where an export goes: a file that appears once it is complete, text in batches."""

from __future__ import annotations

import io
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from genekg.errors import UsageError

_BATCH = 1 << 16


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside a path, and move it to the path when all went well.

    Raises:
        UsageError: something else is there.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(
            f"{path} is there already", remedy="name a new folder, or a file that ends in .zip"
        )
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir()
        yield part
        part.replace(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_all(output: BinaryIO, data: bytes | memoryview) -> None:
    """Write to an output that may take a part at a time, as one without a buffer does."""
    left = memoryview(data).cast("B")
    while left:
        left = left[output.write(left) :]


class Whole(io.RawIOBase):
    """An output that takes all it is given, as writers of archives expect; it cannot be sought."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write all of the data, and return how many bytes that was."""
        view = memoryview(data)
        write_all(self._output, view)
        return view.nbytes


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
