"""Writing the label index: every name, symbol and id of the records of a build."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from genekg.errors import StoreError
from genekg.hierarchy import Hierarchy
from genekg.labels import (
    CONDITION,
    ENZYME,
    FIELDS,
    GENE,
    MODE,
    PLACE,
    PROCESS,
    PROTEIN,
    SYMPTOM,
    TERM,
    fold,
)
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

_BRANCH_KINDS = (
    ("HP:0000118", SYMPTOM),
    ("HP:0000005", MODE),
)
_SCHEMA = """
CREATE TABLE entity (
  number INTEGER PRIMARY KEY, id TEXT UNIQUE, kind TEXT, label TEXT, obsolete INTEGER);
CREATE TABLE alias (id TEXT PRIMARY KEY, entity INTEGER, note TEXT) WITHOUT ROWID;
CREATE TABLE name (number INTEGER PRIMARY KEY, entity INTEGER, field INTEGER, text TEXT,
  folded TEXT);
CREATE TABLE word (word TEXT PRIMARY KEY, uses INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(folded, content='', tokenize='porter ascii');
"""


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
        self._apart = {curie for group in shape.identity.conflicts for curie in group.apart}

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
                if leader in numbers and leader != other and (other not in numbers or note)
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
        elif (
            isinstance(record, Mapping)
            and record.match == "exact"
            and record.object_id not in self._apart
        ):
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
