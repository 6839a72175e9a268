"""The sidecars of a build, carried in the graph itself, so that an endpoint that has it has them.

The named graph ``gkgraph:build`` holds the manifest as JSON and the files beside the store (the
label index, the arrays …), compressed and cut into parts. A reader of an endpoint fetches them
once; searching, matching and traversing then read the very files that a local build has. The words
are those of Representing Content in RDF, https://www.w3.org/TR/Content-in-RDF10/.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from genekg import store
from genekg import vocabulary as v
from genekg.errors import StoreError

__all__ = ["BUILD", "BYTES", "CHARS", "GRAPH", "add", "part", "quads", "unpack"]

GRAPH = NamedNode(f"{v.GK}graph/build")
BUILD = NamedNode(f"{v.GK}build")
CHARS = NamedNode("http://www.w3.org/2011/content#chars")
BYTES = NamedNode("http://www.w3.org/2011/content#bytes")

# A literal of the graph is at most 1 MB; base64 makes four bytes of three.
_PART = 384 << 10
_LARGEST = 2 << 30
# A file in the folder of a build, or in a folder of it; those of the store and the manifest not.
_NAME = re.compile(rf"(?!{store.GRAPH}/|manifest\.json)(?:[a-z_]+/)?[A-Za-z0-9_][A-Za-z0-9_.-]*")


def part(number: int) -> NamedNode:
    """Return the node of a part of the files."""
    return NamedNode(f"{BUILD.value}/part/{number}")


def files(folder: Path) -> list[Path]:
    """Return the files beside the store of a build: its sidecars."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if _NAME.fullmatch(path.relative_to(folder).as_posix()))


def quads(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Quad]:
    """Yield the build graph of a build folder: the parts of its files, and its manifest."""
    described: dict[str, dict[str, Any]] = {}
    number = 0
    for path in files(folder):
        content = path.read_bytes()
        packed = zlib.compress(content, 6)
        first = number
        for start in range(0, len(packed), _PART):
            text = base64.b64encode(packed[start : start + _PART]).decode("ascii")
            yield Quad(part(number), BYTES, Literal(text), GRAPH)
            number += 1
        described[path.relative_to(folder).as_posix()] = {
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "parts": [first, number],
        }
    said = {"format": store.FORMAT, **manifest, "sidecars": described}
    text = json.dumps(said, ensure_ascii=False)
    yield Quad(BUILD, CHARS, Literal(text), GRAPH)


def add(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Load the build graph into the store of a build that is being written."""
    graph = store.new_store(folder / store.GRAPH)
    graph.bulk_extend(quads(folder, manifest))
    graph.flush()
    del graph
    for log in (folder / store.GRAPH).glob("LOG.old.*"):
        log.unlink()


def unpack(
    folder: Path, manifest: Mapping[str, Any], content: Callable[[int, int], list[str]]
) -> None:
    """Write the files that a manifest describes to a folder.

    ``content`` returns the texts of the parts from one number up to another.

    Raises:
        StoreError: a part is missing or is not what was published.
    """
    for name, facts in manifest["sidecars"].items():
        if not _NAME.fullmatch(name) or facts["size"] > _LARGEST:
            raise StoreError(f"the graph carries {name!r}, which is no file of genekg")
        try:
            packed = b"".join(
                base64.b64decode(text, validate=True) for text in content(*facts["parts"])
            )
            data = zlib.decompressobj().decompress(packed, facts["size"] + 1)
        except (binascii.Error, zlib.error, ValueError) as error:
            raise _damaged(name) from error
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            raise _damaged(name)
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def _damaged(name: str) -> StoreError:
    return StoreError(
        f"the {name} that the graph carries is not what was published",
        remedy="load the graph again with `genekg publish`",
    )
