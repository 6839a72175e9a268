"""Mondo as records: the sample in both formats, what is no Mondo file, and the real one."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import (
    Condition,
    ConditionName,
    GeneCondition,
    Mapping,
    Provenance,
    Synonym,
)
from genekg.sources import mondo

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "mondo"
SAID = Provenance("mondo/1")
CITED = Provenance(
    "mondo/1", publications=("OMIM:300751", "https://clinicalgenome.org/affiliation/40000/")
)
XLSA = "MONDO:0020721"
RECORDS = [
    Condition(
        "MONDO:0000001", "disease", SAID, 'Anything that a "physician" would call an illness.'
    ),
    Mapping("MONDO:0000001", "DOID:4", "exact", SAID),
    Condition("MONDO:0015194", "sideroblastic anemia", SAID, parents=("MONDO:0000001",)),
    Mapping("MONDO:0015194", "OMIMPS:300751", "exact", SAID),
    Mapping("MONDO:0015194", "ICD10CM:D64.3", "narrow", SAID),
    Mapping("MONDO:0015194", "ICD11:1234567", "broad", SAID),
    Condition(
        XLSA,
        "X-linked sideroblastic anemia 1",
        SAID,
        "Anemia with ring sideroblasts, from too little ALAS2 in the marrow.",
        ("MONDO:0015194", "MONDO:0000001"),
    ),
    ConditionName(XLSA, Synonym("XLSA", "exact", "ABBREVIATION"), SAID),
    ConditionName(XLSA, Synonym("anemia with iron rings", "related"), SAID),
    ConditionName(XLSA, Synonym('hereditary "iron" anemia', "broad"), SAID),
    ConditionName(XLSA, Synonym("ALAS2 anemia of men", "narrow"), SAID),
    Mapping(XLSA, "GARD:0009456", "close", SAID),
    Mapping(XLSA, "OMIM:300751", "exact", SAID),
    Mapping(XLSA, "ORPHA:75563", "exact", SAID),
    Mapping(XLSA, "MESH:C536761", "exact", SAID),
    Mapping(XLSA, "SCTID:62677000", "exact", SAID),
    GeneCondition("HGNC:397", XLSA, "causes", CITED),
    Condition(
        "MONDO:9999903", "obsolete anemia of the old sample", SAID, obsolete=True, replaced_by=XLSA
    ),
    Condition("MONDO:9999904", "obsolete anemia of two kinds", SAID, obsolete=True),
]
TEXT = (SAMPLE / "mondo.obo").read_text(encoding="utf-8")
DOCUMENT = (SAMPLE / "mondo.json").read_text(encoding="utf-8")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "input") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize("name", ["mondo.obo", "mondo.json"])
def test_every_record_of_the_sample(name: str) -> None:
    found = list(mondo.parse(SAMPLE / name, "mondo/1"))
    assert len(found) == len(set(found)) == len(RECORDS)
    assert set(found) == set(RECORDS)


def test_both_formats_packed(write: Write) -> None:
    for text, name in ((TEXT, "mondo.obo.gz"), (DOCUMENT, "mondo.json.gz")):
        path = write(gzip.compress(text.encode()), name)
        assert set(mondo.parse(path, "mondo/1")) == set(RECORDS)
        assert mondo.version(path) == "2026-08-04"


def test_json_in_one_line_reads_the_same(write: Write) -> None:
    path = write(json.dumps(json.loads(DOCUMENT)))
    assert set(mondo.parse(path, "mondo/1")) == set(RECORDS)
    assert mondo.version(path) == "2026-08-04"


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        (TEXT, "mondo.obo", "2026-08-04"),
        (TEXT.replace("data-version: mondo/releases/2026-08-04", "x: y"), "m.obo", "unknown"),
        (TEXT.replace("data-version: mondo/releases/2026-08-04", "x: y"), "2025-01-02.obo",
         "2025-01-02"),
        (DOCUMENT.replace("releases/2026-08-04", "x"), "mondo.json", "unknown"),
        (DOCUMENT.replace("releases/2026-08-04", "x"), "m.2024-05-06.json", "2024-05-06"),
    ],
)  # fmt: skip
def test_version(write: Write, text: str, name: str, version: str) -> None:
    assert mondo.version(write(text, name)) == version


def test_several_replacements_are_none_to_choose_from(write: Write) -> None:
    one = "replaced_by: MONDO:0020721\n"
    path = write(TEXT.replace(one, one + "replaced_by: MONDO:0015194\n"))
    found = {r.id: r for r in mondo.parse(path, "m") if isinstance(r, Condition)}
    assert found["MONDO:9999903"].replaced_by == ""


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("id: MONDO:0015194\n", "name: x\n", 13, "a term without an id"),
        ("id: MONDO:0015194", "id: MONDO:15194", 13, "malformed id 'MONDO:15194'"),
        ("id: MONDO:0015194", "id: MONDO:0000001", 13, "MONDO:0000001 again; first seen in line 7"),
        ("name: sideroblastic anemia\n", "", 13, "MONDO:0015194 has no name"),
        ("is_a: MONDO:0000001 ! disease\np", "is_a: MONDO:01 ! d\np", 13, "malformed id 'MONDO:01"),
        ("replaced_by: MONDO:0020721", "replaced_by: MONDO:2", 58, "malformed id 'MONDO:2'"),
        ("OMIMPS:300751", "OMIMPS:3007", 16, "malformed id 'OMIMPS:3007'; the file may be cut"),
        ("xref: PMID:1570328", "xref: PMID", 20, "malformed id 'PMID'; expected PREFIX:id"),
        ('"XLSA" EXACT', '"XLSA" NEAR', 30, "malformed synonym"),
        ('"XLSA" EXACT', '"XLSA EXACT', 30, "an unclosed quotation|malformed synonym"),
        ("hgnc/397 {", "hgnc/x {", 45, "malformed gene id 'http://identifiers.org/hgnc/x'"),
        ("hgnc/397 {", "omim/397 {", 45, "malformed gene id"),
        ('source="MONDO:GARD"}\nxref: OMIM', 'source="MON\nxref: OMIM', 35, "malformed qualifiers"),
        ("subset: rare {", "subset rare {", 29, "not an OBO line: 'subset rare"),
    ],
)  # fmt: skip
def test_malformed_terms(write: Write, old: str, new: str, line: int, problem: str) -> None:
    assert old in TEXT
    path = write(TEXT.replace(old, new, 1))
    with pytest.raises(SourceError, match=problem) as caught:
        list(mondo.parse(path, "mondo/1"))
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(
    "ending",
    [
        "xref: OMIM:3007",
        'xref: OMIM:300751 {source="MONDO:equi',
        "is_a: MONDO:0015",
        'synonym: "XL',
        "syno",
    ],
)
def test_a_file_cut_in_the_middle_of_a_line(write: Write, ending: str) -> None:
    path = write(TEXT[: TEXT.index("xref: GARD")] + ending)
    with pytest.raises(SourceError, match="malformed|unclosed|not an OBO line"):
        list(mondo.parse(path, "mondo/1"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty; fetch it again"),
        ("<html>\n<body>moved</body>\n</html>\n", "not an OBO line: '<html>'"),
        ("format-version: 1.2\n\n[Term]\nid: DOID:4\nname: d\n", "no Mondo term .* mondo.obo"),
        (TEXT.encode("utf-16"), "not UTF-8 text|a NUL character"),
        (TEXT.replace("iron rings", "fer côté").encode("latin-1"), "line 31: not UTF-8 text"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_mondo(write: Write, content: str | bytes, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        list(mondo.parse(write(content), "mondo/1"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"id": "http://purl.obolibrary.org/obo/MONDO_0015194"', '"x": 1', "node 2 lacks .* 'id'"),
        ("MONDO_0015194", "MONDO_0000001", "MONDO:0000001 again; in node 2"),
        ("MONDO_0015194", "MONDO_15194", "malformed id 'MONDO:15194'"),
        ('"lbl": "sideroblastic anemia"', '"lbl": ""', "MONDO:0015194 has no name"),
        ("hasRelatedSynonym", "hasNearSynonym", "node 3 lacks or misplaces 'hasNearSynonym'"),
        ("hgnc/397", "hgnc/x", "malformed gene id"),
        ('"nodes"', '"knots"', "graphs lacks or misplaces 'nodes'"),
        ('"graphs"', '"charts"', "graphs lacks or misplaces 'graphs'"),
    ],
)
def test_malformed_json(write: Write, old: str, new: str, problem: str) -> None:
    assert old in DOCUMENT
    changed = DOCUMENT.replace(old, new, 1)
    if old == "hgnc/397":
        changed = DOCUMENT.replace(old, new)
    with pytest.raises(SourceError, match=problem):
        list(mondo.parse(write(changed), "mondo/1"))


def test_json_cut_in_the_middle(write: Write) -> None:
    path = write(DOCUMENT[: len(DOCUMENT) // 2])
    with pytest.raises(SourceError, match="not JSON .* the file may be cut") as caught:
        list(mondo.parse(path, "mondo/1"))
    assert caught.value.line == DOCUMENT[: len(DOCUMENT) // 2].count("\n") + 1


def plain(path: Path) -> dict[str, list[str]]:
    """The terms of an OBO file read without genekg: id to its lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        stanzas = file.read().split("\n\n")
    terms = [stanza.strip().split("\n") for stanza in stanzas if "[Term]" in stanza]
    return {lines[1].removeprefix("id: "): lines[2:] for lines in terms}


