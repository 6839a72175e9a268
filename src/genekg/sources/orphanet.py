"""Orphadata XML, https://www.orphadata.com: products 1, 4, 6 and 9.

1 names, synonyms and cross references; 4 symptoms with their frequency; 6 genes; 9 ages of
onset and modes of inheritance. Which product a file is is read from its content. Every wording
is mapped in a table below; an unknown one is an error, so that nothing is lost in silence.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

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

_ROOTS = {"JDBOR", "JBDOR"}
_REMEDY = "expected Orphadata XML, product 1, 4, 6 or 9 (ages)"
_OBSOLETE = "OBSOLETE: "
_PMID = re.compile(r"(\d+)\[PMID\]")


def version(path: Path) -> str:
    """Return the date of the release, as the root states it."""
    with _opened(path) as file:
        for _, root in etree.iterparse(file, events=("start",), **_SAFE):
            _check_root(path, root)
            if date := re.match(r"\d{4}-\d{2}-\d{2}", root.get("date", "")):
                return date[0]
            break
    raise SourceError(path, None, "the root states no date", remedy=_REMEDY)


def parse(path: Path, release: str) -> Iterator[Record]:
    """Yield each disorder as a condition, and what the product says of it.

    A disorder that is there twice and says the same is taken once; with another content it is
    an error. What is undecided, wrong, unknown or not applicable in Orphanet's words gives no
    record.

    Raises:
        SourceError: not well-formed, another root, another product, a missing element, or a
            wording that no table here has.
    """
    seen: dict[str, tuple[int, int]] = {}
    read: Callable[..., Iterator[Record]] | None = None
    for entry, disorder in _disorders(path):
        read = read or _product(path, disorder)
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
        raise SourceError(path, None, "no disorder in this file", remedy=_REMEDY)


_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a file, and turn what can go wrong while it is read into ``SourceError``."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except etree.XMLSyntaxError as error:
        raise SourceError(
            path, error.lineno, f"not well-formed XML ({error.msg})", remedy="fetch it again"
        ) from error
    except FileNotFoundError as error:
        raise SourceError(path, None, "no such file", remedy="check the path") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(path, None, f"damaged gzip ({error})", remedy="fetch it again") from error
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from error


def _check_root(path: Path, root: Any) -> None:
    if root.tag not in _ROOTS:
        raise SourceError(path, root.sourceline, f"the root is {root.tag!r}", remedy=_REMEDY)
    if root.getroottree().docinfo.doctype:
        raise SourceError(path, 1, "a document type, which Orphadata has not", remedy=_REMEDY)


def _disorders(path: Path) -> Iterator[tuple[Any, Any]]:
    """Yield (entry, disorder): the entry is what holds the disorder in product 4, else itself."""
    checked = False
    with _opened(path) as file:
        tags = (*_ROOTS, "Disorder", "HPODisorderSetStatus")
        for event, element in etree.iterparse(file, ("start", "end"), tag=tags, **_SAFE):
            if not checked:
                _check_root(path, element.getroottree().getroot())
                checked = True
            if event == "start" or element.tag in _ROOTS:
                continue
            if element.tag == "HPODisorderSetStatus":
                disorder = element.find("Disorder")
                if disorder is None:
                    raise SourceError(path, element.sourceline, "an entry without a disorder")
                yield element, disorder
            elif element.getparent().tag != "HPODisorderSetStatus":
                yield element, element
            else:
                continue
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _product(path: Path, disorder: Any) -> Callable[..., Iterator[Record]]:
    for tag, read in _PRODUCTS.items():
        if disorder.find(tag) is not None:
            return read
    raise SourceError(
        path, disorder.sourceline, "a disorder of no product that is read here", remedy=_REMEDY
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
