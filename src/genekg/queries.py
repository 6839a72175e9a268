"""The named questions: answered, listed, documented. Their files are read by `query_files`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    Variable,
    parse_query_results,
)

from genekg import prefixes, search
from genekg import vocabulary as v
from genekg.errors import NotFoundError, QueryError, UsageError
from genekg.labels import Labelled
from genekg.query_files import KINDS, LITERAL_KINDS, Parameter, Query, folder, parse
from genekg.sparql import prepare
from genekg.tables import Cell, Table
from genekg.workers import Workers

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = [
    "KINDS",
    "LITERAL_KINDS",
    "Parameter",
    "Query",
    "answer",
    "bind",
    "documentation",
    "find",
    "library",
    "listing",
    "parse",
    "run",
    "to_table",
]

_NUMBERS = {v.XSD_DECIMAL.value, f"{v.XSD}double", f"{v.XSD}float"}
DEADLINE = 60.0


def library(folders: Iterable[Path] = ()) -> dict[str, Query]:
    """Return every question by name. Those of ``folders`` hide ours of the same name.

    >>> len(library()) > 20
    True
    """
    known = dict(folder(None))
    for place in folders:
        known.update(folder(place))
    return known


def find(name: str, folders: Iterable[Path] = ()) -> Query:
    """Return the question of a name.

    Raises:
        UsageError: there is none; the message says what is near.

    >>> find("genes_for_condition")
    Traceback (most recent call last):
    genekg.errors.UsageError: no query named 'genes_for_condition'; did you mean \
genes_of_condition? `genekg queries` lists them
    """
    known = library(folders)
    if name in known:
        return known[name]
    from rapidfuzz import fuzz, process

    near = process.extractOne(name, known.keys(), scorer=fuzz.ratio, score_cutoff=50)
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"no query named {name!r}", remedy=f"{meant}`genekg queries` lists them")


def run(
    graph: Graph, name: str, parameters: Mapping[str, str], folders: Iterable[Path] = ()
) -> Table:
    """Answer a question of our own, or of a user's ``folders``.

    Raises:
        UsageError: no such question; or a parameter is missing, unknown or malformed.
        NotFoundError: nothing is named as a parameter says.
        AmbiguousError: several things are.
    """
    return answer(graph, find(name, folders), parameters)


def answer(graph: Graph, query: Query, parameters: Mapping[str, str]) -> Table:
    """Answer a question; see ``run``.

    A user's question is run in a worker process, as their SPARQL is; or at the endpoint.

    Raises:
        QueryError: the text of the question is not SPARQL, or runs into a limit.
    """
    bound = bind(graph, query, parameters)
    if not query.own and isinstance(workers := graph.workers, Workers):
        return _in_worker(workers, query, bound)
    values: dict[Variable, Any] = {Variable(name): node for name, node in bound.items()}
    try:
        solutions: Any = graph.store.query(
            query.text, prefixes=prefixes.predeclared(), substitutions=values
        )
        return to_table(query, solutions)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"the query {query.name} cannot be answered: {error}") from error


def to_table(query: Query, solutions: Any) -> Table:
    """Return the engine's solutions of a question as its answer: its columns, in its order."""
    columns = query.columns
    names = [variable.value for variable in solutions.variables]
    kept = [position for position, name in enumerate(names) if name in columns]
    lists = {names.index(name) for name in query.lists}
    rows = [
        tuple(_cell(row[position], position in lists) for position in kept) for row in solutions
    ]
    rest = (column for column in columns if column not in query.sort)
    return Table(columns, rows).sorted(*query.sort, *rest)


def _in_worker(workers: Workers, query: Query, bound: Mapping[str, NamedNode | Literal]) -> Table:
    ready = prepare(query.text, prefixes=prefixes.predeclared())
    given = {name: _sent(node) for name, node in bound.items()}
    found = workers.run(ready, format="json", deadline=DEADLINE, bound=given)
    return to_table(query, parse_query_results(found.data, QueryResultsFormat.JSON))


def _sent(node: NamedNode | Literal) -> tuple[str, str]:
    """Return a node as a worker is told it: its kind and its text."""
    if isinstance(node, NamedNode):
        return "iri", node.value
    kind = "integer" if node.datatype.value == v.XSD_INTEGER.value else "text"
    return kind, node.value


