"""Conditions as triples: names, mappings, what is said of them in words, pages, papers, cases."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.nodes import Node, node
from genekg.quads.nodes import (
    SEXES,
    SYNONYMS,
    TRUE,
    Shape,
    Triple,
    association,
    hashed,
    release_node,
    synonym_triples,
    text,
)
from genekg.records import (
    Case,
    Condition,
    ConditionName,
    Mapping,
    Reference,
    ResourcePage,
    Statement,
)

_MATCHES = {
    "exact": v.EXACT_MATCH,
    "close": v.CLOSE_MATCH,
    "broad": v.BROAD_MATCH,
    "narrow": v.NARROW_MATCH,
}
_STATEMENTS = {
    "consequence": v.CONSEQUENCE,
    "inheritance_note": v.INHERITANCE_NOTE,
    "mode_property": v.MODE_PROPERTY,
    "presentation": v.PRESENTATION,
    "prevalence": v.PREVALENCE,
}


def condition(record: Condition, shape: Shape) -> Iterator[Triple]:
    """Yield a condition: label, other names, kinds, description."""
    if record.obsolete:
        yield from _obsolete_condition(record)
        return
    leader = shape.leader(record.id)
    subject, label = node(leader), shape.labels[leader]
    yield subject, v.TYPE, v.DISEASE
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    if record.label.casefold() == label.casefold():
        yield subject, v.LABEL, text(label)
    else:
        yield subject, v.EXACT_SYNONYM, text(record.label)
    for parent in record.parents:
        if (above := shape.leader(parent)) != leader and above in shape.labels:
            yield subject, v.SUBCLASS_OF, node(above)
    if record.description:
        direct = (subject, v.DEFINITION, text(record.description))
        yield direct
        yield from association(record, v.ASSOCIATION, direct, subject_id=record.id)


def _obsolete_condition(record: Condition) -> Iterator[Triple]:
    subject = node(record.id)
    yield subject, v.DEPRECATED, TRUE
    yield subject, v.LABEL, text(record.label)
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    if record.replaced_by:
        yield subject, v.REPLACED_BY, node(record.replaced_by)


def condition_name(record: ConditionName, shape: Shape) -> Iterator[Triple]:
    """Yield another name of a condition."""
    subject = node(shape.leader(record.condition_id))
    yield from synonym_triples(subject, record.synonym)
    direct = (subject, SYNONYMS[record.synonym.scope], text(record.synonym.text))
    yield from association(record, v.ASSOCIATION, direct, subject_id=record.condition_id)


def mapping(record: Mapping, shape: Shape) -> Iterator[Triple]:
    """Yield a mapping of an id."""
    direct = (node(shape.leader(record.subject_id)), _MATCHES[record.match], node(record.object_id))
    yield direct
    yield from association(record, v.ASSOCIATION, direct, subject_id=record.subject_id)


def statement(record: Statement, shape: Shape) -> Iterator[Triple]:
    """Yield a fact in words."""
    subject = node(shape.leader(record.subject_id))
    direct = (subject, _STATEMENTS[record.kind], text(record.text))
    yield direct
    slots: list[tuple[NamedNode, Node]] = []
    if record.step is not None:
        slots.append((v.STEP, Literal(record.step)))
    if record.topic:
        slots.append((v.TOPIC, text(record.topic)))
    if record.place:
        slots.append((v.PLACE, text(record.place)))
    if record.sex:
        slots.append((v.SEX_QUALIFIER, SEXES[record.sex]))
    if record.severity_id:
        slots.append((v.SEVERITY_QUALIFIER, node(record.severity_id)))
    slots.extend((v.ONSET_QUALIFIER, node(onset)) for onset in record.onset_ids)
    yield from association(record, v.ASSOCIATION, direct, subject_id=record.subject_id, slots=slots)


def resource_page(record: ResourcePage, shape: Shape) -> Iterator[Triple]:
    """Yield where to read on."""
    page = NamedNode(record.url) if record.url else hashed("resource", record.title)
    direct = (node(shape.leader(record.condition_id)), v.PAGE, page)
    yield direct
    curie = prefixes.compress(page.value)
    if curie == page.value or "/" in curie:
        # A page whose address is an id (an OMIM entry) is that entity, not a page beside it.
        yield page, v.TYPE, v.RESOURCE_PAGE
    slots: list[tuple[NamedNode, Node]] = [
        (v.KIND, text(record.kind)),
        (v.TITLE, text(record.title)),
    ]
    if record.updated:
        slots.append((v.MODIFIED, Literal(record.updated, datatype=v.XSD_DATE)))
    yield from association(
        record, v.ASSOCIATION, direct, subject_id=record.condition_id, slots=slots
    )


def reference(record: Reference, shape: Shape) -> Iterator[Triple]:
    """Yield a paper on a condition."""
    direct = (node(shape.leader(record.condition_id)), v.REFERENCES, node(record.reference_id))
    yield direct
    yield from association(record, v.ASSOCIATION, direct, subject_id=record.condition_id)


def case(record: Case, shape: Shape) -> Iterator[Triple]:
    """Yield a published patient; symptoms looked for and not found stand apart.

    A symptom whose onset is known has an association node that says it.
    """
    subject = hashed("case", record.id)
    yield subject, v.TYPE, v.CASE
    yield subject, v.LABEL, text(record.id)
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    for condition_id in record.condition_ids:
        yield subject, v.DIAGNOSIS, node(shape.leader(condition_id))
    for gene_id in record.gene_ids:
        yield subject, v.CASE_GENE, node(shape.leader(gene_id))
    for one in record.observations:
        predicate = v.OBSERVED_ABSENT if one.excluded else v.OBSERVED
        direct = (subject, predicate, node(shape.leader(one.term_id)))
        yield direct
        if one.onset_id:
            slots: list[tuple[NamedNode, Node]] = [
                (v.ORIGINAL_SUBJECT, subject),
                (v.ONSET_QUALIFIER, node(shape.leader(one.onset_id))),
            ]
            yield from association(
                record, v.ASSOCIATION, direct, object_id=one.term_id, slots=slots, part=repr(one)
            )
    if record.sex:
        yield subject, v.SEX_QUALIFIER, SEXES[record.sex]
    if record.onset.startswith("HP:"):
        yield subject, v.ONSET_QUALIFIER, node(shape.leader(record.onset))
    elif record.onset:
        yield subject, v.AGE_AT_ONSET, text(record.onset)
    for publication in record.provenance.publications:
        yield subject, v.PUBLICATIONS, node(publication)
