"""Count the rows of every named question with another engine, rdflib, over the whole graph.

python benchmarks/second_engine.py --store DIR -o tests/golden/second_engine.tsv

rdflib gets the default graph alone, in memory (90 s, 4.3 GB), and each question with its examples
as constants and its paths walked over the default graph: neither genekg's inferred graph nor its
binding of parameters is used. A row says how many different rows rdflib found, and whether they
are genekg's to the last cell; a question that rdflib does not answer in time has no number, and
why. Tests compare genekg with the numbers, for rdflib is too slow to be asked each time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import natural
import peer
from pyoxigraph import DefaultGraph, RdfFormat

import genekg
from genekg import queries, tables


def main() -> None:
    """Ask, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path)
    parser.add_argument("--deadline", type=float, default=60.0, help="seconds for each question")
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    rows: list[tuple[tables.Cell, ...]] = []
    with genekg.open(given.store) as graph, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "default.nt"
        graph.store.dump(str(file), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        with peer.started("rdflib", file) as rdflib:
            print(f"loaded in {rdflib.loading['seconds']:.0f} s", file=sys.stderr)
            for query in queries.library().values():
                examples = {each.name: each.example for each in query.parameters}
                values = queries.bind(graph, query, examples)
                text = natural.natural(natural.pasted(query.text, values))
                found = rdflib.ask(text, repeat=1, deadline=given.deadline)
                table = queries.answer(graph, query, examples)
                count, digest = peer.digest(table.columns, table.rows)
                same = (count, digest) == (found.rows, found.digest)
                answered = found.times is not None
                row = (
                    query.name,
                    found.rows if answered else None,
                    ("same" if same else "differs") if answered else found.reason,
                )
                rows.append(row)
                print(*row, count, file=sys.stderr, flush=True)
    given.output.write_text(tables.to_tsv(tables.Table(("question", "rows", "cells"), rows)))


if __name__ == "__main__":
    main()
