"""How a condition page of MedlinePlus Genetics is laid out: its headings, and what is below each.

Whatever stands before the page's own title and after its last part is another site's, and left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from genekg.errors import SourceError
from genekg.pages import BULLET, Page, Resource, SectionName, compose
from genekg.sources.medlineplus_addresses import address_of
from genekg.sources.page_blocks import Block

EXPECTED = "expected a condition page of MedlinePlus Genetics: HTML, plain text or MedQuAD XML"
CUT = "the page may be cut; save it again"
_LARGEST = 1_000_000  # characters; the longest pages have 50,000

_STATED = re.compile(r"URL of this page:\s*(\S+)", re.IGNORECASE)
_GENES = re.compile(r"Learn more about the (gene|chromosome)")
_DATED = re.compile(
    r"(?:Last |Page last )?(updated|reviewed):?\s+([A-Z][a-z]+) (?:(\d{1,2}), )?(\d{4})\b", re.I
)
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_FROM_NIH = " From the National Institutes of Health"
_DOI = re.compile(r"\bdoi:?\s*(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMID = re.compile(r"\bPMID:?\s*(\d+)")
_PUBMED = re.compile(r"//(?:pubmed\.ncbi\.nlm\.nih\.gov|www\.ncbi\.nlm\.nih\.gov/pubmed)/(\d+)")
_XREFS = (
    (re.compile(r"//(?:www\.)?omim\.org/entry/(\d{6})\b"), "OMIM:{}"),
    (re.compile(r"/gtr/conditions/(C\d{7})\b"), "UMLS:{}"),
    (re.compile(r"/gtr/conditions/(CN\d+)\b"), "MEDGEN:{}"),
    (re.compile(r"//rarediseases\.info\.nih\.gov/(?:gard|diseases)/(\d+)\b"), "GARD:{:0>7}"),
)
_SECTIONS: dict[str, SectionName] = {
    "description": "description",
    "frequency": "frequency",
    "causes": "causes",
    "genetic changes": "causes",
    "inheritance": "inheritance",
    "inheritance pattern": "inheritance",
}
_PARTS = {
    "other names for this condition": "names",
    "additional information & resources": "resources",
    "additional information and resources": "resources",
    "references": "references",
    "related health topics": "topics",
    "disclaimers": "end",
    "enlarge image": "end",
    "understanding genetics": "end",
}
_RESOURCES = {
    "genetic testing information": "genetic_testing",
    "genetic and rare diseases information center": "information",
    "patient support and advocacy resources": "support",
    "clinical trials": "trials",
    "research studies from clinicaltrials.gov": "trials",
    "catalog of genes and diseases from omim": "catalog",
    "scientific articles on pubmed": "articles",
    "medical encyclopedia": "encyclopedia",
    "related medical tests": "medical_test",
}


def page(path: Path, blocks: Iterable[Block], address: str = "") -> Page:
    """Return the page that blocks make; its address where they do not state it themselves.

    Raises:
        SourceError: no address, title or description; two pages; a page that is cut.
    """
    reading = _Reading(path)
    for block in blocks:
        reading.take(block)
    return reading.page(address)


class _Reading:
    """What has been read of a page, and below which heading the next block stands."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before: list[Block] = []
        self._stated: dict[str, int] = {}
        self._below = ""
        self._sections: dict[SectionName, list[str]] = {}
        self._names: list[str] = []
        self._resources: dict[tuple[str, str], Resource] = {}
        self._references: list[Block] = []
        self._topics: list[str] = []
        self._dates: dict[str, str] = {}
        self._over = False  # the sections are over: a part after them has begun
        self._size = 0

    def take(self, block: Block) -> None:
        self._size += len(block.text)
        if self._size > _LARGEST:
            raise SourceError(self._path, block.line, "longer than any page", remedy=EXPECTED)
        if stated := _STATED.search(block.text):
            self._stated.setdefault(stated[1].rstrip(".,;"), block.line)
        if block.item or not self._heading(block):
            self._content(block)

    def _heading(self, block: Block) -> bool:
        """Whether the block is a heading, which says what stands below it."""
        name = block.text.casefold()
        if (section := _SECTIONS.get(name)) and not self._over:
            if self._sections.get(section):
                raise SourceError(self._path, block.line, f"{block.text} again", remedy=EXPECTED)
            self._sections[section] = []
            self._below = section
            return True
        if not any(self._sections.values()):  # a table of contents, or not yet the page
            return False
        below = _PARTS.get(name) or _RESOURCES.get(name, "")
        if self._date(block) or below:
            self._below = below or "end"
            self._over = True
        elif _GENES.match(block.text):
            self._below = "gene"
        elif block.level and self._below != "references":
            self._below = "end"
            self._over = self._over or block.level < 3
        else:
            return False
        return True

    def _date(self, block: Block) -> bool:
        match = _DATED.match(block.text)
        if not match or (self._below in self._sections and match.end() < len(block.text)):
            return False
        kind, month, day, year = match.groups()
        place = _MONTHS.find(month[:3].lower())
        if place < 0 or place % 3 or not 0 < int(day or 1) < 32:
            raise SourceError(self._path, block.line, f"malformed date {match[0]!r}")
        date = f"{year}-{place // 3 + 1:02}" + (f"-{int(day):02}" if day else "")
        self._dates.setdefault(kind.lower(), date)
        return True

    def _content(self, block: Block) -> None:
        below = self._below
        if not self._sections and not block.item:
            self._before.append(block)
        elif below in _SECTIONS.values():
            _add(self._sections[below], block)  # type: ignore[index]
        elif below == "references" and self._references and block.joined:
            last = self._references.pop()
            links = last.links + block.links
            self._references.append(Block(last.line, f"{last.text} {block.text}", links=links))
        elif not block.item:
            if below != "gene":
                self._below = "end"
        elif below == "names":
            self._names.append(block.text)
        elif below == "topics":
            self._topics.append(block.text.removesuffix(_FROM_NIH))
        elif below == "references":
            self._references.append(block)
        elif below == "gene" or below in _RESOURCES.values():
            resource = _resource(below, block)
            self._resources.setdefault((resource.kind, resource.title), resource)

    def page(self, address: str) -> Page:
        found = {name: paragraphs for name, paragraphs in self._sections.items() if paragraphs}
        address = self._own_address(address)
        if "description" not in found:
            raise SourceError(self._path, None, "no section Description", remedy=EXPECTED)
        if "causes" not in found and "inheritance" not in found:
            raise SourceError(self._path, None, "neither Causes nor Inheritance", remedy=CUT)
        if not self._over:
            where = f"ends below {list(found)[-1].capitalize()}"
            raise SourceError(self._path, None, where, remedy=CUT)
        return compose(
            address,
            self._title(),
            found,
            names=self._names,
            resources=self._resources.values(),
            references=[(block.text, _ids(block)) for block in self._references],
            topics=self._topics,
            updated=self._dates.get("updated", ""),
            reviewed=self._dates.get("reviewed", ""),
            xrefs=[
                written.format(match[1])
                for resource in self._resources.values()
                for pattern, written in _XREFS
                if (match := pattern.search(resource.address))
            ],
        )

    def _own_address(self, address: str) -> str:
        for stated, line in self._stated.items():
            if not (own := address_of(stated)):
                raise SourceError(self._path, line, f"the page of {stated}", remedy=EXPECTED)
            if len(self._stated) > 1 and {own} != {address_of(one) for one in self._stated}:
                several = " and ".join(self._stated)
                raise SourceError(
                    self._path, line, f"the pages of {several}", remedy="save each to its own file"
                )
            return own
        if not address:
            problem = "no address of a condition page, such as a line `URL of this page: …`"
            raise SourceError(self._path, None, problem, remedy=EXPECTED)
        return address

    def _title(self) -> str:
        """Return the last main heading before the description, or what follows the address."""
        if main := [block for block in self._before if block.level == 1]:
            return main[-1].text
        stated = [n for n, block in enumerate(self._before) if _STATED.search(block.text)]
        if not (after := self._before[stated[-1] + 1 if stated else -1 :]):
            raise SourceError(self._path, None, "no title before Description", remedy=EXPECTED)
        return after[0].text


def _add(paragraphs: list[str], block: Block) -> None:
    if block.joined and paragraphs:
        paragraphs[-1] += f" {block.text}"
    else:
        paragraphs.append(BULLET * block.item + block.text)


def _resource(kind: str, block: Block) -> Resource:
    title = block.text.removesuffix(_FROM_NIH)
    address = block.links[0][1] if block.links else ""
    if kind == "gene" and title.casefold().startswith(("chromosome", "mitochondrial dna")):
        kind = "chromosome"
    return Resource(kind, title, address)


def _ids(reference: Block) -> tuple[str, ...]:
    dois = [match[1].rstrip(".,;") for match in _DOI.finditer(reference.text)]
    pmids = _PMID.findall(reference.text)
    pmids += [match[1] for _, link in reference.links if (match := _PUBMED.search(link))]
    ids = [f"PMID:{pmid}" for pmid in pmids] + [f"DOI:{doi}" for doi in dois]
    return tuple(dict.fromkeys(ids))
