"""NCBI's table of OMIM numbers, genes and MedGen concepts, ``mim2gene_medgen``.

https://ftp.ncbi.nlm.nih.gov/gene/DATA/mim2gene_medgen, described in the README beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from genekg import readers
from genekg.errors import SourceError
from genekg.records import GeneCondition, Mapping, Provenance
from genekg.sources.release_dates import date_of_name

Relation: TypeAlias = Literal["contributes_to", "associated_with"]

_COLUMNS = ("MIM number", "GeneID", "type", "Source", "MedGenCUI", "Comment")
_MIM = re.compile(r"\d{6}")
_CONCEPT = re.compile(r"(C\d{7})|(CN\d{6,7})")
_COMMENT = re.compile(r"nondisease|question|susceptibility|modifier|somatic|QTL \d+")
# No link to a disease that anyone stands for: a trait, or a doubt.
_NO_LINK = {"nondisease", "question"}
_OMIM_SAYS = {"GeneMap", "OMIM"}


def version(path: Path) -> str:
    """Return the date in the file's name, or unknown: the file states none."""
    for _ in readers.tsv(path, _COLUMNS):
        break
    return date_of_name(path)


def parse(path: Path, release: str) -> Iterator[GeneCondition | Mapping]:
    """Yield the gene of each phenotype, and the MedGen concept of each phenotype, once.

    A row that is marked ``nondisease`` or ``question`` links no gene; ``susceptibility``,
    ``modifier`` and ``QTL`` make the gene contribute. The file does not say that a gene causes.

    Raises:
        SourceError: a malformed number, an unknown type or comment, no phenotype at all.
    """
    seen: set[tuple[str, str, str]] = set()
    empty = True
    for line, row in readers.tsv(path, _COLUMNS):
        number, gene = row["MIM number"], row["GeneID"]
        if not _MIM.fullmatch(number):
            raise SourceError(path, line, f"malformed MIM number {number!r}")
        if gene != "-" and not gene.isdecimal():
            raise SourceError(path, line, f"malformed gene id {gene!r}")
        if row["type"] not in ("gene", "phenotype"):
            raise SourceError(path, line, f"unknown type {row['type']!r}", remedy="gene, phenotype")
        comments, concept_id = _comments(path, line, row), _concept(path, line, row["MedGenCUI"])
        if row["type"] == "gene":
            continue
        empty = False
        condition_id = f"OMIM:{number}"
        if gene != "-" and not comments & _NO_LINK:
            link = GeneCondition(
                f"NCBIGene:{gene}", condition_id, _relation(comments), _said(row, release)
            )
            key: tuple[str, str, str] = (link.gene_id, condition_id, link.relation)
            if key not in seen:
                seen.add(key)
                yield link
        key = (condition_id, concept_id, "close")
        if concept_id and key not in seen:
            seen.add(key)
            yield Mapping(condition_id, concept_id, "close", Provenance(release))
    if empty:
        raise SourceError(path, None, "no phenotype in this file", remedy="fetch it again")


def _parts(cell: str) -> set[str]:
    return {part.strip() for part in cell.split(";")} - {"-"}


def _comments(path: Path, line: int, row: dict[str, str]) -> set[str]:
    comments = _parts(row["Comment"])
    for comment in sorted(comments):
        if not _COMMENT.fullmatch(comment):
            raise SourceError(
                path, line, f"unknown comment {comment!r}", remedy="the file may be cut"
            )
    return comments


def _concept(path: Path, line: int, cell: str) -> str:
    """Return a UMLS concept, or MedGen's own where UMLS has none yet; empty for a dash."""
    if cell == "-":
        return ""
    match = _CONCEPT.fullmatch(cell)
    if not match:
        raise SourceError(path, line, f"malformed MedGen concept {cell!r}")
    return f"UMLS:{cell}" if match[1] else f"MEDGEN:{cell}"


def _relation(comments: set[str]) -> Relation:
    weak = any(comment.startswith(("susceptibility", "modifier", "QTL")) for comment in comments)
    return "contributes_to" if weak else "associated_with"


def _said(row: dict[str, str], release: str) -> Provenance:
    """Return the provenance of a link: OMIM said it first where its gene map is the source."""
    omim = _parts(row["Source"]) & _OMIM_SAYS
    return Provenance(release, primary="infores:omim" if omim else "")
