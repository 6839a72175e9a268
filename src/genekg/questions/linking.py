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


def link(graph: Graph, phrase: str, kinds: Collection[str]) -> Entity | None:
    """Return the entity of one of the kinds that a phrase names, or None.

    A phrase is tried as it stands, without its article, without a word that only says the kind
    ("the ALAS2 gene"), with "inheritance" added for a mode, and in the singular.

    Raises:
        AmbiguousError: the phrase names several; the message lists them.
    """
    for variant in _variants(phrase.strip(" .?!,;:"), kinds):
        found, _note = search.lookup(graph, variant, kinds)
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
