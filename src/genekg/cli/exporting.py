"""The command that writes the graph out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from genekg.cli.output import note, opened, save, store_option
from genekg.errors import UsageError

FORMATS = ("nt", "ttl", "nq", "jsonld", "rdfxml", "graphml", "csv", "nodes.csv", "void")


@click.command()
@click.argument("entity", nargs=-1)
@click.option(
    "--format", "format_name", type=click.Choice(FORMATS), help="ttl, or by the ending of -o."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file."
)
@click.option("--inferred", is_flag=True, help="Add what is inferred to formats of triples.")
@click.option(
    "--licence",
    "licences",
    metavar="NAMES",
    default="",
    help="Only statements that a source under these licences makes, such as cc0,cc-by; whom to"
    " name is written beside the file.",
)
@store_option
def export(
    entity: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    inferred: bool,
    licences: str,
    home: Path | None,
) -> None:
    """Write the whole graph, or what surrounds one entity, to a file or standard output.

    nq holds the inferred graph and your own RDF too. graphml and csv hold the direct relations,
    with labels. void is the graph's description of itself: sources, version, counts.

    \b
    genekg export --format nq -o genekg.nq
    genekg export ALAS2 --format graphml -o alas2.graphml
    """
    from genekg import exports, licensing

    ending = output.name.partition(".")[2] if output else ""
    ending = "void" if ending == "void.ttl" else ending
    if output and not format_name and ending not in FORMATS:
        raise UsageError(
            f"{output.name} ends in no format of exports",
            remedy=f"end it in {', '.join(FORMATS)}, or say --format",
        )
    name = format_name or ending or "ttl"
    chosen = exports.named(name)
    kept = [one.strip() for one in licences.split(",") if one.strip()]
    with opened(home) as kg:
        selection = exports.selection(kg, " ".join(entity), inferred=inferred, licences=kept)
        chosen.write(kg, output or sys.stdout.buffer, selection)
        thanks = licensing.attribution(kg, kept) if kept else ""
    if thanks and output is not None:
        beside = output.with_name(f"{output.name}.attribution.txt")
        save(beside, thanks)
        note(f"whom to name is in {beside}")
    elif thanks:
        note(thanks)
    if output is not None:
        note(f"{output.stat().st_size:,} bytes of {name} written to {output}")
