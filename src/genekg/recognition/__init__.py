"""From the prose of a page to statements, each with its exact sentence and its place.

``statements(page, lexicon)`` reads a page; the names to look for are a ``lexicon.Lexicon``. Nothing
is kept that the text does not say: a mention is a piece of the page, and its sentence stands
beside it. Needs the extra ``ingest``, and no model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from genekg.pages import Page
from genekg.recognition.found import Found

if TYPE_CHECKING:
    from genekg.recognition.lexicon import Lexicon

__all__ = ["Found", "statements"]


def statements(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield what a page states of its condition, kind by kind, in the order of the text."""
    from genekg.recognition.enzymes import enzymes
    from genekg.recognition.genes import genes, mechanisms
    from genekg.recognition.inheritance import inheritance
    from genekg.recognition.onsets import onsets
    from genekg.recognition.prevalence import prevalence
    from genekg.recognition.symptoms import symptoms

    yield from genes(page, lexicon)
    yield from mechanisms(page, lexicon)
    yield from enzymes(page, lexicon)
    yield from inheritance(page)
    yield from symptoms(page, lexicon)
    yield from onsets(page)
    yield from prevalence(page)
