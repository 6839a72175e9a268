"""What to say of a query that is slow, or finds nothing: what was perhaps meant, and how to ask it.

Advice is given on the query as it is written, with figures from the graph. The queries that are
asked for it are ours; the user's own runs in a worker only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.labels import fold
from genekg.sparql import Prepared
from genekg.sparql_paths import Step, iri_of, steps
from genekg.sparql_patterns import (
    Block,
    Clause,
    Group,
    Part,
    Pattern,
    Select,
    Words,
    groups,
    read,
)

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Advice", "advise", "most_useful", "sentence"]

# The kinds of advice, the most useful first: for a query that found nothing, and one that is slow.
_EMPTY = ("id", "predicate", "class", "graph", "name", "kinds", "product", "path", "order")
_SLOW = ("product", "path", "order", "predicate", "class", "id", "graph", "name", "kinds")
_WITH_KINDS = {
    v.HAS_PHENOTYPE, v.LACKS_PHENOTYPE, v.HAS_INHERITANCE, v.CONDITION_ONSET, v.CONDITION_COURSE,
}  # fmt: skip
# These point at what a source itself wrote, not at nodes of the graph.
_OUTWARD = {
    v.ORIGINAL_SUBJECT, v.ORIGINAL_OBJECT, v.EXACT_MATCH, v.CLOSE_MATCH, v.BROAD_MATCH,
    v.NARROW_MATCH, v.PUBLICATIONS, v.REFERENCES, v.HAS_EVIDENCE, v.REPLACED_BY,
}  # fmt: skip
_IDS = ("OMIM:", "MONDO:", "ORPHA:", "DECIPHER:", "HP:", "HGNC:", "NCBIGene:", "EC:")
_NEAR = 60  # of 100, from where a name may have been meant for another


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice: its kind, and the text."""

    kind: str
    text: str


def advise(graph: Graph, query: Prepared) -> list[Advice]:
    """Return all that can be said of a query; nothing of one that SPARQL 1.1 does not know."""
    tree = read(query.source)
    if tree is None:
        return []
    adviser = _Adviser(graph, query)
    found = [*adviser.patterns(tree), *_products(tree), *_orders(tree)]
    return list(dict.fromkeys(found))


def most_useful(advice: list[Advice], *, empty: bool) -> Advice | None:
    """Return the one to begin with: for a query that found nothing, or for one that is slow."""
    order = _EMPTY if empty else _SLOW
    return min(advice, key=lambda one: order.index(one.kind), default=None)


def sentence(advice: Advice) -> str:
    """Return a piece of advice as a sentence of its own."""
    return advice.text if advice.text.endswith("?") else f"{advice.text}."


def _stated(tree: Select) -> Iterator[tuple[Pattern, str | None]]:
    """Yield every triple pattern, with the name of the graph that it is asked of, if any."""

    def below(part: Part, name: str | None) -> Iterator[tuple[Pattern, str | None]]:
        if isinstance(part, Block):
            for statement in part.statements:
                for pattern in statement.patterns:
                    yield pattern, name
            return
        if isinstance(part, Group):
            inner: tuple[Part, ...] = part.parts
            name = part.name[0].text if part.kind in ("GRAPH", "SERVICE") else name
        elif isinstance(part, Select):
            inner = (*((part.where,) if part.where else ()), *part.groups)
        else:
            inner = part.groups
        for one in inner:
            yield from below(one, name)

    return below(tree, None)


