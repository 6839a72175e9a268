"""A sentence as phrases: brackets apart, items of a list, and what is shared between items."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from genekg.recognition.words import AND, Token, tokens
from genekg.recognition.words import words as word_list

_BREAKS = word_list("breaks")
_NAMING = (("called",), ("known", "as"), ("termed",), ("referred", "to", "as"), ("named",))
VERBS = word_list("verbs")
QUALITIES = word_list("qualities")
STOPS = VERBS | word_list("stops")
TIMES = frozenset("infancy childhood adolescence adulthood puberty birth life age".split())
LENT = frozenset(
    "difficulty difficulties trouble troubles problem problems abnormality abnormalities inability unable cannot loss lack absence delay delays delayed impairment infection infections bleeding tumor tumors cancer cancers cysts weakness pain swelling inflammation malformations malformation defects underdevelopment damage".split()
)
_HEADED = frozenset("of in to from affecting called known area space".split())
PLACING = frozenset("of in on around near under within between throughout".split())
GRADES = frozenset("mild moderate severe profound short small".split())
_HYPHENS = frozenset("-–\"'“”‘’")
_LONGEST = 16  # words that a name may span in a sentence, those that carry nothing included

Words = tuple[int, ...]  # places in the sentence's tokens


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands in brackets, or after "called": another name of what stands before it."""

    words: Words
    before: Words


@dataclass(slots=True)
class Phrases:
    """The items of a sentence by list: lists of items, each a run of words."""

    tokens: list[Token]
    lists: list[list[Words]] = field(default_factory=list)
    wholes: list[Words] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)

    def joined(self, item: Words) -> bool:
        """Whether an item is joined to the one before it by "and" or "or"."""
        before = item[0] - 1
        return before >= 0 and (
            self.tokens[before].stem == AND or _to_another_grade(self.tokens, before)
        )


def parse(text: str) -> Phrases:
    """Return the phrases of a sentence.

    >>> phrases = parse("They have a small head (microcephaly), jaw, and ears.")
    >>> [[[phrases.tokens[i].text for i in item] for item in items] for items in phrases.lists]
    [[['They', 'have', 'a', 'small', 'head'], ['jaw'], ['ears']], [['microcephaly']]]
    """
    found = Phrases(tokens(text))
    main: list[int] = []
    inner: list[int] = []
    depth = 0
    for place, token in enumerate(found.tokens):
        if token.text in "([":
            depth += 1
        elif token.text in ")]" and depth:
            depth -= 1
            if not depth and inner:
                found.brackets.append(Bracket(tuple(inner), tuple(main)))
                _divide(found, inner)
                inner = []
        else:
            (inner if depth else main).append(place)
    _divide(found, main, first=True)
    if inner:
        _divide(found, inner)
    _names(found, main)
    return found


def _divide(found: Phrases, places: list[int], *, first: bool = False) -> None:
    """Add the lists of a run of words: parted by breaks, their items by commas and "and"."""
    lists: list[list[Words]] = []
    wholes: list[Words] = []
    items: list[Words] = []
    item: list[int] = []
    whole: list[int] = []

    def end_item() -> None:
        if item:
            items.append(tuple(item))
            item.clear()

    def end_whole() -> None:
        if whole:
            wholes.append(tuple(whole))
            whole.clear()

    for place in places:
        token = found.tokens[place]
        if token.word and token.text.lower() not in _BREAKS:
            whole.append(place)
            if token.stem == AND or _to_another_grade(found.tokens, place):
                end_item()
            else:
                item.append(place)
        elif token.text in _HYPHENS:
            continue
        elif token.text in ",/":
            end_item()
            if token.text == ",":
                end_whole()
        else:
            end_item()
            end_whole()
            if items:
                lists.append(items)
                items = []
    end_item()
    end_whole()
    if items:
        lists.append(items)
    found.lists[0:0] = lists if first else []
    found.wholes += wholes
    if not first:
        found.lists += lists


def _to_another_grade(tokens: list[Token], place: int) -> bool:
    """Whether it is the "to" of "mild to moderate"."""
    return (
        tokens[place].text == "to"
        and 0 < place < len(tokens) - 1
        and tokens[place - 1].text.lower() in GRADES
        and tokens[place + 1].text.lower() in GRADES
    )


def _names(found: Phrases, main: list[int]) -> None:
    """Add what stands after "called" and the like, up to the end of its item."""
    for at in range(len(main)):
        for naming in _NAMING:
            ahead = [found.tokens[place].text.lower() for place in main[at : at + len(naming)]]
            if tuple(ahead) == naming:
                after: list[int] = []
                for place in main[at + len(naming) :]:
                    token = found.tokens[place]
                    if token.stem == AND or not (token.word or token.text in _HYPHENS):
                        break
                    if token.word:
                        after.append(place)
                found.brackets.append(Bracket(tuple(after[:6]), tuple(main[:at])))


def windows(item: Words) -> Iterator[Words]:
    """Yield every run of words inside an item."""
    for start in range(len(item)):
        for end in range(start + 1, min(len(item), start + _LONGEST) + 1):
            yield item[start:end]


# What ends so lends nothing: "weak muscle tone and breathing" is no weak breathing.
_WHOLE = frozenset({"tone"})


