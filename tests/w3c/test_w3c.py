"""The W3C test suites over HTTP, where their files are; and cases of ours in their shape."""

from __future__ import annotations

from pathlib import Path

import pytest
import runner

OWN = Path(__file__).parent / "own"
QUERY = (
    *("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping"),
    *("negation", "project-expression", "property-path", "subquery", "syntax-query"),
)
UPDATE = (
    *("add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert"),
    *("delete-where", "drop", "move", "update-silent", "syntax-update-1", "syntax-update-2"),
)
# Misses of the engine, each with its reason in docs/endpoint.md.
MISSED = {
    "aggregates/agg-empty-group-count-graph",
    "aggregates/agg-groupconcat-04",
    "aggregates/agg-groupconcat-06",
    "bindings/graph",
    "functions/bnode01",
    "negation/graph-minus",
    "property-path/zero_or_more_set_end",
    "property-path/zero_or_more_set_start",
    "property-path/zero_or_one_set_end",
    "property-path/zero_or_one_set_start",
}


@pytest.fixture(scope="module")
def w3c(shared_data: Path) -> Path:
    folder = shared_data / "w3c" / "sparql11"
    if not folder.is_dir():
        pytest.skip(f"no W3C test suites at {folder}")
    return folder


def test_cases_of_our_own_pass() -> None:
    outcomes = {outcome.case.key: outcome for outcome in runner.run(OWN)}
    assert len(outcomes) == 25
    assert {key: each.why for key, each in outcomes.items() if not each.by_value} == {}
    strictly = {key for key, outcome in outcomes.items() if not outcome.strict}
    assert strictly == {"queries/ages"}, "30.50 comes back as 30.5"


def test_a_wrong_answer_is_seen(tmp_path: Path) -> None:
    for path in (OWN / "queries").iterdir():
        (tmp_path / "queries" / path.name).parent.mkdir(exist_ok=True)
        (tmp_path / "queries" / path.name).write_bytes(path.read_bytes())
    data = tmp_path / "queries" / "family.ttl"
    data.write_text(data.read_text("utf-8").replace(":bo :child :dan", ":bo :child :fay"), "utf-8")
    missed = {each.case.name for each in runner.run(tmp_path) if not each.by_value}
    assert missed == {"descendants", "parents"}


def test_query_evaluation_and_syntax(w3c: Path) -> None:
    outcomes = list(runner.run(w3c, QUERY))
    assert len(outcomes) == 328
    assert {outcome.case.key for outcome in outcomes if not outcome.by_value} <= MISSED
    assert sum(outcome.by_value for outcome in outcomes) >= 318
    assert sum(outcome.strict for outcome in outcomes) >= 300


def test_result_formats(w3c: Path) -> None:
    outcomes = list(runner.run(w3c, ("csv-tsv-res", "json-res")))
    assert len(outcomes) == 10
    assert [outcome.case.key for outcome in outcomes if not outcome.by_value] == []


def test_protocol(w3c: Path) -> None:
    outcomes = {outcome.case.name: outcome for outcome in runner.run(w3c, ["protocol"])}
    queries = [name for name in outcomes if name.startswith("query_")]
    bad = [name for name in outcomes if name.startswith("bad_")]
    assert (len(queries), len(bad)) == (13, 14)
    assert [name for name in (*queries, *bad) if not outcomes[name].strict] == []


def test_service_description(w3c: Path) -> None:
    outcomes = list(runner.run(w3c, ["service-description"]))
    assert [outcome.strict for outcome in outcomes] == [True, True, True]


def test_updates_through_the_library(w3c: Path) -> None:
    outcomes = list(runner.run(w3c, UPDATE))
    assert len(outcomes) == 157
    assert [outcome.case.key for outcome in outcomes if not outcome.strict] == []
