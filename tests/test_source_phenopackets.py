"""Phenopackets: on the sample, as folder and archive, broken, hostile, and the real cases."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from genekg.errors import SourceError
from genekg.records import Case, Observation, Provenance
from genekg.sources import packed, phenopackets

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "phenopackets"
ONE = (SAMPLE / "one.json").read_text(encoding="utf-8")
TWO = (SAMPLE / "more" / "two.json").read_text(encoding="utf-8")
FIRST = Case(
    id="sample one",
    condition_ids=("OMIM:300751", "MONDO:0005149"),
    observations=(
        Observation("HP:0001903", onset_id="HP:0011463"),
        Observation("HP:0000992", excluded=True),
        Observation("HP:0000980"),
        Observation("HP:0001562", onset_id="HP:0030674"),
    ),
    provenance=Provenance("cases/1", ("PMID:1570328", "PMID:10029606")),
    sex="male",
    onset="P2Y6M",
    gene_ids=("HGNC:397", "HGNC:5"),
)
SECOND = Case(
    id="PMID_1570328_two",
    condition_ids=("OMIM:300751",),
    observations=(Observation("HP:0001903"),),
    provenance=Provenance("cases/1", ("PMID:1570328",)),
    sex="female",
    onset="HP:0003581",
)

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "one.json"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def changed(**parts: Any) -> str:
    packet = json.loads(ONE)
    for key, value in parts.items():
        packet[key] = value
    return json.dumps({key: value for key, value in packet.items() if value is not None})


def archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in members.items():
                file.writestr(name, text)
        return path
    mode: Any = {".tar": "w", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}[path.suffix]
    with tarfile.open(path, mode) as tar:
        for name, text in members.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_every_case_of_a_folder() -> None:
    assert list(phenopackets.parse(SAMPLE, "cases/1")) == [SECOND, FIRST]
    assert phenopackets.version(SAMPLE) == "2026-06-01"


def test_one_file(write: Write) -> None:
    assert list(phenopackets.parse(write(ONE), "cases/1")) == [FIRST]
    assert phenopackets.version(write(ONE)) == "2026-05-01"
    undated = {key: value for key, value in json.loads(ONE)["metaData"].items() if key != "created"}
    assert phenopackets.version(write(changed(metaData=undated))) == "unknown"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_every_case_of_an_archive(tmp_path: Path, name: str) -> None:
    members = {
        "store/LICENSE": "free",
        "store/A/one.json": ONE,
        "__MACOSX/store/A/._one.json": "\0",
        "store/B/.hidden.json": "\0",
        "store/B/two.json": TWO,
    }
    path = archive(tmp_path / name, members)
    assert list(phenopackets.parse(path, "cases/1")) == [FIRST, SECOND]
    assert phenopackets.version(path) == "2026-06-01"
    assert sorted(tmp_path.iterdir()) == [path]  # nothing is unpacked to disk


def test_a_packed_single_file(tmp_path: Path) -> None:
    path = tmp_path / "one.json.gz"
    path.write_bytes(gzip.compress(ONE.encode()))
    assert list(phenopackets.parse(path, "cases/1")) == [FIRST]


@pytest.mark.parametrize(
    ("parts", "onset"),
    [
        ({"age": {"iso8601duration": "P3W"}}, "P3W"),
        ({"age": {"iso8601duration": "P1DT2H"}}, "P1DT2H"),
        ({"gestationalAge": {"weeks": 30, "days": 1}}, "HP:0030674"),
        ({"ontologyClass": {"id": "hp:0003577", "label": "at birth"}}, "HP:0003577"),
        ({"ageRange": {"start": {"iso8601duration": "P1Y"}}}, ""),
        ({"timestamp": "2020-01-01T00:00:00Z"}, ""),
    ],
)
def test_every_kind_of_onset(write: Write, parts: dict[str, Any], onset: str) -> None:
    disease = {"term": {"id": "OMIM:1", "label": "x"}, "onset": parts}
    (case,) = phenopackets.parse(write(changed(diseases=[disease])), "x")
    assert case.onset == onset


def test_a_gene_without_a_variant_and_a_paper_in_the_id(write: Write) -> None:
    genomic = {"interpretationStatus": "CAUSATIVE", "gene": {"valueId": "HGNC:397"}}
    diagnosis = {"disease": {"id": "OMIM:300751"}, "genomicInterpretations": [genomic]}
    meta = {"phenopacketSchemaVersion": "2.0.0"}
    text = changed(
        id="PMID_123_x", metaData=meta, interpretations=[{"diagnosis": diagnosis}], subject=None
    )
    (case,) = phenopackets.parse(write(text), "x")
    assert (case.gene_ids, case.sex) == (("HGNC:397",), "")
    assert case.provenance.publications == ("PMID:123",)


FEATURE = {"type": {"id": "HP:0000980", "label": "Pallor"}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (changed(id=None), "one.json: no id; expected a GA4GH phenopacket, version 2"),
        (changed(id=7), "no id; expected"),
        (changed(subject={"sex": "M"}), "unknown sex 'M'"),
        (changed(subject="one"), "subject is not an object; expected"),
        (changed(phenotypicFeatures=FEATURE), "phenotypicFeatures is not a list of objects"),
        (changed(phenotypicFeatures=["HP:1"]), "phenotypicFeatures is not a list of objects"),
        (changed(phenotypicFeatures=[{}]), "phenotypicFeatures.type.id is None, which is no id"),
        (changed(phenotypicFeatures=[{"type": {"id": "pallor"}}]), "type.id is 'pallor', which"),
        (changed(phenotypicFeatures=[{**FEATURE, "excluded": "no"}]), "excluded is 'no'; expected"),
        (ONE.replace('"P2Y6M"', '"2 years"'), "malformed age '2 years'; expected ISO 8601"),
        (ONE.replace('"P2Y6M"', '"P"'), "malformed age 'P'; expected ISO 8601"),
        (changed(phenotypic_features=[]), "unknown part 'phenotypic_features'; expected a GA4GH"),
        (changed(metaData=None), "phenopacketSchemaVersion is ''; expected a GA4GH"),
        (ONE.replace('"2.0.2"', '"1.0.0"'), "phenopacketSchemaVersion is '1.0.0'; expected"),
        (ONE[:900], "one.json, line "),
        (ONE.replace('"id"', "id", 1), "line 2: not JSON (Expecting property name"),
        ("[" + ONE + "]", "not a JSON object; expected a GA4GH"),
        ("<html>\n<body>Sign in</body></html>\n", "line 1: not JSON ("),
        ("[" * 200_000, "JSON that cannot be read whole"),
        ('{"id": ' + "9" * 5000 + "}", "JSON that cannot be read whole"),
        ("", "line 1: not JSON (Expecting value)"),
    ],
)
def test_what_is_broken_is_said(write: Write, text: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(phenopackets.parse(write(text), "x"))
    assert sentence in str(caught.value)


def test_another_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(ONE.replace("a paper", "a p\xe4per").encode("latin-1"))
    with pytest.raises(SourceError, match=r"line \d+: not UTF-8 text; save it as UTF-8"):
        list(phenopackets.parse(path, "x"))


def test_an_id_that_is_there_twice_is_said(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.json": ONE, "b.json": ONE})
    with pytest.raises(SourceError, match=r"b\.json: 'sample one' again; first in .*a\.json"):
        list(phenopackets.parse(path, "x"))


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file; check the path"):
        list(phenopackets.parse(tmp_path / "none.zip", "x"))
    with pytest.raises(SourceError, match="no phenopacket in it; expected .json files"):
        list(phenopackets.parse(tmp_path, "x"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_a_cut_archive_is_said(tmp_path: Path, name: str) -> None:
    noise = "".join(chr(33 + (i * i) % 90) for i in range(20_000))
    path = archive(tmp_path / name, {"one.json": ONE, "noise.txt": noise, "two.json": TWO})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(SourceError, match=r"damaged archive|cannot be read"):
        list(phenopackets.parse(path, "x"))


def test_a_flipped_byte_in_a_zip_is_said(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"one.json": ONE})
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="damaged archive"):
        list(phenopackets.parse(path, "x"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / name, {"one.json": b" " * (packed.FILE_LIMIT + 1)})
    with pytest.raises(SourceError, match=r"one\.json: over 16,777,216 bytes"):
        list(phenopackets.parse(path, "x"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "LEAST_TOTAL", 2**20)
    spaces = ONE.encode() + b" " * 2**19
    text = spaces.replace(b"sample one", b"%d")
    path = archive(tmp_path / name, {f"{i}.json": text.replace(b"%d", b"%d" % i) for i in range(9)})
    with pytest.raises(SourceError, match=r"unpacks to over [12],\d{3},\d{3} bytes; unpack it by"):
        list(phenopackets.parse(path, "x"))


def test_a_header_that_claims_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@PaxHeader")
    header.type, header.size = tarfile.XHDTYPE, 2**33
    path = tmp_path / "a.tar"
    path.write_bytes(header.tobuf() + b"\0" * 10_240)
    with pytest.raises(SourceError, match="damaged archive"):
        list(phenopackets.parse(path, "x"))


def test_links_and_devices_in_a_tar_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    (tmp_path / "secret.json").write_text(ONE, encoding="utf-8")
    with tarfile.open(path, "w") as tar:
        for name, kind in (("a.json", tarfile.SYMTYPE), ("b.json", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, str(tmp_path / "secret.json")
            tar.addfile(info)
    with pytest.raises(SourceError, match="no phenopacket in it"):
        list(phenopackets.parse(path, "x"))


def test_an_unusual_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("one.json", ONE)
    with pytest.raises(SourceError, match=r"one\.json: encrypted or packed in an unusual way"):
        list(phenopackets.parse(path, "x"))


def members(path: Path) -> Iterator[dict[str, Any]]:
    """Read the real archive with the system's own tar."""
    text = subprocess.run(["tar", "-xJOf", path], capture_output=True, check=True).stdout.decode()
    decoder, position = json.JSONDecoder(), 0
    while position < len(text.rstrip()):
        while text[position].isspace():
            position += 1
        packet, position = decoder.raw_decode(text, position)
        yield packet


