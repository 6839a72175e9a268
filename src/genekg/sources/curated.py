"""Our own curated facts: the TSV tables of ``data/curated/``, by the schema beside them.

Every row names who states it in its column ``source``. The schema is enforced cell by cell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from genekg import prefixes, readers
from genekg.errors import SourceError
from genekg.records import (
    Activity,
    Annotation,
    Catalysis,
    Condition,
    ConditionName,
    Enzyme,
    Gene,
    GeneCondition,
    Mapping,
    Provenance,
    Record,
    Reference,
    ResourcePage,
    Statement,
    Synonym,
)
from genekg.sources.frequencies import parse_frequency

Row = dict[str, str]

MANUAL = "ECO:0000305"  # curator inference used in manual assertion
_URL = re.compile(r"https?://[^\s|\"<>]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def schema(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the tables of ``schema.toml``: name to columns, key and purpose."""
    path = folder / "schema.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(path, None, "no such file", remedy="the schema must be there") from error
    except ValueError as error:
        raise SourceError(path, None, f"not valid TOML: {error}") from error
    return {name: table for name, table in content.items() if isinstance(table, dict)}


def version(folder: Path) -> str:
    """Return the date that the schema gives as the version of the curated facts."""
    schema(folder)  # raises if the file is missing or damaged
    content = tomllib.loads((folder / "schema.toml").read_text(encoding="utf-8"))
    return str(content.get("version", ""))


def parse(folder: Path, release: str) -> Iterator[Record]:
    """Yield the records of every table in a folder of curated facts.

    Raises:
        SourceError: a table without schema, or a row that breaks it: the file, line and column.
    """
    tables = schema(folder)
    for path in sorted(folder.glob("*.tsv")):
        if path.stem not in tables:
            raise SourceError(
                path, None, "no table of this name in schema.toml", remedy="add it there first"
            )
    if not (folder / "conditions.tsv").exists():
        raise SourceError(folder / "conditions.tsv", None, "no such file")
    known: set[str] = set()
    for name, table in tables.items():
        path = folder / f"{name}.tsv"
        if not path.exists():
            continue
        for line, row in _rows(path, table):
            if name == "conditions":
                known.add(row["condition_id"])
            elif "condition_id" in row and row["condition_id"] not in known:
                raise SourceError(
                    path, line, f"{row['condition_id']} is not in conditions.tsv",
                    remedy="add it there first",
                )  # fmt: skip
            provenance = Provenance(
                release, publications=tuple(row["source"].split("|")), evidence=MANUAL
            )
            yield from _RECORDS[name](path, line, row, provenance)


def _rows(path: Path, table: dict[str, Any]) -> Iterator[tuple[int, Row]]:
    columns: dict[str, dict[str, Any]] = table["columns"]
    seen: dict[tuple[str, ...], int] = {}
    for line, row in readers.tsv(path, list(columns)):
        for name, cell in row.items():
            if name not in columns:
                raise SourceError(path, line, f"unknown column {name!r}")
            if problem := _problem(columns[name], cell):
                raise SourceError(path, line, f"column {name}: {problem}")
        key = tuple(row[name] for name in table["key"])
        if key in seen:
            raise SourceError(
                path, line, f"{' '.join(filter(None, key))} again; first in line {seen[key]}"
            )
        seen[key] = line
        yield line, row


def _problem(column: dict[str, Any], cell: str) -> str:
    """Say what is wrong with a cell, or return an empty string."""
    if cell != cell.strip():
        return f"spaces around {cell!r}"
    if not cell:
        return "" if column.get("optional") else "empty"
    kind = column["kind"]
    if kind in ("id", "ids"):
        ids = cell.split("|") if kind == "ids" else [cell]
        for one in ids:
            if prefixes.normalise(one) != one or one.split(":")[0] not in column["prefixes"]:
                return f"{one!r} is not an id of {', '.join(column['prefixes'])}"
        return ""
    if kind == "source":
        for one in cell.split("|"):
            if not _URL.fullmatch(one) and prefixes.normalise(one) != one:
                return f"{one!r} is neither an id nor an https address"
        return ""
    if kind == "enum":
        expected = column["values"]
        return "" if cell in expected else f"{cell!r} is none of {', '.join(expected)}"
    checks: dict[str, Callable[[str], object]] = {
        "url": _URL.fullmatch,
        "date": _DATE.fullmatch,
        "integer": str.isdecimal,
    }
    if kind in checks and not checks[kind](cell):
        return f"{cell!r} is not a{'n' if kind == 'integer' else ''} {kind}"
    return ""


