"""Who says what."""

from __future__ import annotations

import pytest

from genekg import associations
from genekg import vocabulary as v
from genekg.graph import Graph
from genekg.quads import node
from genekg.tables import Table

XLSA = node("MONDO:0020721")


def test_both_sources_of_a_mode_are_named(sample_graph: Graph) -> None:
    table = associations.why(sample_graph, XLSA, "mode_of_inheritance")
    rows = {row["object"]: row for row in table.dicts()}
    curated, hpo = rows["HP:0001417"], rows["HP:0001419"]
    assert curated["source"] == "genekg curated"
    assert str(curated["publications"]).startswith("https://medlineplus.gov/")
    assert hpo["source"] == "HPO annotations"
    assert hpo["version"]
    assert hpo["stated as"] == "OMIM:300751"
    assert hpo["evidence"]
    assert (curated["knowledge level"], curated["agent"]) == ("knowledge_assertion", "manual_agent")
    links = associations.why(sample_graph, node("HGNC:397"), "gene_associated")
    assert set(links.column("agent")) == {"data_analysis_pipeline"}, "of the release: no evidence"
    assert str(hpo["licence"]).startswith("https://")


def test_symptom_and_phenotype_are_one_word(sample_graph: Graph) -> None:
    by_symptom = associations.why(sample_graph, XLSA, "symptom")
    assert by_symptom == associations.why(sample_graph, XLSA, "phenotype")
    assert len(by_symptom) > 5


def test_an_object_narrows(sample_graph: Graph) -> None:
    table = associations.why(sample_graph, XLSA, None, node("HP:0000980"))
    assert set(table.column("object label")) == {"Pallor"}


def test_an_entity_named_only_by_others(sample_graph: Graph) -> None:
    table = associations.why(sample_graph, node("EC:2.3.1.37"), "encodes")
    assert "HGNC:397" in table.column("subject")


def test_excluded_is_said(sample_graph: Graph) -> None:
    lacking: Table = sample_graph.sparql("SELECT ?c ?t { ?c gk:lacksPhenotype ?t }")
    condition, term = lacking.rows[0]
    table = associations.why(sample_graph, node(str(condition)), "lacks", node(str(term)))
    assert all(str(cell).startswith("NOT") for cell in table.column("qualifiers"))
    assert len(table) > 0


@pytest.mark.full
def test_every_association_names_its_release_and_the_release_its_licence(
    full_graph: Graph,
) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?a rdf:subject ?s . %s }"
    without = full_graph.sparql(
        count % "FILTER NOT EXISTS { ?a prov:wasDerivedFrom/dcterms:license ?l }", deadline=120
    )
    assert without.rows == [(0,)]
    every = full_graph.sparql(count % "", deadline=120)
    assert int(str(every.rows[0][0])) > 280_000


@pytest.mark.full
def test_every_direct_statement_has_an_association(full_graph: Graph) -> None:
    for predicate in (v.HAS_PHENOTYPE, v.LACKS_PHENOTYPE, v.HAS_INHERITANCE, v.CAUSES,
                      v.ASSOCIATED_WITH, v.ENCODES_ENZYME):  # fmt: skip
        direct = {
            (q.subject, q.object)
            for q in full_graph.store.quads_for_pattern(None, predicate, None, None)
        }
        said = set()
        for quad in full_graph.store.quads_for_pattern(None, v.PREDICATE, predicate, None):
            (s,) = full_graph.store.quads_for_pattern(quad.subject, v.SUBJECT, None, None)
            (o,) = full_graph.store.quads_for_pattern(quad.subject, v.OBJECT, None, None)
            said.add((s.object, o.object))
        assert direct == said
        assert direct
