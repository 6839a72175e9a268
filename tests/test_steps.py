"""Steps are the direct relations from both ends, without what is negated."""

from __future__ import annotations

from collections import Counter

import numpy as np

from genekg import adjacency, steps
from genekg import vocabulary as v
from genekg.graph import Graph
from genekg.labels import KINDS


def test_each_relation_is_one_step_each_way(sample_graph: Graph) -> None:
    found = sample_graph.steps
    walked = [e for e in sample_graph.adjacency.edges() if e.predicate != v.LACKS_PHENOTYPE]
    assert len(walked) < len(sample_graph.adjacency)  # the sample lacks something
    edges = [found.edge(step) for step in range(len(found.nodes))]
    assert Counter(edges) == Counter(walked + walked)
    for step in range(len(found.nodes)):
        back = found.back(step)
        assert found.edge(back) == found.edge(step)
        assert (found.origins[back], found.nodes[back]) == (found.nodes[step], found.origins[step])
        assert found.along[back] != found.along[step]


def test_what_a_condition_lacks_is_no_step(sample_graph: Graph) -> None:
    lacked = [e for e in sample_graph.adjacency.edges() if e.predicate == v.LACKS_PHENOTYPE]
    assert lacked
    place = adjacency.RELATIONS.index(v.LACKS_PHENOTYPE)
    assert place not in sample_graph.steps.relations
    assert steps.NEGATED == (v.LACKS_PHENOTYPE,)


def test_leaving_gives_the_steps_of_nodes_in_their_order(sample_graph: Graph) -> None:
    found = sample_graph.steps
    nodes = np.array([5, 3, 8])
    expected = [
        step for node in nodes for step in range(found.starts[node], found.starts[node + 1])
    ]
    assert found.leaving(nodes).tolist() == expected
    assert found.leaving(np.array([], dtype=np.int64)).tolist() == []


def test_degrees_count_nodes_of_a_kind_in_a_direction_once(sample_graph: Graph) -> None:
    found = sample_graph.steps
    around: dict[tuple[int, bool, int], set[int]] = {}
    for step in range(len(found.nodes)):
        key = (
            int(found.origins[step]),
            bool(found.along[step]),
            int(found.kinds[found.nodes[step]]),
        )
        around.setdefault(key, set()).add(int(found.nodes[step]))
    for step in range(len(found.nodes)):
        here, there = int(found.origins[step]), int(found.nodes[step])
        forward = bool(found.along[step])
        expected = len(around[here, forward, int(found.kinds[there])]) * len(
            around[there, not forward, int(found.kinds[here])]
        )
        assert found.degrees[step] == expected
    # ALAS2 is linked to two conditions, by two relations each; each has no other gene
    alas2 = sample_graph.labels.numbers(["HGNC:397"])["HGNC:397"]
    own = slice(found.starts[alas2], found.starts[alas2 + 1])
    causal = found.among([v.CAUSES])[own]
    assert causal.sum() == 2
    assert found.degrees[own][causal].tolist() == [2.0, 2.0]


def test_kinds_are_those_of_the_labels(sample_graph: Graph) -> None:
    kinds = [KINDS[place] for place in sample_graph.steps.kinds]
    assert kinds == [entity.kind for entity in sample_graph.labels.all()]
