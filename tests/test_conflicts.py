"""Where sources disagree: one conflict of each kind in a small build, among near misses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import genekg.graph
from genekg import conflicts, meanings, pipeline, resources
from genekg.cli.comparing import conflicts as command
from genekg.errors import UsageError
from genekg.graph import Graph
from genekg.tables import Cell

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"

# Beside the terms of the sample.
TERMS = """
[Term]
id: HP:0032113
name: Semidominant inheritance
is_a: HP:0034345

[Term]
id: HP:0010460
name: Abnormality of the female genitalia
is_a: HP:0000118

[Term]
id: HP:0010461
name: Abnormality of the male genitalia
is_a: HP:0000118

[Term]
id: HP:0000054
name: Micropenis
is_a: HP:0010461

[Term]
id: HP:0000062
name: Ambiguous genitalia
is_a: HP:0010460
is_a: HP:0010461
"""
PLACES = {"HGNC:1": "1p11", "HGNC:2": "Xp11.2", "HGNC:3": "Xp22.33 and Yp11.2"}
PANELS = {"Disputed": "Panel of doubt", "Definitive": "Panel of proof"}
HPO, ORPHANET = "HPO annotations 2025-01-16", "Orphanet in HPO annotations 2025-01-16"
CURATED, GENES = "genekg curated 2026-11-23", "HPO gene links 2025-01-16"


class Inputs:
    """The files of a small build, whose conditions OMIM, Orphanet and Mondo each have an id of."""

    def __init__(self) -> None:
        self.annotations: list[str] = []
        self.causes: list[str] = []
        self.links: list[str] = []
        self.curations: list[str] = []
        self.conditions = 0

    def condition(self) -> int:
        self.conditions += 1
        return self.conditions

    def says(
        self, source: str, number: int, term: str, frequency: str = "", sex: str = "", no: str = ""
    ) -> None:
        """Add a row; OMIM's cite a paper, Orphanet's themselves."""
        curie = f"{source}:{990000 + number}"
        aspects = {"HP:0000006": "I", "HP:0000007": "I", "HP:0032113": "I", "HP:0003674": "C"}
        branch = "I" if term.startswith("HP:00014") else "C" if term.startswith("HP:0003") else "P"
        cited = ("PMID:1", "PCS") if source == "OMIM" else (curie, "TAS")
        cells = [curie, f"condition {number}", no, term, *cited, "", frequency, sex, ""]
        self.annotations.append("\t".join([*cells, aspects.get(term, branch), "by hand"]))

    def causal(self, gene: str, number: int) -> None:
        self.causes.append(f"{gene}\tMONDO:{9000000 + number}\tcauses\t\tPMID:2")

    def linked(self, gene: int, number: int, source: str = "OMIM") -> None:
        self.links.append(f"{gene}\tG{gene}\tHP:0000118\tx\t-\t{source}:{990000 + number}")

    def judged(self, gene: str, number: int, classification: str, mode: str) -> None:
        report = f"https://example.org/report/{len(self.curations)}"
        cells = ["G", gene, "x", f"MONDO:{9000000 + number}", mode, "SOP9", classification, report]
        cells += ["2026-01-01T00:00:00", PANELS[classification]]
        self.curations.append(",".join(f'"{cell}"' for cell in cells))

    def write(self, folder: Path) -> dict[str, Path]:
        files = {
            "hpo": folder / "hp.obo",
            "hpo-annotations": folder / "phenotype.hpoa",
            "hpo-genes": folder / "genes_to_phenotype.txt",
            "clingen": folder / "clingen.csv",
            "curated": folder / "curated",
        }
        obo = (SAMPLES / "hpo" / "hp.obo").read_text(encoding="utf-8")
        files["hpo"].write_text(obo.replace("\n[Typedef]", TERMS + "\n[Typedef]"), encoding="utf-8")
        samples = {"hpo-annotations": 5, "hpo-genes": 1, "clingen": 6}
        kept = {"hpo-annotations": "hpo", "hpo-genes": "hpo", "clingen": "clingen"}
        rows = (self.annotations, self.links, self.curations)
        for (source, head), lines in zip(samples.items(), rows, strict=True):
            name = "gene-disease-summary.csv" if source == "clingen" else files[source].name
            sample = (SAMPLES / kept[source] / name).read_text(encoding="utf-8").splitlines()
            text = "\n".join([*sample[:head], *lines])
            files[source].write_text(text + "\n", encoding="utf-8")
        files["curated"].mkdir()
        schema = resources.path("data/curated/schema.toml").read_text(encoding="utf-8")
        numbers = range(1, self.conditions + 1)
        tables = {
            "schema.toml": [schema],
            "conditions.tsv": [
                "condition_id\tlabel\tdescription\tsource",
                *(f"MONDO:{9000000 + n}\tcondition {n}\tA sample.\tPMID:2" for n in numbers),
            ],
            "mappings.tsv": [
                "condition_id\tid\tmatch\tsource",
                *(
                    f"MONDO:{9000000 + n}\t{source}:{990000 + n}\texact\tPMID:2"
                    for n in numbers
                    for source in ("OMIM", "ORPHA")
                ),
            ],
            "genes.tsv": [
                "gene_id\tsymbol\tname\talias_symbol\tprev_symbol\tncbi_gene_id\tomim_id\tlocation"
                "\tuniprot_id\tsource",
                *(
                    f"{gene}\tSAMP{gene[5:]}\tx\t\t\tNCBIGene:{gene[5:]}\t\t{place}\t\tPMID:2"
                    for gene, place in PLACES.items()
                ),
            ],
            "causes.tsv": ["gene_id\tcondition_id\trelation\tmechanism\tsource", *self.causes],
        }
        for name, lines in tables.items():
            (files["curated"] / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return files


def add_conflicts(inputs: Inputs) -> dict[str, int]:
    """Add one of each kind; return the numbers of the conditions."""
    found = {
        name: inputs.condition()
        for name in ("chromosome of the mode", "dominance", "mode against the gene's chromosome",
                     "symptom stated and excluded", "male symptom given to the female sex",
                     "gene disputed", "onset")
    }  # fmt: skip
    numbers = iter(found.values())
    inputs.says("OMIM", number := next(numbers), "HP:0000006")
    inputs.says("ORPHA", number, "HP:0001419")
    inputs.says("OMIM", number := next(numbers), "HP:0000006")
    inputs.says("ORPHA", number, "HP:0000007")
    inputs.says("OMIM", number := next(numbers), "HP:0001417")
    inputs.causal("HGNC:1", number)
    inputs.says("OMIM", number := next(numbers), "HP:0001903", "0/9")
    inputs.says("ORPHA", number, "HP:0001903", "HP:0040281")
    inputs.says("OMIM", next(numbers), "HP:0000054", "1/5", "FEMALE")
    inputs.causal("HGNC:1", number := next(numbers))
    inputs.linked(1, number)
    inputs.judged("HGNC:1", number, "Disputed", "AD")
    inputs.says("OMIM", number := next(numbers), "HP:0003577")
    inputs.says("ORPHA", number, "HP:0003581")
    return found


def add_near_misses(inputs: Inputs) -> None:
    # modes: both by one source, one of no chromosome, one denied, a panel's of one of two genes
    inputs.says("OMIM", number := inputs.condition(), "HP:0000006")
    inputs.says("OMIM", number, "HP:0000007")
    inputs.says("ORPHA", number, "HP:0000007")
    inputs.says("OMIM", number := inputs.condition(), "HP:0032113")
    inputs.says("ORPHA", number, "HP:0001417")
    inputs.says("OMIM", number := inputs.condition(), "HP:0000006", no="NOT")
    inputs.says("ORPHA", number, "HP:0000007")
    inputs.says("OMIM", number := inputs.condition(), "HP:0000006")
    inputs.judged("HGNC:1", number, "Definitive", "AR")
    inputs.linked(99, number)
    # chromosomes: genes of two, a gene of X and Y, a gene whose place is not known
    inputs.says("OMIM", number := inputs.condition(), "HP:0001417")
    inputs.causal("HGNC:1", number)
    inputs.causal("HGNC:2", number)
    inputs.says("OMIM", number := inputs.condition(), "HP:0000006")
    inputs.causal("HGNC:3", number)
    inputs.says("OMIM", number := inputs.condition(), "HP:0001417")
    inputs.linked(99, number)
    inputs.says("OMIM", number := inputs.condition(), "HP:0001417")
    inputs.linked(1, number, "ORPHA")
    # excluded: different sexes; too few to tell; two cohorts of one; of unknown frequency
    for none, some in (
        (("0/40", "FEMALE"), ("HP:0040281", "MALE")),
        (("0/9", ""), ("HP:0040283", "")),
        (("0/1", ""), ("HP:0040281", "")),
        (("0/40", ""), ("", "")),
    ):
        inputs.says("OMIM", number := inputs.condition(), "HP:0001903", *none)
        inputs.says("ORPHA", number, "HP:0001903", *some)
    # a report of one; the most different of many cohorts
    inputs.says("OMIM", number := inputs.condition(), "HP:0001903", "1/1")
    inputs.says("OMIM", number, "HP:0001903", "0/40")
    inputs.says("OMIM", number := inputs.condition(), "HP:0001903", "4/4")
    inputs.says("OMIM", number, "HP:0001903", "0/3")
    inputs.says("OMIM", number, "HP:0001903", "1/3")
    # sexes: the right one, what both can have, the wrong one excluded
    inputs.says("OMIM", number := inputs.condition(), "HP:0000054", "1/5", "MALE")
    inputs.says("OMIM", number, "HP:0000062", "1/5", "FEMALE")
    inputs.says("OMIM", inputs.condition(), "HP:0000054", "0/5", "FEMALE")
    # disputed: by a panel whose source upholds it; a gene that nobody links, or Orphanet in no way
    inputs.causal("HGNC:1", number := inputs.condition())
    inputs.judged("HGNC:1", number, "Disputed", "AD")
    inputs.judged("HGNC:1", number, "Definitive", "AR")
    inputs.judged("HGNC:1", number := inputs.condition(), "Disputed", "AD")
    inputs.linked(1, number, "ORPHA")
    inputs.judged("HGNC:1", inputs.condition(), "Disputed", "AD")
    # onsets: side by side; of one sex; of any age; of one patient; another that meets
    for one, two, sex in (
        ("HP:0003577", "HP:0003593", ""),
        ("HP:0003621", "HP:0011462", ""),
        ("HP:0003577", "HP:0003581", "FEMALE"),
        ("HP:0003577", "HP:0003674", ""),
    ):
        inputs.says("OMIM", number := inputs.condition(), one, sex=sex)
        inputs.says("ORPHA", number, two)
    inputs.says("OMIM", number := inputs.condition(), "HP:0003581", "1/1")
    inputs.says("ORPHA", number, "HP:0003577")
    inputs.says("OMIM", number := inputs.condition(), "HP:0003577")
    inputs.says("ORPHA", number, "HP:0003577")
    inputs.says("ORPHA", number, "HP:0003581")


@pytest.fixture(scope="module")
def planted() -> tuple[Inputs, dict[str, int]]:
    inputs = Inputs()
    found = add_conflicts(inputs)
    add_near_misses(inputs)
    return inputs, found


@pytest.fixture(scope="module")
def home(planted: tuple[Inputs, dict[str, int]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conflicts")
    files = planted[0].write(folder)
    manifest = pipeline.build(folder / "home", files, floors=False).build.manifest
    rejected = {said["source"]: said["rejected"] for said in manifest["sources"]}
    assert set(rejected) == set(files)
    assert set(rejected.values()) == {0}
    return folder / "home"


@pytest.fixture(scope="module")
def graph(home: Path) -> Iterator[Graph]:
    with genekg.graph.open(home, build=False) as graph:
        yield graph


@pytest.fixture(scope="module")
def found(graph: Graph) -> dict[str, dict[str, Cell]]:
    return {str(row["kind"]): row for row in conflicts.find(graph).dicts()}


def test_one_of_each_kind_is_found_and_no_near_miss(
    graph: Graph, planted: tuple[Inputs, dict[str, int]]
) -> None:
    table = conflicts.find(graph)
    assert dict(zip(table.column("kind"), table.column("condition"), strict=True)) == {
        kind: f"MONDO:{9000000 + number}" for kind, number in planted[1].items()
    }
    assert len(table) == len(planted[1]) == 7
    assert table.column("label") == [f"condition {str(c)[-1]}" for c in table.column("condition")]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (
            "chromosome of the mode",
            ("X-linked recessive inheritance (HP:0001419); said of ORPHA:990001", ORPHANET,
             "traceable author statement (TAS); ORPHA:990001"),
            ("Autosomal dominant inheritance (HP:0000006); said of OMIM:990001", HPO,
             "published clinical study (PCS); PMID:1"),
        ),
        (
            "dominance",
            ("Autosomal dominant inheritance (HP:0000006); said of OMIM:990002", HPO,
             "published clinical study (PCS); PMID:1"),
            ("Autosomal recessive inheritance (HP:0000007); said of ORPHA:990002", ORPHANET,
             "traceable author statement (TAS); ORPHA:990002"),
        ),
        (
            "mode against the gene's chromosome",
            ("X-linked inheritance (HP:0001417); said of OMIM:990003", HPO,
             "published clinical study (PCS); PMID:1"),
            ("SAMP1 (HGNC:1)", CURATED, "curator; PMID:2"),
        ),
        (
            "symptom stated and excluded",
            ("Anemia (HP:0001903); frequency Very frequent; said of ORPHA:990004", ORPHANET,
             "traceable author statement (TAS); ORPHA:990004"),
            ("Anemia (HP:0001903); NOT; frequency 0/9; said of OMIM:990004", HPO,
             "published clinical study (PCS); PMID:1"),
        ),
        (
            "male symptom given to the female sex",
            ("Micropenis (HP:0000054); frequency 1/5; female; said of OMIM:990005", HPO,
             "published clinical study (PCS); PMID:1"),
            ("a kind of Abnormality of the male genitalia (HP:0010461)", "HPO 2025-01-16", ""),
        ),
        (
            "gene disputed",
            ("SAMP1 (HGNC:1)", f"{CURATED}; {GENES}", "curator; PMID:2"),
            ("SAMP1 (HGNC:1); disputed evidence", "ClinGen 2026-06-01 (Panel of doubt)",
             "https://example.org/report/0"),
        ),
        (
            "onset",
            ("Congenital onset (HP:0003577); said of OMIM:990007", HPO,
             "published clinical study (PCS); PMID:1"),
            ("Adult onset (HP:0003581); said of ORPHA:990007", ORPHANET,
             "traceable author statement (TAS); ORPHA:990007"),
        ),
    ],
)  # fmt: skip
def test_the_two_sides(
    found: dict[str, dict[str, Cell]], kind: str, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    row = found[kind]
    sides = [
        tuple(row[column] for column in ("one says", "source", "evidence")),
        tuple(row[column] for column in ("another says", "other source", "other evidence")),
    ]
    if kind in ("chromosome of the mode", "onset", "dominance"):
        assert sorted(map(str, sides)) == sorted(map(str, (one, other)))
    else:
        assert sides == [one, other]


def test_the_weaker_side_weighs_and_the_weightiest_come_first(
    graph: Graph, found: dict[str, dict[str, Cell]]
) -> None:
    # a study with a paper 4, an author's statement 2, a link without evidence or a dispute 1
    assert {kind: row["weight"] for kind, row in found.items()} == {
        "male symptom given to the female sex": 4,
        "mode against the gene's chromosome": 3,
        "chromosome of the mode": 2,
        "dominance": 2,
        "onset": 2,
        "symptom stated and excluded": 2,
        "gene disputed": 1,
    }
    weights = conflicts.find(graph).column("weight")
    assert weights == sorted(weights, key=lambda weight: -int(str(weight)))


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("modes", {"chromosome of the mode", "dominance"}),
        ("chromosomes", {"mode against the gene's chromosome"}),
        ("excluded", {"symptom stated and excluded"}),
        ("sexes", {"male symptom given to the female sex"}),
        ("disputed", {"gene disputed"}),
        ("onsets", {"onset"}),
    ],
)
def test_one_kind_at_a_time(graph: Graph, kind: str, names: set[str]) -> None:
    assert set(conflicts.find(graph, kinds=[kind]).column("kind")) == names


def test_an_unknown_kind(graph: Graph) -> None:
    with pytest.raises(UsageError, match="no conflicts of kind 'names'; known: modes, chromo"):
        conflicts.find(graph, kinds=["names"])


def test_the_command_knows_every_kind_and_counts(home: Path) -> None:
    (option,) = (one for one in command.params if one.name == "kind")
    assert tuple(option.type.choices) == tuple(conflicts.KINDS)  # type: ignore[attr-defined]
    result = CliRunner().invoke(command, ["--store", str(home), "--kind", "modes"])
    assert result.exit_code == 0
    assert result.output.count("condition 1\t") == result.output.count("condition 2\t") == 1
    assert "2 conflicts." in result.output


def test_more_conflicts_and_agreement(tmp_path: Path) -> None:
    """What the near misses lack: one gene, enough patients, an outright exclusion, a percentage."""
    inputs = Inputs()
    inputs.says("OMIM", inputs.condition(), "HP:0000006")
    inputs.judged("HGNC:1", inputs.conditions, "Definitive", "AR")
    inputs.says("OMIM", inputs.condition(), "HP:0001903", "6/6")
    inputs.says("OMIM", inputs.conditions, "HP:0001903", "0/3")
    inputs.says("OMIM", inputs.condition(), "HP:0001903", "1/58")
    inputs.says("ORPHA", inputs.conditions, "HP:0001903", "HP:0040285")
    inputs.says("OMIM", inputs.condition(), "HP:0001903", "0/5")
    inputs.says("ORPHA", inputs.conditions, "HP:0001903", "50%")
    inputs.says("OMIM", inputs.condition(), "HP:0001903", "0/4")
    inputs.says("ORPHA", inputs.conditions, "HP:0001903", "50%")
    inputs.says("OMIM", inputs.condition(), "HP:0000007")
    inputs.says("OMIM", inputs.conditions, "HP:0000006", no="NOT")
    inputs.says("ORPHA", inputs.conditions, "HP:0000006")
    inputs.linked(99, inputs.condition())
    inputs.says("OMIM", inputs.conditions, "HP:0000118")
    files = inputs.write(tmp_path)
    pipeline.build(tmp_path / "home", files, floors=False)
    with genekg.graph.open(tmp_path / "home", build=False) as graph:
        table = conflicts.find(graph)
    assert sorted(zip(table.column("condition"), table.column("kind"), strict=True)) == [
        ("MONDO:9000001", "dominance"),
        ("MONDO:9000002", "symptom stated and excluded"),
        ("MONDO:9000003", "symptom stated and excluded"),
        ("MONDO:9000004", "symptom stated and excluded"),
        ("MONDO:9000006", "dominance"),
    ]
    (panel,) = (row for row in table.dicts() if row["condition"] == "MONDO:9000001")
    said = (panel["one says"], panel["another says"])
    assert "Autosomal recessive inheritance (HP:0000007)" in said  # of the condition's own id


def test_ages_are_ordered_and_known_to_hpo(packaged_hpo: Path) -> None:
    text = (packaged_hpo / "hp.obo").read_text(encoding="utf-8")
    terms = (*meanings.AGES, *meanings.SEX_TERMS.values())
    modes = [one for table in (meanings.CHROMOSOMES, meanings.COPIES) for one in table.values()]
    for term in (*terms, *(mode for of in modes for mode in of)):
        assert f"\nid: {term}\n" in text
    assert all(low <= high for low, high in meanings.AGES.values())
    assert meanings.chromosome("mitochondria") == "mitochondrial"
    assert meanings.chromosome("reserved") == meanings.chromosome("") == ""
    assert meanings.chromosome("Yq11.2") == "Y-linked"
