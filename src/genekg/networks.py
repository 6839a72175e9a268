"""networkx: the graph, or a part of it, for every algorithm and every writer of that library.

Nodes are CURIEs with ``label``, ``kind`` and ``iri``; edges are keyed by their predicate and have
``predicate``, ``label`` and ``sources``. All values are text. What a condition lacks is an edge
only where that relation is asked for by name: an algorithm would walk it like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from genekg import neighbourhoods, prefixes, relations
from genekg import vocabulary as v
from genekg.adjacency import Edge
from genekg.errors import SourceError, UsageError
from genekg.labels import Entity

if TYPE_CHECKING:
    import networkx as nx
    from pyoxigraph import NamedNode

    from genekg.graph import Graph

    Network: TypeAlias = nx.MultiDiGraph[str]


def network(
    graph: Graph, entity: str | None = None, *, depth: int = 1, predicates: Sequence[str] = ()
) -> Network:
    """Return what is around an entity, or the whole graph, of some relations or of all.

    Of the whole graph with relations named, only the entities that stand in one are nodes.

    Raises:
        UsageError: a relation is unknown.
        NotFoundError, AmbiguousError: no one entity of that name.
    """
    wanted = {relations.named(name) for name in predicates}
    if entity is None:
        return _whole(graph, wanted)
    near = neighbourhoods.around(graph, entity, depth=depth)
    kept = [edge for edge in near.edges if _is_wanted(edge.predicate, wanted)]
    ends = {number for edge in kept for number in (edge.subject, edge.object)}
    ends.add(near.centre.number)
    return made(graph, [one for one in near.entities if one.number in ends], kept)


def _is_wanted(predicate: NamedNode, wanted: set[NamedNode]) -> bool:
    return predicate in wanted if wanted else predicate != v.LACKS_PHENOTYPE


def _whole(graph: Graph, wanted: set[NamedNode]) -> Network:
    """Return the network of the arrays, without a look at each edge on its own."""
    arrays = graph.adjacency.leaving
    names = graph.adjacency.relations
    kept = np.flatnonzero(np.array([_is_wanted(name, wanted) for name in names])[arrays.relations])
    origins = np.repeat(np.arange(graph.adjacency.size), np.diff(arrays.starts))
    entities = list(graph.labels.all())
    if wanted:
        ends = np.union1d(origins[kept], arrays.nodes[kept])
        shown = [entities[number] for number in ends.tolist()]
    else:
        shown = entities
    return _built(
        graph,
        shown,
        (
            (entities[start].id, entities[end].id, names[relation], bits)
            for start, end, relation, bits in zip(
                origins[kept].tolist(),
                arrays.nodes[kept].tolist(),
                arrays.relations[kept].tolist(),
                arrays.sources[kept].tolist(),
                strict=True,
            )
        ),
    )


def made(graph: Graph, entities: Iterable[Entity], edges: Iterable[Edge]) -> Network:
    """Return the network of these entities and edges."""
    named = list(entities)
    ids = {entity.number: entity.id for entity in named}
    return _built(
        graph,
        named,
        ((ids[one.subject], ids[one.object], one.predicate, one.sources) for one in edges),
    )


def _built(
    graph: Graph, entities: Iterable[Entity], edges: Iterable[tuple[str, str, NamedNode, int]]
) -> Network:
    import networkx as nx

    built: Network = nx.MultiDiGraph()
    for entity in entities:
        built.add_node(
            entity.id, label=entity.label, kind=entity.kind, iri=prefixes.expand(entity.id)
        )
    sources: dict[int, str] = {}
    words: dict[NamedNode, tuple[str, str]] = {
        relation: (prefixes.shorten(relation.value), named.name)
        for relation, named in relations.WORDS.items()
    }

    def rows() -> Iterable[tuple[str, str, str, dict[str, str]]]:
        for start, end, relation, bits in edges:
            if bits not in sources:
                sources[bits] = "; ".join(graph.adjacency.source_names(bits))
            name, label = words[relation]
            yield start, end, name, {"predicate": name, "label": label, "sources": sources[bits]}

    built.add_edges_from(rows())
    return built


# files


@dataclass(frozen=True, slots=True)
class Form:
    """A file format of networks: the end of its names, what writes it, and what reads it back."""

    suffix: str
    write: Callable[[Network, Any], None]
    read: Callable[[Any], Any]


def _write_json(data: Callable[[Network], Any]) -> Callable[[Network, Any], None]:
    def write(built: Network, output: Any) -> None:
        output.write(json.dumps(data(built), ensure_ascii=False).encode())

    return write


def _forms() -> dict[str, Form]:
    import networkx as nx
    from networkx.readwrite import json_graph

    def node_link(built: Network) -> Any:
        return json_graph.node_link_data(built, edges="links")

    def from_node_link(source: Any) -> Any:
        return json_graph.node_link_graph(json.load(source), edges="links")

    return {
        "graphml": Form(".graphml", nx.write_graphml, nx.read_graphml),
        "gexf": Form(".gexf", nx.write_gexf, nx.read_gexf),
        "node-link": Form(".node-link.json", _write_json(node_link), from_node_link),
        "cytoscape": Form(
            ".cyjs",
            _write_json(json_graph.cytoscape_data),
            lambda source: json_graph.cytoscape_graph(json.load(source)),
        ),
    }


def write(built: Network, output: Any, form: str) -> None:
    """Write a network to an output of bytes: graphml, gexf, node-link or cytoscape.

    Raises:
        UsageError: there is no such form.
    """
    forms = _forms()
    if form not in forms:
        raise UsageError(f"no form of networks {form!r}", remedy=f"there are {', '.join(forms)}")
    forms[form].write(built, output)


def read(path: Path) -> Network:
    """Read a network that was written, by the ending of its name; nodes, edges and attributes.

    Raises:
        UsageError: the name has none of the endings.
        SourceError: the file cannot be read.
    """
    import networkx as nx

    forms = _forms()
    form = next((one for one in forms.values() if path.name.endswith(one.suffix)), None)
    if form is None:
        endings = ", ".join(one.suffix for one in forms.values())
        raise UsageError(f"{path.name} is no network", remedy=f"the endings are {endings}")
    try:
        with path.open("rb") as source:
            found = form.read(source)
    except (OSError, SyntaxError, ValueError, KeyError, nx.NetworkXException) as error:
        raise SourceError(path, None, f"is not a whole {form.suffix[1:]} file") from error
    built: Network = nx.MultiDiGraph()
    for node, facts in found.nodes(data=True):
        built.add_node(node, **{name: facts[name] for name in ("label", "kind", "iri")})
    for start, end, facts in found.edges(data=True):
        kept = {name: facts[name] for name in ("predicate", "label", "sources")}
        built.add_edge(start, end, key=kept["predicate"], **kept)
    return built
