"""Conditions side by side, against what the sample's files say."""

from __future__ import annotations

import pytest

from genekg.comparison import compare, compare_sets, similar
from genekg.errors import NotFoundError, UsageError
from genekg.graph import Graph

XLSA = "MONDO:0020721"
XLP = "MONDO:0010420"
BOTH = "OMIM:301310"
DENIES = "OMIM:999001"


def test_compare(sample_graph: Graph) -> None:
    rows = {row["symptom"]: row for row in compare(sample_graph, XLSA, BOTH).dicts()}
    shared = rows["HP:0004840"]
    assert shared["relation"] == "shared"
    assert (str(shared["in A"]).split("; ")[0], shared["in B"]) == ("1/1", "4/4")
    assert shared["cited B"] == "OMIM:301310"
    assert rows["HP:0001251"]["relation"] == "only in B"
    assert rows["HP:0001251"]["in A"] is None


def test_a_contradiction_is_not_shared(sample_graph: Graph) -> None:
    """OMIM:999001 has NOT anemia: so a kind of anemia of the other contradicts it."""
    rows = {row["symptom"]: row for row in compare(sample_graph, "ORPHA:75563", DENIES).dicts()}
    assert rows["HP:0001903"]["relation"] == "contradicting"
    assert str(rows["HP:0001903"]["in B"]).startswith("NOT")
    assert rows["HP:0001744"]["relation"] == "contradicting"
    assert rows["HP:0001744"]["in B"] == "NOT 0/12"
    assert rows["HP:0000980"]["relation"] == "shared"


def test_both_ways_alike(sample_graph: Graph) -> None:
    turned = {"only in A": "only in B", "only in B": "only in A"}
    forth = {(r["symptom"], r["relation"]) for r in compare(sample_graph, XLSA, DENIES).dicts()}
    back = {
        (r["symptom"], turned.get(str(r["relation"]), r["relation"]))
        for r in compare(sample_graph, DENIES, XLSA).dicts()
    }
    assert forth == back


def test_similar(sample_graph: Graph) -> None:
    for measure in ("resnik", "lin", "jiang-conrath", "jaccard"):
        table = similar(sample_graph, BOTH, measure=measure, limit=50)
        assert BOTH not in table.column("condition")
        scores = [float(str(score)) for score in table.column("similarity")]
        assert scores == sorted(scores, reverse=True)
        row = next(row for row in table.dicts() if row["condition"] == XLSA)
        assert "Hypochromic microcytic anemia" in str(row["shared"])
        assert row["only here"] == "Ataxia"


def test_similar_by_gene(sample_graph: Graph) -> None:
    table = similar(sample_graph, XLSA, by="gene")
    first = next(table.dicts())
    assert (first["condition"], first["similarity"], first["shared"]) == (XLP, 1.0, "ALAS2")


def test_sets(sample_graph: Graph) -> None:
    rows = {
        row["symptom"]: row for row in compare_sets(sample_graph, [BOTH], ["OMIM:154700"]).dicts()
    }
    assert float(str(rows["HP:0001251"]["share of A"])) == pytest.approx(6.5 / 7, abs=1e-3)
    assert rows["HP:0001251"]["share of B"] == 0


def test_errors(sample_graph: Graph) -> None:
    with pytest.raises(UsageError, match="same condition"):
        compare(sample_graph, XLSA, "OMIM:300751")
    with pytest.raises(UsageError, match="no measure 'x'"):
        similar(sample_graph, XLSA, measure="x")
    with pytest.raises(UsageError, match="similar by 'x'"):
        similar(sample_graph, XLSA, by="x")
    with pytest.raises(NotFoundError, match="no gene of"):
        similar(sample_graph, DENIES, by="gene")
