"""Every command that reads gives of an endpoint what it gives of the folder, byte for byte."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from live import running
from test_casebench import packet

import genekg.graph
from genekg import exports
from genekg.cli import COMMANDS, cli
from genekg.graph import Graph
from genekg.web import create_app

# What needs the files themselves, or asks no graph.
NOT_READING = {"build", "fetch", "ingest", "queries", "serve", "verify"}
# What takes another road, below or in tests of its own.
APART = {"diff", "publish"}
TABLES = """
ask "conditions with X-linked inheritance"
ask "genes that cause Marfan syndrome" --direct --sparql --limit 1
ask "how is the weather"
central --type gene --permutations 2
central --via "has symptom" --permutations 0 --limit 3
clusters --by symptom --permutations 2
compare "Marfan syndrome" OMIM:301310
compare "Marfan syndrome" --with OMIM:301310 --with MONDO:0020721
conflicts
conflicts --kind excluded --limit 1
enrich "Marfan syndrome" OMIM:301310 --q 1
enrich ALAS2 FBN1 --by nonsense
info
match --has Anemia --has Ataxia --not Scoliosis --sex male --age 12
match --has nonsense
neighbors ALAS2
neighbors "Marfan syndrome" --depth 2 --type gene
neighbors "Marfan syndrome" --via nonsense
next --has Anemia --limit 3
path ALAS2 "Marfan syndrome" --plain --max-length 6
path "X-linked sideroblastic anemia" OMIM:301310 --k 3
path ALAS2 --metapath "gene>condition>symptom"
path ALAS2 --metapath "gene?condition"
path ALAS2,FBN1 --to Anemia --via causes --via "has symptom"
query conditions_of_gene gene=ALAS2
query conditions_of_gene gene=nonsense
search "sideroblastic anemai"
search Anemia --kind symptom --limit 2
similar "X-linked sideroblastic anemia"
similar OMIM:301310 --by gene
similar OMIM:301310 --measure lin
sources
sparql "SELECT ?g ?c { ?g biolink:causes ?c } ORDER BY ?g ?c" --max-rows 2
sparql "SELECT * { ?s a biolink:Gene } ORDER BY ?s # all" --max-rows 3
sparql "SELECT ?n { ?s a biolink:Gene } ORDER BY ?s VALUES ?n { 1 }" --max-rows 3
sparql "SELECT * { ?s ?p "
sparql "ASK { ?s a biolink:Gene }"
subgraph ALAS2 FBN1 Anemia --max-length 6
why ALAS2 causes
why "Marfan syndrome" nonsense
""".strip().splitlines()
TEXTS = """
export ALAS2 --format nt
export ALAS2 --format ttl
export "Marfan syndrome" --format nq --inferred
export "Marfan syndrome" --format jsonld
export Anemia --format rdfxml
export ALAS2 --format graphml
export ALAS2 --format gexf
export ALAS2 --format node-link
export ALAS2 --format cytoscape
export ALAS2 --format csv
export ALAS2 --format kgx
export ALAS2 --format kgx-jsonl
export ALAS2 --format sssom
export "X-linked sideroblastic anemia" --format phenopacket
export "X-linked sideroblastic anemia" --format svg
export ALAS2 --format dot
export --format void
export --licence hpo,cc-by --format nt
match --note "He has anemia, but no ataxia." --onset childhood --format tsv
neighbors ALAS2 --format tree
neighbors ALAS2 --format ttl
path ALAS2 OMIM:301310 --format words
path ALAS2 OMIM:301310 --format nt
show ALAS2
show "Marfan syndrome" --json
show Anemia
sparql "CONSTRUCT WHERE { ?g biolink:causes ?x }" --max-rows 2 --format ttl
sparql "DESCRIBE obo:MONDO_0020721" --format trig
sparql "DESCRIBE obo:MONDO_0020721" --format nq
subgraph ALAS2 FBN1 Anemia --max-length 6 --format jsonld
""".strip().splitlines()


@pytest.fixture(scope="module")
def address(sample_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, running(create_app(sample_graph)) as live:
        patch.setenv("GENEKG_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield live.sparql


def said(result: Result) -> list[str]:
    """What stands on standard error, but for how long steps took."""
    lines = result.stderr.splitlines()
    return [line for line in lines if not re.match(r" *[0-9.]+ s ", line)]


def same(words: list[str], home: Path, address: str) -> Result:
    here = CliRunner().invoke(cli, [*words, "--store", str(home)])
    there = CliRunner().invoke(cli, [*words, "--store", address])
    assert there.stdout == here.stdout
    assert (there.exit_code, str(there.exception)) == (here.exit_code, str(here.exception))
    assert type(there.exception) is type(here.exception)
    assert said(there) == said(here)
    assert here.stdout or here.exit_code
    return here


@pytest.mark.parametrize("line", TABLES)
def test_tables(line: str, sample_home: Path, address: str) -> None:
    same([*shlex.split(line), "--format", "tsv"], sample_home, address)
    same([*shlex.split(line), "--format", "json"], sample_home, address)


@pytest.mark.parametrize("line", TEXTS)
def test_texts_and_graphs(line: str, sample_home: Path, address: str) -> None:
    assert same(shlex.split(line), sample_home, address).exit_code == 0


def test_every_command_is_compared() -> None:
    compared = {line.split()[0] for line in (*TABLES, *TEXTS)}
    assert compared | NOT_READING | APART | {"bench"} == set(COMMANDS)


@pytest.mark.parametrize("name", ["kgx", "kgx-jsonl", "neo4j", "parquet", "npz"])
def test_files_of_one_entity(name: str, sample_home: Path, address: str, tmp_path: Path) -> None:
    written = []
    for store in (str(sample_home), address):
        place = tmp_path / str(len(written)) / ("one.npz" if name == "npz" else "one")
        place.parent.mkdir()
        words = ["export", "ALAS2", "--format", name, "-o", str(place), "--store", store]
        assert CliRunner().invoke(cli, words).exit_code == 0
        files = sorted(path for path in place.parent.rglob("*") if path.is_file())
        written.append({path.relative_to(place.parent): path.read_bytes() for path in files})
    assert written[0] == written[1]
    assert written[0]
    assert name in exports.FORMATS


@pytest.mark.parametrize("form", ["SELECT ?g", "ASK", "CONSTRUCT"])
def test_an_explanation_of_every_form(form: str, sample_home: Path, address: str) -> None:
    counted = []
    for store in (str(sample_home), address):
        text = f"{form} WHERE {{ ?g biolink:causes ?c }}"
        words = ["sparql", text, "--explain", "--format", "json", "--store", store]
        rows = json.loads(CliRunner().invoke(cli, words).stdout)
        counted.append([{name: row[name] for name in row if "ms" not in name} for row in rows])
    assert counted[0] == counted[1]
    assert [row["part"] for row in counted[0]] == ["?g biolink:causes ?c"]


def test_cases_are_ranked_alike(sample_home: Path, address: str, tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(packet("own", "OMIM:154700", ["HP:0001166", "HP:0001903"])))
    same(["match", "--phenopacket", str(case), "--format", "tsv"], sample_home, address)
    for mode in ("i", "iii-patients"):
        words = ["bench", str(case), "--ranks", "--mode", mode, "--format", "tsv"]
        assert same(words, sample_home, address).exit_code == 0


def test_nothing_changed_between_a_folder_and_its_endpoint(sample_home: Path, address: str) -> None:
    for old, new in ((str(sample_home), address), (address, str(sample_home))):
        result = CliRunner().invoke(cli, ["diff", old, new, "--format", "tsv"])
        assert result.exit_code == 0, result.exception
        assert len(result.stdout.splitlines()) == 1


def test_the_verbs_of_python(sample_graph: Graph, address: str) -> None:
    with genekg.graph.open(address) as away:
        for kg in (sample_graph, away):
            assert kg.match(["Anemia"]).rows == sample_graph.match(["Anemia"]).rows
            assert kg.next(["Anemia"]).rows == sample_graph.next(["Anemia"]).rows
            for entity in ("ALAS2", None):
                network, own = kg.networkx(entity), sample_graph.networkx(entity)
                assert list(network.nodes(data=True)) == list(own.nodes(data=True))
                assert list(network.edges(data=True)) == list(own.edges(data=True))
