"""Queries that would hurt: each must end in time, hurt nobody, and call nobody.

python benchmarks/attacks.py --store FOLDER [--timeout 3]

Starts a server, sends each query with a deadline, and after each asks for a count that is known.
Prints a line for each, and at the end JSON. A socket listens at the address that SERVICE and LOAD
name; a connection to it would be counted.
"""

from __future__ import annotations

import argparse
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from soak import children, resident, started

import genekg

PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
LABELS = "?s rdfs:label ?l"


def attacks(target: str) -> Iterator[tuple[str, str]]:
    """Yield each attack: its name, and its text; ``target`` is an address to call."""
    for depth in (100, 190, 2_000, 200_000):
        yield f"{depth} nested braces", "SELECT * " + "{" * depth + "?s ?p ?o" + "}" * depth
        brackets = "(" * depth + "1" + ")" * depth
        yield (
            f"{depth} nested parentheses",
            f"SELECT * {{ ?s ?p ?o FILTER({brackets} = 1) }} LIMIT 1",
        )
    for depth in (1_000, 30_000, 400_000):
        yield f"{depth} negations", "SELECT * { ?s ?p ?o FILTER(" + "!" * depth + "true) } LIMIT 1"
        yield f"{depth} minus signs", "SELECT (" + "- " * depth + "1 AS ?x) {}"
    for number in (100, 10_000, 30_000):
        unions = " UNION ".join(["{ ?s ?p ?o }"] * number)
        yield f"{number} UNIONs", f"SELECT (COUNT(*) AS ?n) {{ {unions} }}"
    for number in (12, 40, 400):
        star = " . ".join(f"?s ?p{n} ?o{n}" for n in range(number))
        yield f"star join of {number}", f"SELECT * {{ {star} }}"
        chain = " . ".join(f"?s{n} ?p{n} ?s{n + 1}" for n in range(number))
        yield f"chain of {number}", f"SELECT * {{ {chain} }}"
    yield "300 OPTIONALs", "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?q ?r } " * 300 + "}"
    yield "60 nested OPTIONALs", "SELECT * { ?s ?p ?o " + "OPTIONAL { ?a ?b ?c " * 60 + "}" * 61
    yield (
        "60 nested NOT EXISTS",
        ("SELECT * { ?s ?p ?o " + "FILTER NOT EXISTS { ?a ?b ?c " * 60 + "}" * 61),
    )
    yield "product of two", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    yield "product of three", f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}"
    yield "product, filtered", f"SELECT * {{ {PRODUCT} FILTER(?c + ?f + ?i < 0) }}"
    yield "product, distinct", f"SELECT DISTINCT ?a ?e ?i {{ {PRODUCT} }}"
    yield "product, grouped", f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {PRODUCT} }} GROUP BY ?a ?d"
    yield "product, ordered", f"SELECT * {{ {PRODUCT} }} ORDER BY ?i ?f ?c"
    yield "product, constructed", f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {PRODUCT} }}"
    yield "product, described", f"DESCRIBE ?a ?d ?g {{ {PRODUCT} }}"
    yield "product, hashed", f"SELECT (MAX(SHA512(STR(?c))) AS ?x) {{ {PRODUCT} }}"
    yield "minus of all", "SELECT * { ?a ?b ?c MINUS { ?d ?e ?f . ?g ?b ?i } }"
    yield "every path", "SELECT (COUNT(*) AS ?n) { ?a (<x:x>|!<x:x>)* ?b }"
    yield "every path, both ways", "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)+ ?b }"
    yield "closure of a closure", "SELECT (COUNT(*) AS ?n) { ?a ((rdfs:subClassOf*)*)* ?b }"
    yield (
        "two closures",
        "SELECT (COUNT(*) AS ?n) { ?a rdfs:subClassOf* ?b . ?c rdfs:subClassOf* ?d }",
    )
    yield (
        "path of 20,000 steps",
        "SELECT * { ?a " + "/".join(["rdfs:subClassOf"] * 20_000) + " ?b }",
    )
    yield "path of 20,000 ways", "SELECT * { ?a (" + "|".join(["rdfs:label"] * 20_000) + ")* ?b }"
    yield "path of 190 brackets", "SELECT * { ?a " + "(" * 190 + "rdfs:label" + ")*" * 190 + " ?b }"
    yield "order of all", "SELECT * { ?s ?p ?o } ORDER BY ?o ?p ?s"
    yield (
        "order by strings",
        "SELECT * { ?s ?p ?o } ORDER BY DESC(CONCAT(STR(?o), STR(?s))) LIMIT 1",
    )
    yield "order by chance", "SELECT * { ?s ?p ?o } ORDER BY RAND() LIMIT 5"
    yield "distinct all", "SELECT DISTINCT ?s ?p ?o { ?s ?p ?o }"
    yield "all", "SELECT * { ?s ?p ?o }"
    yield "all of every graph", "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    yield "all in one string", "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o }"
    yield (
        "groups of strings",
        "SELECT ?p (GROUP_CONCAT(DISTINCT ?o) AS ?x) { ?s ?p ?o } GROUP BY ?p",
    )
    doubling = 'BIND("0123456789" AS ?x0) ' + " ".join(
        f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40)
    )
    yield "CONCAT bomb", f"SELECT (STRLEN(?x40) AS ?n) {{ {doubling} }}"
    yield (
        "nested CONCAT",
        f"SELECT (MAX(STRLEN({'CONCAT(?l, ' * 100}?l{')' * 100})) AS ?n) {{ {LABELS} }}",
    )
    replaced = 'BIND("xxxxxxxxxx" AS ?x0) ' + " ".join(
        f'BIND(REPLACE(?x{n}, "x", "xxxxxxxxxx") AS ?x{n + 1})' for n in range(12)
    )
    yield "REPLACE bomb", f"SELECT (STRLEN(?x12) AS ?n) {{ {replaced} }}"
    yield "regex (a+)+", f'SELECT * {{ {LABELS} FILTER(REGEX(?l, "^((([a-z ])+)+)+$!")) }}'
    yield (
        "regex of a million states",
        f'SELECT * {{ {LABELS} FILTER(REGEX(?l, "(a{{1000}}){{1000}}")) }}',
    )
    yield (
        "regex of brackets",
        f'SELECT * {{ {LABELS} FILTER(REGEX(?l, "{"(" * 5000}a{")" * 5000}")) }}',
    )
    yield (
        "regex from the data",
        "SELECT * { ?s ?p ?o . ?t rdfs:label ?l FILTER(REGEX(?l, STR(?o))) }",
    )
    yield "literal of 900 kB", f'SELECT * {{ ?s ?p "{"x" * 900_000}" }}'
    yield "literal of 2 MB", f'SELECT * {{ ?s ?p "{"x" * 2_000_000}" }}'
    yield "IRI of 900 kB", f"SELECT * {{ <http://e/{'x' * 900_000}> ?p ?o }}"
    yield "number of 500,000 digits", f"SELECT ({'9' * 500_000} + 1 AS ?x) {{}}"
    yield "comment of 900 kB", f"# {'x' * 900_000}\nASK {{}}"
    yield "variable of 900 kB", f"SELECT ?{'x' * 900_000} {{ ?s ?p ?o }}"
    rows = " ".join(f"({n})" for n in range(30_000))
    yield (
        "VALUES by VALUES",
        f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a) {{ {rows} }} VALUES (?b) {{ {rows} }} }}",
    )
    listed = ", ".join(map(str, range(60_000)))
    yield "IN of 60,000", f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(?o IN ({listed})) }}"
    projected = " ".join(f"(?o AS ?o{n})" for n in range(20_000))
    yield "20,000 columns", f"SELECT {projected} {{ ?s ?p ?o }}"
    yield "60 nested SELECTs", "SELECT * { " + "{ SELECT * { ?s ?p ?o . " * 60 + "} }" * 60 + " }"
    yield "NUL", "SELECT * { ?s ?p '\\u0000' }"
    yield "lone surrogate", "SELECT * { ?s ?p '\\uD800' }"
    for number, text in enumerate(calls(target)):
        yield f"call {number + 1}", text


