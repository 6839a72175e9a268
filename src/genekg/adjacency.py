"""The direct relations as arrays, memory-mapped: neighbours without asking the store.

A sidecar of the build. Nodes are the entities of the label index, by number; edges are sorted by
subject (``out``) and once more by object (``in``), each with an index of starts (CSR).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Edge:
    """One direct relation between two entities, by their numbers."""

    subject: int
    predicate: NamedNode
    object: int


def write(folder: Path, edges: Iterable[tuple[int, int, int]], nodes: int) -> int:
    """Write (subject, relation, object) numbers, each once; return how many."""
    folder.mkdir()
    table = np.array(sorted(set(edges)), dtype=np.int32).reshape(-1, 3)
    for name, column, other in (("out", 0, 2), ("in", 2, 0)):
        order = np.lexsort((table[:, 1], table[:, other], table[:, column]))
        sorted_table = table[order]
        starts = np.searchsorted(sorted_table[:, column], np.arange(nodes + 1))
        np.save(folder / f"{name}_starts.npy", starts.astype(np.int32))
        np.save(folder / f"{name}_nodes.npy", np.ascontiguousarray(sorted_table[:, other]))
        np.save(
            folder / f"{name}_relations.npy",
            np.ascontiguousarray(sorted_table[:, 1].astype(np.int8)),
        )
    relations = [relation.value for relation in RELATIONS]
    (folder / "relations.json").write_text(json.dumps(relations), encoding="utf-8")
    return len(table)


class Adjacency:
    """The arrays of a build, open for reading."""

    def __init__(self, folder: Path) -> None:
        def load(name: str) -> NDArray[Any]:
            array: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r")
            return array

        try:
            self._out = tuple(load(f"out_{name}") for name in ("starts", "nodes", "relations"))
            self._in = tuple(load(f"in_{name}") for name in ("starts", "nodes", "relations"))
            names = json.loads((folder / "relations.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder} cannot be opened: {error}") from error
        self._relations = [NamedNode(name) for name in names]

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self._out[1])

    def edges_from(self, number: int) -> Iterator[Edge]:
        """Yield the edges that leave a node."""
        starts, nodes, relations = self._out
        for position in range(starts[number], starts[number + 1]):
            yield Edge(number, self._relations[relations[position]], int(nodes[position]))

    def edges_to(self, number: int) -> Iterator[Edge]:
        """Yield the edges that arrive at a node."""
        starts, nodes, relations = self._in
        for position in range(starts[number], starts[number + 1]):
            yield Edge(int(nodes[position]), self._relations[relations[position]], number)

    def edges(self) -> Iterator[Edge]:
        """Yield every edge, by subject."""
        for number in range(len(self._out[0]) - 1):
            yield from self.edges_from(number)
