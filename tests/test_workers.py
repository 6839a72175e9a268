from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store

from genekg.errors import (
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreError,
    UsageError,
)
from genekg.result_writer import Full, RowWriter
from genekg.sparql import prepare
from genekg.workers import Workers

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's means are Linux's")
posix = pytest.mark.skipif(os.name != "posix", reason="signals")
ROWS = 3000
ALL_WITH_ALL = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
TABLES = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS = {
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    store = Store(str(path))
    store.bulk_extend(
        Quad(NamedNode(f"http://e/s{n // 50}"), NamedNode(f"http://e/p{n % 50}"), Literal(str(n)))
        for n in range(ROWS)
    )
    store.flush()
    return path


@pytest.fixture(scope="session")
def shared(folder: Path) -> Iterator[Workers]:
    with Workers(folder) as workers:
        yield workers


@pytest.fixture
def workers(folder: Path) -> Iterator[Workers]:
    with Workers(folder) as pool:
        yield pool


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def eventually(condition: Callable[[], bool], seconds: float = 3.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def children(pid: int) -> list[int]:
    try:
        found = Path("/proc").glob(f"{pid}/task/*/children")
        return [int(child) for task in found for child in task.read_text().split()]
    except OSError:
        return []


def right_again(workers: Workers) -> None:
    answer = workers.run("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", format="csv")
    assert answer.data == b"n\r\n%d\r\n" % ROWS


# Answers


@pytest.mark.parametrize("name", TABLES)
def test_select_and_ask_in_each_format(shared: Workers, folder: Path, name: str) -> None:
    store = Store.read_only(str(folder))
    text = "SELECT ?s ?o { ?s <http://e/p3> ?o }"
    answer = shared.run(text, format=name)
    assert answer.data == store.query(text).serialize(format=TABLES[name])  # type: ignore[arg-type]
    assert (answer.form, answer.variables) == ("select", ("s", "o"))
    assert (answer.rows, answer.truncated) == (ROWS // 50, False)
    assert answer.seconds > 0
    ask = shared.run("ASK { ?s ?p 'nobody' }", format=name)
    assert (ask.form, ask.variables, ask.rows) == ("ask", (), 1)
    assert b"false" in ask.data


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize(
    "form", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE <http://e/s1>"]
)
def test_construct_and_describe_in_each_format(shared: Workers, name: str, form: str) -> None:
    answer = shared.run(f"PREFIX e: <http://e/> {form}", format=name)
    assert answer.form == "construct"
    triples = list(pyoxigraph.parse(answer.data, format=GRAPHS[name]))
    assert len(set(triples)) == answer.rows == (ROWS if "CONSTRUCT" in form else 50)
    if name in ("ttl", "trig"):
        assert b"@prefix e: <http://e/>" in answer.data
        assert b"\ne:s1 e:p" in answer.data


def test_a_prepared_query_gives_its_prefixes_to_turtle(shared: Workers) -> None:
    ready = prepare("DESCRIBE e:s1", prefixes={"e": "http://e/"})
    assert b"@prefix e: <http://e/>" in shared.run(ready, format="ttl").data


@pytest.mark.parametrize("name", TABLES)
def test_star_keeps_the_order_of_the_text(shared: Workers, name: str) -> None:
    answer = shared.run("SELECT * { ?z ?m ?a } LIMIT 1", format=name)
    assert answer.variables == ("z", "m", "a")
    places = [answer.data.find(c) for c in (b"http://e/s", b"http://e/p")]
    assert -1 < places[0] < places[1]
    if name == "csv":
        assert answer.data.startswith(b"z,m,a\r\n")


def test_a_format_that_does_not_suit_is_a_usage_error(shared: Workers) -> None:
    with pytest.raises(UsageError, match="json, xml, csv, tsv"):
        shared.run("SELECT * { ?s ?p ?o }", format="ttl")
    with pytest.raises(UsageError, match="ttl"):
        shared.run("DESCRIBE <http://e/s1>", format="csv")


def test_a_syntax_error_has_the_line_of_the_users_text(shared: Workers) -> None:
    ready = prepare("SELECT ?x {\n ?x e:p0 . }", prefixes={"e": "http://e/"})
    with pytest.raises(QueryError, match=r"line 2, column 10: found '\.'"):
        shared.run(ready, format="csv")


# Limits


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("limit", [0, 1, 7, ROWS - 1, ROWS, ROWS + 1])
def test_row_limit(shared: Workers, folder: Path, name: str, limit: int) -> None:
    text = "SELECT ?s ?p ?o { ?s ?p ?o }"
    answer = shared.run(text, format=name, max_rows=limit)
    expected = Store.read_only(str(folder)).query(f"{text} LIMIT {limit}")
    assert answer.data == expected.serialize(format=TABLES[name])  # type: ignore[arg-type]
    assert (answer.rows, answer.truncated) == (min(limit, ROWS), limit < ROWS)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("limit", [300, 5_000, 40_000])
def test_byte_limit_leaves_whole_rows(shared: Workers, name: str, limit: int) -> None:
    answer = shared.run("SELECT ?s ?p ?o { ?s ?p ?o }", format=name, max_bytes=limit)
    assert limit - 250 < len(answer.data) <= limit
    assert answer.truncated
    if name == "json":
        assert len(json.loads(answer.data)["results"]["bindings"]) == answer.rows
    elif name == "csv":
        assert len(list(csv.reader(io.StringIO(answer.data.decode())))) == answer.rows + 1
    else:
        parsed = pyoxigraph.parse_query_results(answer.data, format=TABLES[name])
        assert len(list(parsed)) == answer.rows  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GRAPHS)
def test_triple_and_byte_limits(shared: Workers, name: str) -> None:
    text = "PREFIX e: <http://e/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = shared.run(text, format=name, max_rows=9)
    assert len(list(pyoxigraph.parse(answer.data, format=GRAPHS[name]))) == answer.rows == 9
    assert answer.truncated
    assert not shared.run(text, format=name, max_rows=ROWS).truncated
    for limit in (2_000, 30_000):
        answer = shared.run(text, format=name, max_bytes=limit)
        found = len(list(pyoxigraph.parse(answer.data, format=GRAPHS[name])))
        assert answer.truncated == (found < ROWS)
        assert 0 < found == answer.rows
        assert len(answer.data) <= limit


def test_a_byte_limit_below_one_row_says_so(shared: Workers) -> None:
    with pytest.raises(QueryLimitError, match="10 bytes"):
        shared.run("SELECT ?s ?p ?o { ?s ?p ?o }", format="json", max_bytes=10)


def test_rows_are_cut_exactly_whatever_is_in_them() -> None:
    """Against the engine's own LIMIT, with chunks of any size."""
    pick = random.Random(1)
    nasty = ['"', "\n", "\r", ",", "{", "[", "}", "\\", "<result>", "a", "_", '""', ",{", "[{", "é"]
    store = Store()
    for _ in range(60):
        count, width = pick.choice([0, 1, 2, 9]), pick.choice([1, 2, 3])
        names = " ".join(f"?v{n}" for n in range(width))
        rows = " ".join(
            "("
            + " ".join(
                pick.choice(["UNDEF", str(Literal("".join(pick.choices(nasty, k=7))))])
                for _ in range(width)
            )
            + ")"
            for _ in range(count)
        )
        text = f"SELECT {names} {{ VALUES ({names}) {{ {rows} }} }}"
        for name, table in TABLES.items():
            cuts = [
                store.query(f"{text} LIMIT {n}").serialize(format=table)  # type: ignore[arg-type]
                for n in range(count + 1)
            ]
            whole = cuts[-1]
            assert whole is not None
            for limit in (None, pick.randint(1, len(whole) + 9)):
                most = pick.choice([None, 0, 1, count])
                writer = RowWriter(name, max_rows=most, max_bytes=limit)
                fitting = [
                    n
                    for n, cut in enumerate(cuts)
                    if (most is None or n <= most) and (limit is None or len(cut or b"") <= limit)
                ]
                place = 0
                try:
                    while place < len(whole):
                        size = pick.choice([1, 2, 3, 7, 50, 8192])
                        writer.write(whole[place : place + size])
                        place += size
                except Full:
                    pass
                writer.finish()
                assert bytes(writer.data) == (cuts[fitting[-1]] if fitting else b"")
                assert writer.rows == (fitting[-1] if fitting else 0)
                assert writer.truncated == (fitting[-1:] != [count])


# What breaks an engine


def test_deadline_kills_the_worker_and_the_next_answer_is_right(workers: Workers) -> None:
    right_again(workers)
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"0\.5 s"):
        workers.run(ALL_WITH_ALL, format="json", deadline=0.5)
    assert time.monotonic() - start < 1.5
    right_again(workers)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {'{' * 5000}{'}' * 5000}",
        f"SELECT * {{ FILTER({'(' * 5000}1{')' * 5000}) }}",
        f"SELECT * {{ FILTER(1{'+1' * 100_000}) }}",
    ],
)
def test_deep_nesting_costs_a_worker_and_not_the_process(workers: Workers, text: str) -> None:
    with pytest.raises(QueryLimitError, match="nests too deep"):
        workers.run(text, format="json")
    right_again(workers)


