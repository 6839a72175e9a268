"""Frequencies as HPO's tables write them: ``3/7``, ``45%``, or an HP frequency term."""

from __future__ import annotations

import re
from pathlib import Path

from genekg.errors import SourceError
from genekg.records import Frequency

_TERM_ID = re.compile(r"HP:\d{7}")
_COUNT = re.compile(r"(\d+)/(\d+)")
_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def parse_frequency(path: Path, line: int, text: str) -> Frequency | None:
    """Return the frequency that a cell states in one of its three forms, or None when empty.

    >>> parse_frequency(Path("x"), 1, "3/7")
    Frequency(count=3, total=7, percentage='', term_id='')
    >>> parse_frequency(Path("x"), 1, "0/7").excluded
    True
    """
    if not text:
        return None
    if match := _COUNT.fullmatch(text):
        count, total = int(match[1]), int(match[2])
        if count > total or total == 0:
            raise SourceError(path, line, f"impossible frequency {text!r}")
        return Frequency(count=count, total=total)
    if match := _PERCENTAGE.fullmatch(text):
        if float(match[1]) > 100:
            raise SourceError(path, line, f"impossible frequency {text!r}")
        return Frequency(percentage=match[1])
    if _TERM_ID.fullmatch(text):
        return Frequency(term_id=text)
    raise SourceError(
        path, line, f"unknown frequency {text!r}", remedy="expected n/m, a percentage or an HP id"
    )
