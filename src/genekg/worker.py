"""The process that runs a user's SPARQL: ``python -m genekg.worker STORE MEMORY NETWORK PARENT``.

It reads queries from standard input and writes answers to standard output, in frames
(`genekg.frames`). It imports little, for it is started while somebody waits. `genekg.workers` is
its parent; it ends when its parent does.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pyoxigraph
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    Variable,
)

from genekg.dumping import GRAPH_FORMATS
from genekg.errors import StoreError
from genekg.frames import Frame, taken, written
from genekg.result_writer import Full, RowWriter
from genekg.sandbox import die_with_parent, forbid_system_calls, limit_memory
from genekg.store import open_store
from genekg.xml_answers import NotXmlError, well_formed

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["GRAPH_FORMATS", "TABLE_FORMATS", "answered", "main", "serve"]

TABLE_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_PIECE = 1 << 20
_BUFFER = 1 << 13  # what pyoxigraph may hold back before it writes

Format = TypeVar("Format")
Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples
# a store, what is asked, and what sends a frame before the last, which is returned
Answering: TypeAlias = "Callable[[Store, Frame, Callable[[Frame], None]], Frame]"


class _RefusalError(Exception):
    """The request cannot be answered as asked: ``kind`` says why."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


def serve(
    store: Store,
    requests: Callable[[], Frame],
    answer: Callable[[Frame], None],
    answering: Answering,
) -> None:
    """Answer one request after another until there is no more to read."""
    while True:
        asked = requests()
        start = time.perf_counter()
        try:
            header, data = answering(store, asked, answer)
            header["seconds"] = time.perf_counter() - start
        except SyntaxError as error:
            header, data = {"error": "syntax", "message": str(error)}, b""
        except MemoryError:
            header, data = {"error": "memory", "message": "out of memory"}, b""
        except _RefusalError as error:
            header, data = {"error": error.kind, "message": str(error)}, b""
        except NotXmlError as error:
            header, data = {"error": "format", "message": str(error)}, b""
        except (OSError, RuntimeError, ValueError) as error:  # what pyoxigraph raises
            header, data = {"error": "engine", "message": str(error)}, b""
        answer((header, data))


def answered(store: Store, asked: Frame, _send: object = None) -> Frame:
    """Return the answer to a query.

    Raises:
        SyntaxError, OSError, RuntimeError, ValueError: what the engine says of it.
    """
    request, body = asked
    text, results = _results(store, bytes(body).decode(), request)
    name = request["format"]
    if isinstance(results, QueryTriples):
        return _construct(results, _format(GRAPH_FORMATS, name, "CONSTRUCT and DESCRIBE"), request)
    table_format = _format(TABLE_FORMATS, name, "SELECT and ASK")
    if isinstance(results, QueryBoolean):
        data = results.serialize(format=table_format) or b""
        return _header("ask", (), 1, truncated=False), data
    if "star" in request:
        results = _in_order(store, text, results, request)
    return _select(results, table_format, request)


def _results(store: Store, text: str, request: dict[str, Any]) -> tuple[str, Results]:
    """Return what the engine has begun to evaluate, and its results.

    A text that was rewritten is run in place of the user's; what is wrong is said of the user's.
    """
    options = _options(request)
    if "instead" in request:
        with contextlib.suppress(SyntaxError):
            instead = request["instead"][0]
            return instead, store.query(instead, **options)
    return text, store.query(text, **options)


def _format(formats: dict[str, Format], name: str, forms: str) -> Format:
    if name not in formats:
        raise _RefusalError(
            "format", f"{name} is not a format for {forms}; choose {', '.join(formats)}"
        )
    return formats[name]


def _header(form: str, variables: tuple[str, ...], rows: int, *, truncated: bool) -> dict[str, Any]:
    return {"form": form, "variables": variables, "rows": rows, "truncated": truncated}


def _options(request: dict[str, Any]) -> dict[str, Any]:
    """Return what the engine is told beside the query: the graphs it sees, bound variables."""
    options: dict[str, Any] = {}
    if "dataset" in request:
        default, named = request["dataset"]
        options["default_graph"] = [NamedNode(iri) for iri in default]
        options["named_graphs"] = [NamedNode(iri) for iri in named]
    if "base" in request:
        options["base_iri"] = request["base"]
    if "bound" in request:
        options["substitutions"] = {
            Variable(name): _term(kind, value) for name, (kind, value) in request["bound"].items()
        }
    return options


def _term(kind: str, value: str) -> NamedNode | Literal:
    if kind == "iri":
        return NamedNode(value)
    return Literal(int(value)) if kind == "integer" else Literal(value)


def _in_order(
    store: Store, text: str, results: QuerySolutions, request: dict[str, Any]
) -> QuerySolutions:
    """Return the results of ``SELECT *`` with its columns in the order that they are written in.

    The engine sorts them by name. Evaluation has not begun: asking again costs the planning only.
    """
    offset, order = request["star"]
    instead, hidden, its_offset = request.get("instead", (None, (), 0))
    if text == instead:
        offset = its_offset
    found = [variable.value for variable in results.variables]
    shown = [name for name in found if text != instead or name not in hidden]
    wanted = [name for name in order if name in shown]
    if len(wanted) != len(shown) or wanted == found:
        return results
    columns = " ".join(f"?{name}" for name in wanted)
    again = store.query(f"{text[:offset]} {columns} {text[offset + 1 :]}", **_options(request))
    return again if isinstance(again, QuerySolutions) else results


