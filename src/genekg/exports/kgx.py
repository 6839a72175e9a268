"""KGX: nodes and edges in the terms of the Biolink Model, as TSV and as JSON lines.

Format: https://github.com/biolink/kgx/blob/master/specification/kgx-format.md. There is an edge
for each statement of each source, with the slots that the Biolink Model 4 gives its class. A
symptom that a source excludes is ``biolink:has_phenotype`` with ``negated`` true, as the model has
it: read that column before you count. Statements whose object is a text, a page or another id have
no edge; other ids of a node are its ``equivalent_identifiers``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode

from genekg import associations, prefixes
from genekg import vocabulary as v
from genekg.associations import Association
from genekg.exports.output import Text
from genekg.exports.selecting import Selection, entities, statements
from genekg.labels import Entity
from genekg.nodes import node

if TYPE_CHECKING:
    from genekg.graph import Graph

Row: TypeAlias = dict[str, Any]

NODE_COLUMNS = (
    "id", "category", "name", "description", "symbol", "full_name", "exact_synonym",
    "related_synonym", "broad_synonym", "narrow_synonym", "xref", "equivalent_identifiers",
    "deprecated", "in_taxon", "has_attribute_type", "provided_by", "iri",
)  # fmt: skip
EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "description", "negated", "has_count",
    "has_total",
    "has_quotient", "has_percentage", "frequency_qualifier", "onset_qualifier", "sex_qualifier",
    "qualifiers", "subject_form_or_variant_qualifier", "publications", "has_evidence",
    "supporting_text", "primary_knowledge_source", "aggregator_knowledge_source",
    "knowledge_level", "agent_type", "original_subject", "original_predicate", "original_object",
)  # fmt: skip
# Classes of the model that are attributes: a node of one is the attribute's own type.
_ATTRIBUTES = ("biolink:Onset", "biolink:ClinicalCourse", "biolink:ClinicalModifier")
_HUMAN = "NCBITaxon:9606"

# How the Biolink Model spells the prefixes that we spell otherwise.
_PREFIXES = {"UniProt": "UniProtKB", "DOI": "doi", "MEDGEN": "medgen",
             "ISBN": "isbn", "ICD11": "icd11"}  # fmt: skip
_ANY = "biolink:Association"
# Own predicates by the nearest of the model; None keeps the association's own class.
_PREDICATES: dict[NamedNode, tuple[str, str | None]] = {
    v.CAUSES: ("biolink:causes", None),
    v.CONTRIBUTES_TO: ("biolink:contributes_to", "biolink:GeneToDiseaseAssociation"),
    v.ASSOCIATED_WITH: ("biolink:associated_with", None),
    v.HAS_INHERITANCE: ("biolink:has_mode_of_inheritance", None),
    v.HAS_PHENOTYPE: ("biolink:has_phenotype", None),
    v.LACKS_PHENOTYPE: ("biolink:has_phenotype", None),
    v.ENCODES_ENZYME: ("biolink:enables", None),
    v.PARTICIPATES_IN: ("biolink:participates_in", None),
    v.HAS_GENE_PRODUCT: ("biolink:has_gene_product", _ANY),
    v.ACTIVE_IN: ("biolink:active_in", _ANY),
    v.CONDITION_ONSET: ("biolink:related_to", _ANY),
    v.CONDITION_COURSE: ("biolink:related_to", _ANY),
    v.CONDITION_MODIFIER: ("biolink:related_to", _ANY),
    v.CONDITION_HISTORY: ("biolink:related_to", _ANY),
}
_VARIANT_FORMS = {
    "loss of function": "loss_of_function_variant_form",
    "gain of function": "gain_of_function_variant_form",
}
_SYNONYMS = {
    v.EXACT_SYNONYM: "exact_synonym",
    v.RELATED_SYNONYM: "related_synonym",
    v.BROAD_SYNONYM: "broad_synonym",
    v.NARROW_SYNONYM: "narrow_synonym",
}
_NUMBERS: dict[NamedNode, tuple[str, Callable[[str], int | float]]] = {
    v.HAS_COUNT: ("has_count", int),
    v.HAS_TOTAL: ("has_total", int),
    v.HAS_QUOTIENT: ("has_quotient", float),
    v.HAS_PERCENTAGE: ("has_percentage", float),
}


def spelled(curie: str) -> str:
    """Return a CURIE with its prefix as the Biolink Model spells it.

    >>> spelled("UniProt:P22557"), spelled("ORPHA:75563"), spelled("MONDO:0020721")
    ('UniProtKB:P22557', 'ORDO:Orphanet_75563', 'MONDO:0020721')
    """
    prefix, colon, local = curie.partition(":")
    if prefix == "ORPHA":
        return f"ORDO:Orphanet_{local}"
    return f"{_PREFIXES.get(prefix, prefix)}{colon}{local}"


def _id(value: Any) -> str:
    return spelled(prefixes.shorten(value.value))


def nodes(graph: Graph, chosen: Selection) -> Iterator[Row]:
    """Yield the nodes of a selection as KGX has them."""
    for entity in entities(graph, chosen):
        yield _node(graph, entity)


def _node(graph: Graph, entity: Entity) -> Row:
    iri = node(entity.id)
    said: dict[NamedNode, list[Any]] = {}
    for quad in graph.store.quads_for_pattern(iri, None, None, DefaultGraph()):
        said.setdefault(quad.predicate, []).append(quad.object)
    types = [one.value for one in said.get(v.TYPE, ())]
    row: Row = {"id": spelled(entity.id), "category": [_category(types)], "name": entity.label}
    if row["category"][0] in _ATTRIBUTES:
        row["has_attribute_type"] = row["id"]
    for predicate, column in ((v.DEFINITION, "description"), (v.SYMBOL, "symbol"),
                              (v.FULL_NAME, "full_name")):  # fmt: skip
        if values := sorted(value.value for value in said.get(predicate, ())):
            row[column] = values[0]
    for predicate, column in _SYNONYMS.items():
        row[column] = sorted({value.value for value in said.get(predicate, ())})
    row["xref"] = sorted(spelled(value.value) for value in said.get(v.DB_XREF, ()))
    same = [prefixes.shorten(value.value) for value in said.get(v.EXACT_MATCH, ())]
    row["equivalent_identifiers"] = sorted({spelled(one) for one in (entity.id, *same)})
    if v.DEPRECATED in said:
        row["deprecated"] = True
    if types and types[0] in (v.GENE.value, v.PROTEIN.value):
        row["in_taxon"] = [_HUMAN]
    row["provided_by"] = sorted({_resource(graph, one) for one in said.get(v.DERIVED_FROM, ())})
    row["iri"] = iri.value
    return {column: value for column, value in row.items() if value not in ("", [])}


def _category(types: list[str]) -> str:
    """Return the class of the model; an enzyme is the activity that its number stands for."""
    if v.ENZYME.value in types:
        return "biolink:MolecularActivity"
    found = sorted(one for one in types if one.startswith(v.BIOLINK))
    return prefixes.shorten(found[0]) if found else "biolink:NamedThing"


def _resource(graph: Graph, release: Any) -> str:
    """Return the information resource that a release is a version of."""
    for quad in graph.store.quads_for_pattern(release, v.IS_VERSION_OF, None, DefaultGraph()):
        return prefixes.shorten(quad.object.value)  # type: ignore[union-attr]
    return prefixes.shorten(release.value)


def edges(graph: Graph, chosen: Selection) -> Iterator[Row]:
    """Yield an edge for every statement that a source makes of two nodes; then is-a."""
    known = {entity.id for entity in entities(graph, chosen)}
    resource = cache(lambda iri: _resource(graph, NamedNode(iri)))
    judged: dict[object, tuple[str, str]] = {}
    for one in statements(graph, chosen):
        if one.predicate not in _PREDICATES or not isinstance(one.object, NamedNode):
            continue
        if {prefixes.compress(one.subject.value), prefixes.compress(one.object.value)} <= known:
            basis = (one.nodes(v.HAS_EVIDENCE), one.nodes(v.DERIVED_FROM))
            if basis not in judged:
                judged[basis] = associations.judged(graph, one)
            yield _edge(graph, one, resource, judged[basis])
    for entity in entities(graph, chosen):
        yield from _kinds(graph, entity, known, resource)


def _edge(
    graph: Graph, one: Association, resource: Callable[[str], str], judged: tuple[str, str]
) -> Row:
    predicate, category = _PREDICATES[one.predicate]
    if category is None:
        category = prefixes.shorten(one.nodes(v.TYPE)[0].value)
    row: Row = {
        "id": prefixes.shorten(one.iri),
        "subject": _id(one.subject),
        "predicate": predicate,
        "object": _id(one.object),
        "category": [category],
    }
    if one.negated:
        row["negated"] = True
    qualifiers = set(map(_id, one.nodes(v.QUALIFIER)))
    named = category == prefixes.shorten(v.PHENOTYPE_ASSOCIATION.value)
    if not named and (words := associations.qualifiers(graph, one)):
        row["description"] = words  # the model has no slots for them here
    for slot, (column, number) in _NUMBERS.items():
        if named and (values := one.nodes(slot)):
            row[column] = number(values[0].value)
    for slot, column in ((v.FREQUENCY_QUALIFIER, "frequency_qualifier"),
                         (v.ONSET_QUALIFIER, "onset_qualifier"),
                         (v.SEX_QUALIFIER, "sex_qualifier")):  # fmt: skip
        if named and (values := one.nodes(slot)):
            row[column] = _id(values[0])
        elif not named:
            qualifiers |= set(map(_id, one.nodes(slot)))
    row["qualifiers"] = sorted(qualifiers)
    if form := _VARIANT_FORMS.get(one.text(v.MECHANISM).replace("_", " ")):
        row["subject_form_or_variant_qualifier"] = form
    row["publications"] = sorted(map(_id, one.nodes(v.PUBLICATIONS)))
    row["has_evidence"] = sorted(map(_id, one.nodes(v.HAS_EVIDENCE)))
    row["supporting_text"] = associations.quoted(graph, one)
    sources = sorted({resource(release.value) for release in one.nodes(v.DERIVED_FROM)})
    first = sorted(prefixes.shorten(value.value) for value in one.nodes(v.PRIMARY_SOURCE))
    row["primary_knowledge_source"] = (first or sources)[0]
    row["aggregator_knowledge_source"] = sources if first else []
    row["knowledge_level"], row["agent_type"] = judged
    for slot, column in ((v.ORIGINAL_SUBJECT, "original_subject"),
                         (v.ORIGINAL_OBJECT, "original_object")):  # fmt: skip
        if values := one.nodes(slot):
            row[column] = spelled(associations.shown(values[0]))
    if (own := prefixes.shorten(one.predicate.value)) != predicate:
        row["original_predicate"] = own
    return {column: value for column, value in row.items() if value not in ("", [])}


def _kinds(
    graph: Graph, entity: Entity, known: set[str], resource: Callable[[str], str]
) -> Iterator[Row]:
    """Yield what an entity is a kind of; a term's release says it, without an association."""
    subject = node(entity.id)
    said = graph.store.quads_for_pattern
    parents = sorted(q.object.value for q in said(subject, v.SUBCLASS_OF, None, DefaultGraph()))  # type: ignore[union-attr]
    if not parents:
        return
    releases = [q.object.value for q in said(subject, v.DERIVED_FROM, None, DefaultGraph())]  # type: ignore[union-attr]
    sources = sorted({resource(release) for release in releases})
    for parent in parents:
        if prefixes.compress(parent) in known:
            yield {
                "id": f"gk:is-a/{entity.id}/{prefixes.compress(parent)}",
                "subject": spelled(entity.id),
                "predicate": "biolink:subclass_of",
                "object": spelled(prefixes.compress(parent)),
                "category": [_ANY],
                "primary_knowledge_source": sources[0],
                "knowledge_level": "knowledge_assertion",
                "agent_type": "manual_agent",
                "original_predicate": "rdfs:subClassOf",
            }


def write_tsv(
    graph: Graph,
    chosen: Selection,
    output: BinaryIO,
    *,
    rows: Callable[[Graph, Selection], Iterator[Row]],
    columns: tuple[str, ...],
) -> None:
    """Write rows as KGX TSV: several values of a cell are joined by ``|``."""
    text = Text(output)
    text.write("\t".join(columns) + "\n")
    for row in rows(graph, chosen):
        text.write("\t".join(_cell(row.get(column)) for column in columns) + "\n")
    text.flush()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "|".join(one.replace("|", "/") for one in value) if isinstance(value, list) else value
    return " ".join(str(text).split())


def write_jsonl(
    graph: Graph,
    chosen: Selection,
    output: BinaryIO,
    *,
    rows: Callable[[Graph, Selection], Iterator[Row]],
) -> None:
    """Write rows as KGX JSON lines."""
    text = Text(output)
    for row in rows(graph, chosen):
        text.write(json.dumps(row, ensure_ascii=False) + "\n")
    text.flush()
