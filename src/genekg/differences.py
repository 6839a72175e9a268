"""What changed between two builds, by meaning: conditions, their modes, genes and symptoms.

Ids are followed first: a condition or term that was merged into another, split, or replaced is
the same thing under a new id, and not a loss and a gain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

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
    v.CONDITION_COURSE: "course",
    v.CONDITION_MODIFIER: "modifier",
    v.CONDITION_HISTORY: "past history",
    v.CAUSES: "gene causes",
    v.CONTRIBUTES_TO: "gene contributes",
    v.ASSOCIATED_WITH: "gene associated",
}
_FROM_GENE = {v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH}
# Ids that stand for one thing for good; those of concepts elsewhere (UMLS) move about.
_AUTHORITIES = ("MONDO:", "OMIM:", "ORPHA:", "DECIPHER:", "HP:", "HGNC:", "NCBIGene:", "EC:")

Fact: TypeAlias = tuple[str, str, str]
"""A condition, of what kind, which: by the ids that stand for both graphs."""


def compare(old: Graph, new: Graph) -> Table:
    """Return every difference, a row each: condition, what happened, of what kind, which.

    ``change`` is gained or lost; or merged: the row's id now means the row's condition; or split:
    the row's id meant the row's condition too. A condition that is gained or lost is one row,
    without its modes, genes and symptoms.
    """
    shared = _shared(old, new)
    before, after = _conditions(old, shared), _conditions(new, shared)
    rows: list[tuple[Cell, ...]] = []
    for change, there, elsewhere in (("gained", after, before), ("lost", before, after)):
        for key in there.keys() - elsewhere.keys():
            rows += [(one.id, one.label, change, "condition", "", "") for one in there[key]]
    for key in before.keys() & after.keys():
        was, now = before[key], after[key]
        known, ids = {one.id for one in was}, {one.id for one in now}
        now.sort(key=lambda one: one.id not in known)  # the one that stays comes first
        rows += [
            (now[0].id, now[0].label, "merged", "condition", one.id, one.label)
            for one in was
            if one.id not in ids
        ]
        rows += [
            (now[0].id, now[0].label, "split", "condition", one.id, one.label) for one in now[1:]
        ]
    said, says = _facts(old, shared), _facts(new, shared)
    for change, facts in (("gained", says.keys() - said), ("lost", said.keys() - says)):
        names = says if change == "gained" else said
        for fact in facts:
            if fact[0] in before and fact[0] in after:
                condition, other = after[fact[0]][0], names[fact]
                rows.append((condition.id, condition.label, change, fact[1], other.id, other.label))
    return Table(COLUMNS, rows).sorted("what", "change", "label", "condition", "name", "id")


def summary(table: Table) -> Table:
    """Return how many differences there are of each kind."""
    counts = Counter((row[3], row[2]) for row in table)
    rows: list[tuple[Cell, ...]] = [(*kind, number) for kind, number in sorted(counts.items())]
    return Table(("what", "change", "number"), rows)


def _shared(old: Graph, new: Graph) -> dict[str, str]:
    """Return, for each id that one graph knows by another id than the other, one for both.

    What any id joins is one thing: two conditions that are merged, one that is split, a term and
    what replaced it.
    """
    joined: dict[str, str] = {}

    def root(curie: str) -> str:
        while (above := joined.get(curie, curie)) != curie:
            curie = above
        return curie

    for one, other in ((old, new), (new, old)):
        own = {(entity.id, entity.kind) for entity in other.labels.all()}
        for entity in one.labels.all():
            stays = (entity.id, entity.kind) in own
            same = entity.id if stays else _moved(entity, one, other)
            if same and (first := root(entity.id)) != (second := root(same)):
                joined[max(first, second)] = min(first, second)
    return {curie: root(curie) for curie in joined}


def _moved(entity: Entity, one: Graph, other: Graph) -> str:
    """Return the other id by which the other graph knows an entity, or nothing."""
    aliases = [curie for curie in one.labels.aliases(entity) if curie.startswith(_AUTHORITIES)]
    for curie in (entity.id, *aliases):
        found = other.labels.entity(curie)
        if found and found[0].kind == entity.kind:
            return found[0].id
    return ""


def _conditions(graph: Graph, shared: dict[str, str]) -> dict[str, list[Entity]]:
    """Return the conditions by the id for both graphs; several where they are one in the other."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for entity in graph.labels.all():
        if entity.kind == CONDITION:
            found[shared.get(entity.id, entity.id)].append(entity)
    return found


def _facts(graph: Graph, shared: dict[str, str]) -> dict[Fact, Entity]:
    """Return every fact of a condition, with the other entity of it."""
    entities = list(graph.labels.all())
    everything = np.ones(len(entities), dtype=bool)
    found: dict[Fact, Entity] = {}
    for predicate, words in _WORDS.items():
        subjects, objects, _ = graph.adjacency.arriving(everything, predicate)
        for pair in zip(subjects.tolist(), objects.tolist(), strict=True):
            number, other = reversed(pair) if predicate in _FROM_GENE else pair
            condition, target = entities[number].id, entities[other].id
            fact = (shared.get(condition, condition), words, shared.get(target, target))
            found[fact] = entities[other]
    return found
