"""The is-a graph: four directions, none of which includes the start."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.hierarchy import Hierarchy
from genekg.records import Term

# a diamond with a tail:  1 > 2, 3 > 4 > 5
TERMS = [
    Term("HP:1", "one"),
    Term("HP:2", "two", parents=("HP:1",)),
    Term("HP:3", "three", parents=("HP:1",)),
    Term("HP:4", "four", parents=("HP:2", "HP:3")),
    Term("HP:5", "five", parents=("HP:4",)),
    Term("HP:9", "nine", parents=("HP:1",), obsolete=True),
]


@pytest.fixture
def hierarchy() -> Hierarchy:
    return Hierarchy(TERMS)


def test_the_four_directions(hierarchy: Hierarchy) -> None:
    assert hierarchy.parents("HP:4") == ("HP:2", "HP:3")
    assert hierarchy.children("HP:1") == ("HP:2", "HP:3")
    assert hierarchy.ancestors("HP:5") == {"HP:1", "HP:2", "HP:3", "HP:4"}
    assert hierarchy.descendants("HP:2") == {"HP:4", "HP:5"}
    assert hierarchy.closure("HP:2") == {"HP:1", "HP:2"}


def test_the_ends(hierarchy: Hierarchy) -> None:
    assert hierarchy.parents("HP:1") == ()
    assert hierarchy.ancestors("HP:1") == frozenset()
    assert hierarchy.children("HP:5") == ()
    assert hierarchy.descendants("HP:5") == frozenset()


def test_obsolete_terms_are_not_in_it(hierarchy: Hierarchy) -> None:
    assert "HP:9" not in hierarchy
    assert "HP:4" in hierarchy
    assert list(hierarchy) == ["HP:1", "HP:2", "HP:3", "HP:4", "HP:5"]


def test_the_order_of_terms_does_not_count() -> None:
    assert Hierarchy(reversed(TERMS)).closure("HP:5") == Hierarchy(TERMS).closure("HP:5")


@pytest.mark.parametrize("start", ["HP:1", "HP:2", "HP:3"])
def test_a_cycle_is_an_error(start: str) -> None:
    looped = Hierarchy(
        [
            Term("HP:1", "one", parents=("HP:2",)),
            Term("HP:2", "two", parents=("HP:1",)),
            Term("HP:3", "three", parents=("HP:1",)),
        ]
    )
    with pytest.raises(GenekgError, match="the is-a graph has a cycle at HP:"):
        looped.closure(start)


def test_a_parent_that_is_no_term_is_an_error() -> None:
    with pytest.raises(GenekgError, match="HP:2 is a kind of HP:7, which is not a term"):
        Hierarchy([Term("HP:2", "two", parents=("HP:7",))])


def test_a_deep_chain_needs_no_recursion() -> None:
    chain = [Term("HP:0", "0"), *(Term(f"HP:{i}", "", parents=(f"HP:{i - 1}",)) for i in range(1, 2000))]  # fmt: skip # noqa: E501
    assert len(Hierarchy(chain).ancestors("HP:1999")) == 1999


@pytest.mark.full
def test_the_inferred_closure_is_that_of_the_file(full_graph: Graph, packaged_hpo: Path) -> None:
    """The reflexive closure over hp.obo, computed here from its lines, pair by pair."""
    above: dict[str, list[str]] = defaultdict(list)
    terms: set[str] = set()
    for stanza in (packaged_hpo / "hp.obo").read_text(encoding="utf-8").split("\n\n[Term]\n")[1:]:
        clauses = stanza.partition("\n\n[")[0].splitlines()
        term = clauses[0].removeprefix("id: ")
        if "is_obsolete: true" not in clauses:
            terms.add(term)
            above[term] = [c[6:].split(" ")[0] for c in clauses if c.startswith("is_a: ")]
    expected: set[tuple[str, str]] = set()
    for term in terms:
        reached, waiting = {term}, [term]
        while waiting:
            fresh = set(above[waiting.pop()]) - reached
            reached |= fresh
            waiting.extend(fresh)
        expected.update((term, top) for top in reached)
    assert len(terms) > 18_000
    query = f"SELECT ?a ?b {{ GRAPH ?g {{ ?a <{v.SUBCLASS_OF_OR_SELF.value}> ?b }} }}"
    rows: Any = full_graph.store.query(query)
    found = {tuple(node.value[-10:].replace("_", ":") for node in row) for row in rows}
    assert found == expected
