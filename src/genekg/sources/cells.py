"""Tables with quoted cells, as CSV and TSV exports have them: a cell may hold a line end."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from genekg import readers
from genekg.errors import SourceError


def rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of its first line, cells) of every row.

    Raises:
        SourceError: a quotation that is not closed, or a file that ``readers.lines`` refuses.
    """
    start = 1
    lines = (line + "\n" for _, line in readers.lines(path))
    table = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in table:
            if start == 1 and cells:
                cells[0] = cells[0].removeprefix("\ufeff")
            yield start, cells
            start = table.line_num + 1
    except csv.Error as error:
        raise SourceError(
            path, start, f"not a table row ({error})", remedy="the file may be cut; fetch it again"
        ) from error
    if start == 1:
        raise SourceError(path, None, "the file is empty", remedy="fetch it again")


def named(path: Path, line: int, names: list[str], cells: list[str]) -> dict[str, str]:
    """Return a row by the names of its columns.

    Raises:
        SourceError: the row has another number of cells than the header.
    """
    if len(cells) != len(names):
        raise SourceError(
            path,
            line,
            f"{len(cells)} cells where the header has {len(names)}",
            remedy="the file may be cut or edited; fetch it again",
        )
    return dict(zip(names, (cell.strip() for cell in cells), strict=True))
