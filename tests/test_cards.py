"""Cards: what `show` says of each kind of entity."""

from __future__ import annotations

import json

import pytest

from genekg import cards
from genekg.errors import NotFoundError
from genekg.graph import Graph


def test_the_card_of_the_first_condition(sample_graph: Graph) -> None:
    """X-linked sideroblastic anemia carries what its MedlinePlus Genetics page states."""
    card = cards.show(sample_graph, "XLSA")
    assert card.entity.id == "MONDO:0020721"
    assert {"OMIM:300751", "ORPHA:75563", "GARD:0009456", "UMLS:C4551511"} <= set(card.ids)
    assert {"ANH1", "XLSA", "X-linked pyridoxine-responsive sideroblastic anemia"} <= set(
        card.names
    )
    (gene,) = card.section("Genes").dicts()
    assert (gene["id"], gene["gene"]) == ("HGNC:397", "ALAS2")
    assert gene["mechanism"] == "loss of function"
    (enzyme,) = card.section("Enzymes").dicts()
    assert enzyme["id"] == "EC:2.3.1.37"
    assert enzyme["enzyme"] == "5-aminolevulinate synthase"
    assert "5-aminolevulinate" in str(enzyme["reaction"])
    assert "X-linked inheritance" in card.section("Inheritance").column("mode")
    notes = " ".join(map(str, card.section("About its inheritance").column("statement")))
    assert "Skewed X-inactivation" in notes
    assert "grow with age" in notes
    mode = " ".join(map(str, card.section("About its mode").column("statement")))
    assert "never goes from father to son" in mode
    symptoms = set(card.section("Symptoms").column("symptom"))
    assert {
        "Fatigue", "Pallor", "Hepatomegaly", "Splenomegaly", "Hypochromic microcytic anemia",
    } <= symptoms, "of the page's symptoms those that the sample ontology has"  # fmt: skip
    sexes = {row["sex"]: row["statement"] for row in card.section("How it shows").dicts()}
    assert "classic" in str(sexes["male"])
    assert "less severely" in str(sexes["female"])
    frequency = " ".join(map(str, card.section("Frequency").column("statement")))
    assert "hundreds of families" in frequency
    assert "unknown" in frequency
    resources = card.section("Resources")
    assert "2025-09-19" in resources.column("updated")
    assert "ANEMIA, SIDEROBLASTIC, 1; SIDBA1" in resources.column("title")
    assert {
        "DOI:10.1182/blood.2024024475",
        "DOI:10.1016/j.freeradbiomed.2018.08.008",
        "DOI:10.1038/s41598-025-95590-x",
    } <= set(card.section("References").column("id"))


@pytest.mark.full
def test_the_full_card_names_every_symptom_of_the_page(full_graph: Graph) -> None:
    card = cards.show(full_graph, "OMIM:300751")
    said = set(card.section("Symptoms").column("symptom"))
    said |= set(card.section("Complications").column("symptom"))
    assert {
        "Fatigue", "Vertigo", "Tachycardia", "Pallor", "Hepatomegaly", "Splenomegaly",
        "Hepatosplenomegaly", "Microcytic anemia", "Hypochromic anemia", "Sideroblastic anemia",
        "Elevated bone marrow ring sideroblast count", "Cirrhosis",
        "Abnormality of the cardiovascular system", "Elevated hepatic iron concentration",
    } <= said  # fmt: skip
    sources = " ".join(map(str, card.section("Symptoms").column("sources")))
    assert "HPO annotations 2025-01-16" in sources
    assert "Orphanet in HPO annotations 2025-01-16" in sources
    assert "genekg curated" in sources


def test_excluded_symptoms_stand_apart(sample_graph: Graph) -> None:
    """Every condition with an excluded symptom in the sample shows it under its own heading."""
    found = 0
    lacking = sample_graph.sparql(
        "SELECT ?c ?t { ?c gk:lacksPhenotype ?t MINUS { ?c biolink:has_phenotype ?t } }"
    )
    for condition, term in lacking:
        card = cards.show(sample_graph, str(condition))
        assert term in card.section("Excluded symptoms (NOT present)").column("id")
        present = {*card.section("Symptoms").rows, *card.section("Complications").rows}
        assert term not in {row[0] for row in present}
        found += 1
    assert found >= 3


def test_the_card_of_a_gene(sample_graph: Graph) -> None:
    card = cards.show(sample_graph, "ALAS2")
    facts = dict(card.section("Gene").rows)
    assert facts["location"] == "Xp11.21"
    assert card.section("Protein").column("id") == ["UniProt:P22557"]
    assert {row["condition"]: row["mechanism"] for row in card.section("Conditions").dicts()} == {
        "X-linked sideroblastic anemia": "loss of function",
        "X-linked erythropoietic protoporphyria": "gain of function",
    }
    assert card.section("Processes").column("step") == ["1"]
    assert {"bone marrow", "erythroid lineage cell"} <= set(card.section("Acts in").column("name"))


def test_the_card_of_an_enzyme_and_of_a_mode(sample_graph: Graph) -> None:
    enzyme = cards.show(sample_graph, "EC:2.3.1.37")
    assert "ALAS2" in enzyme.section("Genes").column("gene")
    assert "MONDO:0020721" in enzyme.section("Conditions").column("id")
    mode = cards.show(sample_graph, "X-linked inheritance")
    counts = dict(mode.section("Conditions").rows)
    asserted = counts["conditions annotated with the term itself"]
    subsumed = counts["conditions with it or any kind of it"]
    assert isinstance(asserted, int)
    assert isinstance(subsumed, int)
    assert subsumed > asserted > 0


def test_the_card_of_a_symptom(sample_graph: Graph) -> None:
    card = cards.show(sample_graph, "Pallor")
    assert card.definition
    assert "kind of" in card.section("Hierarchy").column("relation")


def test_a_card_is_plain_data(sample_graph: Graph) -> None:
    data = json.loads(json.dumps(cards.show(sample_graph, "XLSA").as_dict()))
    assert data["id"] == "MONDO:0020721"
    assert "not for diagnosis" in data["disclaimer"]


def test_html_is_escaped(sample_graph: Graph) -> None:
    assert "<script" not in cards.show(sample_graph, "XLSA")._repr_html_()


def test_footnotes_number_each_source_once(sample_graph: Graph) -> None:
    card = cards.show(sample_graph, "XLSA")
    sections, sources = cards.footnotes(card)
    assert len(sources) == len(set(sources)) > 1
    for before, after in zip(card.sections, sections, strict=True):
        if before.table.columns[-1] == "sources":
            for old, new in zip(before.table, after.table, strict=True):
                numbers = [int(number) for number in str(new[-1]).split()]
                assert "; ".join(sources[n - 1] for n in numbers) == old[-1]


def test_an_unknown_entity_has_no_card(sample_graph: Graph) -> None:
    with pytest.raises(NotFoundError):
        cards.show(sample_graph, "no such thing at all")
