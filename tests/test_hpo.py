"""HPO files as records: on the sample, and the whole release against the file's own lines."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from genekg import records
from genekg.errors import SourceError
from genekg.records import Frequency, Synonym
from genekg.sources import hpo
from genekg.sources.frequencies import parse_frequency

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "hpo"
ROW = "OMIM:300751|A name||HP:0001903|PMID:1570328|PCS||1/2|||P|HPO:someone[2026-11-23]"
HEADER = (SAMPLE / "phenotype.hpoa").read_text(encoding="utf-8").splitlines()[4]
OBO = "format-version: 1.2\n\n[Term]\nid: HP:0000001\nname: All\n\n"

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "input"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def terms() -> dict[str, records.Term]:
    return {term.id: term for term in hpo.terms(SAMPLE / "hp.obo")}


def test_a_term_with_all_its_parts(terms: dict[str, records.Term]) -> None:
    pallor = terms["HP:0000980"]
    assert pallor.label == "Pallor"
    assert pallor.definition == "Skin paler than is usual for the person."
    assert pallor.comment == 'Written "pallor" in older notes.'
    assert pallor.synonyms == (
        Synonym("Paleness", "related", "layperson"),
        Synonym("Skin paleness", "related", "layperson"),
    )
    assert pallor.parents == ("HP:0011121",)
    assert pallor.xrefs == ("UMLS:C0030232",)
    assert not pallor.obsolete


def test_terms_with_two_parents_alternative_ids_and_other_scopes(
    terms: dict[str, records.Term],
) -> None:
    assert terms["HP:0004840"].parents == ("HP:0001931", "HP:0001935")
    assert terms["HP:0001924"].alternative_ids == ("HP:0100791",)
    assert terms["HP:0000988"].synonyms == (Synonym("Rash", "broad", "layperson"),)
    assert terms["HP:0001903"].synonyms[0] == Synonym("Anaemia", "exact", "")


def test_obsolete_terms(terms: dict[str, records.Term]) -> None:
    replaced, considered = terms["HP:0000833"], terms["HP:0003340"]
    assert (replaced.obsolete, replaced.replaced_by) == (True, "HP:0001952")
    assert (considered.obsolete, considered.replaced_by) == (True, "")
    assert considered.consider == ("HP:0000951",)


def test_every_stanza_of_the_sample_is_a_term(terms: dict[str, records.Term]) -> None:
    text = (SAMPLE / "hp.obo").read_text(encoding="utf-8")
    assert len(terms) == text.count("[Term]\n") == 92
    assert sum(len(term.parents) for term in terms.values()) == text.count("\nis_a: ")


def test_terms_of_other_ontologies_are_passed_over(write: Write) -> None:
    path = write(OBO + "[Term]\nid: BFO:0000001\nname: entity\n")
    assert [term.id for term in hpo.terms(path)] == ["HP:0000001"]


@pytest.mark.parametrize(
    ("stanza", "line", "problem"),
    [
        ("[Term]\nname: nameless\n", 7, "a term without an id"),
        ("[Term]\nid: HP:12\nname: x\n", 7, "malformed id 'HP:12'"),
        ("[Term]\nid: HP:0000002\n", 7, "HP:0000002 has no name"),
        ("[Term]\nid: HP:0000001\nname: x\n", 7, "HP:0000001 again; first seen in line 3"),
        ('[Term]\nid: HP:0000002\nname: x\nsynonym: "y" NEAR []\n', 10, "malformed synonym"),
        ('[Term]\nid: HP:0000002\nname: x\nsynonym: "y EXACT []\n', 10, "unclosed quotation"),
        ('[Term]\nid: HP:0000002\nname: x\ndef: "y []\n', 7, "unclosed quotation"),
        ("[Term]\nid: HP:0000002\nname\n", 9, "not an OBO line"),
    ],
)
def test_malformed_terms(write: Write, stanza: str, line: int, problem: str) -> None:
    path = write(OBO + stanza)
    with pytest.raises(SourceError, match=problem) as caught:
        list(hpo.terms(path))
    assert (caught.value.path, caught.value.line) == (path, line)


def test_an_ontology_without_a_term_of_hpo(write: Write) -> None:
    path = write("format-version: 1.2\n\n[Term]\nid: BFO:0000001\nname: entity\n")
    with pytest.raises(SourceError, match="no HPO term in this file; is it hp.obo"):
        list(hpo.terms(path))


def test_obographs_give_the_same_terms(terms: dict[str, records.Term], tmp_path: Path) -> None:
    """The JSON sample holds every part that a term of the OBO sample can have."""
    found = list(hpo.terms(SAMPLE / "hp.json", "hpo/2025-01-16"))
    assert len(found) == 9
    assert found == [replace(terms[term.id], release="hpo/2025-01-16") for term in found]
    parts = {slot for term in found for slot in term.__slots__ if getattr(term, slot)}
    assert parts == set(records.Term.__slots__)
    packed = tmp_path / "hp.json.gz"
    packed.write_bytes(gzip.compress((SAMPLE / "hp.json").read_bytes()))
    assert list(hpo.terms(packed, "hpo/2025-01-16")) == found
    assert hpo.version(packed) == "2025-01-16"


def obograph(*nodes: Mapping[str, object]) -> str:
    return json.dumps({"graphs": [{"nodes": nodes}]})


def test_an_obograph_without_a_term_of_hpo(write: Write) -> None:
    others = (
        {"id": "http://purl.obolibrary.org/obo/BFO_0000001", "lbl": "entity", "type": "CLASS"},
        {"id": "http://purl.obolibrary.org/obo/HP_0034334", "lbl": "x", "type": "PROPERTY"},
    )
    with pytest.raises(SourceError, match="no HPO term in this file"):
        list(hpo.terms(write(obograph(*others))))


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        ([{"id": "http://purl.obolibrary.org/obo/HP_12", "type": "CLASS"}], "malformed id 'HP:12'"),
        ([{"id": "http://purl.obolibrary.org/obo/HP_0000001", "type": "CLASS"}], "has no name"),
        ([{"id": "HP:0000001", "lbl": "x", "type": "CLASS"}] * 2, "HP:0000001 again; in node 2"),
        ([{"lbl": "x", "type": "CLASS"}], "node 1 lacks or misplaces 'id'"),
        ([{"id": "HP:0000001", "type": "CLASS", "meta": {"synonyms": [{"pred": "near"}]}}], "near"),
    ],
)
def test_malformed_obographs(write: Write, nodes: list[dict[str, object]], problem: str) -> None:
    path = write(obograph(*nodes))
    with pytest.raises(SourceError, match=problem) as caught:
        list(hpo.terms(path))
    assert caught.value.path == path


def test_an_obsolete_term_without_a_name_is_known_by_its_id(write: Write) -> None:
    node = {"id": "HP:0000002", "type": "CLASS", "meta": {"deprecated": True}}
    (term,) = hpo.terms(write(obograph(node)))
    assert (term.label, term.obsolete) == ("HP:0000002", True)


def test_a_cut_obograph(write: Write) -> None:
    with pytest.raises(SourceError, match="not JSON") as caught:
        list(hpo.terms(write((SAMPLE / "hp.json").read_text(encoding="utf-8")[:2_000])))
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("hp.obo", "2025-01-16"),
        ("hp.json", "2025-01-16"),
        ("phenotype.hpoa", "2025-01-16"),
        ("phenotype.2023.hpoa", "2023-01-27"),
        ("genes_to_disease.txt", ""),
    ],
)
def test_version(name: str, version: str) -> None:
    assert hpo.version(SAMPLE / name) == version


def annotation(path: Path) -> records.Annotation:
    _, found = hpo.hpoa(path, "release")
    assert isinstance(found, records.Annotation)
    return found


def test_a_row_with_every_cell(write: Write) -> None:
    row = (
        "ORPHA:1|A name|NOT|HP:0001903|PMID:1;OMIM:2; PMID:1|TAS|HP:0003593|3/7|FEMALE|"
        "HP:0012825;HP:0012828|P|HPO:one[2026-01-01];HPO:two[2026-01-02]"
    )
    path = write(f"#version: 2026-01-01\n{HEADER}\n" + row.replace("|", "\t") + "\n")
    condition, found = hpo.hpoa(path, "hpoa/1")
    assert condition == records.Condition("ORPHA:1", "A name", records.Provenance("hpoa/1"))
    assert found == records.Annotation(
        condition_id="ORPHA:1",
        term_id="HP:0001903",
        aspect="P",
        provenance=records.Provenance(
            "hpoa/1",
            publications=("PMID:1", "OMIM:2"),
            evidence="ECO:0000304",
            curated_by=("HPO:one[2026-01-01]", "HPO:two[2026-01-02]"),
            primary="infores:orphanet",
        ),
        negated=True,
        frequency=Frequency(count=3, total=7),
        onset_id="HP:0003593",
        sex="female",
        modifier_ids=("HP:0012825", "HP:0012828"),
    )


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("", None),
        ("3/7", Frequency(count=3, total=7)),
        ("0/12", Frequency(count=0, total=12)),
        ("25%", Frequency(percentage="25")),
        ("12.5 %", Frequency(percentage="12.5")),
        ("HP:0040283", Frequency(term_id="HP:0040283")),
    ],
)
def test_the_three_forms_of_a_frequency(frequency: str, expected: Frequency | None) -> None:
    assert parse_frequency(Path("x"), 1, frequency) == expected


@pytest.mark.parametrize("cell", ["0/12", "0%", "0.0%", "HP:0040285"])
def test_a_frequency_of_none_is_negation(write: Write, cell: str) -> None:
    row = ROW.replace("1/2", cell).replace("|", "\t")
    assert annotation(write(f"{HEADER}\n{row}\n")).negated


@pytest.mark.parametrize("cell", ["", "1/12", "0.1%", "HP:0040284"])
def test_any_other_frequency_is_not(write: Write, cell: str) -> None:
    row = ROW.replace("1/2", cell).replace("|", "\t")
    assert not annotation(write(f"{HEADER}\n{row}\n")).negated


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("OMIM:300751", "300751", "malformed condition id '300751'"),
        ("OMIM:300751", "OMIM:", "malformed condition id"),
        ("OMIM:300751", "HGNC:397", "malformed condition id"),
        ("HP:0001903", "HP:1903", "malformed HPO id 'HP:1903'"),
        ("|P|", "|Q|", "unknown aspect 'Q'; P I C M H"),
        ("|P|", "||", "unknown aspect ''"),
        ("name||", "name|not|", "unknown qualifier 'not'"),
        ("PCS", "ABC", "unknown evidence code 'ABC'"),
        ("1/2|", "1/2|BOTH", "unknown sex 'BOTH'"),
        ("1/2", "3/2", "impossible frequency '3/2'"),
        ("1/2", "0/0", "impossible frequency '0/0'"),
        ("1/2", "101%", "impossible frequency '101%'"),
        ("1/2", "often", "unknown frequency 'often'; expected n/m"),
        ("1/2|", "", "11 cells where the header has 12"),
    ],
)
def test_malformed_annotations(write: Write, old: str, new: str, problem: str) -> None:
    assert old in ROW
    lines = ["#version: 2026-01-01", HEADER, ROW, ROW.replace(old, new, 1)]
    path = write("\n".join(lines).replace("|", "\t") + "\n")
    with pytest.raises(SourceError, match=problem) as caught:
        list(hpo.hpoa(path, "release"))
    assert (caught.value.path, caught.value.line) == (path, 4)


def test_the_older_header_gives_the_same_records() -> None:
    old = set(hpo.hpoa(SAMPLE / "phenotype.2023.hpoa", "release"))
    assert len(old) == 12
    assert old <= set(hpo.hpoa(SAMPLE / "phenotype.hpoa", "release"))


@pytest.mark.parametrize("text", [HEADER + "\n", "#version: 2026-01-01\n" + HEADER + "\n"])
def test_annotations_without_a_row(write: Write, text: str) -> None:
    with pytest.raises(SourceError, match="no annotation in this file"):
        list(hpo.hpoa(write(text), "release"))


@pytest.mark.parametrize("text", ["", "<html>\n<body>moved</body>\n</html>\n"])
def test_annotations_from_something_else(write: Write, text: str) -> None:
    with pytest.raises(SourceError, match="the file is empty|this is a web page"):
        list(hpo.hpoa(write(text), "release"))


def test_genes_of_both_files() -> None:
    linked = list(hpo.gene_links(SAMPLE / "genes_to_phenotype.txt", "r"))
    typed = list(hpo.gene_links(SAMPLE / "genes_to_disease.txt", "r"))
    said = records.Provenance("r")
    assert linked[:2] == [
        records.Gene("NCBIGene:212", "ALAS2", said),
        records.GeneCondition("NCBIGene:212", "OMIM:300751", "associated_with", said),
    ]
    assert sum(isinstance(record, records.GeneCondition) for record in linked) == 8
    relations = Counter(r.relation for r in typed if isinstance(r, records.GeneCondition))
    assert relations == {"causes": 6, "contributes_to": 1, "associated_with": 2}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("X|ALAS2|MENDELIAN|OMIM:1|s", "malformed gene id 'X'"),
        ("NCBIGene:212|ALAS2|MENDELIAN|1|s", "malformed condition id '1'"),
        ("NCBIGene:212|ALAS2|SOMEHOW|OMIM:1|s", "unknown association type 'SOMEHOW'"),
        ("NCBIGene:212|ALAS2|MENDELIAN|OMIM:1", "4 cells where the header has 5"),
    ],
)
def test_malformed_gene_links(write: Write, row: str, problem: str) -> None:
    lines = (SAMPLE / "genes_to_disease.txt").read_text(encoding="utf-8").splitlines()[:2]
    path = write("\n".join(lines) + "\n" + row.replace("|", "\t") + "\n")
    with pytest.raises(SourceError, match=problem) as caught:
        list(hpo.gene_links(path, "release"))
    assert (caught.value.path, caught.value.line) == (path, 3)


def test_a_gene_file_without_a_link(write: Write) -> None:
    head = (SAMPLE / "genes_to_disease.txt").read_text(encoding="utf-8").splitlines()[0]
    with pytest.raises(SourceError, match="no gene in this file"):
        list(hpo.gene_links(write(head + "\n-\t-\tUNKNOWN\tORPHA:1\ts\n"), "release"))


@pytest.mark.parametrize("name", ["reduced.phenotype.hpoa", "phenotype.hpoa.gz"])
def test_real_annotations_of_other_releases(shared_data: Path, name: str) -> None:
    """Every row of a file in each header is one record, negated where its cells say so."""
    path = shared_data / "hpo" / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        rows = [line.split("\t") for line in lines if line.startswith(("OMIM", "ORPHA", "DECI"))]
    none = ("0/", "HP:0040285")
    expected = Counter(
        (row[0], row[3], row[10], row[2] == "NOT" or row[7].startswith(none)) for row in rows
    )
    found = Counter(
        (record.condition_id, record.term_id, record.aspect, record.negated)
        for record in hpo.hpoa(path, "release")
        if isinstance(record, records.Annotation)
    )
    assert len(rows) > 10_000
    assert found == expected


def test_the_real_gene_to_disease_file(shared_data: Path) -> None:
    path = shared_data / "hpo" / "genes_to_disease.txt"
    cells = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    kinds = {"MENDELIAN": "causes", "POLYGENIC": "contributes_to", "UNKNOWN": "associated_with"}
    expected = {(c[0], c[3], kinds[c[2]]) for c in cells if c[0] != "-" and c[3] != "-"}
    found = {
        (record.gene_id, record.condition_id, record.relation)
        for record in hpo.gene_links(path, "release")
        if isinstance(record, records.GeneCondition)
    }
    assert len(expected) > 15_000
    assert found == expected


def test_the_real_obographs_release(shared_data: Path) -> None:
    """Every class of HPO in the file is one term; the counts are those of the file's own JSON."""
    path = shared_data / "hpo" / "hp.v2024-04-26.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as text:
        (graph,) = json.load(text)["graphs"]
    own = [node for node in graph["nodes"] if "/obo/HP_" in node["id"]]
    classes = [node for node in own if node["type"] == "CLASS"]
    assert [node["lbl"] for node in own if node["type"] != "CLASS"] == ["allelic_requirement"]
    found = {term.id: term for term in hpo.terms(path)}
    assert hpo.version(path) == "2024-04-26"
    assert len(found) == len(classes) == 18_961

    def count(of: Callable[[dict[str, Any]], int]) -> int:
        return sum(of(node.get("meta", {})) for node in classes)

    def stated(name: str) -> int:
        return count(
            lambda meta: sum(
                value["pred"].endswith(name) for value in meta.get("basicPropertyValues", ())
            )
        )

    terms = found.values()
    assert sum(term.obsolete for term in terms) == count(lambda m: m.get("deprecated", False))
    assert sum(len(term.synonyms) for term in terms) == count(lambda m: len(m.get("synonyms", ())))
    assert sum(len(term.xrefs) for term in terms) == count(lambda m: len(m.get("xrefs", ())))
    assert sum(bool(term.comment) for term in terms) == count(lambda m: "comments" in m)
    assert sum(bool(term.definition) for term in terms) == count(lambda m: "definition" in m)
    assert sum(len(term.parents) for term in terms) == len(graph["edges"]) == 22_932
    assert sum(len(t.alternative_ids) for t in terms) == stated("#hasAlternativeId") == 3_805
    assert sum(len(term.consider) for term in terms) == stated("#consider") == 82
    # HP:0000535 is replaced by two terms: the first is taken, as it is of hp.obo.
    assert sum(bool(term.replaced_by) for term in terms) == stated("IAO_0100001") - 1 == 329
    assert Counter(synonym.type for term in terms for synonym in term.synonyms) == {
        "": 13_160, "layperson": 8_102, "uk_spelling": 1_075, "abbreviation": 561,
        "plural_form": 161, "HP:0034334": 6, "obsolete_synonym": 4,
    }  # fmt: skip


