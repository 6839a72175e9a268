"""CURIEs to IRIs and back, for every row of the table."""

from __future__ import annotations

import pytest

from genekg import prefixes, resources
from genekg.errors import UsageError

ROWS = [
    line.split("\t")
    for line in resources.path("ontology/prefixes.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
CURIE_ROWS = [row for row in ROWS if row[2]]

# As the field writes them; each from the documentation of its authority.
KNOWN = {
    "HP:0001417": "http://purl.obolibrary.org/obo/HP_0001417",
    "MONDO:0020721": "http://purl.obolibrary.org/obo/MONDO_0020721",
    "ECO:0000305": "http://purl.obolibrary.org/obo/ECO_0000305",
    "PATO:0000384": "http://purl.obolibrary.org/obo/PATO_0000384",
    "OMIM:300751": "https://omim.org/entry/300751",
    "ORPHA:75563": "http://www.orpha.net/ORDO/Orphanet_75563",
    "HGNC:397": "http://identifiers.org/hgnc/397",
    "NCBIGene:212": "http://identifiers.org/ncbigene/212",
    "UniProt:P22557": "http://purl.uniprot.org/uniprot/P22557",
    "EC:2.3.1.37": "http://purl.uniprot.org/enzyme/2.3.1.37",
    "PMID:1570328": "http://identifiers.org/pubmed/1570328",
    "DOI:10.1182/blood.2024024475": "https://doi.org/10.1182/blood.2024024475",
}


def test_every_row_of_the_table_has_five_cells() -> None:
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("row", CURIE_ROWS, ids=lambda row: row[0])
def test_every_prefix_goes_to_an_iri_and_back_in_every_spelling(row: list[str]) -> None:
    name, namespace, _, synonyms, _ = row
    curie = f"{name}:12345"
    assert prefixes.expand(curie) == f"{namespace}12345"
    assert prefixes.compress(f"{namespace}12345") == curie
    assert prefixes.normalise(f"{namespace}12345") == curie
    for spelling in (name, name.lower(), name.upper(), *filter(None, synonyms.split("|"))):
        assert prefixes.normalise(f"{spelling}:12345") == curie
        assert prefixes.expand(f"{spelling}:12345") == f"{namespace}12345"


def test_no_spelling_stands_for_two_prefixes() -> None:
    spellings = [
        spelling.lower()
        for row in CURIE_ROWS
        for spelling in {row[0].lower(), *(s.lower() for s in row[3].split("|") if s)}
    ]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize(("curie", "iri"), KNOWN.items())
def test_iris_are_those_of_the_field(curie: str, iri: str) -> None:
    assert prefixes.expand(curie) == iri
    assert prefixes.compress(iri) == curie


def test_one_number_of_two_authorities_is_two_iris() -> None:
    assert prefixes.expand("OMIM:300751") != prefixes.expand("ORPHA:300751")


def test_predeclared_prefixes() -> None:
    declared = prefixes.predeclared()
    promised = "obo biolink up gk omim orpha hgnc skos rdfs rdf owl oboInOwl prov dcterms void oa"
    assert set(promised.split()) <= set(declared)
    assert declared["rdf"] == "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    assert declared["gk"] == "https://w3id.org/genekg/"


@pytest.mark.parametrize(
    "text", ["pallor", "", "HP", "HP:", ":12", "nosuch:12", "X-linked: recessive", "a b:12"]
)
def test_what_is_no_id_is_not_guessed(text: str) -> None:
    assert prefixes.normalise(text) is None


@pytest.mark.parametrize("text", [" HP:0000980 ", "<http://purl.obolibrary.org/obo/HP_0000980>"])
def test_what_stands_around_an_id_is_taken_off(text: str) -> None:
    assert prefixes.normalise(text) == "HP:0000980"


def test_an_unknown_iri_is_no_id() -> None:
    assert prefixes.normalise("https://example.org/HP_0000980") is None
    assert prefixes.compress("https://example.org/HP_0000980") == "https://example.org/HP_0000980"


@pytest.mark.parametrize("curie", ["nosuch:12", "HP:", "HP", ""])
def test_an_unknown_prefix_is_a_usage_error(curie: str) -> None:
    with pytest.raises(UsageError, match="unknown id .*known prefixes: HP, MONDO"):
        prefixes.expand(curie)


def test_characters_that_no_iri_has_are_escaped() -> None:
    assert prefixes.expand("DOI:10.1/a b<c>") == "https://doi.org/10.1/a%20b%3Cc%3E"


def test_shorten_names_terms_of_vocabularies_too() -> None:
    assert prefixes.shorten("https://w3id.org/genekg/lacksPhenotype") == "gk:lacksPhenotype"
    assert prefixes.shorten("http://purl.obolibrary.org/obo/HP_0000980") == "HP:0000980"
    assert prefixes.shorten("https://w3id.org/genekg/graph/inferred") == "gkgraph:inferred"
    assert prefixes.shorten("https://example.org/x") == "https://example.org/x"
    assert prefixes.shorten("https://w3id.org/genekg/") == "https://w3id.org/genekg/"
