"""SHACL shapes as rules that one node with its own triples is held against.

For the part of SHACL core that ``ontology/shapes.ttl`` is written in: every path is one property,
and what is asked of a neighbour is its class alone. So a node can be judged by its triples and the
classes of what these point at, and a graph of any size be read once, node by node. Anything else
in a shape is an error, never passed over. https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from genekg.errors import GenekgError

if TYPE_CHECKING:
    import rdflib

Term: TypeAlias = NamedNode | BlankNode | Literal
Properties: TypeAlias = Mapping[str, Sequence[Term]]
Classes: TypeAlias = Mapping[str, Collection[str]]  # of the nodes that a class is asked of
Test: TypeAlias = Callable[[Term, Classes], bool]
Break: TypeAlias = tuple[str, str | None, Term | None, str]  # shape, path, value, message
_SH = "http://www.w3.org/ns/shacl#"
_KINDS: Mapping[str, tuple[type, ...]] = {
    f"{_SH}IRI": (NamedNode,),
    f"{_SH}Literal": (Literal,),
    f"{_SH}IRIOrLiteral": (NamedNode, Literal),
    f"{_SH}BlankNode": (BlankNode,),
}
_TARGETS = frozenset({"targetClass", "targetSubjectsOf", "targetObjectsOf"})
_OF_VALUES = frozenset(
    "nodeKind datatype pattern minLength in class minInclusive maxInclusive".split()
)
_OF_PROPERTIES = frozenset("minCount maxCount hasValue lessThan lessThanOrEquals equals".split())
NOT_LISTED = "this kind of node does not have this property"


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape: what a node, or each value of ``path``, must be."""

    name: str
    message: str
    path: str = ""
    least: int = 0
    most: int | None = None
    needed: tuple[Term, ...] = ()
    tests: tuple[Test, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # lessThan, lessThanOrEquals or equals; a property
    properties: tuple[Rule, ...] = ()
    closed: frozenset[str] | None = None
    anyof: tuple[tuple[Rule, ...], ...] = ()
    noneof: tuple[Rule, ...] = ()

    @property
    def of_properties(self) -> bool:
        """Whether it asks for anything of a node beside its name and class."""
        return bool(self.path or self.properties or self.closed is not None)

    def breaks(self, focus: Term, has: Properties, classes: Classes) -> Iterator[Break]:
        """Yield what a node breaks of this rule."""
        if self.path:
            yield from self._property_breaks(has, classes)
            return
        if not self._fits(focus, has, classes):
            yield self.name, None, focus, self.message
        for rule in self.properties:
            yield from rule._property_breaks(has, classes)
        if self.closed is not None:
            for path in has.keys() - self.closed:
                for value in has[path]:
                    yield self.name, path, value, NOT_LISTED

    def _fits(self, term: Term, has: Properties, classes: Classes) -> bool:
        """Whether a node, or a value, is what the rule says of it beside its properties."""
        return (
            all(test(term, classes) for test in self.tests)
            and all(any(one.allows(term, has, classes) for one in some) for some in self.anyof)
            and not any(one.allows(term, has, classes) for one in self.noneof)
        )

    def allows(self, term: Term, has: Properties, classes: Classes) -> bool:
        """Whether nothing is broken."""
        return next(self.breaks(term, has, classes), None) is None

    def _property_breaks(self, has: Properties, classes: Classes) -> Iterator[Break]:
        values = has.get(self.path, ())
        if len(values) < self.least or (self.most is not None and len(values) > self.most):
            yield self.name, self.path, None, self.message
        for term in self.needed:
            if term not in values:
                yield self.name, self.path, None, self.message
        for value in values:
            if not self._fits(value, {}, classes):
                yield self.name, self.path, value, self.message
        for relation, other in self.pairs:
            for value in _unpaired(relation, values, has.get(other, ())):
                yield self.name, self.path, value, self.message


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a graph, by what makes a node their business."""

    of_class: dict[str, list[Rule]] = field(default_factory=dict)
    of_subjects: dict[str, list[Rule]] = field(default_factory=dict)
    of_objects: dict[str, list[Rule]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # the classes that are asked of neighbours


def compose(shapes: rdflib.Graph) -> Rules:
    """Return the rules of a graph of shapes.

    Raises:
        GenekgError: a shape says what cannot be judged from a node's own triples.
    """
    import rdflib

    made = Rules()
    reader = _Reader(shapes, made)
    for kind, by in (
        ("targetClass", made.of_class),
        ("targetSubjectsOf", made.of_subjects),
        ("targetObjectsOf", made.of_objects),
    ):
        for shape, target in shapes.subject_objects(rdflib.URIRef(_SH + kind)):
            by.setdefault(str(target), []).append(reader.rule(shape))
    return made


class _Reader:
    """Reads shapes out of their graph, each once."""

    def __init__(self, shapes: rdflib.Graph, made: Rules) -> None:
        self._shapes = shapes
        self._made = made
        self._read: dict[Any, Rule] = {}

    def rule(self, shape: Any) -> Rule:
        """Return the rule of a shape."""
        if shape not in self._read:
            self._read[shape] = self._rule(shape)
        return self._read[shape]

    def _rule(self, shape: Any) -> Rule:
        said: dict[str, list[Any]] = {}
        for predicate, target in self._shapes.predicate_objects(shape):
            if str(predicate).startswith(_SH):
                said.setdefault(str(predicate).removeprefix(_SH), []).append(target)
        known = {"path", "message", "property", "closed", "ignoredProperties", "or", "not"}
        if strange := said.keys() - known - _TARGETS - _OF_VALUES - _OF_PROPERTIES:
            raise GenekgError(f"the shape {shape} says {min(strange)}, which is not judged here")
        path = str(said["path"][0]) if "path" in said else ""
        properties = tuple(self.rule(one) for one in said.get("property", ()))
        inner = [one for some in said.get("or", ()) for one in self._list(some)]
        asking = [self.rule(one) for one in (*inner, *said.get("not", ())) if path]
        if path and (properties or "closed" in said or any(one.of_properties for one in asking)):
            raise GenekgError(f"the shape {shape} asks for the properties of a neighbour")
        closed = None
        if "closed" in said:
            ignored = (
                str(one) for items in said.get("ignoredProperties", ()) for one in self._list(items)
            )
            closed = frozenset([*(one.path for one in properties), *ignored])
        return Rule(
            name=str(shape),
            message=str(said.get("message", [""])[0]),
            path=path,
            least=int(said.get("minCount", [0])[0]),
            most=int(said["maxCount"][0]) if "maxCount" in said else None,
            needed=tuple(_term(one) for one in said.get("hasValue", ())),
            tests=tuple(
                self._test(kind, one)
                for kind in sorted(_OF_VALUES & said.keys())
                for one in said[kind]
            ),
            pairs=tuple(
                (kind, str(one))
                for kind in ("lessThan", "lessThanOrEquals", "equals")
                for one in said.get(kind, ())
            ),
            properties=properties,
            closed=closed,
            anyof=tuple(
                tuple(self.rule(one) for one in self._list(some)) for some in said.get("or", ())
            ),
            noneof=tuple(self.rule(one) for one in said.get("not", ())),
        )

    def _list(self, head: Any) -> list[Any]:
        return list(self._shapes.items(head))

    def _test(self, kind: str, value: Any) -> Test:
        if kind == "class":
            self._made.asked.add(str(value))
            return _of_class(str(value))
        if kind == "in":
            return _among(frozenset(_term(one) for one in self._list(value)))
        return _TESTS[kind](value)


def _of_class(name: str) -> Test:
    return lambda term, classes: isinstance(term, NamedNode) and name in classes.get(term.value, ())


def _among(terms: frozenset[Term]) -> Test:
    return lambda term, _: term in terms


def _of_kind(value: Any) -> Test:
    kinds = _KINDS[str(value)]
    return lambda term, _: isinstance(term, kinds)


def _of_datatype(value: Any) -> Test:
    name = str(value)
    return lambda term, _: isinstance(term, Literal) and term.datatype.value == name


def _matching(value: Any) -> Test:
    pattern = re.compile(str(value))
    return lambda term, _: not isinstance(term, BlankNode) and bool(pattern.search(term.value))


def _long(value: Any) -> Test:
    least = int(value)
    return lambda term, _: not isinstance(term, BlankNode) and len(term.value) >= least


def _from(value: Any) -> Test:
    least = Decimal(str(value))
    return lambda term, _: (number := _number(term)) is not None and number >= least


def _upto(value: Any) -> Test:
    most = Decimal(str(value))
    return lambda term, _: (number := _number(term)) is not None and number <= most


_TESTS: Mapping[str, Callable[[Any], Test]] = {
    "nodeKind": _of_kind,
    "datatype": _of_datatype,
    "pattern": _matching,
    "minLength": _long,
    "minInclusive": _from,
    "maxInclusive": _upto,
}


def _number(term: Term) -> Decimal | None:
    if not isinstance(term, Literal):
        return None
    try:
        return Decimal(term.value)
    except InvalidOperation:
        return None


def _unpaired(relation: str, values: Sequence[Term], others: Sequence[Term]) -> Iterator[Term]:
    """Yield the values that do not stand to those of another property as they must."""
    if relation == "equals":
        yield from set(values) ^ set(others)
        return
    for value in values:
        for other in others:
            one, two = _number(value), _number(other)
            if one is None or two is None or one > two or (relation == "lessThan" and one == two):
                yield value


def _term(value: Any) -> Term:
    """Return a term of rdflib as one of the engine."""
    import rdflib

    if isinstance(value, rdflib.URIRef):
        return NamedNode(str(value))
    if value.language:
        return Literal(str(value), language=value.language)
    return (
        Literal(str(value), datatype=NamedNode(str(value.datatype)))
        if value.datatype
        else Literal(str(value))
    )
