"""ClinGen gene-disease validity: the summary CSV of https://search.clinicalgenome.org.

Three lines of title, a line of plus signs, the header, plus signs again, then one row a
curation. Genes are HGNC ids and conditions MONDO ids; both are described by other sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from genekg.errors import SourceError
from genekg.records import Provenance, Validity
from genekg.sources import cells

_COLUMNS = (
    "GENE SYMBOL",
    "GENE ID (HGNC)",
    "DISEASE ID (MONDO)",
    "MOI",
    "CLASSIFICATION",
    "ONLINE REPORT",
    "CLASSIFICATION DATE",
    "GCEP",
)
_CREATED = re.compile(r"FILE CREATED:\s*(\d{4}-\d{2}-\d{2})")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\S*)?")
_ADDRESS = re.compile(r"https://[^\s|\"<>{}^`\\]+")
_HEAD_ROWS = 20
_REMEDY = "expected ClinGen's gene-disease summary CSV"

# ClinGen's words, as GenCC writes them.
CLASSIFICATIONS = {
    "Definitive": "definitive",
    "Strong": "strong",
    "Moderate": "moderate",
    "Limited": "limited",
    "Disputed": "disputed evidence",
    "Refuted": "refuted evidence",
    "Animal Model Only": "animal model only",
    "No Known Disease Relationship": "no known disease relationship",
}
# An undetermined mode says nothing of the mode.
MODES = {
    "AD": "HP:0000006",
    "AR": "HP:0000007",
    "XL": "HP:0001417",
    "XLR": "HP:0001419",
    "XLD": "HP:0001423",
    "YL": "HP:0001450",
    "MT": "HP:0001427",
    "SD": "HP:0032113",
    "UD": "",
}


def version(path: Path) -> str:
    """Return the day on which the file says it was created."""
    for number, (line, row) in enumerate(cells.rows(path, ",")):
        if row and (match := _CREATED.match(row[0])):
            return match[1]
        if number == _HEAD_ROWS:
            raise SourceError(path, line, "no FILE CREATED above this line", remedy=_REMEDY)
    raise SourceError(path, None, "no FILE CREATED in this file", remedy=_REMEDY)


def parse(path: Path, release: str) -> Iterator[Validity]:
    """Yield every curation. Each has its own report, so a repeated report is an error.

    Raises:
        SourceError: no header, a row of another width, a malformed id or date, an unknown
            classification or mode, or a curation that is there twice.
    """
    reports: dict[str, int] = {}
    for line, row in _rows(path):
        for column, prefix in (("GENE ID (HGNC)", "HGNC"), ("DISEASE ID (MONDO)", "MONDO")):
            if not re.fullmatch(rf"{prefix}:\d+", row[column]):
                raise SourceError(path, line, f"{row[column]!r} in {column} is not a {prefix} id")
        if row["CLASSIFICATION"] not in CLASSIFICATIONS:
            raise SourceError(path, line, f"unknown classification {row['CLASSIFICATION']!r}")
        if row["MOI"] not in MODES:
            raise SourceError(
                path, line, f"unknown mode {row['MOI']!r}", remedy=f"known: {' '.join(MODES)}"
            )
        if not (date := _DATE.fullmatch(row["CLASSIFICATION DATE"])):
            raise SourceError(path, line, f"malformed date {row['CLASSIFICATION DATE']!r}")
        report = row["ONLINE REPORT"]
        if not _ADDRESS.fullmatch(report):
            raise SourceError(path, line, f"malformed report address {report!r}")
        if not row["GCEP"]:
            raise SourceError(path, line, "no GCEP", remedy="the file may be cut; fetch it again")
        if report in reports:
            raise SourceError(path, line, f"{report} again; first in line {reports[report]}")
        reports[report] = line
        yield Validity(
            gene_id=row["GENE ID (HGNC)"],
            condition_id=row["DISEASE ID (MONDO)"],
            classification=CLASSIFICATIONS[row["CLASSIFICATION"]],
            provenance=Provenance(release, publications=(report,)),
            mode_id=MODES[row["MOI"]],
            submitter=row["GCEP"],
            date=date[1],
        )
    if not reports:
        raise SourceError(path, None, "no curation in this file", remedy="fetch it again")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    names: list[str] = []
    for number, (line, row) in enumerate(cells.rows(path, ",")):
        if not names:
            if row and row[0] == "GENE SYMBOL":
                names = row
                if missing := [column for column in _COLUMNS if column not in names]:
                    raise SourceError(path, line, f"no column {missing[0]!r} in the header")
            elif number == _HEAD_ROWS:
                break
        elif row and not all(set(cell) == {"+"} for cell in row):
            yield line, cells.named(path, line, names, row)
    if not names:
        raise SourceError(path, 1, "no header that begins with GENE SYMBOL", remedy=_REMEDY)
