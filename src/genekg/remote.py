"""A graph behind any SPARQL 1.1 endpoint, read as the local store is.

What is asked of one node of an answer will be asked of its siblings: `RemoteStore` asks for all of
them at once, and remembers, for a published graph never changes. The sidecars are fetched once
per build (see `genekg.sidecars`) into the user's cache.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import DefaultGraph, NamedNode, Quad

from genekg import binding, sidecars, store
from genekg import vocabulary as v
from genekg.endpoints import Endpoint
from genekg.errors import StoreError
from genekg.paging import Source, scan, select
from genekg.remote_results import solutions

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["MERGED", "Opened", "RemoteStore", "open_endpoint"]

Progress: TypeAlias = Callable[[str, int, int], None]
Pairs: TypeAlias = tuple[tuple[str, str], ...]

# Where an endpoint without a default graph of its own keeps what sources state.
MERGED = NamedNode(f"{v.GK}graph/merged")
_SIBLINGS = 250
_REMEMBERED = 500_000
_PARTS_AT_ONCE = 4
_LOAD = "load it with `genekg publish`"


@dataclass(frozen=True, slots=True)
class Opened:
    """An endpoint's build, its sidecars in the cache, and its statements."""

    build: store.Build
    store: RemoteStore


def open_endpoint(address: str, cache: Path, progress: Progress) -> Opened:
    """Open the graph of an endpoint; ``cache`` is the folder for what is fetched once.

    Raises:
        StoreError: the endpoint does not answer, or holds no graph that this genekg can read.
    """
    endpoint = Endpoint(address)
    try:
        manifest = _manifest(endpoint)
        graphs = _graphs(endpoint, manifest)
        path = _sidecars(endpoint, manifest, cache, progress)
    except BaseException:
        endpoint.close()
        raise
    build = store.Build(path, manifest, endpoint.address)
    return Opened(build, RemoteStore(Source(endpoint, graphs), manifest))


def _manifest(endpoint: Endpoint) -> dict[str, Any]:
    """Return what the graph of an endpoint says of itself."""
    source = Source(endpoint)
    where = f"GRAPH {sidecars.GRAPH} {{ {sidecars.BUILD} {sidecars.CHARS} ?text }}"
    rows = _rows(source, f"SELECT ?text WHERE {{ {where} }}")
    if not rows:
        raise _no_graph(source)
    try:
        manifest: dict[str, Any] = json.loads(rows[0][0].value)
        version, _ = manifest["format"], manifest["sidecars"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the manifest at {endpoint.address} is damaged", remedy=_LOAD) from error
    if version != store.FORMAT:
        raise StoreError(
            f"the graph at {endpoint.address} has format {version}, this genekg reads"
            f" {store.FORMAT}",
            remedy="use the genekg that it was built with, or load it anew",
        )
    return manifest


def _no_graph(source: Source) -> StoreError:
    address = source.endpoint.address
    described = f"<{v.GK}dataset> a <{v.VOID_DATASET.value}>"
    for where in (described, f"GRAPH {MERGED} {{ {described} }}"):
        if source.ask(f"ASK {{ {where} }}"):
            return StoreError(
                f"the graph at {address} is not whole: it does not carry its label index",
                remedy=f"{_LOAD}, or with every shard of `genekg export --shards`",
            )
    return StoreError(f"{address} holds no graph of genekg", remedy=_LOAD)


def _graphs(endpoint: Endpoint, manifest: Mapping[str, Any]) -> Pairs:
    """Return the dataset to ask for, where the endpoint has no default graph of its own."""
    described = f"<{v.GK}dataset> a <{v.VOID_DATASET.value}>"
    if not Source(endpoint).ask(f"ASK {{ GRAPH {MERGED} {{ {described} }} }}"):
        return ()
    names = [MERGED, *_named(manifest)]
    kinds = ["default-graph-uri", *["named-graph-uri"] * (len(names) - 1)]
    return tuple((kind, name.value) for kind, name in zip(kinds, names, strict=True))


def _named(manifest: Mapping[str, Any]) -> list[NamedNode]:
    """Return the named graphs of a build: the inferred one, its sidecars', and a user's own."""
    own = {one["graph"] for one in manifest.get("rdf", ())}
    return [v.INFERRED, sidecars.GRAPH, *(NamedNode(name) for name in sorted(own))]


def _sidecars(
    endpoint: Endpoint, manifest: Mapping[str, Any], cache: Path, progress: Progress
) -> Path:
    """Return the folder of a build's sidecars, fetched when it is not there."""
    place = hashlib.sha256(endpoint.address.encode()).hexdigest()[:16]
    facts = manifest["sidecars"]
    said = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]
    folder = cache / f"{place}-{said}"
    if folder.is_dir() and all(
        (folder / name).is_file() and (folder / name).stat().st_size == one["size"]
        for name, one in facts.items()
    ):
        return folder
    total = max((one["parts"][1] for one in facts.values()), default=0)

    def content(first: int, end: int) -> list[str]:
        texts: list[str] = []
        for start in range(first, end, _PARTS_AT_ONCE):
            progress("fetching the label index", start, total)
            texts += _parts(Source(endpoint), range(start, min(end, start + _PARTS_AT_ONCE)))
        return texts

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=cache) as draft:
            new = Path(draft) / "sidecars"
            new.mkdir()
            sidecars.unpack(new, manifest, content)
            for old in cache.glob(f"{place}-*"):
                shutil.rmtree(old, ignore_errors=True)
            new.rename(folder)
    except OSError as error:
        raise StoreError(
            f"the label index could not be kept in {cache}: {error.strerror or error}",
            remedy="free some space, or set GENEKG_CACHE to another folder",
        ) from error
    progress("fetching the label index", total, total)
    return folder


