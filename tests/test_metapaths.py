"""Metapaths: the notation, and counts against hand, dense matrices and networkx."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest

from genekg import adjacency, layers, metapaths, steps
from genekg import vocabulary as v
from genekg.adjacency import Adjacency
from genekg.errors import UsageError
from genekg.graph import Graph
from genekg.labels import KINDS
from genekg.layers import TooManyPathsError
from genekg.metapaths import ask, census, count, from_start
from genekg.notation import Metapath, parse
from genekg.search import resolve
from genekg.traversal import DAMPING

Toy = Callable[[dict[int, str], list[tuple[int, Any, int]]], Any]


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """A function that makes a graph of a few nodes, given as kinds and relations."""

    def make(kinds: dict[int, str], edges: list[tuple[int, Any, int]]) -> Any:
        places = {r: n for n, r in enumerate(adjacency.RELATIONS)}
        table = {(a, places[r], b): 1 for a, r, b in edges}
        adjacency.write(tmp_path / "toy", table, len(kinds), ("somebody",))
        numbers = np.array([KINDS.index(kinds[n]) for n in sorted(kinds)], dtype=np.int8)
        return SimpleNamespace(steps=steps.lay(Adjacency(tmp_path / "toy"), numbers))

    return make


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("condition<gene>enzyme<gene>condition", "condition<gene>enzyme<gene>condition"),
        (" disease < gene > pathway ", "condition<gene>process"),
        ("gene>[causes]condition", "gene>[causes]condition"),
        ("gene >[causes| contributes to] condition", "gene>[causes|contributes to]condition"),
        ("condition-inheritance mode", "condition-inheritance mode"),
        ("symptom>[is a]symptom", "symptom>[is a kind of]symptom"),
    ],
)
def test_notation(text: str, written: str) -> None:
    assert str(parse(text)) == written
    assert parse(written) == parse(text)
    assert parse(text).reversed().reversed() == parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("condition<gen>enzyme", "position 11: no kind 'gen'; did you mean 'gene'"),
        ("condition<<gene", "position 11: no kind before '<'"),
        (">gene", "position 1: no kind before '>'"),
        ("condition<gene>", "position 16: a kind is missing"),
        ("", "position 1: a kind is missing"),
        ("gene", "position 1: 0 steps"),
        ("gene=condition", "position 5: '=' is neither a kind nor one of < > -"),
        ("gene>[kauses]condition", "position 7: no relation is named 'kauses'; did you mean"),
        ("condition>[lacks symptom]symptom", "position 12: what a condition lacks is no way"),
        ("gene" + ">gene" * 7, "position 1: 7 steps, where 1 to 6 are counted"),
    ],
)  # fmt: skip
def test_faults_have_a_position(text: str, message: str) -> None:
    with pytest.raises(UsageError) as fault:
        parse(text)
    assert message in str(fault.value)


def test_dwpc_by_hand(toy: Toy) -> None:
    """Gene 3 causes conditions 0, 1 and 2; gene 4 causes 1 and 2; both relations of 3-0 are one.

    0 to 1 is one path, by gene 3: degrees 1 and 3, then 3 and 2.
    1 to 2 are two: by 3, degrees 2 and 3, 3 and 2; by 4, degrees 2 and 2, 2 and 2.
    """
    kinds = {0: "condition", 1: "condition", 2: "condition", 3: "gene", 4: "gene"}
    graph = toy(
        kinds,
        [(3, v.CAUSES, 0), (3, v.ASSOCIATED_WITH, 0), (3, v.CAUSES, 1), (3, v.CAUSES, 2),
         (4, v.CAUSES, 1), (4, v.CAUSES, 2)],
    )  # fmt: skip
    metapath = parse("condition<gene>condition")
    one = count(graph, metapath, 0, 1, examples=5)
    assert (one.paths, one.best.tolist()) == (1, [[0, 3, 1]])
    assert one.dwpc == pytest.approx((1 * 3 * 3 * 2) ** -0.4)
    two = count(graph, metapath, 1, 2, examples=5)
    assert (two.paths, two.best.tolist()) == (2, [[1, 4, 2], [1, 3, 2]])
    assert two.dwpc == pytest.approx((2 * 3 * 3 * 2) ** -0.4 + (2 * 2 * 2 * 2) ** -0.4)
    only = parse("condition<[is associated with]gene>[causes]condition")
    assert count(graph, only, 0, 1).paths == 1
    assert count(graph, only, 1, 0).paths == 0
    whole = census(graph, metapath)
    assert (whole.paths, whole.pairs, whole.exact) == (8, 6, True)
    # no condition twice: 1-3-1-4-2 is none
    longer = parse("condition<gene>condition<gene>condition")
    assert count(graph, longer, 0, 2, examples=9).best.tolist() == [[0, 3, 1, 4, 2]]


def dense(graph: Any, metapath: Metapath) -> np.ndarray:
    """The DWPC of all pairs as a product of matrices: right where no kind but the ends is twice."""
    one_of = [KINDS[kind] for kind in graph.steps.kinds]
    size = len(one_of)
    total = np.eye(size)
    for start, step, end in metapath.parts():
        matrix = np.zeros((size, size))
        for place in range(len(graph.steps.nodes)):
            here, there = int(graph.steps.origins[place]), int(graph.steps.nodes[place])
            fits = one_of[here] == start and one_of[there] == end
            if fits and step.arrow in ("-", ">" if graph.steps.along[place] else "<"):
                matrix[here, there] = 1
        with np.errstate(divide="ignore"):
            rows = matrix.sum(axis=1) ** -DAMPING
            columns = matrix.sum(axis=0) ** -DAMPING
        rows[~np.isfinite(rows)] = 0
        columns[~np.isfinite(columns)] = 0
        total = total @ (rows[:, None] * matrix * columns[None, :])
    np.fill_diagonal(total, 0)
    return total


@pytest.mark.parametrize(
    "text",
    ["condition<gene>condition", "condition>symptom<condition", "gene>condition>symptom",
     "condition-inheritance mode-condition", "enzyme<gene>condition>symptom"],
)  # fmt: skip
def test_dwpc_is_that_of_dense_matrices(sample_graph: Graph, text: str) -> None:
    metapath = parse(text)
    expected = dense(sample_graph, metapath)
    starts, targets = np.nonzero(expected)
    assert len(starts)
    for start, end in zip(starts.tolist(), targets.tolist(), strict=True):
        found = count(sample_graph, metapath, start, end).dwpc
        assert found == pytest.approx(expected[start, end])
    for start in np.unique(starts).tolist():
        reached = from_start(sample_graph, metapath, start, most=1000)
        assert {one.end: pytest.approx(one.dwpc) for one in reached} == {
            end: expected[start, end] for end in np.flatnonzero(expected[start]).tolist()
        }
    whole = census(sample_graph, metapath)
    assert whole.pairs == len(starts)


@pytest.mark.parametrize(
    "text",
    ["condition<gene>process<gene>condition", "gene>condition<gene>condition",
     "condition<gene>condition<gene>condition<gene"],
)  # fmt: skip
@pytest.mark.parametrize("seed", [1, 2])
def test_paths_are_those_of_networkx(toy: Toy, text: str, seed: int) -> None:
    """On a random graph of genes, conditions and processes: no entity twice in a path."""
    dice = np.random.default_rng(seed)
    kinds = {n: ("gene", "condition", "process")[n // 7] for n in range(21)}
    edges = [(int(g), v.CAUSES, 7 + int(c)) for g, c in np.argwhere(dice.random((7, 7)) < 0.4)]
    edges += [
        (int(g), v.PARTICIPATES_IN, 14 + int(p)) for g, p in np.argwhere(dice.random((7, 7)) < 0.4)
    ]
    graph = toy(kinds, edges)
    metapath = parse(text)
    network = nx.Graph((a, b) for a, _, b in edges)
    total = 0
    for start, end in itertools.permutations(range(21), 2):
        if (kinds[start], kinds[end]) != (metapath.kinds[0], metapath.kinds[-1]):
            continue
        expected = [
            path
            for path in nx.all_simple_paths(network, start, end, cutoff=len(metapath))
            if tuple(kinds[node] for node in path) == metapath.kinds
        ]
        found = count(graph, metapath, start, end, examples=10_000)
        assert sorted(found.best.tolist()) == sorted(expected)
        assert found.paths == len(expected)
        total += len(expected)
    assert census(graph, metapath).paths == total > 0


def test_what_is_asked_of_a_metapath(sample_graph: Graph) -> None:
    metapath = parse("condition<gene>condition")
    xlsa, xlp = resolve(sample_graph, "MONDO:0020721"), resolve(sample_graph, "MONDO:0010420")
    both = ask(sample_graph, metapath, [xlsa], [xlp])
    assert both.summary == "1 path condition<gene>condition, between 1 pair."
    (one,) = ask(sample_graph, metapath, [xlsa]).pairs
    (other,) = ask(sample_graph, metapath, (), [xlp]).pairs
    assert (one.start, one.end) == (other.start, other.end) == (xlsa.number, xlp.number)
    assert one.best.tolist() == other.best.tolist()
    whole = ask(sample_graph, metapath)
    assert "paths condition<gene>condition, between" in whole.summary
    with pytest.raises(UsageError, match=r"ALAS2 \(HGNC:397\) is a gene, where .* has a condition"):
        ask(sample_graph, metapath, [resolve(sample_graph, "ALAS2")])


def test_relations_that_are_named_are_those_told(sample_graph: Graph) -> None:
    start = [resolve(sample_graph, "ALAS2")]
    for text, first in (
        ("gene>[causes]condition>symptom", [v.CAUSES]),
        ("gene>[is associated with]condition>symptom", [v.ASSOCIATED_WITH]),
        ("gene>condition>symptom", [v.CAUSES, v.ASSOCIATED_WITH]),
    ):
        metapath = parse(text)
        found = ask(sample_graph, metapath, start)
        paths = metapaths.paths_of(sample_graph, metapath, found.best)
        assert paths
        for path in paths:
            assert [edge.predicate for edge in path.hops[0]] == first
            assert [edge.predicate for edge in path.hops[1]] == [v.HAS_PHENOTYPE]


def test_too_many_paths_are_said_to_be_too_many(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (layers, metapaths):
        monkeypatch.setattr(module, "MOST_ROWS", 3)
    start = resolve(sample_graph, "MONDO:0020721").number
    with pytest.raises(TooManyPathsError, match="over 3 paths; name both ends"):
        from_start(sample_graph, parse("condition>symptom<condition"), start, most=1)
    whole = census(sample_graph, parse("condition>symptom<condition"))
    assert not whole.exact
    assert whole.pairs is None


@pytest.mark.full
def test_enzymes_join_glycogen_storage_diseases(full_graph: Graph) -> None:
    """PYGM and PYGL both make glycogen phosphorylase; their diseases are types V and VI."""
    metapath = parse("condition<gene>enzyme<gene>condition")
    found = ask(full_graph, metapath, [resolve(full_graph, "glycogen storage disease V")])
    names = full_graph.labels.entities([one.end for one in found.pairs])
    assert "glycogen storage disease VI" in {one.label for one in names.values()}
