"""SPARQL that a person wrote: made ready, run in a worker process, and read back as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from genekg import prefixes
from genekg.errors import UsageError
from genekg.sparql import Prepared, prepare
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.workers import Answer

DEADLINE = 60.0
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {f"{_XSD}integer", f"{_XSD}int", f"{_XSD}long", f"{_XSD}nonNegativeInteger"}
_NUMBERS = {f"{_XSD}decimal", f"{_XSD}double", f"{_XSD}float"}


def ready(text: str) -> Prepared:
    """Return a query with the predeclared prefixes that it uses; refuse what may not run.

    Raises:
        QueryError: it does not parse, or asks for what is switched off.
    """
    return prepare(text, prefixes=prefixes.predeclared())


def run(
    graph: Graph,
    text: str,
    *,
    format: str,
    deadline: float = DEADLINE,
    max_rows: int | None = None,
    max_bytes: int | None = None,
) -> Answer:
    """Return the serialised answer to a query of any form; see ``Workers.run``."""
    return graph.workers.run(
        ready(text), format=format, deadline=deadline, max_rows=max_rows, max_bytes=max_bytes
    )


def table(graph: Graph, text: str, *, deadline: float = DEADLINE) -> Table:
    """Return the answer to a SELECT or ASK query as a table, IRIs in their shortest form.

    Raises:
        QueryError: the query cannot be answered.
        UsageError: it is a CONSTRUCT or DESCRIBE, whose answer is a graph.

    An ASK gives one row in a column ``answer``.
    """
    query = ready(text)
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
