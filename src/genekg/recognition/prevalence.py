"""How common a page says that its condition is: figures with unit and place, or words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition.found import Found

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|[Oo]ne)(?: (?:hundred|thousand|million|billion))?"
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = (
    rf"(?:{_NUMBER}|{'|'.join(_WORDS)}|a dozen|dozens|hundreds|thousands|a few|several|a handful)"
)
_UNIT = (
    r"(?P<unit>(?:live )?births|newborns?|(?:newborn |male |female |live-?born )?infants"
    r"|babies|people|individuals|persons|children|adults|males?|females?|men|women|boys|girls"
    r"|pregnancies|Americans|(?:\w+ )?(?:children|people|individuals|adults|men|women|males"
    r"|females)"
    r"|patients|of the population|the (?:general )?population)"
)
_ONE_IN = re.compile(
    rf"(?P<low>{_NUMBER}(?: to {_NUMBER})?)(?: (?:new )?(?:cases|people|individuals))? (?:in"
    rf"|per|out of|of every) (?:every |each )?"
    rf"(?P<high>{_NUMBER}(?:(?: to | and |-)(?:1 in )?{_NUMBER})?)"
    rf"(?: (?:to|and|or) (?:(?:fewer|less|more) than )?1 in (?P<last>{_NUMBER}))?(?: {_UNIT})?"
)
_MILLION = re.compile(
    rf"(?P<low>{_NUMBER}(?: to {_NUMBER})?) (?:in|per) (?P<high>million)(?: {_UNIT})?"
)
_PERCENT = re.compile(
    rf"(?P<low>{_NUMBER}(?:(?: to | and |-){_NUMBER})?) percent of (?:the |all |a"
    rf" )?(?P<unit>[\w -]*?"
    r"(?:population|people|individuals|adults|children|newborns|men|women|males|females))\b"
)
_DESCRIBED = re.compile(
    rf"\b(?P<count>{_COUNT})(?: to {_COUNT})? (?:\w+ ){{0,3}}?(?P<what>people|individuals"
    rf"|families|cases"
    r"|patients|males|females|children|infants|members|boys|girls|men|women)\b(?=[^.;]{0,120}\b"
    r"(?:been |were |was |)(?:reported|described|identified|diagnosed|known|found|documented)\b)"
    rf"|\b(?:described|reported|identified|found|diagnosed)\b[^.;]{{0,40}}?(?P<count2>{_COUNT})"
    r" (?:\w+ ){0,3}?(?P<what2>people|individuals|families|cases|patients|males|females"
    r"|children)\b",
    re.IGNORECASE,
)
_RARE = re.compile(
    r"(?<!most )(?<!less )(?<!more )\b(?:(?:very|extremely|relatively|fairly|quite)"
    r" )?(?:(?:rare|uncommon)(?! (?:cause|in|among|than|feature))|common(?! (?:cause|than|in"
    r"|among|form of|type of|feature|genetic cause|inherited cause)))\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\b(?:prevalence|incidence|frequency|number of (?:people"
    r"|individuals)[^.;]{0,30})\b[^.;]{0,60}?\b"
    r"(?:(?:is|are|remains?) )(?:not known|unknown|uncertain|unclear|difficult to)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:worldwide|around the world|(?:[Ii]n|[Aa]mong|[Ff]rom|[Oo]n) (?:the (?:island of )?"
    r"|people (?:of|with|in) |individuals (?:of|with|in) |those of )?(?:general population"
    r"|(?:[A-Z][\w-]+(?:,? (?:and|or|of|the) |, | )?)+(?:population|descent|ancestry|people|origin"
    r"|populations|communities|community)?)"
    r"|(?:of|with) (?:[A-Z][\w-]+(?:,? (?:and|or) |, | )?)+"
    r"(?:population|descent|ancestry|origin|heritage|populations|communities))"
)
_OTHERS = re.compile(
    r"\b(?:all (?:forms|types|cases)|account(?:s|ing)? for|percent of (?:all )?(?:cases|those|"
    r"people with))\b"
)


_ALL_FORMS = re.compile(r"^(?:All|Together,? (?:all|the)) (?:\w+ )?(?:forms|types|kinds) of ")


def prevalence(page: Page) -> Iterator[Found]:
    """Yield each statement of the frequency section on how common the condition is.

    Qualifiers: ``kind``, as the curated tables have it; ``value`` (a ratio such as 1/50000, a
    range such as 1/40000-1/60000, a percentage, or words); ``unit``; ``place``.
    """
    seen: set[tuple[tuple[str, str], ...]] = set()
    for sentence in sentences(page, "frequency"):
        for one in _in_sentence(sentence):
            if one.qualifiers not in seen:
                seen.add(one.qualifiers)
                yield one


def _in_sentence(sentence: Sentence) -> Iterator[Found]:
    text = sentence.text
    taken: list[tuple[int, int]] = []
    if _ALL_FORMS.search(text):
        return
    for pattern in (_ONE_IN, _MILLION):
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            unit = match["unit"] or ""
            yield _found(sentence, match, _kind(text, unit, match.start()), ratio(match), unit)
    for match in _PERCENT.finditer(text):
        if not _OTHERS.search(text):
            yield _found(
                sentence,
                match,
                _kind(text, match["unit"], match.start()),
                match["low"].replace(" to ", "-").replace(" and ", "-") + "%",
                match["unit"],
            )
    for match in _DESCRIBED.finditer(text):
        group = "count" if match["count"] else "count2"
        if any(start <= match.start(group) < end for start, end in taken):
            continue
        said = text[match.start(group) : match.end("what" if group == "count" else "what2")]
        yield _found(sentence, match, "families_described", said.lower(), "")
    for pattern in (_RARE, _UNKNOWN):
        if (found := pattern.search(text)) and not (pattern is _RARE and taken):
            value = found[0].lower() if pattern is _RARE else "unknown"
            yield _found(sentence, found, "qualitative", value, "")


def ratio(match: re.Match[str]) -> str:
    """Return the ratio of a match: 1/50000, or a range of them."""
    groups = match.groupdict()
    lows = [_number(one) for one in match["low"].split(" to ")]
    highs = [_number(one) for one in re.split(r" to | and |-", match["high"].replace("1 in ", ""))]
    if groups.get("last"):
        highs.append(_number(groups["last"]))
    if len(highs) > 1 and highs[0] < 1000 <= highs[-1] and highs[-1] >= 1_000_000:
        highs[0] *= 1_000_000
    pairs = [(low, high) for high in highs for low in lows]
    return "-".join(f"{low:g}/{high:.0f}" for low, high in dict.fromkeys(pairs))


def _number(text: str) -> float:
    words = text.replace(",", "").split()
    scale = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
    if words[0] in scale:
        return float(scale[words[0]])
    return float(1 if words[0].lower() == "one" else words[0]) * (
        scale[words[1]] if len(words) > 1 else 1
    )


def _kind(text: str, unit: str, at: int) -> str:
    if "carr" in text[max(0, at - 60) : at + 80]:
        return "carrier_frequency"
    if any(word in unit for word in ("birth", "newborn", "infant", "bab")):
        return "birth_prevalence"
    return "point_prevalence"


def _found(sentence: Sentence, match: re.Match[str], kind: str, value: str, unit: str) -> Found:
    place = _PLACE.search(sentence.text, match.end()) or _PLACE.search(sentence.text)
    where = (
        re.sub(r"^(?:in|of|among|from|with|on) (?:the )?", "", place[0], flags=re.IGNORECASE).strip(
            " ,"
        )
        if place
        else ""
    )
    where = re.sub(r"(?:,? (?:and|or|of|the))+$", "", where)
    pairs = (("kind", kind), ("value", value), ("unit", unit.strip()), ("place", where))
    return Found(
        "prevalence",
        "",
        match[0],
        sentence,
        sentence.start + match.start(),
        sentence.start + match.end(),
        qualifiers=tuple(pair for pair in pairs if pair[1]),
    )