def _parts(source: Source, numbers: range) -> list[str]:
    texts = []
    for number in numbers:
        where = f"GRAPH {sidecars.GRAPH} {{ {sidecars.part(number)} {sidecars.BYTES} ?text }}"
        rows = _rows(source, f"SELECT ?text WHERE {{ {where} }}")
        if not rows:
            raise StoreError(
                f"the graph at {source.endpoint.address} lacks part {number} of its label index",
                remedy=_LOAD,
            )
        texts.append(rows[0][0].value)
    return texts


def _rows(source: Source, text: str) -> list[Any]:
    return list(solutions(select(source, text)))


class RemoteStore:
    """The statements of an endpoint, with the methods of pyoxigraph's Store that readers use."""

    def __init__(self, source: Source, manifest: Mapping[str, Any]) -> None:
        self.source = source
        self._graphs = _named(manifest)
        self._known: dict[tuple[Any, ...], list[Quad]] = {}
        self._held = 0
        self._siblings: dict[Any, list[Any]] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._copies: dict[Any, Store] = {}

    def query(
        self,
        query: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        substitutions: Mapping[Any, Any] | None = None,
    ) -> Any:
        """Return the solutions of a SELECT, or the answer of an ASK."""
        text = binding.with_prefixes(query, prefixes or {})
        if substitutions:
            text = binding.bind(text, {name.value: term for name, term in substitutions.items()})
        return solutions(select(self.source, text))

    def named_graphs(self) -> Iterator[NamedNode]:
        """Yield the names of the graphs beside the default one."""
        yield from self._graphs

    def quads_for_pattern(
        self, subject: Any, predicate: Any, object: Any, graph_name: Any = None
    ) -> Iterator[Quad]:
        """Yield the quads of a pattern; ``None`` stands for anything.

        A whole graph is brought into a store on disk until the end, and so comes in the order of a
        local one, each subject in one piece.
        """
        if graph_name is None:
            for name in (DefaultGraph(), *self._graphs):
                yield from self.quads_for_pattern(subject, predicate, object, name)
        elif subject is None and predicate is None and object is None:
            yield from self.brought(graph_name).quads_for_pattern(None, None, None, graph_name)
        elif subject is None and object is None:
            for found in scan(self.source, predicate, _name(graph_name)):
                yield Quad(*found, graph_name)
        else:
            yield from self._small((subject, predicate, object, graph_name))

    def __contains__(self, quad: Quad) -> bool:
        """Whether a quad is there."""
        pattern = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        return bool(self._small(pattern))

    def brought(self, graph: Any) -> Store:
        """Return a store on disk with all of a graph, until the end."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="genekg-")
        if graph not in self._copies:
            path = Path(self._folder.name) / str(len(self._copies))
            copy = store.new_store(path)
            copy.bulk_extend(Quad(*found, graph) for found in scan(self.source, None, _name(graph)))
            self._copies[graph] = copy
        return self._copies[graph]

    def _small(self, pattern: tuple[Any, ...]) -> list[Quad]:
        """Return the quads of a pattern, with those of its subject's siblings in one request."""
        if pattern in self._known:
            return self._known[pattern]
        subject, predicate, object_, graph = pattern
        if self._held > _REMEMBERED:
            self._known, self._siblings, self._held = {}, {}, 0
        if object_ is not None:
            return self._remember({pattern: self._matching([subject], predicate, object_, graph)})
        wanted = [
            one for one in self._around(subject) if (one, predicate, None, graph) not in self._known
        ]
        found: dict[tuple[Any, ...], list[Quad]] = {
            (one, predicate, None, graph): [] for one in wanted
        }
        for quad in self._matching(wanted, predicate, None, graph):
            found[quad.subject, predicate, None, graph].append(quad)
        self._remember(found)
        return self._known[pattern]

    def _around(self, subject: Any) -> list[Any]:
        """Return a node and those that came after it in the same answer."""
        siblings = self._siblings.get(subject, [subject])
        place = siblings.index(subject)
        return siblings[place : place + _SIBLINGS]

    def _matching(
        self, subjects: list[Any], predicate: Any, object_: Any, graph: Any
    ) -> list[Quad]:
        """Ask for the quads of some subjects, or of any."""
        several = len(subjects) > 1
        start = "?s" if several or subjects[0] is None else str(subjects[0])
        triple = f"{start} {predicate or '?p'} {object_ or '?o'}"
        where = f"GRAPH {graph} {{ {triple} }}" if _name(graph) else triple
        values = f"VALUES ?s {{ {' '.join(map(str, subjects))} }} " if several else ""
        names = " ".join(part for part in triple.split() if part in ("?s", "?p", "?o"))
        rows = _rows(self.source, f"SELECT {names or '*'} WHERE {{ {values}{where} }}")
        given = {"s": subjects[0], "p": predicate, "o": object_}
        asked = {name: f"?{name}" in triple.split() for name in given}
        quads = set()
        for row in rows:
            found = [row[name] if asked[name] else given[name] for name in given]
            quads.add(Quad(found[0], found[1], found[2], graph))
        return store.ordered(quads)

    def _remember(self, found: dict[tuple[Any, ...], list[Quad]]) -> list[Quad]:
        """Keep answers, and which nodes came together in them."""
        self._known.update(found)
        together: dict[Any, dict[Any, None]] = {}
        for quads in found.values():
            self._held += len(quads) + 1
            for quad in quads:
                together.setdefault(None, {})[quad.subject] = None
                if isinstance(quad.object, NamedNode):
                    together.setdefault(quad.predicate, {})[quad.object] = None
        for nodes in together.values():
            siblings = list(nodes)
            for node in siblings:
                if len(self._siblings.get(node, ())) < len(siblings):
                    self._siblings[node] = siblings
        return next(iter(found.values()))

    def close(self) -> None:
        """Close the connection, and remove what was brought to disk."""
        self._copies.clear()
        if self._folder is not None:
            self._folder.cleanup()
        self.source.endpoint.close()


def _name(graph: Any) -> str:
    """Return the name of a graph, empty for the default one."""
    return "" if isinstance(graph, DefaultGraph) else str(graph.value)
