"""Associations: who says a statement, in which release, on what evidence, under which licence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from genekg import prefixes
from genekg import vocabulary as v
from genekg.nodes import Node
from genekg.store import ordered
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.store import Statements

WHY_COLUMNS = (
    "subject", "predicate", "object", "object label", "qualifiers", "source", "version",
    "stated as", "evidence", "knowledge level", "agent", "publications", "curated by", "licence",
)  # fmt: skip
_MEANINGS = {
    "ECO:0000501": "automated (IEA)",
    "ECO:0006017": "published clinical study (PCS)",
    "ECO:0000304": "traceable author statement (TAS)",
    "ECO:0006019": "individual clinical experience (ICE)",
    "ECO:0000305": "curator",
}


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a source, as the graph describes it."""

    title: str
    version: str
    licence: str
    citation: str
    level: str = ""
    agent: str = ""

    @property
    def name(self) -> str:
        """The source and its version."""
        return f"{self.title} {self.version}"


@dataclass(frozen=True, slots=True)
class Association:
    """One statement of one source: the triple, and all that the association node carries."""

    iri: str
    subject: NamedNode
    predicate: NamedNode
    object: Node
    slots: Mapping[NamedNode, tuple[Node, ...]]
    releases: tuple[Release, ...]

    def nodes(self, predicate: NamedNode) -> tuple[Node, ...]:
        """Return the values of a slot."""
        return self.slots.get(predicate, ())

    def text(self, predicate: NamedNode) -> str:
        """Return the value of a slot as text: a literal as it is, a node as its CURIE."""
        return "; ".join(map(shown, self.nodes(predicate)))

    @property
    def negated(self) -> bool:
        """Whether the statement says that it is not so."""
        return v.NEGATED in self.slots

    @property
    def source(self) -> str:
        """The releases that state it, by name; with who said it first, where that is known."""
        names = "; ".join(release.name for release in self.releases)
        primary = self.text(v.PRIMARY_SOURCE)
        return f"{prefixes.resource_name(primary)} in {names}" if primary else names

    @property
    def frequency(self) -> str:
        """How often, in the words of the source: a count, a percentage, or a term's id."""
        if total := self.text(v.HAS_TOTAL):
            return f"{self.text(v.HAS_COUNT)}/{total}"
        if percentage := self.text(v.HAS_PERCENTAGE):
            return f"{percentage} %"
        return self.text(v.FREQUENCY_QUALIFIER)

    @property
    def sex(self) -> str:
        """The sex that it is limited to, or an empty string."""
        sexes = {v.FEMALE.value: "female", v.MALE.value: "male"}
        return "; ".join(sexes.get(sex.value, "") for sex in self.nodes(v.SEX_QUALIFIER))

    @property
    def evidence(self) -> str:
        """The kind of evidence, in words where genekg has them."""
        codes = self.text(v.HAS_EVIDENCE)
        return _MEANINGS.get(codes, codes)


def shown(value: Node) -> str:
    """Return a node as a person reads it: a literal's text, an IRI in its shortest form."""
    return value.value if isinstance(value, Literal) else prefixes.shorten(value.value)


Wanted: TypeAlias = Callable[[NamedNode], bool]
"""Says by the predicate of a statement whether it is wanted."""


def about(graph: Graph, subject: NamedNode, wanted: Wanted | None = None) -> Iterator[Association]:
    """Yield the associations that say something of a subject."""
    yield from _with(graph, v.SUBJECT, subject, wanted)


def naming(graph: Graph, target: Node, wanted: Wanted | None = None) -> Iterator[Association]:
    """Yield the associations that say something of others by way of a node."""
    yield from _with(graph, v.OBJECT, target, wanted)


def _with(
    graph: Graph, role: NamedNode, value: Node, wanted: Wanted | None
) -> Iterator[Association]:
    releases: dict[str, Release] = {}
    for quad in ordered(graph.store.quads_for_pattern(None, role, value, DefaultGraph())):
        if wanted and not any(
            wanted(found.object)  # type: ignore[arg-type]
            for found in graph.store.quads_for_pattern(
                quad.subject, v.PREDICATE, None, DefaultGraph()
            )
        ):
            continue
        own = ordered(graph.store.quads_for_pattern(quad.subject, None, None, DefaultGraph()))
        if found := _association(graph, own, releases):
            yield found


def every(graph: Graph) -> Iterator[Association]:
    """Yield every association of the graph, in the order of the store."""
    releases: dict[str, Release] = {}
    quads = graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    for _subject, own in groupby(quads, key=lambda quad: quad.subject):
        if found := _association(graph, own, releases):
            yield found


def _association(
    graph: Graph, own: Iterable[Quad], releases: dict[str, Release]
) -> Association | None:
    """Return the association that the quads of one node make, if it is one."""
    slots: dict[NamedNode, list[Node]] = {}
    iri = ""
    for quad in own:
        iri = quad.subject.value  # type: ignore[union-attr]
        slots.setdefault(quad.predicate, []).append(quad.object)  # type: ignore[arg-type]
    if not all(part in slots for part in (v.SUBJECT, v.PREDICATE, v.OBJECT)):
        return None
    said = slots.get(v.DERIVED_FROM, ())
    for one in said:
        if one.value not in releases:
            releases[one.value] = release(graph.store, one.value)
    return Association(
        iri=iri,
        subject=slots[v.SUBJECT][0],  # type: ignore[arg-type]
        predicate=slots[v.PREDICATE][0],  # type: ignore[arg-type]
        object=slots[v.OBJECT][0],
        slots={predicate: tuple(values) for predicate, values in slots.items()},
        releases=tuple(releases[one.value] for one in said),
    )


