"""The local store: where builds stand, how one is opened, and how a new one takes its place.

A home folder holds ``builds/NAME/`` (the Oxigraph store and its sidecars, never changed once
published), the file ``current`` that names the one in use, and ``lock``. A build is written to
``builds/.new-…``, checked, and renamed; then ``current`` is replaced. A reader resolves
``current`` once. This module is the only one that imports pyoxigraph's ``Store``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from genekg.errors import StoreError, UsageError

FORMAT = 1
KEPT_BUILDS = 3
GRAPH = "graph"
_MANIFEST = "manifest.json"
_POINTER = "current"


def ordered(quads: Iterable[Quad]) -> list[Quad]:
    """Return quads in an order that every engine gives alike: by subject, predicate and object."""
    return sorted(
        quads,
        key=lambda q: (
            q.subject.value,  # type: ignore[union-attr]
            q.predicate.value,
            q.object.value,  # type: ignore[union-attr]
        ),
    )


class Statements(Protocol):
    """What readers ask of a graph's statements: pyoxigraph's Store has it, and a remote store."""

    def query(self, query: str, *, prefixes: Any = ..., substitutions: Any = ...) -> Any:
        """Return the solutions of a query."""

    def quads_for_pattern(
        self, subject: Any, predicate: Any, object: Any, graph_name: Any = ...
    ) -> Iterator[Quad]:
        """Yield the quads of a pattern; None stands for anything."""

    def named_graphs(self) -> Iterator[NamedNode | BlankNode]:
        """Yield the names of the graphs beside the default one."""

    def __contains__(self, quad: Quad) -> bool:
        """Whether a quad is there."""


@dataclass(frozen=True, slots=True)
class Build:
    """A published build: its folder and what its manifest says.

    That of an endpoint has its ``address``, and a folder with nothing but its sidecars.
    """

    path: Path
    manifest: dict[str, Any]
    address: str = ""

    @property
    def graph(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.path / GRAPH

    @property
    def name(self) -> str:
        """The name of the build."""
        return self.address or self.path.name


def is_address(text: str) -> bool:
    """Whether a text is the address of an endpoint rather than a folder.

    >>> is_address("https://example.org/sparql"), is_address("stores/http")
    (True, False)
    """
    return text.lower().startswith(("http:", "https:"))


def default_home() -> Path:
    """Return the home folder: ``GENEKG_STORE``, else the platform's place for user data.

    Raises:
        UsageError: ``GENEKG_STORE`` is the address of an endpoint.
    """
    if given := os.environ.get("GENEKG_STORE"):
        if is_address(given):
            raise UsageError(
                "GENEKG_STORE is the address of an endpoint, and this needs a folder",
                remedy="give the folder with --store",
            )
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("genekg")


def published(home: Path) -> str:
    """Return the name of the build in use, empty when nothing is published there.

    Raises:
        StoreError: the file that says so cannot be read.
    """
    try:
        return (home / _POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{home / _POINTER} cannot be read ({error})") from error


def current(home: Path) -> Build | None:
    """Return the build in use, or None when nothing is published there.

    Raises:
        StoreError: the build is damaged, or of another format.
    """
    name = published(home)
    if not name:
        return None
    return build_at(home / "builds" / name)


def build_at(path: Path) -> Build:
    """Return the build in a folder.

    Raises:
        StoreError: it is damaged, or of another format.
    """
    return Build(path, _checked_manifest(path))


def _checked_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a build whose files are all there, at their sizes.

    Oxigraph's own small files are hashed too: with a MANIFEST cut in half it opens without a
    word and shows a fraction of the graph.
    """
    remedy = "run `genekg build --force`; nothing else uses the damaged build"
    try:
        manifest: dict[str, Any] = json.loads((path / _MANIFEST).read_text(encoding="utf-8"))
        version = manifest["format"]
        files = {
            name: (facts["size"], facts["sha256"]) for name, facts in manifest["files"].items()
        }
    except FileNotFoundError as error:
        raise StoreError(f"{path} has no manifest", remedy=remedy) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror})", remedy=remedy) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"the manifest of {path} is damaged", remedy=remedy) from error
    if version != FORMAT:
        raise StoreError(
            f"{path} has format {version}, this genekg reads {FORMAT}",
            remedy="run `genekg build`",
        )
    present = {name for name in _files(path) if name != _MANIFEST}
    if missing := sorted(files.keys() - present):
        raise StoreError(f"{path}: the file {missing[0]} is missing", remedy=remedy)
    for name, (size, digest) in files.items():
        file = path / name
        if file.stat().st_size != size:
            raise StoreError(f"{file} has not the size it was published with", remedy=remedy)
        if file.name.startswith(("CURRENT", "MANIFEST")) and sha256(file) != digest:
            raise StoreError(f"{file} is not what was published", remedy=remedy)
    return manifest


