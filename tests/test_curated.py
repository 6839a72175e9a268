"""The loader of our own facts holds every table to its schema, cell by cell."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from genekg import records
from genekg.errors import SourceError
from genekg.sources import curated, registry

PAGE = "https://medlineplus.gov/genetics/condition/x-linked-sideroblastic-anemia/"


@pytest.fixture
def folder(sample_sources: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the sample of the curated facts, to be spoilt."""
    return Path(shutil.copytree(sample_sources["curated"], tmp_path / "curated"))


def parsed(folder: Path) -> list[records.Record]:
    return list(curated.parse(folder, "curated/1"))


def spoil(folder: Path, table: str, column: str, cell: str) -> int:
    """Put a cell in the last row of a table; return the line it stands in."""
    path = folder / f"{table}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = lines[-1].split("\t")
    row[lines[0].split("\t").index(column)] = cell
    path.write_text("\n".join([*lines[:-1], "\t".join(row)]) + "\n", encoding="utf-8")
    return len(lines)


def test_every_table_of_the_schema_gives_records(folder: Path) -> None:
    """The number of records of each kind follows from the rows of the tables."""

    def rows(table: str) -> list[list[str]]:
        path = folder / f"{table}.tsv"
        return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]

    onsets = sum(len(row[3].split("|")) for row in rows("presentations"))
    statements = ("consequences", "inheritance_notes", "modes", "presentations", "prevalence")
    assert Counter(type(record) for record in parsed(folder)) == {
        records.Condition: 2,
        records.ConditionName: len(rows("names")),
        records.Mapping: len(rows("mappings")) + len(rows("genes")),
        records.Gene: 1,
        records.Enzyme: 1,
        records.Catalysis: 1,
        records.Activity: len(rows("activities")),
        records.GeneCondition: 2,
        records.Statement: sum(len(rows(table)) for table in statements),
        records.Annotation: len(rows("inheritance")) + len(rows("symptoms")) + onsets,
        records.ResourcePage: len(rows("resources")) + len(rows("pages")),
        records.Reference: len(rows("references")),
    }


def test_the_anchor_of_the_whole_graph(folder: Path) -> None:
    """X-linked sideroblastic anemia: gene, protein, enzyme, reaction and mechanism."""
    found = parsed(folder)
    (gene,) = (record for record in found if isinstance(record, records.Gene))
    assert (gene.id, gene.symbol, gene.location, gene.uniprot_id, gene.xrefs) == (
        "HGNC:397", "ALAS2", "Xp11.21", "UniProt:P22557", ("OMIM:301300",),
    )  # fmt: skip
    (enzyme,) = (record for record in found if isinstance(record, records.Enzyme))
    assert (enzyme.id, enzyme.name) == ("EC:2.3.1.37", "5-aminolevulinate synthase")
    assert enzyme.reaction == "succinyl-CoA + glycine + H(+) = 5-aminolevulinate + CO2 + CoA"
    causes = {
        record.condition_id: (record.relation, record.mechanism)
        for record in found
        if isinstance(record, records.GeneCondition)
    }
    assert causes == {
        "MONDO:0020721": ("causes", "loss_of_function"),
        "MONDO:0010420": ("causes", "gain_of_function"),
    }


def test_the_source_of_a_row_is_its_provenance(folder: Path) -> None:
    condition = next(
        record
        for record in parsed(folder)
        if isinstance(record, records.Condition) and record.id == "MONDO:0020721"
    )
    assert PAGE in condition.provenance.publications
    assert condition.provenance.release == "curated/1"
    assert condition.provenance.evidence == curated.MANUAL
    assert all(record.provenance.publications for record in parsed(folder))  # type: ignore[union-attr]


def test_a_frequency_of_none_is_negation(folder: Path) -> None:
    spoil(folder, "symptoms", "frequency", "0/9")
    last = [r for r in parsed(folder) if isinstance(r, records.Annotation) and r.aspect == "P"][-1]
    assert last.negated


def test_negated_in_words(folder: Path) -> None:
    spoil(folder, "symptoms", "negated", "yes")
    last = [r for r in parsed(folder) if isinstance(r, records.Annotation) and r.aspect == "P"][-1]
    assert last.negated


