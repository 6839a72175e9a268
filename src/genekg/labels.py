"""The label index: every name, symbol and id of every entity, in SQLite with full text.

A sidecar of the build, written once and read only. An entity's number here is its number in the
adjacency arrays. Names are compared in a folded form: case, punctuation, accents and the British
``ae`` and ``oe`` do not count.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from genekg.errors import StoreError

FILE = "labels.sqlite"

# kinds of entities, in the words of the product
CONDITION, GENE, PROTEIN, ENZYME = "condition", "gene", "protein", "enzyme"
SYMPTOM, MODE, TERM = "symptom", "inheritance mode", "term"
PROCESS, PLACE = "process", "place"
KINDS = (CONDITION, GENE, PROTEIN, ENZYME, SYMPTOM, MODE, TERM, PROCESS, PLACE)
# how a name stands to its entity, the nearest first
FIELDS = ("label", "symbol", "exact", "layperson", "abbreviation", "alias", "previous", "related",
          "narrow", "broad")  # fmt: skip

# From so many entities on, reading them all is faster than asking for each.
_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Entity:
    """One node that a person can name."""

    number: int
    id: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an entity, and how it stands to it: one of ``FIELDS``."""

    entity: Entity
    text: str
    field: str


def fold(text: str) -> str:
    """Return a text as names are compared.

    >>> fold("X-linked sideroblastic anaemia"), fold("Pallor ")
    ('x linked sideroblastic anemia', 'pallor')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = plain.replace("ae", "e").replace("oe", "e").replace("'", "")
    return " ".join(re.findall(r"[a-z0-9]+", plain))


class Labelled(Protocol):
    """What has a label index: the open graph, or a build on its way."""

    @property
    def labels(self) -> Labels:
        """The index."""


class Labels:
    """The index of a build, open for reading."""

    def __init__(self, path: Path) -> None:
        try:
            self._database = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._database.execute("SELECT 1 FROM entity LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be opened: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def entity(self, curie: str) -> tuple[Entity, str] | None:
        """Return the entity of an id, merged and replaced ids too, and a note if it moved."""
        row = self._database.execute(
            "SELECT number, entity.id, kind, label, note FROM alias"
            " JOIN entity ON alias.entity = number WHERE alias.id = ?"
            " UNION ALL SELECT number, id, kind, label, '' FROM entity WHERE id = ?",
            (curie, curie),
        ).fetchone()
        return (Entity(*row[:4]), row[4]) if row else None

    def entities(self, numbers: Iterable[int]) -> dict[int, Entity]:
        """Return entities by their numbers."""
        wanted = set(numbers)
        if len(wanted) > _MANY or "_every" in self.__dict__:
            every = self._every
            return {number: every[number] for number in wanted if number < len(every)}
        query = "SELECT number, id, kind, label FROM entity WHERE number = ?"
        return {
            number: Entity(*row)
            for number in wanted
            if (row := self._database.execute(query, (number,)).fetchone())
        }

    @cached_property
    def _every(self) -> list[Entity]:
        return list(self.all())

    def numbers(self, curies: Iterable[str]) -> dict[str, int]:
        """Return the numbers of entities by their ids."""
        wanted = set(curies)
        if len(wanted) > _MANY:
            return {entity.id: entity.number for entity in self._every if entity.id in wanted}
        query = "SELECT number FROM entity WHERE id = ?"
        return {
            curie: row[0]
            for curie in wanted
            if (row := self._database.execute(query, (curie,)).fetchone())
        }

    def all(self) -> Iterator[Entity]:
        """Yield every entity by number."""
        for row in self._database.execute(
            "SELECT number, id, kind, label FROM entity ORDER BY number"
        ):
            yield Entity(*row)

    def kinds(self) -> list[str]:
        """Return the kind of every entity, by number."""
        rows = self._database.execute("SELECT kind FROM entity ORDER BY number").fetchall()
        return [kind for (kind,) in rows]

    def aliases(self, entity: Entity) -> list[str]:
        """Return the other ids of an entity."""
        rows = self._database.execute("SELECT id FROM alias WHERE entity = ?", (entity.number,))
        return [row[0] for row in rows]

    def named(self, text: str) -> list[Name]:
        """Return the names that are exactly this one, folded; the nearest field first."""
        return self._names("folded = ? ORDER BY field, entity.id", fold(text))

    def beginning(self, text: str, limit: int) -> list[Name]:
        """Return names that begin with a text, the shortest first."""
        start = fold(text)
        return self._names(
            "folded >= ? AND folded < ? ORDER BY length(folded), field LIMIT ?",
            start, start + "\x7f", limit,
        )  # fmt: skip

    def _names(self, where: str, *values: object) -> list[Name]:
        rows = self._database.execute(
            "SELECT entity.number, id, kind, label, text, field FROM name"
            f" JOIN entity ON entity.number = name.entity WHERE {where}",
            values,
        )
        return [Name(Entity(*row[:4]), row[4], FIELDS[row[5]]) for row in rows]

    def matching(
        self, words: Iterable[str], limit: int, *, every: bool
    ) -> list[tuple[Name, float]]:
        """Return names with every one, or any, of the words, by BM25 (smaller is better)."""
        query = (" AND " if every else " OR ").join(f'"{word}"' for word in words)
        if not query:
            return []
        rows = self._database.execute(
            "SELECT entity.number, id, kind, label, text, field, score FROM"
            " (SELECT rowid, bm25(words) AS score FROM words WHERE words MATCH ?"
            "  ORDER BY score LIMIT ?) AS hit"
            " JOIN name ON name.number = hit.rowid"
            " JOIN entity ON entity.number = name.entity ORDER BY score",
            (query, limit),
        )
        return [(Name(Entity(*row[:4]), row[4], FIELDS[row[5]]), row[6]) for row in rows]

    def knows(self, word: str) -> bool:
        """Whether a folded word is used in any name."""
        found = self._database.execute("SELECT 1 FROM word WHERE word = ?", (word,)).fetchone()
        return found is not None

    def words(self) -> list[tuple[str, int]]:
        """Return every word of four letters or more, and how often it is used."""
        return self._database.execute("SELECT word, uses FROM word").fetchall()
