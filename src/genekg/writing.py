"""Writing a build: the store, the label index and the arrays, checked against what went in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, Store

from genekg import (
    adjacency,
    labels,
    naming,
    prefixes,
    profiles,
    quads,
    queries,
    query_examples,
    store,
    user_graphs,
)
from genekg import vocabulary as v
from genekg.errors import StoreError
from genekg.intake import TICK, Intake, Progress
from genekg.matching import index
from genekg.records import Annotation, Condition, Gene, Record, Term


def write(
    folder: Path,
    intakes: list[Intake],
    shape: quads.Shape,
    progress: Progress,
    *,
    version: str,
    own: Sequence[user_graphs.UserFile] = (),
) -> dict[str, Any]:
    """Write the store and its sidecars to a folder; return the counts for the manifest.

    ``version`` is what the graph calls itself in its description; ``own`` are a user's files.

    The default graph is compacted before the inferred one is loaded: compaction leaves a graph
    uncompressed, and the inferred graph is as fast without it (measured: 646 MB instead of 817).
    Meanwhile the arrays are written.
    """
    records = [record for intake in intakes for record in intake.records]
    progress("writing names", 0, 0)
    ids = naming.write(folder / labels.FILE, records, shape)
    numbers = {quads.node(curie).value: number for number, curie in enumerate(ids)}
    relations = {relation: number for number, relation in enumerate(adjacency.RELATIONS)}
    edges: dict[tuple[int, int, int], int] = {}
    sources: dict[str, int] = {}

    def stated() -> Iterator[Quad]:
        for triple in quads.evidence():
            yield Quad(*triple)
        for intake in intakes:
            for triple in quads.release(intake.release):
                yield Quad(*triple)
        done = 0
        for intake in intakes:
            for record in intake.records:
                if done % TICK == 0:
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
            if done % TICK == 0:
                progress("writing what is inferred", done, 0)
            yield Quad(*triple, v.INFERRED)

    graph = store.new_store(folder / store.GRAPH)
    graph.bulk_extend(stated())
    progress("compacting, writing arrays", 0, 0)
    with ThreadPoolExecutor(1) as beside:
        compacted = beside.submit(graph.optimize)
        written = adjacency.write(folder / adjacency.FOLDER, edges, len(ids), list(sources))
        said = [(one, _source_name(intake, one)) for intake in intakes for one in intake.records]
        profiles.write(folder / profiles.FOLDER, said, shape)
        index.compose(profiles.Profiles(folder / profiles.FOLDER)).save(folder / index.FOLDER)
        compacted.result()
    graph.bulk_extend(concluded())
    if own:
        progress("loading your RDF", 0, 0)
        user_graphs.load(graph, own)
    graph.flush()
    del graph
    progress("checking", 0, 0)
    opened = store.open_store(folder / store.GRAPH)
    counts = _counts(opened)
    _check(counts, records, shape)
    counted = {**counts, "edges": written, "entities": len(ids)}
    counted["rdf"] = user_graphs.summary(opened, own)
    del opened
    return _describe(folder / store.GRAPH, counted, version, intakes)


@dataclass(frozen=True, slots=True)
class _Names:
    """A build on its way, by its names alone."""

    labels: labels.Labels


def _describe(
    path: Path, counts: dict[str, Any], version: str, intakes: list[Intake]
) -> dict[str, Any]:
    """Write the graph's description of itself; return the counts with it.

    The named questions go with it, as examples that can be run.

    Raises:
        StoreError: the description is not in the store, opened anew.
    """
    with closing(labels.Labels(path.parent / labels.FILE)) as names:
        said = {
            Quad(*triple)
            for triple in query_examples.examples(_Names(names), queries.library().values())
        }
    said |= {
        Quad(*triple)
        for triple in quads.dataset(
            version,
            [intake.release.id for intake in intakes],
            triples=counts["triples"],
            entities=counts["entities"],
            classes=counts["classes"],
            predicates=counts["predicates"],
        )
    }
    graph = store.new_store(path)
    graph.bulk_extend(said)
    graph.flush()
    del graph
    for log in path.glob("LOG.old.*"):  # of the first opening
        log.unlink()
    again = store.open_store(path)
    if not all(quad in again for quad in said):
        raise StoreError(
            "the store does not show its own description",
            remedy="this is a fault of genekg; please report it",
        )
    predicates = Counter(quad.predicate.value for quad in said)
    classes = Counter(quad.object.value for quad in said if quad.predicate == v.TYPE)  # type: ignore[union-attr]
    return {
        **counts,
        "triples": counts["triples"] + len(said),
        "predicates": _sum(counts["predicates"], predicates),
        "classes": _sum(counts["classes"], classes),
    }


def _sum(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """Return both counts in one, the greatest first."""
    return dict((Counter(first) + Counter(second)).most_common())


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
        v.DISEASE: len(
            {shape.leader(r.id) for r in records if isinstance(r, Condition) and not r.obsolete}
        ),
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
    primary: str = "" if isinstance(record, Term) else record.provenance.primary
    return _name(intake.release.name, intake.release.version, primary)


@cache
def _name(release: str, version: str, primary: str) -> str:
    name = f"{release} {version}"
    return f"{prefixes.resource_name(primary)} in {name}" if primary else name