def _texts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _condition(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Condition(row["condition_id"], row["label"], provenance, row["description"])


def _name(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    synonym = Synonym(row["name"], row["scope"], row["type"])  # type: ignore[arg-type]
    yield ConditionName(row["condition_id"], synonym, provenance)


def _mapping(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Mapping(row["condition_id"], row["id"], row["match"], provenance)  # type: ignore[arg-type]


def _gene(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Gene(
        id=row["gene_id"],
        symbol=row["symbol"],
        provenance=provenance,
        name=row["name"],
        location=row["location"],
        alias_symbol=_texts(row["alias_symbol"]),
        prev_symbol=_texts(row["prev_symbol"]),
        uniprot_id=row["uniprot_id"],
        xrefs=(row["omim_id"],) if row["omim_id"] else (),
    )
    yield Mapping(row["gene_id"], row["ncbi_gene_id"], "exact", provenance)


def _enzyme(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Enzyme(
        id=row["enzyme_id"],
        name=row["name"],
        reaction=row["reaction"],
        provenance=provenance,
        synonyms=_texts(row["synonyms"]),
        cofactors=_texts(row["cofactors"]),
    )


def _catalysis(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Catalysis(row["gene_id"], row["enzyme_id"], provenance)


def _activity(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Activity(
        gene_id=row["gene_id"],
        relation=row["relation"],  # type: ignore[arg-type]
        object_id=row["object_id"],
        object_label=row["object_label"],
        provenance=provenance,
        step=int(row["step"]) if row["step"] else None,
    )


def _cause(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield GeneCondition(
        row["gene_id"],
        row["condition_id"],
        row["relation"],  # type: ignore[arg-type]
        provenance,
        mechanism=row["mechanism"],
    )


def _consequence(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Statement(
        row["condition_id"], "consequence", row["statement"], provenance, step=int(row["step"])
    )


def _inheritance(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Annotation(row["condition_id"], row["mode_id"], "I", provenance)


def _note(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Statement(
        row["condition_id"],
        "inheritance_note",
        row["statement"],
        provenance,
        topic=row["topic"],
        sex=row["sex"],  # type: ignore[arg-type]
    )


def _mode(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Statement(row["mode_id"], "mode_property", row["statement"], provenance)


def _symptom(path: Path, line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    frequency = parse_frequency(path, line, row["frequency"])
    yield Annotation(
        condition_id=row["condition_id"],
        term_id=row["symptom_id"],
        aspect="P",
        provenance=provenance,
        negated=row["negated"] == "yes" or bool(frequency and frequency.excluded),
        frequency=frequency,
        onset_id=row["onset_id"],
        sex=row["sex"],  # type: ignore[arg-type]
        role=row["role"],
    )


def _presentation(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Statement(
        row["condition_id"],
        "presentation",
        row["statement"],
        provenance,
        sex=row["sex"],  # type: ignore[arg-type]
        severity_id=row["severity_id"],
        onset_ids=_texts(row["onset_ids"]),
    )
    for onset_id in _texts(row["onset_ids"]):
        yield Annotation(
            row["condition_id"],
            onset_id,
            "C",
            provenance,
            sex=row["sex"],  # type: ignore[arg-type]
        )


def _prevalence(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Statement(
        row["condition_id"],
        "prevalence",
        row["value"],
        provenance,
        topic=row["kind"],
        place=row["place"],
    )


def _resource(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield ResourcePage(row["condition_id"], row["kind"], row["title"], row["url"], provenance)


def _page(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield ResourcePage(
        row["condition_id"], "page", "MedlinePlus Genetics", row["url"], provenance, row["updated"]
    )


def _reference(_path: Path, _line: int, row: Row, provenance: Provenance) -> Iterator[Record]:
    yield Reference(row["condition_id"], row["reference_id"], provenance)


_RECORDS: dict[str, Callable[[Path, int, Row, Provenance], Iterator[Record]]] = {
    "conditions": _condition,
    "names": _name,
    "mappings": _mapping,
    "genes": _gene,
    "enzymes": _enzyme,
    "catalysis": _catalysis,
    "activities": _activity,
    "causes": _cause,
    "consequences": _consequence,
    "inheritance": _inheritance,
    "inheritance_notes": _note,
    "modes": _mode,
    "symptoms": _symptom,
    "presentations": _presentation,
    "prevalence": _prevalence,
    "resources": _resource,
    "references": _reference,
    "pages": _page,
}
