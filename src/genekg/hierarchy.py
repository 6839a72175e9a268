"""The is-a graph of an ontology: parents, children, ancestors, descendants.

None of these four includes the start; ``closure`` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from genekg.errors import GenekgError
from genekg.records import Term


class Hierarchy:
    """The is-a graph over the terms that are not obsolete.

    >>> top, below = Term("HP:0000001", "All"), Term("HP:0000118", "…", parents=("HP:0000001",))
    >>> Hierarchy([top, below]).ancestors("HP:0000118")
    frozenset({'HP:0000001'})
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._parents: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        self._closures: dict[str, frozenset[str]] = {}
        for term in terms:
            if not term.obsolete:
                self._parents[term.id] = term.parents
        for term_id, parents in self._parents.items():
            for parent in parents:
                if parent not in self._parents:
                    raise GenekgError(f"{term_id} is a kind of {parent}, which is not a term")
                self._children[parent].append(term_id)

    def __contains__(self, term_id: str) -> bool:
        """Whether the term is in the hierarchy."""
        return term_id in self._parents

    def __iter__(self) -> Iterator[str]:
        """Iterate over the term ids, in the order of the source."""
        return iter(self._parents)

    def parents(self, term_id: str) -> tuple[str, ...]:
        """Return the direct parents."""
        return self._parents.get(term_id, ())

    def children(self, term_id: str) -> tuple[str, ...]:
        """Return the direct children."""
        return tuple(self._children.get(term_id, ()))

    def closure(self, term_id: str) -> frozenset[str]:
        """Return the term with all its ancestors.

        Raises:
            GenekgError: the is-a graph has a cycle.
        """
        stack = [term_id]
        opened: set[str] = set()
        while stack:
            top = stack[-1]
            waiting = [p for p in self.parents(top) if p not in self._closures]
            if not waiting:
                above = (self._closures[p] for p in self.parents(top))
                self._closures[top] = frozenset((top,)).union(*above)
                stack.pop()
            elif top in opened:
                raise GenekgError(f"the is-a graph has a cycle at {top}")
            else:
                opened.add(top)
                stack.extend(waiting)
        return self._closures[term_id]

    def ancestors(self, term_id: str) -> frozenset[str]:
        """Return all terms above."""
        return self.closure(term_id) - {term_id}

    def descendants(self, term_id: str) -> frozenset[str]:
        """Return all terms below."""
        found: set[str] = set()
        stack = list(self.children(term_id))
        while stack:
            if (term := stack.pop()) not in found:
                found.add(term)
                stack.extend(self.children(term))
        return frozenset(found)
