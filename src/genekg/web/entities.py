"""Each entity under ``/entity/CURIE``: a page to read, its card as JSON, its triples as RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from genekg import prefixes
from genekg.errors import NotFoundError, QueryLimitError
from genekg.web.engine import Engine
from genekg.web.negotiation import GRAPH_TYPES, accepted, media_type, named
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Entities"]

# the formats of `genekg.documents`
_PAGES: dict[str, tuple[str, ...]] = {
    "html": ("text/html", "application/xhtml+xml"),
    "ttl": GRAPH_TYPES["ttl"],
    "jsonld": ("application/ld+json",),
    "json": ("application/json",),
    "nt": ("application/n-triples",),
    "rdfxml": GRAPH_TYPES["rdfxml"],
    "nq": GRAPH_TYPES["nq"],
}
_ALLOWED = "GET, HEAD, OPTIONS"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Entities:
    """Answers requests for ``/entity/CURIE``."""

    def __init__(self, engine: Engine, graph: Graph) -> None:
        self._engine = engine
        self._graph = graph

    async def __call__(self, request: Request) -> Reply:
        """Show an entity; another id of it leads to the one it is kept under."""
        if request.method != "GET":
            raise Refusal(405, f"{request.method} is not for entities", ("Allow", _ALLOWED))
        given = request.part.strip()
        curie = prefixes.normalise(given)
        if curie is None:
            raise NotFoundError(
                f"{given!r} is no id", remedy="an id is a prefix and a name, as in MONDO:0020721"
            )
        found = self._graph.labels.entity(curie)
        if found is None:
            raise NotFoundError(f"nothing in the graph has the id {curie}")
        entity, _note = found
        query = request.scope["query_string"].decode("latin-1")
        if entity.id != given:
            place = f"{request.scope.get('root_path', '')}/entity/{quote(entity.id, safe=':')}"
            location = f"{place}?{query}" if query else place
            return Reply(303, f"{location}\n".encode(), headers=(("Location", location),))
        wished = named(dict(request.parameters).get("format", ""), _PAGES)
        format = wished or accepted(request.header("accept"), _PAGES)
        if format is None:
            known = ", ".join(types[0] for types in _PAGES.values())
            raise Refusal(406, f"none of the formats asked for can be had; there are {known}")
        tag = etag(self._engine.digest, entity.id, format)
        if tag in request.header("if-none-match"):
            return Reply(200, etag=tag)  # which `send_reply` makes a 304
        try:
            body = await self._engine.document(request.client, entity.id, format)
        except QueryLimitError as error:
            raise Refusal(422, f"{entity.id} is too large as {format}: {error}") from None
        headers = [("Link", _links(entity.id, format))]
        if format == "html":
            headers.append(("Content-Security-Policy", _POLICY))
        return Reply(
            200,
            body,
            media_type(format, _PAGES),
            tuple(headers),
            etag=tag,
            fixed=True,
        )


def _links(curie: str, format: str) -> str:
    path = quote(curie, safe=":")
    return ", ".join(
        f'<{path}?format={name}>; rel="alternate"; type="{types[0]}"'
        for name, types in _PAGES.items()
        if name != format
    )
