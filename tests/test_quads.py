"""Each kind of record as triples: the shape of the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from genekg import quads, records
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.hierarchy import Hierarchy
from genekg.identity import Identity
from genekg.quads import Shape, Triple, node
from genekg.records import Annotation, Case, Frequency, Observation, Provenance

SAID = Provenance("hpo/1", ("PMID:1",), "ECO:0000305", ("HPO:one",), "infores:orphanet")
TERMS = [
    records.Term("HP:0000001", "All"),
    records.Term("HP:0000118", "Phenotypic abnormality", parents=("HP:0000001",)),
    records.Term("HP:0001903", "Anemia", parents=("HP:0000118",), alternative_ids=("HP:0001926",)),
    records.Term("HP:0001924", "Sideroblastic anemia", parents=("HP:0001903",)),
    records.Term("HP:0031797", "Clinical course", parents=("HP:0000001",)),
    records.Term("HP:0003674", "Onset", parents=("HP:0031797",)),
    records.Term("HP:0003676", "Progressive", parents=("HP:0031797",)),
    records.Term("HP:0040279", "Frequency", parents=("HP:0000001",)),
    records.Term("HP:0040281", "Very frequent", parents=("HP:0040279",)),
]
LEADERS = {"OMIM:300751": "MONDO:0020721", "NCBIGene:212": "HGNC:397", "HP:0001926": "HP:0001903"}
LABELS = {
    "MONDO:0020721": "XLSA", "HGNC:397": "ALAS2", "protein of HGNC:397": "UniProt:P22557",
}  # fmt: skip
SHAPE = Shape(Identity(LEADERS), Hierarchy(TERMS), LABELS)
CONDITION, GENE, ANEMIA = node("MONDO:0020721"), node("HGNC:397"), node("HP:0001903")
ANNOTATION = Annotation("OMIM:300751", "HP:0001903", "P", SAID)


def triples(record: Any) -> set[Triple]:
    found = list(quads.triples(record, SHAPE))
    return set(found)


def slots(found: Iterable[Triple]) -> dict[NamedNode, set[Any]]:
    """Return what the only association says, by predicate."""
    found = set(found)
    (subject,) = {triple[0] for triple in found if triple[1] == v.PREDICATE}
    answer: dict[NamedNode, set[Any]] = defaultdict(set)
    for about, predicate, value in found:
        if about == subject:
            answer[predicate].add(value)
    return answer


def test_every_kind_of_record_has_a_function() -> None:
    assert set(get_args(records.Record)) == set(quads._FUNCTIONS)


def test_a_record_without_a_function() -> None:
    with pytest.raises(GenekgError, match="no triples are defined for str"):
        quads.triples("x", SHAPE)  # type: ignore[arg-type]


def test_an_annotation_is_a_triple_and_an_association() -> None:
    found = triples(ANNOTATION)
    assert (CONDITION, v.HAS_PHENOTYPE, ANEMIA) in found
    assert slots(found) == {
        v.TYPE: {v.PHENOTYPE_ASSOCIATION},
        v.SUBJECT: {CONDITION},
        v.PREDICATE: {v.HAS_PHENOTYPE},
        v.OBJECT: {ANEMIA},
        v.ORIGINAL_SUBJECT: {node("OMIM:300751")},
        v.DERIVED_FROM: {NamedNode("https://w3id.org/genekg/release/hpo/1")},
        v.PRIMARY_SOURCE: {node("infores:orphanet")},
        v.HAS_EVIDENCE: {node("ECO:0000305")},
        v.PUBLICATIONS: {node("PMID:1")},
        v.CURATED_BY: {Literal("HPO:one")},
    }


def test_the_onset_of_what_a_patient_has_is_on_an_association() -> None:
    seen = Observation("HP:0001903", onset_id="HP:0003674")
    other = Observation("HP:0000118", excluded=True)
    record = Case("PMID_1_patient", (), (seen, other), ANNOTATION.provenance)
    found = triples(record)
    (patient,) = {s for s, p, _ in found if p == v.OBSERVED}
    assert {(patient, v.OBSERVED, ANEMIA), (patient, v.OBSERVED_ABSENT, node("HP:0000118"))} <= {
        *found
    }
    said = slots(found)
    assert (said[v.SUBJECT], said[v.PREDICATE], said[v.OBJECT]) == (
        {patient}, {v.OBSERVED}, {ANEMIA}
    )  # fmt: skip
    assert said[v.ONSET_QUALIFIER] == {node("HP:0003674")}
    assert v.SUBJECT not in {p for _, p, _ in triples(replace(record, observations=(other,)))}


def test_a_negated_symptom_is_lacked_and_never_had() -> None:
    found = triples(replace(ANNOTATION, negated=True))
    assert (CONDITION, v.LACKS_PHENOTYPE, ANEMIA) in found
    assert slots(found)[v.NEGATED] == {Literal("true", datatype=v.XSD_BOOLEAN)}
    assert v.HAS_PHENOTYPE not in {part for triple in found for part in triple}


def test_a_negated_history_has_no_direct_triple() -> None:
    found = triples(replace(ANNOTATION, aspect="H", negated=True))
    assert {triple[0] for triple in found} == {next(iter(found))[0]}
    assert slots(found)[v.PREDICATE] == {v.CONDITION_HISTORY}


def test_an_alternative_id_is_led_to_its_term_and_kept() -> None:
    found = slots(triples(replace(ANNOTATION, term_id="HP:0001926")))
    assert found[v.OBJECT] == {ANEMIA}
    assert found[v.ORIGINAL_OBJECT] == {node("HP:0001926")}


@pytest.mark.parametrize(
    ("aspect", "term", "predicate"),
    [
        ("I", "HP:0000118", v.HAS_INHERITANCE),
        ("C", "HP:0003674", v.CONDITION_ONSET),
        ("C", "HP:0003676", v.CONDITION_COURSE),
        ("M", "HP:0003676", v.CONDITION_MODIFIER),
        ("H", "HP:0000118", v.CONDITION_HISTORY),
    ],
)
def test_the_other_aspects(aspect: Any, term: str, predicate: NamedNode) -> None:
    found = triples(replace(ANNOTATION, aspect=aspect, term_id=term))
    assert (CONDITION, predicate, node(term)) in found


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        (
            Frequency(count=1, total=3),
            {v.HAS_COUNT: "1", v.HAS_TOTAL: "3", v.HAS_QUOTIENT: "0.333333"},
        ),
        (Frequency(count=7, total=7), {v.HAS_COUNT: "7", v.HAS_TOTAL: "7", v.HAS_QUOTIENT: "1"}),
        (Frequency(count=0, total=7), {v.HAS_COUNT: "0", v.HAS_TOTAL: "7", v.HAS_QUOTIENT: "0"}),
        (Frequency(percentage="12.5"), {v.HAS_PERCENTAGE: "12.5", v.HAS_QUOTIENT: "0.125"}),
        (Frequency(percentage="100"), {v.HAS_PERCENTAGE: "100", v.HAS_QUOTIENT: "1"}),
        (Frequency(term_id="HP:0040281"), {v.FREQUENCY_QUALIFIER: node("HP:0040281").value}),
    ],
)
def test_frequencies(frequency: Frequency, expected: dict[NamedNode, str]) -> None:
    found = slots(triples(replace(ANNOTATION, frequency=frequency)))
    kinds = (v.HAS_COUNT, v.HAS_TOTAL, v.HAS_QUOTIENT, v.HAS_PERCENTAGE, v.FREQUENCY_QUALIFIER)
    assert {kind: next(iter(found[kind])).value for kind in kinds if kind in found} == expected


def test_onset_sex_modifiers_and_role() -> None:
    found = slots(
        triples(
            replace(
                ANNOTATION,
                onset_id="HP:0003674",
                sex="female",
                modifier_ids=("HP:0003676", "HP:0031797"),
                role="complication",
            )
        )
    )
    assert found[v.ONSET_QUALIFIER] == {node("HP:0003674")}
    assert found[v.SEX_QUALIFIER] == {v.FEMALE}
    assert found[v.QUALIFIER] == {node("HP:0003676"), node("HP:0031797")}
    assert found[v.ROLE] == {Literal("complication")}


@pytest.mark.parametrize(
    ("relation", "predicate", "kind"),
    [
        ("causes", v.CAUSES, v.GENE_CAUSES),
        ("contributes_to", v.CONTRIBUTES_TO, v.GENE_CORRELATES),
        ("associated_with", v.ASSOCIATED_WITH, v.GENE_TO_DISEASE),
    ],
)
def test_how_a_gene_relates_is_never_collapsed(
    relation: Any, predicate: NamedNode, kind: NamedNode
) -> None:
    record = records.GeneCondition(
        "NCBIGene:212", "OMIM:300751", relation, SAID, "loss_of_function"
    )
    found = triples(record)
    assert {t[1] for t in found if (t[0], t[2]) == (GENE, CONDITION)} == {predicate}
    said = slots(found)
    assert said[v.TYPE] == {kind}
    assert said[v.MECHANISM] == {Literal("loss_of_function")}
    assert (said[v.ORIGINAL_SUBJECT], said[v.ORIGINAL_OBJECT]) == (
        {node("NCBIGene:212")}, {node("OMIM:300751")},
    )  # fmt: skip


def test_gene_protein_and_enzyme() -> None:
    protein, enzyme = node("UniProt:P22557"), node("EC:2.3.1.37")
    gene = records.Gene("HGNC:397", "ALAS2", SAID, "a name", "Xp11.21", ("ALAS-E",), ("ASB",),
                        "UniProt:P22557", ("OMIM:301300",))  # fmt: skip
    assert {
        (GENE, v.LABEL, Literal("ALAS2")),
        (GENE, v.LOCATION, Literal("Xp11.21")),
        (GENE, v.EXACT_SYNONYM, Literal("ALAS-E")),
        (GENE, v.PREVIOUS_SYMBOL, Literal("ASB")),
        (GENE, v.HAS_GENE_PRODUCT, protein),
        (protein, v.TYPE, v.PROTEIN),
    } <= triples(gene)
    assert {(GENE, v.ENCODES_ENZYME, enzyme), (protein, v.UP_ENZYME, enzyme)} <= triples(
        records.Catalysis("HGNC:397", "EC:2.3.1.37", SAID)
    )


def test_a_term_with_its_class_and_an_obsolete_one() -> None:
    assert triples(TERMS[2]) >= {
        (ANEMIA, v.TYPE, v.CLASS),
        (ANEMIA, v.TYPE, v.PHENOTYPIC_FEATURE),
        (ANEMIA, v.SUBCLASS_OF, node("HP:0000118")),
        (ANEMIA, v.ALTERNATIVE_ID, Literal("HP:0001926")),
    }
    often = triples(TERMS[-1])
    assert {t[2].value for t in often if t[1] in (v.FREQUENCY_LOWER, v.FREQUENCY_UPPER)} == {
        "0.8", "0.99",
    }  # fmt: skip
    gone = records.Term("HP:9", "gone", obsolete=True, replaced_by="HP:0001903")
    assert {t[1:] for t in triples(gone)} >= {
        (v.DEPRECATED, Literal("true", datatype=v.XSD_BOOLEAN)),
        (v.REPLACED_BY, ANEMIA),
    }
    assert v.PHENOTYPIC_FEATURE not in {t[2] for t in triples(gone)}


def test_the_iri_of_an_association_is_its_content_and_not_its_release() -> None:
    def name(record: Annotation) -> NamedNode:
        return next(t[0] for t in quads.triples(record, SHAPE) if t[1] == v.PREDICATE)

    newer = replace(ANNOTATION, provenance=replace(SAID, release="hpo/2"))
    other = replace(ANNOTATION, provenance=replace(SAID, release="curated/1"))
    cited = replace(ANNOTATION, provenance=replace(SAID, publications=("PMID:2",)))
    assert name(newer) == name(ANNOTATION)
    assert len({name(r) for r in (ANNOTATION, other, cited, replace(ANNOTATION, sex="male"))}) == 4


@pytest.mark.parametrize("bad", ["a\x07b", "a\x00b", "a\x1fb", "x" * (quads.MAX_LITERAL + 1)])
def test_texts_that_no_store_should_hold(bad: str) -> None:
    with pytest.raises(GenekgError, match="a control character in|a text of 1,048,577 characters"):
        quads.text(bad)


def test_texts_that_are_good() -> None:
    assert quads.text("a\ttab, a line\nand 貧血") == Literal("a\ttab, a line\nand 貧血")


def test_what_is_inferred() -> None:
    said: list[records.Record] = [
        *TERMS,
        replace(ANNOTATION, term_id="HP:0001924"),
        replace(ANNOTATION, condition_id="OMIM:1", negated=True),
        replace(ANNOTATION, aspect="C", term_id="HP:0003674"),
        records.GeneCondition("NCBIGene:212", "OMIM:300751", "causes", SAID),
        records.Catalysis("HGNC:397", "EC:2.3.1.37", SAID),
    ]
    found = set(quads.inferred(said, SHAPE))
    above = {"HP:0001924", "HP:0001903", "HP:0000118", "HP:0000001"}
    assert {t for t in found if t[0] == CONDITION} == {
        *((CONDITION, v.PHENOTYPE_OR_ANCESTOR, node(term)) for term in above),
        (CONDITION, v.ASSOCIATED_ENZYME, node("EC:2.3.1.37")),
    }
    assert {t[2] for t in found if t[:2] == (ANEMIA, v.SUBCLASS_OF_OR_SELF)} == {
        ANEMIA, node("HP:0000118"), node("HP:0000001"),
    }  # fmt: skip
    assert node("OMIM:1") not in {t[0] for t in found}


@pytest.mark.parametrize(
    ("classification", "mode", "gene"),
    [("definitive", True, True), ("limited", False, True), ("disputed evidence", False, False)],
)
def test_what_is_inferred_of_a_judgement_is_what_is_stated(
    classification: str, mode: bool, gene: bool
) -> None:
    judged = records.Validity("HGNC:397", "OMIM:300751", classification, SAID, "HP:0001417")
    catalysis = records.Catalysis("HGNC:397", "EC:2.3.1.37", SAID)
    stated = {triple[1] for triple in quads.triples(judged, SHAPE)}
    found = {t[1] for t in quads.inferred([*TERMS, judged, catalysis], SHAPE)}
    assert (v.INHERITANCE_OR_ANCESTOR in found, v.ASSOCIATED_ENZYME in found) == (mode, gene)
    assert (v.HAS_INHERITANCE in stated) is mode
    assert bool(stated & {v.CAUSES, v.ASSOCIATED_WITH}) is gene


def test_no_blank_nodes_and_every_association_has_a_source(sample_graph: Graph) -> None:
    nodes = {part for quad in sample_graph.store for part in (quad.subject, quad.object)}
    assert not [part for part in nodes if isinstance(part, BlankNode)]
    named = {quad.subject for quad in sample_graph.store.quads_for_pattern(None, v.PREDICATE, None)}
    sourced = sample_graph.store.quads_for_pattern(None, v.DERIVED_FROM, None)
    assert len(named) > 150
    assert named <= {quad.subject for quad in sourced}


def test_every_direct_relation_has_an_association_and_the_reverse(sample_graph: Graph) -> None:
    graph = sample_graph.store
    parts: dict[Any, dict[NamedNode, Any]] = defaultdict(dict)
    for predicate in (v.SUBJECT, v.PREDICATE, v.OBJECT, v.NEGATED):
        for quad in graph.quads_for_pattern(None, predicate, None):
            parts[quad.subject][predicate] = quad.object
    stated = {
        (said[v.SUBJECT], said[v.PREDICATE], said[v.OBJECT])
        for said in parts.values()
        if v.NEGATED not in said or said[v.PREDICATE] == v.LACKS_PHENOTYPE
    }
    for kind in {triple[1] for triple in stated}:
        direct = {
            (quad.subject, quad.predicate, quad.object)
            for quad in graph.quads_for_pattern(None, kind, None, None)
        }
        said = {triple for triple in stated if triple[1] == kind}
        assert said <= direct
        if "Synonym" not in kind.value and kind != v.DEFINITION:  # terms have these as well
            assert said == direct
