"""Building the graph: sources, records, quads, store, checks, publication.

``build`` is the whole way. The same inputs give the same graph, and a second build of what is
already published does nothing and says so.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Store

from genekg import __version__, adjacency, identity, labels, quads, resources, store
from genekg import vocabulary as v
from genekg.associations import information_resource
from genekg.errors import SourceError, StoreError
from genekg.hierarchy import Hierarchy
from genekg.records import (
    Annotation,
    Condition,
    Gene,
    Record,
    Release,
    Term,
)
from genekg.records import Mapping as IdMapping
from genekg.sources import Source, paths, registry

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a step's name, how far it is, and of how much (0 where that is not known)."""

# Raised whenever the shape of the graph changes, so that a build of the same files is made anew.
SHAPE = 1
_TICK = 20_000
_OWN_INPUTS = ("data/sources.toml", "ontology/prefixes.tsv")


def _silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(slots=True)
class Intake:
    """What one source gave: its release, its records, and what was rejected and why."""

    source: Source
    path: Path
    release: Release
    records: list[Record] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)

    def summary(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        rejected = sum(self.rejected.values())
        return {
            "source": self.source.name,
            "name": self.release.name,
            "version": self.release.version,
            "licence": self.release.licence,
            "attribution": self.release.citation,
            "file": self.path.name,
            "in": len(self.records) + rejected,
            "out": len(self.records),
            "rejected": rejected,
            "reasons": dict(self.rejected),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """A published build, and whether it is new."""

    build: store.Build
    new: bool


def build(
    home: Path,
    given: Mapping[str, Path] | None = None,
    *,
    force: bool = False,
    floors: bool = True,
    progress: Progress = _silent,
) -> Outcome:
    """Build the graph from the packaged sources, or those given by name, and publish it.

    Args:
        home: the folder of the store.
        given: a file or folder for a source, by its name, in place of the packaged one.
        force: build even when the same inputs are already published.
        floors: refuse a source with fewer records than its release can have; off for samples.
        progress: called with a step's name, how far it is, and of how much.

    Raises:
        SourceError: a source cannot be read. The store in use is untouched.
        StoreError: the store cannot be written. The store in use is untouched.
    """
    started = time.monotonic()
    files = paths(given or {})
    progress("hashing sources", 0, 0)
    digest = inputs_digest(files)
    if not force and (published := _published(home)) and published.manifest["digest"] == digest:
        return Outcome(published, new=False)
    intakes = [
        _read(registry()[name], path, progress, floors=floors) for name, path in files.items()
    ]
    shape = _shape(intakes)
    _reject_unknown(intakes, shape)
    with store.draft(home) as draft:
        counts = write(draft.path, intakes, shape, progress)
        manifest = {
            "genekg": __version__,
            "pyoxigraph": pyoxigraph.__version__,
            "shape": SHAPE,
            "digest": digest,
            "built": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - started, 1),
            "sources": [intake.summary() for intake in intakes],
            "conflicts": [list(conflict.ids) for conflict in shape.identity.conflicts],
            **counts,
        }
        progress("publishing", 0, 0)
        return Outcome(draft.publish(digest[:12], manifest), new=True)


def _published(home: Path) -> store.Build | None:
    """Return the build in use; a damaged one does not keep a new one from being made."""
    try:
        return store.current(home)
    except StoreError:
        return None


def inputs_digest(files: Mapping[str, Path]) -> str:
    """Return a hash over all input files, genekg's version and the shape of the graph."""
    total = hashlib.sha256(f"{__version__} {SHAPE}".encode())
    for own in _OWN_INPUTS:
        total.update(store.sha256(resources.path(own)).encode())
    for name, path in sorted(files.items()):
        parts = sorted(path.iterdir()) if path.is_dir() else [path]
        for part in parts:
            if not part.is_file():
                if not path.is_dir():
                    raise SourceError(path, None, "no such file", remedy="check the path")
                continue
            total.update(f"{name}/{part.name if path.is_dir() else ''} ".encode())
            try:
                total.update(store.sha256(part).encode())
            except OSError as error:
                raise SourceError(part, None, f"cannot be read ({error.strerror})") from error
    return total.hexdigest()


def _read(source: Source, path: Path, progress: Progress, *, floors: bool) -> Intake:
    step = f"reading {source.name}"
    progress(step, 0, 0)
    release = source.release(path, source.version(path))
    intake = Intake(source, path, release)
    for record in source.parse(path, release.id):
        intake.records.append(record)
        if len(intake.records) % _TICK == 0:
            progress(step, len(intake.records), 0)
    if floors and len(intake.records) < source.facts["floor"]:
        raise SourceError(
            path,
            None,
            f"only {len(intake.records)} records, expected {source.facts['floor']} or more",
            remedy="the file is cut; fetch it again",
        )
    return intake


def _shape(intakes: list[Intake]) -> quads.Shape:
    """Return the identity, the hierarchy and the leading labels of all records together."""
    records = [record for intake in intakes for record in intake.records]
    terms = [record for record in records if isinstance(record, Term)]
    merged = identity.merge((r for r in records if isinstance(r, IdMapping)), terms)
    names: dict[str, str] = {}
    ranks: dict[str, tuple[bool, bool]] = {}
    for intake in intakes:
        for record in intake.records:
            if isinstance(record, Condition | Gene):
                leader = merged.leader(record.id)
                rank = (intake.source.name != "curated", record.id != leader)
                if leader not in ranks or rank < ranks[leader]:
                    ranks[leader] = rank
                    names[leader] = record.label if isinstance(record, Condition) else record.symbol
                if isinstance(record, Gene) and record.uniprot_id:
                    names[f"protein of {leader}"] = record.uniprot_id
    return quads.Shape(merged, Hierarchy(terms), names)


def _reject_unknown(intakes: list[Intake], shape: quads.Shape) -> None:
    """Take out the annotations whose term is in no hierarchy, counting them by reason."""
    for intake in intakes:
        kept: list[Record] = []
        for record in intake.records:
            if isinstance(record, Annotation) and (
                unknown := [
                    term_id
                    for term_id in (record.term_id, record.onset_id, *record.modifier_ids)
                    if term_id and shape.leader(term_id) not in shape.hierarchy
                ]
            ):
                intake.rejected[f"{unknown[0]} is not a term of this HPO release"] += 1
            else:
                kept.append(record)
        intake.records = kept


def write(
    folder: Path, intakes: list[Intake], shape: quads.Shape, progress: Progress = _silent
) -> dict[str, Any]:
    """Write the store and its sidecars to a folder; return the counts for the manifest.

    The default graph is compacted before the inferred one is loaded: compaction leaves a graph
    uncompressed, and the inferred graph is as fast without it (measured: 646 MB instead of 817).
    """
    records = [record for intake in intakes for record in intake.records]
    progress("writing names", 0, 0)
    ids = labels.write(folder / labels.FILE, records, shape)
    numbers = {quads.node(curie).value: number for number, curie in enumerate(ids)}
    relations = {relation: number for number, relation in enumerate(adjacency.RELATIONS)}
    edges: dict[tuple[int, int, int], int] = {}
    sources: dict[str, int] = {}

    def stated() -> Iterator[Quad]:
        for intake in intakes:
            for triple in quads.release(intake.release):
                yield Quad(*triple)
        done = 0
        for intake in intakes:
            for record in intake.records:
                if done % _TICK == 0:
                    progress("writing the graph", done, len(records))
                done += 1
                bit = 1 << sources.setdefault(_source_name(intake, record), len(sources))
                for triple in quads.triples(record, shape):
                    subject, predicate, target = triple
                    if (relation := relations.get(predicate)) is not None and (
                        (start := numbers.get(subject.value)) is not None
                        and (end := numbers.get(target.value)) is not None
                    ):
                        edge = (start, relation, end)
                        edges[edge] = edges.get(edge, 0) | bit
                    yield Quad(*triple)

    def concluded() -> Iterator[Quad]:
        for done, triple in enumerate(quads.inferred(records, shape)):
            if done % _TICK == 0:
                progress("writing what is inferred", done, 0)
            yield Quad(*triple, v.INFERRED)

    graph = store.new_store(folder / store.GRAPH)
    graph.bulk_extend(stated())
    progress("compacting", 0, 0)
    graph.optimize()
    graph.bulk_extend(concluded())
    graph.flush()
    del graph
    progress("writing arrays", 0, 0)
    written = adjacency.write(folder / adjacency.FOLDER, edges, len(ids), list(sources))
    progress("checking", 0, 0)
    counts = _counts(store.open_store(folder / store.GRAPH))
    _check(counts, records, shape)
    return {**counts, "edges": written, "entities": len(ids)}


def _count(graph: Store, query: str) -> dict[str, int]:
    solutions: Any = graph.query(query)
    return {row[0].value: int(row[1].value) for row in solutions}


def _counts(graph: Store) -> dict[str, Any]:
    by_predicate = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)"
    by_class = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n)"
    inferred = by_predicate.replace("{ ?s", f"{{ GRAPH <{v.INFERRED.value}> {{ ?s", 1)
    inferred = inferred.replace("?o }", "?o } }", 1)
    predicates = _count(graph, by_predicate)
    concluded = _count(graph, inferred)
    return {
        "triples": sum(predicates.values()),
        "inferred": sum(concluded.values()),
        "predicates": predicates,
        "inferred_predicates": concluded,
        "classes": _count(graph, by_class),
    }


def _check(counts: Mapping[str, Any], records: list[Record], shape: quads.Shape) -> None:
    """Compare the store, opened anew, with the records that went in.

    Raises:
        StoreError: something that went in is not there.
    """
    expected: dict[NamedNode, int] = {
        v.CLASS: len({record.id for record in records if isinstance(record, Term)}),
        v.DISEASE: len({shape.leader(r.id) for r in records if isinstance(r, Condition)}),
        v.GENE: len({shape.leader(r.id) for r in records if isinstance(r, Gene)}),
        v.PHENOTYPE_ASSOCIATION: len(
            {r for r in records if isinstance(r, Annotation) and r.aspect == "P"}
        ),
    }
    for node, number in expected.items():
        found = counts["classes"].get(node.value, 0)
        if found != number:
            raise StoreError(
                f"the store shows {found:,} nodes of {node.value} where {number:,} went in",
                remedy="this is a fault of genekg; please report it",
            )


def _source_name(intake: Intake, record: Record) -> str:
    """Return who says a record, as an answer names it."""
    name = f"{intake.release.name} {intake.release.version}"
    primary: str = "" if isinstance(record, Term) else record.provenance.primary
    return f"{information_resource(primary)} in {name}" if primary else name
