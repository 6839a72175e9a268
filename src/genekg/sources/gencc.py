"""GenCC submissions: the TSV export of https://thegencc.org, one row a submission.

Both export formats are read: the one whose first column is ``uuid``, and the newer one with
``sgc_id`` and ``version_number``. Ids and words are the harmonised ones; date, report and papers
stand as they were submitted. A quoted cell may hold line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from genekg import prefixes
from genekg.errors import SourceError
from genekg.records import Provenance, Validity
from genekg.sources import cells

_COLUMNS = (
    "gene_curie",
    "disease_curie",
    "classification_title",
    "moi_curie",
    "submitter_title",
    "submitted_as_date",
    "submitted_as_public_report_url",
    "submitted_as_pmids",
    "submitted_run_date",
)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\S*)?")
_MODE = re.compile(r"HP:\d{7}")
_UNKNOWN_MODE = "HP:0000005"
_BETWEEN = re.compile(r"[\s,;_|]+")
_PMID = re.compile(r"(?:PMID:?)?0*([1-9]\d{0,7})(?:\[PMID\])?", re.IGNORECASE)

CLASSIFICATIONS = {
    "definitive",
    "strong",
    "moderate",
    "limited",
    "supportive",
    "disputed evidence",
    "refuted evidence",
    "animal model only",
    "no known disease relationship",
}


def version(path: Path) -> str:
    """Return the day of the latest submission run in the file."""
    latest = ""
    for line, row in _rows(path):
        latest = max(latest, _date(path, line, row["submitted_run_date"]))
    return latest or "unknown"


def parse(path: Path, release: str) -> Iterator[Validity]:
    """Yield every submission. Its id is unique, so a repeated one is an error.

    What is submitted as papers is free text: as GenCC itself does, only numbers of one to eight
    digits count as PMIDs, and anything else in that cell is passed over.

    Raises:
        SourceError: a missing column, a row of another width, a malformed id or date, an unknown
            classification, or a submission that is there twice.
    """
    seen: dict[tuple[str, str], int] = {}
    for line, row in _rows(path):
        key = (row.get("uuid", "") or row.get("sgc_id", ""), row.get("version_number", ""))
        if not key[0]:
            raise SourceError(path, line, "a submission without an id")
        if key in seen:
            raise SourceError(path, line, f"{key[0]} again; first in line {seen[key]}")
        seen[key] = line
        classification = row["classification_title"].casefold()
        if classification not in CLASSIFICATIONS:
            raise SourceError(path, line, f"unknown classification {row['classification_title']!r}")
        if row["moi_curie"] and not _MODE.fullmatch(row["moi_curie"]):
            raise SourceError(path, line, f"malformed mode {row['moi_curie']!r}")
        if not _date(path, line, row["submitted_run_date"]):
            raise SourceError(path, line, "no submitted_run_date", remedy="the file may be cut")
        report = row["submitted_as_public_report_url"]
        yield Validity(
            gene_id=_id(path, line, row, "gene_curie"),
            condition_id=_id(path, line, row, "disease_curie"),
            classification=classification,
            provenance=Provenance(release, publications=(*_pmids(row), *_address(report))),
            mode_id="" if row["moi_curie"] == _UNKNOWN_MODE else row["moi_curie"],
            submitter=row["submitter_title"],
            date=_date(path, line, row["submitted_as_date"]),
        )
    if not seen:
        raise SourceError(path, None, "no submission in this file", remedy="fetch it again")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    names: list[str] = []
    for line, row in cells.rows(path, "\t"):
        if not names:
            names = [cell.strip() for cell in row]
            missing = [column for column in _COLUMNS if column not in names]
            if not {"uuid", "sgc_id"} & set(names):
                missing.insert(0, "uuid")
            if missing:
                raise SourceError(
                    path,
                    line,
                    f"no column {missing[0]!r} in the header",
                    remedy="expected GenCC's submissions export, TSV",
                )
        elif row:
            yield line, cells.named(path, line, names, row)


def _id(path: Path, line: int, row: dict[str, str], column: str) -> str:
    curie = prefixes.normalise(row[column])
    if curie is None:
        raise SourceError(path, line, f"{row[column]!r} in {column} is not a known id")
    return curie


def _date(path: Path, line: int, text: str) -> str:
    if not text:
        return ""
    if not (match := _DATE.fullmatch(text)):
        raise SourceError(path, line, f"malformed date {text!r}", remedy="expected YYYY-MM-DD")
    return match[1]


def _pmids(row: dict[str, str]) -> tuple[str, ...]:
    found = map(_PMID.fullmatch, _BETWEEN.split(row["submitted_as_pmids"]))
    return tuple(dict.fromkeys(f"PMID:{match[1]}" for match in found if match))


def _address(text: str) -> tuple[str, ...]:
    return (text,) if re.fullmatch(r"https?://[^\s|\"<>{}^`\\]+", text) else ()