def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "mondo" / "mondo.rebuilt.obo.gz"
    terms = plain(path)
    obsolete = {name for name, lines in terms.items() if "is_obsolete: true" in lines}
    below = {"MONDO:0021125"}
    while more := {
        name
        for name, lines in terms.items()
        if name not in below
        and any(line.startswith("is_a: ") and line.split()[1] in below for line in lines)
    }:
        below |= more
    kept = terms.keys() - obsolete - below
    found = list(mondo.parse(path, "mondo/1"))
    assert mondo.version(path) == "2026-08-04"

    conditions = {record.id: record for record in found if isinstance(record, Condition)}
    assert conditions.keys() == terms.keys() - below
    assert {name for name, record in conditions.items() if record.obsolete} == obsolete
    assert (len(kept), len(obsolete)) == (32_065, 3_903)
    parents = {
        (name, line.split()[1]) for name in kept for line in terms[name] if line[:6] == "is_a: "
    }
    assert {(r.id, parent) for r in conditions.values() for parent in r.parents} == parents

    expected: Counter[tuple[str, str]] = Counter()
    for name in kept:
        for line in terms[name]:
            if match := re.match(r"xref: (\S+)(.*)", line):
                expected[name, "exact" if "MONDO:equivalentTo" in match[2] else "close"] += 1
    mappings = Counter((r.subject_id, str(r.match)) for r in found if isinstance(r, Mapping))
    assert sum(mappings.values()) > 120_000
    assert mappings == expected

    genes = set()
    for name in kept:
        for line in terms[name]:
            if match := re.match(r'relationship: has_mat.*/hgnc/(\d+) {source="(\S+)"', line):
                genes.add((f"HGNC:{match[1]}", name, match[2]))
    links = [record for record in found if isinstance(record, GeneCondition)]
    assert {(r.gene_id, r.condition_id, r.provenance.publications[0]) for r in links} == genes
    assert len(links) == 5_954
    names = sum(isinstance(record, ConditionName) for record in found)
    assert names == sum(len({i for i in terms[n] if i[:8] == "synonym:"}) for n in kept)


