from __future__ import annotations

import json
from html.parser import HTMLParser

import pyoxigraph
import pytest
from live import Live
from pyoxigraph import NamedNode, RdfFormat

from genekg import cards
from genekg.graph import Graph

ANEMIA = "MONDO:0020721"
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-quads": RdfFormat.N_QUADS,
}


class Page(HTMLParser):
    """The text, the links, and what else a page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif name in ("src", "href", "data") or name.startswith("on"):
                self.loaded.append(f"{tag} {name}")
        if tag in ("script", "iframe", "object"):
            self.loaded.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_page_has_the_card_and_its_sources(live: Live, sample_graph: Graph) -> None:
    response = live.client.get(f"/entity/{ANEMIA}", headers={"Accept": "text/html"})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(response.text)
    words = " ".join(" ".join(page.words).split())
    card = cards.show(sample_graph, ANEMIA)
    assert card.entity.label in words
    for section in card.sections:
        assert section.title in words
    for source in cards.footnotes(card)[1]:
        assert source in words
    assert "HGNC:397" in page.links
    assert cards.DISCLAIMER in words


def test_the_front_page_leads_to_what_is_served(live: Live) -> None:
    response = live.client.get("/")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(response.text)
    assert not page.loaded
    assert f"entity/{ANEMIA}" in page.links
    for link in page.links:
        assert live.client.get(f"/{link}").status_code == 200
    assert cards.DISCLAIMER in " ".join(" ".join(page.words).split())
    assert live.client.post("/", content=b"x").status_code == 405


def test_a_page_loads_nothing(live: Live) -> None:
    response = live.client.get(f"/entity/{ANEMIA}", headers={"Accept": "text/html"})
    assert Page(response.text).loaded == []
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("media", FORMATS)
def test_its_triples_in_each_format(live: Live, media: str) -> None:
    response = live.client.get(f"/entity/{ANEMIA}", headers={"Accept": media})
    assert response.headers["content-type"].partition(";")[0] == media
    found = {quad.triple for quad in pyoxigraph.parse(response.content, format=FORMATS[media])}
    node = NamedNode("http://purl.obolibrary.org/obo/MONDO_0020721")
    assert any(
        triple.subject == node and triple.predicate.value.endswith("#label") for triple in found
    )
    assert any(triple.predicate.value.endswith("primary_knowledge_source") for triple in found)


def test_its_card_as_json(live: Live, sample_graph: Graph) -> None:
    response = live.client.get(f"/entity/{ANEMIA}", headers={"Accept": "application/json"})
    assert response.json() == json.loads(json.dumps(cards.show(sample_graph, ANEMIA).as_dict()))


@pytest.mark.parametrize("curie", ["OMIM:300751", "ORPHA:75563", "Orphanet:75563", "mondo:0020721"])
def test_every_other_id_leads_to_the_one_kept(live: Live, curie: str) -> None:
    response = live.client.get(f"/entity/{curie}?format=ttl")
    assert response.status_code == 303
    assert response.headers["location"] == f"/entity/{ANEMIA}?format=ttl"


def test_every_id_of_the_graph_answers(live: Live, sample_graph: Graph) -> None:
    for entity in sample_graph.labels.all():
        for curie in (entity.id, *sample_graph.labels.aliases(entity)):
            response = live.client.head(f"/entity/{curie}", headers={"Accept": "text/html"})
            assert response.status_code == (200 if curie == entity.id else 303), curie


@pytest.mark.parametrize("text", ["MONDO:9999999", "nonsense", "<script>", "%2e%2e"])
def test_unknown_ids_are_404_in_words(live: Live, text: str) -> None:
    response = live.client.get(f"/entity/{text}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_an_unknown_format_is_406(live: Live) -> None:
    response = live.client.get(f"/entity/{ANEMIA}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.text


def test_an_entity_is_not_written(live: Live) -> None:
    response = live.client.put(f"/entity/{ANEMIA}", content="x")
    assert response.status_code == 405
    assert "GET" in response.headers["allow"]
