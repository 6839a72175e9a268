"""The named questions over HTTP: ``/queries`` lists them, ``/queries/NAME?key=value`` answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, parse_query_results

from genekg import prefixes, queries, tables
from genekg.errors import NotFoundError, UsageError
from genekg.exchange import Answer
from genekg.sparql import prepare
from genekg.web.engine import Engine, Job
from genekg.web.negotiation import TABLE_TYPES, accepted, media_type, named
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Library", "described"]

_ALLOWED = "GET, HEAD, OPTIONS"
_OWN = ("format", "timeout")


class Library:
    """Answers requests for ``/queries``; ``folders`` hold questions of the user's own."""

    def __init__(self, engine: Engine, graph: Graph, folders: tuple[Path, ...] = ()) -> None:
        self._engine = engine
        self._graph = graph
        self.questions: Mapping[str, queries.Query] = queries.library(folders)

    async def __call__(self, request: Request) -> Reply:
        """Answer a question, or list them all."""
        if request.method != "GET":
            raise Refusal(405, f"{request.method} is not for questions", ("Allow", _ALLOWED))
        try:
            given = request.parameters
        except ValueError as error:
            raise Refusal(400, f"the parameters cannot be read: {error}") from None
        names = [name for name, _ in given]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise UsageError(f"{twice!r} is given twice")
        values = dict(given)
        format = _format(request, values)
        if not request.part:
            return self._listing(format)
        query = self.questions.get(request.part)
        if query is None:
            raise NotFoundError(f"no question named {request.part!r}", remedy="/queries lists them")
        asked = {name: value for name, value in given if name not in _OWN}
        return await self._answer(request, query, asked, format)

    def _listing(self, format: str) -> Reply:
        if format == "json":
            content = [described(query) for query in self.questions.values()]
            body = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
        else:
            rows = [(query.name, query.summary) for query in self.questions.values()]
            body = tables.FORMATS[format](tables.Table(("name", "summary"), rows)).encode()
        return Reply(
            200,
            body,
            media_type(format, TABLE_TYPES),
            etag=etag(self._engine.digest, "queries", format),
            fixed=True,
        )

    async def _answer(
        self, request: Request, query: queries.Query, asked: dict[str, str], format: str
    ) -> Reply:
        graph, engine = self._graph, self._engine
        bound = await engine.work(request.client, lambda: queries.bind(graph, query, asked))
        limits = engine.limits
        job = Job(
            query.text,
            request.client,
            deadline=limits.longest,
            rows=limits.rows,
            bound={name: _sent(node) for name, node in bound.items()},
        )
        answer = await engine.answer(
            job, prepare(query.text, prefixes=prefixes.predeclared()), "json"
        )
        body = await engine.work(request.client, lambda: _written(query, answer, format))
        truncated = (("Genekg-Truncated", f"rows={answer.rows}"),) if answer.truncated else ()
        return Reply(
            200,
            body,
            media_type(format, TABLE_TYPES),
            truncated,
            etag=etag(engine.digest, query.text, sorted(job.bound.items()), format),  # type: ignore[union-attr]
            fixed=True,
            timing=tuple(job.timing),
        )


def _format(request: Request, values: Mapping[str, str]) -> str:
    if wished := values.get("format", ""):
        found = named(wished, TABLE_TYPES)
        if found is None:
            raise UsageError(f"no format {wished!r}", remedy=f"choose {', '.join(TABLE_TYPES)}")
        return found
    best = accepted(request.header("accept"), TABLE_TYPES)
    if best is None:
        known = ", ".join(types[0] for types in TABLE_TYPES.values())
        raise Refusal(406, f"none of the formats asked for can be had; there are {known}")
    return best


def _sent(node: NamedNode | Literal) -> tuple[str, str]:
    """Return a bound value as `genekg.exchange.request` takes it."""
    if isinstance(node, NamedNode):
        return "iri", node.value
    return ("integer" if node.datatype.value.endswith("#integer") else "text"), node.value


def _written(query: queries.Query, answer: Answer, format: str) -> bytes:
    solutions = parse_query_results(answer.data, QueryResultsFormat.JSON)
    return tables.FORMATS[format](queries.to_table(query, solutions)).encode()


def described(query: queries.Query) -> dict[str, object]:
    """Return what a question's head says, as plain data."""
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "parameters": [
            {
                "name": each.name,
                "kind": each.kind,
                "example": each.example,
                "optional": each.optional,
            }
            for each in query.parameters
        ],
        "columns": list(query.columns),
        "keywords": list(query.keywords),
    }
