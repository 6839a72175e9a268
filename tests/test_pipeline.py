"""The way from sources to the graph: what a build counts, refuses and says of itself.

The whole graph is compared with ``phenotype.hpoa`` and ``hp.obo`` as plain Python reads them
here, line by line, with nothing of the product's own readers.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions

import genekg
from genekg import pipeline, sidecars, store
from genekg import vocabulary as v
from genekg.errors import SourceError, UsageError
from genekg.graph import Graph
from genekg.sources import paths, registry


@pytest.fixture
def inputs(sample_sources: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """The samples, with annotations that may be changed."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    path = Path(shutil.copy(sample_sources["hpo-annotations"], folder))
    return {**sample_sources, "hpo-annotations": path}


def add_row(path: Path, *cells: str) -> None:
    row = dict(enumerate(cells))
    with path.open("a", encoding="utf-8") as file:
        file.write("\t".join(row.get(place, "") for place in range(12)) + "\n")


def test_paths_are_those_given_or_packaged(sample_sources: dict[str, Path]) -> None:
    found = paths({"hpo": sample_sources["hpo"]})
    assert list(found) == ["hpo", "hpo-annotations", "hpo-genes", "curated"]
    assert list(found) == [name for name in registry() if name in found]
    assert found["hpo"] == sample_sources["hpo"]
    assert found["hpo-annotations"].name == "phenotype.hpoa"
    assert all(path.exists() for path in found.values())


def test_an_unknown_source() -> None:
    with pytest.raises(UsageError, match="no source named 'omim'; the sources are hpo, hpo-ann"):
        paths({"omim": Path("x")})


def test_the_manifest_counts_what_went_in_and_came_out(sample_graph: Graph) -> None:
    manifest = sample_graph.manifest
    by_source = {said["source"]: said for said in manifest["sources"]}
    assert {name: (said["in"], said["rejected"]) for name, said in by_source.items()} == {
        "hpo": (92, 0), "hpo-annotations": (54 + 11, 0), "hpo-genes": (6 + 8, 0),
        "curated": (by_source["curated"]["out"], 0),
    }  # fmt: skip
    assert by_source["hpo"]["version"] == by_source["hpo-annotations"]["version"] == "2025-01-16"
    assert manifest["genekg"] == genekg.__version__
    assert manifest["conflicts"] == []
    carried = list(sample_graph.store.quads_for_pattern(None, None, None, sidecars.GRAPH))
    assert manifest["triples"] + manifest["inferred"] + len(carried) == len(sample_graph.store)
    assert sum(manifest["predicates"].values()) == manifest["triples"]
    assert manifest["entities"] == len(list(sample_graph.labels.all()))


def test_a_term_that_no_release_knows_is_rejected_and_counted(
    inputs: dict[str, Path], tmp_path: Path
) -> None:
    path = inputs["hpo-annotations"]
    row = ("OMIM:300751", "name", "", "HP:7777777", "PMID:1", "PCS", "", "", "", "", "P", "x")
    add_row(path, *row)
    add_row(path, *row[:3], "HP:0001903", *row[4:6], "HP:8888888", *row[7:])
    manifest = pipeline.build(tmp_path / "home", inputs, floors=False).build.manifest
    said = next(s for s in manifest["sources"] if s["source"] == "hpo-annotations")
    assert (said["in"], said["out"], said["rejected"]) == (67, 65, 2)
    assert said["reasons"] == {
        "HP:7777777 is not a term of this HPO release": 1,
        "HP:8888888 is not a term of this HPO release": 1,
    }


def test_a_repeated_row_is_one_statement(inputs: dict[str, Path], tmp_path: Path) -> None:
    before = pipeline.build(tmp_path / "home", inputs, floors=False).build.manifest
    path = inputs["hpo-annotations"]
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    with path.open("a", encoding="utf-8") as file:
        file.write(last + "\n")
    after = pipeline.build(tmp_path / "home", inputs, floors=False).build.manifest
    assert after["digest"] != before["digest"]
    assert (after["triples"], after["inferred"]) == (before["triples"], before["inferred"])


