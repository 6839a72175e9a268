"""Communities: conditions or genes that share more with each other than with the rest.

Members of a set are joined two by two; a set of K adds 1/(K-1) to each of its pairs, so that every
member gets the same from it however large it is (M. E. J. Newman, "Scientific collaboration
networks II", Physical Review E 64 (2001) 016132). Each keeps its ten closest. The communities are
those of the Louvain method (V. D. Blondel et al., Journal of Statistical Mechanics (2008) P10008)
in networkx, from a seed. Their modularity is set beside that of permuted memberships, in which
every member is in as many sets, and every set has as many members, as before: even a random graph
has some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg.enrichment import adjusted, at_least
from genekg.labels import CONDITION, SYMPTOM, Entity
from genekg.memberships import Memberships, memberships
from genekg.permutations import permuted
from genekg.significance import Progress
from genekg.tables import Table

if TYPE_CHECKING:
    import networkx as nx

    from genekg.graph import Graph

SEED = 2008
PERMUTATIONS = 5
# Sets that so many share join nearly everything.
LARGEST = 200
CLOSEST = 10
_SMALLEST = 3
COLUMNS = ("community", "members", "in common", "has it", "p", "q", "who")


@dataclass(frozen=True, slots=True)
class Community:
    """Members that stand together, and the set that sets them apart most, with its p-value."""

    members: tuple[Entity, ...]
    common: str
    having: int
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Partition:
    """All communities of three or more, the largest first, and the modularity of the whole.

    ``by_chance`` holds the modularities of permuted memberships.
    """

    communities: tuple[Community, ...]
    modularity: float
    by_chance: tuple[float, ...]

    @property
    def z(self) -> float | None:
        """How many standard deviations above chance the modularity is; None for fewer than two."""
        if len(self.by_chance) < 2:
            return None
        spread = float(np.std(self.by_chance, ddof=1))
        return (self.modularity - float(np.mean(self.by_chance))) / spread if spread else None


def communities(
    graph: Graph,
    by: str,
    *,
    of: str = CONDITION,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Partition:
    """Return communities of conditions (or genes) by what they share: genes, symptoms, processes.

    Conditions are joined by the symptoms that they are said to have, not by what these are kinds
    of; but a community may be told by such a kind.

    Raises:
        UsageError: such entities belong to no such sets.
    """
    sets = memberships(graph, of, by, closed=by != SYMPTOM)
    found = _louvain(_projected(sets.members, sets.sets), seed)
    modularity = _modularity(found)
    draws = permuted(sets.members, sets.sets, count=permutations, seed=seed)
    by_chance = []
    for number, (members, drawn) in enumerate(draws):
        if progress:
            progress("finding what chance gives", number, permutations)
        by_chance.append(_modularity(_louvain(_projected(members, drawn), seed)))
    kept = sorted((part for part in found[1] if len(part) >= _SMALLEST), key=_by_size)
    return Partition(
        _described(graph, memberships(graph, of, by), kept), modularity, tuple(by_chance)
    )


def _by_size(part: set[int]) -> tuple[int, int]:
    return -len(part), min(part)


def _projected(
    members: NDArray[np.int64], sets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return pairs of members that share a set, one way each, with weights; the closest of each."""
    order = np.argsort(sets, kind="stable")
    members, sets = members[order], sets[order]
    counts = np.bincount(sets)
    size = counts[sets]
    kept = (size >= 2) & (size <= LARGEST)
    members, sets, size = members[kept], sets[kept], size[kept]
    firsts = np.searchsorted(sets, sets, side="left")
    before = np.repeat(np.arange(len(members)), size)
    own = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    after = firsts[before] + own
    different = after != before
    before, after = before[different], after[different]
    width = int(members.max()) + 1 if len(members) else 1
    keys = members[before] * width + members[after]
    order = np.argsort(keys)
    keys, weights = keys[order], (1.0 / (size[before] - 1))[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(new)
    total = np.add.reduceat(weights, starts) if len(starts) else weights
    start, end = np.divmod(keys[starts], width)
    # of each member's partners, the closest, those of lower number first where alike
    order = np.lexsort((end, -np.round(total, 9), start))
    start, end, total = start[order], end[order], total[order]
    rank = np.arange(len(start)) - np.searchsorted(start, start, side="left")
    near = rank < CLOSEST
    return start[near], end[near], total[near]


def _louvain(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]], seed: int
) -> tuple[nx.Graph[int], list[set[int]]]:
    import networkx as nx

    joined: nx.Graph[int] = nx.Graph()
    joined.add_weighted_edges_from(zip(*(column.tolist() for column in pairs), strict=True))
    if not joined:
        return joined, []
    return joined, nx.community.louvain_communities(joined, weight="weight", seed=seed)


def _modularity(found: tuple[nx.Graph[int], list[set[int]]]) -> float:
    import networkx as nx

    joined, parts = found
    return float(nx.community.modularity(joined, parts, weight="weight")) if parts else 0.0


def _described(graph: Graph, sets: Memberships, parts: Sequence[set[int]]) -> tuple[Community, ...]:
    """Return communities with the set that is least likely by chance, adjusted over all of them."""
    entities = graph.labels.entities(number for part in parts for number in part)
    best: list[tuple[str, int, float]] = []
    for part in parts:
        numbers = np.array(sorted(part), dtype=np.int64)
        overlaps = np.bincount(sets.of_members(numbers)[1], minlength=len(sets.ids))
        tested = np.flatnonzero(overlaps)
        p = at_least(overlaps[tested], len(sets.universe), sets.sizes[tested], len(numbers))
        # the best of many tests counts as many times
        chosen = int(np.lexsort((tested, -overlaps[tested], p))[0])
        place = int(tested[chosen])
        least = min(1.0, float(p[chosen]) * len(tested))
        best.append((f"{sets.labels[place]} ({sets.ids[place]})", int(overlaps[place]), least))
    q = adjusted(np.array([p for *_, p in best]))
    return tuple(
        Community(
            tuple(entities[number] for number in sorted(part)), common, having, p, float(q[at])
        )
        for at, (part, (common, having, p)) in enumerate(zip(parts, best, strict=True))
    )


def table(partition: Partition) -> Table:
    """Return communities as a table, one a row."""
    rows = [
        (
            number,
            len(one.members),
            one.common,
            one.having,
            float(f"{one.p:.3g}"),
            float(f"{one.q:.3g}"),
            "; ".join(f"{entity.label} ({entity.id})" for entity in one.members),
        )
        for number, one in enumerate(partition.communities, start=1)
    ]
    return Table(COLUMNS, rows)