def test_facts_of_the_real_obographs_release(shared_data: Path) -> None:
    """Read by eye in the file."""
    path = shared_data / "hpo" / "hp.v2024-04-26.json.gz"
    found = {term.id: term for term in hpo.terms(path, "hpo/2024-04-26")}
    cystic = found["HP:0000003"]
    assert cystic.label == "Multicystic kidney dysplasia"
    assert cystic.alternative_ids == ("HP:0004715",)
    assert Synonym("Multicystic kidneys", "exact") in cystic.synonyms
    assert cystic.xrefs == (
        "MSH:D021782", "SNOMEDCT_US:204962002", "SNOMEDCT_US:82525005", "UMLS:C3714581",
    )  # fmt: skip
    assert cystic.definition.startswith("Multicystic dysplasia of the kidney is characterized by")
    assert cystic.comment.startswith("Multicystic kidney dysplasia is the result of abnormal")
    assert cystic.release == "hpo/2024-04-26"
    assert found["HP:0000001"].comment == "Root of all terms in the Human Phenotype Ontology."
    assert found["HP:0000001"].parents == ()
    assert found["HP:0000057"].obsolete
    assert found["HP:0000057"].replaced_by == "HP:0008665"
    assert found["HP:0000535"].replaced_by == "HP:0045074"
    assert found["HP:0041053"].replaced_by == "HP:0041082"
    assert found["HP:0000489"].consider == ("HP:0100886", "HP:0100887")
    assert Synonym("monoallelic_autosomal", "exact", "HP:0034334") in found["HP:0000006"].synonyms
    assert "HP:0034334" not in found
