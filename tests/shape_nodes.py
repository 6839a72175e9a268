"""The triples of ``every_record``, and a node of each kind in them by the shapes it fits."""

from __future__ import annotations

from every_record import (
    ALAS2,
    CASE,
    CATALYSIS,
    CAUSES,
    CONTRIBUTES,
    EC,
    INHERITANCE,
    NOTE,
    PALLOR,
    PROCESS,
    REACTOME,
    SHAPE,
    SYMPTOM,
    TISSUE,
    UNSOLVED,
    WEAK,
    XLSA,
    every_triple,
)
from pyoxigraph import Literal, NamedNode

from genekg import quads
from genekg import vocabulary as v
from genekg.quads import Triple, node
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


QUOTE = only(v.TYPE, v.TEXT_QUOTE)
PATIENT = only(v.LABEL, Literal(CASE.id))
UNSOLVED_PATIENT = only(v.LABEL, Literal(UNSOLVED.id))
AXIOM = only(v.ANNOTATED_SOURCE, node(XLSA))
BARE_PAGE = next(
    s
    for s, p, t in EVERY_TRIPLE
    if (p, t) == (v.TYPE, v.RESOURCE_PAGE) and s.value.startswith(v.GK)
)

EXAMPLE_QUERY = only(v.KEYWORDS, Literal("gene"))
CLASS_PART = only(v.PARTITION_CLASS, v.DISEASE)
PROPERTY_PART = only(v.PARTITION_PROPERTY, v.CAUSES)


ASSOCIATIONS = {s for s, p, _ in EVERY_TRIPLE if p == v.SUBJECT}


def near(focus: NamedNode) -> set[Triple]:
    """All triples but those of other associations: as good for one fault, and quicker."""
    return {t for t in EVERY_TRIPLE if t[0] == focus or t[0] not in ASSOCIATIONS}


# A node of each kind, by the shape that says how such a node is named.
NAMED = {
    "Statement": said(CAUSES),
    "Condition": node(XLSA),
    "Gene": node(ALAS2),
    "Protein": PROTEIN,
    "Enzyme": node(EC),
    "Process": node("GO:0006783"),
    "Pathway": node(REACTOME),
    "CellularComponent": node("GO:0005739"),
    "AnatomicalEntity": node("UBERON:0002371"),
    "Cell": node("CL:0000764"),
    "Term": node(PALLOR),
    "Case": PATIENT,
    "Quote": QUOTE,
    "SourceRelease": RELEASE,
    "EvidenceType": node("ECO:0000305"),
    "InformationResource": INFORES,
    "ResourcePage": BARE_PAGE,
    "TypedSynonym": AXIOM,
    "Dataset": quads.DATASET,
    "ClassPartition": CLASS_PART,
    "PropertyPartition": PROPERTY_PART,
    "ExampleQuery": EXAMPLE_QUERY,
}

# A node of each kind, by the shape that says which properties such a node has.
CLOSED = {
    **{shape: focus for shape, focus in NAMED.items() if shape != "Statement"},
    "GeneCauses": said(CAUSES),
    "GeneContributes": said(CONTRIBUTES),
    "GeneAssociated": said(WEAK),
    "Inheritance": said(INHERITANCE),
    "Symptoms": said(SYMPTOM),
    "EnzymeActivity": said(CATALYSIS),
    "Participation": said(PROCESS),
    "Place": said(TISSUE),
    "OtherStatement": said(NOTE),
}
