"""What changed between two builds, on samples that differ in known ways."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

import genekg.graph
from genekg import differences, pipeline
from genekg.cli.comparing import diff as command
from genekg.graph import Graph
from genekg.tables import Table

Sources = dict[str, Path]


def copied(sources: Sources, folder: Path) -> Sources:
    """Copy inputs to where they may be changed."""
    found = {}
    for name, path in sources.items():
        (folder / name).mkdir(parents=True)
        target = folder / name / path.name
        found[name] = Path((shutil.copytree if path.is_dir() else shutil.copy)(path, target))
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def row(condition: str, term: str, aspect: str = "P", no: str = "") -> str:
    name = {"OMIM:306700": "Hemophilia A"}.get(condition, "A name")
    return f"{condition}\t{name}\t{no}\t{term}\tPMID:1\tPCS\t\t\t\t\t{aspect}\tby hand\n"


def without(path: Path, start: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if start not in line]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")


def change_everything(sources: Sources) -> None:
    hpoa, genes, curated = (sources[name] for name in ("hpo-annotations", "hpo-genes", "curated"))
    without(hpoa, "OMIM:154700")
    without(hpoa, "OMIM:306700\tHemophilia A\t\tHP:0001419")
    without(hpoa, "OMIM:306700\tHemophilia A\t\tHP:0001892")
    with hpoa.open("a", encoding="utf-8") as file:
        file.write(row("OMIM:999002", "HP:0001903"))
        file.write(row("OMIM:306700", "HP:0001417", "I"))
        file.write(row("OMIM:306700", "HP:0002650"))
        file.write(row("OMIM:306700", "HP:0001903", no="NOT"))
        file.write(row("OMIM:306700", "HP:0003577", "C"))
        file.write(row("OMIM:306700", "HP:0003676", "C"))
        file.write(row("OMIM:306700", "HP:0012828", "M"))
        file.write(row("OMIM:306700", "HP:0009800", "H"))
    without(genes, "\tHK1\t")
    with genes.open("a", encoding="utf-8") as file:
        file.write("22\tABCB7\tHP:0001892\tx\t-\tOMIM:306700\n")
    edit(curated / "causes.tsv", "MONDO:0010420\tcauses", "MONDO:0010420\tcontributes_to")
    with (curated / "conditions.tsv").open("a", encoding="utf-8") as file:
        file.write("MONDO:9000001\tmerged sample\tA sample.\tPMID:2\n")
    with (curated / "mappings.tsv").open("a", encoding="utf-8") as file:
        file.write("MONDO:9000001\tOMIM:557000\texact\tPMID:2\n")
        file.write("MONDO:9000001\tORPHA:300751\texact\tPMID:2\n")


def build(folder: Path, sources: Sources) -> Path:
    pipeline.build(folder, sources, floors=False)
    return folder


@pytest.fixture(scope="module")
def changed_home(sample_sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changed")
    sources = copied(sample_sources, folder)
    change_everything(sources)
    return build(folder / "home", sources)


@pytest.fixture(scope="module")
def changed(changed_home: Path) -> Iterator[Graph]:
    with genekg.graph.open(changed_home, build=False) as graph:
        yield graph


@pytest.fixture
def against(
    sample_graph: Graph, sample_sources: Sources, tmp_path: Path
) -> Iterator[Callable[[Callable[[Sources], None]], Table]]:
    """A function that compares the sample with an edited copy of it."""
    with ExitStack() as stack:

        def compared(change: Callable[[Sources], None]) -> Table:
            sources = copied(sample_sources, tmp_path / "sources")
            change(sources)
            home = build(tmp_path / "home", sources)
            new = stack.enter_context(genekg.graph.open(home, build=False))
            return differences.compare(sample_graph, new)

        yield compared


EXPECTED = {
    ("OMIM:154700", "Marfan syndrome", "lost", "condition", "", ""),
    ("OMIM:999002", "A name", "gained", "condition", "", ""),
    ("MONDO:9000001", "merged sample", "merged", "condition", "OMIM:557000",
     "Pearson marrow-pancreas syndrome"),
    ("MONDO:9000001", "merged sample", "merged", "condition", "ORPHA:300751",
     "Familial dilated cardiomyopathy with conduction defect due to LMNA mutation"),
    ("OMIM:306700", "Hemophilia A", "gained", "mode", "HP:0001417", "X-linked inheritance"),
    ("OMIM:306700", "Hemophilia A", "lost", "mode", "HP:0001419", "X-linked recessive inheritance"),
    ("OMIM:306700", "Hemophilia A", "gained", "symptom", "HP:0002650", "Scoliosis"),
    ("OMIM:306700", "Hemophilia A", "lost", "symptom", "HP:0001892", "Abnormal bleeding"),
    ("OMIM:306700", "Hemophilia A", "gained", "excluded symptom", "HP:0001903", "Anemia"),
    ("OMIM:306700", "Hemophilia A", "gained", "onset", "HP:0003577", "Congenital onset"),
    ("OMIM:306700", "Hemophilia A", "gained", "course", "HP:0003676", "Progressive"),
    ("OMIM:306700", "Hemophilia A", "gained", "modifier", "HP:0012828", "Severe"),
    ("OMIM:306700", "Hemophilia A", "gained", "past history", "HP:0009800", "Maternal diabetes"),
    ("OMIM:306700", "Hemophilia A", "gained", "gene associated", "NCBIGene:22", "ABCB7"),
    ("OMIM:235700", "Hemolytic anemia, nonspherocytic, due to hexokinase deficiency", "lost",
     "gene associated", "NCBIGene:3098", "HK1"),
    ("MONDO:0010420", "X-linked erythropoietic protoporphyria", "gained", "gene contributes",
     "HGNC:397", "ALAS2"),
    ("MONDO:0010420", "X-linked erythropoietic protoporphyria", "lost", "gene causes",
     "HGNC:397", "ALAS2"),
}  # fmt: skip


def test_every_kind_of_difference(sample_graph: Graph, changed: Graph) -> None:
    """Nothing of the lost, the gained or the merged conditions is told beside."""
    found = differences.compare(sample_graph, changed)
    assert found.columns == differences.COLUMNS
    assert set(found.rows) == EXPECTED
    assert len(found) == len(EXPECTED)
    assert [row[3] for row in found] == sorted(str(row[3]) for row in found)


def test_the_other_way_round(sample_graph: Graph, changed: Graph) -> None:
    """Gained is lost; what was merged is split, its ids one by one; a renamed one stays one."""
    found = set(differences.compare(changed, sample_graph).rows)
    turned = {"gained": "lost", "lost": "gained"}
    facts = {(*r[:2], turned[str(r[2])], *r[3:]) for r in EXPECTED if r[2] != "merged"}
    assert found >= facts
    pearson = "Pearson marrow-pancreas syndrome"
    assert found - facts == {
        ("OMIM:557000", pearson, "merged", "condition", "MONDO:9000001", "merged sample"),
        ("OMIM:557000", pearson, "split", "condition", "ORPHA:300751",
         "Familial dilated cardiomyopathy with conduction defect due to LMNA mutation"),
    }  # fmt: skip


def test_the_summary_counts(sample_graph: Graph, changed: Graph) -> None:
    table = differences.summary(differences.compare(sample_graph, changed))
    assert table.columns == ("what", "change", "number")
    assert list(table)[:3] == [
        ("condition", "gained", 1), ("condition", "lost", 1), ("condition", "merged", 2),
    ]  # fmt: skip
    assert sum(int(str(row[2])) for row in table) == len(EXPECTED)


def test_the_same_inputs_differ_in_nothing(
    sample_graph: Graph, against: Callable[[Callable[[Sources], None]], Table]
) -> None:
    assert list(differences.compare(sample_graph, sample_graph)) == []
    assert list(against(lambda sources: None)) == []


OLD_TERM = """id: HP:0004864
name: Elevated bone marrow ring sideroblast count
def: "More ring sideroblasts in the marrow than is usual." []
is_a: HP:0001871 ! Abnormality of blood and blood-forming tissues
"""
REPLACED = """id: HP:0004864
name: obsolete Elevated bone marrow ring sideroblast count
is_obsolete: true
replaced_by: HP:0034499
"""
CONSIDERED = REPLACED.replace("replaced_by", "consider")


@pytest.mark.parametrize("annotated", ["HP:0004864", "HP:0034499"])
def test_a_term_that_another_replaces_is_no_difference(
    against: Callable[[Callable[[Sources], None]], Table], annotated: str
) -> None:
    def change(sources: Sources) -> None:
        edit(sources["hpo"], OLD_TERM, REPLACED)
        edit(sources["hpo-annotations"], "HP:0004864", annotated)

    assert list(against(change)) == []


def test_a_term_that_became_another_s_alternative_id_is_no_difference(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    def change(sources: Sources) -> None:
        edit(sources["hpo"], f"[Term]\n{OLD_TERM}\n", "")
        edit(sources["hpo"], "id: HP:0034499\n", "id: HP:0034499\nalt_id: HP:0004864\n")
        edit(sources["hpo-annotations"], "HP:0004864", "HP:0034499")

    assert list(against(change)) == []


def test_an_obsolete_term_that_is_also_an_alternative_id(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    """HPO has such terms; what is annotated with them counts for the other term."""

    def change(sources: Sources) -> None:
        edit(sources["hpo"], OLD_TERM, CONSIDERED)
        edit(sources["hpo"], "id: HP:0034499\n", "id: HP:0034499\nalt_id: HP:0004864\n")

    assert list(against(change)) == []


def test_a_term_that_others_only_may_stand_for_is_lost(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    def change(sources: Sources) -> None:
        edit(sources["hpo"], OLD_TERM, CONSIDERED)
        edit(sources["hpo-annotations"], "HP:0004864", "HP:0034499")

    found = {row[2:] for row in against(change)}
    assert found == {
        ("lost", "symptom", "HP:0004864", "Elevated bone marrow ring sideroblast count"),
        ("gained", "symptom", "HP:0034499", "Increased bone marrow iron"),
    }


def test_a_condition_under_its_new_id_is_the_same_one(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    def change(sources: Sources) -> None:
        with (sources["curated"] / "conditions.tsv").open("a", encoding="utf-8") as file:
            file.write("MONDO:9000001\tHemophilia A\tA sample.\tPMID:2\n")
        with (sources["curated"] / "mappings.tsv").open("a", encoding="utf-8") as file:
            file.write("MONDO:9000001\tOMIM:306700\texact\tPMID:2\n")

    assert list(against(change)) == [
        ("MONDO:9000001", "Hemophilia A", "merged", "condition", "OMIM:306700", "Hemophilia A")
    ]


def test_of_a_split_condition_the_one_that_stays_is_told(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    def change(sources: Sources) -> None:
        without(sources["curated"] / "mappings.tsv", "MONDO:0010420\tOMIM:300752")
        with (sources["curated"] / "conditions.tsv").open("a", encoding="utf-8") as file:
            file.write("MONDO:0000001\tpart\tA sample.\tPMID:2\n")
        with (sources["curated"] / "mappings.tsv").open("a", encoding="utf-8") as file:
            file.write("MONDO:0000001\tOMIM:300752\texact\tPMID:2\n")

    whole = ("MONDO:0010420", "X-linked erythropoietic protoporphyria")
    assert list(against(change)) == [(*whole, "split", "condition", "MONDO:0000001", "part")]


def test_a_concept_of_elsewhere_that_moves_joins_no_conditions(
    against: Callable[[Callable[[Sources], None]], Table],
) -> None:
    """A lost condition is not another one because a UMLS concept now stands beside that."""

    def change(sources: Sources) -> None:
        folder = sources["curated"]
        for path in sorted(folder.glob("*.tsv")):
            without(path, "MONDO:0010420") if "MONDO:0010420" in path.read_text() else None
        without(sources["hpo-annotations"], "OMIM:300752")
        without(sources["hpo-genes"], "OMIM:300752")
        with (folder / "mappings.tsv").open("a", encoding="utf-8") as file:
            file.write("MONDO:0020721\tUMLS:C2677889\texact\tPMID:2\n")

    found = list(against(change))
    assert found == [
        ("MONDO:0010420", "X-linked erythropoietic protoporphyria", "lost", "condition", "", "")
    ]


def test_the_command(sample_home: Path, changed_home: Path) -> None:
    arguments = [str(sample_home), str(changed_home)]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0
    assert "OMIM:306700\tHemophilia A\tlost\tsymptom\tHP:0001892\tAbnormal bleeding" in (
        result.output
    )
    assert "condition merged 2" in result.output
    short = CliRunner().invoke(command, [*arguments, "--summary", "--format", "tsv"])
    assert "condition\tmerged\t2\n" in short.output
    assert "Hemophilia" not in short.output
