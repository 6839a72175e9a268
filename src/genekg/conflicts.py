"""Where sources disagree: statements that cannot both be right, side by side.

Six kinds are looked for: modes of inheritance that exclude each other, a mode against the
chromosome of the gene, a symptom that one has and another excludes, a symptom of one sex given
to the other, a gene that one calls causal and a panel disputes or refutes, and ages of onset that
do not meet. Each row weighs its two statements, the weaker one counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from genekg import associations
from genekg import vocabulary as v
from genekg.associations import Association, label, shown
from genekg.nodes import node
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

COLUMNS = (
    "kind", "condition", "label", "one says", "source", "evidence",
    "another says", "other source", "other evidence", "weight",
)  # fmt: skip

# Modes by the chromosome and by the number of changed copies that they mean.
CHROMOSOMES = {
    "autosomal": ("HP:0000006", "HP:0000007", "HP:0032113"),
    "X-linked": ("HP:0001417", "HP:0001419", "HP:0001423"),
    "Y-linked": ("HP:0001450",),
    "mitochondrial": ("HP:0001427",),
}
COPIES = {
    "dominant": ("HP:0000006", "HP:0001423"),
    "recessive": ("HP:0000007", "HP:0001419"),
}
# Ages of onset in years, as HPO defines its terms: from, to.
AGES = {
    "HP:0030674": (-0.8, 0.0),  # antenatal
    "HP:0011460": (-0.8, -0.6),  # embryonal
    "HP:0011461": (-0.6, 0.0),  # fetal
    "HP:0003577": (0.0, 0.0),  # congenital
    "HP:0003623": (0.0, 0.08),  # neonatal
    "HP:0003593": (0.08, 1.0),  # infantile
    "HP:0011463": (1.0, 5.0),  # childhood
    "HP:0003621": (5.0, 15.0),  # juvenile
    "HP:0011462": (16.0, 40.0),  # young adult
    "HP:0003581": (16.0, 120.0),  # adult
    "HP:0003596": (40.0, 60.0),  # middle age
    "HP:0003584": (60.0, 120.0),  # late
}
# The organs that one sex has, as tops of HPO's branches.
SEX_TERMS = {"male": "HP:0010461", "female": "HP:0010460"}
_WEIGHTS = {
    "ECO:0006017": 3, "ECO:0000304": 2, "ECO:0000305": 2, "ECO:0006019": 1, "ECO:0000501": 1,
}  # fmt: skip
_CLASSIFICATIONS = {"definitive": 4, "strong": 3, "moderate": 2, "limited": 1}
_AGAINST = ("disputed evidence", "refuted evidence", "no known disease relationship")

Pair = tuple[str, NamedNode, Association, Association]


def find(graph: Graph, *, kinds: Iterable[str] = ()) -> Table:
    """Return the conflicts of the graph, those with the weightier evidence first.

    ``kinds`` are among ``KINDS``; all are looked for when none is given.
    """
    wanted = tuple(kinds) or tuple(KINDS)
    rows = [_row(graph, pair) for kind in wanted for pair in KINDS[kind](graph)]
    rows.sort(
        key=lambda row: (-int(str(row[-1])), str(row[0]), str(row[2]).casefold(), str(row[3]))
    )
    return Table(COLUMNS, rows)


def _row(graph: Graph, pair: Pair) -> tuple[Cell, ...]:
    kind, condition, one, other = pair
    return (
        kind,
        shown(condition),
        label(graph, condition),
        _said(graph, one),
        one.source,
        _evidence(one),
        _said(graph, other),
        other.source,
        _evidence(other),
        min(_weight(one), _weight(other)),
    )


def _said(graph: Graph, one: Association) -> str:
    """Say a statement in words: its object, or its subject where that is a gene."""
    told = one.subject if one.predicate in (v.CAUSES, v.ASSOCIATED_WITH) else one.object
    words = f"{label(graph, told) or shown(told)} ({shown(told)})"
    extra = associations.qualifiers(graph, one)
    classification = one.text(v.CLASSIFICATION)
    return "; ".join(filter(None, (words, classification, extra)))


def _evidence(one: Association) -> str:
    return "; ".join(filter(None, (one.evidence, one.text(v.PUBLICATIONS))))


def _weight(one: Association) -> int:
    """Weigh a statement: the kind of its evidence, and one more for each paper, up to three."""
    kind = max((_WEIGHTS.get(shown(code), 1) for code in one.nodes(v.HAS_EVIDENCE)), default=1)
    kind = max(kind, _CLASSIFICATIONS.get(one.text(v.CLASSIFICATION), 0))
    papers = sum(1 for n in one.nodes(v.PUBLICATIONS) if shown(n).startswith("PMID:"))
    return kind + min(papers, 3)


def _by_condition(
    graph: Graph, predicates: Iterable[NamedNode]
) -> Iterator[tuple[NamedNode, list[Association]]]:
    """Yield the conditions that have several different objects of the predicates, with them all."""
    wanted = set(predicates)
    objects: dict[NamedNode, set[object]] = defaultdict(set)
    for predicate in wanted:
        for quad in graph.store.quads_for_pattern(None, predicate, None, None):
            objects[quad.subject].add((predicate, quad.object))  # type: ignore[index]
    for condition in sorted((c for c, o in objects.items() if len(o) > 1), key=str):
        found = [a for a in associations.about(graph, condition) if a.predicate in wanted]
        yield condition, found


def _modes(graph: Graph) -> Iterator[Pair]:
    """Modes of different sources that exclude each other.

    A source that gives both modes itself (dominant and recessive forms) does not disagree.
    """
    for condition, found in _by_condition(graph, [v.HAS_INHERITANCE]):
        for kind, classes in (("chromosome of the mode", CHROMOSOMES), ("dominance", COPIES)):
            by_source: dict[str, dict[str, Association]] = defaultdict(dict)
            for one in found:
                for name, terms in classes.items():
                    if shown(one.object) in terms and not one.negated:
                        by_source[one.source].setdefault(name, one)
            yield from _apart(kind, condition, by_source)


def _apart(
    kind: str, condition: NamedNode, by_source: dict[str, dict[str, Association]]
) -> Iterator[Pair]:
    sources = sorted(by_source)
    for place, one in enumerate(sources):
        for other in sources[place + 1 :]:
            if not by_source[one].keys() & by_source[other].keys():
                first = next(iter(by_source[one].values()))
                second = next(iter(by_source[other].values()))
                yield kind, condition, first, second


def _chromosomes(graph: Graph) -> Iterator[Pair]:
    """A mode against the chromosome of every gene that the condition is linked to."""
    places = {
        quad.subject: str(quad.object.value)  # type: ignore[union-attr]
        for quad in graph.store.quads_for_pattern(None, v.LOCATION, None, None)
    }
    genes: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for predicate in (v.CAUSES, v.ASSOCIATED_WITH):
        for quad in graph.store.quads_for_pattern(None, predicate, None, None):
            genes[quad.object].add(quad.subject)  # type: ignore[index, arg-type]
    for condition in sorted(genes, key=str):
        located = {_chromosome(places[g]) for g in genes[condition] if g in places}
        if len(located) != 1 or not genes[condition] <= places.keys() or "" in located:
            continue
        (where,) = located
        for mode in [
            a for a in associations.about(graph, condition)
            if a.predicate == v.HAS_INHERITANCE and not a.negated
        ]:  # fmt: skip
            means = next((n for n, terms in CHROMOSOMES.items() if shown(mode.object) in terms), "")
            if means and means != where:
                link = next(a for a in associations.naming(graph, condition) if a.subject in places)
                yield "mode against the gene's chromosome", condition, mode, link


def _chromosome(location: str) -> str:
    """Return which kind of chromosome a cytogenetic location is on; of both X and Y: none.

    >>> _chromosome("Xp11.21"), _chromosome("15q21.1"), _chromosome("Xp22.33 and Yp11.2")
    ('X-linked', 'autosomal', '')
    """
    if " and " in location or "reserved" in location:
        return ""
    if location.startswith("mitochondria"):
        return "mitochondrial"
    if location.startswith(("X", "Y")):
        return f"{location[0]}-linked"
    return "autosomal" if location[:1].isdigit() else ""


def _excluded(graph: Graph) -> Iterator[Pair]:
    """A symptom that one source states and another, or another cohort, excludes."""
    for quad in graph.store.quads_for_pattern(None, v.LACKS_PHENOTYPE, None, None):
        if next(
            graph.store.quads_for_pattern(quad.subject, v.HAS_PHENOTYPE, quad.object, None), None
        ):
            about = [a for a in associations.about(graph, quad.subject) if a.object == quad.object]  # type: ignore[arg-type]
            has = [a for a in about if a.predicate == v.HAS_PHENOTYPE]
            lacks = [a for a in about if a.predicate == v.LACKS_PHENOTYPE]
            pairs = [(one, other) for one in has for other in lacks if _same_sex(one, other)]
            if pairs:
                best = max(pairs, key=lambda pair: min(map(_weight, pair)))
                yield "symptom stated and excluded", quad.subject, *best  # type: ignore[misc]


def _same_sex(one: Association, other: Association) -> bool:
    """Whether two statements may speak of the same sex."""
    return not one.sex or not other.sex or one.sex == other.sex


def _sexes(graph: Graph) -> Iterator[Pair]:
    """A statement for one sex of a symptom that only the other sex can have."""
    below = {
        sex: {
            quad.subject
            for quad in graph.store.quads_for_pattern(
                None, v.SUBCLASS_OF_OR_SELF, node(top), v.INFERRED
            )
        }
        for sex, top in SEX_TERMS.items()
    }
    for sex, other, value in (("male", "female", v.MALE), ("female", "male", v.FEMALE)):
        only_other = below[other] - below[sex]
        for quad in graph.store.quads_for_pattern(None, v.SEX_QUALIFIER, value, None):
            for one in _whole(graph, quad.subject):  # type: ignore[arg-type]
                if one.predicate == v.HAS_PHENOTYPE and one.object in only_other:
                    yield f"{other} symptom given to the {sex} sex", one.subject, one, one


def _whole(graph: Graph, iri: NamedNode) -> Iterator[Association]:
    for quad in graph.store.quads_for_pattern(iri, v.SUBJECT, None, None):
        for one in associations.about(graph, quad.object):  # type: ignore[arg-type]
            if one.iri == iri.value:
                yield one


def _disputed(graph: Graph) -> Iterator[Pair]:
    """A gene that one source calls causal, or links, and a panel disputes or refutes."""
    for classification in _AGAINST:
        for quad in graph.store.quads_for_pattern(
            None, v.CLASSIFICATION, Literal(classification), None
        ):
            for against in _whole(graph, quad.subject):  # type: ignore[arg-type]
                condition = against.object
                for one in associations.about(graph, against.subject):
                    linked = one.predicate in (v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH)
                    same = one.object == condition and one.source != against.source
                    if linked and same and one.text(v.CLASSIFICATION) not in _AGAINST:
                        yield "gene disputed", condition, one, against  # type: ignore[misc]


def _onsets(graph: Graph) -> Iterator[Pair]:
    """Ages of onset of different sources that do not meet."""
    for condition, found in _by_condition(graph, [v.CONDITION_ONSET]):
        by_source: dict[str, list[Association]] = defaultdict(list)
        for said in found:
            if shown(said.object) in AGES and not said.negated and not said.sex:
                by_source[said.source].append(said)
        sources = sorted(by_source)
        for place, one in enumerate(sources):
            for other in sources[place + 1 :]:
                if not _meet(by_source[one], by_source[other]):
                    yield "onset", condition, by_source[one][0], by_source[other][0]


def _meet(ones: list[Association], others: list[Association]) -> bool:
    """Whether two sets of ages overlap, or lie side by side."""

    def span(found: list[Association]) -> tuple[float, float]:
        ages = [AGES[shown(a.object)] for a in found]
        return min(low for low, _ in ages), max(high for _, high in ages)

    (low, high), (other_low, other_high) = span(ones), span(others)
    return low <= other_high + 1 and other_low <= high + 1


KINDS: dict[str, Callable[[Graph], Iterator[Pair]]] = {
    "modes": _modes,
    "chromosomes": _chromosomes,
    "excluded": _excluded,
    "sexes": _sexes,
    "disputed": _disputed,
    "onsets": _onsets,
}
