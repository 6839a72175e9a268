"""Shapes: triples against the SHACL shapes of ``ontology/shapes.ttl``.

``broken`` holds every node of a build against them, read once. ``validate`` is pySHACL, which is
for small graphs: ``curated`` takes the part of a build that is our own work for it, with as much
of what it points at as the shapes ask for. The two agree (``tests/test_shapes.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode

from genekg import prefixes, resources, shape_rules
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.quads import Triple
from genekg.shape_rules import Classes, Properties, Rule
from genekg.tables import Table

if TYPE_CHECKING:
    import rdflib

    from genekg.graph import Graph
    from genekg.store import Statements

FILE = "ontology/shapes.ttl"
COLUMNS = ("focus", "shape", "path", "value", "message")
_SHAPE = f"{v.GK}shape/"
_CURATED = f"{v.GK}release/curated/"
_TERM = f"{v.OBO}HP_"
# What the shapes ask of a node that is only pointed at, and of a term beside that.
_FRAME = (v.TYPE, v.LABEL, v.SYMBOL, v.DERIVED_FROM)
_TERM_FRAME = (*_FRAME, v.SUBCLASS_OF)


def broken(store: Statements, progress: Callable[[str, int, int], None] = lambda *_: None) -> Table:
    """Return what breaks the shapes in the whole default graph: the table of ``validate``.

    A store on disk gives its quads subject by subject, so that each node is judged when it has
    been read. What is kept in memory is the class of each node that a class is asked of.

    Raises:
        GenekgError: the store is one in memory, which has another order.
    """
    rules = shape_rules.compose(_shapes())
    classes = _classes(store, rules.asked)
    pointed_at: dict[str, list[Rule]] = {}
    for predicate, some in rules.of_objects.items():
        for quad in _quads(store, None, NamedNode(predicate)):
            pointed_at.setdefault(quad.object.value, []).extend(some)
    rows: set[tuple[str | None, ...]] = set()
    done = 0
    seen: set[int] = set()
    for subject, quads in groupby(_quads(store, None), key=attrgetter("subject")):
        if (mark := hash(subject.value)) in seen:
            raise GenekgError("the quads of this store are not together by subject")
        seen.add(mark)
        has: dict[str, list[Any]] = {}
        for quad in quads:
            has.setdefault(quad.predicate.value, []).append(quad.object)
            done += 1
        kinds = (kind.value for kind in has.get(v.TYPE.value, ()))
        business = [
            *chain.from_iterable(rules.of_class.get(kind, ()) for kind in kinds),
            *chain.from_iterable(rules.of_subjects.get(one, ()) for one in has),
            *pointed_at.pop(subject.value, ()),
        ]
        rows.update(_rows(subject, business, has, classes))
        if done % 1024 < len(has):
            progress("holding every node against the shapes", done, 0)
    for name, business in pointed_at.items():
        rows.update(_rows(NamedNode(name), business, {}, classes))
    return Table(COLUMNS, list(rows)).sorted(*COLUMNS)


def _rows(
    subject: NamedNode, rules: Iterable[Rule], has: Properties, classes: Classes
) -> Iterator[tuple[str | None, ...]]:
    for rule in dict.fromkeys(rules):
        for shape, path, value, message in rule.breaks(subject, has, classes):
            yield (
                _text(subject.value),
                _text(shape),
                _text(path),
                _text(value.value if value is not None else None),
                message,
            )


def _classes(store: Statements, asked: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the classes of each node, of those that are asked for."""
    found: dict[str, tuple[str, ...]] = {}
    for name in asked:
        for quad in _quads(store, None, v.TYPE, NamedNode(name)):
            found[quad.subject.value] = (*found.get(quad.subject.value, ()), name)
    return found


