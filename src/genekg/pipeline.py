"""Building the graph: sources, records, quads, store, checks, publication.

``build`` is the whole way. The same inputs give the same graph, and a second build of what is
already published does nothing and says so.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph

from genekg import __version__, resources, sidecars, store, user_graphs
from genekg.errors import SourceError, StoreError
from genekg.intake import Progress, coverage, take_in
from genekg.sources import ingested, paths, registry
from genekg.writing import write

# Raised whenever the shape of the graph changes, so that a build of the same files is made anew.
SHAPE = 7
_OWN_INPUTS = ("data/sources.toml", "ontology/prefixes.tsv")


def _silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A published build, and whether it is new."""

    build: store.Build
    new: bool


def build(
    home: Path,
    given: Mapping[str, Path] | None = None,
    *,
    rdf: Sequence[Path] = (),
    force: bool = False,
    floors: bool = True,
    progress: Progress = _silent,
) -> Outcome:
    """Build the graph from the packaged sources, those fetched, or those given by name.

    Args:
        home: the folder of the store.
        given: a file or folder for a source, by its name, in place of the packaged one.
        rdf: the user's own RDF files, each loaded into a named graph; see ``user_graphs``. They are
            not remembered: a build without them is a graph without them.
        force: build even when the same inputs are already published.
        floors: refuse a source with fewer records than its release can have; off for samples.
        progress: called with a step's name, how far it is, and of how much.

    Raises:
        SourceError: a source or an RDF file cannot be read. The store in use is untouched.
        UsageError: a source's name is unknown, or an RDF file's name does not do.
        StoreError: the store cannot be written. The store in use is untouched.
    """
    started = time.monotonic()
    files = paths(_with_pages(home, given or {}))
    progress("hashing sources", 0, 0)
    digest = inputs_digest(files, rdf)
    if not force and (published := _published(home)) and published.manifest["digest"] == digest:
        return Outcome(published, new=False)
    with user_graphs.read(rdf, progress) as own:
        intakes, shape = take_in(files, progress, floors=floors)
        with store.draft(home) as draft:
            counts = write(draft.path, intakes, shape, progress, version=digest[:12], own=own)
            absent = [source for name, source in registry().items() if name not in files]
            manifest = {
                "genekg": __version__,
                "pyoxigraph": pyoxigraph.__version__,
                "shape": SHAPE,
                "digest": digest,
                "built": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": round(time.monotonic() - started, 1),
                "sources": [intake.summary() for intake in intakes],
                "absent": [{"source": one.name, "gives": one.facts["about"]} for one in absent],
                "coverage": coverage(intakes, shape),
                "conflicts": [
                    {"ids": list(conflict.ids), "reason": conflict.reason}
                    for conflict in shape.identity.conflicts
                ],
                **counts,
            }
            progress("publishing", 0, 0)
            sidecars.add(draft.path, manifest)
            return Outcome(draft.publish(digest[:12], manifest), new=True)


def _with_pages(home: Path, given: Mapping[str, Path]) -> Mapping[str, Path]:
    """Return what is given, and the pages that were ingested for this graph."""
    folder = home / ingested.FOLDER
    if "pages" in given or not any(folder.glob("*.json")):
        return given
    return {**given, "pages": folder}


def _published(home: Path) -> store.Build | None:
    """Return the build in use; a damaged one does not keep a new one from being made."""
    try:
        return store.current(home)
    except StoreError:
        return None


def inputs_digest(files: Mapping[str, Path], rdf: Sequence[Path] = ()) -> str:
    """Return a hash over all input files, genekg's version and the shape of the graph.

    Raises:
        SourceError: a file cannot be read.
        UsageError: an RDF file's name does not do.
    """
    total = hashlib.sha256(f"{__version__} {SHAPE}".encode())
    own_files = [resources.path(own) for own in _OWN_INPUTS]
    own_files += sorted(resources.path("queries").glob("*.rq"))  # they are in the graph too
    for own in own_files:
        total.update(store.sha256(own).encode())
    added = user_graphs.names(rdf)
    for path in added.values():
        if path.is_dir():
            raise SourceError(path, None, "a folder, not a file", remedy="name each file in it")
    for name, path in sorted({**files, **added}.items()):
        parts = sorted(path.rglob("*")) if path.is_dir() else [path]
        for part in parts:
            if not part.is_file():
                if not path.is_dir():
                    raise SourceError(path, None, "no such file", remedy="check the path")
                continue
            inside = part.relative_to(path).as_posix() if path.is_dir() else ""
            total.update(f"{name}/{inside} ".encode())
            try:
                total.update(store.sha256(part).encode())
            except OSError as error:
                raise SourceError(part, None, f"cannot be read ({error.strerror})") from error
    return total.hexdigest()
