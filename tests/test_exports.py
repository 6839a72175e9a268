"""Exports, read back by readers that are not ours and compared with the store."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import networkx as nx
import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import genekg.graph
from genekg import exports, neighbourhoods, prefixes, quads, store
from genekg import vocabulary as v
from genekg.errors import GenekgError, NotFoundError, StoreError, UsageError
from genekg.exports import FORMATS, WHOLE, Export, Selection, named, selection
from genekg.graph import Graph

# rdflib warns of what it does itself
pytestmark = pytest.mark.filterwarnings(
    r"ignore:(ConjunctiveGraph|Dataset\.\w+) is deprecated:DeprecationWarning"
)

XLSA = "MONDO:0020721"
PARTIAL = [name for name, export in FORMATS.items() if not export.whole]
RDF = [name for name in PARTIAL if FORMATS[name].rdf]
TRIPLES = [name for name in RDF if name != "nq"]
READERS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld", "rdfxml": "xml"}
Triple = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]


SINGLE = [name for name, export in FORMATS.items() if export.single]


def suitable(graph: Any, name: str) -> Selection:
    """The whole graph, or a condition where a format holds one entity."""
    return selection(graph, XLSA) if name in SINGLE else WHOLE


def written(graph: Any, name: str, chosen: Selection = WHOLE) -> bytes:
    output = io.BytesIO()
    named(name).write(graph, output, chosen)
    return output.getvalue()


def term(node: object) -> rdflib.term.Node:
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    assert isinstance(node, Literal)
    datatype = node.datatype.value
    plain = datatype.endswith("#string") or datatype.endswith("#langString")
    return rdflib.Literal(
        node.value, lang=node.language, datatype=None if plain else rdflib.URIRef(datatype)
    )


def triples(found: Iterable[Quad]) -> set[Triple]:
    return {(term(quad.subject), term(quad.predicate), term(quad.object)) for quad in found}


def default(graph: Graph) -> set[Triple]:
    return triples(graph.store.quads_for_pattern(None, None, None, DefaultGraph()))


def inferred(graph: Graph) -> set[Triple]:
    return triples(graph.store.quads_for_pattern(None, None, None, v.INFERRED))


def read(data: bytes, name: str) -> set[Triple]:
    return set(rdflib.Graph().parse(data=data, format=READERS[name]))


def read_quads(data: bytes) -> tuple[set[Triple], set[Triple]]:
    """Read N-Quads as the default graph and the inferred one; there is no other."""
    dataset = rdflib.Dataset().parse(data=data, format="nquads")
    parts: dict[object, set[Triple]] = {}
    for subject, predicate, target, name in dataset.quads((None, None, None, None)):
        parts.setdefault(name, set()).add((subject, predicate, target))
    stated = parts.pop(None, None) or parts.pop(rdflib.URIRef("urn:x-rdflib:default"), set())
    concluded = parts.pop(rdflib.URIRef(v.INFERRED.value), set())
    assert not parts
    return stated, concluded


# the whole graph


@pytest.mark.parametrize("name", TRIPLES)
def test_a_triple_format_holds_the_default_graph(sample_graph: Graph, name: str) -> None:
    found = read(written(sample_graph, name), name)
    assert found == default(sample_graph)
    assert len(found) == sample_graph.manifest["triples"]


@pytest.mark.parametrize("name", TRIPLES)
def test_what_is_inferred_is_added_as_triples(sample_graph: Graph, name: str) -> None:
    found = read(written(sample_graph, name, Selection(inferred=True)), name)
    assert found == default(sample_graph) | inferred(sample_graph)
    assert len(found) == sample_graph.manifest["triples"] + sample_graph.manifest["inferred"]


def test_nquads_hold_both_graphs_apart(sample_graph: Graph) -> None:
    data = written(sample_graph, "nq")
    assert read_quads(data) == (default(sample_graph), inferred(sample_graph))
    lines = data.splitlines()
    assert len(lines) == sample_graph.manifest["triples"] + sample_graph.manifest["inferred"]


def test_ntriples_have_each_triple_once(sample_graph: Graph) -> None:
    for chosen in (WHOLE, selection(sample_graph, XLSA, inferred=True)):
        lines = written(sample_graph, "nt", chosen).splitlines()
        assert len(lines) == len(set(lines)) > 0


def test_turtle_is_written_with_prefixes(sample_graph: Graph) -> None:
    text = written(sample_graph, "ttl").decode()
    assert "@prefix biolink: <https://w3id.org/biolink/vocab/> ." in text
    assert "biolink:has_phenotype" in text
    namespaces = [line.split()[2] for line in text.splitlines() if line.startswith("@prefix")]
    assert len(set(namespaces)) == len(namespaces)


def relations(graph: Graph) -> Counter[tuple[str, str, str, str]]:
    """Every direct relation with its sources."""
    entities = {entity.number: entity.id for entity in graph.labels.all()}
    return Counter(
        (
            entities[edge.subject],
            prefixes.shorten(edge.predicate.value),
            entities[edge.object],
            neighbourhoods.sources(graph, edge),
        )
        for edge in graph.adjacency.edges()
    )


def read_graphml(data: bytes) -> nx.MultiDiGraph[str]:
    return nx.read_graphml(io.BytesIO(data), force_multigraph=True)


def test_graphml_holds_the_entities_and_their_relations(sample_graph: Graph) -> None:
    network = read_graphml(written(sample_graph, "graphml"))
    assert network.is_directed()
    assert dict(network.nodes(data=True)) == {
        entity.id: {
            "label": entity.label,
            "kind": entity.kind,
            "iri": quads.node(entity.id).value,
        }
        for entity in sample_graph.labels.all()
    }
    edges = list(network.edges(data=True))
    assert Counter(
        (subject, data["predicate"], target, data["sources"]) for subject, target, data in edges
    ) == relations(sample_graph)
    assert len(edges) == sample_graph.manifest["edges"]
    labels = {data["predicate"]: data["label"] for _, _, data in edges}
    assert labels["biolink:has_phenotype"] == "has symptom"
    assert labels["rdfs:subClassOf"] == "is a kind of"


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_csv_has_one_relation_a_row(sample_graph: Graph) -> None:
    found = rows(written(sample_graph, "csv"))
    assert list(found[0]) == [
        "subject", "subject_label", "predicate", "object", "object_label", "source",
    ]  # fmt: skip
    assert Counter(
        (row["subject"], row["predicate"], row["object"], row["source"]) for row in found
    ) == relations(sample_graph)
    labels = {entity.id: entity.label for entity in sample_graph.labels.all()}
    for row in found:
        assert row["subject_label"] == labels[row["subject"]]
        assert row["object_label"] == labels[row["object"]]
        assert row["source"]
    commas = "Hemolytic anemia, nonspherocytic, due to hexokinase deficiency"
    assert commas in {row["subject_label"] for row in found}


def test_nodes_csv_has_one_entity_a_row(sample_graph: Graph) -> None:
    assert rows(written(sample_graph, "nodes.csv")) == [
        {
            "id": entity.id,
            "label": entity.label,
            "kind": entity.kind,
            "iri": quads.node(entity.id).value,
        }
        for entity in sample_graph.labels.all()
    ]


# one entity


@pytest.mark.parametrize("name", TRIPLES)
@pytest.mark.parametrize("entity", [XLSA, "HGNC:397", "HP:0001419"])
def test_every_triple_format_says_the_same_of_an_entity(
    sample_graph: Graph, name: str, entity: str
) -> None:
    plain = selection(sample_graph, entity)
    found = read(written(sample_graph, name, plain), name)
    assert found == set(about(sample_graph, entity))
    assert found < default(sample_graph)
    more = selection(sample_graph, entity, inferred=True)
    stated, concluded = read_quads(written(sample_graph, "nq", plain))
    assert read(written(sample_graph, name, more), name) == stated | concluded
    assert found <= stated


def about(graph: Graph, entity: str, *, inferred: bool = False) -> rdflib.Graph:
    chosen = selection(graph, entity, inferred=inferred)
    return rdflib.Graph().parse(data=written(graph, "nt", chosen), format="nt")


def test_an_entity_comes_with_all_its_own_triples(sample_graph: Graph) -> None:
    found, whole = about(sample_graph, XLSA), default(sample_graph)
    node = rdflib.URIRef(prefixes.expand(XLSA))
    own = {triple for triple in whole if triple[0] == node}
    assert len(own) > 40
    assert set(found.triples((node, None, None))) == own
    gene = rdflib.URIRef(prefixes.expand("HGNC:397"))
    assert (gene, rdflib.URIRef(v.CAUSES.value), node) in found


def test_an_entity_comes_with_its_associations_and_synonyms_whole(sample_graph: Graph) -> None:
    found, whole = about(sample_graph, XLSA), default(sample_graph)
    node = rdflib.URIRef(prefixes.expand(XLSA))
    roles = {rdflib.URIRef(role.value) for role in (v.SUBJECT, v.OBJECT, v.ANNOTATED_SOURCE)}
    carriers = {s for s, p, o in whole if p in roles and o == node}
    assert len(carriers) > 40
    assert {triple for triple in found if triple[0] in carriers} == {
        triple for triple in whole if triple[0] in carriers
    }
    others = {s for s, p, o in whole if p in roles} - carriers
    assert others
    assert not others & set(found.subjects())


def test_an_entity_comes_with_its_releases_and_every_label(sample_graph: Graph) -> None:
    found, whole = about(sample_graph, XLSA), default(sample_graph)
    label = rdflib.URIRef(v.LABEL.value)
    releases = set(found.objects(None, rdflib.URIRef(v.DERIVED_FROM.value)))
    assert len(releases) >= 2
    for release in releases:
        said = {triple for triple in whole if triple[0] == release}
        assert set(found.triples((release, None, None))) == said
        assert found.value(release, rdflib.URIRef(v.LICENSE.value))
    resource = next(found.objects(None, rdflib.URIRef(v.IS_VERSION_OF.value)))
    assert (resource, rdflib.RDF.type, rdflib.URIRef(v.INFORMATION_RESOURCE.value)) in found
    labels = {s: o for s, p, o in whole if p == label}
    for node in {*found.subjects(), *found.objects()} & set(labels):
        assert (node, label, labels[node]) in found


def test_an_entity_may_come_with_what_is_inferred_of_it(sample_graph: Graph) -> None:
    node = rdflib.URIRef(prefixes.expand(XLSA))
    own = {triple for triple in inferred(sample_graph) if triple[0] == node}
    assert own
    assert not own & set(about(sample_graph, XLSA))
    assert own < set(about(sample_graph, XLSA, inferred=True))
    assert read_quads(written(sample_graph, "nq", selection(sample_graph, XLSA)))[1] == own


def test_an_entity_in_graphml_and_csv_is_its_neighbourhood(sample_graph: Graph) -> None:
    chosen = selection(sample_graph, "x-linked sideroblastic anemia")
    network = read_graphml(written(sample_graph, "graphml", chosen))
    expected = Counter(
        {key: n for key, n in relations(sample_graph).items() if XLSA in (key[0], key[2])}
    )
    assert Counter(
        (subject, data["predicate"], target, data["sources"])
        for subject, target, data in network.edges(data=True)
    ) == expected  # fmt: skip
    table = rows(written(sample_graph, "csv", chosen))
    assert Counter(
        (row["subject"], row["predicate"], row["object"], row["source"]) for row in table
    ) == expected  # fmt: skip
    ends = {end for key in expected for end in (key[0], key[2])}
    assert set(network) == ends
    assert {row["id"] for row in rows(written(sample_graph, "nodes.csv", chosen))} == ends


# texts that a format could spoil


AWKWARD = "a\r\nb\rc\n\t<&>\"']]> \u00e9 \U0001d11e \x7f"


@pytest.mark.parametrize("name", TRIPLES)
def test_a_literal_comes_back_as_it_is(name: str) -> None:
    small = store.memory_store()
    node = NamedNode("https://example.org/x")
    small.add(Quad(node, v.LABEL, Literal(AWKWARD)))
    found = read(written(SimpleNamespace(store=small), name), name)
    assert found == {(term(node), term(v.LABEL), rdflib.Literal(AWKWARD))}


def test_a_label_in_graphml_comes_back_as_it_is() -> None:
    entity = genekg.labels.Entity(0, 'OMIM:"<1>', "condition", AWKWARD)
    graph = SimpleNamespace(
        labels=SimpleNamespace(all=lambda: [entity]), adjacency=SimpleNamespace(edges=list)
    )
    network = read_graphml(written(graph, "graphml"))
    assert list(network) == [entity.id]
    assert network.nodes[entity.id]["label"] == AWKWARD


def test_what_xml_cannot_hold_does_not_enter_the_graph() -> None:
    for code in range(0x10000):
        character = chr(code)
        allowed = character in "\t\n\r" or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
        if allowed:
            continue
        with pytest.raises(GenekgError, match="control character"):
            quads.text(f"a{character}b")


# the same bytes


def undated(data: bytes) -> bytes:
    """A phenopacket says when it was built."""
    return re.sub(rb'"created": "[^"]*"', b"", data)


@pytest.mark.parametrize("name", FORMATS)
def test_two_exports_of_two_builds_are_the_same_bytes(
    sample_graph: Graph, second_graph: Graph, name: str
) -> None:
    for entity in (XLSA,) if name in SINGLE else ("", XLSA) if name in PARTIAL else ("",):
        chosen = selection(sample_graph, entity)
        first = written(sample_graph, name, chosen)
        assert first
        assert written(sample_graph, name, chosen) == first
        second = written(second_graph, name, selection(second_graph, entity))
        assert undated(second) == undated(first)


@pytest.fixture(scope="module")
def second_graph(
    build_sample: Callable[[Path], store.Build], tmp_path_factory: pytest.TempPathFactory
) -> Iterable[Graph]:
    home = tmp_path_factory.mktemp("second")
    build_sample(home)
    with genekg.graph.open(home, build=False) as graph:
        yield graph


# files


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_the_same_as_a_stream(sample_graph: Graph, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph{FORMATS[name].suffix}"
    path.write_text("what was there before")
    with path.open() as earlier:
        named(name).write(sample_graph, path, suitable(sample_graph, name))
        assert earlier.read() == "what was there before"  # who reads it is not disturbed
    assert path.read_bytes() == written(sample_graph, name, suitable(sample_graph, name))
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_a_file_stays_a_link(sample_graph: Graph, tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.touch()
    link.symlink_to(target)
    named("csv").write(sample_graph, link)
    assert link.is_symlink()
    assert target.read_bytes() == written(sample_graph, "csv")


class Thrifty(io.RawIOBase):
    """An output without a buffer that takes 100 bytes at a time."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data[:100])
        self.data += part
        return len(part)


