"""Exports for the tools of the field, each read by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from pyoxigraph import DefaultGraph, NamedNode

from genekg import associations, exports, neighbourhoods, prefixes
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.exports import WHOLE, Selection, figures, neo4j, selection
from genekg.graph import Graph
from genekg.nodes import node

XLSA = "MONDO:0020721"
Relation = tuple[str, str, str]


def written(graph: Graph, name: str, chosen: Selection = WHOLE) -> bytes:
    output = io.BytesIO()
    exports.named(name).write(graph, output, chosen)
    return output.getvalue()


def relations(graph: Graph) -> Counter[Relation]:
    """Every direct relation, from the store: subject, predicate, object."""
    named = {prefixes.expand(one.id): one.id for one in graph.labels.all()}
    found: Counter[Relation] = Counter()
    for relation in neighbourhoods.RELATION_LABELS:
        for quad in graph.store.quads_for_pattern(None, relation, None, DefaultGraph()):
            ends = (quad.subject.value, quad.object.value)  # type: ignore[union-attr]
            if ends[0] in named and ends[1] in named:
                predicate = prefixes.shorten(relation.value)
                found[named[ends[0]], predicate, named[ends[1]]] += 1
    return found


# folders and archives


def test_several_files_go_to_a_folder_or_an_archive(sample_graph: Graph, tmp_path: Path) -> None:
    kgx = exports.named("kgx")
    kgx.write(sample_graph, tmp_path / "out")
    kgx.write(sample_graph, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        for name in ("nodes.tsv", "edges.tsv"):
            assert archive.read(name) == (tmp_path / "out" / name).read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"out", "out.zip"}


def test_a_folder_that_holds_something_is_left_alone(sample_graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        exports.named("neo4j").write(sample_graph, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["svg", "dot", "phenopacket"])
def test_a_format_of_one_entity_says_so(sample_graph: Graph, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} holds one entity"):
        written(sample_graph, name)


# Neo4j

_HEADER = re.compile(r"(\w+)?:(ID|LABEL|START_ID|END_ID|TYPE|string\[\]|string)|\w+")


def neo4j_files(graph: Graph) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(written(graph, "neo4j"))) as archive:
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


def test_neo4j_headers_follow_the_import_tools_rules(sample_graph: Graph) -> None:
    found = neo4j_files(sample_graph)
    for header in (neo4j.NODE_HEADER, neo4j.EDGE_HEADER):
        assert all(_HEADER.fullmatch(column) for column in header)
    assert sum(column.endswith(":ID") for column in neo4j.NODE_HEADER) == 1
    assert {":START_ID", ":END_ID", ":TYPE"} <= set(neo4j.EDGE_HEADER)
    nodes, edges = found["nodes.csv"], found["relationships.csv"]
    assert {len(row) for row in nodes} == {len(neo4j.NODE_HEADER)}
    assert {len(row) for row in edges} == {len(neo4j.EDGE_HEADER)}
    ids = [row[0] for row in nodes[1:]]
    assert len(set(ids)) == len(ids) == sample_graph.manifest["entities"]
    assert {end for row in edges[1:] for end in row[:2]} <= set(ids)


def test_neo4j_files_load_into_a_graph_database(sample_graph: Graph, tmp_path: Path) -> None:
    ladybug = pytest.importorskip("ladybug")
    exports.named("neo4j").write(sample_graph, tmp_path / "csv")
    connection = ladybug.Connection(ladybug.Database(str(tmp_path / "database")))
    connection.execute(
        "CREATE NODE TABLE Entity(id STRING PRIMARY KEY, label STRING, kind STRING, iri STRING,"
        " labels STRING)"
    )
    connection.execute(
        "CREATE REL TABLE Related(FROM Entity TO Entity, type STRING, predicate STRING,"
        " sources STRING)"
    )
    for table, name in (("Entity", "nodes"), ("Related", "relationships")):
        path = tmp_path / "csv" / f"{name}.csv"
        connection.execute(f"COPY {table} FROM '{path}' (HEADER=true, PARALLEL=false)")
    rows = connection.execute(
        "MATCH (g:Entity)-[r:Related]->(c:Entity) RETURN g.id, r.predicate, c.id"
    )
    assert Counter(tuple(row) for row in rows) == relations(sample_graph)
    lacking = connection.execute(
        "MATCH (:Entity)-[r:Related]->(:Entity) WHERE r.type = 'LACKS_SYMPTOM' RETURN count(r)"
    )
    assert [list(row) for row in lacking] == [
        [sample_graph.manifest["predicates"][v.LACKS_PHENOTYPE.value]]
    ]


# Parquet, NumPy


def test_parquet_holds_the_direct_relations(sample_graph: Graph, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    exports.named("parquet").write(sample_graph, tmp_path / "out")
    nodes = pandas.read_parquet(tmp_path / "out" / "nodes.parquet")
    edges = pandas.read_parquet(tmp_path / "out" / "edges.parquet")
    assert list(nodes.columns) == ["id", "label", "kind", "iri"]
    assert set(nodes.id) == {one.id for one in sample_graph.labels.all()}
    found = Counter(
        zip(edges.subject.tolist(), edges.predicate.tolist(), edges.object.tolist(), strict=True)
    )
    assert found == relations(sample_graph)
    assert all(len(sources) for sources in edges.sources)


def test_arrays_hold_the_direct_relations(sample_graph: Graph) -> None:
    with np.load(io.BytesIO(written(sample_graph, "npz")), allow_pickle=False) as arrays:
        ids, relation = arrays["node_id"], arrays["relations"]
        index, types = arrays["edge_index"], arrays["edge_type"]
        assert index.shape == (2, len(types))
        assert index.dtype == np.int64
        found = Counter(
            (str(ids[s]), str(relation[t]), str(ids[o]))
            for s, o, t in zip(*index, types, strict=True)
        )
        assert found == relations(sample_graph)
        kinds = {
            str(i): str(arrays["kinds"][k]) for i, k in zip(ids, arrays["node_kind"], strict=True)
        }
        assert kinds == {one.id: one.kind for one in sample_graph.labels.all()}
        some = sample_graph.adjacency.source_names(int(arrays["edge_sources"][0]))
        assert set(some) <= set(arrays["sources"].tolist())


# SSSOM


def test_sssom_is_read_by_its_own_library(sample_graph: Graph, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sssom = pytest.importorskip("sssom_pydantic")
    path = tmp_path / "genekg.sssom.tsv"
    exports.for_file(path.name).write(sample_graph, path)
    pack = sssom.read(path)
    matches = {v.EXACT_MATCH, v.CLOSE_MATCH, v.BROAD_MATCH, v.NARROW_MATCH}
    stated = {
        (
            one.text(v.ORIGINAL_SUBJECT),
            prefixes.shorten(one.predicate.value),
            associations.shown(one.object),
        )
        for one in associations.every(sample_graph)
        if one.predicate in matches
    }
    found = {
        (mapping.subject.curie, mapping.predicate.curie, mapping.object.curie)
        for mapping in pack.mappings
    }
    assert found == stated
    assert ("MONDO:0020721", "skos:exactMatch", "OMIM:300751") in found


# phenopackets


def stub(graph: Graph, entity: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(written(graph, "phenopacket", selection(graph, entity)))
    return content


def test_a_phenopacket_is_of_the_schema(sample_graph: Graph) -> None:
    phenopackets = pytest.importorskip("phenopackets")
    json_format = pytest.importorskip("google.protobuf.json_format")
    packet = json_format.ParseDict(stub(sample_graph, XLSA), phenopackets.Phenopacket())
    assert packet.diseases[0].term.id == XLSA
    assert packet.meta_data.created.seconds > 1_700_000_000
    prefixes_used = {one.type.id.partition(":")[0] for one in packet.phenotypic_features}
    declared = {one.namespace_prefix for one in packet.meta_data.resources}
    assert prefixes_used | {"MONDO"} <= declared


def said(graph: Graph, condition: str, predicate: NamedNode) -> set[str]:
    quads = graph.store.quads_for_pattern(node(condition), predicate, None, DefaultGraph())
    return {prefixes.shorten(quad.object.value) for quad in quads}  # type: ignore[union-attr]


def test_a_phenopacket_has_every_symptom_once_and_excludes_what_nobody_has(
    sample_graph: Graph,
) -> None:
    for condition in ("MONDO:0020721", "MONDO:0010420"):
        features = stub(sample_graph, condition)["phenotypicFeatures"]
        present = {one["type"]["id"] for one in features if not one.get("excluded")}
        excluded = {one["type"]["id"] for one in features if one.get("excluded")}
        assert len(features) == len(present) + len(excluded)
        assert present == said(sample_graph, condition, v.HAS_PHENOTYPE)
        assert excluded == said(sample_graph, condition, v.LACKS_PHENOTYPE) - said(
            sample_graph, condition, v.HAS_PHENOTYPE
        )


def test_a_phenopacket_of_a_gene_is_refused(sample_graph: Graph) -> None:
    with pytest.raises(UsageError, match="a phenopacket is of a condition"):
        stub(sample_graph, "ALAS2")


# figures


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydot's, of pyparsing
def test_dot_is_read_by_graphviz_readers(sample_graph: Graph) -> None:
    pydot = pytest.importorskip("pydot")
    data = written(sample_graph, "dot", selection(sample_graph, XLSA)).decode()
    (graph,) = pydot.graph_from_dot_data(data)
    _centre, around = figures.groups(sample_graph, selection(sample_graph, XLSA))
    ends = {
        (edge.get_source().strip('"'), edge.get_destination().strip('"'))
        for edge in graph.get_edges()
    }
    expected = {
        (one.id, XLSA) if group.arriving else (XLSA, one.id)
        for group in around
        for one in group.members
    }
    assert expected <= ends
    assert ("HGNC:397", XLSA) in ends


def test_svg_names_everything_that_it_draws(sample_graph: Graph) -> None:
    chosen = selection(sample_graph, XLSA)
    root = etree.fromstring(written(sample_graph, "svg", chosen))
    space = {"s": "http://www.w3.org/2000/svg"}
    assert (
        root.findtext("s:title", namespaces=space)
        == "X-linked sideroblastic anemia (MONDO:0020721)"
    )
    titles = {title.text for title in root.iterfind(".//s:g/s:title", space)}
    _centre, around = figures.groups(sample_graph, chosen)
    for group in around:
        for one in group.members:
            assert f"{one.label} ({one.id}, {one.kind})" in titles
    assert "not for diagnosis" in "".join(root.itertext())


def test_a_figure_draws_what_is_excluded_apart(sample_graph: Graph) -> None:
    lacking = next(
        iter(sample_graph.store.quads_for_pattern(None, v.LACKS_PHENOTYPE, None, DefaultGraph()))
    )
    chosen = selection(sample_graph, prefixes.shorten(lacking.subject.value))  # type: ignore[union-attr]
    absent = [group for group in figures.groups(sample_graph, chosen)[1] if group.absent]
    assert [group.relation for group in absent] == ["lacks symptom"]
    root = etree.fromstring(written(sample_graph, "svg", chosen))
    dashed = root.findall(".//{http://www.w3.org/2000/svg}rect[@stroke-dasharray]")
    assert len(dashed) == sum(len(group.members) for group in absent)
