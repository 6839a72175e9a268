"""SPARQL as people type it: what is let through, what is refused, and errors in words.

A query is made ready with `prepare` before it is run: it gets the prefixes that it uses and does
not declare, and is refused if it would write, call another host, or break the engine. What is
refused is decided on the words of the query, never on its letters: ``service`` in a string, an
IRI, a comment, a name or a variable is nobody's business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from genekg.errors import QueryError, QueryLimitError
from genekg.sparql_errors import complaint, explain, misplaced, refusal, unknown_prefix
from genekg.sparql_grammar import fault
from genekg.sparql_tokens import Token, decode_escapes, prologue, token_list, used_prefixes

__all__ = [
    "DEEPEST_NESTING",
    "LONGEST_TEXT",
    "Change",
    "Prepared",
    "Rewritten",
    "Star",
    "explain",
    "prepare",
    "star",
]

LONGEST_TEXT = 1_000_000
DEEPEST_NESTING = 200
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


@dataclass(frozen=True, slots=True)
class Change:
    """A path that was replaced: on which line, what it was, what it became, and how so."""

    line: int
    before: str
    after: str
    how: str = "to the inferred graph, which gives the same rows"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text with the same answers, what is changed in it, and the variables that are new."""

    text: str
    changes: tuple[Change, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A query that may be run.

    Attributes:
        text: what the engine is given: the missing PREFIX lines, then the user's own lines.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        source: the text as the user typed it.
        prefixes: every prefix that the query can use, its own declarations first.
        added: the names of the prefixes that were put before it, a line each.
        rewritten: what may be run in its place over the graphs that it names itself.
    """

    text: str
    form: str
    source: str
    prefixes: Mapping[str, str]
    added: tuple[str, ...] = ()
    rewritten: Rewritten | None = None


@dataclass(frozen=True)
class Star:
    """Where ``SELECT *`` has its star, and the variables in the order they are first written."""

    offset: int
    variables: tuple[str, ...]


def prepare(text: str, *, prefixes: Mapping[str, str], services: Collection[str] = ()) -> Prepared:
    """Return a query made ready to run; ``services`` are the endpoint IRIs that SERVICE may call.

    >>> ready = prepare("SELECT ?x { ?x a gk:Gene }", prefixes={"gk": "http://example.org/"})
    >>> ready.form
    'SELECT'
    >>> print(ready.text)
    PREFIX gk: <http://example.org/>
    SELECT ?x { ?x a gk:Gene }

    Raises:
        QueryRefusedError: if it is an update, or calls SERVICE.
        QueryLimitError: if it is over 1 MB, or its brackets are nested over 200 deep.
        QueryError: if it is not SPARQL, or uses a prefix that nobody declared.
    """
    if len(text) > LONGEST_TEXT or len(text.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
        raise QueryLimitError(
            "the query is over 1 MB", remedy="put long lists of values into several queries"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError("the query is not valid Unicode", remedy=str(error)) from error
    words, broken = token_list(text)
    decoded = decode_escapes(text)
    if decoded != text:
        _refuse(text, token_list(decoded)[0], prefixes, services, at=False)
    _refuse(text, words, prefixes, services, at=True)
    if broken is not None:
        raise complaint(text, broken.token, broken.problem)
    form = _form(text, words)
    declared, _ = prologue(words)
    used = used_prefixes(words)
    for name, token in used.items():
        if name not in declared and name not in prefixes:
            raise unknown_prefix(text, token, name, prefixes)
    added = tuple(sorted(name for name in used if name not in declared))
    known = {**prefixes, **declared}
    lines = "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in added)
    return Prepared(lines + _unambiguous(text, words, known), form, text, known, added)


def star(text: str) -> Star | None:
    """Return where the outermost ``SELECT *`` has its star, and the order of its variables.

    >>> star("SELECT * { ?z ?b ?a }")
    Star(offset=7, variables=('z', 'b', 'a'))
    >>> star("SELECT ?a { ?z ?b ?a }") is None
    True
    """
    words, broken = token_list(text)
    _, place = prologue(words)
    if broken or place >= len(words) or words[place].text.upper() != "SELECT":
        return None
    place += 1
    if words[place].text.upper() in ("DISTINCT", "REDUCED"):
        place += 1
    if words[place].text != "*":
        return None
    names = dict.fromkeys(word.text[1:] for word in words if word.kind == "VAR")
    return Star(words[place].start, tuple(names))


def _form(text: str, words: Sequence[Token]) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE."""
    first = words[prologue(words)[1]]
    word = first.text.upper()
    if first.kind == "WORD" and word in FORMS:
        return word
    if first.kind == "END":
        raise QueryError("there is no query", remedy="write SELECT, ASK, CONSTRUCT or DESCRIBE")
    wrong = fault(words)
    if wrong is None:  # the grammar begins with these very words
        raise complaint(text, first, "SELECT, ASK, CONSTRUCT or DESCRIBE was expected here")
    raise misplaced(text, words, *wrong)


# What is refused


def _refuse(
    text: str,
    words: Sequence[Token],
    prefixes: Mapping[str, str],
    services: Collection[str],
    *,
    at: bool,
) -> None:
    """Raise if a query writes, calls another host, or is nested too deep for the engine."""
    declared, start = prologue(words)
    known = {**prefixes, **declared}
    if start < len(words) and words[start].kind == "WORD":
        word = words[start].text.upper()
        if word in _UPDATES:
            raise refusal(
                text,
                words[start] if at else None,
                f"{word} is an update, and the graph is read-only",
                "change the inputs and run `genekg build`",
            )
    depth = 0
    for place, token in enumerate(words):
        if token.kind == "PUNCT":
            depth += (token.text in "({[") - (token.text in ")}]")
            if depth > DEEPEST_NESTING:
                raise QueryLimitError(
                    f"line {token.line}, column {token.column}: brackets are nested over"
                    f" {DEEPEST_NESTING} deep",
                    remedy="write the query with fewer nested groups",
                )
        elif _calls_service(token, known):
            target = _target(words, place, known)
            if token.text.upper() != "SERVICE" or target is None or target not in services:
                raise refusal(
                    text,
                    token if at else None,
                    f"SERVICE would call another host ({target or 'not known beforehand'})",
                    "calls to other hosts are off, and are allowed by the address of the endpoint",
                )


def _calls_service(token: Token, known: Mapping[str, str]) -> bool:
    """Say whether the engine could read the keyword SERVICE here.

    It wants no space after a keyword: SERVICEex:it is a call if SERVICEex is not a prefix, and
    trueSERVICE is two words.
    """
    if token.kind == "WORD":
        return "SERVICE" in token.text.upper()
    if token.kind == "PNAME":
        prefix = token.text.partition(":")[0]
        return "SERVICE" in prefix.upper() and prefix not in known
    return False


def _target(words: Sequence[Token], place: int, known: Mapping[str, str]) -> str | None:
    """Return the IRI that a SERVICE calls; None for a variable or what cannot be resolved."""
    place += 1
    if place < len(words) and words[place].text.upper() == "SILENT":
        place += 1
    if place >= len(words):
        return None
    token = words[place]
    if token.kind == "IRI":
        return decode_escapes(token.text[1:-1])
    if token.kind == "PNAME":
        return _expanded(token, known)
    return None


def _expanded(token: Token, known: Mapping[str, str]) -> str | None:
    prefix, _, local = token.text.partition(":")
    if prefix not in known:
        return None
    return decode_escapes(known[prefix]) + re.sub(r"\\(.)", r"\1", local)


def _unambiguous(text: str, words: Sequence[Token], known: Mapping[str, str]) -> str:
    """Return the text so that the engine can find no SERVICE in it that `_refuse` did not see.

    The engine's parser goes back and tries again. If the IRI that ex:SERVICE stands for is not
    well-formed, it reads ``ex:`` and then a keyword; and ``(?a<?b)SERVICE:x#>`` is an IRI to the
    specification, to the engine a comparison, a call and a comment. So where the word occurs at
    all, names that hold it are written out as IRIs, and an IRI that could be a comparison gets
    its quotes, brackets and # as escapes, which are an error anywhere but in an IRI.
    """
    if "service" not in text.lower():
        return text
    parts: list[str] = []
    done = 0
    opened: list[str] = []
    for place, token in enumerate(words):
        if token.kind == "PUNCT" and token.text in "({[":
            opened.append(token.text)
        elif token.kind == "PUNCT" and token.text in ")}]" and opened:
            opened.pop()
        iri: str | None = None
        if token.kind == "IRI" and (opened[-1:] == ["("] or words[place - 1].text == "<"):
            iri = token.text[1:-1]
        elif token.kind == "PNAME" and "service" in token.text.lower():
            if place and words[place - 1].text.upper() == "PREFIX":
                continue
            iri = _expanded(token, known)
        if iri is not None:
            safe = re.sub(r"[#'()]", lambda m: f"\\u{ord(m[0]):04X}", iri)
            parts += [text[done : token.start], f"<{safe}>"]
            done = token.start + len(token.text)
    return "".join([*parts, text[done:]])
