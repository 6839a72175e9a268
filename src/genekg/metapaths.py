"""Metapaths: paths by the kinds they pass, counted, weighted, shown; see ``notation``.

A path passes no entity twice. The degree-weighted path count (DWPC) of two entities is the sum
over all paths between them of the product, over the steps, of the degrees at both ends, each to
the power of -0.4: D. S. Himmelstein and S. E. Baranzini, "Heterogeneous network edge prediction",
PLoS Computational Biology 11 (2015) e1004259.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genekg.errors import GenekgError, UsageError
from genekg.labels import KINDS, Entity
from genekg.notation import LONGEST, Metapath, Step, parse
from genekg.steps import Steps
from genekg.traversal import DAMPING, Path, path_of

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = [
    "LONGEST", "MOST_ROWS", "Answer", "Census", "Count", "Layer", "Metapath", "Step",
    "TooManyPathsError", "ask", "between", "census", "count", "ends", "from_start", "grown",
    "layer", "layer_of", "layers", "parse", "paths_of",
]  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Count:
    """What a metapath counts between two entities, and its best paths."""

    start: int
    end: int
    paths: int
    dwpc: float
    best: Rows


def count(graph: Graph, metapath: Metapath, start: int, end: int, *, examples: int = 0) -> Count:
    """Return number and DWPC of the paths between two entities, by their numbers.

    Raises:
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    rows, weights = between(layers(graph, metapath), metapath.kinds, start, end)
    return Count(start, end, len(rows), float(weights.sum()), _best(rows, weights, examples))


def _best(rows: Rows, weights: Weights, most: int) -> Rows:
    """Return the paths that weigh most, those that weigh the same by their numbers."""
    if not most or not len(rows):
        return rows[:0]
    if len(rows) > 50 * most:  # those that may be among the best, before all are sorted
        least = np.partition(weights, -most)[-most]
        rows, weights = rows[weights >= least], weights[weights >= least]
    order = np.lexsort((*rows.T[::-1], -np.round(weights, 12)))
    return rows[order[:most]]


def from_start(
    graph: Graph, metapath: Metapath, start: int, *, most: int, examples: int = 1
) -> list[Count]:
    """Return what a metapath reaches from an entity, the greatest DWPC first.

    Raises:
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    rows, weights = grown(layers(graph, metapath), metapath.kinds, np.array([start]))
    size = len(graph.steps.kinds)
    sums = np.bincount(rows[:, -1], weights=weights, minlength=size)
    counts = np.bincount(rows[:, -1], minlength=size)
    reached = np.flatnonzero(counts)
    order = np.lexsort((reached, -np.round(sums[reached], 12)))
    found = []
    for end in reached[order[:most]].tolist():
        own = rows[:, -1] == end
        best = _best(rows[own], weights[own], examples)
        found.append(Count(start, end, int(counts[end]), float(sums[end]), best))
    return found


@dataclass(frozen=True, slots=True)
class Census:
    """How often a metapath is in the whole graph. ``exact`` counts paths, else walks.

    A walk may pass an entity twice. Pairs are unknown (None) where paths were not gone through.
    """

    paths: int
    exact: bool
    pairs: int | None
    best: Rows


def census(graph: Graph, metapath: Metapath, *, examples: int = 5) -> Census:
    """Count a metapath in the whole graph; path by path up to 20 million of them."""
    walked = layers(graph, metapath)
    size = len(graph.steps.kinds)
    ahead: Weights = np.ones(size)
    for one in reversed(walked):
        ahead = np.bincount(one.origins, weights=ahead[one.nodes], minlength=size).astype(float)
    walks = round(float(ahead.sum()))
    starts = np.flatnonzero(ahead)
    exact = walks <= 4 * MOST_ROWS
    best: list[Rows] = []
    paths = pairs = 0
    for chunk in _chunks(starts, ahead):
        try:
            rows, weights = grown(walked, metapath.kinds, chunk)
        except TooManyPathsError:
            break
        paths += len(rows)
        pairs += len(np.unique(rows[:, 0].astype(np.int64) * size + rows[:, -1]))
        best.append(_best(rows, weights, examples))
        if not exact:
            break
    top = np.concatenate(best) if best else np.empty((0, len(metapath) + 1), dtype=np.int32)
    weights = np.ones(len(top))
    for column, one in enumerate(walked):
        weights *= (
            one.out_degrees[top[:, column]] * one.in_degrees[top[:, column + 1]].astype(float)
        ) ** -DAMPING
    chosen = _best(top, weights, examples)
    return Census(paths if exact else walks, exact, pairs if exact else None, chosen)


def _chunks(starts: NDArray[np.int64], ahead: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    """Yield starts in turn, as many as have a million walks together."""
    places = (np.cumsum(ahead[starts]) // 1_000_000).astype(np.int64)
    for cut in np.split(starts, np.flatnonzero(np.diff(places)) + 1):
        if len(cut):
            yield cut


def paths_of(graph: Graph, metapath: Metapath, rows: Rows) -> list[Path]:
    """Return rows of numbers as paths, with the relations that the metapath allows."""
    steps = graph.steps
    found = []
    for row in rows.tolist():
        trail = []
        for here, step, there in zip(row, metapath.steps, row[1:], strict=False):
            own = np.arange(steps.starts[here], steps.starts[here + 1])
            fits = steps.nodes[own] == there
            if step.arrow != "-":
                fits &= steps.along[own] == (step.arrow == ">")
            if step.relations:
                fits &= steps.among(step.relations)[own]
            trail.append(int(own[fits][0]))
        path = path_of(graph, trail)
        hops = zip(path.hops, metapath.steps, strict=True)
        allowed = tuple(
            tuple(one for one in hop if not step.relations or one.predicate in step.relations)
            for hop, step in hops
        )
        found.append(replace(path, hops=allowed))
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked of a metapath: in words, by pairs where an end was named, and the best."""

    summary: str
    pairs: list[Count]
    best: Rows


