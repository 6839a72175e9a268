"""Symptoms in a page's text, as HPO terms."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from genekg.pages import Page, Sentence, sentences
from genekg.recognition import phrases, qualifiers, relations, scope
from genekg.recognition.found import Found
from genekg.recognition.lexicon import METABOLISM, Lexicon
from genekg.recognition.phrases import Phrases, Words
from genekg.recognition.words import AND, NOT, SOFT_STEMS, Token, meaning, singular
from genekg.recognition.words import words as word_list

# What a page names as a heading of what it then tells: the nervous system.
_HEADINGS = frozenset({"HP:0000707"})
_FOLLOWERS = word_list("followers")
_HEADS = word_list("heads")
_DEGREES = frozenset("very more most less".split())
_CAUSING = frozenset(
    "cause causes causing lead leads leading result results resulting interferes".split()
)
_TELLING = frozenset("characterized marked associated caused".split())
_COPULAS = frozenset("is are be become becomes appear appears".split())


@dataclass(frozen=True, slots=True)
class _Mention:
    """A term and the words that name it."""

    term_id: str
    words: frozenset[int]
    shared: bool
    normal: bool = False


def symptoms(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield the symptoms that a page states of its condition, each at its first mention."""
    own = scope.own_terms(page, lexicon)
    seen: set[tuple[str, bool, bool]] = set()
    found: list[Found] = []
    whole = list(sentences(page, "description"))
    for number, sentence in enumerate(whole):
        if scope.of_others(sentence.text):
            continue
        following = whole[number + 1].text if number + 1 < len(whole) else ""
        for one in _in_sentence(page, sentence, following, lexicon):
            said = (one.target, one.negated, one.uncertain)
            if one.target in own or said in seen or _again(page, one, seen, lexicon):
                continue
            seen.add(said)
            found.append(one)
    told = {one.target for one in found} - _HEADINGS
    above = frozenset[str]().union(*(lexicon.ancestors[one] for one in told))
    yield from (one for one in found if one.target not in _HEADINGS & above)


def _again(page: Page, one: Found, seen: set[tuple[str, bool, bool]], lexicon: Lexicon) -> bool:
    """Whether it takes up what was said before: "the kidney problems", "this anemia"."""
    before = page.text[max(0, one.start - 8) : one.start].lower().split()
    return (
        bool(before)
        and before[-1] in ("the", "these", "this", "those", "such")
        and any(one.target in lexicon.ancestors.get(term_id, ()) for term_id, _, _ in seen)
    )


def _in_sentence(
    page: Page, sentence: Sentence, following: str, lexicon: Lexicon
) -> Iterator[Found]:
    parsed = phrases.parse(sentence.text)
    doubt = qualifiers.doubtful(sentence.text, following)
    onset = qualifiers.onset(sentence)
    masked = scope.own_words(parsed.tokens, page)
    foreign = scope.turns_at(sentence.text, page)
    for mention in _mentions(parsed, lexicon, masked):
        negation = qualifiers.negation(parsed, mention.words, sentence.text)
        if negation == "of another" or (mention.normal and negation):
            continue
        start = min(parsed.tokens[place].start for place in mention.words)
        end = max(parsed.tokens[place].end for place in mention.words)
        if start >= foreign or scope.likened(sentence.text, start):
            continue
        yield Found(
            "symptom",
            mention.term_id,
            sentence.text[start:end],
            sentence,
            sentence.start + start,
            sentence.start + end,
            negated=mention.normal or negation == "negated",
            uncertain=doubt,
            sex=qualifiers.sex(sentence.text, start),
            onset=onset,
        )


