"""Binding as VALUES gives what pyoxigraph's own binding gives."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, Variable

from genekg import binding

A, B = NamedNode("x:a"), NamedNode("x:b")
TEXTS = (
    "SELECT ?s ?o { ?s <x:p> ?o }",
    "SELECT ?s ?o WHERE { { ?s <x:p> ?o } UNION { ?o <x:p> ?s } }",
    "SELECT ?s ?o { VALUES ?o { 1 2 } ?s <x:p> ?o }",
    "SELECT ?s ?o { VALUES (?s ?o) { (<x:a> 1) (<x:b> 2) } }",
    "SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s <x:p> ?o } GROUP BY ?s } }",
    "SELECT ?s ?n { { SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o } } ?s a <x:c> }",
    "SELECT ?s ?o { ?s a <x:c> OPTIONAL { ?s <x:p> ?o FILTER(?o > 1) } }",
    "SELECT ?s ?t { ?t a <x:c> FILTER NOT EXISTS { ?s <x:p> ?o . ?t <x:p> ?o } ?s a <x:c> }",
    "SELECT ?s ?g { GRAPH ?g { ?s <x:p> ?o } }",
    "SELECT DISTINCT ?s { ?s <x:p> ?o } ORDER BY ?s LIMIT 5",
)


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for subject, numbers in ((A, (1, 2)), (B, (2, 3))):
        store.add(Quad(subject, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
                       NamedNode("x:c")))  # fmt: skip
        for number in numbers:
            store.add(Quad(subject, NamedNode("x:p"), Literal(number)))
            store.add(Quad(subject, NamedNode("x:p"), Literal(number), NamedNode("x:g")))
    return store


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("value", [A, NamedNode("x:none")])
def test_the_rows_are_those_of_the_engines_own_binding(
    store: Store, text: str, value: NamedNode
) -> None:
    here = store.query(text, substitutions={Variable("s"): value})
    there = store.query(binding.bind(text, {"s": value}))
    names = [name.value for name in here.variables]
    assert [name.value for name in there.variables] == names
    rows = [sorted(str([row[n] for n in names]) for row in found) for found in (here, there)]
    assert rows[1] == rows[0]


def test_a_text_is_a_term_and_no_pattern() -> None:
    value = Literal('" } DROP ALL { \\ "')
    bound = binding.bind("SELECT ?s { ?x ?y ?s }", {"s": value})
    assert bound == f"SELECT ?s {{ VALUES ?s {{ {value} }} ?x ?y ?s }}"
    assert list(Store().query(bound)) == []


def test_prefixes_that_are_used_are_declared() -> None:
    known = {"a": "x:a/", "b": "x:b/"}
    text = "PREFIX c: <x:c/> SELECT * { ?s a:p c:o }"
    assert binding.with_prefixes(text, known) == f"PREFIX a: <x:a/>\n{text}"
