"""The likelihood ratio of a patient's symptoms, for every condition at once.

In the manner of LIRICAL (Robinson et al., AJHG 2020, PMID:32755546) each finding has its own
ratio: how probable it is in the condition, over how probable it is in any. It is extended in six
ways, each measured on published cases (docs/matching.md):

- a symptom that the condition does not have may be near one that it has: the best of the common
  ancestors a counts, by the information that they share (Resnik, IJCAI 1995) less what is lost on
  the way from the annotation up to a, and on the way down to the symptom;
- what is said of kin conditions counts a little;
- a condition with very many annotations hits some by chance: each finding costs what the condition
  would spend on all its symptoms;
- an absent finding of a published case says two things: that the patient does not have it, which
  speaks against conditions that have it, and that there was reason to look for it, which speaks
  for conditions of which anything is said of it, be it that they lack it;
- that a present finding is named of the condition at all counts beside how often it is shown;
- findings that are alike share a part of their weight, for they are not independent.
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
        mentioned: how much it counts that a present finding is named of the condition or its kin,
            however often it is shown; ``looked_chance`` and ``looked_spending`` hold here, too.
        alike: the power of the number of findings like it by which a finding counts less.
    """

    chance: float = 0.1
    descent: float = 0.5
    kin: float = 0.1
    spending: float = 0.7
    looked_for: float = 0.0
    looked_chance: float = 3.0
    looked_spending: float = 0.3
    absent: float = 0.3
    mentioned: float = 0.8
    alike: float = 0.4


WEIGHTS = Weights()
# A published case lists as absent what its authors had reason to look for.
REPORTED = Weights(looked_for=1.2, absent=0.1)
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
    if weights.mentioned:
        lists = [index.who[index.starts[term] : index.starts[term + 1]] for term in present]
        for_present += np.float32(weights.mentioned) * _named(index, lists, present, weights)
    for_excluded = _absences(index, excluded, weights)
    for_present *= _shares(index, present, weights)
    for_excluded *= _shares(index, excluded, weights)
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
    one = np.empty_like(ratios)
    for column in range(index.kin.shape[1]):
        np.take(ratios, index.kin[:, column], axis=0, out=one, mode="clip")
        one *= np.float32(weights.kin) * index.kin_weight[:, column, None]
        of_kin += one
    ratios += of_kin


def _named(
    index: Index, lists: list[NDArray[np.int32]], findings: tuple[int, ...], weights: Weights
) -> NDArray[np.float32]:
    """Return candidates by findings: that it is in the list of the finding, however often."""
    found = np.zeros((len(index), len(findings)), dtype=np.float32)
    for column, term in enumerate(findings):
        found[lists[column], column] = 1 / index.looked_background[term]
    _add_kin(index, found, weights)
    named: NDArray[np.float32] = np.log(found + np.float32(weights.looked_chance))
    named -= np.float32(weights.looked_spending) * np.log1p(index.size)[:, None]
    return named


def _absences(index: Index, excluded: tuple[int, ...], weights: Weights) -> NDArray[np.float32]:
    """Return candidates by absent findings: reason to look for it, and its absence."""
    missing = np.zeros((len(index), len(excluded)), dtype=np.float32)
    for column, term in enumerate(excluded):
        place = slice(index.starts[term], index.starts[term + 1])
        expected = np.minimum(index.frequency[place], _SUREST)
        missing[index.who[place], column] = np.log1p(-expected)
        missing[:, column] -= np.log1p(-min(float(index.background[term]), _SUREST))
    missing *= np.float32(weights.absent)
    if weights.looked_for:
        lists = [
            index.looked[index.looked_starts[term] : index.looked_starts[term + 1]]
            for term in excluded
        ]
        missing += np.float32(weights.looked_for) * _named(index, lists, excluded, weights)
    return missing


def _shares(index: Index, findings: tuple[int, ...], weights: Weights) -> NDArray[np.float32]:
    """Return how much each finding counts: those that are alike count less each.

    How alike two are is the share of their ancestors, by information content, that is of both
    (simGIC, Pesquita et al., BMC Bioinformatics 2008, PMID:18460186).
    """
    if not findings:
        return np.ones(0, dtype=np.float32)
    above = [index.ancestors(term) for term in findings]
    terms, columns = np.unique(np.concatenate(above), return_inverse=True)
    has = np.zeros((len(findings), len(terms)), dtype=np.float32)
    has[np.repeat(np.arange(len(findings)), [len(one) for one in above]), columns] = 1
    common = (has * -np.log(index.background[terms])) @ has.T
    own = np.maximum(common.diagonal(), np.finfo(np.float32).tiny)
    alike = common / (own + own[:, None] - common)
    shares: NDArray[np.float32] = np.maximum(alike.sum(axis=1), 1) ** np.float32(-weights.alike)
    return shares
