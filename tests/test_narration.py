"""Paths told in words, tables and trees; and the commands that print them."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pyoxigraph
import pytest
from click.testing import CliRunner, Result

from genekg import narration, relations
from genekg import vocabulary as v
from genekg.adjacency import RELATIONS
from genekg.cli import cli
from genekg.errors import GenekgError, NotFoundError, UsageError
from genekg.graph import Graph
from genekg.search import resolve
from genekg.traversal import neighbours, paths

XLSA, XLP = "MONDO:0020721", "MONDO:0010420"


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(cli, [*arguments, "--store", str(home)])
    if isinstance(result.exception, GenekgError):
        raise result.exception
    return result


def test_every_relation_has_words_from_both_ends() -> None:
    assert set(relations.WORDS) == set(RELATIONS)
    for words in relations.WORDS.values():
        assert words.name
        assert words.along
        assert words.against


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("has symptom", v.HAS_PHENOTYPE),
        ("biolink:has_phenotype", v.HAS_PHENOTYPE),
        ("subClassOf", v.SUBCLASS_OF),
        ("is a", v.SUBCLASS_OF),
        ("encodes_enzyme", v.ENCODES_ENZYME),
        ("CAUSES", v.CAUSES),
        ("takes part in", v.PARTICIPATES_IN),
    ],
)
def test_relations_by_name(text: str, relation: object) -> None:
    assert relations.named(text) == relation


def test_relations_that_cannot_be_walked() -> None:
    with pytest.raises(UsageError, match="no relation is named 'causse'; did you mean 'causes'"):
        relations.walked(["causse"])
    with pytest.raises(UsageError, match="what a condition lacks is no way"):
        relations.walked(["lacks symptom"])


def test_a_path_in_words(sample_graph: Graph) -> None:
    one, other = resolve(sample_graph, XLSA), resolve(sample_graph, XLP)
    (path,) = paths(sample_graph, [one], [other])
    words = (
        "X-linked sideroblastic anemia is caused by ALAS2 (loss of function), which causes"
        " X-linked erythropoietic protoporphyria (gain of function)."
    )
    assert narration.sentence(sample_graph, path) == words
    (row,) = narration.path_table(sample_graph, [path])
    assert row[0] == words
    assert row[7] == f"{XLSA} HGNC:397 {XLP}"
    assert all("genekg curated" in part for part in str(row[8]).split(" | "))
    (encodes,) = paths(sample_graph, [resolve(sample_graph, "ALAS2")], [
        resolve(sample_graph, "EC:2.3.1.37")])  # fmt: skip
    assert narration.sentence(sample_graph, encodes) == "ALAS2 encodes 5-aminolevulinate synthase."


def test_trees(sample_graph: Graph) -> None:
    gene = resolve(sample_graph, "ALAS2")
    found = neighbours(sample_graph, gene)
    lines = narration.near_tree(gene, found).splitlines()
    assert lines[0] == "ALAS2 (HGNC:397)"
    assert len(lines) == len(found) + 1
    assert "├ causes: X-linked sideroblastic anemia (MONDO:0020721)" in lines
    assert lines[-1].startswith("└ ")
    ways = paths(sample_graph, [gene], [resolve(sample_graph, "HP:0001744")], k=3)
    tree = narration.path_tree(ways).splitlines()
    assert tree[0] == "ALAS2 (HGNC:397)"
    assert sum(line.endswith("Splenomegaly (HP:0001744)") for line in tree) == len(ways)


def test_path_command(sample_home: Path) -> None:
    result = run(sample_home, "path", XLSA, "X-linked protoporphyria", "--k", "1",
                 "--format", "words")  # fmt: skip
    assert "is caused by ALAS2 (loss of function), which causes" in result.stdout
    assert "condition<gene>condition, score 0.574" in result.stdout
    assert "Nothing is named 'X-linked protoporphyria'" in result.stderr
    rows = json.loads(run(sample_home, "path", XLSA, XLP, "--format", "json").stdout)
    assert len(rows) > 1
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    only = run(sample_home, "path", XLSA, XLP, "--via", "causes", "--format", "jsonl").stdout
    assert len(only.splitlines()) == 1
    assert ALAS2_ONLY in json.loads(only)["ids"]


ALAS2_ONLY = "HGNC:397"


def test_no_way_is_said_with_a_remedy(sample_home: Path) -> None:
    with pytest.raises(NotFoundError, match="no way of 1 steps or fewer .*--max-length"):
        run(sample_home, "path", XLSA, XLP, "--max-length", "1")


def test_neighbors_command(sample_home: Path, tmp_path: Path) -> None:
    result = run(sample_home, "neighbors", "ALAS2", "--type", "condition", "--format", "json")
    assert {row["id"] for row in json.loads(result.stdout)} == {XLSA, XLP}
    tree = run(sample_home, "neighbors", "ALAS2", "--format", "tree").stdout
    assert tree.startswith("ALAS2 (HGNC:397)\n")
    path = tmp_path / "near.graphml"
    run(sample_home, "neighbors", "ALAS2", "-o", str(path))
    network = nx.read_graphml(path)
    assert {XLSA, XLP, "HGNC:397"} <= set(network)
    with pytest.raises(UsageError, match=r"near\.xyz ends in no format of an answer"):
        run(sample_home, "neighbors", "ALAS2", "-o", str(tmp_path / "near.xyz"))


def test_subgraph_command_as_triples_with_who_says_them(sample_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "joined.nt"
    run(sample_home, "subgraph", XLSA, XLP, "-o", str(path))
    triples = {
        (quad.subject, quad.predicate, quad.object)
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES)
    }
    direct = [one for one in triples if one[1] in RELATIONS]
    assert len(direct) == 4  # two relations to each condition
    said = {subject for subject, predicate, target in triples
            if (predicate, target) == (v.PREDICATE, v.CAUSES)}  # fmt: skip
    assert len(said) == 2
    assert all(any(s == one and p == v.DERIVED_FROM for s, p, _ in triples) for one in said)
    tree = run(sample_home, "subgraph", XLSA, XLP, "--format", "tree").stdout
    assert tree.splitlines()[1] == "└ is caused by: ALAS2 (HGNC:397)"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydot's, of pyparsing
def test_what_joins_several_as_a_figure(sample_home: Path, tmp_path: Path) -> None:
    pydot = pytest.importorskip("pydot")

    path = tmp_path / "joined.dot"
    run(sample_home, "subgraph", XLSA, XLP, "-o", str(path))
    (figure,) = pydot.graph_from_dot_file(str(path))
    edges = {(e.get_source().strip('"'), e.get_destination().strip('"'), e.get_label().strip('"'))
             for e in figure.get_edges()}  # fmt: skip
    assert edges == {
        ("HGNC:397", one, label)
        for one in (XLSA, XLP)
        for label in ("causes", "is associated with")
    }


def test_metapath_command(sample_home: Path) -> None:
    whole = run(sample_home, "path", "--metapath", "condition<gene>condition", "--format", "words")
    assert "paths condition<gene>condition, between" in whole.stderr
    assert "is caused by ALAS2" in whole.stdout
    one = run(sample_home, "path", XLSA, "--metapath", "condition<gene>condition",
              "--format", "json")  # fmt: skip
    (row,) = json.loads(one.stdout)
    assert (row["start id"], row["end id"], row["paths"]) == (XLSA, XLP, 1)
    assert row["DWPC"] == 0.5743
    assert row["p"] > 0
    with pytest.raises(UsageError, match="a path has two ends; name both, or say --metapath"):
        run(sample_home, "path", XLSA)
    with pytest.raises(NotFoundError, match="no path enzyme>enzyme is there"):
        run(sample_home, "path", "--metapath", "enzyme>enzyme")
