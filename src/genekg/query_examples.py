"""The named questions as examples that any endpoint runs, in RDF.

They follow https://github.com/sib-swiss/sparql-examples, and stand in the default graph too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from genekg import prefixes, quads, queries
from genekg.binding import bind, with_prefixes
from genekg.errors import AmbiguousError, NotFoundError
from genekg.labels import Labelled

__all__ = ["examples", "runnable"]


def examples(
    graph: Labelled, questions: Iterable[queries.Query], endpoint: str = quads.DATASET.value
) -> Iterator[quads.Triple]:
    """Yield each question with its parameters bound to its examples, if the graph has those."""
    for query in questions:
        try:
            text = runnable(graph, query)
        except (NotFoundError, AmbiguousError):
            continue
        yield from quads.example(query.name, query.summary, text, query.keywords, endpoint)


def runnable(graph: Labelled, query: queries.Query) -> str:
    """Return the text of a question that any endpoint runs: prefixes, its examples as VALUES."""
    given = {each.name: each.example for each in query.parameters}
    bound = queries.bind(graph, query, given)
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#+"))
    ready = with_prefixes(bind(body, bound), prefixes.predeclared())
    return ready.strip() + "\n"
