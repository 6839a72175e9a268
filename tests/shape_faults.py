"""Faults to put into the triples of ``every_record``, each with the shape that it breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from every_record import (
    ALAS2,
    ANEMIA,
    ASSOCIATED,
    CATALYSIS,
    CAUSES,
    CONSEQUENCE,
    CONTRIBUTES,
    DISPUTED,
    EC,
    HISTORY,
    INHERITANCE,
    JUDGED,
    LACKS,
    LOST_ID,
    MILD,
    MODE,
    NOTE,
    OBSOLETE,
    OFTEN,
    OLD_EC,
    OLD_ID,
    ONSET,
    PAGE,
    PALLOR,
    PATHWAY,
    PRESENTATION,
    PREVALENCE,
    PROCESS,
    PROPERTY,
    REACTOME,
    REFERENCE,
    REFUTED,
    SHARE,
    SYMPTOM,
    TISSUE,
    UNKNOWN,
    WEAK,
    XLSA,
)
from pyoxigraph import Literal, NamedNode
from shape_nodes import (
    AXIOM,
    NOWHERE,
    NUMBER,
    PATIENT,
    PROTEIN,
    QUOTE,
    RELEASE,
    STRANGE,
    UNSOLVED_PATIENT,
    UNTYPED,
    WORD,
    near,
    only,
    said,
)

from genekg import prefixes
from genekg import vocabulary as v
from genekg.quads import Node, Triple, node


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
    set_to("original-subject", said(PATHWAY), v.ORIGINAL_SUBJECT, Literal("SYMBOL:ALAS2")),
    set_to("original-object", said(INHERITANCE), v.ORIGINAL_OBJECT, WORD),
    lost("derived-from", said(SYMPTOM), v.DERIVED_FROM),
    set_to("derived-from", said(SYMPTOM), v.DERIVED_FROM, node(XLSA)),
    lost("derived-from", node(XLSA), v.DERIVED_FROM),
    lost("derived-from", node(PALLOR), v.DERIVED_FROM),
    set_to("primary-source", said(SYMPTOM), v.PRIMARY_SOURCE, STRANGE),
    set_to("evidence", said(SYMPTOM), v.HAS_EVIDENCE, STRANGE),
    added("publication", said(SYMPTOM), v.PUBLICATIONS, NOWHERE),
    set_to("curator", said(SYMPTOM), v.CURATED_BY, NUMBER),
    set_to("selector", said(NOTE), v.HAS_SELECTOR, node(XLSA)),
    # subject, predicate and object of each class
    set_to("subject-gene", said(CAUSES), v.SUBJECT, node(XLSA)),
    set_to("subject-gene", said(TISSUE), v.SUBJECT, node(XLSA)),
    set_to("subject-condition", said(SYMPTOM), v.SUBJECT, node(ALAS2)),
    set_to("object-condition", said(CONTRIBUTES), v.OBJECT, node(ALAS2)),
    set_to("object-mode", said(INHERITANCE), v.OBJECT, node(PALLOR)),
    set_to("object-symptom", said(SYMPTOM), v.OBJECT, node(MODE)),
    set_to("object-enzyme", said(CATALYSIS), v.OBJECT, PROTEIN),
    set_to("object-process", said(PROCESS), v.OBJECT, node("GO:0005739")),
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
    # a panel's judgement: how strong, whose, when, and what it denies
    set_to("classification-causes", said(JUDGED), v.CLASSIFICATION, Literal("limited")),
    added("classification-causes", said(JUDGED), v.CLASSIFICATION, Literal("strong")),
    set_to("classification-associated", said(WEAK), v.CLASSIFICATION, Literal("strong")),
    set_to("submitter", said(WEAK), v.SUBMITTER, NUMBER),
    set_to("date", said(JUDGED), v.DATE, Literal("17.5.2024")),
    added("date", said(JUDGED), v.DATE, Literal("2024-05-18")),
    lost("classification-needed", said(JUDGED), v.CLASSIFICATION),
    lost("classification-needed", said(WEAK), v.CLASSIFICATION),
    added("NegationOfCauses", said(JUDGED), v.NEGATED, Literal(True)),
    added("NegationOfCauses", said(DISPUTED), v.NEGATED, Literal(True)),
    added("NegationOfCauses", said(CAUSES), v.NEGATED, Literal(True)),
    lost("NegationOfCauses", said(REFUTED), v.NEGATED),
    lost("NegationOfCauses", said(UNKNOWN), v.NEGATED),
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
    set_to("step", said(PROCESS), v.STEP, Literal(0)),
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
    added("kind-of-condition", node(XLSA), v.SUBCLASS_OF, node(PALLOR)),
    added("kind-of-condition", node(XLSA), v.SUBCLASS_OF, node(OLD_ID)),
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
    added("full-name", node(ALAS2), v.FULL_NAME, NUMBER),
    set_to("location", node(ALAS2), v.LOCATION, Literal("23p1")),
    added("location", node(ALAS2), v.LOCATION, Literal("Xq28")),
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
    added("reaction", node(EC), v.REACTION, NUMBER),
    added("cofactor", node(EC), v.COFACTOR, NUMBER),
    added("replaced-by-each", node(OLD_EC), v.REPLACED_BY, node(XLSA)),
    added("one-type", node("GO:0006783"), v.TYPE, STRANGE),
    added("one-type", node(REACTOME), v.TYPE, STRANGE),
    lost("label", node(REACTOME), v.LABEL),
    # cases
    added("is-case", PATIENT, v.TYPE, STRANGE),
    lost("is-case", PATIENT, v.TYPE),
    lost("label", PATIENT, v.LABEL),
    lost("derived-from", PATIENT, v.DERIVED_FROM),
    added("diagnosis", PATIENT, v.DIAGNOSIS, node(OLD_ID)),
    added("case-gene", PATIENT, v.CASE_GENE, node(XLSA)),
    added("observed", PATIENT, v.OBSERVED, node(MODE)),
    added("observed-absent", PATIENT, v.OBSERVED_ABSENT, node(MODE)),
    lost("CaseWithSymptoms", UNSOLVED_PATIENT, v.OBSERVED_ABSENT),
    set_to("sex", PATIENT, v.SEX_QUALIFIER, WORD),
    added("onset-qualifier", UNSOLVED_PATIENT, v.ONSET_QUALIFIER, node(MILD)),
    set_to("age-at-onset", PATIENT, v.AGE_AT_ONSET, Literal("4 years")),
    set_to("age-at-onset", PATIENT, v.AGE_AT_ONSET, Literal("P")),
    added("age-at-onset", PATIENT, v.AGE_AT_ONSET, Literal("P5Y")),
    added("publication", PATIENT, v.PUBLICATIONS, NOWHERE),
    # quotes
    added("is-quote", QUOTE, v.TYPE, STRANGE),
    set_to("is-position", QUOTE, v.TYPE, v.TEXT_QUOTE),
    lost("exact", QUOTE, v.EXACT),
    added("exact", QUOTE, v.EXACT, WORD),
    set_to("start", QUOTE, v.START, Literal(-1)),
    set_to("start", QUOTE, v.START, Literal(144)),
    lost("end", QUOTE, v.END),
    lost("section", QUOTE, v.SECTION),
    set_to("quoted-page", QUOTE, v.HAS_SOURCE, NOWHERE),
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
    lost("is-deprecated", node(OLD_ID), v.DEPRECATED),
    lost("is-deprecated", node(OLD_EC), v.DEPRECATED),
    added("no-reaction", node(OLD_EC), v.REACTION, WORD),
    added("no-cofactor", node(OLD_EC), v.COFACTOR, WORD),
    lost("label", node(OLD_EC), v.LABEL),
    lost("Obsolete", node(LOST_ID), v.LABEL),
    added("Obsolete", node(LOST_ID), v.LABEL, WORD),
    lost("Obsolete", node(LOST_ID), v.DERIVED_FROM),
    added("Obsolete", node(OLD_ID), v.REPLACED_BY, node(XLSA)),
    added("Obsolete", node(OLD_ID), v.DEFINITION, WORD),
    added("Obsolete", node(OLD_ID), v.TYPE, STRANGE),
    added("Obsolete", UNTYPED, v.DEPRECATED, Literal(True)),
    added("Kind", UNTYPED, v.SUBCLASS_OF, node(ANEMIA)),
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
