"""Publishing by the Graph Store Protocol: whole, resumed, refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store

import genekg.graph
from genekg import cards, publishing, shards, sidecars
from genekg.cli import cli
from genekg.endpoints import Endpoint
from genekg.errors import QueryError, StoreError, UsageError
from genekg.graph import Graph


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass
class Engine:
    """A store behind HTTP; ``fails_at`` is the part from which on it refuses to load."""

    store: Store = field(default_factory=Store)
    address: str = ""
    parts: int = 0
    fails_at: int = 1_000_000
    loses: bool = False


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path / "cache"))
    engine = Engine()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/query":
                found = engine.store.query(parse_qs(body.decode())["query"][0])
                content = found.serialize(format=QueryResultsFormat.JSON)
                self.answer(200, content, "application/sparql-results+json")
            elif engine.parts >= engine.fails_at:
                self.answer(500, b"the disk is full", "text/plain")
            else:
                engine.parts += 1
                if not engine.loses or engine.parts > 1:
                    kind = RdfFormat.from_media_type(self.headers["Content-Type"])
                    engine.store.bulk_load(body, kind, to_graph=self.graph())
                self.answer(204)

        def do_DELETE(self) -> None:
            if isinstance(name := self.graph(), DefaultGraph):
                engine.store.clear_graph(name)
            else:
                engine.store.remove_graph(name)
            self.answer(204)

        def graph(self) -> NamedNode | DefaultGraph:
            given = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            return DefaultGraph() if "default" in given else NamedNode(given["graph"][0])

        def answer(self, status: int, body: bytes = b"", kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    engine.address = f"http://127.0.0.1:{server.server_port}/query"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield engine
    server.shutdown()
    server.server_close()
    thread.join()


def publish(graph: Graph, engine: Engine, **settings: object) -> dict[str, int]:
    endpoint = Endpoint(engine.address, first_wait=0.01)
    try:
        to = publishing.target(endpoint, own_default=settings.pop("own_default", None))  # type: ignore[arg-type]
        return publishing.publish(graph, to, silent, batch=500, **settings)  # type: ignore[arg-type]
    finally:
        endpoint.close()


def test_the_whole_graph_is_there_and_is_read(sample_graph: Graph, engine: Engine) -> None:
    loaded = publish(sample_graph, engine)
    assert set(engine.store) == set(shards.quads(sample_graph))
    assert sum(loaded.values()) == len(engine.store)
    with genekg.graph.open(engine.address) as there:
        assert cards.show(there, "ALAS2") == cards.show(sample_graph, "ALAS2")


def test_what_was_cut_goes_on(sample_graph: Graph, engine: Engine) -> None:
    engine.fails_at = 4
    with pytest.raises(QueryError, match="refused \\(500\\): the disk is full"):
        publish(sample_graph, engine)
    assert 0 < len(engine.store) < sample_graph.manifest["triples"]
    with pytest.raises(StoreError, match="holds no graph of genekg|is not whole"):
        genekg.graph.open(engine.address)
    engine.fails_at = 1_000_000
    publish(sample_graph, engine)
    expected = -(-sample_graph.manifest["triples"] // 500)
    assert engine.parts < expected + 12  # the four parts that were there are not sent again
    assert set(engine.store) == set(shards.quads(sample_graph))


def test_lost_triples_are_noticed_and_the_next_load_begins_anew(
    sample_graph: Graph, engine: Engine
) -> None:
    engine.loses = True
    with pytest.raises(StoreError, match="counts .* in the default graph"):
        publish(sample_graph, engine)
    engine.loses = False
    publish(sample_graph, engine)
    assert set(engine.store) == set(shards.quads(sample_graph))


def test_what_is_not_genekgs_is_not_replaced(sample_graph: Graph, engine: Engine) -> None:
    mine = Quad(NamedNode("x:mine"), NamedNode("x:is"), Literal("dear"))
    engine.store.add(mine)
    with pytest.raises(UsageError, match="something that is not genekg's"):
        publish(sample_graph, engine)
    assert list(engine.store) == [mine]
    publish(sample_graph, engine, own_default=False)
    assert mine in engine.store
    with genekg.graph.open(engine.address) as there:
        assert there.manifest["digest"] == sample_graph.manifest["digest"]
    publish(sample_graph, engine, force=True)
    assert mine not in engine.store


def test_another_build_is_replaced(sample_graph: Graph, engine: Engine) -> None:
    publish(sample_graph, engine)
    left = Quad(NamedNode("x:old"), NamedNode("x:is"), Literal("old"))
    engine.store.add(left)
    publish(sample_graph, engine)
    assert left not in engine.store


def test_a_graph_without_its_sidecars_is_not_whole(sample_graph: Graph, engine: Engine) -> None:
    publish(sample_graph, engine)
    engine.store.remove_graph(sidecars.GRAPH)
    with pytest.raises(StoreError, match="is not whole"):
        genekg.graph.open(engine.address)


def test_a_part_of_the_sidecars_that_is_missing_or_changed(
    sample_graph: Graph, engine: Engine, tmp_path: Path
) -> None:
    publish(sample_graph, engine)
    (part,) = engine.store.quads_for_pattern(sidecars.part(0), None, None, sidecars.GRAPH)
    engine.store.remove(part)
    with pytest.raises(StoreError, match="lacks part 0"):
        genekg.graph.open(engine.address)
    (other,) = engine.store.quads_for_pattern(sidecars.part(1), None, None, sidecars.GRAPH)
    engine.store.add(Quad(part.subject, part.predicate, other.object, sidecars.GRAPH))
    with pytest.raises(StoreError, match="is not what was published"):
        genekg.graph.open(engine.address)
    assert not list((tmp_path / "cache" / "remote").iterdir())


def test_the_command(sample_home: Path, engine: Engine) -> None:
    words = ["publish", "--store", str(sample_home), "--to"]
    done = CliRunner().invoke(cli, [*words, engine.address])
    assert done.exit_code == 0, done.output
    assert "in the default graph" in done.stderr
    refused = CliRunner().invoke(cli, [*words, "http://ada:pw@127.0.0.1/x"])
    assert refused.exit_code != 0
    assert "login" in str(refused.exception)
    unknown = engine.address.replace("/query", "/other")
    assert CliRunner().invoke(cli, [*words, unknown]).exit_code != 0
