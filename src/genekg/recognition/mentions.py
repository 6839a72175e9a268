"""A mention: a term, and the words of a sentence that name it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from genekg.recognition.lexicon import METABOLISM, Lexicon
from genekg.recognition.phrases import QUALITIES, STOPS, VERBS, Phrases, Words
from genekg.recognition.words import AND, NOT, SOFT_STEMS, Token, meaning, singular
from genekg.recognition.words import words as word_list

_FOLLOWERS = word_list("followers")
_HEADS = word_list("heads")
_CAUSING = word_list("causing")
_COPULAS = frozenset("is are be become becomes appear appears".split())
_DEGREES = frozenset("very more most less".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A term and the words that name it."""

    term_id: str
    words: frozenset[int]
    shared: bool
    normal: bool = False


def may_name(tokens: list[Token], words: Words) -> bool:
    """Whether a run of words may be a name: its ends carry something, and it is one thing."""
    ends = (tokens[words[0]], tokens[words[-1]])
    return (
        all(end.stem and end.stem != AND for end in ends)
        and ends[1].stem != NOT
        and ends[1].text.lower() not in _DEGREES
        and not _of_another_kind(tokens, words)
        and not _of_two_things(tokens, words)
    )


def _of_another_kind(tokens: list[Token], words: Words) -> bool:
    """Whether the words only say what the condition is: "a disorder that affects the skin"."""
    first, *rest = (tokens[place].text.lower() for place in words)
    if first in ("disorder", "condition", "disease", "disorders", "conditions", "diseases"):
        return True
    pairs = itertools.pairwise(rest)
    return any(one in ("that", "which") and two.startswith("affect") for one, two in pairs)


def _of_two_things(tokens: list[Token], words: Words) -> bool:
    """Whether one thing causes another in between: "the bone can cause weakening"."""
    return any(tokens[place].text.lower() in _CAUSING for place in words[1:-1])


def term(
    tokens: list[Token], content: frozenset[int], lexicon: Lexicon
) -> tuple[str, frozenset[int]] | None:
    """Return the term that the words name, with those of them that do."""
    if len(content) == 1:
        (place,) = content
        for word in singular(tokens[place].text):
            if term_id := lexicon.symptoms.get(frozenset({f'"{word}'})):
                return term_id, content
        return None
    stems = frozenset(tokens[place].stem for place in content)
    if len(stems) > 9 or len(stems) < len(content):
        return None
    if term_id := lexicon.symptoms.get(stems):
        return term_id, content
    hard = stems - SOFT_STEMS
    kept = frozenset(place for place in content if tokens[place].stem in hard)
    if len(kept) == 1:
        wide = lexicon.coarse.get(meaning(stems)) if len(stems) == 2 else None
        abnormal = wide and lexicon.labels[wide].startswith("Abnormal")
        return term(tokens, kept, lexicon) or ((wide, content) if wide and abnormal else None)
    if hard and hard != stems and (term_id := lexicon.symptoms.get(hard)):
        return term_id, kept
    for one, places in ((stems, content), (hard, kept)):
        coarser = meaning(one)
        if len(coarser) >= len(one - {""}) - 1 and (term_id := lexicon.coarse.get(coarser)):
            return term_id, places
    return None


def stands(parsed: Phrases, words: frozenset[int], term_id: str, lexicon: Lexicon) -> bool:
    """Whether words brought together from a list make a name: as it is, or of a wide term."""
    stems = frozenset(parsed.tokens[place].stem for place in words)
    return (
        stems in lexicon.symptoms
        or lexicon.labels[term_id].startswith(("Abnormal", "Neoplasm"))
        or METABOLISM in lexicon.ancestors[term_id]
    )


def goes_on(parsed: Phrases, words: frozenset[int], term_id: str, lexicon: Lexicon) -> bool:
    """Whether the words only begin a name: "abnormal heart" of "valves", "leukemia" of "cells"."""
    last = max(words)
    if last + 1 >= len(parsed.tokens):
        return False
    if len(words) > 1 and _opens_after(parsed, words):
        return True
    token, after = parsed.tokens[last], parsed.tokens[last + 1]
    text = after.text.lower()
    if token.text.lower() in QUALITIES and _with(parsed.tokens[min(words) : last]):
        return after.word or text == ","
    if text == "-" and token.end == after.start and last + 2 < len(parsed.tokens):
        return parsed.tokens[last + 2].start == after.end
    if (
        not after.word
        or not after.stem
        or after.stem in (AND, NOT, *SOFT_STEMS)
        or text in STOPS
        or text in _FOLLOWERS
        or text.endswith(("ly", "ed", "ing"))
    ):
        return False
    if text in _HEADS:
        return True
    return len(words) > 1 and (
        token.text.lower() in QUALITIES or lexicon.labels[term_id].startswith("Abnormal")
    )


def _with(tokens: list[Token]) -> bool:
    """Whether something else is told of what follows: "a face with a shortened" nose."""
    return any(token.text.lower() == "with" for token in tokens)


def _opens_after(parsed: Phrases, words: frozenset[int]) -> bool:
    """Whether a verb follows a bracket inside the words: another thing is said of it."""
    first, last = min(words), max(words)
    return any(
        parsed.tokens[place].text == ")"
        and parsed.tokens[place + 1].text.lower() in VERBS - _COPULAS
        for place in range(first, last)
    )


def longest(mentions: Iterable[Mention], lexicon: Lexicon) -> list[Mention]:
    """Return the mentions that are not inside another, nor more general than one they overlap.

    Two that end in the same part, each with a word of its own, are two ("small, abnormal teeth").
    """
    mentions = list(mentions)
    outer = [one for one in mentions if not any(one.words < other.words for other in mentions)]
    return [
        one
        for one in outer
        if one.shared
        or not any(
            one.words & other.words
            and not _beside(one, other)
            and one.term_id != other.term_id
            and one.term_id in lexicon.ancestors.get(other.term_id, ())
            for other in outer
        )
    ]


def _beside(one: Mention, other: Mention) -> bool:
    return max(one.words) == max(other.words) and len(one.words | other.words) == 3
