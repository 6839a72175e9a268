"""SSSOM mappings: the sample folder, what is no SSSOM file, and Mondo's real files."""

from __future__ import annotations

import gzip
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Mapping, Provenance
from genekg.sources import sssom

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "sssom"
OMIM = SAMPLE / "mondo_exactmatch_omim.sssom.tsv"
OTHER = SAMPLE / "mondo_other.sssom.tsv"
CURATOR = Provenance("s/1", evidence="ECO:0000305")
PROGRAM = Provenance("s/1", evidence="ECO:0000501")
AUTHORS = ("orcid:0000-0000-0000-0001", "orcid:0000-0000-0000-0002")
XLSA = "MONDO:0020721"
RECORDS = [
    Mapping(XLSA, "OMIM:300751", "exact", CURATOR),
    Mapping("MONDO:0010420", "OMIM:300752", "exact", CURATOR),
    Mapping(XLSA, "ORPHA:75563", "exact",
            Provenance("s/1", evidence="ECO:0000305", curated_by=AUTHORS)),
    Mapping(XLSA, "SCTID:62677000", "close", PROGRAM),
    Mapping(XLSA, "ORPHA:1047", "broad", Provenance("s/1")),
    Mapping("MONDO:0015194", "OMIM:300751", "narrow", PROGRAM),
    Mapping(XLSA, "GARD:0009456", "close", CURATOR),
]  # fmt: skip
TEXT = OMIM.read_text(encoding="utf-8")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "input.sssom.tsv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_every_record_of_the_sample_folder_once() -> None:
    assert list(sssom.parse(SAMPLE, "s/1")) == RECORDS


def test_one_file() -> None:
    assert list(sssom.parse(OMIM, "s/1")) == RECORDS[:2]


def test_a_packed_file_in_a_folder(write: Write) -> None:
    folder = write(gzip.compress(TEXT.encode()), "packed.sssom.tsv.gz").parent
    assert list(sssom.parse(folder, "s/1")) == RECORDS[:2]
    assert sssom.version(folder) == "2026-08-04"


def test_a_row_that_is_there_twice_is_one_record(write: Write) -> None:
    path = write(TEXT + TEXT.splitlines()[-1] + "\n")
    assert list(sssom.parse(path, "s/1")) == RECORDS[:2]


def test_without_metadata_the_prefixes_are_those_of_genekg(write: Write) -> None:
    rows = "".join(line for line in TEXT.splitlines(keepends=True) if line[0] != "#")
    path = write(rows.replace("OMIM:", "MIM:"), "mappings_2025-02-03.sssom.tsv")
    assert list(sssom.parse(path, "s/1")) == RECORDS[:2]
    assert sssom.version(path) == "2025-02-03"


def test_the_map_of_the_file_says_what_a_prefix_is(write: Write) -> None:
    path = write(TEXT.replace("https://omim.org/entry/", "http://www.orpha.net/ORDO/Orphanet_"))
    found = [mapping.object_id for mapping in sssom.parse(path, "s/1")]
    assert found == ["ORPHA:300751", "ORPHA:300752"]


@pytest.mark.parametrize(
    ("head", "name", "version"),
    [
        ("# mapping_set_version: http://x.org/releases/2026-08-04/a.tsv", "a.tsv", "2026-08-04"),
        ("#mapping_set_version: '2026-08-05'", "a.tsv", "2026-08-05"),
        ("# publication_date: 2026-08-06", "a.tsv", "2026-08-06"),
        ("# mapping_date: 2026-08-07", "2020-01-01.tsv", "2026-08-07"),
        ("# license: x", "a_2026-08-08.sssom.tsv", "2026-08-08"),
        ("# license: x", "a.tsv", "unknown"),
    ],
)
def test_version(write: Write, head: str, name: str, version: str) -> None:
    assert sssom.version(write(f"{head}\nsubject_id\n", name)) == version


def test_version_of_a_folder_is_the_newest() -> None:
    assert sssom.version(OTHER) == "2026-07-01"
    assert sssom.version(SAMPLE) == "2026-08-04"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("MONDO:0020721", "MONDO:20721", "malformed id 'MONDO:20721'"),
        ("MONDO:0020721", "", "malformed id ''; expected PREFIX:id"),
        ("OMIM:300751", "300751", "malformed id '300751'"),
        ("OMIM:300751", "OMIM:PS1", "malformed id 'OMIM:PS1'"),
        ("OMIM:300751", "NORD:1", "prefix 'NORD' is not in the curie_map"),
        ("skos:exactMatch", "same", "malformed predicate 'same'; expected skos:exactMatch"),
        ("semapv:ManualMappingCuration", "curated", "malformed justification 'curated'"),
        ("semapv:ManualMappingCuration", "", "malformed justification ''"),
        ("\tsemapv:ManualMappingCuration", "", "5 cells where the header has 6"),
    ],
)
def test_malformed_rows(write: Write, old: str, new: str, problem: str) -> None:
    head, row, rest = TEXT.partition("MONDO:0020721")
    assert old in row + rest
    path = write(head + (row + rest).replace(old, new, 1))
    with pytest.raises(SourceError, match=problem) as caught:
        list(sssom.parse(path, "s/1"))
    assert (caught.value.path, caught.value.line) == (path, 10)


