"""What the graph says of itself, and its questions as examples that can be run.

The examples follow https://github.com/sib-swiss/sparql-examples: each is a sh:SPARQLExecutable
with its text, a comment, and the endpoint as schema:target.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from genekg import exports, prefixes, queries
from genekg import vocabulary as v
from genekg.binding import bind, with_prefixes
from genekg.errors import AmbiguousError, NotFoundError

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["examples", "runnable", "void"]

_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"
_COMMENT = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")


def void(graph: Graph) -> Iterator[Triple]:
    """Yield the graph's description of itself (`genekg export --format void`)."""
    output = io.BytesIO()
    exports.named("void").write(graph, output)
    for quad in pyoxigraph.parse(output.getvalue(), format=RdfFormat.TURTLE):
        yield quad.triple


def examples(graph: Graph, questions: Iterable[queries.Query], endpoint: str) -> Iterator[Triple]:
    """Yield each question with its parameters bound to its examples, if the graph has those."""
    for query in questions:
        try:
            text = runnable(graph, query)
        except (NotFoundError, AmbiguousError):
            continue
        node = NamedNode(f"{v.GK}query/{query.name}")
        for kind in ("SPARQLExecutable", "SPARQLSelectExecutable"):
            yield Triple(node, v.TYPE, NamedNode(f"{_SH}{kind}"))
        yield Triple(node, _COMMENT, Literal(query.summary, language="en"))
        yield Triple(node, NamedNode(f"{_SH}select"), Literal(text))
        yield Triple(node, NamedNode(f"{_SCHEMA}target"), NamedNode(endpoint))
        for word in query.keywords:
            yield Triple(node, NamedNode(f"{_SCHEMA}keywords"), Literal(word))


def runnable(graph: Graph, query: queries.Query) -> str:
    """Return the text of a question that any endpoint runs: prefixes, its examples as VALUES."""
    given = {each.name: each.example for each in query.parameters}
    bound = queries.bind(graph, query, given)
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+"))
    ready = with_prefixes(bind(body, bound), prefixes.predeclared())
    return ready.strip() + "\n"
