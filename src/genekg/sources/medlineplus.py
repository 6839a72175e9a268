"""MedlinePlus Genetics as data: ``ghr-summaries.xml``, and the JSON of single pages.

A page has no id that others use. It is placed by the one OMIM number that it lists, else by the
one ORPHA number; a page with several or none is not placed, and ``unplaced`` names it. What a
page says is said of that id as of something close to it, so no condition is made here: where no
other source describes the id (the number may be that of a gene), the build rejects the records.
https://medlineplus.gov/about/developers/geneticsdatafilesapi/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from genekg.records import (
    Annotation,
    ConditionName,
    GeneCondition,
    Mapping,
    Provenance,
    Record,
    ResourcePage,
    Synonym,
)
from genekg.sources.medlineplus_summaries import Summary, summaries
from genekg.sources.release_dates import date_of_name


def parse(path: Path, release: str) -> Iterator[Record]:
    """Yield names, modes, genes, mappings and the page of each condition that can be placed.

    Keys of databases that genekg has no prefix for are passed over, and so are gene pages.

    Raises:
        SourceError: a page without name or address, a malformed id, symbol or date, an unknown
            inheritance code, a page twice, no condition at all.
    """
    for summary in summaries(path):
        if summary.condition_id:
            yield from _records(summary, Provenance(release, publications=(summary.address,)))


def unplaced(path: Path) -> list[tuple[str, str]]:
    """Return the address of each page that has no one OMIM or ORPHA number, and why."""
    found = []
    for summary in summaries(path):
        if not summary.condition_id:
            omim = sum(key.startswith("OMIM:") for key in summary.keys)
            orpha = sum(key.startswith("ORPHA:") for key in summary.keys)
            found.append((summary.address, f"{omim} OMIM and {orpha} ORPHA numbers"))
    return found


def version(path: Path) -> str:
    """Return the date of the page that was published last, else that of the file's name."""
    dates = [summary.updated for summary in summaries(path)]
    return max(dates) or date_of_name(path)


def _records(summary: Summary, said: Provenance) -> Iterator[Record]:
    condition_id = summary.condition_id
    for name in dict.fromkeys((summary.name, *summary.synonyms)):
        yield ConditionName(condition_id, Synonym(name, "related"), said)
    for mode in summary.modes:
        yield Annotation(condition_id, mode, "I", said)
    for symbol in summary.genes:
        yield GeneCondition(f"SYMBOL:{symbol}", condition_id, "associated_with", said)
    for key in summary.keys:
        if key != condition_id:
            yield Mapping(condition_id, key, "close", said)
    title = "MedlinePlus Genetics"
    yield ResourcePage(condition_id, "page", title, summary.address, said, summary.updated)
