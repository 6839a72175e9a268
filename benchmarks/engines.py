"""Ask every named question, with its examples, of a local graph and of endpoints that hold it.

    python benchmarks/engines.py --store HOME http://localhost:8890/sparql …

Prints a row for each question: rows, milliseconds here and at each endpoint (the second asking),
and whether the rows are the same. Ends with 1 where they are not.
"""

from __future__ import annotations

import argparse
import sys
import time
from statistics import median

import genekg
from genekg import queries, tables
from genekg.errors import GenekgError
from genekg.graph import Graph


def asked(graph: Graph, query: queries.Query) -> tuple[str, int, float]:
    """Return the answer as text, its rows, and the milliseconds of the second asking."""
    given = {one.name: one.example for one in query.parameters}
    queries.answer(graph, query, given)
    started = time.perf_counter()
    table = queries.answer(graph, query, given)
    return tables.to_tsv(table), len(table), 1000 * (time.perf_counter() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("endpoints", nargs="*")
    given = parser.parse_args()
    graphs = [genekg.open(given.store, build=False), *map(genekg.open, given.endpoints)]
    took: list[list[float]] = [[] for _ in graphs]
    wrong = 0
    print("question", "rows", *(graph.build.name for graph in graphs), "same", sep="\t")
    for name, query in queries.library().items():
        answers = []
        for place, graph in enumerate(graphs):
            try:
                answers.append(asked(graph, query))
                took[place].append(answers[-1][2])
            except GenekgError as error:
                answers.append((f"{type(error).__name__}: {error}", -1, float("nan")))
        same = all(one[0] == answers[0][0] for one in answers)
        wrong += not same
        print(name, answers[0][1], *(f"{one[2]:.1f}" for one in answers), same, sep="\t")
        for one in answers[1:]:
            if one[1] < 0:
                print("  ", one[0][:300])
    print("median", "", *(f"{median(times):.1f}" for times in took), sep="\t")
    print("slowest", "", *(f"{max(times):.1f}" for times in took), sep="\t")
    print(
        f"{len(queries.library()) - wrong} of {len(queries.library())} questions have the same rows"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
