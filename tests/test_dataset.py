"""The graph's description of itself: its counts are those of the graph without it."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import DefaultGraph, Literal, NamedNode
from rdflib import DCAT, DCTERMS, RDF, VOID, URIRef

from genekg import exports, quads, shapes
from genekg import vocabulary as v
from genekg.cli.exporting import FORMATS, export
from genekg.errors import UsageError
from genekg.graph import Graph

DATASET = URIRef("https://w3id.org/genekg/dataset")
Term = rdflib.term.Node


@pytest.fixture(scope="module")
def void(sample_graph: Graph) -> rdflib.Graph:
    """The exported file, as rdflib reads it."""
    output = io.BytesIO()
    exports.named("void").write(sample_graph, output)
    return rdflib.Graph().parse(data=output.getvalue(), format="turtle")


@pytest.fixture(scope="module")
def rest(sample_graph: Graph) -> list[tuple[str, str, str]]:
    """Every triple of the default graph that is not of the description, nor an example query."""
    found = sample_graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    triples = [(q.subject.value, q.predicate.value, q.object.value) for q in found]  # type: ignore[union-attr]
    described = (str(DATASET), "https://w3id.org/genekg/query/")
    return [triple for triple in triples if not triple[0].startswith(described)]


def number(void: rdflib.Graph, subject: Term, predicate: URIRef) -> int:
    (value,) = void.objects(subject, predicate)
    return int(str(value))


def parts(void: rdflib.Graph, link: URIRef, of: URIRef, count: URIRef) -> dict[str, int]:
    found = {}
    for part in void.objects(DATASET, link):
        assert isinstance(part, URIRef)
        assert void.value(part, RDF.type) == VOID.Dataset
        (what,) = void.objects(part, of)
        found[str(what)] = number(void, part, count)
    return found


def test_it_counts_the_triples_and_entities(
    void: rdflib.Graph, rest: list[tuple[str, str, str]], sample_graph: Graph
) -> None:
    assert number(void, DATASET, VOID.triples) == len(rest)
    entities = len(list(sample_graph.labels.all()))
    assert number(void, DATASET, VOID.entities) == entities == sample_graph.manifest["entities"]


def test_it_counts_each_class_and_each_property(
    void: rdflib.Graph, rest: list[tuple[str, str, str]]
) -> None:
    classes = Counter(target for _, predicate, target in rest if predicate == str(RDF.type))
    properties = Counter(predicate for _, predicate, _ in rest)
    assert len(classes) > 10
    assert parts(void, VOID.classPartition, VOID["class"], VOID.entities) == classes
    assert parts(void, VOID.propertyPartition, VOID.property, VOID.triples) == properties


def test_it_says_what_it_is_and_of_which_inputs(void: rdflib.Graph, sample_graph: Graph) -> None:
    assert set(void.objects(DATASET, RDF.type)) == {VOID.Dataset, DCAT.Dataset}
    digest = sample_graph.manifest["digest"]
    assert [str(o) for o in void.objects(DATASET, URIRef(v.VERSION.value))] == [digest[:12]]
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.rights):
        (text,) = void.objects(DATASET, predicate)
        assert len(str(text)) > 20
    assert "not for diagnosis" in str(void.value(DATASET, DCTERMS.description))
    assert not [o for o in void.objects() if getattr(o, "datatype", None) == rdflib.XSD.dateTime]


def test_it_comes_with_every_release_and_its_licence(
    void: rdflib.Graph, sample_graph: Graph
) -> None:
    said = {
        (str(void.value(release, DCTERMS.title)), str(void.value(release, DCTERMS.license)))
        for release in void.objects(DATASET, DCTERMS.source)
    }
    sources = sample_graph.manifest["sources"]
    assert said == {(source["name"], source["licence"]) for source in sources}
    assert len(said) == 4


def test_the_file_is_what_the_graph_says(void: rdflib.Graph, sample_graph: Graph) -> None:
    store = sample_graph.store
    found = {q for q in store if str(q.subject).startswith(f"<{DATASET}")}
    releases = {q.object for q in found if q.predicate == v.SOURCE}
    found |= {q for q in store if q.subject in releases}
    assert len(void) == len(found) > 100
    assert set(void) == set(shapes.to_rdflib((q.subject, q.predicate, q.object) for q in found))


def test_it_fulfils_the_shapes(void: rdflib.Graph, sample_graph: Graph) -> None:
    whole = rdflib.Graph()
    for triple in void:
        whole.add(triple)
    for resource in set(void.objects(None, DCTERMS.isVersionOf)):
        whole.add((resource, RDF.type, URIRef(v.INFORMATION_RESOURCE.value)))
    assert list(shapes.validate(whole)) == []


def test_the_manifest_counts_the_description_too(sample_graph: Graph) -> None:
    found = list(sample_graph.store.quads_for_pattern(None, None, None, DefaultGraph()))
    manifest = sample_graph.manifest
    assert manifest["triples"] == len(found)
    assert manifest["predicates"] == Counter(q.predicate.value for q in found)
    classes = Counter(q.object.value for q in found if q.predicate == v.TYPE)  # type: ignore[union-attr]
    assert manifest["classes"] == classes
    assert list(manifest["predicates"].values()) == sorted(
        manifest["predicates"].values(), reverse=True
    )


def test_parts_are_named_for_what_they_are_of() -> None:
    triples = list(
        quads.dataset(
            "v", [], triples=1, entities=1,
            classes={v.DISEASE.value: 1}, predicates={"https://example.org/a/c#d": 1},
        )
    )  # fmt: skip
    names = {s.value.removeprefix(str(DATASET)): o for s, p, o in triples if s != quads.DATASET}
    assert set(names) == {
        "/class/biolink:Disease",
        "/property/https:%2F%2Fexample.org%2Fa%2Fc%23d",
    }
    assert names["/class/biolink:Disease"] == Literal(1)
    assert NamedNode("https://w3id.org/genekg/dataset") == quads.DATASET


@pytest.mark.parametrize(
    "chosen",
    [exports.Selection(inferred=True), exports.Selection(licences=("cc0-1.0",))],
)
def test_a_part_of_the_graph_has_no_description(
    sample_graph: Graph, chosen: exports.Selection
) -> None:
    output = io.BytesIO()
    with pytest.raises(UsageError, match="void describes the whole graph; leave out the entity"):
        exports.named("void").write(sample_graph, output, chosen)
    with pytest.raises(UsageError, match="void describes the whole graph"):
        exports.named("void").write(
            sample_graph, output, exports.selection(sample_graph, "HGNC:397")
        )
    assert output.getvalue() == b""


def test_the_command_writes_it_by_the_ending_of_the_file(
    void: rdflib.Graph, sample_graph: Graph, tmp_path: Path
) -> None:
    home = sample_graph.build.path.parent.parent
    path = tmp_path / "genekg.void.ttl"
    done = CliRunner().invoke(export, ["-o", str(path), "--store", str(home)])
    assert done.exit_code == 0, done.output
    assert set(rdflib.Graph().parse(path)) == set(void)
    assert tuple(exports.FORMATS) == FORMATS
