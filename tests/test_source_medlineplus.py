"""MedlinePlus Genetics as data: the sample in both formats, and what is no such file.

The official bulk file is not among the real data at hand; its form is that of the sample.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genekg.errors import SourceError
from genekg.records import (
    Annotation,
    ConditionName,
    GeneCondition,
    Mapping,
    Provenance,
    ResourcePage,
    Synonym,
)
from genekg.sources import medlineplus

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "medlineplus"
BULK, PAGE = SAMPLE / "ghr-summaries.xml", SAMPLE / "x-linked-sideroblastic-anemia.json"
XML = BULK.read_text(encoding="utf-8")
JSON: dict[str, Any] = json.loads(PAGE.read_text(encoding="utf-8"))
HOME = "https://medlineplus.gov/genetics/condition"
XLSA = Provenance("mp/1", publications=(f"{HOME}/x-linked-sideroblastic-anemia/",))
LEIGH = Provenance("mp/1", publications=(f"{HOME}/leigh-syndrome/",))
OF_XLSA = [
    ConditionName("OMIM:300751", Synonym("X-linked sideroblastic anemia", "related"), XLSA),
    ConditionName("OMIM:300751", Synonym("ANH1", "related"), XLSA),
    ConditionName("OMIM:300751", Synonym("XLSA", "related"), XLSA),
    Annotation("OMIM:300751", "HP:0001417", "I", XLSA),
    GeneCondition("SYMBOL:ALAS2", "OMIM:300751", "associated_with", XLSA),
    Mapping("OMIM:300751", "UMLS:C4551511", "close", XLSA),
    Mapping("OMIM:300751", "ORPHA:75563", "close", XLSA),
    Mapping("OMIM:300751", "ICD10CM:D64.0", "close", XLSA),
    Mapping("OMIM:300751", "MESH:C536761", "close", XLSA),
    Mapping("OMIM:300751", "SCTID:62677000", "close", XLSA),
    ResourcePage(
        "OMIM:300751", "page", "MedlinePlus Genetics", XLSA.publications[0], XLSA, "2025-09-19"
    ),
]
OF_LEIGH = [
    ConditionName("ORPHA:506", Synonym("Leigh syndrome", "related"), LEIGH),
    Annotation("ORPHA:506", "HP:0000007", "I", LEIGH),
    Annotation("ORPHA:506", "HP:0001427", "I", LEIGH),
    GeneCondition("SYMBOL:SURF1", "ORPHA:506", "associated_with", LEIGH),
    GeneCondition("SYMBOL:MT-ATP6", "ORPHA:506", "associated_with", LEIGH),
    Mapping("ORPHA:506", "OMIM:256000", "close", LEIGH),
    Mapping("ORPHA:506", "OMIM:220111", "close", LEIGH),
    ResourcePage(
        "ORPHA:506", "page", "MedlinePlus Genetics", LEIGH.publications[0], LEIGH, "2020-08-18"
    ),
]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: Any, name: str = "input") -> Path:
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def records(path: Path) -> list[Any]:
    return list(medlineplus.parse(path, "mp/1"))


def changed(**fields: Any) -> dict[str, Any]:
    return {**JSON, **{name.replace("_", "-"): value for name, value in fields.items()}}


def test_the_bulk_file() -> None:
    assert records(BULK) == OF_XLSA + OF_LEIGH
    assert medlineplus.unplaced(BULK) == [
        (f"{HOME}/a-trait-of-many-genes/", "2 OMIM and 0 ORPHA numbers")
    ]
    assert medlineplus.version(BULK) == "2025-09-19"


def test_the_json_of_a_page() -> None:
    assert records(PAGE) == OF_XLSA
    assert medlineplus.unplaced(PAGE) == []
    assert medlineplus.version(PAGE) == "2025-09-19"


def test_any_date_in_the_namespace_and_packed(write: Write) -> None:
    older = XML.replace("medlineplus.gov/download/ghr-summaries-20250602", "ghr.nlm.nih.gov/2017")
    assert records(write(older)) == OF_XLSA + OF_LEIGH
    assert records(write(XML.replace(' xmlns="', ' about="'))) == OF_XLSA + OF_LEIGH
    assert records(write(gzip.compress(XML.encode()), "bulk.xml.gz")) == OF_XLSA + OF_LEIGH


def test_the_xml_of_one_page(write: Write) -> None:
    start, end = XML.index("<health-condition"), XML.index("<gene-summary")
    page = XML[start:end].replace("html:", "")
    assert records(write(page)) == OF_XLSA


def test_the_shapes_that_converters_make(write: Write) -> None:
    genes = {"related-gene": {"gene-symbol": "ALAS2"}}
    shapes: list[dict[str, Any]] = [
        changed(related_gene_list=genes),
        changed(related_gene_list={"related-gene": [{"gene-symbol": "ALAS2"}]}),
        changed(related_gene_list=[{"gene-symbol": "ALAS2"}]),
        changed(synonym_list={"synonym": ["ANH1", "XLSA"]}),
        changed(synonym_list=["ANH1", "XLSA"]),
        changed(inheritance_pattern_list={"inheritance-pattern": {"code": "x"}}),
        changed(published=20250919),
        {"health-condition-summary": JSON},
        {name.replace("ghr_page", "ghr-page"): value for name, value in JSON.items()},
    ]
    for shape in shapes:
        assert records(write(shape)) == OF_XLSA
    assert records(write([JSON])) == OF_XLSA


def test_a_folder_of_pages(write: Write) -> None:
    other = {**JSON, "name": "Other", "ghr_page": f"{HOME}/other", "db-key-list": []}
    write(JSON, "a.json")
    folder = write(other, "b.json").parent
    assert records(folder) == OF_XLSA
    assert medlineplus.unplaced(folder) == [(f"{HOME}/other/", "0 OMIM and 0 ORPHA numbers")]


@pytest.mark.parametrize(
    ("code", "mode"),
    [
        ("ac", "HP:0032113"),
        ("ad", "HP:0000006"),
        ("ar", "HP:0000007"),
        ("m", "HP:0001427"),
        ("n", "HP:0003745"),
        ("u", None),
        ("x", "HP:0001417"),
        ("xd", "HP:0001423"),
        ("xr", "HP:0001419"),
        ("y", "HP:0001450"),
    ],
)
def test_every_code_of_inheritance(
    write: Write, code: str, mode: str | None, packaged_hpo: Path
) -> None:
    path = write(changed(inheritance_pattern_list=[{"inheritance-pattern": {"code": code}}]))
    modes = [one.term_id for one in records(path) if isinstance(one, Annotation)]
    assert modes == ([mode] if mode else [])
    if mode:
        obo = (packaged_hpo / "hp.obo").read_text(encoding="utf-8")
        assert "is_obsolete" not in obo.split(f"id: {mode}\n", 1)[1].split("[Term]", 1)[0]


def test_what_places_a_page(write: Write) -> None:
    def placed(*keys: tuple[str, str]) -> set[str]:
        listed = [{"db-key": {"db": db, "key": key}} for db, key in keys]
        return {
            one.condition_id
            for one in records(write(changed(db_key_list=listed)))
            if isinstance(one, ResourcePage)
        }

    assert placed(("OMIM", "300751"), ("OMIM", "300751")) == {"OMIM:300751"}
    assert placed(("OMIM", "300751"), ("OMIM", "300752"), ("Orphanet", "1")) == {"ORPHA:1"}
    assert placed(("Orphanet", "1"), ("Orphanet", "2"), ("OMIM", "300751")) == {"OMIM:300751"}
    assert placed(("Orphanet", "1"), ("Orphanet", "2")) == set()
    assert placed(("MeSH", "C536761")) == set()


@pytest.mark.parametrize(("published", "date"), [("2025-09", "2025-09"), ("", "2024-11-05")])
def test_version_without_a_full_date(write: Write, published: str, date: str) -> None:
    path = write(changed(published=published, reviewed=""), "page-2024-11-05.json")
    assert medlineplus.version(path) == date
    assert medlineplus.version(write(changed(published="", reviewed="2016-06"))) == "2016-06"
    assert medlineplus.version(write(changed(published="", reviewed=""))) == "unknown"


DB = [{"db-key": {"db": "OMIM", "key": "30075"}}]


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("", 1, "the file is empty; expected ghr-summaries.xml"),
        ("name\tomim\n", 1, "neither XML nor JSON"),
        (XML[: XML.index("<code>m</code>")], 63, "malformed XML .*; fetch it again"),
        (XML.encode().replace(b"iron", b"ir\xf3n"), 9, "malformed XML"),
        ("<html><body>Not found</body></html>", None, "no condition in here; expected ghr-sum"),
        ("<!DOCTYPE html>\n<html><p>Not found</html>", 1, "DOCTYPE|malformed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + XML[XML.index("<summaries") :], 1, "has a DOCTYPE"),
        ("<summaries/>", None, "no condition in here"),
        (XML.replace("<code>m<", "<code>z<"), 58, "unknown inheritance code 'z'; ac ad ar m "),
        (XML.replace("<code>m</code>", ""), 58, "an? inheritance-pattern without code"),
        (XML.replace("<name>Leigh syndrome</name>", ""), 58, "without a name"),
        (XML.replace("leigh-syndrome", ""), 58, "is no condition's page; expected ghr-summaries"),
        (XML.replace(">MT-ATP6<", ">MT ATP6<"), 58, "malformed gene symbol 'MT ATP6'"),
        (XML.replace("256000", "25600"), 58, "malformed OMIM key '25600'"),
        (XML.replace("<key>506</key>", ""), 58, "a db-key without key"),
        (XML.replace("2020-08-18", "soon"), 58, "malformed date 'soon'; expected 2025-09-19"),
        (
            XML.replace("a-trait-of-many-genes", "leigh-syndrome"),
            78,
            "leigh-syndrome/ again; first seen in line 58; keep one of the two",
        ),
        ('{"name": "X"', 1, "malformed JSON"),
        ('{"name": "Sj\xf6gren"}'.encode("latin-1"), 1, "not UTF-8 text"),
        ("[" * 200_000, 1, "nested too deeply|malformed JSON"),
        ({"gene-symbol": "ALAS2"}, 1, "JSON of something else; expected ghr-summaries.xml"),
        ([1, 2], 1, "JSON of something else"),
        ([], None, "no condition in here"),
        (changed(name=None), 1, "a health-condition-summary without a name"),
        (changed(related_gene_list=["ALAS2"]), 1, "a related-gene without gene-symbol"),
        (changed(db_key_list=DB), 1, "malformed OMIM key '30075'"),
        ([JSON, JSON], 1, "again; first seen in line 1"),
        ({**JSON, "ghr_page": "https://medlineplus.gov/genetics/gene/alas2"}, 1, "is no condition"),
    ],
)
def test_what_is_no_whole_file(write: Write, content: Any, line: int | None, problem: str) -> None:
    path = write(content)
    with pytest.raises(SourceError, match=problem) as caught:
        records(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert "\n" not in str(caught.value)


def test_damaged_gzip_and_no_file(write: Write, tmp_path: Path) -> None:
    packed = gzip.compress(XML.encode())
    with pytest.raises(SourceError, match=r"damaged gzip .*; fetch it again"):
        records(write(packed[:-40]))
    with pytest.raises(SourceError, match="no such file; check the path"):
        records(tmp_path / "absent.xml")
