"""The graph as a networkx graph: what is in it, algorithms, writers, and the way back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from genekg import exports, networks
from genekg import vocabulary as v
from genekg.errors import SourceError, UsageError
from genekg.graph import Graph
from genekg.prefixes import shorten

XLSA = "MONDO:0020721"
LACKS = shorten(v.LACKS_PHENOTYPE.value)


def edges_of(graph: Graph) -> set[tuple[str, str, str]]:
    ids = {one.number: one.id for one in graph.labels.all()}
    return {
        (ids[e.subject], ids[e.object], shorten(e.predicate.value)) for e in graph.adjacency.edges()
    }


def test_a_neighbourhood(sample_graph: Graph) -> None:
    network = sample_graph.networkx(XLSA)
    expected = {e for e in edges_of(sample_graph) if XLSA in e[:2] and e[2] != LACKS}
    assert set(network.edges(keys=True)) == expected
    assert set(network) == {end for e in expected for end in e[:2]}
    assert network.nodes["HGNC:397"] == {
        "label": "ALAS2", "kind": "gene", "iri": "http://identifiers.org/hgnc/397",
    }  # fmt: skip
    edge = network.edges["HGNC:397", XLSA, "biolink:causes"]
    assert (edge["predicate"], edge["label"]) == ("biolink:causes", "causes")
    assert "genekg curated" in edge["sources"]
    assert len(sample_graph.networkx(XLSA, depth=2)) > len(network)
    only = sample_graph.networkx(XLSA, predicates=["causes"])
    assert list(only.edges(keys=True)) == [("HGNC:397", XLSA, "biolink:causes")]


def test_the_whole_graph(sample_graph: Graph) -> None:
    network = sample_graph.networkx()
    expected = edges_of(sample_graph)
    assert set(network) == {one.id for one in sample_graph.labels.all()}
    assert set(network.edges(keys=True)) == {e for e in expected if e[2] != LACKS}
    assert network.number_of_edges() == len({e for e in expected if e[2] != LACKS})


def test_relations_by_name(sample_graph: Graph) -> None:
    network = sample_graph.networkx(predicates=["causes", "biolink:has_mode_of_inheritance"])
    expected = {
        e for e in edges_of(sample_graph)
        if e[2] in ("biolink:causes", "biolink:has_mode_of_inheritance")
    }  # fmt: skip
    assert set(network.edges(keys=True)) == expected
    assert set(network) == {end for e in expected for end in e[:2]}
    lacking = sample_graph.networkx(predicates=["lacks symptom"])
    assert lacking.number_of_edges() > 0
    assert {facts["label"] for *_, facts in lacking.edges(data=True)} == {"lacks symptom"}
    with pytest.raises(UsageError, match="no relation is named 'causez'; did you mean 'causes'"):
        sample_graph.networkx(predicates=["causez"])


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".node-link.json", ".cyjs"])
def test_there_and_back(sample_graph: Graph, tmp_path: Path, suffix: str) -> None:
    network = sample_graph.networkx()
    path = tmp_path / f"graph{suffix}"
    form = exports.for_file(path.name).name
    with path.open("wb") as output:
        networks.write(network, output, form)
    back = networks.read(path)
    assert nx.utils.graphs_equal(back, network)
    # the export of the whole graph says the same, and what is lacked besides
    exports.named(form).write(sample_graph, path)
    exported = networks.read(path)
    lacked = [e for e in exported.edges(keys=True) if e[2] == LACKS]
    assert lacked
    exported.remove_edges_from(lacked)
    assert nx.utils.graphs_equal(exported, network)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(SourceError, match="is not a whole"):
        networks.read(path)


def test_no_network(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"graph\.txt is no network; the endings are \.graphml"):
        networks.read(tmp_path / "graph.txt")
    with pytest.raises(UsageError, match="no form of networks 'dot'"):
        networks.write(nx.MultiDiGraph(), io.BytesIO(), "dot")


def test_other_writers_of_networkx_take_it(sample_graph: Graph, tmp_path: Path) -> None:
    network = sample_graph.networkx(XLSA, depth=2)
    size = (network.number_of_nodes(), network.number_of_edges())
    writers: list[tuple[str, Any, Any]] = [
        ("gml", nx.write_gml, nx.read_gml),
        ("pajek", nx.write_pajek, nx.read_pajek),
    ]
    for name, write, read in writers:
        path = tmp_path / f"network.{name}"
        write(network, path)
        back = read(path)
        assert (back.number_of_nodes(), back.number_of_edges()) == size, name
    output = io.BytesIO()
    nx.write_edgelist(network, output)
    assert len(output.getvalue().splitlines()) == size[1]
    frame = nx.to_pandas_edgelist(network)
    assert len(frame) == size[1]


def test_algorithms_take_it(sample_graph: Graph) -> None:
    network = sample_graph.networkx(XLSA, depth=2)
    ranks = nx.pagerank(nx.DiGraph(network))
    assert sum(ranks.values()) == pytest.approx(1)
    assert nx.is_weakly_connected(network)
    assert nx.shortest_path(network, "HGNC:397", "HP:0001417")[0] == "HGNC:397"
    assert nx.community.louvain_communities(nx.Graph(network), seed=1)
    assert nx.betweenness_centrality(network)[XLSA] >= 0


@pytest.mark.full
def test_the_whole_default_graph(full_graph: Graph) -> None:
    network = full_graph.networkx()
    lacked = sum(e.predicate == v.LACKS_PHENOTYPE for e in full_graph.adjacency.edges())
    assert network.number_of_nodes() == full_graph.manifest["entities"]
    assert network.number_of_edges() == len(full_graph.adjacency) - lacked
