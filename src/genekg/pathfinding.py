"""Pathfinding: the cheapest ways over the steps of a graph, exactly, on arrays.

From the ends back, the least cost of getting there in so many steps is tabulated; from the starts,
trails are grown by what they cost and will cost at the least. Where steps alone count, rings grow
from both sides until they meet.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from genekg.steps import Steps

# The exponent that damps degrees: the value that Himmelstein and Baranzini found best.
DAMPING = 0.4
# Of paths that score the same, the shorter comes first.
_A_STEP = 1e-9


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be walked: relations (all, if none is named), kinds besides, entities to avoid.

    ``through`` names kinds that are walked through besides those that always are. ``plain`` walks
    through everything and counts steps alone.
    """

    via: tuple[NamedNode, ...] = ()
    through: tuple[str, ...] = ()
    avoid: tuple[int, ...] = ()
    plain: bool = False


FREE = Rules()


@dataclass(frozen=True)
class Search:
    """One search: from where to where, over what."""

    steps: Steps
    passable: NDArray[np.bool_]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    rules: Rules = field(default=FREE)

    @cached_property
    def costs(self) -> NDArray[np.float64]:
        """What each step costs; infinite if it may not be taken."""
        steps = self.steps
        costs: NDArray[np.float64]
        if self.rules.plain:
            costs = np.ones(len(steps.nodes))
        else:
            costs = steps.log_degrees * DAMPING + _A_STEP
        if self.rules.via:
            costs = np.where(steps.among(self.rules.via), costs, np.inf)
        return costs

    @cached_property
    def between(self) -> NDArray[np.bool_]:
        """Where a path may pass: at stepping stones that are none of its ends."""
        between = self.passable.copy()
        between[self.sources] = False
        between[self.targets] = False
        return between

    def best(self, k: int, length: int) -> Iterator[list[int]]:
        """Yield the k cheapest trails of at most so many steps."""
        steps, costs = self.steps, self.costs
        left = self._remainders(length)
        ends = set(self.targets.tolist())
        order = count()
        heap: list[tuple[float, int, list[int], float, Iterator[Any]]] = []

        def siblings(trail: list[int], node: int, spent: float) -> Iterator[tuple[float, int]]:
            taken = np.arange(steps.starts[node], steps.starts[node + 1])
            reached = steps.nodes[taken]
            total = spent + costs[taken] + left[length - len(trail) - 1][reached]
            for step in trail:
                total[reached == steps.origins[step]] = np.inf
            kept = np.flatnonzero(np.isfinite(total))
            taken, total = taken[kept], total[kept]
            same = np.zeros(len(taken), dtype=bool)
            same[1:] = (np.diff(steps.nodes[taken]) == 0) & (
                steps.along[taken][1:] == steps.along[taken][:-1]
            )
            taken, total = taken[~same], total[~same]
            for at in np.argsort(total, kind="stable"):
                yield float(total[at]), int(taken[at])

        def push(trail: list[int], spent: float, others: Iterator[tuple[float, int]]) -> None:
            if following := next(others, None):
                total, step = following
                heapq.heappush(heap, (total, next(order), [*trail, step], spent, others))

        for source in self.sources.tolist():
            push([], 0.0, siblings([], source, 0.0))
        found = 0
        while heap and found < k:
            _, _, trail, spent, others = heapq.heappop(heap)
            push(trail[:-1], spent, others)
            node = int(steps.nodes[trail[-1]])
            if node in ends:
                found += 1
                yield trail
            elif len(trail) < length:
                spent += float(costs[trail[-1]])
                push(trail, spent, siblings(trail, node, spent))

    def _remainders(self, length: int) -> list[NDArray[np.float64]]:
        """Return for 0 to length-1 steps what every node costs, at the least, from there to an end.

        Infinite where a path may not pass, or gets to no end; also where no path from the
        sources can be by then, as far as that is cheap to know.
        """
        steps = self.steps
        needed = self._reach(length - 1)
        table = np.full(len(steps.kinds), np.inf)
        table[self.targets] = 0.0
        tables = [table]
        for at in range(1, length):
            table = tables[-1].copy()
            behind = np.flatnonzero(np.isfinite(tables[-1]))
            ahead = needed[length - at]
            ahead = ahead[self.between[ahead]]
            if self._width(behind) <= self._width(ahead):
                taken = steps.leaving(behind)
                reached = steps.nodes[taken]
                total = self.costs[taken] + tables[-1][steps.origins[taken]]
                np.minimum.at(table, reached, total)
            else:
                ahead = ahead[np.diff(steps.starts)[ahead] > 0]
                taken = steps.leaving(ahead)
                total = self.costs[taken] + tables[-1][steps.nodes[taken]]
                counts = np.diff(steps.starts)[ahead]
                firsts = np.cumsum(counts) - counts
                if len(ahead):
                    table[ahead] = np.minimum(table[ahead], np.minimum.reduceat(total, firsts))
            table[~self.between] = np.inf
            table[self.targets] = 0.0
            tables.append(table)
        return tables

    def _reach(self, length: int) -> list[NDArray[np.int64]]:
        """Return for 0 to so many steps the nodes that may be reached by then."""
        steps = self.steps
        everything = np.arange(len(steps.kinds))
        reach = [self.sources]
        member = np.zeros(len(steps.kinds), dtype=bool)
        member[self.sources] = True
        ring = self.sources
        for _ in range(length):
            if len(reach[-1]) == len(everything) or self._width(ring) > len(steps.nodes) // 4:
                reach.append(everything)
                continue
            taken = steps.leaving(ring)
            around = np.zeros_like(member)
            around[steps.nodes[taken]] = True
            around &= ~member
            member |= around
            ring = np.flatnonzero(around & self.between)
            reach.append(np.flatnonzero(member))
        return reach

    def _width(self, nodes: NDArray[np.int64]) -> int:
        """Return how many steps leave these nodes."""
        return int((self.steps.starts[nodes + 1] - self.steps.starts[nodes]).sum())

    def shortest(self, length: int) -> list[int]:
        """Return one trail with the fewest steps: rings from both sides until they meet."""
        steps = self.steps
        usable = steps.among(self.rules.via) if self.rules.via else None
        came = [np.full(len(steps.kinds), -1, dtype=np.int64) for _ in range(2)]
        seen = [np.zeros(len(steps.kinds), dtype=bool) for _ in range(2)]
        rings = [self.sources, self.targets]
        for side in range(2):
            seen[side][rings[side]] = True
        for _ in range(length):
            side = int(self._width(rings[0]) > self._width(rings[1]))
            other = 1 - side
            taken = steps.leaving(rings[side])
            if usable is not None:
                taken = taken[usable[taken]]
            reached = steps.nodes[taken]
            new = ~seen[side][reached]
            taken, reached = taken[new], reached[new]
            met = reached[seen[other][reached]]
            came[side][reached[::-1]] = taken[::-1]
            if len(met):
                return self._joined(came, int(met.min()))
            rings[side] = np.unique(reached[self.between[reached]])
            seen[side][rings[side]] = True
            if not len(rings[side]):
                return []
        return []

    def _joined(self, came: Sequence[NDArray[np.int64]], met: int) -> list[int]:
        """Return the trail from a source to a target by the node where two rings met."""
        steps = self.steps
        before: list[int] = []
        node = met
        while (step := int(came[0][node])) >= 0:
            before.append(step)
            node = int(steps.origins[step])
        after: list[int] = []
        node = met
        while (step := int(came[1][node])) >= 0:
            after.append(steps.back(step))
            node = int(steps.origins[step])
        return before[::-1] + after
