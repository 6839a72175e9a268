"""What stands at the end of a path, by the words that a person types."""

from __future__ import annotations

from pathlib import Path

import pytest

from genekg import ends
from genekg.errors import NotFoundError, UsageError
from genekg.graph import Graph


def ids(graph: Graph, *texts: str) -> list[str]:
    return [entity.id for entity in ends.entities(graph, texts)[0]]


def test_ids_names_symbols_and_lists(sample_graph: Graph) -> None:
    assert ids(sample_graph, "ALAS2") == ["HGNC:397"]
    assert ids(sample_graph, "OMIM:300751") == ["MONDO:0020721"]
    assert ids(sample_graph, "ALAS2, Pallor") == ["HGNC:397", "HP:0000980"]
    assert ids(sample_graph, "ALAS2", "HGNC:397", "Pallor") == ["HGNC:397", "HP:0000980"]
    # a name with a comma is one name
    assert ids(sample_graph, "sideroblastic anemia, X-linked") == ["MONDO:0020721"]
    assert ends.entities(sample_graph, ["ALAS2"])[1] == []


def test_a_kind_before_the_name(sample_graph: Graph) -> None:
    assert ids(sample_graph, "gene:ALAS2") == ["HGNC:397"]
    with pytest.raises(NotFoundError, match="'ALAS2' is a gene .* not a symptom"):
        ends.entities(sample_graph, ["symptom:ALAS2"])


def test_words_of_a_name_stand_for_all_that_have_them_and_that_is_said(
    sample_graph: Graph,
) -> None:
    found, notes = ends.entities(sample_graph, ["X-linked protoporphyria"])
    assert [one.id for one in found] == ["MONDO:0010420"]
    assert notes == [
        "Nothing is named 'X-linked protoporphyria'; one entity has these words in a name:"
        " X-linked erythropoietic protoporphyria (MONDO:0010420)."
    ]
    with pytest.raises(NotFoundError, match="no entity is named 'no such thing at all'"):
        ends.entities(sample_graph, ["no such thing at all"])


def test_one_entity_is_never_guessed(sample_graph: Graph) -> None:
    assert ends.one(sample_graph, "gene:ALAS2").id == "HGNC:397"
    with pytest.raises(
        NotFoundError, match="no entity is named 'X-linked protoporphyria'; did you"
    ):
        ends.one(sample_graph, "X-linked protoporphyria")


def test_a_file_of_names(sample_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("# genes\nALAS2\tthe gene\n\nPallor\n", encoding="utf-8")
    assert ids(sample_graph, f"@{path}") == ["HGNC:397", "HP:0000980"]
    with pytest.raises(UsageError, match="missing.txt cannot be read .*; check the path"):
        ends.entities(sample_graph, [f"@{tmp_path / 'missing.txt'}"])
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(UsageError, match="names nothing"):
        ends.entities(sample_graph, [f"@{path}"])


def test_kinds() -> None:
    assert ends.kind("phenotype") == "symptom"
    with pytest.raises(UsageError, match="no kind 'planet'; there are"):
        ends.kind("planet")


@pytest.mark.full
def test_a_name_that_denies_is_not_meant(full_graph: Graph) -> None:
    labels = [one.label for one in ends.entities(full_graph, ["iron overload"])[0]]
    assert "Elevated myocardial iron load" in labels
    assert "Genetic hyperferritinemia without iron overload" not in labels
