"""The label index: every name, symbol and id leads to its entity."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from genekg import labels, naming
from genekg.errors import StoreError
from genekg.graph import Graph
from genekg.hierarchy import Hierarchy
from genekg.identity import Identity
from genekg.labels import Labels
from genekg.quads import Shape
from genekg.records import Condition, Provenance, Synonym, Term


@pytest.fixture
def names(sample_graph: Graph) -> Labels:
    return sample_graph.labels


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("X-linked sideroblastic anaemia", "x linked sideroblastic anemia"),
        ("  Ménière's   disease ", "menieres disease"),
        ("5'-aminolevulinate", "5 aminolevulinate"),
        ("Oedema", "edema"),
        ("ALAS2", "alas2"),
        ("貧血", ""),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert labels.fold(text) == folded or (text.startswith("5'") and "5" in labels.fold(text))


@pytest.mark.parametrize(
    ("curie", "leader", "note"),
    [
        ("MONDO:0020721", "MONDO:0020721", ""),
        ("OMIM:300751", "MONDO:0020721", ""),
        ("ORPHA:75563", "MONDO:0020721", ""),
        ("ORPHA:300751", "ORPHA:300751", ""),
        ("UMLS:C4551511", "MONDO:0020721", ""),
        ("NCBIGene:212", "HGNC:397", ""),
        ("HP:0100791", "HP:0001924", "HP:0100791 is an alternative id"),
        ("HP:0000833", "HP:0001952", "HP:0000833 is obsolete"),
        ("HP:0003340", "HP:0003340", ""),
    ],
)
def test_every_id_resolves(names: Labels, curie: str, leader: str, note: str) -> None:
    found = names.entity(curie)
    assert found is not None
    assert (found[0].id, found[1]) == (leader, note)


def test_an_unknown_id_is_none(names: Labels) -> None:
    assert names.entity("MONDO:0000000") is None


@pytest.mark.parametrize(
    ("curie", "kind", "label"),
    [
        ("MONDO:0020721", labels.CONDITION, "X-linked sideroblastic anemia"),
        ("OMIM:154700", labels.CONDITION, "Marfan syndrome"),
        ("HGNC:397", labels.GENE, "ALAS2"),
        ("NCBIGene:2200", labels.GENE, "FBN1"),
        ("UniProt:P22557", labels.PROTEIN, "ALAS2 protein"),
        ("EC:2.3.1.37", labels.ENZYME, "5-aminolevulinate synthase"),
        ("HP:0000980", labels.SYMPTOM, "Pallor"),
        ("HP:0001419", labels.MODE, "X-linked recessive inheritance"),
        ("HP:0003674", labels.TERM, "Onset"),
        ("GO:0006783", labels.PROCESS, "heme biosynthetic process"),
        ("UBERON:0002371", labels.PLACE, "bone marrow"),
    ],
)
def test_kinds_and_labels(names: Labels, curie: str, kind: str, label: str) -> None:
    found = names.entity(curie)
    assert found is not None
    assert (found[0].kind, found[0].label) == (kind, label)


@pytest.mark.parametrize(
    ("text", "curie", "field"),
    [
        ("x linked SIDEROBLASTIC anaemia", "MONDO:0020721", "label"),
        ("Anemia, sideroblastic, X-linked", "MONDO:0020721", "exact"),
        ("XLSA", "MONDO:0020721", "abbreviation"),
        ("ALAS2", "HGNC:397", "symbol"),
        ("ASB", "HGNC:397", "previous"),
        ("ALAS-E", "HGNC:397", "alias"),
        ("skin paleness", "HP:0000980", "layperson"),
        ("Rash", "HP:0000988", "layperson"),
        ("anaemia", "HP:0001903", "label"),
        ("Decreased hemoglobin", "HP:0001903", "related"),
    ],
)
def test_named(names: Labels, text: str, curie: str, field: str) -> None:
    assert [(name.entity.id, name.field) for name in names.named(text)] == [(curie, field)]


def test_nothing_is_named_so(names: Labels) -> None:
    assert names.named("no such name") == []
    assert names.named("") == []


def test_beginning_gives_the_shortest_first(names: Labels) -> None:
    found = [name.text for name in names.beginning("sideroblastic an", 5)]
    assert found[0] == "Sideroblastic anemia"
    assert names.beginning("zzz", 5) == []
    assert len(names.beginning("a", 3)) == 3


def test_matching_every_or_any_word(names: Labels) -> None:
    every = {name.entity.id for name, _ in names.matching(["hypochromic", "anemia"], 9, every=True)}
    some = {
        name.entity.id for name, _ in names.matching(["hypochromic", "anemia"], 99, every=False)
    }
    assert {"HP:0001931", "HP:0004840"} <= every
    assert "HP:0001903" in some - every
    assert names.matching([], 5, every=True) == []
    scores = [score for _, score in names.matching(["anemia"], 20, every=True)]
    assert scores == sorted(scores)


def test_words(names: Labels) -> None:
    words = dict(names.words())
    assert names.knows("sideroblastic")
    assert not names.knows("sideroblastik")
    assert words["sideroblastic"] > 2
    assert all(len(word) > 3 for word in words)


def test_numbers_entities_and_aliases(names: Labels) -> None:
    every = list(names.all())
    assert [entity.number for entity in every] == list(range(len(every)))
    assert [entity.id for entity in every] == sorted(entity.id for entity in every)
    chosen = names.numbers(["HP:0000980", "HGNC:397", "no:such"])
    assert {curie: every[number].id for curie, number in chosen.items()} == {
        "HP:0000980": "HP:0000980", "HGNC:397": "HGNC:397",
    }  # fmt: skip
    assert names.entities([3, 5, 10**9]) == {3: every[3], 5: every[5]}
    found = names.entity("MONDO:0020721")
    assert found is not None
    assert {"OMIM:300751", "ORPHA:75563", "GARD:0009456"} <= set(names.aliases(found[0]))


def test_many_entities_are_read_as_few_are(tmp_path: Path) -> None:
    """The two ways by which entities are read give the same."""
    said = Provenance("release")
    ids = [f"OMIM:{number}" for number in range(100_000, 101_500)]
    shape = Shape(Identity(), Hierarchy([]), {curie: f"name {curie}" for curie in ids})
    naming.write(
        tmp_path / "labels", [Condition(curie, f"name {curie}", said) for curie in ids], shape
    )
    names = Labels(tmp_path / "labels")
    wanted = [*range(1_200), 10**9]
    one_by_one = {number: names.entities([number])[number] for number in wanted[:-1]}
    assert names.entities(wanted) == one_by_one
    assert names.numbers(ids[:1_200]) == {curie: number for number, curie in enumerate(ids[:1_200])}
    names.close()


def test_the_nearest_field_of_a_name_counts(tmp_path: Path) -> None:
    term = Term("HP:0000001", "All", synonyms=(Synonym("ALL", "broad"), Synonym("Everything", "narrow")))  # fmt: skip # noqa: E501
    naming.write(tmp_path / "labels", [term], Shape(Identity(), Hierarchy([term])))
    names = Labels(tmp_path / "labels")
    assert [(name.text, name.field) for name in names.named("all")] == [("All", "label")]
    assert [name.field for name in names.named("everything")] == ["narrow"]
    names.close()


def test_the_nearest_entity_of_a_name_is_first(tmp_path: Path) -> None:
    terms = [
        Term("HP:0000001", "one", synonyms=(Synonym("Fever", "broad"),)),
        Term("HP:0000002", "two", synonyms=(Synonym("fever", "exact"),)),
        Term("HP:0000003", "Fever"),
    ]
    naming.write(tmp_path / "labels", terms, Shape(Identity(), Hierarchy(terms)))
    names = Labels(tmp_path / "labels")
    assert [name.field for name in names.named("fever")] == ["label", "exact", "broad"]
    names.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all", None])
def test_a_damaged_index(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "labels"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match="labels cannot be opened"):
        Labels(path)


def test_an_index_that_cannot_be_written(tmp_path: Path) -> None:
    shape = Shape(Identity(), Hierarchy([]))
    with pytest.raises(StoreError, match="could not be written"):
        naming.write(tmp_path / "none" / "labels", [], shape)


def test_the_index_is_read_only(names: Labels) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        names._database.execute("DELETE FROM entity")


@pytest.mark.full
def test_every_label_and_synonym_of_hpo_is_found(full_graph: Graph, packaged_hpo: Path) -> None:
    """Each name in hp.obo, read here from its lines, leads to its term."""
    expected: list[tuple[str, str]] = []
    text = (packaged_hpo / "hp.obo").read_text(encoding="utf-8")
    for stanza in text.split("\n\n[Term]\n")[1:]:
        clauses = stanza.partition("\n\n[")[0].splitlines()
        if "is_obsolete: true" in clauses:
            continue
        term = clauses[0].removeprefix("id: ")
        for clause in clauses:
            if clause.startswith("name: "):
                expected.append((term, clause.removeprefix("name: ")))
            elif clause.startswith("synonym: ") and "\\" not in clause:
                expected.append((term, clause.split('"')[1]))
    assert len(expected) > 40_000
    missing = [
        (term, name)
        for term, name in expected
        if labels.fold(name)
        and term not in {found.entity.id for found in full_graph.labels.named(name)}
    ]
    assert missing == []


@pytest.mark.full
def test_kinds_of_the_whole_graph(full_graph: Graph) -> None:
    kinds = Counter(entity.kind for entity in full_graph.labels.all())
    assert kinds[labels.CONDITION] > 12_000
    assert kinds[labels.GENE] > 5_000
    assert kinds[labels.SYMPTOM] > 18_000
    assert kinds[labels.MODE] == 41
