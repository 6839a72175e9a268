"""The complete set of HGNC: the sample, what is no such file, and the real one."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Catalysis, Gene, Mapping, Provenance
from genekg.sources import hgnc

SAMPLE = (
    Path(__file__).resolve().parent.parent / "data" / "samples" / "hgnc" / "hgnc_complete_set.txt"
)
SAID = Provenance("h/1")
ALAS2 = Gene(
    "HGNC:397",
    "ALAS2",
    SAID,
    name="5'-aminolevulinate synthase 2",
    location="Xp11.21",
    alias_symbol=("ALAS-E",),
    prev_symbol=("ASB",),
    uniprot_id="UniProt:P22557",
    xrefs=("OMIM:301300", "ENSEMBL:ENSG00000158578"),
)
RECORDS = [
    ALAS2,
    Mapping("HGNC:397", "NCBIGene:212", "exact", SAID),
    Catalysis("HGNC:397", "EC:2.3.1.37", SAID),
    Gene(
        "HGNC:9999901",
        "SAMP1",
        SAID,
        name="sample gene 1, with or in no name",
        location="1p11",
        alias_symbol=("SG1", "SG-ONE"),
        prev_symbol=("OLD1", "OLD2"),
        uniprot_id="UniProt:P22557",
        xrefs=("OMIM:999990", "OMIM:999991"),
    ),
    Mapping("HGNC:9999901", "NCBIGene:9999901", "exact", SAID),
    Catalysis("HGNC:9999901", "EC:1.1.1.1", SAID),
    Catalysis("HGNC:9999901", "EC:2.7.7.7", SAID),
    Gene("HGNC:9999902", "SAMP2-AS1", SAID, name="sample antisense", location="2q12"),
]
TEXT = SAMPLE.read_text(encoding="utf-8")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "input.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_every_record_of_the_sample() -> None:
    assert list(hgnc.parse(SAMPLE, "h/1")) == RECORDS


def test_packed(write: Write) -> None:
    path = write(gzip.compress(TEXT.encode()), "hgnc.txt.gz")
    assert list(hgnc.parse(path, "h/1")) == RECORDS


def test_version(write: Write) -> None:
    undated = re.sub(r"\d{4}-\d\d-\d\d", "", TEXT)
    assert hgnc.version(SAMPLE) == "2024-12-01"
    assert hgnc.version(write(undated, "hgnc_complete_set_2025-10-07.txt")) == "2025-10-07"
    assert hgnc.version(write(undated)) == "unknown"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("HGNC:397\t", "397\t", 2, "malformed gene id '397'"),
        ("\tALAS2\t", "\t\t", 2, "HGNC:397 has no symbol"),
        ("Approved", "Doubtful", 2, "unknown status 'Doubtful'"),
        ("HGNC:9999902", "HGNC:397", 4, "HGNC:397 again; first seen in line 2"),
        ("\t212\t", "\tx\t", 2, "column entrez_id: malformed id 'x'"),
        ("\t301300\t", "\t3013\t", 2, "column omim_id: malformed id '3013'"),
        ("\tP22557\t", "\tP2255\t", 2, "column uniprot_ids: malformed id 'P2255'"),
        ("ENSG00000158578", "ENST1", 2, "column ensembl_gene_id: malformed id 'ENST1'"),
        ("\t2.3.1.37\t", "\t2.3.1.x\t", 2, "column enzyme_id: malformed id '2.3.1.x'"),
        ('"SG1|SG-ONE|SG1"', '"SG1|SG-ONE|SG1', 3, "an unclosed quotation: '\"SG1|SG-ONE"),
        ('"OLD1|OLD2"', '"', 3, "an unclosed quotation"),
        ("\tXp11.21", "", 2, "53 cells where the header has 54"),
    ],
)
def test_malformed_rows(write: Write, old: str, new: str, line: int, problem: str) -> None:
    assert old in TEXT
    path = write(TEXT.replace(old, new, 1))
    with pytest.raises(SourceError, match=problem.replace("|", r"\|")) as caught:
        list(hgnc.parse(path, "h/1"))
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty; fetch it again"),
        ("<html>\n<body>moved</body>\n</html>\n", "no column 'hgnc_id' .* this is a web page"),
        (TEXT[: TEXT.index("HGNC:397")], "no approved gene in this file; fetch it again"),
        (TEXT.replace("Approved", "Entry Withdrawn"), "no approved gene in this file"),
        (TEXT[: TEXT.index("enzyme_id")], "no column 'enzyme_id' in the header"),
        (TEXT[: TEXT.index("SAMP2") + 20], "line 4: . cells where the header has 54"),
        (TEXT.encode("utf-16"), "not UTF-8 text|a NUL character"),
        (TEXT.replace("antisense", "côté").encode("latin-1"), "line 4: not UTF-8 text"),
    ],
)
def test_what_is_no_file_of_hgnc(write: Write, content: str | bytes, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        list(hgnc.parse(write(content), "h/1"))


def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "hgnc" / "hgnc_complete_set.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["status"] == "Approved"]

    def values(row: dict[str, str], column: str) -> list[str]:
        return [value.strip() for value in row[column].split("|") if value.strip()]

    found = list(hgnc.parse(path, "h/1"))
    genes = {record.id: record for record in found if isinstance(record, Gene)}
    assert len(rows) == len(genes) == 43_882
    for row in rows:
        gene = genes[row["hgnc_id"]]
        assert (gene.symbol, gene.name, gene.location) == (
            row["symbol"], row["name"].strip(), row["location"],
        )  # fmt: skip
        assert set(gene.alias_symbol) == set(values(row, "alias_symbol"))
        assert set(gene.prev_symbol) == set(values(row, "prev_symbol"))
        proteins = values(row, "uniprot_ids")
        assert gene.uniprot_id == (f"UniProt:{proteins[0]}" if proteins else "")
        assert list(gene.xrefs) == [
            *(f"OMIM:{number}" for number in values(row, "omim_id")),
            *(f"ENSEMBL:{number}" for number in values(row, "ensembl_gene_id")),
        ]
    mapped = {(r.subject_id, r.object_id, r.match) for r in found if isinstance(r, Mapping)}
    assert mapped == {
        (row["hgnc_id"], f"NCBIGene:{row['entrez_id']}", "exact")
        for row in rows
        if row["entrez_id"]
    }
    assert {(r.gene_id, r.enzyme_id) for r in found if isinstance(r, Catalysis)} == {
        (row["hgnc_id"], f"EC:{number}")
        for row in rows
        for number in values(row, "enzyme_id")
        if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", number)
    }
    assert hgnc.version(path) == max(row["date_modified"] for row in rows) == "2024-10-18"


def test_facts_of_the_real_file(shared_data: Path) -> None:
    found = set(hgnc.parse(shared_data / "hgnc" / "hgnc_complete_set.txt.gz", "h/1"))
    assert {ALAS2, *RECORDS[1:3]} <= found
    current = {record.symbol for record in found if isinstance(record, Gene)}
    assert {"GBA1", "G6PC1", "A1BG-AS1", "MT-ND1"} <= current
    assert not {"GBA", "G6PC", "ASB"} & current
