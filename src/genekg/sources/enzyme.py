"""ENZYME, the nomenclature of enzymes: ``enzyme.dat`` of https://enzyme.expasy.org.

Entries end with ``//``; a line is a code of two letters, three spaces, and text. Format:
https://enzyme.expasy.org/enzuser.txt
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from genekg import readers
from genekg.errors import SourceError
from genekg.records import Catalysis, Enzyme, Provenance
from genekg.sources.release_dates import date_of_name

_CODES = {"ID", "DE", "AN", "CA", "CF", "CC", "DI", "PR", "DR"}
_LINE = re.compile(r"([A-Z]{2})(?: {3}(.*))?")
_EC = re.compile(r"\d+\.\d+\.\d+\.n?\d+")
_MEMBER = re.compile(r"([A-Z][0-9][A-Z0-9]{4}(?:[A-Z0-9]{4})?)\s*,\s*([\w-]+)")
_RELEASE = re.compile(r"Release of (\d{2})-([A-Z][a-z]{2})-(\d{4})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JOINING_WORD = re.compile(r"(and|or|to)\b")


@dataclass(slots=True)
class _Entry:
    """One entry: where it begins, and its texts by code."""

    line: int
    texts: dict[str, list[str]] = field(default_factory=dict)

    def joined(self, code: str) -> str:
        """Return the lines of a code as one text."""
        return _join(self.texts.get(code, []))


def version(path: Path) -> str:
    """Return the release date that the head states, else a date in the file's name."""
    for number, line in readers.lines(path):
        if match := _RELEASE.search(line):
            if match[2] not in _MONTHS:
                raise SourceError(path, number, f"unknown month {match[2]!r}")
            return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{match[1]}"
        if line.startswith("ID"):
            break
    return date_of_name(path)


def parse(path: Path, release: str) -> Iterator[Enzyme | Catalysis]:
    """Yield every entry, and which human proteins are that enzyme.

    A deleted or transferred entry is obsolete, and is named by its id; ``replaced_by`` holds the
    numbers that its own line names, not those that replaced these in turn.

    Raises:
        SourceError: a line of another form, an entry without end, id or name, a malformed
            number or member, or an entry that is there twice.
    """
    seen: dict[str, int] = {}
    provenance = Provenance(release)
    for entry in _entries(path):
        if "ID" not in entry.texts:
            if set(entry.texts) - {"CC"}:
                raise SourceError(path, entry.line, "an entry without ID")
            continue
        number = entry.joined("ID")
        if not _EC.fullmatch(number):
            raise SourceError(path, entry.line, f"malformed EC number {number!r}")
        if number in seen:
            raise SourceError(path, entry.line, f"{number} again; first in line {seen[number]}")
        seen[number] = entry.line
        yield _enzyme(path, entry, f"EC:{number}", provenance)
        for accession in _human_members(path, entry):
            yield Catalysis(f"UniProt:{accession}", f"EC:{number}", provenance)
    if not seen:
        raise SourceError(path, None, "no entry in this file", remedy="is it enzyme.dat?")


def _entries(path: Path) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for number, line in readers.lines(path):
        if line.rstrip() == "//":
            if entry is None:
                raise SourceError(path, number, "the end of an entry that did not begin")
            yield entry
            entry = None
            continue
        match = _LINE.fullmatch(line.rstrip())
        if not match or match[1] not in _CODES:
            raise SourceError(
                path, number, f"not an ENZYME line: {line[:60]!r}", remedy="is it enzyme.dat?"
            )
        if match[1] == "ID" and entry is not None:
            raise SourceError(path, number, "an ID inside an entry", remedy="its // is missing")
        entry = entry or _Entry(number)
        entry.texts.setdefault(match[1], []).append((match[2] or "").strip())
    if entry is not None:
        raise SourceError(
            path, entry.line, "an entry without its //", remedy="the file is cut; fetch it again"
        )


def _enzyme(path: Path, entry: _Entry, enzyme_id: str, provenance: Provenance) -> Enzyme:
    if "DE" not in entry.texts:
        raise SourceError(path, entry.line, f"{enzyme_id} has no DE line")
    name = entry.joined("DE").removesuffix(".")
    if name == "Deleted entry":
        return Enzyme(enzyme_id, enzyme_id, "", provenance, obsolete=True)
    if name.startswith("Transferred entry"):
        targets = tuple(f"EC:{number}" for number in _EC.findall(name))
        if not targets:
            raise SourceError(path, entry.line, f"{enzyme_id} is transferred to no EC number")
        return Enzyme(enzyme_id, enzyme_id, "", provenance, obsolete=True, replaced_by=targets)
    return Enzyme(
        id=enzyme_id,
        name=name or enzyme_id,
        reaction=entry.joined("CA").removesuffix("."),
        provenance=provenance,
        synonyms=tuple(_names(entry.texts.get("AN", []))),
        cofactors=tuple(
            cofactor.strip()
            for cofactor in entry.joined("CF").removesuffix(".").split(";")
            if cofactor.strip()
        ),
    )


def _names(lines: list[str]) -> Iterator[str]:
    """Yield the names of AN lines: each ends with a full stop, and may fill several lines."""
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if line.endswith("."):
            yield _join(parts).removesuffix(".")
            parts = []
    if parts:
        yield _join(parts)


def _join(lines: list[str]) -> str:
    """Return wrapped lines as one: a hyphen at a line's end joins, unless a word follows.

    >>> _join(["dioxygenase 4,5-", "forming"]), _join(["5'- to 3'-", "or 3'- to 5'-"])
    ('dioxygenase 4,5-forming', "5'- to 3'- or 3'- to 5'-")
    """
    text = ""
    for line in lines:
        hyphen = text.endswith("-") and not text.endswith(" -")
        text += line if not text or (hyphen and not _JOINING_WORD.match(line)) else f" {line}"
    return text


def _human_members(path: Path, entry: _Entry) -> Iterator[str]:
    members = " ".join(entry.texts.get("DR", [])).split(";")
    for member in filter(None, map(str.strip, members)):
        match = _MEMBER.fullmatch(member)
        if not match:
            raise SourceError(path, entry.line, f"malformed member {member!r}")
        if match[2].endswith("_HUMAN"):
            yield match[1]
