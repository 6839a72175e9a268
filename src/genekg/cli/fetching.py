"""Commands about the sources' files: fetch, sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from genekg.cli.output import emit, note, opened, store_option, table_options
from genekg.errors import GenekgError, StoreError, UsageError

if TYPE_CHECKING:
    from genekg.sources import Source
    from genekg.store import Build
    from genekg.tables import Cell

LARGEST = 2_000_000_000
_COLUMNS = ("source", "gives", "version", "licence", "state", "path")


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "every", is_flag=True, help="Every source that has an address.")
@click.option("--mirror", metavar="ADDRESS|FOLDER",
              help="Take the files, by their names, from a site's own copy.")  # fmt: skip
@click.option("--pin", metavar="SHA256", help="Refuse a file that has another SHA-256.")
def fetch(names: tuple[str, ...], every: bool, mirror: str | None, pin: str | None) -> None:
    """Fetch the official file of a source, or learn that the one here is still current.

    Files go to the cache folder (GENEKG_CACHE, else the platform's). A download that was cut
    goes on where it ended; one that fails leaves the file from before.

    \b
    genekg fetch hpo hpo-annotations
    genekg fetch --all --mirror /data/mirror
    """
    from genekg import fetching

    wanted = _wanted(names, every, pin)
    failed = [source.name for source in wanted if not _fetched(source, mirror=mirror, pin=pin)]
    if failed:
        raise fetching.FetchError(
            f"{len(failed)} of {len(wanted)} sources could not be fetched: {', '.join(failed)}",
            remedy="the files from before are untouched",
        )


def _wanted(names: tuple[str, ...], every: bool, pin: str | None) -> list[Source]:
    """Return the sources that are named, each once."""
    from genekg.sources import registry

    known = registry()
    if bool(names) == every:
        raise UsageError(
            "name the sources to fetch, or give --all alone",
            remedy=f"the sources are {', '.join(known)}",
        )
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"no source named {unknown[0]!r}", remedy=f"the sources are {', '.join(known)}"
        )
    chosen = list(dict.fromkeys(names or known))
    if pin and len(chosen) > 1:
        raise UsageError("--pin is for one source", remedy="fetch them one by one")
    return [known[name] for name in chosen]


def _fetched(source: Source, *, mirror: str | None, pin: str | None) -> bool:
    """Fetch one source and say in a line what came of it; False when it failed."""
    from genekg import fetching, resources
    from genekg.cli.progress import building

    if not source.facts.get("address"):
        note(f"{source.name} has no address to fetch it from: skipped.")
        return True
    try:
        with building() as report:
            found = fetching.fetch(
                source.facts["file"],
                source.facts["address"],
                resources.cache() / source.name,
                cap=source.facts.get("cap", LARGEST),
                progress=report,
                mirror=mirror,
                pin=pin,
            )
    except fetching.FetchError as error:
        note(f"{source.name}: {error}")
        return False
    state = "new" if found.changed else "unchanged"
    click.echo(f"{source.name}\t{state}\t{found.size:,} bytes\t{found.sha256}\t{found.path}")
    return True


@click.command()
@table_options
@store_option
def sources(
    format_name: str | None, output: Path | None, limit: int | None, home: Path | None
) -> None:
    """List the sources: what each gives, its version in the graph, licence, state and file."""
    from genekg import tables
    from genekg.sources import registry

    build = _published(home)
    versions = {
        one["source"]: one["version"] for one in (build.manifest["sources"] if build else ())
    }
    rows = [_row(source, versions.get(name, "")) for name, source in registry().items()]
    emit(tables.Table(_COLUMNS, rows), format_name, output, limit)


def _published(home: Path | str | None) -> Build | None:
    """Return the graph in use, if there is one; none is built for the sake of a list."""
    from genekg import store

    if isinstance(home, str):
        with opened(home) as kg:
            return kg.build
    try:
        return store.current(home or store.default_home())
    except StoreError as error:
        note(str(error))
        return None


def _row(source: Source, version: str) -> tuple[Cell, ...]:
    from genekg import fetching, resources

    address = source.facts.get("address")
    cached = resources.cache() / source.name / source.facts["file"]
    known = fetching.receipt(cached) if address else None
    used = _used(source)
    if known:
        state = f"fetched on {known.fetched[:10]}"
    elif used == cached:
        state = "put there by hand"
    elif used:
        state = "packaged" if address else "ours"
    else:
        state = "not fetched" if address else "no address; give a file with --source"
    licence = source.facts["licence"]
    return (source.name, source.facts["about"], version, licence, state, str(used or ""))


def _used(source: Source) -> Path | None:
    """Return the file that a build takes when none is given."""
    try:
        path = source.default()
    except GenekgError:
        return None
    return path if path is not None and path.exists() else None
