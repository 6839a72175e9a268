"""Relations in words: what each is called, how it reads from either end, and which is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from pyoxigraph import NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.errors import UsageError


class Words(NamedTuple):
    """A relation's name, and its verb read from subject to object, and from object to subject."""

    name: str
    along: str
    against: str


WORDS: dict[NamedNode, Words] = {
    v.CAUSES: Words("causes", "causes", "is caused by"),
    v.CONTRIBUTES_TO: Words("contributes to", "contributes to", "has as a contributing gene"),
    v.ASSOCIATED_WITH: Words("is associated with", "is associated with", "is associated with"),
    v.HAS_INHERITANCE: Words("has inheritance", "has inheritance", "is the inheritance of"),
    v.HAS_PHENOTYPE: Words("has symptom", "has symptom", "is a symptom of"),
    v.LACKS_PHENOTYPE: Words("lacks symptom", "lacks symptom", "is lacking in"),
    v.CONDITION_ONSET: Words("has onset", "has onset", "is the onset of"),
    v.CONDITION_COURSE: Words("has course", "has course", "is the course of"),
    v.CONDITION_MODIFIER: Words("has modifier", "has modifier", "is a modifier of"),
    v.CONDITION_HISTORY: Words("has history", "has history", "is in the history of"),
    v.HAS_GENE_PRODUCT: Words("makes", "makes", "is made by"),
    v.UP_ENZYME: Words("is enzyme", "is the enzyme", "is an activity of"),
    v.ENCODES_ENZYME: Words("encodes enzyme", "encodes", "is encoded by"),
    v.PARTICIPATES_IN: Words("takes part in", "takes part in", "involves"),
    v.ACTIVE_IN: Words("is active in", "is active in", "is a place of activity of"),
    v.SUBCLASS_OF: Words("is a kind of", "is a kind of", "includes"),
}
_ALIASES = {"phenotype": v.HAS_PHENOTYPE, "symptom": v.HAS_PHENOTYPE, "is a": v.SUBCLASS_OF,
            "inheritance": v.HAS_INHERITANCE, "onset": v.CONDITION_ONSET,
            "encodes": v.ENCODES_ENZYME, "associated with": v.ASSOCIATED_WITH}  # fmt: skip


def _folded(text: str) -> str:
    """Return a name as names are compared: words in small letters.

    >>> _folded("hasPhenotype"), _folded("has_phenotype")
    ('has phenotype', 'has phenotype')
    """
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()))


def _names() -> dict[str, NamedNode]:
    found = dict(_ALIASES)
    for relation, words in WORDS.items():
        local = re.split(r"[/#]", relation.value)[-1]
        curie = prefixes.shorten(relation.value)
        for name in (words.name, words.along, local, curie, relation.value):
            found.setdefault(_folded(name), relation)
    return found


def named(text: str) -> NamedNode:
    """Return the relation that a name, a CURIE, an IRI or a verb means.

    Raises:
        UsageError: there is none; the message names the nearest.

    >>> named("has symptom") == named("biolink:has_phenotype") == named("has_phenotype")
    True
    """
    names = _names()
    if found := names.get(_folded(text)):
        return found
    near = get_close_matches(_folded(text), names, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise UsageError(
        f"no relation is named {text!r}",
        remedy=f"{meant}there are {', '.join(words.name for words in WORDS.values())}",
    )


def walked(texts: Iterable[str]) -> tuple[NamedNode, ...]:
    """Return the relations of these names, each of which can be walked.

    Raises:
        UsageError: one of them is unknown, or says what is not so.
    """
    found = tuple(dict.fromkeys(named(text) for text in texts))
    if v.LACKS_PHENOTYPE in found:
        raise UsageError(
            "what a condition lacks is no way from it to anywhere",
            remedy="`genekg query excluded_symptoms_of_condition` lists it",
        )
    return found
