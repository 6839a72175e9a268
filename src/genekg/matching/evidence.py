"""What a score rests on: the annotation behind a finding, and what can be expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genekg.matching import frequencies, scoring
from genekg.matching.index import FADING, Index
from genekg.matching.ranking import Matcher
from genekg.profiles import ASPECTS, Profiles


@dataclass(frozen=True, slots=True)
class Basis:
    """The annotated symptom that a finding rests on: as it is, or by way of an ancestor.

    ``near`` says that it is another term, with the ancestor they share.
    """

    term: str
    near: str
    frequency: str
    sources: tuple[str, ...]
    publications: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What a table shows of it."""
        by = f"{self.term}, by way of {self.near}" if self.near else self.term
        return by, self.frequency, "; ".join(self.sources), "; ".join(self.publications)


def rows_of(profiles: Profiles, condition: int) -> NDArray[np.int64]:
    """Return the annotations of symptoms of a condition, excluded ones too."""
    rows = profiles.annotations
    return np.flatnonzero((rows["condition"] == condition) & (rows["aspect"] == ASPECTS.index("P")))


def genes(profiles: Profiles, condition: int) -> list[str]:
    """Return the symbols of a condition's genes."""
    linked = profiles.genes[profiles.genes[:, 1] == condition, 0]
    return sorted({profiles.names["symbols"][gene] for gene in linked.tolist()})


def basis(matcher: Matcher, place: int, term: int) -> Basis | None:
    """Return what the condition of a candidate has of a finding, or the nearest to it.

    None when they share nothing that tells more than that both are symptoms.
    """
    profiles, index = matcher.profiles, matcher.index
    rows = rows_of(profiles, int(index.conditions[place]))
    if not len(rows):
        return None
    said = profiles.annotations[rows]
    pooled = frequencies.pool(said, np.zeros(len(said), dtype=np.int64), profiles.term_numbers)
    above = {int(one): float(index.background[one]) for one in index.ancestors(term)}
    best, found, by = 0.0, -1, -1
    for own, how_often, occurs in zip(
        pooled.term.tolist(), pooled.frequency.tolist(), pooled.occurs.tolist(), strict=True
    ):
        for common in set(index.ancestors(own).tolist()) & above.keys():
            up = float(index.background[own]) / above[common]
            down = float(index.background[term]) / above[common]
            worth = (how_often if occurs else 1e-6) * up**FADING * down**scoring.WEIGHTS.descent
            if worth / above[common] > best:
                best, found, by = worth / above[common], own, common
    if found < 0 or above[by] > 0.5:
        return None
    labels = profiles.names["term_labels"]
    chosen = rows[said["term"] == found]
    near = "" if by == term else labels[by]
    return Basis(
        labels[found], near, frequency(profiles, chosen), sources(profiles, chosen),
        publications(profiles, chosen),
    )  # fmt: skip


def frequency(profiles: Profiles, rows: NDArray[np.int64]) -> str:
    """Return the frequencies that rows state, in their own words; NOT where they deny."""
    parts: list[str] = []
    for row in profiles.annotations[rows]:
        text = ""
        if row["total"] > 0:
            text = f"{row['count']}/{row['total']}"
        elif row["percentage"] >= 0:
            text = f"{row['percentage']:g} %"
        elif row["frequency"] >= 0:
            text = profiles.names["term_labels"][row["frequency"]].lower()
        if row["negated"]:
            text = f"NOT {text}".strip()
        parts.append(text)
    return "; ".join(dict.fromkeys(filter(None, parts)))


def sources(profiles: Profiles, rows: NDArray[np.int64]) -> tuple[str, ...]:
    """Return who states the rows."""
    names = profiles.names["sources"]
    return tuple(dict.fromkeys(names[n] for n in profiles.annotations["source"][rows].tolist()))


def publications(profiles: Profiles, rows: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the papers and entries that the rows cite."""
    names = profiles.names["publications"]
    starts = profiles.cited_starts
    places = [n for row in rows.tolist() for n in profiles.cited[starts[row] : starts[row + 1]]]
    return tuple(dict.fromkeys(names[n] for n in places))


def expected(matcher: Matcher, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for every term (rows) how likely each of some candidates (columns) shows it."""
    index = matcher.index
    column = np.full(len(index), -1, dtype=np.int64)
    column[places] = np.arange(len(places))
    at = np.flatnonzero(column[index.who] >= 0)
    terms = np.searchsorted(index.starts, at, side="right") - 1
    found = np.repeat(index.background[:, None].astype(np.float64) * 0.5, len(places), axis=1)
    found[terms, column[index.who[at]]] = index.frequency[at]
    return found


def settled(index: Index, terms: Iterable[int]) -> set[int]:
    """Return the terms that need not be asked: those given, all above and all below them."""
    owners = np.repeat(np.arange(len(index.above_starts) - 1), np.diff(index.above_starts))
    found: set[int] = set()
    for term in terms:
        found.update(index.ancestors(term).tolist())
        found.update(owners[index.above == term].tolist())
    return found
