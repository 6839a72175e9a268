"""Each kind of record as RDF: the graph's shape is in this one place.

Every function yields triples of the default graph. A statement has a direct triple, each once
however many sources say it, and an association node for each source that says it, whose IRI is
a hash of its content: two builds of the same inputs are the same triples. There are no blank
nodes. ``inferred`` gives what follows from the hierarchy, for a graph of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.hierarchy import Hierarchy
from genekg.identity import Identity
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

Node: TypeAlias = NamedNode | Literal
Triple: TypeAlias = tuple[NamedNode, NamedNode, Node]

MAX_LITERAL = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_TRUE = Literal("true", datatype=v.XSD_BOOLEAN)
_SYNONYMS = {
    "exact": v.EXACT_SYNONYM,
    "related": v.RELATED_SYNONYM,
    "broad": v.BROAD_SYNONYM,
    "narrow": v.NARROW_SYNONYM,
}
_MATCHES = {
    "exact": v.EXACT_MATCH,
    "close": v.CLOSE_MATCH,
    "broad": v.BROAD_MATCH,
    "narrow": v.NARROW_MATCH,
}
_SEXES = {"male": v.MALE, "female": v.FEMALE}
_GENE_RELATIONS = {
    "causes": (v.CAUSES, v.GENE_CAUSES),
    "contributes_to": (v.CONTRIBUTES_TO, v.GENE_CORRELATES),
    "associated_with": (v.ASSOCIATED_WITH, v.GENE_TO_DISEASE),
}
_ACTIVITIES = {
    "participates_in": (v.PARTICIPATES_IN, v.PROCESS_ASSOCIATION),
    "active_in": (v.ACTIVE_IN, v.LOCATION_ASSOCIATION),
}
_STATEMENTS = {
    "consequence": v.CONSEQUENCE,
    "inheritance_note": v.INHERITANCE_NOTE,
    "mode_property": v.MODE_PROPERTY,
    "presentation": v.PRESENTATION,
    "prevalence": v.PREVALENCE,
}
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


@dataclass(frozen=True, slots=True)
class Shape:
    """What the triples of one record need to know of the others."""

    identity: Identity
    hierarchy: Hierarchy
    labels: dict[str, str] = field(default_factory=dict)

    def leader(self, curie: str) -> str:
        """Return the id that stands for this one."""
        return self.identity.leader(curie)

    def is_onset(self, term_id: str) -> bool:
        """Whether an HPO term is an age of onset."""
        return "HP:0003674" in self.hierarchy.closure(term_id)


@lru_cache(maxsize=1 << 18)
def node(curie: str) -> NamedNode:
    """Return the node of a CURIE, or of an address.

    >>> node("HP:0001417").value
    'http://purl.obolibrary.org/obo/HP_0001417'
    """
    if curie.startswith(("http://", "https://")):
        return NamedNode(curie)
    return NamedNode(prefixes.expand(prefixes.normalise(curie) or curie))


def text(value: str) -> Literal:
    """Return a plain literal.

    Raises:
        GenekgError: a control character, or more than 1 MB.
    """
    if _CONTROL.search(value):
        raise GenekgError(f"a control character in {value[:60]!r}", remedy="mend the source file")
    if len(value) > MAX_LITERAL:
        raise GenekgError(f"a text of {len(value):,} characters: {value[:60]!r} …")
    return Literal(value)


def decimal(value: str) -> Literal:
    """Return a decimal literal."""
    return Literal(value, datatype=v.XSD_DECIMAL)


def _name(kind: str, content: str) -> NamedNode:
    digest = blake2b(content.encode(), digest_size=12).hexdigest()
    return NamedNode(f"{v.GK}{kind}/{digest}")


def release_node(release_id: str) -> NamedNode:
    """Return the node of a source release."""
    return NamedNode(f"{v.GK}release/{release_id}")


def release(record: Release) -> Iterator[Triple]:
    """Yield what is said of a source release."""
    subject = release_node(record.id)
    yield subject, v.TYPE, v.SOURCE_RELEASE
    yield subject, v.LABEL, text(f"{record.name} {record.version}")
    yield subject, v.TITLE, text(record.name)
    yield subject, v.VERSION, text(record.version)
    yield subject, v.LICENSE, NamedNode(record.licence)
    yield subject, v.CITATION, text(record.citation)
    yield subject, v.LANDING_PAGE, NamedNode(record.homepage)
    yield subject, v.IS_VERSION_OF, node(record.infores)
    yield node(record.infores), v.TYPE, v.INFORMATION_RESOURCE


def triples(record: Record, shape: Shape) -> Iterator[Triple]:
    """Yield the triples of any record.

    Raises:
        GenekgError: a kind of record that has no function here.
    """
    function = _FUNCTIONS.get(type(record))
    if function is None:
        raise GenekgError(f"no triples are defined for {type(record).__name__}")
    return function(record, shape)


def _association(
    record: Any,
    kind: NamedNode,
    direct: Triple,
    *,
    subject_id: str = "",
    object_id: str = "",
    slots: Iterable[tuple[NamedNode, Node]] = (),
) -> Iterator[Triple]:
    """Yield the node that says who states ``direct``, with its qualifiers.

    ``subject_id`` and ``object_id`` are the ids that the source itself uses.
    """
    said: Provenance = record.provenance
    source = said.release.partition("/")[0]
    subject = _name("association", repr(record).replace(said.release, source))
    yield subject, v.TYPE, kind
    yield subject, v.SUBJECT, direct[0]
    yield subject, v.PREDICATE, direct[1]
    yield subject, v.OBJECT, direct[2]
    if subject_id:
        yield subject, v.ORIGINAL_SUBJECT, node(subject_id)
    if object_id and node(object_id) != direct[2]:
        yield subject, v.ORIGINAL_OBJECT, node(object_id)
    for predicate, value in slots:
        yield subject, predicate, value
    yield subject, v.DERIVED_FROM, release_node(said.release)
    if said.primary:
        yield subject, v.PRIMARY_SOURCE, node(said.primary)
    if said.evidence:
        yield subject, v.HAS_EVIDENCE, node(said.evidence)
    for publication in said.publications:
        yield subject, v.PUBLICATIONS, node(publication)
    for curator in said.curated_by:
        yield subject, v.CURATED_BY, text(curator)


def _synonym(subject: NamedNode, synonym: Synonym) -> Iterator[Triple]:
    predicate, value = _SYNONYMS[synonym.scope], text(synonym.text)
    yield subject, predicate, value
    if synonym.type:
        axiom = _name("synonym", repr((subject.value, synonym)))
        kind = synonym.type.replace(":", "_")
        yield axiom, v.TYPE, v.AXIOM
        yield axiom, v.ANNOTATED_SOURCE, subject
        yield axiom, v.ANNOTATED_PROPERTY, predicate
        yield axiom, v.ANNOTATED_TARGET, value
        yield axiom, v.SYNONYM_TYPE, NamedNode(f"{v.OBO}hp#{kind}")


def _term(record: Term, shape: Shape) -> Iterator[Triple]:
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
        yield from _synonym(subject, synonym)
    for alternative in record.alternative_ids:
        yield subject, v.ALTERNATIVE_ID, text(alternative)
    for xref in record.xrefs:
        yield subject, v.DB_XREF, text(xref)
    if record.obsolete:
        yield subject, v.DEPRECATED, _TRUE
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


def _condition(record: Condition, shape: Shape) -> Iterator[Triple]:
    leader = shape.leader(record.id)
    subject, label = node(leader), shape.labels[leader]
    yield subject, v.TYPE, v.DISEASE
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    if record.label.casefold() == label.casefold():
        yield subject, v.LABEL, text(label)
    else:
        yield subject, v.EXACT_SYNONYM, text(record.label)
    if record.description:
        direct = (subject, v.DEFINITION, text(record.description))
        yield direct
        yield from _association(record, v.ASSOCIATION, direct, subject_id=record.id)


def _condition_name(record: ConditionName, shape: Shape) -> Iterator[Triple]:
    subject = node(shape.leader(record.condition_id))
    yield from _synonym(subject, record.synonym)
    direct = (subject, _SYNONYMS[record.synonym.scope], text(record.synonym.text))
    yield from _association(record, v.ASSOCIATION, direct, subject_id=record.condition_id)


def _mapping(record: Mapping, shape: Shape) -> Iterator[Triple]:
    direct = (node(shape.leader(record.subject_id)), _MATCHES[record.match], node(record.object_id))
    yield direct
    yield from _association(record, v.ASSOCIATION, direct, subject_id=record.subject_id)


def _gene(record: Gene, shape: Shape) -> Iterator[Triple]:
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
        direct = (subject, v.HAS_GENE_PRODUCT, protein)
        yield direct
        yield protein, v.TYPE, v.PROTEIN
        yield protein, v.LABEL, text(f"{symbol} protein ({record.uniprot_id})")
        yield from _association(record, v.ASSOCIATION, direct, subject_id=record.id)


def _enzyme(record: Enzyme, shape: Shape) -> Iterator[Triple]:
    subject = node(record.id)
    yield subject, v.TYPE, v.ENZYME
    yield subject, v.DERIVED_FROM, release_node(record.provenance.release)
    yield subject, v.LABEL, text(record.name)
    for synonym in record.synonyms:
        yield subject, v.EXACT_SYNONYM, text(synonym)
    for cofactor in record.cofactors:
        yield subject, v.COFACTOR, text(cofactor)
    direct = (subject, v.REACTION, text(record.reaction))
    yield direct
    yield from _association(record, v.ASSOCIATION, direct, subject_id=record.id)


def _catalysis(record: Catalysis, shape: Shape) -> Iterator[Triple]:
    subject, enzyme = node(shape.leader(record.gene_id)), node(record.enzyme_id)
    direct = (subject, v.ENCODES_ENZYME, enzyme)
    yield direct
    yield from _association(record, v.ACTIVITY_ASSOCIATION, direct, subject_id=record.gene_id)
    if protein := shape.labels.get(f"protein of {shape.leader(record.gene_id)}"):
        yield node(protein), v.UP_ENZYME, enzyme


_OBJECT_CLASSES = {
    "UBERON": v.ANATOMICAL_ENTITY,
    "CL": v.CELL,
    "GO": v.CELLULAR_COMPONENT,
}


def _activity(record: Activity, shape: Shape) -> Iterator[Triple]:
    predicate, kind = _ACTIVITIES[record.relation]
    target = node(record.object_id)
    direct = (node(shape.leader(record.gene_id)), predicate, target)
    yield direct
    process = record.relation == "participates_in"
    prefix = record.object_id.partition(":")[0]
    yield target, v.TYPE, v.BIOLOGICAL_PROCESS if process else _OBJECT_CLASSES[prefix]
    yield target, v.LABEL, text(record.object_label)
    slots = [] if record.step is None else [(v.STEP, Literal(record.step))]
    yield from _association(record, kind, direct, subject_id=record.gene_id, slots=slots)


def _gene_condition(record: GeneCondition, shape: Shape) -> Iterator[Triple]:
    predicate, kind = _GENE_RELATIONS[record.relation]
    condition = node(shape.leader(record.condition_id))
    direct = (node(shape.leader(record.gene_id)), predicate, condition)
    yield direct
    slots = [(v.MECHANISM, text(record.mechanism))] if record.mechanism else []
    yield from _association(
        record,
        kind,
        direct,
        subject_id=record.gene_id,
        object_id=record.condition_id,
        slots=slots,
    )


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


def _annotation(record: Annotation, shape: Shape) -> Iterator[Triple]:
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
        slots.append((v.NEGATED, _TRUE))
    if record.frequency:
        slots.extend(_frequency(record.frequency))
    if record.onset_id:
        slots.append((v.ONSET_QUALIFIER, node(shape.leader(record.onset_id))))
    if record.sex:
        slots.append((v.SEX_QUALIFIER, _SEXES[record.sex]))
    slots.extend((v.QUALIFIER, node(shape.leader(modifier))) for modifier in record.modifier_ids)
    if record.role:
        slots.append((v.ROLE, text(record.role)))
    yield from _association(
        record,
        kind,
        direct,
        subject_id=record.condition_id,
        object_id=record.term_id if term_id != record.term_id else "",
        slots=slots,
    )


def _statement(record: Statement, shape: Shape) -> Iterator[Triple]:
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
        slots.append((v.SEX_QUALIFIER, _SEXES[record.sex]))
    if record.severity_id:
        slots.append((v.SEVERITY_QUALIFIER, node(record.severity_id)))
    slots.extend((v.ONSET_QUALIFIER, node(onset)) for onset in record.onset_ids)
    yield from _association(
        record, v.ASSOCIATION, direct, subject_id=record.subject_id, slots=slots
    )


def _resource_page(record: ResourcePage, shape: Shape) -> Iterator[Triple]:
    page = NamedNode(record.url) if record.url else _name("resource", record.title)
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
    yield from _association(
        record, v.ASSOCIATION, direct, subject_id=record.condition_id, slots=slots
    )


def _reference(record: Reference, shape: Shape) -> Iterator[Triple]:
    direct = (node(shape.leader(record.condition_id)), v.REFERENCES, node(record.reference_id))
    yield direct
    yield from _association(record, v.ASSOCIATION, direct, subject_id=record.condition_id)


_FUNCTIONS: dict[type, Callable[[Any, Shape], Iterator[Triple]]] = {
    Term: _term,
    Condition: _condition,
    ConditionName: _condition_name,
    Mapping: _mapping,
    Gene: _gene,
    Enzyme: _enzyme,
    Catalysis: _catalysis,
    Activity: _activity,
    GeneCondition: _gene_condition,
    Annotation: _annotation,
    Statement: _statement,
    ResourcePage: _resource_page,
    Reference: _reference,
}


def inferred(records: Iterable[Record], shape: Shape) -> Iterator[Triple]:
    """Yield what the hierarchy and the chains give, for the graph ``gkgraph:inferred``.

    The reflexive closure of is-a; every condition's symptoms and inheritance with all their
    ancestors (excluded symptoms give nothing); and the enzymes of the genes of a condition.
    """
    symptoms: dict[str, set[str]] = defaultdict(set)
    modes: dict[str, set[str]] = defaultdict(set)
    enzymes: dict[str, set[str]] = defaultdict(set)
    genes: list[GeneCondition] = []
    for record in records:
        if isinstance(record, Annotation) and not record.negated and record.aspect in "PI":
            found = symptoms if record.aspect == "P" else modes
            found[shape.leader(record.condition_id)].add(shape.leader(record.term_id))
        elif isinstance(record, Catalysis):
            enzymes[shape.leader(record.gene_id)].add(record.enzyme_id)
        elif isinstance(record, GeneCondition):
            genes.append(record)
    for term_id in shape.hierarchy:
        for above in sorted(shape.hierarchy.closure(term_id)):
            yield node(term_id), v.SUBCLASS_OF_OR_SELF, node(above)
    for predicate, found in (
        (v.PHENOTYPE_OR_ANCESTOR, symptoms),
        (v.INHERITANCE_OR_ANCESTOR, modes),
    ):
        for condition_id, term_ids in found.items():
            subject = node(condition_id)
            for above in sorted(frozenset[str]().union(*map(shape.hierarchy.closure, term_ids))):
                yield subject, predicate, node(above)
    for link in genes:
        for enzyme_id in sorted(enzymes[shape.leader(link.gene_id)]):
            yield node(shape.leader(link.condition_id)), v.ASSOCIATED_ENZYME, node(enzyme_id)