@pytest.mark.parametrize("name", FORMATS)
def test_an_output_may_take_a_part_at_a_time(sample_graph: Graph, name: str) -> None:
    chosen = selection(sample_graph, XLSA if name in PARTIAL else "")
    output = Thrifty()
    named(name).write(sample_graph, output, chosen)  # type: ignore[arg-type]
    assert output.data == written(sample_graph, name, chosen)


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_what_was_there(sample_graph: Graph, name: str, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / f"graph{FORMATS[name].suffix}"
    path.write_text("what was there before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(StoreError, match=f"{path} could not be written: File too large"):
            named(name).write(sample_graph, path, suitable(sample_graph, name))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_device_is_reported_and_stays(sample_graph: Graph, name: str) -> None:
    device = Path("/dev/full")
    if not device.is_char_device():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(StoreError, match="/dev/full could not be written: No space left"):
        named(name).write(sample_graph, device, suitable(sample_graph, name))
    assert device.is_char_device()
    with device.open("wb", buffering=0) as output, pytest.raises(StoreError, match="No space left"):
        named(name).write(sample_graph, output, suitable(sample_graph, name))


@pytest.mark.parametrize("place", ["missing/graph.nt", "file/graph.nt", "folder"])
def test_a_place_that_cannot_be_written_is_reported(
    sample_graph: Graph, place: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=f"{tmp_path / place} could not be written"):
        named("nt").write(sample_graph, tmp_path / place)
    assert {path.name for path in tmp_path.rglob("*")} == {"file", "folder"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, BrokenPipeError])
def test_any_other_failure_leaves_nothing_and_is_passed_on(
    sample_graph: Graph, tmp_path: Path, error: type[BaseException]
) -> None:
    def fail(_graph: Graph, _chosen: Selection, output: BinaryIO) -> None:
        output.write(b"half")
        raise error

    failing: Export = replace(named("nt"), writer=fail)
    with pytest.raises(error):
        failing.write(sample_graph, tmp_path / "graph.nt")
    assert not list(tmp_path.iterdir())
    output = io.BytesIO()
    with pytest.raises(error):
        failing.write(sample_graph, output)


class Closed(io.BytesIO):
    """The end of a pipe that nobody reads."""

    def write(self, data: Any) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("name", FORMATS)
def test_the_end_of_a_pipe_is_left_to_the_caller(sample_graph: Graph, name: str) -> None:
    with pytest.raises(BrokenPipeError):
        named(name).write(sample_graph, Closed(), suitable(sample_graph, name))


# wrong requests


def test_an_unknown_format_is_refused_by_name() -> None:
    formats = (
        "nt, ttl, nq, jsonld, rdfxml, graphml, gexf, node-link, cytoscape, csv, nodes.csv, kgx,"
        " kgx-jsonl, neo4j, parquet, npz, sssom, phenopacket, dot, svg, void"
    )
    assert ", ".join(FORMATS) == formats
    with pytest.raises(UsageError, match=f"no export format 'xlsx'; the formats are {formats}"):
        named("xlsx")
    with pytest.raises(UsageError, match="did you mean jsonld"):
        named("json-ld")


@pytest.mark.parametrize("name", [name for name in PARTIAL if name not in RDF])
def test_inferred_triples_are_refused_where_there_is_no_place_for_them(
    sample_graph: Graph, name: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"{name} holds the direct relations only"):
        named(name).write(sample_graph, tmp_path / "out", Selection(inferred=True))
    assert not list(tmp_path.iterdir())


def test_an_unknown_entity_is_not_found(sample_graph: Graph) -> None:
    with pytest.raises(NotFoundError):
        selection(sample_graph, "nothing of that name")
    assert selection(sample_graph) == WHOLE == exports.Selection()


# the default graph


@pytest.mark.full
def test_the_whole_default_graph_is_in_graphml(full_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    named("graphml").write(full_graph, path)
    nodes: set[str] = set()
    edges = 0
    with path.open("rb") as file:
        for _, element in ET.iterparse(file):
            if element.tag.endswith("}node"):
                nodes.add(element.attrib["id"])
            elif element.tag.endswith("}edge"):
                edges += 1
                assert {element.attrib["source"], element.attrib["target"]} <= nodes
                assert all(data.text for data in element)
            if not element.tag.endswith("}data"):
                element.clear()
    assert len(nodes) == full_graph.manifest["entities"]
    assert edges == full_graph.manifest["edges"]
