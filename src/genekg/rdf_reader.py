"""The process that reads one RDF file of a user and writes it as N-Quads.

A file of a few kilobytes can ask for gigabytes, so it is read where that harms nobody: with a
memory limit, without sockets, under the clock of `genekg.user_graphs`, which is its parent. What
it has to say is one line of JSON on standard output.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from genekg import quads
from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.sandbox import die_with_parent, forbid_system_calls, limit_memory

__all__ = ["FORMATS", "OWN_GRAPHS"]

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
}
OWN_GRAPHS = f"{v.GK}graph/"
_SKOLEM = f"{v.GK}.well-known/genid/"
_HEAD = 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WEB_PAGE = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype html|<html[\s>])", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(rb"\s*(<\?xml\s|<rdf:RDF\s)")
# What the parser says after the place, which is told apart, and what it ends with.
_PLACE = re.compile(r"^Parser error at line \d+[^:]*: |\s*\(line \d+\)$")


class _FaultError(Exception):
    """What is wrong with the file, on which line where that is known, and what to do."""

    def __init__(self, problem: str, line: int | None = None, remedy: str = "") -> None:
        self.problem, self.line, self.remedy = problem, line, remedy
        super().__init__(problem)


class _Named:
    """Quads with every blank node as an IRI and every triple in a named graph.

    The n-th blank node of a file is always the same IRI: two builds of it are the same triples.
    """

    def __init__(self, graph: NamedNode, seed: str) -> None:
        self._graph = graph
        self._seed = seed
        self._nodes: dict[BlankNode, NamedNode] = {}
        self.counts: Counter[str] = Counter()

    def quad(self, found: Quad) -> Quad:
        """Return a quad as it stands in the store."""
        graph = found.graph_name
        if isinstance(graph, DefaultGraph):
            graph = self._graph
        elif isinstance(graph, NamedNode) and graph.value.startswith(OWN_GRAPHS):
            raise _FaultError(
                f"it writes to the graph <{graph.value}>, a name that genekg keeps for its own",
                remedy="give that graph another name",
            )
        else:
            graph = self._term(graph)
        self.counts[graph.value] += 1
        return Quad(self._term(found.subject), found.predicate, self._term(found.object), graph)

    def _term(self, term: Any) -> Any:
        if isinstance(term, BlankNode):
            if term not in self._nodes:
                content = f"{self._seed} {len(self._nodes)}".encode()
                digest = blake2b(content, digest_size=12).hexdigest()
                self._nodes[term] = NamedNode(f"{_SKOLEM}{digest}")
            return self._nodes[term]
        if isinstance(term, Triple):
            return Triple(self._term(term.subject), term.predicate, self._term(term.object))
        if isinstance(term, Literal):
            quads.text(term.value)  # no control characters, no more than 1 MB
        return term


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _check_head(head: bytes) -> None:
    """Refuse what is no RDF whatever its name says."""
    if not head:
        raise _FaultError("the file is empty", remedy="fetch it again")
    if head.startswith(_UTF_16):
        raise _FaultError("not UTF-8 text", 1, "save it as UTF-8")
    if _WEB_PAGE.match(head):
        raise _FaultError("this is a web page, not RDF", 1, "fetch the file itself")


def _check_xml(file: BinaryIO) -> None:
    """Refuse XML with a document type, and XML that is cut, which the RDF parser takes as it is."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise _FaultError(
            "it has a document type, whose entities can ask for any amount of memory",
            parser.CurrentLineNumber,
            "write it without entities, or as Turtle",
        )

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.ParseFile(file)
    except expat.ExpatError as error:
        raise _FaultError(
            f"not well-formed XML ({expat.ErrorString(error.code)})", error.lineno
        ) from error


def _parsed(file: BinaryIO, rdf_format: RdfFormat, base: str, head: bytes) -> Iterator[Quad]:
    try:
        yield from pyoxigraph.parse(file, rdf_format, base_iri=base)
    except SyntaxError as error:
        problem = _PLACE.sub("", _PLACE.sub("", error.msg))
        remedy = ""
        if "LoadDocumentCallback" in problem:
            problem = "its JSON-LD context is at another address, and nothing is fetched"
            remedy = "write the context into the file"
        elif "utf-8" in problem.lower():
            problem, remedy = "not UTF-8 text", "save it as UTF-8"
        elif rdf_format != RdfFormat.RDF_XML and _XML.match(head):
            problem, remedy = "this is RDF/XML", "let its name end in .rdf"
        else:
            problem = f"not {rdf_format.name}: {problem}"
        raise _FaultError(problem, error.lineno, remedy) from error


def convert(path: Path, ending: str, graph: str, output: Path) -> dict[str, int]:
    """Write an RDF file as N-Quads; return how many statements each graph got.

    Raises:
        _FaultError, GenekgError: it cannot be taken as it is.
    """
    rdf_format = FORMATS[ending]
    digest = sha256()
    with _open(path) as file:
        head = file.read(_HEAD)
        _check_head(head)
        file.seek(0)
        while block := file.read(1 << 20):
            digest.update(block)
        if rdf_format == RdfFormat.RDF_XML:
            file.seek(0)
            _check_xml(file)
        file.seek(len(_BYTE_ORDER_MARK) if head.startswith(_BYTE_ORDER_MARK) else 0)
        named = _Named(NamedNode(graph), digest.hexdigest())
        found = map(named.quad, _parsed(file, rdf_format, graph, head))
        with output.open("wb") as written:
            pyoxigraph.serialize(found, written, RdfFormat.N_QUADS)
    if not named.counts:
        unnamed = rdf_format == RdfFormat.JSON_LD
        remedy = "JSON without @context, or with other names than it has, says nothing"
        raise _FaultError("it holds no triple", remedy=remedy if unnamed else "")
    return dict(named.counts)


def _answer(path: Path, ending: str, graph: str, output: Path) -> dict[str, Any]:
    """Return what the parent is told."""
    try:
        return {"graphs": convert(path, ending, graph, output)}
    except _FaultError as error:
        return {"problem": error.problem, "line": error.line, "remedy": error.remedy}
    except GenekgError as error:
        return {"problem": error.problem, "line": None, "remedy": error.remedy}
    except FileNotFoundError:
        return {"problem": "no such file", "line": None, "remedy": "check the path"}
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        return {"problem": f"damaged gzip ({error})", "line": None, "remedy": "fetch it again"}
    except OSError as error:
        where = "" if error.filename in (None, str(path)) else f" of {error.filename}"
        reason = error.strerror or str(error)
        return {"problem": f"cannot be read{where} ({reason})", "line": None, "remedy": ""}


def main() -> None:
    """Confine this process, read the file, and say how it went."""
    path, ending, graph, output, memory, parent = sys.argv[1:7]
    die_with_parent(int(parent))
    limit_memory(int(memory))
    forbid_system_calls()
    answer = _answer(Path(path), ending, graph, Path(output))
    os.write(1, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
