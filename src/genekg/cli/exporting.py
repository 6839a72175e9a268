"""The command that writes the graph out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from genekg.cli.output import note, opened, save, store_option
from genekg.errors import UsageError

FORMATS = (
    "nt", "ttl", "nq", "jsonld", "rdfxml", "graphml", "gexf", "node-link", "cytoscape", "csv",
    "nodes.csv", "kgx", "kgx-jsonl", "neo4j", "parquet", "npz", "sssom", "phenopacket", "dot",
    "svg", "void",
)  # fmt: skip


@click.command()
@click.argument("entity", nargs=-1)
@click.option(
    "--format", "format_name", type=click.Choice(FORMATS), help="ttl, or by the ending of -o."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to a file; kgx, neo4j and parquet to a new folder, or to a .zip.",
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
@click.option(
    "--shards",
    type=click.IntRange(1, 9999),
    help="Write so many compressed N-Quads files and their manifest to a new folder, for the bulk"
    " loaders of large engines: every graph, what is inferred and the label index too.",
)
@store_option
def export(
    entity: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    inferred: bool,
    licences: str,
    shards: int | None,
    home: Path | None,
) -> None:
    """Write the whole graph, or what surrounds one entity, to a file or standard output.

    nq holds the inferred graph and your own RDF too. graphml, csv, neo4j, parquet and npz hold the
    direct relations; kgx every statement of each source in Biolink's terms; sssom the mappings.
    svg, dot and phenopacket are of one entity. void is the graph's description of itself.

    \b
    genekg export -o genekg.nq
    genekg export --format kgx -o genekg-kgx
    genekg export --shards 8 -o genekg-shards
    genekg export ALAS2 -o alas2.svg
    genekg export "X-linked sideroblastic anemia" -o xlsa.phenopacket.json
    """
    from genekg import exports, licensing

    if shards is not None:
        if entity or inferred or licences or format_name or output is None:
            raise UsageError(
                "shards hold the whole graph and go to a folder",
                remedy="for example genekg export --shards 8 -o genekg-shards",
            )
        _write_shards(home, output, shards)
        return
    if format_name or output is None:
        chosen = exports.named(format_name or "ttl")
    else:
        chosen = exports.for_file(output.name)
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
        files = [one for one in output.rglob("*") if one.is_file()] if output.is_dir() else [output]
        size = sum(one.stat().st_size for one in files)
        note(f"{size:,} bytes of {chosen.name} written to {output}")


def _write_shards(home: Path | None, folder: Path, number: int) -> None:
    from genekg import shards
    from genekg.cli.progress import building

    with opened(home) as kg, building() as report:
        content = shards.write(kg, folder, number, report)
    size = sum(one["size"] for one in content["shards"])
    note(f"{content['quads']:,} quads in {number} shards, {size:,} bytes, written to {folder}")
