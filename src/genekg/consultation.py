"""A consultation: a patient's findings in words, the conditions that fit, why, and what to ask."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg import search
from genekg.errors import NotFoundError, UsageError
from genekg.labels import MODE, SYMPTOM
from genekg.matching import evidence, scoring
from genekg.matching.patients import Patient, of_case, years
from genekg.matching.ranking import Ranking
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from pathlib import Path

    from genekg.graph import Graph
    from genekg.records import Sex

COLUMNS = (
    "rank", "condition", "label", "genes", "posterior", "likelihood ratio", "for", "against",
    "not known",
)  # fmt: skip
UNKNOWN = "not in the graph"
WHY_COLUMNS = (
    "rank", "condition", "finding", "finding label", "stated", "speaks", "ratio", "by", "frequency",
    "source", "publications",
)  # fmt: skip
NEXT_COLUMNS = ("symptom", "label", "information", "expected", "with it", "without it")
# Logarithms nearer to 0 than this say nothing either way.
_SILENT = 0.1
_TOLD_APART = 10
_MOSTLY, _HARDLY = 0.5, 0.1
_LARGEST_POWER = 300
_WHOLE = 10


def patient(
    graph: Graph,
    present: Iterable[str] = (),
    excluded: Iterable[str] = (),
    *,
    onset: str = "",
    sex: Sex = "",
    age: str = "",
    inheritance: Iterable[str] = (),
) -> Patient:
    """Return the patient that words, names or ids describe.

    Args:
        graph: whose symptoms they are.
        present: symptoms that are there: ids, names, or lay words.
        excluded: symptoms that were looked for and are not there.
        onset: an age in years or as ISO 8601 (P3Y6M), or a name of HPO (childhood onset).
        sex: male or female.
        age: the age now, as ``onset``.
        inheritance: what the family suggests, by name or id.

    Raises:
        NotFoundError, AmbiguousError: a symptom or mode that none, or several, is named.
        UsageError: an age that is none; a symptom that is both there and not; no symptom.
    """
    there = _terms(graph, present, SYMPTOM)
    absent = _terms(graph, excluded, SYMPTOM)
    if both := sorted(set(there) & set(absent)):
        raise UsageError(f"{both[0]} is given both as there and as not there")
    if not there and not absent:
        raise UsageError("no symptom is given", remedy="give some with --has, --not or --note")
    return Patient(
        present=there,
        excluded=absent,
        sex=sex,
        onset=_age(graph, onset, "onset"),
        age=_age(graph, age, "age"),
        modes=_terms(graph, inheritance, MODE),
    )


def _terms(graph: Graph, words: Iterable[str], kind: str) -> tuple[str, ...]:
    found = (search.resolve(graph, word, {kind}).id for word in words)
    return tuple(dict.fromkeys(found))


def _age(graph: Graph, text: str, what: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        pass
    else:
        if math.isfinite(value) and 0 <= value <= 130:
            return value
        raise UsageError(f"an {what} of {text}", remedy="give years from 0 to 130")
    if (found := years(text)) is not None:
        return found
    for words in (text, f"{text} onset"):
        for name in graph.labels.named(words):
            if (found := years(name.entity.id)) is not None:
                return found
    raise UsageError(
        f"{text!r} is no {what}", remedy="give years, ISO 8601 (P3Y6M) or a name of HPO (childhood)"
    )


def match(graph: Graph, subject: Patient, *, limit: int = 20) -> Table:
    """Return the conditions that fit a patient best.

    ``likelihood ratio`` is against a condition that is typical for these findings; ``posterior``
    is over all conditions, each as likely beforehand, and that it is none of the graph: that row
    stands first when it is likelier than all that are shown together, else last. ``for``,
    ``against`` and ``not known`` count findings.
    """
    return ranked(graph, subject, graph.matcher.rank(subject), limit=limit)


def ranked(graph: Graph, subject: Patient, ranking: Ranking, *, limit: int) -> Table:
    """Return the best of a ranking as a table."""
    matcher = graph.matcher
    names = matcher.profiles.names
    rows: list[tuple[Cell, ...]] = []
    for rank, place in enumerate(ranking.order[:limit].tolist(), 1):
        condition = int(matcher.index.conditions[place])
        counts = _counts(graph, subject, ranking, place)
        rows.append(
            (
                rank,
                names["conditions"][condition],
                names["condition_labels"][condition],
                ", ".join(evidence.genes(matcher.profiles, condition)),
                _share(float(ranking.posterior[place])),
                _ratio(float(ranking.scores[place])),
                *counts,
            )
        )
    unknown = (None, None, UNKNOWN, None, _share(ranking.unknown), *[None] * 4)
    fits = float(ranking.posterior[ranking.order[:limit]].sum()) >= ranking.unknown
    rows.insert(len(rows) if fits else 0, unknown)
    return Table(COLUMNS, rows)


def _share(value: float) -> float:
    return float(f"{value:.3g}")


def _ratio(logarithm: float) -> float:
    """Return a ratio of two digits, within what a float holds."""
    bounded = max(-_LARGEST_POWER, min(_LARGEST_POWER, logarithm / math.log(10)))
    ratio = float(f"{10**bounded:.2g}")
    return int(ratio) if ratio >= _WHOLE else ratio


def _counts(graph: Graph, subject: Patient, ranking: Ranking, place: int) -> tuple[int, int, int]:
    told = [row[5] for row in _contributions(graph, subject, ranking, place)]
    return told.count("for"), told.count("against"), told.count("not known")


def explain(graph: Graph, subject: Patient, ranking: Ranking, *, limit: int = 1) -> Table:
    """Return what each finding says for the best ranked conditions: for, against, not known.

    ``by`` is the annotated symptom that it rests on, with its frequency, source and papers.
    """
    rows: list[tuple[Cell, ...]] = []
    for rank, place in enumerate(ranking.order[:limit].tolist(), 1):
        rows += [(rank, *row[1:]) for row in _contributions(graph, subject, ranking, place)]
    return Table(WHY_COLUMNS, rows)


def _contributions(
    graph: Graph, subject: Patient, ranking: Ranking, place: int
) -> list[tuple[Cell, ...]]:
    matcher = graph.matcher
    names = matcher.profiles.names
    condition = names["conditions"][int(matcher.index.conditions[place])]
    rows: list[tuple[Cell, ...]] = []
    for terms, ratios, stated in (
        (subject.present, ranking.present, "there"),
        (subject.excluded, ranking.excluded, "not there"),
    ):
        for number, term_id in enumerate(terms):
            term = matcher.profiles.term_numbers[term_id]
            logarithm = float(ratios[number, place])
            basis = evidence.basis(matcher, place, term)
            speaks = "for" if logarithm > _SILENT else "against"
            if basis is None or abs(logarithm) <= _SILENT:
                speaks = "for" if logarithm > _SILENT else "not known"
            rows.append(
                (None, condition, term_id, names["term_labels"][term], stated, speaks,
                 _ratio(logarithm), *(basis.cells if basis else _no_basis(logarithm)))
            )  # fmt: skip
    for name, ratio in ranking.beside.items():
        logarithm = float(ratio[place])
        speaks = "for" if logarithm > _SILENT else "against" if logarithm < -_SILENT else ""
        rows.append(
            (None, condition, None, name, None, speaks or "not known", _ratio(logarithm),
             None, None, None, None)
        )  # fmt: skip
    return rows


def _no_basis(logarithm: float) -> tuple[Cell, ...]:
    return ("its kin" if logarithm > _SILENT else None, None, None, None)


def match_cases(graph: Graph, path: Path, *, limit: int = 10) -> tuple[Table, Table]:
    """Return the best conditions of each phenopacket of a file, folder or archive, and why.

    Only symptoms, sex and onset are read, never the diagnosis. A single case is explained; symptoms
    that the graph does not have are left out.
    """
    from genekg.sources import phenopackets

    cases = list(phenopackets.parse(path, "cases"))
    rows: list[tuple[Cell, ...]] = []
    why = Table(WHY_COLUMNS, [])
    for case in cases:
        ids = _leading(graph, {one.term_id for one in case.observations})
        subject = of_case(case, ids)
        if not subject.present and not subject.excluded:
            raise NotFoundError(f"{case.id} has no symptom that is in the graph")
        ranking = graph.matcher.rank(subject, scoring.REPORTED)
        found = ranked(graph, subject, ranking, limit=limit)
        rows += [(case.id, *row) for row in found]
        if len(cases) == 1:
            why = explain(graph, subject, ranking)
            return found, why
    return Table(("case", *COLUMNS), rows), why


def _leading(graph: Graph, term_ids: Iterable[str]) -> dict[str, str]:
    return {one: known[0] for one in term_ids if (known := _known(graph, [one]))}


def ask_next(graph: Graph, subject: Patient, *, limit: int = 10, among: int = 50) -> Table:
    """Return the symptoms whose answer is expected to tell most, of those not yet asked.

    ``information`` is the expected fall of the ranking's entropy over the best ``among``
    conditions, in bits (the mutual information of answer and condition); ``with it`` and
    ``without it`` name those of the first ten that it tells apart.
    """
    matcher = graph.matcher
    ranking = matcher.rank(subject)
    best = ranking.order[:among]
    weight = ranking.posterior[best] / ranking.posterior[best].sum()
    expected = evidence.expected(matcher, best)
    told = _entropy(expected @ weight) - _entropy(expected) @ weight
    labels, ids = matcher.profiles.names["term_labels"], matcher.profiles.names["terms"]
    asked = [matcher.profiles.term_numbers[t] for t in (*subject.present, *subject.excluded)]
    closed = evidence.settled(matcher.index, asked)
    names = matcher.profiles.names["condition_labels"]
    shown = [names[int(matcher.index.conditions[place])] for place in best[:_TOLD_APART]]
    rows: list[tuple[Cell, ...]] = []
    for term in np.argsort(-told, kind="stable").tolist():
        if len(rows) == limit or told[term] <= 0:
            break
        if term in closed:
            continue
        closed |= evidence.settled(matcher.index, [term])
        likely = list(zip(shown, expected[term, :_TOLD_APART].tolist(), strict=True))
        rows.append(
            (
                ids[term],
                labels[term],
                _share(float(told[term])),
                _share(float(expected[term] @ weight)),
                "; ".join(name for name, share in likely if share >= _MOSTLY),
                "; ".join(name for name, share in likely if share < _HARDLY),
            )
        )
    if not rows:
        raise NotFoundError("no symptom would tell the best ranked conditions apart")
    return Table(NEXT_COLUMNS, rows)


def _entropy(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy of yes and no, in bits."""
    bounded = np.clip(share, 1e-9, 1 - 1e-9)
    result: NDArray[np.float64] = -(
        bounded * np.log2(bounded) + (1 - bounded) * np.log2(1 - bounded)
    )
    return result


def from_note(graph: Graph, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the symptoms that a clinical note states, and those that it denies.

    Uncertain ones are left out; one that is both stated and denied counts as stated.
    """
    from genekg import ingestion, pages, recognition

    page = pages.compose("note", "", {"description": [pages.tidy(p) for p in text.split("\n\n")]})
    found = [
        one
        for one in recognition.statements(page, ingestion.lexicon())
        if one.kind == "symptom" and one.target and not one.uncertain
    ]
    stated = _known(graph, (one.target for one in found if not one.negated))
    denied = _known(graph, (one.target for one in found if one.negated))
    return stated, tuple(term for term in denied if term not in stated)


def _known(graph: Graph, term_ids: Iterable[str]) -> tuple[str, ...]:
    entities = (graph.labels.entity(term_id) for term_id in term_ids)
    numbers = graph.matcher.profiles.term_numbers
    found: Sequence[str] = [e[0].id for e in entities if e and e[0].kind == SYMPTOM]
    return tuple(dict.fromkeys(term for term in found if term in numbers))
