"""Words as they are compared: tokens with their places, stems, and words that mean the same.

A name and a phrase of a page are the same when their *keys* are: the stems of their words, in any
order, without the words that carry nothing ("enlargement of the liver", "enlarged liver"). A
second, coarser key also puts words of one meaning together ("renal" and "kidney").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import snowballstemmer

from genekg import resources

Key: TypeAlias = frozenset[str]
Stems: TypeAlias = tuple[str, ...]

_TOKEN = re.compile(r"[^\W_]+(?:['’](?=s\b)s)?|\S")
_MORE_RISK = re.compile(
    r"\b(?:increased|higher|elevated|high|greater|lifetime)(?=(?: than \w+)? (?:\w+ )?"
    r"(?:risk|chance|likelihood|susceptibility|tendency|incidence|frequency)\b)",
    re.IGNORECASE,
)
_OF_DEGREE = re.compile(
    r"\b(?:abnormally|unusually)\b(?! (?:shaped|formed|positioned|located|placed|developed|colored"
    r"|structured|functioning))",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(
    r"\b(?:small|large)(?= (?:intestines?|bowel|arter|blood vessel))", re.IGNORECASE
)
# "a hormone called insulin", "the hormone insulin": its class says nothing more.
_CLASS = re.compile(
    r"\b(?:of|an?|the|certain|other) ((?:[\w-]+ ){0,3}(?:proteins?|hormones?|minerals?|enzymes?"
    r"|substances?|fats?|sugars?|acids?|chemicals?|molecules?|compounds?|antibod(?:y|ies))"
    r"(?: \([^()]*\))?) (?:called|known as|named)\b"
    r"|\bthe ((?:\w+ )?(?:hormone|mineral|sugar|amino acid|protein|enzyme)) (?=[a-z])",
    re.IGNORECASE,
)
# "The eyes are often affected": abnormal, and muscles weak; "hearing is not affected": unaffected.
_AFFECTED = re.compile(
    r"\b(?:is|are|be)(?: (?:\w+ly|most|more|often|also|sometimes|always))*"
    r" (?P<word>affected|involved)\b(?! (?:by|with|in)\b)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:depending|if|when|which|who|whether|sides?|only|growth)\b[^,;:]*$", re.IGNORECASE
)
_MUSCLES = re.compile(r"\bmuscles?\b[^;:]*$", re.IGNORECASE)
_NOT_AFFECTED = re.compile(
    r"\b(?P<not>not) (?:\w+ly )?(?P<word>affected|impaired)\b(?! (?:by|with|individ))",
    re.IGNORECASE,
)
_INSIDE = frozenset("-–'’()")  # marks that may stand in a phrase: "first (big) toe"
AND = "&"
NOT = "!"
_STEMMER = snowballstemmer.stemmer("english")


@cache
def _table(name: str) -> dict[str, frozenset[str]]:
    text = resources.path(f"data/recognition/{name}.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines()[1:])
    return {first: frozenset(others.split()) for first, _, others in rows}


def words(kind: str) -> frozenset[str]:
    """Return the words of a kind: those that carry nothing, those that may be left out, …"""
    return _table("words")[kind]


_EMPTY = words("empty")
_STEMS = {word: stem for stem, all_words in _table("stems").items() for word in all_words}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark, and where it stands in its sentence."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def word(self) -> bool:
        """Whether it is a word, not a mark."""
        return self.text[0].isalnum()


def tokens(text: str) -> list[Token]:
    """Return the words and marks of a sentence; a hyphen parts words.

    >>> [token.stem for token in tokens("wide-set eyes")]
    ['wide', '-', 'set', 'eye']
    """
    told = _stems_told(text)
    found = [
        Token(
            match[0],
            match.start(),
            match.end(),
            told[match.start()] if match.start() in told else _stem_of(match),
        )
        for match in _TOKEN.finditer(text)
    ]
    return _with_phrases(found)


def _stems_told(text: str) -> dict[int, str]:
    """Return the stems that words have from what stands about them, by where they begin."""
    told = {
        match.start(): ""
        for rule in (_MORE_RISK, _OF_DEGREE, _OF_A_NAME)
        for match in rule.finditer(text)
    }
    for match in _CLASS.finditer(text):
        told.update(dict.fromkeys(range(*match.span(match.lastindex or 0)), ""))
    for match in _AFFECTED.finditer(text):
        if not _SUPPOSED.search(text, 0, match.start()):
            muscles = _MUSCLES.search(text, 0, match.start())
            told[match.start("word")] = stem("weak" if muscles else "abnormal")
    for match in _NOT_AFFECTED.finditer(text):
        told |= {match.start("not"): "", match.start("word"): stem("unaffected")}
    return told


def _with_phrases(found: list[Token]) -> list[Token]:
    """Return the tokens with phrases as the words they stand for: "roof of the mouth", "palate"."""
    carrying = [place for place, one in enumerate(found) if one.word and one.stem]
    merged: list[Token] = []
    done = at = 0
    while at < len(carrying):
        length, stems = _phrase_at(found, carrying[at:])
        if length:
            merged += found[done : carrying[at]]
            for number, name in enumerate(stems):
                first = carrying[at + number]
                last = first if number < len(stems) - 1 else carrying[at + length - 1]
                text = "-".join(one.text for one in found[first : last + 1] if one.word)
                merged.append(Token(text, found[first].start, found[last].end, name))
            done = carrying[at + length - 1] + 1
        at += length or 1
    return merged + found[done:]


def _phrase_at(found: list[Token], carrying: list[int]) -> tuple[int, Stems]:
    """Return how many of the words, from the first, are a phrase, and the stems it stands for."""
    for phrase, stems in _phrases().get(found[carrying[0]].stem, ()):
        places = carrying[: len(phrase)]
        if tuple(found[place].stem for place in places) == phrase and all(
            one.word or one.text in _INSIDE for one in found[places[0] : places[-1]]
        ):
            return len(phrase), stems
    return 0, ()


@cache
def _phrases() -> dict[str, list[tuple[Stems, Stems]]]:
    """Return the phrases that stand for a word or two, by their first stem, longest first."""
    text = resources.path("data/recognition/phrases.tsv").read_text(encoding="utf-8")
    found: dict[str, list[tuple[Stems, Stems]]] = {}
    for line in text.splitlines()[1:]:
        name, _, phrases = line.partition("\t")
        for phrase in phrases.split("|"):
            stems = tuple(filter(None, map(stem, phrase.split())))
            found.setdefault(stems[0], []).append((stems, tuple(map(stem, name.split()))))
    for all_phrases in found.values():
        all_phrases.sort(key=lambda one: -len(one[0]))
    return found


def _stem_of(match: re.Match[str]) -> str:
    """Return a token's stem; a capital letter by itself is a name, "big toe" one of its own."""
    if match.start() and len(match[0]) == 1 and match[0].isupper():
        return match[0]
    if match[0].lower() == "big" and match.string.startswith(" toe", match.end()):
        return "hallux"
    return stem(match[0].lower())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case.

    >>> stem("abnormalities") == stem("abnormal"), stem("feet")
    (True, 'foot')
    """
    word = word.replace("’", "'").removesuffix("'s")
    if word in _STEMS:
        return _STEMS[word]
    if word in ("no", "not", "never", "cannot", "without", "nor"):
        return NOT
    if word in ("and", "or"):
        return AND
    if word in _EMPTY:
        return ""
    return str(_STEMMER.stemWord(word))


SOFT_STEMS = frozenset(stem(word) for word in words("soft")) - {""}


def singular(word: str) -> Iterator[str]:
    """Yield a word in lower case, and as it would be without the end of a plural.

    >>> [*singular("Neuropathies")]
    ['neuropathies', 'neuropathie', 'neuropathy']
    """
    word = word.lower()
    yield word
    if word.endswith("s") and len(word) > 4:
        yield word[:-1]
    if word.endswith("es") and len(word) > 5:
        yield word[:-3] + "y" if word.endswith("ies") else word[:-2]


def key(text: str) -> Key:
    """Return the stems of a name's words.

    >>> key("Enlargement of the liver") == key("enlarged liver")
    True
    """
    return frozenset(token.stem for token in tokens(text) if token.word and token.stem)


@cache
def _meanings() -> dict[str, str]:
    """Return the word that stands for each stem, by the table of words of one meaning."""
    return {
        stem(word): f"={chief}"
        for chief, others in _table("meanings").items()
        for word in (chief, *others)
    }


def meaning(stems: Key) -> Key:
    """Return the coarser key: each stem as the meaning that it belongs to.

    >>> meaning(key("renal anomaly")) == meaning(key("abnormality of the kidneys"))
    True
    """
    table = _meanings()
    return frozenset(table.get(one, one) for one in stems) - {"=nothing"}
