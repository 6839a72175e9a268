"""Faults to put into the triples of ``every_record``, each with the shape that it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from every_record import (
    ALAS2,
    ASSOCIATED,
    CATALYSIS,
    CAUSES,
    CONSEQUENCE,
    CONTRIBUTES,
    EC,
    HISTORY,
    INHERITANCE,
    LACKS,
    MILD,
    MODE,
    NOTE,
    OBSOLETE,
    OFTEN,
    ONSET,
    PAGE,
    PALLOR,
    PATHWAY,
    PRESENTATION,
    PREVALENCE,
    PROPERTY,
    REFERENCE,
    SHAPE,
    SHARE,
    SYMPTOM,
    TISSUE,
    XLSA,
    every_triple,
)
from pyoxigraph import Literal, NamedNode

from genekg import prefixes, quads
from genekg import vocabulary as v
from genekg.quads import Node, Triple, node
from genekg.records import Record

EVERY_TRIPLE = every_triple()
RELEASE = quads.release_node("curated/2026-01-01")
PROTEIN = node("UniProt:P22557")
INFORES = node("infores:genekg-curated")
NOWHERE = NamedNode("mailto:nobody@example.org")
UNTYPED = node("MONDO:0000001")
STRANGE = NamedNode("https://example.org/Strange")
NUMBER = Literal(5)
WORD = Literal("x")


def said(record: Record) -> NamedNode:
    """The association that states a record."""
    return next(s for s, p, _ in quads.triples(record, SHAPE) if p == v.SUBJECT)


def only(predicate: NamedNode, target: NamedNode | Literal) -> NamedNode:
    """The one node that a triple is about."""
    (subject,) = (s for s, p, t in EVERY_TRIPLE if (p, t) == (predicate, target))
    return subject


AXIOM = only(v.ANNOTATED_SOURCE, node(XLSA))
BARE_PAGE = next(
    s
    for s, p, t in EVERY_TRIPLE
    if (p, t) == (v.TYPE, v.RESOURCE_PAGE) and s.value.startswith(v.GK)
)


ASSOCIATIONS = {s for s, p, _ in EVERY_TRIPLE if p == v.SUBJECT}


def near(focus: NamedNode) -> set[Triple]:
    """All triples but those of other associations: as good for one fault, and quicker."""
    return {t for t in EVERY_TRIPLE if t[0] == focus or t[0] not in ASSOCIATIONS}


@dataclass(frozen=True)
class Fault:
    """A property of a node set to other values, or given one more, and the shape that breaks."""

    shape: str
    focus: NamedNode
    predicate: NamedNode
    values: tuple[Node, ...] = ()
    more: bool = False
    also: frozenset[tuple[NamedNode, str]] = field(default=frozenset())

    def apply(self) -> set[Triple]:
        start = (self.focus, self.predicate)
        kept = {t for t in near(self.focus) if self.more or (t[0], t[1]) != start}
        return kept | {(*start, value) for value in self.values}

    def expected(self) -> set[tuple[object, object]]:
        pairs = {(self.focus, self.shape), *self.also}
        return {(prefixes.shorten(focus.value), shape) for focus, shape in pairs}


def lost(shape: str, focus: NamedNode, predicate: NamedNode) -> Fault:
    return Fault(shape, focus, predicate)


def set_to(shape: str, focus: NamedNode, predicate: NamedNode, value: Node) -> Fault:
    return Fault(shape, focus, predicate, (value,))


def added(shape: str, focus: NamedNode, predicate: NamedNode, value: Node) -> Fault:
    return Fault(shape, focus, predicate, (value,), more=True)


def dec(value: str) -> Literal:
    return Literal(value, datatype=v.XSD_DECIMAL)


FAULTS = [
    # every association
    lost("one-class", said(CAUSES), v.TYPE),
    set_to("one-class", said(CAUSES), v.TYPE, STRANGE),
    lost("one-subject", said(CAUSES), v.SUBJECT),
    Fault(
        "one-subject",
        said(SYMPTOM),
        v.SUBJECT,
        (node(ALAS2),),
        more=True,
        also=frozenset({(said(SYMPTOM), "subject-condition")}),
    ),
    lost("one-predicate", said(SYMPTOM), v.PREDICATE),
    lost("one-object", said(SYMPTOM), v.OBJECT),
    added("one-object", said(SYMPTOM), v.OBJECT, node("HP:0000118")),
    lost("original-subject", said(NOTE), v.ORIGINAL_SUBJECT),
    set_to("original-object", said(INHERITANCE), v.ORIGINAL_OBJECT, WORD),
    lost("derived-from", said(SYMPTOM), v.DERIVED_FROM),
    set_to("derived-from", said(SYMPTOM), v.DERIVED_FROM, node(XLSA)),
    lost("derived-from", node(XLSA), v.DERIVED_FROM),
    lost("derived-from", node(PALLOR), v.DERIVED_FROM),
    set_to("primary-source", said(SYMPTOM), v.PRIMARY_SOURCE, STRANGE),
    set_to("evidence", said(SYMPTOM), v.HAS_EVIDENCE, STRANGE),
    added("publication", said(SYMPTOM), v.PUBLICATIONS, NOWHERE),
    set_to("curator", said(SYMPTOM), v.CURATED_BY, NUMBER),
    # subject, predicate and object of each class
    set_to("subject-gene", said(CAUSES), v.SUBJECT, node(XLSA)),
    set_to("subject-gene", said(TISSUE), v.SUBJECT, node(XLSA)),
    set_to("subject-condition", said(SYMPTOM), v.SUBJECT, node(ALAS2)),
    set_to("object-condition", said(CONTRIBUTES), v.OBJECT, node(ALAS2)),
    set_to("object-mode", said(INHERITANCE), v.OBJECT, node(PALLOR)),
    set_to("object-symptom", said(SYMPTOM), v.OBJECT, node(MODE)),
    set_to("object-enzyme", said(CATALYSIS), v.OBJECT, PROTEIN),
    set_to("object-process", said(PATHWAY), v.OBJECT, node("GO:0005739")),
    set_to("object-place", said(TISSUE), v.OBJECT, node("GO:0006783")),
    set_to("predicate-causes", said(CAUSES), v.PREDICATE, v.ASSOCIATED_WITH),
    set_to("predicate-contributes", said(CONTRIBUTES), v.PREDICATE, v.CAUSES),
    set_to("predicate-associated", said(ASSOCIATED), v.PREDICATE, v.CAUSES),
    set_to("predicate-inheritance", said(INHERITANCE), v.PREDICATE, v.HAS_PHENOTYPE),
    set_to("predicate-symptom", said(SYMPTOM), v.PREDICATE, v.CONDITION_ONSET),
    set_to("predicate-encodes", said(CATALYSIS), v.PREDICATE, v.UP_ENZYME),
    set_to("predicate-participates", said(PATHWAY), v.PREDICATE, v.ACTIVE_IN),
    set_to("predicate-active", said(TISSUE), v.PREDICATE, v.PARTICIPATES_IN),
    # a negated symptom is never has_phenotype, and lacksPhenotype is always negated
    added("NegationOfSymptoms", said(SYMPTOM), v.NEGATED, Literal(True)),
    set_to("NegationOfSymptoms", said(LACKS), v.PREDICATE, v.HAS_PHENOTYPE),
    set_to("NegationOfSymptoms", said(SYMPTOM), v.PREDICATE, v.LACKS_PHENOTYPE),
    lost("NegationOfSymptoms", said(LACKS), v.NEGATED),
    # associations without a class of their own
    set_to("FittingStatement", said(CONSEQUENCE), v.PREDICATE, v.HAS_PHENOTYPE),
    set_to("FittingStatement", said(CONSEQUENCE), v.SUBJECT, node(MODE)),
    set_to("FittingStatement", said(CONSEQUENCE), v.OBJECT, node(PALLOR)),
    set_to("FittingStatement", only(v.OBJECT, node("DOID:1")), v.OBJECT, WORD),
    set_to("FittingStatement", only(v.OBJECT, node("DOID:1")), v.SUBJECT, node(MODE)),
    set_to("FittingStatement", said(PAGE), v.OBJECT, STRANGE),
    lost("FittingStatement", said(PAGE), v.KIND),
    lost("FittingStatement", said(PAGE), v.TITLE),
    set_to("FittingStatement", said(REFERENCE), v.SUBJECT, node(ALAS2)),
    set_to("FittingStatement", said(ONSET), v.OBJECT, node(MILD)),
    set_to("FittingStatement", only(v.OBJECT, node("HP:0003676")), v.OBJECT, node(MILD)),
    set_to("FittingStatement", only(v.OBJECT, node(MILD)), v.OBJECT, node(MODE)),
    set_to("FittingStatement", only(v.OBJECT, node(HISTORY)), v.OBJECT, node(MILD)),
    set_to("FittingStatement", only(v.OBJECT, PROTEIN), v.OBJECT, node(EC)),
    set_to("FittingStatement", only(v.PREDICATE, v.REACTION), v.SUBJECT, node(XLSA)),
    set_to("FittingStatement", said(PROPERTY), v.SUBJECT, node(PALLOR)),
    # qualifiers
    added("negated", said(SYMPTOM), v.NEGATED, Literal(False)),
    set_to("count", said(SYMPTOM), v.HAS_COUNT, Literal(8)),
    set_to("count", said(SYMPTOM), v.HAS_COUNT, Literal(-1)),
    added("total", said(SYMPTOM), v.HAS_TOTAL, Literal(8)),
    lost("count-needed", said(SYMPTOM), v.HAS_COUNT),
    lost("total-needed", said(SYMPTOM), v.HAS_TOTAL),
    lost("quotient-needed", said(SYMPTOM), v.HAS_QUOTIENT),
    set_to("quotient", said(SYMPTOM), v.HAS_QUOTIENT, dec("1.5")),
    set_to("percentage", said(SHARE), v.HAS_PERCENTAGE, dec("101")),
    set_to("frequency", said(OFTEN), v.FREQUENCY_QUALIFIER, node(MILD)),
    set_to("onset-qualifier", said(SYMPTOM), v.ONSET_QUALIFIER, node(MILD)),
    added("onset-qualifier", said(SYMPTOM), v.ONSET_QUALIFIER, node("HP:0003674")),
    added("onset-qualifier-many", said(PRESENTATION), v.ONSET_QUALIFIER, node(MILD)),
    set_to("severity", said(PRESENTATION), v.SEVERITY_QUALIFIER, node(PALLOR)),
    set_to("sex", said(SYMPTOM), v.SEX_QUALIFIER, WORD),
    added("modifier", said(SYMPTOM), v.QUALIFIER, node(PALLOR)),
    set_to("role", said(SYMPTOM), v.ROLE, WORD),
    set_to("step", said(PATHWAY), v.STEP, Literal(0)),
    set_to("step", said(CONSEQUENCE), v.STEP, WORD),
    set_to("topic", said(NOTE), v.TOPIC, WORD),
    set_to("place", said(PREVALENCE), v.PLACE, NUMBER),
    set_to("kind", said(PAGE), v.KIND, WORD),
    set_to("page-title", said(PAGE), v.TITLE, NUMBER),
    set_to("modified", said(PAGE), v.MODIFIED, Literal("2025-09-19")),
    set_to("mechanism", said(CAUSES), v.MECHANISM, WORD),
    # conditions
    Fault(
        "is-condition",
        UNTYPED,
        v.HAS_PHENOTYPE,
        (node(PALLOR),),
        also=frozenset({(UNTYPED, "label"), (UNTYPED, "derived-from")}),
    ),
    added("is-condition", node(XLSA), v.TYPE, STRANGE),
    lost("label", node(XLSA), v.LABEL),
    added("label", node(XLSA), v.LABEL, WORD),
    added("definition", node(XLSA), v.DEFINITION, NUMBER),
    added("exact-synonym", node(XLSA), v.EXACT_SYNONYM, NUMBER),
    added("related-synonym", node(XLSA), v.RELATED_SYNONYM, NUMBER),
    added("broad-synonym", node(XLSA), v.BROAD_SYNONYM, NUMBER),
    added("narrow-synonym", node(XLSA), v.NARROW_SYNONYM, NUMBER),
    added("exact-match", node(XLSA), v.EXACT_MATCH, WORD),
    added("close-match", node(XLSA), v.CLOSE_MATCH, WORD),
    added("broad-match", node(XLSA), v.BROAD_MATCH, WORD),
    added("narrow-match", node(XLSA), v.NARROW_MATCH, WORD),
    added("has-symptom", node(XLSA), v.HAS_PHENOTYPE, node(MODE)),
    added("lacks-symptom", node(XLSA), v.LACKS_PHENOTYPE, node(MODE)),
    added("has-mode", node(XLSA), v.HAS_INHERITANCE, node(PALLOR)),
    added("has-onset", node(XLSA), v.CONDITION_ONSET, node("HP:0003676")),
    added("has-course", node(XLSA), v.CONDITION_COURSE, node(MILD)),
    added("has-modifier", node(XLSA), v.CONDITION_MODIFIER, node(PALLOR)),
    added("has-history", node(XLSA), v.CONDITION_HISTORY, node(PALLOR)),
    added("consequence", node(XLSA), v.CONSEQUENCE, NUMBER),
    added("inheritance-note", node(XLSA), v.INHERITANCE_NOTE, NUMBER),
    added("presentation", node(XLSA), v.PRESENTATION, NUMBER),
    added("prevalence", node(XLSA), v.PREVALENCE, NUMBER),
    added("page", node(XLSA), v.PAGE, STRANGE),
    added("reference", node(XLSA), v.REFERENCES, NOWHERE),
    # genes, proteins, enzymes
    added("is-gene", node(ALAS2), v.TYPE, STRANGE),
    lost("symbol", node(ALAS2), v.SYMBOL),
    added("previous-symbol", node(ALAS2), v.PREVIOUS_SYMBOL, NUMBER),
    added("full-name", node(ALAS2), v.FULL_NAME, WORD),
    set_to("location", node(ALAS2), v.LOCATION, Literal("23p1")),
    added("xref", node(ALAS2), v.DB_XREF, Literal("a b")),
    added("causes", node(ALAS2), v.CAUSES, node(PALLOR)),
    added("contributes", node(ALAS2), v.CONTRIBUTES_TO, node(PALLOR)),
    added("associated", node(ALAS2), v.ASSOCIATED_WITH, node(PALLOR)),
    added("product", node(ALAS2), v.HAS_GENE_PRODUCT, node(EC)),
    added("encodes", node(ALAS2), v.ENCODES_ENZYME, PROTEIN),
    added("participates", node(ALAS2), v.PARTICIPATES_IN, node("GO:0005739")),
    added("active", node(ALAS2), v.ACTIVE_IN, node("GO:0006783")),
    added("is-protein", PROTEIN, v.TYPE, STRANGE),
    added("protein-enzyme", PROTEIN, v.UP_ENZYME, node(ALAS2)),
    added("is-enzyme", node(EC), v.TYPE, STRANGE),
    lost("reaction", node(EC), v.REACTION),
    added("cofactor", node(EC), v.COFACTOR, NUMBER),
    added("one-type", node("GO:0006783"), v.TYPE, STRANGE),
    # terms
    added("is-term", node(PALLOR), v.TYPE, STRANGE),
    added("comment", node(PALLOR), v.COMMENT, WORD),
    added("alternative-id", node(PALLOR), v.ALTERNATIVE_ID, WORD),
    added("parent", node(PALLOR), v.SUBCLASS_OF, STRANGE),
    lost("has-parent", node(PALLOR), v.SUBCLASS_OF),
    lost("has-parent", node(MODE), v.SUBCLASS_OF),
    set_to("deprecated", node(OBSOLETE), v.DEPRECATED, Literal(False)),
    added("no-parent", node(OBSOLETE), v.SUBCLASS_OF, node(MODE)),
    lost("is-deprecated", node(OBSOLETE), v.DEPRECATED),
    set_to("replaced-by", node(OBSOLETE), v.REPLACED_BY, WORD),
    set_to("consider", node(OBSOLETE), v.CONSIDER, NUMBER),
    added("is-mode", node(PALLOR), v.MODE_PROPERTY, WORD),
    added("mode-property", node(MODE), v.MODE_PROPERTY, NUMBER),
    added("is-frequency", node(PALLOR), v.FREQUENCY_UPPER, dec("0.5")),
    set_to("frequency-lower", node("HP:0040282"), v.FREQUENCY_LOWER, dec("0.9")),
    set_to("frequency-upper", node("HP:0040282"), v.FREQUENCY_UPPER, dec("2")),
    # sources, typed synonyms
    added("is-release", RELEASE, v.TYPE, STRANGE),
    lost("release-title", RELEASE, v.TITLE),
    lost("version", RELEASE, v.VERSION),
    lost("licence", RELEASE, v.LICENSE),
    lost("citation", RELEASE, v.CITATION),
    lost("landing-page", RELEASE, v.LANDING_PAGE),
    set_to("version-of", RELEASE, v.IS_VERSION_OF, node(XLSA)),
    added("is-axiom", AXIOM, v.TYPE, STRANGE),
    set_to("annotated-source", AXIOM, v.ANNOTATED_SOURCE, RELEASE),
    set_to("annotated-property", AXIOM, v.ANNOTATED_PROPERTY, v.LABEL),
    set_to("annotated-target", AXIOM, v.ANNOTATED_TARGET, NUMBER),
    set_to("synonym-type", AXIOM, v.SYNONYM_TYPE, STRANGE),
]

# A node of each kind, by the shape that says how such a node is named.
NAMED = {
    "Statement": said(CAUSES),
    "Condition": node(XLSA),
    "Gene": node(ALAS2),
    "Protein": PROTEIN,
    "Enzyme": node(EC),
    "Process": node("GO:0006783"),
    "CellularComponent": node("GO:0005739"),
    "AnatomicalEntity": node("UBERON:0002371"),
    "Cell": node("CL:0000764"),
    "Term": node(PALLOR),
    "SourceRelease": RELEASE,
    "InformationResource": INFORES,
    "ResourcePage": BARE_PAGE,
    "TypedSynonym": AXIOM,
}

# A node of each kind, by the shape that says which properties such a node has.
CLOSED = {
    **{shape: focus for shape, focus in NAMED.items() if shape != "Statement"},
    "GeneCauses": said(CAUSES),
    "GeneContributes": said(CONTRIBUTES),
    "GeneAssociated": said(ASSOCIATED),
    "Inheritance": said(INHERITANCE),
    "Symptoms": said(SYMPTOM),
    "EnzymeActivity": said(CATALYSIS),
    "Participation": said(PATHWAY),
    "Place": said(TISSUE),
    "OtherStatement": said(NOTE),
}
