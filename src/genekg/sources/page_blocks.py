"""Web pages and plain text as blocks: headings, paragraphs, items of lists, with their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from genekg.pages import tidy

_BULLET = re.compile(r"(?:[•◦▪‣·]\s*|[*–-]\s+)(?=\S)")
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|dd|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|td|th|tr|ul"
)
_UNSEEN = re.compile("button|head|iframe|noscript|object|script|select|style|svg|template")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page, tidied.

    Args:
        level: of a heading of a web page, 1 to 6; else 0. In plain text nothing marks headings.
        item: whether it is an item of a list.
        joined: whether it follows the block before without an empty line between, as a line does
            that was broken because it was too long.
        links: the text and address of each link.
    """

    line: int
    text: str
    level: int = 0
    item: bool = False
    joined: bool = False
    links: tuple[tuple[str, str], ...] = ()


def of_text(text: str) -> Iterator[Block]:
    """Yield the lines of plain text that are not empty.

    >>> [(block.text, block.item) for block in of_text("Causes\\n\\n  • ALAS2")]
    [('Causes', False), ('ALAS2', True)]
    """
    joined = False
    for number, line in enumerate(text.splitlines(), start=1):
        content = tidy(line)
        bullet = _BULLET.match(content)
        content = content[bullet.end() if bullet else 0 :]
        if content:
            yield Block(number, content, item=bool(bullet), joined=joined and not bullet)
        joined = bool(content)


def of_html(root: Any, base: str = "") -> Iterator[Block]:
    """Yield the blocks of a parsed web page that are seen; relative addresses are made whole."""
    reader = _Reader(base)
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if _UNSEEN.fullmatch(tag):
            unseen += 1 if event == "start" else -1
        elif tag and not unseen:
            yield from reader.opened(element) if event == "start" else reader.closed(element)
        if event != "start" and not unseen:
            reader.add(element.tail)
    yield from reader.flush()


class _Reader:
    """The block that is being read, and what it stands in."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._parts: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._linked: tuple[int, str] | None = None
        self._line = 0
        self._level = 0
        self._items = 0

    def add(self, text: str | None) -> None:
        self._parts.append(text or "")

    def flush(self) -> Iterator[Block]:
        if content := tidy("".join(self._parts)):
            links = tuple(self._links)
            yield Block(self._line, content, self._level, self._items > 0, links=links)
        self._parts, self._links = [], []
        self._linked = (0, self._linked[1]) if self._linked else None

    def opened(self, element: Any) -> Iterator[Block]:
        if _BLOCK.fullmatch(element.tag):
            yield from self.flush()
            self._line = element.sourceline or 0
            self._enter(element.tag, 1)
        elif element.tag == "a" and (address := self._address(element.get("href") or "")):
            self._linked = (len(self._parts), address)
        elif element.tag == "br":
            self.add(" ")
        self.add(element.text)

    def closed(self, element: Any) -> Iterator[Block]:
        if element.tag == "a" and self._linked:
            start, address = self._linked
            self._links.append((tidy("".join(self._parts[start:])), address))
            self._linked = None
        elif _BLOCK.fullmatch(element.tag):
            yield from self.flush()
            self._enter(element.tag, -1)

    def _address(self, href: str) -> str:
        try:
            address = urljoin(self._base, href.strip())
        except ValueError:  # no address at all
            return ""
        return address if address.startswith(("http://", "https://")) else ""

    def _enter(self, tag: str, step: int) -> None:
        if tag == "li":
            self._items += step
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._level = int(tag[1]) if step > 0 else 0
