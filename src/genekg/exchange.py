"""What is asked of a worker process, and what its reply means: the words of `genekg.frames`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genekg.errors import (
    FormatError,
    GenekgError,
    QueryError,
    QueryLimitError,
    QueryRefusedError,
    UsageError,
)
from genekg.frames import Frame
from genekg.sparql import Prepared, explain, star
from genekg.sparql_tokens import prologue, token_list

__all__ = [
    "Answer",
    "Dataset",
    "document",
    "document_request",
    "dump_request",
    "outcome",
    "piece",
    "prefixes_of",
    "request",
]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
_WITH_PREFIXES = ("ttl", "trig", "rdfxml", "jsonld")


@dataclass(frozen=True)
class Answer:
    """What a query gave, serialised.

    Attributes:
        form: 'select', 'ask' or 'construct' (DESCRIBE too).
        variables: the columns of a SELECT, in the order of the query's text.
        data: the answer in the asked format; well-formed also when it is truncated.
        rows: rows or triples in ``data``; 1 for ASK.
        truncated: whether there is more than the limits allowed.
        seconds: what the engine took.
    """

    form: str
    variables: tuple[str, ...]
    data: bytes
    rows: int
    truncated: bool
    seconds: float


@dataclass(frozen=True)
class Dataset:
    """The graphs, by IRI, that a query sees in place of those that it names itself."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def request(
    query: Prepared | str,
    *,
    format: str,
    max_rows: int | None = None,
    max_bytes: int | None = None,
    dataset: Dataset | None = None,
    bound: Mapping[str, tuple[str, str]] | None = None,
    base: str = "",
) -> Frame:
    """Return the frame that asks a query.

    ``base`` is what relative IRIs are relative to, if they may be written. ``bound`` gives
    variables a value: ("iri", IRI), ("text", string) or ("integer", digits).

    Raises:
        UsageError: a limit is no limit.
    """
    if (max_rows is not None and max_rows < 0) or (max_bytes is not None and max_bytes < 1):
        raise UsageError("a limit cannot be negative", remedy="leave it out for no limit")
    text = query.text if isinstance(query, Prepared) else query
    found = star(text) if "*" in text else None
    header: dict[str, Any] = {"format": format, "max_rows": max_rows, "max_bytes": max_bytes}
    if found:
        header["star"] = [found.offset, found.variables]
    rewritten = query.rewritten if isinstance(query, Prepared) else None
    if rewritten and dataset is None and not bound:
        place = star(rewritten.text) if found else None
        header["instead"] = [rewritten.text, rewritten.hidden, place.offset if place else 0]
    if names := prefixes_of(query, format):
        header["prefixes"] = names
    if dataset is not None:
        header["dataset"] = [dataset.default, dataset.named]
    if base:
        header["base"] = base
    if bound:
        header["bound"] = dict(bound)
    return header, text.encode()


def outcome(frame: Frame, query: Prepared | str, *, network: bool = False) -> Answer:
    """Return the answer that a worker's reply is.

    Raises:
        QueryLimitError, QueryRefusedError, QueryError, UsageError: it is a refusal.
    """
    reply, data = frame
    if "error" in reply:
        raise _error(reply, query, network=network)
    return Answer(
        form=reply["form"],
        variables=tuple(reply["variables"]),
        data=bytes(data),
        rows=reply["rows"],
        truncated=reply["truncated"],
        seconds=reply["seconds"],
    )


def document_request(curie: str, format: str, *, max_bytes: int) -> Frame:
    """Return the frame that asks for an entity as a document (`genekg.documents`)."""
    return {"document": format, "max_bytes": max_bytes}, curie.encode()


def document(frame: Frame) -> bytes:
    """Return the document that a worker's reply is.

    Raises:
        QueryLimitError: it is longer than the limit, or took too much memory.
        GenekgError: it could not be written, and why.
    """
    reply, data = frame
    if "error" not in reply:
        return bytes(data)
    kind, message = reply["error"], reply["message"]
    if kind == "size":
        raise QueryLimitError(message, remedy="ask for a part of it by /sparql")
    if kind == "memory":
        raise QueryLimitError("writing it ran out of memory", remedy="ask by /sparql")
    raise GenekgError(message, remedy=reply.get("remedy", ""))


def dump_request(graph: str, format: str, *, gzip: bool, prefixes: Mapping[str, str]) -> Frame:
    """Return the frame that asks for a whole graph (`genekg.dumping`); "" is the default one."""
    return {"dump": graph, "format": format, "gzip": gzip, "prefixes": dict(prefixes)}, b""


def piece(frame: Frame) -> bytes:
    """Return the piece of a graph that a worker's reply is.

    Raises:
        FormatError: the graph cannot be written in the format.
        QueryError: the engine cannot read it.
    """
    reply, data = frame
    if "error" not in reply:
        return bytes(data)
    if reply["error"] == "format":
        raise FormatError(reply["message"])
    raise QueryError(f"the graph cannot be read: {reply['message']}")


def prefixes_of(query: Prepared | str, format: str) -> dict[str, str]:
    """Return the prefixes that an answer can be written with, if its format has any."""
    if format not in _WITH_PREFIXES:
        return {}
    if isinstance(query, Prepared):
        known = dict(query.prefixes)
    else:
        known = prologue(token_list(query)[0])[0]
    return {name: iri for name, iri in known.items() if _ABSOLUTE.fullmatch(iri)}


def _error(reply: dict[str, Any], query: Prepared | str, *, network: bool) -> GenekgError:
    """Return what a worker reported as one of our errors."""
    kind, message = reply["error"], reply["message"]
    if kind == "syntax":
        if isinstance(query, Prepared):
            return explain(query.source, message, query.prefixes)
        return explain(query, message, {})
    if kind == "format":
        return FormatError(message)
    if kind == "size":
        return QueryLimitError(message, remedy="allow more bytes, or ask for fewer columns")
    if kind == "memory":
        return QueryLimitError("the query ran out of memory", remedy="add LIMIT")
    if "custom function" in message:
        found = re.search(r"<[^>]*>", message)
        return QueryError(
            f"the engine knows no function {found[0] if found else message}",
            remedy="casts are xsd:integer(...), xsd:decimal, xsd:double, xsd:string, xsd:boolean",
        )
    text = query.text if isinstance(query, Prepared) else query
    if not network and "service" in text.lower():
        return QueryRefusedError(
            f"the query tried to call another host: {message}", remedy="leave SERVICE out"
        )
    return QueryError(f"the engine gave up: {message}", remedy="check the query")
