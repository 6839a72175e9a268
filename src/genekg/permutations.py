"""Permuted relations: the same degrees at both sides, all else by chance, from a seed.

A relation between two kinds is a bipartite graph without double edges. Global curveball trades
sample uniformly from all such graphs with the same degrees: the subjects are paired at random,
and each pair deals what only one of the two has out again, each keeping its number. All trades of
a round are independent, so a round is two sorts of an array. Hetionet's XSwap (Hanhijärvi, Garriga
and Puolamäki 2009) walks the same space by one swap of two edges at a time.

C. J. Carstens, M. Hamann, U. Meyer, M. Penschuck, H. Tran, D. Wagner, "Parallel and I/O-efficient
randomisation of massive networks using global curveball trades", ESA 2018; the trade itself: G.
Strona et al., "A fast and unbiased procedure to randomize ecological binary matrices with fixed
row and column totals", Nature Communications 5 (2014) 4114.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# Rounds before the first graph is taken, and between two that are.
BURN_IN = 40
THINNING = 5


def permuted(
    subjects: NDArray[np.integer],
    objects: NDArray[np.integer],
    *,
    count: int,
    seed: int,
    burn_in: int = BURN_IN,
    thinning: int = THINNING,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield permuted edges, as subjects and objects, so many times; the same seed, the same edges.

    No edge may be given twice. Every subject and every object keeps its degree.
    """
    dice = np.random.default_rng(seed)
    left = np.unique(subjects)
    rows = np.searchsorted(left, subjects)
    columns = objects.astype(np.int64)
    for number in range(count):
        for _ in range(thinning if number else burn_in):
            rows, columns = _round(rows, columns, len(left), dice)
        yield left[rows].astype(np.int64), columns.copy()


def _round(
    rows: NDArray[np.int64], columns: NDArray[np.int64], count: int, dice: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair the rows at random, and deal each pair's own columns out anew."""
    place = np.empty(count, dtype=np.int64)
    place[dice.permutation(count)] = np.arange(count)
    width = int(columns.max()) + 1 if len(columns) else 1
    # one number an edge: pair, column, and which row of the pair (places 2n and 2n + 1) has it
    taken = place[rows]
    keys = np.sort(((taken >> 1) * width + columns) * 2 + (taken & 1))
    shared, second = keys >> 1, keys & 1
    pair, columns = np.divmod(shared, width)
    # what both rows of a pair have stands twice in a row, and stays
    twice = np.zeros(len(keys), dtype=bool)
    same = shared[1:] == shared[:-1]
    twice[1:] |= same
    twice[:-1] |= same
    free = np.flatnonzero(~twice)
    dealt = np.argsort((pair[free] << 32) | dice.integers(0, 1 << 32, len(free)))
    columns[free] = columns[free[dealt]]
    at = np.empty(count, dtype=np.int64)
    at[place] = np.arange(count)
    return at[pair * 2 + second], columns
