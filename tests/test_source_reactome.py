"""Reactome's gene sets and protein table: on the samples, broken, and the real gene sets."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Activity, Provenance
from genekg.sources import reactome

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples" / "reactome"
SETS, PROTEINS = SAMPLES / "ReactomePathways.gmt", SAMPLES / "UniProt2Reactome.txt"
GMT, TABLE = SETS.read_text(encoding="utf-8"), PROTEINS.read_text(encoding="utf-8")
HEME, VIRUS = "REACT:R-HSA-189451", "REACT:R-HSA-9999001"

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes) -> Path:
        path = tmp_path / "reactome.txt"
        path.write_bytes(content)
        return path

    return written


def in_pathway(gene_id: str, pathway: str, label: str, evidence: str = "") -> Activity:
    said = Provenance("reactome/1", evidence=evidence)
    return Activity(gene_id, "participates_in", pathway, label, said)


def test_every_gene_set_of_the_sample() -> None:
    assert list(reactome.parse(SETS, "reactome/1")) == [
        in_pathway("SYMBOL:ALAS1", HEME, "Making of heme"),
        in_pathway("SYMBOL:ALAS2", HEME, "Making of heme"),
        in_pathway("SYMBOL:ALAD", HEME, "Making of heme"),
        in_pathway("SYMBOL:gag-pol", VIRUS, "A virus, and 5S rRNA"),
        in_pathway("SYMBOL:ALAS2", VIRUS, "A virus, and 5S rRNA"),
    ]


def test_every_human_protein_of_the_sample_once() -> None:
    assert list(reactome.parse(PROTEINS, "reactome/1")) == [
        in_pathway("UniProt:P22557", HEME, "Making of heme", "ECO:0000304"),
        in_pathway("UniProt:A0A024R1A8", VIRUS, "Another pathway", "ECO:0000501"),
    ]


def test_gzip_reads_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "ReactomePathways.gmt.gz"
    packed.write_bytes(gzip.compress(GMT.encode()))
    assert list(reactome.parse(packed, "x")) == list(reactome.parse(SETS, "x"))


def test_the_version_is_in_the_name_or_unknown() -> None:
    names = {
        "ReactomePathways.gmt": "unknown",
        "ReactomePathways_v94.gmt": "v94",
        "UniProt2Reactome-2026-06-01.txt": "2026-06-01",
        "gmt-2022-11.gmt": "2022-11",
    }
    assert {name: reactome.version(Path(name)) for name in names} == names


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (GMT + GMT, "line 3: R-HSA-189451 again; first in line 1"),
        (GMT[:-3], "line 2: the last line has no end; the file may be cut"),
        (GMT + "A name\tR-HSA-1\n", "line 3: not a gene set: 'A name\\tR-HSA-1'"),
        (GMT + "A name\tR-MMU-1\tAlas2\n", "line 3: not a gene set"),
        (GMT + "A name\n", "line 3: not a gene set: 'A name'"),
        (GMT.replace("R-HSA-189451", "189451"), "line 1: not a row of Reactome"),
        (TABLE[:-5], "line 4: the last line has no end; the file may be cut"),
        (TABLE.replace("\tIEA\tHomo", "\tHomo"), "line 4: 5 cells, expected 6"),
        (TABLE.replace("P22557-2", "P2"), "line 2: malformed accession 'P2'"),
        (TABLE.replace("\tTAS", "\tXYZ"), "line 1: unknown evidence code 'XYZ'"),
        (TABLE.replace("R-MMU-", "MMU"), "line 3: malformed row: 'P08680\\tMMU189451"),
        (TABLE.replace("Homo sapiens", "Gallus gallus"), "no human pathway in this file"),
        ("<html>\n<body>Sign in</body></html>\n", "line 1: not a row of Reactome: '<html>'"),
        ("", "the file is empty; fetch it again"),
    ],
)
def test_what_is_broken_is_said(write: Write, content: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(reactome.parse(write(content.encode()), "x"))
    assert sentence in str(caught.value)


def test_another_encoding_is_said(write: Write) -> None:
    with pytest.raises(SourceError, match="line 2: not UTF-8 text"):
        list(reactome.parse(write(GMT.replace("virus", "v\xefrus").encode("latin-1")), "x"))


def test_the_real_gene_sets_against_plain_text(shared_data: Path) -> None:
    path = shared_data / "reactome" / "ReactomePathways.gmt"
    expected = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        name, pathway, *symbols = line.split("\t")
        expected |= {(s, pathway, name) for s in symbols if " " not in s}
    found = [
        (r.gene_id.removeprefix("SYMBOL:"), r.object_id.removeprefix("REACT:"), r.object_label)
        for r in reactome.parse(path, "x")
    ]
    assert set(found) == expected
    assert len(found) == len(expected) == 113537
    assert len({pathway for _, pathway, _ in found}) == 1448
    heme = {symbol for symbol, pathway, _ in found if pathway == "R-HSA-189451"}
    assert {"ALAS1", "ALAS2", "ALAD", "FECH", "HMBS", "PPOX", "UROD", "UROS", "CPOX"} <= heme
    assert "CFTR" not in heme
    assert ("CFTR", "R-HSA-5619084", "ABC transporter disorders") in expected
