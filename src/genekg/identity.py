"""Identity: which ids name the same thing, and which of them leads.

Only exact mappings of a curated source merge, never a name. A condition is led by its MONDO id,
else OMIM, else ORPHA; a gene by HGNC, else NCBI Gene. Where a group would hold two ids of one
authority, those ids are left apart and reported; two leaders in a group leave all of it apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from genekg.records import Condition, Gene, Mapping, Term

_LEADERS = ("MONDO", "OMIM", "ORPHA", "DECIPHER", "HGNC", "NCBIGene")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Ids that exact mappings would merge and that were left apart, and why."""

    ids: tuple[str, ...]
    reason: str

    @property
    def apart(self) -> frozenset[str]:
        """The ids of an authority that the group holds twice: they stand for themselves."""
        counts = Counter(prefix(curie) for curie in self.ids)
        return frozenset(curie for curie in self.ids if counts[prefix(curie)] > 1)


@dataclass(slots=True)
class Identity:
    """Every id that is not its own leader, with the leader; and the ids left apart."""

    leaders: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()

    def leader(self, curie: str) -> str:
        """Return the id that stands for this one in the graph.

        >>> Identity({"OMIM:300751": "MONDO:0020721"}).leader("OMIM:300751")
        'MONDO:0020721'
        """
        return self.leaders.get(curie, curie)

    def follow(
        self,
        terms: Iterable[Term] = (),
        conditions: Iterable[Condition] = (),
        genes: Iterable[Gene] = (),
    ) -> None:
        """Add alternative and replaced ids, and the symbols and proteins that mean one gene.

        A gene's approved symbol comes before another's previous symbol or alias; a symbol that
        several genes had means none.
        """
        for term in terms:
            self.leaders.update(dict.fromkeys(term.alternative_ids, term.id))
            if term.obsolete and term.replaced_by:
                self.leaders[term.id] = term.replaced_by
        for condition in conditions:
            if condition.obsolete and condition.replaced_by:
                self.leaders[condition.id] = self.leader(condition.replaced_by)
        approved: dict[str, set[str]] = defaultdict(set)
        former: dict[str, set[str]] = defaultdict(set)
        for gene in genes:
            leader = self.leader(gene.id)
            approved[f"SYMBOL:{gene.symbol}"].add(leader)
            for symbol in (*gene.prev_symbol, *gene.alias_symbol):
                former[f"SYMBOL:{symbol}"].add(leader)
            if gene.uniprot_id:
                approved[gene.uniprot_id].add(leader)
        for names in (former, approved):
            self.leaders.update({name: min(of) for name, of in names.items() if len(of) == 1})


def prefix(curie: str) -> str:
    """Return the authority of an id: what stands before the colon."""
    return curie.partition(":")[0]


def merge(
    own: Iterable[Mapping], others: Iterable[Mapping] = (), obsolete: Collection[str] = ()
) -> Identity:
    """Return the identity that exact mappings give; our own come before those of others.

    A pair of ids that our own mappings call anything but exact is not merged by others, and no
    id is merged with one that is ``obsolete``: such a one stands for nothing.

    >>> from genekg.records import Provenance
    >>> said = Provenance("release")
    >>> merge([Mapping("MONDO:0020721", "OMIM:300751", "exact", said)]).leaders
    {'OMIM:300751': 'MONDO:0020721'}
    """
    ours = list(own)
    overruled = {(m.subject_id, m.object_id) for m in ours if m.match != "exact"}
    parents: dict[str, str] = {}

    def root(curie: str) -> str:
        while (above := parents.setdefault(curie, curie)) != curie:
            parents[curie] = parents[above]
            curie = above
        return curie

    for mapping in (*ours, *others):
        pair = (mapping.subject_id, mapping.object_id)
        known = all(prefix(one) in _LEADERS and one not in obsolete for one in pair)
        if known and mapping.match == "exact" and pair not in overruled:
            parents[root(pair[1])] = root(pair[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for curie in list(parents):
        groups[root(curie)].append(curie)
    leaders: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for members in groups.values():
        group = sorted(members, key=lambda curie: (_LEADERS.index(prefix(curie)), curie))
        counts = Counter(prefix(curie) for curie in group)
        apart = [curie for curie in group if counts[prefix(curie)] > 1]
        if apart:
            twice = ", ".join(sorted({prefix(curie) for curie in apart}))
            conflicts.append(Conflict(tuple(group), f"two ids of {twice}"))
        if group[0] in apart:
            continue
        leaders.update(dict.fromkeys((c for c in group[1:] if c not in apart), group[0]))
    return Identity(leaders, tuple(sorted(conflicts, key=lambda conflict: conflict.ids)))
