"""The open graph: what every question is asked of."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from genekg import labels, store
from genekg.errors import StoreError

if TYPE_CHECKING:
    import networkx as nx

    from genekg.adjacency import Adjacency
    from genekg.cards import Card
    from genekg.matching.ranking import Matcher
    from genekg.questions import Answer
    from genekg.remote import RemoteStore
    from genekg.remote_sparql import RemoteRunner
    from genekg.steps import Steps
    from genekg.store import Statements
    from genekg.tables import Table
    from genekg.workers import Workers


class Graph:
    """A published build, open for reading.

    It holds the store, the label index and the arrays; the verbs stand in the modules of their
    subject and take it as their first argument. The methods here are those verbs by name.
    """

    def __init__(self, build: store.Build, remote: RemoteStore | None = None) -> None:
        self.build = build
        self.remote = remote
        self.store: Statements = remote or store.open_store(build.graph)
        self.labels = labels.Labels(build.path / labels.FILE)

    @cached_property
    def adjacency(self) -> Adjacency:
        """The direct relations as arrays."""
        from genekg import adjacency

        return adjacency.Adjacency(self.build.path / adjacency.FOLDER)

    @cached_property
    def steps(self) -> Steps:
        """The direct relations as they can be walked."""
        from genekg import steps

        return steps.of(self)

    @cached_property
    def matcher(self) -> Matcher:
        """What matching reads: the profiles of all conditions."""
        from genekg.matching import ranking

        return ranking.of_build(self.build.path)

    @cached_property
    def workers(self) -> Workers | RemoteRunner:
        """What runs the SPARQL of users: processes of their own, or the endpoint."""
        if self.remote is not None:
            from genekg.remote_sparql import RemoteRunner

            return RemoteRunner(self.remote.source)
        from genekg.workers import Workers

        return Workers(self.build.graph)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the build says of itself: sources, versions, counts."""
        return self.build.manifest

    def ask(self, question: str, *, direct: bool = False) -> Answer:
        """Answer a question in plain words; see ``questions.ask``."""
        from genekg import questions

        return questions.ask(self, question, direct=direct)

    def query(self, name: str, **parameters: str) -> Table:
        """Answer one of the named questions; see ``queries.run``."""
        from genekg import queries

        return queries.run(self, name, parameters)

    def sparql(self, text: str, *, deadline: float = 60.0) -> Table:
        """Answer a SPARQL SELECT or ASK query as a table; see ``user_sparql.table``."""
        from genekg import user_sparql

        return user_sparql.table(self, text, deadline=deadline)

    def show(self, entity: str) -> Card:
        """Return all that is known of an entity; see ``cards.show``."""
        from genekg import cards

        return cards.show(self, entity)

    def search(self, text: str, *, limit: int = 20) -> Table:
        """Return the entities that a text fits, the best first; see ``search.find``."""
        from genekg import search

        return search.find(self, text, limit=limit)

    def match(
        self,
        present: Sequence[str] = (),
        excluded: Sequence[str] = (),
        *,
        limit: int = 20,
        **known: Any,
    ) -> Table:
        """Return the conditions that fit symptoms best; see ``consultation.match``.

        ``known`` are onset, sex, age and inheritance, as ``consultation.patient`` takes them.
        """
        from genekg import consultation

        patient = consultation.patient(self, present, excluded, **known)
        return consultation.match(self, patient, limit=limit)

    def next(
        self,
        present: Sequence[str] = (),
        excluded: Sequence[str] = (),
        *,
        limit: int = 10,
        **known: Any,
    ) -> Table:
        """Return the symptoms to look for next; see ``consultation.ask_next``.

        ``known`` are onset, sex, age and inheritance, as ``consultation.patient`` takes them.
        """
        from genekg import consultation

        patient = consultation.patient(self, present, excluded, **known)
        return consultation.ask_next(self, patient, limit=limit)

    def similar(self, condition: str, *, by: str = "symptoms", limit: int = 20) -> Table:
        """Return the conditions most like one; see ``comparison.similar``."""
        from genekg import comparison

        return comparison.similar(self, condition, by=by, limit=limit)

    def compare(self, one: str, other: str) -> Table:
        """Return the symptoms of two conditions side by side; see ``comparison.compare``."""
        from genekg import comparison

        return comparison.compare(self, one, other)

    def why(self, subject: str, predicate: str | None = None, target: str | None = None) -> Table:
        """Return who says a statement, by names or ids; see ``associations.why``."""
        from genekg import associations, search
        from genekg.nodes import node

        other = node(search.resolve(self, target).id) if target else None
        return associations.why(self, node(search.resolve(self, subject).id), predicate, other)

    def __repr__(self) -> str:
        """Say which build it is."""
        return f"<genekg graph {self.build.name}: {self.manifest['triples']:,} triples>"

    def networkx(
        self, entity: str | None = None, *, depth: int = 1, predicates: Sequence[str] = ()
    ) -> nx.MultiDiGraph[str]:
        """Return a neighbourhood, relations by name, or all, as a networkx graph; see ``networks``.

        >>> kg.networkx("ALAS2", depth=2)  # doctest: +SKIP
        >>> kg.networkx(predicates=["causes", "encodes enzyme"])  # doctest: +SKIP
        """
        from genekg import networks

        return networks.network(self, entity, depth=depth, predicates=predicates)

    def close(self) -> None:
        """Let go of the files and end the worker processes."""
        if "workers" in self.__dict__:
            self.workers.close()
        self.labels.close()
        if self.remote is not None:
            self.remote.close()

    def __enter__(self) -> Graph:
        """Return the graph itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the graph."""
        self.close()


def open(
    home: Path | str | None = None,
    *,
    build: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Graph:
    """Open the graph, building the default one when there is none.

    Args:
        home: the folder of the store, or the address of a SPARQL endpoint that holds the graph
            (its label index is fetched once); ``GENEKG_STORE``, or the platform's place, when
            not given.
        build: whether to build when nothing is published there.
        progress: called with a step's name, how far it is, and of how much, while building or
            fetching.

    Raises:
        StoreError: the store is damaged; or there is none, and ``build`` is false; or the endpoint
            does not answer, or holds no graph of genekg.
    """
    given = str(home) if home is not None else os.environ.get("GENEKG_STORE", "")
    if store.is_address(given):
        return _remote(given, progress or _announce)
    place = Path(home) if home is not None else store.default_home()
    found = store.current(place)
    if found is None:
        if not build:
            raise StoreError(f"no graph in {place}", remedy="run `genekg build`")
        from genekg import pipeline

        found = pipeline.build(place, progress=progress or _announce).build
    return Graph(found)


def _remote(address: str, progress: Callable[[str, int, int], None]) -> Graph:
    from genekg import resources
    from genekg.remote import open_endpoint

    opened = open_endpoint(address, resources.cache() / "remote", progress)
    return Graph(opened.build, opened.store)


def _announce(step: str, done: int, _total: int) -> None:
    """Say each step once, on standard error."""
    import sys

    if done == 0:
        print(f"genekg: {step}", file=sys.stderr)
