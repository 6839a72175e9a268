from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from live import Live, running

from genekg.graph import Graph
from genekg.web import Limits, create_app
from genekg.web.connections import Connection

# Never ends by itself: a product of everything with everything, of which no row is wanted.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a biolink:Gene }"
LIMITS = replace(
    Limits(),
    deadline=5.0,
    longest=20.0,
    answer=20_000,
    body=50_000,
    address=4_000,
    head_time=0.5,
    body_time=0.5,
    idle_time=1.0,
    stall_time=0.5,
    connections=40,
    queue=3,
    workers=3,
    long_workers=2,
    quantum=0.3,
)


@pytest.fixture(scope="module")
def tight(sample_graph: Graph) -> Iterator[Live]:
    """A server that allows little."""
    with running(create_app(sample_graph, limits=LIMITS)) as server:
        yield server


def right(live: Live) -> None:
    """The server answers, and is right."""
    assert int(live.query(COUNT).json()["results"]["bindings"][0]["n"]["value"]) > 0


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def raw(live: Live, data: bytes, *, wait: float = 5.0, source: str = "127.0.0.1") -> bytes:
    """Send bytes, and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", live.port), wait, (source, 0)) as channel:
        channel.settimeout(wait)
        channel.sendall(data)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := channel.recv(65536):
                parts.append(part)
        return b"".join(parts)


def asking(query: str, *, timeout: float = 0, extra: str = "") -> bytes:
    more = f"&timeout={timeout}" if timeout else ""
    path = f"/sparql?query={quote(query)}{more}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode()


# Where queries run


def test_queries_run_in_processes_of_their_own(tight: Live) -> None:
    right(tight)
    pids = tight.app.engine.pool.pids
    assert pids
    assert os.getpid() not in pids


def test_a_query_that_kills_its_process_is_500_and_the_next_is_right(tight: Live) -> None:
    before = set(tight.app.engine.pool.pids)
    deep = "SELECT * { FILTER(" + "!" * 40_000 + "true) }"
    kind = {"Content-Type": "application/sparql-query"}
    response = tight.client.post("/sparql", content=deep, headers=kind)
    assert response.status_code == 500, response.text
    assert "nests too deep" in response.text
    right(tight)
    assert eventually(lambda: len(tight.app.engine.pool.pids) >= LIMITS.workers)
    assert set(tight.app.engine.pool.pids) != before


# Time


def test_a_query_ends_at_the_deadline_that_its_client_set(tight: Live) -> None:
    start = time.monotonic()
    response = tight.query(ENDLESS, timeout="0.4")
    assert response.status_code == 504
    assert "0.4 s" in response.text
    assert time.monotonic() - start < 3
    right(tight)


def test_a_query_ends_at_the_deadline_that_is_usual(sample_graph: Graph) -> None:
    limits = replace(LIMITS, deadline=0.3, longest=0.6)
    with running(create_app(sample_graph, limits=limits)) as server:
        assert "0.3 s" in server.query(ENDLESS).text
        assert server.query(ENDLESS, timeout="0.7").status_code == 400
        waited = server.client.get(
            "/sparql", params={"query": ENDLESS}, headers={"Prefer": "wait=60"}
        )
        assert "0.6 s" in waited.text


def test_a_text_that_takes_long_to_read_ends_at_the_deadline_too(sample_graph: Graph) -> None:
    limits = replace(LIMITS, body=1 << 20)
    with running(create_app(sample_graph, limits=limits)) as server:
        response = server.client.post(
            "/sparql",
            params={"timeout": "0.1"},
            content="SELECT * { " + "?s ?p ?o . " * 80_000 + "}",
            headers={"Content-Type": "application/sparql-query"},
        )
        assert response.status_code == 504
        assert "reading the query" in response.text
        right(server)


# Sizes


def test_an_answer_over_the_byte_limit_is_cut_and_marked(tight: Live) -> None:
    response = tight.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    rows = len(response.json()["results"]["bindings"])
    assert response.headers["genekg-truncated"] == f"rows={rows}"
    assert rows > 0
    assert len(response.content) <= LIMITS.answer
    strict = tight.client.get(
        "/sparql",
        params={"query": "SELECT ?s ?p ?o { ?s ?p ?o }"},
        headers={"Prefer": "handling=strict"},
    )
    assert strict.status_code == 422


def test_an_answer_of_which_no_row_fits_is_marked_too(tight: Live) -> None:
    text = 'SELECT (REPLACE("' + "x" * 300 + '", "x", "' + "y" * 300 + '") AS ?long) {}'
    response = tight.query(text)
    assert response.headers["genekg-truncated"] == "rows=0"
    assert response.json()["results"]["bindings"] == []


def test_a_body_may_have_a_size(tight: Live) -> None:
    kind = {"Content-Type": "application/sparql-query"}
    good = tight.client.post("/sparql", content=b"ASK {}" + b" " * 49_000, headers=kind)
    assert good.status_code == 200
    told = tight.client.post("/sparql", content=b"ASK {}" + b" " * 50_000, headers=kind)
    assert told.status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(6):  # soon sent, or the time for a body is over first
            yield b" " * 10_000

    with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # it may close before the end
        assert tight.client.post("/sparql", content=pieces(), headers=kind).status_code == 413
    right(tight)


def test_an_address_and_headers_may_have_a_size(tight: Live) -> None:
    assert tight.query(COUNT + " " * 4000).status_code == 414
    many = {f"x-{number}": "y" * 90 for number in range(50)}
    assert tight.client.get("/health", headers=many).status_code == 431
    endless = b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"x: y\r\n" * 3000
    assert raw(tight, endless).startswith(b"HTTP/1.1 431 ")
    right(tight)


# Slow clients


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET /sparql?query=ASK%7B",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
        b"Content-Type: application/sparql-query\r\n\r\nASK {",
    ],
)
def test_a_request_that_does_not_arrive_is_ended(tight: Live, start: bytes) -> None:
    begin = time.monotonic()
    said = raw(tight, start)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"too long to arrive" in said
    assert 0.3 < time.monotonic() - begin < 4


def test_a_request_that_drips_is_ended(tight: Live) -> None:
    with socket.create_connection(("127.0.0.1", tight.port), 5) as channel:
        begin = time.monotonic()
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            channel.sendall(b"GET /health HTTP/1.1\r\n")
            for _ in range(100):
                channel.sendall(b"x: y\r\n")
                time.sleep(0.05)
        assert time.monotonic() - begin < 4


def test_an_idle_connection_is_closed(tight: Live) -> None:
    begin = time.monotonic()
    said = raw(tight, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert 0.5 < time.monotonic() - begin < 4


def test_an_answer_that_is_not_read_is_given_up(sample_graph: Graph) -> None:
    limits = replace(LIMITS, answer=64 << 20)
    wide = f"SELECT (REPLACE('{'x' * 4000}', 'x', '{'y' * 3000}') AS ?wide) {{}}"  # 12 MB
    with (
        running(create_app(sample_graph, limits=limits)) as server,
        socket.create_connection(("127.0.0.1", server.port), 20) as channel,
    ):
        body = f"timeout=20&query={quote(wide)}".encode()
        head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        channel.sendall((head + kind).encode() + body)
        assert channel.recv(12) == b"HTTP/1.1 200"
        time.sleep(3)
        size = 0
        with contextlib.suppress(ConnectionResetError):
            while part := channel.recv(1 << 20):
                size += len(part)
        assert size < 11_000_000
        right(server)


def test_there_are_only_so_many_connections(tight: Live) -> None:
    with contextlib.ExitStack() as stack:
        channels = [
            stack.enter_context(socket.create_connection(("127.0.0.1", tight.port), 5))
            for _ in range(LIMITS.connections + 5)
        ]
        said = [channel.recv(12) for channel in channels[-3:]]
        assert b"HTTP/1.1 503" in said
    assert eventually(lambda: tight.client.get("/health").status_code == 200)


def test_small_answers_are_not_held_back(tight: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[int] = []
    made = Connection.connection_made

    def look(self: Connection, transport: object) -> None:
        made(self, transport)  # type: ignore[arg-type]
        channel = self.transport.get_extra_info("socket")
        options.append(channel.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(Connection, "connection_made", look)
    raw(tight, b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert options
    assert all(options)


# Many clients


def ask_from(live: Live, source: str, query: str, timeout: float) -> bytes:
    return raw(
        live, asking(query, timeout=timeout, extra="Connection: close\r\n"), wait=30, source=source
    )


def test_when_the_queue_is_full_it_is_503_with_a_time(tight: Live) -> None:
    with ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(ask_from, tight, "127.0.0.1", ENDLESS, 2.5) for _ in range(15)]
        said = [future.result() for future in asked]
    busy = [reply for reply in said if reply.startswith(b"HTTP/1.1 503")]
    assert len(busy) >= 5
    assert all(b"\r\nretry-after: 2\r\n" in reply for reply in busy)
    assert any(b"3 queries wait already" in reply for reply in busy)
    assert any(reply.startswith(b"HTTP/1.1 504") for reply in said)
    assert eventually(lambda: tight.app.engine.admission.running == 0)
    right(tight)


def test_one_client_does_not_hold_up_another(tight: Live) -> None:
    with ThreadPoolExecutor(8) as threads:
        greedy = [threads.submit(ask_from, tight, "127.0.0.2", ENDLESS, 3) for _ in range(6)]
        time.sleep(0.5)
        times = []
        for _ in range(5):
            begin = time.monotonic()
            right(tight)
            times.append(time.monotonic() - begin)
        assert max(times) < 1.5
        assert [future.result()[:12] for future in greedy].count(b"HTTP/1.1 200") == 0
    assert eventually(lambda: tight.app.engine.admission.running == 0)


def test_a_client_that_leaves_frees_its_worker(tight: Live) -> None:
    before = set(tight.app.engine.pool.pids)
    channel = socket.create_connection(("127.0.0.1", tight.port), 5)
    channel.sendall(asking(ENDLESS, timeout=20))
    assert eventually(lambda: tight.app.engine.admission.running == 1)
    channel.close()
    assert eventually(lambda: tight.app.engine.admission.running == 0, 3)
    assert eventually(lambda: set(tight.app.engine.pool.pids) != before)
    right(tight)


def test_a_client_that_leaves_while_it_waits_is_forgotten(tight: Live) -> None:
    channels = []
    for number in range(5):
        channel = socket.create_connection(("127.0.0.1", tight.port), 5)
        channel.sendall(asking(f"{ENDLESS} #{number}", timeout=20))
        channels.append(channel)
    assert eventually(lambda: tight.app.engine.admission.waiting >= 1)
    for channel in channels:
        channel.close()
    assert eventually(
        lambda: tight.app.engine.admission.waiting + tight.app.engine.admission.running == 0
    )
    right(tight)


def test_many_at_once_get_each_their_own_answer(live: Live) -> None:
    wrong: list[str] = []

    def ask(number: int) -> None:
        text = f"SELECT ({number} AS ?n) {{ ?s a biolink:Gene }} LIMIT 1"
        found = live.query(text).json()["results"]["bindings"]
        if [row["n"]["value"] for row in found] != [str(number)]:
            wrong.append(str(found))

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(ask, range(300)))
    assert wrong == []


# What is written down


def test_the_log_tells_no_secrets(
    live: Live, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("genekg.access"), "propagate", True)
    with caplog.at_level(logging.INFO):
        caplog.handler.addFilter(lambda record: not record.name.startswith("httpx"))
        live.query('SELECT ?s { ?s rdfs:label "my secret illness" }')
        live.query('SELECT ?s { ?s rdfs:label "my secret illness" ')
        live.client.post("/sparql", data={"query": 'ASK { ?s ?p "my secret illness" }'})
        live.client.get("/queries/genes_of_condition?condition=my+secret+illness")
        live.client.get("/entity/MONDO:0020721")
        assert eventually(lambda: len(caplog.records) >= 5)
    text = caplog.text
    assert "secret" not in text
    assert "MONDO" not in text
    assert "127.0.0.1 GET /sparql 200" in text
    assert "127.0.0.1 GET /sparql 400" in text
    assert "127.0.0.1 GET /entity/ 200" in text


def test_the_log_has_queries_if_it_is_told(
    sample_graph: Graph, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("genekg.access"), "propagate", True)
    with (
        caplog.at_level(logging.INFO),
        running(create_app(sample_graph, limits=LIMITS, log_queries=True)) as server,
    ):
        server.client.post("/sparql", data={"query": "ASK { gk:looked ?for ?this }"})
        assert eventually(lambda: "looked" in caplog.text)


def test_workers_are_gone_when_the_server_is(sample_graph: Graph) -> None:
    with running(create_app(sample_graph, limits=LIMITS)) as server:
        right(server)
        asked = asking(ENDLESS, timeout=20)
        thread = threading.Thread(target=raw, args=(server, asked), kwargs={"wait": 20})
        thread.start()
        assert eventually(lambda: server.app.engine.admission.running == 1)
        pids = list(server.app.engine.pool.pids)
    thread.join(10)
    assert len(pids) >= LIMITS.workers

    def gone(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    assert eventually(lambda: all(map(gone, pids)), 10)
