"""Every source of the field at once, from the real files: one node a condition, sources kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import genekg.graph
from genekg import cards, conflicts, identity, pipeline, search
from genekg import vocabulary as v
from genekg.graph import Graph
from genekg.nodes import node

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def given(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    mappings = tmp_path_factory.mktemp("mappings")
    for path in (shared_data / "mondo").glob("*.sssom.tsv"):
        (mappings / path.name).symlink_to(path)
    return {
        "mondo": shared_data / "mondo" / "mondo.rebuilt.obo.gz",
        "mondo-mappings": mappings,
        "hgnc": shared_data / "hgnc" / "hgnc_complete_set.txt.gz",
        "ncbi-genes": shared_data / "ncbi" / "mim2gene_medgen",
        "clingen": shared_data / "clingen" / "Clingen-Gene-Disease-Summary-2025-01-09.csv",
        "enzyme": shared_data / "enzyme" / "enzyme.rebuilt.dat",
        "reactome": shared_data / "reactome" / "ReactomePathways.gmt",
        "phenopackets": shared_data / "cases" / "phenopackets-dev.tar.xz",
    }


@pytest.fixture(scope="module")
def merged(given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    home = tmp_path_factory.mktemp("merged")
    pipeline.build(home, given)
    with genekg.graph.open(home, build=False) as graph:
        yield graph


@pytest.mark.parametrize(
    "name",
    [
        "OMIM:300751", "ORPHA:75563", "Orphanet:75563", "GARD:0009456", "UMLS:C4551511",
        "X-linked pyridoxine-responsive sideroblastic anemia", "XLSA",
    ],
)  # fmt: skip
def test_every_id_and_name_gives_one_card(merged: Graph, name: str) -> None:
    assert search.resolve(merged, name).id == "MONDO:0020721"


def test_numbers_of_two_authorities_are_never_one(merged: Graph, given: dict[str, Path]) -> None:
    """94 numbers are an id of OMIM's and another of Orphanet's in the mappings and annotations."""
    ids: dict[str, set[str]] = {"OMIM": set(), "ORPHA": set()}
    for path in given["mondo-mappings"].iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#") and line.count("\t") > 3:
                prefix, _, number = line.split("\t")[3].partition(":")
                ids.get({"Orphanet": "ORPHA"}.get(prefix, prefix), set()).add(number)
    shared = ids["OMIM"] & ids["ORPHA"]
    assert len(shared) > 80
    for number in shared:
        found = [merged.labels.entity(f"{prefix}:{number}") for prefix in ("OMIM", "ORPHA")]
        one, other = (entity[0].id if entity else prefix for prefix, entity in enumerate(found))
        assert one != other, number


def test_orphanet_conditions_get_a_mode_through_merging(merged: Graph) -> None:
    """Of 4,281 none has one of its own; 2,080 would by every mapping, 32 of them in groups that
    hold two ids of one authority and are left apart."""
    asked = merged.store.quads_for_pattern
    stated = {quad.object: quad.subject for quad in asked(None, v.ORIGINAL_SUBJECT, None, None)}
    with_mode = [
        name for name, association in stated.items()
        if "/ORDO/" in str(name)
        and any(
            next(asked(said.object, v.HAS_INHERITANCE, None, None), None)
            for said in asked(association, v.SUBJECT, None, None)
        )
    ]  # fmt: skip
    assert len(with_mode) > 2000


def test_x_linked_stays_509_by_hpo_whatever_leads(merged: Graph) -> None:
    answer = merged.ask("conditions with X-linked inheritance")
    by_hpo = [row for row in answer.table.dicts() if "HPO annotations" in str(row["sources"])]
    assert len(by_hpo) == 509


def test_groups_with_two_ids_of_one_authority_are_reported(merged: Graph) -> None:
    found = merged.manifest["conflicts"]
    assert 40 < len(found) < 60
    assert all("two ids of" in one["reason"] for one in found)
    for one in found:
        apart = identity.Conflict(tuple(one["ids"]), one["reason"]).apart
        for curie in apart:
            entity = merged.labels.entity(curie)
            assert entity is None or entity[0].id == curie, f"{curie} is merged silently"


def test_merging_brings_modes_and_genes_together(merged: Graph) -> None:
    separate, together = (
        merged.manifest["coverage"]["separate"],
        merged.manifest["coverage"]["merged"],
    )
    assert separate["conditions"] > together["conditions"] > 30_000
    assert together["with both"] > 6_000


def test_what_a_panel_disputes_is_not_stated(merged: Graph) -> None:
    """A2ML1 and Noonan syndrome: disputed by ClinGen in 2018."""
    gene, condition = node("HGNC:23336"), node("MONDO:0018997")
    assert not list(merged.store.quads_for_pattern(gene, v.CAUSES, condition, None))
    said = [one for one in associations_of(merged, gene) if one.text(v.CLASSIFICATION)]
    assert any(one.text(v.CLASSIFICATION) == "disputed evidence" for one in said)


def associations_of(graph: Graph, subject: Any) -> list[Any]:
    from genekg import associations

    return list(associations.about(graph, subject))


def test_genes_carry_what_each_source_knows(merged: Graph) -> None:
    card = cards.show(merged, "ASB1")  # a symbol of its own, and not a former one of ALAS2
    assert card.entity.kind == "gene"
    alas2 = cards.show(merged, "ALAS2")
    assert {"HGNC:397", "NCBIGene:212"} <= set(alas2.ids)
    assert "Heme biosynthesis" in alas2.section("Processes").column("name")
    assert "EC:2.3.1.37" in alas2.section("Enzymes").column("id")


def test_cases_have_present_and_excluded_symptoms(merged: Graph) -> None:
    table = merged.sparql(
        "SELECT (COUNT(DISTINCT ?c) AS ?cases) (COUNT(?o) AS ?seen)"
        " { ?c a biolink:Case OPTIONAL { ?c gk:observed ?o } }"
    )
    cases, seen = table.rows[0]
    assert cases == 2107
    assert int(str(seen)) > 10_000
    assert merged.sparql("ASK { ?c gk:observedAbsent ?t . ?c gk:diagnosis ?d }").rows == [(True,)]


def test_conflicts_of_the_field_are_found(merged: Graph) -> None:
    found = conflicts.find(merged, kinds=["chromosomes", "excluded"])
    kinds = set(found.column("kind"))
    assert kinds == {"mode against the gene's chromosome", "symptom stated and excluded"}
    weights = [int(str(weight)) for weight in found.column("weight")]
    assert weights == sorted(weights, reverse=True)


def test_what_is_not_at_hand_is_named(merged: Graph) -> None:
    assert {one["source"] for one in merged.manifest["absent"]} >= {"orphanet", "gencc"}


@pytest.mark.parametrize("name", ["XLSA", "ALAS2", "EC:2.3.1.37", "FBN1", "phenylketonuria"])
def test_a_card_has_one_row_for_a_thing_with_all_who_say_it(merged: Graph, name: str) -> None:
    shown = 0
    for section in cards.show(merged, name).sections:
        if "sources" in section.table.columns:
            shown += len(section.table)
            things = [tuple(row)[:-1] for row in section.table.rows]
            assert section.table.columns[-1] == "sources"
            assert len(things) == len(set(things)), section.title
    assert shown
