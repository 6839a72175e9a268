"""Exports: the graph, or one entity with all that is said of it, in the formats of the field.

``FORMATS`` has one entry a format. RDF formats hold the triples as they stand; GraphML and CSV
hold the direct relations between entities, with labels, kinds and sources; ``void`` holds what
the graph says of itself. The whole graph is written as it is read, without being held in memory.
A file appears under its name only once it is complete.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial

from pyoxigraph import RdfFormat

from genekg.errors import UsageError
from genekg.exports import graphml, relations, triples
from genekg.exports.formats import Export
from genekg.exports.selecting import WHOLE, Selection, selection

__all__ = ["FORMATS", "WHOLE", "Export", "Selection", "named", "selection"]


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
        Export("csv", ".csv", "text/csv; charset=utf-8",
               "CSV: one direct relation a row, with labels and sources",
               relations.write_edges, rdf=False),
        Export("nodes.csv", ".nodes.csv", "text/csv; charset=utf-8",
               "CSV: one entity a row, with its label and kind", relations.write_nodes, rdf=False),
        Export("void", ".void.ttl", "text/turtle",
               "VoID and DCAT, as Turtle: what the graph says of itself, with counts and releases",
               triples.write_void, whole=True),
    )
}  # fmt: skip
