"""W3C's test manifests, read: https://www.w3.org/2001/sw/DataAccess/tests/README.html."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")


@dataclass(frozen=True)
class Data:
    """Files of a dataset: those of the default graph, and named graphs as (IRI, file)."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Request:
    """An HTTP request, and what is expected of the response."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statuses: tuple[str, ...]
    format: str
    boolean: bool | None


@dataclass(frozen=True)
class Case:
    """One test."""

    folder: str
    name: str
    kind: str
    action: Path | None = None
    data: Data = Data()
    result: Path | None = None
    after: Data = Data()
    requests: tuple[Request, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.name}"


def cases(manifest: Path) -> Iterator[Case]:
    """Yield the tests of a manifest in its order."""
    graph = Graph()
    graph.parse(manifest, publicID=manifest.as_uri())
    for entries in graph.objects(None, MF.entries):
        for entry in graph.items(entries):
            yield _case(graph, manifest, entry)


def _case(graph: Graph, manifest: Path, entry: Node) -> Case:
    kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
    action = graph.value(entry, MF.action)
    result = graph.value(entry, MF.result)
    query = graph.value(action, QT.query) or graph.value(action, UT.request) or action
    return Case(
        folder=manifest.parent.name,
        name=str(entry).rpartition("#")[2],
        kind=kind,
        action=_path(query),
        data=_data(graph, action, entry),
        result=_path(result),
        after=_data(graph, result, None),
        requests=tuple(_requests(graph, action)),
    )


def _path(node: Any) -> Path | None:
    if isinstance(node, URIRef) and node.startswith("file:"):
        return Path(unquote(urlparse(node).path))
    return None


def _data(graph: Graph, *holders: Node | None) -> Data:
    default: list[Path] = []
    named: list[tuple[str, Path]] = []
    for holder in holders:
        if holder is None:
            continue
        for predicate in (QT.data, UT.data):
            default += [path for node in graph.objects(holder, predicate) if (path := _path(node))]
        for node in graph.objects(holder, QT.graphData):
            if path := _path(node):
                named.append((str(node), path))
        for node in graph.objects(holder, UT.graphData):
            path = _path(graph.value(node, UT.graph))
            if path:
                named.append((str(graph.value(node, RDFS.label)), path))
    return Data(tuple(sorted(default)), tuple(sorted(named)))


def _requests(graph: Graph, action: Node | None) -> Iterator[Request]:
    for found in graph.objects(action, HT.requests):
        for node in graph.items(found):
            yield _request(graph, node)


def _request(graph: Graph, node: Node) -> Request:
    body = b""
    if content := graph.value(node, HT.body):
        encoding = str(graph.value(content, CNT.characterEncoding) or "UTF-8")
        body = str(graph.value(content, CNT.chars)).encode(encoding)
    response = graph.value(node, HT.resp)
    boolean = graph.value(response, MF.expectedBoolean)
    headers = [
        (str(graph.value(header, HT.fieldName)), str(graph.value(header, HT.fieldValue)))
        for found in graph.objects(node, HT.headers)
        for header in graph.items(found)
    ]
    statuses = graph.objects(response, MF.expectedStatus)
    return Request(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers=tuple(headers),
        body=body,
        statuses=tuple(sorted(str(status).rpartition("StatusCode")[2] for status in statuses)),
        format=str(graph.value(response, MF.expectedFormat) or ""),
        boolean=bool(boolean.value) if isinstance(boolean, Literal) else None,
    )
