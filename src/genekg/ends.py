"""The ends of a path: which entities a text stands for, by names, lists and kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from genekg import search
from genekg.errors import UsageError
from genekg.labels import (
    CONDITION,
    ENZYME,
    GENE,
    KINDS,
    MODE,
    PLACE,
    PROCESS,
    PROTEIN,
    SYMPTOM,
    TERM,
    Entity,
    fold,
)

if TYPE_CHECKING:
    from genekg.graph import Graph

KIND_NAMES = {
    **{kind: kind for kind in KINDS},
    "disease": CONDITION, "phenotype": SYMPTOM, "mode": MODE, "inheritance": MODE,
    "pathway": PROCESS, "onset": TERM,
}  # fmt: skip
_PLURALS = {f"{kind}s": kind for kind in (CONDITION, GENE, PROTEIN, ENZYME, SYMPTOM, TERM, PLACE)}
_MOST = 40
# A name with such a word is of what lacks the rest of its words.
_DENYING = frozenset(("without", "no", "non", "not", "absent", "absence"))


def kind(text: str) -> str:
    """Return the kind of entities that a word means.

    Raises:
        UsageError: there is no such kind.

    >>> kind("pathway"), kind("Phenotype"), kind("genes")
    ('process', 'symptom', 'gene')
    """
    word = " ".join(text.lower().replace("_", " ").split())
    if found := KIND_NAMES.get(word) or _PLURALS.get(word):
        return found
    raise UsageError(f"no kind {text!r}", remedy=f"there are {', '.join(sorted(KIND_NAMES))}")


def entities(graph: Graph, texts: Iterable[str]) -> tuple[list[Entity], list[str]]:
    """Return the entities of several texts, each once, and what is to be said of them.

    A text is an id, name or symbol; several of them joined by commas; ``KIND:name`` for one of a
    kind; or ``@FILE``, one a line. What is nothing's name stands for all that have its words in a
    name, and a note says so; a synonym stands for the symptoms with its words too.

    Raises:
        NotFoundError, AmbiguousError: a text is the name of nothing, or of several.
        UsageError: a file cannot be read.
    """
    found: dict[int, Entity] = {}
    notes: list[str] = []
    for text in texts:
        for one in _lines(text):
            meant, note = _meant(graph, one)
            found.update((entity.number, entity) for entity in meant)
            if note:
                notes.append(note)
    return list(found.values()), notes


def _lines(text: str) -> list[str]:
    if not text.startswith("@"):
        return [text]
    path = Path(text[1:])
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error})", remedy="check the path") from error
    named = [line.split("\t")[0].strip() for line in lines]
    if not (kept := [line for line in named if line and not line.startswith("#")]):
        raise UsageError(f"{path} names nothing", remedy="give one id, name or symbol a line")
    return kept


def _meant(graph: Graph, text: str) -> tuple[list[Entity], str]:
    prefix, colon, rest = text.partition(":")
    kinds: Collection[str] = ()
    if colon and prefix.lower() in KIND_NAMES:
        kinds, text = (KIND_NAMES[prefix.lower()],), rest.strip()
    outright, _note = search.lookup(graph, text, kinds)
    if len(outright) == 1:
        entity = outright[0]
        if kinds or fold(entity.label) == fold(text) or re.search(r"[:/]", text):
            return outright, ""
        others = _worded(graph, text, (SYMPTOM,)) if " " in fold(text) else []
        others = [other for other in others if other.number != entity.number]
        if not others:
            return outright, ""
        names = _listed(others)
        return [entity, *others], (
            f"{text!r} is another name of {entity.label} ({entity.id}); symptoms with these words"
            f" count as well: {names}. An id chooses one."
        )
    if outright:
        return [search.resolve(graph, text, kinds)], ""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and all(search.lookup(graph, part, kinds)[0] for part in parts):
        return [search.resolve(graph, part, kinds) for part in parts], ""
    if not (worded := _worded(graph, text, kinds)):
        return [search.resolve(graph, text, kinds)], ""
    what = f"{len(worded)} entities have" if len(worded) > 1 else "one entity has"
    return worded, f"Nothing is named {text!r}; {what} these words in a name: {_listed(worded)}."


def _worded(graph: Graph, text: str, kinds: Collection[str]) -> list[Entity]:
    """Return the entities with all the words of a text in one name, the best first."""
    words = fold(text).split()
    if not words or not all(graph.labels.knows(word) for word in words if len(word) > 3):
        return []
    names = graph.labels.matching(words, 10 * _MOST, every=True)
    found: dict[int, Entity] = {}
    for name, _score in names:
        denied = _DENYING & set(fold(name.text).split()) - set(words)
        if not denied and (not kinds or name.entity.kind in kinds):
            found[name.entity.number] = name.entity
    return list(found.values())[:_MOST]


def _listed(found: list[Entity]) -> str:
    shown = ", ".join(f"{entity.label} ({entity.id})" for entity in found[:5])
    return shown if len(found) <= 5 else f"{shown} and {len(found) - 5} more"


def one(graph: Graph, text: str) -> Entity:
    """Return the one entity that a text names outright.

    Raises:
        NotFoundError, AmbiguousError: a text is the name of nothing, or of several.
    """
    found, notes = entities(graph, [text])
    if len(found) != 1 or notes:
        return search.resolve(graph, text)
    return found[0]
