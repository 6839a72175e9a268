"""Exports: the graph, or one entity with all that is said of it, in the formats of the field.

``FORMATS`` has one entry a format. RDF formats hold the triples as they stand; GraphML, CSV,
Parquet, Neo4j and npz hold the direct relations between entities; KGX holds every statement of
every source in Biolink's slots, SSSOM the mappings; figures and phenopackets are of one entity;
``void`` holds what the graph says of itself. A file appears under its name only once it is
complete.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial

from pyoxigraph import RdfFormat

from genekg.errors import UsageError
from genekg.exports import (
    bundles,
    figures,
    graphml,
    kgx,
    neo4j,
    networks,
    parquet,
    phenopackets,
    relations,
    sssom,
    tensors,
    triples,
)
from genekg.exports.bundles import Parts
from genekg.exports.formats import Export
from genekg.exports.selecting import WHOLE, Selection, selection

__all__ = ["FORMATS", "WHOLE", "Export", "Selection", "for_file", "named", "selection"]


def named(name: str) -> Export:
    """Return a format by its name.

    Raises:
        UsageError: there is no such format; the message names them.

    >>> named("ttl").media_type
    'text/turtle'
    """
    if found := FORMATS.get(name):
        return found
    near = get_close_matches(name, FORMATS, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"no export format {name!r}", remedy=f"{meant}the formats are {', '.join(FORMATS)}"
    )


def for_file(name: str) -> Export:
    """Return the format that a file's name ends in, the longest ending first.

    Raises:
        UsageError: there is none; the message names the endings.

    >>> for_file("alas2.nodes.csv").name, for_file("alas2.csv").name
    ('nodes.csv', 'csv')
    """
    fits = [export for export in FORMATS.values() if name.endswith(export.suffix)]
    if not fits:
        endings = ", ".join(export.suffix for export in FORMATS.values())
        raise UsageError(
            f"{name} ends in no format of exports", remedy=f"say --format, or end it in {endings}"
        )
    return max(fits, key=lambda export: len(export.suffix))


def _bundle(name: str, about: str, parts: Parts) -> Export:
    """Return a format of several files."""
    writer = partial(bundles.write_zip, parts=parts)
    return Export(name, f".{name}.zip", "application/zip", about, writer, rdf=False, parts=parts)


FORMATS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("nt", ".nt", "application/n-triples", "N-Triples",
               partial(triples.write_triples, format=RdfFormat.N_TRIPLES)),
        Export("ttl", ".ttl", "text/turtle", "Turtle",
               partial(triples.write_triples, format=RdfFormat.TURTLE)),
        Export("nq", ".nq", "application/n-quads",
               "N-Quads, with what is inferred, and your own RDF, in their own graphs",
               triples.write_quads),
        Export("jsonld", ".jsonld", "application/ld+json", "JSON-LD, expanded",
               partial(triples.write_triples, format=RdfFormat.JSON_LD)),
        Export("rdfxml", ".rdf", "application/rdf+xml", "RDF/XML", triples.write_rdfxml),
        Export("graphml", ".graphml", "application/graphml+xml",
               "GraphML: entities and their direct relations, for Cytoscape, Gephi, networkx",
               graphml.write, rdf=False),
        Export("gexf", ".gexf", "application/xml", "GEXF: the same, for Gephi",
               partial(networks.write, form="gexf"), rdf=False),
        Export("node-link", ".node-link.json", "application/json",
               "JSON of nodes and links: the same, for networkx and D3",
               partial(networks.write, form="node-link"), rdf=False),
        Export("cytoscape", ".cyjs", "application/json",
               "Cytoscape JSON: the same, for Cytoscape and its web view",
               partial(networks.write, form="cytoscape"), rdf=False),
        Export("csv", ".csv", "text/csv; charset=utf-8",
               "CSV: one direct relation a row, with labels and sources",
               relations.write_edges, rdf=False),
        Export("nodes.csv", ".nodes.csv", "text/csv; charset=utf-8",
               "CSV: one entity a row, with its label and kind", relations.write_nodes, rdf=False),
        _bundle("kgx", "KGX, TSV: nodes, and each statement of each source, in Biolink's terms", {
            "nodes.tsv": partial(kgx.write_tsv, rows=kgx.nodes, columns=kgx.NODE_COLUMNS),
            "edges.tsv": partial(kgx.write_tsv, rows=kgx.edges, columns=kgx.EDGE_COLUMNS)}),
        _bundle("kgx-jsonl", "KGX as JSON lines", {
            "nodes.jsonl": partial(kgx.write_jsonl, rows=kgx.nodes),
            "edges.jsonl": partial(kgx.write_jsonl, rows=kgx.edges)}),
        _bundle("neo4j", "CSV for neo4j-admin database import: nodes and direct relations", {
            "nodes.csv": neo4j.write_nodes, "relationships.csv": neo4j.write_edges}),
        _bundle("parquet", "Parquet: nodes and direct relations (needs genekg[parquet])", {
            "nodes.parquet": parquet.write_nodes, "edges.parquet": parquet.write_edges}),
        Export("npz", ".npz", "application/octet-stream",
               "NumPy arrays: node table, edge index and types, for PyG and DGL", tensors.write,
               rdf=False),
        Export("sssom", ".sssom.tsv", "text/tab-separated-values; charset=utf-8",
               "SSSOM: which ids name the same condition or gene, by whom", sssom.write,
               rdf=False),
        Export("phenopacket", ".phenopacket.json", "application/json",
               "GA4GH phenopacket: a stub of a case of one condition", phenopackets.write,
               rdf=False, single=True),
        Export("dot", ".dot", "text/vnd.graphviz",
               "DOT: a figure of what stands around one entity, for Graphviz", figures.write_dot,
               rdf=False, single=True),
        Export("svg", ".svg", "image/svg+xml",
               "SVG: a figure of what stands around one entity", figures.write_svg,
               rdf=False, single=True),
        Export("void", ".void.ttl", "text/turtle",
               "VoID and DCAT, as Turtle: what the graph says of itself, with counts and releases",
               triples.write_void, whole=True),
    )
}  # fmt: skip
