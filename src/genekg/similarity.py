"""How alike terms and sets of terms are, by the hierarchy and what annotations say of it.

The information content of a term is minus the logarithm of the share of conditions annotated with
it or a kind of it (Resnik, IJCAI 1995). Of two terms the most informative common ancestor counts:
by Resnik its content; by Lin (ICML 1998) twice that over the sum of the two; by Jiang and Conrath
(ROCLING 1997) one over one plus what the two have beyond it. Jaccard's index is of their sets of
ancestors, themselves included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genekg.matching.index import Index

MEASURES = ("resnik", "lin", "jiang-conrath", "jaccard")


@dataclass(frozen=True)
class Similarity:
    """Similarities of terms, given as places of an index.

    ``information`` is the content of each term, by default that of the index: frequencies are
    counted, so that a symptom of one patient in ten is a tenth of a condition.
    """

    index: Index
    information: NDArray[np.float32]

    @cached_property
    def _below(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each term: itself and all below it, one after the other, and where each begins."""
        lengths = np.diff(self.index.above_starts)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        order = np.argsort(self.index.above, kind="stable")
        starts = np.searchsorted(self.index.above[order], np.arange(len(lengths) + 1))
        return owners[order], starts

    def to_all(self, term: int, measure: str) -> NDArray[np.float32]:
        """Return the similarity of a term to every term."""
        owners, starts = self._below
        number = len(self.information)
        above = self.index.ancestors(term)
        if measure == "jaccard":
            shared = np.zeros(number, dtype=np.float32)
            for one in above.tolist():
                shared[owners[starts[one] : starts[one + 1]]] += 1
            lengths = np.diff(self.index.above_starts)
            return (shared / (len(above) + lengths - shared)).astype(np.float32)
        common = np.zeros(number, dtype=np.float32)
        for one in sorted(above.tolist(), key=lambda place: float(self.information[place])):
            common[owners[starts[one] : starts[one + 1]]] = self.information[one]
        return _MEASURED[measure](common, float(self.information[term]), self.information)

    def pair(self, one: int, other: int, measure: str) -> float:
        """Return the similarity of two terms."""
        return float(self.to_all(one, measure)[other])

    def best_match_average(self, ours: Sequence[int], theirs: Sequence[int], measure: str) -> float:
        """Return the mean of both directions of the best matches of two sets of terms.

        Each direction is the mean over the terms of one set of the best similarity to any of the
        other (Pesquita et al., BMC Bioinformatics 2008, PMID:18460186).
        """
        if not ours or not theirs:
            return 0.0
        matrix = np.array([self.to_all(term, measure)[list(theirs)] for term in ours])
        return float((matrix.max(axis=1).mean() + matrix.max(axis=0).mean()) / 2)

    def to_every_set(
        self, ours: Sequence[int], sets: tuple[NDArray[np.int32], NDArray[np.int64]], measure: str
    ) -> NDArray[np.float64]:
        """Return the best-match average of a set of terms with each of many.

        ``sets`` are the terms of all, one after the other, and where each begins (and the last
        ends). None is empty.
        """
        terms, starts = sets
        number = len(starts) - 1
        if not ours:
            return np.zeros(number)
        from_ours = np.zeros(number)
        best = np.zeros(len(self.information), dtype=np.float32)
        for term in ours:
            similar = self.to_all(term, measure)
            from_ours += np.maximum.reduceat(similar[terms], starts[:-1])
            best = np.maximum(best, similar)
        to_ours = np.add.reduceat(best[terms].astype(np.float64), starts[:-1]) / np.diff(starts)
        return (from_ours / len(ours) + to_ours) / 2


def of_index(index: Index) -> Similarity:
    """Return the similarities by the information content of an index."""
    return Similarity(index, index.information)


def _resnik(
    common: NDArray[np.float32], own: float, every: NDArray[np.float32]
) -> NDArray[np.float32]:
    return common


def _lin(
    common: NDArray[np.float32], own: float, every: NDArray[np.float32]
) -> NDArray[np.float32]:
    both = np.maximum(own + every, np.finfo(np.float32).tiny)
    return np.asarray(2 * common / both, dtype=np.float32)


def _jiang_conrath(
    common: NDArray[np.float32], own: float, every: NDArray[np.float32]
) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.maximum(0, own + every - 2 * common)), dtype=np.float32)


_MEASURED: dict[
    str, Callable[[NDArray[np.float32], float, NDArray[np.float32]], NDArray[np.float32]]
] = {"resnik": _resnik, "lin": _lin, "jiang-conrath": _jiang_conrath}
