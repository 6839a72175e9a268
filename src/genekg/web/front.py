"""The front page, at ``/``: what is served, with an example of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genekg.cards import DISCLAIMER
from genekg.templates import render
from genekg.web.engine import Engine
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Front"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_EXAMPLES = ("X-linked sideroblastic anemia", "ALAS2", "EC:2.3.1.37", "Pallor")


class Front:
    """Answers requests for ``/``."""

    def __init__(self, engine: Engine, graph: Graph, questions: int) -> None:
        self._engine = engine
        self._graph = graph
        self._questions = questions

    async def __call__(self, request: Request) -> Reply:
        """Show what can be asked, and where."""
        if request.method != "GET":
            raise Refusal(405, f"{request.method} is not for this page", ("Allow", "GET, HEAD"))
        body = await self._engine.work(request.client, self._page)
        return Reply(
            200,
            body,
            "text/html; charset=utf-8",
            (("Content-Security-Policy", _POLICY),),
            etag=etag(self._engine.digest, "front"),
            fixed=True,
        )

    def _page(self) -> bytes:
        found = []
        for text in _EXAMPLES:
            if names := self._graph.labels.named(text):
                found.append(names[0].entity)
            elif entity := self._graph.labels.entity(text):
                found.append(entity[0])
        manifest = self._graph.manifest
        page = render(
            "front.html",
            triples=manifest["triples"],
            built=manifest["built"][:10],
            sources=manifest["sources"],
            questions=self._questions,
            examples=found,
            disclaimer=DISCLAIMER,
        )
        return page.encode()
