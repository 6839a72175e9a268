"""Metapaths: paths by the kinds they pass, counted, weighted, shown; see ``notation``.

A path passes no entity twice. The degree-weighted path count (DWPC) of two entities is the sum
over all paths between them of the product, over the steps, of the degrees at both ends, each to
the power of -0.4: D. S. Himmelstein and S. E. Baranzini, "Heterogeneous network edge prediction",
PLoS Computational Biology 11 (2015) e1004259.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg.errors import UsageError
from genekg.labels import Entity
from genekg.layers import (
    MOST_ROWS,
    Rows,
    TooManyPathsError,
    Weights,
    between,
    grown,
    layers,
)
from genekg.notation import Metapath
from genekg.traversal import DAMPING, Path, path_of

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Answer", "Census", "Count", "ask", "census", "count", "from_start", "paths_of"]


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
