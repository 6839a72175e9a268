"""The shapes: what is right passes, and each fault makes exactly its own violation."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import rdflib
from every_record import ANEMIA, OLD_ID, SYMPTOM, XLSA
from pyoxigraph import DefaultGraph, Literal, Quad, RdfFormat, Store
from rdflib import RDF, SH, BNode, URIRef
from shape_faults import FAULTS, Fault, set_to
from shape_nodes import CLOSED, EVERY_TRIPLE, NAMED, NOWHERE, QUOTE, STRANGE, WORD, near, said

from genekg import prefixes, resources, shape_rules, shapes
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.quads import Triple, node


class Sorted:
    """A store that gives its quads subject by subject, as one on disk does."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        quads = (Quad(*triple, DefaultGraph()) for triple in triples)
        self._quads = sorted(quads, key=lambda quad: quad.subject.value)

    def quads_for_pattern(self, *pattern: Any) -> Iterator[Quad]:
        for quad in self._quads:
            if all(want in (None, part) for want, part in zip(pattern, quad, strict=True)):
                yield quad


def broken(triples: Iterable[Triple]) -> set[tuple[object, ...]]:
    """The focus nodes and the shapes that they break, of the whole graph read once."""
    table = shapes.broken(cast(Any, Sorted(triples)))
    return set(zip(table.column("focus"), table.column("shape"), strict=True))


def violations(triples: set[Triple]) -> set[tuple[object, object]]:
    """The focus nodes and the shapes that they break."""
    table = shapes.validate(triples)
    return set(zip(table.column("focus"), table.column("shape"), strict=True))


def test_what_quads_writes_is_clean() -> None:
    assert list(shapes.validate(EVERY_TRIPLE)) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.shape}-{f.focus.value[-6:]}")
def test_fault_breaks_its_shape_alone(fault: Fault) -> None:
    assert violations(fault.apply()) == fault.expected()


def test_what_quads_writes_is_clean_as_a_whole() -> None:
    assert broken(EVERY_TRIPLE) == set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.shape}-{f.focus.value[-6:]}")
def test_fault_is_found_in_the_whole(fault: Fault) -> None:
    assert broken(fault.apply()) == fault.expected()


@pytest.mark.parametrize("shape", NAMED)
def test_node_of_a_wrong_name_is_found_in_the_whole(shape: str) -> None:
    triples = near(NAMED[shape])
    copy = {(NOWHERE, p, t) for s, p, t in triples if s == NAMED[shape]}
    assert broken(triples | copy) == {(NOWHERE.value, shape)}


@pytest.mark.parametrize("shape", CLOSED)
def test_unlisted_property_is_found_in_the_whole(shape: str) -> None:
    focus = CLOSED[shape]
    assert broken(near(focus) | {(focus, STRANGE, WORD)}) == {
        (prefixes.shorten(focus.value), shape)
    }


def test_the_whole_says_what_pyshacl_says() -> None:
    for fault in (
        set_to("count", said(SYMPTOM), v.HAS_COUNT, Literal(8)),
        next(one for one in FAULTS if one.shape == "FittingStatement"),
    ):
        whole = shapes.broken(cast(Any, Sorted(fault.apply())))
        assert list(whole) == list(shapes.validate(fault.apply()))


