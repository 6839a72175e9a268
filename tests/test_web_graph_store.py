"""Whole graphs, sent in pieces: all of one, or a connection that breaks off."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pyoxigraph
import pytest
from live import Live, running
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store
from test_web_limits import LIMITS, eventually, raw, right
from test_web_sparql import PARSED

from genekg.dumping import dump
from genekg.exchange import dump_request, piece
from genekg.frames import Frame
from genekg.graph import Graph
from genekg.web import Limits, create_app
from genekg.xml_answers import NotXmlError

posix = pytest.mark.skipif(os.name != "posix", reason="signals")
_BUFFER = 1 << 14
WHOLE = "/graph-store?default&format=nt"
INFERRED = "graph=https%3A%2F%2Fw3id.org%2Fgenekg%2Fgraph%2Finferred"
FORMATS = ("nt", "ttl", "rdfxml", "jsonld")


def serving(graph: Graph, **changed: float) -> contextlib.AbstractContextManager[Live]:
    limits = replace(LIMITS, stall_time=30.0, **changed)  # type: ignore[arg-type]
    return running(create_app(graph, limits=limits), buffer=_BUFFER)


@pytest.fixture(scope="module")
def tight(sample_graph: Graph) -> Iterator[Live]:
    """A server whose answers are a fraction of the graph."""
    with serving(sample_graph) as server:
        yield server


@contextlib.contextmanager
def half_read(live: Live) -> Iterator[socket.socket]:
    """Ask for the whole graph, and read its beginning: the rest waits in a worker."""
    with socket.socket() as channel:
        channel.settimeout(10)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        channel.connect(("127.0.0.1", live.port))
        channel.sendall(f"GET {WHOLE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert channel.recv(12) == b"HTTP/1.1 200"
        yield channel


def rest(channel: socket.socket) -> bytes:
    """Return what comes until the connection is closed or reset."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := channel.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


# All of it


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("name", "count"), [("default", "triples"), (INFERRED, "inferred")])
def test_a_graph_larger_than_an_answer_comes_whole(
    tight: Live, sample_graph: Graph, format: str, name: str, count: str
) -> None:
    response = tight.client.get(f"/graph-store?{name}&format={format}")
    assert response.headers["transfer-encoding"] == "chunked"
    assert name == INFERRED or len(response.content) > LIMITS.answer
    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=PARSED[format])}
    assert len(found) == sample_graph.manifest[count]
    assert tight.app.engine.admission.running == 0


def test_it_comes_compressed_where_that_is_asked_for(tight: Live) -> None:
    plain = tight.client.get(WHOLE, headers={"Accept-Encoding": "identity"})
    with tight.client.stream("GET", WHOLE, headers={"Accept-Encoding": "gzip"}) as response:
        packed = b"".join(response.iter_raw())
    assert "content-encoding" not in plain.headers
    assert response.headers["content-encoding"] == "gzip"
    assert len(packed) < len(plain.content) / 4
    assert gzip.decompress(packed) == plain.content
    assert response.headers["etag"] == plain.headers["etag"].rstrip('"') + '-gzip"'


def test_its_head_and_its_tag_take_no_worker(tight: Live) -> None:
    whole = tight.client.get(WHOLE)
    before = set(tight.app.engine.pool.pids)
    for pid in before:
        os.kill(pid, signal.SIGSTOP)
    try:
        headed = tight.client.head(WHOLE)
        again = tight.client.get(WHOLE, headers={"If-None-Match": whole.headers["etag"]})
        any_tag = tight.client.head(WHOLE, headers={"If-None-Match": "*"})
    finally:
        for pid in before:
            os.kill(pid, signal.SIGCONT)
    assert (headed.status_code, headed.content) == (200, b"")
    assert "content-length" not in headed.headers
    for name in ("etag", "content-type", "content-encoding", "vary"):
        assert headed.headers[name] == whole.headers[name]
    assert (again.status_code, again.headers["etag"]) == (304, whole.headers["etag"])
    assert any_tag.status_code == 304
    assert set(tight.app.engine.pool.pids) == before


def test_any_tag_frees_the_worker_that_had_begun(tight: Live) -> None:
    assert tight.client.get(WHOLE, headers={"If-None-Match": "*"}).status_code == 304
    assert eventually(lambda: tight.app.engine.admission.running == 0)
    right(tight)


def test_http_1_0_which_has_no_chunks_is_told_so(tight: Live) -> None:
    said = raw(tight, f"GET {WHOLE} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 505 ")
    assert b"HTTP/1.0" in said.partition(b"\r\n\r\n")[2]


# Broken off


@posix
def test_a_worker_that_dies_in_the_middle_leaves_no_whole_answer(tight: Live) -> None:
    whole = tight.client.get(WHOLE, headers={"Accept-Encoding": "identity"}).content
    before = set(tight.app.engine.pool.pids)
    with half_read(tight) as channel:
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        said = rest(channel)
    assert not said.endswith(b"0\r\n\r\n")
    assert len(said) < len(whole)
    assert eventually(lambda: tight.app.engine.admission.running == 0)
    assert eventually(lambda: tight.query("ASK {}").status_code == 200)


