"""Condition pages of MedlinePlus Genetics, as people have them: saved, copied, or archived.

Three forms, told apart by their content: a saved web page (medlineplus.gov's own, or another
site's that republishes one), its plain text (with whatever menus and footers stand around it),
and the XML of MedQuAD, which holds the pages of Genetics Home Reference as it was in 2016.
https://medlineplus.gov/genetics/ · https://github.com/abachaa/MedQuAD
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree, html

from genekg import archives
from genekg.errors import SourceError
from genekg.pages import Page, SectionName, compose, tidy
from genekg.sources import medlineplus_layout, page_blocks
from genekg.sources.medlineplus_addresses import address_of
from genekg.sources.medlineplus_layout import CUT, EXPECTED

_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".txt", ".xml"})
_LARGEST = 20_000_000  # bytes; a page that holds its own pictures has a few million
_ARCHIVE = archives.Limits(size=1 << 30, files=50_000)
_FIRST_TAG = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*<([\w:.-]+)", re.I | re.S
)
_MARKUP = frozenset({b"html", b"head", b"body", b"div", b"h1", b"h2", b"p", b"main", b"article"})
_CHARSET = re.compile(rb"""<meta[^>]{0,80}charset=["']?([\w-]+)""", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")
_PARAGRAPH = re.compile(r"""(?<=[.?!])\s{2,}|(?<=[.?!]["')])\s{2,}""")
_QUESTIONS: dict[str, SectionName] = {
    "information": "description",
    "frequency": "frequency",
    "genetic changes": "causes",
    "inheritance": "inheritance",
}


def pages(path: Path) -> Iterator[Page]:
    """Yield the pages of a file, a folder, an archive (zip, tar, gzip), or of standard input (-).

    In folders and archives .html, .htm, .xhtml, .txt and .xml files are pages, in the order of
    their names; others are passed over, and so are the ``…_files`` folders of web browsers. The
    same page twice is yielded once. Of MedQuAD the questions on treatment are left out.

    Raises:
        SourceError: a file that is no such page, is cut or is not UTF-8; two pages of one address
            that differ; no page at all.
    """
    seen: dict[str, tuple[Page, Path]] = {}
    for shown, data in _documents(path):
        page = _page(shown, data)
        if page.address not in seen:
            seen[page.address] = (page, shown)
            yield page
        elif seen[page.address][0] != page:
            problem = f"another text of {page.address} than in {seen[page.address][1]}"
            raise SourceError(shown, None, problem, remedy="keep one of the two")
    if not seen:
        raise SourceError(path, None, "no page in here", remedy=EXPECTED)


def _documents(path: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield where each document stands, as it is shown to people, and its bytes."""
    if str(path) == "-":
        yield Path("standard input"), sys.stdin.buffer.read(_LARGEST + 1)
    elif path.is_dir():
        yield from _inside(path, path)
    elif not path.exists():
        raise SourceError(path, None, "no such file", remedy="check the path")
    elif not archives.kind(path):
        yield path, _read(path, path)
    else:
        with tempfile.TemporaryDirectory() as place:
            yield from _archived(path, Path(place))


def _archived(path: Path, place: Path) -> Iterator[tuple[Path, bytes]]:
    if archives.kind(path) in ("gzip", "bzip2", "xz"):
        single = place / "single"
        archives.decompress(path, single, _ARCHIVE)
        if archives.kind(single) != "tar":
            yield path, _read(single, path)
            return
    archives.unpack(path, place / "files", _ARCHIVE)
    yield from _inside(place / "files", path)


def _inside(folder: Path, shown: Path) -> Iterator[tuple[Path, bytes]]:
    for file in sorted(folder.rglob("*")):
        inner = file.relative_to(folder)
        hidden = any(part.startswith((".", "__")) for part in inner.parts)
        if hidden or any(part.endswith("_files") for part in inner.parts[:-1]):
            continue
        if file.suffix.lower() in _SUFFIXES and file.is_file():
            yield shown / inner, _read(file, shown / inner)


def _read(file: Path, shown: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST + 1)
    except OSError as error:
        raise SourceError(shown, None, f"cannot be read ({error.strerror})") from error


def _page(path: Path, data: bytes) -> Page:
    if len(data) > _LARGEST:
        raise SourceError(path, None, "larger than any page", remedy=EXPECTED)
    head = data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise SourceError(path, None, "the file is empty", remedy=EXPECTED)
    if not head.startswith(b"<"):
        return medlineplus_layout.page(path, page_blocks.of_text(_decoded(path, data)))
    first = _FIRST_TAG.match(head)
    is_web = first and first[1].lower() in _MARKUP
    return _web_page(path, data) if is_web else _medquad(path, data)


def _decoded(path: Path, data: bytes, charset: str = "utf-8") -> str:
    try:
        text = data.decode("utf-8-sig" if charset == "utf-8" else charset)
    except (UnicodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        raise SourceError(path, line, f"not {charset} text", remedy="save it as UTF-8") from error
    if "\0" in text:
        raise SourceError(path, None, "a NUL character: this is not text", remedy=EXPECTED)
    return text


def _web_page(path: Path, data: bytes) -> Page:
    declared = _CHARSET.search(data[:4000])
    text = _decoded(path, data, declared[1].decode().lower() if declared else "utf-8")
    lowered = text.lower()
    if "<html" in lowered and "</html" not in lowered:
        raise SourceError(path, lowered.count("\n") + 1, "no </html> at its end", remedy=CUT)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses it in what is decoded already
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False))
    except etree.LxmlError as error:
        raise SourceError(path, None, f"not a web page ({error})", remedy=EXPECTED) from error
    hints = root.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    own = [address_of(hint) for hint in (*hints, *_SAVED_FROM.findall(text))]
    address = next(filter(None, own), "")
    blocks = page_blocks.of_html(root, address or "https://medlineplus.gov/")
    return medlineplus_layout.page(path, blocks, address)


def _medquad(path: Path, data: bytes) -> Page:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(path, error.lineno, f"malformed XML ({error.msg})", remedy=CUT) from error
    if root.getroottree().docinfo.doctype or root.tag != "Document":
        found = "XML with a DOCTYPE" if root.tag == "Document" else f"XML of {root.tag}"
        raise SourceError(path, root.sourceline, found, remedy=EXPECTED)
    address = address_of(root.get("url") or "")
    title = tidy(root.findtext("Focus") or "")
    if not address or not title:
        found = f"{root.get('source')} {root.get('url')}" if not address else "no Focus"
        raise SourceError(path, root.sourceline, found, remedy=EXPECTED)
    sections = dict(_answers(path, root))
    if "description" not in sections:
        raise SourceError(path, root.sourceline, "no answer of type information", remedy=EXPECTED)
    return compose(
        address,
        title,
        sections,
        names=[tidy(one.text or "") for one in root.iterfind("FocusAnnotations//Synonym")],
        xrefs=[f"UMLS:{tidy(one.text or '')}" for one in root.iterfind("FocusAnnotations//CUI")],
    )


def _answers(path: Path, root: Any) -> Iterator[tuple[SectionName, list[str]]]:
    seen: set[str] = set()
    for pair in root.iterfind("QAPairs/QAPair"):
        question, answer = pair.find("Question"), pair.findtext("Answer")
        if question is None or answer is None:
            raise SourceError(path, pair.sourceline, "a QAPair without question or answer")
        kind = question.get("qtype") or ""
        if kind in seen:
            raise SourceError(path, pair.sourceline, f"a second answer of type {kind}")
        seen.add(kind)
        paragraphs = [tidy(one) for one in _PARAGRAPH.split(answer.strip())]
        if kind in _QUESTIONS and any(paragraphs):
            yield _QUESTIONS[kind], paragraphs
