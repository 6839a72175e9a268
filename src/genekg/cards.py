"""Cards: everything known of one entity, grouped, with who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode

from genekg import associations, card_tables, search
from genekg import vocabulary as v
from genekg.associations import Association, label, shown
from genekg.labels import CONDITION, ENZYME, GENE, MODE, SYMPTOM, TERM, Entity
from genekg.nodes import node
from genekg.store import ordered
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

LISTED = 50
DISCLAIMER = "For research, not for diagnosis or care."
_SYNONYMS = (v.EXACT_SYNONYM, v.RELATED_SYNONYM, v.NARROW_SYNONYM, v.BROAD_SYNONYM)
_GENE_RELATIONS = (v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH)


@dataclass(frozen=True, slots=True)
class Section:
    """A group of facts: a title, and a table of them."""

    title: str
    table: Table


@dataclass(frozen=True, slots=True)
class Card:
    """All that is known of an entity: what it is, and sections in reading order."""

    entity: Entity
    note: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    definition: str
    sections: tuple[Section, ...]

    def section(self, title: str) -> Table:
        """Return the table of a section; empty when the card has none of that title."""
        return next((s.table for s in self.sections if s.title == title), Table((), []))

    def as_dict(self) -> dict[str, Any]:
        """Return the card as plain data, for JSON."""
        return {
            "id": self.entity.id,
            "kind": self.entity.kind,
            "label": self.entity.label,
            "note": self.note,
            "ids": list(self.ids),
            "names": list(self.names),
            "definition": self.definition,
            "sections": {s.title: list(s.table.dicts()) for s in self.sections},
            "disclaimer": DISCLAIMER,
        }

    def _repr_html_(self) -> str:
        from html import escape

        from genekg.tables import to_html

        parts = [f"<h3>{escape(self.entity.label)} ({escape(self.entity.id)})</h3>"]
        if self.definition:
            parts.append(f"<p>{escape(self.definition)}</p>")
        for section in self.sections:
            parts.append(f"<h4>{escape(section.title)}</h4>{to_html(section.table)}")
        return "".join([*parts, f"<p><em>{DISCLAIMER}</em></p>"])


def show(graph: Graph, text: str) -> Card:
    """Return the card of the entity that an id, name or symbol means.

    Raises:
        NotFoundError: nothing is called that.
        AmbiguousError: several are; the message lists them.
    """
    entity = search.resolve(graph, text)
    note = search.lookup(graph, text)[1]
    subject = node(entity.id)
    own: dict[NamedNode, list[Any]] = defaultdict(list)
    for quad in ordered(graph.store.quads_for_pattern(subject, None, None, DefaultGraph())):
        own[quad.predicate].append(quad.object)
    sections = _SECTIONS.get(entity.kind, _no_sections)(graph, entity)
    definitions = [value.value for value in own[v.DEFINITION]]
    names = sorted({value.value for predicate in _SYNONYMS for value in own[predicate]})
    return Card(
        entity=entity,
        note=note,
        ids=tuple(sorted({entity.id, *graph.labels.aliases(entity)})),
        names=tuple(name for name in names if name != entity.label),
        definition=definitions[0] if definitions else "",
        sections=tuple(s for s in sections if len(s.table)),
    )


def footnotes(card: Card) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return the sections with numbers in place of their sources, and the sources by number."""
    numbers: dict[str, int] = {}
    sections: list[Section] = []
    for section in card.sections:
        table = section.table
        last = table.columns[-1]
        if last in ("source", "sources"):
            rows = [
                (*row[:-1], " ".join(
                    str(numbers.setdefault(one, len(numbers) + 1))
                    for one in str(row[-1]).split("; ")
                ))
                for row in table
            ]  # fmt: skip
            table = Table((*table.columns[:-1], "source"), rows)
        sections.append(Section(section.title, table))
    return tuple(sections), tuple(numbers)


def _no_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    yield from _class_sections(graph, entity)


def _condition_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    subject = node(entity.id)
    about = list(associations.about(graph, subject))
    by_predicate: dict[NamedNode, list[Association]] = defaultdict(list)
    for one in about:
        by_predicate[one.predicate].append(one)
    genes = [one for one in associations.naming(graph, subject) if one.predicate in _GENE_RELATIONS]
    yield Section("Genes", card_tables.genes(graph, genes))
    yield Section("Enzymes", card_tables.enzymes(graph, {one.subject for one in genes}))
    yield Section("Inheritance", card_tables.terms(graph, by_predicate[v.HAS_INHERITANCE], "mode"))
    yield Section("About its inheritance", card_tables.words(by_predicate[v.INHERITANCE_NOTE]))
    yield Section(
        "About its mode", card_tables.mode_properties(graph, by_predicate[v.HAS_INHERITANCE])
    )
    yield Section("What follows", card_tables.words(by_predicate[v.CONSEQUENCE]))
    symptoms = by_predicate[v.HAS_PHENOTYPE]
    complications = [one for one in symptoms if one.text(v.ROLE) == "complication"]
    late = {one.object for one in complications}
    yield Section(
        "Symptoms", card_tables.symptoms(graph, [s for s in symptoms if s.object not in late])
    )
    yield Section(
        "Complications", card_tables.symptoms(graph, [s for s in symptoms if s.object in late])
    )
    yield Section(
        "Excluded symptoms (NOT present)",
        card_tables.symptoms(graph, by_predicate[v.LACKS_PHENOTYPE]),
    )
    yield Section("Onset", card_tables.terms(graph, by_predicate[v.CONDITION_ONSET], "onset"))
    yield Section("How it shows", card_tables.words(by_predicate[v.PRESENTATION]))
    yield Section("Course", card_tables.terms(graph, by_predicate[v.CONDITION_COURSE], "course"))
    yield Section(
        "Modifiers", card_tables.terms(graph, by_predicate[v.CONDITION_MODIFIER], "modifier")
    )
    yield Section(
        "Medical history", card_tables.terms(graph, by_predicate[v.CONDITION_HISTORY], "history")
    )
    yield Section("Frequency", card_tables.words(by_predicate[v.PREVALENCE]))
    yield Section("Resources", card_tables.resources(by_predicate[v.PAGE]))
    yield Section("References", card_tables.references(by_predicate[v.REFERENCES]))


