"""Linking: the words of a question to the one entity that they name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from genekg import search
from genekg.errors import AmbiguousError
from genekg.labels import CONDITION, ENZYME, GENE, MODE, SYMPTOM, Entity

if TYPE_CHECKING:
    from genekg.graph import Graph

_ARTICLES = re.compile(r"^(?:the|a|an|any|some|their|its)\s+", re.IGNORECASE)
# What a question may add to a name, by the kind of thing.
_ENDINGS = {
    MODE: r"(?:mode of )?inheritance(?: pattern| mode)?|inherited|(?:inheritance )?"
    r"(?:pattern|manner)",
    GENE: r"genes?|mutations?|(?:gene )?variants?|gene mutations?",
    ENZYME: r"enzymes?|deficiency|(?:enzyme )?deficiency|activity",
    CONDITION: r"conditions?|diseases?|disorders?",
    SYMPTOM: r"symptoms?|as a symptom",
}


# Modes as clinicians write them for short.
_MODES = {
    "ad": "HP:0000006", "ar": "HP:0000007", "xl": "HP:0001417", "xlr": "HP:0001419",
    "xr": "HP:0001419", "xld": "HP:0001423", "xd": "HP:0001423", "mt": "HP:0001427",
    "sex-linked": "HP:0001417", "sex linked": "HP:0001417", "maternal": "HP:0001427",
}  # fmt: skip
_INHERITANCE = re.compile(rf"\s+(?:{_ENDINGS[MODE]})$", re.IGNORECASE)


def a(kind: str) -> str:
    """Return a kind with its article.

    >>> a("enzyme"), a("gene")
    ('an enzyme', 'a gene')
    """
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def link(
    graph: Graph, phrase: str, kinds: Collection[str], *, strict: bool = False
) -> Entity | None:
    """Return the entity of one of the kinds that a phrase names, or None.

    With ``strict`` a gene counts only by its symbol as it is written, or where the phrase says
    that it is a gene: "rest" and "cat" are no genes, REST and "the cat gene" are.

    A phrase is tried as it stands, without its article, without a word that only says the kind
    ("the ALAS2 gene"), with "inheritance" added for a mode, and in the singular.

    Raises:
        AmbiguousError: the phrase names several; the message lists them.
    """
    phrase = phrase.strip(" .?!,;:")
    if MODE in kinds:
        short = _INHERITANCE.sub("", _ARTICLES.sub("", phrase)).lower()
        if short in _MODES and (set(kinds) == {MODE} or _INHERITANCE.search(phrase)):
            known = graph.labels.entity(_MODES[short])
            return known[0] if known else None
    says_gene = re.search(rf"\b(?:{_ENDINGS[GENE]})\b", phrase, re.IGNORECASE)
    for variant in _variants(phrase, kinds):
        found, _note = search.lookup(graph, variant, kinds)
        if strict and not says_gene:
            found = [one for one in found if one.kind != GENE or one.label == variant == phrase]
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(f"{entity.id} ({entity.label})" for entity in found)
            raise AmbiguousError(
                f"{variant!r} is the name of {len(found)} things", remedy=f"say which: {choices}"
            )
    return None


def _variants(phrase: str, kinds: Collection[str]) -> Iterator[str]:
    bare = _ARTICLES.sub("", phrase)
    stems = [phrase, bare]
    for kind in kinds:
        if kind in _ENDINGS:
            stems.append(re.sub(rf"\s+(?:{_ENDINGS[kind]})$", "", bare, flags=re.IGNORECASE))
            stems.append(re.sub(rf"^(?:{_ENDINGS[kind]})\s+", "", bare, flags=re.IGNORECASE))
    seen: set[str] = set()
    for stem in stems:
        forms = [stem]
        if "'s" in stem or "\u2019s" in stem:
            forms.append(stem.replace("'s", "").replace("\u2019s", ""))
        if MODE in kinds:
            forms.append(f"{stem} inheritance")
        if stem.endswith("s"):
            forms.append(stem[:-1])
        elif SYMPTOM in kinds:
            forms.append(f"{stem}s")
        for form in forms:
            if form and form not in seen:
                seen.add(form)
                yield form
