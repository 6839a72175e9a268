"""The Python face: one open graph, its verbs, tables and pictures of neighbourhoods."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

import genekg
from genekg.errors import QueryError, StoreError, UsageError
from genekg.graph import Graph


def test_importing_genekg_is_light() -> None:
    code = (
        "import sys, genekg; heavy = {'pyoxigraph', 'numpy', 'rich', 'rdflib', 'networkx'}"
        " & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_open_gives_every_verb(sample_home: Path) -> None:
    with genekg.open(sample_home) as kg:
        assert len(kg.ask("conditions with X-linked inheritance")) > 0
        assert kg.query("conditions_of_gene", gene="ALAS2").columns[0] == "condition"
        assert kg.sparql("ASK { hgnc:397 a biolink:Gene }").rows == [(True,)]
        assert kg.show("ALAS2").entity.id == "HGNC:397"
        assert kg.manifest["triples"] > 1000
        assert kg.search("XLSA").rows[0][0] == "MONDO:0020721"
        assert set(kg.why("ALAS2", "causes").column("predicate")) == {"biolink:causes"}
        assert len(kg.why("XLSA", "symptom", "Pallor")) > 0
        assert repr(kg).startswith("<genekg graph ")


def test_open_without_building_says_how_to_build(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run `genekg build`"):
        genekg.open(tmp_path / "none", build=False)
    assert not (tmp_path / "none").exists()


def test_tables_become_data_frames(sample_graph: Graph) -> None:
    pd = pytest.importorskip("pandas")
    frame = sample_graph.ask("conditions with X-linked inheritance").table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert "MONDO:0020721" in set(frame["condition"])


def test_networkx_neighbourhood(sample_graph: Graph) -> None:
    around = sample_graph.networkx("XLSA", depth=1)
    assert isinstance(around, nx.MultiDiGraph)
    assert around.nodes["HGNC:397"]["label"] == "ALAS2"
    assert any(
        data["predicate"] == "biolink:causes"
        for data in around.get_edge_data("HGNC:397", "MONDO:0020721").values()
    )


def test_sparql_columns_stand_in_the_order_of_the_text(sample_graph: Graph) -> None:
    table = sample_graph.sparql("SELECT * { ?zebra a biolink:Gene ; rdfs:label ?apple }")
    assert table.columns == ("zebra", "apple")


def test_sparql_cells_have_types(sample_graph: Graph) -> None:
    table = sample_graph.sparql(
        "SELECT (1 AS ?i) (0.5 AS ?d) (true AS ?b) ('x' AS ?s) (obo:HP_0000980 AS ?u) ?none {}"
    )
    assert table.rows == [(1, 0.5, True, "x", "HP:0000980", None)]


def test_a_graph_is_not_a_table(sample_graph: Graph) -> None:
    with pytest.raises(UsageError, match="gives a graph, not a table"):
        sample_graph.sparql("DESCRIBE hgnc:397")


def test_a_hostile_query_leaves_the_graph_in_use(sample_graph: Graph) -> None:
    deep = "SELECT ?x " + "{" * 5000 + "}" * 5000
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    for text in (deep, cross, "SELECT nonsense"):
        with pytest.raises(QueryError):
            sample_graph.sparql(text, deadline=1)
        assert sample_graph.sparql("ASK { hgnc:397 a biolink:Gene }").rows == [(True,)]
