"""Mondo: conditions, their names and kinds, mappings and germline genes.

Read are ``mondo.obo`` and ``mondo.json`` (obographs); both give the same records.
https://mondo.readthedocs.io/en/latest/editors-guide/f-entities/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeAlias, cast

from genekg import prefixes, readers
from genekg.errors import SourceError
from genekg.records import (
    Condition,
    ConditionName,
    GeneCondition,
    Mapping,
    Match,
    Provenance,
    Scope,
    Synonym,
)
from genekg.sources import obographs
from genekg.sources.condition_ids import AUTHORITIES, read_id
from genekg.sources.mondo_matches import skos_match, stated_match
from genekg.sources.release_dates import date_in, date_of_name

# Terms below it qualify conditions (rare, syndromic, tumour grade 1): they are none themselves.
CHARACTERISTIC = "MONDO:0021125"

_ID = re.compile(r"MONDO:\d{7}")
_SYNONYM = re.compile(r"(EXACT|RELATED|BROAD|NARROW)(?:\s+([^\s\[]+))?\s*\[")
_GENE_ID = re.compile(r"(HGNC|NCBIGene):\d+")
_QUALIFIERS = re.compile(r'\{(?:[^"{}]|"(?:\\.|[^"\\])*")*\}')
_SOURCE = re.compile(r'source="((?:\\.|[^"\\])*)"')
_GERMLINE = "has_material_basis_in_germline_mutation_in"
_GERMLINE_IRI = "http://purl.obolibrary.org/obo/RO_0004003"

Records: TypeAlias = Condition | ConditionName | Mapping | GeneCondition


@dataclass(frozen=True, slots=True)
class _Entry:
    """A term of either format. Its mappings are (line, id, match), its genes (line, id, cited)."""

    id: str
    line: int | None
    label: str
    definition: str
    synonyms: tuple[Synonym, ...]
    parents: tuple[str, ...]
    mappings: tuple[tuple[int | None, str, Match | None], ...]
    genes: tuple[tuple[int | None, str, tuple[str, ...]], ...]
    obsolete: bool
    replaced_by: tuple[str, ...]


def version(path: Path) -> str:
    """Return the release date in the file's head, else that of its name, else unknown."""
    if obographs.is_json(path):
        return obographs.version(path) or date_of_name(path)
    for _, line in islice(readers.lines(path), 40):
        if line.startswith("data-version:") and (found := date_in(line)):
            return found
    return date_of_name(path)


def parse(path: Path, release: str) -> Iterator[Records]:
    """Yield every condition of Mondo, with its names, mappings and germline genes.

    Of an obsolete condition there is its label and what replaced it, where that is one condition.
    A mapping is exact where Mondo says so, broad or narrow where it says that, else close.

    Raises:
        SourceError: a term without id or name, a malformed id, synonym or qualifier, a repeated id.
    """
    entries: dict[str, _Entry] = {}
    for entry in _from_json(path) if obographs.is_json(path) else _from_obo(path):
        if not _ID.fullmatch(entry.id):
            problem = f"malformed id {entry.id!r}" if entry.id else "a term without an id"
            raise SourceError(path, entry.line, problem)
        if entry.id in entries:
            first = entries[entry.id].line
            where = f"; first seen in line {first}" if first else ""
            raise SourceError(path, entry.line, f"{entry.id} again{where}")
        if not entry.label and not entry.obsolete:
            raise SourceError(path, entry.line, f"{entry.id} has no name")
        entries[entry.id] = entry
    if not entries:
        raise SourceError(path, None, "no Mondo term in this file", remedy="is it mondo.obo?")
    qualities = _characteristics(entries)
    for entry in entries.values():
        if entry.id not in qualities:
            yield from _records(path, entry, release)


def _characteristics(entries: dict[str, _Entry]) -> set[str]:
    children: dict[str, list[str]] = defaultdict(list)
    for entry in entries.values():
        for parent in entry.parents:
            children[parent].append(entry.id)
    found, open_ends = {CHARACTERISTIC}, [CHARACTERISTIC]
    while open_ends:
        below = [child for child in children[open_ends.pop()] if child not in found]
        found.update(below)
        open_ends.extend(below)
    return found


