"""Walking the graph: what is near an entity, how two of them hang together, what joins several.

Everything runs on ``Steps``, arrays of the direct relations both ways. What a condition lacks is
never walked. An inheritance mode, an onset or another term beside the symptoms, a protein (the
enzyme's relation to its gene stands for it) and the tops of the symptom hierarchy are reached,
but not walked through unless that is asked for: half of all conditions share one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genekg import meanings, quads
from genekg.adjacency import Edge
from genekg.errors import UsageError
from genekg.labels import KINDS, MODE, PROTEIN, SYMPTOM, TERM, Entity
from genekg.neighbourhoods import HUB_DEGREE, Neighbourhood
from genekg.pathfinding import DAMPING, FREE, Rules, Search
from genekg.steps import Steps

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = [
    "DAMPING", "FREE", "LONGEST", "MAX_LENGTH", "Near", "Path", "Rules", "connecting", "neighbours",
    "path_of", "paths", "stones", "surroundings", "union",
]  # fmt: skip

MAX_LENGTH = 4
LONGEST = 8
_NOT_THROUGH = (MODE, TERM, PROTEIN)
_ROOT = "HP:0000001"


class Near(NamedTuple):
    """An entity that was reached: in how many steps, from where, by which relation."""

    entity: Entity
    steps: int
    origin: Entity
    edge: Edge


@dataclass(frozen=True, slots=True)
class Path:
    """Entities in a row, the relations between each two (the strongest first), and a score.

    The score is the path's degree product: 1 where nothing else could have been taken, the
    smaller the more there was at each step; see ``paths``.
    """

    entities: tuple[Entity, ...]
    hops: tuple[tuple[Edge, ...], ...]
    score: float

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.hops)

    @property
    def metapath(self) -> str:
        """The kinds along the path and the direction of each relation.

        As in ``condition<gene>enzyme``: the gene is the subject of both.
        """
        text = self.entities[0].kind
        for start, edges, end in zip(self.entities, self.hops, self.entities[1:], strict=False):
            text += (">" if edges[0].subject == start.number else "<") + end.kind
        return text


def _tops() -> Iterator[str]:
    """Yield what is walked through by nobody: tops of hierarchies, and modes as conditions."""
    yield from (_ROOT, *quads.BRANCHES)
    yield from meanings.BROAD_CONDITIONS


def stones(graph: Graph, rules: Rules = FREE) -> NDArray[np.bool_]:
    """Return, for every node, whether it is walked through."""
    steps = graph.steps
    passable = np.ones(len(steps.kinds), dtype=bool)
    if not rules.plain:
        barred = [KINDS.index(kind) for kind in _NOT_THROUGH if kind not in rules.through]
        passable[np.isin(steps.kinds, np.array(barred, dtype=np.int8))] = False
        for found in (graph.labels.entity(top) for top in _tops()):
            if found:
                passable[found[0].number] = False
    passable[list(rules.avoid)] = False
    return passable


def neighbours(
    graph: Graph,
    entity: Entity,
    *,
    depth: int = 1,
    rules: Rules = FREE,
    kinds: Collection[str] = (),
    limit: int | None = None,
) -> list[Near]:
    """Return what is within ``depth`` steps, the nearest first, each by one relation.

    A symptom with over ``HUB_DEGREE`` relations is not walked through either: two steps from any
    condition would be half the graph. ``kinds`` are those returned, not those walked through.

    Raises:
        UsageError: a depth below 1.
    """
    if depth < 1:
        raise UsageError(f"a depth of {depth}", remedy="give a depth of 1 or more")
    steps = graph.steps
    usable = steps.among(rules.via) if rules.via else None
    passable = stones(graph, rules) if depth > 1 else None
    if passable is not None and not rules.plain:
        many = np.diff(steps.starts) > HUB_DEGREE
        passable &= ~(many & (steps.kinds == KINDS.index(SYMPTOM)))
    seen = np.zeros(len(steps.kinds), dtype=bool)
    seen[[entity.number, *rules.avoid]] = True
    ring = np.array([entity.number])
    wanted = [KINDS.index(kind) for kind in kinds]
    found: list[NDArray[np.int64]] = []
    total = 0
    for away in range(1, depth + 1):
        if away > 1 and passable is not None:
            ring = ring[passable[ring]]
        taken = steps.leaving(ring)
        if usable is not None:
            taken = taken[usable[taken]]
        taken = taken[~seen[steps.nodes[taken]]]
        taken = taken[np.sort(np.unique(steps.nodes[taken], return_index=True)[1])]
        ring = steps.nodes[taken]
        seen[ring] = True
        shown = taken[np.isin(steps.kinds[ring], wanted)] if wanted else taken
        found.append(shown)
        total += len(shown)
        if not len(ring) or (limit is not None and total >= limit):
            break
    distances = np.repeat(np.arange(1, len(found) + 1), [len(shown) for shown in found])
    return _described(graph, distances[:limit], np.concatenate(found)[:limit])


def _described(graph: Graph, away: NDArray[np.int64], taken: NDArray[np.int64]) -> list[Near]:
    steps = graph.steps
    origins, reached = steps.origins[taken].tolist(), steps.nodes[taken].tolist()
    entities = graph.labels.entities({*origins, *reached})
    names = steps.names
    rows = zip(
        away.tolist(),
        origins,
        reached,
        steps.along[taken].tolist(),
        steps.relations[taken].tolist(),
        steps.sources[taken].tolist(),
        strict=True,
    )
    return [
        Near(
            entities[there],
            distance,
            entities[here],
            Edge(here, names[relation], there, bits)
            if along
            else Edge(there, names[relation], here, bits),
        )
        for distance, here, there, along, relation, bits in rows
    ]


def paths(
    graph: Graph,
    starts: Collection[Entity],
    ends: Collection[Entity],
    *,
    k: int = 1,
    max_length: int = MAX_LENGTH,
    rules: Rules = FREE,
) -> list[Path]:
    """Return the k best paths from any of the starts to any of the ends, none with a node twice.

    The best has the greatest degree product: over its steps, the product of the degrees at both
    ends, each to the power of -0.4, as one path counts in the degree-weighted path count of
    Himmelstein and Baranzini, "Heterogeneous network edge prediction", PLoS Computational Biology
    11 (2015) e1004259. A way by a symptom of thousands of conditions says little; one by the gene
    of two says much. With ``rules.plain``, the best has the fewest steps.

    The search is exact: from the ends back, the least cost of getting there in so many steps is
    tabulated, and paths are grown from the starts by what they cost and will cost at the least
    (A*, with the true remainder as its estimate).

    Raises:
        UsageError: k or the length is out of its bounds; an end is a start.
    """
    if k < 1:
        raise UsageError(f"{k} paths", remedy="ask for 1 or more")
    if not 1 <= max_length <= LONGEST:
        raise UsageError(
            f"paths of {max_length} steps", remedy=f"give a length from 1 to {LONGEST}"
        )
    sources = np.array(sorted({one.number for one in starts}), dtype=np.int64)
    targets = np.array(sorted({one.number for one in ends}), dtype=np.int64)
    if both := set(sources.tolist()) & set(targets.tolist()):
        name = graph.labels.entities(both)[min(both)].label
        raise UsageError(f"{name} is at both ends", remedy="give two different entities")
    search = Search(graph.steps, stones(graph, rules), sources, targets, rules)
    if rules.plain and k == 1:
        trail = search.shortest(max_length)
        return [path_of(graph, trail, rules)] if trail else []
    return [path_of(graph, trail, rules) for trail in search.best(k, max_length)]


def path_of(graph: Graph, trail: Sequence[int], rules: Rules = FREE) -> Path:
    """Return the path of these steps, by their places in ``graph.steps``."""
    steps = graph.steps
    numbers = [int(steps.origins[trail[0]]), *(int(steps.nodes[step]) for step in trail)]
    entities = graph.labels.entities(numbers)
    hops = tuple(tuple(_parallel(steps, step, rules)) for step in trail)
    score = float(np.prod(steps.degrees[list(trail)] ** -DAMPING))
    return Path(tuple(entities[number] for number in numbers), hops, score)


def _parallel(steps: Steps, step: int, rules: Rules) -> Iterator[Edge]:
    """Yield the relation of a step, and the others that lead the same way to the same node."""
    last = steps.starts[steps.origins[step] + 1]
    at = step
    while (
        at < last and steps.nodes[at] == steps.nodes[step] and steps.along[at] == steps.along[step]
    ):
        if not rules.via or steps.names[steps.relations[at]] in rules.via:
            yield steps.edge(at)
        at += 1


def surroundings(centre: Entity, found: Sequence[Near]) -> Neighbourhood:
    """Return neighbours, and the relations by which each was reached, as a neighbourhood."""
    entities = {centre.number: centre}
    for near in found:
        entities.update({near.origin.number: near.origin, near.entity.number: near.entity})
    return Neighbourhood(
        centre, tuple(entities.values()), tuple(near.edge for near in found), complete=True
    )


def union(paths: Sequence[Path]) -> Neighbourhood:
    """Return all that paths pass, as one neighbourhood."""
    entities = {one.number: one for path in paths for one in path.entities}
    edges = dict.fromkeys(edge for path in paths for hop in path.hops for edge in hop)
    return Neighbourhood(
        paths[0].entities[0], tuple(entities.values()), tuple(edges), complete=True
    )


def connecting(
    graph: Graph,
    entities: Sequence[Entity],
    *,
    k: int = 1,
    max_length: int = MAX_LENGTH,
    rules: Rules = FREE,
) -> Neighbourhood:
    """Return what joins entities: the k best paths between each two, as one neighbourhood.

    It is not ``complete`` when two of them are joined by no path of that length.

    Raises:
        UsageError: fewer than two entities.
    """
    distinct = list({one.number: one for one in entities}.values())
    if len(distinct) < 2:
        raise UsageError("there is nothing to connect", remedy="name two entities or more")
    found: list[Path] = []
    joined = True
    for place, one in enumerate(distinct):
        for other in distinct[place + 1 :]:
            between = paths(graph, [one], [other], k=k, max_length=max_length, rules=rules)
            joined &= bool(between)
            found += between
    passed = {one.number: one for path in found for one in path.entities}
    alone = {one.number: one for one in distinct}
    edges = dict.fromkeys(edge for path in found for hop in path.hops for edge in hop)
    return Neighbourhood(distinct[0], tuple((alone | passed).values()), tuple(edges), joined)