def test_the_digest_is_of_contents_names_and_version(
    inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pipeline.inputs_digest(inputs)
    assert pipeline.inputs_digest(dict(reversed(inputs.items()))) == first
    monkeypatch.setattr(pipeline, "SHAPE", pipeline.SHAPE + 1)
    second = pipeline.inputs_digest(inputs)
    add_row(inputs["hpo-annotations"], "x")
    assert len({first, second, pipeline.inputs_digest(inputs)}) == 3


def test_an_input_that_cannot_be_read(
    inputs: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = store.sha256

    def refuse(path: Path) -> str:
        if path == inputs["hpo"]:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(store, "sha256", refuse)
    with pytest.raises(SourceError, match=r"hp.obo: cannot be read \(Permission denied\)"):
        pipeline.inputs_digest(inputs)


def test_a_folder_for_a_file_and_a_file_for_a_folder(
    inputs: dict[str, Path], tmp_path: Path
) -> None:
    for name, path in (("hpo", inputs["curated"]), ("curated", inputs["hpo"])):
        with pytest.raises(SourceError, match="cannot be read|no such file"):
            pipeline.build(tmp_path / "home", {**inputs, name: path}, floors=False)


def test_progress_names_every_step(sample_sources: dict[str, Path], tmp_path: Path) -> None:
    steps: list[str] = []
    pipeline.build(
        tmp_path, sample_sources, floors=False, progress=lambda step, *_: steps.append(step)
    )
    assert list(dict.fromkeys(steps)) == [
        "hashing sources", "reading hpo", "reading hpo-annotations", "reading hpo-genes",
        "reading curated", "merging ids", "writing names", "writing the graph",
        "compacting, writing arrays", "writing what is inferred", "checking", "publishing",
    ]  # fmt: skip


def test_labels_come_from_the_curated_facts_first(sample_graph: Graph) -> None:
    found = sample_graph.labels.entity("OMIM:300752")
    assert found is not None
    assert found[0].label == "X-linked erythropoietic protoporphyria"


IRIS = {
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "OMIM": "https://omim.org/entry/",
    "ORPHA": "http://www.orpha.net/ORDO/Orphanet_",
    "DECIPHER": "https://www.deciphergenomics.org/syndrome/",
    "HP": "http://purl.obolibrary.org/obo/HP_",
}
ECO = {"IEA": "ECO_0000501", "PCS": "ECO_0006017", "TAS": "ECO_0000304"}
PATO = {"": (), "MALE": ("PATO_0000384",), "FEMALE": ("PATO_0000383",)}
DIRECT = {v.HAS_PHENOTYPE.value, v.LACKS_PHENOTYPE.value}
Key = tuple[object, ...]


def iri(curie: str) -> str:
    prefix, _, local = curie.partition(":")
    return IRIS[prefix] + local


def parts_of(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def hpoa(folder: Path) -> Iterator[list[str]]:
    with (folder / "phenotype.hpoa").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(("OMIM:", "ORPHA:", "DECIPHER:")):
                yield line.rstrip("\n").split("\t")


def moved_terms(folder: Path) -> dict[str, str]:
    """Return alternative and replaced ids with the ids that stand for them now."""
    moved: dict[str, str] = {}
    for stanza in (folder / "hp.obo").read_text(encoding="utf-8").split("\n\n[Term]\n")[1:]:
        clauses = stanza.partition("\n\n[")[0].splitlines()
        for clause in clauses:
            if clause.startswith("alt_id: "):
                moved[clause.removeprefix("alt_id: ")] = clauses[0].removeprefix("id: ")
            elif clause.startswith("replaced_by: "):
                moved[clauses[0].removeprefix("id: ")] = clause.removeprefix("replaced_by: ")
    return moved


def is_negated(row: list[str]) -> bool:
    none = row[7].startswith("0/") or row[7] == "HP:0040285" or row[7].rstrip(" %") == "0"
    return row[2] == "NOT" or none


def frequency_of(cell: str) -> object:
    if "/" in cell:
        return tuple(cell.split("/"))
    return float(cell.rstrip(" %")) if cell.endswith("%") else cell


def expected_keys(folder: Path, leaders: dict[str, str]) -> Counter[Key]:
    """Return what the graph must say of every different row with a symptom, and how often."""
    moved = moved_terms(folder)
    rows = set()
    for row in hpoa(folder):
        if row[10] == "P":
            row[4], row[9] = (";".join(dict.fromkeys(parts_of(row[cell]))) for cell in (4, 9))
            rows.add((*row[:1], *row[2:]))  # the name of the condition is no part of a statement
    keys: Counter[Key] = Counter()
    for stated in rows:
        cells = [stated[0], "", *stated[1:]]
        condition, term, frequency = cells[0], moved.get(cells[3], cells[3]), cells[7]
        keys[
            iri(leaders.get(condition, condition)),
            iri(condition),
            iri(term),
            is_negated(cells),
            frequency_of(frequency),
            iri(moved.get(cells[6], cells[6])) if cells[6] else "",
            PATO[cells[8].upper()],
            frozenset(iri(moved.get(part, part)) for part in parts_of(cells[9])),
            ECO[cells[5]],
            frozenset(part.split(":")[1] for part in parts_of(cells[4]) if "PMID" in part),
            len(parts_of(cells[4])),
            frozenset(parts_of(cells[11])),
        ] += 1
    return keys


def select(graph: Graph, query: str) -> Iterator[list[str]]:
    """Yield the rows of a SELECT as cells, without the marks that TSV puts about them."""
    found = graph.store.query(query)
    assert isinstance(found, QuerySolutions)
    text = found.serialize(format=QueryResultsFormat.TSV)
    assert text is not None
    for line in text.decode().splitlines()[1:]:
        yield [cell.partition('"^^')[0].strip('<>"') for cell in line.split("\t")]


def found_keys(graph: Graph) -> Counter[Key]:
    """Return what the graph says by every association with a symptom from phenotype.hpoa."""

    def values(kind: NamedNode) -> dict[str, str]:
        """Return what each association says by a predicate, one value a line."""
        answer: dict[str, str] = {}
        for about, value in select(graph, f"SELECT ?a ?o {{ ?a <{kind.value}> ?o }}"):
            answer[about] = f"{answer[about]}\n{value}" if about in answer else value
        return answer

    count, total, percentage, term = map(
        values, (v.HAS_COUNT, v.HAS_TOTAL, v.HAS_PERCENTAGE, v.FREQUENCY_QUALIFIER)
    )
    subject, original, target = map(values, (v.SUBJECT, v.ORIGINAL_SUBJECT, v.OBJECT))
    onset, sex, modifiers = map(values, (v.ONSET_QUALIFIER, v.SEX_QUALIFIER, v.QUALIFIER))
    evidence, papers, curators = map(values, (v.HAS_EVIDENCE, v.PUBLICATIONS, v.CURATED_BY))
    predicate, marked = map(values, (v.PREDICATE, v.NEGATED))
    keys: Counter[Key] = Counter()
    for a, release in values(v.DERIVED_FROM).items():
        if "/release/hpo-annotations/" not in release or predicate.get(a) not in DIRECT:
            continue
        negated = predicate[a] == v.LACKS_PHENOTYPE.value
        assert (a in marked) == negated
        frequency: object = term.get(a, "").replace(IRIS["HP"], "HP:")
        if a in count:
            frequency = (count[a], total[a])
        elif a in percentage:
            frequency = float(percentage[a])
        cited = papers[a].split("\n")
        keys[
            subject[a],
            original[a],
            target[a],
            negated,
            frequency,
            onset.get(a, ""),
            (sex[a].rpartition("/")[2],) if a in sex else (),
            frozenset(modifiers[a].split("\n")) if a in modifiers else frozenset(),
            evidence[a].rpartition("/")[2],
            frozenset(paper.rpartition("/")[2] for paper in cited if "/pubmed/" in paper),
            len(cited),
            frozenset(curators[a].split("\n")),
        ] += 1
    return keys


@pytest.fixture(scope="module")
def leaders(curated: Path) -> dict[str, str]:
    """The exact mappings of the curated facts: other id to MONDO id."""
    lines = (curated / "mappings.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return {row[1]: row[0] for row in rows if row[2] == "exact"}


@pytest.mark.full
def test_every_row_with_a_symptom_is_in_the_graph_as_it_stands(
    full_graph: Graph, packaged_hpo: Path, leaders: dict[str, str]
) -> None:
    """The whole multiset: condition, term, negation, frequency, onset, sex, modifiers, evidence,
    papers and curators of every different row, and no row besides."""
    expected = expected_keys(packaged_hpo, leaders)
    found = found_keys(full_graph)
    assert expected.total() > 250_000
    assert found - expected == Counter()
    assert expected - found == Counter()


@pytest.mark.full
def test_direct_symptoms_are_those_of_the_rows_and_no_excluded_one_counts(
    full_graph: Graph, packaged_hpo: Path, curated: Path, leaders: dict[str, str]
) -> None:
    moved = moved_terms(packaged_hpo)
    has: set[tuple[str, ...]] = set()
    lacks: set[tuple[str, ...]] = set()
    marks: Counter[str] = Counter()
    for row in hpoa(packaged_hpo):
        if row[10] == "P":
            pair = (iri(leaders.get(row[0], row[0])), iri(moved.get(row[3], row[3])))
            (lacks if is_negated(row) else has).add(pair)
            marks["NOT"] += row[2] == "NOT"
            marks["0/n"] += row[7].startswith("0/")
    assert min(marks["NOT"], marks["0/n"]) > 700  # this release has no HP:0040285, the sample has
    for line in (curated / "symptoms.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        cells = line.split("\t")
        none = cells[4] == "yes" or cells[5] == "HP:0040285" or cells[5].startswith("0/")
        (lacks if none else has).add((iri(cells[0]), iri(moved.get(cells[1], cells[1]))))
    for predicate, expected in ((v.HAS_PHENOTYPE, has), (v.LACKS_PHENOTYPE, lacks)):
        query = f"SELECT ?c ?p {{ ?c <{predicate.value}> ?p }}"
        rows = [tuple(row) for row in select(full_graph, query)]
        assert len(rows) == len(set(rows)), "a triple is counted twice"
        assert set(rows) == expected


@pytest.mark.full
def test_x_linked_conditions_with_and_without_the_kinds_of_it(
    full_graph: Graph, packaged_hpo: Path, curated: Path, leaders: dict[str, str]
) -> None:
    """In the annotations alone 509 conditions, of which a plain match finds 158."""
    kinds = {"HP:0001417", "HP:0001419", "HP:0001423"}
    rows = [row for row in hpoa(packaged_hpo) if row[10] == "I" and not is_negated(row)]
    assert len({row[0] for row in rows if row[3] in kinds}) == 509
    assert len({row[0] for row in rows if row[3] == "HP:0001417"}) == 158
    pairs = {(leaders.get(row[0], row[0]), row[3]) for row in rows}
    for line in (curated / "inheritance.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        pairs.add((line.split("\t")[0], line.split("\t")[1]))
    mode = iri("HP:0001417")
    inferred = (
        f"SELECT DISTINCT ?c {{ GRAPH <{v.INFERRED.value}>"
        f" {{ ?c <{v.INHERITANCE_OR_ANCESTOR.value}> <{mode}> }} }}"
    )
    walked = (
        f"SELECT DISTINCT ?c {{ ?c <{v.HAS_INHERITANCE.value}>/<{v.SUBCLASS_OF.value}>* <{mode}> }}"
    )
    direct = f"SELECT ?c {{ ?c <{v.HAS_INHERITANCE.value}> <{mode}> }}"
    any_kind = sorted([iri(condition)] for condition, term in pairs if term in kinds)
    expected = sorted({row[0] for row in any_kind})
    assert sorted(row[0] for row in select(full_graph, inferred)) == expected
    assert sorted(row[0] for row in select(full_graph, walked)) == expected
    assert sorted(row[0] for row in select(full_graph, direct)) == sorted(
        {iri(condition) for condition, term in pairs if term == "HP:0001417"}
    )


@pytest.mark.full
def test_alas2_causes_one_by_loss_and_the_other_by_gain(full_graph: Graph) -> None:
    rows = select(
        full_graph,
        f"SELECT ?c ?m {{ ?a <{v.SUBJECT.value}> <http://identifiers.org/hgnc/397> ;"
        f" <{v.PREDICATE.value}> <{v.CAUSES.value}> ; <{v.OBJECT.value}> ?c ;"
        f" <{v.MECHANISM.value}> ?m }}",
    )
    assert sorted(rows) == [
        [iri("MONDO:0010420"), "gain_of_function"],
        [iri("MONDO:0020721"), "loss_of_function"],
    ]


@pytest.mark.full
def test_one_number_of_two_authorities_is_two_conditions(full_graph: Graph) -> None:
    def of(curie: str) -> list[str]:
        original = f"?a <{v.ORIGINAL_SUBJECT.value}> <{iri(curie)}> ; <{v.SUBJECT.value}> ?c"
        return [row[0] for row in select(full_graph, f"SELECT DISTINCT ?c {{ {original} }}")]

    assert of("OMIM:300751") == of("ORPHA:75563") == [iri("MONDO:0020721")]
    assert of("ORPHA:300751") == [iri("ORPHA:300751")]
    label = f"SELECT ?l {{ <{iri('ORPHA:300751')}> <{v.LABEL.value}> ?l }}"
    assert [row[0] for row in select(full_graph, label)] == [
        "Familial dilated cardiomyopathy with conduction defect due to LMNA mutation"
    ]
