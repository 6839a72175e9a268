"""Users' SPARQL at an endpoint: asked there, and answered in every format that a worker writes."""

from __future__ import annotations

import time

import pyoxigraph
from pyoxigraph import RdfFormat

from genekg.errors import QueryError, QueryLimitError, StoreError, UsageError
from genekg.exchange import Answer, Dataset, prefixes_of
from genekg.paging import Source, select
from genekg.remote_results import combined, solutions
from genekg.sparql import Prepared, star
from genekg.sparql_errors import ungrammatical
from genekg.sparql_tokens import prologue, token_list
from genekg.worker import GRAPH_FORMATS, TABLE_FORMATS

__all__ = ["RemoteRunner"]

_TRIPLES = "application/n-triples, text/plain, text/turtle"


class RemoteRunner:
    """Runs queries at an endpoint, with the method of `genekg.workers.Workers`."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def run(
        self,
        query: Prepared | str,
        *,
        format: str,
        deadline: float = 10.0,
        max_rows: int | None = None,
        max_bytes: int | None = None,
        dataset: Dataset | None = None,
    ) -> Answer:
        """Return the answer to a query that `genekg.sparql.prepare` has let through.

        Raises: as ``Workers.run`` does; and StoreError: nobody answers.
        """
        try:
            return self._answer(query, format, deadline, max_rows, max_bytes, dataset)
        except QueryError as error:
            if type(error) is QueryError and (found := _ungrammatical(query)):
                raise found from error
            raise

    def _answer(
        self,
        query: Prepared | str,
        format: str,
        deadline: float,
        max_rows: int | None,
        max_bytes: int | None,
        dataset: Dataset | None,
    ) -> Answer:
        started = time.monotonic()
        source = self._source
        if dataset is not None:
            graphs = [("default-graph-uri", name) for name in dataset.default]
            graphs += [("named-graph-uri", name) for name in dataset.named]
            source = Source(source.endpoint, tuple(graphs), source.most)
        text = query.text if isinstance(query, Prepared) else query
        form = query.form if isinstance(query, Prepared) else "SELECT"
        known = GRAPH_FORMATS if form in ("CONSTRUCT", "DESCRIBE") else TABLE_FORMATS
        if format not in known:
            raise UsageError(
                f"a {form} query has no answer in {format}", remedy=f"there are {', '.join(known)}"
            )
        if known is GRAPH_FORMATS:
            variables: tuple[str, ...] = ()
            triples = _triples(source, text, deadline)
            cut = max_rows is not None and len(triples) > max_rows
            triples = triples[:max_rows]
            names = prefixes_of(query, format) or None
            syntax = GRAPH_FORMATS[format]
            data = pyoxigraph.serialize(triples, format=syntax, prefixes=names) or b""
            rows = len(triples)
        else:
            star_of = star(text) if "*" in text else None
            if isinstance(query, Prepared) and query.rewritten and dataset is None:
                text = query.rewritten.text
            columns = star_of.variables if star_of else None
            variables, data, rows, cut = _table(source, text, columns, format, deadline, max_rows)
        if max_bytes is not None and len(data) > max_bytes:
            raise QueryLimitError("the answer is larger than allowed", remedy="ask for less")
        kind = "construct" if known is GRAPH_FORMATS else form.lower()
        return Answer(kind, variables, data, rows, cut, time.monotonic() - started)

    def close(self) -> None:
        """Do nothing: the connection is the store's."""


def _table(
    source: Source,
    text: str,
    columns: tuple[str, ...] | None,
    format: str,
    deadline: float,
    max_rows: int | None,
) -> tuple[tuple[str, ...], bytes, int, bool]:
    limit = None if max_rows is None else max_rows + 1
    found = select(source, text, limit=limit, deadline=deadline)
    if isinstance(found, bool):
        return (), _written(solutions(found), format), 1, False
    said, rows = found
    variables = said if columns is None else list(columns)
    cut = max_rows is not None and len(rows) > max_rows
    rows = [{name: row[name] for name in variables if name in row} for row in rows[:max_rows]]
    data = combined(variables, rows)
    if format != "json":
        data = _written(solutions((variables, rows)), format)
    return tuple(variables), data, len(rows), cut


def _check_whole(source: Source, text: str, deadline: float) -> None:
    """Refuse a CONSTRUCT that Virtuoso cuts: it builds of so many solutions, and does not say so.

    Raises:
        QueryLimitError: there are more.
    """
    words = token_list(text)[0]
    place = prologue(words)[1]
    if words[place].text.upper() != "CONSTRUCT":
        return
    head = text[: words[place].start]
    if words[place + 1].text == "{":
        place = next(n for n in range(place, len(words)) if words[n].text == "}")
    rest = text[words[place + 1].start :]
    counted = f"{head}SELECT (COUNT(*) AS ?rows) WHERE {{ {{ SELECT * {rest} }} }}"
    number = source.count(counted, deadline)
    source.run(f"SELECT ?s WHERE {{ ?s ?p ?o }} LIMIT {source.most + 1}")  # tells the most
    if number > source.most:
        raise QueryLimitError(
            f"{source.endpoint.address} builds a graph of at most {source.most:,} solutions, and"
            f" this one has {number:,}",
            remedy="ask with SELECT, which is paged, or add LIMIT and OFFSET",
        )


def _written(results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, format: str) -> bytes:
    return results.serialize(format=TABLE_FORMATS[format]) or b""


def _triples(source: Source, text: str, deadline: float) -> list[pyoxigraph.Triple]:
    """Return the triples of a CONSTRUCT or DESCRIBE, each once.

    Raises:
        QueryLimitError: the endpoint gives no more than so many.
    """
    reply = source.endpoint.query(text, _TRIPLES, graphs=source.graphs, deadline=deadline)
    syntax = RdfFormat.TURTLE if reply.type == "text/turtle" else RdfFormat.N_TRIPLES
    try:
        triples = dict.fromkeys(q.triple for q in pyoxigraph.parse(reply.body, format=syntax))
    except (SyntaxError, ValueError) as error:
        raise StoreError(
            f"the answer of {source.endpoint.address} is cut or is no RDF: {error}",
            remedy="ask again",
        ) from error
    if "genekg-truncated" in reply.headers:
        raise QueryLimitError(
            f"{source.endpoint.address} gave a part of the graph", remedy="add LIMIT and OFFSET"
        )
    if reply.headers.get("server", "").lower().startswith("virtuoso"):
        _check_whole(source, text, deadline)
    return list(triples)


def _ungrammatical(query: Prepared | str) -> QueryError | None:
    """Return what is wrong with a refused query in our own words, which show the place."""
    if isinstance(query, Prepared):
        return ungrammatical(query.source, query.prefixes)
    return ungrammatical(query, {})
