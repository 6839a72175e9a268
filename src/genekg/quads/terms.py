"""Terms of an ontology as triples."""

from __future__ import annotations

from collections.abc import Iterator

from genekg import vocabulary as v
from genekg.nodes import node
from genekg.quads.nodes import (
    TRUE,
    Shape,
    Triple,
    decimal,
    release_node,
    synonym_triples,
    text,
)
from genekg.records import Term

# Top terms of HPO's branches, the class of what is below, and the range of the frequency terms.
BRANCHES = {
    "HP:0000118": v.PHENOTYPIC_FEATURE,
    "HP:0000005": v.GENETIC_INHERITANCE,
    "HP:0003674": v.ONSET,
    "HP:0031797": v.CLINICAL_COURSE,
    "HP:0012823": v.CLINICAL_MODIFIER,
    "HP:0040279": v.FREQUENCY_TERM,
    "HP:0032443": v.PAST_MEDICAL_HISTORY_TERM,
}
_FREQUENCY_RANGES = {
    "HP:0040280": ("1", "1"),
    "HP:0040281": ("0.8", "0.99"),
    "HP:0040282": ("0.3", "0.79"),
    "HP:0040283": ("0.05", "0.29"),
    "HP:0040284": ("0.01", "0.04"),
    "HP:0040285": ("0", "0"),
}


def term(record: Term, shape: Shape) -> Iterator[Triple]:
    """Yield a term of an ontology."""
    subject = node(record.id)
    yield subject, v.TYPE, v.CLASS
    yield subject, v.LABEL, text(record.label)
    if record.release:
        yield subject, v.DERIVED_FROM, release_node(record.release)
    if record.definition:
        yield subject, v.DEFINITION, text(record.definition)
    if record.comment:
        yield subject, v.COMMENT, text(record.comment)
    for synonym in record.synonyms:
        yield from synonym_triples(subject, synonym)
    for alternative in record.alternative_ids:
        yield subject, v.ALTERNATIVE_ID, text(alternative)
    for xref in record.xrefs:
        yield subject, v.DB_XREF, text(xref)
    if record.obsolete:
        yield subject, v.DEPRECATED, TRUE
        if record.replaced_by:
            yield subject, v.REPLACED_BY, node(record.replaced_by)
        for candidate in record.consider:
            yield subject, v.CONSIDER, text(candidate)
        return
    for parent in record.parents:
        yield subject, v.SUBCLASS_OF, node(parent)
    closure = shape.hierarchy.closure(record.id)
    for top, kind in BRANCHES.items():
        if top in closure:
            yield subject, v.TYPE, kind
    if bounds := _FREQUENCY_RANGES.get(record.id):
        yield subject, v.FREQUENCY_LOWER, decimal(bounds[0])
        yield subject, v.FREQUENCY_UPPER, decimal(bounds[1])