def ask(
    graph: Graph,
    metapath: Metapath,
    starts: Sequence[Entity] = (),
    targets: Sequence[Entity] = (),
    *,
    most: int = 5,
) -> Answer:
    """Count a metapath between entities, from or to some, or in the whole graph.

    Raises:
        UsageError: an end is not of the kind at its end of the metapath.
        TooManyPathsError: there are more than ``MOST_ROWS``.
    """
    for named, kind in ((starts, metapath.kinds[0]), (targets, metapath.kinds[-1])):
        for one in named:
            if one.kind != kind:
                raise UsageError(
                    f"{one.label} ({one.id}) is a {one.kind}, where {metapath} has a {kind}"
                )
    if not starts and not targets:
        whole = census(graph, metapath, examples=most)
        text = f"{whole.paths:,} paths {metapath}"
        if whole.exact:
            text += f", between {whole.pairs:,} pairs in order"
        else:
            text += " (an entity may be twice in one; too many to go through each)"
        return Answer(f"{text}.", [], whole.best)
    pairs: list[Count] = []
    if starts and targets:
        for start in starts:
            others = [target.number for target in targets if target.number != start.number]
            counted = (count(graph, metapath, start.number, n, examples=most) for n in others)
            pairs += [one for one in counted if one.paths]
    else:
        way = metapath if starts else metapath.reversed()
        for start in starts or targets:
            pairs += from_start(graph, way, start.number, most=most)
        if not starts:
            pairs = [
                Count(one.end, one.start, one.paths, one.dwpc, one.best[:, ::-1]) for one in pairs
            ]
    pairs.sort(key=lambda one: (-one.dwpc, one.start, one.end))
    total = sum(one.paths for one in pairs)
    rows = [one.best[:most] for one in pairs[:most]]
    empty: Rows = np.empty((0, len(metapath) + 1), dtype=np.int32)
    best = np.concatenate(rows) if rows else empty
    summary = f"{_several(total, 'path')} {metapath}, between {_several(len(pairs), 'pair')}."
    if not (starts and targets):
        summary = f"The nearest by that way: {summary}"
    return Answer(summary, pairs, best[:most])


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
