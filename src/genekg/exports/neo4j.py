"""Neo4j: nodes and relationships as CSV files for ``neo4j-admin database import``.

Header rules: https://neo4j.com/docs/operations-manual/current/import/#import-tool-header-format.
An excluded symptom is a relationship of its own type, ``LACKS_SYMPTOM``.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from genekg import neighbourhoods, prefixes
from genekg.exports.output import Text
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from genekg.graph import Graph

NODE_HEADER = ("id:ID", "label", "kind", "iri", ":LABEL")
EDGE_HEADER = (":START_ID", ":END_ID", ":TYPE", "predicate", "sources:string[]")


def write_nodes(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one entity a row; its kind is its Neo4j label (``InheritanceMode``)."""
    text = Text(output)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(NODE_HEADER)
    for entity in relations(graph, chosen)[0]:
        label = entity.kind.title().replace(" ", "")
        rows.writerow((entity.id, entity.label, entity.kind, prefixes.expand(entity.id), label))
    text.flush()


def write_edges(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one direct relation a row; its sources are an array, parted by ``;``."""
    text = Text(output)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(EDGE_HEADER)
    entities, edges = relations(graph, chosen)
    ids = {entity.number: entity.id for entity in entities}
    for edge in edges:
        name = neighbourhoods.RELATION_LABELS[edge.predicate].upper().replace(" ", "_")
        sources = [one.replace(";", ",") for one in graph.adjacency.source_names(edge.sources)]
        predicate = prefixes.shorten(edge.predicate.value)
        rows.writerow((ids[edge.subject], ids[edge.object], name, predicate, ";".join(sources)))
    text.flush()
