"""Questions as data: what is asked for, and what it must fulfil."""

from __future__ import annotations

from dataclasses import dataclass

from genekg.errors import NotFoundError
from genekg.labels import CONDITION, ENZYME, GENE, MODE, SYMPTOM, Entity


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that a condition must have, or must not be said to have."""

    entity: Entity
    negated: bool = False

    def in_words(self, *, direct: bool) -> str:
        """Say the filter in words.

        >>> mode = Entity(1, "HP:0001417", MODE, "X-linked inheritance")
        >>> Filter(mode).in_words(direct=False)
        'with X-linked inheritance (HP:0001417) or any kind of it'
        """
        name = f"{self.entity.label} ({self.entity.id})"
        if self.entity.kind == GENE:
            return f"{'not ' if self.negated else ''}linked to the gene {name}"
        if self.entity.kind == ENZYME:
            return f"{'not ' if self.negated else ''}linked to a gene of the enzyme {name}"
        reach = "itself, not its kinds" if direct else "or any kind of it"
        if self.negated:
            return f"for which no source states {name} {reach}"
        return f"with {name} {reach}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions that fulfil every filter."""

    filters: tuple[Filter, ...]

    def in_words(self, *, direct: bool) -> str:
        """Say the question in words."""
        return "conditions " + ", and ".join(f.in_words(direct=direct) for f in self.filters)


@dataclass(frozen=True, slots=True)
class Named:
    """What one of the named queries answers of one entity."""

    query: str
    parameter: str
    entity: Entity
    words: str

    def in_words(self, *, direct: bool) -> str:
        """Say the question in words."""
        return f"{self.words} {self.entity.label} ({self.entity.id})"


class NotUnderstoodError(NotFoundError):
    """A question of no known shape, or with a name that nothing has."""


FILTER_KINDS = (MODE, SYMPTOM, GENE, ENZYME)
SUBJECT_KINDS = (CONDITION, GENE, ENZYME, SYMPTOM, MODE)
