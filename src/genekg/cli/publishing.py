"""The command that loads the graph into another engine."""

from __future__ import annotations

from pathlib import Path

import click

from genekg.cli.output import note, opened, store_option


@click.command()
@click.option("--to", "address", required=True, metavar="URL", help="The SPARQL endpoint.")
@click.option(
    "--graph-store",
    default="",
    metavar="URL",
    help="Its Graph Store Protocol, where that is not told by the server and the address.",
)
@click.option(
    "--merged-graph/--default-graph",
    "merged",
    default=None,
    help="Load what sources state into gkgraph:merged, for engines whose default graph is the"
    " union of all; or into the default graph. Chosen for Virtuoso and Oxigraph.",
)
@click.option("--force", is_flag=True, help="Replace a graph that is not genekg's.")
@store_option
def publish(
    address: str, graph_store: str, merged: bool | None, force: bool, home: Path | None
) -> None:
    """Load the graph into a SPARQL engine, and compare the counts.

    A load that was cut goes on where it ended. GENEKG_TOKEN, or GENEKG_USER and
    GENEKG_PASSWORD, is the login. For large graphs the bulk loaders of the engines are faster:
    see `genekg export --shards`.

    \b
    genekg publish --to http://localhost:7878/query
    genekg ask "conditions with X-linked inheritance" --store http://localhost:7878/query
    """
    from genekg import publishing
    from genekg.cli.progress import building
    from genekg.endpoints import Endpoint

    endpoint = Endpoint(address)
    try:
        own = None if merged is None else not merged
        to = publishing.target(endpoint, graph_store=graph_store, own_default=own)
        with opened(home) as kg, building() as report:
            loaded = publishing.publish(kg, to, report, force=force)
    finally:
        endpoint.close()
    for name, number in loaded.items():
        note(f"{number:,} triples in {name or 'the default graph'}")
    note(f"Counted there too. Read it with --store {address}")