def validate(data: rdflib.Graph | Iterable[Triple]) -> Table:
    """Return what breaks the shapes, sorted: focus node, shape, path, value, message.

    Raises:
        GenekgError: pySHACL is not installed.

    >>> from genekg import quads
    >>> len(validate([(quads.node("OMIM:300751"), v.TYPE, v.DISEASE)]))  # no label, no source
    2
    """
    import rdflib

    try:
        import pyshacl
    except ImportError as error:
        raise GenekgError(
            "pySHACL is not installed", remedy="run `pip install 'genekg[shacl]'`"
        ) from error
    graph = data if isinstance(data, rdflib.Graph) else to_rdflib(data)
    # In place: without inference nothing is added, and a copy of the graph takes seconds.
    _, report, _ = pyshacl.validate(graph, shacl_graph=_shapes(), inplace=True)
    shacl = rdflib.SH
    rows = []
    for result in report.subjects(rdflib.RDF.type, shacl.ValidationResult):
        parts = (shacl.focusNode, shacl.sourceShape, shacl.resultPath, shacl.value)
        focus, shape, path, value = (report.value(result, part) for part in parts)
        message = str(report.value(result, shacl.resultMessage))
        if (result, shacl.sourceConstraintComponent, shacl.ClosedConstraintComponent) in report:
            message = "this kind of node does not have this property"
        rows.append((_text(focus), _text(shape), _text(path), _text(value), message))
    return Table(COLUMNS, rows).sorted(*COLUMNS)


@cache
def _shapes() -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(resources.path(FILE), format="turtle")


def _text(term: object) -> str | None:
    """Return a term as a person reads it: a CURIE, the bare name of a shape, or a text."""
    if term is None:
        return None
    return prefixes.shorten(str(term).removeprefix(_SHAPE))


def _quads(
    store: Statements,
    subject: NamedNode | None,
    predicate: NamedNode | None = None,
    target: NamedNode | None = None,
) -> Iterator[Any]:
    """Yield quads of the default graph. Their nodes are all named: there are no blank ones."""
    return store.quads_for_pattern(subject, predicate, target, DefaultGraph())


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Return triples as an rdflib graph."""
    import rdflib

    graph = rdflib.Graph()
    for subject, predicate, target in triples:
        node: rdflib.URIRef | rdflib.Literal
        if isinstance(target, NamedNode):
            node = rdflib.URIRef(target.value)
        elif target.language or target.datatype.value == f"{v.XSD}string":
            node = rdflib.Literal(target.value, lang=target.language)
        else:
            node = rdflib.Literal(target.value, datatype=rdflib.URIRef(target.datatype.value))
        graph.add((rdflib.URIRef(subject.value), rdflib.URIRef(predicate.value), node))
    return graph


def curated(graph: Graph) -> rdflib.Graph:
    """Return the curated part of a graph, closed enough for the shapes.

    That is every association of a release of our curated facts, with its quote; all that the
    default graph says of what these are about, except that a term of HPO which is only pointed at
    has no more than class, label, source and parents; of all else that is pointed at from there
    class, label and source; and the releases.
    """
    return to_rdflib(_curated(graph.store))


def _curated(store: Statements) -> Iterator[Triple]:
    releases = {quad.subject for quad in _quads(store, None, v.TYPE, v.SOURCE_RELEASE)}
    kinds_of_evidence = {quad.subject for quad in _quads(store, None, v.TYPE, v.EVIDENCE_TYPE)}
    whole = releases | kinds_of_evidence
    pointed_at: set[NamedNode] = set()
    for release in [node for node in releases if node.value.startswith(_CURATED)]:
        for quad in _quads(store, None, v.DERIVED_FROM, release):
            whole.add(quad.subject)
            whole.update(quad.object for quad in _quads(store, quad.subject, v.SUBJECT))
            whole.update(quad.object for quad in _quads(store, quad.subject, v.HAS_SELECTOR))
            for end in _quads(store, quad.subject, v.OBJECT):
                if isinstance(end.object, NamedNode):
                    is_term = end.object.value.startswith(_TERM)
                    (pointed_at if is_term else whole).add(end.object)
    for node in list(whole):
        if not node.value.startswith(_TERM):
            whole.update(quad.subject for quad in _quads(store, None, v.ANNOTATED_SOURCE, node))
    for node in whole:
        for quad in _quads(store, node):
            if isinstance(quad.object, NamedNode):
                pointed_at.add(quad.object)
            yield quad.subject, quad.predicate, quad.object
    for node in pointed_at - whole:
        for predicate in _TERM_FRAME if node.value.startswith(_TERM) else _FRAME:
            for quad in _quads(store, node, predicate):
                yield quad.subject, quad.predicate, quad.object
