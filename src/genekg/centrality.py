"""Centrality: which entities much of the graph leads to, beside what their degree alone gives.

PageRank (S. Brin and L. Page, Computer Networks 30 (1998) 107-117) over the direct relations,
walked both ways, without what is lacked. It follows the degree closely, so that it is set beside
that of permuted graphs with the same degrees: z is how many standard deviations it lies above them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from genekg import vocabulary as v
from genekg.labels import KINDS, Entity
from genekg.permutations import permuted
from genekg.significance import Progress
from genekg.tables import Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.steps import Steps

DAMPING = 0.85
SEED = 1998
PERMUTATIONS = 10
COLUMNS = ("id", "kind", "label", "pagerank", "degree", "by chance", "z")


@dataclass(frozen=True, slots=True)
class Central:
    """An entity, its PageRank and degree, and the PageRank that its degree gives by chance."""

    entity: Entity
    pagerank: float
    degree: int
    by_chance: float | None
    z: float | None


def central(
    graph: Graph,
    *,
    kinds: Sequence[str] = (),
    via: Sequence[NamedNode] = (),
    limit: int = 25,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> list[Central]:
    """Return the most central entities (of some kinds, over some relations), the first first.

    A hierarchy is walked, but not permuted.
    """
    steps = graph.steps
    taken = steps.along & steps.among(via) if via else steps.along
    subjects, objects = _distinct(steps, np.flatnonzero(taken))
    size = len(steps.kinds)
    ranks = pagerank(subjects, objects, size)
    degrees = np.bincount(subjects, minlength=size) + np.bincount(objects, minlength=size)
    drawn = []
    for number, edges in enumerate(_permuted(steps, taken, permutations, seed)):
        if progress:
            progress("finding what chance gives", number, permutations)
        drawn.append(pagerank(*edges, size))
    wanted = degrees > 0
    if kinds:
        wanted &= np.isin(steps.kinds, [KINDS.index(kind) for kind in kinds])
    numbers = np.flatnonzero(wanted)
    order = np.lexsort((numbers, -ranks[numbers]))[:limit]
    entities = graph.labels.entities(numbers[order].tolist())
    means = np.mean(drawn, axis=0) if drawn else None
    spreads = np.std(drawn, axis=0, ddof=1) if len(drawn) > 1 else None
    found = []
    for number in numbers[order].tolist():
        chance = None if means is None else float(means[number])
        z = None
        if spreads is not None and chance is not None and spreads[number] > 0:
            z = (float(ranks[number]) - chance) / float(spreads[number])
        found.append(
            Central(entities[number], float(ranks[number]), int(degrees[number]), chance, z)
        )
    return found


def pagerank(
    subjects: NDArray[np.integer], objects: NDArray[np.integer], size: int
) -> NDArray[np.float64]:
    """Return the PageRank of every node over edges walked both ways; those without any have 0."""
    here = np.concatenate((subjects, objects))
    there = np.concatenate((objects, subjects))
    degrees = np.bincount(here, minlength=size)
    present = degrees > 0
    count = int(present.sum())
    ranks = np.where(present, 1 / max(count, 1), 0.0)
    for _ in range(200):
        share = np.divide(ranks, degrees, out=np.zeros(size), where=present)
        after = DAMPING * np.bincount(there, weights=share[here], minlength=size)
        after[present] += (1 - DAMPING) / max(count, 1)
        change = float(np.abs(after - ranks).sum())
        ranks = after
        if change < 1e-9:
            break
    return ranks


def _distinct(
    steps: Steps, places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ends of relations, each pair once."""
    size = len(steps.kinds)
    keys = steps.origins[places].astype(np.int64) * size + steps.nodes[places]
    subjects, objects = np.divmod(np.unique(keys), size)
    return subjects, objects


def _permuted(
    steps: Steps, taken: NDArray[np.bool_], permutations: int, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield permuted graphs: within each pair of kinds, every node keeps its degree."""
    is_a = steps.among([v.SUBCLASS_OF])
    fixed = _distinct(steps, np.flatnonzero(taken & is_a))
    blocks = steps.kinds[steps.origins].astype(np.int64) * len(KINDS) + steps.kinds[steps.nodes]
    moved = taken & ~is_a
    draws = [
        permuted(*_distinct(steps, np.flatnonzero(moved & (blocks == block))),
                 count=permutations, seed=seed + block)
        for block in np.unique(blocks[moved]).tolist()
    ]  # fmt: skip
    for _ in range(permutations):
        parts = [fixed, *(next(draw) for draw in draws)]
        yield (
            np.concatenate([subjects for subjects, _ in parts]),
            np.concatenate([objects for _, objects in parts]),
        )


def table(found: Sequence[Central]) -> Table:
    """Return central entities as a table."""

    def rounded(value: float | None) -> float | None:
        return None if value is None else float(f"{value:.4g}")

    rows = [
        (
            one.entity.id,
            one.entity.kind,
            one.entity.label,
            rounded(one.pagerank),
            one.degree,
            rounded(one.by_chance),
            None if one.z is None else round(one.z, 1),
        )
        for one in found
    ]
    return Table(COLUMNS, rows)
