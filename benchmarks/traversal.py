"""Walking the graph: genekg's arrays beside networkx, rustworkx, igraph and SPARQL, in one run.

python benchmarks/traversal.py [--store DIR] [--pairs 12] [--seed 1]

The peers get the same relations (all but what is lacked, no direction, one edge a pair) and, where
they have weights, the same costs. rustworkx and igraph are measured where they are installed;
neither is a dependency. Every length of a shortest path is compared with networkx; another one
ends the run with code 1. Peers that take longer than a minute are ended.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

import genekg.graph
from genekg import adjacency, enrichment, prefixes, traversal
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.labels import Entity

DEADLINE = 60.0
REPEAT = 7
PLAIN = traversal.Rules(plain=True)


def milliseconds(function: Callable[[], Any]) -> tuple[float, float]:
    """Median by the clock and of the processor, after one that warms."""
    function()
    walls, processor = [], []
    for _ in range(REPEAT):
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        walls.append((time.perf_counter() - wall) * 1e3)
        processor.append((time.process_time() - cpu) * 1e3)
    return statistics.median(walls), statistics.median(processor)


def line(what: str, times: list[tuple[float, float]], target: float | None = None) -> None:
    walls = sorted(wall for wall, _ in times)
    cpu = statistics.median(cpu for _, cpu in times)
    said = (
        ""
        if target is None
        else f"   target {target:g} {'ok' if walls[-1] <= target else 'MISSED'}"
    )
    print(
        f"{what:<58} median {statistics.median(walls):>9.2f} ms   slowest {walls[-1]:>9.2f} ms"
        f"   cpu {cpu:>9.2f} ms{said}",
        flush=True,
    )


def _child(function: Callable[[], Any], end: Any) -> None:
    start = time.perf_counter()
    function()
    end.send((time.perf_counter() - start) * 1e3)


def once(function: Callable[[], Any]) -> float | None:
    """Milliseconds of one call in a fork of its own; None after a minute."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(function, theirs))
    process.start()
    if ours.poll(DEADLINE):
        taken: float = ours.recv()
        process.join()
        return taken
    process.kill()
    process.join()
    return None


def peer(what: str, functions: list[Callable[[], Any]]) -> None:
    """Measure what may take long: each call once; the first that is ended ends the row."""
    taken = []
    for function in functions:
        milli = once(function)
        if milli is None:
            print(f"{what:<58} over {DEADLINE:.0f} s (call {len(taken) + 1})", flush=True)
            return
        taken.append((milli, milli))
    line(what, taken)


def chosen(kg: Graph, count: int, seed: int) -> list[tuple[Entity, Entity]]:
    """Pairs of conditions and genes with relations, drawn from a seed."""
    dice = random.Random(seed)
    degrees = np.diff(kg.steps.starts)
    every = [
        one
        for one in kg.labels.all()
        if one.kind in ("condition", "gene") and degrees[one.number] > 2
    ]
    return [tuple(dice.sample(every, 2)) for _ in range(count)]  # type: ignore[misc]


