"""The samples in a real Virtuoso: the same rows as here, for every named question and verb."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import virtuoso
from pyoxigraph import Literal, Triple
from test_queries import CASES, LIBRARY, UNKNOWN, examples
from virtuoso import Virtuoso

import genekg.graph
from genekg import (
    associations,
    cards,
    conflicts,
    exports,
    publishing,
    queries,
    search,
    shards,
    tables,
    user_sparql,
)
from genekg.endpoints import Endpoint
from genekg.errors import QueryLimitError, StoreError
from genekg.graph import Graph
from genekg.nodes import node
from genekg.remote import MERGED
from genekg.vocabulary import EXACT_SYNONYM as SYNONYM

pytestmark = pytest.mark.skipif(bool(virtuoso.missing()), reason=virtuoso.missing())


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def server(sample_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Virtuoso with the samples, by its bulk loader; it gives 500 rows at once."""
    folder = tmp_path_factory.mktemp("virtuoso")
    shards.write(sample_graph, folder / "shards", 2, silent)
    with virtuoso.running(folder / "server", allowed=folder / "shards", rows=500) as started:
        started.load(folder / "shards", MERGED.value)
        yield started


@pytest.fixture(scope="module")
def away(server: Virtuoso, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENEKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        with genekg.graph.open(server.endpoint) as graph:
            yield graph


@pytest.mark.parametrize("case", CASES)
def test_named_questions(sample_graph: Graph, away: Graph, case: str) -> None:
    name = case.partition("-")[0]
    here, there = (queries.run(graph, name, CASES[case]) for graph in (sample_graph, away))
    assert tables.to_tsv(there) == tables.to_tsv(here)


@pytest.mark.parametrize("name", [name for name, one in LIBRARY.items() if one.parameters])
def test_what_is_not_there_gives_no_rows(away: Graph, name: str) -> None:
    for parameter in LIBRARY[name].parameters:
        given = examples(LIBRARY[name]) | {parameter.name: UNKNOWN[parameter.kind]}
        assert list(queries.run(away, name, given)) == []


def test_cards_and_why(sample_graph: Graph, away: Graph) -> None:
    for entity in list(sample_graph.labels.all()):
        assert cards.show(away, entity.id) == cards.show(sample_graph, entity.id)
        here = associations.why(sample_graph, node(entity.id))
        assert associations.why(away, node(entity.id)) == here


def test_search_ask_and_conflicts(sample_graph: Graph, away: Graph) -> None:
    assert search.find(away, "anaemia") == search.find(sample_graph, "anaemia")
    question = "conditions with X-linked inheritance"
    assert away.ask(question).table == sample_graph.ask(question).table
    assert conflicts.find(away) == conflicts.find(sample_graph)


@pytest.mark.parametrize("name", ["nq", "nt", "graphml", "csv", "kgx-jsonl"])
def test_export(sample_graph: Graph, away: Graph, name: str) -> None:
    outputs = []
    for graph in (sample_graph, away):
        output = io.BytesIO()
        exports.named(name).write(graph, output, exports.Selection())
        outputs.append(output.getvalue())
    assert outputs[1] == outputs[0]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?gene biolink:causes ?x } ORDER BY ?x",
        "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x ORDER BY ?x",
        "ASK { ?gene biolink:causes ?x }",
        "SELECT ?s ?o { ?s rdf:object ?o } ORDER BY ?s ?o",
        "SELECT ?a ?n { ?a biolink:negated ?n } ORDER BY ?a",
        "SELECT ?a ?q { ?a biolink:has_quotient ?q } ORDER BY ?a",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    ],
)
def test_users_sparql(sample_graph: Graph, away: Graph, text: str) -> None:
    for format in ("json", "xml", "csv", "tsv"):
        here = user_sparql.run(sample_graph, text, format=format)
        assert user_sparql.run(away, text, format=format).data == here.data


def test_an_unordered_answer_of_several_pages(sample_graph: Graph, away: Graph) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?o)) }"
    here, there = (graph.sparql(text) for graph in (sample_graph, away))
    assert len(here) > 1_500
    assert sorted(there) == sorted(here)


def test_a_graph_that_virtuoso_would_cut_is_an_error(sample_graph: Graph, away: Graph) -> None:
    some_graphs = (
        "CONSTRUCT WHERE { ?g biolink:causes ?c }",
        "CONSTRUCT { ?g ?p ?c } WHERE { ?g ?p ?c . ?g a biolink:Gene } LIMIT 20",
    )
    for some in some_graphs:
        here, there = (user_sparql.run(g, some, format="nt") for g in (sample_graph, away))
        assert there.rows == here.rows > 0
    for many in ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT { ?s a ?s } WHERE { ?s a ?t }"):
        with pytest.raises(QueryLimitError, match="a graph of at most 500 solutions, and this one"):
            user_sparql.run(away, many, format="nt")


def test_publishing_by_the_graph_store_protocol(
    sample_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path / "cache"))
    with virtuoso.running(tmp_path / "server") as started:
        monkeypatch.setenv("GENEKG_USER", "dba")
        monkeypatch.setenv("GENEKG_PASSWORD", "wrong")
        endpoint = Endpoint(started.endpoint)
        to = publishing.target(endpoint)
        assert str(to.graph_store) == started.graph_store
        with pytest.raises(StoreError, match="login"):
            publishing.publish(sample_graph, to, silent)
        endpoint.close()
        monkeypatch.setenv("GENEKG_PASSWORD", virtuoso.PASSWORD)
        endpoint = Endpoint(started.endpoint)
        to = publishing.target(endpoint)
        long = Triple(node("HGNC:397"), SYNONYM, Literal("x" * 500_000))  # as sidecars have them
        kind = {"Content-Type": publishing.TURTLE}
        endpoint.send("POST", to.address(SYNONYM), publishing.body([long]), kind)
        assert to.count(SYNONYM) == 1
        loaded = publishing.publish(sample_graph, to, silent)
        endpoint.close()
        assert loaded[MERGED.value] == sample_graph.manifest["triples"]
        with genekg.graph.open(started.endpoint) as graph:
            assert cards.show(graph, "ALAS2") == cards.show(sample_graph, "ALAS2")
