"""Orphadata XML, https://www.orphadata.com: products 1, 4, 6 and 9.

1 names, synonyms and cross references; 4 symptoms with their frequency; 6 genes; 9 ages of
onset and modes of inheritance. Which product a file is is read from its content. Every wording
is mapped in ``orphanet_words``; an unknown one is an error, so nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from genekg import prefixes
from genekg.errors import SourceError
from genekg.records import (
    Annotation,
    Condition,
    ConditionName,
    Frequency,
    GeneCondition,
    Mapping,
    Provenance,
    Record,
    Synonym,
)
from genekg.sources import orphanet_words as words
from genekg.sources import orphanet_xml
from genekg.sources.orphanet_xml import REMEDY

_OBSOLETE = "OBSOLETE: "
_PMID = re.compile(r"(\d+)\[PMID\]")


def version(path: Path) -> str:
    """Return the date of the release, as the root states it: of a folder, the latest."""
    return max(map(orphanet_xml.date, _files(path)))


def parse(path: Path, release: str) -> Iterator[Record]:
    """Yield each disorder of a product as a condition, and what the product says of it.

    ``path`` is the file of one product, or a folder with a file of each. A disorder that is there
    twice and says the same is taken once; with another content it is an error. What is undecided,
    wrong, unknown or not applicable in Orphanet's words gives no record.

    Raises:
        SourceError: not well-formed, another root, another product, the same product twice, a
            missing element, or a wording that no table here has.
    """
    products: dict[Callable[..., Iterator[Record]], Path] = {}
    for file in _files(path):
        yield from _parse(file, release, products)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.name.endswith((".xml", ".xml.gz")))
    if not files:
        raise SourceError(path, None, "no .xml file in this folder", remedy=REMEDY)
    return files


def _parse(
    path: Path, release: str, products: dict[Callable[..., Iterator[Record]], Path]
) -> Iterator[Record]:
    seen: dict[str, tuple[int, int]] = {}
    read: Callable[..., Iterator[Record]] | None = None
    for entry, disorder in orphanet_xml.disorders(path):
        if read is None:
            read = _product(path, disorder)
            if (other := products.setdefault(read, path)) != path:
                raise SourceError(path, None, f"the same product as {other}", remedy="keep one")
        code = _text(path, disorder, "OrphaCode")
        if not code.isdecimal():
            raise SourceError(path, disorder.sourceline, f"malformed ORPHAcode {code!r}")
        condition_id, said = f"ORPHA:{code}", Provenance(release)
        found = dict.fromkeys(read(path, entry, disorder, condition_id, said))
        records = (_condition(path, disorder, condition_id, said), *found)
        if code not in seen:
            seen[code] = (disorder.sourceline, hash(records))
            yield from records
        elif seen[code][1] != hash(records):
            problem = f"{condition_id} again, and not as in line {seen[code][0]}"
            raise SourceError(path, disorder.sourceline, problem)
    if not seen:
        raise SourceError(path, None, "no disorder in this file", remedy=REMEDY)


def _product(path: Path, disorder: Any) -> Callable[..., Iterator[Record]]:
    for tag, read in _PRODUCTS.items():
        if disorder.find(tag) is not None:
            return read
    raise SourceError(
        path, disorder.sourceline, "a disorder of no product that is read here", remedy=REMEDY
    )


def _text(path: Path, element: Any, inside: str) -> str:
    """Return the text of a part of an element, its spaces made single."""
    text = " ".join((element.findtext(inside) or "").split())
    if not text:
        raise SourceError(path, element.sourceline, f"no {inside} in {element.tag}")
    return text


def _word(path: Path, element: Any, table: dict[str, str], text: str) -> str:
    if text not in table:
        raise SourceError(
            path,
            element.sourceline,
            f"unknown wording {text!r} in {element.tag}",
            remedy="Orphanet may have a new word; please report it",
        )
    return table[text]


def _condition(path: Path, disorder: Any, condition_id: str, said: Provenance) -> Condition:
    name = _text(path, disorder, "Name")
    replaced_by = ""
    for link in disorder.iterfind("DisorderDisorderAssociationList/DisorderDisorderAssociation"):
        if link.findtext("DisorderDisorderAssociationType/Name") == "Moved to":
            replaced_by = f"ORPHA:{_text(path, link, 'TargetDisorder/OrphaCode')}"
    description = ""
    for section in disorder.iterfind("SummaryInformationList//TextSection"):
        if section.findtext("TextSectionType/Name") == "Definition":
            description = " ".join((section.findtext("Contents") or "").split())
    return Condition(
        condition_id,
        name.removeprefix(_OBSOLETE),
        said,
        description=description,
        obsolete=name.startswith(_OBSOLETE) or bool(replaced_by),
        replaced_by=replaced_by,
    )


def _names(path: Path, _: Any, disorder: Any, subject: str, said: Provenance) -> Iterator[Record]:
    for synonym in disorder.iterfind("SynonymList/Synonym"):
        if text := " ".join((synonym.text or "").split()):
            yield ConditionName(subject, Synonym(text, "exact"), said)
    for reference in disorder.iterfind("ExternalReferenceList/ExternalReference"):
        prefix = _word(path, reference, words.VOCABULARIES, _text(path, reference, "Source"))
        local = _text(path, reference, "Reference").removeprefix(f"{prefix}:")
        target = prefixes.normalise(f"{prefix}:{local.zfill(7) if prefix == 'GARD' else local}")
        if target is None:
            raise SourceError(path, reference.sourceline, f"malformed reference {local!r}")
        code = (reference.findtext("DisorderMappingRelation/Name") or "").partition(" ")[0]
        if match := _word(path, reference, words.RELATIONS, code):
            yield Mapping(subject, target, match, said)  # type: ignore[arg-type]


def _symptoms(
    path: Path, entry: Any, disorder: Any, subject: str, said: Provenance
) -> Iterator[Record]:
    said = _citing(said, entry.findtext("Source"))
    for link in disorder.iterfind("HPODisorderAssociationList/HPODisorderAssociation"):
        term_id = _text(path, link, "HPO/HPOId")
        if not re.fullmatch(r"HP:\d{7}", term_id):
            raise SourceError(path, link.sourceline, f"malformed HPO id {term_id!r}")
        often = _text(path, link, "HPOFrequency/Name").partition(" (")[0]
        frequency = Frequency(term_id=_word(path, link, words.FREQUENCIES, often))
        yield Annotation(subject, term_id, "P", said, frequency.excluded, frequency)


def _genes(path: Path, _: Any, disorder: Any, subject: str, said: Provenance) -> Iterator[Record]:
    for link in disorder.iterfind("DisorderGeneAssociationList/DisorderGeneAssociation"):
        kind = _text(path, link, "DisorderGeneAssociationType/Name")
        relation, _, mechanism = _word(path, link, words.GENE_LINKS, kind).partition(" ")
        gene_id = f"SYMBOL:{_text(path, link, 'Gene/Symbol')}"
        for reference in link.iterfind("Gene/ExternalReferenceList/ExternalReference"):
            if reference.findtext("Source") == "HGNC":
                number = _text(path, reference, "Reference").removeprefix("HGNC:")
                if not number.isdecimal():
                    raise SourceError(path, reference.sourceline, f"malformed HGNC id {number!r}")
                gene_id = f"HGNC:{number}"
        cited = _citing(said, link.findtext("SourceOfValidation"))
        yield GeneCondition(gene_id, subject, relation, cited, mechanism)  # type: ignore[arg-type]


def _citing(said: Provenance, validation: str | None) -> Provenance:
    """Return a provenance with the papers of a source of validation, as ``123[PMID]_4[PMID]``."""
    papers = dict.fromkeys(f"PMID:{number}" for number in _PMID.findall(validation or ""))
    return Provenance(said.release, publications=tuple(papers))


def _ages(path: Path, _: Any, disorder: Any, subject: str, said: Provenance) -> Iterator[Record]:
    for age in disorder.iterfind("AverageAgeOfOnsetList/AverageAgeOfOnset"):
        if onset_id := _word(path, age, words.ONSETS, _text(path, age, "Name")):
            yield Annotation(subject, onset_id, "C", said)
    for mode in disorder.iterfind("TypeOfInheritanceList/TypeOfInheritance"):
        if mode_id := _word(path, mode, words.MODES, _text(path, mode, "Name")):
            yield Annotation(subject, mode_id, "I", said)


# The element that only this product has, and how its disorders are read.
_PRODUCTS: dict[str, Callable[..., Iterator[Record]]] = {
    "HPODisorderAssociationList": _symptoms,
    "DisorderGeneAssociationList": _genes,
    "AverageAgeOfOnsetList": _ages,
    "TypeOfInheritanceList": _ages,
    "ExternalReferenceList": _names,
}
