"""Files that are written whole or not at all: beside their place, then moved there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside a path, and put it in the path's place when all went well.

    What stood there stays as it was until then. A pipe or device is written to as it is, and a
    symbolic link is followed.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    path = path.resolve()
    if path.exists() and not (path.is_file() or path.is_dir()):
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


def write(path: Path, text: str) -> None:
    """Write text as UTF-8, with the line ends that it has.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    with replacing(path) as output:
        output.write(text.encode())
