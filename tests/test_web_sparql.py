from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from urllib.parse import quote

import httpx
import pyoxigraph
import pytest
from live import Live
from pyoxigraph import RdfFormat

from genekg.graph import Graph
from genekg.web.negotiation import GRAPH_TYPES, RESULT_TYPES

GENE = "SELECT ?gene { ?gene biolink:causes obo:MONDO_0020721 }"
IRI = "http://identifiers.org/hgnc/397"
TRIPLES = "CONSTRUCT { ?gene biolink:causes ?x } WHERE { ?gene biolink:causes ?x }"
FORM = "application/x-www-form-urlencoded"
PARSED = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}


def genes(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["gene"]["value"] for row in response.json()["results"]["bindings"]]


def test_a_query_by_get(live: Live) -> None:
    response = live.query(GENE)
    assert genes(response) == [IRI]
    assert response.headers["content-type"] == "application/sparql-results+json"


def test_a_query_by_post_of_a_form(live: Live) -> None:
    assert genes(live.client.post("/sparql", data={"query": GENE})) == [IRI]


@pytest.mark.parametrize(
    "kind", ["application/sparql-query", "application/sparql-query; charset=UTF-8"]
)
def test_a_query_by_post_as_it_is(live: Live, kind: str) -> None:
    response = live.client.post("/sparql", content=GENE, headers={"Content-Type": kind})
    assert genes(response) == [IRI]


def test_letters_beyond_ascii_arrive(live: Live) -> None:
    text = "SELECT ('Ångström 🧬' AS ?gene) {}"
    for response in (
        live.query(text),
        live.client.post("/sparql", data={"query": text}),
        live.client.post(
            "/sparql", content=text.encode(), headers={"Content-Type": "application/sparql-query"}
        ),
    ):
        assert genes(response) == ["Ångström 🧬"]


@pytest.mark.parametrize(
    ("format", "media"), [(f, m) for f, ms in RESULT_TYPES.items() for m in ms]
)
def test_each_media_type_of_tables_is_negotiated(live: Live, format: str, media: str) -> None:
    response = live.query(GENE, accept=media)
    assert response.headers["content-type"].partition(";")[0] == RESULT_TYPES[format][0]
    if format == "json":
        assert genes(response) == [IRI]
    elif format == "xml":
        name = "{http://www.w3.org/2005/sparql-results#}uri"
        assert [found.text for found in ET.fromstring(response.content).iter(name)] == [IRI]
    elif format == "csv":
        assert list(csv.reader(io.StringIO(response.text))) == [["gene"], [IRI]]
    else:
        assert response.text == f"?gene\n<{IRI}>\n"


@pytest.mark.parametrize(("format", "media"), [(f, m) for f, ms in GRAPH_TYPES.items() for m in ms])
def test_each_media_type_of_graphs_is_negotiated(
    live: Live, sample_graph: Graph, format: str, media: str
) -> None:
    response = live.query(TRIPLES, accept=media)
    assert response.headers["content-type"].partition(";")[0] == GRAPH_TYPES[format][0]
    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=PARSED[format])}
    query = "SELECT (COUNT(*) AS ?n) { ?gene biolink:causes ?x }"
    assert len(found) == sample_graph.sparql(query).rows[0][0] > 0


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/json;q=0, */*", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, application/json;q=0, text/json;q=0, */*;q=0.1",
         "application/sparql-results+xml"),
        ("text/html, */*;q=0.1", "application/sparql-results+json"),
        ("TEXT/CSV", "text/csv"),
        ("*", "application/sparql-results+json"),
    ],
)  # fmt: skip
def test_qualities_decide(live: Live, accept: str, media: str) -> None:
    response = live.query(GENE, accept=accept)
    assert response.headers["content-type"].partition(";")[0] == media


def test_what_cannot_be_had_is_406_in_words(live: Live) -> None:
    response = live.query(GENE, accept="image/png")
    assert response.status_code == 406
    assert "text/csv" in response.text
    assert response.headers["content-type"].startswith("text/plain")
    assert live.query(GENE, accept="text/turtle").status_code == 406


def test_a_format_in_the_address_goes_before_accept(live: Live) -> None:
    response = live.query(GENE, accept="application/json", format="csv")
    assert response.text == f"gene\r\n{IRI}\r\n" or response.text == f"gene\n{IRI}\n"
    assert live.query(TRIPLES, format="turtle").headers["content-type"].startswith("text/turtle")