def _gene_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    gene = node(entity.id)
    facts = [
        (name, card_tables.literal(graph, gene, predicate))
        for name, predicate in (
            ("full name", v.FULL_NAME),
            ("location", v.LOCATION),
            ("previous symbols", v.PREVIOUS_SYMBOL),
        )
    ]
    yield Section("Gene", Table(("what", "value"), [fact for fact in facts if fact[1]]))
    about = list(associations.about(graph, gene))
    products = [one for one in about if one.predicate == v.HAS_GENE_PRODUCT]
    yield Section("Protein", card_tables.terms(graph, products, "protein"))
    yield Section("Enzymes", card_tables.enzymes(graph, [gene]))
    yield Section(
        "Processes",
        card_tables.activities(graph, [a for a in about if a.predicate == v.PARTICIPATES_IN]),
    )
    yield Section(
        "Acts in", card_tables.activities(graph, [a for a in about if a.predicate == v.ACTIVE_IN])
    )
    groups = card_tables.grouped(one for one in about if one.predicate in _GENE_RELATIONS)
    rows: list[tuple[Cell, ...]] = [
        (
            shown(condition),
            label(graph, condition),
            card_tables.joined(shown(one.predicate).partition(":")[2] for one in said),
            card_tables.joined(one.text(v.MECHANISM).replace("_", " ") for one in said),
            card_tables.inherited(graph, condition),
            card_tables.sources_of(said),
        )
        for condition, said in groups.items()
    ]
    columns = ("id", "condition", "relation", "mechanism", "inheritance", "sources")
    yield Section("Conditions", Table(columns, rows).sorted("condition"))


def _enzyme_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    enzyme = node(entity.id)
    facts: list[tuple[Cell, ...]] = [
        (name, card_tables.literal(graph, enzyme, predicate))
        for name, predicate in (("reaction", v.REACTION), ("cofactors", v.COFACTOR))
    ]
    yield Section("Enzyme", Table(("what", "value"), [fact for fact in facts if fact[1]]))
    encoding: defaultdict[NamedNode, list[Association]] = defaultdict(list)
    for one in associations.naming(graph, enzyme):
        if one.predicate == v.ENCODES_ENZYME:
            encoding[one.subject].append(one)
    genes: list[tuple[Cell, ...]] = [
        (shown(gene), label(graph, gene), card_tables.sources_of(said))
        for gene, said in encoding.items()
    ]
    yield Section("Genes", Table(("id", "gene", "sources"), genes).sorted("gene"))
    yield Section("Conditions", card_tables.holders(graph, v.ASSOCIATED_ENZYME, enzyme, LISTED)[0])


def _class_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    term = node(entity.id)
    above = graph.store.quads_for_pattern(term, v.SUBCLASS_OF, None, DefaultGraph())
    below = graph.store.quads_for_pattern(None, v.SUBCLASS_OF, term, DefaultGraph())
    kinds: list[tuple[Cell, ...]] = [
        *(("kind of", shown(q.object), label(graph, q.object)) for q in ordered(above)),  # type: ignore[arg-type]
        *(("has kind", shown(q.subject), label(graph, q.subject)) for q in ordered(below)),  # type: ignore[arg-type]
    ]
    yield Section("Hierarchy", Table(("relation", "id", "term"), kinds))
    properties: list[tuple[Cell, ...]] = [
        (shown(one.object), one.text(v.PUBLICATIONS))
        for one in associations.about(graph, term)
        if one.predicate == v.MODE_PROPERTY
    ]
    yield Section("What it means", Table(("statement", "source"), properties))


def _symptom_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    yield from _class_sections(graph, entity)
    yield from _annotated(graph, entity, v.PHENOTYPE_OR_ANCESTOR, v.HAS_PHENOTYPE)


def _mode_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    yield from _class_sections(graph, entity)
    yield from _annotated(graph, entity, v.INHERITANCE_OR_ANCESTOR, v.HAS_INHERITANCE)


def _annotated(
    graph: Graph, entity: Entity, inferred: NamedNode, asserted: NamedNode
) -> Iterator[Section]:
    term = node(entity.id)
    table, total = card_tables.holders(graph, inferred, term, LISTED)
    direct = sum(1 for _ in graph.store.quads_for_pattern(None, asserted, term, DefaultGraph()))
    counts: list[tuple[Cell, ...]] = [
        ("conditions with it or any kind of it", total),
        ("conditions annotated with the term itself", direct),
    ]
    yield Section("Conditions", Table(("what", "number"), counts))
    title = f"The first {LISTED} of {total} conditions" if total > LISTED else "The conditions"
    yield Section(title, table)


_SECTIONS: dict[str, Callable[[Graph, Entity], Iterator[Section]]] = {
    CONDITION: _condition_sections,
    GENE: _gene_sections,
    ENZYME: _enzyme_sections,
    SYMPTOM: _symptom_sections,
    MODE: _mode_sections,
    TERM: _class_sections,
}
