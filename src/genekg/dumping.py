"""A whole graph, sent in pieces as it is read: it is larger than an answer may be."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat

from genekg.frames import Frame
from genekg.xml_answers import well_formed

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["GRAPH_FORMATS", "dump"]

GRAPH_FORMATS = {
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
_PIECE = 1 << 17
_GZIP = 16 + zlib.MAX_WBITS
_HALF = 2  # bytes that a piece may end in of a character that XML cannot hold


def dump(store: Store, request: dict[str, Any], send: Callable[[Frame], None]) -> Frame:
    """Send the pieces of a graph, each in a frame that says ``more``; return the last frame.

    The request (`genekg.exchange.dump_request`) has the graph's IRI, empty for the default one.

    Raises:
        OSError, ValueError: what the engine says of it.
    """
    name = request["dump"]
    output = _Pieces(send, xml=request["format"] == "rdfxml", zipped=request["gzip"])
    store.dump(
        output,  # type: ignore[arg-type]
        GRAPH_FORMATS[request["format"]],
        from_graph=NamedNode(name) if name else DefaultGraph(),
        prefixes=request["prefixes"],
    )
    return {"form": "dump"}, output.rest()


class _Pieces:
    """A file that sends what is written to it."""

    def __init__(self, send: Callable[[Frame], None], *, xml: bool, zipped: bool) -> None:
        self._send = send
        self._xml = xml
        self._zip = zlib.compressobj(1, wbits=_GZIP) if zipped else None
        self._plain = bytearray()
        self._ready = bytearray()

    def write(self, chunk: bytes) -> int:
        self._plain += chunk
        if len(self._plain) >= _PIECE:
            self._take(_HALF if self._xml else 0)
            if len(self._ready) >= _PIECE:
                self._send(({"more": True}, self._ready))
                self._ready = bytearray()
        return len(chunk)

    def flush(self) -> None:
        pass

    def rest(self) -> bytearray:
        """Return what has not been sent."""
        self._take(0)
        if self._zip is not None:
            self._ready += self._zip.flush()
        return self._ready

    def _take(self, kept: int) -> None:
        """Make what was written, but for some bytes at its end, ready to be sent."""
        end = len(self._plain) - kept
        piece: bytes | bytearray = self._plain[:end]
        del self._plain[:end]
        if self._xml:
            piece = well_formed(piece)
        self._ready += piece if self._zip is None else self._zip.compress(piece)
