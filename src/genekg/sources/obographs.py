"""Obographs JSON, the other form of an OBO ontology, read as the same rows as OBO text.

https://github.com/geneontology/obographs
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

from genekg import prefixes, readers
from genekg.errors import SourceError
from genekg.records import Scope, Synonym
from genekg.sources.release_dates import date_in

_SCOPES = {
    "hasExactSynonym": "exact",
    "hasRelatedSynonym": "related",
    "hasBroadSynonym": "broad",
    "hasNarrowSynonym": "narrow",
}
ALTERNATIVE_ID = "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId"
CONSIDER = "http://www.geneontology.org/formats/oboInOwl#consider"
REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
SOURCE = "http://www.geneontology.org/formats/oboInOwl#source"


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation of a node to another, and the sources that it cites."""

    predicate: str
    target: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A class of the graph; ``properties`` are (predicate IRI, value) pairs in file order."""

    id: str
    label: str
    definition: str = ""
    comment: str = ""
    synonyms: tuple[Synonym, ...] = ()
    xrefs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    obsolete: bool = False
    edges: list[Edge] = field(default_factory=list)


def is_json(path: Path) -> bool:
    """Whether a file begins as JSON does."""
    return any(line.lstrip().startswith("{") for _, line in islice(readers.lines(path), 1))


def version(path: Path) -> str:
    """Return the date of the version that the graph states before its nodes, or nothing."""
    for _, line in readers.lines(path):
        head, nodes, _ = line.partition('"nodes"')
        _, stated, value = head.partition('"version"')
        if stated and (found := date_in(value)):
            return found
        if nodes:
            break
    return ""


def nodes(path: Path) -> Iterator[Node]:
    """Yield every class of the file's graphs, with its edges.

    Raises:
        SourceError: not JSON (the line), or a part that is not as the format has it.
    """
    try:
        document = json.loads("\n".join(line for _, line in readers.lines(path)))
    except json.JSONDecodeError as error:
        raise SourceError(
            path,
            error.lineno,
            f"not JSON ({error.msg})",
            remedy="the file may be cut; fetch it again",
        ) from error
    place = "graphs"
    try:
        for graph in document["graphs"]:
            found: dict[str, Node] = {}
            for number, entry in enumerate(graph["nodes"], start=1):
                place = f"node {number}"
                if entry.get("type") == "CLASS":
                    node = _node(entry)
                    if node.id in found:
                        raise SourceError(path, None, f"{node.id} again; in {place}")
                    found[node.id] = node
            for number, entry in enumerate(graph.get("edges", ()), start=1):
                place = f"edge {number}"
                subject, predicate, target = _curie(entry["sub"]), entry["pred"], entry["obj"]
                if subject in found:
                    found[subject].edges.append(Edge(predicate, _curie(target), _cited(entry)))
            yield from found.values()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SourceError(
            path, None, f"not obographs JSON: {place} lacks or misplaces {error}"
        ) from error


def _curie(iri: str) -> str:
    return prefixes.normalise(iri) or iri


def _node(entry: dict[str, Any]) -> Node:
    meta = entry.get("meta", {})
    return Node(
        id=_curie(entry["id"]),
        label=entry.get("lbl", ""),
        definition=meta.get("definition", {}).get("val", ""),
        comment=next(iter(meta.get("comments", ())), ""),
        synonyms=tuple(_synonym(synonym) for synonym in meta.get("synonyms", ())),
        xrefs=tuple((xref["val"], _cited(xref)) for xref in meta.get("xrefs", ())),
        properties=_properties(meta),
        obsolete=bool(meta.get("deprecated", False)),
    )


def _synonym(entry: dict[str, Any]) -> Synonym:
    scope = cast(Scope, _SCOPES[entry["pred"]])
    type_iri = entry.get("synonymType", "")
    return Synonym(entry["val"], scope, prefixes.normalise(type_iri) or type_iri.rpartition("#")[2])


def _properties(meta: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((entry["pred"], entry["val"]) for entry in meta.get("basicPropertyValues", ()))


def _cited(entry: dict[str, Any]) -> tuple[str, ...]:
    """Return the sources of an axiom; some releases of the format leave them out."""
    return tuple(val for pred, val in _properties(entry.get("meta") or {}) if pred == SOURCE)
