"""What is exported: the whole graph, or one entity with all that is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genekg import adjacency, associations, licensing, neighbourhoods, search
from genekg.associations import Association
from genekg.errors import UsageError
from genekg.labels import Entity
from genekg.neighbourhoods import Neighbourhood
from genekg.nodes import node

if TYPE_CHECKING:
    from genekg.graph import Graph


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: the whole graph, or one entity; with what is inferred as triples, or not.

    Of an entity: its own triples, the relations that arrive at it, its associations and synonyms
    with all their triples, their releases, and the labels of everything mentioned. ``part`` is
    in place of what is around the entity: its relations, its entities, and their labels.
    """

    entity: Entity | None = None
    inferred: bool = False
    licences: tuple[str, ...] = ()
    part: Neighbourhood | None = None


WHOLE = Selection()


def selection(
    graph: Graph, entity: str = "", *, inferred: bool = False, licences: Iterable[str] = ()
) -> Selection:
    """Return the selection of an entity by any of its names, or of the whole graph.

    Raises:
        NotFoundError, AmbiguousError: no one entity of that name.
    """
    kept = tuple(licences)
    if kept and (entity or inferred):
        raise UsageError("licences choose from the whole graph as it is stated")
    licensing.releases(graph, kept)
    return Selection(search.resolve(graph, entity) if entity else None, inferred, kept)


def relations(graph: Graph, chosen: Selection) -> tuple[Iterable[Entity], Iterable[adjacency.Edge]]:
    """Return the entities of a selection, and the direct relations between them."""
    if chosen.part is not None:
        return chosen.part.entities, chosen.part.edges
    if chosen.entity is None:
        return graph.labels.all(), graph.adjacency.edges()
    near = neighbourhoods.around(graph, chosen.entity.id, limit=graph.manifest["entities"])
    return near.entities, near.edges


def entities(graph: Graph, chosen: Selection) -> Iterable[Entity]:
    """Return the entities of a selection: all, or one and what it stands in a relation to."""
    return relations(graph, chosen)[0]


def statements(graph: Graph, chosen: Selection) -> Iterator[Association]:
    """Yield what sources state: everything, or what they say of one entity, from either side.

    Of a part: what they say that is one of its relations.
    """
    if chosen.part is not None:
        nodes = {entity.number: node(entity.id) for entity in chosen.part.entities}
        ends = {(nodes[e.subject], e.predicate, nodes[e.object]) for e in chosen.part.edges}
        for start in sorted({start for start, _, _ in ends}, key=str):
            said = associations.about(graph, start)
            yield from (one for one in said if (one.subject, one.predicate, one.object) in ends)
        return
    if chosen.entity is None:
        yield from associations.every(graph)
        return
    subject = node(chosen.entity.id)
    yield from associations.about(graph, subject)
    yield from associations.naming(graph, subject)
