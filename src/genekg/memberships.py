"""Memberships: which genes, conditions or symptoms belong to which sets, over the arrays.

A set is a process, a condition, a gene, a symptom (of whatever has it or any kind of it), a mode of
inheritance, or a class of enzymes. Enrichment and clusters are asked of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg import ends
from genekg.errors import UsageError
from genekg.labels import CONDITION, ENZYME, GENE, KINDS, MODE, PROCESS, SYMPTOM
from genekg.layers import Layer, layers
from genekg.notation import parse

if TYPE_CHECKING:
    from genekg.graph import Graph

ENZYME_CLASS = "enzyme class"
_CLASSES = {
    "1": "oxidoreductases", "2": "transferases", "3": "hydrolases", "4": "lyases",
    "5": "isomerases", "6": "ligases", "7": "translocases",
}  # fmt: skip
# By what members are given and what the sets are: the way between them.
_WAYS = {
    (GENE, PROCESS): "gene>process",
    (GENE, CONDITION): "gene>condition",
    (GENE, ENZYME): "gene>enzyme",
    (GENE, ENZYME_CLASS): "gene>enzyme",
    (GENE, SYMPTOM): "gene>condition>symptom",
    (SYMPTOM, CONDITION): "condition>symptom",
    (SYMPTOM, GENE): "gene>condition>symptom",
    (CONDITION, GENE): "condition<gene",
    (CONDITION, PROCESS): "condition<gene>process",
    (CONDITION, ENZYME): "condition<gene>enzyme",
    (CONDITION, ENZYME_CLASS): "condition<gene>enzyme",
    (CONDITION, SYMPTOM): "condition>symptom",
    (CONDITION, MODE): "condition>inheritance mode",
}
DEFAULTS = {
    GENE: (PROCESS, SYMPTOM, ENZYME_CLASS),
    SYMPTOM: (CONDITION, GENE),
    CONDITION: (SYMPTOM, PROCESS, GENE),
}


def named(text: str) -> str:
    """Return the kind of sets that a word means.

    Raises:
        UsageError: there is no such kind.

    >>> named("pathway"), named("enzyme classes")
    ('process', 'enzyme class')
    """
    word = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    return ENZYME_CLASS if word in (ENZYME_CLASS, "enzyme classes") else ends.kind(text)


@dataclass(frozen=True)
class Memberships:
    """Pairs of a member and a set: each once, ascending by member; sets by place in ``ids``.

    ``members`` are numbers of entities; ``sizes`` is how many members each set has.
    """

    of: str
    by: str
    members: NDArray[np.int64]
    sets: NDArray[np.int64]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    sizes: NDArray[np.int64]

    @cached_property
    def universe(self) -> NDArray[np.int64]:
        """All members, ascending."""
        return self.members[self._firsts]

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        new = np.ones(len(self.members), dtype=bool)
        new[1:] = self.members[1:] != self.members[:-1]
        return np.flatnonzero(new)

    def of_members(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of these members, each of which belongs to some set."""
        places = np.searchsorted(self.universe, numbers)
        ends = np.append(self._firsts, len(self.members))
        counts = ends[places + 1] - ends[places]
        firsts = ends[places] - (np.cumsum(counts) - counts)
        taken = np.arange(int(counts.sum())) + np.repeat(firsts, counts)
        return self.members[taken], self.sets[taken]


def memberships(graph: Graph, of: str, by: str, *, closed: bool = True) -> Memberships:
    """Return who belongs to what. It is made once for a graph.

    ``closed`` counts a symptom for all that it is a kind of.

    Raises:
        UsageError: there is no way from the one kind to the other.
    """
    if (of, by) not in _WAYS:
        there = [one for kind, one in _WAYS if kind == of]
        given = sorted({kind for kind, _ in _WAYS})
        remedy = f"there are {', '.join(there)}" if there else f"give one of {', '.join(given)}"
        raise UsageError(f"a {of} belongs to no {by}", remedy=remedy)
    key = ("memberships", of, by, closed)
    if key not in graph.steps.layers:
        graph.steps.layers[key] = _made(graph, of, by, closed=closed)
    found: Memberships = graph.steps.layers[key]
    return found


def _made(graph: Graph, of: str, by: str, *, closed: bool) -> Memberships:
    size = len(graph.steps.kinds)
    way = parse(_WAYS[of, by])
    walked = layers(graph, way)
    pairs = (walked[0].origins.astype(np.int64), walked[0].nodes.astype(np.int64))
    for one in walked[1:]:
        pairs = _joined(*pairs, one)
    if closed and SYMPTOM in (of, by):
        pairs = _joined(*pairs, above(graph))
    members, sets = pairs if way.kinds[0] == of else pairs[::-1]
    return _named(graph, of, by, members, sets, size)


def _named(
    graph: Graph,
    of: str,
    by: str,
    members: NDArray[np.int64],
    sets: NDArray[np.int64],
    size: int,
) -> Memberships:
    there = np.bincount(sets, minlength=size) > 0
    numbers = np.flatnonzero(there)
    places = (np.cumsum(there) - 1)[sets]
    entities = graph.labels.entities(numbers.tolist())
    named = [entities[number] for number in numbers.tolist()]
    ids = [one.id for one in named]
    labels = [one.label for one in named]
    if by == ENZYME_CLASS:
        own = [".".join([*one.id.removeprefix("EC:").split(".")[:3], "-"]) for one in named]
        names, again = np.unique(np.array(own), return_inverse=True)
        places = again[places]
        ids = [f"EC:{name}" for name in names.tolist()]
        labels = [f"{_CLASSES.get(name[0], 'enzymes')} {name}" for name in names.tolist()]
    width = max(len(ids), 1)
    members, places = np.divmod(_distinct(members * width + places), width)
    sizes = np.bincount(places, minlength=len(ids))
    return Memberships(of, by, members, places, tuple(ids), tuple(labels), sizes)


def _joined(
    first: NDArray[np.int64], middle: NDArray[np.int64], layer: Layer
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of the first of each pair and what its second leads to, each once."""
    size = len(layer.starts) - 1
    counts = layer.out_degrees[middle]
    firsts = layer.starts[middle] - (np.cumsum(counts) - counts)
    taken = np.arange(int(counts.sum())) + np.repeat(firsts, counts)
    before, after = np.divmod(_distinct(np.repeat(first, counts) * size + layer.nodes[taken]), size)
    return before, after


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers ascending, each once; faster on millions than a table of them."""
    ordered = np.sort(keys)
    kept = np.ones(len(ordered), dtype=bool)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def above(graph: Graph) -> Layer:
    """Return the layer from every symptom to itself and every symptom that it is a kind of."""
    key = ("above", SYMPTOM)
    if key not in graph.steps.layers:
        (is_a,) = layers(graph, parse("symptom>symptom"))
        size = len(graph.steps.kinds)
        own = np.flatnonzero(graph.steps.kinds == KINDS.index(SYMPTOM)).astype(np.int64)
        pairs = own * size + own
        ring = (own, own)
        while len(ring[0]):
            reached = _joined(*ring, is_a)
            new = np.setdiff1d(reached[0] * size + reached[1], pairs, assume_unique=True)
            pairs = np.concatenate((pairs, new))
            ring = (new // size, new % size)
        pairs.sort()
        starts = np.searchsorted(pairs, np.arange(size + 1, dtype=np.int64) * size)
        graph.steps.layers[key] = Layer(starts, (pairs % size).astype(np.int32))
    found: Layer = graph.steps.layers[key]
    return found
