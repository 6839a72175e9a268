"""Tables: the one shape of an answer, and the formats it is written in."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from genekg.errors import GenekgError, UsageError

if TYPE_CHECKING:
    import pandas as pd

Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows. A cell is text, a number, a truth value, or None where nothing is known.

    >>> table = Table(("id", "label"), [("HP:0001417", "X-linked inheritance")])
    >>> len(table), table.column("label")
    (1, ['X-linked inheritance'])
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        """Iterate over the rows."""
        return iter(self.rows)

    def column(self, name: str) -> list[Cell]:
        """Return one column.

        Raises:
            UsageError: no such column.
        """
        position = self._position(name)
        return [row[position] for row in self.rows]

    def _position(self, name: str) -> int:
        if name not in self.columns:
            raise UsageError(f"no column {name!r}", remedy=f"there are {', '.join(self.columns)}")
        return self.columns.index(name)

    def dicts(self) -> Iterator[dict[str, Cell]]:
        """Yield each row as column to cell."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def sorted(self, *columns: str) -> Table:
        """Return the table by the given columns, text without case, empty cells last.

        Raises:
            UsageError: no such column.
        """
        positions = [self._position(column) for column in columns]

        def key(row: tuple[Cell, ...]) -> list[tuple[int, Any]]:
            return [_sort_key(row[position]) for position in positions]

        return Table(self.columns, sorted(self.rows, key=key))

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas data frame.

        Raises:
            GenekgError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise GenekgError(
                "pandas is not installed", remedy="run `pip install 'genekg[notebook]'`"
            ) from error
        return pd.DataFrame(list(self.rows), columns=list(self.columns))

    def _repr_html_(self) -> str:
        return to_html(self)


def _sort_key(cell: Cell) -> tuple[int, Any]:
    if cell is None or cell == "":
        return (2, "")
    if isinstance(cell, str):
        return (1, cell.casefold())
    return (0, cell)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def to_tsv(table: Table) -> str:
    """Write tab-separated values; a tab or line end inside a cell becomes a space."""
    lines = ["\t".join(table.columns)]
    for row in table:
        lines.append("\t".join(" ".join(_text(cell).split()) for cell in row))
    return "\n".join(lines) + "\n"


def to_csv(table: Table) -> str:
    """Write comma-separated values as RFC 4180 has them."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_text(cell) for cell in row] for row in table)
    return output.getvalue()


def to_json(table: Table) -> str:
    """Write a JSON array of objects."""
    return json.dumps(list(table.dicts()), ensure_ascii=False, indent=1) + "\n"


def to_jsonl(table: Table) -> str:
    """Write one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.dicts())


def to_md(table: Table) -> str:
    """Write a Markdown table."""

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    def cell_text(cell: Cell) -> str:
        return " ".join(_text(cell).split()).replace("|", "\\|")

    rows = [line([cell_text(cell) for cell in row]) for row in table]
    return "\n".join([line(table.columns), line(["---"] * len(table.columns)), *rows]) + "\n"


def to_html(table: Table) -> str:
    """Write an HTML table, every cell escaped."""
    head = "".join(f"<th>{html.escape(column)}</th>" for column in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(cell))}</td>" for cell in row) + "</tr>"
        for row in table
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>\n"


FORMATS: dict[str, Callable[[Table], str]] = {
    "tsv": to_tsv,
    "csv": to_csv,
    "json": to_json,
    "jsonl": to_jsonl,
    "md": to_md,
    "html": to_html,
}
