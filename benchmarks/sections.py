"""The parts of the benchmarks that ask genekg itself: its verbs, commands, build and worker."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import measuring
from measuring import Times, mark, measure, milliseconds

import genekg
from genekg import associations, search, user_sparql
from genekg.errors import QueryTimeoutError
from genekg.graph import Graph
from genekg.quads import node
from genekg.questions import SHAPES
from genekg.workers import Workers

Row: TypeAlias = dict[str, object]

LOOKUP, ANY = 0.005, 0.1
_TRIVIAL = "ASK {}"
# Never ends in anybody's lifetime, and needs no memory.
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

# A real question for each shape that genekg says it understands, and whether one entity is asked.
QUESTIONS: dict[str, tuple[str, bool]] = {
    "conditions with <inheritance>": ("conditions with X-linked inheritance", False),
    "conditions with <symptom> and <symptom> and <inheritance>": (
        "conditions with anemia and splenomegaly and X-linked inheritance",
        False,
    ),
    "conditions with <symptom> but not <symptom>": (
        "conditions with anemia but not splenomegaly",
        False,
    ),
    "conditions caused by <gene>": ("conditions caused by FGFR3", True),
    "conditions whose enzyme is <EC number or name>": (
        "conditions whose enzyme is EC:2.3.1.37",
        True,
    ),
    "genes that cause <condition>": ("genes that cause ORPHA:506", True),
    "symptoms of <condition>": ("symptoms of Marfan syndrome", True),
    "inheritance of <condition>": ("inheritance of Marfan syndrome", True),
    "enzyme of <condition or gene>": ("enzyme of ALAS2", True),
    "how common is <condition>": ("how common is X-linked sideroblastic anemia", True),
}
# The largest answers that a question can have.
_WORST = (
    "conditions with autosomal recessive inheritance",
    "conditions with seizure",
    "conditions with phenotypic abnormality",
    "conditions without seizure",
)
_SHOWN = {
    "condition, few facts": "DECIPHER:45",
    "condition, curated": "X-linked sideroblastic anemia",
    "condition, most symptoms": "Marfan syndrome",
    "gene": "FGFR3",
    "enzyme": "EC:2.3.1.37",
    "symptom, rare": "HP:0001924",
    "symptom, frequent": "HP:0001250",
    "mode": "HP:0001417",
}


def verbs(graph: Graph, repeat: int) -> list[Row]:
    """Measure what a person asks without SPARQL, warm."""
    if unknown := set(SHAPES) ^ set(QUESTIONS):
        raise SystemExit(f"the shapes of questions have changed: {', '.join(sorted(unknown))}")
    cases: list[tuple[str, Callable[[], object], float]] = []

    def add(name: str, function: Callable[[], object], *, lookup: bool) -> None:
        cases.append((name, function, LOOKUP if lookup else ANY))

    for text, lookup in QUESTIONS.values():
        add(f"ask {text}", lambda text=text: graph.ask(text), lookup=lookup)  # type: ignore[misc]
    for text in _WORST:
        add(f"ask {text}", lambda text=text: graph.ask(text), lookup=False)  # type: ignore[misc]
    for kind, text in _SHOWN.items():
        add(f"show {text} ({kind})", lambda text=text: graph.show(text), lookup=False)  # type: ignore[misc]
    alas2 = node(search.resolve(graph, "ALAS2").id)
    marfan = node(search.resolve(graph, "Marfan syndrome").id)
    add("why ALAS2 causes", lambda: associations.why(graph, alas2, "causes"), lookup=True)
    add("why Marfan inheritance", lambda: associations.why(graph, marfan, "inheritance"),
        lookup=True)  # fmt: skip
    add("why Marfan (all)", lambda: associations.why(graph, marfan), lookup=False)
    for text in ("OMIM:300751", "ALAS2", "Marfan syndrome", "Pallor"):
        add(f"resolve {text}", lambda text=text: search.resolve(graph, text), lookup=True)  # type: ignore[misc]
    add("search Marfan syndrome (exact)", lambda: search.find(graph, "Marfan syndrome"),
        lookup=True)  # fmt: skip
    for text in ("looks pale", "tired all the time", "anemia", "syndrome"):
        add(f"search {text}", lambda text=text: search.find(graph, text), lookup=False)  # type: ignore[misc]
    add("correct sideroblstic anemai (typo)",
        lambda: search.correct(graph, "sideroblstic anemai"), lookup=False)  # fmt: skip
    rows: list[Row] = []
    for name, function, target in cases:
        times, _ = measure(function, repeat)
        rows.append(_row(name, times, target))
    _print("Questions, cards, search: warm, in one process", rows)
    return rows


def commands(home: Path, repeat: int) -> list[Row]:
    """Measure whole commands from the shell, beside what Python itself takes."""
    script = Path(sys.executable).with_name("genekg")
    plain = (sys.executable, "-c", "from genekg.cli import main; main()")
    product = (str(script),) if script.exists() else plain
    sparql = "SELECT ?gene { ?gene biolink:causes ?condition } LIMIT 5"
    cases: list[tuple[str, tuple[str, ...], float | None]] = [
        ("python -c pass", (sys.executable, "-c", "pass"), None),
        ("python -c 'import pyoxigraph'", (sys.executable, "-c", "import pyoxigraph"), None),
        ("python -c 'import rdflib'", (sys.executable, "-c", "import rdflib"), None),
        ("genekg -h", (*product, "-h"), 0.15),
        ("genekg ask (509 rows)", (*product, "ask", "conditions with X-linked inheritance"), 0.3),
        ("genekg ask (one gene)", (*product, "ask", "conditions caused by ALAS2"), 0.3),
        ("genekg show", (*product, "show", "X-linked sideroblastic anemia"), 0.3),
        ("genekg search", (*product, "search", "looks pale"), 0.3),
        ("genekg why", (*product, "why", "ALAS2", "causes"), 0.3),
        ("genekg query", (*product, "query", "conditions_of_gene", "gene=ALAS2"), 0.3),
        ("genekg sparql", (*product, "sparql", sparql), 0.3),
    ]
    where = {"GENEKG_STORE": str(home)}
    rows: list[Row] = []
    for name, command, target in cases:
        measuring.run(command, environment=where)
        runs = [measuring.run(command, environment=where) for _ in range(repeat)]
        row = _row(name, Times(tuple(one.wall for one in runs)), target)
        row["cpu"] = milliseconds(Times(tuple(one.cpu for one in runs)).median)
        row["MB"] = f"{max(one.peak for one in runs) / 1e6:.0f}"
        rows.append(row)
    bare = min(float(str(rows[0]["seconds"])), 1.0)
    for row in rows:
        row["to python"] = measuring.ratio(float(str(row["seconds"])), bare)
    _print("Commands: cold, each a process of its own", rows)
    return rows


def opening(home: Path, repeat: int) -> list[Row]:
    """Measure opening the graph, and asking it the first thing."""

    def opened() -> None:
        with genekg.open(home, build=False):
            pass

    def first() -> None:
        with genekg.open(home, build=False) as graph:
            graph.ask("conditions with X-linked inheritance")

    rows = [
        _row("open the graph", measure(opened, repeat)[0], ANY),
        _row("open it and ask a first question", measure(first, repeat)[0], None),
    ]
    _print("Opening", rows)
    return rows


def worker(graph: Graph, repeat: int) -> list[Row]:
    """Measure the processes that run users' SPARQL."""

    def cold() -> None:
        with Workers(graph.build.graph) as pool:
            pool.run(_TRIVIAL, format="json")

    late: list[float] = []
    with Workers(graph.build.graph) as pool:
        warm, _ = measure(lambda: pool.run(_TRIVIAL, format="json"), repeat)
        for _ in range(5):
            pool.run(_TRIVIAL, format="json")
            start = time.perf_counter()
            try:
                pool.run(_ENDLESS, format="json", deadline=0.3)
            except QueryTimeoutError:
                late.append(time.perf_counter() - start - 0.3)
            else:
                raise SystemExit("the endless query came to an end")
        again, _ = measure(lambda: pool.run(_TRIVIAL, format="json"), 3)
    text = "SELECT ?gene ?condition { ?gene biolink:causes ?condition }"
    rows = [
        _row("cold: start, open, answer, end", measure(cold, min(repeat, 9))[0], None),
        _row("warm: a round trip", warm, None),
        _row("an endless query: answer after its deadline", Times(tuple(late)), None),
        _row("a round trip after that", again, None),
        _row("graph.sparql, 132 rows",
             measure(lambda: user_sparql.table(graph, text), repeat)[0], ANY),
    ]  # fmt: skip
    _print("The worker process", rows)
    return rows


