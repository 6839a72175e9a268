"""Exports: the graph, or one entity with all that is said of it, in the formats of the field.

``FORMATS`` has one entry a format. RDF formats hold the triples as they stand; GraphML and CSV
hold the direct relations between entities, with labels, kinds and sources; ``void`` holds what
the graph says of itself. The whole graph is written as it is read, without being held in memory.
A file appears under its name only once it is complete.
"""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple

from genekg import adjacency, licensing, neighbourhoods, prefixes, quads, search
from genekg import vocabulary as v
from genekg.errors import StoreError, UsageError
from genekg.labels import Entity

if TYPE_CHECKING:
    from genekg.graph import Graph

# What says something of an entity from the other side; association slots do not.
_INCOMING = (
    *adjacency.RELATIONS,
    v.EXACT_MATCH,
    v.CLOSE_MATCH,
    v.BROAD_MATCH,
    v.NARROW_MATCH,
    v.REPLACED_BY,
)
_EDGE_COLUMNS = ("subject", "subject_label", "predicate", "object", "object_label", "source")
_NODE_COLUMNS = ("id", "label", "kind", "iri")
# XML readers turn a bare carriage return into a line feed.
_LINE_END = {"\r": "&#13;"}
_BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class Selection:
    """What is exported: the whole graph, or one entity; with what is inferred as triples, or not.

    Of an entity: its own triples, the relations that arrive at it, its associations and synonyms
    with all their triples, their releases, and the labels of everything mentioned.
    """

    entity: Entity | None = None
    inferred: bool = False
    licences: tuple[str, ...] = ()


WHOLE = Selection()


def selection(
    graph: Graph, entity: str = "", *, inferred: bool = False, licences: Iterable[str] = ()
) -> Selection:
    """Return the selection of an entity by any of its names, or of the whole graph.

    Raises:
        NotFoundError, AmbiguousError: no one entity of that name.
    """
    kept = tuple(licences)
    if kept and (entity or inferred):
        raise UsageError("licences choose from the whole graph as it is stated")
    licensing.releases(graph, kept)
    return Selection(search.resolve(graph, entity) if entity else None, inferred, kept)


