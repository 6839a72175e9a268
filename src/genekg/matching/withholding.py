"""What is left of the annotations of a condition when one paper's patients are taken out of them.

HPO pools the patients of several papers in one annotation: "33 of 46", nine papers. Where published
cases account for such a count, those of one paper can be taken out of it, and what is left is what
the other papers say. Where they do not, the annotation is withheld as a whole. One without a count
is said by each of its papers: it stays, but no longer says how often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genekg.profiles import ASPECTS, ROW, Profiles
from genekg.records import Case

__all__ = ["NOTHING", "Patients"]

NOTHING = np.zeros(0, dtype=ROW)


class Patients:
    """The patients behind counted annotations, by condition, symptom and paper.

    ``leader`` gives for the ids of terms in the cases those of the graph.
    """

    def __init__(
        self, profiles: Profiles, cases: Iterable[Case], leader: Mapping[str, str]
    ) -> None:
        self._profiles = profiles
        self._seen: dict[tuple[str, str, str], tuple[int, int]] = {}
        for case in cases:
            for observation in case.observations:
                term_id = leader.get(observation.term_id, observation.term_id)
                for condition_id in case.condition_ids:
                    for paper in case.provenance.publications:
                        key = (condition_id, term_id, paper)
                        present, looked = self._seen.get(key, (0, 0))
                        self._seen[key] = (present + (not observation.excluded), looked + 1)

    def without(self, papers: Iterable[str], rows: Iterable[int]) -> NDArray[Any]:
        """Return what is left of annotations without some papers, as rows of ``profiles.ROW``.

        ``rows`` are places of annotations that cite any of the papers. Of those that cite no other
        nothing is left.
        """
        own = frozenset(papers)
        left = [found for row in rows if (found := self._without(own, row)) is not None]
        return np.array(left, dtype=ROW)

    def _without(self, own: frozenset[str], row: int) -> tuple[Any, ...] | None:
        profiles = self._profiles
        said = profiles.annotations[row]
        names = profiles.names
        cited = profiles.cited[profiles.cited_starts[row] : profiles.cited_starts[row + 1]]
        papers = [names["publications"][number] for number in cited.tolist()]
        if own.issuperset(papers) or said["aspect"] != ASPECTS.index("P"):
            return None
        rest = said.copy()
        if said["total"] <= 0:  # others say so too; how often, all of them said
            rest["percentage"] = rest["frequency"] = -1
            return tuple(rest)
        condition_id = names["originals"][said["original"]]
        term_id = names["terms"][said["term"]]
        seen = {paper: self._seen.get((condition_id, term_id, paper)) for paper in papers}
        present, looked = _sum(seen.values())
        if not all(seen[paper] for paper in own.intersection(papers)):
            return None
        if all(seen.values()):
            accounted = (present, looked) == (said["count"], said["total"])
        else:  # patients of other papers are in it, of whom there are no cases
            accounted = 0 <= said["count"] - present <= said["total"] - looked
        present, looked = _sum(seen[paper] for paper in own.intersection(papers))
        if not accounted or looked == said["total"]:
            return None
        rest["count"] -= present
        rest["total"] -= looked
        return tuple(rest)


def _sum(seen: Iterable[tuple[int, int] | None]) -> tuple[int, int]:
    pairs = [pair for pair in seen if pair]
    return sum(present for present, _ in pairs), sum(looked for _, looked in pairs)
