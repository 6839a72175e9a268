"""Where pyoxigraph writes an answer: a file that counts rows and bytes, and stops at a limit.

pyoxigraph serialises a whole answer or none of it. So the bytes are watched as they come, and cut
between two rows: what is left is well-formed, and a prefix of the whole answer.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass

__all__ = ["Full", "RowWriter"]

_SMALL = 1 << 16


class Full(Exception):  # noqa: N818 - a signal to stop writing, not a fault
    """The limit is reached: stop writing."""


@dataclass(frozen=True)
class _Shape:
    """How a row starts in a format: with ``start``, outside of ``quoted``.

    The row before ends where ``start`` begins, or one byte on if it begins with ``ending``.
    """

    start: re.Pattern[bytes]
    half: re.Pattern[bytes]
    quoted: re.Pattern[bytes] | None = None
    ending: tuple[bytes, ...] = ()
    closing: bytes = b""


def _pattern(text: bytes) -> re.Pattern[bytes]:
    return re.compile(text, re.DOTALL)


_SHAPES = {
    "json": _Shape(
        start=_pattern(rb"[\[,]\{"),
        half=_pattern(rb"[\[,]\Z"),
        quoted=_pattern(rb'"(?:[^"\\]|\\.)*+"'),
        ending=(b"[",),
        closing=b"]}}",
    ),
    "xml": _Shape(
        start=_pattern(rb"<result>"),
        half=_pattern(rb"<[a-z]*\Z"),
        closing=b"</results></sparql>",
    ),
    "csv": _Shape(
        start=_pattern(rb"\n"),
        half=_pattern(rb"\n\Z"),
        quoted=_pattern(rb'"[^"]*+"'),
        ending=(b"\n",),
    ),
    "tsv": _Shape(start=_pattern(rb"\n"), half=_pattern(rb"\n\Z"), ending=(b"\n",)),
}


def _counted(format: str, data: bytearray) -> int:
    """Return the rows of a small, whole answer."""
    if not data:
        return 0
    if format == "json":
        return len(json.loads(data)["results"]["bindings"])
    if format == "xml":
        return data.count(b"<result>")
    if format == "tsv":
        return data.count(b"\n") - 1
    return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1


class RowWriter:
    """A binary file for the rows of a SELECT in json, xml, csv or tsv.

    After `finish`, ``data`` is the answer, ``rows`` its rows, and ``truncated`` says whether there
    were more.

    >>> writer = RowWriter("csv", max_rows=1, max_bytes=None)
    >>> try:
    ...     written = writer.write(b"x\\r\\n1\\r\\n2\\r\\n")
    ... except Full:
    ...     pass
    >>> writer.finish()
    >>> bytes(writer.data), writer.rows, writer.truncated
    (b'x\\r\\n1\\r\\n', 1, True)
    """

    def __init__(self, format: str, *, max_rows: int | None, max_bytes: int | None) -> None:
        """Start an empty file; None is no limit."""
        self._shape = _SHAPES[format]
        self._max_rows = max_rows
        self._max_bytes = max_bytes
        self._format = format
        limits = [limit for limit in (max_rows, max_bytes) if limit is not None]
        self._free = min([_SMALL, *limits])  # bytes within which no limit can be passed
        self._scanned = 0
        self._held = 0
        self._pieces = [(0, 0)]  # where each scanned piece starts, and the rows before it
        self.data = bytearray()
        self.rows = 0
        self.truncated = False

    def write(self, chunk: bytes) -> int:
        """Take some bytes of the answer.

        Raises:
            Full: once a row or byte limit is passed.
        """
        if self.truncated:  # pyoxigraph writes what is in its buffer once more as it gives up
            raise Full
        self.data += chunk
        if len(self.data) > self._free:
            self._scan(last=False)
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: a file has it."""

    def finish(self) -> None:
        """Count what is left after the last write; after `Full` there is nothing to count."""
        if len(self.data) <= self._free:
            self.rows = _counted(self._format, self.data)
        elif not self.truncated:
            try:
                self._scan(last=True)
            except Full:
                return

    def _scan(self, *, last: bool) -> None:
        """Count the rows that start in what is new, and stop at a limit."""
        new = len(self.data) - self._scanned
        full = self._max_bytes is not None and len(self.data) > self._max_bytes
        if new < 2 * self._held and not (last or full):
            return  # within a long string: looking at it again for each write would be quadratic
        piece = bytes(memoryview(self.data)[self._scanned :])
        self._held = self._open_end(piece)
        bare = piece[: len(piece) - self._held]
        if self._shape.quoted:
            bare = self._shape.quoted.sub(b"_", bare)
        started = len(self._shape.start.findall(bare))
        if self._max_rows is not None and self.rows + started > self._max_rows:
            end = self._scanned + self._starts(piece)[self._max_rows - self.rows]
            size = end + len(self._shape.closing)
            full = self._max_bytes is not None and size > self._max_bytes
            if not full:
                self._end(end, self._max_rows)
        self.rows += started
        self._scanned += len(piece) - self._held
        self._pieces.append((self._scanned, self.rows))
        if self._max_bytes is not None and full:
            self._end(*self._last_row_within(self._max_bytes - len(self._shape.closing)))

    def _open_end(self, piece: bytes) -> int:
        """Return how many bytes at the end may be the first half of something."""
        if self._shape.quoted:
            whole = b'(?:[^"]++|' + self._shape.quoted.pattern + b")*+"
            match = re.match(whole, piece, re.DOTALL)
            if match and match.end() < len(piece):  # a string is open
                return len(piece) - match.end()
        half = self._shape.half.search(piece, max(0, len(piece) - len("<result>")))
        return len(half[0]) if half else 0

    def _starts(self, piece: bytes) -> list[int]:
        """Return where the text before each row of a piece ends."""
        quoted = self._shape.quoted
        either = self._shape.start.pattern
        if quoted is not None:
            either = b"(?P<quoted>" + quoted.pattern + b")|" + either
        return [
            match.start() + (match[0][:1] in self._shape.ending)
            for match in re.finditer(either, piece, re.DOTALL)
            if quoted is None or match["quoted"] is None
        ]

    def _last_row_within(self, allowed: int) -> tuple[int, int]:
        """Return the last end of a row within some bytes, and the rows up to there."""
        for place in range(len(self._pieces) - 2, -1, -1):
            (start, rows), (end, _) = self._pieces[place : place + 2]
            piece = bytes(memoryview(self.data)[start:end])
            fitting = [row for row in self._starts(piece) if start + row <= allowed]
            if fitting:
                return start + fitting[-1], rows + len(fitting) - 1
        return 0, 0

    def _end(self, end: int, rows: int) -> None:
        del self.data[end:]
        if end:
            self.data += self._shape.closing
        self.rows = rows
        self.truncated = True
        raise Full
