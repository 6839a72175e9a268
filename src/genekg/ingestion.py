"""Ingesting pages: what a page says about its condition, kept for the next build.

A page is read, its condition found in the graph, its prose turned into statements that each have
their sentence, and the pair of files written that ``sources.ingested`` reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genekg import files, search
from genekg.errors import GenekgError
from genekg.labels import CONDITION, Entity
from genekg.pages import Page
from genekg.records import Catalysis, Enzyme, Gene, Term
from genekg.sources import paths, registry
from genekg.sources.ingested import FOLDER
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.recognition.found import Found
    from genekg.recognition.lexicon import Lexicon

COLUMNS = (
    "condition", "kind", "id", "name", "mention", "negated", "uncertain", "sex", "onset",
    "qualifiers", "section", "start", "end", "sentence", "page",
)  # fmt: skip
# The sources whose names a page is read for, where they are at hand.
_NAMES = ("hpo", "curated", "hgnc", "enzyme", "hpo-genes")


@dataclass(frozen=True, slots=True)
class Reading:
    """A page, the condition that it is about, and the statements found in it."""

    page: Page
    condition: Entity
    statements: tuple[Found, ...]


def lexicon() -> Lexicon:
    """Return the names to look for, of every source at hand that has some.

    Raises:
        GenekgError: the extra ``ingest`` is not installed.
    """
    try:
        from genekg.recognition import keeping
    except ImportError as error:
        raise GenekgError(
            f"reading pages needs {error.name}", remedy="run `pip install 'genekg[ingest]'`"
        ) from error
    found = {name: path for name, path in paths({}).items() if name in _NAMES}
    if "hgnc" in found:
        found.pop("hpo-genes", None)
    return keeping.kept(found.values(), lambda: _composed(found))


def _composed(found: Mapping[str, Path]) -> Lexicon:
    from genekg.recognition import lexicon as lexicons

    terms: list[Term] = []
    genes: dict[str, Gene] = {}
    enzymes: list[Enzyme] = []
    catalyses: list[Catalysis] = []
    for name in _NAMES:
        if name not in found:
            continue
        for record in registry()[name].parse(found[name], name):
            if isinstance(record, Term):
                terms.append(record)
            elif isinstance(record, Gene):
                genes.setdefault(record.symbol, record)
            elif isinstance(record, Enzyme):
                enzymes.append(record)
            elif isinstance(record, Catalysis):
                catalyses.append(record)
    return lexicons.compose(terms, genes.values(), enzymes, catalyses)


def condition_of(graph: Graph, page: Page, given: str = "") -> Entity | None:
    """Return the condition that a page is about: as given, by its title, names, or ids.

    Nothing is guessed: a name that several conditions have is passed over.
    """
    if given:
        return search.resolve(graph, given, {CONDITION})
    for text in (page.title, *page.names, *page.xrefs):
        entities, _note = search.lookup(graph, text, {CONDITION})
        if len(entities) == 1:
            return entities[0]
    return None


def read(graph: Graph, page: Page, names: Lexicon, given: str = "") -> Reading | None:
    """Return what a page says, or None when its condition is not in the graph."""
    from genekg import recognition

    condition = condition_of(graph, page, given)
    if condition is None:
        return None
    return Reading(page, condition, tuple(recognition.statements(page, names)))


def table(graph: Graph, readings: Iterable[Reading]) -> Table:
    """Return the statements of pages, a row each, with the sentence that says it."""
    rows: list[tuple[Cell, ...]] = []
    for reading in readings:
        for one in reading.statements:
            entity = graph.labels.entity(one.target) if one.target else None
            rows.append(
                (
                    reading.condition.id,
                    one.kind,
                    entity[0].id if entity else one.target,
                    entity[0].label if entity else "",
                    one.text,
                    "NOT" if one.negated else "",
                    "uncertain" if one.uncertain else "",
                    one.sex,
                    one.onset,
                    "; ".join(f"{name} {value}" for name, value in one.qualifiers),
                    one.section,
                    one.start,
                    one.end,
                    one.sentence.text,
                    reading.page.address,
                )
            )
    return Table(COLUMNS, rows)


def keep(home: Path, readings: Iterable[Reading]) -> Iterator[Path]:
    """Write readings beside the graph for its next build; yield each file written."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for reading in readings:
        page = reading.page
        slug = re.sub(r"[^a-z0-9]+", "-", page.address.lower().partition("//")[2]).strip("-")
        path = folder / f"{slug}.json"
        files.write(path.with_suffix(".txt"), page.text)
        files.write(path, json.dumps(_content(reading), ensure_ascii=False, indent=1) + "\n")
        yield path


def _content(reading: Reading) -> dict[str, Any]:
    page = reading.page
    return {
        "condition": reading.condition.id,
        "address": page.address,
        "title": page.title,
        "updated": page.updated,
        "names": list(page.names),
        "resources": [[one.kind, one.title, one.address] for one in page.resources],
        "references": [curie for citation in page.references for curie in citation.ids],
        "statements": [_statement(one) for one in reading.statements],
    }


def _statement(one: Found) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "target": one.target,
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "negated": one.negated,
        "uncertain": one.uncertain,
        "sex": one.sex,
        "onset": one.onset,
        "qualifiers": [list(pair) for pair in one.qualifiers],
        "section": one.section,
        "sentence": one.sentence.text,
        "sentence_start": one.sentence.start,
        "sentence_end": one.sentence.end,
    }
