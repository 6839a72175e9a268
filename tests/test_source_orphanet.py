"""Orphadata's products: on the samples, broken, and the real reduced files against plain text."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg import prefixes
from genekg.errors import SourceError
from genekg.records import (
    Annotation,
    Condition,
    ConditionName,
    Frequency,
    GeneCondition,
    Mapping,
    Provenance,
    Synonym,
)
from genekg.sources import orphanet, orphanet_words

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples" / "orphanet"
NAMES, SYMPTOMS, GENES, AGES = (
    (SAMPLES / f"en_product{part}.xml").read_text(encoding="iso-8859-1")
    for part in ("1", "4", "6", "9_ages")
)
XLSA, LABEL = "ORPHA:75563", "X-linked sideroblastic anemia"
SAID = Provenance("orphanet/1")
PAPERS = Provenance("orphanet/1", ("PMID:1570328", "PMID:10029606"))

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "product.xml"
        path.write_bytes(text.encode("iso-8859-1"))
        return path

    return written


def test_product_1_names_and_cross_references() -> None:
    said = "Red cells that hold iron they cannot use; seen mostly in men & boys."
    assert list(orphanet.parse(SAMPLES / "en_product1.xml", "orphanet/1")) == [
        Condition(XLSA, LABEL, SAID, said),
        ConditionName(XLSA, Synonym("XLSA", "exact"), SAID),
        ConditionName(XLSA, Synonym("Anémie of iron-laden red cells", "exact"), SAID),
        Mapping(XLSA, "OMIM:300751", "exact", SAID),
        Mapping(XLSA, "MONDO:0020721", "exact", SAID),
        Mapping(XLSA, "UMLS:C4551511", "exact", SAID),
        Mapping(XLSA, "GARD:0009456", "exact", SAID),
        Mapping(XLSA, "ICD10WHO:D64.0", "broad", SAID),
        Mapping(XLSA, "ICD11MMS:3A72.0", "broad", SAID),
        Mapping(XLSA, "MESH:C000001", "narrow", SAID),
        Mapping(XLSA, "MEDDRA:10000001", "narrow", SAID),
        Condition(
            "ORPHA:999001", "Iron-loading anemia of men", SAID, obsolete=True, replaced_by=XLSA
        ),
    ]


def test_product_4_symptoms_with_their_frequency() -> None:
    terms = {
        "HP:0001924": "HP:0040280",
        "HP:0000980": "HP:0040281",
        "HP:0001903": "HP:0040282",
        "HP:0012378": "HP:0040283",
        "HP:0001744": "HP:0040284",
        "HP:0000992": "HP:0040285",
    }
    assert list(orphanet.parse(SAMPLES / "en_product4.xml", "orphanet/1")) == [
        Condition(XLSA, LABEL, SAID),
        *(
            Annotation(
                XLSA,
                term_id,
                "P",
                PAPERS,
                negated=term_id == "HP:0000992",
                frequency=Frequency(term_id=often),
            )
            for term_id, often in terms.items()
        ),
    ]


def test_product_6_genes_by_association_type() -> None:
    assert list(orphanet.parse(SAMPLES / "en_product6.xml", "orphanet/1")) == [
        Condition(XLSA, LABEL, SAID),
        GeneCondition("HGNC:397", XLSA, "causes", PAPERS),
        GeneCondition("HGNC:398", XLSA, "causes", SAID, "loss_of_function"),
        GeneCondition("HGNC:399", XLSA, "causes", SAID, "gain_of_function"),
        GeneCondition("HGNC:400", XLSA, "causes", SAID),
        GeneCondition("HGNC:401", XLSA, "contributes_to", SAID),
        GeneCondition("HGNC:402", XLSA, "associated_with", SAID),
        GeneCondition("HGNC:403", XLSA, "associated_with", SAID),
        GeneCondition("HGNC:404", XLSA, "associated_with", SAID),
        GeneCondition("HGNC:405", XLSA, "associated_with", SAID),
        GeneCondition("SYMBOL:GENE10", XLSA, "associated_with", SAID),
    ]


def test_product_9_ages_and_modes() -> None:
    onsets = "0030674 0003623 0003593 0011463 0003621 0003581 0003584"
    modes = "0000006 0000007 0001423 0001419 0001450 0001427 0010982 0010983 0032113"
    assert list(orphanet.parse(SAMPLES / "en_product9_ages.xml", "orphanet/1")) == [
        Condition(XLSA, LABEL, SAID),
        *(Annotation(XLSA, f"HP:{number}", "C", SAID) for number in onsets.split()),
        *(Annotation(XLSA, f"HP:{number}", "I", SAID) for number in modes.split()),
        Condition("ORPHA:443197", "X-linked erythropoietic protoporphyria", SAID),
        Annotation("ORPHA:443197", "HP:0001423", "I", SAID),
    ]


def test_the_version_is_the_date_of_either_root(write: Write) -> None:
    for text in (NAMES, SYMPTOMS, GENES, AGES.replace("JDBOR", "JBDOR")):
        assert orphanet.version(write(text)) == "2026-06-01"
    with pytest.raises(SourceError, match="the root states no date; expected Orphadata"):
        orphanet.version(write(AGES.replace(' date="', ' day="')))


def test_a_folder_with_a_file_of_each_product(tmp_path: Path) -> None:
    files = sorted(SAMPLES.glob("*.xml"))
    assert len(files) == 4
    apart = [record for file in files for record in orphanet.parse(file, "x")]
    assert list(orphanet.parse(SAMPLES, "x")) == apart
    (tmp_path / "a.xml").write_text(AGES, encoding="iso-8859-1")
    later = AGES.replace('date="2026-06-01', 'date="2026-07-01')
    (tmp_path / "b.xml").write_text(later, encoding="iso-8859-1")
    (tmp_path / "readme.txt").write_text("words", encoding="utf-8")
    assert orphanet.version(tmp_path) == "2026-07-01"
    with pytest.raises(SourceError, match=r"b\.xml: the same product as .*a\.xml; keep one"):
        list(orphanet.parse(tmp_path, "x"))
    (tmp_path / "empty").mkdir()
    for read in (orphanet.version, lambda path: list(orphanet.parse(path, "x"))):
        with pytest.raises(SourceError, match="no .xml file in this folder; expected Orphadata"):
            read(tmp_path / "empty")


def test_gzip_reads_the_same_and_cut_it_is_an_error(tmp_path: Path) -> None:
    packed = tmp_path / "product.xml.gz"
    data = gzip.compress(AGES.encode("iso-8859-1"))
    packed.write_bytes(data)
    whole = list(orphanet.parse(SAMPLES / "en_product9_ages.xml", "x"))
    assert list(orphanet.parse(packed, "x")) == whole
    assert orphanet.version(packed) == "2026-06-01"
    packed.write_bytes(data[:-40])
    with pytest.raises(SourceError, match="damaged gzip"):
        list(orphanet.parse(packed, "x"))


def test_every_word_is_of_a_known_vocabulary(packaged_hpo: Path) -> None:
    terms = (packaged_hpo / "hp.obo").read_text(encoding="utf-8")
    tables = (orphanet_words.FREQUENCIES, orphanet_words.ONSETS, orphanet_words.MODES)
    for term_id in filter(None, (term for table in tables for term in table.values())):
        assert f"\nid: {term_id}\n" in terms
    for vocabulary in orphanet_words.VOCABULARIES.values():
        assert prefixes.normalise(f"{vocabulary}:1") == f"{vocabulary}:1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (AGES.replace(">Infancy<", ">Toddler<"), "line 21: unknown wording 'Toddler' in Average"),
        (AGES.replace(">Oligogenic<", ">Odd<"), "unknown wording 'Odd' in TypeOfInheritance; "),
        (GENES.replace(">Biomarker tested in<", ">B<"), "wording 'B' in DisorderGeneAssociation;"),
        (SYMPTOMS.replace("Obligate", "Always"), "unknown wording 'Always' in HPODisorderAssoc"),
        (NAMES.replace(">MedDRA<", ">Med<"), "unknown wording 'Med' in ExternalReference;"),
        (NAMES.replace(">BTNT/E (", ">X ("), "unknown wording 'X' in ExternalReference;"),
        (NAMES.replace(">C4551511<", ">C 4551511<"), "malformed reference 'C 4551511'"),
        (NAMES.replace("<Source>UMLS</Source>", ""), "no Source in ExternalReference"),
        (SYMPTOMS.replace("HP:0001924", "HP:1924"), "line 17: malformed HPO id 'HP:1924'"),
        (GENES.replace(">397<", ">ALAS2<"), "malformed HGNC id 'ALAS2'"),
        (AGES.replace(">75563<", ">ORPHA75563<"), "line 11: malformed ORPHAcode 'ORPHA75563'"),
        (AGES.replace('<Name lang="en">X-linked sideroblastic anemia</Name>', ""), "no Name in D"),
        (AGES.replace(">443197<", ">75563<"), "ORPHA:75563 again, and not as in line 11"),
        (AGES.replace("AverageAge", "Usual").replace("TypeOf", "OfType"), "disorder of no product"),
        (SYMPTOMS.replace("Disorder id", "Entity id").replace("</Disorder>", "</Entity>"),
         "line 11: an entry without a disorder"),
        (AGES[:1500], "not well-formed XML ("),
        (AGES[: AGES.index("    </Disorder>")], "not well-formed XML ("),
        (AGES.replace("ISO-8859-1", "UTF-16"), "not well-formed XML ("),
        (NAMES.replace("ISO-8859-1", "UTF-8"), "not well-formed XML ("),
        (AGES.replace("JDBOR", "ORPHA"), "line 2: the root is 'ORPHA'; expected Orphadata XML"),
        ("<html>\n<body>Sign in</body></html>\n", "no disorder in this file; expected Orphadata"),
        ("<html>\n<body>Sign in<br></body></html>\n", "line 2: not well-formed XML ("),
        ('<JDBOR date="2026-06-01"><DisorderList/></JDBOR>', "no disorder in this file"),
        ("", "not well-formed XML ("),
    ],
)  # fmt: skip
def test_what_is_broken_is_said(write: Write, content: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(orphanet.parse(write(content), "x"))
    assert sentence in str(caught.value)


def test_a_disorder_that_is_there_twice_is_taken_once(write: Write) -> None:
    start, end = AGES.index("    <Disorder "), AGES.index("  </DisorderList>")
    whole = list(orphanet.parse(SAMPLES / "en_product9_ages.xml", "x"))
    for line_end in ("\n", " "):  # a file of one line too
        twice = (AGES[:end] + AGES[start:end] + AGES[end:]).replace("\n", line_end)
        assert list(orphanet.parse(write(twice), "x")) == whole


@pytest.mark.parametrize("definition", ['"ha"', 'SYSTEM "secret.txt"'])
def test_a_document_type_is_refused(write: Write, tmp_path: Path, definition: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    entity = f"<!DOCTYPE JDBOR [<!ENTITY e {definition}>]>\n<JDBOR"
    path = write(AGES.replace("<JDBOR", entity).replace("X-linked side", "&e;"))
    for read in (orphanet.version, lambda path: list(orphanet.parse(path, "x"))):
        with pytest.raises(SourceError, match="a document type, which Orphadata has not"):
            read(path)


def test_lines_far_down_are_told(write: Write) -> None:
    far = AGES.replace("<DisorderList", "\n" * 100_000 + "<DisorderList")
    with pytest.raises(SourceError, match=r"line 10002[12]: unknown wording 'Toddler'"):
        list(orphanet.parse(write(far.replace(">Infancy<", ">Toddler<")), "x"))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file; check the path"):
        orphanet.version(tmp_path / "none.xml")


def test_the_real_symptoms_against_plain_text(shared_data: Path) -> None:
    path = shared_data / "orphanet" / "orphadata_en_product4_reduced.xml"
    text = path.read_text(encoding="iso-8859-1")
    records = list(orphanet.parse(path, "x"))
    found = [r for r in records if isinstance(r, Annotation)]
    assert [r.term_id for r in found] == re.findall(r"<HPOId>(.*)</HPOId>", text)
    assert len(found) == 44
    assert Counter(r.frequency.term_id for r in found if r.frequency) == {
        "HP:0040282": text.count("Frequent (79-30%)"),
        "HP:0040281": text.count("Very frequent (99-80%)"),
        "HP:0040283": text.count("Occasional (29-5%)"),
    }
    assert [r.label for r in records if isinstance(r, Condition)] == [
        "Alexander disease",
        "Alpha-mannosidosis",
        "Beta-mannosidosis",
        "Multiple sulfatase deficiency",
    ]
    assert orphanet.version(path) == "2023-12-04"


def test_the_real_genes_against_another_reading(shared_data: Path) -> None:
    path = shared_data / "orphanet" / "orphadata_en_product6_reduced.xml"
    with (shared_data / "orphanet" / "GARD_genes.csv").open(encoding="utf-8-sig") as file:
        known = {(row["SourceLabelID"], row["GeneIdentifier"]) for row in csv.DictReader(file)}
    links = [r for r in orphanet.parse(path, "x") if isinstance(r, GeneCondition)]
    assert [(r.condition_id, r.gene_id, r.provenance.publications) for r in links] == [
        ("ORPHA:166024", "HGNC:30497", ("PMID:22587682",)),
        ("ORPHA:93", "HGNC:318", ("PMID:11309371",)),
        ("ORPHA:166035", "HGNC:10664", ("PMID:28285769",)),
        ("ORPHA:585", "HGNC:20376", ("PMID:17657823",)),
        ("ORPHA:118", "HGNC:6831", ("PMID:18980795",)),
    ]
    assert {r.relation for r in links} == {"causes"}
    assert {(r.condition_id, r.gene_id) for r in links} <= known
    assert orphanet.version(path) == "2023-06-22"


def test_the_real_ages_against_plain_text(shared_data: Path) -> None:
    path = shared_data / "orphanet" / "en_product9_ages_reduced.xml"
    text = path.read_text(encoding="iso-8859-1")
    records = list(orphanet.parse(path, "x"))
    assert text.count("<OrphaCode>93<") == 2  # the same twice, taken once
    codes = [r.id for r in records if isinstance(r, Condition)]
    assert codes == [f"ORPHA:{code}" for code in (585, 118, 61, 93, 58, 583)]
    said: dict[str, set[str]] = {code: set() for code in codes}
    for record in records:
        if isinstance(record, Annotation):
            said[record.condition_id].add(record.aspect + record.term_id)
    assert said["ORPHA:58"] == {"IHP:0000006"}  # all ages, dominant
    assert said["ORPHA:583"] == said["ORPHA:93"] == {"CHP:0011463", "IHP:0000007"}
    assert said["ORPHA:585"] == {
        "CHP:0003621", "CHP:0030674", "CHP:0011463", "CHP:0003593", "CHP:0003623", "IHP:0000007",
    }  # fmt: skip
    assert "CHP:0003581" in said["ORPHA:118"]
