"""Pages that ``genekg ingest`` has read: what each says, with the sentence that says it.

A folder with a pair of files a page: ``NAME.txt``, the text as it is kept, and ``NAME.json``, the
condition and the statements found. A statement whose sentence is no longer in the text, where it
was, ends the build: nothing is passed on that the page does not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from genekg.errors import SourceError
from genekg.records import (
    Annotation,
    Catalysis,
    ConditionName,
    GeneCondition,
    Provenance,
    Quote,
    Record,
    Reference,
    ResourcePage,
    Statement,
    Synonym,
)

# Where they stand beside a graph.
FOLDER = "pages"
AUTOMATIC = "ECO:0000501"  # evidence used in automatic assertion
_REMEDY = "ingest the page again"


def version(folder: Path) -> str:
    """Return the latest date that a page says it was updated, or ``undated``."""
    dates = [_content(path)["updated"] for path in sorted(folder.glob("*.json"))]
    return max(dates, default="") or "undated"


def parse(folder: Path, release: str) -> Iterator[Record]:
    """Yield the records of every page of a folder; what is uncertain is left out.

    Raises:
        SourceError: a file of the pair is missing or malformed, or a sentence is not in the text.
    """
    for path in sorted(folder.glob("*.json")):
        content = _content(path)
        try:
            text = path.with_suffix(".txt").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SourceError(
                path.with_suffix(".txt"), None, "no such file", remedy=_REMEDY
            ) from error
        try:
            yield from _structure(content, release)
            for statement in content["statements"]:
                quote = _quote(path, text, content["address"], statement)
                yield from _records(content, statement, _said(content, release, quote))
        except (KeyError, TypeError) as error:
            raise SourceError(path, None, f"a part is missing: {error}", remedy=_REMEDY) from error


def _content(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceError(path, None, f"not valid JSON: {error}", remedy=_REMEDY) from error
    if not isinstance(content, dict) or not isinstance(content.get("updated"), str):
        raise SourceError(path, None, "not what `genekg ingest` writes", remedy=_REMEDY)
    return content


def _quote(path: Path, text: str, address: str, statement: dict[str, Any]) -> Quote:
    start, end = statement["sentence_start"], statement["sentence_end"]
    if text[start:end] != statement["sentence"]:
        raise SourceError(
            path.with_suffix(".txt"),
            text.count("\n", 0, start) + 1,
            f"the sentence is no longer there: {statement['sentence'][:60]!r}",
            remedy=_REMEDY,
        )
    return Quote(statement["sentence"], statement["section"], start, end, address)


def _said(content: dict[str, Any], release: str, quote: Quote | None) -> Provenance:
    return Provenance(
        release,
        publications=(content["address"],),
        evidence=AUTOMATIC,
        primary="infores:medlineplus",
        quote=quote,
    )


def _structure(content: dict[str, Any], release: str) -> Iterator[Record]:
    """Yield what stands in the lists of a page: names, resources, papers."""
    said = _said(content, release, None)
    condition = content["condition"]
    for name in content["names"]:
        yield ConditionName(condition, Synonym(name, "related"), said)
    yield ResourcePage(
        condition, "page", content["title"], content["address"], said, content["updated"]
    )
    for kind, title, address in content["resources"]:
        yield ResourcePage(condition, kind, title, address, said)
    for reference in content["references"]:
        yield Reference(condition, reference, said)


def _records(
    content: dict[str, Any], statement: dict[str, Any], said: Provenance
) -> Iterator[Record]:
    if statement["uncertain"]:
        return
    condition, target, kind = content["condition"], statement["target"], statement["kind"]
    qualifiers = dict(statement["qualifiers"])
    if kind == "symptom":
        aspect = qualifiers.get("aspect", "P")  # a miscarriage is history, a stillbirth course
        yield Annotation(
            condition, target, aspect, said, negated=statement["negated"], sex=statement["sex"]
        )
    elif statement["negated"]:
        return
    elif kind == "inheritance" and target:
        yield Annotation(condition, target, "I", said)
    elif kind == "onset" and target:
        yield Annotation(condition, target, "C", said, sex=statement["sex"])
    elif kind == "gene":
        relation = qualifiers.get("relation", "causes")
        mechanism = qualifiers.get("mechanism", "")
        yield GeneCondition(target, condition, relation, said, mechanism)
    elif kind == "mechanism" and target:
        yield GeneCondition(target, condition, "causes", said, qualifiers.get("mechanism", ""))
    elif kind == "enzyme" and target and (gene := qualifiers.get("gene")):
        yield Catalysis(gene, target, said)
    elif kind == "prevalence":
        yield Statement(
            condition,
            "prevalence",
            qualifiers.get("value") or statement["text"],
            said,
            topic=qualifiers.get("kind", ""),
            place=qualifiers.get("place", ""),
        )
