"""Walks on the arrays, against networkx on the same relations and against walks by hand."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import pytest

from genekg import traversal
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.graph import Graph
from genekg.labels import KINDS, MODE, PROTEIN, TERM, Entity
from genekg.search import resolve
from genekg.traversal import DAMPING, Rules, connecting, neighbours, paths

XLSA, XLP, ALAS2 = "MONDO:0020721", "MONDO:0010420", "HGNC:397"
PLAIN = Rules(plain=True)


def entity(graph: Graph, curie: str) -> Entity:
    return resolve(graph, curie)


def plain_network(graph: Graph) -> nx.Graph[int]:
    """Every relation but what is lacked, without direction, made from the edges one by one."""
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(range(graph.adjacency.size))
    network.add_edges_from(
        (edge.subject, edge.object)
        for edge in graph.adjacency.edges()
        if edge.predicate != v.LACKS_PHENOTYPE
    )
    return network


def stepping_stones(graph: Graph) -> set[int]:
    """What is walked through, by the words of the documentation."""
    tops = {"HP:0000001", "HP:0000118", "HP:0000005"}
    return {
        one.number
        for one in graph.labels.all()
        if one.kind not in (MODE, TERM, PROTEIN) and one.id not in tops
    }


def simple_paths(graph: Graph, start: int, end: int, length: int) -> list[list[int]]:
    """All paths that the rules allow, by networkx."""
    kept = stepping_stones(graph) | {start, end}
    network = plain_network(graph).subgraph(kept)
    return list(nx.all_simple_paths(network, start, end, cutoff=length))


def product(graph: Graph, numbers: list[int]) -> float:
    """The degree product of a path, counted edge by edge."""
    kinds = [KINDS[kind] for kind in graph.steps.kinds]
    best = 1.0
    for here, there in itertools.pairwise(numbers):
        scores = []
        for start, end in ((here, there), (there, here)):
            if not any(e.object == end for e in walked(graph, start)):
                continue
            leaving = {e.object for e in walked(graph, start) if kinds[e.object] == kinds[end]}
            coming = {
                e.subject
                for e in graph.adjacency.edges_to(end)
                if kinds[e.subject] == kinds[start] and e.predicate != v.LACKS_PHENOTYPE
            }
            scores.append((len(leaving) * len(coming)) ** -DAMPING)
        best *= max(scores)
    return best


def walked(graph: Graph, number: int) -> list[traversal.Edge]:
    return [e for e in graph.adjacency.edges_from(number) if e.predicate != v.LACKS_PHENOTYPE]


@pytest.mark.parametrize(
    ("start", "end"),
    [(XLSA, XLP), (ALAS2, "HP:0001744"), ("EC:2.3.1.37", XLP), (XLSA, "OMIM:301310")],
)
def test_the_best_paths_are_the_best_of_all(sample_graph: Graph, start: str, end: str) -> None:
    one, other = entity(sample_graph, start), entity(sample_graph, end)
    every = simple_paths(sample_graph, one.number, other.number, 4)
    scores = sorted((product(sample_graph, path) for path in every), reverse=True)
    assert len(scores) > 1
    found = paths(sample_graph, [one], [other], k=len(scores) + 5)
    assert [path.score for path in found] == pytest.approx(scores)
    assert {tuple(e.number for e in path.entities) for path in found} == set(map(tuple, every))
    assert paths(sample_graph, [one], [other], k=3) == found[:3]


def test_two_porphyrin_disorders_hang_together_by_their_gene(sample_graph: Graph) -> None:
    one, other = entity(sample_graph, XLSA), entity(sample_graph, XLP)
    (best,) = paths(sample_graph, [one], [other])
    assert [e.id for e in best.entities] == [XLSA, ALAS2, XLP]
    assert best.metapath == "condition<gene>condition"
    # the gene is linked to two conditions, each condition to one gene
    assert best.score == pytest.approx((2 * 2) ** -DAMPING)
    for hop in best.hops:
        assert [edge.predicate for edge in hop] == [v.CAUSES, v.ASSOCIATED_WITH]
        assert all(sample_graph.adjacency.source_names(edge.sources) for edge in hop)


def test_modes_and_onsets_are_no_stepping_stones_unless_asked(sample_graph: Graph) -> None:
    one, other = entity(sample_graph, XLSA), entity(sample_graph, "OMIM:306700")
    through = {
        inner.kind
        for path in paths(sample_graph, [one], [other], k=200)
        for inner in path.entities[1:-1]
    }
    assert not through & {MODE, TERM, PROTEIN}
    asked = paths(sample_graph, [one], [other], k=200, rules=Rules(through=(MODE,)))
    assert "condition>inheritance mode<condition" in {path.metapath for path in asked}
    (plain,) = paths(sample_graph, [one], [other], rules=PLAIN)
    assert len(plain) == 2


def test_what_is_lacked_is_never_walked(sample_graph: Graph) -> None:
    lacked = [e for e in sample_graph.adjacency.edges() if e.predicate == v.LACKS_PHENOTYPE]
    checked = 0
    for edge in lacked:
        ends = sample_graph.labels.entities([edge.subject, edge.object])
        start, end = ends[edge.subject], ends[edge.object]
        for rules in (Rules(), PLAIN):
            for path in paths(sample_graph, [start], [end], k=20, rules=rules):
                assert len(path) > 1
                checked += 1
        assert end not in [near.entity for near in neighbours(sample_graph, start)]
    assert checked


def test_rules_of_a_walk(sample_graph: Graph) -> None:
    one, other = entity(sample_graph, XLSA), entity(sample_graph, XLP)
    gene = entity(sample_graph, ALAS2)
    for k in (1, 10):
        for plain in (False, True):
            avoiding = Rules(avoid=(gene.number,), plain=plain)
            for path in paths(sample_graph, [one], [other], k=k, rules=avoiding):
                assert gene not in path.entities
            only = Rules(via=(v.CAUSES,), plain=plain)
            (path,) = paths(sample_graph, [one], [other], k=k, rules=only)
            assert [len(hop) for hop in path.hops] == [1, 1]
    none = Rules(via=(v.HAS_INHERITANCE,))
    assert paths(sample_graph, [one], [other], rules=none) == []


def test_paths_between_sets(sample_graph: Graph) -> None:
    starts = [entity(sample_graph, ALAS2), entity(sample_graph, "HP:0001744")]
    ends = [entity(sample_graph, XLSA), entity(sample_graph, XLP)]
    found = paths(sample_graph, starts, ends, k=4, max_length=1)
    pairs = {(path.entities[0].id, path.entities[-1].id) for path in found}
    assert pairs == {(ALAS2, XLSA), (ALAS2, XLP), ("HP:0001744", XLSA), ("HP:0001744", XLP)}
    for path in paths(sample_graph, starts, ends, k=50):
        assert not {e.number for e in path.entities[1:-1]} & {e.number for e in (*starts, *ends)}


def test_bad_requests(sample_graph: Graph) -> None:
    one, other = entity(sample_graph, XLSA), entity(sample_graph, XLP)
    with pytest.raises(UsageError, match="0 paths; ask for 1 or more"):
        paths(sample_graph, [one], [other], k=0)
    with pytest.raises(UsageError, match="paths of 9 steps; give a length from 1 to 8"):
        paths(sample_graph, [one], [other], max_length=9)
    with pytest.raises(UsageError, match="X-linked sideroblastic anemia is at both ends"):
        paths(sample_graph, [one, other], [one])
    with pytest.raises(UsageError, match="a depth of 0"):
        neighbours(sample_graph, one, depth=0)
    with pytest.raises(UsageError, match="nothing to connect"):
        connecting(sample_graph, [one, one])


def test_neighbours_are_those_of_the_edges(sample_graph: Graph) -> None:
    network = plain_network(sample_graph)
    for one in sample_graph.labels.all():
        found = neighbours(sample_graph, one)
        assert {near.entity.number for near in found} == set(network[one.number])
        assert len(found) == len(set(network[one.number]))
        for near in found:
            assert near.origin == one
            assert {near.edge.subject, near.edge.object} == {one.number, near.entity.number}


def test_neighbours_by_depth_kind_and_limit(sample_graph: Graph) -> None:
    gene = entity(sample_graph, ALAS2)
    found = neighbours(sample_graph, gene, depth=3)
    network = plain_network(sample_graph)
    passed = stepping_stones(sample_graph) | {gene.number}
    open_ways = nx.DiGraph((a, b) for a in passed for b in network[a])
    lengths = nx.single_source_shortest_path_length(open_ways, gene.number, cutoff=3)
    del lengths[gene.number]
    assert {near.entity.number: near.steps for near in found} == lengths
    assert [near.steps for near in found] == sorted(near.steps for near in found)
    conditions = neighbours(sample_graph, gene, depth=3, kinds=("condition",))
    assert conditions == [near for near in found if near.entity.kind == "condition"]
    assert neighbours(sample_graph, gene, depth=3, limit=7) == found[:7]
    causes = neighbours(sample_graph, gene, rules=Rules(via=(v.CAUSES,)))
    assert {near.entity.id for near in causes} == {XLSA, XLP}


def test_what_connects_three(sample_graph: Graph) -> None:
    three = [entity(sample_graph, one) for one in (XLSA, XLP, "HP:0001744")]
    joined = connecting(sample_graph, three)
    assert joined.complete
    assert {ALAS2, XLSA, XLP, "HP:0001744"} <= {one.id for one in joined.entities}
    network = nx.Graph((edge.subject, edge.object) for edge in joined.edges)
    assert nx.is_connected(network)
    assert set(network) == {one.number for one in joined.entities}
    apart = connecting(sample_graph, three, rules=Rules(via=(v.CAUSES,)))
    assert not apart.complete
    assert {one.id for one in apart.entities} == {ALAS2, XLSA, XLP, "HP:0001744"}


def check_against_networkx(graph: Graph, pairs: int, seed: int) -> None:
    network = plain_network(graph)
    dice = random.Random(seed)
    numbers = [n for n in network if network.degree(n)]
    for _ in range(pairs):
        start, end = dice.sample(numbers, 2)
        ends = graph.labels.entities([start, end])
        found = paths(graph, [ends[start]], [ends[end]], rules=PLAIN, max_length=8)
        try:
            expected = nx.shortest_path_length(network, start, end)
        except nx.NetworkXNoPath:
            expected = 99
        if expected > 8:
            assert found == []
            continue
        (path,) = found
        assert len(path) == expected
        walk = [one.number for one in path.entities]
        assert (walk[0], walk[-1]) == (start, end)
        assert nx.is_simple_path(network, walk)
        tabulated = paths(graph, [ends[start]], [ends[end]], k=2, rules=PLAIN, max_length=8)
        assert len(tabulated[0]) == expected


def test_shortest_paths_are_those_of_networkx(sample_graph: Graph) -> None:
    check_against_networkx(sample_graph, 150, seed=7)


@pytest.mark.full
def test_shortest_paths_of_the_whole_graph_are_those_of_networkx(full_graph: Graph) -> None:
    check_against_networkx(full_graph, 150, seed=11)


@pytest.mark.full
def test_scored_paths_of_the_whole_graph_are_those_of_dijkstra(full_graph: Graph) -> None:
    """The best path, where no bound of length bites, is the cheapest by networkx."""
    import math

    steps = full_graph.steps
    kept = stepping_stones(full_graph)
    network: nx.DiGraph[int] = nx.DiGraph()
    for step in range(len(steps.nodes)):
        here, there = int(steps.origins[step]), int(steps.nodes[step])
        cost = DAMPING * math.log(steps.degrees[step]) + 1e-9
        if here in kept and there in kept:
            known = network.get_edge_data(here, there)
            if known is None or known["cost"] > cost:
                network.add_edge(here, there, cost=cost)
    dice = random.Random(3)
    numbers = sorted(network)
    compared = 0
    for _ in range(20):
        start, end = dice.sample(numbers, 2)
        ends = full_graph.labels.entities([start, end])
        found = paths(full_graph, [ends[start]], [ends[end]], max_length=6)
        best = nx.dijkstra_path(network, start, end, weight="cost")
        cost = nx.path_weight(network, best, "cost")
        if len(best) - 1 <= 6:
            assert -math.log(found[0].score) == pytest.approx(cost, abs=1e-6)
            compared += 1
        elif found:
            assert -math.log(found[0].score) > cost - 1e-6
    assert compared > 5


@pytest.mark.full
def test_the_gene_explains_iron_overload(full_graph: Graph) -> None:
    from genekg import ends, narration

    found, notes = ends.entities(full_graph, ["iron overload"])
    assert any("Elevated myocardial iron load" in note for note in notes)
    assert not any(" without " in one.label for one in found)
    (best,) = paths(full_graph, ends.entities(full_graph, ["ALAS2"])[0], found)
    assert narration.sentence(full_graph, best) == (
        "ALAS2 causes X-linked sideroblastic anemia (loss of function), which has symptom"
        " Elevated myocardial iron load."
    )


@pytest.mark.full
def test_x_linked_protoporphyria_by_its_everyday_name(full_graph: Graph) -> None:
    from genekg import ends

    starts, _ = ends.entities(full_graph, ["X-linked sideroblastic anemia"])
    targets, notes = ends.entities(full_graph, ["X-linked protoporphyria"])
    assert [one.id for one in targets] == [XLP]
    assert len(notes) == 1
    best = paths(full_graph, starts, targets)[0]
    assert [one.id for one in best.entities] == [XLSA, ALAS2, XLP]
