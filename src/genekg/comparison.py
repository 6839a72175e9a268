"""Comparing conditions by their symptoms, genes, enzymes and pathways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genekg import search, similarity
from genekg import vocabulary as v
from genekg.errors import NotFoundError, UsageError
from genekg.labels import CONDITION
from genekg.matching import evidence
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.matching.ranking import Matcher

BY = ("symptoms", "gene", "enzyme", "pathway")
SIMILAR_COLUMNS = ("condition", "label", "similarity", "shared", "only in it", "only here")
COMPARE_COLUMNS = (
    "relation", "symptom", "label", "in A", "in B", "near", "source A", "source B", "cited A",
    "cited B",
)  # fmt: skip
SETS_COLUMNS = ("symptom", "label", "share of A", "share of B", "difference")
RELATIONS = ("contradicting", "shared", "close", "only in A", "only in B")
# Two symptoms are close when Lin's similarity is at least this.
CLOSE = 0.6
_NAMED = 8
_WAYS = {
    "gene": (),
    "enzyme": (v.ENCODES_ENZYME,),
    "pathway": (v.PARTICIPATES_IN,),
}
_GENE_LINKS = (v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH)


def similar(
    graph: Graph,
    condition: str,
    *,
    by: str = "symptoms",
    measure: str = "resnik",
    limit: int = 20,
) -> Table:
    """Return the conditions most like one, with what both have and what only one has.

    By symptoms: the best-match average of a measure of ``similarity.MEASURES``, over symptoms that
    are not excluded. By gene, enzyme or pathway: Jaccard's index of the sets.

    Raises:
        UsageError: an unknown way or measure.
        NotFoundError: no such condition, or nothing is known to compare it by.
    """
    if by not in BY:
        raise UsageError(f"similar by {by!r}", remedy=f"there are {', '.join(BY)}")
    if measure not in similarity.MEASURES:
        remedy = f"there are {', '.join(similarity.MEASURES)}"
        raise UsageError(f"no measure {measure!r}", remedy=remedy)
    entity = search.resolve(graph, condition, {CONDITION})
    if by == "symptoms":
        return _by_symptoms(graph, entity.id, entity.label, measure, limit)
    return _by_links(graph, entity.number, entity.label, by, limit)


def _place(matcher: Matcher, condition_id: str, label: str) -> int:
    number = matcher.profiles.condition_numbers.get(condition_id, -1)
    found = np.flatnonzero(matcher.index.conditions == number)
    if not len(found):
        raise NotFoundError(f"no symptom of {label} ({condition_id}) is in the graph")
    return int(found[0])


def _own_terms(matcher: Matcher, place: int) -> list[int]:
    """Return the places of the symptoms that are annotated, excluded ones not."""
    rows = evidence.rows_of(matcher.profiles, int(matcher.index.conditions[place]))
    said = matcher.profiles.annotations[rows]
    return sorted(set(said["term"][~said["negated"]].tolist()))


def _by_symptoms(graph: Graph, condition_id: str, label: str, measure: str, limit: int) -> Table:
    matcher = graph.matcher
    own = _own_terms(matcher, _place(matcher, condition_id, label))
    if not own:
        raise NotFoundError(f"{label} ({condition_id}) has only excluded symptoms")
    rows = matcher.profiles.annotations
    wanted = (rows["aspect"] == 0) & ~rows["negated"]
    pairs = np.unique(
        rows["condition"][wanted].astype(np.int64) << 32 | rows["term"][wanted].astype(np.int64)
    )
    conditions, first = np.unique(pairs >> 32, return_index=True)
    terms = (pairs & 0xFFFFFFFF).astype(np.int32)
    sets = (terms, np.append(first, len(pairs)))
    scores = similarity.of_index(matcher.index).to_every_set(own, sets, measure)
    names = matcher.profiles.names
    found: list[tuple[Cell, ...]] = []
    for n in np.argsort(-scores, kind="stable").tolist():
        theirs = set(terms[sets[1][n] : sets[1][n + 1]].tolist())
        if names["conditions"][conditions[n]] == condition_id:
            continue
        if len(found) == limit:
            break
        found.append(
            (
                names["conditions"][conditions[n]],
                names["condition_labels"][conditions[n]],
                round(float(scores[n]), 3),
                *(_named(matcher, part) for part in
                  (set(own) & theirs, theirs - set(own), set(own) - theirs)),
            )
        )  # fmt: skip
    return Table(SIMILAR_COLUMNS, found)


def _named(matcher: Matcher, terms: set[int]) -> str:
    """Return the labels of terms, the most telling first, and how many more there are."""
    labels = matcher.profiles.names["term_labels"]
    order = sorted(terms, key=lambda term: (float(matcher.index.background[term]), labels[term]))
    more = f"; and {len(order) - _NAMED} more" if len(order) > _NAMED else ""
    return "; ".join(labels[term] for term in order[:_NAMED]) + more


def _by_links(graph: Graph, number: int, label: str, by: str, limit: int) -> Table:
    own = _linked(graph, number, by)
    if not own:
        raise NotFoundError(f"no {by} of {label} is in the graph")
    others: dict[int, set[int]] = defaultdict(set)
    for link in own:
        genes = [link] if by == "gene" else _sources_of(graph, link, _WAYS[by])
        for gene in genes:
            for edge in graph.adjacency.edges_from(gene):
                if edge.predicate in _GENE_LINKS and edge.object != number:
                    others[edge.object].add(link)
    scored: list[tuple[float, int, set[int]]] = []
    for other, shared in others.items():
        theirs = _linked(graph, other, by)
        scored.append((len(shared) / len(own | theirs), other, theirs))
    scored.sort(key=lambda item: (-item[0], item[1]))
    wanted = {one for _score, other, theirs in scored[:limit] for one in (other, *theirs)} | own
    entities = graph.labels.entities(sorted(wanted))

    def named(numbers: set[int]) -> str:
        return "; ".join(sorted(entities[one].label for one in numbers))

    return Table(
        SIMILAR_COLUMNS,
        [
            (entities[other].id, entities[other].label, round(score, 3), named(own & theirs),
             named(theirs - own), named(own - theirs))
            for score, other, theirs in scored[:limit]
        ],
    )  # fmt: skip


def _linked(graph: Graph, condition: int, by: str) -> set[int]:
    """Return the genes of a condition, or their enzymes or pathways, by number."""
    genes = {
        edge.subject
        for edge in graph.adjacency.edges_to(condition)
        if edge.predicate in _GENE_LINKS
    }
    if by == "gene":
        return genes
    return {
        edge.object
        for gene in genes
        for edge in graph.adjacency.edges_from(gene)
        if edge.predicate in _WAYS[by]
    }


def _sources_of(graph: Graph, target: int, predicates: Sequence[object]) -> list[int]:
    return [
        edge.subject for edge in graph.adjacency.edges_to(target) if edge.predicate in predicates
    ]


def compare(graph: Graph, one: str, other: str) -> Table:
    """Return the symptoms of two conditions side by side, with frequency and evidence.

    ``contradicting``: one has it, the other excludes it (or a kind of it is there where the whole
    is excluded); ``shared``: both have it; ``close``: the nearest symptom of the other (``near``)
    has at least ``CLOSE`` by Lin; ``only in A``, ``only in B``. The most telling come first.

    Raises:
        NotFoundError: no such condition, or one without a symptom.
        UsageError: both are the same condition.
    """
    matcher = graph.matcher
    sides = [_Side(graph, text) for text in (one, other)]
    if sides[0].place == sides[1].place:
        raise UsageError(f"{one!r} and {other!r} are the same condition")
    measured = similarity.of_index(matcher.index)
    labels, ids = matcher.profiles.names["term_labels"], matcher.profiles.names["terms"]
    rows: list[tuple[int, float, tuple[Cell, ...]]] = []

    def row(relation: str, term: int, near: str = "") -> None:
        cells: tuple[Cell, ...] = (
            relation, ids[term], labels[term], *(side.often(term) for side in sides), near,
            *(side.sources(term) for side in sides), *(side.cited(term) for side in sides),
        )  # fmt: skip
        telling = float(matcher.index.background[term])
        rows.append((RELATIONS.index(relation), telling, cells))

    for term in sorted(sides[0].has | sides[1].has):
        here = [term in side.has for side in sides]
        above = set(matcher.index.ancestors(term).tolist())
        denied = [bool(above & side.lacks) for side in sides]
        if (here[0] and denied[1] and not here[1]) or (here[1] and denied[0] and not here[0]):
            row("contradicting", term)
        elif all(here):
            row("shared", term)
        else:
            side = 0 if here[0] else 1
            theirs = sorted(sides[1 - side].has)
            alike = measured.to_all(term, "lin")[theirs] if theirs else np.zeros(1)
            if float(alike.max()) >= CLOSE:
                row("close", term, labels[theirs[int(alike.argmax())]])
            else:
                row(f"only in {'AB'[side]}", term)
    rows.sort(key=lambda item: (item[0], item[1], str(item[2][2])))
    return Table(COMPARE_COLUMNS, [cells for _, _, cells in rows])


class _Side:
    """One condition of a comparison."""

    def __init__(self, graph: Graph, text: str) -> None:
        entity = search.resolve(graph, text, {CONDITION})
        self._profiles = graph.matcher.profiles
        self.place = _place(graph.matcher, entity.id, entity.label)
        self._rows = evidence.rows_of(
            self._profiles, int(graph.matcher.index.conditions[self.place])
        )
        said = self._profiles.annotations[self._rows]
        self.has = set(said["term"][~said["negated"]].tolist())
        self.lacks = set(said["term"][said["negated"]].tolist())

    def _of(self, term: int) -> NDArray[np.int64]:
        chosen: NDArray[np.int64] = self._rows[
            self._profiles.annotations["term"][self._rows] == term
        ]
        return chosen

    def often(self, term: int) -> str | None:
        rows = self._of(term)
        if not len(rows):
            return None
        return evidence.frequency(self._profiles, rows) or "stated"

    def sources(self, term: int) -> str:
        return "; ".join(evidence.sources(self._profiles, self._of(term)))

    def cited(self, term: int) -> str:
        return "; ".join(evidence.publications(self._profiles, self._of(term)))


def compare_sets(
    graph: Graph, ours: Sequence[str], theirs: Sequence[str], *, limit: int = 50
) -> Table:
    """Return the symptoms by which two sets of conditions differ most.

    A share is the mean, over the conditions of a set, of how often the symptom or a kind of it is
    seen. A symptom that differs no more than one above it is left out.

    Raises:
        NotFoundError: a condition that is not there, or has no symptom.
    """
    matcher = graph.matcher
    shares = []
    for side in (ours, theirs):
        entities = [search.resolve(graph, text, {CONDITION}) for text in side]
        places = [_place(matcher, entity.id, entity.label) for entity in entities]
        shares.append(_shares(matcher, places))
    difference = shares[0] - shares[1]
    names = matcher.profiles.names
    rows: list[tuple[Cell, ...]] = []
    for term in np.argsort(-np.abs(difference), kind="stable").tolist():
        if len(rows) == limit or abs(difference[term]) < 0.05:
            break
        above = matcher.index.ancestors(term)
        below = [one for one in above.tolist() if one != term]
        if any(abs(difference[one] - difference[term]) < 1e-9 for one in below):
            continue
        rows.append(
            (names["terms"][term], names["term_labels"][term], round(float(shares[0][term]), 3),
             round(float(shares[1][term]), 3), round(float(difference[term]), 3))
        )  # fmt: skip
    return Table(SETS_COLUMNS, rows)


def _shares(matcher: Matcher, places: Sequence[int]) -> NDArray[np.float64]:
    index = matcher.index
    found = np.zeros(len(index.background))
    for place in places:
        at = np.flatnonzero(index.who == place)
        terms = np.searchsorted(index.starts, at, side="right") - 1
        found[terms] += index.frequency[at]
    return found / len(places)
