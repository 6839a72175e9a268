"""Ids as the mapping files write them, checked against what their authority issues."""

from __future__ import annotations

import re
from pathlib import Path

from genekg import prefixes
from genekg.errors import SourceError

_ISSUED = {
    "MONDO": re.compile(r"\d{7}"),
    "OMIM": re.compile(r"\d{6}"),
    "OMIMPS": re.compile(r"\d{6}"),
    "ORPHA": re.compile(r"\d+"),
    "DOID": re.compile(r"\d+"),
    "GARD": re.compile(r"\d+"),
    "HP": re.compile(r"\d{7}"),
    "UMLS": re.compile(r"CN?\d{6,7}"),
    "MESH": re.compile(r"[A-Z]\d+"),
    "SCTID": re.compile(r"\d+"),
    "HGNC": re.compile(r"\d+"),
    "NCBIGene": re.compile(r"\d+"),
}

# Addresses under which Mondo's JSON writes ids, beside those of the table of prefixes.
_OTHER_NAMESPACES = {
    "http://identifiers.org/snomedct/": "SCTID:",
    "http://identifiers.org/mim/": "OMIM:",
    "https://www.omim.org/entry/": "OMIM:",
}

# Whose ids name conditions: a cross reference to anything else is no mapping of a condition.
AUTHORITIES = frozenset(
    {
        "DOID",
        "EFO",
        "GARD",
        "HP",
        "ICD10CM",
        "ICD10WHO",
        "ICD11",
        "MEDGEN",
        "MESH",
        "MEDDRA",
        "MONDO",
        "NCIT",
        "OMIM",
        "OMIMPS",
        "ORPHA",
        "SCTID",
        "UMLS",
    }
)


def read_id(path: Path, line: int | None, text: str) -> str | None:
    """Return the CURIE of an id, or None where its prefix is not in the table of prefixes.

    Raises:
        SourceError: no id at all, or one that its authority does not issue.

    >>> read_id(Path("x"), 1, "Orphanet:75563"), read_id(Path("x"), 1, "NORD:12")
    ('ORPHA:75563', None)
    """
    if ":" not in text or any(character.isspace() for character in text):
        raise SourceError(path, line, f"malformed id {text!r}", remedy="expected PREFIX:id")
    for namespace, prefix in _OTHER_NAMESPACES.items():
        if text.startswith(namespace):
            text = prefix + text.removeprefix(namespace)
    curie = prefixes.normalise(text)
    if curie is None:
        return None
    prefix, _, local = curie.partition(":")
    if (issued := _ISSUED.get(prefix)) and not issued.fullmatch(local):
        raise SourceError(path, line, f"malformed id {text!r}", remedy="the file may be cut")
    return curie
