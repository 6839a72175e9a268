"""Which ids name one thing, and which leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from genekg import identity
from genekg.graph import Graph
from genekg.records import Gene, Mapping, Match, Provenance, Term

SAID = Provenance("release")


def mapped(subject: str, target: str, match: Match = "exact") -> Mapping:
    return Mapping(subject, target, match, SAID)


@pytest.mark.parametrize("order", [1, -1])
def test_the_leader_is_mondo_then_omim_then_orpha(order: int) -> None:
    mappings = [mapped("ORPHA:75563", "OMIM:300751"), mapped("OMIM:300751", "MONDO:0020721")]
    found = identity.merge(mappings[::order])
    assert found.leaders == {"OMIM:300751": "MONDO:0020721", "ORPHA:75563": "MONDO:0020721"}
    assert identity.merge(mappings[:1]).leaders == {"ORPHA:75563": "OMIM:300751"}


def test_a_gene_is_led_by_hgnc() -> None:
    assert identity.merge([mapped("NCBIGene:212", "HGNC:397")]).leader("NCBIGene:212") == "HGNC:397"


@pytest.mark.parametrize("match", ["close", "broad", "narrow"])
def test_only_an_exact_mapping_merges(match: Match) -> None:
    found = identity.merge([mapped("MONDO:0020721", "OMIM:300751", match)])
    assert found.leaders == {}
    assert found.leader("OMIM:300751") == "OMIM:300751"


def test_an_authority_that_names_no_condition_of_ours_does_not_merge() -> None:
    shared = [mapped("MONDO:1", "UMLS:C1"), mapped("MONDO:2", "UMLS:C1")]
    assert identity.merge(shared) == identity.Identity()


def test_what_is_obsolete_leads_nothing() -> None:
    mappings = [mapped("MONDO:1", "OMIM:9"), mapped("OMIM:9", "ORPHA:8")]
    assert identity.merge([], mappings, {"MONDO:1"}).leaders == {"ORPHA:8": "OMIM:9"}


def test_a_clique_with_two_ids_of_one_authority_is_left_apart_and_reported() -> None:
    found = identity.merge([mapped("MONDO:1", "OMIM:9"), mapped("MONDO:2", "OMIM:9")])
    assert found.leaders == {}
    assert found.conflicts == (
        identity.Conflict(("MONDO:1", "MONDO:2", "OMIM:9"), "two ids of MONDO"),
    )


def test_a_conflict_leaves_the_other_cliques_merged() -> None:
    found = identity.merge(
        [mapped("MONDO:1", "OMIM:9"), mapped("MONDO:2", "OMIM:9"), mapped("MONDO:3", "OMIM:8")]
    )
    assert found.leaders == {"OMIM:8": "MONDO:3"}


def test_alternative_and_replaced_ids_of_terms_lead_to_the_term() -> None:
    terms = [
        Term("HP:0001924", "Sideroblastic anemia", alternative_ids=("HP:0100791",)),
        Term("HP:0000833", "obsolete", obsolete=True, replaced_by="HP:0001952"),
        Term("HP:0003340", "obsolete", obsolete=True, consider=("HP:0000951",)),
    ]
    found = identity.Identity()
    found.follow(terms)
    assert found.leaders == {
        "HP:0100791": "HP:0001924",
        "HP:0000833": "HP:0001952",
    }


def test_a_doubled_authority_is_left_apart_and_the_rest_merges() -> None:
    found = identity.merge(
        [mapped("MONDO:1", "OMIM:8"), mapped("MONDO:1", "OMIM:9"), mapped("MONDO:1", "ORPHA:7")]
    )
    assert found.leaders == {"ORPHA:7": "MONDO:1"}
    assert [conflict.reason for conflict in found.conflicts] == ["two ids of OMIM"]


def test_our_own_mappings_overrule_those_of_others() -> None:
    own = [mapped("MONDO:1", "OMIM:9", "close")]
    found = identity.merge(own, [mapped("MONDO:1", "OMIM:9"), mapped("MONDO:1", "ORPHA:7")])
    assert found.leaders == {"ORPHA:7": "MONDO:1"}


def test_symbols_lead_to_the_one_gene_that_has_them() -> None:
    said = Provenance("release")
    found = identity.Identity()
    found.follow(
        genes=[
            Gene("HGNC:397", "ALAS2", said, prev_symbol=("ASB",), uniprot_id="UniProt:P22557"),
            Gene("HGNC:1", "ASX", said, alias_symbol=("ALAS2", "OLD")),
            Gene("HGNC:2", "ASY", said, alias_symbol=("OLD",)),
        ]
    )
    assert found.leader("SYMBOL:ALAS2") == "HGNC:397", "approved comes before an alias"
    assert found.leader("SYMBOL:ASB") == "HGNC:397"
    assert found.leader("UniProt:P22557") == "HGNC:397"
    assert found.leader("SYMBOL:OLD") == "SYMBOL:OLD", "two genes had it: it means none"


def test_prefix() -> None:
    assert identity.prefix("OMIM:300751") == "OMIM"


def test_ids_of_the_sample_are_one_condition(sample_graph: Graph) -> None:
    found = {curie: sample_graph.labels.entity(curie) for curie in ("OMIM:300751", "ORPHA:75563")}
    assert [hit and hit[0].id for hit in found.values()] == ["MONDO:0020721"] * 2
    other = sample_graph.labels.entity("ORPHA:300751")
    assert other is not None
    assert other[0].id == "ORPHA:300751"


@pytest.mark.full
def test_merging_is_that_of_the_exact_mappings_and_nothing_else(
    full_graph: Graph, packaged_hpo: Path, curated: Path
) -> None:
    """Every condition id of the annotations, against the mapping table read line by line."""
    exact = {}
    for row in (curated / "mappings.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        leader, other, match, _ = row.split("\t")
        if match == "exact" and other.split(":")[0] in ("OMIM", "ORPHA"):
            exact[other] = leader
    with (packaged_hpo / "phenotype.hpoa").open(encoding="utf-8") as lines:
        ids = {line.split("\t", 1)[0] for line in lines if line.startswith(("OMIM:", "ORPHA:"))}
    assert len(ids) > 12_000
    assert len(ids & exact.keys()) > 150
    wrong = []
    for curie in ids:
        hit = full_graph.labels.entity(curie)
        if hit is None or hit[0].id != exact.get(curie, curie):
            wrong.append((curie, hit))
    assert wrong == []
    assert exact["OMIM:300751"] == exact["ORPHA:75563"] == "MONDO:0020721"
    assert "ORPHA:300751" not in exact
    assert full_graph.manifest["conflicts"] == []


@pytest.mark.full
def test_numbers_that_two_authorities_use_stay_two_conditions(
    full_graph: Graph, packaged_hpo: Path
) -> None:
    """11 numbers of the annotations are a condition of OMIM and another one of Orphanet."""
    lines = (packaged_hpo / "phenotype.hpoa").read_text(encoding="utf-8").splitlines()
    ids = {line.partition("\t")[0] for line in lines}
    numbers = {curie[5:] for curie in ids if curie.startswith("OMIM:")}
    shared = {n for n in numbers if f"ORPHA:{n}" in ids}
    assert len(shared) == 11
    for number in shared:
        omim = full_graph.labels.entity(f"OMIM:{number}")
        orpha = full_graph.labels.entity(f"ORPHA:{number}")
        assert omim is not None
        assert orpha is not None
        assert omim[0].id != orpha[0].id
