"""How a page says that its condition is inherited, as HPO terms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition.found import Found

_MODES: tuple[tuple[str, str], ...] = (
    ("HP:0000006", r"auto(?:somal|sonal)[ -]dominant|autosomal(?= or X-linked dominant)"),
    ("HP:0000007", r"autosomal[ -]recessive"),
    ("HP:0032113", r"(?:autosomal )?codominant|semi-?dominant"),
    ("HP:0001423", r"X-linked[ -](?:semi-?)?dominant"),
    ("HP:0001419", r"X-linked[ -]recessive"),
    ("HP:0001417", r"X-linked(?![ -](?:semi-?)?(?:dominant|recessive))"),
    ("HP:0001450", r"Y-linked"),
    (
        "HP:0001427",
        r"mitochondrial(?= (?:or maternal )?(?:pattern|inheritance|manner))|maternal(?="
        r" inheritance(?! *\)))",
    ),
    ("HP:0010984", r"digenic"),
)
_MODE = re.compile("|".join(f"(?P<m{n}>{form})" for n, (_, form) in enumerate(_MODES)))
# A pattern is stated with one of these after it, or one of these before it.
_PATTERN = re.compile(
    r"\s*,?\s*(?:(?:or|and) (?:an? )?(?=[aXmY]))?(?:inherit\w+ )?"
    r"(?:or )?(?:male-limited )?(?:sex-limited )?(?:patterns?|manner|inheritance|traits?|fashion"
    r"|disorders?|conditions?|diseases?|form of inheritance)\b"
)
_STATES = re.compile(
    r"\binherited\b|\bpatterns? of inheritance|\binheritance patterns?\b"
    r"|\b(?:has|have|follows?|show|shows|considered|described as|appears? to be|suggests?|is|are"
    r"|called|resembles|consistent with|mode of|can be|may be|transmitted|passed)\b"
)
_EXPLAINS = re.compile(
    r"^\W*(?:(?:Most often,? |Typically,? |Usually,? )?(?:the )?parents of|A (?:striking"
    r" )?characteristic of"
    r"|In (?:an? )?(?:most cases of )?(?:X-linked|autosomal|mitochondrial)[\w -]*"
    r"(?:inheritance|conditions?|disorders?|pattern)?,"
    r"|(?:X-linked|Autosomal|Mitochondrial|Codominant)[\w -]*(?:inheritance )?means"
    r"|(?:The )?males are (?:affected|more)|Because it is unlikely|A condition is (?:considered)"
    r"|Fathers|Like|Unlike|Conditions|This (?:appearance|pattern of inheritance applies)"
    r"|(?:The )?X-linked (?:recessive |dominant )?(?:inheritance|disorders?|conditions?) "
    r"(?:is|are|means|occur)|Mitochondrial (?:disorders|DNA|inheritance)|The inheritance is"
    r"|An? (?:female|male|person|individual) (?:with|who))",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"^Rare syndromes involving|\bnow (?:generally )?considered to be different\b"
    r"|\bin the past\b|\bappearance of\b|\bsimilar to those of\b|\bwas (?:once )?thought",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"different from|unlike|as opposed to|(?:not|rather than)(?: as)?(?: an?)? "
    r"(?:strictly )?(?=X-linked|autosomal)|instead of"
)
_SPORADIC = re.compile(
    r"\bsporadic\b(?! (?:creutz|form of))|\b(?:not|(?:never|rarely|seldom)) (?:usually "
    r"|typically |generally |thought"
    r" to be |directly |believed to be |considered )?inherited\b|\bno history of the "
    r"(?:disorder|condition|disease) in their famil",
    re.IGNORECASE,
)
_MULTIFACTORIAL = re.compile(
    r"\b(?:many|multiple|several|combination of|both|complex)\b[^.;]{0,40}\bgenetic and "
    r"(?:\w+ )?(?:environmental|lifestyle)|\bmultifactorial\b|genetic and environmental factors"
    r"[^.;]{0,40}(?:involved|play)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:inheritance(?: pattern)?|pattern of inheritance)\b[^.;]{0,60}"
    r"\b(?:unknown|unclear|uncertain|not known|not clear)|(?:no|not have a) clear "
    r"(?:pattern of inheritance|inheritance pattern)|it is (?:unclear|unknown|not known) (?:if|how"
    r"|whether)[^.;]{0,60}\binherited",
    re.IGNORECASE,
)
_SOMATIC = re.compile(
    r"\bsomatic (?:mutations?|mosaicism|genetic)|body's cells that occurs? after conception",
    re.IGNORECASE,
)
_PENETRANCE = re.compile(r"\b(?:reduced|incomplete) penetrance\b", re.IGNORECASE)
_ANTICIPATION = re.compile(r"\b(?:phenomenon|pattern|process)?[^.;]{0,40}\bcalled anticipation\b")
_IMPRINTING = re.compile(r"\b(?:genomic imprinting|imprinted)\b", re.IGNORECASE)
_OTHERS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("HP:0003745", _SPORADIC, "not inherited"),
    ("HP:0001426", _MULTIFACTORIAL, "multifactorial"),
    ("HP:0001442", _SOMATIC, "somatic"),
    ("HP:0003829", _PENETRANCE, "penetrance"),
    ("HP:0003743", _ANTICIPATION, "anticipation"),
    ("", _IMPRINTING, "imprinting"),
    ("", _UNKNOWN, "unknown"),
)
_DOUBT = re.compile(
    r"\b(?:appears?|seems?|likely|probably|thought|suspected|suggests?|believed|possibl[ey]"
    r"|unclear|unknown|uncertain)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:(most|almost all|usually|typically|generally|majority|often|commonly|primarily)"
    r"|(rare(?:ly)?|few|occasionally|less commonly|less often|less frequently|small)"
    r"|(some|sometimes|other|can be|may be|about \d+))\b",
    re.IGNORECASE,
)


def inheritance(page: Page) -> Iterator[Found]:
    """Yield the modes of inheritance that a page states, each at its first mention.

    The inheritance section is read, and, where it has none, the others.
    """
    seen: set[tuple[str, str]] = set()
    for section in ("inheritance", "causes", "description"):
        for sentence in sentences(page, section):
            for one in _in_sentence(sentence, stated=section == "inheritance"):
                said = (one.target, "" if one.target else one.text.lower())
                if said not in seen:
                    seen.add(said)
                    yield one
        if seen:
            return


def _in_sentence(sentence: Sentence, *, stated: bool) -> Iterator[Found]:
    text = sentence.text
    doubt = bool(_DOUBT.search(text))
    share = _SHARE.search(text)
    how = ("most" if share[1] else "rare" if share[2] else "some") if share else ""
    if not _EXPLAINS.search(text) and not _PAST.search(text) and _STATES.search(text):
        for match in _MODE.finditer(text):
            target = next(_MODES[n][0] for n in range(len(_MODES)) if match[f"m{n}"])
            if _is_stated(text, match, stated=stated):
                yield _found(sentence, target, match, doubt, how)
    if stated:
        for target, pattern, topic in _OTHERS:
            if found := pattern.search(text):
                yield _found(sentence, target, found, False, how, topic)


def _is_stated(text: str, match: re.Match[str], *, stated: bool) -> bool:
    """Whether a pattern is said to be the condition's, not named in passing."""
    after = text[match.end() :]
    if _CONTRAST.search(text, max(0, match.start() - 24), match.end() + 1):
        return False
    while step := re.match(
        r"\s*,?\s*(?:or|and|,|/|but)\s*(?:,?\s*(?:(?:more|less) )?(?:rarely|sometimes|commonly"
        r"|often|frequently|occasionally),? |in )?(?:an? )?"
        r"(?:(?:autosomal|X-linked|mitochondrial|Y-linked)?[ -]?(?:dominant|recessive)?)\b",
        after,
    ):
        if not step[0].strip(" ,") or not re.search(r"X-|Y-|auto|mito|domin|recess", step[0]):
            break
        after = after[step.end() :]
    if _PATTERN.match(after) or re.match(r"\s*,? ?(?:which|because|meaning|\(|with\b)", after):
        return stated or bool(re.search(r"inherit|pattern", text))
    return stated and not after.strip(" .") and "maternal" not in match[0]


def _found(
    sentence: Sentence,
    target: str,
    match: re.Match[str],
    doubt: bool,
    how: str,
    topic: str = "",
) -> Found:
    qualifiers = tuple((name, one) for name, one in (("share", how), ("topic", topic)) if one)
    return Found(
        "inheritance",
        target,
        match[0],
        sentence,
        sentence.start + match.start(),
        sentence.start + match.end(),
        uncertain=doubt,
        qualifiers=qualifiers,
    )
