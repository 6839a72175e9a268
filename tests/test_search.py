"""Finding entities by what people type."""

from __future__ import annotations

import pytest

from genekg import search
from genekg.errors import AmbiguousError, NotFoundError
from genekg.graph import Graph

XLSA = "MONDO:0020721"


def first(graph: Graph, text: str) -> tuple[object, ...]:
    return search.find(graph, text).rows[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALAS2", "HGNC:397"),
        ("alas2", "HGNC:397"),
        ("X-linked sideroblastic anaemia", XLSA),
        ("XLSA", XLSA),
        ("OMIM:300751", XLSA),
        ("Orphanet:75563", XLSA),
        ("ORDO:75563", XLSA),
        ("https://omim.org/entry/300751", XLSA),
        ("GARD:0009456", XLSA),
        ("UMLS:C4551511", XLSA),
        ("X-linked pyridoxine-responsive sideroblastic anemia", XLSA),
        ("2.3.1.37", "EC:2.3.1.37"),
        ("looks pale", "HP:0000980"),
        ("enlarged liver", "HP:0002240"),
        ("X-linked", "HP:0001417"),
    ],
)
def test_the_first_hit(sample_graph: Graph, text: str, expected: str) -> None:
    assert first(sample_graph, text)[0] == expected


@pytest.mark.parametrize("text", ["OMIM:300751", "ORPHA:75563", "GARD:0009456", "XLSA", XLSA])
def test_every_id_and_name_is_the_same_condition(sample_graph: Graph, text: str) -> None:
    assert search.resolve(sample_graph, text).id == XLSA


@pytest.mark.full
def test_a_number_is_never_compared_without_its_prefix(full_graph: Graph) -> None:
    assert search.resolve(full_graph, "OMIM:300751").id == XLSA
    assert search.resolve(full_graph, "ORPHA:300751").id == "ORPHA:300751"


def test_a_previous_symbol_and_an_old_id_say_so(sample_graph: Graph) -> None:
    entities, note = search.lookup(sample_graph, "HP:0001418")
    assert [entity.id for entity in entities] == ["HP:0001417"]
    assert "HP:0001418 is an alternative id" in note
    entities, note = search.lookup(sample_graph, "ASB")
    assert [entity.label for entity in entities] == ["ALAS2"]
    assert "ASB is a previous symbol of ALAS2" in note


def test_an_entity_is_listed_once(sample_graph: Graph) -> None:
    ids = search.find(sample_graph, "anemia", limit=50).column("id")
    assert len(ids) == len(set(ids)) > 3


def test_kinds_limit_the_hits(sample_graph: Graph) -> None:
    kinds = set(search.find(sample_graph, "sideroblastic", kinds={"condition"}).column("kind"))
    assert kinds == {"condition"}


def test_a_typo_is_corrected(sample_graph: Graph) -> None:
    assert search.correct(sample_graph, "siderblastic anemia") == "sideroblastic anemia"
    assert search.correct(sample_graph, "sideroblastic anemia") is None


def test_an_unknown_name_says_what_is_near(sample_graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="did you mean Sideroblastic anemia"):
        search.resolve(sample_graph, "siderblastic anemia")


@pytest.mark.full
def test_an_ambiguous_name_is_not_guessed(full_graph: Graph) -> None:
    with pytest.raises(AmbiguousError, match="OMIM:227650.*ORPHA:84"):
        search.resolve(full_graph, "Fanconi anemia", kinds={"condition"})


def test_a_kind_is_obeyed(sample_graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="'XLSA' is a condition .MONDO:0020721., not a gene"):
        search.resolve(sample_graph, "XLSA", kinds={"gene"})


ODD = ['"', "' OR 1=1", "AND", "*", "a" * 5000, "HP:", "é", "-", "NEAR(", "\0", "%"]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_do_no_harm(sample_graph: Graph, text: str) -> None:
    table = search.find(sample_graph, text)
    assert table.columns == search.COLUMNS
    assert all(sample_graph.labels.entity(str(curie)) for curie in table.column("id"))
    with pytest.raises(NotFoundError):
        search.resolve(sample_graph, text)
