"""Pages about conditions: their text as it is kept, and where in it each thing stands.

A page's ``text`` is laid out the same way whatever it was read from (a web page, plain text, an
archive), so that a quote's offsets mean the same. Only white space differs from the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

SectionName: TypeAlias = Literal["description", "frequency", "causes", "inheritance"]
SECTIONS: tuple[SectionName, ...] = ("description", "frequency", "causes", "inheritance")
BULLET = "• "
_Item = TypeVar("_Item")

# The splitter. Compared with pysbd and spaCy's sentencizer on 1,086 pages (32,291 sentences), of
# whose disagreements most were read: pysbd misses "vitamin E." and splits before "(q) arm", spaCy's
# leaves an opening bracket with the sentence before. These rules were made on those pages.
_END = re.compile(r"""[.?!]+["'”’)\]]*(?:(?P<space>\s+)|(?=[A-Z][a-z]))""")
_START = re.compile(r"""["'“‘(\[]*(?:[^\W_a-z]|[a-z]{1,4}[A-Z0-9]|[a-z]-[A-Z])""")
_FIRST_WORD = re.compile(r"\W*(\w+)")
_INSIDE = re.compile(r"e\.g|i\.e|al|Dr|Mrs?|Ms|Prof|St|vs|cf|Figs?|ca|approx")
_INSIDE_OR_LAST = re.compile(r"U\.[SKN]|D\.C|[JS]r|etc|Inc|Ltd|Co|Ph\.D|M\.D|[ap]\.m")
_STARTER = re.compile(
    "A|About|Additional|Affected|Although|An|As|At|Because|Both|But|By|Each|Females|For|From"
    "|Generally|He|However|If|In|Individuals|It|Its|Males|Many|More|Most|Mutations|No|Not|On"
    "|Other|Our|People|Rarely|Several|She|Since|Some|Studies|Symptoms|The|Their|Then|There"
    "|These|They|This|Those|To|Type|Unlike|Usually|Variants|We|When|While|With|Without"
)


@dataclass(frozen=True, slots=True)
class Section:
    """One of the four sections, without its heading: characters ``start`` to ``end``."""

    name: SectionName
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands in the page: ``page.text[start:end] == text``."""

    text: str
    start: int
    end: int
    section: SectionName


@dataclass(frozen=True, slots=True)
class Resource:
    """Where the page says to read on. Plain text names it without an address."""

    kind: str
    title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference of the page: its ids (PMID, DOI), and where its line stands in the text."""

    ids: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page about one condition.

    ``updated`` and ``reviewed`` are ISO dates, or year and month, or empty; ``xrefs`` are CURIEs
    that the page itself states or links to: those of OMIM may be of a gene.
    """

    address: str
    title: str
    text: str
    sections: tuple[Section, ...]
    names: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    references: tuple[Citation, ...] = ()
    topics: tuple[str, ...] = ()
    updated: str = ""
    reviewed: str = ""
    xrefs: tuple[str, ...] = ()


def tidy(text: str) -> str:
    r"""Return a text on one line, in NFC, without characters that are not seen.

    >>> tidy(" in each cell.\u00a0 Males\n have ")
    'in each cell. Males have'
    """
    seen = (one for one in text if one.isspace() or unicodedata.category(one) not in ("Cc", "Cf"))
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def compose(
    address: str,
    title: str,
    sections: Mapping[SectionName, Sequence[str]],
    *,
    names: Iterable[str] = (),
    resources: Iterable[Resource] = (),
    references: Iterable[tuple[str, tuple[str, ...]]] = (),
    topics: Iterable[str] = (),
    updated: str = "",
    reviewed: str = "",
    xrefs: Iterable[str] = (),
) -> Page:
    """Return the page that these parts make, its text laid out and every offset counted.

    Args:
        sections: the paragraphs of each, tidied; a list's items begin with ``BULLET``.
        references: each line as it stands, and the ids in it.

    >>> page = compose("https://example.org/x", "X", {"frequency": ["It is rare."]})
    >>> page.text
    'X\\n\\nFrequency\\n\\nIt is rare.'
    >>> page.sections
    (Section(name='frequency', start=14, end=25),)
    """
    text = title
    placed: list[Section] = []
    cited: list[Citation] = []
    for name in SECTIONS:
        if paragraphs := sections.get(name):
            text += f"\n\n{name.capitalize()}\n\n"
            start = len(text)
            text += "\n\n".join(paragraphs)
            placed.append(Section(name, start, len(text)))
    named, found, related = _once(names), _once(resources), _once(topics)
    text += _listed("Other Names for This Condition", named)
    text += _listed("Resources", [resource.title for resource in found])
    for number, (line, ids) in enumerate(references):
        text += f"\n{BULLET}" if number else f"\n\nReferences\n\n{BULLET}"
        cited.append(Citation(ids, len(text), len(text) + len(line)))
        text += line
    text += _listed("Related Health Topics", related)
    return Page(
        address, title, text, tuple(placed), named, found, tuple(cited), related,
        updated, reviewed, _once(xrefs),
    )  # fmt: skip


def _once(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))


def _listed(heading: str, items: Sequence[str]) -> str:
    return f"\n\n{heading}\n\n" + "\n".join(BULLET + item for item in items) if items else ""


def sentences(page: Page, section: SectionName) -> Iterator[Sentence]:
    """Yield the sentences of a section in order; none when the page does not have it.

    A paragraph or a list's item ends a sentence.

    >>> text = ["It affects 1 in 50,000 (e.g. in the U.S. and Japan). It is rare."]
    >>> page = compose("https://example.org/x", "X", {"frequency": text})
    >>> [sentence.text for sentence in sentences(page, "frequency")]
    ['It affects 1 in 50,000 (e.g. in the U.S. and Japan).', 'It is rare.']
    """
    for one in page.sections:
        if one.name != section:
            continue
        for line in re.finditer(r"[^\n]+", page.text[one.start : one.end]):
            begin = one.start + line.start() + len(BULLET) * line[0].startswith(BULLET)
            for start, end in spans(page.text[begin : one.start + line.end()]):
                start, end = begin + start, begin + end
                yield Sentence(page.text[start:end], start, end, section)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a paragraph starts and ends.

    >>> [*spans("Type I. It is mild.")]
    [(0, 7), (8, 19)]
    """
    start = len(text) - len(text.lstrip())
    for mark in _END.finditer(text):
        if mark.end() < len(text) and _ends(text, start, mark):
            yield start, mark.end() - len(mark["space"] or "")
            start = mark.end()
    end = len(text.rstrip())
    if start < end:
        yield start, end


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a full stop, question or exclamation mark ends the sentence that it stands in."""
    before = text[max(start, mark.start() - 100) : mark.start()]
    if not mark["space"]:  # "anemia.Signs": a blank that was lost
        return mark[0] == "." and before[-3:].isalpha() and before[-3:].islower()
    if not _START.match(text, mark.end()):
        return False
    words = before.split()[-2:]
    if mark[0][0] != "." or not words:
        return True
    word = words[-1].lstrip("\"'“‘([")
    found = _FIRST_WORD.match(text, mark.end())
    following = found[1] if found else ""
    if word == "No":
        return not following.isdigit()
    if _INSIDE.fullmatch(word.rpartition("-")[2]):
        return False
    begins = bool(_STARTER.fullmatch(following))
    if _INSIDE_OR_LAST.fullmatch(word):
        return begins
    if len(word) == 1 and word.isupper():  # "vitamin E." ends, "George E. Palade" does not
        return begins or (len(words) == 2 and words[0][0].islower())
    return len(words) == 2 or not word.isdigit()  # "1. The first of a list"
