"""At which age a page says that its condition begins, as HPO terms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition import qualifiers
from genekg.recognition.found import Found

# In the order of life; a range from one to another takes in those between.
_STAGES: tuple[tuple[str, str], ...] = (
    ("HP:0030674", r"before birth|prenatally"),
    ("HP:0003577", r"(?:at|from) birth|congenital(?:ly)?"),
    ("HP:0003623", r"newborn period|first (?:few )?(?:days|weeks) of life|shortly after birth"),
    ("HP:0003593", r"infancy|first (?:few )?(?:months|year) of life"),
    ("HP:0011463", r"childhood"),
    ("HP:0003621", r"adolescence|teens|teenage years|puberty"),
    ("HP:0011462", r"(?:early|young) adulthood"),
    ("HP:0003596", r"middle age|mid-?(?:dle)?[ -]adulthood|mid(?= to late adulthood)"),
    ("HP:0003584", r"(?:late|older) adulthood|old age"),
    ("HP:0003581", r"(?<!early )(?<!young )(?<!late )(?<!mid-)(?<!middle )(?<!older )adulthood"),
)
_STAGE = re.compile("|".join(f"(?P<s{n}>\\b(?:{form}))" for n, (_, form) in enumerate(_STAGES)))
_BEGINS = re.compile(
    r"(?:\b(?:signs and symptoms|symptoms|features|characteristics|health problems|signs|onset)\b"
    r"[^.;]{0,90}?\b(?:begin|appear|become apparent|becomes? (?:apparent|evident|noticeable)"
    r"|develop"
    r"|start|occur|present|noticed|seen|recognized|evident)\b|\b(?:condition|disorder|disease|form|type|it)"
    r"\b (?:\w+ )?(?:begins|appears|becomes (?:apparent|evident|noticeable)|starts|develops"
    r"|is (?:usually |typically |often )?(?:apparent|evident|present|diagnosed|noticed))\b"
    r"|\bexperience (?:symptoms|features|signs)|\bdevelop (?:features|signs|symptoms)|\bonset"
    r" (?:is|in|at)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;]|,? (?:while|whereas|but|although)\b")


def onsets(page: Page) -> Iterator[Found]:
    """Yield the ages at which the description says that the condition begins.

    A range ("in adolescence or early adulthood") gives each stage of it.
    """
    seen: set[tuple[str, str]] = set()
    for sentence in sentences(page, "description"):
        for one in _in_sentence(sentence):
            if (one.target, one.sex) not in seen:
                seen.add((one.target, one.sex))
                yield one


def _in_sentence(sentence: Sentence) -> Iterator[Found]:
    begin = 0
    for end in [*(match.start() for match in _CLAUSE.finditer(sentence.text)), len(sentence.text)]:
        clause = sentence.text[begin:end]
        if said := _BEGINS.search(clause):
            for match in _STAGE.finditer(clause, max(0, said.start() - 30)):
                yield Found(
                    "onset",
                    next(_STAGES[n][0] for n in range(len(_STAGES)) if match[f"s{n}"]),
                    match[0],
                    sentence,
                    sentence.start + begin + match.start(),
                    sentence.start + begin + match.end(),
                    sex=qualifiers.sex(clause, match.start()),
                )
        begin = end
