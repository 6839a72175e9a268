"""The graph's description of itself as triples, in VoID and DCAT: sources, version, counts.

See https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/. There is no date in it:
two builds of the same inputs are the same triples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.quads.nodes import Triple, release_node, text

DATASET = NamedNode(f"{v.GK}dataset")
_TITLE = "genekg, a knowledge graph of genetic conditions"
_DESCRIPTION = (
    "Conditions, genes, enzymes, inheritance modes and symptoms; every statement names the source"
    " release that it is derived from. For research, not for diagnosis or care. The counts are"
    " those of the default graph without this description and the example queries."
)
_RIGHTS = (
    "Each statement keeps the licence of the source release that it is derived from; every release"
    " names its licence and how to attribute it."
)


def dataset(
    version: str,
    releases: Iterable[str],
    *,
    triples: int,
    entities: int,
    classes: Mapping[str, int],
    predicates: Mapping[str, int],
) -> Iterator[Triple]:
    """Yield the description of the whole graph, from its counts by class and by predicate."""
    yield DATASET, v.TYPE, v.VOID_DATASET
    yield DATASET, v.TYPE, v.DCAT_DATASET
    yield DATASET, v.TITLE, text(_TITLE)
    yield DATASET, v.DESCRIPTION, text(_DESCRIPTION)
    yield DATASET, v.RIGHTS, text(_RIGHTS)
    yield DATASET, v.VERSION, text(version)
    yield DATASET, v.TRIPLES, Literal(triples)
    yield DATASET, v.ENTITIES, Literal(entities)
    for release in releases:
        yield DATASET, v.SOURCE, release_node(release)
    for iri, number in classes.items():
        part = _partition("class", iri)
        yield DATASET, v.CLASS_PARTITION, part
        yield part, v.TYPE, v.VOID_DATASET
        yield part, v.PARTITION_CLASS, NamedNode(iri)
        yield part, v.ENTITIES, Literal(number)
    for iri, number in predicates.items():
        part = _partition("property", iri)
        yield DATASET, v.PROPERTY_PARTITION, part
        yield part, v.TYPE, v.VOID_DATASET
        yield part, v.PARTITION_PROPERTY, NamedNode(iri)
        yield part, v.TRIPLES, Literal(number)


def example(
    name: str, summary: str, query: str, keywords: Iterable[str], target: str = DATASET.value
) -> Iterator[Triple]:
    """Yield a named question as an example that can be run, as SIB's collections have them.

    ``target`` is the endpoint where it is asked; in the graph itself, the graph.
    """
    subject = NamedNode(f"{v.GK}query/{name}")
    yield subject, v.TYPE, v.EXECUTABLE
    yield subject, v.TYPE, v.SELECT_EXECUTABLE
    yield subject, v.COMMENT, text(summary)
    yield subject, v.SELECT, text(query)
    yield subject, v.TARGET, NamedNode(target)
    for word in keywords:
        yield subject, v.KEYWORDS, text(word)


def _partition(kind: str, iri: str) -> NamedNode:
    """Return the node of a part: ``gk:dataset/class/biolink:Disease``."""
    return NamedNode(f"{DATASET.value}/{kind}/{quote(prefixes.shorten(iri), safe=':')}")
