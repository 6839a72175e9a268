"""The label index: every name, symbol and id of every entity, in SQLite with full text.

A sidecar of the build, written once and read only. An entity's number here is its number in the
adjacency arrays. Names are compared in a folded form: case, punctuation, accents and the British
``ae`` and ``oe`` do not count.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from genekg.errors import StoreError
from genekg.hierarchy import Hierarchy
from genekg.quads import Shape
from genekg.records import (
    Activity,
    Condition,
    ConditionName,
    Enzyme,
    Gene,
    Mapping,
    Record,
    Term,
)

FILE = "labels.sqlite"

# kinds of entities, in the words of the product
CONDITION, GENE, PROTEIN, ENZYME = "condition", "gene", "protein", "enzyme"
SYMPTOM, MODE, TERM = "symptom", "inheritance mode", "term"
PROCESS, PLACE = "process", "place"
_BRANCH_KINDS = (
    ("HP:0000118", SYMPTOM),
    ("HP:0000005", MODE),
)
# how a name stands to its entity, the nearest first
FIELDS = ("label", "symbol", "exact", "layperson", "abbreviation", "alias", "previous", "related",
          "narrow", "broad")  # fmt: skip

# From so many entities on, reading them all is faster than asking for each.
_MANY = 1_000

_SCHEMA = """
CREATE TABLE entity (
  number INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, label TEXT, obsolete INTEGER);
CREATE TABLE alias (id TEXT PRIMARY KEY, entity INTEGER, note TEXT) WITHOUT ROWID;
CREATE TABLE name (number INTEGER PRIMARY KEY, entity INTEGER, field INTEGER, text TEXT,
  folded TEXT);
CREATE TABLE word (word TEXT PRIMARY KEY, uses INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(folded, content='', tokenize='porter ascii');
"""


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


def write(path: Path, records: Iterable[Record], shape: Shape) -> list[str]:
    """Write the index; return the ids of the entities in the order of their numbers.

    Raises:
        StoreError: the file cannot be written.
    """
    try:
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
            ids = _Writer(database, shape).write(records)
    except sqlite3.Error as error:
        raise StoreError(f"{path} could not be written: {error}") from error
    return ids


class _Writer:
    """Collects entities, names and aliases of the records, then writes them sorted."""

    def __init__(self, database: sqlite3.Connection, shape: Shape) -> None:
        self._database = database
        self._shape = shape
        self._entities: dict[str, tuple[str, str, bool]] = {}
        self._names: dict[tuple[str, str], tuple[int, str]] = {}
        self._aliases: dict[str, tuple[str, str]] = {}

    def write(self, records: Iterable[Record]) -> list[str]:
        for record in records:
            self._add(record)
        ids = sorted(self._entities)
        numbers = {curie: number for number, curie in enumerate(ids)}
        self._database.executemany(
            "INSERT INTO entity VALUES (?, ?, ?, ?, ?)",
            ((numbers[curie], curie, *self._entities[curie]) for curie in ids),
        )
        for other, leader in self._shape.identity.leaders.items():
            if other.startswith("SYMBOL:"):
                continue
            self._aliases.setdefault(other, (leader, ""))
        self._database.executemany(
            "INSERT INTO alias VALUES (?, ?, ?)",
            (
                (other, numbers[leader], note)
                for other, (leader, note) in sorted(self._aliases.items())
                if leader in numbers and (other not in numbers or note)
            ),
        )
        rows = [
            (number, numbers[curie], field, text, folded)
            for number, ((curie, folded), (field, text)) in enumerate(sorted(self._names.items()))
        ]
        self._database.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?)", rows)
        self._database.execute("CREATE INDEX name_folded ON name (folded)")
        self._database.executemany(
            "INSERT INTO words (rowid, folded) VALUES (?, ?)", ((row[0], row[4]) for row in rows)
        )
        uses = Counter(word for row in rows for word in row[4].split() if len(word) > 3)
        self._database.executemany("INSERT INTO word VALUES (?, ?)", sorted(uses.items()))
        self._database.execute("INSERT INTO words (words) VALUES ('optimize')")
        return ids

    def _entity(self, curie: str, kind: str, label: str, *, obsolete: bool = False) -> None:
        self._entities.setdefault(curie, (kind, label, obsolete))

    def _name(self, curie: str, text: str, field: str) -> None:
        rank = FIELDS.index(field)
        key = (curie, fold(text))
        if key[1] and (key not in self._names or self._names[key][0] > rank):
            self._names[key] = (rank, text)

    def _add(self, record: Record) -> None:
        leader = self._shape.leader
        if isinstance(record, Term):
            self._add_term(record)
        elif isinstance(record, Condition):
            if record.obsolete:
                self._aliases[record.id] = (leader(record.id), f"{record.id} is obsolete")
                return
            curie = leader(record.id)
            self._entity(curie, CONDITION, self._shape.labels[curie])
            self._name(curie, self._shape.labels[curie], "label")
            self._name(curie, record.label, "exact")
        elif isinstance(record, ConditionName):
            synonym = record.synonym
            self._name(leader(record.condition_id), synonym.text, synonym.type or synonym.scope)
        elif isinstance(record, Mapping) and record.match == "exact":
            self._aliases[record.object_id] = (leader(record.subject_id), "")
        elif isinstance(record, Gene):
            self._add_gene(record)
        elif isinstance(record, Enzyme):
            self._entity(record.id, ENZYME, record.name)
            self._name(record.id, record.name, "label")
            for text in record.synonyms:
                self._name(record.id, text, "exact")
        elif isinstance(record, Activity):
            kind = PROCESS if record.relation == "participates_in" else PLACE
            self._entity(record.object_id, kind, record.object_label)
            self._name(record.object_id, record.object_label, "label")

    def _add_term(self, term: Term) -> None:
        for alternative in term.alternative_ids:
            self._aliases[alternative] = (term.id, f"{alternative} is an alternative id")
        if term.obsolete and term.replaced_by:
            self._aliases[term.id] = (term.replaced_by, f"{term.id} is obsolete")
            return
        self._entity(
            term.id, _term_kind(term, self._shape.hierarchy), term.label, obsolete=term.obsolete
        )
        self._name(term.id, term.label, "label")
        for synonym in term.synonyms:
            field = synonym.type if synonym.type in FIELDS else synonym.scope
            self._name(term.id, synonym.text, field)

    def _add_gene(self, gene: Gene) -> None:
        curie = self._shape.leader(gene.id)
        symbol = self._shape.labels[curie]
        self._entity(curie, GENE, symbol)
        self._name(curie, symbol, "symbol")
        if gene.name:
            self._name(curie, gene.name, "exact")
        for alias in (*gene.alias_symbol, gene.symbol):
            self._name(curie, alias, "alias")
        for previous in gene.prev_symbol:
            self._name(curie, previous, "previous")
        if gene.uniprot_id:
            self._entity(gene.uniprot_id, PROTEIN, f"{symbol} protein")


def _term_kind(term: Term, hierarchy: Hierarchy) -> str:
    if term.obsolete:
        return TERM
    closure = hierarchy.closure(term.id)
    return next((kind for top, kind in _BRANCH_KINDS if top in closure), TERM)


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
        if len(wanted) > _MANY:
            return {number: self._every[number] for number in wanted if number < len(self._every)}
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
