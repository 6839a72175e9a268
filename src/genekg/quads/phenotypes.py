"""Symptoms, inheritance, onset and course of conditions as triples."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from genekg import vocabulary as v
from genekg.nodes import Node, node
from genekg.quads.nodes import (
    SEXES,
    TRUE,
    Shape,
    Triple,
    association,
    decimal,
    text,
)
from genekg.records import Annotation, Frequency


def _frequency(frequency: Frequency) -> Iterator[tuple[NamedNode, Node]]:
    if frequency.count is not None and frequency.total is not None:
        quotient = f"{frequency.count / frequency.total:.6f}".rstrip("0").rstrip(".")
        yield v.HAS_COUNT, Literal(frequency.count)
        yield v.HAS_TOTAL, Literal(frequency.total)
        yield v.HAS_QUOTIENT, decimal(quotient)
    elif frequency.percentage:
        quotient = f"{float(frequency.percentage) / 100:.6f}".rstrip("0").rstrip(".")
        yield v.HAS_PERCENTAGE, decimal(frequency.percentage)
        yield v.HAS_QUOTIENT, decimal(quotient)
    else:
        yield v.FREQUENCY_QUALIFIER, node(frequency.term_id)


def annotation(record: Annotation, shape: Shape) -> Iterator[Triple]:
    """Yield an annotation; one that is negated never has the direct triple of a present symptom."""
    term_id = shape.leader(record.term_id)
    subject, term = node(shape.leader(record.condition_id)), node(term_id)
    kind = v.ASSOCIATION
    if record.aspect == "P":
        predicate = v.LACKS_PHENOTYPE if record.negated else v.HAS_PHENOTYPE
        kind = v.PHENOTYPE_ASSOCIATION
    elif record.aspect == "I":
        predicate, kind = v.HAS_INHERITANCE, v.INHERITANCE_ASSOCIATION
    elif record.aspect == "C":
        predicate = v.CONDITION_ONSET if shape.is_onset(term_id) else v.CONDITION_COURSE
    elif record.aspect == "M":
        predicate = v.CONDITION_MODIFIER
    else:
        predicate = v.CONDITION_HISTORY
    direct = (subject, predicate, term)
    if record.aspect == "P" or not record.negated:
        yield direct
    slots: list[tuple[NamedNode, Node]] = []
    if record.negated:
        slots.append((v.NEGATED, TRUE))
    if record.frequency:
        slots.extend(_frequency(record.frequency))
    if record.onset_id:
        slots.append((v.ONSET_QUALIFIER, node(shape.leader(record.onset_id))))
    if record.sex:
        slots.append((v.SEX_QUALIFIER, SEXES[record.sex]))
    slots.extend((v.QUALIFIER, node(shape.leader(modifier))) for modifier in record.modifier_ids)
    if record.role:
        slots.append((v.ROLE, text(record.role)))
    yield from association(
        record,
        kind,
        direct,
        subject_id=record.condition_id,
        object_id=record.term_id if term_id != record.term_id else "",
        slots=slots,
    )
