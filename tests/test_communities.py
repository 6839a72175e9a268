"""Communities and centrality, on graphs where the answer is known."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner

from genekg import adjacency, centrality, communities, steps
from genekg import vocabulary as v
from genekg.adjacency import Adjacency
from genekg.cli import cli
from genekg.errors import UsageError
from genekg.graph import Graph
from genekg.labels import KINDS, Entity
from genekg.search import resolve


def made(folder: Path, has: np.ndarray) -> Any:
    """A graph of conditions and the symptoms that a matrix gives them."""
    rows, columns = has.shape
    place = adjacency.RELATIONS.index(v.HAS_PHENOTYPE)
    edges = {(int(c), place, rows + int(s)): 1 for c, s in np.argwhere(has)}
    adjacency.write(folder / "arrays", edges, rows + columns, ("somebody",))
    kinds = ["condition"] * rows + ["symptom"] * columns
    numbers = np.array([KINDS.index(kind) for kind in kinds], dtype=np.int8)

    def entities(wanted: Any) -> dict[int, Entity]:
        return {int(n): Entity(int(n), f"X:{n}", kinds[n], f"no. {n}") for n in wanted}

    return SimpleNamespace(
        steps=steps.lay(Adjacency(folder / "arrays"), numbers),
        labels=SimpleNamespace(entities=entities),
    )


def test_three_groups_are_found_and_are_not_chance(tmp_path: Path) -> None:
    dice = np.random.default_rng(8)
    group = np.arange(36) // 12
    has = dice.random((36, 45)) < np.where(group[:, None] == np.arange(45) // 15, 0.5, 0.03)
    graph = made(tmp_path, has)
    found = communities.communities(graph, "symptom", permutations=6)
    parts = {frozenset(one.number for one in part.members) for part in found.communities}
    assert parts == {frozenset(range(start, start + 12)) for start in (0, 12, 24)}
    assert found.z is not None
    assert found.z > 5
    for one in found.communities:
        (first, *_) = one.members
        symptom = int(one.common.split("X:")[1].rstrip(")"))
        assert (symptom - 36) // 15 == group[first.number]  # a symptom of the group itself
        assert one.p < 0.01
    assert communities.communities(graph, "symptom", permutations=6) == found


def test_chance_alone_has_no_communities_beyond_chance(tmp_path: Path) -> None:
    has = np.random.default_rng(5).random((40, 40)) < 0.15
    found = communities.communities(made(tmp_path, has), "symptom", permutations=12)
    assert found.z is not None
    assert abs(found.z) < 3.5
    assert found.modularity == pytest.approx(np.mean(found.by_chance), abs=0.1)


def test_pairs_weigh_what_newman_gives_them(tmp_path: Path) -> None:
    """Symptom 3 is of all three conditions, 4 of the first two: 1/2, and 1 more for these."""
    has = np.array([[1, 1], [1, 1], [1, 0]], dtype=bool)
    sets = communities.memberships(made(tmp_path, has), "condition", "symptom", closed=False)
    start, end, weight = communities._projected(sets.members, sets.sets)
    found = {
        (a, b): w for a, b, w in zip(start.tolist(), end.tolist(), weight.tolist(), strict=True)
    }
    assert found == {(0, 1): 1.5, (1, 0): 1.5, (0, 2): 0.5, (2, 0): 0.5, (1, 2): 0.5, (2, 1): 0.5}


def test_no_such_communities(sample_graph: Graph) -> None:
    with pytest.raises(UsageError, match="a gene belongs to no inheritance mode"):
        communities.communities(sample_graph, "inheritance mode", of="gene")


def test_pagerank_is_that_of_networkx(sample_graph: Graph) -> None:
    pytest.importorskip("scipy")
    network: nx.Graph[int] = nx.Graph(
        (edge.subject, edge.object)
        for edge in sample_graph.adjacency.edges()
        if edge.predicate != v.LACKS_PHENOTYPE
    )
    expected = nx.pagerank(network, alpha=centrality.DAMPING, tol=1e-12, max_iter=1000)
    found = centrality.central(sample_graph, limit=10_000, permutations=0)
    assert {one.entity.number: pytest.approx(one.pagerank, abs=1e-8) for one in found} == expected
    assert {one.entity.number: one.degree for one in found} == dict(network.degree())
    assert found[0].by_chance is None
    genes = centrality.central(sample_graph, kinds=["gene"], permutations=0)
    assert genes == [one for one in found if one.entity.kind == "gene"][:25]


def test_a_centre_beyond_its_degree(sample_graph: Graph) -> None:
    via = [v.CAUSES, v.CONTRIBUTES_TO, v.ASSOCIATED_WITH]
    found = centrality.central(sample_graph, via=via, permutations=30)
    assert found == centrality.central(sample_graph, via=via, permutations=30)
    assert all(one.by_chance is not None and one.by_chance > 0 for one in found)
    alas2 = resolve(sample_graph, "ALAS2")
    (own,) = [one for one in found if one.entity == alas2]
    assert own.degree == 2


def test_commands(sample_home: Path) -> None:
    runner = CliRunner()
    result = runner.invoke(cli, ["clusters", "--permutations", "2", "--store", str(sample_home)])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("\t".join(communities.COLUMNS))
    assert "communities, modularity" in result.stderr
    result = runner.invoke(
        cli, ["central", "--type", "gene", "--permutations", "2", "--store", str(sample_home)]
    )
    assert result.stdout.startswith("\t".join(centrality.COLUMNS))
    assert "ALAS2" in result.stdout
