"""The direct relations as arrays, memory-mapped: neighbours without asking the store.

A sidecar of the build. Nodes are the entities of the label index, by number; edges are sorted by
subject (``out``) and once more by object (``in``), each with an index of starts (CSR). Every edge
knows the sources that state it, as bits of a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from genekg import vocabulary as v
from genekg.errors import StoreError

FOLDER = "arrays"

RELATIONS: tuple[NamedNode, ...] = (
    v.CAUSES,
    v.CONTRIBUTES_TO,
    v.ASSOCIATED_WITH,
    v.HAS_INHERITANCE,
    v.HAS_PHENOTYPE,
    v.LACKS_PHENOTYPE,
    v.CONDITION_ONSET,
    v.CONDITION_COURSE,
    v.CONDITION_MODIFIER,
    v.CONDITION_HISTORY,
    v.HAS_GENE_PRODUCT,
    v.UP_ENZYME,
    v.ENCODES_ENZYME,
    v.PARTICIPATES_IN,
    v.ACTIVE_IN,
    v.SUBCLASS_OF,
)


class Edge(NamedTuple):
    """One direct relation between two entities, by their numbers, and the bits of its sources."""

    subject: int
    predicate: NamedNode
    object: int
    sources: int = 0


class Arrays(NamedTuple):
    """Edges in CSR form: those of node n stand from ``starts[n]`` to ``starts[n + 1]``."""

    starts: NDArray[np.int32]
    nodes: NDArray[np.int32]
    relations: NDArray[np.int8]
    sources: NDArray[np.int64]


def write(
    folder: Path, edges: Mapping[tuple[int, int, int], int], nodes: int, sources: Sequence[str]
) -> int:
    """Write edges, (subject, relation, object) to the bits of their sources; return how many.

    Bit n stands for the name ``sources[n]``; there may be 63 of them.
    """
    folder.mkdir()
    rows = [(*edge, bits) for edge, bits in sorted(edges.items())]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    for name, column, other in (("out", 0, 2), ("in", 2, 0)):
        order = np.lexsort((table[:, 1], table[:, other], table[:, column]))
        sorted_table = table[order]
        starts = np.searchsorted(sorted_table[:, column], np.arange(nodes + 1))
        np.save(folder / f"{name}_starts.npy", starts.astype(np.int32))
        np.save(folder / f"{name}_nodes.npy", sorted_table[:, other].astype(np.int32))
        np.save(folder / f"{name}_relations.npy", sorted_table[:, 1].astype(np.int8))
        np.save(folder / f"{name}_sources.npy", sorted_table[:, 3])
    names = {"relations": [r.value for r in RELATIONS], "sources": list(sources)}
    (folder / "names.json").write_text(json.dumps(names, indent=1), encoding="utf-8")
    return len(table)


class Adjacency:
    """The arrays of a build, open for reading."""

    def __init__(self, folder: Path) -> None:
        def load(name: str) -> NDArray[Any]:
            array: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r")
            return array

        parts = ("starts", "nodes", "relations", "sources")
        try:
            self._out = tuple(load(f"out_{part}") for part in parts)
            self._in = tuple(load(f"in_{part}") for part in parts)
            names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder} cannot be opened: {error}") from error
        self._relations = [NamedNode(name) for name in names["relations"]]
        self._sources: list[str] = names["sources"]

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self._out[1])

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self._out[0]) - 1

    @property
    def leaving(self) -> Arrays:
        """The edges by subject: starts, objects, relations (places in ``relations``), sources."""
        return Arrays(*self._out)

    @property
    def coming(self) -> Arrays:
        """The edges by object: starts, subjects, relations (places in ``relations``), sources."""
        return Arrays(*self._in)

    @property
    def relations(self) -> list[NamedNode]:
        """The relations that the numbers of edges stand for."""
        return self._relations

    def edges_from(self, number: int) -> Iterator[Edge]:
        """Yield the edges that leave a node."""
        starts, nodes, relations, sources = self._out
        for at in range(starts[number], starts[number + 1]):
            yield Edge(number, self._relations[relations[at]], int(nodes[at]), int(sources[at]))

    def edges_to(self, number: int) -> Iterator[Edge]:
        """Yield the edges that arrive at a node."""
        starts, nodes, relations, sources = self._in
        for at in range(starts[number], starts[number + 1]):
            yield Edge(int(nodes[at]), self._relations[relations[at]], number, int(sources[at]))

    def below(self, number: int) -> NDArray[np.bool_]:
        """Return, for every node, whether it is this one or any kind of it."""
        subjects, objects = self._kinds
        member = np.zeros(len(self._out[0]) - 1, dtype=bool)
        member[number] = True
        size = 0
        while size != (size := int(member.sum())):
            member[subjects[member[objects]]] = True
        return member

    @cached_property
    def _subjects(self) -> NDArray[np.int32]:
        """The subject of every edge, in the order of ``out``."""
        starts = self._out[0]
        return np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))

    @cached_property
    def _kinds(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Subjects and objects of the is-a edges."""
        chosen = self._out[2] == self._relations.index(v.SUBCLASS_OF)
        return self._subjects[chosen], self._out[1][chosen]

    def arriving(
        self, member: NDArray[np.bool_], predicate: NamedNode
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """Return subjects, objects and source bits of the edges of a kind that arrive at members.

        ``member`` says for every node whether it is one.
        """
        _, nodes, relations, sources = self._out
        chosen = np.flatnonzero((relations == self._relations.index(predicate)) & member[nodes])
        return self._subjects[chosen], nodes[chosen], sources[chosen]

    def source_names(self, bits: int) -> list[str]:
        """Return the names of the sources that bits stand for."""
        return [name for place, name in enumerate(self._sources) if bits >> place & 1]

    def edges(self) -> Iterator[Edge]:
        """Yield every edge, by subject."""
        for number in range(len(self._out[0]) - 1):
            yield from self.edges_from(number)
