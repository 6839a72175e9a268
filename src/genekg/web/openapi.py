"""The OpenAPI 3.1 description of the server, made from the heads of the questions.

See https://spec.openapis.org/oas/v3.1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genekg import __version__
from genekg.queries import Parameter, Query
from genekg.web.negotiation import GRAPH_TYPES, RESULT_TYPES, TABLE_TYPES

__all__ = ["document"]

_TEXT = {"type": "string"}
_CELL = {"type": ["string", "number", "boolean", "null"]}
_FAULT = {"description": "What is wrong, in words.", "content": {"text/plain": {"schema": _TEXT}}}
_FAULTS = {
    "400": _FAULT,
    "404": _FAULT,
    "406": _FAULT,
    "503": {**_FAULT, "description": "The server is busy; Retry-After says when to try again."},
    "504": {**_FAULT, "description": "The query ran into its deadline."},
}


def document(questions: Iterable[Query], server: str) -> dict[str, Any]:
    """Return the description of the server at an address."""
    paths: dict[str, Any] = {
        "/sparql": {"get": _sparql_get(), "post": _sparql_post()},
        "/entity/{curie}": {"get": _entity()},
        "/graph-store": {"get": _graph_store()},
        "/queries": {"get": _listing()},
    }
    for query in questions:
        paths[f"/queries/{query.name}"] = {"get": _question(query)}
    for path, summary in (
        ("/health", "Whether the server runs."),
        ("/ready", "Whether it answers queries, and of which graph."),
    ):
        paths[path] = {"get": _plain(path.strip("/"), summary, "application/json")}
    for name, summary in (
        ("void", "What the graph says of itself, in VoID and DCAT."),
        ("sparql-examples", "Example queries, as SHACL SPARQL executables."),
    ):
        paths[f"/.well-known/{name}"] = {"get": _plain(name, summary, "text/turtle")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "genekg",
            "version": __version__,
            "description": "A knowledge graph of genetic conditions."
            " For research, not for diagnosis or care.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
    }


def _content(types: dict[str, tuple[str, ...]], schema: dict[str, Any]) -> dict[str, Any]:
    return {
        names[0]: {"schema": schema if format == "json" else _TEXT}
        for format, names in types.items()
    }


def _parameter(name: str, about: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": schema, **more}


def _question(query: Query) -> dict[str, Any]:
    row = {"type": "object", "properties": dict.fromkeys(query.columns, _CELL)}
    return {
        "operationId": query.name,
        "summary": query.summary,
        **({"description": query.description} if query.description else {}),
        "tags": list(query.keywords) or ["questions"],
        "parameters": [*map(_bound, query.parameters), _format(TABLE_TYPES)],
        "responses": {
            "200": {
                "description": f"Columns: {', '.join(query.columns)}.",
                "content": _content(TABLE_TYPES, {"type": "array", "items": row}),
            },
            **_FAULTS,
        },
    }


def _bound(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"} if parameter.kind == "integer" else dict(_TEXT)
    example: Any = int(parameter.example) if parameter.kind == "integer" else parameter.example
    if parameter.optional:
        schema["default"] = example
    about = f"A {parameter.kind}"
    if parameter.kind not in ("text", "integer"):
        about += ": an id, IRI, label, synonym or symbol"
    return _parameter(
        parameter.name, f"{about}.", schema, required=not parameter.optional, example=example
    )


def _format(types: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    schema = {"type": "string", "enum": list(types)}
    return _parameter("format", "Goes before the Accept header.", schema)


def _options() -> list[dict[str, Any]]:
    lists = {"type": "array", "items": {"type": "string", "format": "uri"}}
    return [
        _parameter("default-graph-uri", "A graph that makes up the default graph.", lists),
        _parameter("named-graph-uri", "A graph that GRAPH may name.", lists),
        _parameter("timeout", "Seconds that the query may take.", {"type": "number"}),
        _parameter("max-rows", "Rows of the answer at most.", {"type": "integer"}),
        _format({**RESULT_TYPES, **GRAPH_TYPES}),
    ]


def _sparql_responses() -> dict[str, Any]:
    content = {
        **_content(GRAPH_TYPES, {"type": "object"}),
        **_content(RESULT_TYPES, {"type": "object"}),
    }
    return {"200": {"description": "The answer.", "content": content}, **_FAULTS}


def _sparql_get() -> dict[str, Any]:
    query = _parameter("query", "A SPARQL 1.1 query; without one, the service is described.", _TEXT)
    return {
        "operationId": "sparql",
        "summary": "Answer a SPARQL query (SPARQL 1.1 Protocol).",
        "parameters": [query, *_options()],
        "responses": _sparql_responses(),
    }


def _sparql_post() -> dict[str, Any]:
    form = {"type": "object", "required": ["query"], "properties": {"query": _TEXT}}
    return {
        "operationId": "sparqlPost",
        "summary": "Answer a SPARQL query sent in the body.",
        "parameters": _options(),
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": {"schema": _TEXT},
                "application/x-www-form-urlencoded": {"schema": form},
            },
        },
        "responses": _sparql_responses(),
    }


def _entity() -> dict[str, Any]:
    types = ("text/html", "text/turtle", "application/ld+json", "application/json",
             "application/n-triples", "application/rdf+xml", "application/n-quads")  # fmt: skip
    return {
        "operationId": "entity",
        "summary": "Everything known of an entity, with its sources.",
        "parameters": [
            {
                "name": "curie",
                "in": "path",
                "required": True,
                "description": "An id; one that was merged or replaced leads to the one kept.",
                "schema": _TEXT,
                "example": "MONDO:0020721",
            }
        ],
        "responses": {
            "200": {
                "description": "The entity.",
                "content": {name: {"schema": _TEXT} for name in types},
            },
            "303": {"description": "It is kept under another id."},
            **_FAULTS,
        },
    }


def _graph_store() -> dict[str, Any]:
    return {
        "operationId": "graphStore",
        "summary": "One graph (SPARQL 1.1 Graph Store Protocol, read only).",
        "parameters": [
            _parameter("default", "The default graph.", _TEXT, allowEmptyValue=True),
            _parameter("graph", "The IRI of a named graph.", {"type": "string", "format": "uri"}),
        ],
        "responses": {
            "200": {"description": "The graph.", "content": _content(GRAPH_TYPES, _TEXT)},
            **_FAULTS,
        },
    }


def _listing() -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "object"}}
    return {
        "operationId": "queries",
        "summary": "List the named questions.",
        "parameters": [_format(TABLE_TYPES)],
        "responses": {
            "200": {"description": "The questions.", "content": _content(TABLE_TYPES, schema)},
            "406": _FAULT,
        },
    }


def _plain(name: str, summary: str, media: str) -> dict[str, Any]:
    schema = {"type": "object"} if media == "application/json" else _TEXT
    return {
        "operationId": name,
        "summary": summary,
        "responses": {"200": {"description": summary, "content": {media: {"schema": schema}}}},
    }
