"""Symptoms in a page's text, as HPO terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from genekg.pages import Page, Sentence, sentences
from genekg.recognition import phrases, qualifiers
from genekg.recognition.found import Found
from genekg.recognition.lexicon import Lexicon
from genekg.recognition.phrases import Phrases, Words
from genekg.recognition.words import SOFT_STEMS, Token, key, meaning

_SOFT_MEANINGS = meaning(SOFT_STEMS)
_OTHERS = re.compile(
    r"\b(?:overlap(?:s|ping)?|resembles?|similar to (?:those|that|another|other|the)"
    r"|mistaken for|misdiagnosed|these (?:syndromes|conditions) are also"
    r"|(?:general|other) population|in people without)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A term and the words that name it."""

    term_id: str
    words: frozenset[int]
    exact: bool


def symptoms(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield the symptoms that a page states of its condition, each at its first mention."""
    own = _own_terms(page, lexicon)
    seen: set[tuple[str, bool, bool]] = set()
    for section in ("description",):
        whole = list(sentences(page, section))  # type: ignore[arg-type]
        for number, sentence in enumerate(whole):
            if _OTHERS.search(sentence.text):
                continue
            following = whole[number + 1].text if number + 1 < len(whole) else ""
            for one in _in_sentence(page, sentence, following, lexicon):
                said = (one.target, one.negated, one.uncertain)
                if one.target not in own and said not in seen:
                    seen.add(said)
                    yield one


def _own_terms(page: Page, lexicon: Lexicon) -> frozenset[str]:
    """Return the terms that are the condition itself."""
    keys = {key(name) for name in (page.title, *page.names)}
    found = (lexicon.symptoms.get(one) for one in keys)
    return frozenset(term_id for term_id in found if term_id)


def _in_sentence(
    page: Page, sentence: Sentence, following: str, lexicon: Lexicon
) -> Iterator[Found]:
    parsed = phrases.parse(sentence.text)
    doubt = qualifiers.doubtful(sentence.text, following)
    onset = qualifiers.onset(sentence)
    masked = _masked(parsed.tokens, page)
    for mention in _mentions(parsed, lexicon, masked):
        start = min(parsed.tokens[place].start for place in mention.words)
        end = max(parsed.tokens[place].end for place in mention.words)
        yield Found(
            "symptom",
            mention.term_id,
            sentence.text[start:end],
            sentence,
            sentence.start + start,
            sentence.start + end,
            negated=qualifiers.negated(parsed.tokens, mention.words, sentence.text),
            uncertain=doubt,
            sex=qualifiers.sex(sentence.text, start),
            onset=onset,
        )


def _masked(tokens: list[Token], page: Page) -> frozenset[int]:
    """Return the places of words that are the condition's own name."""
    text = [token.text.lower() for token in tokens]
    masked: set[int] = set()
    for name in (page.title, *page.names):
        parts = [match.lower() for match in re.findall(r"[^\W_]+(?:['’]s\b)?|\S", name)]
        for start in range(len(text) - len(parts) + 1):
            if parts and text[start : start + len(parts)] == parts:
                masked.update(range(start, start + len(parts)))
    return frozenset(masked)


def _mentions(parsed: Phrases, lexicon: Lexicon, masked: frozenset[int]) -> list[_Mention]:
    carrying = frozenset(place for place, one in enumerate(parsed.tokens) if one.word and one.stem)
    found: dict[frozenset[int], _Mention] = {}

    def look(words: Words) -> None:
        content = frozenset(place for place in words if place in carrying)
        if not content or content in found or content <= masked:
            return
        if (term := _term(parsed.tokens, content, lexicon)) is not None:
            term_id, used, exact = term
            found.setdefault(used, _Mention(term_id, used, exact))

    for run in (*(item for items in parsed.lists for item in items), *parsed.wholes):
        for words in phrases.windows(run):
            if words[0] in carrying and words[-1] in carrying:
                look(words)
    for items in parsed.lists:
        for words in phrases.shared(items, carrying):
            look(words)
    for bracket in parsed.brackets:
        if not any(one.words <= set(bracket.words) for one in found.values()):
            for words in phrases.renamed(bracket, carrying):
                look(words)
    kept = _longest(found.values(), lexicon)
    return sorted(
        (one for one in kept if not _explained(one, kept, parsed, lexicon)),
        key=lambda one: sorted(one.words),
    )


def _term(
    tokens: list[Token], content: frozenset[int], lexicon: Lexicon
) -> tuple[str, frozenset[int], bool] | None:
    """Return the term that the words name, with those of them that do."""
    stems = frozenset(tokens[place].stem for place in content)
    if len(stems) > 9:
        return None
    if term_id := lexicon.symptoms.get(stems):
        return term_id, content, True
    hard = stems - SOFT_STEMS
    kept = frozenset(place for place in content if tokens[place].stem in hard)
    if hard and hard != stems and (term_id := lexicon.symptoms.get(hard)):
        return term_id, kept, True
    if term_id := lexicon.coarse.get(meaning(stems)):
        return term_id, content, False
    if hard and hard != stems and (term_id := lexicon.coarse.get(meaning(hard))):
        return term_id, kept, False
    return None


def _longest(mentions: Iterable[_Mention], lexicon: Lexicon) -> list[_Mention]:
    """Return the mentions that are not inside another, nor more general than one they overlap."""
    mentions = list(mentions)
    return [
        one
        for one in mentions
        if not any(
            one.words < other.words
            or (
                one is not other
                and one.words & other.words
                and one.term_id != other.term_id
                and one.term_id in lexicon.ancestors.get(other.term_id, ())
            )
            for other in mentions
        )
    ]


def _explained(one: _Mention, mentions: list[_Mention], parsed: Phrases, lexicon: Lexicon) -> bool:
    """Return whether it only explains the term in the bracket after it."""
    for bracket in parsed.brackets:
        if not bracket.before or one.words & set(bracket.words):
            continue
        named = [other for other in mentions if other.words & set(bracket.words)]
        last = max(one.words)
        if not named or last > bracket.before[-1] or not one.words <= set(bracket.before):
            continue
        between = [place for place in bracket.before if place > last]
        for other in named:
            if not between or one.term_id == other.term_id:
                return True
            if len(between) <= 14 and one.term_id in lexicon.ancestors.get(other.term_id, ()):
                return True
    return False