def calls(target: str) -> list[str]:
    """Return ways to write a call of another host."""
    group = "{ ?s ?p ?o }"
    return [
        f"SELECT * {{ SERVICE <{target}> {group} }}",
        f"SELECT * {{ service <{target}> {group} }}",
        f"SELECT * {{ SeRvIcE SILENT <{target}> {group} }}",
        f"SELECT * {{ SERVICE<{target}>{group} }}",
        f"SELECT * {{ SERVICE # <x:x>\n <{target}> {group} }}",
        f"PREFIX e: <{target}> SELECT * {{ SERVICE e: {group} }}",
        f"BASE <{target}> SELECT * {{ SERVICE <> {group} }}",
        f"SELECT * {{ BIND(<{target}> AS ?t) SERVICE ?t {group} }}",
        f"SELECT * {{ VALUES ?t {{ <{target}> }} SERVICE SILENT ?t {group} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE <{target}> {group} }} }} }}",
        f"ASK {{ FILTER EXISTS {{ SERVICE <{target}> {group} }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{target}> {group} }}",
        f"SELECT * {{ OPTIONAL {{ SERVICE <{target}> {group} }} }}",
        f"SELECT * {{ SERV\\u0049CE <{target}> {group} }}",
        f"SELECT * {{ ?a ?b ?c MINUS {{ SERVICE <{target}> {group} }} }}",
        f"SELECT * {{ ?a ?b true.SERVICE <{target}> {group} }}",
        f"LOAD <{target}>",
        f"LOAD SILENT <{target}> INTO GRAPH <x:y>",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{target}> {group} }}",
        f"SELECT * FROM <{target}> {group}",
        f"SELECT * FROM NAMED <{target}> {{ GRAPH ?g {group} }}",
    ]


