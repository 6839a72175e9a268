"""What is said of a query that is slow, or finds nothing."""

from __future__ import annotations

import pytest

from genekg import advice, user_sparql
from genekg.graph import Graph


def advised(graph: Graph, text: str) -> list[tuple[str, str]]:
    found = advice.advise(graph, user_sparql.ready(text, graph))
    return [(one.kind, advice.sentence(one)) for one in found]


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (
            "SELECT ?s { omim:300751 biolink:has_phenotype ?s }",
            "id",
            "OMIM:300751 is no node of its own: MONDO:0020721 (X-linked sideroblastic anemia)"
            " stands for it; write MONDO:0020721.",
        ),
        (
            "SELECT ?s { orpha:75563 biolink:has_phenotype ?s }",
            "id",
            "ORPHA:75563 is no node of its own: MONDO:0020721 (X-linked sideroblastic anemia)"
            " stands for it; write MONDO:0020721.",
        ),
        (
            "SELECT ?s { omim:999999 biolink:has_phenotype ?s }",
            "id",
            "OMIM:999999 is not in the graph; `genekg search` finds names.",
        ),
        (
            "SELECT ?s { ?s biolink:hasPhenotype ?o }",
            "predicate",
            "no statement has the predicate biolink:hasPhenotype;"
            " did you mean biolink:has_phenotype?",
        ),
        (
            "SELECT ?s { ?s <http://example.org/x#9876543210> ?o }",
            "predicate",
            "no statement has the predicate http://example.org/x#9876543210.",
        ),
        (
            "SELECT ?s { ?s a biolink:Desease }",
            "class",
            "nothing is a biolink:Desease; did you mean biolink:Disease?",
        ),
        (
            "SELECT ?s { ?s gk:hasPhenotypeOrAncestor obo:HP_0001903 }",
            "graph",
            "gk:hasPhenotypeOrAncestor is inferred: write GRAPH gkgraph:inferred"
            " { … gk:hasPhenotypeOrAncestor … }.",
        ),
        (
            "SELECT ?s { GRAPH gkgraph:inferred { ?s biolink:causes ?o } }",
            "graph",
            "biolink:causes is in the default graph only: write it outside of GRAPH.",
        ),
        (
            "SELECT ?s { ?s rdfs:label 'x-linked sideroblastic ANEMIA' }",
            "name",
            "no label is 'x-linked sideroblastic ANEMIA' to the letter; MONDO:0020721 is"
            " 'X-linked sideroblastic anemia': write MONDO:0020721 itself.",
        ),
        (
            "SELECT ?s { ?s rdfs:label 'X-linked sideroblastic anemia'@en }",
            "name",
            "names have no language tag here: write 'X-linked sideroblastic anemia' alone.",
        ),
        (
            "SELECT ?c { ?c biolink:causes ?x . ?d biolink:has_phenotype ?y }",
            "product",
            "nothing joins ?c ?x with ?d ?y: every row of the one comes with every row of the"
            " other; use a variable in common, or two queries.",
        ),
        (
            "SELECT ?x ?y { ?x rdfs:subClassOf* ?y }",
            "path",
            "line 1: this path is followed step by step; with a term of HPO at one end, or GRAPH"
            " gkgraph:inferred { ?x gk:subClassOfOrSelf ?term }, it is looked up.",
        ),
        (
            "SELECT ?x { ?x rdfs:label ?y } ORDER BY ?y",
            "order",
            "ORDER BY on texts takes about 75 µs a row, with LIMIT too, for all rows are sorted"
            " first: leave it out, and sort the table.",
        ),
    ],
)
def test_what_is_said(sample_graph: Graph, text: str, kind: str, said: str) -> None:
    assert advised(sample_graph, text) == [(kind, said)]


def test_kinds_are_counted(sample_graph: Graph) -> None:
    ((kind, said),) = advised(
        sample_graph, "SELECT ?c { ?c biolink:has_mode_of_inheritance obo:HP_0001417 }"
    )
    direct = sample_graph.query("conditions_with_inheritance_direct", mode="HP:0001417")
    every = sample_graph.query("conditions_with_inheritance", mode="HP:0001417")
    assert len(direct) < len(every)
    assert kind == "kinds"
    assert f"is stated of {len(direct)}; with every kind of it {len(every)}: write" in said
    written = said.partition(": write ")[2].removesuffix(".")
    again = sample_graph.sparql(f"SELECT DISTINCT ?c {{ ?c {written} }}")
    assert sorted(again.column("c")) == sorted(every.column("condition"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?c ?l { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 ; rdfs:label ?l }",
        "SELECT ?g { ?g biolink:causes obo:MONDO_0020721 }",
        "SELECT ?a { ?a biolink:original_subject omim:300751 }",
        "SELECT ?c { ?c skos:exactMatch omim:300751 }",
        "SELECT ?x { GRAPH ?g { ?x <http://example.org/p> ?y } }",
        "SELECT ?c { VALUES ?c { obo:MONDO_0020721 } ?c rdfs:label ?l }",
        "SELECT ?s { ?s rdfs:label 'X-linked sideroblastic anemia' }",
        "SELECT ?c { ?c biolink:has_phenotype ?s OPTIONAL { ?s rdfs:label ?l } }",
        "SELECT ?c (COUNT(?s) AS ?n) { ?c biolink:has_phenotype ?s } GROUP BY ?c ORDER BY ?n",
        "SELECT ?x { this is not SPARQL",
        "ASK {}",
    ],
)
def test_what_needs_no_advice(sample_graph: Graph, text: str) -> None:
    from genekg.sparql import Prepared

    query = Prepared(text, "SELECT", text, {})
    if "not SPARQL" not in text:
        query = user_sparql.ready(text, sample_graph)
    assert advice.advise(sample_graph, query) == []


def test_the_most_useful_comes_first(sample_graph: Graph) -> None:
    text = "SELECT ?s { omim:300751 biolink:has_phenotype ?s . ?x rdfs:subClassOf* ?y } ORDER BY ?y"
    found = advice.advise(sample_graph, user_sparql.ready(text, sample_graph))
    for empty, kind in ((True, "id"), (False, "product")):
        first = advice.most_useful(found, empty=empty)
        assert first is not None
        assert first.kind == kind
    assert advice.most_useful([], empty=True) is None


def test_every_kind_has_its_rank() -> None:
    assert set(advice._EMPTY) == set(advice._SLOW)
