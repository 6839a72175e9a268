"""A user's own RDF: read back from its graph, or refused with one sentence and nothing changed."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

import genekg.graph
from genekg import (
    conflicts,
    exports,
    licensing,
    pipeline,
    quads,
    reports,
    sidecars,
    store,
    user_graphs,
)
from genekg import vocabulary as v
from genekg.errors import GenekgError, SourceError, UsageError
from genekg.graph import Graph

USER = "https://w3id.org/genekg/graph/user/"
ELSEWHERE = "https://example.org/cohort"
TURTLE = """@prefix e: <https://example.org/> .
e:patient e:has <http://purl.obolibrary.org/obo/HP_0000980> ; e:note "p\u00e2le" .
"""
PATIENT = NamedNode("https://example.org/patient")
HAS = NamedNode("https://example.org/has")
NOTE = NamedNode("https://example.org/note")
STATED = {
    (PATIENT, HAS, NamedNode("http://purl.obolibrary.org/obo/HP_0000980")),
    (PATIENT, NOTE, Literal("p\u00e2le")),
}
TRIPLES = [f"{s} {p} {o}" for s, p, o in sorted(STATED, key=str)]
NTRIPLES = "".join(f"{triple} .\n" for triple in TRIPLES)
XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">
<rdf:Description rdf:about="https://example.org/patient" e:note="p\u00e2le">
<e:has rdf:resource="http://purl.obolibrary.org/obo/HP_0000980"/>
</rdf:Description>
</rdf:RDF>
"""
JSON = """{"@context": {"e": "https://example.org/"}, "@id": "e:patient", "e:note": "p\u00e2le",
"e:has": {"@id": "http://purl.obolibrary.org/obo/HP_0000980"}}"""
FILES = {
    "in turtle.ttl": TURTLE,
    "marked.ttl": "\ufeff" + TURTLE,
    "triples.nt": NTRIPLES,
    "quads.nq": NTRIPLES + "".join(f"{triple} <{ELSEWHERE}> .\n" for triple in TRIPLES),
    "graphs.TriG": TURTLE + f"<{ELSEWHERE}/2> {{ e:patient e:has [ e:note 'x' ] , [] }}",
    "json.jsonld": JSON,
    "xml.rdf": XML,
    "packed.ttl.gz": TURTLE,
    "packed-xml.owl.gz": XML,
}


def put(path: Path, content: str | bytes) -> Path:
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rdf")
    return [put(folder / name, content) for name, content in FILES.items()]


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, files: list[Path], sample_sources: dict[str, Path]
) -> Path:
    home = tmp_path_factory.mktemp("with-rdf")
    assert pipeline.build(home, sample_sources, rdf=files, floors=False).new
    return home


@pytest.fixture(scope="module")
def graph(home: Path) -> Iterator[Graph]:
    with genekg.graph.open(home, build=False) as graph:
        yield graph


