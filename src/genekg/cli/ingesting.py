"""The command that reads pages: what they say, each statement with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genekg import store
from genekg.cli.output import emit, folder_option, note, opened, table_options
from genekg.cli.progress import Report, building
from genekg.errors import NotFoundError

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.ingestion import Reading


@click.command()
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--condition", default="", help="The condition that the page is about.")
@click.option("--dry-run", is_flag=True, help="Show what is found; keep nothing.")
@table_options
@folder_option
def ingest(
    pages: tuple[Path, ...],
    condition: str,
    dry_run: bool,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Read pages about conditions: files, folders, archives, or - for standard input.

    What a page says about its condition is found in its prose, each statement with its sentence,
    and kept for the next `genekg build`. A page is a MedlinePlus Genetics page: saved HTML, plain
    text, or MedQuAD XML.

    \b
    genekg ingest page.html --dry-run
    genekg ingest pages/ && genekg build
    """
    from genekg import ingestion

    place = home or store.default_home()
    with opened(home) as kg:
        with building() as report:
            readings = list(_readings(kg, pages, condition, report))
        if not readings:
            raise NotFoundError(
                "no page's condition is in the graph", remedy="name it with --condition"
            )
        found = ingestion.table(kg, readings)
    if len(readings) == 1:
        (one,) = readings
        note(f"{one.condition.label} ({one.condition.id}): {one.page.address}")
    of_pages = "one page" if len(readings) == 1 else f"{len(readings):,} pages"
    said = f"{len(found):,} statements of {of_pages}"
    if dry_run or output is not None:
        emit(found, format_name, output, limit)
    if dry_run:
        note(f"{said}; nothing is kept.")
        return
    kept = list(ingestion.keep(place, readings))
    note(f"{said} kept in {kept[0].parent}.")
    note("`genekg build` takes them into the graph.")


def _readings(
    kg: Graph, paths: tuple[Path, ...], condition: str, report: Report
) -> Iterator[Reading]:
    from genekg import ingestion
    from genekg.sources import medlineplus_pages

    report("reading the names to look for", 0, 0)
    names = ingestion.lexicon()
    done = 0
    for path in paths:
        for page in medlineplus_pages.pages(path):
            report("reading pages", done := done + 1, 0)
            reading = ingestion.read(kg, page, names, condition)
            if reading is None:
                note(f"{page.address}: no one condition of the graph is named {page.title!r}")
            else:
                yield reading
