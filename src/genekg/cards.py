"""Cards: everything known of one entity, grouped, with who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode

from genekg import associations, search
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
_SYMPTOM_COLUMNS = ("id", "symptom", "frequency", "sex", "onset", "sources")


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


def _said(found: Iterable[Association]) -> str:
    """Return the sources of statements, each once."""
    return "; ".join(dict.fromkeys(one.source for one in found))


def _grouped(found: Iterable[Association]) -> dict[Any, list[Association]]:
    groups: dict[Any, list[Association]] = defaultdict(list)
    for one in found:
        groups[one.object].append(one)
    return groups


def _joined(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))


def _condition_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    subject = node(entity.id)
    about = list(associations.about(graph, subject))
    by_predicate: dict[NamedNode, list[Association]] = defaultdict(list)
    for one in about:
        by_predicate[one.predicate].append(one)
    genes = [one for one in associations.naming(graph, subject) if one.predicate in _GENE_RELATIONS]
    yield Section("Genes", _genes(graph, genes))
    yield Section("Enzymes", _enzymes(graph, {one.subject for one in genes}))
    yield Section("Inheritance", _terms(graph, by_predicate[v.HAS_INHERITANCE], "mode"))
    yield Section("About its inheritance", _words(by_predicate[v.INHERITANCE_NOTE]))
    yield Section("About its mode", _mode_properties(graph, by_predicate[v.HAS_INHERITANCE]))
    yield Section("What follows", _words(by_predicate[v.CONSEQUENCE]))
    symptoms = by_predicate[v.HAS_PHENOTYPE]
    complications = [one for one in symptoms if one.text(v.ROLE) == "complication"]
    late = {one.object for one in complications}
    yield Section("Symptoms", _symptoms(graph, [s for s in symptoms if s.object not in late]))
    yield Section("Complications", _symptoms(graph, [s for s in symptoms if s.object in late]))
    yield Section(
        "Excluded symptoms (NOT present)", _symptoms(graph, by_predicate[v.LACKS_PHENOTYPE])
    )
    yield Section("Onset", _terms(graph, by_predicate[v.CONDITION_ONSET], "onset"))
    yield Section("How it shows", _words(by_predicate[v.PRESENTATION]))
    yield Section("Course", _terms(graph, by_predicate[v.CONDITION_COURSE], "course"))
    yield Section("Modifiers", _terms(graph, by_predicate[v.CONDITION_MODIFIER], "modifier"))
    yield Section("Medical history", _terms(graph, by_predicate[v.CONDITION_HISTORY], "history"))
    yield Section("Frequency", _words(by_predicate[v.PREVALENCE]))
    yield Section("Resources", _resources(by_predicate[v.PAGE]))
    yield Section("References", _references(by_predicate[v.REFERENCES]))


def _genes(graph: Graph, found: list[Association]) -> Table:
    groups: dict[NamedNode, list[Association]] = defaultdict(list)
    for one in found:
        groups[one.subject].append(one)
    rows: list[tuple[Cell, ...]] = []
    for gene, said in groups.items():
        relations = _joined(shown(one.predicate).partition(":")[2] for one in said)
        mechanisms = _joined(one.text(v.MECHANISM).replace("_", " ") for one in said)
        rows.append((shown(gene), label(graph, gene), relations, mechanisms, _said(said)))
    return Table(("id", "gene", "relation", "mechanism", "sources"), rows).sorted("gene")


def _enzymes(graph: Graph, genes: Iterable[NamedNode]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for gene in sorted(genes, key=lambda gene: gene.value):
        for one in associations.about(graph, gene):
            if one.predicate == v.ENCODES_ENZYME:
                enzyme = one.object
                reaction = _literal(graph, enzyme, v.REACTION)
                rows.append(
                    (shown(enzyme), label(graph, enzyme), label(graph, gene), reaction, one.source)
                )
    return Table(("id", "enzyme", "gene", "reaction", "sources"), rows)


def _literal(graph: Graph, subject: Any, predicate: NamedNode) -> str:
    quads = graph.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return "; ".join(shown(quad.object) for quad in ordered(quads))  # type: ignore[arg-type]


def _terms(graph: Graph, found: list[Association], column: str) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            shown(term),
            label(graph, term),
            _joined(one.sex for one in said),
            "NOT" if said[0].negated else "",
            _said(said),
        )
        for term, said in _grouped(found).items()
    ]
    return _without_empty(Table(("id", column, "sex", "negated", "sources"), rows).sorted(column))


def _symptoms(graph: Graph, found: list[Association]) -> Table:
    rows: list[tuple[float, tuple[Cell, ...]]] = []
    for term, said in _grouped(found).items():
        frequencies = {
            label(graph, one.nodes(v.FREQUENCY_QUALIFIER)[0])
            if v.FREQUENCY_QUALIFIER in one.slots
            else one.frequency
            for one in said
        }
        weight = max(_often(graph, one) for one in said)
        cells: tuple[Cell, ...] = (
            shown(term),
            label(graph, term),
            _joined(sorted(frequencies)),
            _joined(one.sex for one in said),
            _joined(label(graph, n) for one in said for n in one.nodes(v.ONSET_QUALIFIER)),
            _said(said),
        )
        rows.append((-weight, cells))
    rows.sort(key=lambda row: (row[0], str(row[1][1]).casefold()))
    return _without_empty(Table(_SYMPTOM_COLUMNS, [cells for _, cells in rows]))


def _often(graph: Graph, one: Association) -> float:
    """Return how often a symptom is seen, between 0 and 1, for sorting."""
    if quotient := one.text(v.HAS_QUOTIENT):
        return float(quotient)
    if term := one.nodes(v.FREQUENCY_QUALIFIER):
        return float(_literal(graph, term[0], v.FREQUENCY_LOWER) or 0)
    return 0.4


def _words(found: list[Association]) -> Table:
    ordered = sorted(found, key=lambda one: (int(one.text(v.STEP) or 0), one.text(v.TOPIC)))
    rows: list[tuple[Cell, ...]] = [
        (
            one.text(v.TOPIC).replace("_", " "),
            shown(one.object),
            one.sex,
            one.text(v.PLACE),
            one.text(v.PUBLICATIONS) or one.source,
        )
        for one in ordered
    ]
    return _without_empty(Table(("topic", "statement", "sex", "place", "source"), rows))


def _mode_properties(graph: Graph, found: list[Association]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for mode in _grouped(found):
        for one in associations.about(graph, mode):
            if one.predicate == v.MODE_PROPERTY:
                rows.append((label(graph, mode), shown(one.object), one.text(v.PUBLICATIONS)))
    return Table(("mode", "statement", "source"), rows)


def _resources(found: list[Association]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.text(v.KIND).replace("_", " "),
            one.text(v.TITLE),
            "" if one.object.value.startswith(v.GK) else one.object.value,
            one.text(v.MODIFIED),
        )
        for one in found
    ]
    return _without_empty(Table(("kind", "title", "address", "updated"), rows).sorted("kind"))


def _references(found: list[Association]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (shown(paper), paper.value, _said(said)) for paper, said in _grouped(found).items()
    ]
    return Table(("id", "address", "sources"), rows).sorted("id")


def _without_empty(table: Table) -> Table:
    """Return the table without columns that hold nothing."""
    kept = [i for i in range(len(table.columns)) if any(row[i] for row in table)]
    return Table(
        tuple(table.columns[i] for i in kept), [tuple(row[i] for i in kept) for row in table]
    )


def _gene_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    gene = node(entity.id)
    facts = [
        (name, _literal(graph, gene, predicate))
        for name, predicate in (
            ("full name", v.FULL_NAME),
            ("location", v.LOCATION),
            ("previous symbols", v.PREVIOUS_SYMBOL),
        )
    ]
    yield Section("Gene", Table(("what", "value"), [fact for fact in facts if fact[1]]))
    about = list(associations.about(graph, gene))
    products = [one for one in about if one.predicate == v.HAS_GENE_PRODUCT]
    yield Section("Protein", _terms(graph, products, "protein"))
    yield Section("Enzymes", _enzymes(graph, [gene]))
    yield Section(
        "Processes", _activities(graph, [a for a in about if a.predicate == v.PARTICIPATES_IN])
    )
    yield Section("Acts in", _activities(graph, [a for a in about if a.predicate == v.ACTIVE_IN]))
    groups = _grouped(one for one in about if one.predicate in _GENE_RELATIONS)
    rows: list[tuple[Cell, ...]] = [
        (
            shown(condition),
            label(graph, condition),
            _joined(shown(one.predicate).partition(":")[2] for one in said),
            _joined(one.text(v.MECHANISM).replace("_", " ") for one in said),
            _inherited(graph, condition),
            _said(said),
        )
        for condition, said in groups.items()
    ]
    columns = ("id", "condition", "relation", "mechanism", "inheritance", "sources")
    yield Section("Conditions", Table(columns, rows).sorted("condition"))


def _inherited(graph: Graph, condition: Any) -> str:
    quads = graph.store.quads_for_pattern(condition, v.HAS_INHERITANCE, None, DefaultGraph())
    return "; ".join(sorted(label(graph, quad.object) for quad in quads))  # type: ignore[arg-type]


def _activities(graph: Graph, found: list[Association]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (shown(one.object), label(graph, one.object), one.text(v.STEP), one.source) for one in found
    ]
    return _without_empty(Table(("id", "name", "step", "sources"), rows).sorted("name"))


def _enzyme_sections(graph: Graph, entity: Entity) -> Iterator[Section]:
    enzyme = node(entity.id)
    facts: list[tuple[Cell, ...]] = [
        (name, _literal(graph, enzyme, predicate))
        for name, predicate in (("reaction", v.REACTION), ("cofactors", v.COFACTOR))
    ]
    yield Section("Enzyme", Table(("what", "value"), [fact for fact in facts if fact[1]]))
    genes: list[tuple[Cell, ...]] = []
    for one in associations.naming(graph, enzyme):
        if one.predicate == v.ENCODES_ENZYME:
            genes.append((shown(one.subject), label(graph, one.subject), one.source))
    yield Section("Genes", Table(("id", "gene", "sources"), genes).sorted("gene"))
    yield Section("Conditions", _holders(graph, v.ASSOCIATED_ENZYME, enzyme, LISTED)[0])


def _holders(graph: Graph, predicate: NamedNode, value: NamedNode, limit: int) -> tuple[Table, int]:
    """Return the conditions that an inferred relation gives, and how many there are."""
    quads = graph.store.quads_for_pattern(None, predicate, value, v.INFERRED)
    numbers = graph.labels.numbers(shown(quad.subject) for quad in quads)  # type: ignore[arg-type]
    found = sorted(
        graph.labels.entities(numbers.values()).values(),
        key=lambda entity: (entity.label.casefold(), entity.id),
    )
    rows: list[tuple[Cell, ...]] = [
        (entity.id, entity.label, _inherited(graph, node(entity.id))) for entity in found[:limit]
    ]
    return Table(("id", "condition", "inheritance"), rows), len(found)


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
    table, total = _holders(graph, inferred, term, LISTED)
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
