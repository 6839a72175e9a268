"""Similarities against arithmetic by hand, and information content against a count of the file."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from genekg.graph import Graph
from genekg.matching.index import Index
from genekg.similarity import MEASURES, Similarity

# 0 is above 1 and 4; 1 above 2 and 3. Of 8 conditions all have 0, four have 1, two have 2,
# one has 3, four have 4.
ABOVE = ((0,), (0, 1), (0, 1, 2), (0, 1, 3), (0, 4))
INFORMATION = tuple(-math.log(share) for share in (1, 0.5, 0.25, 0.125, 0.5))


@pytest.fixture
def measured() -> Similarity:
    empty = np.zeros(0, dtype=np.int32)
    above = np.array([one for group in ABOVE for one in group], dtype=np.int32)
    starts = np.cumsum([0, *map(len, ABOVE)]).astype(np.int32)
    nothing = np.zeros(0, dtype=np.float32)
    arrays = Index(
        empty, above, starts, empty, nothing, nothing, empty, empty, empty, nothing, nothing,
        nothing, empty, empty, nothing,
    )  # fmt: skip
    return Similarity(arrays, np.array(INFORMATION, dtype=np.float32))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("resnik", math.log(2)),
        ("lin", 2 * math.log(2) / (math.log(4) + math.log(8))),
        ("jiang-conrath", 1 / (1 + math.log(4) + math.log(8) - 2 * math.log(2))),
        ("jaccard", 2 / 4),
    ],
)
def test_of_two_terms(measured: Similarity, measure: str, expected: float) -> None:
    assert measured.pair(2, 3, measure) == pytest.approx(expected, rel=1e-5)
    assert measured.pair(3, 2, measure) == pytest.approx(expected, rel=1e-5)


def test_of_a_term_with_itself(measured: Similarity) -> None:
    assert measured.pair(3, 3, "resnik") == pytest.approx(math.log(8), rel=1e-5)
    for measure in ("lin", "jiang-conrath", "jaccard"):
        assert measured.pair(3, 3, measure) == pytest.approx(1, rel=1e-5)


def test_best_match_average_by_hand(measured: Similarity) -> None:
    # {2, 4} with {3}: 2 meets 3 at 1, 4 meets 3 at the root; 3 finds 2 best.
    forth = (math.log(2) + 0) / 2
    expected = (forth + math.log(2)) / 2
    assert measured.best_match_average([2, 4], [3], "resnik") == pytest.approx(expected, rel=1e-5)
    assert measured.best_match_average([2], [], "resnik") == 0


@pytest.mark.parametrize("measure", MEASURES)
def test_every_set_at_once_is_one_by_one(measured: Similarity, measure: str) -> None:
    sets = [[3], [2, 4], [1], [0, 2, 3]]
    joined = np.array([term for one in sets for term in one], dtype=np.int32)
    starts = np.cumsum([0, *map(len, sets)])
    found = measured.to_every_set([2, 4], (joined, starts), measure)
    expected = [measured.best_match_average([2, 4], one, measure) for one in sets]
    assert found == pytest.approx(expected, rel=1e-5)


def test_who_has_a_term_is_what_the_file_says(sample_graph: Graph) -> None:
    """The conditions of every term, with kinds of it, by the store's own closure."""
    rows = sample_graph.sparql(
        "SELECT ?c ?t WHERE { GRAPH <https://w3id.org/genekg/graph/inferred>"
        " { ?c gk:hasPhenotypeOrAncestor ?t } }"
    )
    expected: dict[str, set[str]] = defaultdict(set)
    for condition, term in rows:
        expected[str(term)].add(str(condition))
    matcher = sample_graph.matcher
    names = matcher.profiles.names
    root = matcher.profiles.term_numbers["HP:0000118"]
    for number, term_id in enumerate(names["terms"]):
        if root not in matcher.index.ancestors(number):
            continue
        at = slice(matcher.index.starts[number], matcher.index.starts[number + 1])
        found = {
            names["conditions"][matcher.index.conditions[who]]
            for who in matcher.index.who[at].tolist()
        }
        assert found == expected[term_id], term_id
    assert expected["HP:0000118"]
