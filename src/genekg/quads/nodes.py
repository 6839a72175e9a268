"""Nodes and literals, and the two shapes that every kind of record shares: names, associations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.hierarchy import Hierarchy
from genekg.identity import Identity
from genekg.nodes import Node, node
from genekg.records import Provenance, Quote, Synonym

Triple: TypeAlias = tuple[NamedNode, NamedNode, Node]

MAX_LITERAL = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

TRUE = Literal("true", datatype=v.XSD_BOOLEAN)
SYNONYMS = {
    "exact": v.EXACT_SYNONYM,
    "related": v.RELATED_SYNONYM,
    "broad": v.BROAD_SYNONYM,
    "narrow": v.NARROW_SYNONYM,
}
SEXES = {"male": v.MALE, "female": v.FEMALE}


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


def hashed(kind: str, content: str) -> NamedNode:
    """Return the node whose IRI is a hash of its content."""
    digest = blake2b(content.encode(), digest_size=12).hexdigest()
    return NamedNode(f"{v.GK}{kind}/{digest}")


def release_node(release_id: str) -> NamedNode:
    """Return the node of a source release."""
    return NamedNode(f"{v.GK}release/{release_id}")


def association(
    record: Any,
    kind: NamedNode,
    direct: Triple,
    *,
    subject_id: str = "",
    object_id: str = "",
    slots: Iterable[tuple[NamedNode, Node]] = (),
    part: str = "",
) -> Iterator[Triple]:
    """Yield the node that says who states ``direct``, with its qualifiers.

    ``subject_id`` and ``object_id`` are the ids that the source itself uses. ``part`` tells the
    statements apart where one record makes several.
    """
    said: Provenance = record.provenance
    source = said.release.partition("/")[0]
    subject = hashed("association", repr(record).replace(said.release, source) + part)
    yield subject, v.TYPE, kind
    yield subject, v.SUBJECT, direct[0]
    yield subject, v.PREDICATE, direct[1]
    yield subject, v.OBJECT, direct[2]
    if subject_id:
        symbol = subject_id.removeprefix("SYMBOL:")
        original = node(subject_id) if symbol == subject_id else text(symbol)
        yield subject, v.ORIGINAL_SUBJECT, original
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
    if said.quote:
        yield from _quote(subject, said.quote)


def _quote(association: NamedNode, quote: Quote) -> Iterator[Triple]:
    """Yield the sentence that says it, as the Web Annotation model points into a text."""
    selector = hashed("quote", repr(quote))
    yield association, v.HAS_SELECTOR, selector
    yield selector, v.TYPE, v.TEXT_QUOTE
    yield selector, v.TYPE, v.TEXT_POSITION
    yield selector, v.EXACT, text(quote.text)
    yield selector, v.START, Literal(quote.start)
    yield selector, v.END, Literal(quote.end)
    yield selector, v.SECTION, text(quote.section)
    yield selector, v.HAS_SOURCE, NamedNode(quote.page)


def synonym_triples(subject: NamedNode, synonym: Synonym) -> Iterator[Triple]:
    """Yield a synonym, with its type where it has one."""
    predicate, value = SYNONYMS[synonym.scope], text(synonym.text)
    yield subject, predicate, value
    if synonym.type:
        axiom = hashed("synonym", repr((subject.value, synonym)))
        kind = synonym.type.replace(":", "_")
        yield axiom, v.TYPE, v.AXIOM
        yield axiom, v.ANNOTATED_SOURCE, subject
        yield axiom, v.ANNOTATED_PROPERTY, predicate
        yield axiom, v.ANNOTATED_TARGET, value
        yield axiom, v.SYNONYM_TYPE, NamedNode(f"{v.OBO}hp#{kind}")
