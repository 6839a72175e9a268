"""The arrays hold the direct relations of the graph, each once, in both directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from genekg import adjacency, prefixes
from genekg import vocabulary as v
from genekg.adjacency import Adjacency, Edge
from genekg.errors import StoreError
from genekg.graph import Graph

IS_A = adjacency.RELATIONS.index(v.SUBCLASS_OF)
HAS = adjacency.RELATIONS.index(v.HAS_PHENOTYPE)
LACKS = adjacency.RELATIONS.index(v.LACKS_PHENOTYPE)
# 0 is-a 1 is-a 2; 3 has 0 (by two sources), 3 lacks 1, 4 has 1; 5 stands alone
EDGES = {(0, IS_A, 1): 1, (1, IS_A, 2): 1, (3, HAS, 0): 6, (3, LACKS, 1): 2, (4, HAS, 1): 4}
SOURCES = ("terms", "annotations", "curated")


@pytest.fixture
def arrays(tmp_path: Path) -> Adjacency:
    assert adjacency.write(tmp_path / "arrays", EDGES, 6, SOURCES) == len(EDGES)
    return Adjacency(tmp_path / "arrays")


def test_neighbours_in_both_directions(arrays: Adjacency) -> None:
    assert len(arrays) == 5
    assert list(arrays.edges_from(3)) == [
        Edge(3, v.HAS_PHENOTYPE, 0, 6),
        Edge(3, v.LACKS_PHENOTYPE, 1, 2),
    ]
    assert list(arrays.edges_to(1)) == [
        Edge(0, v.SUBCLASS_OF, 1, 1),
        Edge(3, v.LACKS_PHENOTYPE, 1, 2),
        Edge(4, v.HAS_PHENOTYPE, 1, 4),
    ]
    assert list(arrays.edges_from(5)) == list(arrays.edges_to(5)) == []


def test_all_edges(arrays: Adjacency) -> None:
    assert {
        (edge.subject, adjacency.RELATIONS.index(edge.predicate), edge.object): edge.sources
        for edge in arrays.edges()
    } == EDGES


def test_below_and_arriving(arrays: Adjacency) -> None:
    assert np.flatnonzero(arrays.below(2)).tolist() == [0, 1, 2]
    assert np.flatnonzero(arrays.below(0)).tolist() == [0]
    found = arrays.arriving(arrays.below(1), v.HAS_PHENOTYPE)
    assert [part.tolist() for part in found] == [[3, 4], [0, 1], [6, 4]]
    assert [len(part) for part in arrays.arriving(arrays.below(5), v.HAS_PHENOTYPE)] == [0, 0, 0]


def test_source_names(arrays: Adjacency) -> None:
    assert arrays.source_names(6) == ["annotations", "curated"]
    assert arrays.source_names(0) == []


def test_a_graph_without_edges(tmp_path: Path) -> None:
    assert adjacency.write(tmp_path / "arrays", {}, 2, ()) == 0
    arrays = Adjacency(tmp_path / "arrays")
    assert len(arrays) == 0
    assert list(arrays.edges()) == []


@pytest.mark.parametrize("damage", ["remove", "cut"])
@pytest.mark.parametrize("name", ["out_nodes.npy", "in_starts.npy", "names.json"])
def test_damaged_arrays(arrays: Adjacency, tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / "arrays" / name
    content = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match="arrays cannot be opened"):
        Adjacency(tmp_path / "arrays")


def edges_of_arrays(graph: Graph) -> set[tuple[str, str, str]]:
    iris = [prefixes.expand(entity.id) for entity in graph.labels.all()]
    return {
        (iris[edge.subject], edge.predicate.value, iris[edge.object])
        for edge in graph.adjacency.edges()
    }


def edges_of_store(graph: Graph) -> set[tuple[str, str, str]]:
    known = {prefixes.expand(entity.id) for entity in graph.labels.all()}
    found = set()
    for relation in adjacency.RELATIONS:
        rows: Any = graph.store.query(f"SELECT ?a ?b {{ ?a <{relation.value}> ?b }}")
        for row in rows:
            if row[0].value in known and row[1].value in known:
                found.add((row[0].value, relation.value, row[1].value))
    return found


def test_the_arrays_of_the_sample_are_its_direct_relations(sample_graph: Graph) -> None:
    found = edges_of_arrays(sample_graph)
    assert found == edges_of_store(sample_graph)
    assert len(found) == len(sample_graph.adjacency) == sample_graph.manifest["edges"] > 100


def test_an_edge_that_two_sources_state_names_both(sample_graph: Graph) -> None:
    """Orphanet, by way of HPO, and the curated facts say that XLSA shows pallor."""
    numbers = sample_graph.labels.numbers(["MONDO:0020721", "HP:0000980"])
    (edge,) = (
        edge
        for edge in sample_graph.adjacency.edges_from(numbers["MONDO:0020721"])
        if edge.object == numbers["HP:0000980"]
    )
    names = sample_graph.adjacency.source_names(edge.sources)
    assert len(names) == 2
    assert names[0].startswith("Orphanet in HPO annotations")
    assert names[1].startswith("genekg curated")


@pytest.mark.full
def test_the_arrays_of_the_whole_graph_are_its_direct_relations(full_graph: Graph) -> None:
    found = edges_of_arrays(full_graph)
    assert len(found) == full_graph.manifest["edges"] > 300_000
    assert found == edges_of_store(full_graph)
