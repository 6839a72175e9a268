"""The date of a release, from the words or the file name that hold one."""

from __future__ import annotations

import re
from pathlib import Path

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d-[01]\d(?:-[0-3]\d)?)(?![\d-])")


def date_in(text: str) -> str:
    """Return the first ISO date, or year and month, of a text; an empty string without one.

    >>> date_in("mondo/releases/2026-08-04/mondo.obo"), date_in("hgnc_2024-10.txt"), date_in("v2")
    ('2026-08-04', '2024-10', '')
    """
    match = _DATE.search(text)
    return match[1] if match else ""


def date_of_name(path: Path) -> str:
    """Return the date in a file's name, or ``unknown``: for files that state none themselves."""
    return date_in(path.name) or "unknown"
