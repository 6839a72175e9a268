"""What the graph says of itself, and its questions as examples that can be run.

The examples follow https://github.com/sib-swiss/sparql-examples: each is a sh:SPARQLExecutable
with its text, a comment, and the endpoint as schema:target.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import RdfFormat, Triple

from genekg import exports, queries, query_examples
from genekg.query_examples import runnable

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["examples", "runnable", "void"]


def void(graph: Graph) -> Iterator[Triple]:
    """Yield the graph's description of itself (`genekg export --format void`)."""
    output = io.BytesIO()
    exports.named("void").write(graph, output)
    for quad in pyoxigraph.parse(output.getvalue(), format=RdfFormat.TURTLE):
        yield quad.triple


def examples(graph: Graph, questions: Iterable[queries.Query], endpoint: str) -> Iterator[Triple]:
    """Yield each question with its parameters bound to its examples, if the graph has those."""
    for triple in query_examples.examples(graph, questions, endpoint):
        yield Triple(*triple)
