"""NCBI's mim2gene_medgen: the sample, what is no such file, and the real one."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.records import GeneCondition, Mapping, Provenance
from genekg.sources import ncbi

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "ncbi" / "mim2gene_medgen"
SAID = Provenance("n/1")
OMIM_SAID = Provenance("n/1", primary="infores:omim")
RECORDS = [
    GeneCondition("NCBIGene:212", "OMIM:300751", "associated_with", OMIM_SAID),
    Mapping("OMIM:300751", "UMLS:C4551511", "close", SAID),
    GeneCondition("NCBIGene:212", "OMIM:300752", "associated_with", SAID),
    Mapping("OMIM:300752", "UMLS:C2677889", "close", SAID),
    Mapping("OMIM:300752", "MEDGEN:CN999999", "close", SAID),
    Mapping("OMIM:999910", "UMLS:C0000001", "close", SAID),
    GeneCondition("NCBIGene:9999901", "OMIM:999920", "contributes_to", OMIM_SAID),
    Mapping("OMIM:999920", "UMLS:C0000002", "close", SAID),
    GeneCondition("NCBIGene:9999901", "OMIM:999940", "contributes_to", OMIM_SAID),
    GeneCondition("NCBIGene:9999902", "OMIM:999940", "contributes_to", SAID),
    GeneCondition("NCBIGene:9999901", "OMIM:999950", "associated_with", SAID),
    Mapping("OMIM:999950", "MEDGEN:CN1234567", "close", SAID),
]
TEXT = SAMPLE.read_text(encoding="utf-8")

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "mim2gene_medgen") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_every_record_of_the_sample_once() -> None:
    assert list(ncbi.parse(SAMPLE, "n/1")) == RECORDS


def test_packed(write: Write) -> None:
    path = write(gzip.compress(TEXT.encode()), "mim2gene_medgen.gz")
    assert list(ncbi.parse(path, "n/1")) == RECORDS


def test_version_is_that_of_the_name(write: Write) -> None:
    assert ncbi.version(SAMPLE) == "unknown"
    assert ncbi.version(write(TEXT, "mim2gene_medgen.2026-04.txt")) == "2026-04"
    with pytest.raises(SourceError, match="this is a web page"):
        ncbi.version(write("<html></html>\n"))


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("300751\t", "3007\t", 3, "malformed MIM number '3007'"),
        ("\t212\tphenotype", "\tALAS2\tphenotype", 3, "malformed gene id 'ALAS2'"),
        ("\tgene\t", "\tprotein\t", 2, "unknown type 'protein'; gene, phenotype"),
        ("C4551511", "C455", 3, "malformed MedGen concept 'C455'"),
        ("C4551511", "", 3, "malformed MedGen concept ''"),
        ("\tsusceptibility\n", "\tsuscept\n", 7, "unknown comment 'suscept'; the file may be cut"),
        ("\tC4551511", "", 3, "5 cells where the header has 6"),
    ],
)
def test_malformed_rows(write: Write, old: str, new: str, line: int, problem: str) -> None:
    assert old in TEXT
    path = write(TEXT.replace(old, new, 1))
    with pytest.raises(SourceError, match=problem) as caught:
        list(ncbi.parse(path, "n/1"))
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty; fetch it again"),
        ("<html>\n<body>moved</body>\n</html>\n", "no column 'MIM number' .* a web page"),
        (TEXT[: TEXT.index("999900")], "no phenotype in this file; fetch it again"),
        (TEXT[: TEXT.index("300751")], "no phenotype in this file; fetch it again"),
        (TEXT[: TEXT.index("MedGenCUI")], "no column 'MedGenCUI' in the header"),
        (TEXT[: TEXT.index("C4551511") - 3], "line 3: 4 cells where the header has 6"),
        (TEXT[: TEXT.index("susceptibility") + 4], "line 7: unknown comment 'susc'"),
        (TEXT.encode("utf-16"), "not UTF-8 text|a NUL character"),
        (TEXT.replace("GeneTests", "côté").encode("latin-1"), "line 12: not UTF-8 text"),
    ],
)
def test_what_is_no_such_file(write: Write, content: str | bytes, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        list(ncbi.parse(write(content), "n/1"))


def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "ncbi" / "mim2gene_medgen"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines if line.split("\t")[2] == "phenotype"]
    links: set[tuple[str, str, str]] = set()
    for number, gene, _, _, _, comment in rows:
        if gene != "-" and "nondisease" not in comment and "question" not in comment:
            weak = "susceptibility" in comment or "modifier" in comment or "QTL" in comment
            relation = "contributes_to" if weak else "associated_with"
            links.add((f"NCBIGene:{gene}", f"OMIM:{number}", relation))
    found = list(ncbi.parse(path, "n/1"))
    stated = [r for r in found if isinstance(r, GeneCondition)]
    assert {(r.gene_id, r.condition_id, r.relation) for r in stated} == links
    assert len(stated) == len(links)
    assert Counter(r.relation for r in stated) == {"associated_with": 6_295, "contributes_to": 557}
    mapped = [(r.subject_id, r.object_id) for r in found if isinstance(r, Mapping)]
    assert len(mapped) == len(set(mapped))
    assert set(mapped) == {
        (f"OMIM:{row[0]}", ("MEDGEN:" if row[4].startswith("CN") else "UMLS:") + row[4])
        for row in rows
        if row[4] != "-"
    }
    assert sum(object_id.startswith("UMLS:") for _, object_id in mapped) > 10_000


def test_facts_of_the_real_file(shared_data: Path) -> None:
    found = list(ncbi.parse(shared_data / "ncbi" / "mim2gene_medgen", "n/1"))
    links = {(r.gene_id, r.condition_id) for r in found if isinstance(r, GeneCondition)}
    assert {("NCBIGene:212", "OMIM:300751"), ("NCBIGene:212", "OMIM:300752")} <= links
    assert Mapping("OMIM:300751", "UMLS:C4551511", "close", SAID) in found
    assert Mapping("OMIM:300752", "UMLS:C2677889", "close", SAID) in found
    assert Mapping("OMIM:621533", "MEDGEN:CN381014", "close", SAID) in found
    assert ("NCBIGene:212", "OMIM:301300") not in links
