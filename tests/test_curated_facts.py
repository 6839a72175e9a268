"""Every id, symbol, location, EC number, label, mapping, paper and frequency of our own facts,
against the files of the authorities. Exceptions are listed here, each with its reason.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

Row = dict[str, str]

# A general condition; the files name the gene of its two forms, MONDO:0019148 and MONDO:0019149.
GENES_ELSEWHERE = {("HGNC:6617", "MONDO:0800449")}
# Subunits of a complex: ENZYME and HGNC give the number to others, or HGNC an earlier number.
ENZYMES_ELSEWHERE = {
    ("HGNC:10683", "EC:1.3.5.1"): "SDHD anchors succinate dehydrogenase in the membrane",
    ("HGNC:7455", "EC:7.1.1.2"): "HGNC still has EC 1.6.5.3, which became 7.1.1.2",
    ("HGNC:7459", "EC:7.1.1.2"): "HGNC still has EC 1.6.5.3, which became 7.1.1.2",
    ("HGNC:7461", "EC:7.1.1.2"): "HGNC still has EC 1.6.5.3, which became 7.1.1.2",
    ("HGNC:7462", "EC:7.1.1.2"): "HGNC still has EC 1.6.5.3, which became 7.1.1.2",
}
# Named in the usual order of words, and as the MedlinePlus page has it.
LABELS_ELSEWHERE = {
    "MONDO:0008319": "Mondo: protoporphyria, erythropoietic, 1",
    "MONDO:0009376": "Mondo: carbamoyl phosphate synthetase I deficiency disease",
}

HEME, UREA = "GO:0006783", "GO:0000050"
PATHWAYS = {HEME: set(range(1, 9)), UREA: set(range(1, 6))}
NAMED_PROCESSES = {
    "GO:0006559": "phenylalanine breakdown",
    "GO:0006572": "tyrosine breakdown",
    "GO:0005977": "glycogen",
    "GO:0005980": "glycogen breakdown",
    "GO:0006635": "fatty acid oxidation",
    "GO:0006027": "mucopolysaccharides",
    "GO:0043101": "purine salvage",
}


class Curated:
    """The tables as plain Python reads them, and how many cells were compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.compared: Counter[str] = Counter()
        self.ids: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.rows("mappings"):
            self.ids[row["condition_id"]][row["id"]] = row["match"]
        self.genes = {row["gene_id"]: row for row in self.rows("genes")}

    def rows(self, table: str) -> Iterator[Row]:
        header, *lines = (self.folder / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
        for line in lines:
            yield dict(zip(header.split("\t"), line.split("\t"), strict=True))

    def exact(self, condition: str) -> set[str]:
        return {curie for curie, match in self.ids[condition].items() if match == "exact"}

    def same(self, what: str, pairs: Iterable[tuple[object, bool]]) -> None:
        """Hold every pair (what it is, whether it agrees) true, counting them."""
        pairs = list(pairs)
        wrong = [name for name, agrees in pairs if not agrees]
        assert wrong == [], "\n".join(map(str, wrong))
        assert pairs, f"nothing was compared: {what}"
        self.compared[what] += len(pairs)


@pytest.fixture(scope="module")
def facts(curated: Path) -> Curated:
    return Curated(curated)


@pytest.fixture(scope="module")
def hgnc(shared_data: Path) -> dict[str, Row]:
    path = shared_data / "hgnc" / "hgnc_complete_set.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {row["hgnc_id"]: row for row in csv.DictReader(lines, delimiter="\t")}


@pytest.fixture(scope="module")
def mondo(shared_data: Path) -> dict[tuple[str, str], str]:
    """Mondo's mappings: (Mondo id, other id as we write it) to the other's label."""
    found = {}
    for path in (shared_data / "mondo").glob("*.sssom.tsv"):
        with path.open(encoding="utf-8") as text:
            lines = (line for line in text if not line.startswith("#"))
            for row in csv.DictReader(lines, delimiter="\t"):
                other = row["object_id"].replace("Orphanet:", "ORPHA:").replace("mesh:", "MESH:")
                found[row["subject_id"], other] = row.get("object_label") or ""
    return found


@pytest.fixture(scope="module")
def hpo(packaged_hpo: Path) -> dict[str, tuple[str, list[str]]]:
    """The terms of hp.obo that are not obsolete: id to label and parents."""
    found = {}
    text = (packaged_hpo / "hp.obo").read_text(encoding="utf-8")
    for stanza in text.split("\n\n[Term]\n")[1:]:
        clauses = stanza.partition("\n\n[")[0].splitlines()
        if "is_obsolete: true" not in clauses:
            parents = [clause[6:16] for clause in clauses if clause.startswith("is_a: ")]
            found[clauses[0][4:]] = (clauses[1].removeprefix("name: "), parents)
    return found


@pytest.fixture(scope="module")
def hpoa(packaged_hpo: Path) -> list[list[str]]:
    with (packaged_hpo / "phenotype.hpoa").open(encoding="utf-8") as lines:
        return [
            line.rstrip("\n").split("\t")
            for line in lines
            if line.startswith(("OMIM:", "ORPHA:", "DECIPHER:"))
        ]


def cells(text: str) -> set[str]:
    return set(filter(None, text.strip('"').split("|")))


def sides(reaction: str) -> list[list[str]]:
    """Return what stands on each side, sorted, without spaces: the file lost some at line ends."""
    return [sorted(re.split(r"\+(?!\))", s)) for s in reaction.replace(" ", "").split("=")]


def test_genes_are_those_of_hgnc(facts: Curated, hgnc: dict[str, Row]) -> None:
    pairs: list[tuple[object, bool]] = []
    for gene, row in facts.genes.items():
        truth = hgnc[gene]
        pairs += [
            ((gene, row["symbol"]), row["symbol"] == truth["symbol"]),
            ((gene, row["name"]), row["name"] == truth["name"]),
            ((gene, row["location"]), row["location"] == truth["location"]),
            ((gene, row["ncbi_gene_id"]), row["ncbi_gene_id"] == f"NCBIGene:{truth['entrez_id']}"),
            ((gene, "approved"), truth["status"] == "Approved"),
        ]
        for name, prefix, column in (
            ("omim_id", "OMIM:", "omim_id"),
            ("uniprot_id", "UniProt:", "uniprot_ids"),
            ("alias_symbol", "", "alias_symbol"),
            ("prev_symbol", "", "prev_symbol"),
        ):
            for cell in cells(row[name]):
                pairs.append(((gene, cell), cell.removeprefix(prefix) in cells(truth[column])))
    facts.same("genes", pairs)


def test_mappings_are_those_of_mondo_or_gard(
    facts: Curated, mondo: dict[tuple[str, str], str], shared_data: Path
) -> None:
    gard = defaultdict(set)
    with (shared_data / "orphanet" / "GARD_xrefs.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["MapRelationship"] == "Exact":
                prefix = {"Orphanet": "ORPHA", "OMIM": "OMIM"}.get(row["XrefSource"], "")
                gard[row["GardID"]].add(f"{prefix}:{row['SourceID']}")
    pairs: list[tuple[object, bool]] = []
    for row in facts.rows("mappings"):
        condition, other = row["condition_id"], row["id"]
        siblings = {curie for curie, m in facts.ids[condition].items() if m == row["match"]}
        agrees = (condition, other) in mondo or bool(gard[other] & siblings)
        pairs.append(((condition, other, row["match"]), agrees))
    facts.same("mappings", pairs)


def test_a_condition_has_one_id_of_each_authority_that_merges(facts: Curated) -> None:
    for condition in facts.ids:
        prefixes = [curie.split(":")[0] for curie in facts.exact(condition)]
        assert prefixes.count("OMIM") <= 1, condition
        assert prefixes.count("ORPHA") <= 1, condition
    every = [c for condition in facts.ids for c in facts.exact(condition)]
    merging = [curie for curie in every if curie.startswith(("OMIM:", "ORPHA:"))]
    assert len(merging) == len(set(merging)) > 200


def test_conditions_are_those_of_mondo_by_id_and_name(
    facts: Curated, mondo: dict[tuple[str, str], str], hpoa: list[list[str]], shared_data: Path
) -> None:
    """A label is one that Mondo, or an authority that is mapped exactly, gives the condition."""
    names: dict[str, set[str]] = defaultdict(set)
    term = ""
    with gzip.open(shared_data / "mondo" / "mondo.rebuilt.obo.gz", "rt", encoding="utf-8") as obo:
        for line in obo:
            if line.startswith("id: "):
                term = line[4:].strip()
            elif line.startswith("name: "):
                names[term].add(line[6:].strip().casefold())
            elif line.startswith("synonym: "):
                names[term].add(line.split('"')[1].casefold())
    by_id: dict[str, str] = {row[0]: row[1].casefold() for row in hpoa}
    pairs: list[tuple[object, bool]] = []
    for row in facts.rows("conditions"):
        condition, label = row["condition_id"], row["label"].casefold()
        known = names[condition] | {by_id.get(other, "") for other in facts.exact(condition)}
        known |= {mondo.get((condition, other), "").casefold() for other in facts.exact(condition)}
        pairs.append((condition, condition in names))
        pairs.append(((condition, label), (label in known) != (condition in LABELS_ELSEWHERE)))
    facts.same("conditions", pairs)


def test_enzymes_are_those_of_enzyme(
    facts: Curated, hgnc: dict[str, Row], shared_data: Path
) -> None:
    with (shared_data / "enzyme" / "ec_2025-06-18.tsv").open(encoding="utf-8") as lines:
        table = {f"EC:{row['identifier']}": row for row in csv.DictReader(lines, delimiter="\t")}
    members: dict[str, set[str]] = defaultdict(set)
    number = ""
    with (shared_data / "enzyme" / "enzyme.rebuilt.dat").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("ID   "):
                number = f"EC:{line[5:].strip()}"
            elif line.startswith("DR   "):
                members[number].update(re.findall(r"(\w+), *\w+ *;", line))
    pairs: list[tuple[object, bool]] = []
    for row in facts.rows("enzymes"):
        enzyme, truth = row["enzyme_id"], table[row["enzyme_id"]]
        # An enzyme may have several reactions: (1) … (2) …
        reactions = [sides(part) for part in re.split(r"\(\d\) ", truth["definition"])]
        pairs += [
            ((enzyme, row["name"]), row["name"] == truth["name"]),
            ((enzyme, row["reaction"]), sides(row["reaction"]) in reactions),
        ]
        pairs += [((enzyme, s), s in cells(truth["synonyms"])) for s in cells(row["synonyms"])]
    for row in facts.rows("catalysis"):
        gene, enzyme = row["gene_id"], row["enzyme_id"]
        listed = enzyme.removeprefix("EC:") in cells(hgnc[gene]["enzyme_id"])
        member = facts.genes[gene]["uniprot_id"].removeprefix("UniProt:") in members[enzyme]
        excepted = (gene, enzyme) in ENZYMES_ELSEWHERE
        pairs.append(((gene, enzyme), (listed or member) != excepted))
    facts.same("enzymes", pairs)


def test_every_gene_of_a_condition_is_known_to_an_authority(
    facts: Curated, shared_data: Path
) -> None:
    lines = (shared_data / "hpo" / "genes_to_disease.txt").read_text(encoding="utf-8").splitlines()
    known = {(cell[0], cell[3]) for cell in (line.split("\t") for line in lines)}
    path = shared_data / "mondo" / "mondo-omim-genes.robot.tsv"
    for line in path.read_text(encoding="utf-8").splitlines()[2:]:
        mondo, hgnc, *_ = (cell.rpartition("/")[2] for cell in line.split("\t"))
        known.add((f"HGNC:{hgnc}", mondo.replace("_", ":")))
    with (shared_data / "orphanet" / "GARD_genes.csv").open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            known.add((row["GeneIdentifier"], row["SourceLabelID"]))
    clingen = shared_data / "clingen" / "Clingen-Gene-Disease-Summary-2025-01-09.csv"
    with clingen.open(encoding="utf-8") as text:
        for cell in csv.reader(text):
            known.add((cell[1], cell[3]))
    pairs: list[tuple[object, bool]] = []
    for row in facts.rows("causes"):
        gene, condition = row["gene_id"], row["condition_id"]
        ids = {condition, *facts.ids[condition]}
        genes = {gene, facts.genes[gene]["ncbi_gene_id"]}
        found = any((g, c) in known for g in genes for c in ids)
        pairs.append(((gene, condition), found != ((gene, condition) in GENES_ELSEWHERE)))
    facts.same("causes", pairs)


def test_labels_and_branches_of_hpo_terms(
    facts: Curated, hpo: dict[str, tuple[str, list[str]]]
) -> None:
    def below(term: str, top: str) -> bool:
        return term == top or any(below(parent, top) for parent in hpo[term][1])

    pairs: list[tuple[object, bool]] = []
    for table, term, label, top in (
        ("symptoms", "symptom_id", "symptom_label", "HP:0000118"),
        ("inheritance", "mode_id", "mode_label", "HP:0000005"),
        ("modes", "mode_id", "mode_label", "HP:0000005"),
    ):
        for row in facts.rows(table):
            pairs.append(((table, row[term], row[label]), hpo[row[term]][0] == row[label]))
            pairs.append(((table, row[term], top), below(row[term], top)))
    for row in facts.rows("presentations"):
        pairs += [(o, below(o, "HP:0003674")) for o in cells(row["onset_ids"])]
        pairs += [(s, below(s, "HP:0012824")) for s in cells(row["severity_id"])]
    for row in facts.rows("symptoms"):
        pairs += [(o, below(o, "HP:0003674")) for o in cells(row["onset_id"])]
        if row["frequency"].startswith("HP:"):
            pairs.append((row["frequency"], below(row["frequency"], "HP:0040279")))
    facts.same("HPO terms", pairs)


def test_frequencies_and_negation_are_those_of_the_annotations(
    facts: Curated, hpoa: list[list[str]]
) -> None:
    """For the ids of the condition, or those that the row cites."""
    said: dict[tuple[str, str], set[tuple[str, bool]]] = defaultdict(set)
    for row in hpoa:
        excluded = row[2] == "NOT" or row[7].startswith("0/") or row[7] == "HP:0040285"
        said[row[0], row[3]].add((row[7], excluded))
    pairs: list[tuple[object, bool]] = []
    for fact in facts.rows("symptoms"):
        symptom, cited = fact["symptom_id"], cells(fact["source"])
        ids = {*facts.ids[fact["condition_id"]], *cited}
        found = set().union(*(said[other, symptom] for other in ids))
        name = (fact["condition_id"], symptom, fact["frequency"])
        if fact["frequency"]:
            pairs.append((name, fact["frequency"] in {frequency for frequency, _ in found}))
        if found:
            pairs.append((name, (fact["negated"] == "yes") in {none for _, none in found}))
        for other in cited:
            if other.startswith(("OMIM:", "ORPHA:")):
                pairs.append(((*name, other), (other, symptom) in said))
    facts.same("frequencies", pairs)


def test_papers_are_cited_by_hpo_or_orphanet(
    facts: Curated, hpoa: list[list[str]], shared_data: Path, curated: Path
) -> None:
    known = {paper for row in hpoa for paper in re.findall(r"PMID:\d+", row[4])}
    text = (shared_data / "orphanet" / "GARD_genes.csv").read_text(encoding="utf-8")
    known.update(re.findall(r"PMID:\d+", text))
    pairs = [
        ((path.name, paper), paper in known)
        for path in sorted(curated.glob("*.tsv"))
        for paper in re.findall(r"PMID:\d+", path.read_text(encoding="utf-8"))
    ]
    facts.same("papers", pairs)


def test_catalogue_pages_are_those_of_the_mapped_ids(facts: Curated) -> None:
    page = re.compile(
        r"https://(?:omim\.org/entry/(?P<OMIM>\d+)|www\.orpha\.net/en/disease/detail/(?P<ORPHA>\d+)"
        r"|rarediseases\.info\.nih\.gov/diseases/(?P<GARD>\d+).*)"
    )
    pairs: list[tuple[object, bool]] = []
    for row in facts.rows("resources"):
        if match := page.fullmatch(row["url"]):
            prefix, number = next((k, n) for k, n in match.groupdict().items() if n)
            curie = f"{prefix}:{number.zfill(7) if prefix == 'GARD' else number}"
            pairs.append(((row["condition_id"], curie), curie in facts.ids[row["condition_id"]]))
    facts.same("pages", pairs)


def test_ids_hang_together(facts: Curated) -> None:
    conditions = {row["condition_id"] for row in facts.rows("conditions")}
    enzymes = {row["enzyme_id"] for row in facts.rows("enzymes")}
    assert set(facts.ids) == conditions
    for table in ("causes", "catalysis", "activities"):
        assert {row["gene_id"] for row in facts.rows(table)} <= facts.genes.keys(), table
    assert {row["enzyme_id"] for row in facts.rows("catalysis")} == enzymes
    labels = {(row["object_id"], row["object_label"]) for row in facts.rows("activities")}
    assert len({curie for curie, _ in labels}) == len(labels)


def test_sixty_conditions_beside_the_first_are_told_in_depth(facts: Curated) -> None:
    tables = ("conditions", "causes", "inheritance", "symptoms", "consequences", "references")
    told = set.intersection(*({r["condition_id"] for r in facts.rows(t)} for t in tables))
    assert "MONDO:0020721" in told
    assert len(told) > 60


def test_every_inheritance_mode_that_hpo_uses_has_a_condition(
    facts: Curated, hpo: dict[str, tuple[str, list[str]]], hpoa: list[list[str]]
) -> None:
    covered = {row["mode_id"] for row in facts.rows("inheritance")}
    used = {row[3] for row in hpoa if row[10] == "I"}
    assert len(used) > 20
    assert {hpo[term][0] for term in used - covered} == set()


def test_every_mode_is_told_in_words_except_the_headings(
    facts: Curated, hpo: dict[str, tuple[str, list[str]]]
) -> None:
    def is_mode(term: str) -> bool:
        return term == "HP:0000005" or any(map(is_mode, hpo[term][1]))

    told = {row["mode_id"] for row in facts.rows("modes")}
    headings = {"HP:0000005", "HP:0034345", "HP:0034335"}
    assert {term for term in hpo if is_mode(term)} - told == headings


def test_pathways_are_there_step_by_step(facts: Curated) -> None:
    steps: dict[str, set[int]] = defaultdict(set)
    for row in facts.rows("activities"):
        steps[row["object_id"]].add(int(row["step"] or 0))
    for process, expected in PATHWAYS.items():
        assert expected <= steps[process], process
    assert NAMED_PROCESSES.keys() <= steps.keys()
    heme = [r for r in facts.rows("activities") if r["object_id"] == HEME]
    enzymes = {row["gene_id"] for row in facts.rows("catalysis")}
    assert {row["gene_id"] for row in heme} <= enzymes


def test_how_much_was_compared(facts: Curated, capsys: pytest.CaptureFixture[str]) -> None:
    """Stands last: the tests above have counted what they compared."""
    total = facts.compared.total()
    with capsys.disabled():
        print(f"\ncurated facts compared: {total:,} {dict(facts.compared)}")
    if len(facts.compared) < 9:
        pytest.skip("not every comparison has run")
    assert total > 3_000
