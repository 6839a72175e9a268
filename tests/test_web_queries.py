from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from live import Live, running
from openapi_spec_validator import OpenAPIV31SpecValidator

from genekg import queries
from genekg.errors import GenekgError
from genekg.graph import Graph
from genekg.tables import to_csv
from genekg.web import create_app


@pytest.mark.parametrize("name", sorted(queries.library()))
def test_each_question_answers_as_the_command_line_does(
    live: Live, sample_graph: Graph, name: str
) -> None:
    query = queries.find(name)
    given = {each.name: each.example for each in query.parameters}
    response = live.client.get(f"/queries/{name}", params={**given, "format": "csv"})
    try:
        table = queries.run(sample_graph, name, given)
    except GenekgError as problem:  # an example that the samples do not have
        table, said = None, str(problem)
    if table is None:
        assert response.status_code in (400, 404)
        assert response.text.strip() == said
        return
    assert response.status_code == 200, response.text
    rows = list(csv.reader(io.StringIO(response.text)))
    assert tuple(rows[0]) == table.columns
    assert rows == list(csv.reader(io.StringIO(to_csv(table))))


def test_the_list_has_every_question_with_its_parameters(live: Live) -> None:
    found = {entry["name"]: entry for entry in live.client.get("/queries").json()}
    assert set(found) == set(queries.library())
    entry = found["conditions_with_inheritance"]
    assert entry["parameters"][0]["name"] == "mode"
    assert entry["columns"] == list(queries.find("conditions_with_inheritance").columns)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/queries/genes_for_conditions", 404, "no question named"),
        ("/queries/genes_of_condition", 400, "condition"),
        ("/queries/genes_of_condition?gene=ALAS2", 400, "no parameter 'gene'"),
        ("/queries/genes_of_condition?condition=nobodys%20disease", 404, "nobodys disease"),
        ("/queries/genes_of_condition?condition=a&condition=b", 400, "twice"),
        ("/queries/genes_of_condition?condition=MONDO:0020721&format=pdf", 400, "pdf"),
    ],
)
def test_faults_are_told(live: Live, address: str, status: int, words: str) -> None:
    response = live.client.get(address)
    assert response.status_code == status, response.text
    assert words in response.text


def test_the_accept_header_chooses_the_format(live: Live) -> None:
    response = live.client.get(
        "/queries/genes_of_condition",
        params={"condition": "MONDO:0020721"},
        headers={"Accept": "text/tab-separated-values"},
    )
    assert response.headers["content-type"].startswith("text/tab-separated-values")
    assert "ALAS2" in response.text


def test_a_folder_of_ones_own_joins(sample_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "how_many.rq").write_text(
        "#+ summary: How many genes.\nSELECT (COUNT(*) AS ?n) WHERE { ?s a biolink:Gene }\n"
    )
    with running(create_app(sample_graph, queries=[tmp_path])) as server:
        (row,) = server.client.get("/queries/how_many").json()
        assert row["n"] > 0
        assert "/queries/how_many" in server.client.get("/openapi.json").json()["paths"]


def test_the_openapi_document_is_valid_and_whole(live: Live) -> None:
    document = live.client.get("/openapi.json").json()
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    for name, query in queries.library().items():
        operation = document["paths"][f"/queries/{name}"]["get"]
        declared = {each["name"]: each for each in operation["parameters"]}
        assert {each.name for each in query.parameters} | {"format"} == set(declared)
        for each in query.parameters:
            assert declared[each.name]["required"] is not each.optional
    assert document["servers"] == [{"url": live.address}]
