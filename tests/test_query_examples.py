"""The named questions as examples that can be run, in the graph and for an endpoint."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from genekg import queries, query_examples
from genekg import vocabulary as v
from genekg.graph import Graph


def texts(graph: Graph) -> dict[str, str]:
    found = graph.store.quads_for_pattern(None, v.SELECT, None, DefaultGraph())
    return {q.subject.value.rpartition("/")[2]: q.object.value for q in found}  # type: ignore[union-attr]


def test_every_question_whose_example_is_there_is_in_the_graph(sample_graph: Graph) -> None:
    found = texts(sample_graph)
    known = queries.library()
    assert len(found) > 45
    assert found.keys() < known.keys()
    for name, text in found.items():
        assert text == query_examples.runnable(sample_graph, known[name])


def test_an_example_answers_as_the_question_does(sample_graph: Graph) -> None:
    answered = 0
    for name, text in texts(sample_graph).items():
        query = queries.library()[name]
        table = queries.answer(
            sample_graph, query, {each.name: each.example for each in query.parameters}
        )
        rows = list(sample_graph.store.query(text))
        assert len(rows) == len(table), name
        answered += bool(rows)
    assert answered > 30


def test_what_an_example_says(sample_graph: Graph) -> None:
    node = NamedNode(f"{v.GK}query/conditions_of_gene")
    said = sample_graph.sparql(
        "SELECT ?p ?o { <https://w3id.org/genekg/query/conditions_of_gene> ?p ?o }"
    )
    about = {(row[0], row[1]) for row in said.rows if row[0] != "sh:select"}
    query = queries.library()["conditions_of_gene"]
    assert about == {
        ("rdf:type", "sh:SPARQLExecutable"),
        ("rdf:type", "sh:SPARQLSelectExecutable"),
        ("rdfs:comment", query.summary),
        (v.TARGET.value, "gk:dataset"),
        *((v.KEYWORDS.value, word) for word in query.keywords),
    }
    at = list(query_examples.examples(sample_graph, [query], "http://127.0.0.1:8000/sparql"))
    assert (node, v.TARGET, NamedNode("http://127.0.0.1:8000/sparql")) in at


@pytest.mark.full
def test_every_example_is_in_the_whole_graph(full_graph: Graph) -> None:
    assert texts(full_graph).keys() == queries.library().keys()
