"""At which age a page says that its condition begins, as HPO terms, and a symptom, in its words."""

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
    r"(?:\b(?<!other )(?<!additional )(?<!and )(?:signs and symptoms|symptoms|features"
    r"|characteristics|health problems|signs|onset)\b"
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
_NO_AGE = re.compile(
    r"\b(?:(?:delayed|precocious|especially (?:in|during|after)) |not (?:(?!until)\w+ ){0,3}"
    r"|(?:lives?|surviv\w+|lasts?|persists?|continues?) (?:[^,;]* )?)$",
    re.IGNORECASE,
)
_UNLIKE = re.compile(r"^(?:Unlike|In contrast to)\b")

# The age at which a symptom begins
_AGE = (
    r"(?:early |mid-?(?:dle)? |late |mid to late |middle |young |older )?"
    r"(?:infancy|childhood|adolescence|adulthood|birth|puberty|middle age|teens"
    r"|first (?:few )?(?:days|weeks|months|years?|decade) of life|the newborn period)"
)
_NUMBER = r"ages? (?:of )?\d+(?:(?: to | and |-)\d+)?(?: (?:years?|months?))?"
_SAID = re.compile(
    rf"\b(?:(?:in|during|from|at|by|before|after|between|around|as early as|shortly after"
    rf"|soon after|within) (?:the )?(?:{_NUMBER}|{_AGE}(?:(?: or| and| to) {_AGE})*)"
    rf"|before birth|present (?:at|from) birth)\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"\b(?:congenital|prenatal) (?:\w+ )?$", re.IGNORECASE)
_NOT_ITS_BEGINNING = re.compile(
    r"\b(?:normal(?:ly)?|healthy|unaffected|asymptomatic|fatal|lethal|di(?:e|es|ed)|death|surviv\w*"
    r"|lives?|lived|lifespan|worsen\w*|improve\w*|disappear\w*|resolve[sd]?|lessen\w*|diagnos\w+"
    r"|increas\w+|remain\w*|persist\w*|continue\w*|slow(?:s|ed)?|stops?|stabiliz\w+|recur\w*)\b",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:begins?|appears?|occurs?|develops?|starts?|arises?|becomes?|noticeable|evident|apparent"
    r"|present|seen|noticed|detected|onset) (?:\w+ly |first |most often |later )?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;:()]|\b(?:and|or|but|nor|which|that|who|whose|while|although)\b", re.I)
_BREAK = re.compile(
    r"[;:]|,? (?:but|while|whereas|although|however|followed by|later)\b|\b(?:normal|not|until)\b",
    re.IGNORECASE,
)
_OPENING = 1  # words before an age that still opens its sentence: "Beginning in infancy, …"
_SHORT = 4  # words of a second item that shares the age behind it


def of_mention(text: str, start: int, end: int) -> str:
    """Return the words of a sentence that say at which age what it mentions begins, or none.

    The age may open the sentence ("In infancy, …"), follow a verb ("… appear in infancy"), or stand
    in the item of the mention itself; the ages of other items, of what is normal until then, of
    death, of what gets worse, are not its own.

    >>> text = "They have weakness during infancy, cataracts in late childhood, and dementia."
    >>> of_mention(text, 10, 18), of_mention(text, 35, 44), of_mention(text, 68, 76)
    ('during infancy', 'in late childhood', '')
    """
    if adjective := _ADJECTIVE.search(text[:start]):
        return adjective[0].split()[0]
    before = ""
    for match in _SAID.finditer(text):
        clause = max((one.end() for one in _PARTS.finditer(text, 0, match.start())), default=0)
        if _NOT_ITS_BEGINNING.search(text, clause, match.start()):
            continue
        if match.start() >= end:
            return match[0] if _reaches_back(text[end : match.start()]) else before
        if match.end() > start:
            return match[0]
        between = text[match.end() : start]
        opening = text[clause : match.start()].split()
        leads = len(opening) <= (0 if clause else _OPENING) and text[clause - 1 : clause] != ")"
        leads = leads or _FINITE.search(text, 0, match.start()) is not None
        before = match[0] if leads and not _BREAK.search(between) else ""
    return before


def _reaches_back(between: str) -> bool:
    """Whether an age belongs to what is mentioned before it, given the words between."""
    if _BREAK.search(between):
        return False
    parts = len(_PARTS.findall(between))
    if not parts or _FINITE.search(between):
        return True
    return parts == 1 and "," not in between and len(between.split()) <= _SHORT


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
    if _UNLIKE.match(sentence.text):
        return
    for end in [*(match.start() for match in _CLAUSE.finditer(sentence.text)), len(sentence.text)]:
        clause = sentence.text[begin:end]
        if said := _BEGINS.search(clause):
            for match in _STAGE.finditer(clause, max(0, said.start() - 30)):
                if _NO_AGE.search(clause, 0, match.start()):
                    continue
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
