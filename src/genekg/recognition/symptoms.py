"""Symptoms in a page's text, as HPO terms."""

from __future__ import annotations

from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition import onsets, phrases, qualifiers, relations, scope, sharing
from genekg.recognition.found import Found
from genekg.recognition.lexicon import Lexicon
from genekg.recognition.mentions import Mention, goes_on, longest, may_name, stands, term
from genekg.recognition.phrases import Phrases, Words
from genekg.recognition.words import Token

# What a page names as a heading of what it then tells: the nervous system.
_HEADINGS = frozenset({"HP:0000707"})
_TELLING = frozenset("characterized marked associated caused".split())


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
            onset=onsets.of_mention(sentence.text, start, end),
            qualifiers=()
            if (aspect := lexicon.aspect(mention.term_id)) == "P"
            else (("aspect", aspect),),
        )


def _mentions(parsed: Phrases, lexicon: Lexicon, masked: frozenset[int]) -> list[Mention]:
    carrying = frozenset(place for place, one in enumerate(parsed.tokens) if one.word and one.stem)
    found: dict[frozenset[int], Mention] = {}

    def look(words: Words, *, shared: bool = False) -> None:
        content = frozenset(place for place in words if place in carrying)
        if not content or content in found or content & masked:
            return
        stems = frozenset(parsed.tokens[place].stem for place in content)
        if absent := lexicon.normal.get(stems):
            found.setdefault(content, Mention(absent, content, shared, normal=True))
        elif said := term(parsed.tokens, content, lexicon):
            term_id, used = said
            if (
                stands(parsed, used, term_id, lexicon)
                if shared
                else not goes_on(parsed, used, term_id, lexicon)
            ):
                found.setdefault(used, Mention(term_id, used, shared))

    for run in (*(item for items in parsed.lists for item in items), *parsed.wholes):
        for words in phrases.windows(run):
            if may_name(parsed.tokens, words):
                look(words)
    runs = [tuple(sorted(one.words)) for one in longest(found.values(), lexicon)]
    for items in parsed.lists:
        for words in sharing.shared(parsed, items, runs, carrying):
            look(words, shared=True)
    for bracket in parsed.brackets:
        if not any(one.words <= set(bracket.words) for one in found.values()):
            for words in sharing.renamed(parsed, bracket, carrying):
                look(words, shared=True)
    for bracket in parsed.brackets:
        for words in sharing.placed(parsed, bracket, carrying):
            look(words, shared=True)
    kept = longest(found.values(), lexicon)
    kept += relations.narrowed(parsed, kept, carrying, masked, lexicon)
    defining = _defining(parsed.tokens, kept)
    return sorted(
        (
            one
            for one in kept
            if not one.words & defining and not _explained(one, kept, parsed, lexicon)
        ),
        key=lambda one: sorted(one.words),
    )


def _defining(tokens: list[Token], mentions: list[Mention]) -> frozenset[int]:
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


def _explained(one: Mention, mentions: list[Mention], parsed: Phrases, lexicon: Lexicon) -> bool:
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


def _around(one: Mention, bracket: phrases.Bracket, term_id: str, lexicon: Lexicon) -> bool:
    """Return whether a mention goes on after a bracket, and is a kind of the term in it."""
    return (
        not one.words & set(bracket.words)
        and min(one.words) < min(bracket.words) <= max(bracket.words) < max(one.words)
        and one.term_id != term_id
        and term_id in lexicon.ancestors.get(one.term_id, ())
    )


def _wider(one: Mention, named: list[Mention], bracket: phrases.Bracket, lexicon: Lexicon) -> bool:
    """Return whether a mention before a bracket is the term in it, or a wider one."""
    between = [place for place in bracket.before if place > max(one.words)]
    return len(between) <= 14 and any(
        one.term_id in lexicon.ancestors.get(other.term_id, ()) for other in named
    )
