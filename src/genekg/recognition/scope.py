"""Whom a sentence is about: the page's own condition, or another one."""

from __future__ import annotations

import re

from genekg.pages import Page
from genekg.recognition.lexicon import Lexicon
from genekg.recognition.words import Token, key

_OTHERS = re.compile(
    r"^\w+ (?:disorders|diseases|conditions) (?:occur|happen|develop|arise) when"
    r"|^(?:In (?:a |an )?(?:normal|healthy|unaffected|most people(?! with)|other conditions)\b"
    r"|Normally\b)"
    r"|\b(?:name|term|word)s? (?:\S+ )?(?:comes? from|refers? to|(?:is|was) derived)"
    r"|\bbroadly refers?"
    r"|\ba related (?:but \w+ )?(?:condition|disorder)\b"
    r"|\b(?:overlap(?:s|ping)?(?! (?:fingers|toes|digits|teeth))"
    r"|(?:resembles?|similar to) (?:those|that|another|other)|similar to the"
    r"|misdiagnosed|these (?:syndromes|conditions) are also"
    r"|(?:general|other) population|in people without)\b",
    re.IGNORECASE,
)
# "Noonan syndrome (a disorder characterized by …)", "a condition called X, which causes …".
_ANOTHER = re.compile(
    r"(?P<name>[A-Z]\w+(?:[ -]\w+){0,3} (?:syndrome|disease|dysplasia|dystrophy)"
    r"|\b(?:another|different) (?:\w+ )?(?:condition|disorder|disease) (?:called|known as)"
    r" [^,(]{3,60})(?: \([A-Z0-9-]+\))?"
    r"(?:, (?:which|a \w+ (?:that|which)) (?:also )?(?:involve|cause|affect|is characterized)"
    r"|,? ?\(?an? [\w -]{0,40}(?:characterized by|that causes|marked by))"
)


# "small spots that look like freckles", "episodes that may be mistaken for seizures".
_LIKENED = re.compile(
    r"\b(?:mistaken (?:for|as)|(?:similar|likened) to|resembl(?:es?|ing)|looks? like)\b[^,;:()]*",
    re.IGNORECASE,
)


def of_others(text: str) -> bool:
    """Whether a sentence tells of people without the condition, of others, or of a word.

    >>> of_others("In normal bone marrow, cells mature."), of_others("Seizures occur.")
    (True, False)
    """
    return bool(_OTHERS.search(text))


def turns_at(text: str, page: Page) -> int:
    """Return where a sentence begins to tell of another condition, or its end."""
    for match in _ANOTHER.finditer(text):
        before = text[: match.end("name")].lower()
        if not before.endswith(tuple(name.lower() for name in (page.title, *page.names))):
            return match.end("name")
    return len(text)


def likened(text: str, place: int) -> bool:
    """Whether what stands at a place is only what something looks like.

    >>> likened("It has spots similar to freckles, and pits.", 26)
    True
    """
    return any(one.start() < place < one.end() for one in _LIKENED.finditer(text))


def own_terms(page: Page, lexicon: Lexicon) -> frozenset[str]:
    """Return the terms that are the condition itself."""
    keys = {key(name) for name in (page.title, *page.names)}
    found = (lexicon.symptoms.get(one) for one in keys)
    return frozenset(term_id for term_id in found if term_id)


def own_words(tokens: list[Token], page: Page) -> frozenset[int]:
    """Return the places of words that are the condition's own name."""
    text = [token.text.lower() for token in tokens]
    masked: set[int] = set()
    for name in (page.title, *page.names):
        parts = [match.lower() for match in re.findall(r"[^\W_]+(?:['’]s\b)?|\S", name)]
        for start in range(len(text) - len(parts) + 1):
            if parts and text[start : start + len(parts)] == parts:
                masked.update(range(start, start + len(parts)))
    return frozenset(masked)