def test_a_planted_violation_is_found_on_disk(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.extend(Quad(*triple, DefaultGraph()) for triple in EVERY_TRIPLE)
    store.add(Quad(said(SYMPTOM), STRANGE, WORD, DefaultGraph()))
    store.flush()
    seen: list[str] = []
    table = shapes.broken(store, lambda step, *_: seen.append(step))
    assert set(table.column("focus")) == {prefixes.shorten(said(SYMPTOM).value)}
    del store


def test_a_store_in_another_order_is_refused() -> None:
    store = Store()
    two = [(node(XLSA), v.LABEL, WORD), (node(ANEMIA), v.LABEL, WORD)]
    for one in (*two, (node(XLSA), v.EXACT_SYNONYM, WORD)):
        store.add(Quad(*one, DefaultGraph()))
    with pytest.raises(GenekgError, match="not together by subject"):
        shapes.broken(store)


def test_a_shape_that_asks_more_is_refused() -> None:
    text = resources.path(shapes.FILE).read_text(encoding="utf-8")
    more = "shape:more a sh:NodeShape ; sh:targetClass gk:x ; sh:uniqueLang true ."
    graph = rdflib.Graph().parse(data=text + more, format="turtle")
    with pytest.raises(GenekgError, match="says uniqueLang, which is not judged"):
        shape_rules.compose(graph)


@pytest.mark.parametrize("shape", NAMED)
def test_node_of_a_wrong_name_breaks_its_shape_alone(shape: str) -> None:
    triples = near(NAMED[shape])
    copy = {(NOWHERE, p, t) for s, p, t in triples if s == NAMED[shape]}
    assert violations(triples | copy) == {(NOWHERE.value, shape)}


@pytest.mark.parametrize("shape", NAMED)
def test_blank_node_breaks_its_shape(shape: str) -> None:
    graph = shapes.to_rdflib(near(NAMED[shape]))
    blank = BNode()
    for _, predicate, target in list(graph.triples((URIRef(NAMED[shape].value), None, None))):
        graph.add((blank, predicate, target))
    table = shapes.validate(graph)
    assert set(table.column("shape")) == {shape}
    assert set(table.column("focus")) == {str(blank)}


@pytest.mark.parametrize("wrong", [NOWHERE, node("HP:0000099"), node("OMIM:1")])
def test_obsolete_condition_of_a_wrong_name_is_none(wrong: Any) -> None:
    triples = near(node(OLD_ID))
    copy = {(wrong, p, t) for s, p, t in triples if s == node(OLD_ID)}
    assert violations(triples | copy) == {(prefixes.shorten(wrong.value), "Obsolete")}


@pytest.mark.parametrize("shape", CLOSED)
def test_unlisted_property_breaks_the_closed_shape_alone(shape: str) -> None:
    focus = CLOSED[shape]
    table = shapes.validate(near(focus) | {(focus, STRANGE, WORD)})
    assert list(table.dicts()) == [
        {
            "focus": prefixes.shorten(focus.value),
            "shape": shape,
            "path": STRANGE.value,
            "value": "x",
            "message": "this kind of node does not have this property",
        }
    ]


def test_violation_says_where_what_and_why() -> None:
    triples = set_to("count", said(SYMPTOM), v.HAS_COUNT, Literal(8)).apply()
    assert list(shapes.validate(triples).dicts()) == [
        {
            "focus": prefixes.shorten(said(SYMPTOM).value),
            "shape": "count",
            "path": "biolink:has_count",
            "value": "8",
            "message": "a count is one integer from 0 to the total",
        }
    ]


def test_every_shape_has_a_fault_above() -> None:
    graph = rdflib.Graph().parse(resources.path(shapes.FILE), format="turtle")
    own = f"{v.GK}shape/"

    def names(*pattern: rdflib.term.Node | None) -> set[str]:
        subject, predicate, target = pattern
        found = graph.triples((subject, predicate, target))
        return {str(s).removeprefix(own) for s, _, _ in found if str(s).startswith(own)}

    assert names(None, SH.closed, None) == set(CLOSED)
    assert names(None, RDF.type, SH.NodeShape) & names(None, SH.nodeKind, None) == set(NAMED)
    assert names(None, SH.message, None) == {fault.shape for fault in FAULTS} | set(NAMED)


def test_every_shape_that_can_break_has_a_message() -> None:
    graph = rdflib.Graph().parse(resources.path(shapes.FILE), format="turtle")
    properties = set(graph.objects(None, SH.property))
    named = {shape for shape in properties if isinstance(shape, URIRef)}
    assert named
    assert {shape for shape in named if len(list(graph.objects(shape, SH.message))) != 1} == set()
    assert {shape for shape in named if len(list(graph.objects(shape, SH.path))) != 1} == set()


def test_pyshacl_missing_is_said_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(GenekgError, match=r"pip install 'genekg\[shacl\]'"):
        shapes.validate([])


def test_curated_part_of_the_samples_is_clean(sample_graph: Graph) -> None:
    assert list(shapes.validate(shapes.curated(sample_graph))) == []


def test_curated_part_has_quotes_and_the_parents_of_conditions_but_not_theirs() -> None:
    parent, grandparent = node("MONDO:0003847"), node("MONDO:0700096")
    release = next(t for s, p, t in EVERY_TRIPLE if (s, p) == (node(ANEMIA), v.DERIVED_FROM))
    above: set[Triple] = {
        (node(ANEMIA), v.SUBCLASS_OF, parent),
        (parent, v.SUBCLASS_OF, grandparent),
    }
    for condition in (parent, grandparent):
        above |= {(condition, v.TYPE, v.DISEASE), (condition, v.DERIVED_FROM, release)}
        above |= {(condition, v.LABEL, Literal("a wider condition"))}
    store = Store()
    store.extend(Quad(*triple) for triple in EVERY_TRIPLE | above)
    graph: Any = SimpleNamespace(store=store)
    part = shapes.curated(graph)
    subjects = {str(subject) for subject in part.subjects()}
    assert {node(ANEMIA).value, parent.value} <= subjects
    assert grandparent.value not in subjects
    assert len(list(part.predicate_objects(URIRef(QUOTE.value)))) == 7
    assert list(shapes.validate(part)) == []


def test_curated_part_is_what_the_curated_release_says(sample_graph: Graph) -> None:
    rows: Any = sample_graph.store.query(
        f"SELECT ?a WHERE {{ ?a <{v.SUBJECT.value}> ?s ; <{v.DERIVED_FROM.value}> ?r"
        f" FILTER STRSTARTS(STR(?r), '{v.GK}release/curated/') }}"
    )
    expected = {row["a"].value for row in rows}
    part = shapes.curated(sample_graph)
    subject, derived = URIRef(v.SUBJECT.value), URIRef(v.DERIVED_FROM.value)
    associations = set(part.subjects(subject))
    assert {str(a) for a in associations} == expected
    assert expected
    for association in associations:
        for release in part.objects(association, derived):
            assert str(release).startswith(f"{v.GK}release/curated/")


def test_curated_part_has_all_of_a_condition_and_the_frame_of_its_terms(
    sample_graph: Graph,
) -> None:
    part = shapes.curated(sample_graph)
    whole = sample_graph.store.quads_for_pattern(node(XLSA), None, None)
    default = [quad for quad in whole if quad.graph_name != v.INFERRED]
    assert len(list(part.predicate_objects(URIRef(node(XLSA).value)))) == len(default)
    symptoms = set(part.objects(URIRef(node(XLSA).value), URIRef(v.HAS_PHENOTYPE.value)))
    assert symptoms
    frame = {p.value for p in (v.TYPE, v.LABEL, v.DERIVED_FROM, v.SUBCLASS_OF)}
    for symptom in symptoms:
        assert {str(p) for p in part.predicates(symptom)} == frame


@pytest.mark.full
def test_curated_part_of_the_whole_graph_is_clean(full_graph: Graph, tmp_path: Path) -> None:
    """By the compiled rules: pySHACL, with which they agree, takes a minute for as much."""
    store = Store(str(tmp_path / "curated"))
    lines = shapes.curated(full_graph).serialize(format="nt", encoding="utf-8")
    store.bulk_load(lines, RdfFormat.N_TRIPLES)
    assert len(store) > 80_000
    assert list(shapes.broken(store)) == []