def test_facts_of_the_real_file(shared_data: Path) -> None:
    found = set(mondo.parse(shared_data / "mondo" / "mondo.rebuilt.obo.gz", "mondo/1"))
    mapped = {(r.subject_id, r.object_id, r.match) for r in found if isinstance(r, Mapping)}
    assert {
        (XLSA, "OMIM:300751", "exact"),
        (XLSA, "ORPHA:75563", "exact"),
        (XLSA, "UMLS:C4551511", "exact"),
        (XLSA, "MEDGEN:1638704", "exact"),
        (XLSA, "MESH:C536761", "exact"),
        (XLSA, "DOID:0060063", "exact"),
        (XLSA, "GARD:0009456", "close"),
        ("MONDO:0010420", "OMIM:300752", "exact"),
        ("MONDO:0000005", "OMIMPS:203655", "exact"),
        ("MONDO:0000004", "ICD11:733056203", "exact"),
    } <= mapped
    linked = {(r.gene_id, r.condition_id) for r in found if isinstance(r, GeneCondition)}
    assert {("HGNC:397", XLSA), ("HGNC:397", "MONDO:0010420")} <= linked
    assert Condition(XLSA, "X-linked sideroblastic anemia 1", SAID) in {
        Condition(r.id, r.label, SAID) for r in found if isinstance(r, Condition)
    }
    assert Condition("MONDO:0000002", "obsolete 46,XX sex reversal", SAID, obsolete=True) in found
