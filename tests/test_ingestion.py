"""Pages kept for the next build: every statement opens the sentence it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import genekg.graph
from genekg import associations, cards, ingestion, pipeline, resources
from genekg import vocabulary as v
from genekg.cli import cli
from genekg.errors import SourceError
from genekg.graph import Graph
from genekg.nodes import node
from genekg.pages import Page, Section, Sentence
from genekg.records import Annotation, GeneCondition
from genekg.sources import ingested

found = pytest.importorskip("genekg.recognition.found")

TEXT = (
    "XLSA\n\nDescription\n\nPeople look pale. They do not have fever. Variants in ALAS2 cause it."
)
PALE, FEVER, GENE = "People look pale.", "They do not have fever.", "Variants in ALAS2 cause it."
ADDRESS = "https://example.org/xlsa"
PAGE = Page(
    ADDRESS, "X-linked sideroblastic anemia", TEXT, (Section("description", 19, len(TEXT)),),
    names=("Pale blood",), updated="2025-09-19",
)  # fmt: skip


def statement(kind: str, target: str, mention: str, sentence: str, **more: object) -> object:
    start = TEXT.index(sentence)
    at = TEXT.index(mention)
    whole = Sentence(sentence, start, start + len(sentence), "description")
    return found.Found(kind, target, mention, whole, at, at + len(mention), **more)


STATEMENTS = (
    statement("symptom", "HP:0000980", "pale", PALE),
    statement("symptom", "HP:0012378", "fever", FEVER, negated=True),
    statement("gene", "HGNC:397", "ALAS2", GENE, qualifiers=(("mechanism", "loss_of_function"),)),
    statement("symptom", "HP:0001744", "People", PALE, uncertain=True),
    statement(
        "mechanism", "HGNC:397", "cause", GENE, qualifiers=(("mechanism", "gain_of_function"),)
    ),
)


@pytest.fixture
def kept(sample_graph: Graph, tmp_path: Path) -> Path:
    condition = ingestion.condition_of(sample_graph, PAGE)
    assert condition is not None
    reading = ingestion.Reading(PAGE, condition, STATEMENTS)  # type: ignore[arg-type]
    (path,) = ingestion.keep(tmp_path, [reading])
    return path


def test_the_condition_is_found_by_title_name_or_id(sample_graph: Graph) -> None:
    for page in (
        PAGE,
        Page(ADDRESS, "No such title", "", (), names=("XLSA",)),
        Page(ADDRESS, "No such title", "", (), xrefs=("OMIM:300751",)),
    ):
        condition = ingestion.condition_of(sample_graph, page)
        assert condition is not None
        assert condition.id == "MONDO:0020721"
    assert ingestion.condition_of(sample_graph, Page(ADDRESS, "No such title", "", ())) is None


def test_what_is_kept_comes_back_as_records(kept: Path) -> None:
    records = list(ingested.parse(kept.parent, "pages/2025-09-19"))
    present, excluded = [r for r in records if isinstance(r, Annotation)]
    assert (present.term_id, present.negated) == ("HP:0000980", False)
    assert (excluded.term_id, excluded.negated) == ("HP:0012378", True)
    gene, other = [r for r in records if isinstance(r, GeneCondition)]
    assert other.mechanism == "gain_of_function"
    assert (gene.gene_id, gene.mechanism) == ("HGNC:397", "loss_of_function")
    for record in (present, excluded, gene):
        quote = record.provenance.quote
        assert quote is not None
        assert TEXT[quote.start : quote.end] == quote.text
        assert quote.page == ADDRESS
    assert ingested.version(kept.parent) == "2025-09-19"


def test_what_is_no_phenotype_is_no_symptom_of_the_record(
    sample_graph: Graph, tmp_path: Path
) -> None:
    condition = ingestion.condition_of(sample_graph, PAGE)
    assert condition is not None
    lost = statement("symptom", "HP:0100602", "pale", PALE, qualifiers=(("aspect", "H"),))
    reading: Any = ingestion.Reading(PAGE, condition, (lost,))  # type: ignore[arg-type]
    list(ingestion.keep(tmp_path, [reading]))
    records = ingested.parse(tmp_path / ingested.FOLDER, "pages/2025-09-19")
    assert [one.aspect for one in records if isinstance(one, Annotation)] == ["H"]


def test_a_sentence_that_is_gone_ends_the_build(
    kept: Path, sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    kept.with_suffix(".txt").write_text(TEXT.replace("pale", "rosy"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"\.txt, line 5: the sentence is no longer there"):
        pipeline.build(tmp_path, sample_sources, floors=False)
    assert not (tmp_path / "current").exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"updated": ""}', "null"])
def test_a_damaged_file_is_said(kept: Path, content: str) -> None:
    kept.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError):
        list(ingested.parse(kept.parent, ingested.version(kept.parent)))


def test_the_next_build_takes_the_pages_in_with_their_sentences(
    kept: Path, sample_sources: dict[str, Path], tmp_path: Path
) -> None:
    pipeline.build(tmp_path, sample_sources, floors=False)
    with genekg.graph.open(tmp_path, build=False) as graph:
        subject = node("MONDO:0020721")
        said = [
            one
            for one in associations.about(graph, subject)
            if one.object == node("HP:0000980") and "Ingested pages" in one.source
        ]
        (one,) = said
        (selector,) = one.nodes(v.HAS_SELECTOR)
        (exact,) = graph.store.quads_for_pattern(selector, v.EXACT, None, None)  # type: ignore[arg-type]
        assert exact.object.value == PALE  # type: ignore[union-attr]
        card = cards.show(graph, "XLSA")
        assert "HP:0012378" in card.section("Excluded symptoms (NOT present)").column("id")
        doubtful = [
            one
            for one in associations.about(graph, subject)
            if one.object == node("HP:0001744") and "Ingested pages" in one.source
        ]
        assert doubtful == [], "what is uncertain is not stated"


def test_the_table_shows_each_statement_with_its_sentence(sample_graph: Graph) -> None:
    condition = ingestion.condition_of(sample_graph, PAGE)
    assert condition is not None
    reading: Any = ingestion.Reading(PAGE, condition, STATEMENTS)  # type: ignore[arg-type]
    table = ingestion.table(sample_graph, [reading, reading])
    assert len(table) == 10
    assert set(table.column("condition")) == {condition.id}
    assert set(table.column("page")) == {PAGE.address}
    table = ingestion.table(sample_graph, [reading])
    rows = list(table.dicts())
    assert [row["name"] for row in rows] == ["Pallor", "Fatigue", "ALAS2", "Splenomegaly", "ALAS2"]
    assert rows[1]["negated"] == "NOT"
    assert rows[3]["uncertain"] == "uncertain"
    assert rows[0]["sentence"] == PALE


def test_a_page_ingested_again_replaces_itself(kept: Path) -> None:
    before = sorted(path.name for path in kept.parent.iterdir())
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["address"] == ADDRESS
    assert before == ["example-org-xlsa.json", "example-org-xlsa.txt"]


def test_several_pages_are_one_table_in_one_file(sample_home: Path, tmp_path: Path) -> None:
    folder = resources.path("data/samples/medlineplus-pages")
    pages = [str(folder / name) for name in ("own.html", "medquad.xml")]
    written = tmp_path / "found.tsv"
    words = ["ingest", *pages, "--dry-run", "--store", str(sample_home), "-o", str(written)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.stderr
    header, *rows = written.read_text(encoding="utf-8").splitlines()
    assert tuple(header.split("\t")) == ingestion.COLUMNS
    addresses = {row.rpartition("\t")[2] for row in rows}
    assert len(addresses) > 1
    assert f"{len(rows):,} statements of {len(addresses)} pages; nothing is kept" in result.stderr
    assert not (sample_home / "pages").exists()
