"""Reading a question: a small grammar of shapes, with the names in it linked to entities.

A shape is a pattern over the plain words; what stands in its gap must be a name. Nothing is
guessed: where a name is not known, the question is not understood, and the error says which
words and what is near.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from genekg import search
from genekg.labels import CONDITION, ENZYME, GENE, MODE, SYMPTOM, Entity
from genekg.questions.linking import a, link
from genekg.questions.model import (
    FILTER_KINDS,
    Conditions,
    Filter,
    Named,
    NotUnderstoodError,
)

if TYPE_CHECKING:
    from genekg.graph import Graph

Question: TypeAlias = Conditions | Named

SHAPES = (
    "conditions with <inheritance>",
    "conditions with <symptom> and <symptom> and <inheritance>",
    "conditions with <symptom> but not <symptom>",
    "conditions caused by <gene>",
    "conditions whose enzyme is <EC number or name>",
    "genes that cause <condition>",
    "symptoms of <condition>",
    "inheritance of <condition>",
    "enzyme of <condition or gene>",
    "how common is <condition>",
)

_OPENING = re.compile(
    r"^(?:please|can you|could you|tell me|how many|show me|show|list|find|give me|what are|"
    r"what is|what|"
    r"which are|which is|which|who|are there|all|every|the|known|genetic|inherited|rare)\s+",
    re.IGNORECASE,
)
_CONDITIONS = r"(?:conditions?|diseases?|disorders?|syndromes?|illnesses)"
_WITH = (
    r"(?:with|that look|looking|that have|which have|that has|having|have|has|showing|that show|"
    r"featuring|"
    r"that feature|characteri[sz]ed by|that cause|causing|presenting with|where patients have)"
)
_CAUSED = (
    r"(?:(?:that are |which are |are )?(?:caused by|due to|linked to|associated with|resulting "
    r"from|of|from|involving)(?: (?:mutations?|variants?|changes?|defects?) (?:in|of))?)"
)
_INHERITED = r"(?:(?:that are |which are |are )?inherited (?:in (?:an?|the) |as )?)"


def parse(graph: Graph, text: str) -> Question:
    """Return the question that a text asks.

    Raises:
        NotUnderstoodError: no shape fits, or a name in it is not known.
        AmbiguousError: a name in it has several meanings.
    """
    plain = _plain(text)
    if not plain:
        raise NotUnderstoodError("there is no question", remedy=_can())
    failed = ""
    for pattern, read in _SHAPES:
        if match := pattern.fullmatch(plain):
            try:
                return read(graph, *(group for group in match.groups() if group is not None))
            except _UnlinkedError as error:
                failed = failed or error.phrase
    if question := _mode_first(graph, plain) or _thing_first(graph, plain):
        return question
    if entity := link(graph, plain, ()):
        raise NotUnderstoodError(
            f"{plain!r} is {a(entity.kind)} and not a question",
            remedy=f"`genekg show {entity.id}` shows all that is known of it",
        )
    if (near_words := _spelt(graph, plain)) != plain:
        return parse(graph, near_words)
    if failed and (others := search.lookup(graph, failed)[0]):
        what = ", ".join(f"{other.label} ({other.id}) is {a(other.kind)}" for other in others[:3])
        raise NotUnderstoodError(f"{what}: that does not fit this question", remedy=_can())
    if failed:
        near = search.suggestions(graph, failed)
        hint = f"did you mean {' or '.join(near[:3])}? " if near else ""
        raise NotUnderstoodError(
            f"nothing in the graph is named {failed!r}",
            remedy=f"{hint}`genekg search {failed!r}` looks further",
        )
    raise NotUnderstoodError(f"{text.strip()!r} is not a question of a known shape", remedy=_can())


_KEYWORDS = (
    "conditions", "diseases", "disorders", "syndromes", "symptoms", "features", "inheritance",
    "enzyme", "enzymes", "genes", "inherited", "recessive", "dominant", "linked", "caused",
)  # fmt: skip


def _spelt(graph: Graph, plain: str) -> str:
    """Return a question with its misspelt ordinary words mended; names are left alone."""
    from difflib import get_close_matches

    words = []
    for word in plain.split(" "):
        if len(word) > 4 and word.isalpha() and not graph.labels.knows(word.lower()):
            near = get_close_matches(word.lower(), _KEYWORDS, n=1, cutoff=0.8)
            word = near[0] if near else word
        words.append(word)
    return " ".join(words)


def _can() -> str:
    return "what can be asked:\n  " + "\n  ".join(SHAPES)


def _plain(text: str) -> str:
    """Return a question without its opening words and its question mark."""
    plain = " ".join(text.split()).strip(" .?!")
    while (shorter := _OPENING.sub("", plain)) != plain:
        plain = shorter
    return plain


class _UnlinkedError(Exception):
    """A gap of a shape holds words that name nothing."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


