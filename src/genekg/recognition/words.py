"""Words as they are compared: tokens with their places, stems, and words that mean the same.

A name and a phrase of a page are the same when their *keys* are: the stems of their words, in any
order, without the words that carry nothing ("enlargement of the liver", "enlarged liver"). A
second, coarser key also puts words of one meaning together ("renal" and "kidney").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from genekg import resources

Key: TypeAlias = frozenset[str]

_TOKEN = re.compile(r"[^\W_]+(?:['’](?=s\b)s)?|\S")
_MORE_RISK = re.compile(
    r"\b(?:increased|higher|elevated|high|greater|lifetime)(?=(?: than \w+)? (?:\w+ )?"
    r"(?:risk|chance|likelihood|susceptibility|tendency|incidence|frequency)\b)",
    re.IGNORECASE,
)
_OF_DEGREE = re.compile(
    r"\b(?:abnormally|unusually)\b(?! (?:shaped|formed|positioned|located|placed|developed|colored"
    r"|structured|functioning))",
    re.IGNORECASE,
)
_OF_A_NAME = re.compile(
    r"\b(?:small|large)(?= (?:intestines?|bowel|arter|blood vessel))", re.IGNORECASE
)
_IRREGULAR = {
    "feet": "foot", "footed": "foot", "teeth": "tooth", "testes": "testicl", "testis": "testicl",
    "testicular": "testicl", "vertebrae": "vertebra", "vertebral": "vertebra",
    "metaphyses": "metaphysi", "metaphyseal": "metaphysi", "metaphysis": "metaphysi",
    "epiphyses": "epiphysi", "epiphyseal": "epiphysi", "epiphysis": "epiphysi",
    "larger": "large", "smaller": "small", "shorter": "short", "longer": "long",
    "thinner": "thin", "thicker": "thick", "wider": "wide", "taller": "tall", "lower": "lower",
    "upper": "upper", "fewer": "few", "lost": "loss", "grew": "grow", "growth": "growth",
    "weak": "weak", "weakness": "weak", "weakened": "weak", "weakening": "weak", "weaken": "weak",
    "narrowed": "narrow", "narrowing": "narrow", "widened": "wide", "widening": "wide",
    "thinning": "thin", "thinned": "thin", "thickened": "thick", "thickening": "thick",
    "shortened": "short", "shortening": "short", "lengthened": "long", "elongated": "long",
    "elongation": "long", "broadened": "broad", "flattened": "flat", "flattening": "flat",
    "enlarged": "enlarg", "enlargement": "enlarg", "tired": "tire", "tiredness": "tire",
    "absence": "absent", "deafness": "deaf", "blindness": "blind", "baldness": "bald",
    "sexual": "sexual", "died": "die", "spontaneously": "spontan", "spontaneous": "spontan",
    "clotting": "clot", "clots": "clot", "bruising": "bruis", "bruises": "bruis",
    "bowed": "bow", "bowing": "bow", "curvature": "curv", "curved": "curv", "curving": "curv",
    "inability": "unabl", "unable": "unabl", "difficulty": "difficulti", "difficult": "difficulti",
    "stiffness": "stiff", "stiffening": "stiff", "yellowing": "yellow", "yellowish": "yellow",
    "clouding": "cloudi", "cloudiness": "cloudi", "cloudy": "cloudi", "clouded": "cloudi",
    "failing": "failur", "failed": "failur", "fails": "failur", "fail": "failur",
    "wasting": "wast", "numbness": "numb", "swelling": "swell", "swollen": "swell",
    "dryness": "dry", "redness": "red", "reddened": "red", "reddening": "red", "reddish": "red",
    "breathe": "breath", "breathing": "breath", "breathlessness": "breathless",
    "abilities": "abil", "ability": "abil", "prematurely": "prematur", "early": "earli",
    "severely": "sever", "emboli": "embol", "thrombi": "thrombus", "emphysema": "emphysema", "mildly": "mild", "slowed": "slow", "slowing": "slow", "slowly": "slow",
    "sensitive": "sensit", "seizures": "seizur", "corneal": "cornea", "retinal": "retina",
    "renal": "renal", "genitalia": "genit", "genitals": "genit", "genital": "genit",
    "skeletal": "skelet", "skeleton": "skelet", "dental": "dental", "cancerous": "cancer",
    "noncancerous": "benign", "nonmalignant": "benign", "behavioral": "behavior",
    "behaviour": "behavior", "anaemia": "anemia", "tumour": "tumor", "tumours": "tumor",
    "oedema": "edema", "diarrhoea": "diarrhea", "haemorrhage": "hemorrhag",
}  # fmt: skip
# Words that carry nothing when phrases are compared.
_EMPTY = frozenset(
    ["a", "an", "the", "of", "in", "on", "at", "with", "to", "for", "by", "from", "into", "within", "is", "are", "was", "were", "be", "been", "being", "become", "becomes", "became", "has", "have", "had", "having", "that", "which", "who", "whose", "this", "these", "those", "their", "its", "his", "her", "it", "they", "there", "as", "such", "some", "certain", "other", "various", "several", "many", "multiple", "one", "any", "each", "particular", "type", "types", "kind", "kinds", "form", "forms", "form", "involving", "involve", "involves", "affecting", "affect", "affects", "associated", "include", "includes", "including", "s", "may", "can", "might", "could", "will", "also", "usually", "often", "typically", "frequently", "sometimes", "commonly", "generally", "occasionally", "rarely", "eventually", "especially", "particularly", "gradually", "somewhat", "quite", "rather", "relatively", "result", "resulting", "results", "tends", "tend", "appear", "appears", "appearing", "seem", "seems", "develop", "develops", "developing", "experience", "experiences", "occur", "occurs", "occurring", "present", "seen", "found", "area", "areas", "part", "parts", "region", "body's", "person", "person's", "people", "infant", "infants", "infants'", "infant's", "individual", "individuals", "individual's", "cause", "causes", "causing", "caused", "lead", "leads", "leading", "both", "about", "around", "characterized", "due", "called", "known", "degree", "number", "numbers", "amount", "amounts", "level", "levels"]
)
# Words that may be left out when the phrase with them is no name.
SOFT = frozenset(
    ["severe", "mild", "moderate", "progressive", "recurrent", "chronic", "frequent", "repeated", "very", "extremely", "unusually", "abnormally", "slightly", "mildly", "severely", "profound", "significant", "serious", "life", "threatening", "gradual", "permanent", "intermittent", "persistent", "excessively", "overly", "potentially", "markedly", "noticeably", "sudden", "episodic", "acute", "increasing", "distinctive", "characteristic", "extensive", "widespread", "general", "generalized", "overall", "physical", "early", "late", "onset", "childhood", "congenital", "irreversible", "uncontrolled", "involuntary", "brief", "prolonged", "life-threatening", "ongoing", "variable", "varying", "worsening", "possible", "spontaneous", "painful", "massive", "minor", "marked", "noticeable", "prominently", "fatal", "dangerous", "dangerously", "bouts", "episodes", "periods", "history", "tendency", "risk", "increased", "prone", "susceptibility", "bilateral", "complete", "partial", "common", "rare", "additional", "signs", "symptoms", "problem", "condition", "disorder", "minimal", "subtle", "borderline", "significantly", "progressively", "further"]
)
AND = "&"
NOT = "!"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark, and where it stands in its sentence."""

    text: str
    start: int
    end: int
    stem: str

    @property
    def word(self) -> bool:
        """Whether it is a word, not a mark."""
        return self.text[0].isalnum()


