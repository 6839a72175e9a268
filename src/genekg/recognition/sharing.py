"""What stands once in a sentence for several items of a list, or for a bracket's name."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from genekg.recognition.phrases import (
    PLACING,
    QUALITIES,
    STOPS,
    TIMES,
    VERBS,
    Bracket,
    Phrases,
    Words,
)
from genekg.recognition.words import Token
from genekg.recognition.words import words as word_list

_LENT = word_list("lent")
_HEADED = frozenset("of in to from affecting called known area space".split())
# What ends so lends nothing: "weak muscle tone and breathing" is no weak breathing.
_WHOLE = frozenset({"tone"})


@dataclass(frozen=True, slots=True)
class _List:
    """A list of a sentence: its items, and the mentions that are inside each."""

    found: Phrases
    items: list[Words]
    mentions: Collection[Words]
    inside: list[list[Words]]
    carrying: frozenset[int]


def shared(
    found: Phrases, items: list[Words], mentions: Collection[Words], carrying: frozenset[int]
) -> Iterator[Words]:
    """Yield the phrases of a list that leave out what stands once for several items.

    "short nose, jaw" gives "short jaw"; "hand and foot abnormalities" gives "hand abnormalities".

    Args:
        mentions: those inside one item each: what is shared is a part of one of them, and its
            other part is what the item itself stands for. A verb ends what is shared.
        carrying: the places of words that carry something.
    """
    inside = [
        sorted(words for words in mentions if item[0] <= words[0] and words[-1] <= item[-1])
        for item in items
    ]
    whole = _List(found, items, mentions, inside, carrying)
    for number in range(len(items)):
        yield from _from_before(whole, number)
        yield from _from_after(whole, number)


def _from_before(whole: _List, number: int) -> Iterator[Words]:
    """Yield an item with what an item before it lends: "abnormalities of the heart, kidneys"."""
    found, items, inside, carrying = whole.found, whole.items, whole.inside, whole.carrying
    item = items[number]
    where = item[_text(found, item[0]) in PLACING :]
    tails = [_carrying(_upto(found, where, STOPS), carrying)]
    tails += _named(whole, item)
    tails = [tail for tail in tails if 0 < len(tail) <= 4]
    taken = {place for words in inside[number] for place in words}
    if not tails or taken & {place for tail in tails for place in tail}:
        return
    for other in range(number - 1, max(-1, number - 6), -1):
        wide = [words for words in inside[other] if len(words) > 1]
        if wide:
            begins = wide[-1][0] in _beyond(found, items[other], VERBS)
            lends = _text(found, wide[-1][-1]) not in _WHOLE
            if lends and (begins or _spans(found.tokens, wide[-1])):
                for tail, end in itertools.product(tails, range(1, len(wide[-1]))):
                    yield wide[-1][:end] + tail
        elif lent := _lent(found, items[other]):
            yield from (lent + tail for tail in tails)
        if inside[other] or _upto(found, items[other], VERBS) != items[other]:
            break


def _from_after(whole: _List, number: int) -> Iterator[Words]:
    """Yield an item with what an item after it lends: "hand and foot abnormalities"."""
    found, items, inside, carrying = whole.found, whole.items, whole.inside, whole.carrying
    item = items[number]
    head = _carrying(_beyond(found, item, VERBS), carrying)[-3:]
    taken = {place for words in inside[number] if len(words) > 1 for place in words}
    for other in range(number + 1, min(number + 5, len(items))):
        wide = [words for words in inside[other] if len(words) > 1]
        near, joined = other == number + 1, found.joined(items[other])
        graded = near and len(head) == 1 and _text(found, head[0]) in QUALITIES
        told = _told_between(whole, item[-1], items[other][0])
        closed = (
            (joined or graded)
            and not told
            and (near or all(len(one) <= 2 for one in items[number + 1 : other]))
        )
        if closed and wide and wide[0][0] in _carrying(items[other], carrying)[:2]:
            for start, first in itertools.product(range(1, len(wide[0])), range(len(head))):
                if not taken & set(head[first:]):
                    yield head[first:] + wide[0][start:]
        elif near and joined and not (told or inside[number] or inside[other]):
            yield from _joined(head, _carrying(_upto(found, items[other], STOPS), carrying))
        if wide or _upto(found, items[other], VERBS) != items[other]:
            break


def _told_between(whole: _List, last: int, first: int) -> bool:
    """Whether a bracket between two places names a symptom: what stands before it is told."""
    inside = {place for bracket in whole.found.brackets for place in bracket.words}
    return any(last < words[0] < first and words[0] in inside for words in whole.mentions)


def _joined(head: Words, last: Words) -> Iterator[Words]:
    """Yield what two joined items may share: "enlarged finger and knee joints" is two."""
    if 1 < len(last) <= 3:
        for first, start in itertools.product(range(len(head)), range(1, len(last))):
            yield head[first:] + last[start:]
        yield from (head[:end] + last for end in range(1, len(head)))


def _lent(found: Phrases, item: Words) -> Words:
    """Return the word of an item that what follows it in the list has too, or none."""
    for place in reversed(item):
        text = _text(found, place)
        if text in _LENT:
            return (place,)
        if text in VERBS:
            break
    return ()


def _named(whole: _List, item: Words) -> Iterator[Words]:
    """Yield what a bracket, or "called", names an item: "the shafts (diaphyses) of long bones"."""
    for bracket in whole.found.brackets:
        told = any(set(words) <= set(bracket.words) for words in whole.mentions)
        if bracket.before and bracket.before[-1] in item and not told:
            yield _carrying(bracket.words, whole.carrying)


def _spans(tokens: list[Token], mention: Words) -> bool:
    """Whether a verb stands inside a mention: "contractures affect the knees"."""
    return any(tokens[place].text.lower() in VERBS for place in range(mention[0], mention[-1]))


def _beyond(found: Phrases, item: Words, words: frozenset[str]) -> Words:
    ends = [number for number, place in enumerate(item) if _text(found, place) in words]
    return item[ends[-1] + 1 :] if ends else item


def _upto(found: Phrases, item: Words, words: frozenset[str]) -> Words:
    ends = [number for number, place in enumerate(item) if _text(found, place) in words]
    return item[: ends[0]] if ends else item


def _text(found: Phrases, place: int) -> str:
    return found.tokens[place].text.lower()


def _carrying(item: Words, carrying: frozenset[int]) -> Words:
    return tuple(place for place in item if place in carrying)


def renamed(found: Phrases, bracket: Bracket, carrying: frozenset[int]) -> Iterator[Words]:
    """Yield the bracket's words in place of what they name: "underdevelopment of … (palate)"."""
    named = _carrying(bracket.words, carrying)
    before: list[int] = []
    for place in reversed(bracket.before):
        if found.tokens[place].text in ",;:" or len(before) > 30:
            break
        before.append(place)
    before.reverse()
    if not 0 < len(named) <= 5:
        return
    for number, place in enumerate(before):
        if _text(found, place) in _HEADED:
            head = _carrying(tuple(before[max(0, number - 4) : number]), carrying)
            for start in range(len(head)):
                yield head[start:] + named


def placed(found: Phrases, bracket: Bracket, carrying: frozenset[int]) -> Iterator[Words]:
    """Yield a bracket's words with where it goes on: "deposits (calcifications) in the tendons"."""
    named = _carrying(bracket.words, carrying)
    after = bracket.words[-1] + 2 if bracket.words else len(found.tokens)
    if not 0 < len(named) <= 3 or after >= len(found.tokens) or _text(found, after) not in PLACING:
        return
    for run in (item for items in found.lists for item in items if after in item):
        where = _carrying(_upto(found, run[run.index(after) + 1 :], STOPS), carrying)
        if 0 < len(where) <= 4 and not any(_text(found, place) in TIMES for place in where):
            yield named + where