def held(graph: Graph, name: str) -> set[tuple[Any, Any, Any]]:
    """What a user's SPARQL finds in a graph."""
    rows: Any = graph.store.query(f"SELECT ?s ?p ?o {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    return {(row["s"], row["p"], row["o"]) for row in rows}


# what is given is there


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_read_back_from_its_graph(graph: Graph, name: str) -> None:
    stem = name.partition(".")[0].replace(" ", "%20")
    assert held(graph, USER + stem) == STATED
    asked = f"SELECT ?note {{ GRAPH <{USER}{stem}> {{ ?patient <{NOTE.value}> ?note }} }}"
    assert list(graph.sparql(asked)) == [("p\u00e2le",)]


def test_other_named_graphs_keep_their_names(graph: Graph) -> None:
    assert held(graph, ELSEWHERE) == STATED
    assert {name.value for name in graph.store.named_graphs() if isinstance(name, NamedNode)} == {
        v.INFERRED.value, sidecars.GRAPH.value, ELSEWHERE, f"{ELSEWHERE}/2",
        *(USER + name.partition(".")[0].replace(" ", "%20") for name in FILES),
    }  # fmt: skip


def test_blank_nodes_become_iris_each_its_own(graph: Graph) -> None:
    found = held(graph, f"{ELSEWHERE}/2")
    nodes = {o for _, p, o in found if p == HAS}
    assert len(nodes) == 2
    assert all(o.value.startswith("https://w3id.org/genekg/.well-known/genid/") for o in nodes)
    assert [(s in nodes, o) for s, p, o in found if p == NOTE] == [(True, Literal("x"))]
    for quad in graph.store:
        assert BlankNode not in {type(quad.subject), type(quad.object), type(quad.graph_name)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ttl", "[] <p> [ <q> ( 1 2 ) ] . _:a <p> <<( _:a <p> _:b )>> ."),
        ("x.trig", "_:g { _:g <p> [] }"),
        ("x.jsonld", '{"http://p": [{"http://q": 1}, {"@id": "_:a", "http://q": {"@id": "_:b"}}]}'),
        ("x.rdf", XML.replace("<e:has", "<e:has><rdf:Description e:note='x'/></e:has><e:has")),
    ],
)
def test_reading_twice_gives_the_same_bytes(tmp_path: Path, name: str, content: str) -> None:
    path = put(tmp_path / name, content)
    written = []
    for _ in range(2):
        with user_graphs.read([path], silent) as (file,):
            written.append(file.quads.read_bytes())
    assert written[0] == written[1]
    assert b"_:" not in written[0]
    assert written[0].count(b"genid/") >= 2


def test_two_files_do_not_share_their_blank_nodes(tmp_path: Path) -> None:
    paths = [put(tmp_path / f"{n}.ttl", f"_:a <http://p> {n} .") for n in (1, 2)]
    with user_graphs.read(paths, silent) as (one, two):
        nodes = {file.quads.read_text().split()[0] for file in (one, two)}
    assert len(nodes) == 2


def test_relative_iris_are_those_of_the_graph(tmp_path: Path) -> None:
    path = put(tmp_path / "notes.ttl", "<> <#p> <other> .")
    with user_graphs.read([path], silent) as (file,):
        line = file.quads.read_text()
    assert line == f"<{USER}notes> <{USER}notes#p> <{USER}other> <{USER}notes> .\n"


def test_the_default_graph_stays_what_the_sources_say(graph: Graph, sample_graph: Graph) -> None:
    def default(of: Graph) -> set[Quad]:
        return set(of.store.quads_for_pattern(None, None, None, DefaultGraph()))

    changed = default(graph) ^ default(sample_graph)
    assert {(quad.subject, quad.predicate) for quad in changed} == {(quads.DATASET, v.VERSION)}
    for key in ("triples", "inferred", "predicates", "classes", "edges", "entities"):
        assert graph.manifest[key] == sample_graph.manifest[key]


def test_manifest_and_info_list_file_and_graph(graph: Graph) -> None:
    said = {(one["file"], one["graph"]): one for one in graph.manifest["rdf"]}
    assert len(said) == len(FILES) + 2
    for (file, name), one in said.items():
        assert file in FILES
        assert one["triples"] == one["statements"] == len(held(graph, name)) > 0
    assert ("quads.nq", ELSEWHERE) in said
    tables = dict(reports.summary(graph.build))
    rows = [tuple(row) for row in tables["Your own RDF"]]
    assert ("quads.nq", ELSEWHERE, "2") in rows
    assert len(rows) == len(said)


def test_info_says_nothing_of_rdf_where_there_is_none(sample_graph: Graph) -> None:
    assert sample_graph.manifest["rdf"] == []
    assert "Your own RDF" not in dict(reports.summary(sample_graph.build))


def test_a_repeated_statement_is_counted_once(
    tmp_path: Path, sample_sources: dict[str, Path]
) -> None:
    path = put(tmp_path / "twice.nt", NTRIPLES + NTRIPLES)
    built = pipeline.build(tmp_path / "home", sample_sources, rdf=[path], floors=False).build
    (one,) = built.manifest["rdf"]
    assert (one["statements"], one["triples"]) == (4, 2)


