"""Clients that people use, pointed at the endpoint; those that are not installed are skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from live import Live

GENE = "SELECT ?gene ?label { ?gene biolink:causes obo:MONDO_0020721 ; rdfs:label ?label }"
PREFIXES = """PREFIX biolink: <https://w3id.org/biolink/vocab/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
FULL = PREFIXES + GENE
IRI = "http://identifiers.org/hgnc/397"


def ran(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_select(live: Live, format: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(live.sparql)
    client.setQuery(FULL)
    client.setReturnFormat(format)
    answer = client.queryAndConvert()
    if format == "json":
        assert [row["gene"]["value"] for row in answer["results"]["bindings"]] == [IRI]
    else:
        text = answer.toxml() if format == "xml" else answer.decode()
        assert IRI in text
        assert "ALAS2" in text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("way", ["urlencoded", "postdirectly"])
def test_sparqlwrapper_methods(live: Live, method: str, way: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(live.sparql, returnFormat="json")
    client.setQuery("ASK { ?s ?p ?o }")
    client.setMethod(method)
    if method == "POST":
        client.setRequestMethod(way)
    assert client.queryAndConvert()["boolean"] is True


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # the client's own
@pytest.mark.parametrize("format", ["turtle", "n3", "xml", "json-ld"])
def test_sparqlwrapper_construct(live: Live, format: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(live.sparql)
    client.setQuery(PREFIXES + "CONSTRUCT WHERE { ?gene biolink:causes obo:MONDO_0020721 }")
    client.setReturnFormat(format)
    answer = client.queryAndConvert()
    text = answer.decode() if isinstance(answer, bytes) else answer.serialize(format="nt")
    assert "397" in text


def test_sparqlwrapper_is_told_what_is_wrong(live: Live) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(live.sparql, returnFormat="json")
    client.setQuery("SELECT * { ?s ?p ")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed, match="line 1"):
        client.query()


def test_rdflib_as_a_store(live: Live) -> None:
    from rdflib import Graph, Literal, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(live.sparql))
    rows = [(str(row[0]), str(row[1])) for row in graph.query(FULL)]  # type: ignore[index]
    assert rows == [(IRI, "ALAS2")]
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    assert list(graph.objects(URIRef(IRI), label)) == [Literal("ALAS2")]
    assert (URIRef(IRI), label, Literal("ALAS2")) in graph


def test_rdflib_as_a_service(live: Live) -> None:
    from rdflib import Graph

    text = f"{PREFIXES} SELECT ?label {{ SERVICE <{live.sparql}> {{ <{IRI}> rdfs:label ?label }} }}"
    assert [str(row[0]) for row in Graph().query(text)] == ["ALAS2"]  # type: ignore[index]


def test_pandas_by_csv(live: Live) -> None:
    pandas = pytest.importorskip("pandas")
    from urllib.parse import urlencode

    frame = pandas.read_csv(f"{live.sparql}?{urlencode({'query': FULL, 'format': 'csv'})}")
    assert list(frame.columns) == ["gene", "label"]
    assert frame.loc[0, "label"] == "ALAS2"
    question = f"{live.address}/queries/genes_of_condition?condition=MONDO:0020721&format=csv"
    assert "ALAS2" in pandas.read_csv(question).to_string()


def test_curl(live: Live) -> None:
    curl = program("curl")
    said = ran([curl, "-sS", live.sparql, "-H", "Accept: text/csv", "--data-urlencode",
                f"query={GENE}"])  # fmt: skip
    assert said.split() == ["gene,label", f"{IRI},ALAS2"]
    said = ran([curl, "-sS", "-L", "--compressed", "-H", "Accept: application/json",
                f"{live.address}/entity/OMIM:300751"])  # fmt: skip
    assert json.loads(said)["id"] == "MONDO:0020721"
    said = ran([curl, "-sSI", f"{live.sparql}?query=ASK%7B%7D"])
    assert said.startswith("HTTP/1.1 200 OK")


def test_perl(live: Live, tmp_path: Path) -> None:
    perl = program("perl")
    if subprocess.run([perl, "-MRDF::Query::Client", "-e1"], capture_output=True).returncode:
        pytest.skip("Perl's RDF::Query::Client is not installed")
    script = tmp_path / "ask.pl"
    script.write_text(
        "use RDF::Query::Client;\n"
        f"my $query = RDF::Query::Client->new(q({FULL}));\n"
        f"my $rows = $query->execute(q({live.sparql})) or die $query->error;\n"
        "while (my $row = $rows->next) { print $row->{gene}->uri, ' ',"
        " $row->{label}->literal_value, qq(\\n); }\n"
    )
    assert ran([perl, str(script)]).split() == [IRI, "ALAS2"]


def test_r(live: Live) -> None:
    rscript = program("Rscript")
    if subprocess.run([rscript, "-e", "library(SPARQL)"], capture_output=True).returncode:
        pytest.skip("R's package SPARQL is not installed")
    said = ran([rscript, "-e", f"cat(SPARQL::SPARQL('{live.sparql}', '{FULL}')$results$label)"])
    assert "ALAS2" in said


def test_comunica(live: Live) -> None:
    folder = os.environ.get("GENEKG_COMUNICA", "")
    place = Path(folder) / "node_modules" / ".bin" / "comunica-sparql"
    if not folder or not place.exists():
        pytest.skip("Comunica is not installed; GENEKG_COMUNICA names the folder it is in")
    for source in (f"sparql@{live.sparql}", live.sparql):  # told, and by the service description
        said = ran([str(place), source, FULL, "-t", "text/csv"])
        assert said.replace("<", "").replace(">", "").split() == ["gene,label", f"{IRI},ALAS2"]