def test_the_real_cases_against_another_reading(shared_data: Path) -> None:
    path = shared_data / "cases" / "phenopackets-dev.tar.xz"
    cases = list(phenopackets.parse(path, "x"))
    packets = list(members(path))
    assert len(cases) == len(packets) == 2108
    for case, packet in zip(cases, packets, strict=True):
        features = packet.get("phenotypicFeatures", [])
        assert case.id == packet["id"]
        assert case.condition_ids == (packet["diseases"][0]["term"]["id"],)
        assert {(one.term_id, one.excluded) for one in case.observations} == {
            (one["type"]["id"], one.get("excluded", False)) for one in features
        }
        (reference,) = packet["metaData"]["externalReferences"]
        assert case.provenance.publications == (reference["id"],)
    assert Counter(case.sex for case in cases) == {"male": 1069, "female": 917, "": 122}
    onsets = Counter(case.onset[:2] if case.onset[:1] == "H" else case.onset[:1] for case in cases)
    assert onsets == {"": 774, "P": 602, "HP": 722 + 10}
    assert sum(case.onset == "HP:0003577" for case in cases) == 243
    assert all(gene.startswith("HGNC:") for case in cases for gene in case.gene_ids)
    assert sum(not case.observations for case in cases) == 1
    first = cases[0]
    assert (first.id, first.gene_ids) == ("PMID_24573067_CASE_REPORT", ("HGNC:25662",))
    assert (first.sex, first.onset) == ("female", "HP:0011463")
    assert Observation("HP:0001036", excluded=True) in first.observations
    assert Observation("HP:0045059", onset_id="HP:0011463") in first.observations
    assert phenopackets.version(path) == max(p["metaData"]["created"][:10] for p in packets)
