"""HGNC: the complete set of approved human genes, ``hgnc_complete_set.txt``.

Cells with several values are quoted and separated by ``|``. https://www.genenames.org/download/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from genekg import readers
from genekg.errors import SourceError
from genekg.records import Catalysis, Gene, Mapping, Provenance
from genekg.sources.release_dates import date_in, date_of_name

_COLUMNS = (
    "hgnc_id", "symbol", "name", "status", "location", "alias_symbol", "prev_symbol",
    "date_modified", "entrez_id", "ensembl_gene_id", "uniprot_ids", "omim_id", "enzyme_id",
)  # fmt: skip
_STATUSES = {"Approved", "Entry Withdrawn", "Symbol Withdrawn"}
_HGNC_ID = re.compile(r"HGNC:\d+")
_FORMS = {
    "entrez_id": re.compile(r"\d+"),
    "ensembl_gene_id": re.compile(r"ENSG\d{11}"),
    "omim_id": re.compile(r"\d{6}"),
    "uniprot_ids": re.compile(r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}"),
    "enzyme_id": re.compile(r"\d+(?:\.(?:[nB]?\d+|-)){1,3}"),
}
_FULL_EC = re.compile(r"\d+\.\d+\.\d+\.\d+")


def version(path: Path) -> str:
    """Return the day of the newest change in the file, else the date of its name, else unknown."""
    newest = max(
        (date_in(row["date_modified"]) for _, row in readers.tsv(path, _COLUMNS)), default=""
    )
    return newest or date_of_name(path)


def parse(path: Path, release: str) -> Iterator[Gene | Mapping | Catalysis]:
    """Yield every approved gene, its NCBI Gene id, and the enzymes that it encodes.

    Only full EC numbers are enzymes: ``1.1.1.-`` and provisional ones (``1.1.1.n1``) are not.

    Raises:
        SourceError: a malformed id, an unknown status, a repeated gene, no gene at all.
    """
    said = Provenance(release)
    seen: dict[str, int] = {}
    for line, row in readers.tsv(path, _COLUMNS):
        if row["status"] not in _STATUSES:
            raise SourceError(path, line, f"unknown status {row['status']!r}")
        if row["status"] != "Approved":
            continue
        gene_id = row["hgnc_id"]
        if not _HGNC_ID.fullmatch(gene_id):
            raise SourceError(path, line, f"malformed gene id {gene_id!r}")
        if gene_id in seen:
            raise SourceError(path, line, f"{gene_id} again; first seen in line {seen[gene_id]}")
        if not row["symbol"]:
            raise SourceError(path, line, f"{gene_id} has no symbol")
        seen[gene_id] = line
        ids = {column: _ids(path, line, column, row[column]) for column in _FORMS}
        yield Gene(
            id=gene_id,
            symbol=row["symbol"],
            provenance=said,
            name=_values(path, line, row["name"])[0] if row["name"] else "",
            location=row["location"],
            alias_symbol=_values(path, line, row["alias_symbol"]),
            prev_symbol=_values(path, line, row["prev_symbol"]),
            uniprot_id=f"UniProt:{ids['uniprot_ids'][0]}" if ids["uniprot_ids"] else "",
            xrefs=(
                *(f"OMIM:{number}" for number in ids["omim_id"]),
                *(f"ENSEMBL:{number}" for number in ids["ensembl_gene_id"]),
            ),
        )
        for number in ids["entrez_id"]:
            yield Mapping(gene_id, f"NCBIGene:{number}", "exact", said)
        for number in ids["enzyme_id"]:
            if _FULL_EC.fullmatch(number):
                yield Catalysis(gene_id, f"EC:{number}", said)
    if not seen:
        raise SourceError(path, None, "no approved gene in this file", remedy="fetch it again")


def _values(path: Path, line: int, cell: str) -> tuple[str, ...]:
    """Return the values of a cell, once each: they are separated by ``|`` inside quotes."""
    if cell.startswith('"') or cell.endswith('"'):
        if len(cell) < 2 or cell[0] != cell[-1]:
            raise SourceError(path, line, f"an unclosed quotation: {cell[:60]!r}")
        cell = cell[1:-1].replace('""', '"')
    return tuple(dict.fromkeys(value.strip() for value in cell.split("|") if value.strip()))


def _ids(path: Path, line: int, column: str, cell: str) -> tuple[str, ...]:
    values = _values(path, line, cell)
    for value in values:
        if not _FORMS[column].fullmatch(value):
            raise SourceError(path, line, f"column {column}: malformed id {value!r}")
    return values