def quoted(graph: Graph, association: Association) -> list[str]:
    """Return the sentences of a page that say it."""
    return sorted(
        quad.object.value  # type: ignore[union-attr]
        for selector in association.nodes(v.HAS_SELECTOR)
        for quad in ordered(graph.store.quads_for_pattern(selector, v.EXACT, None, DefaultGraph()))
    )


def release(store: Statements, iri: str) -> Release:
    """Return what the graph says of a release."""
    values = {
        quad.predicate: quad.object.value  # type: ignore[union-attr]
        for quad in ordered(store.quads_for_pattern(NamedNode(iri), None, None, DefaultGraph()))
    }
    return Release(
        title=values.get(v.TITLE, iri),
        version=values.get(v.VERSION, ""),
        licence=values.get(v.LICENSE, ""),
        citation=values.get(v.CITATION, ""),
        level=values.get(v.KNOWLEDGE_LEVEL, ""),
        agent=values.get(v.AGENT_TYPE, ""),
    )


def label(graph: Graph, value: Node) -> str:
    """Return the label of a node, or an empty string."""
    if isinstance(value, Literal):
        return ""
    for quad in ordered(graph.store.quads_for_pattern(value, v.LABEL, None, DefaultGraph())):
        return str(quad.object.value)  # type: ignore[union-attr]
    return ""


_QUALIFIERS = {
    v.MECHANISM: "mechanism",
    v.ROLE: "role",
    v.STEP: "step",
    v.TOPIC: "topic",
    v.PLACE: "place",
    v.KIND: "kind",
    v.TITLE: "title",
    v.MODIFIED: "updated",
    v.ONSET_QUALIFIER: "onset",
    v.SEVERITY_QUALIFIER: "severity",
    v.QUALIFIER: "modifier",
}


def qualifiers(graph: Graph, association: Association) -> str:
    """Return the qualifiers of a statement in words."""
    parts = ["NOT"] if association.negated else []
    if frequency := association.frequency:
        term = association.nodes(v.FREQUENCY_QUALIFIER)
        parts.append(f"frequency {label(graph, term[0]) if term else frequency}")
    if association.sex:
        parts.append(association.sex)
    for predicate, name in _QUALIFIERS.items():
        for value in association.nodes(predicate):
            parts.append(f"{name} {(label(graph, value) or shown(value)).replace('_', ' ')}")
    return "; ".join(parts)


def why(
    graph: Graph,
    subject: NamedNode,
    predicate: str | None = None,
    target: Node | None = None,
) -> Table:
    """Return every association behind a statement: who says it, where, on what evidence.

    ``predicate`` is any part of a predicate's name (``phenotype``, ``biolink:causes``). Where
    the subject is itself only named by others (an enzyme, a symptom), those are given.
    """
    words = predicate
    wanted: Wanted | None = (lambda said: _fits(said, words)) if words is not None else None
    found = [
        one for one in about(graph, subject, wanted) if target is None or one.object == target
    ] or [one for one in naming(graph, subject, wanted) if target is None or one.subject == target]
    rows = [_why_row(graph, one) for one in found]
    return Table(WHY_COLUMNS, rows).sorted("predicate", "object label", "object", "source")


def _fits(predicate: NamedNode, words: str) -> bool:
    wanted = words.casefold().replace("symptom", "phenotype").replace(" ", "_")
    return wanted in prefixes.shorten(predicate.value).casefold()


def judged(graph: Graph, one: Association) -> tuple[str, str]:
    """Return knowledge level and agent: of the kind of evidence, else of the release."""
    for kind in one.nodes(v.HAS_EVIDENCE):
        values = {
            quad.predicate: quad.object.value  # type: ignore[union-attr]
            for quad in graph.store.quads_for_pattern(kind, None, None, DefaultGraph())
        }
        if v.AGENT_TYPE in values:
            return values[v.KNOWLEDGE_LEVEL], values[v.AGENT_TYPE]
    release = one.releases[0] if one.releases else None
    return (release.level, release.agent) if release else ("", "")


def _why_row(graph: Graph, one: Association) -> tuple[Cell, ...]:
    stated = [one.text(v.ORIGINAL_SUBJECT), one.text(v.ORIGINAL_OBJECT)]
    return (
        prefixes.shorten(one.subject.value),
        prefixes.shorten(one.predicate.value),
        shown(one.object),
        label(graph, one.object),
        qualifiers(graph, one),
        one.source.removesuffix(f" {one.releases[0].version}") if one.releases else "",
        "; ".join(release.version for release in one.releases),
        " / ".join(filter(None, stated)),
        one.evidence,
        *judged(graph, one),
        one.text(v.PUBLICATIONS),
        one.text(v.CURATED_BY),
        "; ".join(sorted({release.licence for release in one.releases})),
    )