class _Adviser:
    """Looks at the triple patterns of one query."""

    def __init__(self, graph: Graph, query: Prepared) -> None:
        self._graph = graph
        self._iri = partial(iri_of, names=query.prefixes)
        self._prefixes = query.prefixes
        self._rewritten = bool(query.rewritten)

    def patterns(self, tree: Select) -> Iterator[Advice]:
        """Yield what there is to say of each triple pattern."""
        for pattern, name in _stated(tree):
            within = self._graph_name(name)
            if within not in ("", v.INFERRED.value):
                continue  # a graph of the user's, or a variable: it may hold anything
            words = [self._iri(word) for word in pattern.path if word.kind in ("IRI", "PNAME")]
            for iri in filter(None, words):
                yield from self._predicate(iri, within)
            path = steps(pattern.path, self._iri)
            only = path[0].iri if path and len(path) == 1 and path[0].plain else None
            target = self._iri(pattern.object[0]) if len(pattern.object) == 1 else None
            if only == v.TYPE.value and target:
                yield from self._class(target)
            elif NamedNode(only or "a:a") not in _OUTWARD:
                for end in (pattern.subject, pattern.object):
                    named = self._iri(end[0]) if len(end) == 1 else None
                    if named and end[0].kind != "WORD":
                        yield from self._id(named)
            if only and target and not within and NamedNode(only) in _WITH_KINDS:
                yield from self._kinds(NamedNode(only), NamedNode(target))
            if only == v.LABEL.value and pattern.object[0].kind == "STRING":
                yield from self._name(pattern)
            if path and not within and not self._rewritten:
                yield from self._path(pattern, path)

    def _graph_name(self, name: str | None) -> str:
        if name is None:
            return ""
        prefix, _, local = name.partition(":")
        if name.startswith("<"):
            return name[1:-1]
        return self._prefixes.get(prefix, "?") + local

    def _predicate(self, iri: str, within: str) -> Iterator[Advice]:
        stated = self._graph.manifest["predicates"]
        inferred = self._graph.manifest["inferred_predicates"]
        here, there = (inferred, stated) if within else (stated, inferred)
        if iri in here:
            return
        short = prefixes.shorten(iri)
        if iri in there:
            where = "is in the default graph only: write it outside of GRAPH"
            if not within:
                where = f"is inferred: write GRAPH gkgraph:inferred {{ … {short} … }}"
            yield Advice("graph", f"{short} {where}")
            return
        meant = _nearest(iri, here)
        hint = f"; did you mean {meant}?" if meant else ""
        yield Advice("predicate", f"no statement has the predicate {short}{hint}")

    def _class(self, iri: str) -> Iterator[Advice]:
        known = self._graph.manifest["classes"]
        if iri not in known:
            meant = _nearest(iri, known)
            hint = f"; did you mean {meant}?" if meant else ""
            yield Advice("class", f"nothing is a {prefixes.shorten(iri)}{hint}")

    def _id(self, iri: str) -> Iterator[Advice]:
        curie = prefixes.compress(iri)
        if not curie.startswith(_IDS):
            return
        found = self._graph.labels.entity(curie)
        if found is None:
            if NamedNode(iri) not in (v.MALE, v.FEMALE):
                yield Advice("id", f"{curie} is not in the graph; `genekg search` finds names")
        elif found[0].id != curie:
            leader = found[0]
            yield Advice(
                "id",
                f"{curie} is no node of its own: {leader.id} ({leader.label}) stands for it;"
                f" write {self._written(leader.id)}",
            )

    def _written(self, curie: str) -> str:
        """Return an id as SPARQL has it, by a prefix that is declared."""
        iri = prefixes.expand(curie)
        fits = [
            (len(namespace), name)
            for name, namespace in self._prefixes.items()
            if iri.startswith(namespace) and re.fullmatch(r"\w+", iri[len(namespace) :])
        ]
        if not fits:
            return f"<{iri}>"
        length, name = max(fits)
        return f"{name}:{iri[length:]}"

    def _kinds(self, predicate: NamedNode, term: NamedNode) -> Iterator[Advice]:
        below = "SELECT (COUNT(*) AS ?n) { GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf ?t } }"
        if self._count(below, t=term) < 2:
            return
        stated = self._count("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c ?p ?t }", t=term, p=predicate)
        closure = "{ ?c ?p ?s GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf ?t } }"
        every = self._count(f"SELECT (COUNT(DISTINCT ?c) AS ?n) {closure}", t=term, p=predicate)
        if every == stated:
            return
        relation, name = (
            prefixes.shorten(predicate.value),
            self._written(prefixes.compress(term.value)),
        )
        yield Advice(
            "kinds",
            f"{relation} {name} is stated of {stated:,}; with every kind of it {every:,}: write"
            f" {relation}/rdfs:subClassOf* {name}",
        )

    def _count(self, text: str, **bound: NamedNode) -> int:
        for name, node in bound.items():
            text = re.sub(rf"\?{name}\b", str(node), text)
        rows: Any = self._graph.store.query(text, prefixes=prefixes.predeclared())
        return int(next(iter(rows))[0].value)

    def _name(self, pattern: Pattern) -> Iterator[Advice]:
        words = pattern.object
        said = words[0].text.strip("'\"")
        if len(words) > 1:
            yield Advice("name", f"names have no language tag here: write {words[0].text} alone")
            return
        if any(self._graph.store.quads_for_pattern(None, v.LABEL, Literal(said), None)):
            return
        names = self._graph.labels.named(fold(said)) if said else []
        if names:
            entity = names[0].entity
            yield Advice(
                "name",
                f"no label is {said!r} to the letter; {entity.id} is {entity.label!r}: write"
                f" {self._written(entity.id)} itself",
            )

    def _path(self, pattern: Pattern, path: list[Step]) -> Iterator[Advice]:
        if any(step.iri == v.SUBCLASS_OF.value and step.repeat for step in path):
            yield Advice(
                "path",
                f"line {pattern.path[0].line}: this path is followed step by step; with a term of"
                " HPO at one end, or GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf ?term }, it"
                " is looked up",
            )