def bind(
    graph: Labelled, query: Query, parameters: Mapping[str, str]
) -> dict[str, NamedNode | Literal]:
    """Return the node that each parameter of a question stands for.

    Raises:
        UsageError: a parameter is missing, unknown or malformed.
        NotFoundError: nothing is named so. An id that is well formed is taken all the same.
        AmbiguousError: several things are named so.
    """
    takes = ", ".join(parameter.name for parameter in query.parameters) or "none"
    if unknown := sorted(parameters.keys() - {each.name for each in query.parameters}):
        raise UsageError(
            f"{query.name} has no parameter {unknown[0]!r}", remedy=f"it takes {takes}"
        )
    values: dict[str, NamedNode | Literal] = {}
    for parameter in query.parameters:
        given = parameters.get(parameter.name, parameter.example if parameter.optional else "")
        if not given.strip():
            raise UsageError(
                f"{query.name} needs the parameter {parameter.name!r}, a {parameter.kind}",
                remedy=f"for example `{query.example}`",
            )
        values[parameter.name] = _value(graph, parameter, given)
    return values


def _value(graph: Labelled, parameter: Parameter, given: str) -> NamedNode | Literal:
    if parameter.kind == "text":
        return Literal(given)
    if parameter.kind == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", given.strip()):
            raise UsageError(f"{parameter.name} must be a whole number, not {given!r}")
        return Literal(int(given))
    try:
        return NamedNode(prefixes.expand(search.resolve(graph, given, KINDS[parameter.kind]).id))
    except NotFoundError:
        curie = prefixes.normalise(given)
        if curie is None or graph.labels.entity(curie):
            raise
        return NamedNode(prefixes.expand(curie))


def _cell(node: Any, several: bool) -> Cell:
    if node is None:
        return None
    if isinstance(node, NamedNode):
        return prefixes.shorten(node.value)
    content = str(node.value)
    kind = node.datatype.value
    if several:
        parts = {prefixes.shorten(part) for part in content.split("|") if part}
        return "|".join(sorted(parts)) or None
    if kind == v.XSD_INTEGER.value:
        return int(content)
    if kind in _NUMBERS:
        return float(content)
    return content == "true" if kind == v.XSD_BOOLEAN.value else content


def documentation(folders: Iterable[Path] = ()) -> str:
    """Return the page on the named questions, as Markdown."""
    known = library(folders)
    parts = [_INTRODUCTION.format(count=len(known))]
    for query in known.values():
        parts.append(f"## {query.name}\n\n{query.summary}\n")
        if query.description:
            parts.append(f"{query.description}\n")
        if query.parameters:
            rows = [
                f"| `{each.name}` | {each.kind} | {each.example}"
                f"{' (the default)' if each.optional else ''} |\n"
                for each in query.parameters
            ]
            parts.append(f"| parameter | kind | example |\n| --- | --- | --- |\n{''.join(rows)}")
        shape = f" One row is {query.row}." if query.row else ""
        shape += f" No rows: {query.empty}." if query.empty else ""
        parts.append(f"Columns: {', '.join(f'`{name}`' for name in query.columns)}.{shape}\n")
        parts.append(f"```console\n$ {query.example}\n```\n")
    return "\n".join(parts)


_INTRODUCTION = """\
# Named questions

The {count} questions that genekg answers by name. Each is a file in `queries/`, a SPARQL query
whose head declares what it asks for; `genekg query NAME --sparql` prints it.

A condition, gene, enzyme, symptom, mode, process or term is given as an id, an IRI, a label, a
synonym or a symbol. An id that is not in the graph gives an empty table. Several values in one
cell are joined by `|`. A source is the release that states a row: its name and its version.

Questions of your own are files like these in a folder: `--queries FOLDER`, or `GENEKG_QUERIES`.
They run in a worker process, as SPARQL does that is typed; their parameters are bound all the same.

Each question has an answer on the samples that is known, gives nothing for what is not there, and
was answered on the whole default graph by a second engine, rdflib, with the paths walked over what
is stated: `benchmarks/second_engine.py` wrote the numbers of rows to
`tests/golden/second_engine.tsv`, and the tests compare. What rdflib does not answer is computed
from the source files instead.

In the graph each question is an example that any endpoint runs, as SIB's collections have them:
`?question a sh:SPARQLExecutable ; rdfs:comment ?asks ; sh:select ?text`.
"""


def listing(words: Iterable[str] = (), folders: Iterable[Path] = ()) -> Table:
    """Return the questions, or those with all the given words: name, summary, an example."""
    wanted = [word.casefold() for word in words]
    rows: list[tuple[Cell, ...]] = []
    for name, query in sorted(library(folders).items()):
        given = " ".join(
            f"{parameter.name}={parameter.example!r}" for parameter in query.parameters
        )
        text = f"{name} {query.summary} {' '.join(query.keywords)}".casefold()
        if all(word in text for word in wanted):
            rows.append((name, query.summary, f"genekg query {name} {given}".rstrip()))
    return Table(("name", "summary", "example"), rows)
