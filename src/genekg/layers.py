"""The steps of a metapath as bipartite graphs, and the paths that lead over them.

A path passes no entity twice. Each step weighs by the degrees at both its ends, damped; see
``metapaths``.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genekg.errors import GenekgError
from genekg.labels import KINDS
from genekg.notation import Metapath, Step
from genekg.steps import Steps
from genekg.traversal import DAMPING

if TYPE_CHECKING:
    from genekg.graph import Graph

# Paths held at once; five numbers each.
MOST_ROWS = 5_000_000

Rows: TypeAlias = NDArray[np.int32]
Weights: TypeAlias = NDArray[np.float64]


class TooManyPathsError(GenekgError):
    """There are more paths than fit in memory."""


@dataclass(frozen=True)
class Layer:
    """One step of a metapath as a bipartite graph: CSR over all nodes, each pair once."""

    starts: NDArray[np.int64]
    nodes: NDArray[np.int32]

    @cached_property
    def out_degrees(self) -> NDArray[np.int64]:
        """How many nodes each node leads to."""
        return np.diff(self.starts)

    @cached_property
    def in_degrees(self) -> NDArray[np.int64]:
        """How many nodes lead to each node."""
        return np.bincount(self.nodes, minlength=len(self.starts) - 1)

    @cached_property
    def origins(self) -> NDArray[np.int32]:
        """The node that each edge leaves."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), self.out_degrees)

    @cached_property
    def weights(self) -> Weights:
        """The degree product of each edge, damped."""
        product = self.out_degrees[self.origins] * self.in_degrees[self.nodes].astype(float)
        damped: Weights = product**-DAMPING
        return damped

    @cached_property
    def transposed(self) -> Layer:
        """The layer walked the other way."""
        return layer_of(self.nodes, self.origins, len(self.starts) - 1)


def layer_of(subjects: NDArray[np.integer], objects: NDArray[np.integer], size: int) -> Layer:
    """Return a layer of these edges, each of which is given once, over so many nodes."""
    order = np.argsort(subjects.astype(np.int64) * size + objects)
    counts = np.bincount(subjects, minlength=size)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return Layer(starts, objects[order].astype(np.int32))


def layers(graph: Graph, metapath: Metapath) -> list[Layer]:
    """Return the layer of each step. They are kept, so that the next question has them."""
    return [layer(graph.steps, *part) for part in metapath.parts()]


def layer(steps: Steps, start: str, step: Step, end: str) -> Layer:
    """Return the layer of one step."""
    key = (start, step, end)
    if key not in steps.layers:
        size = len(steps.kinds)
        taken = steps.kinds[steps.nodes] == KINDS.index(end)
        taken &= steps.kinds[steps.origins] == KINDS.index(start)
        if step.arrow != "-":
            taken &= steps.along == (step.arrow == ">")
        if step.relations:
            taken &= steps.among(step.relations)
        pairs = steps.origins[taken].astype(np.int64) * size + steps.nodes[taken]
        pairs = np.unique(pairs)
        starts = np.searchsorted(pairs, np.arange(size + 1, dtype=np.int64) * size)
        steps.layers[key] = Layer(starts, (pairs % size).astype(np.int32))
    found: Layer = steps.layers[key]
    return found


def grown(
    walked: Sequence[Layer], kinds: Sequence[str], starts: NDArray[np.integer]
) -> tuple[Rows, Weights]:
    """Return all paths from any of the starts over layers in turn: one a row, and their weights.

    ``kinds`` are those of the columns: one more than there are layers.

    Raises:
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    columns, weights = _grown(walked, kinds, starts, range(len(kinds)))
    return np.column_stack(columns), weights


def ends(
    walked: Sequence[Layer], kinds: Sequence[str], starts: NDArray[np.integer]
) -> tuple[NDArray[np.int32], Weights]:
    """Return where all paths from any of the starts end, one a path, and their weights.

    Raises:
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    columns, weights = _grown(walked, kinds, starts, ())
    return columns[-1], weights


def _grown(
    walked: Sequence[Layer],
    kinds: Sequence[str],
    starts: NDArray[np.integer],
    kept_columns: Container[int],
) -> tuple[list[NDArray[np.int32]], Weights]:
    """Return the columns of all paths that are to be kept, the last one always among them."""
    columns = {0: starts.astype(np.int32)}
    weights = np.ones(len(starts))
    for place, one in enumerate(walked):
        last = columns[place]
        counts = one.out_degrees[last]
        total = int(counts.sum())
        if total > MOST_ROWS:
            raise TooManyPathsError(
                f"over {MOST_ROWS:,} paths", remedy="name both ends, or relations, or a shorter way"
            )
        before = np.repeat(np.arange(len(last)), counts)
        firsts = one.starts[last] - (np.cumsum(counts) - counts)
        taken = np.arange(total) + np.repeat(firsts, counts)
        new = one.nodes[taken]
        alike = [column for column in columns if kinds[column] == kinds[place + 1]]
        if alike:
            other = np.ones(total, dtype=bool)
            for column in alike:
                other &= columns[column][before] != new
            before, taken, new = before[other], taken[other], new[other]
        later = kinds[place + 2 :]
        columns = {
            column: values[before]
            for column, values in columns.items()
            if column in kept_columns or kinds[column] in later
        }
        columns[place + 1] = new
        weights = weights[before] * one.weights[taken]
    return list(columns.values()), weights


def between(
    walked: Sequence[Layer], kinds: Sequence[str], start: int, end: int
) -> tuple[Rows, Weights]:
    """Return all paths between two nodes over layers: halves from both ends, joined in the middle.

    Raises:
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    half = len(walked) // 2
    ahead, ahead_weights = grown(walked[:half], kinds[: half + 1], np.array([start]))
    way_back = [one.transposed for one in reversed(walked[half:])]
    behind, behind_weights = grown(
        way_back, kinds[: half - 1 if half else None : -1], np.array([end])
    )
    order = np.argsort(behind[:, -1], kind="stable")
    behind, behind_weights = behind[order], behind_weights[order]
    firsts = np.searchsorted(behind[:, -1], ahead[:, -1], side="left")
    counts = np.searchsorted(behind[:, -1], ahead[:, -1], side="right") - firsts
    total = int(counts.sum())
    if total > MOST_ROWS:
        raise TooManyPathsError(
            f"over {MOST_ROWS:,} paths", remedy="name relations, or a shorter way"
        )
    before = np.repeat(np.arange(len(ahead)), counts)
    after = np.arange(total) + np.repeat(firsts - (np.cumsum(counts) - counts), counts)
    rows = np.column_stack((ahead[before], behind[after][:, -2::-1]))
    kept = np.ones(total, dtype=bool)
    for column in range(half + 1):
        for other in range(half + 1, len(kinds)):
            if kinds[column] == kinds[other]:
                kept &= rows[:, column] != rows[:, other]
    weights = ahead_weights[before] * behind_weights[after]
    return rows[kept], weights[kept]
