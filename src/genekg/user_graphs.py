"""A user's own RDF: files in any RDF format, each in a named graph of its own beside the graph.

The default graph stays what the sources say. A file's triples, and the default graph of a file
of quads, stand in ``https://w3id.org/genekg/graph/user/NAME``, where NAME is the file's name
without its ending; that IRI is the base of its relative IRIs too. Other named graphs keep their
names. Blank nodes become IRIs under ``https://w3id.org/genekg/.well-known/genid/``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pyoxigraph import RdfFormat

from genekg.errors import SourceError, StoreError, UsageError
from genekg.rdf_reader import FORMATS, OWN_GRAPHS

if TYPE_CHECKING:
    from pyoxigraph import Store

    from genekg.intake import Progress

__all__ = ["UserFile", "load", "names", "read"]

MEMORY = 2 << 30
DEADLINE = 1800.0
_USER_GRAPHS = f"{OWN_GRAPHS}user/"


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file that was read: its N-Quads, and how many statements it has for each graph."""

    path: Path
    quads: Path
    statements: dict[str, int]


def names(paths: Sequence[Path]) -> dict[str, Path]:
    """Return each file by the graph that it will stand in.

    Raises:
        UsageError: a name that tells no RDF format, or two files of one name.

    >>> list(names([Path("cohort 7.ttl.gz")]))
    ['https://w3id.org/genekg/graph/user/cohort%207']
    """
    found: dict[str, Path] = {}
    for path in paths:
        stem = Path(path.name.removesuffix(".gz"))
        if stem.suffix.lower() not in FORMATS:
            raise UsageError(
                f"{path.name} does not say by its ending what RDF it is",
                remedy=f"let it end in {', '.join(FORMATS)}, or one of these and .gz",
            )
        graph = _USER_GRAPHS + quote(stem.stem, safe="")
        if graph in found:
            raise UsageError(
                f"{found[graph]} and {path} would stand in the same graph, <{graph}>",
                remedy="rename one of them",
            )
        found[graph] = path
    return found


@contextmanager
def read(
    paths: Sequence[Path],
    progress: Progress,
    *,
    memory: int = MEMORY,
    deadline: float = DEADLINE,
) -> Iterator[list[UserFile]]:
    """Give the files as N-Quads, which are there until the end of the block.

    Each is read in a process of its own with so many bytes of memory and so many seconds.

    Raises:
        SourceError: a file is not RDF of its format, or needs more than that.
    """
    with tempfile.TemporaryDirectory(prefix="genekg-") as folder:
        files = []
        for number, (graph, path) in enumerate(names(paths).items()):
            progress(f"reading {path.name}", 0, 0)
            output = Path(folder) / f"{number}.nq"
            statements = _convert(path, graph, output, memory, deadline)
            files.append(UserFile(path, output, statements))
        yield files


def _convert(path: Path, graph: str, output: Path, memory: int, deadline: float) -> dict[str, int]:
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    command = [
        *(sys.executable, "-P", "-m", "genekg.rdf_reader"),
        *(str(path), ending, graph, str(output), str(memory), str(os.getpid())),
    ]
    modules = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=deadline,
            check=False,
            env={**os.environ, "PYTHONPATH": modules, "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            path, None, f"not read within {deadline:g} s", remedy="split it into smaller files"
        ) from error
    if done.returncode:
        raise _death(path, done, memory)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "problem" in answer:
        raise SourceError(path, answer["line"], answer["problem"], remedy=answer["remedy"])
    graphs: dict[str, int] = answer["graphs"]
    return graphs


def _death(path: Path, done: subprocess.CompletedProcess[bytes], memory: int) -> SourceError:
    """Say why the process ended before its answer."""
    said = done.stderr.decode(errors="replace")
    if "memory allocation" in said or "MemoryError" in said:
        problem = f"it needs more than the {memory / 2**30:.2g} GiB that reading it may take"
        return SourceError(path, None, problem, remedy="write it as N-Triples, or split it")
    if "overflowed its stack" in said or done.returncode == -11:
        return SourceError(path, None, "it nests too deep", remedy="write it as N-Triples")
    last = (said.strip().splitlines() or ["no message"])[-1]
    problem = f"the process that read it ended with code {done.returncode}: {last}"
    return SourceError(path, None, problem, remedy="report this with the file")


def load(graph: Store, files: Sequence[UserFile]) -> None:
    """Load the files into a store, strictly."""
    for file in files:
        graph.bulk_load(path=str(file.quads), format=RdfFormat.N_QUADS)


def summary(graph: Store, files: Sequence[UserFile]) -> list[dict[str, Any]]:
    """Return what the manifest says: each file with each of its graphs, counted in the store.

    ``triples`` is what the graph holds; ``statements`` is what the file says, repeated ones too.

    Raises:
        StoreError: a graph does not hold what its files say.
    """
    said: dict[str, int] = {}
    for file in files:
        for name, number in file.statements.items():
            said[name] = said.get(name, 0) + number
    held = {name: _count(graph, name) for name in said}
    for name, number in held.items():
        if not 1 <= number <= said[name]:
            raise StoreError(
                f"the store shows {number:,} triples in <{name}>, {said[name]:,} went in",
                remedy="this is a fault of genekg; please report it",
            )
    return [
        {"file": file.path.name, "graph": name, "statements": number, "triples": held[name]}
        for file in files
        for name, number in sorted(file.statements.items())
    ]


def _count(graph: Store, name: str) -> int:
    found: Any = graph.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    return int(next(found)["n"].value)