@pytest.mark.parametrize(
    ("table", "column", "cell", "problem"),
    [
        ("conditions", "label", "", "column label: empty"),
        ("conditions", "label", " name", "spaces around ' name'"),
        ("names", "scope", "nearly", "'nearly' is none of exact, related, broad, narrow"),
        ("mappings", "id", "omim:300752", "'omim:300752' is not an id of OMIM"),
        ("mappings", "id", "HGNC:397", "'HGNC:397' is not an id of OMIM"),
        ("mappings", "match", "same", "'same' is none of exact, close"),
        ("genes", "gene_id", "ALAS2", "'ALAS2' is not an id of HGNC"),
        ("genes", "source", "a book", "'a book' is neither an id nor an https address"),
        ("genes", "source", f"{PAGE}|", "'' is neither an id nor an https address"),
        ("enzymes", "enzyme_id", "2.3.1.37", "is not an id of EC"),
        ("activities", "step", "first", "'first' is not an integer"),
        ("causes", "mechanism", "unknown", "'unknown' is none of loss_of_function"),
        ("presentations", "onset_ids", "HP:0011463|late", "'late' is not an id of HP"),
        ("symptoms", "frequency", "often", "unknown frequency 'often'"),
        ("symptoms", "sex", "both", "'both' is none of male, female"),
        ("resources", "url", "medlineplus.gov", "'medlineplus.gov' is not a url"),
        ("pages", "updated", "19 September 2025", "is not a date"),
        ("consequences", "condition_id", "MONDO:1", "MONDO:1 is not in conditions.tsv; add it"),
    ],
)
def test_a_cell_that_breaks_the_schema(
    folder: Path, table: str, column: str, cell: str, problem: str
) -> None:
    line = spoil(folder, table, column, cell)
    with pytest.raises(SourceError, match=problem) as caught:
        parsed(folder)
    assert (caught.value.path, caught.value.line) == (folder / f"{table}.tsv", line)


def test_a_repeated_key_names_both_lines(folder: Path) -> None:
    path = folder / "causes.tsv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 4: HGNC:397 .* again; first in line 2"):
        parsed(folder)


def test_a_row_with_too_few_cells(folder: Path) -> None:
    with (folder / "names.tsv").open("a", encoding="utf-8") as file:
        file.write("MONDO:0020721\tname\n")
    with pytest.raises(SourceError, match=r"names.tsv, line \d+: 2 cells where the header has 5"):
        parsed(folder)


def test_an_unknown_column(folder: Path) -> None:
    path = folder / "causes.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line}\tmore\n" for line in lines), encoding="utf-8")
    with pytest.raises(SourceError, match="causes.tsv, line 2: unknown column 'more'"):
        parsed(folder)


def test_a_missing_column(folder: Path) -> None:
    (folder / "pages.tsv").write_text("condition_id\turl\n", encoding="utf-8")
    with pytest.raises(SourceError, match="pages.tsv, line 1: no column 'updated'"):
        parsed(folder)


def test_a_table_without_a_schema(folder: Path) -> None:
    (folder / "variants.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"variants.tsv: no table of this name in schema.toml"):
        parsed(folder)


def test_missing_files(folder: Path) -> None:
    (folder / "conditions.tsv").unlink()
    with pytest.raises(SourceError, match=r"conditions.tsv: no such file"):
        parsed(folder)
    (folder / "schema.toml").unlink()
    with pytest.raises(SourceError, match=r"schema.toml: no such file; the schema must be there"):
        parsed(folder)


def test_a_schema_that_is_no_toml(folder: Path) -> None:
    (folder / "schema.toml").write_text("[conditions\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"schema.toml: not valid TOML"):
        parsed(folder)


def test_version_is_that_of_the_schema(folder: Path) -> None:
    text = (folder / "schema.toml").read_text(encoding="utf-8")
    assert f'version = "{curated.version(folder)}"' in text


@pytest.mark.parametrize("damage", [None, b"[conditions\n", "# Ménière\n".encode("latin-1")])
def test_a_version_that_cannot_be_read(folder: Path, damage: bytes | None) -> None:
    path = folder / "schema.toml"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(SourceError, match=r"schema.toml: (no such file|not valid TOML)"):
        curated.version(folder)


def test_a_schema_without_a_version(folder: Path) -> None:
    (folder / "schema.toml").write_text("[conditions]\n", encoding="utf-8")
    assert curated.version(folder) == ""
    with pytest.raises(SourceError, match="states no version"):
        registry()["curated"].release(folder, curated.version(folder))
