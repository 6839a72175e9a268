"""P-values: of chance for what chance gives, small for what it does not, and kept in a file."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import genekg.graph
from genekg import adjacency, significance, steps
from genekg import vocabulary as v
from genekg.adjacency import Adjacency
from genekg.labels import KINDS
from genekg.layers import layers
from genekg.metapaths import count
from genekg.notation import parse
from genekg.search import resolve

SHARED = parse("condition>symptom<condition")


def random_graph(folder: Path, seed: int) -> Any:
    """60 conditions with symptoms by chance; conditions 0 and 1 have the same ten rare ones."""
    dice = np.random.default_rng(seed)
    has = dice.random((60, 90)) < 0.08
    has[0], has[1] = False, False
    has[:2, 80:90] = True
    has[2:, 80:90] = dice.random((58, 10)) < 0.03
    place = adjacency.RELATIONS.index(v.HAS_PHENOTYPE)
    edges = {(int(c), place, 60 + int(s)): 1 for c, s in np.argwhere(has)}
    adjacency.write(folder / "arrays", edges, 150, ("chance",))
    kinds = np.array([KINDS.index("condition")] * 60 + [KINDS.index("symptom")] * 90, dtype=np.int8)
    return SimpleNamespace(steps=steps.lay(Adjacency(folder / "arrays"), kinds))


def test_chance_is_not_significant_and_likeness_is(tmp_path: Path) -> None:
    graph = random_graph(tmp_path, 4)
    (null,) = significance.worked_out(graph, [SHARED], permutations=40, starts=60).values()
    graph.steps.layers["nulls"] = {str(SHARED): null}

    def p(start: int, end: int) -> float:
        dwpc = count(graph, SHARED, start, end).dwpc
        found = significance.p_value(graph, SHARED, start, end, dwpc)
        assert found is not None
        return found

    assert p(0, 1) < 0.002
    by_chance = [p(start, end) for start in range(2, 40) for end in range(start + 1, 40)]
    assert all(0 < value <= 1 for value in by_chance)
    # of pairs by chance a tenth is below 0.1, within what chance allows
    assert 0.06 < np.mean(np.array(by_chance) < 0.1) < 0.14


def test_p_values_are_the_shares_of_a_small_independent_computation(tmp_path: Path) -> None:
    """The same null by swapping two edges at a time (XSwap), and dense matrices."""
    graph = random_graph(tmp_path, 11)
    (null,) = significance.worked_out(graph, [SHARED], permutations=60, starts=60).values()
    graph.steps.layers["nulls"] = {str(SHARED): null}
    (first, _) = layers(graph, SHARED)
    edges = {(int(a), int(b)) for a, b in zip(first.origins, first.nodes, strict=True)}
    dice = np.random.default_rng(1)
    degree = first.out_degrees
    chosen = next(
        n for n in range(2, 60) if (degree[2:60] == degree[n]).sum() >= 4 and degree[n] < 8
    )
    alike = [n for n in range(60) if degree[n] == degree[chosen]]
    swapped = list(edges)
    values: list[float] = []
    for _ in range(150):
        for _ in range(4 * len(swapped)):
            i, j = dice.integers(0, len(swapped), 2)
            (a, b), (c, d) = swapped[i], swapped[j]
            if a != c and b != d and (a, d) not in edges and (c, b) not in edges:
                edges -= {(a, b), (c, d)}
                edges |= {(a, d), (c, b)}
                swapped[i], swapped[j] = (a, d), (c, b)
        matrix = np.zeros((60, 90))
        for a, b in edges:
            matrix[a, b - 60] = 1
        columns = np.maximum(matrix.sum(axis=0), 1) ** -0.4
        weighted = np.maximum(matrix.sum(axis=1, keepdims=True), 1) ** -0.4 * matrix * columns
        dwpc = weighted @ weighted.T
        values += [dwpc[x, y] for x in alike for y in alike if x != y]
    for quantile in (0.3, 0.6, 0.9):
        threshold = float(np.quantile(values, quantile)) + 1e-6
        expected = float(np.mean(np.array(values) >= threshold))
        found = null.p_value(int(degree[chosen]), int(degree[chosen]), threshold)
        assert found == pytest.approx(expected, abs=0.05)


def test_the_same_seed_gives_the_same_figures(tmp_path: Path) -> None:
    graph = random_graph(tmp_path, 2)

    def figures(seed: int) -> Any:
        (one,) = significance.worked_out(
            graph, [SHARED], permutations=2, starts=3, seed=seed
        ).values()
        return one.pairs.tolist(), one.joined.tolist(), one.sample.tolist()

    assert figures(1) == figures(1)
    assert figures(1) != figures(2)


def test_a_hierarchy_is_not_permuted() -> None:
    assert not significance.permutable(parse("condition>condition<condition"))
    assert significance.permutable(parse("condition>symptom<symptom<condition"))


def test_what_was_worked_out_is_kept_beside_the_builds(sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    shutil.rmtree(home / significance.FOLDER, ignore_errors=True)
    metapath = parse("condition<gene>condition")
    with genekg.graph.open(home, build=False) as kg:
        one, other = resolve(kg, "MONDO:0020721"), resolve(kg, "MONDO:0010420")
        assert significance.verdict(kg, str(metapath), one.number, other.number).p is None
        assert significance.prepare(kg)
        first = significance.verdict(kg, str(metapath), one.number, other.number)
    assert first.paths == 1
    assert first.p is not None
    with genekg.graph.open(home, build=False) as kg:
        assert not significance.prepare(kg)
        assert significance.verdict(kg, str(metapath), one.number, other.number) == first
        back = significance.verdict(kg, str(metapath), other.number, one.number)
        assert back.dwpc == pytest.approx(first.dwpc)
    (file,) = (home / significance.FOLDER).iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with genekg.graph.open(home, build=False) as kg:
        assert significance.prepare(kg, [metapath])


def test_where_nothing_can_be_written_it_goes_to_the_cache(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(significance.os, "access", lambda *_: False)
    metapath = parse("condition<gene>condition")
    with genekg.graph.open(sample_home, build=False) as kg:
        assert significance.prepare(kg, [metapath])
    (file,) = (tmp_path / "cache" / significance.FOLDER).iterdir()
    with genekg.graph.open(sample_home, build=False) as kg:
        assert not significance.prepare(kg, [metapath])
        assert file.stem == kg.build.path.name