class Watched:
    """The largest that any worker of a server gets, and whether anybody calls an address."""

    def __init__(self, pid: int) -> None:
        self.largest = 0
        self.called = 0
        self._pid = pid
        self._stop = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)

    @property
    def target(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/sparql"

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            self._listening.close()

    def _watch(self) -> None:
        while not self._stop.is_set():
            for child in children(self._pid):
                try:
                    self.largest = max(self.largest, resident(child))
                except (FileNotFoundError, ProcessLookupError):
                    continue
            try:
                self._listening.accept()[0].close()
                self.called += 1
            except TimeoutError:
                continue


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--timeout", type=float, default=3)
    given = parser.parse_args()
    text = "SELECT (COUNT(*) AS ?n) { ?s a biolink:Gene }"
    with genekg.open(given.store) as graph:
        ((expected,),) = graph.sparql(text).rows
    server, address = started(given.store)
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    slowest = 0.0
    watched = Watched(server.pid)
    with watched.watching(), httpx.Client(base_url=address, timeout=60) as client:
        kind = {"Content-Type": "application/sparql-query"}
        for name, attack in attacks(watched.target):
            start = time.monotonic()
            body = attack.encode("utf-8", "surrogatepass")
            limit = {"timeout": str(given.timeout)}
            reply = client.post("/sparql", params=limit, content=body, headers=kind)
            took = time.monotonic() - start
            slowest = max(slowest, took)
            statuses[reply.status_code] += 1
            said = " ".join(reply.text[:70].split()) if reply.status_code != 200 else ""
            print(f"{took:6.2f} s  {reply.status_code}  {name}  {said}", flush=True)
            if took > given.timeout + 1:
                faults.append(f"{name} took {took:.1f} s")
            after = client.get("/sparql", params={"query": f"{text} # {name}"}).json()
            if after["results"]["bindings"][0]["n"]["value"] != str(expected):
                faults.append(f"wrong after {name}")
            if server.poll() is not None:
                faults.append(f"the server died of {name}")
                break
    server.terminate()
    server.wait(20)
    print(json.dumps({
        "attacks": sum(statuses.values()),
        "statuses": dict(statuses),
        "slowest s": round(slowest, 2),
        "largest worker GB": round(watched.largest / 2**30, 2),
        "calls to another host": watched.called,
        "faults": faults,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
