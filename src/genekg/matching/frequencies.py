"""How often a condition shows a symptom, from everything that is said of it.

Every annotation is a number of patients: a count of a total is itself; a percentage, a word of the
scale ("frequent"), or nothing said, are worth as many patients as they are to be trusted. All of
one condition and term are pooled, and a Beta prior keeps 1 of 1 from being certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The middle of what HPO defines each word to mean.
CLASSES = {
    "HP:0040280": 1.0,  # obligate
    "HP:0040281": 0.9,  # very frequent, 80 to 99 %
    "HP:0040282": 0.55,  # frequent, 30 to 79 %
    "HP:0040283": 0.17,  # occasional, 5 to 29 %
    "HP:0040284": 0.025,  # very rare, 1 to 4 %
    "HP:0040285": 0.0,  # excluded
}


@dataclass(frozen=True, slots=True)
class Trust:
    """How many patients a statement without a count is worth, and the prior.

    ``unstated`` is the frequency assumed where none is given; ``prior`` are the two parameters of
    the Beta distribution.
    """

    scale: float = 20.0
    unstated: float = 0.5
    unstated_worth: float = 3.0
    denied_worth: float = 3.0
    prior: tuple[float, float] = (0.5, 0.5)


TRUST = Trust()


@dataclass(frozen=True, slots=True)
class Frequencies:
    """One entry for each condition and term: how often, and whether anything says that it occurs.

    ``who`` and ``term`` are places; ``patients`` is the number behind a frequency.
    """

    who: NDArray[np.int32]
    term: NDArray[np.int32]
    frequency: NDArray[np.float32]
    patients: NDArray[np.float32]
    occurs: NDArray[np.bool_]


def stated(
    rows: NDArray[Any], terms: Mapping[str, int], trust: Trust = TRUST
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the frequency that each annotation states or is taken to mean, and its patients."""
    how_often = np.full(len(rows), np.nan)
    patients = np.zeros(len(rows))
    counted = rows["total"] > 0
    how_often[counted] = rows["count"][counted] / rows["total"][counted]
    patients[counted] = rows["total"][counted]
    percent = rows["percentage"] >= 0
    how_often[percent] = rows["percentage"][percent] / 100
    patients[percent] = trust.scale
    for curie, value in CLASSES.items():
        if curie in terms:
            worded = rows["frequency"] == terms[curie]
            how_often[worded], patients[worded] = value, trust.scale
    silent = np.isnan(how_often)
    how_often[silent], patients[silent] = trust.unstated, trust.unstated_worth
    denied = rows["negated"] & ~counted
    how_often[denied] = 0
    patients[denied] = np.maximum(trust.denied_worth, np.where(silent, 0, patients)[denied])
    return how_often, patients


def pool(
    rows: NDArray[Any], who: NDArray[Any], terms: Mapping[str, int], trust: Trust = TRUST
) -> Frequencies:
    """Pool annotations of the same ``who`` (a place for each row) and term.

    Two cohorts, 3 of 4 patients and 1 of 6, are 4 of 10: with the prior of a half each way,
    (4 + 0.5) / (10 + 1).
    """
    how_often, patients = stated(rows, terms, trust)
    width = len(terms)
    keys, groups = np.unique(who.astype(np.int64) * width + rows["term"], return_inverse=True)
    number = len(keys)
    total = np.bincount(groups, patients, number)
    seen = np.bincount(groups, how_often * patients, number)
    first, second = trust.prior
    return Frequencies(
        who=(keys // width).astype(np.int32),
        term=(keys % width).astype(np.int32),
        frequency=((seen + first) / (total + first + second)).astype(np.float32),
        patients=total.astype(np.float32),
        occurs=seen > 0,
    )
