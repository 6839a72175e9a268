"""GenCC's submissions: on the sample, in both formats, and broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Provenance, Validity
from genekg.sources import gencc

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "gencc" / "submissions.tsv"
TEXT = SAMPLE.read_text(encoding="utf-8")
LINES = TEXT.splitlines(keepends=True)
LABORATORY = "A Sample Laboratory"

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes) -> Path:
        path = tmp_path / "gencc.tsv"
        path.write_bytes(content)
        return path

    return written


def test_every_submission_of_the_sample() -> None:
    first, second, *others = gencc.parse(SAMPLE, "gencc/1")
    assert first == Validity(
        "HGNC:397",
        "MONDO:0020721",
        "definitive",
        Provenance(
            "gencc/1", ("PMID:1570328", "PMID:10029606", "https://example.org/report/1")
        ),
        "HP:0001417",
        LABORATORY,
        "2026-02-03",
    )  # fmt: skip
    assert second == Validity(
        "HGNC:397",
        "MONDO:0010420",
        "supportive",
        Provenance("gencc/1", ("PMID:1570328",)),
        "",
        "Another Sample",
        "2026-02-04",
    )
    words = "strong|moderate|limited|disputed evidence|refuted evidence|animal model only"
    said = Provenance("gencc/1")
    assert others == [
        Validity(f"HGNC:{400 + i}", f"MONDO:000{1000 + i}", word, said, mode, LABORATORY, date)
        for i, (word, mode, date) in enumerate(
            [
                *((word, "HP:0000006", "2026-02-05") for word in words.split("|")),
                ("no known disease relationship", "", ""),
            ],
            start=3,
        )
    ]


def test_the_version_is_the_latest_run() -> None:
    assert gencc.version(SAMPLE) == "2026-06-01"


def test_the_newer_format_with_versions(write: Write) -> None:
    numbered = [LINES[0].replace('"uuid"', '"sgc_id"\t"version_number"')]
    for line in "".join(LINES[1:]).replace('"GENCC_000999', '"SGC-7"\t"@"\t"').split("\n"):
        cells = line.split("\t")
        numbered.append("\t".join(cells[:2] + cells[3:] if '"SGC-7"' in line else cells) + "\n")
    text = "".join(numbered).rstrip("\n") + "\n"
    for version in range(1, 10):
        text = text.replace('"@"', f'"{version}"', 1)
    assert list(gencc.parse(write(text.encode()), "x")) == list(gencc.parse(SAMPLE, "x"))
    with pytest.raises(SourceError, match=r"line 4: SGC-7 again; first in line 2"):
        list(gencc.parse(write(text.replace('"2"', '"1"', 1).encode()), "x"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TEXT.replace('"Supportive"', '"Splendid"'), "line 4: unknown classification 'Splendid'"),
        (TEXT.replace("HP:0000005", "HP:5"), "line 4: malformed mode 'HP:5'"),
        (TEXT.replace('"HGNC:397"', '"ALAS2"'), "line 2: 'ALAS2' in gene_curie is not a known id"),
        (TEXT.replace('"MONDO:0010420"', '""'), "line 4: '' in disease_curie is not a known id"),
        (TEXT.replace("2026-02-04", "4.2.2026"), "line 4: malformed date '4.2.2026'"),
        (TEXT.replace('"moi_curie"', '"moi"'), "line 1: no column 'moi_curie' in the header"),
        (TEXT.replace('"uuid"', '"id"'), "line 1: no column 'uuid' in the header"),
        (TEXT + LINES[3], "again; first in line 4"),
        (TEXT[:-13], "line 11: no submitted_run_date; the file may be cut"),
        (TEXT[:-5], "line 11: not a table row (unexpected end of data); the file may be cut"),
        ("".join(LINES[:2]), "line 2: not a table row (unexpected end of data)"),
        (TEXT + '"x"\t"HGNC:1"\n', "line 12: 2 cells where the header has 30"),
        (TEXT.replace('"', "")[:-3], "line 2: "),
        (LINES[0], "no submission in this file; fetch it again"),
        ("<html>\n<body>Sign in</body>\n</html>\n", "line 1: no column 'uuid' in the header"),
        ("", "the file is empty; fetch it again"),
    ],
)
def test_what_is_broken_is_said(write: Write, content: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(gencc.parse(write(content.encode()), "x"))
    assert sentence in str(caught.value)


def test_a_last_row_cut_in_its_last_cell_is_said(write: Write) -> None:
    unquoted = "".join([LINES[0], LINES[3]]).replace('"', "")
    assert len(list(gencc.parse(write(unquoted.encode()), "x"))) == 1
    with pytest.raises(SourceError, match="line 2: malformed date '2026-06-'"):
        list(gencc.parse(write(unquoted[:-3].encode()), "x"))


def test_a_submission_without_id_is_said(write: Write) -> None:
    cells = LINES[3].split("\t")
    nameless = LINES[0] + "\t".join(['""', *cells[1:]])
    with pytest.raises(SourceError, match="line 2: a submission without an id"):
        list(gencc.parse(write(nameless.encode()), "x"))


def test_an_address_that_is_none_is_not_cited(write: Write) -> None:
    text = TEXT.replace("https://example.org/report/1", "see the annex")
    first = next(gencc.parse(write(text.encode()), "x"))
    assert first.provenance.publications == ("PMID:1570328", "PMID:10029606")


def test_another_encoding_is_said(write: Write) -> None:
    with pytest.raises(SourceError, match="line 4: not UTF-8 text"):
        list(gencc.parse(write(TEXT.replace("Another", "\xc4nother").encode("latin-1")), "x"))
