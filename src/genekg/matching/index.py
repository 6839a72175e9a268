"""The arrays that scoring reads: for every term, the conditions that show it or a kind of it.

Composed from profiles in a second or two; the one of the merged graph is a sidecar of the build.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genekg.errors import StoreError
from genekg.matching import frequencies
from genekg.matching.kin import kin
from genekg.profiles import ASPECTS, INDEX, ROW, Profiles

FOLDER = INDEX
SYMPTOM_ROOT = "HP:0000118"
# How fast an annotation loses weight as it is taken more generally than it is written: by
# exp(-FADING * difference of information content). 0.5 is Jiang and Conrath's distance halved.
FADING = 0.5
# Patients without the symptom that are assumed beside those of the corpus, over all conditions.
_SMOOTHING = 0.2


@dataclass(frozen=True, slots=True)
class Index:
    """Candidates are places 0 … N-1; terms are places in the profiles' list.

    Attributes:
        conditions: for each candidate, the place of its condition.
        above, above_starts: for each term, itself and all above it.
        who, frequency, faded, starts: for each term, the candidates that have it or a kind of it,
            how often, and the same faded by the distance to what is written.
        looked, looked_starts: for each term, the candidates of which anything is said of it or a
            kind of it, be it that it is absent.
        background: for each term, how often a condition taken at random shows it.
        looked_background: for each term, the share of conditions in ``looked``.
        mass: for each candidate, how many symptoms a patient is expected to have.
        size: for each candidate, of how many terms anything is said.
        kin, kin_weight: for each candidate, those whose annotations count for it too.
    """

    conditions: NDArray[np.int32]
    above: NDArray[np.int32]
    above_starts: NDArray[np.int32]
    who: NDArray[np.int32]
    frequency: NDArray[np.float32]
    faded: NDArray[np.float32]
    starts: NDArray[np.int32]
    looked: NDArray[np.int32]
    looked_starts: NDArray[np.int32]
    background: NDArray[np.float32]
    looked_background: NDArray[np.float32]
    mass: NDArray[np.float32]
    size: NDArray[np.int32]
    kin: NDArray[np.int32]
    kin_weight: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.conditions)

    def ancestors(self, term: int) -> NDArray[np.int32]:
        """Return the places of a term and all above it."""
        return self.above[self.above_starts[term] : self.above_starts[term + 1]]

    @property
    def information(self) -> NDArray[np.float32]:
        """The information content of each term, in nats: minus the logarithm of its background."""
        return -np.log(self.background)

    def save(self, folder: Path) -> None:
        """Write the arrays to a new folder."""
        folder.mkdir()
        for one in fields(self):
            np.save(folder / f"{one.name}.npy", getattr(self, one.name))


@dataclass(frozen=True, slots=True)
class Copy:
    """A candidate as it would be with some annotations withheld.

    ``withheld`` are places of annotations in the profiles; ``instead`` what is left of these, as
    rows of ``profiles.ROW``. Copies of one ``group`` have each other as kin.
    """

    candidate: int
    group: int
    withheld: NDArray[np.int64]
    instead: NDArray[Any] = field(default_factory=lambda: np.zeros(0, dtype=ROW))


def load(folder: Path) -> Index:
    """Open the arrays of a folder, memory-mapped.

    Raises:
        StoreError: they are not there, or cannot be read.
    """
    try:
        return Index(
            **{
                one.name: np.load(folder / f"{one.name}.npy", mmap_mode="r").view(np.ndarray)
                for one in fields(Index)
            }
        )
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{folder} cannot be opened: {error}", remedy="run `genekg build --force`"
        ) from error


def compose(
    profiles: Profiles,
    *,
    merged: bool = True,
    copies: Sequence[Copy] = (),
) -> Index:
    """Return the index over all conditions of which a symptom is said.

    Args:
        profiles: of the build.
        merged: one candidate a condition; else one for each id that a source uses.
        copies: more candidates, after the others. The backgrounds are those of the whole corpus.
    """
    rows = profiles.annotations
    above, above_starts = _closures(profiles)
    found = candidates(profiles, merged=merged)
    number = len(found.conditions)
    said, owners = [rows[found.rows]], [found.who]
    for place, copy in enumerate(copies):
        own = found.rows[found.who == copy.candidate]
        left = [rows[own[~np.isin(own, copy.withheld)]], copy.instead]
        said += left
        owners.append(np.full(sum(map(len, left)), number + place))
    copied = np.array([copy.candidate for copy in copies], dtype=np.int64)
    all_conditions = np.concatenate([found.conditions, found.conditions[copied]])
    pooled = frequencies.pool(np.concatenate(said), np.concatenate(owners), profiles.term_numbers)
    width = len(above_starts) - 1
    shown = pooled.occurs
    closure = _Spread(above, above_starts, len(all_conditions))
    starts, whose, frequency = closure.highest(
        pooled.who[shown], pooled.term[shown], pooled.frequency[shown]
    )
    of_term = np.repeat(np.arange(width), np.diff(starts))
    real = whose < number
    seen = np.bincount(of_term[real], frequency[real], width)
    background = np.minimum(1, (seen + _SMOOTHING) / (number + 1))
    _, _, faded = closure.highest(
        pooled.who[shown], pooled.term[shown], pooled.frequency[shown], -np.log(background)
    )
    looked_starts, looked, _ = closure.highest(
        pooled.who, pooled.term, np.ones(len(pooled.who), dtype=np.float32)
    )
    looked_seen = np.bincount(
        np.repeat(np.arange(width), np.diff(looked_starts))[looked < number], minlength=width
    )
    nearest, strength = kin(profiles, found.conditions)
    total = len(all_conditions)
    return Index(
        conditions=all_conditions,
        above=above,
        above_starts=above_starts,
        who=whose,
        frequency=frequency,
        faded=faded,
        starts=starts,
        looked=looked,
        looked_starts=looked_starts,
        background=background.astype(np.float32),
        looked_background=((looked_seen + 1) / (number + 1)).astype(np.float32),
        mass=np.bincount(pooled.who[shown], pooled.frequency[shown], total).astype(np.float32),
        size=np.bincount(pooled.who, minlength=total).astype(np.int32),
        kin=np.concatenate([nearest, _kin_of_copies(nearest, copies)]),
        kin_weight=np.concatenate([strength, strength[copied]]),
    )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who can be ranked: all of whom a symptom is said.

    ``ids`` are places of conditions, or of original ids where sources are kept apart; ``rows`` the
    annotations of symptoms, ``who`` the candidate of each.
    """

    ids: NDArray[np.int64]
    conditions: NDArray[np.int32]
    rows: NDArray[np.int64]
    who: NDArray[np.int64]


