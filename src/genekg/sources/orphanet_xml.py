"""Orphadata XML as elements, disorder by disorder, in little memory.

No entity is resolved and nothing is fetched: a document type is refused.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from genekg.errors import SourceError

REMEDY = "expected Orphadata XML, product 1, 4, 6 or 9 (ages)"
_ROOTS = {"JDBOR", "JBDOR"}
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


def date(path: Path) -> str:
    """Return the date that the root states.

    Raises:
        SourceError: another root, or one without a date.
    """
    with _opened(path) as file:
        for _, root in etree.iterparse(file, events=("start",), **_SAFE):
            _check_root(path, root)
            if stated := re.match(r"\d{4}-\d{2}-\d{2}", root.get("date", "")):
                return stated[0]
            break
    raise SourceError(path, None, "the root states no date", remedy=REMEDY)


def _check_root(path: Path, root: Any) -> None:
    if root.tag not in _ROOTS:
        raise SourceError(path, root.sourceline, f"the root is {root.tag!r}", remedy=REMEDY)
    if root.getroottree().docinfo.doctype:
        raise SourceError(path, 1, "a document type, which Orphadata has not", remedy=REMEDY)


def disorders(path: Path) -> Iterator[tuple[Any, Any]]:
    """Yield (entry, disorder): the entry is what holds the disorder in product 4, else itself.

    Each is cleared when the next is asked for.

    Raises:
        SourceError: not well-formed, another root, or a document type.
    """
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
