"""What a build says of itself, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from genekg import prefixes
from genekg.store import Build
from genekg.tables import Cell, Table

_LISTED = 20


def sources(build: Build) -> Table:
    """Return the sources of a build: version, rows in, out and rejected, licence."""
    rows: list[tuple[Cell, ...]] = [
        (
            one["source"],
            one["version"],
            one["in"],
            one["out"],
            one["rejected"],
            one["licence"],
            one["attribution"],
        )
        for one in build.manifest["sources"]
    ]
    columns = ("source", "version", "in", "out", "rejected", "licence", "attribution")
    return Table(columns, rows)


def summary(build: Build) -> Iterator[tuple[str, Table]]:
    """Yield titled tables: sources, what was rejected, counts by class and by predicate."""
    manifest = build.manifest
    facts: list[tuple[Cell, ...]] = [("place", build.address or str(build.path))]
    facts += [
        ("built", manifest["built"]),
        ("genekg", manifest["genekg"]),
        ("time", f"{manifest['seconds']} s"),
    ]
    if not build.address:
        size = sum(file["size"] for file in manifest["files"].values())
        facts.append(("size", f"{size / 1e6:,.0f} MB"))
    facts += [
        ("triples", f"{manifest['triples']:,}"),
        ("inferred", f"{manifest['inferred']:,}"),
        ("mapped groups with ids left apart", len(manifest["conflicts"])),
    ]
    yield "The graph", Table(("what", "value"), facts)
    stated = sources(build)
    yield "Sources", Table(stated.columns[:-1], [row[:-1] for row in stated])
    rejected: list[tuple[Cell, ...]] = [
        (one["source"], reason, number)
        for one in manifest["sources"]
        for reason, number in sorted(one["reasons"].items(), key=lambda item: -item[1])[:_LISTED]
    ]
    if rejected:
        yield "Rejected", Table(("source", "reason", "rows"), rejected)
    absent: list[tuple[Cell, ...]] = [(one["source"], one["gives"]) for one in manifest["absent"]]
    if absent:
        yield "Not at hand (`genekg fetch` brings them)", Table(("source", "would add"), absent)
    if own := _own(manifest):
        yield "Your own RDF", own
    yield "Merging", _coverage(manifest["coverage"])
    yield "By class", _counts("class", manifest["classes"])
    yield "By predicate", _counts("predicate", manifest["predicates"])
    yield "Inferred", _counts("predicate", manifest["inferred_predicates"])
    yield "Attribution", Table(("source", "text"), [(row[0], row[-1]) for row in stated])


def _own(manifest: dict[str, Any]) -> Table:
    """Return the user's own files, each with its graphs."""
    rows: list[tuple[Cell, ...]] = [
        (one["file"], one["graph"], f"{one['triples']:,}") for one in manifest.get("rdf", ())
    ]
    return Table(("file", "graph", "triples"), rows)


def _coverage(coverage: dict[str, dict[str, int]]) -> Table:
    separate, merged = coverage["separate"], coverage["merged"]
    rows: list[tuple[Cell, ...]] = [
        (what, f"{separate[what]:,}", f"{merged[what]:,}") for what in separate
    ]
    return Table(("what", "by the sources' ids", "merged"), rows)


def _counts(name: str, counts: dict[str, Any]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (prefixes.shorten(iri), f"{number:,}") for iri, number in counts.items()
    ]
    return Table((name, "number"), rows)
