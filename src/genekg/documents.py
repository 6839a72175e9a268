"""An entity as a document: a page to read, its card as JSON, its triples as RDF."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from genekg import cards, prefixes

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["FORMATS", "page", "written"]

FORMATS = ("html", "ttl", "jsonld", "json", "nt", "rdfxml", "nq")


def written(graph: Graph, curie: str, format: str) -> bytes:
    """Return an entity in one of ``FORMATS``.

    Raises:
        NotFoundError: nothing has the id.
    """
    if format == "html":
        return page(cards.show(graph, curie)).encode()
    if format == "json":
        card = cards.show(graph, curie).as_dict()
        return (json.dumps(card, ensure_ascii=False, indent=1) + "\n").encode()
    from genekg import exports  # brings numpy: a page is shown before that is there

    output = io.BytesIO()
    chosen = exports.selection(graph, curie)
    exports.named(format).write(graph, output, chosen)
    return output.getvalue()


def page(card: cards.Card) -> str:
    """Return the page of a card."""
    from genekg.templates import render

    sections, sources = cards.footnotes(card)
    return render(
        "entity.html",
        card=card,
        iri=prefixes.expand(card.entity.id),
        sections=sections,
        sources=sources,
        formats=[name for name in FORMATS if name != "html"],
        linked=_linked,
        zip=zip,
        disclaimer=cards.DISCLAIMER,
    )


def _linked(cell: object) -> str:
    """Return the path of the entity that a cell is the id of, or nothing."""
    text = str(cell)
    if prefixes.normalise(text) != text or text.startswith(("PMID:", "DOI:", "http")):
        return ""
    return f"{quote(text, safe=':')}"
