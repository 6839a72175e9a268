"""Genes, proteins, enzymes, and their links to conditions, as triples."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from genekg import vocabulary as v
from genekg.nodes import Node, node
from genekg.quads.nodes import (
    TRUE,
    Shape,
    Triple,
    association,
    release_node,
    text,
)
from genekg.records import Activity, Catalysis, Enzyme, Gene, GeneCondition, Validity

_GENE_RELATIONS = {
    "causes": (v.CAUSES, v.GENE_CAUSES),
    "contributes_to": (v.CONTRIBUTES_TO, v.GENE_CORRELATES),
    "associated_with": (v.ASSOCIATED_WITH, v.GENE_TO_DISEASE),
}
_ACTIVITIES = {
    "participates_in": (v.PARTICIPATES_IN, v.PROCESS_ASSOCIATION),
    "active_in": (v.ACTIVE_IN, v.LOCATION_ASSOCIATION),
}


def gene(record: Gene, shape: Shape) -> Iterator[Triple]:
    """Yield a gene, and the protein it makes."""
    leader = shape.leader(record.id)
    subject, symbol = node(leader), shape.labels[leader]
    yield subject, v.TYPE, v.GENE
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    yield subject, v.LABEL, text(symbol)
    yield subject, v.SYMBOL, text(symbol)
    aliases = list(record.alias_symbol)
    if record.symbol != symbol:
        aliases.append(record.symbol)
    for alias in aliases:
        yield subject, v.EXACT_SYNONYM, text(alias)
    for previous in record.prev_symbol:
        yield subject, v.PREVIOUS_SYMBOL, text(previous)
    if record.name:
        yield subject, v.FULL_NAME, text(record.name)
    if record.location:
        yield subject, v.LOCATION, text(record.location)
    for xref in record.xrefs:
        yield subject, v.DB_XREF, text(xref)
    if record.uniprot_id:
        protein = node(record.uniprot_id)
        # Genes that make the same protein: it is named for the first.
        maker = shape.labels.get(record.uniprot_id, symbol)
        direct = (subject, v.HAS_GENE_PRODUCT, protein)
        yield direct
        yield protein, v.TYPE, v.PROTEIN
        yield protein, v.LABEL, text(f"{maker} protein ({record.uniprot_id})")
        yield from association(record, v.ASSOCIATION, direct, subject_id=record.id)


def enzyme(record: Enzyme, shape: Shape) -> Iterator[Triple]:
    """Yield an enzyme and its reaction."""
    subject = node(record.id)
    yield subject, v.TYPE, v.ENZYME
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    yield subject, v.LABEL, text(shape.labels.get(record.id, record.name))
    if record.obsolete:
        yield subject, v.DEPRECATED, TRUE
        for replacement in record.replaced_by:
            yield subject, v.REPLACED_BY, node(replacement)
        return
    for synonym in record.synonyms:
        yield subject, v.EXACT_SYNONYM, text(synonym)
    for cofactor in record.cofactors:
        yield subject, v.COFACTOR, text(cofactor)
    if record.reaction:
        direct = (subject, v.REACTION, text(record.reaction))
        yield direct
        yield from association(record, v.ASSOCIATION, direct, subject_id=record.id)


def catalysis(record: Catalysis, shape: Shape) -> Iterator[Triple]:
    """Yield that a gene encodes an enzyme."""
    subject, enzyme = node(shape.leader(record.gene_id)), node(record.enzyme_id)
    direct = (subject, v.ENCODES_ENZYME, enzyme)
    yield direct
    yield from association(record, v.ACTIVITY_ASSOCIATION, direct, subject_id=record.gene_id)
    if protein := shape.labels.get(f"protein of {shape.leader(record.gene_id)}"):
        yield node(protein), v.UP_ENZYME, enzyme


_OBJECT_CLASSES = {
    "UBERON": v.ANATOMICAL_ENTITY,
    "CL": v.CELL,
    "GO": v.CELLULAR_COMPONENT,
}


def activity(record: Activity, shape: Shape) -> Iterator[Triple]:
    """Yield a process, pathway or place in which a gene acts."""
    predicate, kind = _ACTIVITIES[record.relation]
    target = node(record.object_id)
    direct = (node(shape.leader(record.gene_id)), predicate, target)
    yield direct
    process = record.relation == "participates_in"
    prefix = record.object_id.partition(":")[0]
    if prefix == "REACT":
        yield target, v.TYPE, v.PATHWAY
    else:
        yield target, v.TYPE, v.BIOLOGICAL_PROCESS if process else _OBJECT_CLASSES[prefix]
    yield target, v.LABEL, text(record.object_label)
    slots = [] if record.step is None else [(v.STEP, Literal(record.step))]
    yield from association(record, kind, direct, subject_id=record.gene_id, slots=slots)


def gene_condition(record: GeneCondition, shape: Shape) -> Iterator[Triple]:
    """Yield a link of gene and condition, by its kind."""
    predicate, kind = _GENE_RELATIONS[record.relation]
    condition = node(shape.leader(record.condition_id))
    direct = (node(shape.leader(record.gene_id)), predicate, condition)
    yield direct
    slots = [(v.MECHANISM, text(record.mechanism))] if record.mechanism else []
    yield from association(
        record,
        kind,
        direct,
        subject_id=record.gene_id,
        object_id=record.condition_id,
        slots=slots,
    )


# What a panel's classification says of gene and condition; the rest is said on the node alone.
CAUSAL = {"definitive", "strong", "moderate"}
POSSIBLE = {"limited", "supportive"}
_REFUTED = {"refuted evidence", "no known disease relationship"}


def validity(record: Validity, shape: Shape) -> Iterator[Triple]:
    """Yield a panel's judgement; what is disputed or refuted has no direct triple."""
    possible = record.classification in POSSIBLE
    predicate, kind = _GENE_RELATIONS["associated_with" if possible else "causes"]
    condition = node(shape.leader(record.condition_id))
    direct = (node(shape.leader(record.gene_id)), predicate, condition)
    if possible or record.classification in CAUSAL:
        yield direct
    slots: list[tuple[NamedNode, Node]] = [(v.CLASSIFICATION, text(record.classification))]
    if record.classification in _REFUTED:
        slots.append((v.NEGATED, TRUE))
    if record.submitter:
        slots.append((v.SUBMITTER, text(record.submitter)))
    if record.date:
        slots.append((v.DATE, text(record.date)))
    yield from association(
        record, kind, direct, subject_id=record.gene_id, object_id=record.condition_id, slots=slots
    )
    if record.mode_id and record.classification in CAUSAL:
        mode = (condition, v.HAS_INHERITANCE, node(shape.leader(record.mode_id)))
        yield mode
        yield from association(
            record, v.INHERITANCE_ASSOCIATION, mode, subject_id=record.condition_id, part="mode"
        )
