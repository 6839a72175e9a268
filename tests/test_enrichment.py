"""Enrichment against scipy, published figures and counts by hand; memberships against walks."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from genekg import ends, enrichment
from genekg import vocabulary as v
from genekg.cli import cli
from genekg.enrichment import adjusted, at_least, enrich
from genekg.errors import GenekgError, NotFoundError, UsageError
from genekg.graph import Graph
from genekg.memberships import above, memberships
from genekg.search import resolve

stats = pytest.importorskip("scipy.stats")


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(cli, [*arguments, "--store", str(home)])
    if isinstance(result.exception, GenekgError):
        raise result.exception
    return result


def test_hypergeometric_is_that_of_scipy() -> None:
    dice = np.random.default_rng(3)
    for _ in range(60):
        universe = int(dice.integers(2, 3000))
        drawn = int(dice.integers(1, min(universe, 200) + 1))
        sizes = dice.integers(1, universe + 1, 20)
        overlaps = np.array([dice.integers(0, min(size, drawn) + 1) for size in sizes])
        expected = stats.hypergeom.sf(overlaps - 1, universe, sizes, drawn)
        found = at_least(overlaps, universe, sizes, drawn)
        assert found == pytest.approx(expected, rel=1e-8, abs=1e-300)
    assert at_least(np.array([4]), 10, np.array([3]), 5).tolist() == [0.0]


def test_far_fewer_than_chance_gives_are_no_surprise() -> None:
    """The chance of that very number is too small for a float; that of so many or more is one."""
    overlaps, sizes = np.array([126, 0, 100]), np.array([7315, 7651, 6000])
    assert stats.hypergeom.pmf(126, 7651, 7315, 400) == 0
    assert at_least(overlaps, 7651, sizes, 400) == pytest.approx([1, 1, 1])


def test_the_lady_tasting_tea() -> None:
    """R. A. Fisher, The Design of Experiments (1935): 1 of 70, and 17 of 70 for three or more."""
    found = at_least(np.array([4, 3]), 8, np.array([4, 4]), 4)
    assert found == pytest.approx([1 / 70, 17 / 70])


# The 15 endpoints of a study of myocardial infarction, in Benjamini and Hochberg (1995), section
# 3.2: at a false discovery rate of 0.05 the four smallest are rejected, by Bonferroni three.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_the_published_example_of_the_false_discovery_rate() -> None:
    q = adjusted(np.array(PUBLISHED))
    assert (q <= 0.05).sum() == 4
    assert (np.array(PUBLISHED) * 15 <= 0.05).sum() == 3
    by_hand = [min(min(PUBLISHED[j] * 15 / (j + 1) for j in range(i, 15)), 1) for i in range(15)]
    assert q == pytest.approx(by_hand)
    assert q == pytest.approx(stats.false_discovery_control(PUBLISHED))
    mixed = np.random.default_rng(1).permutation(15)
    assert adjusted(np.array(PUBLISHED)[mixed]) == pytest.approx(q[mixed])


def closure(graph: Graph) -> dict[int, set[int]]:
    """Every symptom with all that it is a kind of, by walking up."""
    parents = defaultdict(set)
    kinds = {one.number: one.kind for one in graph.labels.all()}
    for edge in graph.adjacency.edges():
        if edge.predicate == v.SUBCLASS_OF and kinds[edge.subject] == "symptom":
            parents[edge.subject].add(edge.object)
    found: dict[int, set[int]] = {}
    for number, kind in kinds.items():
        if kind == "symptom":
            reached, waiting = {number}, [number]
            while waiting:
                new = {p for p in parents[waiting.pop()] if kinds[p] == "symptom"} - reached
                reached |= new
                waiting += new
            found[number] = reached
    return found


def test_memberships_are_those_of_the_edges(sample_graph: Graph) -> None:
    up = closure(sample_graph)
    layer = above(sample_graph)
    for number, expected in up.items():
        own = layer.nodes[layer.starts[number] : layer.starts[number + 1]]
        assert set(own.tolist()) == expected
    has = defaultdict(set)
    for edge in sample_graph.adjacency.edges():
        if edge.predicate == v.HAS_PHENOTYPE and edge.object in up:
            has[edge.subject] |= up[edge.object]
    sets = memberships(sample_graph, "condition", "symptom")
    numbers = sample_graph.labels.numbers(sets.ids)
    found = defaultdict(set)
    for member, place in zip(sets.members.tolist(), sets.sets.tolist(), strict=True):
        assert numbers[sets.ids[place]] not in found[member]
        found[member].add(numbers[sets.ids[place]])
    conditions = {one.number for one in sample_graph.labels.all() if one.kind == "condition"}
    assert found == {number: own for number, own in has.items() if number in conditions}
    assert sets.universe.tolist() == sorted(found)
    one, other = sorted(found)[:2]
    members, places = sets.of_members(np.array([one, other]))
    assert len(members) == len(places) == len(found[one]) + len(found[other])


def test_enzyme_classes(sample_graph: Graph) -> None:
    sets = memberships(sample_graph, "gene", "enzyme class")
    assert "EC:2.3.1.-" in sets.ids
    assert sets.labels[sets.ids.index("EC:2.3.1.-")] == "transferases 2.3.1.-"


def test_enrichment_is_that_of_counts_by_hand(sample_graph: Graph) -> None:
    sets = memberships(sample_graph, "condition", "symptom")
    members = defaultdict(set)
    for member, place in zip(sets.members.tolist(), sets.sets.tolist(), strict=True):
        members[sets.ids[place]].add(member)
    universe = set().union(*members.values())
    given = [resolve(sample_graph, one) for one in ("MONDO:0020721", "OMIM:301310")]
    numbers = {one.number for one in given}
    found = enrich(sample_graph, given, by=["symptom"])
    tested = {name: own for name, own in members.items() if len(own) >= 2}
    expected = {
        name: stats.hypergeom.sf(len(own & numbers) - 1, len(universe), len(own), len(numbers))
        for name, own in tested.items()
    }
    q = dict(zip(expected, stats.false_discovery_control(list(expected.values())), strict=True))
    assert {one.id for one in found} == {name for name, own in tested.items() if own & numbers}
    for one in found:
        assert one.p == pytest.approx(expected[one.id])
        assert one.q == pytest.approx(q[one.id])
        assert (one.overlap, one.size) == (len(tested[one.id] & numbers), len(tested[one.id]))
        assert len(one.which) == one.overlap
    assert [one.p for one in found] == sorted(one.p for one in found)


def test_a_background_narrows_the_universe(sample_graph: Graph) -> None:
    conditions = [one for one in sample_graph.labels.all() if one.kind == "condition"][:6]
    given = conditions[:2]
    narrow = enrich(sample_graph, given, by=["symptom"], background=conditions)
    wide = {one.id: one for one in enrich(sample_graph, given, by=["symptom"])}
    assert narrow
    for one in narrow:
        assert one.size <= 6
        assert one.size <= wide[one.id].size
        assert one.overlap == wide[one.id].overlap


def test_requests_that_cannot_be_enriched(sample_graph: Graph) -> None:
    gene, symptom = resolve(sample_graph, "ALAS2"), resolve(sample_graph, "Pallor")
    with pytest.raises(UsageError, match="2 kinds, gene and symptom to enrich"):
        enrich(sample_graph, [gene, symptom])
    with pytest.raises(UsageError, match="nothing to enrich"):
        enrich(sample_graph, [])
    with pytest.raises(
        UsageError, match="a symptom belongs to no enzyme; there are condition, gene"
    ):
        enrich(sample_graph, [symptom], by=["enzyme"])


def test_enrich_command(sample_home: Path) -> None:
    result = run(sample_home, "enrich", "MONDO:0020721", "--by", "symptom", "--q", "1",
                 "--format", "csv")  # fmt: skip
    header, *rows = result.stdout.splitlines()
    assert header == ",".join(enrichment.COLUMNS)
    assert rows
    with pytest.raises(NotFoundError, match="no set holds more of the 1 than chance .*--q 1"):
        run(sample_home, "enrich", "MONDO:0020721", "--by", "symptom", "--q", "1e-9")
    with pytest.raises(NotFoundError, match="none of the 1 is in such a set; --by names others"):
        run(sample_home, "enrich", "FBN1", "--by", "enzyme")


@pytest.mark.full
def test_the_genes_of_heme_synthesis(full_graph: Graph) -> None:
    names = ["FECH", "ALAS2", "UROD", "UROS", "HMBS", "ALAD", "CPOX", "PPOX"]
    genes, _ = ends.entities(full_graph, names)
    found = enrich(full_graph, genes)
    best = {one.by: one for one in reversed(found)}
    assert best["process"].label == "heme biosynthetic process"
    assert best["process"].overlap == 8
    assert best["symptom"].label == "Abnormal circulating porphyrin concentration"
    assert best["symptom"].q < 1e-12