def test_what_a_graph_lost_is_found_out() -> None:
    file = user_graphs.UserFile(Path("x.nt"), Path("x.nq"), {USER + "x": 2})
    with pytest.raises(GenekgError, match="shows 0 triples in <.*user/x>, 2 went in"):
        user_graphs.summary(store.memory_store(), [file])


def test_the_same_files_again_do_nothing_and_none_is_another_build(
    home: Path, files: list[Path], sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    again = pipeline.build(home, sample_sources, rdf=list(reversed(files)), floors=False)
    assert not again.new
    digest = pipeline.inputs_digest(sample_sources, files)
    assert digest == again.build.manifest["digest"]
    assert pipeline.inputs_digest(sample_sources) != digest
    assert pipeline.inputs_digest(sample_sources, files[1:]) != digest
    renamed = put(tmp_path / "other.ttl", TURTLE)
    assert pipeline.inputs_digest(sample_sources, [renamed, *files[1:]]) != digest
    changed = put(tmp_path / files[0].name, TURTLE + "#")
    assert pipeline.inputs_digest(sample_sources, [changed, *files[1:]]) != digest


def test_nquads_export_holds_the_users_graphs_and_turtle_does_not(
    graph: Graph, tmp_path: Path
) -> None:
    exports.named("nq").write(graph, tmp_path / "x.nq")
    lines = (tmp_path / "x.nq").read_text(encoding="utf-8").splitlines()
    carried = graph.store.quads_for_pattern(None, None, None, sidecars.GRAPH)
    assert len(lines) == len(set(lines)) == len(graph.store) - len(list(carried))
    assert sum(line.endswith(f" <{USER}xml> .") for line in lines) == len(STATED)
    exports.named("nt").write(graph, tmp_path / "x.nt")
    assert PATIENT.value not in (tmp_path / "x.nt").read_text(encoding="utf-8")


# what is refused

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BAD: dict[str, tuple[str, str | bytes, str]] = {
    "malformed": ("x.ttl", TURTLE + "e:a e:b .\n", r"x\.ttl, line 3: not Turtle: .+"),
    "no such prefix": ("x.ttl", "f:a f:b f:c .", r"line 1: not Turtle: .*f:"),
    "cut Turtle": ("x.ttl", TURTLE[:-20], r"line 2: not Turtle: Unexpected end"),
    "cut N-Triples": ("x.nt", NTRIPLES[:-4], r"line 2: not N-Triples: Unexpected end"),
    "cut N-Quads": ("x.nq", NTRIPLES[:-4], r"line 2: not N-Quads: Unexpected end"),
    "cut TriG": ("x.trig", "<http://g> { <http://a> <http://b> 1", r"line 1: not TriG: .*end"),
    "cut JSON-LD": ("x.jsonld", JSON[:-2], r"line 2: not JSON-LD: .+"),
    "cut RDF/XML": ("x.rdf", XML[:-2], r"line 6: not well-formed XML \(.+\)"),
    "cut between XML elements": ("x.rdf", XML[:XML.rindex("</rdf:RDF")], "not well-formed XML"),
    "XML of something else": ("x.xml", "<a><b/></a>", r"x\.xml: not RDF/XML: .*namespace"),
    "empty": ("x.ttl", "", r"x\.ttl: the file is empty; fetch it again"),
    "empty gzip": ("x.nt.gz", "", r"x\.nt\.gz: the file is empty"),
    "no triple": ("x.ttl", "# nothing yet\n", r"x\.ttl: it holds no triple"),
    "plain JSON": ("x.json", '{"a": 1}', "it holds no triple; JSON without @context"),
    "Latin-1": ("x.ttl", TURTLE.encode("latin-1"), "line 2: not UTF-8 text; save it as UTF-8"),
    "UTF-16": ("x.nt", NTRIPLES.encode("utf-16"), "line 1: not UTF-8 text; save it as UTF-8"),
    "Latin-1 XML": (
        "x.rdf", XML.replace("?>", ' encoding="ISO-8859-1"?>').encode("latin-1"), "not UTF-8 text"
    ),
    "web page": ("x.ttl", "\n<!DOCTYPE html>\n<html></html>", "line 1: this is a web page, not"),
    "web page as XML": ("x.rdf", '<?xml version="1.0"?>\n<html xmlns="x"/>', "this is a web page"),
    "RDF/XML called Turtle": ("x.ttl", XML, r"line 1: this is RDF/XML; let its name end in \.rdf"),
    "Turtle called N-Triples": ("x.nt", TURTLE, "line 1: not N-Triples: .+"),
    "Turtle called RDF/XML": ("x.rdf", TURTLE, "line 1: not well-formed XML"),
    "billion laughs": (
        "x.rdf", XML.replace("?>", f'?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>').replace(
            "p\u00e2le", "&l9;"), "line 1: it has a document type, .*any amount of memory"
    ),
    "external entity": (
        "x.rdf", XML.replace("?>", '?>\n<!DOCTYPE x [<!ENTITY l SYSTEM "file:///etc/passwd">]>'),
        "line 2: it has a document type",
    ),
    "remote context": (
        "x.jsonld", '{"@context": "http://localhost:1/", "@id": "http://a", "name": "x"}',
        "its JSON-LD context is at another address, and nothing is fetched",
    ),
    "control character": ("x.ttl", '<> <p> "a\\u0007b" .', r"a control character in 'a\\x07b'"),
    "too long a text": ("x.ttl", f'<> <p> "{"a" * (quads.MAX_LITERAL + 1)}" .', "a text of 1,048"),
    "our inferred graph": ("x.trig", f"<{v.INFERRED.value}> {{ <a> <b> 1 }}", "it writes to the"),
    "another file's graph": ("x.nq", f"{TRIPLES[0]} <{USER}y> .", "keeps for its own; give that"),
    "not gzip": ("x.ttl", b"", ""),
    "cut gzip": ("x.ttl", b"", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, build_sample: Callable[[Path], store.Build]
) -> tuple[Path, dict[str, str]]:
    home = tmp_path_factory.mktemp("published")
    build_sample(home)
    return home, snapshot(home)


def snapshot(home: Path) -> dict[str, str]:
    return {str(path): store.sha256(path) for path in sorted(home.rglob("*")) if path.is_file()}


def refused(
    published: tuple[Path, dict[str, str]], sources: dict[str, Path], path: Path
) -> GenekgError:
    home, before = published
    with pytest.raises(GenekgError) as caught:
        pipeline.build(home, sources, rdf=[path], floors=False)
    assert snapshot(home) == before
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_sentence_and_the_store_is_untouched(
    kind: str,
    published: tuple[Path, dict[str, str]],
    sample_sources: dict[str, Path],
    tmp_path: Path,
) -> None:
    name, content, message = BAD[kind]
    path = put(tmp_path / name, content)
    if kind == "not gzip":
        path = tmp_path / "x.ttl.gz"
        path.write_text(TURTLE, encoding="utf-8")
        message = r"x\.ttl\.gz: damaged gzip \(Not a gzipped file.*\); fetch it again"
    elif kind == "cut gzip":
        path = tmp_path / "x.ttl.gz"
        path.write_bytes(gzip.compress(TURTLE.encode())[:-20])
        message = r"damaged gzip"
    error = refused(published, sample_sources, path)
    assert isinstance(error, SourceError)
    assert str(error).startswith(str(path))
    with pytest.raises(GenekgError, match=message):
        raise error


def test_absent_file_and_folder(
    published: tuple[Path, dict[str, str]], sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    error = refused(published, sample_sources, tmp_path / "absent.ttl")
    assert str(error) == f"{tmp_path / 'absent.ttl'}: no such file; check the path"
    (tmp_path / "folder.ttl").mkdir()
    error = refused(published, sample_sources, tmp_path / "folder.ttl")
    assert str(error).endswith("folder.ttl: a folder, not a file; name each file in it")


def test_a_file_that_vanishes_after_it_was_hashed(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceError, match="no such file; check the path"),
        user_graphs.read([tmp_path / "absent.ttl"], silent),
    ):
        pass


def test_names_that_do_not_do(tmp_path: Path) -> None:
    for name in ("notes.txt", "notes", ".ttl", "notes.zip", "notes.ttl.bz2"):
        with pytest.raises(UsageError, match=f"^{name} does not say .*let it end in .ttl, .nt"):
            user_graphs.names([Path(name)])
    with pytest.raises(UsageError, match=r"a/x.ttl and b/x.nt.gz would stand in the same graph"):
        user_graphs.names([Path("a/x.ttl"), Path("b/x.nt.gz")])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a limit that bites at once")
def test_a_file_that_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    deep = put(tmp_path / "deep.ttl", b"<http://a> <http://b> " + b"(" * 8_000_000)
    with (
        pytest.raises(SourceError, match=r"needs more than the 0\.12 GiB .*as N-Triples"),
        user_graphs.read([deep], silent, memory=1 << 27),
    ):
        pass


def test_a_file_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = put(tmp_path / "x.ttl", TURTLE)
    with (
        pytest.raises(SourceError, match=r"x\.ttl: not read within 0\.001 s; split it"),
        user_graphs.read([path], silent, deadline=0.001),
    ):
        pass


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import os; os.abort()", "the process that read it ended with code -6: no message"),
        ("raise MemoryError", "it needs more than the 2 GiB"),
        ("import os; os.kill(os.getpid(), 11)", "it nests too deep; write it as N-Triples"),
    ],
)
def test_a_death_of_the_reader_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    run = subprocess.run

    def die(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        return run([sys.executable, "-c", script], **options)

    monkeypatch.setattr(subprocess, "run", die)
    with (
        pytest.raises(SourceError, match=message),
        user_graphs.read([put(tmp_path / "x.ttl", TURTLE)], silent),
    ):
        pass


def test_nothing_is_left_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with user_graphs.read([put(tmp_path / "x.ttl", TURTLE)], silent) as (file,):
        assert place in file.quads.parents
        assert file.statements == {USER + "x": 2}
    bad = put(tmp_path / "y.ttl", "bad")
    with pytest.raises(SourceError), user_graphs.read([bad], silent):
        pass
    assert list(place.iterdir()) == []


# from a shell


def test_the_command_passes_the_files_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from genekg.cli.building import build

    given: dict[str, Any] = {}

    def note(home: Path, files: dict[str, Path], **options: Any) -> pipeline.Outcome:
        given.update(options)
        return pipeline.Outcome(store.Build(home, {}), new=False)

    monkeypatch.setattr(pipeline, "build", note)
    arguments = ["--rdf", "a.ttl", "--rdf", "b.nq.gz", "--store", str(tmp_path)]
    done = CliRunner().invoke(build, arguments)
    assert done.exit_code == 0, done.output
    assert given["rdf"] == (Path("a.ttl"), Path("b.nq.gz"))


def test_the_command_says_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    path = put(tmp_path / "bad.ttl", TURTLE[:-20])
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", "from genekg.cli import main; main()", "build", "--rdf", str(path)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "GENEKG_STORE": str(home)},
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == f"Error: {path}, line 2: not Turtle: Unexpected end of file"
    assert done.stdout == ""
    assert not home.exists()


def test_answers_and_licences_leave_the_users_graphs_out(
    tmp_path: Path, sample_sources: dict[str, Path], sample_graph: Graph
) -> None:
    """A file that repeats the whole graph, and says more of a condition, changes no answer."""
    path = tmp_path / "own.nt"
    exports.named("nt").write(sample_graph, path)
    condition = quads.node("MONDO:0020721")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{condition} {v.HAS_INHERITANCE} {quads.node('HP:0000006')} .\n")
        file.write(f'{condition} {v.LABEL} "another name" .\n')
    pipeline.build(tmp_path / "home", sample_sources, rdf=[path], floors=False)
    with genekg.graph.open(tmp_path / "home", build=False) as graph:
        for entity in ("MONDO:0020721", "HGNC:397", "HP:0001417", "HP:0001903"):
            assert repr(graph.show(entity)) == repr(sample_graph.show(entity))
        assert list(conflicts.find(graph)) == list(conflicts.find(sample_graph))
        kept = [set(licensing.statements(one, ["apache"])) for one in (graph, sample_graph)]
        assert kept[0] == kept[1]
