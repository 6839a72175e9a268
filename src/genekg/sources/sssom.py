"""Mappings in SSSOM: one TSV file, or a folder of them, such as Mondo's exact matches.

Read are the columns that say which id matches which, how, and why; the prefixes are those of the
``curie_map`` in the file's head. A row that says that two ids do not match, or relates them in a
way that is no match, gives no record. https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from genekg import prefixes, readers
from genekg.errors import SourceError
from genekg.records import Mapping, Match, Provenance
from genekg.sources.condition_ids import read_id
from genekg.sources.release_dates import date_in, date_of_name

_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_MATCHES: dict[str, Match] = {
    "skos:exactMatch": "exact",
    "owl:equivalentClass": "exact",
    "owl:sameAs": "exact",
    "skos:closeMatch": "close",
    "oboInOwl:hasDbXref": "close",
    "skos:broadMatch": "broad",
    "rdfs:subClassOf": "broad",
    "skos:narrowMatch": "narrow",
}
# Why a mapping holds, in terms of ECO: a curator's judgement, or a program's.
_CURATOR, _PROGRAM = "ECO:0000305", "ECO:0000501"
_EVIDENCE = {
    "semapv:ManualMappingCuration": _CURATOR,
    "semapv:MappingReview": _CURATOR,
    "semapv:LexicalMatching": _PROGRAM,
    "semapv:LexicalSimilarityThresholdMatching": _PROGRAM,
    "semapv:SemanticSimilarityThresholdMatching": _PROGRAM,
    "semapv:LogicalReasoning": _PROGRAM,
}
_NOT_FOUND = "sssom:NoTermFound"


def parse(path: Path, release: str) -> Iterator[Mapping]:
    """Yield every mapping of a file or folder, once, in the order of the files' names.

    A prefix that the file's ``curie_map`` declares and genekg does not know is passed over.

    Raises:
        SourceError: a row with a malformed id, predicate or justification; no mapping at all.
    """
    seen: set[tuple[str, str, Match]] = set()
    for file in _files(path):
        found = False
        for mapping in _mappings(file, release):
            found = True
            if (key := (mapping.subject_id, mapping.object_id, mapping.match)) not in seen:
                seen.add(key)
                yield mapping
        if not found:
            raise SourceError(file, None, "no mapping in this file", remedy="fetch it again")


def version(path: Path) -> str:
    """Return the newest date that the files state, else that of a file's name, else unknown."""
    stated = [_version(file) for file in _files(path)]
    return max((one for one in stated if one != "unknown"), default="unknown")


def _version(file: Path) -> str:
    head, _ = _head(file)
    for slot in ("mapping_set_version", "publication_date", "mapping_date"):
        if found := date_in(head.get(slot, "")):
            return found
    return date_of_name(file)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.sssom.tsv")) + sorted(path.glob("*.sssom.tsv.gz"))
    if not files:
        raise SourceError(path, None, "no *.sssom.tsv in this folder", remedy="check the path")
    return files


def _head(file: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the comment lines before the table say: the slots, and the prefixes."""
    slots: dict[str, str] = {}
    declared: dict[str, str] = {}
    inside = ""
    for _, line in takewhile(lambda numbered: numbered[1].startswith("#"), readers.lines(file)):
        content = line.removeprefix("#").removeprefix(" ")
        name, _, value = content.partition(":")
        name, value = name.strip().strip("\"'"), value.strip().strip("\"'")
        if content[:1] not in (" ", "\t"):
            inside = name
            slots[name] = value
        elif inside == "curie_map":
            declared[name] = value
    return slots, declared


def _mappings(file: Path, release: str) -> Iterator[Mapping]:
    _, declared = _head(file)
    spellings = {name: _own_prefix(name, namespace) for name, namespace in declared.items()}
    for line, row in readers.tsv(file, _COLUMNS):
        match = _match(file, line, row)
        evidence = _evidence(file, line, row["mapping_justification"])
        ids = [_id(file, line, row[column], spellings) for column in ("subject_id", "object_id")]
        subject_id, object_id = ids
        if match and subject_id and object_id:
            authors = tuple(filter(None, row.get("author_id", "").split("|")))
            said = Provenance(release, evidence=evidence, curated_by=authors)
            yield Mapping(subject_id, object_id, match, said)


def _own_prefix(name: str, namespace: str) -> str:
    """Return genekg's prefix of a namespace, or of the prefix's name; as it is if of neither."""
    known = prefixes.normalise(f"{namespace}0") or prefixes.normalise(f"{name}:0") or ""
    return known.removesuffix(":0") if known.endswith(":0") else name


def _match(file: Path, line: int, row: dict[str, str]) -> Match | None:
    """Return how the ids match, or None for a row that says that they do not."""
    predicate = row["predicate_id"]
    if "://" in predicate:
        predicate = prefixes.shorten(predicate)
    if ":" not in predicate:
        raise SourceError(
            file, line, f"malformed predicate {predicate!r}", remedy="expected skos:exactMatch, …"
        )
    modifier = row.get("predicate_modifier", "")
    if modifier not in ("", "Not"):
        raise SourceError(file, line, f"unknown predicate modifier {modifier!r}", remedy="Not")
    return None if modifier else _MATCHES.get(predicate)


def _evidence(file: Path, line: int, justification: str) -> str:
    if not justification.startswith("semapv:"):
        raise SourceError(
            file, line, f"malformed justification {justification!r}", remedy="expected semapv:…"
        )
    return _EVIDENCE.get(justification, "")


def _id(file: Path, line: int, text: str, spellings: dict[str, str]) -> str | None:
    if text == _NOT_FOUND:
        return None
    prefix, colon, local = text.partition(":")
    if colon and not local.startswith("//"):
        text = f"{spellings.get(prefix, prefix)}:{local}"
    curie = read_id(file, line, text)
    if curie is None and spellings and prefix not in spellings and not local.startswith("//"):
        raise SourceError(file, line, f"prefix {prefix!r} is not in the curie_map of this file")
    return curie
