"""How a query is answered: what was rewritten, what each part finds and takes, what to change.

The engine tells nothing of its plan, so the parts are counted: each triple pattern alone, then
together with all before it, in the order of the text. The engine chooses its own order, but the
part from which the rows multiply, or the time runs out, is the one to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genekg import prefixes, user_sparql
from genekg.advice import Advice, advise, sentence
from genekg.errors import QueryError, QueryLimitError, QueryTimeoutError
from genekg.sparql import Change, Prepared
from genekg.sparql_patterns import Block, Clause, Group, Select, read
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

__all__ = ["Explanation", "explain", "in_words"]

PART_DEADLINE = 2.0
_MOST_PARTS = 40
_COLUMNS = ("part", "rows alone", "ms alone", "rows with all before", "ms with all before")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say of a query.

    Attributes:
        changes: the paths that were rewritten.
        parts: a row for each part: rows and milliseconds of it alone, and with all before it.
            "over 2 s" stands where counting took longer; filters come last, as in the algebra.
        advice: what to change, if anything.
        rows, seconds: of the whole query; None where it could not be answered.
        problem: why it could not.
    """

    changes: tuple[Change, ...]
    parts: Table
    advice: tuple[Advice, ...]
    rows: int | None = None
    seconds: float | None = None
    problem: str = ""


def explain(
    graph: Graph, text: str, *, deadline: float = user_sparql.DEADLINE, as_written: bool = False
) -> Explanation:
    """Run a query and its parts, and say what each took.

    Raises:
        QueryError: it is not SPARQL, or asks for what is switched off.
    """
    query = user_sparql.ready(text, None if as_written else graph)
    rows: int | None = None
    seconds: float | None = None
    problem = ""
    try:
        format = "nt" if query.form in ("CONSTRUCT", "DESCRIBE") else "tsv"
        answer = graph.workers.run(query, format=format, deadline=deadline)
        rows, seconds = answer.rows, answer.seconds
    except (QueryTimeoutError, QueryLimitError) as error:
        problem = str(error)
    return Explanation(
        changes=query.rewritten.changes if query.rewritten else (),
        parts=Table(_COLUMNS, list(_parts(graph, query))),
        advice=tuple(advise(graph, query)),
        rows=rows,
        seconds=seconds,
        problem=problem,
    )


def in_words(found: Explanation) -> list[str]:
    """Return what there is to say beside the table of the parts, a line each."""
    lines = [
        f"Rewritten, line {one.line}: {one.before}\n  {one.how}: {one.after}"
        for one in found.changes
    ]
    if found.seconds is not None:
        lines.append(f"Answered with {found.rows:,} rows in {1000 * found.seconds:,.1f} ms.")
    else:
        lines.append(f"Not answered: {found.problem}.")
    lines += [f"Advice: {sentence(one)}" for one in found.advice]
    lines.append("Its parts in the order of the text; the engine chooses its own order:")
    return lines


def _parts(graph: Graph, query: Prepared) -> Iterator[tuple[Cell, ...]]:
    text = query.rewritten.text if query.rewritten else query.text
    tree = read(text)
    if tree is None or tree.where is None or tree.dataset:
        return
    head = text[: tree.start]
    so_far: list[str] = []
    stopped = False
    for part, alone in _units(text, tree.where)[:_MOST_PARTS]:
        so_far.append(part)
        single = _counted(graph, query, head, [part]) if alone else (None, None)
        together: tuple[Cell, Cell] = (None, None)
        if not stopped:
            together = _counted(graph, query, head, so_far)
            stopped = isinstance(together[0], str)
        yield (_shown(part), *single, *together)


def _units(text: str, where: Group) -> list[tuple[str, bool]]:
    """Return the parts of a group as text, and whether one says something when it stands alone."""
    units: list[tuple[str, bool]] = []
    filters: list[tuple[str, bool]] = []
    for part in where.parts:
        if isinstance(part, Select):
            return [(text[where.start : where.end], True)]
        if isinstance(part, Block):
            for statement in part.statements:
                if not statement.patterns:
                    units.append((text[statement.start : statement.end] + " .", True))
                for one in statement.patterns:
                    words = (one.subject, one.path, one.object)
                    pieces = (text[w[0].start : w[-1].start + len(w[-1].text)] for w in words)
                    units.append((" ".join(pieces) + " .", True))
        elif isinstance(part, Clause):
            last = part.words[-1]
            unit = text[part.words[0].start : last.start + len(last.text)]
            (filters if part.kind == "FILTER" else units).append((unit, part.kind == "VALUES"))
        else:
            unit = text[part.start : part.end]
            name = f" {part.name[0].text}" if part.name else ""
            if part.kind == "UNION" and units:
                units[-1] = (f"{units[-1][0]} UNION {unit}", True)
            elif part.kind in ("GROUP", "UNION"):
                units.append((unit, True))
            else:
                units.append((f"{part.kind}{name} {unit}", part.kind == "GRAPH"))
    return units + filters


def _counted(graph: Graph, query: Prepared, head: str, parts: list[str]) -> tuple[Cell, Cell]:
    """Return how many rows some parts give together, and in how many milliseconds."""
    body = "\n".join(parts)
    text = f"{head} SELECT (COUNT(*) AS ?genekg_rows) {{ {body} }}"
    counting = replace(query, form="SELECT", text=text, rewritten=None)
    try:
        answer = graph.workers.run(counting, format="csv", deadline=PART_DEADLINE)
    except QueryTimeoutError:
        return f"over {PART_DEADLINE:g} s", None
    except QueryError:
        return None, None
    return int(answer.data.split()[-1]), round(1000 * answer.seconds, 1)


def _shown(part: str) -> str:
    short = re.sub(r"<([^<>\s]+)>", lambda match: prefixes.shorten(match[1]), part)
    return " ".join(short.split()).removesuffix(" .")