def _linked(graph: Graph, phrase: str, *kinds: str) -> Entity:
    entity = link(graph, phrase, kinds)
    if entity is None:
        raise _UnlinkedError(phrase)
    return entity


_JOINT = re.compile(
    r"\s*(?:,\s*)?\b(and not|but not|and without|but without|without|and with|but with|and|with|"
    r"plus)\b\s*|\s*(,)\s*",
    re.IGNORECASE,
)


def _filters(graph: Graph, phrase: str, *kinds: str) -> tuple[Filter, ...]:
    """Return the filters that a phrase lists; a name may itself hold "and" or a comma.

    The longest beginning that is a name is taken, then what follows the next joint.
    """
    cuts = [(m.start(), m.end(), (m[1] or ",").lower()) for m in _JOINT.finditer(phrase)]
    negated = False
    if match := re.match(r"(?:not|no|without)\s+", phrase, re.IGNORECASE):
        negated = True
        phrase_start = match.end()
    else:
        phrase_start = 0
    ends = [(len(phrase), len(phrase), ""), *reversed(cuts)]
    for end, following, joint in ends:
        if end <= phrase_start:
            continue
        entity = link(graph, phrase[phrase_start:end], kinds, strict=True)
        if entity is None:
            continue
        first = Filter(entity, negated)
        if not joint:
            return (first,)
        absent = "not" in joint or "without" in joint
        rest = _filters(graph, phrase[following:], *kinds)
        if absent:
            rest = (Filter(rest[0].entity, negated=True), *rest[1:])
        return (first, *rest)
    first_words = phrase[phrase_start : cuts[0][0]] if cuts else phrase[phrase_start:]
    raise _UnlinkedError(first_words.strip() or phrase)


def _conditions_with(graph: Graph, phrase: str) -> Conditions:
    return Conditions(_filters(graph, phrase, *FILTER_KINDS))


def _conditions_inherited(graph: Graph, mode: str, rest: str = "") -> Conditions:
    first = Filter(_linked(graph, mode, MODE))
    return Conditions((first, *(_filters(graph, rest, *FILTER_KINDS) if rest else ())))


def _conditions_caused(graph: Graph, phrase: str) -> Question:
    entity = _linked(graph, phrase, GENE, ENZYME)
    if entity.kind == GENE:
        return Named("conditions_of_gene", "gene", entity, "conditions linked to the gene")
    return Conditions((Filter(entity),))


def _conditions_enzyme(graph: Graph, phrase: str) -> Conditions:
    return Conditions((Filter(_linked(graph, phrase, ENZYME)),))


def _genes(graph: Graph, phrase: str) -> Named:
    entity = _linked(graph, phrase, CONDITION, SYMPTOM)
    if entity.kind == SYMPTOM:
        return Named(
            "genes_with_symptom", "symptom", entity, "genes linked to conditions that have"
        )
    return Named("genes_of_condition", "condition", entity, "genes linked to the condition")


def _symptoms(graph: Graph, phrase: str) -> Named:
    entity = _linked(graph, phrase, CONDITION)
    return Named("symptoms_of_condition", "condition", entity, "symptoms of the condition")


def _inheritance(graph: Graph, phrase: str) -> Named:
    entity = _linked(graph, phrase, CONDITION)
    return Named("inheritance_of_condition", "condition", entity, "inheritance of the condition")


def _enzyme(graph: Graph, phrase: str) -> Named:
    entity = _linked(graph, phrase, CONDITION, GENE)
    if entity.kind == GENE:
        return Named("enzyme_of_gene", "gene", entity, "enzymes that are made by the gene")
    return Named("enzymes_of_condition", "condition", entity, "enzymes of the condition")


