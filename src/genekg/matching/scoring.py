"""The likelihood ratio of a patient's symptoms, for every condition at once.

In the manner of LIRICAL (Robinson et al., AJHG 2020, PMID:32755546) each finding has its own
ratio: how probable it is in the condition, over how probable it is in any. It is extended in four
ways, each measured on published cases (docs/matching.md):

- a symptom that the condition does not have may be near one that it has: the best of the common
  ancestors a counts, by the information that they share (Resnik, IJCAI 1995) less what is lost on
  the way from the annotation up to a, and on the way down to the symptom;
- what is said of kin conditions counts a little;
- a condition with very many annotations hits some by chance: each finding costs what the condition
  would spend on all its symptoms;
- an absent finding of a published case says two things: that the patient does not have it, which
  speaks against conditions that have it, and that there was reason to look for it, which speaks
  for conditions of which anything is said of it, be it that they lack it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genekg.matching.index import Index


@dataclass(frozen=True, slots=True)
class Weights:
    """The parameters; docs/matching.md says how they were chosen.

    Attributes:
        chance: of a finding that has nothing to do with the condition, in units of its background.
        descent: what a step down from an ancestor to the finding costs, of its information.
        kin: how much the kin of a condition count, each sort of kinship once.
        spending: how far a present finding is charged for all that the condition has.
        looked_for: how much it counts that there was reason to look for an absent finding: nothing
            where a person says what is absent, everything in a case as it was published.
        looked_chance, looked_spending: as ``chance`` and ``spending``, for absent findings.
        absent: how much the absence itself counts. At full weight it was measured to hurt.
    """

    chance: float = 0.1
    descent: float = 0.5
    kin: float = 0.1
    spending: float = 0.7
    looked_for: float = 0.0
    looked_chance: float = 3.0
    looked_spending: float = 0.3
    absent: float = 0.3


WEIGHTS = Weights()
# A published case lists as absent what its authors had reason to look for.
REPORTED = Weights(looked_for=1.0, absent=0.1)
# A symptom in every patient of a cohort may still be missed in the next.
_SUREST = 0.97


@dataclass(frozen=True, slots=True)
class Scores:
    """The logarithm of the ratio of every finding (rows) for every candidate (columns).

    ``present`` and ``excluded`` are the findings' places; ``for_present`` and ``for_excluded``
    hold the parts, ``total`` their sum.
    """

    present: tuple[int, ...]
    excluded: tuple[int, ...]
    for_present: NDArray[np.float32]
    for_excluded: NDArray[np.float32]
    total: NDArray[np.float32]


def score(
    index: Index,
    present: tuple[int, ...],
    excluded: tuple[int, ...] = (),
    weights: Weights = WEIGHTS,
) -> Scores:
    """Score all candidates; the terms are places. Natural logarithms."""
    here = _ratios(index, present, weights)
    _add_kin(index, here, weights)
    for_present = np.log(here + np.float32(weights.chance))
    for_present -= np.float32(weights.spending) * np.log1p(index.mass)[:, None]
    for_excluded = _absences(index, excluded, weights)
    total = for_present.sum(axis=1) + for_excluded.sum(axis=1)
    return Scores(present, excluded, for_present.T, for_excluded.T, total)


def _ratios(index: Index, present: tuple[int, ...], weights: Weights) -> NDArray[np.float32]:
    """Return candidates by findings: the ratio of the best common ancestor."""
    found = np.zeros((len(index), len(present)), dtype=np.float32)
    for column, term in enumerate(present):
        best = np.zeros(len(index), dtype=np.float32)
        for above in index.ancestors(term):
            place = slice(index.starts[above], index.starts[above + 1])
            fallen = index.background[term] / index.background[above]
            factor = fallen**weights.descent / index.background[above]
            who = index.who[place]
            best[who] = np.maximum(best[who], index.faded[place] * factor)
        found[:, column] = best
    return found


def _add_kin(index: Index, ratios: NDArray[np.float32], weights: Weights) -> None:
    """Add to the ratios of every candidate a share of those of its kin, in place."""
    if not weights.kin or not ratios.shape[1]:
        return
    of_kin = np.zeros_like(ratios)
    for column in range(index.kin.shape[1]):
        strength = np.float32(weights.kin) * index.kin_weight[:, column, None]
        of_kin += strength * ratios[index.kin[:, column]]
    ratios += of_kin


def _absences(index: Index, excluded: tuple[int, ...], weights: Weights) -> NDArray[np.float32]:
    """Return candidates by absent findings: reason to look for it, and its absence."""
    looked = np.zeros((len(index), len(excluded)), dtype=np.float32)
    missing = np.zeros_like(looked)
    for column, term in enumerate(excluded):
        if weights.looked_for:
            place = slice(index.looked_starts[term], index.looked_starts[term + 1])
            looked[index.looked[place], column] = 1 / index.looked_background[term]
        place = slice(index.starts[term], index.starts[term + 1])
        expected = np.minimum(index.frequency[place], _SUREST)
        missing[index.who[place], column] = np.log1p(-expected)
        missing[:, column] -= np.log1p(-min(float(index.background[term]), _SUREST))
    if not weights.looked_for:
        return np.float32(weights.absent) * missing
    _add_kin(index, looked, weights)
    reason = np.log(looked + np.float32(weights.looked_chance))
    reason -= np.float32(weights.looked_spending) * np.log1p(index.size)[:, None]
    combined: NDArray[np.float32] = (
        np.float32(weights.looked_for) * reason + np.float32(weights.absent) * missing
    )
    return combined
