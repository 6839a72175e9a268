"""Measure genekg beside a plain engine, in one run: ``python benchmarks/run.py``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import measuring
import natural
import peer
import sections
from measuring import mark, measure, milliseconds, ratio
from peer import Found, Peer
from pyoxigraph import DefaultGraph, RdfFormat

import genekg
from genekg import prefixes, queries, store, user_sparql
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.tables import Table

_LOOKUPS = {"condition", "gene", "enzyme", "entity"}


def main() -> None:
    """Read the arguments, run the parts, print, and write the results."""
    given = _arguments()
    found: dict[str, Any] = {"machine": measuring.machine()}
    print(json.dumps(found["machine"], indent=1))
    print(f"Load average: {found['machine']['load']}. Above 2, wait: only ratios will mean much.")
    parts = set(given.only or ("named", "shapes", "verbs", "commands", "opening", "worker"))
    with genekg.open(given.store, build=False) as graph:
        found["graph"] = {key: graph.manifest[key] for key in ("name", "triples", "inferred")}
        print(json.dumps(found["graph"]))
        if "opening" in parts:
            found["opening"] = sections.opening(given.store, given.repeat)
        if "verbs" in parts:
            found["verbs"] = sections.verbs(graph, given.repeat)
        if "commands" in parts:
            found["commands"] = sections.commands(given.store, given.repeat)
        if "worker" in parts:
            found["worker"] = sections.worker(graph, given.repeat)
        if given.build:
            found["build"] = sections.build(given.repeat)
        if parts & {"named", "shapes"}:
            with _peers(graph, rdflib=given.rdflib) as peers:
                found["loading"] = {name: each.loading for name, each in peers.items()}
                _print_loading(found["loading"])
                if "named" in parts:
                    found["named"] = named(graph, peers, given.repeat, given.deadline)
                if "shapes" in parts:
                    found["shapes"] = shapes(graph, peers, given.repeat, given.deadline)
    found["load after"] = measuring.load()
    print(f"\nLoad average before {found['machine']['load']}, after {found['load after']}.")
    if given.output:
        given.output.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if faults := found.get("named", []) + found.get("shapes", []):
        differing = [row["name"] for row in faults if not row["same"]]
        if differing:
            sys.exit(f"Not the same answer: {', '.join(differing)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=store.default_home(), help="the graph")
    parser.add_argument("--rdflib", action="store_true", help="load and ask rdflib, too: minutes")
    parser.add_argument("--build", action="store_true", help="measure a whole build, too")
    parser.add_argument("--repeat", type=int, default=15, help="repetitions of each (15)")
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds a query may take")
    parser.add_argument("--only", action="append", metavar="PART",
                        choices=("named", "shapes", "verbs", "commands", "opening", "worker"),
                        help="this part only; may be repeated")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, help="write everything measured as JSON")
    return parser.parse_args()


@contextmanager
def _peers(graph: Graph, *, rdflib: bool) -> Iterator[dict[str, Peer]]:
    """Give the engines to compare with. rdflib gets the default graph: no closure, no indexes."""
    with peer.started("oxigraph", graph.build.graph) as oxigraph:
        if not rdflib:
            yield {"oxigraph": oxigraph}
            return
        with tempfile.TemporaryDirectory(prefix="genekg-bench-") as folder:
            file = Path(folder) / "default.nt"
            graph.store.dump(str(file), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
            with peer.started("rdflib", file) as other:
                yield {"oxigraph": oxigraph, "rdflib": other}


def _print_loading(loading: Mapping[str, Mapping[str, float]]) -> None:
    rows = [
        (name, f"{each['seconds']:.1f}", f"{each['peak'] / 1e6:,.0f}")
        for name, each in loading.items()
        if name == "rdflib"
    ]
    if rows:
        measuring.table("Loading the default graph into memory", ("", "s", "MB"), rows)


def named(
    graph: Graph, peers: Mapping[str, Peer], repeat: int, deadline: float
) -> list[dict[str, Any]]:
    """Measure every named question with its examples, and the same as people write it."""
    rows = []
    for query in queries.library().values():
        given = {parameter.name: parameter.example for parameter in query.parameters}
        values = queries.bind(graph, query, given)
        times, table = _asked(lambda: queries.run(graph, query.name, given), repeat)  # noqa: B023
        text = natural.natural(natural.pasted(query.text, values))
        kinds = {parameter.kind for parameter in query.parameters}
        target = sections.LOOKUP if kinds and kinds <= _LOOKUPS else sections.ANY
        row = {"walks": natural.natural(query.text) != query.text, "target": target,
               "name": query.name, "median": times.median, "p95": times.p95}  # fmt: skip
        rows.append({**row, **_others(peers, text, table, repeat, deadline)})
        _progress(rows[-1])
    _print("Named questions: genekg warm in process; others with the query as people write it",
           rows, peers, with_target=True)  # fmt: skip
    return rows


def shapes(
    graph: Graph, peers: Mapping[str, Peer], repeat: int, deadline: float
) -> list[dict[str, Any]]:
    """Measure queries as people write them, and the same asked of the inferred graph."""
    rows = []
    for shape in natural.shapes():
        times, table = _asked(lambda: _plain(graph, shape.equivalent), repeat)  # noqa: B023
        row: dict[str, Any] = {"name": shape.name, "median": times.median, "p95": times.p95}
        try:
            through, _ = measure(
                lambda: user_sparql.table(graph, shape.natural, deadline=deadline),  # noqa: B023
                repeat,
            )
            row["genekg sparql"] = through.median
        except GenekgError as error:
            row["genekg sparql"], row["error"] = None, str(error)
        rows.append({**row, **_others(peers, shape.natural, table, repeat, deadline)})
        _progress(rows[-1])
    _print("Shapes: the inferred graph, beside the query as people write it", rows, peers)
    return rows


def _plain(graph: Graph, text: str) -> Table:
    """Return the answer of the engine itself, in this process."""
    solutions: Any = graph.store.query(text, prefixes=prefixes.predeclared())
    names = tuple(variable.value for variable in solutions.variables)
    return Table(names, [tuple(node and node.value for node in row) for row in solutions])


def _asked(ask: Callable[[], Table], repeat: int) -> tuple[measuring.Times, Table]:
    return measure(ask, repeat)


def _others(
    peers: Mapping[str, Peer], text: str, table: Table, repeat: int, deadline: float
) -> dict[str, Any]:
    """Return what the others take for a query, and whether their answer is ours.

    That rdflib finds something else is said; that Oxigraph does is a fault of this repository.
    """
    count, digest = peer.digest(table.columns, table.rows)
    row: dict[str, Any] = {"rows": len(table), "same": True}
    for name, each in peers.items():
        found: Found = each.ask(text, repeat=repeat, deadline=deadline)
        row[name] = found.median
        if found.reason:
            row[f"{name} reason"] = found.reason
        elif found.digest != digest:
            row["same"] = row["same"] and name != "oxigraph"
            row[f"{name} rows"] = f"{found.rows} not {count}"
    return row


def _progress(row: Mapping[str, Any]) -> None:
    print(json.dumps(row), file=sys.stderr, flush=True)


def _print(
    title: str, rows: list[dict[str, Any]], peers: Mapping[str, Peer], *, with_target: bool = False
) -> None:
    columns = ["", "rows", "genekg ms", "p95 ms"]
    columns += ["met"] if with_target else ["genekg sparql ms"]
    for name in peers:
        columns += [f"{name} ms", "ratio"]
    lines = []
    for row in rows:
        title_cell = f"{row['name']} *" if row.get("walks") else row["name"]
        line = [title_cell, row["rows"], milliseconds(row["median"]), milliseconds(row["p95"])]
        met = mark(row["median"], row.get("target"))
        line.append(met if with_target else milliseconds(row["genekg sparql"]))
        for name in peers:
            line += [milliseconds(row[name]), ratio(row[name], row["median"])]
        lines.append(line)
    measuring.table(title, columns, lines)
    for row in rows:
        for name in peers:
            if reason := row.get(f"{name} reason"):
                print(f"{row['name']}, {name}: {reason}")
            elif differs := row.get(f"{name} rows"):
                print(f"{row['name']}, {name}: NOT THE SAME ANSWER, {differs} different rows")
    if any(row.get("walks") for row in rows):
        print("\n* as people write it, the query walks rdfs:subClassOf* in the default graph.")


if __name__ == "__main__":
    main()
