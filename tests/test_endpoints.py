"""What an endpoint may do wrong, each said in words; and that a login goes nowhere else."""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

import genekg.graph
from genekg import endpoints, paging, remote_results
from genekg.endpoints import Endpoint
from genekg.errors import (
    GenekgError,
    QueryError,
    QueryLimitError,
    QueryTimeoutError,
    StoreError,
    UsageError,
)
from genekg.paging import Source

JSON = "application/sparql-results+json"


def rows(*values: str) -> bytes:
    bindings = [{"x": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()


@dataclass
class Answer:
    body: bytes = field(default_factory=lambda: rows("a"))
    status: int = 200
    type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    promised: int = 0  # bytes that the head promises beyond the body


@dataclass
class Fake:
    """A server that gives prepared answers, the last one for ever, and keeps what it was asked."""

    answers: list[Answer | Callable[[str], Answer]]
    address: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@contextmanager
def serving(*answers: Answer | Callable[[str], Answer]) -> Iterator[Fake]:
    fake = Fake(list(answers) or [Answer()])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.asked.append(parse_qs(body.decode()))
            fake.logins.append(self.headers.get("Authorization", ""))
            given = fake.answers[0] if len(fake.answers) == 1 else fake.answers.pop(0)
            answer = given if isinstance(given, Answer) else given(fake.asked[-1]["query"][0])
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body) + answer.promised))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.address = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(fake: Fake, text: str = "SELECT ?x { ?x ?y ?z }", **settings: float) -> object:
    endpoint = Endpoint(fake.address, first_wait=0.01, **settings)
    try:
        return paging.select(Source(endpoint), text)
    finally:
        endpoint.close()


