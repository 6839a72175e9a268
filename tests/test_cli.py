"""The command line as a person runs it: output, exit codes, one clear sentence for a fault."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from genekg.cli import COMMANDS, cli

RUN = [sys.executable, "-c", "from genekg.cli import main; main()"]
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def run(sample_home: Path):  # type: ignore[no-untyped-def]
    def call(
        *arguments: str, home: Path = sample_home, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GENEKG_STORE": str(home), "NO_COLOR": "1"}
        return subprocess.run(
            [*RUN, *arguments],
            capture_output=True, text=True, env=environment, input=stdin, timeout=120, check=False,
        )  # fmt: skip

    return call


def rows(output: str) -> list[list[str]]:
    return [line.split("\t") for line in output.splitlines()]


def test_help_names_every_command_and_imports_little() -> None:
    watched = "numpy,rich,pyoxigraph,rdflib,networkx,sqlite3,pandas"
    code = (
        "import sys; from genekg.cli import cli\n"
        "try: cli.main(['-h'])\n"
        "except SystemExit: pass\n"
        f"heavy = [m for m in '{watched}'.split(',') if m in sys.modules]\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name in COMMANDS:
        assert f"  {name} " in done.stdout
    assert "not for diagnosis or care" in done.stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"
    readme = (Path(__file__).parent.parent / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"## genekg {name}" in readme


def test_ask_prints_tsv_in_a_pipe_and_says_what_it_understood(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "conditions with X-linked inheritance")
    assert done.returncode == 0
    header, *body = rows(done.stdout)
    assert header == ["condition", "label", "inheritance", "sources"]
    assert "MONDO:0020721" in [row[0] for row in body]
    assert "Understood: conditions with X-linked inheritance (HP:0001417)" in done.stderr
    assert "stated by HPO annotations" in done.stderr


def test_ask_shows_its_sparql(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "--sparql", "conditions with X-linked inheritance")
    assert "gk:hasInheritanceOrAncestor" in done.stderr


@pytest.mark.parametrize("format_name", ["csv", "json", "jsonl", "md", "html", "tsv"])
def test_every_format_has_the_same_rows(run, tmp_path: Path, format_name: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / f"found.{format_name}"
    done = run("ask", "conditions with X-linked inheritance", "-o", str(path))
    assert done.returncode == 0
    assert f"rows written to {path}" in done.stderr
    text = path.read_text(encoding="utf-8")
    expected = len(rows(run("ask", "conditions with X-linked inheritance").stdout)) - 1
    counts = {
        "csv": lambda: len(list(csv.reader(io.StringIO(text)))) - 1,
        "json": lambda: len(json.loads(text)),
        "jsonl": lambda: len([json.loads(line) for line in text.splitlines()]),
        "md": lambda: len(text.splitlines()) - 2,
        "html": lambda: text.count("<tr>") - 1,
        "tsv": lambda: len(text.splitlines()) - 1,
    }
    assert counts[format_name]() == expected > 0
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_understood_exits_3_and_says_what_can_be_asked(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "sing me a song")
    assert done.returncode == 3
    assert done.stdout == ""
    assert "conditions with <inheritance>" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "no such thing"), 3, "no entity is named 'no such thing'"),
        (("search", "zzzzqqqq"), 3, "nothing is named like 'zzzzqqqq'"),
        (("query", "conditions_of_gen", "gene=ALAS2"), 2, "did you mean conditions_of_gene"),
        (("query", "conditions_of_gene", "ALAS2"), 2, "'ALAS2' is not KEY=VALUE"),
        (("query", "conditions_of_gene", "gen=ALAS2"), 2, "gen"),
        (("query", "conditions_of_gene"), 2, "gene"),
        (("query", "conditions_of_gene", "gene=NOSUCHGENE"), 3, "no gene is named 'NOSUCHGENE'"),
        (("why", "XLSA", "no_such_predicate"), 3, "no source states that"),
        (("build", "--source", "hpo"), 2, "'hpo' is not NAME=PATH"),
        (("build", "--source", "nosuch=x"), 2, "no source named 'nosuch'"),
        (("build", "--source", "hpo=/no/such/hp.obo"), 1, "/no/such/hp.obo: no such file"),
        (("assk", "x"), 2, "did you mean 'ask'"),
        (("sparql", "SELECT ?x { ?x a biolnk:Gene }"), 1, "biolink"),
        (("sparql", "SELECT ?x { ?x a biolink:Gene"), 1, "line 1"),
        (("sparql", "SELECT ?x { SERVICE <http://127.0.0.1:1/> { ?x ?y ?z } }"), 1, "SERVICE"),
        (("sparql", "INSERT DATA { <a:b> <a:b> <a:b> }"), 1, "read-only"),
        (("sparql", "SELECT ?x " + "{" * 5000 + "}" * 5000), 1, "nested"),
        (("sparql", "--timeout", "0.5", CROSS), 1, "0.5 s"),
        (("sparql", "ASK { ?x a ?y FILTER(xsd:int(?x)) }"), 1, "knows no function"),
        (("sparql", "nosuchfile.rq"), 2, "neither a query nor a file"),
        (("export", "NOSUCH", "--format", "nt"), 3, "no entity is named 'NOSUCH'"),
    ],
)
def test_faults_have_a_code_and_one_clear_message(run, arguments, code, message) -> None:  # type: ignore[no-untyped-def]
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_search_says_did_you_mean(run) -> None:  # type: ignore[no-untyped-def]
    done = run("search", "siderblastic anemia")
    assert done.returncode == 0
    assert "Did you mean 'sideroblastic anemia'?" in done.stderr


def test_show_prints_the_card(run) -> None:  # type: ignore[no-untyped-def]
    text = run("show", "ORPHA:75563").stdout
    assert text.startswith("X-linked sideroblastic anemia  MONDO:0020721  (condition)")
    for part in ("ALAS2", "EC:2.3.1.37", "## Symptoms", "not for diagnosis or care"):
        assert part in text
    assert json.loads(run("show", "--json", "ORPHA:75563").stdout)["id"] == "MONDO:0020721"


def test_why_prints_the_sources(run) -> None:  # type: ignore[no-untyped-def]
    header, *body = rows(run("why", "ALAS2", "causes").stdout)
    assert header[:3] == ["subject", "predicate", "object"]
    assert {row[2] for row in body} == {"MONDO:0020721", "MONDO:0010420"}


def test_questions_of_ones_own(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    text = "#+ summary: Own.\n#+ sort: symbol\n#+ keywords: mine\n"
    text += "SELECT ?symbol { ?g biolink:symbol ?symbol }\n"
    (tmp_path / "mine.rq").write_text(text, encoding="utf-8")
    done = run("query", "mine", "--queries", str(tmp_path))
    assert done.stdout.splitlines()[:2] == ["symbol", "ABCB7"]
    monkeypatch.setenv("GENEKG_QUERIES", str(tmp_path))
    done = run("queries", "mine")
    assert done.stdout.splitlines()[1:] == ["mine\tOwn.\tgenekg query mine"]
    assert run("query", "mine").returncode == 0
    done = run("queries", "nosuchword")
    assert done.returncode == 3
    (tmp_path / "mine.rq").write_text("SELECT ?x {}", encoding="utf-8")
    done = run("queries")
    assert done.returncode == 2
    assert "mine.rq, line 1: no summary; begin the file with" in done.stderr


def test_sparql_says_what_would_help(run) -> None:  # type: ignore[no-untyped-def]
    done = run("sparql", "SELECT ?s { omim:300751 biolink:has_phenotype ?s }")
    assert "Advice: OMIM:300751 is no node of its own: MONDO:0020721" in done.stderr
    done = run("sparql", "--timeout", "0.5", CROSS)
    assert "Advice: nothing joins" in done.stderr
    done = run("sparql", "SELECT ?s { obo:MONDO_0020721 biolink:has_phenotype ?s } LIMIT 1")
    assert done.stderr == ""


def test_sparql_is_explained(run) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT ?c { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 }"
    done = run("sparql", "--explain", "--format", "csv", text)
    assert "Rewritten, line 1: ?c biolink:has_phenotype/rdfs:subClassOf*" in done.stderr
    header, *rows = done.stdout.splitlines()
    assert header == "part,rows alone,ms alone,rows with all before,ms with all before"
    assert len(rows) == 2
    done = run("sparql", "--explain", "--format", "ttl", text)
    assert done.returncode == 2
    assert "ttl is no format for --explain" in done.stderr


def test_sparql_from_text_file_and_standard_input(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    query = "SELECT ?gene { ?gene biolink:causes obo:MONDO_0020721 }"
    path = tmp_path / "q.rq"
    path.write_text(query, encoding="utf-8")
    expected = "gene\nHGNC:397\n"
    assert run("sparql", query).stdout == expected
    assert run("sparql", str(path)).stdout == expected
    assert run("sparql", "-", stdin=query).stdout == expected


def test_sparql_forms_and_formats(run) -> None:  # type: ignore[no-untyped-def]
    assert run("sparql", "ASK { hgnc:397 a biolink:Gene }").stdout == "answer\ntrue\n"
    turtle = run("sparql", "DESCRIBE hgnc:397").stdout
    assert "biolink:Gene" in turtle
    triples = run(
        "sparql", "--format", "nt", "CONSTRUCT { ?s a gk:X } { ?s biolink:symbol 'ALAS2' }"
    ).stdout
    assert triples.startswith("<http://identifiers.org/hgnc/397> ")
    done = run("sparql", "--format", "json", "SELECT * { ?b a gk:SourceRelease }")
    standard = json.loads(done.stdout)
    assert standard["head"]["vars"] == ["b"]


def test_ctrl_c_ends_sparql_at_once_with_130(sample_home: Path) -> None:
    environment = {**os.environ, "GENEKG_STORE": str(sample_home)}
    process = subprocess.Popen(
        [*RUN, "sparql", CROSS], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(1.5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - started < 1
    assert b"Traceback" not in errors


def test_a_closed_pipe_ends_without_a_word(sample_home: Path) -> None:
    environment = {**os.environ, "GENEKG_STORE": str(sample_home)}
    process = subprocess.Popen(
        [*RUN, "export", "--format", "nt"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=20) == 141
    assert errors == b""


def test_queries_are_listed_and_found(run) -> None:  # type: ignore[no-untyped-def]
    every = rows(run("queries").stdout)[1:]
    assert len(every) >= 15
    some = rows(run("queries", "enzyme").stdout)[1:]
    assert 0 < len(some) < len(every)


def test_info_and_verify(run) -> None:  # type: ignore[no-untyped-def]
    text = run("info").stdout
    assert "hpo-annotations" in text
    assert "https://hpo.jax.org/license" in text
    done = run("verify")
    assert done.returncode == 0
    assert "files are what was published" in done.stderr


def test_verify_notices_a_changed_file(run, sample_home: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import shutil

    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    (changed,) = home.glob("builds/*/arrays/out_nodes.npy")
    content = bytearray(changed.read_bytes())
    content[-1] ^= 1
    changed.write_bytes(content)
    done = run("verify", home=home)
    assert done.returncode == 1
    assert "out_nodes.npy is not what was published" in done.stderr


def test_build_twice_says_that_nothing_changed(  # type: ignore[no-untyped-def]
    run, sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    from genekg import pipeline

    home = tmp_path / "home"
    pipeline.build(home, sample_sources, floors=False)
    given = [f"--source={name}={path}" for name, path in sample_sources.items()]
    done = run("build", *given, home=home)
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed" in done.stderr


def test_export_writes_a_file_and_standard_output(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "alas2.graphml"
    done = run("export", "ALAS2", "-o", str(path))
    assert done.returncode == 0, done.stderr
    assert "of graphml written" in done.stderr
    assert "hgnc/397" in run("export", "ALAS2", "--format", "nt").stdout