def _mode_first(graph: Graph, plain: str) -> Conditions | None:
    """Read "X-linked conditions", and "X-linked recessive diseases with anemia"."""
    match = re.fullmatch(rf"(.+?)\s+{_CONDITIONS}(?:\s+{_WITH}\s+(.+))?", plain, re.IGNORECASE)
    if not match:
        return None
    try:
        return _conditions_inherited(graph, match[1], match[2] or "")
    except _UnlinkedError:
        return None


def _thing_first(graph: Graph, plain: str) -> Question | None:
    """Read "BRCA1 diseases", "cystic fibrosis genes" and "Marfan syndrome symptoms"."""
    for pattern, read in (
        (rf"(.+?)\s+{_CONDITIONS}", _conditions_caused),
        (r"(.+?)\s+genes?", _genes),
        (r"(.+?)\s+(?:symptoms?|signs?|features?)", _symptoms),
        (r"(.+?)\s+(?:enzymes?)", _enzyme),
        (r"(.+?)\s+(?:inheritance)", _inheritance),
    ):
        match = re.fullmatch(pattern, plain, re.IGNORECASE)
        if match:
            try:
                return read(graph, match[1])
            except _UnlinkedError:
                continue
    return None


def _prevalence(graph: Graph, phrase: str) -> Named:
    entity = _linked(graph, phrase, CONDITION)
    return Named("prevalence_of_condition", "condition", entity, "how common the condition is:")


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SHAPES: tuple[tuple[re.Pattern[str], Callable[..., Question]], ...] = (
    (
        _shape(
            rf"{_CONDITIONS}\s+(?:whose|where the|with the|of the|with|of)\s+"
            r"(?:defective |deficient |affected )?enzyme(?: deficiency)?\s*(?:is|are|=|:)?\s+(.+)"
        ),
        _conditions_enzyme,
    ),
    (
        _shape(
            rf"{_CONDITIONS}\s+(?:caused by|due to|with|of)\s+(?:a )?(?:deficiency|lack) of\s+(.+)"
        ),
        _conditions_enzyme,
    ),
    (_shape(rf"{_CONDITIONS}\s+whose inheritance is\s+(.+)"), _conditions_inherited),
    (
        _shape(rf"{_CONDITIONS}\s+{_INHERITED}(.+?)(?:\s+(?:pattern|manner|way|trait))?"),
        _conditions_inherited,
    ),
    (_shape(rf"{_CONDITIONS}\s+(?:that |which )?(?:are|is)\s+(.+)"), _conditions_inherited),
    (_shape(r"(?:how )?(?:common|rare|frequent)\s+(?:is|are)\s+(.+)"), _prevalence),
    (_shape(r"(?:frequency|prevalence)\s+of\s+(.+)"), _prevalence),
    (_shape(rf"{_CONDITIONS}\s+{_WITH}\s+(.+)"), _conditions_with),
    (_shape(rf"{_CONDITIONS}\s+(without\s+.+)"), _conditions_with),
    (_shape(rf"{_CONDITIONS}\s+{_CAUSED}\s+(.+)"), _conditions_caused),
    (
        _shape(
            r"genes?\s+(?:that |which )?(?:is |are )?(?:causes?|causing|for|of|in|behind|"
            r"associated with|linked to|responsible for|mutated in|underlying|implicated in|"
            r"with)\s+(.+)"
        ),
        _genes,
    ),
    (_shape(r"(?:gene )?causes?\s+(?:of\s+)?(.+)"), _genes),
    (
        _shape(
            r"(?:signs? and |clinical )?(?:symptoms?|signs?|features?|phenotypes?)"
            r"(?: and signs?| and symptoms?)?\s+(?:of|in|for|caused by|seen in)\s+(.+)"
        ),
        _symptoms,
    ),
    (_shape(r"does\s+(.+?)\s+look like"), _symptoms),
    (
        _shape(
            r"enzymes?\s+(?:of|in|for|behind|from|encoded by|made by|deficient in|affected in|"
            r"missing in|(?:that |which )?(?:is|are) (?:deficient|affected|missing) in)\s+(.+)"
        ),
        _enzyme,
    ),
    (
        _shape(
            r"(?:mode of inheritance|inheritance(?: mode| pattern)?|inheritance modes)\s+"
            r"(?:of|for|in)\s+(.+)"
        ),
        _inheritance,
    ),
    (_shape(r"how\s+(?:is|are)\s+(.+?)\s+(?:inherited|passed on)"), _inheritance),
)
