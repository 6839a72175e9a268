"""The words of a SPARQL 1.1 text: its lexical grammar, with line and column.

The rules are those of https://www.w3.org/TR/sparql11-query/#grammar; what they leave open (where
``<`` opens an IRI) is decided as the specification does, by the longest match.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = [
    "LexicalError",
    "Token",
    "decode_escapes",
    "prologue",
    "token_list",
    "tokens",
    "used_prefixes",
]


class Token(NamedTuple):
    """A word of the query: its kind, its text, and where it starts (line and column from 1).

    Kinds are IRI, PNAME, BNODE, STRING, NUMBER, VAR, LANG, WORD, PUNCT and END.
    """

    kind: str
    text: str
    start: int
    line: int
    column: int


class LexicalError(Exception):
    """A place where no word of SPARQL can start; ``token`` is the offending text there."""

    def __init__(self, token: Token, problem: str) -> None:
        self.token = token
        self.problem = problem
        super().__init__(problem)


_HEX = "[0-9A-Fa-f]"
_ESCAPE = (
    rf"\\u(?![dD][89A-Fa-f]){_HEX}{{4}}"
    rf"|\\U(?:0000(?![dD][89A-Fa-f])|00(?:0[1-9A-Fa-f]|10)){_HEX}{{4}}"
)
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040" + r"\-"
_PLX = rf"%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LONGEST_NAME = 255

_TOKEN = re.compile(
    rf"""
    (?P<SPACE>[ \t\r\n]+|\#[^\r\n]*)
  | (?P<STRING>'''(?:(?:'|'')?(?:[^'\\]|\\[tbnrf"'\\]|{_ESCAPE}))*+'''
            |\"\"\"(?:(?:"|"")?(?:[^"\\]|\\[tbnrf"'\\]|{_ESCAPE}))*+\"\"\"
            |'(?:[^'\\\r\n]|\\[tbnrf"'\\]|{_ESCAPE})*+'
            |"(?:[^"\\\r\n]|\\[tbnrf"'\\]|{_ESCAPE})*+")
  | (?P<IRI><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*+>)
  | (?P<PNAME>(?:[{_BASE}](?:[{_CHARS}.]{{0,{_LONGEST_NAME}}}[{_CHARS}])?)?:
              (?:(?:[{_BASE}_0-9:]|{_PLX})(?:(?:[{_CHARS}.:]|{_PLX})*(?:[{_CHARS}:]|{_PLX}))?)?)
  | (?P<BNODE>_:[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])?)
  | (?P<VAR>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
  | (?P<LANG>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)
  | (?P<NUMBER>[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
  | (?P<WORD>[A-Za-z][A-Za-z0-9_]*)
  | (?P<PUNCT>&&|\|\||!=|<=|>=|\^\^|[(){{}}\[\].,;=<>+\-*/!|^?~])
    """,
    re.VERBOSE,
)
_CODEPOINT = re.compile(rf"\\u({_HEX}{{4}})|\\U({_HEX}{{8}})")


def tokens(text: str) -> Iterator[Token]:
    r"""Yield the words of a SPARQL text, and at last one of kind END.

    >>> [(t.kind, t.text) for t in tokens("?s rdfs:label 'a # b'@en # end")]
    [('VAR', '?s'), ('PNAME', 'rdfs:label'), ('STRING', "'a # b'"), ('LANG', '@en'), ('END', '')]

    Raises:
        LexicalError: at the first place that is not SPARQL.
    """
    lines = [0, *(i.end() for i in re.finditer("\n", text))]
    place, previous_end, previous = 0, -1, ""
    while place < len(text):
        match = _TOKEN.match(text, place)
        line = bisect.bisect_right(lines, place)
        column = place - lines[line - 1] + 1
        kind = match.lastgroup if match else None
        if match is None or kind is None:
            raise _lexical_error(text, place, line, column)
        word = match[0]
        if kind != "SPACE":
            token = Token(kind, word, place, line, column)
            if kind == "STRING" and previous == "STRING" and place == previous_end:
                # An unended ''' reads as '' and ': no query writes two strings without a space.
                raise LexicalError(token, "this string has no end, or a bad escape in it")
            if kind == "WORD" and len(word) > _LONGEST_NAME:
                raise LexicalError(token, f"a word of over {_LONGEST_NAME} letters")
            yield token
            previous, previous_end = kind, match.end()
        place = match.end()
    line = len(lines)
    yield Token("END", "", len(text), line, len(text) - lines[-1] + 1)


def token_list(text: str) -> tuple[list[Token], LexicalError | None]:
    """Return the words up to the first that is not SPARQL, and what is wrong with that one."""
    found: list[Token] = []
    try:
        found.extend(tokens(text))
    except LexicalError as error:
        return found, error
    return found, None


def _lexical_error(text: str, place: int, line: int, column: int) -> LexicalError:
    character = text[place]
    token = Token("ERROR", character, place, line, column)
    if character in "'\"":
        return LexicalError(token, "this string has no end on its line, or a bad escape in it")
    if character == "\\":
        return LexicalError(token, "a backslash belongs only inside a string, an IRI or a name")
    if character == "@":
        return LexicalError(token, "a language tag such as @en was expected after @")
    if character == "\ufeff":
        return LexicalError(token, "the text starts with a byte order mark")
    if character in "“”‘’„«»":
        return LexicalError(token, f"{character} is no quotation mark of SPARQL: write \" or '")
    name = character if character.isprintable() else f"U+{ord(character):04X}"
    return LexicalError(token, f"the character {name!r} has no meaning here")


def decode_escapes(text: str) -> str:
    r"""Decode the escapes \uXXXX and \UXXXXXXXX, which SPARQL allows anywhere in a query.

    >>> print(decode_escapes(r"\u0053ELECT"))
    SELECT
    """

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]

    return _CODEPOINT.sub(character, text)


def prologue(words: Sequence[Token]) -> tuple[dict[str, str], int]:
    """Return the prefixes that a query declares, and the place of the first word after them."""
    declared: dict[str, str] = {}
    place = 0
    while place + 1 < len(words) and words[place].kind == "WORD":
        word = words[place].text.upper()
        if word == "BASE" and words[place + 1].kind == "IRI":
            place += 2
        elif (
            word == "PREFIX"
            and place + 2 < len(words)
            and words[place + 1].text.endswith(":")
            and words[place + 2].kind == "IRI"
        ):
            declared[words[place + 1].text[:-1]] = words[place + 2].text[1:-1]
            place += 3
        else:
            break
    return declared, place


def used_prefixes(words: Sequence[Token]) -> dict[str, Token]:
    """Return each prefix that is used after the prologue, with the first word that uses it."""
    used: dict[str, Token] = {}
    for word in words[prologue(words)[1] :]:
        if word.kind == "PNAME":
            used.setdefault(word.text.partition(":")[0], word)
    return used