def candidates(profiles: Profiles, *, merged: bool = True) -> Candidates:
    """Return the candidates, in the order of the index."""
    rows = profiles.annotations
    above, above_starts = _closures(profiles)
    symptom = _below(profiles, above, above_starts)
    chosen = np.flatnonzero((rows["aspect"] == ASPECTS.index("P")) & symptom[rows["term"]])
    owner = rows["condition" if merged else "original"]
    ids, who = np.unique(owner[chosen], return_inverse=True)
    conditions = ids.astype(np.int32) if merged else _conditions(profiles)[ids]
    return Candidates(ids.astype(np.int64), conditions, chosen, who)


def _kin_of_copies(nearest: NDArray[np.int32], copies: Sequence[Copy]) -> NDArray[np.int32]:
    """Return the kin of the copies: where one of their group is a copy too, that copy."""
    groups: dict[int, dict[int, int]] = defaultdict(dict)
    for place, copy in enumerate(copies):
        groups[copy.group][copy.candidate] = len(nearest) + place
    found = [
        [groups[copy.group].get(other, other) for other in nearest[copy.candidate].tolist()]
        for copy in copies
    ]
    return np.array(found, dtype=np.int32).reshape(-1, nearest.shape[1])


def _conditions(profiles: Profiles) -> NDArray[np.int32]:
    """Return the place of the condition of each original id."""
    found = np.zeros(len(profiles.names["originals"]), dtype=np.int32)
    found[profiles.identities[:, 0]] = profiles.identities[:, 1]
    return found


def _closures(profiles: Profiles) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return each term's places with all above it, one after the other, and where each begins."""
    number = len(profiles.names["terms"])
    parents: list[list[int]] = [[] for _ in range(number)]
    for term, parent in profiles.parents.tolist():
        parents[term].append(parent)
    known: list[frozenset[int] | None] = [None] * number
    for start in range(number):
        waiting = [start]
        while waiting:
            term = waiting[-1]
            missing = [parent for parent in parents[term] if known[parent] is None]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            own = frozenset((term,))
            known[term] = own.union(*(known[parent] or own for parent in parents[term]))
    lists = [np.array(sorted(found or ()), dtype=np.int32) for found in known]
    starts = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    return np.concatenate(lists), starts


def _below(
    profiles: Profiles, above: NDArray[np.int32], starts: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return for each term whether it is a symptom."""
    root = profiles.term_numbers.get(SYMPTOM_ROOT, -1)
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    found = np.zeros(len(starts) - 1, dtype=bool)
    found[owners[above == root]] = True
    return found


class _Spread:
    """Takes what is said of terms up to all terms above them."""

    def __init__(
        self, above: NDArray[np.int32], starts: NDArray[np.int32], candidates: int
    ) -> None:
        self._above = above
        self._starts = starts
        self._candidates = candidates

    def highest(
        self,
        who: NDArray[np.int32],
        term: NDArray[np.int32],
        value: NDArray[np.float32],
        information: NDArray[np.float64] | None = None,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
        """Return by term: where its candidates begin, the candidates, and the highest values.

        With ``information`` a value fades on its way up.
        """
        lengths = np.diff(self._starts)[term]
        first = np.repeat(self._starts[term] - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
        upper = self._above[first + np.arange(lengths.sum())]
        owners = np.repeat(who, lengths).astype(np.int64)
        values = np.repeat(value, lengths)
        if information is not None:
            risen = np.repeat(information[term], lengths) - information[upper]
            values = values * np.exp(-FADING * np.maximum(0, risen)).astype(np.float32)
        keys = upper.astype(np.int64) * self._candidates + owners
        order = np.lexsort((-values, keys))
        keys, values = keys[order], values[order]
        new = np.r_[True, keys[1:] != keys[:-1]] if len(keys) else np.zeros(0, dtype=bool)
        keys, values = keys[new], values[new]
        bounds = np.searchsorted(keys // self._candidates, np.arange(len(self._starts)))
        return (
            bounds.astype(np.int32),
            (keys % self._candidates).astype(np.int32),
            values.astype(np.float32),
        )
