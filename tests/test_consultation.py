"""From words to a ranking with reasons, and what to ask next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from genekg import consultation
from genekg.cli import cli
from genekg.errors import GenekgError
from genekg.graph import Graph

XLSA = "MONDO:0020721"
BOTH = "OMIM:301310"


def test_words_become_a_patient(sample_graph: Graph) -> None:
    found = consultation.patient(
        sample_graph, ["Ataxia", "HP:0001903"], ["Pallor"], onset="childhood", sex="male",
        age="P30Y", inheritance=["X-linked recessive inheritance"],
    )  # fmt: skip
    assert found.present == ("HP:0001251", "HP:0001903")
    assert found.excluded == ("HP:0000980",)
    assert (found.onset, found.age, found.modes) == (3.0, 30.0, ("HP:0001419",))


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({}, "no symptom is given"),
        ({"present": ["Pallor"], "excluded": ["HP:0000980"]}, "both as there and as not there"),
        ({"present": ["Pallor"], "age": "old"}, "'old' is no age"),
        ({"present": ["Pallor"], "onset": "-3"}, "an onset of -3"),
        ({"present": ["Pallor"], "onset": "nan"}, "an onset of nan"),
        ({"present": ["Marfan syndrome"]}, "is a condition"),
        ({"present": ["Palor"]}, "did you mean Pallor"),
    ],
)
def test_what_cannot_be_a_patient(sample_graph: Graph, known: dict[str, object], says: str) -> None:
    with pytest.raises(GenekgError, match=says):
        consultation.patient(sample_graph, **known)  # type: ignore[arg-type]


def test_match(sample_graph: Graph) -> None:
    subject = consultation.patient(sample_graph, ["HP:0004840", "Ataxia"], sex="male")
    table = consultation.match(sample_graph, subject, limit=3)
    first = next(row for row in table.dicts() if row["rank"] == 1)
    assert first["condition"] == BOTH
    assert (first["for"], first["against"]) == (3, 0)  # two symptoms, and the sex


def test_reasons(sample_graph: Graph) -> None:
    subject = consultation.patient(sample_graph, ["HP:0004840", "Cirrhosis"], ["Ataxia"])
    ranking = sample_graph.matcher.rank(subject)
    why = consultation.explain(sample_graph, subject, ranking, limit=99)
    rows = {(row["condition"], row["finding"]): row for row in why.dicts()}
    own = rows[BOTH, "HP:0004840"]
    assert (own["speaks"], own["frequency"], own["publications"]) == ("for", "4/4", "OMIM:301310")
    assert own["source"] == "HPO annotations 2025-01-16"
    absent = rows[BOTH, "HP:0001251"]
    assert (absent["stated"], absent["speaks"]) == ("not there", "against")
    assert absent["frequency"] == "6/6"
    elsewhere = rows["OMIM:154700", "HP:0004840"]
    assert elsewhere["speaks"] == "not known"


def test_not_in_the_graph_is_an_answer(sample_graph: Graph) -> None:
    """A symptom that no condition of the sample has fits none."""
    subject = consultation.patient(sample_graph, ["Muscle weakness"])
    table = consultation.match(sample_graph, subject, limit=1)
    labels = table.column("label")
    assert labels[0] == consultation.UNKNOWN


def test_next_tells_apart(sample_graph: Graph) -> None:
    subject = consultation.patient(sample_graph, ["HP:0004840"])
    table = consultation.ask_next(sample_graph, subject, limit=5)
    rows = {row["symptom"]: row for row in table.dicts()}
    assert "HP:0004840" not in rows
    assert "HP:0001903" not in rows  # above what is known
    assert "ataxia" in str(rows["HP:0001251"]["with it"])
    told = [float(str(row["information"])) for row in table.dicts()]
    assert told == sorted(told, reverse=True)
    assert all(0 < value <= 1 for value in told)


def test_a_note(sample_graph: Graph) -> None:
    pytest.importorskip("snowballstemmer")
    stated, denied = consultation.from_note(
        sample_graph, "The patient has ataxia and pallor. There is no cirrhosis."
    )
    assert set(stated) == {"HP:0001251", "HP:0000980"}
    assert denied == ("HP:0001394",)


def test_a_phenopacket(sample_graph: Graph) -> None:
    path = Path(__file__).parent.parent / "data/samples/phenopackets/one.json"
    table, why = consultation.match_cases(sample_graph, path)
    assert table.column("rank")[0] in (1, None)
    stated = {row["finding"]: row["stated"] for row in why.dicts() if row["finding"]}
    assert stated["HP:0000992"] == "not there"
    assert stated["HP:0001903"] == "there"


def test_commands(sample_home: Path, tmp_path: Path) -> None:
    store = ["--store", str(sample_home), "--format", "json"]
    runner = CliRunner()

    def rows(*words: str) -> list[dict[str, object]]:
        result = runner.invoke(cli, [*words, *store], catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        found: list[dict[str, object]] = json.loads(result.stdout)
        return found

    matched = rows("match", "--has", "HP:0004840", "--has", "Ataxia")
    assert {row["rank"]: row["condition"] for row in matched}[1] == BOTH
    assert rows("next", "--has", "HP:0004840")
    assert rows("similar", XLSA, "--by", "gene")[0]["condition"] == "MONDO:0010420"
    assert rows("compare", XLSA, BOTH)[0]["relation"] == "shared"
    case = Path(__file__).parent.parent / "data/samples/phenopackets/one.json"
    assert rows("bench", str(case), "--mode", "i")[0]["cases"] == 1


def test_the_graph_says_what_to_look_for_next(sample_graph: Graph) -> None:
    subject = consultation.patient(sample_graph, ["HP:0004840"], ["Pallor"], sex="male")
    table = sample_graph.next(["HP:0004840"], ["Pallor"], sex="male", limit=3)
    assert table == consultation.ask_next(sample_graph, subject, limit=3)
    assert len(table.rows) == 3


def test_methods_of_the_graph(sample_graph: Graph) -> None:
    table = sample_graph.match(["HP:0004840", "Ataxia"], ["Pallor"], sex="male", limit=3)
    assert next(row for row in table.dicts() if row["rank"] == 1)["condition"] == BOTH
    assert sample_graph.similar(XLSA, by="gene").column("condition") == ["MONDO:0010420"]
    assert "shared" in sample_graph.compare(XLSA, BOTH).column("relation")
