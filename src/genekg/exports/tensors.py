"""NumPy arrays of the direct relations, as graph neural networks take them (PyG, DGL)."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from genekg import adjacency, prefixes
from genekg.exports.output import Whole
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from genekg.graph import Graph


def write(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write an ``.npz`` of N nodes and E edges.

    - ``node_id``, ``node_label``: N texts; ``node_kind``: N places in ``kinds``.
    - ``edge_index``: 2 x E places of nodes, subjects above objects; ``edge_type``: E places in
      ``relations``; ``edge_sources``: E numbers whose bit n stands for ``sources[n]``.

    An excluded symptom is an edge of the type ``gk:lacksPhenotype``: leave it out, or learn from
    it, but do not take it for ``biolink:has_phenotype``.
    """
    found, edges = relations(graph, chosen)
    entities = list(found)
    place = {entity.number: at for at, entity in enumerate(entities)}
    kinds = sorted({entity.kind for entity in entities})
    kind_place = {kind: at for at, kind in enumerate(kinds)}
    names = [prefixes.shorten(relation.value) for relation in adjacency.RELATIONS]
    relation_place = {relation: at for at, relation in enumerate(adjacency.RELATIONS)}
    rows = np.array(
        [
            (place[e.subject], place[e.object], relation_place[e.predicate], e.sources)
            for e in edges
        ],
        dtype=np.int64,
    ).reshape(-1, 4)
    np.savez_compressed(
        cast(BinaryIO, Whole(output)),
        node_id=np.array([entity.id for entity in entities]),
        node_label=np.array([entity.label for entity in entities]),
        node_kind=np.array([kind_place[entity.kind] for entity in entities], dtype=np.int8),
        kinds=np.array(kinds),
        edge_index=np.ascontiguousarray(rows[:, :2].T),
        edge_type=rows[:, 2].astype(np.int8),
        edge_sources=rows[:, 3],
        relations=np.array(names),
        sources=np.array(graph.adjacency.source_names(-1)),
    )
