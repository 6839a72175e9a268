"""The tables of a card: what associations say, a row for each thing, with who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode

from genekg import associations
from genekg import vocabulary as v
from genekg.associations import Association, label, shown
from genekg.nodes import node
from genekg.store import ordered
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

_SYMPTOM_COLUMNS = ("id", "symptom", "frequency", "sex", "onset", "sources")


def genes(graph: Graph, found: list[Association]) -> Table:
    """Return the genes that statements name, with relation and mechanism."""
    groups: dict[NamedNode, list[Association]] = defaultdict(list)
    for one in found:
        groups[one.subject].append(one)
    rows: list[tuple[Cell, ...]] = []
    for gene, said in groups.items():
        relations = joined(shown(one.predicate).partition(":")[2] for one in said)
        mechanisms = joined(one.text(v.MECHANISM).replace("_", " ") for one in said)
        rows.append((shown(gene), label(graph, gene), relations, mechanisms, sources_of(said)))
    return Table(("id", "gene", "relation", "mechanism", "sources"), rows).sorted("gene")


def enzymes(graph: Graph, genes: Iterable[NamedNode]) -> Table:
    """Return the enzymes that genes encode, with their reactions."""
    rows: list[tuple[Cell, ...]] = []
    for gene in sorted(genes, key=lambda gene: gene.value):
        about = associations.about(graph, gene)
        encoded = grouped(one for one in about if one.predicate == v.ENCODES_ENZYME)
        rows.extend(
            (
                shown(enzyme),
                label(graph, enzyme),
                label(graph, gene),
                literal(graph, enzyme, v.REACTION),
                sources_of(said),
            )
            for enzyme, said in encoded.items()
        )
    return Table(("id", "enzyme", "gene", "reaction", "sources"), rows)


def terms(graph: Graph, found: list[Association], column: str) -> Table:
    """Return the terms that statements have as objects."""
    rows: list[tuple[Cell, ...]] = [
        (
            shown(term),
            label(graph, term),
            joined(one.sex for one in said),
            "NOT" if said[0].negated else "",
            sources_of(said),
        )
        for term, said in grouped(found).items()
    ]
    return _without_empty(Table(("id", column, "sex", "negated", "sources"), rows).sorted(column))


def symptoms(graph: Graph, found: list[Association]) -> Table:
    """Return symptoms, the most frequent first, with frequency, sex and onset."""
    rows: list[tuple[float, tuple[Cell, ...]]] = []
    for term, said in grouped(found).items():
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
            joined(sorted(frequencies)),
            joined(one.sex for one in said),
            joined(label(graph, n) for one in said for n in one.nodes(v.ONSET_QUALIFIER)),
            sources_of(said),
        )
        rows.append((-weight, cells))
    rows.sort(key=lambda row: (row[0], str(row[1][1]).casefold()))
    return _without_empty(Table(_SYMPTOM_COLUMNS, [cells for _, cells in rows]))


def _often(graph: Graph, one: Association) -> float:
    """Return how often a symptom is seen, between 0 and 1, for sorting."""
    if quotient := one.text(v.HAS_QUOTIENT):
        return float(quotient)
    if term := one.nodes(v.FREQUENCY_QUALIFIER):
        return float(literal(graph, term[0], v.FREQUENCY_LOWER) or 0)
    return 0.4


def words(found: list[Association]) -> Table:
    """Return what is stated in words, by step and topic."""
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


def mode_properties(graph: Graph, found: list[Association]) -> Table:
    """Return what is said of the modes themselves."""
    rows: list[tuple[Cell, ...]] = []
    for mode in grouped(found):
        for one in associations.about(graph, mode):
            if one.predicate == v.MODE_PROPERTY:
                rows.append((label(graph, mode), shown(one.object), one.text(v.PUBLICATIONS)))
    return Table(("mode", "statement", "source"), rows)


def resources(found: list[Association]) -> Table:
    """Return pages about the condition."""
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


def references(found: list[Association]) -> Table:
    """Return the papers, with who cites them."""
    rows: list[tuple[Cell, ...]] = [
        (shown(paper), paper.value, sources_of(said)) for paper, said in grouped(found).items()
    ]
    return Table(("id", "address", "sources"), rows).sorted("id")


def activities(graph: Graph, found: list[Association]) -> Table:
    """Return the processes and places that a gene acts in."""
    rows: list[tuple[Cell, ...]] = [
        (shown(one.object), label(graph, one.object), one.text(v.STEP), one.source) for one in found
    ]
    return _without_empty(Table(("id", "name", "step", "sources"), rows).sorted("name"))


def holders(graph: Graph, predicate: NamedNode, value: NamedNode, limit: int) -> tuple[Table, int]:
    """Return the conditions that an inferred relation gives, and how many there are."""
    quads = graph.store.quads_for_pattern(None, predicate, value, v.INFERRED)
    numbers = graph.labels.numbers(shown(quad.subject) for quad in quads)  # type: ignore[arg-type]
    found = sorted(
        graph.labels.entities(numbers.values()).values(),
        key=lambda entity: (entity.label.casefold(), entity.id),
    )
    rows: list[tuple[Cell, ...]] = [
        (entity.id, entity.label, inherited(graph, node(entity.id))) for entity in found[:limit]
    ]
    return Table(("id", "condition", "inheritance"), rows), len(found)


def inherited(graph: Graph, condition: Any) -> str:
    """Return the modes of a condition by name."""
    quads = graph.store.quads_for_pattern(condition, v.HAS_INHERITANCE, None, DefaultGraph())
    return "; ".join(sorted(label(graph, quad.object) for quad in quads))  # type: ignore[arg-type]


def literal(graph: Graph, subject: Any, predicate: NamedNode) -> str:
    """Return the values of a property, in words."""
    quads = graph.store.quads_for_pattern(subject, predicate, None, DefaultGraph())
    return "; ".join(shown(quad.object) for quad in ordered(quads))  # type: ignore[arg-type]


def sources_of(found: Iterable[Association]) -> str:
    """Return the sources of statements, each once."""
    return "; ".join(dict.fromkeys(one.source for one in found))


def grouped(found: Iterable[Association]) -> dict[Any, list[Association]]:
    """Return statements by their objects."""
    groups: dict[Any, list[Association]] = defaultdict(list)
    for one in found:
        groups[one.object].append(one)
    return groups


def joined(values: Iterable[str]) -> str:
    """Return the values that hold something, each once."""
    return "; ".join(dict.fromkeys(value for value in values if value))


def _without_empty(table: Table) -> Table:
    """Return the table without columns that hold nothing."""
    kept = [i for i in range(len(table.columns)) if any(row[i] for row in table)]
    return Table(
        tuple(table.columns[i] for i in kept), [tuple(row[i] for i in kept) for row in table]
    )