def test_columns_come_in_the_order_of_the_text(live: Live) -> None:
    text = "SELECT * { ?zebra biolink:causes ?apple . ?apple rdfs:label ?middle } LIMIT 1"
    assert live.query(text).json()["head"]["vars"] == ["zebra", "apple", "middle"]
    assert live.query(text, format="csv").text.splitlines()[0] == "zebra,apple,middle"


def test_ask_answers_yes_and_no(live: Live) -> None:
    assert live.query("ASK { ?s biolink:causes obo:MONDO_0020721 }").json()["boolean"] is True
    assert live.query("ASK { ?s biolink:causes biolink:nothing }").json()["boolean"] is False


def test_graphs_of_the_protocol_go_before_those_of_the_query(live: Live) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def count(text: str, **graphs: str) -> int:
        response = live.query(text, **graphs)
        return int(response.json()["results"]["bindings"][0]["n"]["value"])

    inferred = "https://w3id.org/genekg/graph/inferred"
    stated = live.app.engine
    whole, inner = count(text), count(text, **{"default-graph-uri": inferred})
    assert whole != inner > 0
    assert count(text, **{"default-graph-uri": "http://example.org/none"}) == 0
    assert count("SELECT (COUNT(*) AS ?n) FROM <http://e/none> { ?s ?p ?o }",
                 **{"default-graph-uri": inferred}) == inner  # fmt: skip
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(named, **{"named-graph-uri": inferred}) == inner
    assert count(named, **{"default-graph-uri": inferred}) == 0
    assert count(text, **{"named-graph-uri": inferred}) == 0
    assert stated.admission.running == 0


def test_head_is_get_without_a_body(live: Live) -> None:
    address = f"/sparql?query={quote(GENE)}"
    got, headed = live.client.get(address), live.client.head(address)
    assert headed.status_code == 200
    assert headed.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert headed.headers[name] == got.headers[name]


def test_options_say_what_is_allowed(live: Live) -> None:
    response = live.client.options("/sparql")
    assert response.status_code == 204
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(response.headers["allow"].split(", "))
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(live: Live, method: str) -> None:
    response = live.client.request(method, "/sparql", params={"query": GENE})
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]


UPDATE = "INSERT DATA { <http://e/a> <http://e/b> <http://e/c> }"


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "POST", "url": "/sparql", "data": {"update": UPDATE}},
        {"method": "POST", "url": "/sparql", "content": UPDATE,
         "headers": {"Content-Type": "application/sparql-update"}},
        {"method": "GET", "url": "/sparql", "params": {"update": UPDATE}},
        {"method": "GET", "url": "/sparql", "params": {"query": UPDATE}},
        {"method": "GET", "url": "/sparql", "params": {"query": "CLEAR ALL"}},
        {"method": "GET", "url": "/sparql", "params": {"query": "LOAD <http://127.0.0.1/>"}},
    ],
)  # fmt: skip
def test_writes_are_refused_in_words(live: Live, request_: dict[str, object]) -> None:
    response = live.client.request(**request_)  # type: ignore[arg-type]
    assert response.status_code == 403
    assert "read-only" in response.text
    assert live.query("ASK { <http://e/a> ?p ?o }").json()["boolean"] is False


