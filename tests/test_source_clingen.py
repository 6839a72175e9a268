"""ClinGen's validity CSV: on the sample, broken, and the real file against plain csv."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Provenance, Validity
from genekg.sources import clingen

SAMPLE = Path(__file__).resolve().parent.parent / "data/samples/clingen/gene-disease-summary.csv"
TEXT = SAMPLE.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)
REPORT = "https://search.clinicalgenome.org/kb/gene-validity/CGGV:assertion_00000000-0000-0000-0000"

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes) -> Path:
        path = tmp_path / "clingen.csv"
        path.write_bytes(content)
        return path

    return written


def judged(number: int, *rest: str) -> Validity:
    gene, condition, classification, mode, submitter, date = rest
    said = Provenance("clingen/1", publications=(f"{REPORT}-{number:012}",))
    return Validity(gene, condition, classification, said, mode, submitter, date)


def test_every_row_of_the_sample() -> None:
    panel = "Sample Panel"
    assert clingen.version(SAMPLE) == "2026-06-01"
    assert list(clingen.parse(SAMPLE, "clingen/1")) == [
        judged(1, "HGNC:397", "MONDO:0020721", "definitive", "HP:0001417",
               'Blood "Red Cell" Panel', "2026-03-01"),
        judged(2, "HGNC:397", "MONDO:0010420", "limited", "",
               "Blood, Iron and Heme Panel", "2026-03-02"),
        judged(3, "HGNC:401", "MONDO:0001001", "strong", "HP:0000006", panel, "2026-04-01"),
        judged(4, "HGNC:402", "MONDO:0001002", "moderate", "HP:0000007", panel, "2026-04-02"),
        judged(5, "HGNC:403", "MONDO:0001003", "disputed evidence", "HP:0001427", panel,
               "2026-04-03"),
        judged(6, "HGNC:404", "MONDO:0001004", "refuted evidence", "HP:0032113", panel,
               "2026-04-04"),
        judged(7, "HGNC:405", "MONDO:0001005", "no known disease relationship", "HP:0000006",
               panel, "2026-04-05"),
        judged(8, "HGNC:406", "MONDO:0001006", "animal model only", "HP:0000006", panel,
               "2026-04-06"),
    ]  # fmt: skip


def test_gzip_and_a_byte_order_mark_read_the_same(tmp_path: Path, write: Write) -> None:
    packed = tmp_path / "clingen.csv.gz"
    packed.write_bytes(gzip.compress(TEXT.encode()))
    marked = write(b"\xef\xbb\xbf" + TEXT.encode())
    whole = list(clingen.parse(SAMPLE, "x"))
    assert list(clingen.parse(packed, "x")) == list(clingen.parse(marked, "x")) == whole
    assert clingen.version(marked) == "2026-06-01"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TEXT.replace('"HGNC:402"', '"402"'), "line 10: '402' in GENE ID (HGNC) is not a HGNC id"),
        (TEXT.replace('"MONDO:0001002"', '"OMIM:1"'), "line 10: 'OMIM:1' in DISEASE ID (MONDO)"),
        (TEXT.replace('"Moderate"', '"Splendid"'), "line 10: unknown classification 'Splendid'"),
        (TEXT.replace('"AR"', '"QQ"'), "line 10: unknown mode 'QQ'; known: AD AR"),
        (TEXT.replace("2026-04-02T", "02/04/26T"), "line 10: malformed date '02/04/26T16:00"),
        (TEXT.replace("https://search", "search", 1), "line 7: malformed report address"),
        (TEXT.replace('"GCEP"', '"PANEL"'), "line 5: no column 'GCEP' in the header"),
        (TEXT + LINES[6], f"line 15: {REPORT}-000000000001 again; first in line 7"),
        (TEXT[:-15], "line 14: no GCEP; the file may be cut"),
        (TEXT[:-20], "line 14: not a table row (unexpected end of data); the file may be cut"),
        (TEXT + '"GENE9","HGNC:9"\n', "line 15: 2 cells where the header has 10"),
        ("".join(LINES[:6]), "no curation in this file; fetch it again"),
        ("".join(LINES[:3]), "line 1: no header that begins with GENE SYMBOL; expected ClinGen"),
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "line 1: no header that begins"),
        ("", "the file is empty; fetch it again"),
    ],
)  # fmt: skip
def test_what_is_broken_is_said(write: Write, content: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(clingen.parse(write(content.encode()), "x"))
    assert sentence in str(caught.value)


def test_another_encoding_is_said(write: Write) -> None:
    with pytest.raises(SourceError, match="line 8: not UTF-8 text"):
        list(clingen.parse(write(TEXT.replace("Iron", "\xcfron").encode("latin-1")), "x"))


def test_a_file_without_its_day_has_no_version(write: Write) -> None:
    for content in ("".join(LINES[4:]), "".join(LINES[4:6]) + "".join(LINES[6:]) * 4):
        with pytest.raises(SourceError, match="no FILE CREATED"):
            clingen.version(write(content.encode()))


def test_the_real_file_against_plain_csv(shared_data: Path) -> None:
    path = shared_data / "clingen" / "Clingen-Gene-Disease-Summary-2025-01-09.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[6:]
    records = list(clingen.parse(path, "x"))
    assert len(records) == len(rows) == 2953
    assert clingen.version(path) == "2025-01-09"
    for record, row in zip(records, rows, strict=True):
        assert (record.gene_id, record.condition_id) == (row[1], row[3])
        assert record.provenance.publications == (row[7],)
        assert (record.submitter, record.date) == (row[9], row[8][:10])
    assert Counter(record.classification for record in records) == {
        "definitive": 1856,
        "limited": 427,
        "moderate": 348,
        "disputed evidence": 171,
        "strong": 65,
        "no known disease relationship": 45,
        "refuted evidence": 41,
    }
    modes = Counter(record.mode_id for record in records)
    assert (modes["HP:0000007"], modes["HP:0000006"], modes["HP:0001417"]) == (1409, 1240, 176)
    assert (modes["HP:0001427"], modes["HP:0032113"], modes[""]) == (54, 49, 25)
