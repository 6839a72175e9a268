"""The SPARQL 1.1 Graph Store HTTP Protocol, for reading.

See https://www.w3.org/TR/sparql11-http-rdf-update/. Graphs are named by ``?default`` or
``?graph=IRI``; to put, post or delete one is refused.
"""

from __future__ import annotations

from collections.abc import Collection

from genekg.web.engine import Engine
from genekg.web.negotiation import GRAPH_TYPES, accepted, accepts_gzip, media_type, named
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request

__all__ = ["ALLOWED", "GraphStore"]

ALLOWED = "GET, HEAD, OPTIONS"
_TYPES = {name: types for name, types in GRAPH_TYPES.items() if name not in ("nq", "trig")}


class GraphStore:
    """Answers requests for ``/graph-store``; ``graphs`` are the names of those there are."""

    def __init__(self, engine: Engine, graphs: Collection[str]) -> None:
        self._engine = engine
        self._graphs = frozenset(graphs)

    async def __call__(self, request: Request) -> Reply:
        """Return one graph, in pieces; a client sees when the last is missing."""
        if request.method != "GET":
            raise Refusal(405, "the graph store is read-only", ("Allow", ALLOWED))
        try:
            found = request.parameters
        except ValueError as error:
            raise Refusal(400, f"the parameters cannot be read: {error}") from None
        given = dict(found)
        names = [value for name, value in found if name == "graph"]
        if len(names) + ("default" in given) != 1:
            raise Refusal(400, "name one graph: ?default, or ?graph=IRI")
        graph = names[0] if names else ""
        if graph not in self._graphs:
            raise Refusal(404, f"there is no graph {graph!r}")
        format = named(given.get("format", ""), _TYPES) or accepted(
            request.header("accept"), _TYPES
        )
        if format is None:
            known = ", ".join(types[0] for types in _TYPES.values())
            raise Refusal(406, f"none of the formats asked for can be had; there are {known}")
        gzip = accepts_gzip(request.header("accept-encoding"))
        media, tag = media_type(format, _TYPES), etag(self._engine.digest, graph, format)
        if tag in request.header("if-none-match"):
            return Reply(200, etag=tag)  # which `send_reply` makes a 304
        if request.scope.get("http_version") == "1.0":
            raise Refusal(505, "a graph is sent in chunks, which HTTP/1.0 does not have")
        pieces = self._engine.graph(request.client, graph, format, gzip=gzip)
        first = b"" if request.scope["method"] == "HEAD" else await anext(pieces)
        encoding = "gzip" if gzip else ""
        return Reply(200, first, media, etag=tag, pieces=pieces, encoding=encoding)
