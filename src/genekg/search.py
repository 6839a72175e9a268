"""Searching: what a person types, found among names, symbols and ids.

``find`` ranks what fits; ``resolve`` returns the one entity that is meant, or says why it
cannot.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from genekg import prefixes
from genekg.errors import AmbiguousError, NotFoundError
from genekg.labels import FIELDS, Entity, Labelled, Name, fold
from genekg.tables import Table

COLUMNS = ("id", "kind", "label", "matched", "as")

# Words of a question rather than of a name.
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from has have in is it look looks looking my of on or people"
        " s seem seems some that the their they to very was with who",
    )
)
_CLOSE = 80
_SUGGESTIONS = 5
# A name that stands for a thing outright, before one that is only near it.
_OUTRIGHT = ("label", "symbol", "exact", "layperson", "abbreviation", "alias", "previous")


def find(graph: Labelled, text: str, *, kinds: Collection[str] = (), limit: int = 20) -> Table:
    """Return the entities that a text fits, the best first: id, kind, label, and the name hit.

    An id comes first, then names that are the text, names that begin with it, names with all of
    its words, and names with some. An entity is listed once.
    """
    hits: dict[int, tuple[float, Name]] = {}

    def add(name: Name, score: float) -> None:
        if kinds and name.entity.kind not in kinds:
            return
        score += FIELDS.index(name.field) / 10
        number = name.entity.number
        if number not in hits or score < hits[number][0]:
            hits[number] = (score, name)

    if found := _by_id(graph, text):
        entity, note = found
        add(Name(entity, note or text.strip(), "label"), -1)
    for name in graph.labels.named(text):
        add(name, 0)
    for name in graph.labels.beginning(text, limit * 3):
        add(name, 2 + _excess(name, text))
    words = _words(text)
    for name, _bm25 in graph.labels.matching(words, limit * 10, every=True):
        add(name, 4 + _excess(name, text))
    if len(hits) < limit:
        for name, bm25 in graph.labels.matching(words, limit * 10, every=False):
            add(name, 8 + _excess(name, text) + bm25 / 10)
    best = sorted(hits.values(), key=lambda hit: (hit[0], len(hit[1].text), hit[1].entity.id))
    rows = [
        (name.entity.id, name.entity.kind, name.entity.label, name.text, name.field)
        for _, name in best[:limit]
    ]
    return Table(COLUMNS, rows)


def _excess(name: Name, text: str) -> float:
    """Return how much longer a name is than what was typed: 0 to 2."""
    typed = len(fold(text)) or 1
    return min(2.0, max(0, len(fold(name.text)) - typed) / (4 * typed))


def _words(text: str) -> list[str]:
    words = fold(text).split()
    return [word for word in words if word not in _FILLERS] or words


# Ids as people write them: a space or an underscore for the colon, or no prefix where the form
# alone tells (an EC number, a UniProt accession, a concept of UMLS).
_LOOSE = re.compile(r"([A-Za-z][A-Za-z-]*)[ _:]+([0-9][0-9.]*|[A-Z][0-9][0-9A-Z]+)")
_BARE = (
    ("EC", re.compile(r"\d+\.\d+\.\d+\.(?:\d+|n\d+)")),
    ("UMLS", re.compile(r"C\d{7}")),
    ("UniProt", re.compile(r"[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2}")),
)


def _by_id(graph: Labelled, text: str) -> tuple[Entity, str] | None:
    text = text.strip()
    curie = prefixes.normalise(text)
    if curie is None and (match := _LOOSE.fullmatch(text)):
        curie = prefixes.normalise(f"{match[1]}:{match[2]}")
    if curie is None:
        curie = next((f"{name}:{text}" for name, form in _BARE if form.fullmatch(text)), None)
    return graph.labels.entity(curie) if curie else None


def suggestions(graph: Labelled, text: str, kinds: Collection[str] = ()) -> list[str]:
    """Return labels that a text may have meant, misspelt or in part, the nearest first."""
    table = find(graph, correct(graph, text) or text, kinds=kinds, limit=_SUGGESTIONS)
    return list(dict.fromkeys(map(str, table.column("label"))))


def correct(graph: Labelled, text: str) -> str | None:
    """Return a text with its misspelt words replaced by the nearest known, or None if none is.

    The nearest is by edit distance, and of those equally near the one used more often.
    """
    from rapidfuzz import fuzz, process

    words = fold(text).split()
    unknown = [
        word
        for word in words
        if len(word) > 3 and word not in _FILLERS and not graph.labels.knows(word)
    ]
    if not unknown:
        return None
    known = dict(graph.labels.words())
    replaced: dict[str, str] = {}
    for word in unknown:
        near = process.extract(
            word, known.keys(), scorer=fuzz.ratio, limit=5, score_cutoff=_CLOSE - 5
        )
        if near:
            replaced[word] = max(near, key=lambda hit: (round(hit[1]), known[hit[0]]))[0]
    if not replaced:
        return None
    return " ".join(replaced.get(word, word) for word in words)


def lookup(graph: Labelled, text: str, kinds: Collection[str] = ()) -> tuple[list[Entity], str]:
    """Return the entities that a text names outright, and a note where an id has moved.

    Of several, those stand that the nearest kind of name gives: a label before a synonym.
    """
    if found := _by_id(graph, text):
        entity, note = found
        return ([entity] if not kinds or entity.kind in kinds else []), note
    names = [
        name
        for name in graph.labels.named(text)
        if name.field in _OUTRIGHT and (not kinds or name.entity.kind in kinds)
    ]
    if not names:
        return [], ""
    nearest = min(_rank(name) for name in names)
    chosen = {name.entity.number: name for name in names if _rank(name) == nearest}
    note = ""
    if len(chosen) == 1:
        (name,) = chosen.values()
        if name.field == "previous":
            note = f"{name.text} is a previous symbol of {name.entity.label}"
    return [name.entity for name in chosen.values()], note


def _rank(name: Name) -> int:
    """Rank labels and symbols first, then names that say the same, then the others."""
    if name.field in ("label", "symbol"):
        return 0
    return 1 if name.field in ("exact", "layperson", "abbreviation") else 2


def resolve(graph: Labelled, text: str, kinds: Collection[str] = ()) -> Entity:
    """Return the one entity that an id, IRI, label, synonym or symbol means.

    Raises:
        NotFoundError: nothing has that name; the message says what is near.
        AmbiguousError: several have it; the message lists them.
    """
    entities, _note = lookup(graph, text, kinds)
    if len(entities) == 1:
        return entities[0]
    what = " or ".join(sorted(kinds)) if kinds else "entity"
    if entities:
        choices = ", ".join(f"{entity.id} ({entity.kind} {entity.label})" for entity in entities)
        raise AmbiguousError(
            f"{text!r} is the name of {len(entities)} things", remedy=f"say which: {choices}"
        )
    if kinds and len(others := lookup(graph, text)[0]) == 1:
        other = others[0]
        raise NotFoundError(f"{text!r} is a {other.kind} ({other.id}), not a {what}")
    near = suggestions(graph, text, kinds)
    remedy = f"did you mean {' or '.join(near[:3])}?" if near else "try `genekg search`"
    raise NotFoundError(f"no {what} is named {text!r}", remedy=remedy)