def _select(
    results: QuerySolutions, table_format: QueryResultsFormat, request: dict[str, Any]
) -> Frame:
    variables = tuple(variable.value for variable in results.variables)
    writer = RowWriter(
        request["format"], max_rows=request["max_rows"], max_bytes=request["max_bytes"]
    )
    with contextlib.suppress(Full):
        results.serialize(writer, table_format)  # type: ignore[arg-type]
    writer.finish()
    if not writer.data:
        raise _too_large(request["max_bytes"])
    data = _well_formed(writer.data, request["format"])
    return _header("select", variables, writer.rows, truncated=writer.truncated), data


def _construct(results: QueryTriples, graph_format: RdfFormat, request: dict[str, Any]) -> Frame:
    triples = _Triples(results, request)
    prefixes = {str(name): str(iri) for name, iri in request.get("prefixes", {}).items()}
    pyoxigraph.serialize(triples.counted(), triples, graph_format, prefixes=prefixes)  # type: ignore[arg-type]
    if request["max_bytes"] is not None and len(triples.data) > request["max_bytes"]:
        raise _too_large(request["max_bytes"])
    data = _well_formed(triples.data, request["format"])
    return _header("construct", (), triples.rows, truncated=triples.truncated), data


def _well_formed(data: bytearray, format: str) -> bytes | bytearray:
    """Return an answer that its readers can read."""
    return well_formed(data) if format in ("xml", "rdfxml") else data


def _too_large(limit: int) -> _RefusalError:
    return _RefusalError("size", f"not even one row of the answer fits into {limit:,} bytes")


class _Triples:
    """Triples on their way into a file that it is, too: it hands out no more than may be written.

    Turtle and RDF/XML cannot be cut, so a triple is held back if it might pass the byte limit.
    """

    def __init__(self, results: Iterator[Triple], request: dict[str, Any]) -> None:
        self._results = results
        self._max_rows = request["max_rows"]
        self._max_bytes = request["max_bytes"]
        self._wordy = request["format"] in ("rdfxml", "jsonld")
        names = "".join(f"{name}{iri}" for name, iri in request.get("prefixes", {}).items())
        plain = request["format"] in ("nt", "nq")
        self._ahead = (
            0 if plain else len(names) + 24 * len(request.get("prefixes", {})) + 250 * self._wordy
        )
        self._most = self._ahead
        self.data = bytearray()
        self.rows = 0
        self.truncated = False

    def write(self, chunk: bytes) -> int:
        self.data += chunk
        self._ahead = _BUFFER
        return len(chunk)

    def flush(self) -> None:
        pass

    def counted(self) -> Iterator[Triple]:
        """Yield triples until a limit."""
        for triple in self._results:
            if self.rows == self._max_rows or not self._fits(triple):
                self.truncated = True
                return
            self.rows += 1
            yield triple

    def _fits(self, triple: Triple) -> bool:
        if self._max_bytes is None:
            return True
        size = len(str(triple).encode()) + len(" .\n")
        size = 2 * size + 200 if self._wordy else size
        self._ahead += size
        self._most += size
        return bool(min(self._most, len(self.data) + self._ahead) <= self._max_bytes)


def _next(buffer: bytearray) -> Frame:
    """Return the next request; most come in one piece."""
    while (frame := taken(buffer)) is None:
        piece = os.read(0, _PIECE)
        if not piece:
            raise EOFError
        buffer += piece
    return frame


def _watch_parent() -> None:
    """End the process, in the middle of a query too, when nobody holds the other end of the pipe.

    The kernel does it on Linux already, unless the parent changed its credentials.
    """
    pipe = select.poll()
    pipe.register(0, 0)  # no event but the end
    pipe.poll()
    os._exit(0)


def main(answering: Answering = answered) -> None:
    """Confine this process, open the store, and answer until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    path, memory, network, parent = sys.argv[1:5]
    die_with_parent(int(parent))
    output = os.dup(1)
    os.dup2(2, 1)  # whatever prints does not break a frame

    def answer(reply: Frame) -> None:
        for left in written(*reply):
            while left:
                left = left[os.write(output, left[: 1 << 20]) :]

    limit_memory(int(memory))
    try:
        store = open_store(Path(path))
    except StoreError as error:
        answer(({"error": "store", "message": error.problem, "remedy": error.remedy}, b""))
        return
    if hasattr(select, "poll"):  # not on Windows
        threading.Thread(target=_watch_parent, daemon=True).start()
    confined = forbid_system_calls(network=network == "1")
    answer(({"ready": True, "confined": confined}, b""))
    with contextlib.suppress(EOFError):
        serve(store, partial(_next, bytearray()), answer, answering)


if __name__ == "__main__":
    main()