FAULTS: dict[str, tuple[Answer, type[GenekgError], str]] = {
    "a web page": (Answer(b"<html>", type="text/html"), StoreError, "answered with a web page"),
    "a login": (
        Answer(b"", 401, "text/plain"),
        StoreError,
        "a login (401); set GENEKG_TOKEN",
    ),
    "a refused login": (Answer(b"", 403, "text/plain"), StoreError, "refuses this login (403)"),
    "nothing there": (Answer(b"", 404, "text/html"), StoreError, "no SPARQL endpoint at"),
    "a cut body": (Answer(promised=10), StoreError, "cut before the answer was whole"),
    "cut results": (Answer(rows("a")[:-9]), StoreError, "is cut or is no SPARQL result"),
    "other JSON": (Answer(b'{"rows": []}'), StoreError, "is cut or is no SPARQL result"),
    "a list": (Answer(b"[]"), StoreError, "is cut or is no SPARQL result"),
    "bad gzip": (
        Answer(gzip.compress(rows("a"))[:-20], headers={"Content-Encoding": "gzip"}),
        StoreError,
        "is cut or is no SPARQL result",
    ),
    "no gzip": (
        Answer(b"plain", headers={"Content-Encoding": "gzip"}),
        StoreError,
        "cut before the answer was whole",
    ),
    "busy for ever": (Answer(b"no", 503, "text/plain"), StoreError, "is busy or down (503): no"),
    "its own deadline": (
        Answer(b"over 10 s", 504, "text/plain"),
        QueryTimeoutError,
        "gave up: over 10 s",
    ),
    "a partial answer": (
        Answer(headers={"X-SQL-State": "S1TAT"}),
        QueryTimeoutError,
        "gave a part of the answer",
    ),
    "too large": (Answer(b"", 413, "text/plain"), QueryLimitError, "no request as large"),
    "a bad query": (
        Answer(b"<html><b>line 1:</b>\n syntax error</html>", 400, "text/html"),
        QueryError,
        "refused (400): line 1: syntax error",
    ),
    "a query shown again": (
        Answer(b"line 1: no such function\n    SELECT ?x\n      ^", 400, "text/plain"),
        QueryError,
        "refused (400): line 1: no such function",
    ),
    "round and round": (
        Answer(b"", 307, "text/plain", {"Location": "/sparql"}),
        StoreError,
        "sends on and on",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_in_words(fault: str) -> None:
    answer, kind, words = FAULTS[fault]
    with serving(answer) as fake, pytest.raises(kind) as caught:
        ask(fake)
    assert words in str(caught.value)
    assert "SELECT" not in str(caught.value)  # the query is not said again
    assert type(caught.value) is kind


def test_nobody_there() -> None:
    with serving() as fake:
        pass
    with pytest.raises(StoreError, match="cannot be reached: .*check the address"):
        ask(fake)


def test_what_fails_at_first_is_asked_again() -> None:
    busy = Answer(b"", 503, "text/plain", {"Retry-After": "0"})
    with serving(busy, Answer(promised=5), Answer(rows("b"))) as fake:
        found = ask(fake)
    assert found == (["x"], [{"x": {"type": "literal", "value": "b"}}])
    assert len(fake.asked) == 3


def test_what_is_refused_is_asked_once() -> None:
    for status in (400, 401, 404, 500):
        with serving(Answer(b"", status, "text/plain")) as fake, pytest.raises(GenekgError):
            ask(fake)
        assert len(fake.asked) == 1


def test_waiting_ends_at_the_deadline() -> None:
    wait = Answer(b"", 503, "text/plain", {"Retry-After": "15"})
    with (
        serving(wait) as fake,
        pytest.raises(QueryTimeoutError, match="no whole answer within 1 s"),
    ):
        ask(fake, deadline=1.0)


def test_the_login_is_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEKG_USER", "ada")
    monkeypatch.setenv("GENEKG_PASSWORD", "p:w")
    with serving() as fake:
        ask(fake)
    assert fake.logins == ["Basic " + base64.b64encode(b"ada:p:w").decode()]
    monkeypatch.setenv("GENEKG_TOKEN", "abc.def")
    with serving() as fake:
        ask(fake)
    assert fake.logins == ["Bearer abc.def"]


def test_digest_where_the_server_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEKG_USER", "ada")
    monkeypatch.setenv("GENEKG_PASSWORD", "pw")
    challenge = 'Digest realm="r", qop="auth", nonce="n", opaque="o"'
    wanted = Answer(b"", 401, "text/plain", {"WWW-Authenticate": challenge})
    with serving(wanted, wanted, Answer()) as fake:
        ask(fake)
    assert [login.partition(" ")[0] for login in fake.logins] == ["Basic", "", "Digest"]


def test_a_redirect_to_another_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENEKG_TOKEN", "secret-token")
    with serving() as other:
        for place in (other.address, other.address.replace("127.0.0.1", "localhost")):
            away = Answer(b"", 307, "text/plain", {"Location": place})
            with serving(away) as fake, pytest.raises(StoreError) as caught:
                ask(fake)
            assert "sends on to another place" in str(caught.value)
            assert "secret-token" not in str(caught.value)
    assert other.asked == []


def test_a_redirect_on_the_same_server_is_followed() -> None:
    with serving(Answer(b"", 307, "text/plain", {"Location": "/other"}), Answer()) as fake:
        ask(fake)
    assert fake.asked[0] == fake.asked[1]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://ada:pw@host/sparql", "may not have a login in it; set GENEKG_TOKEN"),
        ("http:///sparql", "is not the address of an endpoint"),
        ("http://[::1/sparql", "is not an address"),
    ],
)
def test_addresses_that_are_none(address: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        endpoints.checked(address)
    assert words in str(caught.value)
    assert "pw" not in str(caught.value) or "ada:pw" not in str(caught.value)


def test_a_graph_of_something_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path))
    nothing, no = Answer(rows()), Answer(b'{"head": {}, "boolean": false}')
    with serving(nothing, no) as fake, pytest.raises(StoreError, match="holds no graph of genekg"):
        genekg.graph.open(fake.address)
    yes = Answer(b'{"head": {}, "boolean": true}')
    with serving(nothing, yes) as fake, pytest.raises(StoreError, match="is not whole"):
        genekg.graph.open(fake.address)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [("{", "is damaged"), ("{}", "is damaged"), ('{"format": 0, "sidecars": {}}', "has format 0")],
)
def test_manifests_that_do_not_do(manifest: str, words: str) -> None:
    body = rows(manifest).replace(b'"x"', b'"text"')
    with serving(Answer(body)) as fake, pytest.raises(StoreError, match=words):
        genekg.graph.open(fake.address)


def test_terms_as_virtuoso_writes_them() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    terms = [
        {"type": "typed-literal", "datatype": f"{xsd}boolean", "value": "1"},
        {"type": "typed-literal", "datatype": f"{xsd}string", "value": "s"},
        {"type": "typed-literal", "datatype": f"{xsd}decimal", "value": "2.50"},
        {"type": "literal", "xml:lang": "EN", "value": "e\x01"},
    ]
    bindings = [{"x": term} for term in terms]
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()
    found = remote_results.read(body, "there")
    written = [str(row["x"]) for row in remote_results.solutions(found)]
    assert written == [f'"true"^^<{xsd}boolean>', '"s"', f'"2.5"^^<{xsd}decimal>', '"e\\u0001"@en']
    asked = body.replace(b'"x"', b'"__ASK_RETVAL"')
    assert remote_results.read(asked, "there") is True


