"""Identity: which ids name the same thing, and which of them leads.

Only exact mappings of a curated source merge, never a name. A condition is led by its MONDO id,
else OMIM, else ORPHA; a gene by HGNC, else NCBI Gene. A clique that would hold two ids of one
authority is not merged: it is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from genekg.records import Mapping, Term

_LEADERS = ("MONDO", "OMIM", "ORPHA", "DECIPHER", "HGNC", "NCBIGene")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A clique that was left apart, and why."""

    ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Every id that is not its own leader, with the leader; and the cliques left apart."""

    leaders: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()

    def leader(self, curie: str) -> str:
        """Return the id that stands for this one in the graph.

        >>> Identity({"OMIM:300751": "MONDO:0020721"}).leader("OMIM:300751")
        'MONDO:0020721'
        """
        return self.leaders.get(curie, curie)


def prefix(curie: str) -> str:
    """Return the authority of an id: what stands before the colon."""
    return curie.partition(":")[0]


def merge(mappings: Iterable[Mapping], terms: Iterable[Term] = ()) -> Identity:
    """Return the identity that exact mappings and the alternative ids of terms give.

    >>> from genekg.records import Provenance
    >>> said = Provenance("release")
    >>> merge([Mapping("MONDO:0020721", "OMIM:300751", "exact", said)]).leaders
    {'OMIM:300751': 'MONDO:0020721'}
    """
    parents: dict[str, str] = {}

    def root(curie: str) -> str:
        while (above := parents.get(curie, curie)) != curie:
            parents[curie] = parents.get(above, above)
            curie = above
        return curie

    for mapping in mappings:
        if mapping.match == "exact" and {
            prefix(mapping.subject_id),
            prefix(mapping.object_id),
        } <= set(_LEADERS):
            parents[root(mapping.object_id)] = root(mapping.subject_id)

    cliques: dict[str, list[str]] = defaultdict(list)
    for curie in list(parents):
        cliques[root(curie)].append(curie)
    leaders: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for top, members in cliques.items():
        clique = sorted({top, *members}, key=lambda curie: (_LEADERS.index(prefix(curie)), curie))
        authorities = [prefix(curie) for curie in clique]
        if twice := {name for name in authorities if authorities.count(name) > 1}:
            conflicts.append(Conflict(tuple(clique), f"two ids of {', '.join(sorted(twice))}"))
            continue
        leaders.update(dict.fromkeys(clique[1:], clique[0]))
    for term in terms:
        leaders.update(dict.fromkeys(term.alternative_ids, term.id))
        if term.obsolete and term.replaced_by:
            leaders[term.id] = term.replaced_by
    return Identity(leaders, tuple(sorted(conflicts, key=lambda conflict: conflict.ids)))
