"""Direct relations as CSV: one relation a row, or one entity a row."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from genekg import neighbourhoods, prefixes
from genekg.exports.output import Text
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from genekg.graph import Graph

_EDGE_COLUMNS = ("subject", "subject_label", "predicate", "object", "object_label", "source")
_NODE_COLUMNS = ("id", "label", "kind", "iri")


def write_edges(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one direct relation a row, with labels and sources."""
    text = Text(output)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_EDGE_COLUMNS)
    entities, edges = relations(graph, chosen)
    names = {entity.number: (entity.id, entity.label) for entity in entities}
    for edge in edges:
        rows.writerow(
            (
                *names[edge.subject],
                prefixes.shorten(edge.predicate.value),
                *names[edge.object],
                neighbourhoods.sources(graph, edge),
            )
        )
    text.flush()


def write_nodes(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one entity a row, with its label and kind."""
    text = Text(output)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_NODE_COLUMNS)
    for entity in relations(graph, chosen)[0]:
        rows.writerow((entity.id, entity.label, entity.kind, prefixes.expand(entity.id)))
    text.flush()