CAP = 1_000
VIRTUOSO = "X-SPARQL-MaxRows"


def capped(store: Store, header: str) -> Callable[[str], Answer]:
    """Answer with a store, in an order of its own, and no more than CAP rows at once."""

    def answer(query: str) -> Answer:
        found: Any = store.query(query)
        content = json.loads(found.serialize(format=QueryResultsFormat.JSON))
        bindings = content["results"]["bindings"]
        cut = len(bindings) > CAP
        content["results"]["bindings"] = bindings[:CAP]
        headers = {header: f"rows={CAP}" if "genekg" in header else str(CAP)}
        headers = headers if header and cut else {}
        return Answer(json.dumps(content).encode(), headers=headers)

    return answer


@pytest.fixture(scope="module")
def numbers() -> Store:
    store = Store()
    for number in range(2_500):
        store.add(Quad(NamedNode(f"x:{number % 50}"), NamedNode("x:p"), Literal(number)))
    return store


@pytest.mark.parametrize("header", [VIRTUOSO, "genekg-truncated", ""])
@pytest.mark.parametrize("order", ["", " ORDER BY DESC(?o)"])
def test_every_row_of_what_is_cut(numbers: Store, header: str, order: str) -> None:
    with serving(capped(numbers, header)) as fake:
        found: Any = ask(fake, f"PREFIX x: <x:>\nSELECT ?o {{ ?s x:p ?o }}{order}")
        some: Any = paging.select(
            Source(Endpoint(fake.address)), "SELECT ?o { ?s ?p ?o }", limit=1_200
        )
    values = [int(row["o"]["value"]) for row in found[1]]
    assert sorted(values) == list(range(2_500))
    if order:
        assert values == list(reversed(range(2_500)))
    assert len(some[1]) >= 1_200


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("SELECT ?o { ?s ?p ?o } # all", "SELECT ?o { ?s ?p ?o } # all\nLIMIT 20"),
        ("SELECT * { { SELECT ?o { ?s ?p ?o } LIMIT 9 } } OFFSET 2", None),
        ("SELECT ?o { ?s ?p ?o } LIMIT 70", "SELECT ?o { ?s ?p ?o } LIMIT 70"),
        ("SELECT ?o { ?s ?p ?o } VALUES ?p { 1 }", "SELECT ?o { ?s ?p ?o } VALUES ?p { 1 }"),
        ("ASK { ?s ?p ?o }", "ASK { ?s ?p ?o }"),
    ],
)
def test_no_more_rows_are_asked_for_than_are_enough(text: str, sent: str | None) -> None:
    with serving() as fake:
        paging.select(Source(Endpoint(fake.address)), text, limit=20)
    assert fake.asked[0]["query"] == [sent or f"{text}\nLIMIT 20"]


@pytest.mark.parametrize("predicate", [None, NamedNode("x:p")])
def test_every_triple_of_a_graph(numbers: Store, predicate: NamedNode | None) -> None:
    with serving(capped(numbers, VIRTUOSO)) as fake:
        source = Source(Endpoint(fake.address))
        found = list(paging.scan(source, predicate, ""))
        assert source.most == CAP
    assert len(found) == 2_500
    assert {Quad(*triple) for triple in found} == set(numbers)


def test_pages_that_are_not_the_whole_are_an_error(numbers: Store) -> None:
    right = capped(numbers, VIRTUOSO)

    def wrong(query: str) -> Answer:
        """Give the same page for ever."""
        return right(re.sub(r"OFFSET \d+", "OFFSET 0", query))

    with serving(wrong) as fake, pytest.raises(StoreError, match="gave 1,000 rows of 2,500"):
        list(paging.scan(Source(Endpoint(fake.address)), NamedNode("x:p"), ""))


def test_what_cannot_be_paged_is_an_error(numbers: Store) -> None:
    full = capped(numbers, VIRTUOSO)("SELECT ?o { ?s ?p ?o }")
    with serving(full) as fake, pytest.raises(QueryLimitError, match="at most 1,000 rows"):
        ask(fake, "SELECT ?o FROM <x:g> { ?s ?p ?o }")