Writer: TypeAlias = Callable[["Graph", Selection, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name, the end of its files' names, its media type, and what writes it."""

    name: str
    suffix: str
    media_type: str
    about: str
    writer: Writer
    rdf: bool = True
    whole: bool = False

    def write(
        self, graph: Graph, destination: Path | BinaryIO, selection: Selection = WHOLE
    ) -> None:
        """Write a selection to a file, or to anything that takes bytes.

        A file is written beside its place and moved there when it is complete; a failure leaves
        what was there before. The end of a pipe is left to the caller.

        Raises:
            UsageError: what is inferred is asked of a format that holds direct relations only, or
                a part of one that describes the whole.
            StoreError: the destination cannot be written.
        """
        if (selection.inferred or selection.licences) and not self.rdf:
            raise UsageError(
                f"{self.name} holds the direct relations only",
                remedy="for what is inferred, or kept by licence, choose an RDF format, such as nt",
            )
        if self.whole and selection != WHOLE:
            raise UsageError(
                f"{self.name} describes the whole graph",
                remedy="leave out the entity, the licences and what is inferred",
            )
        name = getattr(destination, "name", "the output")
        try:
            if isinstance(destination, Path):
                name = destination
                with _replacing(destination) as output:
                    self.writer(graph, selection, output)
            else:
                self.writer(graph, selection, destination)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoreError(
                f"{name} could not be written: {error.strerror or error}",
                remedy="check the folder and the space left; nothing half-written is left there"
                if isinstance(destination, Path)
                else "",
            ) from error


def named(name: str) -> Export:
    """Return a format by its name.

    Raises:
        UsageError: there is no such format; the message names them.

    >>> named("ttl").media_type
    'text/turtle'
    """
    if found := FORMATS.get(name):
        return found
    near = get_close_matches(name, FORMATS, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"no export format {name!r}", remedy=f"{meant}the formats are {', '.join(FORMATS)}"
    )


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside a path, and put it in the path's place when all went well."""
    path = path.resolve()
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe or device: no replacing
        with path.open("wb") as output:
            yield output
        return
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_all(output: BinaryIO, data: bytes) -> None:
    """Write to an output that may take a part at a time, as one without a buffer does."""
    left = memoryview(data)
    while left:
        left = left[output.write(left) :]


# RDF


def _statements(graph: Graph, chosen: Selection, *, inferred: bool) -> Iterator[Quad]:
    """Yield the quads of a selection: the stated ones first, then what is inferred."""
    if chosen.licences:
        yield from licensing.statements(graph, chosen.licences)
        return
    if chosen.entity is not None:
        yield from _about(graph, quads.node(chosen.entity.id), inferred=inferred)
        return
    yield from graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    if inferred:
        yield from graph.store.quads_for_pattern(None, None, None, v.INFERRED)


def _own(graph: Graph) -> Iterator[Quad]:
    """Yield the quads of the graphs that a user loaded, graph by graph."""
    for name in sorted(graph.store.named_graphs(), key=str):
        if name != v.INFERRED:
            yield from graph.store.quads_for_pattern(None, None, None, name)


def _about(graph: Graph, entity: NamedNode, *, inferred: bool) -> Iterable[Quad]:
    """Return the quads of one entity, each once."""
    pattern = graph.store.quads_for_pattern
    found = dict.fromkeys(pattern(entity, None, None, DefaultGraph()))
    for predicate in _INCOMING:
        found.update(dict.fromkeys(pattern(None, predicate, entity, DefaultGraph())))
    for role in (v.SUBJECT, v.OBJECT, v.ANNOTATED_SOURCE):
        for quad in pattern(None, role, entity, DefaultGraph()):
            found.update(dict.fromkeys(pattern(quad.subject, None, None, DefaultGraph())))
    if inferred:
        found.update(dict.fromkeys(pattern(entity, None, None, v.INFERRED)))
    for predicate in (v.DERIVED_FROM, v.IS_VERSION_OF):
        for target in dict.fromkeys(q.object for q in found if q.predicate == predicate):
            if isinstance(target, NamedNode):
                found.update(dict.fromkeys(pattern(target, None, None, DefaultGraph())))
    mentioned = dict.fromkeys(node for q in found for node in (q.subject, q.object))
    for node in mentioned:
        if isinstance(node, NamedNode):
            found.update(dict.fromkeys(pattern(node, v.LABEL, None, DefaultGraph())))
    return found


@cache
def _prefixes() -> dict[str, str]:
    """Return the predeclared prefixes, one a namespace."""
    names: dict[str, str] = {}
    for name, namespace in prefixes.predeclared().items():
        names.setdefault(namespace, name)
    return {name: namespace for namespace, name in names.items()}


def _triples(graph: Graph, chosen: Selection, output: BinaryIO, *, format: RdfFormat) -> None:
    statements = _statements(graph, chosen, inferred=chosen.inferred)
    triples: Iterator[Triple] = (quad.triple for quad in statements)
    pyoxigraph.serialize(triples, output, format, prefixes=_prefixes())


class _XmlOutput:
    """An output that keeps the carriage returns of literals, which pyoxigraph writes bare."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def write(self, data: bytes) -> int:
        _write_all(self._output, data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._output.flush()


def _rdfxml(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    _triples(graph, chosen, cast(BinaryIO, _XmlOutput(output)), format=RdfFormat.RDF_XML)


def _quads(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    statements = _statements(graph, chosen, inferred=not chosen.licences)
    if chosen.entity is None and not chosen.licences:
        statements = chain(statements, _own(graph))
    pyoxigraph.serialize(statements, output, RdfFormat.N_QUADS)


def _void(graph: Graph, _chosen: Selection, output: BinaryIO) -> None:
    """Write the graph's description of itself, with the releases that it is made of."""
    said = partial(graph.store.quads_for_pattern, graph_name=DefaultGraph())
    parts = [quads.DATASET]
    for predicate in (v.SOURCE, v.CLASS_PARTITION, v.PROPERTY_PARTITION):
        found = {quad.object for quad in said(quads.DATASET, predicate, None)}
        parts += sorted((node for node in found if isinstance(node, NamedNode)), key=str)
    triples = (quad.triple for part in parts for quad in said(part, None, None))
    pyoxigraph.serialize(triples, output, RdfFormat.TURTLE, prefixes=_prefixes())


# direct relations


def _relations(
    graph: Graph, chosen: Selection
) -> tuple[Iterable[Entity], Iterable[adjacency.Edge]]:
    if chosen.entity is None:
        return graph.labels.all(), graph.adjacency.edges()
    near = neighbourhoods.around(graph, chosen.entity.id, limit=graph.manifest["entities"])
    return near.entities, near.edges


class _Text:
    """Text as UTF-8, in batches, to an output of bytes."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._waiting: list[str] = []
        self._size = 0

    def write(self, text: str) -> None:
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= _BATCH:
            self.flush()

    def flush(self) -> None:
        _write_all(self._output, "".join(self._waiting).encode())
        self._waiting.clear()
        self._size = 0


def _edges_csv(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    text = _Text(output)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_EDGE_COLUMNS)
    entities, edges = _relations(graph, chosen)
    names = {entity.number: (entity.id, entity.label) for entity in entities}
    for edge in edges:
        rows.writerow(
            (
                *names[edge.subject],
                prefixes.shorten(edge.predicate.value),
                *names[edge.object],
                neighbourhoods.sources(graph, edge),
            )
        )
    text.flush()


def _nodes_csv(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    text = _Text(output)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_NODE_COLUMNS)
    for entity in _relations(graph, chosen)[0]:
        rows.writerow((entity.id, entity.label, entity.kind, prefixes.expand(entity.id)))
    text.flush()


_GRAPHML_KEYS = (
    ("node", "label"),
    ("node", "kind"),
    ("node", "iri"),
    ("edge", "predicate"),
    ("edge", "label"),
    ("edge", "sources"),
)
_GRAPHML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)


def _graphml(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write GraphML as its primer has it: http://graphml.graphdrawing.org/primer/."""
    text = _Text(output)
    text.write(_GRAPHML_HEAD)
    for domain, name in _GRAPHML_KEYS:
        text.write(
            f'<key id="{domain}_{name}" for="{domain}" attr.name="{name}" attr.type="string"/>\n'
        )
    text.write('<graph edgedefault="directed">\n')
    entities, edges = _relations(graph, chosen)
    ids: dict[int, str] = {}
    for entity in entities:
        ids[entity.number] = quoteattr(entity.id)
        text.write(f"<node id={ids[entity.number]}>")
        _data(text, "node", entity.label, entity.kind, prefixes.expand(entity.id))
        text.write("</node>\n")
    for edge in edges:
        text.write(f"<edge source={ids[edge.subject]} target={ids[edge.object]}>")
        _data(
            text,
            "edge",
            prefixes.shorten(edge.predicate.value),
            neighbourhoods.RELATION_LABELS[edge.predicate],
            neighbourhoods.sources(graph, edge),
        )
        text.write("</edge>\n")
    text.write("</graph>\n</graphml>\n")
    text.flush()


def _data(text: _Text, domain: str, *values: str) -> None:
    names = [name for of, name in _GRAPHML_KEYS if of == domain]
    for name, value in zip(names, values, strict=True):
        text.write(f'<data key="{domain}_{name}">{escape(value, _LINE_END)}</data>')


FORMATS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("nt", ".nt", "application/n-triples", "N-Triples",
               partial(_triples, format=RdfFormat.N_TRIPLES)),
        Export("ttl", ".ttl", "text/turtle", "Turtle",
               partial(_triples, format=RdfFormat.TURTLE)),
        Export("nq", ".nq", "application/n-quads",
               "N-Quads, with what is inferred, and your own RDF, in their own graphs", _quads),
        Export("jsonld", ".jsonld", "application/ld+json", "JSON-LD, expanded",
               partial(_triples, format=RdfFormat.JSON_LD)),
        Export("rdfxml", ".rdf", "application/rdf+xml", "RDF/XML", _rdfxml),
        Export("graphml", ".graphml", "application/graphml+xml",
               "GraphML: entities and their direct relations, for Cytoscape, Gephi, networkx",
               _graphml, rdf=False),
        Export("csv", ".csv", "text/csv; charset=utf-8",
               "CSV: one direct relation a row, with labels and sources", _edges_csv, rdf=False),
        Export("nodes.csv", ".nodes.csv", "text/csv; charset=utf-8",
               "CSV: one entity a row, with its label and kind", _nodes_csv, rdf=False),
        Export("void", ".void.ttl", "text/turtle",
               "VoID and DCAT, as Turtle: what the graph says of itself, with counts and releases",
               _void, whole=True),
    )
}  # fmt: skip
