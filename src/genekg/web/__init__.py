"""The graph over HTTP: `create_app` makes an ASGI application of an open graph.

sparql (the Protocol) · graph_store (reading) · entities · library and openapi (named questions) ·
descriptions (of the service, in RDF); under them replies, requests, negotiation; and what guards
them: guard, limits, admission, pool, connections, logs. following goes over to newer builds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from genekg import prefixes, user_sparql
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.web.app import App
from genekg.web.descriptions import Description
from genekg.web.engine import Engine
from genekg.web.entities import Entities
from genekg.web.examples import examples, void
from genekg.web.front import Front
from genekg.web.graph_store import GraphStore
from genekg.web.guard import Access
from genekg.web.library import Library
from genekg.web.limits import Limits
from genekg.web.openapi import document
from genekg.web.replies import Reply, etag
from genekg.web.requests import Request
from genekg.web.sparql import SparqlEndpoint

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Access", "Limits", "create_app"]


def create_app(
    graph: Graph,
    *,
    limits: Limits | None = None,
    access: Access | None = None,
    queries: Iterable[Path] = (),
    log_queries: bool = False,
) -> App:
    """Return the server of a graph. The graph must stay open as long as it runs.

    Args:
        limits: what is allowed; see `Limits`.
        access: who may ask; see `Access`. Without it, this machine.
        queries: folders with named questions of the user's own.
        log_queries: write the text of each query to the log.

    Raises:
        UsageError: the graph is at another endpoint.
    """
    if graph.remote is not None:
        raise UsageError("the graph is at another endpoint", remedy="serve a local store")
    digest = str(graph.manifest["digest"])
    ready = partial(user_sparql.ready, graph=graph)
    engine = Engine(graph.build.graph, digest, limits or Limits(), ready)
    library = Library(engine, graph, tuple(queries))
    names = [("", graph.manifest["triples"]), (v.INFERRED.value, graph.manifest["inferred"])]
    names += [(part["graph"], part["triples"]) for part in graph.manifest.get("rdf", ())]
    description = Description(
        digest,
        names,
        about=lambda: void(graph),
        examples=lambda endpoint: examples(graph, library.questions.values(), endpoint),
        prefixes=prefixes.predeclared(),
    )

    async def described_void(request: Request) -> Reply:
        return await engine.work(request.client, lambda: description.void(request))

    async def described_examples(request: Request) -> Reply:
        return await engine.work(request.client, lambda: description.examples(request))

    async def openapi(request: Request) -> Reply:
        content = document(library.questions.values(), request.address())
        body = json.dumps(content, ensure_ascii=False, indent=1).encode()
        tag = etag(digest, body)
        return Reply(200, body, "application/json", etag=tag, fixed=True)

    return App(
        engine,
        {
            "/": Front(engine, graph, len(library.questions)),
            "/sparql": SparqlEndpoint(engine, description),
            "/graph-store": GraphStore(engine, [name for name, _ in names]),
            "/entity/": Entities(engine, graph),
            "/queries": library,
            "/queries/": library,
            "/openapi.json": openapi,
            "/.well-known/void": described_void,
            "/.well-known/sparql-examples": described_examples,
        },
        access=access,
        log_queries=log_queries,
    )
