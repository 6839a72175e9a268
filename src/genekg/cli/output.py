"""Options that commands share, and how answers are printed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from genekg import files, store, tables
from genekg.errors import StoreError, UsageError

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.tables import Table

_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "md", "html")
SHOWN = 25
# A table whose columns would be narrower than this is printed as blocks of lines instead.
_NARROWEST = 13


class _Place(click.ParamType):  # type: ignore[type-arg]
    """A folder; or the address of an endpoint, where ``remote``."""

    name = "folder"

    def __init__(self, *, remote: bool) -> None:
        self._remote = remote
        self.name = "folder|url" if remote else "folder"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        text = os.fspath(value)
        if not store.is_address(text):
            return Path(text)
        if not self._remote:
            self.fail("this command works on a folder, not on an endpoint", param, ctx)
        return str(text)


PLACE = _Place(remote=True)


def store_option(command: _Command) -> _Command:
    """Add ``--store`` to a command that reads: a folder, or the address of an endpoint."""
    return click.option(
        "--store",
        "home",
        type=PLACE,
        envvar="GENEKG_STORE",
        help="Folder of the graph, or address of a SPARQL endpoint that holds it"
        " (or GENEKG_STORE).",
    )(command)


def folder_option(command: _Command) -> _Command:
    """Add ``--store`` to a command that writes, or needs the files themselves: a folder."""
    return click.option(
        "--store",
        "home",
        type=_Place(remote=False),
        envvar="GENEKG_STORE",
        help="Folder of the graph (or GENEKG_STORE).",
    )(command)


def table_options(command: _Command) -> _Command:
    """Add ``--format``, ``-o`` and ``--limit``."""
    for option in (
        click.option("--limit", type=click.IntRange(1), help="Print at most so many rows."),
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write to a file; its ending chooses the format.",
        ),
        click.option(
            "--format",
            "format_name",
            type=click.Choice(FORMATS),
            help="table on a terminal, tsv in a pipe, unless given.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def opened(home: Path | str | None) -> Iterator[Graph]:
    """Open the graph; build the default one first when there is none, saying so."""
    from genekg import graph

    if isinstance(home, str):
        from genekg.cli.progress import building

        with building() as report:
            kg = graph.open(home, progress=report)
        with kg:
            yield kg
        return
    place = home or store.default_home()
    if store.current(place) is None:
        from genekg.cli.progress import building

        note(f"No graph in {place} yet: building the default one. Once, about a minute.")
        with building() as report:
            kg = graph.open(place, progress=report)
    else:
        kg = graph.open(place)
    with kg:
        yield kg


def note(text: str) -> None:
    """Say something beside the answer, on standard error."""
    click.echo(text, err=True)


def emit(
    table: Table,
    format_name: str | None = None,
    output: Path | None = None,
    limit: int | None = None,
    *,
    title: str = "",
) -> None:
    """Print a table, or write it to a file.

    On a terminal, long tables are cut to the first rows unless ``limit`` says otherwise; what
    is cut is said. Files and pipes get every row.
    """
    chosen = _chosen(format_name, output)
    cut = limit or (SHOWN if chosen == "table" and output is None else None)
    shown = tables.Table(table.columns, table.rows[:cut]) if cut else table
    if output is not None:
        save(output, tables.FORMATS[chosen](shown))
        note(f"{len(shown):,} rows written to {output}")
        return
    if chosen == "table":
        shown = _filled(shown)
        if len(shown.columns) * _NARROWEST > shutil.get_terminal_size((100, 25)).columns:
            records(shown, cut or len(shown))
        else:
            _print_rich(shown, title)
    else:
        write_out(tables.FORMATS[chosen](shown))
    if len(shown) < len(table):
        note(
            f"… and {len(table) - len(shown):,} more of {len(table):,}:"
            " --limit shows more, -o FILE.tsv saves all."
        )


def _filled(table: Table) -> Table:
    """Return the table without the columns that hold nothing, where it has rows."""
    kept = [
        place
        for place in range(len(table.columns))
        if not len(table) or any(row[place] not in (None, "") for row in table)
    ]
    columns = tuple(table.columns[place] for place in kept)
    return tables.Table(columns, [tuple(row[place] for place in kept) for row in table])


def records(table: Table, limit: int) -> None:
    """Print each row as a block of lines, its empty cells left out: for wide tables."""
    width = max(len(column) for column in table.columns)
    for row in table.rows[:limit]:
        for column, cell in zip(table.columns, row, strict=True):
            if cell not in (None, ""):
                click.echo(f"{click.style(column.rjust(width), bold=True)}  {cell}")
        click.echo()
    if len(table) > limit:
        note(f"… and {len(table) - limit:,} more: --limit shows more, -o FILE.tsv saves all.")


def _chosen(format_name: str | None, output: Path | None) -> str:
    if format_name and not (output and format_name == "table"):
        return format_name
    if output is not None:
        ending = output.suffix.removeprefix(".").lower()
        if ending not in tables.FORMATS:
            raise UsageError(
                f"{output.name} ends in no format of tables",
                remedy=f"end it in {', '.join(tables.FORMATS)}, or say --format",
            )
        return ending
    return "table" if sys.stdout.isatty() else "tsv"


def save(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    try:
        files.write(path, text)
    except OSError as error:
        raise StoreError(f"{path} could not be written ({error.strerror})") from error


def write_out(text: str) -> None:
    """Write text to standard output as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _print_rich(table: Table, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    width = shutil.get_terminal_size((100, 25)).columns
    console = Console(width=width, no_color=bool(os.environ.get("NO_COLOR")), highlight=False)
    rich_table = RichTable(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        pad_edge=False, expand=False,
    )  # fmt: skip
    for column in table.columns:
        is_id = column in ("id", "condition", "gene id", "term")
        rich_table.add_column(
            column, overflow="fold", no_wrap=is_id and _short(table, column), header_style="bold"
        )
    for row in table:
        rich_table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(rich_table)


def _short(table: Table, column: str) -> bool:
    """Whether every cell of a column is short enough to stay on one line."""
    return all(len(str(cell)) <= 24 for cell in table.column(column))