def _records(path: Path, entry: _Entry, release: str) -> Iterator[Records]:
    said = Provenance(release)
    for related in (*entry.parents, *entry.replaced_by):
        if not _ID.fullmatch(related):
            raise SourceError(path, entry.line, f"{entry.id}: malformed id {related!r}")
    yield Condition(
        id=entry.id,
        label=entry.label or entry.id,
        provenance=said,
        description=entry.definition,
        parents=entry.parents,
        obsolete=entry.obsolete,
        replaced_by=entry.replaced_by[0] if len(entry.replaced_by) == 1 else "",
    )
    if entry.obsolete:
        return
    for synonym in dict.fromkeys(entry.synonyms):
        yield ConditionName(entry.id, synonym, said)
    mapped: dict[str, Match] = {}
    for line, text, match in entry.mappings:
        curie = read_id(path, line, text)
        if curie and match and curie.partition(":")[0] in AUTHORITIES - {"MONDO"}:
            mapped.setdefault(curie, match)
    for object_id, match in mapped.items():
        yield Mapping(entry.id, object_id, match, said)
    for line, text, sources in dict.fromkeys(entry.genes):
        cited = tuple(filter(None, map(_document, sources)))
        yield GeneCondition(_gene(path, line, text), entry.id, "causes", Provenance(release, cited))


def _gene(path: Path, line: int | None, text: str) -> str:
    curie = prefixes.normalise(text.replace("https://identifiers.org/", "http://identifiers.org/"))
    if not curie or not _GENE_ID.fullmatch(curie):
        raise SourceError(path, line, f"malformed gene id {text!r}")
    return curie


def _document(source: str) -> str:
    """Return the id or address that a source names, or nothing where it is Mondo's own note."""
    if source.startswith(("http://", "https://")):
        return source
    curie = prefixes.normalise(source) or ""
    return "" if curie.startswith("MONDO:") else curie


def _from_obo(path: Path) -> Iterator[_Entry]:
    for stanza in readers.obo(path):
        term_id = stanza.value("id")
        if stanza.kind != "Term" or (term_id and not term_id.startswith("MONDO:")):
            continue
        definition = stanza.value("def")
        synonyms: list[Synonym] = []
        stated: list[tuple[int | None, str, Match | None]] = []
        qualified: list[tuple[int | None, str, Match | None]] = []
        genes: list[tuple[int | None, str, tuple[str, ...]]] = []
        for line, tag, value in stanza.clauses:
            word, _, rest = value.partition(" ")
            if tag == "synonym":
                synonyms.append(_synonym(path, line, value))
            elif tag == "xref":
                qualified.append(
                    (line, readers.unescape(word), stated_match(_sources(path, line, rest)))
                )
            elif tag == "property_value" and (match := skos_match(word)):
                stated.append((line, rest.split(" ")[0].strip('"'), match))
            elif tag == "relationship" and word == _GERMLINE:
                gene, _, cited = rest.partition(" ")
                genes.append((line, gene, _sources(path, line, cited)))
        yield _Entry(
            id=term_id,
            line=stanza.line,
            label=readers.unescape(stanza.value("name")),
            definition=readers.quoted(path, stanza.line, definition)[0] if definition else "",
            synonyms=tuple(synonyms),
            parents=tuple(value.split(" ")[0] for value in stanza.values("is_a")),
            mappings=(*stated, *qualified),
            genes=tuple(genes),
            obsolete=stanza.value("is_obsolete") == "true",
            replaced_by=tuple(value.split(" ")[0] for value in stanza.values("replaced_by")),
        )


def _synonym(path: Path, line: int, value: str) -> Synonym:
    text, rest = readers.quoted(path, line, value)
    match = _SYNONYM.match(rest)
    if not match:
        raise SourceError(path, line, f"malformed synonym {value[:60]!r}")
    return Synonym(text, cast(Scope, match[1].lower()), match[2] or "")


def _sources(path: Path, line: int, rest: str) -> tuple[str, ...]:
    """Return the values of ``source`` among the qualifiers in braces after a value."""
    if not rest.startswith("{"):
        return ()
    match = _QUALIFIERS.match(rest)
    if not match:
        raise SourceError(path, line, f"malformed qualifiers {rest[:60]!r}")
    return tuple(readers.unescape(source) for source in _SOURCE.findall(match[0]))


def _from_json(path: Path) -> Iterator[_Entry]:
    for node in obographs.nodes(path):
        if not node.id.startswith("MONDO:"):
            continue
        stated = [
            (None, value, skos_match(name)) for name, value in node.properties if skos_match(name)
        ]
        qualified = [(None, value, stated_match(sources)) for value, sources in node.xrefs]
        yield _Entry(
            id=node.id,
            line=None,
            label=node.label,
            definition=node.definition,
            synonyms=node.synonyms,
            parents=tuple(edge.target for edge in node.edges if edge.predicate == "is_a"),
            mappings=(*stated, *qualified),
            genes=tuple(
                (None, edge.target, edge.sources)
                for edge in node.edges
                if edge.predicate == _GERMLINE_IRI
            ),
            obsolete=node.obsolete,
            replaced_by=tuple(
                prefixes.normalise(value) or value
                for name, value in node.properties
                if name == obographs.REPLACED_BY
            ),
        )
