"""All rows of an answer, where an endpoint gives only so many at once.

Virtuoso cuts an answer at its ResultSetMaxRows and says so in a header alone; `genekg serve` does
where an answer is larger than its limits. What was cut is asked for again in pages of an ordered
sub-query, and the rows are counted: an answer is whole, or an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from genekg.endpoints import Endpoint
from genekg.errors import QueryLimitError, StoreError
from genekg.remote_results import Bindings, read, solutions
from genekg.sparql_tokens import Token, prologue, token_list

__all__ = ["Source", "scan", "select"]

_PAGE = 50_000
# An answer of so many rows, a round number, may have been cut without a word.
_ROUND = 1_000
# Virtuoso refuses to sort for a greater LIMIT.
_SORTED = 10_000
_CUT = "x-sparql-maxrows"  # Virtuoso
_TRUNCATED = "genekg-truncated"


@dataclass(slots=True)
class Source:
    """An endpoint and the dataset that is asked of it; ``most`` is what it gives at once."""

    endpoint: Endpoint
    graphs: tuple[tuple[str, str], ...] = ()
    most: int = field(default=_PAGE)

    def run(
        self, text: str, deadline: float | None = None
    ) -> tuple[list[str], Bindings, int | None] | bool:
        """Return variables, rows, and the most rows that the endpoint says it gives."""
        reply = self.endpoint.query(text, graphs=self.graphs, deadline=deadline)
        found = read(reply.body, self.endpoint.address)
        if isinstance(found, bool):
            return found
        said = reply.headers.get(_CUT) or reply.headers.get(_TRUNCATED, "").removeprefix("rows=")
        most = int(said) if said.isascii() and said.isdigit() and int(said) else None
        if most:
            self.most = min(self.most, most)
        return *found, most

    def ask(self, text: str) -> bool:
        """Return the answer to an ASK."""
        return self.run(text) is True

    def count(self, text: str, deadline: float | None = None) -> int:
        """Return the one number that a query gives."""
        found = self.run(text, deadline)
        if isinstance(found, bool) or not found[1]:
            raise StoreError(f"{self.endpoint.address} does not count", remedy="ask again")
        return int(next(iter(found[1][0].values()))["value"])


def select(
    source: Source, text: str, *, limit: int | None = None, deadline: float | None = None
) -> tuple[list[str], Bindings] | bool:
    """Return every row of a SELECT, or the answer of an ASK.

    With a ``limit``, so many rows are enough.

    Raises:
        StoreError: the pages together are not the whole.
        QueryLimitError: there is more than the endpoint gives, and the query cannot be paged.
    """
    found = source.run(_limited(text, limit), deadline)
    if isinstance(found, bool):
        return found
    variables, rows, most = found
    got = len(rows)
    if got == 0 or (limit is not None and got >= limit) or (most is not None and got < most):
        return variables, rows
    if most is None and got % _ROUND:
        return variables, rows
    return variables, _paged(source, text, variables, rows, limit, deadline)


def _paged(
    source: Source, text: str, variables: list[str], rows: Bindings, limit: int | None,
    deadline: float | None,
) -> Bindings:  # fmt: skip
    """Return all rows of a query whose answer may be cut after those given."""
    words = token_list(text)[0]
    start = prologue(words)[1]
    head, body = text[: words[start].start], text[words[start].start :]
    if any(word.text.upper() == "FROM" for word in words if word.kind == "WORD"):
        raise QueryLimitError(
            f"{source.endpoint.address} gives at most {len(rows):,} rows, and a query with FROM"
            " cannot be asked in pages",
            remedy="leave FROM out, or add LIMIT and OFFSET",
        )
    total = source.count(f"{head}SELECT (COUNT(*) AS ?rows) WHERE {{ {{ {body} }} }}", deadline)
    if total == len(rows):
        return rows
    names = " ".join(f"?{name}" for name in variables)
    inner = body
    if "ORDER" not in _outer_words(words[start:]):
        inner = f"SELECT {names} WHERE {{ {{ {body} }} }} ORDER BY {names}"
    page, rows = len(rows), []
    wanted = total if limit is None else min(total, limit)
    while len(rows) < wanted:
        text = f"{head}SELECT {names} WHERE {{ {{ {inner} }} }} LIMIT {page} OFFSET {len(rows)}"
        found = source.run(text, deadline)
        if isinstance(found, bool) or not found[1]:
            break
        rows += found[1]
    if len(rows) < wanted or len(rows) > total:
        raise _not_whole(source, len(rows), total)
    return rows


def _limited(text: str, limit: int | None) -> str:
    """Return a SELECT that asks for no more than so many rows, where it has no limit itself."""
    if limit is None or limit > _SORTED:
        return text
    words = token_list(text)[0]
    outer = _outer_words(words[prologue(words)[1] :])
    if outer[:1] != ["SELECT"] or "LIMIT" in outer or "VALUES" in outer:
        return text
    return f"{text}\nLIMIT {limit}"


def _outer_words(words: list[Token]) -> list[str]:
    """Return the keywords of the outermost query."""
    depth, found = 0, []
    for word in words:
        depth += (word.text in ("{", "(")) - (word.text in ("}", ")"))
        if depth == 0 and word.kind == "WORD":
            found.append(word.text.upper())
    return found


def _not_whole(source: Source, got: int, total: int) -> StoreError:
    return StoreError(
        f"{source.endpoint.address} gave {got:,} rows of {total:,}",
        remedy="ask again; if it stays so, raise the rows that the endpoint gives at once",
    )


def scan(source: Source, predicate: NamedNode | None, graph: str) -> Iterator[tuple[Any, Any, Any]]:
    """Yield every triple of a graph, or those of a predicate, each once.

    Pages without an order cost an endpoint little. That they are the whole is proved: as many
    different triples as the endpoint counts.
    """
    if predicate is None:
        where = _within(graph, "?s ?p ?o")
        found = select(source, f"SELECT DISTINCT ?p WHERE {{ {where} }}")
        names = sorted((row[0] for row in solutions(found)), key=str)
        for name in names:
            yield from scan(source, name, graph)
        return
    where = _within(graph, f"?s {predicate} ?o")
    total = source.count(f"SELECT (COUNT(*) AS ?rows) WHERE {{ {where} }}")
    seen: set[tuple[Any, Any]] = set()
    place = 0
    while place < total:
        text = f"SELECT ?s ?o WHERE {{ {where} }} LIMIT {source.most} OFFSET {place}"
        page = source.run(text)
        if isinstance(page, bool) or not page[1]:
            break
        place += len(page[1])
        for row in solutions(page[:2]):
            pair = (row[0], row[1])
            if pair not in seen:
                seen.add(pair)
                yield pair[0], predicate, pair[1]
    if len(seen) != total:
        raise _not_whole(source, len(seen), total)


def _within(graph: str, pattern: str) -> str:
    return f"GRAPH <{graph}> {{ {pattern} }}" if graph else pattern
