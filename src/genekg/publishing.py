"""Loading the graph into another engine by the Graph Store Protocol, in parts that can be resumed.

See https://www.w3.org/TR/sparql11-http-rdf-update/. The graph has no blank nodes, so a part that
is sent twice is the same graph. Where an engine answers over all its graphs when none is named
(Virtuoso, QLever, GraphDB), what sources state goes to ``gkgraph:merged`` instead of the default
graph; readers find out which it is. The sidecars go last: without them a graph is not whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Triple

from genekg import resources, shards, sidecars
from genekg import vocabulary as v
from genekg.endpoints import RESULTS, Endpoint, checked
from genekg.errors import StoreError, UsageError
from genekg.paging import Source
from genekg.remote import MERGED

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Target", "publish", "target"]

Progress: TypeAlias = Callable[[str, int, int], None]

BATCH = 50_000
# N-Triples that say they are Turtle: Virtuoso goes by the first lines, not by the type, and takes
# those with a literal of 100,000 characters for plain text.
TURTLE = "text/turtle"
_FIRST = f"@prefix gk: <{v.GK}> .\n".encode()


@dataclass(frozen=True, slots=True)
class Target:
    """Where to load: the endpoint, its graph store, and whether its default graph is its own."""

    endpoint: Endpoint
    graph_store: httpx.URL
    parameter: str
    own_default: bool

    def address(self, name: NamedNode | DefaultGraph) -> httpx.URL:
        """Return the address of a graph in the graph store."""
        iri = self.stands_in(name)
        if not iri:
            return self.graph_store.copy_with(query=b"default")
        return self.graph_store.copy_merge_params({self.parameter: iri})

    def stands_in(self, name: NamedNode | DefaultGraph) -> str:
        """Return the name of the graph that a graph is loaded into; empty for the default one."""
        if isinstance(name, NamedNode):
            return name.value
        return "" if self.own_default else MERGED.value

    def count(self, name: NamedNode | DefaultGraph) -> int:
        """Return how many triples a graph has there."""
        iri = self.stands_in(name)
        where = f"GRAPH <{iri}> {{ ?s ?p ?o }}" if iri else "?s ?p ?o"
        return Source(self.endpoint).count(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")


def target(endpoint: Endpoint, *, graph_store: str = "", own_default: bool | None = None) -> Target:
    """Return how to load into an endpoint; what is not said is told by the server and its address.

    Raises:
        UsageError: the address of its graph store is not known.
    """
    reply = endpoint.query("ASK {}", RESULTS)
    url = checked(endpoint.address)
    virtuoso = reply.headers.get("server", "").lower().startswith("virtuoso")
    if graph_store:
        place = checked(graph_store)
    elif virtuoso:
        place = url.copy_with(path="/sparql-graph-crud-auth")
    elif url.path.endswith("/query"):
        place = url.copy_with(path=url.path.removesuffix("query") + "store")
    else:
        raise UsageError(
            f"the address of the graph store beside {endpoint.address} is not known",
            remedy="say it with --graph-store URL",
        )
    own = not virtuoso if own_default is None else own_default
    return Target(endpoint, place, "graph-uri" if virtuoso else "graph", own)


def publish(
    graph: Graph, to: Target, progress: Progress, *, force: bool = False, batch: int = BATCH
) -> dict[str, int]:
    """Load every graph, go on where a former try ended, and compare the counts.

    Returns the number of triples by the graph they stand in there.

    Raises:
        UsageError: something else than a graph of genekg is there, and ``force`` is not given.
        StoreError: it cannot be loaded, or the counts differ; call again to go on.
    """
    record = _Record(to.endpoint.address, _identity(graph, batch))
    done = record.read()
    if not done:
        _may_replace(to, force)
        record.write(0)
        for name in reversed(shards.graphs(graph)):
            if to.count(name):
                to.endpoint.send("DELETE", to.address(name), missing=True)
    total = graph.manifest["triples"] + graph.manifest["inferred"]
    loaded: dict[str, int] = {}
    place = 0
    for name in shards.graphs(graph):
        number = 0
        for part in _parts(graph, name, batch):
            if place >= done:
                progress("loading", sum(loaded.values()) + number, total)
                to.endpoint.send("POST", to.address(name), body(part), {"Content-Type": TURTLE})
                record.write(place + 1)
            number += len(part)
            place += 1
        loaded[to.stands_in(name)] = number
    progress("counting", 0, 0)
    for name in shards.graphs(graph):
        expected, found = loaded[to.stands_in(name)], to.count(name)
        if found != expected:
            record.remove()
            raise StoreError(
                f"{to.endpoint.address} counts {found:,} triples in"
                f" {to.stands_in(name) or 'the default graph'}, {expected:,} were loaded",
                remedy="publish again: the load begins anew",
            )
    record.remove()
    return loaded


def _parts(graph: Graph, name: NamedNode | DefaultGraph, batch: int) -> Iterator[Sequence[Triple]]:
    """Yield the triples of a graph in parts of so many; of long ones fewer."""
    triples = (quad.triple for quad in graph.store.quads_for_pattern(None, None, None, name))
    size = 4 if name == sidecars.GRAPH else batch
    while some := list(islice(triples, size)):
        yield some


def body(triples: Iterable[Triple]) -> bytes:
    """Return triples as Turtle, one a line."""
    return _FIRST + (pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def _may_replace(to: Target, force: bool) -> None:
    """Refuse to replace what is no graph of genekg."""
    if force or not to.count(DefaultGraph()):
        return
    where = f"<{v.GK}dataset> a <{v.VOID_DATASET.value}>"
    iri = to.stands_in(DefaultGraph())
    if iri or Source(to.endpoint).ask(f"ASK {{ {where} }}"):
        return
    raise UsageError(
        f"the default graph of {to.endpoint.address} holds something that is not genekg's",
        remedy="publish elsewhere, or replace it with --force",
    )


def _identity(graph: Graph, batch: int) -> str:
    said: list[Any] = [graph.manifest["digest"], graph.manifest["built"], batch]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class _Record:
    """How many parts of a build an endpoint has, kept in the cache until all are there."""

    def __init__(self, address: str, identity: str) -> None:
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        self._path: Path = resources.cache() / "publishing" / f"{name}.json"
        self._identity = identity

    def read(self) -> int:
        """Return how many parts are there."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            same = content["build"] == self._identity
            return int(content["parts"]) if same else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def write(self, parts: int) -> None:
        """Keep how many parts are there.

        Raises:
            StoreError: the cache cannot be written.
        """
        beside = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(
                json.dumps({"build": self._identity, "parts": parts}), encoding="utf-8"
            )
            beside.replace(self._path)
        except OSError as error:
            raise StoreError(
                f"{self._path.parent} could not be written: {error.strerror or error}",
                remedy="set GENEKG_CACHE to another folder",
            ) from error

    def remove(self) -> None:
        """Forget them."""
        self._path.unlink(missing_ok=True)
