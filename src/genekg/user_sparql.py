"""SPARQL that a person wrote: made ready, run in a worker process, and read back as a table."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Quad

from genekg import prefixes
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.rewriting import rewrite
from genekg.sparql import Prepared, prepare
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.workers import Answer

DEADLINE = 60.0
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {f"{_XSD}integer", f"{_XSD}int", f"{_XSD}long", f"{_XSD}nonNegativeInteger"}
_NUMBERS = {f"{_XSD}decimal", f"{_XSD}double", f"{_XSD}float"}


# Since this shape of the graph every statement of a symptom or a mode is in the inferred graph.
_MERGED_SINCE = 6


def ready(text: str, graph: Graph | None = None) -> Prepared:
    """Return a query with the predeclared prefixes that it uses; refuse what may not run.

    Paths over the hierarchy are rewritten where ``graph`` shows that the answers are the same.

    Raises:
        QueryError: it does not parse, or asks for what is switched off.
    """
    query = prepare(text, prefixes=prefixes.predeclared())
    if graph is None:
        return query
    store, merged = graph.store, int(graph.manifest.get("shape", 0)) >= _MERGED_SINCE

    def known(iri: str) -> bool:
        try:
            term = NamedNode(iri)
        except ValueError:
            return False
        return Quad(term, v.SUBCLASS_OF_OR_SELF, term, v.INFERRED) in store

    found = rewrite(query.text, query.prefixes, known, merged=merged)
    if found is None:
        return query
    lines = len(query.added)
    changes = tuple(replace(change, line=change.line - lines) for change in found.changes)
    return replace(query, rewritten=replace(found, changes=changes))


def run(
    graph: Graph,
    text: str,
    *,
    format: str,
    deadline: float = DEADLINE,
    max_rows: int | None = None,
    max_bytes: int | None = None,
    as_written: bool = False,
) -> Answer:
    """Return the serialised answer to a query of any form; see ``Workers.run``.

    ``as_written``: its paths over the hierarchy are not rewritten.
    """
    query = ready(text, None if as_written else graph)
    return graph.workers.run(
        query, format=format, deadline=deadline, max_rows=max_rows, max_bytes=max_bytes
    )


def table(graph: Graph, text: str, *, deadline: float = DEADLINE) -> Table:
    """Return the answer to a SELECT or ASK query as a table, IRIs in their shortest form.

    Raises:
        QueryError: the query cannot be answered.
        UsageError: it is a CONSTRUCT or DESCRIBE, whose answer is a graph.

    An ASK gives one row in a column ``answer``.
    """
    query = ready(text, graph)
    if query.form not in ("SELECT", "ASK"):
        raise UsageError(
            f"a {query.form} query gives a graph, not a table", remedy="ask with SELECT"
        )
    answer = graph.workers.run(query, format="json", deadline=deadline)
    return to_table(answer.variables, answer.data)


def to_table(variables: tuple[str, ...], data: bytes) -> Table:
    """Return SPARQL 1.1 JSON results as a table with the columns in the given order."""
    content = json.loads(data)
    if "boolean" in content:
        return Table(("answer",), [(content["boolean"],)])
    return Table(
        variables,
        [
            tuple(_cell(binding.get(name)) for name in variables)
            for binding in content["results"]["bindings"]
        ],
    )


def _cell(term: dict[str, Any] | None) -> Cell:
    if term is None:
        return None
    value: str = term["value"]
    if term["type"] == "uri":
        return prefixes.shorten(value)
    if term["type"] == "bnode":
        return f"_:{value}"
    datatype = term.get("datatype", "")
    if datatype in _INTEGERS:
        return int(value)
    if datatype in _NUMBERS:
        return float(value)
    if datatype == f"{_XSD}boolean":
        return value in ("true", "1")
    return value
