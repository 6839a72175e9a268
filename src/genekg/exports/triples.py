"""RDF: the triples as they stand, in every syntax; and the graph's description of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from genekg import adjacency, licensing, prefixes, quads, sidecars
from genekg import vocabulary as v
from genekg.exports.output import write_all
from genekg.exports.selecting import Selection, statements
from genekg.neighbourhoods import Neighbourhood
from genekg.store import ordered

if TYPE_CHECKING:
    from genekg.graph import Graph

# What says something of an entity from the other side; association slots do not.
_INCOMING = (
    *adjacency.RELATIONS,
    v.EXACT_MATCH,
    v.CLOSE_MATCH,
    v.BROAD_MATCH,
    v.NARROW_MATCH,
    v.REPLACED_BY,
)


def _statements(graph: Graph, chosen: Selection, *, inferred: bool) -> Iterator[Quad]:
    """Yield the quads of a selection: the stated ones first, then what is inferred."""
    if chosen.licences:
        yield from licensing.statements(graph, chosen.licences)
        return
    if chosen.part is not None:
        yield from _part(graph, chosen.part)
        return
    if chosen.entity is not None:
        yield from _about(graph, quads.node(chosen.entity.id), inferred=inferred)
        return
    yield from graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    if inferred:
        yield from graph.store.quads_for_pattern(None, None, None, v.INFERRED)


def _own(graph: Graph) -> Iterator[Quad]:
    """Yield the quads of the graphs that a user loaded, graph by graph."""
    for name in sorted(graph.store.named_graphs(), key=str):
        if name not in (v.INFERRED, sidecars.GRAPH):
            yield from graph.store.quads_for_pattern(None, None, None, name)


def _quads(graph: Graph, *pattern: Any) -> list[Quad]:
    """Return the few quads of a pattern in the order that every engine gives."""
    return ordered(graph.store.quads_for_pattern(*pattern))


def _about(graph: Graph, entity: NamedNode, *, inferred: bool) -> Iterable[Quad]:
    """Return the quads of one entity, each once."""
    pattern = partial(_quads, graph)
    found = dict.fromkeys(pattern(entity, None, None, DefaultGraph()))
    for predicate in _INCOMING:
        found.update(dict.fromkeys(pattern(None, predicate, entity, DefaultGraph())))
    for role in (v.SUBJECT, v.OBJECT, v.ANNOTATED_SOURCE):
        for quad in pattern(None, role, entity, DefaultGraph()):
            found.update(dict.fromkeys(pattern(quad.subject, None, None, DefaultGraph())))
    if inferred:
        found.update(dict.fromkeys(pattern(entity, None, None, v.INFERRED)))
    for predicate in (v.DERIVED_FROM, v.IS_VERSION_OF):
        for target in dict.fromkeys(q.object for q in found if q.predicate == predicate):
            if isinstance(target, NamedNode):
                found.update(dict.fromkeys(pattern(target, None, None, DefaultGraph())))
    mentioned = dict.fromkeys(node for q in found for node in (q.subject, q.object))
    for node in mentioned:
        if isinstance(node, NamedNode):
            found.update(dict.fromkeys(pattern(node, v.LABEL, None, DefaultGraph())))
    return found


def _part(graph: Graph, part: Neighbourhood) -> Iterator[Quad]:
    """Yield the relations of a part of the graph, who says them, and the nodes' labels."""
    pattern = partial(_quads, graph)
    nodes = {entity.number: quads.node(entity.id) for entity in part.entities}
    for node in nodes.values():
        for predicate in (v.TYPE, v.LABEL):
            yield from pattern(node, predicate, None, DefaultGraph())
    ends = {(nodes[one.subject], one.predicate, nodes[one.object]) for one in part.edges}
    for triple in sorted(ends, key=str):
        yield Quad(*triple)
    for said in statements(graph, Selection(part=part)):
        yield from pattern(NamedNode(said.iri), None, None, DefaultGraph())


@cache
def _prefixes() -> dict[str, str]:
    """Return the predeclared prefixes, one a namespace."""
    names: dict[str, str] = {}
    for name, namespace in prefixes.predeclared().items():
        names.setdefault(namespace, name)
    return {name: namespace for namespace, name in names.items()}


def write_triples(graph: Graph, chosen: Selection, output: BinaryIO, *, format: RdfFormat) -> None:
    """Write the triples of a selection."""
    statements = _statements(graph, chosen, inferred=chosen.inferred)
    triples: Iterator[Triple] = (quad.triple for quad in statements)
    pyoxigraph.serialize(triples, output, format, prefixes=_prefixes())


class _XmlOutput:
    """An output that keeps the carriage returns of literals, which pyoxigraph writes bare."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def write(self, data: bytes) -> int:
        write_all(self._output, data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._output.flush()


def write_rdfxml(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write RDF/XML whose literals keep their carriage returns."""
    write_triples(graph, chosen, cast(BinaryIO, _XmlOutput(output)), format=RdfFormat.RDF_XML)


def write_quads(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write N-Quads: what is stated, what is inferred, and the graphs that a user loaded."""
    statements = _statements(graph, chosen, inferred=not chosen.licences)
    if chosen.entity is None and not chosen.licences:
        statements = chain(statements, _own(graph))
    pyoxigraph.serialize(statements, output, RdfFormat.N_QUADS)


def write_void(graph: Graph, _chosen: Selection, output: BinaryIO) -> None:
    """Write the graph's description of itself, with the releases that it is made of."""
    parts = [quads.DATASET]
    for predicate in (v.SOURCE, v.CLASS_PARTITION, v.PROPERTY_PARTITION):
        found = _quads(graph, quads.DATASET, predicate, None, DefaultGraph())
        parts += [quad.object for quad in found if isinstance(quad.object, NamedNode)]
    said = (quad for part in parts for quad in _quads(graph, part, None, None, DefaultGraph()))
    triples = (quad.triple for quad in said)
    pyoxigraph.serialize(triples, output, RdfFormat.TURTLE, prefixes=_prefixes())
