"""Reactome pathways: ``ReactomePathways.gmt`` (by symbol) or ``UniProt2Reactome.txt``.

Which of the two a file is is read from its first line. Neither states its release, so it is
taken from the file's name. Genes of viruses and bacteria in a human pathway are passed on by the
symbol that Reactome gives them; a name with a space in it is no symbol and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from genekg import readers
from genekg.errors import SourceError
from genekg.records import Activity, Provenance
from genekg.sources.release_dates import date_of_name

_PATHWAY_ID = re.compile(r"R-[A-Z]{3}-\d+")
_HUMAN_ID = re.compile(r"R-HSA-\d+")
_ACCESSION = re.compile(r"([A-Z][0-9][A-Z0-9]{4}(?:[A-Z0-9]{4})?)(?:-\d+)?")
_NAMED_RELEASE = re.compile(r"(?<![A-Za-z0-9])v\d+(?![A-Za-z0-9])")
_EVIDENCE = {"TAS": "ECO:0000304", "IEA": "ECO:0000501"}
_WIDTH = 6
_CUT = "the file may be cut; fetch it again"


def version(path: Path) -> str:
    """Return the release or date in the file's name, or ``unknown``.

    >>> version(Path("ReactomePathways_v94.gmt"))
    'v94'
    """
    match = _NAMED_RELEASE.search(path.name)
    return match[0] if match else date_of_name(path)


def parse(path: Path, release: str) -> Iterator[Activity]:
    """Yield that a gene takes part in a human pathway, each once.

    A pathway is one row of the gene sets, so a repeated one is an error; the protein table has
    a row for each form of a protein, and those of one protein and pathway are one record.

    Raises:
        SourceError: a row of another form, a file cut in its last line, or no human pathway.
    """
    first = next((line for _, line in readers.lines(path) if line), "")
    if not first:
        raise SourceError(path, None, "the file is empty", remedy="fetch it again")
    _whole(path)
    columns = first.split("\t")
    if len(columns) < 3 or not _PATHWAY_ID.fullmatch(columns[1]):
        raise SourceError(
            path,
            1,
            f"not a row of Reactome: {first[:60]!r}",
            remedy="expected ReactomePathways.gmt or UniProt2Reactome.txt",
        )
    proteins = columns[2].startswith("http")
    empty = True
    for record in (_of_proteins if proteins else _of_symbols)(path, Provenance(release)):
        empty = False
        yield record
    if empty:
        raise SourceError(path, None, "no human pathway in this file", remedy="fetch it again")


def _whole(path: Path) -> None:
    """Raise when the last line has no end: a gene set cut in a row reads like a whole one."""
    if path.suffix == ".gz":
        return  # a gzip knows its length
    with path.open("rb") as file:
        file.seek(-1, 2)
        if file.read() != b"\n":
            line = sum(1 for _ in readers.lines(path))
            raise SourceError(path, line, "the last line has no end", remedy=_CUT)


def _of_symbols(path: Path, provenance: Provenance) -> Iterator[Activity]:
    seen: dict[str, int] = {}
    for number, line in readers.lines(path):
        if not line:
            continue
        name, pathway, *symbols = (cell.strip() for cell in [*line.split("\t"), "", ""])
        if not name or not _HUMAN_ID.fullmatch(pathway) or not any(symbols):
            raise SourceError(path, number, f"not a gene set: {line[:60]!r}", remedy=_CUT)
        if pathway in seen:
            raise SourceError(path, number, f"{pathway} again; first in line {seen[pathway]}")
        seen[pathway] = number
        for symbol in dict.fromkeys(symbols):
            if symbol and " " not in symbol:
                yield Activity(
                    f"SYMBOL:{symbol}", "participates_in", f"REACT:{pathway}", name, provenance
                )


def _of_proteins(path: Path, provenance: Provenance) -> Iterator[Activity]:
    seen: set[Activity] = set()
    for number, line in readers.lines(path):
        if not line:
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != _WIDTH:
            raise SourceError(path, number, f"{len(cells)} cells, expected {_WIDTH}", remedy=_CUT)
        accession, pathway, _address, name, evidence, species = cells
        if not _PATHWAY_ID.fullmatch(pathway) or not name or not species:
            raise SourceError(path, number, f"malformed row: {line[:60]!r}")
        if species != "Homo sapiens":
            continue
        match = _ACCESSION.fullmatch(accession)
        if not match:
            raise SourceError(path, number, f"malformed accession {accession!r}")
        if evidence not in _EVIDENCE:
            raise SourceError(path, number, f"unknown evidence code {evidence!r}")
        record = Activity(
            f"UniProt:{match[1]}",
            "participates_in",
            f"REACT:{pathway}",
            name,
            Provenance(provenance.release, evidence=_EVIDENCE[evidence]),
        )
        if record not in seen:
            seen.add(record)
            yield record