def test_a_star_join_of_40_patterns_meets_its_deadline(workers: Workers) -> None:
    patterns = " ".join(f"?x ?p{n} ?o{n} ." for n in range(40))
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError):
        workers.run(f"SELECT (COUNT(*) AS ?n) {{ {patterns} }}", format="json", deadline=1)
    assert time.monotonic() - start < 2
    right_again(workers)


@linux
@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?z12 { BIND('aaaaaaaaaaaaaaaaaaaaaaaa' AS ?z0) "
        + " ".join(f"BIND(CONCAT({', '.join([f'?z{n}'] * 8)}) AS ?z{n + 1})" for n in range(12))
        + " }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c",
        "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?d ?e ?f . ?g ?h ?i }",
    ],
)
def test_memory_bombs_meet_the_memory_limit(folder: Path, text: str) -> None:
    with Workers(folder, memory=300 << 20) as pool:
        with pytest.raises(QueryLimitError, match="GiB"):
            pool.run(text, format="json", deadline=60)
        right_again(pool)


@linux
def test_a_service_that_passes_the_tokeniser_reaches_no_socket(workers: Workers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        address = f"<http://127.0.0.1:{listening.getsockname()[1]}/>"
        for silent in ("", "SILENT "):
            text = f"SELECT * {{ SERVICE {silent}{address} {{ ?s ?p ?o }} }}"
            try:
                workers.run(text, format="json")
            except QueryRefusedError:
                assert not silent
        with pytest.raises(TimeoutError):
            listening.accept()


@linux
def test_the_filter_forbids_sockets_and_processes_and_allows_threads() -> None:
    script = """
import os, socket, subprocess, threading
from genekg.sandbox import forbid_system_calls
done = forbid_system_calls()
def refused(call):
    try:
        call()
    except PermissionError:
        return True
    return False
def sockets():
    results.append(refused(socket.socket))
results = [done, refused(socket.socket), refused(socket.socketpair), refused(os.fork)]
results.append(refused(lambda: os.execv("/bin/true", ["true"])))
results.append(refused(lambda: subprocess.run(["/bin/true"])))
results.append(refused(lambda: os.kill(os.getppid(), 0)))
thread = threading.Thread(target=sockets); thread.start(); thread.join()
print(results)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == str([True] * 8), done.stderr


# Parents


PARENT = """
import sys
from pathlib import Path
from genekg.workers import Workers
with Workers(Path(sys.argv[1])) as workers:
    workers.run("ASK {}", format="json")
    print("ready", flush=True)
    workers.run(sys.argv[2], format="json", deadline=60)
"""


def parent_with_a_long_query(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), ALL_WITH_ALL],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    time.sleep(0.3)
    found = children(parent.pid)
    assert len(found) == 1
    return parent, found


@linux
def test_ctrl_c_ends_parent_and_worker_within_a_second(folder: Path) -> None:
    parent, (worker,) = parent_with_a_long_query(folder)
    with parent:
        start = time.monotonic()
        parent.send_signal(signal.SIGINT)
        code = parent.wait(5)
        assert time.monotonic() - start < 1
    assert code in (130, -signal.SIGINT)
    assert eventually(lambda: not running(worker))


@linux
def test_a_worker_dies_with_a_parent_that_is_killed(folder: Path) -> None:
    parent, (worker,) = parent_with_a_long_query(folder)
    with parent:
        parent.kill()
    assert eventually(lambda: not running(worker))


@posix
def test_a_worker_outlives_sigint_of_its_own(folder: Path) -> None:
    with Workers(folder) as pool:
        right_again(pool)
        (worker,) = pool._all
        worker._process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        assert worker.alive()
        right_again(pool)


@linux
def test_a_worker_outlives_the_thread_that_first_asked(folder: Path) -> None:
    with Workers(folder) as pool:
        thread = threading.Thread(target=right_again, args=(pool,))
        thread.start()
        thread.join()
        time.sleep(0.2)
        (worker,) = pool._all
        assert worker.alive()


def test_a_worker_that_died_while_idle_is_replaced(workers: Workers) -> None:
    right_again(workers)
    (worker,) = workers._all
    worker._process.kill()
    worker._process.wait()
    right_again(workers)


# Threads and ends


def test_many_threads_get_their_own_answers(folder: Path) -> None:
    wrong: list[object] = []

    def ask(number: int, pool: Workers) -> None:
        for turn in range(10):
            n = number * 10 + turn
            answer = pool.run(f"SELECT ({n} AS ?n) {{}}", format="tsv")
            if answer.data != f"?n\n{n}\n".encode():
                wrong.append(answer)

    with Workers(folder, size=2) as pool:
        threads = [threading.Thread(target=ask, args=(n, pool)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(pool._all) <= 2
    assert wrong == []


def test_close_ends_a_running_query_and_leaves_no_process(folder: Path) -> None:
    raised: list[BaseException] = []
    pool = Workers(folder)
    right_again(pool)
    (worker,) = pool._all

    def ask() -> None:
        try:
            pool.run(ALL_WITH_ALL, format="json", deadline=60)
        except QueryError as error:
            raised.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    pool.close()
    thread.join(2)
    assert not thread.is_alive()
    assert "closed" in str(raised[0])
    assert worker._process.returncode is not None
    with pytest.raises(QueryError, match="closed"):
        pool.run("ASK {}", format="json")


@linux
def test_no_zombie_is_left(folder: Path) -> None:
    before = set(children(os.getpid()))
    with Workers(folder, size=2) as pool:
        right_again(pool)
        with pytest.raises(QueryTimeoutError):
            pool.run(ALL_WITH_ALL, format="json", deadline=0.2)
        right_again(pool)
    assert set(children(os.getpid())) <= before


def test_waiting_for_a_free_worker_has_the_deadline_too(workers: Workers) -> None:
    right_again(workers)

    def occupy() -> None:
        with pytest.raises(QueryTimeoutError):
            workers.run(ALL_WITH_ALL, format="json", deadline=1.5)

    thread = threading.Thread(target=occupy)
    thread.start()
    time.sleep(0.2)
    with pytest.raises(QueryTimeoutError, match="no worker was free"):
        workers.run("ASK {}", format="json", deadline=0.2)
    thread.join()


def test_a_store_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with Workers(tmp_path / "none") as pool, pytest.raises(StoreError):
        pool.run("ASK {}", format="json")


@pytest.mark.parametrize("limits", [{"deadline": 0}, {"max_rows": -1}, {"max_bytes": 0}])
def test_senseless_limits(shared: Workers, limits: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        shared.run("ASK {}", format="json", **limits)


def test_the_worker_imports_little() -> None:
    script = "import sys, genekg.worker; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "genekg.worker" in loaded
    assert not loaded & {"rich", "click", "numpy", "networkx", "rdflib", "genekg.workers"}
