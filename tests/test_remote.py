"""The graph behind an endpoint answers as the one in a folder does: all questions, every verb."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner
from live import running
from test_queries import CASES

import genekg.graph
from genekg import (
    associations,
    cards,
    exports,
    notation,
    queries,
    remote,
    search,
    sidecars,
    significance,
    user_sparql,
)
from genekg.cli import cli
from genekg.errors import QueryRefusedError, QueryTimeoutError, StoreError
from genekg.graph import Graph
from genekg.nodes import node
from genekg.web import Access, create_app


@pytest.fixture(scope="module")
def address(sample_graph: Graph) -> Iterator[str]:
    with running(create_app(sample_graph)) as live:
        yield live.sparql


@pytest.fixture(scope="module")
def away(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENEKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        with genekg.graph.open(address) as graph:
            yield graph


def everything(graph: Graph) -> list[str]:
    return [entity.id for entity in graph.labels.all()]


@pytest.mark.parametrize("case", CASES)
def test_named_questions(sample_graph: Graph, away: Graph, case: str) -> None:
    name = case.partition("-")[0]
    here = queries.run(sample_graph, name, CASES[case])
    there = queries.run(away, name, CASES[case])
    assert there == here


def test_every_card(sample_graph: Graph, away: Graph) -> None:
    for curie in everything(sample_graph):
        assert cards.show(away, curie) == cards.show(sample_graph, curie)


def test_every_why(sample_graph: Graph, away: Graph) -> None:
    for curie in everything(sample_graph):
        here = associations.why(sample_graph, node(curie))
        assert associations.why(away, node(curie)) == here


def test_search_ask_and_tables(sample_graph: Graph, away: Graph) -> None:
    for text in ("anaemia", "ALAS2", "sideroblastic anemai", "HP:0001903", "no such thing"):
        assert search.find(away, text) == search.find(sample_graph, text)
    for question in ("conditions with X-linked inheritance", "genes that cause Marfan syndrome"):
        assert away.ask(question).table == sample_graph.ask(question).table


@pytest.mark.parametrize("name", sorted(exports.FORMATS))
def test_export(sample_graph: Graph, away: Graph, name: str) -> None:
    written = exports.named(name)
    if written.parts or written.single:
        pytest.skip("its own tests compare it: not one file of the whole graph")
    outputs = []
    for graph in (sample_graph, away):
        output = io.BytesIO()
        written.write(graph, output, exports.Selection())
        outputs.append(output.getvalue())
    assert outputs[1] == outputs[0]
    assert outputs[0]


def test_export_of_one_entity(sample_graph: Graph, away: Graph) -> None:
    outputs = []
    for graph in (sample_graph, away):
        output = io.BytesIO()
        selection = exports.selection(graph, "ALAS2", inferred=True)
        exports.named("nq").write(graph, output, selection)
        outputs.append(sorted(output.getvalue().splitlines()))
    assert outputs[1] == outputs[0]
    assert len(outputs[0]) > 100


SELECTS = (
    "SELECT * { ?gene biolink:causes ?x } ORDER BY ?x",
    "SELECT ?x (COUNT(*) AS ?n) { ?s a ?x } GROUP BY ?x ORDER BY ?x",
    "ASK { ?gene biolink:causes ?x }",
    "SELECT * { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001871 } ORDER BY ?c",
    "SELECT ?s { GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf obo:HP_0001417 } } ORDER BY ?s",
)


@pytest.mark.parametrize("text", SELECTS)
@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_users_sparql(sample_graph: Graph, away: Graph, text: str, format: str) -> None:
    here = user_sparql.run(sample_graph, text, format=format)
    there = user_sparql.run(away, text, format=format)
    assert there.data == here.data
    assert (there.form, there.variables, there.rows) == (here.form, here.variables, here.rows)


def test_rows_are_cut_and_said(away: Graph) -> None:
    answer = user_sparql.run(away, "SELECT ?s { ?s a biolink:Disease }", format="csv", max_rows=1)
    assert (answer.rows, answer.truncated) == (1, True)


@pytest.mark.parametrize("format", ["nt", "ttl", "rdfxml", "jsonld"])
def test_users_construct(sample_graph: Graph, away: Graph, format: str) -> None:
    text = "CONSTRUCT { ?gene biolink:causes ?x } WHERE { ?gene biolink:causes ?x }"
    syntax = {"nt": "nt", "ttl": "ttl", "rdfxml": "rdf", "jsonld": "jsonld"}[format]
    known = pyoxigraph.RdfFormat.from_extension(syntax)
    graphs = [
        set(pyoxigraph.parse(user_sparql.run(graph, text, format=format).data, format=known))
        for graph in (sample_graph, away)
    ]
    assert graphs[0] == graphs[1]
    assert graphs[0]


@pytest.mark.parametrize("text", ["DELETE WHERE { ?s ?p ?o }", "SELECT * { SERVICE <x:y> {} }"])
def test_what_is_refused_here_is_not_sent_there(away: Graph, text: str) -> None:
    with pytest.raises(QueryRefusedError):
        user_sparql.run(away, text, format="json")


def test_the_sidecars_are_the_very_files_and_are_fetched_once(
    address: str, sample_graph: Graph, tmp_path: Path
) -> None:
    steps: list[str] = []

    def progress(step: str, _done: int, _total: int) -> None:
        steps.append(step)

    first = remote.open_endpoint(address, tmp_path, progress)
    first.store.close()
    assert "fetching the label index" in steps
    steps.clear()
    again = remote.open_endpoint(address, tmp_path, progress)
    again.store.close()
    assert again.build == first.build
    assert not steps
    here = sample_graph.build
    names = sorted(
        path.relative_to(here.path)
        for path in here.path.rglob("*")
        if path.is_file() and path.name != "manifest.json" and here.graph not in path.parents
    )
    assert Path("labels.sqlite") in names
    assert names == sorted(
        path.relative_to(first.build.path) for path in first.build.path.rglob("*") if path.is_file()
    )
    for name in names:
        assert (first.build.path / name).read_bytes() == (here.path / name).read_bytes()


def test_what_chance_gives_goes_with_the_sidecars(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path))
    metapath = notation.parse("gene>condition>symptom")
    with genekg.graph.open(address) as graph:
        assert significance.prepare(graph, [metapath])
        (folder,) = (tmp_path / "remote").iterdir()
        assert (folder / "significance.npz").is_file()
    with genekg.graph.open(address) as graph:
        assert not significance.prepare(graph, [metapath])


@pytest.mark.parametrize("name", ["../x", "/x", "graph/CURRENT", "a/b/c", "manifest.json", "a/.x"])
def test_a_file_that_would_go_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    manifest = {"sidecars": {name: {"size": 1, "sha256": "", "parts": [0, 1]}}}
    with pytest.raises(StoreError, match="no file of genekg"):
        sidecars.unpack(tmp_path, manifest, lambda first, end: ["eA=="])
    assert not list(tmp_path.iterdir())


def test_the_command_line_takes_an_address(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path))
    monkeypatch.setenv("GENEKG_STORE", address)
    said = CliRunner().invoke(cli, ["info"])
    assert address in said.stdout
    refused = CliRunner().invoke(cli, ["build"])
    assert refused.exit_code == 2
    assert "works on a folder" in refused.output


def test_a_server_with_a_token(
    sample_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path))
    with running(create_app(sample_graph, access=Access(token="a-long-secret"))) as live:
        with pytest.raises(StoreError, match=r"wants a login \(401\)"):
            genekg.graph.open(live.sparql)
        monkeypatch.setenv("GENEKG_TOKEN", "another")
        with pytest.raises(StoreError, match="login") as caught:
            genekg.graph.open(live.sparql)
        assert "another" not in str(caught.value)
        monkeypatch.setenv("GENEKG_TOKEN", "a-long-secret")
        with genekg.graph.open(live.sparql) as graph:
            assert graph.show("ALAS2") == sample_graph.show("ALAS2")


def test_a_query_may_take_the_time_that_it_is_given(
    sample_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path))
    long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with (
        running(create_app(sample_graph)) as live,
        genekg.graph.open(live.sparql) as graph,
        pytest.raises(QueryTimeoutError, match="limit of 1 s|within 1 s"),
    ):
        user_sparql.run(graph, long, format="json", deadline=1)
