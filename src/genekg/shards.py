"""The whole graph as a folder of compressed N-Quads, for the bulk loaders of large engines.

A folder holds ``shard-0001.nq.gz`` and so on, of about the same number of quads, and
``manifest.json``: how many quads each has, its size and hash, and how many each graph has in all.
Quads without a graph are the default graph, what sources state. See
https://www.w3.org/TR/n-quads/.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from genekg import sidecars
from genekg import vocabulary as v
from genekg.errors import StoreError, UsageError
from genekg.store import sha256

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["graphs", "quads", "read", "write"]

Progress: TypeAlias = Callable[[str, int, int], None]

MANIFEST = "manifest.json"
_TICK = 50_000
_LEVEL = 5


def graphs(graph: Graph) -> list[NamedNode | DefaultGraph]:
    """Return every graph: the default one first, that of the sidecars last.

    So what is loaded in part has no sidecars yet, and is not taken for the whole.
    """
    others = {name for name in graph.store.named_graphs() if isinstance(name, NamedNode)}
    own = sorted(others - {v.INFERRED, sidecars.GRAPH}, key=str)
    return [DefaultGraph(), v.INFERRED, *own, sidecars.GRAPH]


def quads(graph: Graph) -> Iterator[Quad]:
    """Yield every quad of every graph."""
    return chain.from_iterable(
        graph.store.quads_for_pattern(None, None, None, name) for name in graphs(graph)
    )


def write(graph: Graph, folder: Path, number: int, progress: Progress) -> dict[str, Any]:
    """Write so many shards and their manifest to a new folder, whole or not at all.

    Raises:
        UsageError: the folder is there and not empty.
        StoreError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there and not empty", remedy="name a new folder")
    manifest = graph.manifest
    total = manifest["triples"] + manifest["inferred"] + sum(
        one["triples"] for one in manifest.get("rdf", ())
    )  # fmt: skip
    size = -(-total // number)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            content = _write(graph, draft, number, size, total, progress)
            draft.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{folder} could not be written: {error.strerror or error}") from error
    return content


def _write(
    graph: Graph, folder: Path, number: int, size: int, total: int, progress: Progress
) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    done = 0

    def counted(some: Iterable[Quad]) -> Iterator[Quad]:
        nonlocal done
        for quad in some:
            if done % _TICK == 0:
                progress("writing shards", done, total)
            done += 1
            counts["" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value] += 1
            yield quad

    shards: list[dict[str, Any]] = []
    every = quads(graph)
    for place in range(1, number + 1):
        path = folder / f"shard-{place:04}.nq.gz"
        before = done
        part = every if place == number else islice(every, size)
        with path.open("wb") as file, gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
            pyoxigraph.serialize(counted(part), cast(IO[bytes], packed), RdfFormat.N_QUADS)
        shards.append(
            {
                "file": path.name,
                "quads": done - before,
                "size": path.stat().st_size,
                "sha256": sha256(path),
            }
        )
    progress("writing shards", done, done)
    content = {
        "genekg": graph.manifest["genekg"],
        "digest": graph.manifest["digest"],
        "quads": done,
        "graphs": dict(counts),
        "shards": shards,
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return content


def read(folder: Path) -> Iterator[Quad]:
    """Yield every quad of a folder of shards.

    Raises:
        StoreError: a shard is missing, or is not what was written.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = [(one["file"], one["sha256"], one["quads"]) for one in content["shards"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder} has no manifest of shards that can be read") from error
    for name, digest, number in listed:
        path = folder / name
        if not path.is_file() or sha256(path) != digest:
            raise StoreError(f"{path} is not what was written", remedy="export the shards again")
        with gzip.open(path) as file:
            found = 0
            for quad in pyoxigraph.parse(cast(IO[bytes], file), RdfFormat.N_QUADS):
                found += 1
                yield quad
        if found != number:
            raise StoreError(f"{path} has {found:,} quads, not {number:,}")