def _nearest(iri: str, known: dict[str, int]) -> str:
    """Return the known name that is the most like another, in its shortest form."""
    from rapidfuzz import fuzz, process

    names = {prefixes.shorten(one): number for one, number in known.items()}
    wanted = prefixes.shorten(iri)
    if ":" in wanted and "/" not in wanted:
        local = {name.rpartition(":")[2]: name for name in names}
        found = process.extractOne(
            wanted.rpartition(":")[2], local.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR
        )
        return local[found[0]] if found else ""
    found = process.extractOne(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return str(found[0]) if found else ""


# What hangs together


def _products(tree: Select) -> Iterator[Advice]:
    wheres = [group for group in groups(tree) if group.kind not in ("SERVICE",)]
    for group in wheres:
        parts = _components(group)
        if len(parts) > 1:
            one, other = (" ".join(sorted(f"?{n}" for n in part)[:3]) for part in parts[:2])
            yield Advice(
                "product",
                f"nothing joins {one} with {other}: every row of the one comes with every row of"
                " the other; use a variable in common, or two queries",
            )


def _components(group: Group) -> list[set[str]]:
    """Return the variables of a group by what hangs together through its patterns."""
    found: list[set[str]] = []

    def join(names: set[str]) -> None:
        nonlocal found
        if not names:
            return
        touching = [part for part in found if part & names]
        found = [part for part in found if not part & names]
        found.append(names.union(*touching))

    for part in group.parts:
        if isinstance(part, Block):
            for statement in part.statements:
                if statement.patterns:
                    for pattern in statement.patterns:
                        join(_names((*pattern.subject, *pattern.path, *pattern.object)))
                else:
                    return []  # brackets at the start: not looked into
        elif isinstance(part, Group):
            if part.kind not in ("MINUS", "EXISTS"):
                join(_every(part))
        elif isinstance(part, Clause) and part.kind == "BIND":
            join(_names(part.words))
        elif isinstance(part, Select):
            return []
    return found


def _names(words: Words) -> set[str]:
    return {word.text[1:] for word in words if word.kind == "VAR"}


def _every(group: Group) -> set[str]:
    found = _names(group.name)
    for part in group.parts:
        if isinstance(part, Group):
            found |= _every(part)
        elif isinstance(part, Select):
            found |= _names(part.words) if not part.star else _every(part.where or group)
        elif isinstance(part, Clause):
            found |= _names(part.words)
        else:
            for statement in part.statements:
                for pattern in statement.patterns:
                    found |= _names((*pattern.subject, *pattern.path, *pattern.object))
    return found


def _orders(tree: Select) -> Iterator[Advice]:
    if not tree.has("ORDER") or tree.has("COUNT"):
        return
    texts = [word.text.upper() for word in tree.words]
    after = tree.words[texts.index("ORDER") :]
    names = _names(after)
    if names:
        yield Advice(
            "order",
            "ORDER BY on texts takes about 75 µs a row, with LIMIT too, for all rows are sorted"
            " first: leave it out, and sort the table",
        )