def compare(kg: Graph, pairs: list[tuple[Entity, Entity]]) -> bool:
    import networkx as nx

    steps = kg.steps
    size = len(steps.kinds)
    keys = np.minimum(steps.origins, steps.nodes).astype(np.int64) * size
    keys += np.maximum(steps.origins, steps.nodes)
    keys, first = np.unique(keys, return_index=True)
    ends = list(zip((keys // size).tolist(), (keys % size).tolist(), strict=True))
    weights = (steps.log_degrees[first] * traversal.DAMPING + 1e-9).tolist()
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(range(size))
    network.add_weighted_edges_from((a, b, w) for (a, b), w in zip(ends, weights, strict=True))
    open_ways = network.subgraph(np.flatnonzero(traversal.stones(kg)).tolist())
    print(f"\n{size:,} nodes, {len(ends):,} edges; {len(pairs)} pairs\n")

    alike = True
    for one, other in pairs:
        found = traversal.paths(kg, [one], [other], rules=PLAIN, max_length=8)
        alike &= len(found[0]) == nx.shortest_path_length(network, one.number, other.number)

    print("one shortest path")
    line(
        "genekg",
        [
            milliseconds(lambda p=p: traversal.paths(kg, [p[0]], [p[1]], rules=PLAIN, max_length=8))
            for p in pairs
        ],
        5,
    )
    line(
        "networkx, bidirectional_shortest_path",
        [
            milliseconds(
                lambda p=p: nx.bidirectional_shortest_path(network, p[0].number, p[1].number)
            )
            for p in pairs
        ],
    )
    rust(pairs, size, ends, weights)
    igraph_(pairs, size, ends, weights)
    sparql(kg, pairs)

    print("\nten paths by score, of four steps at the most")
    line(
        "genekg",
        [milliseconds(lambda p=p: traversal.paths(kg, [p[0]], [p[1]], k=10)) for p in pairs],
        50,
    )
    judged(kg, pairs)
    peer(
        "networkx, shortest_simple_paths (of any length)",
        [
            lambda p=p: list(
                islice(
                    nx.shortest_simple_paths(open_ways, p[0].number, p[1].number, weight="weight"),
                    10,
                )
            )
            for p in pairs[:3]
        ],
    )
    return alike


def judged(kg: Graph, pairs: list[tuple[Entity, Entity]]) -> None:
    """Paths with the counts, DWPCs and p-values of their metapaths."""
    from genekg import significance

    def whole(one: Entity, other: Entity) -> None:
        significance.verdicts(kg, traversal.paths(kg, [one], [other], k=10))

    line(
        "genekg, with counts, DWPC and p-value of each",
        [milliseconds(lambda p=p: whole(*p)) for p in pairs],
        50,
    )


def rust(pairs: list[tuple[Entity, Entity]], size: int, ends: Any, weights: Any) -> None:
    try:
        import rustworkx
    except ImportError:
        print("rustworkx: not installed")
        return
    network = rustworkx.PyGraph()
    network.add_nodes_from(range(size))
    network.add_edges_from([(a, b, w) for (a, b), w in zip(ends, weights, strict=True)])
    line(
        "rustworkx, dijkstra_shortest_paths with weight 1",
        [
            milliseconds(
                lambda p=p: rustworkx.dijkstra_shortest_paths(
                    network, p[0].number, target=p[1].number, default_weight=1.0
                )
            )
            for p in pairs
        ],
    )


def igraph_(pairs: list[tuple[Entity, Entity]], size: int, ends: Any, weights: Any) -> None:
    try:
        import igraph
    except ImportError:
        print("igraph: not installed")
        return
    network = igraph.Graph(n=size, edges=ends)
    line(
        "igraph, get_shortest_path",
        [
            milliseconds(lambda p=p: network.get_shortest_path(p[0].number, p[1].number))
            for p in pairs
        ],
    )
    peer(
        "igraph, get_k_shortest_paths of ten, weighted",
        [
            lambda p=p: network.get_k_shortest_paths(
                p[0].number, p[1].number, k=10, weights=weights
            )
            for p in pairs[:3]
        ],
    )


def sparql(kg: Graph, pairs: list[tuple[Entity, Entity]]) -> None:
    """Whether there is a way, by a property path: SPARQL has no length and no path to give."""
    steps = [one.value for one in adjacency.RELATIONS if one != v.LACKS_PHENOTYPE]
    way = "|".join(f"<{one}>|^<{one}>" for one in steps)
    taken: list[tuple[float, float]] = []
    for one, other in pairs[:2]:
        ask = f"ASK {{ <{prefixes.expand(one.id)}> ({way})* <{prefixes.expand(other.id)}> }}"
        start = time.perf_counter()
        try:
            kg.sparql(ask, deadline=DEADLINE)
        except GenekgError:
            print(f"{'SPARQL property path (is there any way)':<58} over {DEADLINE:.0f} s")
            return
        taken.append(((time.perf_counter() - start) * 1e3, 0.0))
    line("SPARQL property path (is there any way)", taken)


def near(kg: Graph) -> None:
    import networkx as nx

    print("\nneighbours of one step")
    degrees = np.diff(kg.steps.starts)
    dice = random.Random(2)
    every = [one for one in kg.labels.all() if degrees[one.number] > 2]
    some = dice.sample(every, 40)
    line(
        "genekg, 40 at random",
        [milliseconds(lambda e=e: traversal.neighbours(kg, e)) for e in some],
        2,
    )
    network: nx.MultiDiGraph[str] = kg.networkx()
    line(
        "networkx, 40 at random: names only",
        [milliseconds(lambda e=e: list(nx.all_neighbors(network, e.id))) for e in some],
    )
    most = kg.labels.entities([int(np.argmax(degrees))])
    (hub,) = most.values()
    line(
        f"genekg, the greatest hub: {hub.label} ({degrees.max():,})",
        [milliseconds(lambda: traversal.neighbours(kg, hub))],
        2,
    )
    line(
        "genekg, the same, the first 500 of them",
        [milliseconds(lambda: traversal.neighbours(kg, hub, limit=500))],
        2,
    )


def sets(kg: Graph) -> None:
    print("\nenrichment of 100 genes")
    genes = [one for one in kg.labels.all() if one.kind == "gene"]
    linked = [one for one in genes if kg.steps.starts[one.number + 1] > kg.steps.starts[one.number]]
    drawn = random.Random(3).sample(linked, 100)
    for by in ("process", "symptom", "enzyme class"):
        line(
            f"genekg, by {by}",
            [milliseconds(lambda by=by: enrichment.enrich(kg, drawn, by=[by]))],
            50,
        )
    line("genekg, all three", [milliseconds(lambda: enrichment.enrich(kg, drawn))], 50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--store", type=Path, default=None)
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with genekg.graph.open(arguments.store, build=False) as kg:
        start = time.perf_counter()
        print(f"steps of the graph: {kg.steps.degrees is not None}", end=" ")
        print(f"in {time.perf_counter() - start:.2f} s; load average {os.getloadavg()[0]:.1f}")
        start = time.perf_counter()
        whole = kg.networkx()
        taken = time.perf_counter() - start
        print(f"the whole graph as networkx: {taken:.1f} s, {whole.number_of_edges():,} edges")
        del whole
        near(kg)
        alike = compare(kg, chosen(kg, arguments.pairs, arguments.seed))
        sets(kg)
        print(f"\nload average {os.getloadavg()[0]:.1f}")
    if not alike:
        raise SystemExit("a shortest path is not as long as that of networkx")


if __name__ == "__main__":
    main()
