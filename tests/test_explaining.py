"""How a query is answered, part by part."""

from __future__ import annotations

import pytest

from genekg import explaining
from genekg.errors import QueryError
from genekg.graph import Graph


def count(graph: Graph, pattern: str) -> int:
    ((number,),) = graph.sparql(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows
    assert isinstance(number, int)
    return number


def test_parts_are_counted_alone_and_together(sample_graph: Graph) -> None:
    one, two = "?g biolink:causes ?c", "?c biolink:has_phenotype ?s"
    choice = "{ ?s rdfs:label ?l } UNION { ?s rdfs:comment ?l }"
    text = (
        f"SELECT ?g ?s {{ {one} FILTER(?c != ?g) {choice} OPTIONAL {{ ?s gk:none ?n }}"
        " ?c biolink:has_phenotype ?s ; a [] }"
    )
    found = explaining.explain(sample_graph, text)
    parts = list(found.parts.dicts())
    shown = [part["part"] for part in parts]
    assert shown == [one, choice, "OPTIONAL { ?s gk:none ?n }", two, "?c a []", "FILTER(?c != ?g)"]
    alone = [part["rows alone"] for part in parts]
    assert alone == [
        count(sample_graph, one), count(sample_graph, choice), None, count(sample_graph, two),
        count(sample_graph, "?c a []"), None,
    ]  # fmt: skip
    last = parts[-1]["rows with all before"]
    assert found.rows == last == len(sample_graph.sparql(text)) > 0
    assert found.seconds is not None
    assert found.problem == ""


def test_what_was_rewritten_is_said(sample_graph: Graph) -> None:
    text = "SELECT DISTINCT ?c {\n ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 }"
    found = explaining.explain(sample_graph, text)
    (part,) = found.parts.column("part")
    assert part == "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor obo:HP_0001903 . }"
    assert explaining.in_words(found)[0].startswith(
        "Rewritten, line 2: ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903\n"
    )
    again = explaining.explain(sample_graph, text, as_written=True)
    assert again.changes == ()
    assert again.parts.column("part") == [
        "?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903"
    ]
    assert found.rows == again.rows


def test_a_query_that_does_not_end_is_explained(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "PART_DEADLINE", 0.3)
    text = "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    found = explaining.explain(sample_graph, text, deadline=0.3)
    assert found.rows is None
    assert [one.kind for one in found.advice] == ["product", "order"]
    words = explaining.in_words(found)
    assert words[0].startswith("Not answered: the query ran into its limit of 0.3 s")
    assert "over 0.3 s" in found.parts.column("rows with all before")


@pytest.mark.parametrize(
    "text", ["CONSTRUCT { ?g a ?c } { ?g biolink:causes ?c }", "ASK { ?g biolink:causes ?c }",
             "DESCRIBE ?g { ?g biolink:causes ?c }", "SELECT * { { SELECT ?g { ?g a ?c } } }"],
)  # fmt: skip
def test_every_form_is_explained(sample_graph: Graph, text: str) -> None:
    found = explaining.explain(sample_graph, text)
    assert found.rows
    assert len(found.parts) == 1


def test_what_is_no_query_is_said(sample_graph: Graph) -> None:
    with pytest.raises(QueryError, match="line 1"):
        explaining.explain(sample_graph, "SELECT ?x { ?x a }")
