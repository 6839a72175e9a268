"""Questions in plain words: understood, asked as SPARQL, answered with sources.

``ask`` reads a question by the grammar of ``parsing``, says how it understood it, and gives the
SPARQL that was run. A term stands for itself and every kind of it unless ``direct`` is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genekg.nodes import node
from genekg.questions.model import Named, NotUnderstoodError
from genekg.questions.parsing import SHAPES, parse
from genekg.tables import Table

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["SHAPES", "Answer", "NotUnderstoodError", "ask"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, how it was understood, the SPARQL that was run, and the answer."""

    question: str
    understood: str
    sparql: str
    table: Table
    by_source: Mapping[str, int] = field(default_factory=dict)
    subject: str = ""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.table)

    def _repr_html_(self) -> str:
        from html import escape

        from genekg.tables import to_html

        return f"<p>{escape(self.understood)}: {len(self.table)}</p>{to_html(self.table)}"


def ask(graph: Graph, text: str, *, direct: bool = False) -> Answer:
    """Answer a question in plain words.

    Raises:
        NotUnderstoodError: the question has no known shape, or a name in it is not known.
        AmbiguousError: a name in it has several meanings.
    """
    question = parse(graph, text)
    words = question.in_words(direct=direct)
    if isinstance(question, Named):
        from genekg import queries

        query = queries.find(question.query)
        table = queries.run(graph, question.query, {question.parameter: question.entity.id})
        comment = f"# ?{question.parameter} = <{node(question.entity.id).value}>\n"
        return Answer(text, words, comment + query.text, table, subject=question.entity.id)
    # Imported for these questions only: numpy takes half of a short answer's time.
    from genekg.questions import conditions

    sparql = conditions.to_sparql(question, direct=direct)
    return Answer(text, words, sparql, *conditions.find(graph, question, sparql, direct=direct))
