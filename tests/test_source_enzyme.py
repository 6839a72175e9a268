"""ENZYME: on the sample, broken, and the rebuilt whole file against its own lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import Catalysis, Enzyme, Provenance
from genekg.sources import enzyme

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "enzyme" / "enzyme.dat"
TEXT = SAMPLE.read_text(encoding="utf-8")
SAID = Provenance("enzyme/1")
DELETED = "ID   1.1.1.74\nDE   Deleted entry.\n//\n"

Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: bytes) -> Path:
        path = tmp_path / "enzyme.dat"
        path.write_bytes(content)
        return path

    return written


def test_every_entry_of_the_sample() -> None:
    transferred = ("EC:1.1.1.303", "EC:1.1.1.304", "EC:1.1.1.n9")
    assert list(enzyme.parse(SAMPLE, "enzyme/1")) == [
        Enzyme("EC:1.1.1.5", "EC:1.1.1.5", "", SAID, obsolete=True, replaced_by=transferred),
        Enzyme("EC:1.1.1.74", "EC:1.1.1.74", "", SAID, obsolete=True),
        Enzyme(
            "EC:2.3.1.37",
            "5-aminolevulinate synthase",
            "succinyl-CoA + glycine + H(+) = 5-aminolevulinate + CO2 + CoA",
            SAID,
            synonyms=(
                "ALA synthase",
                "a long name of the synthase of delta-amino-levulinate",
                "makes heme, or begins to",
            ),
            cofactors=("Pyridoxal 5'-phosphate", "Mg(2+) or Mn(2+)"),
        ),
        Catalysis("UniProt:P22557", "EC:2.3.1.37", SAID),
        Catalysis("UniProt:P13196", "EC:2.3.1.37", SAID),
        Catalysis("UniProt:A0A024R1A8", "EC:2.3.1.37", SAID),
        Enzyme(
            "EC:3.4.99.n1", "a preliminary peptidase", "(1) A + B = C. (2) C = D", SAID
        ),
    ]  # fmt: skip


def test_the_version_is_the_release_of_the_head_or_the_date_of_the_name(tmp_path: Path) -> None:
    assert enzyme.version(SAMPLE) == "2026-06-05"
    for name, version in (("enzyme_2026-06-05.dat", "2026-06-05"), ("enzyme.dat", "unknown")):
        (tmp_path / name).write_text(DELETED, encoding="utf-8")
        assert enzyme.version(tmp_path / name) == version


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TEXT.replace("2.3.1.37", "2.3.1"), "line 14: malformed EC number '2.3.1'"),
        (TEXT.replace("ID   2.3.1.37\n", ""), "line 14: an entry without ID"),
        (DELETED.replace("DE   Deleted entry.\n", ""), "line 1: EC:1.1.1.74 has no DE line"),
        (TEXT.replace("P22557,", "22557,"), "line 14: malformed member '22557, HEM0_HUMAN'"),
        (TEXT.replace("AN   ALA", "XX   ALA"), "line 17: not an ENZYME line: 'XX   ALA synthase.'"),
        (TEXT.replace("AN   ALA", "ALA"), "line 17: not an ENZYME line: 'ALA synthase.'"),
        (DELETED.replace("Deleted entry", "Transferred entry: it"), "transferred to no EC number"),
        (TEXT.replace(DELETED, DELETED[:-3]), "line 13: an ID inside an entry; its // is missing"),
        (TEXT + "//\n", "the end of an entry that did not begin"),
        (TEXT + DELETED, "1.1.1.74 again; first in line 11"),
        (TEXT[: TEXT.index("AN   makes")], "line 14: an entry without its //; the file is cut"),
        (TEXT[: TEXT.index("//")] + "//\n", "no entry in this file; is it enzyme.dat?"),
        ("<html>\n<body>Sign in</body></html>\n", "line 1: not an ENZYME line: '<html>'"),
        ("", "no entry in this file; is it enzyme.dat?"),
    ],
)  # fmt: skip
def test_what_is_broken_is_said(write: Write, content: str, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(enzyme.parse(write(content.encode()), "x"))
    assert sentence in str(caught.value)


def test_another_encoding_and_another_month_are_said(write: Write) -> None:
    with pytest.raises(SourceError, match="line 24: not UTF-8 text"):
        list(enzyme.parse(write(TEXT.replace("Pyridoxal", "Pyr\xefdoxal").encode("latin-1")), "x"))
    with pytest.raises(SourceError, match="line 4: unknown month 'Mai'"):
        enzyme.version(write(TEXT.replace("Jun", "Mai").encode()))


def test_the_whole_file_against_its_own_lines(shared_data: Path) -> None:
    path = shared_data / "enzyme" / "enzyme.rebuilt.dat"
    text = path.read_text(encoding="utf-8")
    records = list(enzyme.parse(path, "x"))
    enzymes = {record.id: record for record in records if isinstance(record, Enzyme)}
    links = {(r.gene_id, r.enzyme_id) for r in records if isinstance(r, Catalysis)}
    ids = re.findall(r"^ID   (\S+)$", text, re.MULTILINE)
    assert list(enzymes) == [f"EC:{number}" for number in ids]
    assert len(enzymes) == 8405
    assert len(links) == len(re.findall(r"\b[A-Z0-9]{6,10}, [\w-]+_HUMAN *;", text)) == 4486
    assert len({enzyme_id for _, enzyme_id in links}) == 1554
    assert enzyme.version(path) == "unknown"
    synthase = enzymes["EC:2.3.1.37"]
    assert synthase.name == "5-aminolevulinate synthase"
    assert synthase.reaction.endswith("= 5-aminolevulinate + CO2 + CoA")
    assert {gene for gene, ec in links if ec == synthase.id} == {"UniProt:P22557", "UniProt:P13196"}
    assert ("UniProt:P00439", "EC:1.14.16.1") in links  # phenylalanine hydroxylase
    assert ("UniProt:P08397", "EC:2.5.1.61") in links  # porphobilinogen deaminase
    assert ("UniProt:P22830", "EC:4.98.1.1") in links  # ferrochelatase
    assert ("UniProt:P00439", "EC:2.3.1.37") not in links
    assert enzymes["EC:4.98.1.1"].name == "protoporphyrin ferrochelatase"
    assert "KTS reductase" in enzymes["EC:1.1.1.102"].synonyms
    assert enzymes["EC:1.1.1.1"].reaction.startswith("(1) a primary alcohol + NAD(+) =")
    assert enzymes["EC:1.1.1.n1"].name == "EC:1.1.1.n1"  # the rebuilt file has lost its line
