"""Grow the graph by copies with ids of their own, and measure: time, memory, disk, latency.

    python benchmarks/scale.py --store HOME --folder SCRATCH --copies 1 3 10

A copy is the whole graph once more, inferred triples too, with every condition, gene, term,
association … under another id: so the named questions have the same answers in a larger store.
Each store is built as `genekg build` does it (load what is stated, compact, load what is
inferred), in a process of its own, is asked every named question, and removed. ``SCRATCH`` needs
15 GB for ten copies. A build of more than ``--minutes`` is ended.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import pyoxigraph
from pyoxigraph import DefaultGraph, RdfFormat

import genekg
from genekg import queries, store
from genekg import vocabulary as v
from genekg.prefixes import predeclared

_CHUNK = 64 << 20
# Where the ids of things are, and not the words of a vocabulary.
_THINGS = (
    "https://w3id.org/genekg/association/", "https://w3id.org/genekg/synonym/",
    "https://w3id.org/genekg/quote/", "https://w3id.org/genekg/resource/",
    "http://purl.obolibrary.org/obo/HP_", "http://purl.obolibrary.org/obo/MONDO_",
    "https://omim.org/entry/", "http://www.orpha.net/ORDO/Orphanet_",
    predeclared()["hgnc"], "http://identifiers.org/ncbigene/",
    "http://purl.uniprot.org/uniprot/", "http://purl.uniprot.org/enzyme/",
    "https://www.deciphergenomics.org/", "http://purl.obolibrary.org/obo/GO_",
)  # fmt: skip


def write_base(home: str, folder: Path) -> None:
    """Write what is stated and what is inferred to two files."""
    found = store.current(Path(home))
    if found is None:
        raise SystemExit(f"no graph in {home}")
    graph = store.open_store(found.graph)
    for name, part in (("stated", DefaultGraph()), ("inferred", v.INFERRED)):
        quads = graph.quads_for_pattern(None, None, None, part)
        pyoxigraph.serialize(quads, str(folder / f"{name}.nq"), RdfFormat.N_QUADS)


def write_copy(source: Path, target: Path, number: int) -> None:
    """Write a file of N-Quads with the ids of a copy; number 0 is the graph itself."""
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(_CHUNK):
            chunk += read.readline()
            if number:
                for thing in _THINGS:
                    name = f"<{thing}".encode()
                    chunk = chunk.replace(name, name + f"copy{number}-".encode())
            written.write(chunk)


def grow(folder: Path, copies: int, results: Any) -> None:
    """Build a store of so many copies; put what it took into the queue."""
    graph = store.new_store(folder / "store")
    draft = folder / "copy.nq"
    took = {"writing": 0.0, "loading": 0.0, "compacting": 0.0}

    def timed(name: str, started: float) -> None:
        took[name] += time.perf_counter() - started

    for part in ("stated", "inferred"):
        for number in range(copies):
            started = time.perf_counter()
            write_copy(folder / f"{part}.nq", draft, number)
            timed("writing", started)
            started = time.perf_counter()
            graph.bulk_load(path=str(draft), format=RdfFormat.N_QUADS)
            timed("loading", started)
        if part == "stated":
            started = time.perf_counter()
            graph.optimize()
            timed("compacting", started)
    graph.flush()
    draft.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results.put({**took, "peak_mb": peak / 1024, "quads": len(graph)})


def measured(home: str, folder: Path) -> dict[str, float]:
    """Return what it takes to open the store and to ask every question about something.

    Questions that count over everything grow with the copies, and are left out.
    """
    started = time.perf_counter()
    grown = store.open_store(folder / "store")
    opened = 1000 * (time.perf_counter() - started)
    times: list[float] = []
    alike = 0
    with genekg.open(home, build=False) as graph:
        of_something = [
            query
            for query in queries.library().values()
            if query.parameters and all(one.kind != "integer" for one in query.parameters)
        ]
        given = {q.name: {one.name: one.example for one in q.parameters} for q in of_something}
        expected = {q.name: queries.answer(graph, q, given[q.name]) for q in of_something}
        graph.store = grown
        for query in of_something:
            queries.answer(graph, query, given[query.name])
            started = time.perf_counter()
            found = queries.answer(graph, query, given[query.name])
            times.append(1000 * (time.perf_counter() - started))
            alike += found == expected[query.name]
            if found != expected[query.name]:
                print(f"{query.name} has other rows: {len(found)}", file=sys.stderr)
    return {
        "open_ms": opened,
        "median_ms": median(times),
        "slowest_ms": max(times),
        "questions": len(times),
        "alike": alike,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--minutes", type=float, default=20)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if not (given.folder / "inferred.nq").exists():
        write_base(given.store, given.folder)
    for copies in given.copies:
        shutil.rmtree(given.folder / "store", ignore_errors=True)
        apart = multiprocessing.get_context("spawn")  # a fork would inherit the engine's threads
        results: Any = apart.Queue()
        child = apart.Process(target=grow, args=(given.folder, copies, results))
        child.start()
        child.join(60 * given.minutes)
        if child.is_alive():
            child.kill()
            print(f"{copies} copies: ended after {given.minutes:g} minutes")
            return 1
        if child.exitcode:
            print(f"{copies} copies: the build ended with {child.exitcode}")
            return 1
        took = results.get()
        files = (path for path in (given.folder / "store").rglob("*") if path.is_file())
        took["disk_mb"] = sum(path.stat().st_size for path in files) / 1e6
        took |= measured(given.store, given.folder)
        print(
            json.dumps({"copies": copies} | {k: round(n, 1) for k, n in took.items()}), flush=True
        )
    shutil.rmtree(given.folder / "store", ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
