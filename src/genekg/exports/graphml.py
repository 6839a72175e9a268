"""GraphML, for Cytoscape, Gephi, networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from genekg import neighbourhoods, prefixes
from genekg.exports.output import Text
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from genekg.graph import Graph

# XML readers turn a bare carriage return into a line feed.
_LINE_END = {"\r": "&#13;"}

_GRAPHML_KEYS = (
    ("node", "label"),
    ("node", "kind"),
    ("node", "iri"),
    ("edge", "predicate"),
    ("edge", "label"),
    ("edge", "sources"),
)
_GRAPHML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)


def write(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write GraphML as its primer has it: http://graphml.graphdrawing.org/primer/."""
    text = Text(output)
    text.write(_GRAPHML_HEAD)
    for domain, name in _GRAPHML_KEYS:
        text.write(
            f'<key id="{domain}_{name}" for="{domain}" attr.name="{name}" attr.type="string"/>\n'
        )
    text.write('<graph edgedefault="directed">\n')
    entities, edges = relations(graph, chosen)
    ids: dict[int, str] = {}
    for entity in entities:
        ids[entity.number] = quoteattr(entity.id)
        text.write(f"<node id={ids[entity.number]}>")
        _data(text, "node", entity.label, entity.kind, prefixes.expand(entity.id))
        text.write("</node>\n")
    for edge in edges:
        text.write(f"<edge source={ids[edge.subject]} target={ids[edge.object]}>")
        _data(
            text,
            "edge",
            prefixes.shorten(edge.predicate.value),
            neighbourhoods.RELATION_LABELS[edge.predicate],
            neighbourhoods.sources(graph, edge),
        )
        text.write("</edge>\n")
    text.write("</graph>\n</graphml>\n")
    text.flush()


def _data(text: Text, domain: str, *values: str) -> None:
    names = [name for of, name in _GRAPHML_KEYS if of == domain]
    for name, value in zip(names, values, strict=True):
        text.write(f'<data key="{domain}_{name}">{escape(value, _LINE_END)}</data>')
