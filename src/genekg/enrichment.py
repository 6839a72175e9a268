"""Enrichment: which sets hold more of the given genes, symptoms or conditions than chance would.

Of N entities that belong to any set, K are in a set; n are given, and k of them are in it. The
p-value is the hypergeometric chance of k or more (Fisher's exact test, one-sided). Over the sets
that were tested, p-values are adjusted for the false discovery rate: Y. Benjamini and Y. Hochberg,
"Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995)
289-300.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg.errors import UsageError
from genekg.labels import Entity
from genekg.memberships import DEFAULTS, Memberships, memberships
from genekg.tables import Table

if TYPE_CHECKING:
    from genekg.graph import Graph

COLUMNS = ("by", "id", "label", "of the given", "in the set", "expected", "fold", "p", "q", "which")
# A set of one says nothing that its member does not.
_SMALLEST = 2


@dataclass(frozen=True, slots=True)
class Enriched:
    """A set: how many of the given are in it, how many are in all, how likely that is by chance."""

    by: str
    id: str
    label: str
    overlap: int
    size: int
    expected: float
    p: float
    q: float
    which: tuple[str, ...]

    @property
    def fold(self) -> float:
        """How many times as many as chance gives."""
        return self.overlap / self.expected


def enrich(
    graph: Graph,
    entities: Collection[Entity],
    *,
    by: Sequence[str] = (),
    background: Collection[Entity] = (),
) -> list[Enriched]:
    """Return the sets that any of the given entities is in, the least likely by chance first.

    Args:
        graph: the graph.
        entities: genes, symptoms or conditions; all of one kind.
        by: kinds of sets, adjusted each on its own; those of ``memberships.DEFAULTS`` if none.
        background: what the given were chosen from; all that belong to any set of the kind if none.

    Raises:
        UsageError: nothing is given, or several kinds, or a kind that belongs to no such sets.
    """
    kinds = sorted({one.kind for one in entities})
    if len(kinds) != 1:
        what = f"{len(kinds)} kinds, {' and '.join(kinds)}" if kinds else "nothing"
        raise UsageError(f"{what} to enrich", remedy="give entities of one kind, such as genes")
    found: list[Enriched] = []
    for category in by or DEFAULTS.get(kinds[0], ()) or ("set",):
        sets = memberships(graph, kinds[0], category)
        found += _of_category(sets, entities, background)
    found.sort(key=lambda one: (one.p, -one.overlap, one.id))
    return found


def _of_category(
    sets: Memberships, entities: Collection[Entity], background: Collection[Entity]
) -> list[Enriched]:
    universe, sizes = sets.universe, sets.sizes
    if background:
        universe = np.intersect1d(universe, [one.number for one in background])
        sizes = np.bincount(sets.of_members(universe)[1], minlength=len(sets.ids))
    labels = {one.number: one.label for one in entities}
    given = np.intersect1d(universe, list(labels))
    if not len(given):
        return []
    members, hits = sets.of_members(given)
    overlaps = np.bincount(hits, minlength=len(sets.ids))
    tested = np.flatnonzero(sizes >= _SMALLEST)
    p = np.ones(len(tested))
    some = overlaps[tested] > 0
    chosen = tested[some]
    p[some] = at_least(overlaps[chosen], len(universe), sizes[chosen], len(given))
    q = adjusted(p)
    order = np.argsort(hits, kind="stable")
    who = [labels[number] for number in members[order].tolist()]
    firsts = np.searchsorted(hits[order], chosen).tolist()
    share = len(given) / len(universe)
    columns = (overlaps[chosen], sizes[chosen], p[some], q[some])
    rows = zip(chosen.tolist(), firsts, *(column.tolist() for column in columns), strict=True)
    return [
        Enriched(
            sets.by,
            sets.ids[place],
            sets.labels[place],
            overlap,
            size,
            share * size,
            chance,
            rate,
            tuple(who[first : first + overlap]),
        )
        for place, first, overlap, size, chance, rate in rows
    ]


def at_least(
    overlaps: NDArray[np.integer], universe: int, sizes: NDArray[np.integer], drawn: int
) -> NDArray[np.float64]:
    """Return for each set the chance that so many or more of those drawn are in it.

    Fisher's lady picks four cups of eight, and is right with three or more by chance in 17 of 70:

    >>> round(float(at_least(np.array([3]), 8, np.array([4]), 4)[0]) * 70, 6)
    17.0
    """
    k, inside = overlaps.astype(np.int64), sizes.astype(np.int64)
    # Up to the mean, what is rarer is summed: that fewer are in it, so that more are outside.
    few = k * universe <= inside * drawn
    tail = _upper_tail(
        np.where(few, drawn - k + 1, k), universe, np.where(few, universe - inside, inside), drawn
    )
    return np.where(few, 1.0 - tail, tail)


def _upper_tail(
    k: NDArray[np.int64], universe: int, inside: NDArray[np.int64], drawn: int
) -> NDArray[np.float64]:
    """Return the chance of k or more above the mean, whose terms only fall."""
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, universe + 1)))))

    def choose(n: NDArray[np.integer], k: NDArray[np.integer]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = logs[n] - logs[k] - logs[n - k]
        return result

    every = np.full(len(k), universe)
    given = np.full(len(k), drawn)
    impossible = k > np.minimum(inside, drawn)
    least = np.maximum(k, np.maximum(0, drawn + inside - universe))
    least = np.where(impossible, np.minimum(inside, drawn), least)
    log = choose(inside, least) + choose(every - inside, given - least) - choose(every, given)
    term = np.exp(log)
    total = np.zeros(len(k))
    x = least.copy()
    most = np.minimum(inside, drawn)
    while (going := (x <= most) & (term > total * 1e-18)).any():
        total += np.where(going, term, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (inside - x) * (drawn - x) / ((x + 1) * (universe - inside - drawn + x + 1.0))
        term = np.where(going & (x < most), term * ratio, 0.0)
        x += 1
    total[impossible] = 0.0
    return np.minimum(total, 1.0)


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for the false discovery rate.

    >>> adjusted(np.array([0.01, 0.04, 0.03])).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    smallest = np.minimum.accumulate(ranked[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(smallest, 1.0)
    return result


def table(found: Sequence[Enriched]) -> Table:
    """Return enriched sets as a table."""
    rows = [
        (
            one.by,
            one.id,
            one.label,
            one.overlap,
            one.size,
            float(f"{one.expected:.3g}"),
            float(f"{one.fold:.3g}"),
            float(f"{one.p:.3g}"),
            float(f"{one.q:.3g}"),
            ", ".join(one.which),
        )
        for one in found
    ]
    return Table(COLUMNS, rows)
