"""Serving for a long time: memory and descriptors of the server, every answer checked.

python benchmarks/soak.py --store FOLDER --minutes 20

Eight clients ask point queries, cards, named questions, bad syntax; one in two hundred runs into
its deadline, one in two hundred leaves early. Prints a line a minute, and at the end JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from pyoxigraph import DefaultGraph, NamedNode

import genekg
from genekg import prefixes

DEFAULT = DefaultGraph()

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c + ?f + ?i < 0) }"
CLIENTS = 8
PAUSE = 0.05  # seconds between the queries of a client: it is a soak, not a race


def started(store: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server on a free port; return its process and its address."""
    program = Path(sys.executable).with_name("genekg")
    options = ("--port", "0", "--quiet", "--store", str(store), *more)
    server = subprocess.Popen([program, "serve", *options], stderr=subprocess.PIPE, text=True)
    if server.stderr is None:
        raise OSError("no pipe")
    line = server.stderr.readline()
    threading.Thread(target=server.stderr.read, daemon=True).start()
    address = line.split(" on ")[1].strip().removesuffix("/sparql")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(f"{address}/ready", timeout=2).status_code == 200:
                return server, address
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    found = Path("/proc").glob(f"{pid}/task/*/children")
    return [int(child) for task in found for child in task.read_text().split()]


def state(pid: int) -> dict[str, Any]:
    """Return what the server and its workers hold."""
    workers = []
    for child in children(pid):
        try:
            workers.append(round(resident(child) / 1e6))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return {
        "server MB": round(resident(pid) / 1e6, 1),
        "workers MB": sorted(workers),
        "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
    }


class Asking:
    """Clients that ask until they are told to stop."""

    def __init__(self, address: str, expected: dict[str, int]) -> None:
        self._address = address
        self._expected = expected
        self._ids = list(expected)
        self.stop = threading.Event()
        self.asked = 0
        self.wrong: list[str] = []
        self.slowest = 0.0
        self._lock = threading.Lock()

    def run(self, number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=self._address, timeout=30) as client:
            while not self.stop.is_set():
                start = time.monotonic()
                try:
                    problem = self._one(client, chance)
                except httpx.HTTPError as error:
                    problem = f"{type(error).__name__}: {error}"
                with self._lock:
                    self.asked += 1
                    self.slowest = max(self.slowest, time.monotonic() - start)
                    if problem:
                        self.wrong.append(problem)
                time.sleep(PAUSE)

    def _one(self, client: httpx.Client, chance: random.Random) -> str:
        kind = chance.random()
        iri = chance.choice(self._ids)
        if kind < 0.005:
            reply = client.get("/sparql", params={"query": ENDLESS, "timeout": "1"})
            return "" if reply.status_code in (503, 504) else f"endless: {reply.status_code}"
        if kind < 0.01:
            try:
                client.get("/sparql", params={"query": ENDLESS}, timeout=0.2)
            except httpx.ReadTimeout:
                return ""
            return "a client that left was answered"
        if kind < 0.05:
            reply = client.get("/sparql", params={"query": f"SELECT * {{ <{iri}> ?p "})
            return "" if reply.status_code == 400 else f"syntax: {reply.status_code}"
        if kind < 0.10:
            reply = client.get(f"/entity/{prefixes.compress(iri)}", headers={"Accept": "text/html"})
            return "" if "<h1>" in reply.text else f"card: {reply.status_code}"
        if kind < 0.15:
            values = {"condition": prefixes.compress(iri), "format": "csv"}
            reply = client.get("/queries/genes_of_condition", params=values)
            return "" if reply.status_code == 200 else f"question: {reply.status_code}"
        name = chance.randrange(10**9)
        text = f"SELECT (COUNT(*) AS ?n{name}) {{ <{iri}> ?p ?o }}"
        reply = client.get("/sparql", params={"query": text})
        if reply.status_code != 200:
            return f"point: {reply.status_code} {reply.text[:100]}"
        (row,) = reply.json()["results"]["bindings"]
        had = int(row[f"n{name}"]["value"])
        return "" if had == self._expected[iri] else f"{iri}: {had}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    given = parser.parse_args()
    with genekg.open(given.store) as graph:
        ids = [prefixes.expand(e.id) for e in graph.labels.all() if e.kind == "condition"][:2000]
        expected = {
            iri: sum(1 for _ in graph.store.quads_for_pattern(NamedNode(iri), None, None, DEFAULT))
            for iri in ids
        }
    server, address = started(given.store)
    asking = Asking(address, expected)
    threads = [threading.Thread(target=asking.run, args=(n,)) for n in range(CLIENTS)]
    try:
        for thread in threads:
            thread.start()
        begin, lines = time.monotonic(), []
        while time.monotonic() - begin < given.minutes * 60:
            time.sleep(60 if given.minutes > 2 else 10)
            line = {
                "seconds": round(time.monotonic() - begin),
                "asked": asking.asked,
                "wrong": len(asking.wrong),
                **state(server.pid),
            }
            lines.append(line)
            print(json.dumps(line), flush=True)
    finally:
        asking.stop.set()
        for thread in threads:
            thread.join(40)
        time.sleep(3)
        lines.append({"seconds": -1, **state(server.pid)})
        server.terminate()
        server.wait(20)
    first, last = lines[min(4, len(lines) - 1)], lines[-1]  # the kept answers have filled up
    print(json.dumps({
        "asked": asking.asked,
        "wrong": asking.wrong[:10],
        "slowest s": round(asking.slowest, 2),
        "memory growth %": round(100 * (last["server MB"] / first["server MB"] - 1), 1),
        "descriptors": [first["descriptors"], last["descriptors"]],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
