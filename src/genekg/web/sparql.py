"""The SPARQL 1.1 Protocol, for queries: https://www.w3.org/TR/sparql11-protocol/.

Beside what the protocol has, a client may give ``format``, a format or media type that goes
before the Accept header; ``timeout``, in seconds; and ``max-rows``. ``Prefer: handling=strict``
makes an answer that would be cut a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from genekg.exchange import Answer, Dataset
from genekg.sparql import Prepared
from genekg.web import descriptions
from genekg.web.engine import Engine, Job, is_fixed
from genekg.web.negotiation import GRAPH_TYPES, RESULT_TYPES, accepted, media_type, named
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request, pairs

__all__ = ["ALLOWED", "SparqlEndpoint"]

ALLOWED = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_READ_ONLY = "this endpoint is read-only: it takes no updates"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")


@dataclass(frozen=True)
class _Asked:
    """What a request asks for, as far as it goes without reading the query."""

    text: str
    dataset: Dataset | None
    parameters: dict[str, str]


class SparqlEndpoint:
    """Answers requests for ``/sparql``."""

    def __init__(self, engine: Engine, description: descriptions.Description) -> None:
        self._engine = engine
        self._description = description

    async def __call__(self, request: Request) -> Reply:
        """Answer a query, or describe the service when there is none."""
        asked = _asked(request)
        if asked is None:
            return self._description.service(request)
        limits = self._engine.limits
        job = Job(
            asked.text,
            request.client,
            deadline=_deadline(request, asked, limits.deadline, limits.longest),
            rows=_rows(asked, limits.rows),
            dataset=asked.dataset,
            base=request.address("/sparql"),
        )
        query = await self._engine.prepared(job)
        types = RESULT_TYPES if query.form in ("SELECT", "ASK") else GRAPH_TYPES
        format = _format(request, asked, types)
        tag = self._tag(query, job, format)
        if tag and request.method == "GET" and tag in request.header("if-none-match"):
            return Reply(200, etag=tag)  # which `send_reply` makes a 304
        answer = await self._engine.answer(job, query, format)
        return _reply(request, answer, media_type(format, types), tag, job)

    def _tag(self, query: Prepared, job: Job, format: str) -> str:
        if not is_fixed(query.source):
            return ""
        return etag(self._engine.digest, query.text, format, job.rows, job.dataset, job.base)


def _reply(request: Request, answer: Answer, media: str, tag: str, job: Job) -> Reply:
    headers: list[tuple[str, str]] = []
    if answer.truncated:
        if "handling=strict" in request.header("prefer").lower():
            raise Refusal(
                422,
                f"the answer has over {answer.rows:,} rows, which is all that this server gives"
                " at once; add LIMIT and OFFSET, or ask without Prefer: handling=strict",
            )
        headers.append(("Genekg-Truncated", f"rows={answer.rows}"))
    return Reply(
        200,
        answer.data,
        media,
        tuple(headers),
        etag=tag,
        fixed=bool(tag),
        timing=tuple(job.timing),
    )


def _asked(request: Request) -> _Asked | None:
    """Return what a request asks for; None when it asks nothing.

    Raises:
        Refusal: it is not as the protocol has it.
    """
    if request.method not in ("GET", "POST"):
        raise Refusal(405, f"{request.method} is not for queries", ("Allow", ALLOWED))
    try:
        found = request.parameters
        if request.method == "POST":
            found = _posted(request, found)
    except ValueError as error:
        raise Refusal(400, f"the parameters cannot be read: {error}") from None
    queries = [value for name, value in found if name == "query"]
    if any(name == "update" for name, _ in found):
        raise Refusal(403, _READ_ONLY)
    if len(queries) > 1:
        raise Refusal(400, f"there are {len(queries)} queries: send one at a time")
    if not queries:
        if request.method == "GET" and not found:
            return None
        raise Refusal(400, "there is no query: send it as the parameter query")
    return _Asked(queries[0], _dataset(found), dict(found))


def _posted(request: Request, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of a POST: those of its address, and its body's."""
    kind, *rest = (part.strip().lower() for part in request.header("content-type").split(";"))
    if any(part.startswith("charset=") and part[8:].strip('"') != "utf-8" for part in rest):
        raise Refusal(415, "only UTF-8 is understood")
    if kind == _FORM:
        return [*found, *pairs(request.body)]
    if kind == _QUERY:
        if any(name == "query" for name, _ in found):
            raise Refusal(400, "there is a query in the body and one in the address: send one")
        return [*found, ("query", request.body.decode("utf-8"))]
    if kind == _UPDATE:
        raise Refusal(403, _READ_ONLY)
    what = f"a body of type {kind!r} is" if kind else "a body without Content-Type is"
    raise Refusal(415, f"{what} not understood: send {_QUERY} or {_FORM}")


def _dataset(found: Sequence[tuple[str, str]]) -> Dataset | None:
    default = tuple(value for name, value in found if name == "default-graph-uri")
    names = tuple(value for name, value in found if name == "named-graph-uri")
    for iri in (*default, *names):
        if not _IRI.fullmatch(iri):
            raise Refusal(400, f"{iri!r} is not an absolute IRI of a graph")
    return Dataset(default, names) if default or names else None


def _deadline(request: Request, asked: _Asked, usual: float, longest: float) -> float:
    """Return how long a query may take; ``timeout``, or ``wait`` of RFC 7240, says it."""
    given = asked.parameters.get("timeout", "")
    wait = re.search(r"\bwait\s*=\s*([0-9]+)", request.header("prefer"))
    if not given:
        return min(float(wait[1]), longest) if wait and float(wait[1]) > 0 else usual
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= longest:
        raise Refusal(400, f"timeout must be over 0 and up to {longest:g} seconds, not {given!r}")
    return seconds


def _rows(asked: _Asked, most: int) -> int:
    given = asked.parameters.get("max-rows")
    if given is None:
        return most
    if not re.fullmatch("[0-9]{1,12}", given):
        raise Refusal(400, f"max-rows must be a whole number, not {given!r}")
    return min(int(given), most)


def _format(request: Request, asked: _Asked, types: dict[str, tuple[str, ...]]) -> str:
    wished = named(asked.parameters.get("format", ""), types)
    if wished:
        return wished
    found = accepted(request.header("accept"), types)
    if found is None:
        raise Refusal(
            406,
            f"none of {request.header('accept')!r} can be had; there are"
            f" {', '.join(names[0] for names in types.values())}",
        )
    return found
