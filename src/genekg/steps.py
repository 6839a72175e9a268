"""Steps: every direct relation as it can be walked, from either end, on arrays.

A relation is two steps, one along it and one against it. What a condition lacks is no step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from genekg import vocabulary as v
from genekg.adjacency import Adjacency, Edge
from genekg.labels import KINDS

if TYPE_CHECKING:
    from genekg.graph import Graph

# Negated: never walked.
NEGATED = (v.LACKS_PHENOTYPE,)


@dataclass(frozen=True)
class Steps:
    """All steps, by the node they leave: those of node n stand from starts[n] to starts[n + 1].

    ``nodes`` is where a step leads, ``relations`` the place of its relation in ``names``,
    ``along`` whether it goes from subject to object, ``sources`` the bits of who states it. Of a
    node, the steps along come first; within a direction they are by node, then by relation.
    ``kinds`` is the place of each node's kind in ``labels.KINDS``. ``layers`` holds what has been
    made of the steps of metapaths.
    """

    starts: NDArray[np.int64]
    nodes: NDArray[np.int32]
    relations: NDArray[np.int8]
    along: NDArray[np.bool_]
    sources: NDArray[np.int64]
    kinds: NDArray[np.int8]
    names: tuple[NamedNode, ...]
    layers: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def origins(self) -> NDArray[np.int32]:
        """The node that each step leaves."""
        return np.repeat(np.arange(len(self.kinds), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def first(self) -> NDArray[np.bool_]:
        """Whether a step is the first of those that lead to the same node in its direction."""
        again = np.zeros(len(self.nodes), dtype=bool)
        again[1:] = (
            (self.nodes[1:] == self.nodes[:-1])
            & (self.along[1:] == self.along[:-1])
            & (self.origins[1:] == self.origins[:-1])
        )
        return ~again

    @cached_property
    def degrees(self) -> NDArray[np.float64]:
        """The degrees at both ends of each step, multiplied.

        A degree counts the nodes of one kind that a node reaches in one direction, as the degree
        of a metaedge does in Hetionet.
        """
        count = len(KINDS)
        ends = np.where(self.along, 0, count)
        here = self.origins.astype(np.int64) * 2 * count + ends + self.kinds[self.nodes]
        there = self.nodes.astype(np.int64) * 2 * count + (count - ends) + self.kinds[self.origins]
        tally = np.bincount(here[self.first], minlength=len(self.kinds) * 2 * count)
        product: NDArray[np.float64] = tally[here] * tally[there].astype(float)
        return product

    @cached_property
    def log_degrees(self) -> NDArray[np.float64]:
        """The logarithms of ``degrees``."""
        logarithms: NDArray[np.float64] = np.log(self.degrees)
        return logarithms

    def back(self, step: int) -> int:
        """Return the step that walks the same relation the other way."""
        here, there = self.origins[step], self.nodes[step]
        own = slice(self.starts[there], self.starts[there + 1])
        same = (
            (self.nodes[own] == here)
            & (self.relations[own] == self.relations[step])
            & (self.along[own] != self.along[step])
        )
        return int(self.starts[there] + np.flatnonzero(same)[0])

    def edge(self, step: int) -> Edge:
        """Return the relation that a step walks."""
        here, there = int(self.origins[step]), int(self.nodes[step])
        start, end = (here, there) if self.along[step] else (there, here)
        return Edge(start, self.names[self.relations[step]], end, int(self.sources[step]))

    def among(self, relations: Iterable[NamedNode]) -> NDArray[np.bool_]:
        """Return, for every step, whether its relation is one of these."""
        places = [self.names.index(one) for one in relations if one in self.names]
        return np.isin(self.relations, np.array(places, dtype=np.int8))

    def leaving(self, nodes: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the steps that leave any of these nodes, in their order."""
        starts = self.starts[nodes]
        counts = self.starts[nodes + 1] - starts
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        found: NDArray[np.int64] = np.arange(total) + np.repeat(starts - (ends - counts), counts)
        return found


def of(graph: Graph) -> Steps:
    """Return the steps of a graph; they are made once, in a tenth of a second."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    kinds = np.array([places[kind] for kind in graph.labels.kinds()], dtype=np.int8)
    return lay(graph.adjacency, kinds)


def lay(adjacency: Adjacency, kinds: NDArray[np.int8]) -> Steps:
    """Lay the edges of both directions side by side, without those that are negated."""
    negated = [adjacency.relations.index(one) for one in NEGATED]
    parts = []
    for arrays, along in ((adjacency.leaving, True), (adjacency.coming, False)):
        kept = ~np.isin(arrays.relations, np.array(negated, dtype=np.int8))
        origins = np.repeat(np.arange(adjacency.size, dtype=np.int32), np.diff(arrays.starts))
        kept_origins = origins[kept]
        counts = np.bincount(kept_origins, minlength=adjacency.size)
        parts.append((arrays, along, kept, kept_origins, counts))
    counts = parts[0][4] + parts[1][4]
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    total = int(starts[-1])
    nodes = np.empty(total, dtype=np.int32)
    relations = np.empty(total, dtype=np.int8)
    forward = np.empty(total, dtype=bool)
    sources = np.empty(total, dtype=np.int64)
    before = np.zeros(adjacency.size, dtype=np.int64)
    for arrays, along, kept, origins, own in parts:
        firsts = np.concatenate(([0], np.cumsum(own)))[:-1]
        at = np.arange(len(origins)) - firsts[origins] + starts[origins] + before[origins]
        nodes[at], relations[at] = arrays.nodes[kept], arrays.relations[kept]
        forward[at], sources[at] = along, arrays.sources[kept]
        before += own
    return Steps(starts, nodes, relations, forward, sources, kinds, tuple(adjacency.relations))
