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
_INSIDE = frozenset("-–'’()")  # "first (big) toe"
# "a hormone called insulin", "the hormone insulin".
_CLASS = re.compile(
    r"\b(?:of|an?|the|certain|other) ((?:[\w-]+ ){0,3}(?:proteins?|hormones?|minerals?|enzymes?"
    r"|substances?|fats?|sugars?|acids?|chemicals?|molecules?|compounds?|antibod(?:y|ies))"
    r"(?: \([^()]*\))?) (?:called|known as|named)\b"
    r"|\bthe ((?:\w+ )?(?:hormone|mineral|sugar|amino acid|protein|enzyme)) (?=[a-z])",
    re.IGNORECASE,
)
_TOUCHED = re.compile(
    r"\b(?:is|are|be)(?: (?:\w+ly|most|more|often|also|sometimes|always))* (?P<word>affected|involved)\b(?! (?:by|with|in)\b)",
    re.IGNORECASE,
)
_SPARED = re.compile(
    r"\b(?P<not>not) (?:\w+ly )?(?P<word>affected|impaired)\b(?! (?:by|with|individ))",
    re.IGNORECASE,
)
_MUSCLES = re.compile(r"\bmuscles?\b[^;:]*$", re.IGNORECASE)
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
    risks = {
        match.start()
        for rule in (_MORE_RISK, _OF_DEGREE, _OF_A_NAME)
        for match in rule.finditer(text)
    }
    for match in _CLASS.finditer(text):
        risks.update(range(*match.span(match.lastindex or 0)))
    touched = {
        match.start("word"): "weak" if _MUSCLES.search(text, 0, match.start()) else "abnorm"
        for match in _TOUCHED.finditer(text)
    }
    for match in _SPARED.finditer(text):
        touched |= {match.start("not"): "", match.start("word"): "unaffect"}
    found = [
        Token(
            match[0],
            match.start(),
            match.end(),
            touched[match.start()]
            if match.start() in touched
            else ""
            if match.start() in risks
            else _stem_of(match),
        )
        for match in _TOKEN.finditer(text)
    ]
    return _with_parts(found)


def _with_parts(found: list[Token]) -> list[Token]:
    """Return the tokens with descriptions of a part as its name: "roof of the mouth", "palate"."""
    carrying = [place for place, one in enumerate(found) if one.word and one.stem]
    merged: list[Token] = []
    done = at = 0
    while at < len(carrying):
        if described := _described(found, carrying[at:]):
            length, names = described
            merged += found[done : carrying[at]]
            for number, name in enumerate(names):
                first = carrying[at + number]
                last = first if number < len(names) - 1 else carrying[at + length - 1]
                text = "-".join(one.text for one in found[first : last + 1] if one.word)
                merged.append(Token(text, found[first].start, found[last].end, name))
            at += length
            done = carrying[at - 1] + 1
        else:
            at += 1
    return merged + found[done:]


def _described(found: list[Token], carrying: list[int]) -> tuple[int, tuple[str, ...]] | None:
    """Return how many of the words, from the first, describe a part, and its name's stems."""
    for stems, names in _parts().get(found[carrying[0]].stem, ()):
        places = carrying[: len(stems)]
        if tuple(found[place].stem for place in places) == stems and all(
            one.word or one.text in _INSIDE for one in found[places[0] : places[-1]]
        ):
            return len(stems), names
    return None


@cache
def _parts() -> dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Return the phrases that describe parts of the body by their first stem, longest first."""
    text = resources.path("data/recognition/phrases.tsv").read_text(encoding="utf-8")
    rows = [line.partition("\t") for line in text.splitlines()[1:]]
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for name, _, phrases in rows:
        for phrase in phrases.split("|"):
            stems = tuple(filter(None, (stem(word) for word in phrase.split())))
            found.setdefault(stems[0], []).append((stems, tuple(map(stem, name.split()))))
    return {
        first: tuple(sorted(all_, key=lambda one: -len(one[0]))) for first, all_ in found.items()
    }


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
