"""The benchmark: what is withheld, who is ranked, and that it says the same again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genekg import casebench
from genekg.errors import SourceError, UsageError
from genekg.graph import Graph

OWN_PAPER = "PMID:1570328"


def packet(name: str, condition: str, present: list[str], **more: Any) -> dict[str, Any]:
    features: list[dict[str, Any]] = [{"type": {"id": one}} for one in present]
    features += [{"type": {"id": one}, "excluded": True} for one in more.get("excluded", [])]
    return {
        "id": name,
        "subject": {"id": name, "sex": "MALE"},
        "phenotypicFeatures": features,
        "diseases": [{"term": {"id": condition}}],
        "metaData": {
            "phenopacketSchemaVersion": "2.0",
            "created": "2025-01-01T00:00:00Z",
            "externalReferences": [{"id": more.get("paper", "PMID:1")}],
        },
    }


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    for one in (
        packet("own", "OMIM:300751", ["HP:0004840", "HP:0001924"], paper=OWN_PAPER),
        packet("other", "OMIM:154700", ["HP:0001166", "HP:0000098"], excluded=["HP:0001903"]),
        packet("collides", "ORPHA:300751", ["HP:0001626"]),
        packet("unknown", "OMIM:999999", ["HP:0001903"]),
    ):
        (folder / f"{one['id']}.json").write_text(json.dumps(one))
    return folder


def ranks(graph: Graph, cases: Path, mode: str) -> dict[str, float]:
    (run,) = casebench.run(graph, cases, [mode])
    return {one.case_id: one.rank for one in run.results}


def test_ranks(sample_graph: Graph, cases: Path) -> None:
    found = ranks(sample_graph, cases, "i")
    assert found["own"] == 1
    assert found["other"] == 1
    # The number is that of another condition in OMIM.
    assert found["collides"] == 1
    assert found["unknown"] == 0


def test_the_own_paper_is_withheld(sample_graph: Graph, cases: Path) -> None:
    """Without PMID:1570328 nothing of these two symptoms is left of OMIM:300751."""
    as_it_is, withheld = (ranks(sample_graph, cases, mode) for mode in ("i", "ii"))
    assert as_it_is["own"] == 1 < withheld["own"]
    assert as_it_is["other"] == withheld["other"]


def test_what_other_papers_say_too_is_kept(sample_graph: Graph, tmp_path: Path) -> None:
    """Pallor of OMIM:999001 cites PMID:1570328 and the OMIM entry."""
    case = packet("pale", "OMIM:999001", ["HP:0000980", "HP:0012378"], paper=OWN_PAPER)
    path = tmp_path / "pale.json"
    path.write_text(json.dumps(case))
    whole, divided = (ranks(sample_graph, path, mode)["pale"] for mode in ("iii", "iii-patients"))
    assert divided < whole


def test_conditions_that_the_release_does_not_know_count_as_misses(
    sample_graph: Graph, cases: Path
) -> None:
    runs = casebench.run(sample_graph, cases, ["iii", "iv"])
    counted = [len(run.counted) for run in runs]
    assert counted == [3, 4]
    table = casebench.summary(runs)
    rows = {row["mode"]: row for row in table.dicts()}
    assert rows["iv"]["cases"] == 4
    hits = sum(0 < one.rank <= 10 for one in runs[1].results)
    assert str(rows["iv"]["top-10"]).startswith(f"{100 * hits / 4:.1f} (")


def test_the_same_again(sample_graph: Graph, cases: Path) -> None:
    first, second = (casebench.run(sample_graph, cases, ["i", "iii"]) for _ in range(2))
    assert casebench.ranks(first).rows == casebench.ranks(second).rows
    tables = (casebench.summary(runs, parts=True) for runs in (first, second))
    without_time = [[row[:-1] for row in table] for table in tables]
    assert without_time[0] == without_time[1]
    assert len(without_time[0]) > 2


def test_neither_gene_nor_diagnosis_is_used(sample_graph: Graph, tmp_path: Path) -> None:
    """Another diagnosis of the same patient is ranked by the same scores."""
    found = {}
    for condition in ("OMIM:300751", "OMIM:154700"):
        path = tmp_path / "case.json"
        path.write_text(json.dumps(packet("case", condition, ["HP:0004840"])))
        found[condition] = ranks(sample_graph, path, "i")["case"]
    assert found["OMIM:300751"] < found["OMIM:154700"]


def test_errors(sample_graph: Graph, cases: Path) -> None:
    with pytest.raises(UsageError, match="no mode 'v'; there are i, ii"):
        casebench.run(sample_graph, cases, ["v"])
    (cases / "broken.json").write_text("{")
    with pytest.raises(SourceError, match=r"broken\.json"):
        casebench.run(sample_graph, cases, ["i"])
