"""How Mondo says that an id matches: qualifiers of a cross reference, or a property of SKOS."""

from __future__ import annotations

from genekg.records import Match

# What the qualifiers of a cross reference say of it; one with none of them is close.
_MATCHES: dict[str, Match] = {
    "MONDO:equivalentTo": "exact",
    "MONDO:mondoIsNarrowerThanSource": "broad",
    "MONDO:mondoIsBroaderThanSource": "narrow",
}
_NO_MATCH = {
    "MONDO:relatedTo",
    "MONDO:directSiblingOf",
    "MONDO:otherHierarchy",
    "MONDO:OtherRelationship",
    "MONDO:includedEntryInOMIM",
}
_SKOS: dict[str, Match] = {
    "exactMatch": "exact",
    "closeMatch": "close",
    "broadMatch": "broad",
    "narrowMatch": "narrow",
}
_SKOS_PREFIXES = ("http://www.w3.org/2004/02/skos/core#", "skos:")


def stated_match(qualifiers: tuple[str, ...]) -> Match | None:
    """Return what the qualifiers of a cross reference say of it, None where it is no match.

    >>> stated_match(("DOID:0060063", "MONDO:equivalentTo")), stated_match(())
    ('exact', 'close')
    """
    for qualifier, match in _MATCHES.items():
        if qualifier in qualifiers:
            return match
    return None if _NO_MATCH.intersection(qualifiers) else "close"


def skos_match(predicate: str) -> Match | None:
    """Return the match that a property states, None where it is another property.

    >>> skos_match("skos:exactMatch"), skos_match("exactMatch"), skos_match("IAO:0000233")
    ('exact', 'exact', None)
    """
    for prefix in _SKOS_PREFIXES:
        predicate = predicate.removeprefix(prefix)
    return _SKOS.get(predicate)