def verify(build: Build) -> Iterator[str]:
    """Yield each file's name once its hash is found right.

    Raises:
        StoreError: a file is not what was published.
    """
    remedy = "run `genekg build --force`"
    for name, expected in build.manifest["files"].items():
        file = build.path / name
        try:
            digest = sha256(file)
        except OSError as error:
            raise StoreError(f"{file} cannot be read ({error.strerror})", remedy=remedy) from error
        if digest != expected["sha256"]:
            raise StoreError(f"{file} is not what was published", remedy=remedy)
        yield name


def open_store(path: Path) -> Store:
    """Open an Oxigraph folder for reading.

    Raises:
        StoreError: it cannot be opened.
    """
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error}") from error


def new_store(path: Path) -> Store:
    """Create an Oxigraph folder for a build."""
    return Store(str(path))


def memory_store() -> Store:
    """Create an empty store in memory."""
    return Store()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(path: Path) -> list[str]:
    return sorted(
        file.relative_to(path).as_posix()
        for file in path.rglob("*")
        if file.is_file() and file.name not in ("LOCK", "LOG") and ".old." not in file.name
    )


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as file:
        try:
            _lock_file(file)
        except OSError as error:
            raise StoreError(
                f"another build is writing to {home}", remedy="wait for it, or end it"
            ) from error
        yield


def _lock_file(file: IO[str]) -> None:
    """Take a lock that the system gives back when the process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True)
class Draft:
    """A build being written. Nobody reads it before it is published."""

    home: Path
    path: Path

    @property
    def graph(self) -> Path:
        """The folder for the Oxigraph store."""
        return self.path / GRAPH

    def publish(self, name: str, manifest: dict[str, Any]) -> Build:
        """Write the manifest, sync all to disk, rename, and make it the current build."""
        files = {
            file: {"size": (self.path / file).stat().st_size, "sha256": sha256(self.path / file)}
            for file in _files(self.path)
        }
        for file in files:
            _sync(self.path / file)
        for folder in {(self.path / file).parent for file in files}:
            _sync(folder)
        target = self.home / "builds" / name
        number = 1
        while target.exists():
            number += 1
            target = target.with_name(f"{name}-{number}")
        content = {"format": FORMAT, "name": target.name, **manifest, "files": files}
        _write(self.path / _MANIFEST, json.dumps(content, indent=1))
        _sync(self.path)
        self.path.rename(target)
        _sync(target.parent)
        _write(self.home / f".{_POINTER}.new", target.name)
        (self.home / f".{_POINTER}.new").replace(self.home / _POINTER)
        _sync(self.home)
        return Build(target, content)


@contextmanager
def draft(home: Path) -> Iterator[Draft]:
    """Give a place to write a build, holding the lock; what is not published is removed.

    Left-overs of builds that were killed are swept first, and old builds after.

    Raises:
        StoreError: another build is running, the disk is full, or the folder is not writable.
    """
    try:
        with _lock(home):
            builds = home / "builds"
            builds.mkdir(exist_ok=True)
            for left in builds.glob(".new-*"):
                shutil.rmtree(left, ignore_errors=True)
            path = Path(tempfile.mkdtemp(prefix=".new-", dir=builds))
            try:
                yield Draft(home, path)
            finally:
                shutil.rmtree(path, ignore_errors=True)
            _sweep(home)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"the build could not be written to {home}: {reason}",
            remedy="the store in use is untouched; free some space or choose another place with"
            " --store",
        ) from error


def _sweep(home: Path) -> None:
    in_use = (home / _POINTER).read_text(encoding="utf-8").strip()
    builds = sorted((home / "builds").iterdir(), key=lambda path: path.stat().st_mtime)
    for old in [path for path in builds if path.name != in_use][: -(KEPT_BUILDS - 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
