"""Ranking every condition by a patient: scores, posterior, and the chance that it is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genekg import profiles as profiles_module
from genekg.errors import StoreError
from genekg.matching import context, index, scoring
from genekg.matching.index import Copy, Index
from genekg.matching.patients import Patient
from genekg.profiles import Profiles

# Findings of one patient are not independent, and annotations are incomplete: taken as they are,
# scores are far too sure of themselves, so that they are multiplied by this for a posterior.
SHARPNESS = 0.17
# How likely it is beforehand that a condition is not in the graph. Of the development cases, which
# are newer than the release, 28 % are of such.
NOT_KNOWN = 0.25


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates by score, the best first.

    Attributes:
        order: places of candidates.
        scores: of the candidates by place: natural logarithm of the likelihood ratio, against a
            condition that is typical for the findings (the median of each).
        posterior: of the candidates by place; with ``unknown`` they add up to 1.
        unknown: the posterior that the condition is not in the graph.
        present, excluded: the logarithm of the ratio of every finding, in the order of the
            patient, for every candidate.
        beside: the ratios of onset, sex, age and inheritance, by name.
    """

    order: NDArray[np.int64]
    scores: NDArray[np.float32]
    posterior: NDArray[np.float64]
    unknown: float
    present: NDArray[np.float32]
    excluded: NDArray[np.float32]
    beside: dict[str, NDArray[np.float32]]


class Matcher:
    """What matching reads: profiles, index and context, of a build or made for a purpose."""

    def __init__(
        self,
        profiles: Profiles,
        arrays: Index,
        *,
        merged: bool = True,
        copies: Sequence[Copy] = (),
    ) -> None:
        self.profiles = profiles
        self.index = arrays
        self._merged = merged
        self._copies = copies

    @cached_property
    def context(self) -> context.Context:
        """What is known of onset and inheritance."""
        return context.compose(self.profiles, self.index, merged=self._merged, copies=self._copies)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """The place of each candidate's id, in the conditions or in the original ids."""
        return index.candidates(self.profiles, merged=self._merged).ids

    def score(
        self, patient: Patient, weights: scoring.Weights = scoring.WEIGHTS
    ) -> tuple[NDArray[np.float32], scoring.Scores, dict[str, NDArray[np.float32]]]:
        """Return the sum for every candidate, and its parts."""
        numbers = self.profiles.term_numbers
        present = tuple(numbers[term] for term in patient.present)
        excluded = tuple(numbers[term] for term in patient.excluded if term not in patient.present)
        findings = scoring.score(self.index, present, excluded, weights)
        beside = context.weigh(self.context, patient)
        total = findings.total
        for ratio in beside.values():
            total = total + ratio
        return total, findings, beside

    def rank(self, patient: Patient, weights: scoring.Weights = scoring.WEIGHTS) -> Ranking:
        """Rank all candidates; of equal ones, the first by id comes first."""
        total, findings, beside = self.score(patient, weights)
        order = np.argsort(-total, kind="stable")
        present, excluded = (
            _against_typical(findings.for_present),
            _against_typical(findings.for_excluded),
        )
        scores = present.sum(axis=0) + excluded.sum(axis=0)
        for ratio in beside.values():
            scores = scores + ratio
        # One that is not known fits as a typical one does.
        unknown = math.log(len(scores) * NOT_KNOWN / (1 - NOT_KNOWN))
        scaled = np.append(SHARPNESS * scores.astype(np.float64), unknown)
        likely = np.exp(scaled - scaled.max())
        likely /= likely.sum()
        return Ranking(order, scores, likely[:-1], float(likely[-1]), present, excluded, beside)


def _against_typical(ratios: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ratios of findings (rows) less the median of each over the candidates."""
    if not len(ratios):
        return ratios
    typical: NDArray[np.float32] = np.median(ratios, axis=1, keepdims=True)
    return ratios - typical


def of_build(path: Path) -> Matcher:
    """Open the matcher of a published build.

    Raises:
        StoreError: the build has no profiles, or they cannot be read.
    """
    folder = path / profiles_module.FOLDER
    profiles = Profiles(folder)
    arrays = index.load(path / index.FOLDER)
    if len(arrays.starts) != len(profiles.names["terms"]) + 1:
        raise StoreError(f"{folder} does not fit its index", remedy="run `genekg build --force`")
    return Matcher(profiles, arrays)
