"""Commands about the graph itself: build, info, verify."""

from __future__ import annotations

from pathlib import Path

import click

from genekg import store
from genekg.cli.output import emit, folder_option, note, opened, store_option, table_options
from genekg.cli.progress import building
from genekg.errors import StoreError, UsageError


@click.command()
@click.option("--force", is_flag=True, help="Build even when nothing has changed.")
@click.option(
    "--source",
    "given",
    multiple=True,
    metavar="NAME=PATH",
    help="Use this file for a source: hpo, hpo-annotations, hpo-genes, curated.",
)
@click.option(
    "--rdf",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Load this RDF file into a graph of its own: Turtle, N-Triples, N-Quads, TriG, JSON-LD"
    " or RDF/XML, also .gz. May be repeated.",
)
@folder_option
def build(force: bool, given: tuple[str, ...], rdf: tuple[Path, ...], home: Path | None) -> None:
    """Build the graph and publish it; the one in use stays until the new one is whole.

    Without options it is built from the HPO release that is installed with genekg and the
    curated conditions. A second build of the same inputs does nothing and says so.

    An RDF file notes.ttl is the graph <https://w3id.org/genekg/graph/user/notes>, beside the
    default graph; name it again in the next build to keep it. `genekg info` lists the graphs.
    """
    from genekg import graph, pipeline, reports, significance

    place = home or store.default_home()
    files = dict(_source(one) for one in given)
    with building() as report:
        outcome = pipeline.build(place, files, rdf=rdf, force=force, progress=report)
    if not outcome.new:
        note(f"Nothing has changed: {outcome.build.path} is the graph of these inputs already.")
        return
    with graph.open(place, build=False) as kg, building() as report:
        significance.prepare(kg, progress=report)
    for title, table in reports.summary(outcome.build):
        emit(table, title=title, limit=1000)


def _source(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not NAME=PATH", remedy="for example hpo=hp.obo")
    return name, Path(path)


def _published(place: Path) -> store.Build:
    found = store.current(place)
    if found is None:
        raise StoreError(f"no graph in {place}", remedy="run `genekg build`")
    return found


def _graph(home: Path | str | None) -> store.Build:
    """Return what a build says of itself, in a folder or at an endpoint."""
    if not isinstance(home, str):
        return _published(home or store.default_home())
    with opened(home) as kg:
        return kg.build


@click.command()
@table_options
@store_option
def info(
    format_name: str | None, output: Path | None, limit: int | None, home: Path | None
) -> None:
    """Say what is in the graph: sources, versions, licences, counts."""
    from genekg import reports

    found = _graph(home)
    if format_name or output:
        emit(reports.sources(found), format_name, output, limit)
        return
    for title, table in reports.summary(found):
        emit(table, title=title, limit=1000)


@click.command()
@click.option("--shapes", is_flag=True, help="Hold every node against the SHACL shapes too.")
@folder_option
def verify(shapes: bool, home: Path | None) -> None:
    """Check every file of the graph against the hash it was published with."""
    place = home or store.default_home()
    found = _published(place)
    files = sum(1 for _ in store.verify(found))
    note(f"{files} files are what was published in {found.path}.")
    if shapes:
        from genekg import shapes as shacl

        with opened(place) as kg, building() as report:
            violations = shacl.broken(kg.store, report)
        if len(violations):
            emit(violations, limit=1000)
            raise StoreError(f"{len(violations)} violations of the shapes")
        note("Every node fulfils the shapes.")