@posix
def test_a_client_that_reads_by_the_rules_sees_that_it_is_broken_off(tight: Live) -> None:
    with tight.client.stream("GET", WHOLE, headers={"Accept-Encoding": "identity"}) as response:
        parts = response.iter_raw(1000)
        next(parts)
        for pid in tight.app.engine.pool.pids:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            list(parts)
    assert eventually(lambda: tight.query("ASK {}").status_code == 200)


@posix
def test_a_client_that_leaves_frees_the_worker(sample_graph: Graph) -> None:
    with serving(sample_graph) as live:
        before = set(live.app.engine.pool.pids)
        with half_read(live):
            time.sleep(0.2)  # or all of the sample is on its way before anybody has looked
            assert live.app.engine.admission.running == 1
        assert eventually(lambda: live.app.engine.admission.running == 0)
        assert eventually(lambda: len(before - set(live.app.engine.pool.pids)) == 1)


def test_the_server_holds_no_more_than_a_client_has_read(tight: Live) -> None:
    with half_read(tight) as channel:
        workers = tight.app.engine.pool._all
        assert not eventually(lambda: any(len(w._buffer) > 1 << 19 for w in workers), 0.5)
        assert tight.app.engine.admission.running == 1
        right(tight)
        channel.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        said = rest(channel)
    assert b"\r\n0\r\n\r\n" in said
    assert b'{"status": "alive"}' in said


# Time


@posix
def test_a_first_piece_that_does_not_come_is_504(sample_graph: Graph) -> None:
    with serving(sample_graph, deadline=0.4) as live:
        for pid in live.app.engine.pool.pids:
            os.kill(pid, signal.SIGSTOP)
        response = live.client.get(WHOLE)
        assert response.status_code == 504
        assert "0.4 s" in response.text
        assert live.app.engine.admission.running == 0


@posix
def test_a_later_piece_that_does_not_come_breaks_it_off(sample_graph: Graph) -> None:
    with serving(sample_graph, deadline=0.4) as live, half_read(live) as channel:
        for pid in live.app.engine.pool.pids:
            os.kill(pid, signal.SIGSTOP)
        assert not rest(channel).endswith(b"0\r\n\r\n")
        assert eventually(lambda: live.app.engine.admission.running == 0)


def test_all_of_it_has_a_limit_too(sample_graph: Graph) -> None:
    with serving(sample_graph, dump=0.5) as live, half_read(live) as channel:
        time.sleep(0.7)
        assert not rest(channel).endswith(b"0\r\n\r\n")
        assert eventually(lambda: live.app.engine.admission.running == 0)


def test_others_turn_comes_while_a_graph_is_sent(sample_graph: Graph) -> None:
    with serving(sample_graph, quantum=0.05, workers=1) as live, half_read(live):
        right(live)
        assert live.app.engine.admission.running == 1


# Pieces


def pieces(values: list[str], format: str, *, zipped: bool = False) -> list[Frame]:
    store = Store()
    store.extend(
        Quad(NamedNode(f"http://e/{n:06}"), NamedNode("http://e/p"), Literal(value))
        for n, value in enumerate(values)
    )
    sent: list[Frame] = []
    header, _ = dump_request("", format, gzip=zipped, prefixes={"e": "http://e/"})
    last = dump(store, header, sent.append)
    return [*sent, last]


def test_pieces_say_that_more_follows_but_for_the_last() -> None:
    frames = pieces(["x" * 100] * 5000, "nt")
    assert len(frames) > 3
    assert all(frame[0].get("more") for frame in frames[:-1])
    assert not frames[-1][0].get("more")
    whole = b"".join(map(piece, frames))
    assert whole.count(b"\n") == 5000
    assert max(len(frame[1]) for frame in frames) < 1 << 18


def test_an_empty_graph_is_one_piece() -> None:
    assert pieces([], "nt") == [({"form": "dump"}, b"")]


@pytest.mark.parametrize("zipped", [False, True])
def test_carriage_returns_stay_wherever_a_piece_ends(zipped: bool) -> None:
    values = ["\r" * 20_000 + str(n) for n in range(20)]
    data = b"".join(map(piece, pieces(values, "rdfxml", zipped=zipped)))
    if zipped:
        data = gzip.decompress(data)
    found = pyoxigraph.parse(data, format=RdfFormat.RDF_XML)
    assert sorted(quad.object.value for quad in found) == sorted(values)


def test_what_xml_cannot_hold_is_found_wherever_a_piece_ends() -> None:
    for shift in range(3):
        with pytest.raises(NotXmlError, match=r"U\+FFFE"):
            pieces(["x" * shift + "\ufffe" * 100_000], "rdfxml")
    assert pieces(["\ufffe"], "nt")


@pytest.mark.full
def test_the_whole_graph_comes_whole(full_graph: Graph) -> None:
    limits = replace(Limits(), deadline=60.0)
    with running(create_app(full_graph, limits=limits)) as live:
        address, lines = f"{live.address}{WHOLE}", 0
        with httpx.stream("GET", address, timeout=60) as response:
            for part in response.iter_bytes():
                lines += part.count(b"\n")
    assert lines == full_graph.manifest["triples"]
