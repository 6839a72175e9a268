"""A sentence as phrases: brackets apart, items of a list, and what is shared between items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from genekg.recognition.words import AND, Token, tokens
from genekg.recognition.words import words as word_list

_BREAKS = word_list("breaks")
_NAMING = (("called",), ("known", "as"), ("termed",), ("referred", "to", "as"), ("named",))
VERBS = word_list("verbs")
QUALITIES = word_list("qualities")
STOPS = VERBS | word_list("stops")
PLACING = word_list("placing")
TIMES = word_list("times")
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
