"""What of the graph may be passed on under given licences, and whom to name.

A statement is kept when a release under one of the licences states it. Of an entity that
releases under other licences describe too, only its class and such statements are kept: its
label and names may be theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad

from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.sources import registry
from genekg.store import ordered

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.store import Statements


def licences() -> dict[str, str]:
    """Return the short name of every licence of a source, with its address.

    >>> licences()["apache-2.0"]
    'https://www.apache.org/licenses/LICENSE-2.0'
    """
    return {
        source.facts["licence_id"].lower(): source.facts["licence"]
        for source in registry().values()
    }


def releases(graph: Graph, names: Collection[str]) -> list[NamedNode]:
    """Return the releases whose licence is one of those named, or begins so (``cc-by``).

    Raises:
        UsageError: a name that no source's licence has.
    """
    known = licences()
    addresses: set[str] = set()
    for name in names:
        fits = {address for short, address in known.items() if short.startswith(name.lower())}
        if not fits:
            raise UsageError(
                f"no source has the licence {name!r}", remedy=f"there are {', '.join(known)}"
            )
        addresses |= fits
    return [
        quad.subject
        for address in sorted(addresses)
        for quad in ordered(
            graph.store.quads_for_pattern(None, v.LICENSE, NamedNode(address), DefaultGraph())
        )
        if isinstance(quad.subject, NamedNode)
    ]


def statements(graph: Graph, names: Collection[str]) -> Iterator[Quad]:
    """Yield the quads of the default graph that the licences allow, each once.

    That asks of every subject, so that the graph of an endpoint is brought here first.
    """
    allowed = set(releases(graph, names))
    if not allowed:
        return
    store = graph.remote.brought(DefaultGraph()) if graph.remote else graph.store
    seen: set[object] = set()
    for release in sorted(allowed, key=str):
        yield from store.quads_for_pattern(release, None, None, DefaultGraph())
        for found in store.quads_for_pattern(None, v.DERIVED_FROM, release, DefaultGraph()):
            if found.subject in seen:
                continue
            seen.add(found.subject)
            own = list(store.quads_for_pattern(found.subject, None, None, DefaultGraph()))
            slots: dict[NamedNode, Any] = {quad.predicate: quad.object for quad in own}
            if v.SUBJECT not in slots:
                yield from _entity(store, own, allowed)
                continue
            yield from own
            direct = (slots[v.SUBJECT], slots[v.PREDICATE], slots[v.OBJECT])
            if direct not in seen:
                seen.add(direct)
                yield from store.quads_for_pattern(*direct, DefaultGraph())
            if selector := slots.get(v.HAS_SELECTOR):
                yield from store.quads_for_pattern(selector, None, None, DefaultGraph())


def _entity(store: Statements, own: list[Quad], allowed: set[NamedNode]) -> Iterator[Quad]:
    """Yield what is said of an entity without an association: all of it, or its class alone."""
    whole = {quad.object for quad in own if quad.predicate == v.DERIVED_FROM} <= allowed
    stated = _stated(store, own[0].subject) if whole else set()
    for quad in own:
        if quad.predicate == v.DERIVED_FROM:
            if quad.object in allowed:
                yield quad
        elif quad.predicate == v.TYPE or (whole and (quad.predicate, quad.object) not in stated):
            yield quad


def _stated(store: Statements, subject: Any) -> set[tuple[Any, Any]]:
    """Return predicate and object of every statement that an association makes of a subject."""
    return {
        (predicate.object, target.object)
        for said in store.quads_for_pattern(None, v.SUBJECT, subject, DefaultGraph())
        for predicate in store.quads_for_pattern(said.subject, v.PREDICATE, None, DefaultGraph())
        for target in store.quads_for_pattern(said.subject, v.OBJECT, None, DefaultGraph())
    }


def attribution(graph: Graph, names: Collection[str]) -> str:
    """Return the text that names the sources of what is kept, and their licences."""
    lines = [
        "Statements from genekg, kept by licence. For research, not for diagnosis or care.",
        "",
    ]
    for release in releases(graph, names):
        values = {
            q.predicate: q.object.value  # type: ignore[union-attr]
            for q in graph.store.quads_for_pattern(release, None, None, DefaultGraph())
        }
        lines += [f"{values[v.TITLE]} {values[v.VERSION]}", f"  {values[v.CITATION]}"]
        lines += [f"  Licence: {values[v.LICENSE]}", f"  {values[v.LANDING_PAGE]}", ""]
    return "\n".join(lines)