def build(repeat: int) -> list[Row]:
    """Measure the default build into a new place, and the second one that has nothing to do."""
    place = Path(tempfile.mkdtemp(prefix="genekg-bench-"))
    command = (sys.executable, "-c", "from genekg.cli import main; main()", "build")
    where = {"GENEKG_STORE": str(place)}
    try:
        first = measuring.run(command, environment=where)
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        second = [measuring.run(command, environment=where).wall for _ in range(min(repeat, 3))]
    finally:
        shutil.rmtree(place)
    measured = (
        ("wall, s", first.wall, 60.0),
        ("processor, s", first.cpu, None),
        ("peak memory, MB", first.peak / 1e6, 2500.0),
        ("store on disk, MB", size / 1e6, 800.0),
        ("a second build, s", Times(tuple(second)).median, None),
    )
    rows: list[Row] = [
        {"": name, "measured": f"{value:.1f}", "target": target or "",
         "met": mark(value, target), "value": value}
        for name, value, target in measured
    ]  # fmt: skip
    _print("The default build", rows)
    return rows


def _row(name: str, times: Times, target: float | None) -> Row:
    return {
        "": name,
        "median ms": milliseconds(times.median),
        "p95 ms": milliseconds(times.p95),
        "target ms": f"{target * 1000:g}" if target else "",
        "met": mark(times.median, target),
        "seconds": times.median,
    }


def _print(title: str, rows: list[Row]) -> None:
    columns = [name for name in rows[0] if name not in ("seconds", "value")]
    measuring.table(title, columns, [[row[name] for name in columns] for row in rows])