def _mentions(parsed: Phrases, lexicon: Lexicon, masked: frozenset[int]) -> list[_Mention]:
    carrying = frozenset(place for place, one in enumerate(parsed.tokens) if one.word and one.stem)
    found: dict[frozenset[int], _Mention] = {}

    def look(words: Words, *, shared: bool = False) -> None:
        content = frozenset(place for place in words if place in carrying)
        if not content or content in found or content & masked:
            return
        stems = frozenset(parsed.tokens[place].stem for place in content)
        if absent := lexicon.normal.get(stems):
            found.setdefault(content, _Mention(absent, content, shared, normal=True))
        elif (term := _term(parsed.tokens, content, lexicon)) is not None:
            term_id, used = term
            if (
                _stands(parsed, used, term_id, lexicon)
                if shared
                else not _goes_on(parsed, used, term_id, lexicon)
            ):
                found.setdefault(used, _Mention(term_id, used, shared))

    for run in (*(item for items in parsed.lists for item in items), *parsed.wholes):
        for words in phrases.windows(run):
            ends = (parsed.tokens[words[0]], parsed.tokens[words[-1]])
            if (
                all(end.stem and end.stem != AND for end in ends)
                and ends[1].stem != NOT
                and ends[1].text.lower() not in _DEGREES
                and not _of_another_kind(parsed.tokens, words)
                and not _of_two_things(parsed.tokens, words)
            ):
                look(words)
    runs = [tuple(sorted(one.words)) for one in _longest(found.values(), lexicon)]
    for items in parsed.lists:
        for words in phrases.shared(parsed, items, runs, carrying):
            look(words, shared=True)
    for bracket in parsed.brackets:
        if not any(one.words <= set(bracket.words) for one in found.values()):
            for words in phrases.renamed(parsed, bracket, carrying):
                look(words, shared=True)
    for bracket in parsed.brackets:
        for words in phrases.placed(parsed, bracket, carrying):
            look(words, shared=True)
    kept = _longest(found.values(), lexicon)
    kept += _narrowed(parsed, kept, carrying, masked, lexicon)
    defining = _defining(parsed.tokens, kept)
    return sorted(
        (
            one
            for one in kept
            if not one.words & defining and not _explained(one, kept, parsed, lexicon)
        ),
        key=lambda one: sorted(one.words),
    )


def _narrowed(
    parsed: Phrases,
    mentions: list[_Mention],
    carrying: frozenset[int],
    masked: frozenset[int],
    lexicon: Lexicon,
) -> list[_Mention]:
    """Return the kinds of what is mentioned that parts named later make of it."""
    main = relations.outside(parsed)
    told = {one.term_id for one in mentions}
    found: list[_Mention] = []
    runs = {one: tuple(sorted(one.words)) for one in mentions}
    for one, run in runs.items():
        others = [other for other in runs.values() if not set(other) <= set(run)]
        ahead = tuple(place for place in main if place > run[-1])
        for part in relations.parts(parsed, ahead, others, carrying - masked):
            kinds = (_kind(parsed, one, part[first:], lexicon) for first in range(len(part)))
            kind = next(filter(None, kinds), None)
            if kind and kind.term_id not in told:
                told.add(kind.term_id)
                found.append(kind)
    return found


def _kind(parsed: Phrases, one: _Mention, part: Words, lexicon: Lexicon) -> _Mention | None:
    """Return the kind of a mention that a part makes of it, if there is one."""
    if one.normal or relations.no_part(parsed, part):
        return None
    words = one.words.union(part)
    term = _term(parsed.tokens, words, lexicon)
    if term and term[0] != one.term_id and one.term_id in lexicon.ancestors[term[0]]:
        return _Mention(term[0], words, True)
    return None


def _defining(tokens: list[Token], mentions: list[_Mention]) -> frozenset[int]:
    """Return the places of words that define a mention: "clubfoot, which is an upturned foot"."""
    text = [token.text.lower() for token in tokens]
    named = {max(one.words) for one in mentions}
    found: set[int] = set()
    for place in range(1, len(text) - 3):
        if text[place] == "," and text[place + 1] == "which" and text[place + 2] in ("is", "are"):
            if text[place + 3] in _TELLING:
                continue
            last = place - 2 if text[place - 1] == ")" else place - 1
            if last in named:
                ends = (end for end in range(place + 1, len(text)) if text[end] in (",", ";"))
                found.update(range(place + 1, next(ends, len(text))))
    return frozenset(found)


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


