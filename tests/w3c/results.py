"""Results of queries, compared: as multisets of rows, whatever their blank nodes are called.

Strictly, two literals are the same if they are written so; by value, if they are the same number,
truth value or time.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
)

XSD = "http://www.w3.org/2001/XMLSchema#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_ORDER = NamedNode(f"{RS}index")
_INTEGERS = {
    f"{XSD}{name}"
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "unsignedInt",
                 "unsignedLong", "positiveInteger", "nonPositiveInteger", "negativeInteger")
}  # fmt: skip

Row = dict[str, Any]


class Solutions:
    """Columns and rows of a SELECT; or ``boolean`` of an ASK."""

    def __init__(
        self, variables: Iterable[str], rows: Iterable[Row], boolean: bool | None = None
    ) -> None:
        self.variables = frozenset(variables)
        self.rows = list(rows)
        self.boolean = boolean

    def same(self, other: Solutions, *, strict: bool, ordered: bool = False) -> bool:
        if self.boolean is not None or other.boolean is not None:
            return self.boolean is other.boolean
        if self.variables != other.variables or len(self.rows) != len(other.rows):
            return False
        return _canonical(self.rows, strict, ordered) == _canonical(other.rows, strict, ordered)


def _canonical(rows: list[Row], strict: bool, ordered: bool) -> set[Quad]:
    dataset = Dataset()
    for number, row in enumerate(rows):
        node = BlankNode()
        dataset.add(Quad(node, _ORDER, Literal(number if ordered else 0)))
        # Two rows alike stay two: canonical labels tell blank nodes apart.
        for name, value in row.items():
            holder = NamedNode(f"urn:variable:{name}")
            term = value if strict else by_value(value)
            if isinstance(term, Triple):
                term = Literal(str(term))
            dataset.add(Quad(node, holder, term))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def by_value(term: Any) -> Any:
    """Return a literal in one form for all that have its value."""
    if not isinstance(term, Literal):
        return term
    kind, text = term.datatype.value, term.value.strip()
    if kind == f"{XSD}boolean":
        return Literal("true" if text in ("true", "1") else "false", datatype=term.datatype)
    if kind in _INTEGERS or kind == f"{XSD}decimal":
        try:
            number = Decimal(text).normalize()
        except InvalidOperation:
            return term
        name = "decimal" if kind.endswith("decimal") else "integer"
        return Literal(f"{number:f}", datatype=NamedNode(f"{XSD}{name}"))
    if kind in (f"{XSD}double", f"{XSD}float"):
        return Literal(repr(float(text.replace("INF", "inf"))), datatype=term.datatype)
    return term


def expected(path: Path) -> Solutions:
    """Read a file of results: XML, JSON, TSV, or RDF in the result-set vocabulary."""
    ending = path.suffix
    if ending in (".srx", ".srj", ".tsv"):
        format = {
            ".srx": QueryResultsFormat.XML,
            ".srj": QueryResultsFormat.JSON,
            ".tsv": QueryResultsFormat.TSV,
        }[ending]
        return solutions(path.read_bytes(), format)
    return _result_set(path)


def solutions(data: bytes, format: QueryResultsFormat) -> Solutions:
    found = pyoxigraph.parse_query_results(data, format)
    if not isinstance(found, QuerySolutions):
        return Solutions((), (), bool(found))
    names = [variable.value for variable in found.variables]
    rows = [
        {name: value for name in names if (value := solution[name]) is not None}
        for solution in found
    ]
    return Solutions(names, rows)


def _result_set(path: Path) -> Solutions:
    dataset = Dataset(triples(path))

    def values(subject: Any, name: str) -> list[Any]:
        predicate = NamedNode(f"{RS}{name}")
        return [
            quad.object
            for quad in dataset.quads_for_subject(subject)
            if quad.predicate == predicate
        ]

    (holder,) = [quad.subject for quad in dataset if quad.object == NamedNode(f"{RS}ResultSet")]
    if boolean := values(holder, "boolean"):
        return Solutions((), (), boolean[0].value == "true")
    rows = []
    for solution in values(holder, "solution"):
        row = {
            values(binding, "variable")[0].value: values(binding, "value")[0]
            for binding in values(solution, "binding")
        }
        rows.append(row)
    return Solutions((name.value for name in values(holder, "resultVariable")), rows)


def triples(path: Path, base: str = "") -> list[Quad]:
    """Read an RDF file."""
    return list(
        pyoxigraph.parse(
            path=str(path), format=RdfFormat.from_extension(path.suffix[1:]),
            base_iri=base or path.as_uri(),
        )
    )  # fmt: skip


def same_graphs(one: Iterable[Quad], other: Iterable[Quad], *, strict: bool) -> bool:
    """Say whether two datasets are the same but for the names of their blank nodes."""
    return _graph(one, strict) == _graph(other, strict)


def _graph(quads: Iterable[Quad], strict: bool) -> set[Quad]:
    dataset = Dataset(
        quad
        if strict
        else Quad(quad.subject, quad.predicate, by_value(quad.object), quad.graph_name)
        for quad in quads
    )
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def from_csv(text: str) -> Solutions:
    """Read a CSV table: a cell is a string, a number, or a blank node."""
    header, *rows = csv.reader(io.StringIO(text))
    return Solutions(
        header,
        ({name: _cell(cell) for name, cell in zip(header, row, strict=True)} for row in rows),
    )


def _cell(text: str) -> Any:
    if text.startswith("_:"):
        return BlankNode(text[2:])
    number = re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", text)
    return Literal(text, datatype=NamedNode(f"{XSD}double")) if number else Literal(text)
