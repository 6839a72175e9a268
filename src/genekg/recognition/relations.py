"""Parts that stand apart from what is told of them: "contractures, mainly in the hands"."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from genekg.recognition.lexicon import Lexicon
from genekg.recognition.mentions import Mention, term
from genekg.recognition.phrases import GRADES, PLACING, TIMES, VERBS, Phrases, Words
from genekg.recognition.words import AND, NOT, Token
from genekg.recognition.words import words as word_list

_BREAKS = word_list("breaks")
_REACHING = word_list("reaching")
_PASSED = word_list("passed")
_AHEAD = 24  # marks and words that may stand between


def narrowed(
    parsed: Phrases,
    mentions: list[Mention],
    carrying: frozenset[int],
    masked: frozenset[int],
    lexicon: Lexicon,
) -> list[Mention]:
    """Return the kinds of what is mentioned that parts named later make of it."""
    main = _outside(parsed)
    told = {one.term_id for one in mentions}
    found: list[Mention] = []
    runs = {one: tuple(sorted(one.words)) for one in mentions}
    for one, run in runs.items():
        others = [other for other in runs.values() if not set(other) <= set(run)]
        ahead = tuple(place for place in main if place > run[-1])
        for part in _parts(parsed, ahead, others, carrying - masked):
            kinds = (_kind(parsed, one, part[first:], lexicon) for first in range(len(part)))
            kind = next(filter(None, kinds), None)
            if kind and kind.term_id not in told:
                told.add(kind.term_id)
                found.append(kind)
    return found


def _kind(parsed: Phrases, one: Mention, part: Words, lexicon: Lexicon) -> Mention | None:
    """Return the kind of a mention that a part makes of it, if there is one."""
    if one.normal or _no_part(parsed, part):
        return None
    fewer = (one.words - {place} for place in sorted(one.words) if len(one.words) > 1)
    for some in (one.words, *fewer):
        words = some.union(part)
        said = term(parsed.tokens, words, lexicon)
        if said and said[0] != one.term_id and one.term_id in lexicon.ancestors[said[0]]:
            return Mention(said[0], words, shared=True)
    return None


def _outside(found: Phrases) -> Words:
    """Return the places of a sentence that stand in no bracket."""
    inside: set[int] = set()
    for bracket in found.brackets:
        if bracket.words and found.tokens[bracket.words[0] - 1].text in "([":
            inside.update(bracket.words)
    return tuple(
        place
        for place, token in enumerate(found.tokens)
        if place not in inside and token.text not in "()[]"
    )


def _parts(
    found: Phrases, ahead: Words, others: Collection[Words], carrying: frozenset[int]
) -> Iterator[Words]:
    """Yield the parts that are named in what follows a mention as where it is.

    A part stands behind a preposition, or what means as much ("affecting"), or in a list with
    one. Another mention ends what is told of the first, unless the two are joined and have not
    been placed yet ("pain and swelling of the knees").

    Args:
        ahead: the places behind the mention that stand in no bracket.
        others: the other mentions of the sentence.
        carrying: the places of words that carry something.
    """
    taken = {place for words in others for place in words}
    placed = joined = beside = False
    part: list[int] = []
    for place in ahead[:_AHEAD]:
        token = found.tokens[place]
        if _names(token):
            if place in taken:
                if placed or not joined:
                    return
                beside = True
            if place in carrying and place not in taken:
                part.append(place)
            continue
        if part and placed:
            yield tuple(part)
        part.clear()
        if _ends(token) or (beside and token.text.lower() in VERBS):
            return
        if token.text.lower() in PLACING | _REACHING:
            placed, joined = True, False
        elif token.text == "," or token.stem == AND:
            joined = True
    if part and placed:
        yield tuple(part)


def _names(token: Token) -> bool:
    """Whether it is a word that may name a part, or stand in its name."""
    text = token.text.lower()
    known = PLACING | _REACHING | _PASSED | VERBS | _BREAKS
    return token.word and token.stem not in (AND, NOT) and text not in known


def _ends(token: Token) -> bool:
    """Whether what is told of a mention ends here."""
    text = token.text.lower()
    if not token.word:
        return text not in ",-–\"'“”‘’"
    return token.stem == NOT or text in _BREAKS or text in VERBS - _REACHING - _PASSED


def _no_part(found: Phrases, words: Words) -> bool:
    """Whether words tell a grade or a time: "can range from mild to severe", "in childhood"."""
    return any(found.tokens[place].text.lower() in GRADES | TIMES for place in words)
