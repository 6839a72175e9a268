"""Neighbourhoods: what stands around an entity, over the direct relations, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from genekg import quads, relations, search
from genekg import vocabulary as v
from genekg.adjacency import Edge
from genekg.errors import UsageError
from genekg.labels import MODE, SYMPTOM, TERM, Entity

if TYPE_CHECKING:
    from genekg.graph import Graph

# A symptom with more relations than this joins conditions that have little else in common.
HUB_DEGREE = 200
_ROOT = "HP:0000001"

RELATION_LABELS = {relation: words.name for relation, words in relations.WORDS.items()}


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An entity with what is around it, the nearest first; not ``complete`` if it was cut."""

    centre: Entity
    entities: tuple[Entity, ...]
    edges: tuple[Edge, ...]
    complete: bool


def around(graph: Graph, entity: str, *, depth: int = 1, limit: int = 500) -> Neighbourhood:
    """Return what is within ``depth`` relations of an entity, in either direction.

    A term that very many things share (an inheritance mode, an onset, a symptom at the top of
    the hierarchy or with over ``HUB_DEGREE`` relations) is reached, but never passed through:
    else two steps from any condition would be half the graph. What a condition lacks is shown
    beside it, and not passed through either. ``limit`` bounds the number of
    entities, the centre included; the nearest are kept.

    Raises:
        UsageError: a depth or limit below 1.
        NotFoundError, AmbiguousError: no one entity of that name.
    """
    for name, value in (("depth", depth), ("limit", limit)):
        if value < 1:
            raise UsageError(f"a {name} of {value}", remedy=f"give a {name} of 1 or more")
    centre = search.resolve(graph, entity)
    tops = _tops(graph)
    found = {centre.number}
    order = [centre.number]
    edges: dict[Edge, None] = {}
    complete = True
    ring = [centre.number]
    for step in range(depth):
        reached: list[int] = []
        lacking: list[int] = []
        for number in ring:
            if step and _is_hub(graph, number, tops):
                continue
            for edge in edges_of(graph, number):
                lacked = edge.predicate == v.LACKS_PHENOTYPE
                if lacked and step:
                    continue
                other = edge.object if edge.subject == number else edge.subject
                if other not in found:
                    if len(found) >= limit:
                        complete = False
                        continue
                    found.add(other)
                    (lacking if lacked else reached).append(other)
                edges[edge] = None
        order += reached + lacking
        ring = reached
    entities = graph.labels.entities(order)
    nearest_first = tuple(entities[number] for number in order)
    return Neighbourhood(centre, nearest_first, tuple(edges), complete)


def edges_of(graph: Graph, number: int) -> chain[Edge]:
    """Return the edges that leave a node, then those that arrive at it."""
    return chain(graph.adjacency.edges_from(number), graph.adjacency.edges_to(number))


def _tops(graph: Graph) -> frozenset[int]:
    """Return the root of the hierarchy and the tops of its branches, by number."""
    found = (graph.labels.entity(top) for top in (_ROOT, *quads.BRANCHES))
    return frozenset(entity.number for entity, _note in filter(None, found))


def _is_hub(graph: Graph, number: int, tops: frozenset[int]) -> bool:
    kind = graph.labels.entities([number])[number].kind
    if kind in (MODE, TERM):
        return True
    if kind != SYMPTOM:
        return False
    edges = list(edges_of(graph, number))
    return len(edges) > HUB_DEGREE or any(
        edge.predicate == v.SUBCLASS_OF and edge.subject == number and edge.object in tops
        for edge in edges
    )


def sources(graph: Graph, edge: Edge) -> str:
    """Return the sources that state an edge, by name and version."""
    return "; ".join(graph.adjacency.source_names(edge.sources))
