"""What qualifies a mention: negation, doubt, sex."""

from __future__ import annotations

import re
from typing import Literal

from genekg.recognition.phrases import Phrases
from genekg.records import Sex

_DOUBT = re.compile(
    r"\b(?:unclear (?:whether|if)|(?:not|un)(?: been)? (?:confirmed|known whether|certain whether)"
    r"|uncertain (?:whether|if)|unknown (?:whether|if)|not (?:been )?confirmed"
    r"|whether .{3,80} (?:is|are) (?:actually |truly )?(?:a )?(?:related|features?|part)\b"
    r"|(?:some|limited) (?:research|studies|evidence) suggests?)",
    re.IGNORECASE,
)
_LATER_DOUBT = re.compile(
    r"^(?:However, )?(?:it is (?:unclear|unknown|not known|uncertain) (?:whether|if) (?:these|this)"
    r"|the (?:association|relationship|link) between .{3,120} has not been confirmed)",
    re.IGNORECASE,
)
_NOT_A_NEGATION = re.compile(
    r"(?:which |that )?\b(?:(?:do|does) )?(?:not (?:only|all|always|every|uncommon"
    r"|necessarily|yet|usually the|just|fully|well|(?:have|make|produce|get) (?:enough|sufficient))"
    r"|with or without|without (?:treatment|being treated|proper|warning|apparent|known|early)"
    r"|not (?:treated|be (?:noticed|apparent|diagnosed))|no (?:longer|treatment)|may not)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?P<relative>\b(?:which|that) )?\b(?:(?:do|does|did|will|would|have|has|is|are)"
    r" (?:\w+ly )?(?:not|never)"
    r" (?:\w+ly )?(?:been |be )?(?:have|had|cause|experience|develop|show|affect|affected"
    r"|lead|involve|involved"
    r"|include|display|result|associated|a feature|seen|found|present|reported|impair"
    r"|impaired|exhibit|get"
    r"|characterized|accompanied|suffer)\b|never (?:have|develop|experience)\b"
    r"|(?:with )?no (?!longer|treatment|known|clear)|(?<!with or )without "
    r"|absence of (?:any )?(?=other))",
    re.IGNORECASE,
)
_BARE_NOT = re.compile(
    r"\b(?:(?:do|does|did) (?:not|never)|(?:is|are) (?:\w+ly )?not(?: \w+ly)?) $", re.IGNORECASE
)
_OTHER = re.compile(r"\s*(?:any )?other\b", re.IGNORECASE)
_TRIGGER = re.compile(
    r"\b(?:(?:triggered|brought on|provoked|precipitated|worsened) by"
    r"|(?:following|in response to) (?=(?:an? |the |these )?(?:\w+ )?infections?\b)"
    r"|(?:prescribed|used|taken|given) (?:to|for)|to prevent|preventing|prevents"
    r"|(?:sensations|stimuli) such as|sense of (?!smell|taste|touch))",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:]|, (?=they |these |affected |individuals |people |some )"
    r"|,? and (?:may|can|are|is|have|has|often|usually|typically|they)\b|,? (?:but"
    r"|although|though|however|whereas|while|because|which (?:can|may|cause|lead))\b",
    re.IGNORECASE,
)
_SEX = re.compile(r"\b(?:(females?|women|woman|girls?)|(males?|men|man|boys?))\b", re.IGNORECASE)
_EVERYONE = re.compile(
    r"\b(?:people|individuals|infants|children|babies|newborns|adults|both|patients)\b",
    re.IGNORECASE,
)


def negation(
    parsed: Phrases, mention: frozenset[int], text: str
) -> Literal["negated", "of another", ""]:
    """Return whether the clause says that what is mentioned is not there.

    "of another" is what brings the symptoms on ("triggered by infections"), or what something
    else than the condition lacks ("seizures, which do not cause a loss of consciousness").
    """
    begin = told = parsed.tokens[min(mention)].start
    clause = 0
    for match in _CLAUSE.finditer(text, 0, begin):
        clause = match.end()
    if any(mention <= set(bracket.words) for bracket in parsed.brackets):
        own = [one for one in parsed.brackets if mention <= set(one.words)]
        since = text.rfind(")", 0, begin)  # what an earlier bracket names is told
        ahead = [place for one in own for place in one.before[-9:]]
        ahead = [place for place in ahead if parsed.tokens[place].start > since]
        begin = parsed.tokens[ahead[0]].start if ahead else begin
    if _BARE_NOT.search(text, clause, begin):
        return "negated"
    for match in _NEGATION.finditer(text, clause, begin):
        if _NOT_A_NEGATION.match(text, match.start()):
            continue
        if match[0].lower().startswith("without") and "," in text[match.end() : told]:
            continue
        if match["relative"] or _OTHER.match(text, match.end()):
            return "of another"
        return "negated"
    return "of another" if _TRIGGER.search(text, clause, begin) else ""


def doubtful(text: str, following: str) -> bool:
    """Return whether a sentence, or the one after it, says that this is not certain.

    >>> doubtful("It is unclear whether these tumors are part of the condition.", "")
    True
    """
    return bool(_DOUBT.search(text) or _LATER_DOUBT.search(following))


def sex(text: str, at: int) -> Sex:
    """Return the sex of whom the sentence speaks when it mentions what stands at ``at``.

    >>> sex("Affected women may have migraine, and men gout.", 42), sex("People have gout.", 12)
    ('male', '')
    """
    found: Sex = ""
    for match in _SEX.finditer(text, 0, at):
        found = "female" if match[1] else "male"
    if found and (_EVERYONE.search(text, 0, at) or _both(text, at)):
        last = max(match.start() for match in _SEX.finditer(text, 0, at))
        if _EVERYONE.search(text, last, at) or _both(text, at):
            return ""
    return found


def _both(text: str, at: int) -> bool:
    return bool(
        re.search(
            r"\b(?:fe)?(?:males?|men) and (?:fe)?(?:males?|women)\b", text[:at], re.IGNORECASE
        )
    )
