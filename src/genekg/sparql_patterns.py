"""The patterns of a SPARQL query as they are written: groups, triples, clauses, sub-queries.

This is not the algebra: nothing is resolved or reordered, and every part keeps its place in the
text, so that a part can be counted, spoken of or replaced. Only a text that `sparql_grammar`
finds no fault in is read; a statement whose subject is in brackets is kept whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from genekg.sparql_grammar import fault
from genekg.sparql_tokens import Token, prologue, token_list

__all__ = ["Block", "Clause", "Group", "Pattern", "Select", "Statement", "Words", "groups", "read"]

Words: TypeAlias = tuple[Token, ...]

_AFTER_TRIPLES = ("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES")
_OPENING, _CLOSING = "({[", ")}]"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One subject, path (or variable) and object, as they are written."""

    subject: Words
    path: Words
    object: Words


@dataclass(frozen=True, slots=True)
class Statement:
    """A subject with all that is said of it; no patterns if the subject is in brackets."""

    start: int
    end: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Statements with nothing but points between them."""

    start: int
    end: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A FILTER, BIND or VALUES; ``groups`` are those of EXISTS in it."""

    kind: str
    words: Words
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What is in braces. ``kind`` says why: WHERE, OPTIONAL, MINUS, GRAPH, SERVICE, EXISTS, GROUP,
    or UNION for every member but the first, a GROUP. ``name`` is that of a graph or service.
    """

    kind: str
    parts: tuple[Part, ...]
    start: int
    end: int
    name: Words = ()


@dataclass(frozen=True, slots=True)
class Select:
    """A query or sub-query. ``words`` are those of its head and its closing clauses.

    ``groups`` are those of EXISTS among these words. ``dataset``: whether there is a FROM.
    """

    form: str
    words: Words
    where: Group | None
    groups: tuple[Group, ...] = ()
    dataset: bool = False
    start: int = 0

    @property
    def distinct(self) -> bool:
        """Whether it says DISTINCT."""
        return len(self.words) > 1 and self.words[1].text.upper() == "DISTINCT"

    @property
    def star(self) -> bool:
        """Whether it asks for all variables."""
        if self.form not in ("SELECT", "DESCRIBE"):
            return False
        place = 2 if self.words[1].text.upper() in ("DISTINCT", "REDUCED") else 1
        return self.words[place].text == "*"

    @property
    def is_set(self) -> bool:
        """Whether its answer is no list of rows: truth, or a set of triples."""
        if self.form == "CONSTRUCT":  # brackets in the template make new nodes for each row
            return not any(word.text in ("[", "(") for word in self.words)
        return self.form == "ASK"

    @property
    def counts_stars(self) -> bool:
        """Whether it has ``COUNT(DISTINCT *)``, which sees every variable."""
        texts = [word.text.upper() for word in self.words]
        return ("(", "DISTINCT", "*") in zip(texts, texts[1:], texts[2:], strict=False)

    def has(self, *keywords: str) -> bool:
        """Say whether one of the keywords is in its head or its closing clauses."""
        return any(w.kind == "WORD" and w.text.upper() in keywords for w in self.words)


Part: TypeAlias = Block | Group | Select | Clause


def read(text: str) -> Select | None:
    """Return the patterns of a query; None if it is not SPARQL 1.1 by our own grammar.

    >>> query = read("SELECT DISTINCT ?x { ?x a ?y ; ^<a:b>/<a:c>* 1, 2 OPTIONAL { ?y ?z [] } }")
    >>> [len(part.statements[0].patterns) for part in query.where.parts[:1]]
    [3]
    >>> query.where.parts[1].kind
    'OPTIONAL'
    """
    words, broken = token_list(text)
    if broken is not None or fault(words) is not None:
        return None
    return _Reader(words).query()


def groups(part: Part) -> Iterator[Group]:
    """Yield every group of a part, itself included, outer ones first."""
    if isinstance(part, Select):
        inner: tuple[Part, ...] = (*((part.where,) if part.where else ()), *part.groups)
    elif isinstance(part, Group):
        yield part
        inner = part.parts
    else:
        inner = part.groups if isinstance(part, Clause) else ()
    for one in inner:
        yield from groups(one)


class _Reader:
    """Reads words that the grammar has accepted, so that nothing can be out of place."""

    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._place = prologue(words)[1]

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _is(self, *texts: str) -> bool:
        word = self._next
        if word.kind == "WORD":
            return word.text.upper() in texts
        return word.kind == "PUNCT" and word.text in texts

    def _take(self) -> Token:
        self._place += 1
        return self._words[self._place - 1]

    def _taken(self, start: int) -> Words:
        return tuple(self._words[start : self._place])

    def _balanced(self) -> list[Group]:
        """Pass one word, or all up to the closing bracket; return the groups of EXISTS inside."""
        found: list[Group] = []
        depth = 0
        while True:
            if self._is("EXISTS"):
                self._take()
                found.append(self._group("EXISTS"))
            else:
                word = self._take()
                if word.kind == "PUNCT":
                    depth += (word.text in _OPENING) - (word.text in _CLOSING)
            if depth == 0:
                return found

    def query(self) -> Select:
        """Read a query or sub-query from its first word on."""
        form, begin = self._next.text.upper(), self._next.start
        words: list[Token] = [self._take()]
        found: list[Group] = []

        def passed() -> None:
            start = self._place
            found.extend(self._balanced())
            words.extend(self._words[start : self._place])

        if form == "CONSTRUCT" and self._is("{"):
            passed()
        while not self._is("{", "WHERE", "FROM") and self._next.kind != "END":
            if self._is("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
                break
            passed()
        dataset = self._is("FROM")
        while self._is("FROM", "NAMED") or self._next.kind in ("IRI", "PNAME"):
            self._take()
        if self._is("WHERE"):
            self._take()
        where = self._group("WHERE") if self._is("{") else None
        while not self._is("}") and self._next.kind != "END":
            if self._is("VALUES"):
                start = self._place
                self._values()
                words.extend(self._words[start : self._place])
            else:
                passed()
        return Select(form, tuple(words), where, tuple(found), dataset, begin)

    def _group(self, kind: str, name: Words = ()) -> Group:
        start = self._take().start
        parts: list[Part] = []
        if self._is("SELECT"):
            parts.append(self.query())
        while not self._is("}"):
            parts.append(self._part())
            while self._is("."):
                self._take()
        return Group(kind, tuple(parts), start, self._take().start + 1, name)

    def _part(self) -> Part:
        start = self._place
        if self._is("OPTIONAL", "MINUS", "UNION"):
            word = self._take().text.upper()
            return self._group(word)
        if self._is("{"):
            return self._group("GROUP")
        if self._is("GRAPH", "SERVICE"):
            kind = self._take().text.upper()
            if self._is("SILENT"):
                self._take()
            return self._group(kind, (self._take(),))
        if self._is("FILTER"):
            self._take()
            if self._is("NOT"):
                self._take()
            found = self._balanced()
            if not self._is("(") or found:
                return Clause("FILTER", self._taken(start), tuple(found))
            before = self._words[self._place - 1]
            if before.kind in ("WORD", "IRI", "PNAME"):  # a function, whose arguments follow
                found = self._balanced()
            return Clause("FILTER", self._taken(start), tuple(found))
        if self._is("BIND"):
            self._take()
            found = self._balanced()
            return Clause("BIND", self._taken(start), tuple(found))
        if self._is("VALUES"):
            self._values()
            return Clause("VALUES", self._taken(start))
        return self._block()

    def _values(self) -> None:
        self._take()
        self._balanced()  # the variable, or variables in brackets
        self._balanced()

    def _block(self) -> Block:
        statements: list[Statement] = []
        while not self._is("}", "{", *_AFTER_TRIPLES):
            statements.append(self._statement())
            if not self._is("."):
                break
            self._take()
        return Block(statements[0].start, statements[-1].end, tuple(statements))

    def _statement(self) -> Statement:
        start = self._next.start
        whole = self._is("(", "[")
        subject = self._node()
        patterns: list[Pattern] = []
        while not self._is(".", "}", "{", *_AFTER_TRIPLES):
            if self._is(";"):
                self._take()
                continue
            verb = self._verb()
            while True:
                patterns.append(Pattern(subject, verb, self._node()))
                if not self._is(","):
                    break
                self._take()
        last = self._words[self._place - 1]
        end = last.start + len(last.text)
        return Statement(start, end, () if whole else tuple(patterns))

    def _node(self) -> Words:
        start = self._place
        if self._is("+", "-"):
            self._take()
        self._balanced()
        if self._next.kind == "LANG" and self._words[start].kind == "STRING":
            self._take()
        elif self._is("^^"):
            self._take()
            self._take()
        return self._taken(start)

    def _verb(self) -> Words:
        start = self._place
        if self._next.kind == "VAR":
            self._take()
            return self._taken(start)
        while True:
            if self._is("^", "!"):
                self._take()
                continue
            self._balanced()
            if self._is("*", "+", "?"):
                self._take()
            if not self._is("/", "|"):
                return self._taken(start)
            self._take()
