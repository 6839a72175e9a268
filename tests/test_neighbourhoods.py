"""What is around an entity, checked against the triples of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from pyoxigraph import NamedNode

from genekg import adjacency, neighbourhoods, prefixes, quads
from genekg import vocabulary as v
from genekg.errors import NotFoundError, UsageError
from genekg.graph import Graph
from genekg.neighbourhoods import Neighbourhood, around

XLSA = "MONDO:0020721"
XLR = "HP:0001419"
Relation = tuple[str, NamedNode, str]


def stored(graph: Graph, subject: Any, predicate: NamedNode) -> Iterator[Any]:
    """Yield quads of the store; what stands in them is known to be nodes."""
    yield from graph.store.quads_for_pattern(subject, predicate, None, None)


def stated(graph: Graph) -> set[Relation]:
    """Every direct relation between entities, as the store has it."""
    entities = {prefixes.expand(entity.id): entity.id for entity in graph.labels.all()}
    return {
        (entities[quad.subject.value], predicate, entities[quad.object.value])
        for predicate in adjacency.RELATIONS
        for quad in stored(graph, None, predicate)
        if quad.subject.value in entities and quad.object.value in entities
    }


def relations(near: Neighbourhood) -> list[Relation]:
    ids = {entity.number: entity.id for entity in near.entities}
    return [(ids[edge.subject], edge.predicate, ids[edge.object]) for edge in near.edges]


def ids(near: Neighbourhood) -> set[str]:
    return {entity.id for entity in near.entities}


@pytest.mark.parametrize("entity", [XLSA, "HGNC:397", XLR, "HP:0001903", "EC:2.3.1.37"])
def test_one_step_is_every_relation_of_the_entity(sample_graph: Graph, entity: str) -> None:
    near = around(sample_graph, entity)
    found = relations(near)
    expected = {one for one in stated(sample_graph) if entity in (one[0], one[2])}
    assert expected
    assert set(found) == expected
    assert len(found) == len(expected)
    assert ids(near) == {end for one in expected for end in (one[0], one[2])}
    assert len(near.entities) == len(ids(near))
    assert near.complete


def test_any_name_of_an_entity_will_do(sample_graph: Graph) -> None:
    near = around(sample_graph, XLSA)
    assert near.centre.id == XLSA
    assert around(sample_graph, "x-linked sideroblastic anemia") == near


def test_the_nearest_come_first(sample_graph: Graph) -> None:
    one = around(sample_graph, "HGNC:397", depth=1)
    two = around(sample_graph, "HGNC:397", depth=2)
    assert one.entities[0] == one.centre
    assert two.entities[: len(one.entities)] == one.entities
    assert len(two.entities) > len(one.entities)
    assert two.edges[: len(one.edges)] == one.edges


def test_two_steps_go_through_genes_but_not_through_inheritance_modes(sample_graph: Graph) -> None:
    shared = {one[0] for one in stated(sample_graph) if one[1:] == (v.HAS_INHERITANCE, XLR)}
    assert {XLSA, "OMIM:306700"} <= shared
    found = ids(around(sample_graph, XLSA, depth=2))
    assert XLR in found
    assert "MONDO:0010420" in found  # by way of ALAS2
    assert "OMIM:306700" not in found  # shares the inheritance mode only
    assert "OMIM:306700" in ids(around(sample_graph, XLR))


def test_two_steps_do_not_go_through_the_top_of_the_hierarchy(sample_graph: Graph) -> None:
    blood, bleeding, cells = "HP:0001871", "HP:0001892", "HP:0001877"
    for below in (bleeding, cells):
        assert (below, v.SUBCLASS_OF, blood) in stated(sample_graph)
    found = ids(around(sample_graph, bleeding, depth=2))
    assert blood in found
    assert cells not in found
    top, heart = "HP:0000118", "HP:0001626"
    for below in (blood, heart):
        assert (below, v.SUBCLASS_OF, top) in stated(sample_graph)
    found = ids(around(sample_graph, blood, depth=2))
    assert top in found
    assert heart not in found


def test_two_steps_do_not_go_through_a_symptom_of_very_many(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    # two conditions that share this symptom, and nothing else that is passed through
    first, second, symptom = "OMIM:301310", XLSA, "HP:0004840"
    for condition in (first, second):
        assert (condition, v.HAS_PHENOTYPE, symptom) in stated(sample_graph)
    assert second in ids(around(sample_graph, first, depth=2))
    monkeypatch.setattr(neighbourhoods, "HUB_DEGREE", 0)
    assert second not in ids(around(sample_graph, first, depth=2))


def test_two_steps_do_not_go_through_what_is_lacked(sample_graph: Graph) -> None:
    lacked = [one for one in stated(sample_graph) if one[1] == v.LACKS_PHENOTYPE]
    assert lacked
    for condition, _, symptom in lacked:
        near = around(sample_graph, condition, depth=2)
        assert (condition, v.LACKS_PHENOTYPE, symptom) in relations(near)
        number = {one.id: one.number for one in near.entities}[symptom]
        others = [edge for edge in near.edges if number in (edge.subject, edge.object)]
        directly = {one.number for one in around(sample_graph, condition).entities}
        for edge in others:  # by way of something else, or the relation itself
            other = edge.subject if edge.object == number else edge.object
            assert edge.predicate != v.LACKS_PHENOTYPE or edge.subject == near.centre.number
            assert other in directly


def test_a_limit_keeps_the_nearest_and_says_so(sample_graph: Graph) -> None:
    whole = around(sample_graph, XLSA)
    cut = around(sample_graph, XLSA, limit=5)
    assert not cut.complete
    assert cut.entities == whole.entities[:5]
    assert set(cut.edges) == {
        edge
        for edge in whole.edges
        if {edge.subject, edge.object} <= {entity.number for entity in cut.entities}
    }
    exact = around(sample_graph, XLSA, limit=len(whole.entities))
    assert exact == whole


@pytest.mark.parametrize("option", ["depth", "limit"])
def test_no_depth_or_limit_below_one(sample_graph: Graph, option: str) -> None:
    with pytest.raises(UsageError, match=f"a {option} of 0; give a {option} of 1 or more"):
        around(sample_graph, XLSA, **{option: 0})


def test_an_unknown_entity_is_not_found(sample_graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="no entity is named 'nothing of that name'"):
        around(sample_graph, "nothing of that name")


def test_every_relation_has_words() -> None:
    assert set(neighbourhoods.RELATION_LABELS) == set(adjacency.RELATIONS)
    words = list(neighbourhoods.RELATION_LABELS.values())
    assert len(set(words)) == len(words)


def test_sources_are_those_of_the_associations(sample_graph: Graph) -> None:
    releases = {
        quad.subject: next(stored(sample_graph, quad.subject, v.LABEL)).object.value
        for quad in stored(sample_graph, None, v.TYPE)
        if quad.object == v.SOURCE_RELEASE
    }
    said: defaultdict[Relation, set[str]] = defaultdict(set)
    for quad in stored(sample_graph, None, v.DERIVED_FROM):
        parts = [
            part.object
            for role in (v.SUBJECT, v.PREDICATE, v.OBJECT)
            for part in stored(sample_graph, quad.subject, role)
        ]
        if len(parts) == 3:
            subject, predicate, target = parts
            said[subject.value, predicate, target.value].add(releases[quad.object])
    checked = 0
    for entity in sample_graph.labels.all():
        near = around(sample_graph, entity.id)
        for edge, (start, relation, end) in zip(near.edges, relations(near), strict=True):
            names = neighbourhoods.sources(sample_graph, edge).split("; ")
            key = (quads.node(start).value, relation, quads.node(end).value)
            if key in said:
                assert {name.partition(" in ")[2] or name for name in names} == said[key]
                checked += 1
            else:
                assert relation in (v.SUBCLASS_OF, v.UP_ENZYME)
                assert names != [""]
    assert checked > 100