@pytest.mark.parametrize(
    ("method", "address", "content", "kind", "status", "words"),
    [
        ("GET", "/sparql?query=SELECT%20*%20%7B%20?s%20?p%20", "", "", 400, "line 1"),
        ("GET", "/sparql?query=SELECT%20*%20%7B%20nowhere:x%20?p%20?o%7D", "", "", 400, "nowhere"),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "", "", 400, "2 queries"),
        ("GET", "/sparql?query=%ff%fe", "", "", 400, "cannot be read"),
        ("GET", "/sparql?format=csv", "", "", 400, "no query"),
        ("POST", "/sparql", "", FORM, 400, "no query"),
        ("POST", "/sparql", "ASK {}", "", 415, "Content-Type"),
        ("POST", "/sparql", "ASK {}", "text/plain", 415, "text/plain"),
        ("POST", "/sparql", "query=ASK%7B%7D", "application/sparql-query; charset=latin-1",
         415, "UTF-8"),
        ("POST", "/sparql?query=ASK%7B%7D", "ASK {}", "application/sparql-query", 400, "send one"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=here", "", "", 400, "here"),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", "", "", 400, "timeout"),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=61", "", "", 400, "60"),
        ("GET", "/sparql?query=ASK%7B%7D&max-rows=few", "", "", 400, "max-rows"),
        ("GET", "/nowhere", "", "", 404, "/nowhere"),
        ("GET", "/sparql?query=SELECT%20*%20%7BSERVICE%20%3Chttp://127.0.0.1/%3E%20%7B?s%20?p%20?o"
         "%7D%7D", "", "", 403, "SERVICE"),
    ],
)  # fmt: skip
def test_faults_are_told_in_plain_words(
    live: Live, method: str, address: str, content: str, kind: str, status: int, words: str
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    response = live.client.request(method, address, content=content, headers=headers)
    assert response.status_code == status, response.text
    assert words in response.text
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_no_query_at_all_gets_the_description(live: Live) -> None:
    response = live.client.get("/sparql")
    found = {
        str(quad.predicate.value)
        for quad in pyoxigraph.parse(response.content, format=RdfFormat.TURTLE)
    }
    assert "http://www.w3.org/ns/sparql-service-description#endpoint" in found


def test_xml_is_well_formed_or_refused(live: Live) -> None:
    good = live.query('SELECT ("a\\rb<&\\t\\u00e9" AS ?x) {}', format="xml")
    assert [e.text for e in ET.fromstring(good.content).iter() if e.tag.endswith("literal")] == [
        "a\rb<&\t\u00e9"
    ]
    text = 'SELECT ("a\\u0001b" AS ?x) {}'
    bad = live.query(text, format="xml")
    assert bad.status_code == 406
    assert "U+0001" in bad.text
    rows = live.query(text).json()["results"]["bindings"]
    assert rows == [{"x": {"type": "literal", "value": "a\x01b"}}]
    rdf = 'CONSTRUCT { gk:a gk:b ?x } WHERE { BIND("a\\u0001b" AS ?x) }'
    assert live.query(rdf, format="rdfxml").status_code == 406


def test_an_etag_is_for_one_text_in_one_format(live: Live) -> None:
    first = live.query(GENE)
    assert first.headers["etag"] == live.query(GENE).headers["etag"]
    others = [live.query(GENE, format="csv"), live.query(f"{GENE} LIMIT 1")]
    assert len({first.headers["etag"], *(other.headers["etag"] for other in others)}) == 3
    assert "W/" not in first.headers["etag"]


def test_an_etag_saves_the_answer(live: Live) -> None:
    text = "SELECT ?s { ?s a biolink:Gene } LIMIT 3"
    tag = live.query(text).headers["etag"]
    for address in (text, f"{text} "):  # kept already, and not
        response = live.client.get(
            "/sparql", params={"query": address}, headers={"If-None-Match": f'"x", {tag}'}
        )
        if address == text:
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == tag
        else:
            assert response.status_code == 200
    other = live.client.get("/sparql", params={"query": text}, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


def test_what_changes_has_no_etag_and_is_not_kept(live: Live) -> None:
    text = "SELECT (RAND() AS ?x) {}"
    first, second = live.query(text), live.query(text)
    assert "etag" not in first.headers
    assert first.text != second.text


def test_gzip_is_what_was_there_before(live: Live) -> None:
    text = "SELECT ?s ?o { ?s rdfs:label ?o } LIMIT 200"
    plain = live.client.get(
        "/sparql", params={"query": text}, headers={"Accept-Encoding": "identity"}
    )
    zipped = live.client.get("/sparql", params={"query": text}, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.json() == plain.json()
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert zipped.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in zipped.headers["vary"]


def test_timing_is_told(live: Live) -> None:
    response = live.query("SELECT ?s { ?s a biolink:Gene } LIMIT 7")
    names = {part.split(";")[0].strip() for part in response.headers["server-timing"].split(",")}
    assert names == {"queue", "engine", "total"}


def test_an_answer_that_is_cut_is_marked(live: Live) -> None:
    text = "SELECT ?s { ?s ?p ?o }"
    response = live.query(text, **{"max-rows": "5"})
    assert response.headers["genekg-truncated"] == "rows=5"
    assert len(json.loads(response.content)["results"]["bindings"]) == 5
    assert "genekg-truncated" not in live.query(f"{text} LIMIT 5", **{"max-rows": "5"}).headers
    strict = live.client.get(
        "/sparql",
        params={"query": text, "max-rows": "5"},
        headers={"Prefer": "handling=strict"},
    )
    assert strict.status_code == 422
    assert "over 5 rows" in strict.text


def test_a_kept_answer_is_the_same(live: Live) -> None:
    text = "SELECT ?s ?o { ?s rdfs:label ?o } LIMIT 11"
    first, second = live.query(text), live.query(text)
    assert first.content == second.content
    assert "kept" in second.headers["server-timing"]
    assert "kept" not in first.headers["server-timing"]


def test_the_path_may_end_in_a_stroke(live: Live) -> None:
    assert live.client.get("/sparql/", params={"query": "ASK {}"}).json()["boolean"] is True
