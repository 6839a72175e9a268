"""A property path as the steps of its sequence, as far as it is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from genekg.sparql_tokens import Token

__all__ = ["Step", "iri_of", "steps"]

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence: its words, and what it is if that is one property.

    ``iri`` is None for a step that is more than one property; ``inverse`` and ``repeat`` say
    nothing then.
    """

    words: tuple[Token, ...]
    iri: str | None = None
    inverse: bool = False
    repeat: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is the property alone, forwards and once."""
        return self.iri is not None and not self.inverse and not self.repeat


def iri_of(word: Token, names: Mapping[str, str]) -> str | None:
    """Return the IRI that a word stands for by the prefixes ``names``, if it is one in full.

    >>> from genekg.sparql_tokens import tokens
    >>> iri_of(next(tokens("ex:b")), {"ex": "http://example.org/"})
    'http://example.org/b'
    """
    if word.kind == "IRI":
        return word.text[1:-1]
    if word.kind == "WORD" and word.text == "a":
        return _TYPE
    if word.kind != "PNAME":
        return None
    name, _, local = word.text.partition(":")
    return names[name] + re.sub(r"\\(.)", r"\1", local) if name in names else None


def steps(path: tuple[Token, ...], iri: Callable[[Token], str | None]) -> list[Step] | None:
    """Return the steps of a path; None for a variable or an alternative.

    >>> from genekg.sparql_tokens import tokens
    >>> words = tuple(tokens("a:b/(^a:c/(a:d)*)/(a:e|a:f)+"))[:-1]
    >>> [(s.iri, s.inverse, s.repeat) for s in steps(words, lambda word: word.text)]
    [('a:b', False, ''), ('a:c', True, ''), ('a:d', False, '*'), (None, False, '')]
    """
    if len(path) == 1 and path[0].kind == "VAR":
        return None
    parts = _split(path)
    if parts is None:
        return None
    found: list[Step] = []
    for part in parts:
        inside = _inside(part)
        inner = steps(inside, iri) if inside else None
        found += inner if inner else [_step(part, iri)]
    return found


def _split(path: tuple[Token, ...]) -> list[tuple[Token, ...]] | None:
    """Return what is between the slashes outside of brackets; None if there is a bar."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for word in path:
        sign = word.text if word.kind == "PUNCT" else ""
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign == "|":
            return None
        if depth == 0 and sign == "/":
            parts.append([])
        else:
            parts[-1].append(word)
    return [tuple(part) for part in parts]


def _inside(part: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """Return what is between brackets that hold the whole part."""
    if part[0].text != "(" or part[-1].text != ")":
        return None
    return part[1:-1]  # a part has no slash outside of brackets, so these two are a pair


def _step(part: tuple[Token, ...], iri: Callable[[Token], str | None]) -> Step:
    words = part
    inverse = words[0].text == "^"
    words = words[1:] if inverse else words
    repeat = words[-1].text if words[-1].kind == "PUNCT" and words[-1].text in "*+?" else ""
    words = words[:-1] if repeat else words
    while len(words) == 3 and words[0].text == "(" and words[2].text == ")":
        words = words[1:2]
    if len(words) != 1:
        return Step(part)
    name = iri(words[0])
    return Step(part, name, inverse, repeat) if name else Step(part)
