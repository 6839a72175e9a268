from __future__ import annotations

from typing import Any

import pyoxigraph
import pytest
from live import Live
from pyoxigraph import Literal, NamedNode, RdfFormat

from genekg import queries
from genekg.graph import Graph

SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"


def graph(live: Live, address: str) -> pyoxigraph.Dataset:
    response = live.client.get(address, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    return pyoxigraph.Dataset(pyoxigraph.parse(response.content, format=RdfFormat.TURTLE))


def objects(dataset: pyoxigraph.Dataset, predicate: str) -> list[Any]:
    return [quad.object for quad in dataset if quad.predicate.value == predicate]


def test_the_service_describes_itself_in_each_format(live: Live) -> None:
    for media in (
        "text/turtle",
        "application/rdf+xml",
        "application/ld+json",
        "application/n-triples",
    ):
        response = live.client.get("/sparql", headers={"Accept": media})
        assert response.headers["content-type"].partition(";")[0] == media
        format = RdfFormat.from_media_type(media)
        assert format is not None
        found = pyoxigraph.Dataset(pyoxigraph.parse(response.content, format=format))
        assert objects(found, f"{SD}endpoint") == [NamedNode(live.sparql)]
        assert objects(found, f"{SD}supportedLanguage") == [NamedNode(f"{SD}SPARQL11Query")]
        assert len(objects(found, f"{SD}resultFormat")) == 10


def test_the_service_counts_its_graphs(live: Live, sample_graph: Graph) -> None:
    found = graph(live, "/sparql")
    counts = {int(value.value) for value in objects(found, f"{VOID}triples")}
    assert counts == {sample_graph.manifest["triples"], sample_graph.manifest["inferred"]}
    (name,) = objects(found, f"{SD}name")
    text = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name.value}> {{ ?s ?p ?o }} }}"
    assert sample_graph.sparql(text).rows == [(sample_graph.manifest["inferred"],)]


def test_void_has_the_counts_of_the_graph_and_its_endpoint(live: Live, sample_graph: Graph) -> None:
    found = graph(live, "/.well-known/void")
    assert objects(found, f"{VOID}sparqlEndpoint") == [NamedNode(live.sparql)]
    text = "SELECT ?n { gk:dataset void:triples ?n }"
    ((triples,),) = sample_graph.sparql(text).rows
    assert Literal(int(str(triples))) in objects(found, f"{VOID}triples")


def test_examples_can_be_run_as_they_are(live: Live) -> None:
    found = graph(live, "/.well-known/sparql-examples")
    texts = objects(found, f"{SH}select")
    assert 10 < len(texts) <= len(queries.library())
    assert set(objects(found, "https://schema.org/target")) == {NamedNode(live.sparql)}
    for text in texts:
        response = live.client.post("/sparql", data={"query": text.value})
        assert response.status_code == 200, text.value


def test_an_example_gives_what_the_question_gives(live: Live, sample_graph: Graph) -> None:
    found = graph(live, "/.well-known/sparql-examples")
    node = NamedNode("https://w3id.org/genekg/query/genes_of_condition")
    (text,) = [
        quad.object.value
        for quad in found.quads_for_subject(node)
        if quad.predicate.value == f"{SH}select"
    ]
    example = queries.find("genes_of_condition").parameters[0].example
    rows = queries.run(sample_graph, "genes_of_condition", {"condition": example}).rows
    assert len(live.query(text).json()["results"]["bindings"]) == len(rows) > 0


@pytest.mark.parametrize(
    "graph_name", ["default", "graph=https%3A%2F%2Fw3id.org%2Fgenekg%2Fgraph%2Finferred"]
)
def test_the_graph_store_gives_a_graph_whole(
    live: Live, sample_graph: Graph, graph_name: str
) -> None:
    response = live.client.get(f"/graph-store?{graph_name}", headers={"Accept": "text/turtle"})
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=RdfFormat.TURTLE)}
    key = "triples" if graph_name == "default" else "inferred"
    assert len(found) == sample_graph.manifest[key]
    headed = live.client.head(f"/graph-store?{graph_name}", headers={"Accept": "text/turtle"})
    assert (headed.status_code, headed.content) == (200, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/graph-store", 400),
        ("/graph-store?default&graph=http%3A%2F%2Fe%2Fa", 400),
        ("/graph-store?graph=http%3A%2F%2Fe%2Fnone", 404),
    ],
)
def test_graphs_that_are_not_there(live: Live, address: str, status: int) -> None:
    assert live.client.get(address).status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_the_graph_store_refuses_writes_in_words(live: Live, method: str) -> None:
    before = live.client.get("/ready").json()["graph"]
    response = live.client.request(
        method,
        "/graph-store?default",
        content="<http://e/a> <http://e/b> <http://e/c> ." if method != "DELETE" else None,
        headers={"Content-Type": "text/turtle"},
    )
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "read-only" in response.text
    assert live.query("ASK { <http://e/a> ?p ?o }").json()["boolean"] is False
    assert live.client.get("/ready").json()["graph"] == before
