"""What changed between two builds, by meaning: conditions, their modes, genes and symptoms.

Ids are followed first: a condition or term that was merged into another, or replaced, is the
same thing under a new id and not a loss and a gain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from genekg import prefixes
from genekg import vocabulary as v
from genekg.labels import CONDITION, Entity
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

COLUMNS = ("condition", "label", "change", "what", "id", "name")
_WORDS = {
    v.HAS_INHERITANCE: "mode",
    v.HAS_PHENOTYPE: "symptom",
    v.LACKS_PHENOTYPE: "excluded symptom",
    v.CONDITION_ONSET: "onset",
    v.CAUSES: "gene causes",
    v.CONTRIBUTES_TO: "gene contributes",
    v.ASSOCIATED_WITH: "gene associated",
}
_FROM_GENE = {v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH}

Fact = tuple[str, str, str]


def compare(old: Graph, new: Graph) -> Table:
    """Return every difference, a row each: condition, gained or lost, of what kind, which.

    ``change`` is gained, lost, or merged (the row's id is what it was before).
    """
    rows: list[tuple[Cell, ...]] = []
    renamed = _renamed(old, new)
    before = {renamed.get(c.id, c.id): c for c in _conditions(old)}
    after = {c.id: c for c in _conditions(new)}
    for curie in sorted(after.keys() - before.keys()):
        rows.append((curie, after[curie].label, "gained", "condition", "", ""))
    for curie in sorted(before.keys() - after.keys()):
        rows.append((curie, before[curie].label, "lost", "condition", "", ""))
    for curie in sorted(renamed):
        target = renamed[curie]
        if target in after and old.labels.entity(curie):
            rows.append((target, after[target].label, "merged", "condition", curie, ""))
    was = {(renamed.get(c, c), what, renamed.get(o, o)) for c, what, o in _facts(old)}
    now = set(_facts(new))
    for change, facts, graph in (("gained", now - was, new), ("lost", was - now, old)):
        for condition, what, target in facts:
            if condition in before and condition in after:
                label = after[condition].label
                rows.append((condition, label, change, what, target, _name(graph, target)))
    return Table(COLUMNS, rows).sorted("what", "change", "label", "condition", "name")


def summary(table: Table) -> Table:
    """Return how many differences there are of each kind."""
    counts = Counter((row[3], row[2]) for row in table)
    rows: list[tuple[Cell, ...]] = [(*kind, number) for kind, number in sorted(counts.items())]
    return Table(("what", "change", "number"), rows)


def _conditions(graph: Graph) -> Iterator[Entity]:
    return (entity for entity in graph.labels.all() if entity.kind == CONDITION)


def _renamed(old: Graph, new: Graph) -> dict[str, str]:
    """Return the ids of the old graph that the new one knows under another id."""
    found: dict[str, str] = {}
    for entity in old.labels.all():
        for curie in (entity.id, *old.labels.aliases(entity)):
            moved = new.labels.entity(curie)
            if moved and moved[0].kind == entity.kind:
                if moved[0].id != entity.id:
                    found[entity.id] = moved[0].id
                break
    return found


def _facts(graph: Graph) -> Iterator[Fact]:
    ids = [entity.id for entity in graph.labels.all()]
    for edge in graph.adjacency.edges():
        if words := _WORDS.get(edge.predicate):
            pair = (edge.subject, edge.object)
            condition, other = reversed(pair) if edge.predicate in _FROM_GENE else pair
            yield ids[condition], words, ids[other]


def _name(graph: Graph, curie: str) -> str:
    found = graph.labels.entity(curie)
    return found[0].label if found else prefixes.shorten(curie)