def test_an_unknown_modifier(write: Write) -> None:
    path = write(OTHER.read_text(encoding="utf-8").replace("\tNot\t", "\tPerhaps\t"))
    with pytest.raises(SourceError, match="line 22: unknown predicate modifier 'Perhaps'"):
        list(sssom.parse(path, "s/1"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty; fetch it again"),
        ("<html>\n<body>moved</body>\n</html>\n", "no column .* this is a web page"),
        (TEXT[: TEXT.index("MONDO:0020721")], "no mapping in this file; fetch it again"),
        (TEXT[: TEXT.index("predicate_id") + 4], "no column 'predicate_id' in the header"),
        (TEXT[: TEXT.rindex("300752")], "2 cells|4 cells where the header has 6"),
        (TEXT[: TEXT.index("#   semapv")], "the file is empty"),
        (TEXT.encode("utf-16"), "not UTF-8 text|a NUL character"),
        (TEXT.replace("sample condition two", "côté").encode("latin-1"), "line 11: not UTF-8"),
    ],
)
def test_what_is_no_sssom_file(write: Write, content: str | bytes, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        list(sssom.parse(write(content), "s/1"))


def test_a_folder_without_a_file_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no \*.sssom.tsv in this folder; check the path"):
        list(sssom.parse(tmp_path, "s/1"))
    with pytest.raises(SourceError, match="no such file"):
        list(sssom.parse(tmp_path / "absent", "s/1"))


def test_one_empty_file_in_a_folder_is_named(tmp_path: Path) -> None:
    shutil.copy(OMIM, tmp_path)
    (tmp_path / "none.sssom.tsv").write_text(TEXT[: TEXT.index("MONDO:0020721")])
    with pytest.raises(SourceError, match="none.sssom.tsv: no mapping in this file"):
        list(sssom.parse(tmp_path, "s/1"))


def test_the_real_files_of_mondo(shared_data: Path) -> None:
    folder = shared_data / "mondo"
    ours = {"Orphanet": "ORPHA", "mesh": "MESH"}
    expected: set[tuple[str, str, str]] = set()
    for path in folder.glob("*.sssom.tsv"):
        lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        rows = [cells for cells in lines if cells[0].startswith("MONDO:")]
        assert len(rows) > 600
        for cells in rows:
            prefix, _, local = cells[3].partition(":")
            match = {"skos:exactMatch": "exact", "oboInOwl:hasDbXref": "close"}[cells[2]]
            expected.add((cells[0], f"{ours.get(prefix, prefix)}:{local}", match))
    found = list(sssom.parse(folder, "s/1"))
    assert len(found) == len(expected) == 111_017
    assert {(r.subject_id, r.object_id, r.match) for r in found} == expected
    assert sssom.version(folder) == "2026-08-04"
    prefixes = Counter(record.object_id.partition(":")[0] for record in found)
    assert (prefixes["OMIM"], prefixes["ORPHA"], prefixes["GARD"]) == (10_045, 9_785, 15_947)


def test_facts_of_the_real_files(shared_data: Path) -> None:
    found = set(sssom.parse(shared_data / "mondo", "s/1"))
    for object_id in (
        "OMIM:300751", "ORPHA:75563", "UMLS:C4551511", "MEDGEN:1638704", "MESH:C536761",
        "DOID:0060063", "SCTID:62677000",
    ):  # fmt: skip
        assert Mapping(XLSA, object_id, "exact", CURATOR) in found
    assert Mapping(XLSA, "GARD:0009456", "close", CURATOR) in found
    assert Mapping("MONDO:0010420", "OMIM:300752", "exact", CURATOR) in found
    assert Mapping("MONDO:0010420", "ORPHA:443197", "exact", CURATOR) in found
    assert Mapping("MONDO:0000005", "OMIMPS:203655", "exact", CURATOR) in found
    assert Mapping("MONDO:0000088", "ICD10CM:E30.1", "exact", CURATOR) in found
