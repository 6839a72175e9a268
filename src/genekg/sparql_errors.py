"""What is wrong with a SPARQL text, in words: line, column, the line itself and a caret."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from genekg.errors import QueryError, QueryRefusedError
from genekg.sparql_grammar import KEYWORDS, fault, in_words
from genekg.sparql_tokens import Token, prologue, token_list, used_prefixes

__all__ = ["complaint", "explain", "misplaced", "refusal", "ungrammatical", "unknown_prefix"]

_CLOSING = {")": "(", "}": "{", "]": "["}
_OPENED = frozenset(_CLOSING.values())


def explain(text: str, engine_message: str, prefixes: Mapping[str, str]) -> QueryError:
    """Return the engine's complaint about the user's text in words, with line, column and caret.

    ``prefixes`` are the predeclared ones: name to namespace.

    >>> print(explain("SELECT ?x { ?x a }", "error at 1:18: expected ...", {}))
    line 1, column 18: found '}' where a value or a variable was expected; in this line:
        SELECT ?x { ?x a }
                         ^
    """
    found = ungrammatical(text, prefixes)
    return found or _engine_complaint(text, token_list(text)[0], engine_message, prefixes)


def ungrammatical(text: str, prefixes: Mapping[str, str]) -> QueryError | None:
    """Return what in a text is against the grammar of SPARQL 1.1, if anything."""
    words, broken = token_list(text)
    if broken is not None:
        return complaint(text, broken.token, broken.problem)
    unknown = _first_unknown(words, prefixes)
    wrong = fault(words)
    if unknown and (wrong is None or unknown[1].start < wrong[0].start):
        return unknown_prefix(text, unknown[1], unknown[0], prefixes)
    return misplaced(text, words, *wrong) if wrong is not None else None


def _first_unknown(words: Sequence[Token], prefixes: Mapping[str, str]) -> tuple[str, Token] | None:
    declared, _ = prologue(words)
    for name, token in used_prefixes(words).items():
        if name not in declared and name not in prefixes:
            return name, token
    return None


def complaint(
    text: str,
    token: Token,
    problem: str,
    remedy: str = "",
    kind: type[QueryError] = QueryError,
) -> QueryError:
    """Return an error that shows the place: line, column, the line itself, and a caret."""
    line = text.split("\n")[token.line - 1].rstrip("\r")
    start = max(0, token.column - 61)
    shown = line[start : start + 120]
    before = "".join("\t" if c == "\t" else " " for c in line[start : token.column - 1])
    remedy = f"{remedy}\n" if remedy else "in this line:\n"
    return kind(
        f"line {token.line}, column {token.column}: {problem}",
        remedy=f"{remedy}    {shown}\n    {before}^",
    )


def refusal(text: str, token: Token | None, problem: str, remedy: str) -> QueryError:
    """Return the error for what is switched off; ``token`` is None if no one place shows it."""
    if token is None:  # found behind an escape such as \u0053: there is no one place to show
        return QueryRefusedError(problem, remedy=remedy)
    return complaint(text, token, problem, remedy, QueryRefusedError)


def unknown_prefix(text: str, token: Token, name: str, prefixes: Mapping[str, str]) -> QueryError:
    """Return the error for a prefix that nobody declared, with the ones that were perhaps meant."""
    if name in ("http", "https"):
        return complaint(text, token, "an IRI is written in < >, and holds no spaces or quotes")
    lower = {known.lower(): known for known in prefixes}
    near = [lower[n] for n in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.6)]
    meant = f"did you mean {' or '.join(f'{n}:' for n in near)}? " if near else ""
    listed = ", ".join(f"{n}:" for n in sorted(prefixes)) or "none"
    return complaint(
        text,
        token,
        f"the prefix {name}: is not declared",
        f"{meant}Add `PREFIX {name}: <...>`, or use a predeclared one ({listed})",
    )


def misplaced(
    text: str, words: Sequence[Token], token: Token, expected: frozenset[str]
) -> QueryError:
    """Say which word cannot stand where it stands, and what could."""
    wanted = in_words(expected)
    if token.kind == "END":
        problem = f"the query ends where {wanted} was expected"
        opened = _unclosed(words)
        if opened is None:
            return complaint(text, token, problem)
        where = f" to close {opened.text!r} of line {opened.line}, column {opened.column}"
        closing = next(c for c, o in _CLOSING.items() if o == opened.text)
        return complaint(text, token, problem, f"there is no {closing!r}{where}")
    found = token.text if len(token.text) <= 60 else token.text[:57] + "..."
    problem = f"found {found!r} where {wanted} was expected"
    return complaint(text, token, problem, _remedy(words, token, expected))


def _remedy(words: Sequence[Token], token: Token, expected: frozenset[str]) -> str:
    """Return what to write instead, where that can be told."""
    before = words[place - 1].text.upper() if (place := words.index(token)) else ""
    word = token.text.upper()
    if token.kind == "WORD":
        if word in ("AND", "OR") and "&&" in expected:
            return f"{token.text} is written {'&&' if word == 'AND' else '||'}"
        if before in ("SELECT", "DISTINCT") and words[place + 1].text == "(":
            return f"what is computed is written with a name, ({token.text}(...) AS ?name)"
        near = difflib.get_close_matches(word, KEYWORDS, n=1, cutoff=0.8)
        if near and near[0] != word:
            return f"did you mean {near[0]}?"
        if word not in KEYWORDS and "VAR" in expected:
            name = f", a name prefix:{token.text}" if "PNAME" in expected else ""
            return f"a variable is written ?{token.text}{name}"
        if word not in KEYWORDS and expected == frozenset(["PNAME"]):
            return f"a prefix is declared with a colon, {token.text}:"
    if token.text == "=" and before == "=":
        return "equality is one ="
    if token.text == "," and "AS" not in expected and "WHERE" in expected:
        return "columns are separated by spaces"
    if token.text == "}" and expected == frozenset(["END"]):
        return "it closes nothing"
    return ""


def _unclosed(words: Sequence[Token]) -> Token | None:
    opened: list[Token] = []
    for token in words:
        if token.kind == "PUNCT" and token.text in "({[":
            opened.append(token)
        elif token.kind == "PUNCT" and token.text in ")}]" and opened:
            opened.pop()
    return opened[-1] if opened else None


_SAYINGS = (
    (
        "variable that is unbound",
        "SELECT names a variable that is neither in GROUP BY nor inside an aggregate",
        "add it to GROUP BY, or wrap it, as in (SAMPLE(?x) AS ?one)",
    ),
    ("not authorized with GROUP BY", "SELECT * cannot be used with GROUP BY", "name the columns"),
    ("Duplicated variable name", "SELECT names the same column twice", "rename one of them"),
    ("IRI parsing failed", "an IRI is not complete", "write it in full, or declare BASE <...>"),
    (
        "already in scope",
        "BIND or AS gives a value to a variable that has one already",
        "choose a new name after AS",
    ),
)


def _engine_complaint(
    text: str, words: Sequence[Token], message: str, prefixes: Mapping[str, str]
) -> QueryError:
    """Say what the engine found in a text whose grammar is right."""
    place = re.search(r"error at (\d+):(\d+)", message)
    if place is None:
        return QueryError(f"the query cannot be read: {message}", remedy="check the query")
    added = {name for name in used_prefixes(words) if name in prefixes} - set(prologue(words)[0])
    line = max(1, int(place[1]) - len(added))
    column = int(place[2])
    # The engine points behind the words that it tried: the last word that starts before there.
    before = [t for t in words if (t.line, t.column) <= (line, column) and t.kind != "END"]
    token = before[-1] if before else words[0]
    for phrase, problem, remedy in _SAYINGS:
        if phrase in message:
            if phrase.startswith("IRI"):
                relative = (t for t in words if t.kind == "IRI" and ":" not in t.text)
                token = next(relative, token)
            return complaint(text, token, problem, remedy)
    number = _wrong_number(words)
    if number is not None:
        return complaint(text, *number)
    again = _bound_again(words)
    if again is not None:
        return complaint(
            text,
            again,
            f"{again.text} already has a value where this gives it another",
            "choose a new name after AS",
        )
    if any(t.kind == "BNODE" for t in words):
        remedy = "a blank node such as _:b can be used in one group only: use a variable instead"
        blank = next(t for t in words if t.kind == "BNODE")
        return complaint(text, blank, "the engine cannot read the query", remedy)
    remedy = f"the engine says: {' '.join(message.split())[:200]}"
    return complaint(text, token, "the engine cannot read on about here", remedy)


_ONE_ARGUMENT = frozenset(
    "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH"
    " DAY HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK"
    " ISLITERAL ISNUMERIC".split()
)
_TWO_ARGUMENTS = frozenset(
    "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM".split()
)
_ARGUMENTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(_ONE_ARGUMENT, (1,)), **dict.fromkeys(_TWO_ARGUMENTS, (2,)), "IF": (3,),
    "RAND": (0,), "NOW": (0,), "UUID": (0,), "STRUUID": (0,), "BNODE": (0, 1), "REGEX": (2, 3),
    "SUBSTR": (2, 3), "REPLACE": (3, 4),
}  # fmt: skip


def _wrong_number(words: Sequence[Token]) -> tuple[Token, str] | None:
    """Return the first row of VALUES, or function, with too few or too many inside, and why."""
    columns = 0
    for place, token in enumerate(words):
        after = words[place + 1].text if token.kind != "END" else ""
        if token.kind != "WORD":
            continue
        word = token.text.upper()
        if word == "VALUES" and after == "(":
            columns = _inside(words, place + 1)[1]
            row = place + columns + 4  # VALUES ( ?a ?b ) { (
            while row < len(words) and words[row].text == "(":
                end, number = _inside(words, row)
                if number != columns:
                    problem = f"this row has {number} values, and VALUES names {columns}"
                    return words[row], problem
                row = end + 1
        elif word in _ARGUMENTS and after == "(":
            number = _arguments(words, place + 1)
            if number not in _ARGUMENTS[word]:
                wanted = " or ".join(map(str, _ARGUMENTS[word]))
                plural = "" if wanted == "1" else "s"
                return token, f"{word} takes {wanted} argument{plural}, and has {number}"
    return None


def _inside(words: Sequence[Token], place: int) -> tuple[int, int]:
    """Return where a bracket closes, and how many values are in it."""
    number = 0
    place += 1
    while place < len(words) and words[place].text != ")":
        part = words[place].kind == "LANG" or words[place].text in ("^^", "+", "-")
        number += not part and words[place - 1].text != "^^"
        place += 1
    return place, number


def _arguments(words: Sequence[Token], place: int) -> int:
    depth = 0
    commas = 0
    empty = words[place + 1].text == ")"
    for token in words[place:]:
        if token.kind == "PUNCT":
            depth += (token.text in _OPENED) - (token.text in _CLOSING)
            commas += token.text == "," and depth == 1
        if depth == 0:
            break
    return 0 if empty else commas + 1


def _bound_again(words: Sequence[Token]) -> Token | None:
    """Return the variable after AS that stands earlier in the query."""
    seen: set[str] = set()
    body = next((n for n, token in enumerate(words) if token.text == "{"), len(words))
    for place, token in enumerate(words[body:], body):
        if token.kind == "VAR":
            if words[place - 1].text.upper() == "AS" and token.text in seen:
                return token
            seen.add(token.text)
    return None
