"""What is recognised in a page: one statement, with its sentence and its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from genekg.pages import Sentence
from genekg.records import Sex

Kind: TypeAlias = Literal[
    "symptom", "gene", "protein", "enzyme", "inheritance", "mechanism", "prevalence", "onset"
]


@dataclass(frozen=True, slots=True)
class Found:
    """A statement about the page's own condition.

    ``target`` is a CURIE (HP, HGNC, EC), or empty where only ``text`` is known; ``text`` is the
    mention, which stands from ``start`` to ``end`` in the page's text. ``qualifiers`` are pairs of
    a name and a value, such as ("relation", "contributes_to").
    """

    kind: Kind
    target: str
    text: str
    sentence: Sentence
    start: int
    end: int
    negated: bool = False
    uncertain: bool = False
    sex: Sex = ""
    onset: str = ""
    qualifiers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def section(self) -> str:
        """The section that the statement stands in."""
        return self.sentence.section