def shared(
    found: Phrases, items: list[Words], mentions: Collection[Words], carrying: frozenset[int]
) -> Iterator[Words]:
    """Yield the phrases of a list that leave out what stands once for several items.

    "short nose, jaw" gives "short jaw"; "hand and foot abnormalities" gives "hand abnormalities".
    ``mentions`` are those inside one item each: what is shared is a part of one of them, and its
    other part is what the item itself stands for. ``carrying`` are the places of words that carry
    something. A verb ends what is shared.
    """

    def upto(item: Words, words: frozenset[str]) -> Words:
        return _before(item, [found.tokens[place].text.lower() in words for place in item])

    def beyond(item: Words, words: frozenset[str]) -> Words:
        return _after(item, [found.tokens[place].text.lower() in words for place in item])

    inside = [
        sorted(words for words in mentions if item[0] <= words[0] and words[-1] <= item[-1])
        for item in items
    ]
    for number, item in enumerate(items):
        where = item[found.tokens[item[0]].text.lower() in PLACING :]
        tails = [_carrying(upto(where, STOPS), carrying), *_named(found, item, mentions, carrying)]
        tails = [tail for tail in tails if 0 < len(tail) <= 4]
        taken = {place for words in inside[number] for place in words}
        for other in range(number - 1, max(-1, number - 6), -1):
            if not tails or taken & {place for tail in tails for place in tail}:
                break
            wide = [words for words in inside[other] if len(words) > 1]
            whole = wide and found.tokens[wide[-1][-1]].text.lower() in _WHOLE
            if (
                wide
                and not whole
                and (wide[-1][0] in beyond(items[other], VERBS) or _spans(found.tokens, wide[-1]))
            ):
                for tail in tails:
                    for end in range(1, len(wide[-1])):
                        yield wide[-1][:end] + tail
            elif not wide and (lent := _lent(found, items[other])):
                yield from (lent + tail for tail in tails)
            if inside[other] or upto(items[other], VERBS) != items[other]:
                break
        head = _carrying(beyond(item, VERBS), carrying)[-3:]
        taken = {place for words in inside[number] if len(words) > 1 for place in words}
        for other in range(number + 1, min(number + 5, len(items))):
            wide = [words for words in inside[other] if len(words) > 1]
            graded = len(head) == 1 and found.tokens[head[0]].text.lower() in QUALITIES
            closed = (found.joined(items[other]) or (graded and other == number + 1)) and (
                other == number + 1 or all(len(one) <= 2 for one in items[number + 1 : other])
            )
            if closed and wide and wide[0][0] in _carrying(items[other], carrying)[:2]:
                for start in range(1, len(wide[0])):
                    for first in range(len(head)):
                        if not taken & set(head[first:]):
                            yield head[first:] + wide[0][start:]
            elif other == number + 1 and found.joined(items[other]) and not inside[number]:
                last = _carrying(upto(items[other], STOPS), carrying)
                between = any(item[-1] < words[0] < items[other][0] for words in mentions)
                if 1 < len(last) <= 3 and not inside[other] and not between:
                    for first, start in itertools.product(range(len(head)), range(1, len(last))):
                        yield head[first:] + last[start:]
                    yield from (head[:end] + last for end in range(1, len(head)))
            if wide or upto(items[other], VERBS) != items[other]:
                break


def _lent(found: Phrases, item: Words) -> Words:
    """Return the word of an item that what follows it in the list has too, or none."""
    for place in reversed(item):
        text = found.tokens[place].text.lower()
        if text in LENT:
            return (place,)
        if text in VERBS:
            break
    return ()


def _named(
    found: Phrases, item: Words, mentions: Collection[Words], carrying: frozenset[int]
) -> Iterator[Words]:
    """Yield what a bracket, or "called", names an item: "the shafts (diaphyses) of long bones"."""
    for bracket in found.brackets:
        inside = set(bracket.words)
        if (
            bracket.before
            and bracket.before[-1] in item
            and not any(inside.issuperset(words) for words in mentions)
        ):
            yield _carrying(bracket.words, carrying)


def _spans(tokens: list[Token], mention: Words) -> bool:
    """Whether a verb stands inside a mention: "contractures affect the knees"."""
    return any(tokens[place].text.lower() in VERBS for place in range(mention[0], mention[-1]))


def _after(item: Words, ends: list[bool]) -> Words:
    last = max((place for place, end in enumerate(ends) if end), default=-1)
    return item[last + 1 :]


def _before(item: Words, ends: list[bool]) -> Words:
    first = min((place for place, end in enumerate(ends) if end), default=len(item))
    return item[:first]


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
        if found.tokens[place].text.lower() in _HEADED:
            head = _carrying(tuple(before[max(0, number - 4) : number]), carrying)
            for start in range(len(head)):
                yield head[start:] + named


def placed(found: Phrases, bracket: Bracket, carrying: frozenset[int]) -> Iterator[Words]:
    """Yield a bracket's words with where it goes on: "deposits (calcifications) in the tendons"."""
    named = _carrying(bracket.words, carrying)
    after = bracket.words[-1] + 2 if bracket.words else len(found.tokens)
    if not 0 < len(named) <= 3 or after >= len(found.tokens):
        return
    if found.tokens[after].text.lower() not in PLACING:
        return
    runs = [item for items in found.lists for item in items if after in item]
    for run in runs:
        where = run[run.index(after) + 1 :]
        ends = [found.tokens[place].text.lower() in STOPS for place in where]
        where = _carrying(_before(where, ends), carrying)
        timed = any(found.tokens[place].text.lower() in TIMES for place in where)
        if 0 < len(where) <= 4 and not timed:
            yield named + where