def tokens(text: str) -> list[Token]:
    """Return the words and marks of a sentence; a hyphen parts words.

    >>> [token.stem for token in tokens("wide-set eyes")]
    ['wide', '-', 'set', 'eye']
    """
    risks = {
        match.start() for rule in (_MORE_RISK, _OF_DEGREE, _OF_A_NAME) for match in rule.finditer(text)
    }
    return [
        Token(
            match[0],
            match.start(),
            match.end(),
            "" if match.start() in risks else stem(match[0].lower()),
        )
        for match in _TOKEN.finditer(text)
    ]


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of a word in lower case.

    >>> stem("abnormalities") == stem("abnormal"), stem("feet")
    (True, 'foot')
    """
    word = word.replace("’", "'").removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in ("no", "not", "never", "cannot", "without", "nor"):
        return NOT
    if word in ("and", "or"):
        return AND
    if word in _EMPTY:
        return ""
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


SOFT_STEMS = frozenset(stem(word) for word in SOFT) - {""}


def singular(word: str) -> Iterator[str]:
    """Yield a word in lower case, and as it would be without the end of a plural.

    >>> [*singular("Neuropathies")]
    ['neuropathies', 'neuropathie', 'neuropathy']
    """
    word = word.lower()
    yield word
    if word.endswith("s") and len(word) > 4:
        yield word[:-1]
    if word.endswith("es") and len(word) > 5:
        yield word[:-3] + "y" if word.endswith("ies") else word[:-2]


def key(text: str) -> Key:
    """Return the stems of a name's words.

    >>> key("Enlargement of the liver") == key("enlarged liver")
    True
    """
    return frozenset(token.stem for token in tokens(text) if token.word and token.stem)


@cache
def _meanings() -> dict[str, str]:
    """Return the word that stands for each stem, by the table of words of one meaning."""
    table: dict[str, str] = {}
    text = resources.path("data/recognition/meanings.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        chief, _, others = line.partition("\t")
        for word in (chief, *others.split()):
            table[stem(word)] = f"={chief}"
    return table


def meaning(stems: Key) -> Key:
    """Return the coarser key: each stem as the meaning that it belongs to.

    >>> meaning(key("renal anomaly")) == meaning(key("abnormality of the kidneys"))
    True
    """
    table = _meanings()
    return frozenset(table.get(one, one) for one in stems) - {"=nothing"}
