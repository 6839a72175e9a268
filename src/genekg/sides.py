"""A side of a disagreement: what it says in words, who says it, and what the evidence weighs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genekg import associations
from genekg import vocabulary as v
from genekg.associations import Association, label, shown

if TYPE_CHECKING:
    from genekg.graph import Graph

FROM_GENE = (v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH)
_WEIGHTS = {
    "ECO:0006017": 3, "ECO:0000304": 2, "ECO:0000305": 2, "ECO:0006019": 1, "ECO:0000501": 1,
}  # fmt: skip
_CLASSIFICATIONS = {"definitive": 4, "strong": 3, "moderate": 2, "limited": 1}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that disagree: what it says, who says it, on what evidence."""

    says: str
    source: str
    evidence: str
    weight: int


def side(graph: Graph, statements: Iterable[Association]) -> Side:
    """Return the side of those who say the same; its words are those of the weightiest."""
    found = sorted(statements, key=lambda one: (-_weight(one), one.source, one.iri))
    return Side(
        says=_said(graph, found[0]),
        source="; ".join(dict.fromkeys(map(_who, found))),
        evidence="; ".join(dict.fromkeys(filter(None, map(_evidence, found)))),
        weight=_weight(found[0]),
    )


def _said(graph: Graph, one: Association) -> str:
    """Say a statement in words: its object, or its subject where that is a gene."""
    linked = one.predicate in FROM_GENE
    told, condition = (one.subject, one.object) if linked else (one.object, one.subject)
    stated = one.nodes(v.ORIGINAL_OBJECT if linked else v.ORIGINAL_SUBJECT)
    return "; ".join(
        filter(
            None,
            (
                f"{label(graph, told) or shown(told)} ({shown(told)})",
                one.text(v.CLASSIFICATION),
                associations.qualifiers(graph, one),
                *(f"said of {shown(other)}" for other in stated if other != condition),
            ),
        )
    )


def _who(one: Association) -> str:
    """Return the source, and the panel that speaks in it."""
    panel = one.text(v.SUBMITTER)
    return f"{one.source} ({panel})" if panel else one.source


def _evidence(one: Association) -> str:
    return "; ".join(filter(None, (one.evidence, one.text(v.PUBLICATIONS))))


def _weight(one: Association) -> int:
    """Weigh a statement: the kind of its evidence, and one more for each paper, up to three."""
    kind = max((_WEIGHTS.get(shown(code), 1) for code in one.nodes(v.HAS_EVIDENCE)), default=1)
    kind = max(kind, _CLASSIFICATIONS.get(one.text(v.CLASSIFICATION), 0))
    papers = sum(1 for n in one.nodes(v.PUBLICATIONS) if shown(n).startswith("PMID:"))
    return kind + min(papers, 3)