def _term(
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
        return _term(tokens, kept, lexicon) or ((wide, content) if wide and abnormal else None)
    if hard and hard != stems and (term_id := lexicon.symptoms.get(hard)):
        return term_id, kept
    for one, places in ((stems, content), (hard, kept)):
        coarser = meaning(one)
        if len(coarser) >= len(one - {""}) - 1 and (term_id := lexicon.coarse.get(coarser)):
            return term_id, places
    return None


def _stands(parsed: Phrases, words: frozenset[int], term_id: str, lexicon: Lexicon) -> bool:
    """Whether words brought together from a list make a name: as it is, or of a wide term."""
    stems = frozenset(parsed.tokens[place].stem for place in words)
    return (
        stems in lexicon.symptoms
        or lexicon.labels[term_id].startswith(("Abnormal", "Neoplasm"))
        or METABOLISM in lexicon.ancestors[term_id]
    )


def _goes_on(parsed: Phrases, words: frozenset[int], term_id: str, lexicon: Lexicon) -> bool:
    """Whether the words only begin a name: "abnormal heart" of "valves", "leukemia" of "cells"."""
    last = max(words)
    if last + 1 >= len(parsed.tokens):
        return False
    if len(words) > 1 and _opens_after(parsed, words):
        return True
    token, after = parsed.tokens[last], parsed.tokens[last + 1]
    text = after.text.lower()
    if token.text.lower() in phrases.QUALITIES and _with(parsed.tokens[min(words) : last]):
        return after.word or text == ","
    if text == "-" and token.end == after.start and last + 2 < len(parsed.tokens):
        return parsed.tokens[last + 2].start == after.end
    if (
        not after.word
        or not after.stem
        or after.stem in (AND, NOT, *SOFT_STEMS)
        or text in phrases.STOPS
        or text in _FOLLOWERS
        or text.endswith(("ly", "ed", "ing"))
    ):
        return False
    if text in _HEADS:
        return True
    return len(words) > 1 and (
        token.text.lower() in phrases.QUALITIES or lexicon.labels[term_id].startswith("Abnormal")
    )


def _with(tokens: list[Token]) -> bool:
    """Whether something else is told of what follows: "a face with a shortened" nose."""
    return any(token.text.lower() == "with" for token in tokens)


def _opens_after(parsed: Phrases, words: frozenset[int]) -> bool:
    """Whether a verb follows a bracket inside the words: another thing is said of it."""
    first, last = min(words), max(words)
    return any(
        parsed.tokens[place].text == ")"
        and parsed.tokens[place + 1].text.lower() in phrases.VERBS - _COPULAS
        for place in range(first, last)
    )


def _longest(mentions: Iterable[_Mention], lexicon: Lexicon) -> list[_Mention]:
    """Return the mentions that are not inside another, nor more general than one they overlap.

    Two that share but a part, each with a word of its own, are two ("small, abnormal teeth").
    """
    mentions = list(mentions)
    outer = [one for one in mentions if not any(one.words < other.words for other in mentions)]
    return [
        one
        for one in outer
        if one.shared
        or not any(
            one.words & other.words
            and len(one.words | other.words) > 3
            and one.term_id != other.term_id
            and one.term_id in lexicon.ancestors.get(other.term_id, ())
            for other in outer
        )
    ]


def _explained(one: _Mention, mentions: list[_Mention], parsed: Phrases, lexicon: Lexicon) -> bool:
    """Return whether it only explains the term in a bracket, or is the wider term in it."""
    for bracket in parsed.brackets:
        before, words = set(bracket.before), set(bracket.words)
        named = [other for other in mentions if other.words & words and not other.shared]
        ahead = [other for other in mentions if other.words <= before and not other.words & words]
        if not bracket.before or not named:
            continue
        if one in named:
            last = max((max(other.words) for other in ahead), default=-1)
            adjacent = [other for other in ahead if max(other.words) == last]
            if any(_around(other, bracket, one.term_id, lexicon) for other in mentions):
                return True
            if any(one.term_id == other.term_id for other in ahead):
                continue
            if last == bracket.before[-1] and any(
                one.term_id != other.term_id
                and one.term_id in lexicon.ancestors.get(other.term_id, ())
                for other in adjacent
            ):
                return True
        elif one in ahead:
            wider = [
                other
                for other in ahead
                if _wider(other, named, bracket, lexicon)
                and not any(
                    parsed.tokens[p].text.lower()
                    in ("such", "including", "include", "includes", ",")
                    for p in bracket.before
                    if p > max(other.words)
                )
            ]
            if one in wider:
                return True
            kind = any(
                one.term_id != other.term_id
                and other.term_id in lexicon.ancestors.get(one.term_id, ())
                for other in named
            )
            if not (wider or kind or one.shared) and max(one.words) == bracket.before[-1]:
                return True
    return False


def _around(one: _Mention, bracket: phrases.Bracket, term_id: str, lexicon: Lexicon) -> bool:
    """Return whether a mention goes on after a bracket, and is a kind of the term in it."""
    return (
        not one.words & set(bracket.words)
        and min(one.words) < min(bracket.words) <= max(bracket.words) < max(one.words)
        and one.term_id != term_id
        and term_id in lexicon.ancestors.get(one.term_id, ())
    )


def _wider(
    one: _Mention, named: list[_Mention], bracket: phrases.Bracket, lexicon: Lexicon
) -> bool:
    """Return whether a mention before a bracket is the term in it, or a wider one."""
    between = [place for place in bracket.before if place > max(one.words)]
    return len(between) <= 14 and any(
        one.term_id in lexicon.ancestors.get(other.term_id, ()) for other in named
    )
