"""Paths and neighbourhoods told: as a sentence, as a tree, as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from genekg import associations
from genekg import vocabulary as v
from genekg.adjacency import Edge
from genekg.labels import Entity
from genekg.metapaths import Count, paths_of
from genekg.neighbourhoods import Neighbourhood
from genekg.nodes import node
from genekg.notation import Metapath
from genekg.relations import WORDS
from genekg.significance import Verdict, p_value, verdicts
from genekg.tables import Table
from genekg.traversal import Near, Path

if TYPE_CHECKING:
    from genekg.graph import Graph

PATH_COLUMNS = (
    "path", "score", "steps", "metapath", "paths like it", "DWPC", "p", "ids", "sources",
)  # fmt: skip
PAIR_COLUMNS = (
    "start id", "start", "end id", "end", "paths", "DWPC", "p", "the best of them",
)  # fmt: skip
RELATION_COLUMNS = (
    "subject", "subject label", "relation", "object", "object label", "sources",
)  # fmt: skip
NEAR_COLUMNS = ("steps", "id", "kind", "label", "relation", "sources")
_BY_MECHANISM = (v.CAUSES, v.CONTRIBUTES_TO)


def verb(edge: Edge, start: int) -> str:
    """Return how a relation reads from one of its ends."""
    words = WORDS[edge.predicate]
    return words.along if edge.subject == start else words.against


def sources(graph: Graph, edges: Sequence[Edge]) -> str:
    """Return who states any of these relations, each once."""
    names = [name for edge in edges for name in graph.adjacency.source_names(edge.sources)]
    return "; ".join(dict.fromkeys(names))


def sentence(graph: Graph, path: Path) -> str:
    """Return a path in words, with the mechanism where a gene is the cause and it is known.

    As in "ALAS2 encodes 5-aminolevulinate synthase.", or "A causes B, which has symptom C."
    """
    parts = [path.entities[0].label]
    for start, edges, end in zip(path.entities, path.hops, path.entities[1:], strict=False):
        which = " " if len(parts) == 1 else ", which "
        mechanism = _mechanism(graph, edges[0], start, end)
        parts.append(f"{which}{verb(edges[0], start.number)} {end.label}{mechanism}")
    return "".join(parts) + "."


def _mechanism(graph: Graph, edge: Edge, start: Entity, end: Entity) -> str:
    if edge.predicate not in _BY_MECHANISM:
        return ""
    gene, condition = (start, end) if edge.subject == start.number else (end, start)
    target = node(condition.id)
    said = associations.about(graph, node(gene.id), lambda predicate: predicate == edge.predicate)
    found = {one.text(v.MECHANISM) for one in said if one.object == target}
    names = sorted(name.replace("_", " ") for name in found if name)
    return f" ({' or '.join(names)})" if names else ""


def path_table(graph: Graph, paths: Sequence[Path]) -> Table:
    """Return paths as a table, one a row: in words, with the sources of each step in turn.

    Beside it what its metapath counts between its two ends: number, DWPC, p-value.
    """
    rows = [
        (
            sentence(graph, path),
            _rounded(path.score),
            len(path),
            path.metapath,
            verdict.paths,
            _rounded(verdict.dwpc),
            _rounded(verdict.p, 2),
            " ".join(entity.id for entity in path.entities),
            " | ".join(sources(graph, hop) for hop in path.hops),
        )
        for path, verdict in zip(paths, verdicts(graph, paths), strict=True)
    ]
    return Table(PATH_COLUMNS, rows)


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def told(graph: Graph, paths: Sequence[Path]) -> str:
    """Return paths as numbered sentences, each with its score and who says each step."""
    lines = []
    for number, (path, verdict) in enumerate(
        zip(paths, verdicts(graph, paths), strict=True), start=1
    ):
        lines.append(f"{number:>2}. {sentence(graph, path)}")
        lines.append(f"    {path.metapath}, score {path.score:.3g}{_judged(verdict)}")
        for start, hop, end in zip(path.entities, path.hops, path.entities[1:], strict=False):
            step = f"{start.id} {verb(hop[0], start.number)} {end.id}"
            lines.append(f"    {step}: {sources(graph, hop)}")
    return "\n".join(lines) + "\n"


def _judged(verdict: Verdict) -> str:
    if verdict.paths is None or verdict.dwpc is None:
        return ""
    many = "the only path" if verdict.paths == 1 else f"one of {verdict.paths:,} paths"
    chance = "" if verdict.p is None else f", p {verdict.p:.1g}"
    return f"; {many} like it, together {verdict.dwpc:.3g}{chance}"


def pair_table(graph: Graph, metapath: Metapath, counts: Sequence[Count]) -> Table:
    """Return what a metapath counts between entities, one pair a row, with the best path."""
    numbers = {number for one in counts for number in (one.start, one.end)}
    entities = graph.labels.entities(numbers)
    rows = []
    for one in counts:
        best = paths_of(graph, metapath, one.best[:1])
        start, end = entities[one.start], entities[one.end]
        rows.append(
            (
                start.id,
                start.label,
                end.id,
                end.label,
                one.paths,
                _rounded(one.dwpc),
                _rounded(p_value(graph, metapath, one.start, one.end, one.dwpc), 2),
                sentence(graph, best[0]) if best else "",
            )
        )
    return Table(PAIR_COLUMNS, rows)


def path_tree(paths: Sequence[Path]) -> str:
    """Return paths as a tree: what they begin with in common stands once."""
    children: defaultdict[tuple[int, ...], dict[tuple[int, ...], str]] = defaultdict(dict)
    for path in paths:
        numbers = [entity.number for entity in path.entities]
        children[()].setdefault((numbers[0],), _titled(path.entities[0]))
        for at, hop in enumerate(path.hops):
            words = f"{verb(hop[0], numbers[at])}: {_titled(path.entities[at + 1])}"
            children[tuple(numbers[: at + 1])].setdefault(tuple(numbers[: at + 2]), words)
    return _drawn(children, ())


def near_table(graph: Graph, found: Sequence[Near]) -> Table:
    """Return neighbours as a table, the nearest first, each with the relation that leads there."""
    names: dict[int, str] = {}
    rows = []
    for near in found:
        bits = near.edge.sources
        if bits not in names:
            names[bits] = sources(graph, [near.edge])
        relation = f"{near.origin.label} {verb(near.edge, near.origin.number)}"
        entity = near.entity
        rows.append((near.steps, entity.id, entity.kind, entity.label, relation, names[bits]))
    return Table(NEAR_COLUMNS, rows)


def near_tree(centre: Entity, found: Sequence[Near]) -> str:
    """Return neighbours as a tree below their entity."""
    children: defaultdict[tuple[int, ...], dict[tuple[int, ...], str]] = defaultdict(dict)
    children[()][(centre.number,)] = _titled(centre)
    for near in found:
        words = f"{verb(near.edge, near.origin.number)}: {_titled(near.entity)}"
        children[(near.origin.number,)][(near.entity.number,)] = words
    return _drawn(children, ())


def _titled(entity: Entity) -> str:
    return f"{entity.label} ({entity.id})"


def _drawn(
    children: dict[tuple[int, ...], dict[tuple[int, ...], str]], top: tuple[int, ...]
) -> str:
    lines: list[str] = []
    waiting = [(key, text, "", "", "") for key, text in reversed(children[top].items())]
    while waiting:
        key, text, indent, branch, below = waiting.pop()
        lines.append(f"{indent}{branch}{text}")
        own = list(children.get(key, {}).items())
        inner = indent + below
        for place, (child, words) in reversed(list(enumerate(own))):
            last = place == len(own) - 1
            waiting.append((child, words, inner, "└ " if last else "├ ", "  " if last else "│ "))
    return "\n".join(lines) + "\n"


def relation_table(graph: Graph, joined: Neighbourhood) -> Table:
    """Return the relations of a neighbourhood as a table, one a row, with labels and sources."""
    entities = {entity.number: entity for entity in joined.entities}
    rows = [
        (
            entities[edge.subject].id,
            entities[edge.subject].label,
            WORDS[edge.predicate].name,
            entities[edge.object].id,
            entities[edge.object].label,
            sources(graph, [edge]),
        )
        for edge in joined.edges
    ]
    return Table(RELATION_COLUMNS, rows)


def joined_tree(joined: Neighbourhood) -> str:
    """Return a neighbourhood as a tree below its centre: each entity where it is first met."""
    entities = {entity.number: entity for entity in joined.entities}
    children: defaultdict[tuple[int, ...], dict[tuple[int, ...], str]] = defaultdict(dict)
    children[()][(joined.centre.number,)] = _titled(joined.centre)
    ring, seen = [joined.centre.number], {joined.centre.number}
    while ring:
        here = ring.pop(0)
        for edge in joined.edges:
            if here not in (edge.subject, edge.object):
                continue
            there = edge.object if edge.subject == here else edge.subject
            if there not in seen:
                seen.add(there)
                ring.append(there)
                words = f"{verb(edge, here)}: {_titled(entities[there])}"
                children[(here,)][(there,)] = words
    return _drawn(children, ())
