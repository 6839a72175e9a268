"""Where sources disagree: statements that cannot both be right, side by side.

Six kinds are looked for: modes of inheritance that exclude each other, a mode against the
chromosome of the gene, a symptom that one has and another excludes, a symptom of one sex given
to the other, a gene that one calls causal and a panel disputes or refutes, and ages of onset that
do not meet. Sources that say the same stand together. Each row weighs its two statements, the
weaker one counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations, product
from math import comb
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from pyoxigraph import DefaultGraph, Literal, NamedNode

from genekg import associations, meanings
from genekg import vocabulary as v
from genekg.associations import Association, label, shown
from genekg.errors import UsageError
from genekg.nodes import Node, node
from genekg.sides import FROM_GENE, Side, side
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

COLUMNS = (
    "kind", "condition", "label", "one says", "source", "evidence",
    "another says", "other source", "other evidence", "weight",
)  # fmt: skip

# Two cohorts disagree when chance alone brings any of a symptom's so far apart less often.
_CHANCE = 0.05
_AGAINST = ("disputed evidence", "refuted evidence", "no known disease relationship")


Conflict: TypeAlias = tuple[str, NamedNode, Side, Side]
"""The kind, the condition, and the two sides."""


def find(graph: Graph, *, kinds: Iterable[str] = ()) -> Table:
    """Return the conflicts of the graph, those with the weightier evidence first.

    ``kinds`` are among ``KINDS``; all are looked for when none is given.

    Raises:
        UsageError: no such kind.
    """
    wanted = tuple(kinds) or tuple(KINDS)
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise UsageError(
            f"no conflicts of kind {unknown[0]!r}", remedy=f"known: {', '.join(KINDS)}"
        )
    rows = [_row(graph, conflict) for kind in wanted for conflict in KINDS[kind](graph)]
    rows.sort(
        key=lambda row: (-int(str(row[-1])), str(row[0]), str(row[2]).casefold(), *map(str, row))
    )
    return Table(COLUMNS, rows)


def _row(graph: Graph, conflict: Conflict) -> tuple[Cell, ...]:
    kind, condition, one, other = conflict
    return (
        kind,
        shown(condition),
        label(graph, condition),
        one.says,
        one.source,
        one.evidence,
        other.says,
        other.source,
        other.evidence,
        min(one.weight, other.weight),
    )


def _direct(graph: Graph, predicate: NamedNode) -> dict[NamedNode, set[Node]]:
    """Return the objects of each subject by a predicate."""
    objects: dict[NamedNode, set[Node]] = defaultdict(set)
    for quad in graph.store.quads_for_pattern(None, predicate, None, DefaultGraph()):
        objects[quad.subject].add(quad.object)  # type: ignore[index, arg-type]
    return objects


def _several(graph: Graph, predicate: NamedNode) -> dict[NamedNode, set[str]]:
    """Return the conditions of which more than one source says something, with what is said."""
    arrays = graph.adjacency
    everything = np.ones_like(arrays.below(0))
    objects: dict[int, set[int]] = defaultdict(set)
    sources: dict[int, int] = defaultdict(int)
    for subject, found, bits in zip(*arrays.arriving(everything, predicate), strict=True):
        objects[int(subject)].add(int(found))
        sources[int(subject)] |= int(bits)
    chosen = {number: found for number, found in objects.items() if sources[number].bit_count() > 1}
    entities = graph.labels.entities(
        {*chosen, *(one for found in chosen.values() for one in found)}
    )
    return {
        node(entities[number].id): {entities[one].id for one in found}
        for number, found in sorted(chosen.items())
    }


def _genes(graph: Graph) -> dict[NamedNode, set[NamedNode]]:
    """Return the genes that are linked to each condition."""
    genes: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for predicate in FROM_GENE:
        for gene, conditions in _direct(graph, predicate).items():
            for condition in conditions:
                genes[condition].add(gene)  # type: ignore[index]
    return genes


def _stated(graph: Graph, condition: NamedNode, predicate: NamedNode) -> list[Association]:
    """Return what is said of a condition by a predicate, and not denied."""
    found = associations.about(graph, condition, lambda said: said == predicate)
    return [one for one in found if not one.negated]


def _modes(graph: Graph) -> Iterator[Conflict]:
    """Modes of different sources that exclude each other.

    A source that gives both modes itself (dominant and recessive forms) does not disagree; and
    where several genes are linked to a condition, each may have its own mode.
    """
    tables = {
        "chromosome of the mode": meanings.CHROMOSOMES,
        "dominance": meanings.COPIES,
    }
    genes = _genes(graph)
    for condition, modes in _several(graph, v.HAS_INHERITANCE).items():
        kinds = {
            kind: table
            for kind, table in tables.items()
            if len(set[str]().union(*(meanings.classes(mode, table) for mode in modes))) > 1
        }
        if not kinds:
            continue
        said = _stated(graph, condition, v.HAS_INHERITANCE)
        if len(genes[condition]) > 1:
            said = _of_no_gene(graph, condition, said)
        for kind, table in kinds.items():
            groups = _alike(said, partial(meanings.classes, table=table))
            pairs = [
                (kind, condition, side(graph, groups[one]), side(graph, groups[other]))
                for one, other in combinations(sorted(groups, key=sorted), 2)
                if not one & other
            ]
            yield from pairs
            if pairs:  # dominant on an autosome, recessive on the X: that is one disagreement
                break


def _of_no_gene(
    graph: Graph, condition: NamedNode, said: Iterable[Association]
) -> list[Association]:
    """Return what is said of the condition as a whole, and not by a panel of one of its genes."""
    reports = {
        (one.source, report)
        for one in associations.naming(graph, condition, FROM_GENE.__contains__)
        if one.text(v.CLASSIFICATION)
        for report in one.nodes(v.PUBLICATIONS)
    }
    return [
        one
        for one in said
        if not any((one.source, report) in reports for report in one.nodes(v.PUBLICATIONS))
    ]


def _alike(
    said: Iterable[Association], meaning: Callable[[str], set[str]]
) -> dict[frozenset[str], list[Association]]:
    """Return the statements that mean anything, by all that their source says."""
    by_source: dict[str, list[Association]] = defaultdict(list)
    for one in said:
        if meaning(shown(one.object)):
            by_source[one.source].append(one)
    groups: dict[frozenset[str], list[Association]] = defaultdict(list)
    for ones in by_source.values():
        groups[frozenset().union(*(meaning(shown(one.object)) for one in ones))].extend(ones)
    return groups


def _chromosomes(graph: Graph) -> Iterator[Conflict]:
    """A mode against the chromosome of every gene that the condition is linked to."""
    places = {
        quad.subject: meanings.chromosome(quad.object.value)  # type: ignore[union-attr]
        for quad in graph.store.quads_for_pattern(None, v.LOCATION, None, DefaultGraph())
    }
    modes = _direct(graph, v.HAS_INHERITANCE)
    genes = _genes(graph)
    for condition in sorted(genes.keys() & modes.keys(), key=str):
        located = {places.get(gene, "") for gene in genes[condition]}
        wrong = {
            mode
            for mode in modes[condition]
            if (means := meanings.classes(shown(mode), meanings.CHROMOSOMES)) and means != located
        }
        if len(located) > 1 or "" in located or not wrong:
            continue
        links = [
            one
            for one in associations.naming(graph, condition, FROM_GENE.__contains__)
            if one.predicate != v.CONTRIBUTES_TO and _is_claim(one)
        ]
        said = _stated(graph, condition, v.HAS_INHERITANCE)
        for mode in sorted(wrong, key=str) if links else ():
            one = side(graph, (a for a in said if a.object == mode))
            yield "mode against the gene's chromosome", condition, one, side(graph, links)


def _excluded(graph: Graph) -> Iterator[Conflict]:
    """A symptom that one source or cohort states and another excludes.

    None of so many patients is no disagreement where chance can account for it.
    """
    for condition, symptoms in sorted(_direct(graph, v.LACKS_PHENOTYPE).items(), key=str):
        has = partial(graph.store.quads_for_pattern, condition, v.HAS_PHENOTYPE)
        both = {symptom for symptom in symptoms if next(has(symptom, DefaultGraph()), None)}
        if not both:
            continue
        said: dict[tuple[Node, NamedNode], list[Association]] = defaultdict(list)
        wanted = (v.HAS_PHENOTYPE, v.LACKS_PHENOTYPE)
        for one in associations.about(graph, condition, wanted.__contains__):
            said[one.object, one.predicate].append(one)
        for symptom in sorted(both, key=str):
            cohorts = list(
                product(said[symptom, v.HAS_PHENOTYPE], said[symptom, v.LACKS_PHENOTYPE])
            )
            pairs = [
                (side(graph, [one]), side(graph, [other]))
                for one, other in cohorts
                if _exclude_each_other(graph, one, other, _CHANCE / len(cohorts))
            ]
            if pairs:
                best = max(pairs, key=lambda pair: (min(one.weight for one in pair), str(pair)))
                yield "symptom stated and excluded", condition, *best


def _exclude_each_other(graph: Graph, has: Association, lacks: Association, chance: float) -> bool:
    """Whether a symptom that is stated so cannot be absent so, of the same sex.

    One patient who has it says only that it can be; to none of so many that is no contradiction.
    """
    if has.sex and lacks.sex and has.sex != lacks.sex:
        return False
    count, total = lacks.text(v.HAS_COUNT), lacks.text(v.HAS_TOTAL)
    if count != "0":  # excluded outright, without a count
        return True
    none_of = int(total)
    if total := has.text(v.HAS_TOTAL):
        seen, of = int(has.text(v.HAS_COUNT)), int(total)
        return seen > 1 and comb(of, seen) < chance * comb(of + none_of, seen)
    least = _least(graph, has)
    return least is not None and (1 - least) ** none_of < chance


def _least(graph: Graph, has: Association) -> float | None:
    """Return the least share of patients that a stated frequency means, if one is stated."""
    if percentage := has.text(v.HAS_PERCENTAGE):
        return float(percentage) / 100
    for term in has.nodes(v.FREQUENCY_QUALIFIER):
        for quad in graph.store.quads_for_pattern(term, v.FREQUENCY_LOWER, None, DefaultGraph()):
            return float(quad.object.value)  # type: ignore[union-attr]
    return None


def _sexes(graph: Graph) -> Iterator[Conflict]:
    """A statement for one sex of a symptom that only the other sex can have."""
    below = {
        sex: {
            quad.subject
            for quad in graph.store.quads_for_pattern(
                None, v.SUBCLASS_OF_OR_SELF, node(top), v.INFERRED
            )
        }
        for sex, top in meanings.SEX_TERMS.items()
    }
    for sex, other, value in (("male", "female", v.MALE), ("female", "male", v.FEMALE)):
        top = node(meanings.SEX_TERMS[other])
        for quad in graph.store.quads_for_pattern(None, v.SEX_QUALIFIER, value, DefaultGraph()):
            for said in graph.store.quads_for_pattern(quad.subject, v.OBJECT, None, DefaultGraph()):
                if said.object not in below[other] - below[sex]:
                    continue
                one = _whole(graph, quad.subject)  # type: ignore[arg-type]
                if one.predicate == v.HAS_PHENOTYPE:
                    given = side(graph, [one])
                    kind_of = f"a kind of {label(graph, top)} ({shown(top)})"
                    ontology = Side(kind_of, _ontology(graph, top), "", given.weight)
                    yield f"{other} symptom given to the {sex} sex", one.subject, given, ontology


def _ontology(graph: Graph, term: NamedNode) -> str:
    """Return the release that a term stands in."""
    said = graph.store.quads_for_pattern(term, v.DERIVED_FROM, None, DefaultGraph())
    return "; ".join(associations.release(graph.store, quad.object.value).name for quad in said)  # type: ignore[union-attr]


def _whole(graph: Graph, iri: NamedNode) -> Association:
    """Return the association of an IRI."""
    (subject,) = graph.store.quads_for_pattern(iri, v.SUBJECT, None, DefaultGraph())
    (predicate,) = graph.store.quads_for_pattern(iri, v.PREDICATE, None, DefaultGraph())
    found = associations.about(graph, subject.object, predicate.object.__eq__)  # type: ignore[arg-type]
    return next(one for one in found if one.iri == iri.value)


def _is_claim(one: Association) -> bool:
    """Whether a gene's link claims that it has a part in the condition.

    A link of no stated kind to an Orphanet id does not: among them are candidate genes and the
    genes of subtypes.
    """
    if one.negated or one.text(v.CLASSIFICATION) in _AGAINST:
        return False
    stated = map(shown, (one.object, *one.nodes(v.ORIGINAL_OBJECT)))
    untyped = one.predicate == v.ASSOCIATED_WITH and not one.text(v.CLASSIFICATION)
    return not (untyped and any(curie.startswith("ORPHA:") for curie in stated))


def _disputed(graph: Graph) -> Iterator[Conflict]:
    """A gene that one source calls causal, or links, and a panel disputes or refutes.

    A source that upholds the gene too does not disagree: its panels judge it by mode.
    """
    against: dict[tuple[NamedNode, NamedNode], list[Association]] = defaultdict(list)
    for classification in map(Literal, _AGAINST):
        for quad in graph.store.quads_for_pattern(
            None, v.CLASSIFICATION, classification, DefaultGraph()
        ):
            one = _whole(graph, quad.subject)  # type: ignore[arg-type]
            against[one.object, one.subject].append(one)  # type: ignore[index]
    for (condition, gene), disputing in sorted(against.items(), key=lambda item: str(item[0])):
        found = [
            one
            for one in associations.about(graph, gene, FROM_GENE.__contains__)
            if one.object == condition and _is_claim(one)
        ]
        upholding = {one.source for one in found}
        disputing = [one for one in disputing if one.source not in upholding]
        if found and disputing:
            yield "gene disputed", condition, side(graph, found), side(graph, disputing)


def _onsets(graph: Graph) -> Iterator[Conflict]:
    """Ages of onset of different sources that do not meet, where no sex is named.

    The age of one patient alone says nothing of others.
    """
    for condition, onsets in _several(graph, v.CONDITION_ONSET).items():
        if not any(meanings.apart([one], [other]) for one, other in combinations(onsets, 2)):
            continue
        said = [one for one in _stated(graph, condition, v.CONDITION_ONSET) if not one.sex]
        groups = _alike(said, lambda onset: {onset})
        for one, other in combinations(sorted(groups, key=sorted), 2):
            sides = (groups[one], groups[other])
            if meanings.apart(one, other) and not any(map(_is_of_one_patient, sides)):
                yield "onset", condition, side(graph, sides[0]), side(graph, sides[1])


def _is_of_one_patient(said: Iterable[Association]) -> bool:
    return all(one.text(v.HAS_TOTAL) == "1" for one in said)


KINDS: dict[str, Callable[[Graph], Iterator[Conflict]]] = {
    "modes": _modes,
    "chromosomes": _chromosomes,
    "excluded": _excluded,
    "sexes": _sexes,
    "disputed": _disputed,
    "onsets": _onsets,
}
