"""Permuted relations keep every degree, are simple, differ, and are drawn evenly."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from genekg.permutations import permuted


def random_edges(seed: int, rows: int, columns: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    subjects, objects = np.nonzero(dice.random((rows, columns)) < share)
    return subjects + 100, objects + 7


@pytest.mark.parametrize("seed", range(4))
def test_degrees_stay_and_no_edge_is_twice(seed: int) -> None:
    subjects, objects = random_edges(seed, 31, 40, 0.15)
    for found, others in permuted(subjects, objects, count=3, seed=seed):
        assert Counter(found.tolist()) == Counter(subjects.tolist())
        assert Counter(others.tolist()) == Counter(objects.tolist())
        edges = set(zip(found.tolist(), others.tolist(), strict=True))
        assert len(edges) == len(subjects)
        shared = edges & set(zip(subjects.tolist(), objects.tolist(), strict=True))
        assert len(shared) < len(subjects) / 2


def test_the_same_seed_gives_the_same_graphs() -> None:
    subjects, objects = random_edges(9, 20, 20, 0.2)

    def drawn(seed: int) -> list[tuple[list[int], list[int]]]:
        found = permuted(subjects, objects, count=2, seed=seed)
        return [(rows.tolist(), columns.tolist()) for rows, columns in found]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(1)[0] != drawn(1)[1]


def test_every_graph_of_the_degrees_is_as_likely() -> None:
    """Three rows and three columns with degrees 2, 1, 1 both: five graphs, a fifth each."""
    rows, columns = (2, 1, 1), (2, 1, 1)
    possible = [
        matrix
        for cells in product((0, 1), repeat=9)
        if (matrix := np.array(cells).reshape(3, 3)) is not None
        and tuple(matrix.sum(axis=1)) == rows
        and tuple(matrix.sum(axis=0)) == columns
    ]
    subjects, objects = np.nonzero(possible[0])
    seen: Counter[tuple[tuple[int, int], ...]] = Counter()
    draws = 3000
    for found, others in permuted(subjects, objects, count=draws, seed=5, thinning=6):
        seen[tuple(sorted(zip(found.tolist(), others.tolist(), strict=True)))] += 1
    assert len(seen) == len(possible) == 5
    expected = draws / len(possible)
    chi_square = sum((count - expected) ** 2 / expected for count in seen.values())
    assert chi_square < 18.5  # p 0.001 with 4 degrees of freedom


def test_no_edges() -> None:
    empty = np.empty(0, dtype=np.int64)
    ((subjects, objects),) = permuted(empty, empty, count=1, seed=1)
    assert len(subjects) == len(objects) == 0
