"""What onset, sex, age and inheritance say of every condition, beside the symptoms.

Where nothing is known of a condition the ratio is 1. Each is a mild witness: an onset is often
recorded as the age at a visit, and annotations of onset are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genekg.matching.index import Copy, Index, candidates
from genekg.matching.patients import ONSETS, Patient
from genekg.profiles import ASPECTS, Profiles

# Where one span of ages ends and the next begins, in years: before birth, at birth, to 28 days,
# to 1 year, to 5, to 16, to 40, and after.
_BOUNDS = (0.0, 0.001, 0.08, 1.0, 5.0, 16.0, 40.0)
_SPANS = len(_BOUNDS) + 1
# How much of an onset's weight the next span has.
_BLUR = 0.5
_TRUSTED = 0.8
_ONSET_WEIGHT = 0.5
_X_RECESSIVE = "HP:0001419"
# The share of male patients of a condition that is X-linked recessive alone; carriers fall ill.
_MALE = 0.8
_MODE_AGREES = 0.9


def span(age: float) -> int:
    """Return which span of ages an age in years falls in.

    >>> span(-0.3), span(0), span(0.5), span(50)
    (0, 1, 3, 7)
    """
    return int(np.searchsorted(_BOUNDS, age, side="right"))


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of each candidate: onsets by span, and the places of its modes.

    ``onsets`` are shares that add up to 1, or all 0; ``modes`` says for each candidate and term
    whether it is inherited so or by a kind of it, ``mode_terms`` are the terms of the columns.
    """

    onsets: NDArray[np.float32]
    modes: NDArray[np.bool_]
    mode_terms: tuple[str, ...]
    number: int


def compose(
    profiles: Profiles, index: Index, *, merged: bool = True, copies: Sequence[Copy] = ()
) -> Context:
    """Return the context of the candidates of an index made with the same arguments."""
    found = candidates(profiles, merged=merged)
    rows = profiles.annotations
    owner = rows["condition" if merged else "original"]
    width = len(profiles.names["conditions" if merged else "originals"])
    place = np.full(width, -1, dtype=np.int64)
    place[found.ids] = np.arange(len(found.ids))
    chosen = np.flatnonzero(
        np.isin(rows["aspect"], (ASPECTS.index("C"), ASPECTS.index("I"))) & ~rows["negated"]
    )
    chosen = chosen[place[owner[chosen]] >= 0]
    who = place[owner[chosen]]
    for number, copy in enumerate(copies):
        own = chosen[: len(who)][who == copy.candidate]
        left = own[~np.isin(own, copy.withheld)]
        chosen = np.concatenate([chosen, left])
        who = np.concatenate([who, np.full(len(left), len(found.ids) + number)])
    onsets = np.zeros((len(index), _SPANS), dtype=np.float32)
    spans = {profiles.term_numbers[t]: span(a) for t, a in ONSETS.items()
             if t in profiles.term_numbers}  # fmt: skip
    mode_terms = sorted(
        {
            profiles.names["terms"][above]
            for term in np.unique(rows["term"][rows["aspect"] == ASPECTS.index("I")]).tolist()
            for above in index.ancestors(term).tolist()
        }
    )
    columns = {profiles.term_numbers[curie]: n for n, curie in enumerate(mode_terms)}
    modes = np.zeros((len(index), len(mode_terms)), dtype=bool)
    for row, candidate in zip(rows[chosen], who.tolist(), strict=True):
        term = int(row["term"])
        if row["aspect"] == ASPECTS.index("I"):
            for above in index.ancestors(term).tolist():
                modes[candidate, columns[above]] = True
        elif term in spans:
            onsets[candidate, spans[term]] += max(1, int(row["count"]))
    total = onsets.sum(axis=1, keepdims=True)
    onsets /= np.maximum(total, 1)
    return Context(onsets, modes, tuple(mode_terms), len(found.ids))


def weigh(context: Context, patient: Patient) -> dict[str, NDArray[np.float32]]:
    """Return the logarithm of the ratio of each thing that is known of the patient."""
    found: dict[str, NDArray[np.float32]] = {}
    if patient.onset is not None:
        found["onset"] = _onset(context, span(patient.onset))
    if patient.age is not None:
        found["age"] = _age(context, span(patient.age))
    if patient.sex and _X_RECESSIVE in context.mode_terms:
        found["sex"] = _sex(context, patient.sex == "male")
    if patient.modes:
        found["inheritance"] = _inheritance(context, patient.modes)
    return found


def _onset(context: Context, at: int) -> NDArray[np.float32]:
    distance = np.abs(np.subtract.outer(np.arange(_SPANS), np.arange(_SPANS)))
    blur = _BLUR**distance
    blur /= blur.sum(axis=1, keepdims=True)
    known = context.onsets.sum(axis=1) > 0
    usual = context.onsets[: context.number][known[: context.number]].mean(axis=0) @ blur
    expected = _TRUSTED * (context.onsets @ blur)[:, at] + (1 - _TRUSTED) * usual[at]
    ratio = np.where(known, _ONSET_WEIGHT * np.log(expected / usual[at]), 0)
    return ratio.astype(np.float32)


def _age(context: Context, at: int) -> NDArray[np.float32]:
    """Return what it says that the patient is ill at an age: onsets after it speak against."""
    known = context.onsets.sum(axis=1) > 0
    by_then = context.onsets[:, : at + 1].sum(axis=1)
    ratio = np.where(known, np.log(_TRUSTED * by_then + 1 - _TRUSTED), 0)
    return ratio.astype(np.float32)


def _sex(context: Context, male: bool) -> NDArray[np.float32]:
    x_recessive = context.modes[:, context.mode_terms.index(_X_RECESSIVE)]
    others = [
        column
        for column, term in enumerate(context.mode_terms)
        if term in ("HP:0000006", "HP:0000007", "HP:0001423")
    ]
    alone = x_recessive & ~context.modes[:, others].any(axis=1)
    share = _MALE if male else 1 - _MALE
    return np.where(alone, np.log(share / 0.5), 0).astype(np.float32)


def _inheritance(context: Context, wanted: Sequence[str]) -> NDArray[np.float32]:
    columns = [context.mode_terms.index(term) for term in wanted if term in context.mode_terms]
    agrees: NDArray[np.bool_] = np.any(context.modes[:, columns], axis=1)
    known: NDArray[np.bool_] = np.any(context.modes, axis=1)
    usual = agrees[: context.number][known[: context.number]].mean() if known.any() else 0.0
    usual = min(max(float(usual), 0.01), 0.99)
    # What does not agree was said wrongly, and agrees no more often than any would.
    wrong = 1 - _MODE_AGREES
    ratio = np.where(agrees, np.log(_MODE_AGREES / usual + wrong), np.log(wrong))
    return np.where(known, ratio, 0).astype(np.float32)
