"""KGX exports, read by the Biolink Model's own classes and compared with the store."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import DefaultGraph

from genekg import associations, exports, prefixes
from genekg import vocabulary as v
from genekg.exports import WHOLE, Selection, kgx, selection
from genekg.graph import Graph

XLSA = "MONDO:0020721"


@pytest.fixture(scope="module")
def model() -> Any:
    """The pydantic classes that the Biolink Model publishes; they forbid unknown slots."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("biolink_model.datamodel.pydanticmodel_v2")


@pytest.fixture(scope="module")
def schema(model: Any) -> dict[str, Any]:
    """The Biolink Model as its authors wrote it."""
    path = Path(model.__file__).parent.parent / "schema" / "biolink_model.yaml"
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def files(graph: Graph, name: str, chosen: Selection = WHOLE) -> dict[str, str]:
    output = io.BytesIO()
    exports.named(name).write(graph, output, chosen)
    with zipfile.ZipFile(output) as archive:
        return {entry: archive.read(entry).decode() for entry in archive.namelist()}


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def validate(model: Any, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        kind = getattr(model, row["category"][0].removeprefix("biolink:"))
        kind(**row)


def test_nodes_and_edges_are_of_the_biolink_model(sample_graph: Graph, model: Any) -> None:
    found = files(sample_graph, "kgx-jsonl")
    nodes, edges = lines(found["nodes.jsonl"]), lines(found["edges.jsonl"])
    validate(model, nodes)
    validate(model, edges)
    assert len(nodes) == sample_graph.manifest["entities"]
    assert {edge["subject"] for edge in edges} | {edge["object"] for edge in edges} <= {
        node["id"] for node in nodes
    }
    with pytest.raises(ValueError, match="Extra inputs"):
        validate(model, [{**edges[0], "colour": "red"}])


def test_predicates_and_prefixes_are_those_of_the_model(
    sample_graph: Graph, schema: dict[str, Any]
) -> None:
    found = files(sample_graph, "kgx-jsonl")
    edges = lines(found["edges.jsonl"])
    slots = {name.replace(" ", "_") for name in schema["slots"]}
    assert {edge["predicate"].removeprefix("biolink:") for edge in edges} <= slots
    known = set(schema["prefixes"]) | {
        prefix for kind in schema["classes"].values() for prefix in kind.get("id_prefixes", ())
    }
    used = {node["id"].partition(":")[0] for node in lines(found["nodes.jsonl"])}
    assert used - known <= {"DECIPHER"}  # which the model has no prefix for
    assert {"MONDO", "OMIM", "ORDO", "HGNC", "HP", "UniProtKB", "EC"} <= used


def test_every_statement_between_nodes_is_an_edge(sample_graph: Graph) -> None:
    """Counted by the store: each association of two entities, whatever its predicate."""
    entities = {prefixes.expand(one.id) for one in sample_graph.labels.all()}
    text = {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch",
            "foaf:page", "dcterms:references"}  # fmt: skip
    expected: Counter[str] = Counter()
    for quad in sample_graph.store.quads_for_pattern(None, v.PREDICATE, None, DefaultGraph()):
        slots = {
            q.predicate: q.object.value  # type: ignore[union-attr]
            for q in sample_graph.store.quads_for_pattern(quad.subject, None, None, DefaultGraph())
        }
        predicate = prefixes.shorten(slots[v.PREDICATE])
        if {slots[v.SUBJECT], slots[v.OBJECT]} <= entities and predicate not in text:
            expected[predicate] += 1
    found = Counter(
        edge.get("original_predicate", edge["predicate"]) for edge in kgx.edges(sample_graph, WHOLE)
    )
    kinds = found.pop("rdfs:subClassOf")
    assert found == expected
    assert kinds == sample_graph.manifest["predicates"][v.SUBCLASS_OF.value]


def test_an_excluded_symptom_is_negated(sample_graph: Graph) -> None:
    edges = [e for e in kgx.edges(sample_graph, WHOLE) if e["predicate"] == "biolink:has_phenotype"]
    negated = {(e["subject"], e["object"]) for e in edges if e.get("negated")}
    lacking = {
        (
            kgx.spelled(prefixes.shorten(quad.subject.value)),  # type: ignore[union-attr]
            kgx.spelled(prefixes.shorten(quad.object.value)),  # type: ignore[union-attr]
        )
        for quad in sample_graph.store.quads_for_pattern(
            None, v.LACKS_PHENOTYPE, None, DefaultGraph()
        )
    }
    assert negated == lacking
    assert lacking


def test_tsv_says_the_same_as_json_lines(sample_graph: Graph) -> None:
    tables, objects = files(sample_graph, "kgx"), files(sample_graph, "kgx-jsonl")
    for name in ("nodes", "edges"):
        head, *rows = [line.split("\t") for line in tables[f"{name}.tsv"].splitlines()]
        expected = lines(objects[f"{name}.jsonl"])
        assert len(rows) == len(expected)
        for row, one in zip(rows, expected, strict=True):
            cells = {column: cell for column, cell in zip(head, row, strict=True) if cell}
            assert cells.keys() == one.keys()
            for column, cell in cells.items():
                value = one[column]
                if isinstance(value, list):
                    assert len(cell.split("|")) == len(value)
                elif isinstance(value, bool):
                    assert cell == "true"
                else:
                    assert cell == " ".join(str(value).split())


def test_an_edge_says_who_says_it(sample_graph: Graph) -> None:
    chosen = selection(sample_graph, XLSA)
    edges = list(kgx.edges(sample_graph, chosen))
    causal = next(edge for edge in edges if edge["predicate"] == "biolink:causes")
    assert causal["subject"], causal["object"] == ("HGNC:397", XLSA)
    assert causal["subject_form_or_variant_qualifier"] == "loss_of_function_variant_form"
    assert causal["primary_knowledge_source"].startswith("infores:")
    assert causal["agent_type"] == "manual_agent"
    counted = [edge for edge in edges if "has_count" in edge]
    said = {
        (one.text(v.HAS_COUNT), one.text(v.HAS_TOTAL))
        for one in associations.about(sample_graph, chosen_node(chosen))
        if one.nodes(v.HAS_COUNT)
    }
    assert {(str(e["has_count"]), str(e["has_total"])) for e in counted} == said


def chosen_node(chosen: Selection) -> Any:
    from genekg.nodes import node

    assert chosen.entity is not None
    return node(chosen.entity.id)
