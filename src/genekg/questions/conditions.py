"""Which conditions fulfil every filter of a question, with what fits and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genekg import prefixes
from genekg import vocabulary as v
from genekg.labels import ENZYME, GENE, MODE, SYMPTOM
from genekg.nodes import node
from genekg.questions.model import Conditions, Filter
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

_RELATIONS = {
    v.CAUSES: "causes",
    v.CONTRIBUTES_TO: "contributes to",
    v.ASSOCIATED_WITH: "associated",
}
_LISTED = 8
_COLUMNS = {MODE: "inheritance", SYMPTOM: "symptom", GENE: "gene", ENZYME: "enzyme"}


def to_sparql(question: Conditions, *, direct: bool) -> str:
    """Return the SPARQL that finds the conditions."""
    lines = ["SELECT DISTINCT ?condition WHERE {"]
    for one in sorted(question.filters, key=lambda f: f.negated):
        pattern = _pattern(one, direct=direct)
        lines.append(f"  MINUS {{ {pattern} }}" if one.negated else f"  {pattern}")
    if all(one.negated for one in question.filters):
        lines.insert(1, "  ?condition a biolink:Disease .")
    return "\n".join([*lines, "}"])


def _pattern(one: Filter, *, direct: bool) -> str:
    iri = f"<{node(one.entity.id).value}>"
    if one.entity.kind in (MODE, SYMPTOM):
        mode = one.entity.kind == MODE
        if direct:
            predicate = v.HAS_INHERITANCE if mode else v.HAS_PHENOTYPE
            return f"?condition {prefixes.shorten(predicate.value)} {iri} ."
        predicate = v.INHERITANCE_OR_ANCESTOR if mode else v.PHENOTYPE_OR_ANCESTOR
        pattern = f"?condition {prefixes.shorten(predicate.value)} {iri}"
        return f"GRAPH gkgraph:inferred {{ {pattern} }}"
    if one.entity.kind == GENE:
        relations = "|".join(prefixes.shorten(relation.value) for relation in _RELATIONS)
        return f"{iri} {relations} ?condition ."
    pattern = f"?condition {prefixes.shorten(v.ASSOCIATED_ENZYME.value)} {iri}"
    return f"GRAPH gkgraph:inferred {{ {pattern} }}"


def find(
    graph: Graph, question: Conditions, sparql: str, *, direct: bool
) -> tuple[Table, dict[str, int]]:
    """Return the conditions with what fits and who says so, and how many each source states.

    ``sparql`` is what ``to_sparql`` gave; it is run as it is.
    """
    solutions: Any = graph.store.query(sparql, prefixes=prefixes.predeclared())
    numbers = graph.labels.numbers(prefixes.compress(row[0].value) for row in solutions)
    entities = graph.labels.entities(numbers.values())
    asked = [one for one in question.filters if not one.negated]
    reasons = [_reasons(graph, one, direct=direct) for one in asked]
    rows: list[tuple[Cell, ...]] = []
    totals: dict[str, int] = defaultdict(int)
    names: dict[int, list[str]] = {}
    for condition, number in numbers.items():
        why = [reason.get(number, ([], 0)) for reason in reasons]
        bits = 0
        for _, said in why:
            bits |= said
        if bits not in names:
            names[bits] = graph.adjacency.source_names(bits)
        for source in names[bits]:
            totals[source] += 1
        cells = ("; ".join(words) for words, _ in why)
        rows.append((condition, entities[number].label, *cells, "; ".join(names[bits])))
    columns = ("condition", "label", *_column_names([one.entity.kind for one in asked]), "sources")
    table = Table(columns, rows).sorted("label", "condition")
    return table, dict(sorted(totals.items(), key=lambda total: (-total[1], total[0])))


def _column_names(kinds: Sequence[str]) -> list[str]:
    names: list[str] = []
    for kind in kinds:
        name = _COLUMNS[kind]
        count = sum(1 for other in names if other.split(" ")[0] == name)
        names.append(f"{name} {count + 1}" if count else name)
    return names


def _reasons(graph: Graph, one: Filter, *, direct: bool) -> dict[int, tuple[list[str], int]]:
    """Return, by the number of a condition, what it is that fits, and the bits of who says so."""
    arrays = graph.adjacency
    start = one.entity.number
    if one.entity.kind in (MODE, SYMPTOM):
        member = arrays.below(start)
        if direct:
            member = np.zeros_like(member)
            member[start] = True
        predicate = v.HAS_INHERITANCE if one.entity.kind == MODE else v.HAS_PHENOTYPE
        return _annotated(graph, *arrays.arriving(member, predicate))
    genes = {start} if one.entity.kind == GENE else {
        edge.subject for edge in arrays.edges_to(start) if edge.predicate == v.ENCODES_ENZYME
    }  # fmt: skip
    links = [
        edge for gene in sorted(genes) for edge in arrays.edges_from(gene)
        if edge.predicate in _RELATIONS
    ]  # fmt: skip
    reasons: dict[int, tuple[list[str], int]] = {}
    labels = graph.labels.entities(genes)
    for edge in links:
        words, bits = reasons.get(edge.object, ([], 0))
        words.append(f"{labels[edge.subject].label} {_RELATIONS[edge.predicate]}")
        reasons[edge.object] = (words, bits | edge.sources)
    return reasons


def _annotated(
    graph: Graph,
    subjects: NDArray[np.int32],
    objects: NDArray[np.int32],
    sources: NDArray[np.int64],
) -> dict[int, tuple[list[str], int]]:
    if not len(subjects):
        return {}
    # Edges come by subject: each run of one subject is a condition.
    starts = np.flatnonzero(np.diff(subjects, prepend=-1))
    counts = np.diff(starts, append=len(subjects))
    bits = np.bitwise_or.reduceat(sources, starts).tolist()
    # Of very many symptoms only the first few are named.
    kept = objects[np.arange(len(objects)) - np.repeat(starts, counts) < _LISTED]
    entities = graph.labels.entities(np.unique(kept).tolist())
    labels = {number: entity.label for number, entity in entities.items()}
    names = [labels[number] for number in kept.tolist()]
    ends = np.minimum(counts, _LISTED).cumsum().tolist()
    reasons: dict[int, tuple[list[str], int]] = {}
    begin = 0
    for condition, end, count, said in zip(
        subjects[starts].tolist(), ends, counts.tolist(), bits, strict=True
    ):
        reasons[condition] = (_listed(names[begin:end], count), said)
        begin = end
    return reasons


def _listed(words: list[str], number: int) -> list[str]:
    """Return what fits a condition; of very many, the first few and how many more."""
    return words if len(words) == number else [*words, f"and {number - len(words)} more"]
