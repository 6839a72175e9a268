"""Patterns that meet only in what is asked for, each asked by itself: the same answers, sooner.

``SELECT DISTINCT ?gene { ?gene … ?one . ?one … a . ?gene … ?other . ?other … b }`` joins every
``?one`` of a gene with every ``?other`` before DISTINCT puts them together again. Its patterns fall
into parts that share no variable but those asked for. For sets of rows the projection of a join of
such parts is the join of their projections, so each becomes a sub-query that is DISTINCT itself.

Only a plain query is taken apart: SELECT DISTINCT of variables, over triples alone, with nothing
behind them; and only where each part has an end that is a term of the hierarchy, by which it is
found: a part by itself is not helped by what the others leave.
"""

from __future__ import annotations

from collections.abc import Callable

from genekg.sparql import Change
from genekg.sparql_patterns import Block, Pattern, Select, Words

__all__ = ["apart"]

_HOW = "to be asked each by itself, which gives the same rows"


def apart(text: str, query: Select, is_term: Callable[[Words], bool]) -> tuple[str, Change] | None:
    """Return the text of a query with its parts taken apart, and the change; None for any other.

    ``is_term`` says whether an end of a pattern is a term of the hierarchy.
    """
    asked = _asked(query)
    if not asked or query.where is None or len(query.where.parts) != 1:
        return None
    (block,) = query.where.parts
    if not isinstance(block, Block):
        return None
    patterns = [pattern for one in block.statements for pattern in one.patterns]
    if not all(one.patterns for one in block.statements) or not all(
        len(end) == 1 for one in patterns for end in (one.subject, one.object)
    ):
        return None
    parts: list[tuple[set[str], list[Pattern]]] = []
    outside: list[Pattern] = []
    for pattern in patterns:
        hidden = _variables(pattern) - asked
        if not hidden:
            outside.append(pattern)
            continue
        joined = [part for part in parts if part[0] & hidden]
        parts = [part for part in parts if not part[0] & hidden]
        names = hidden.union(*(part[0] for part in joined))
        parts.append((names, [one for part in joined for one in part[1]] + [pattern]))
    if len(parts) < 2:
        return None
    written: list[str] = []
    met: set[str] = set()
    for _, own in parts:
        shown = sorted(set().union(*map(_variables, own)) & asked)
        if not shown or not any(is_term(end) for one in own for end in (one.subject, one.object)):
            return None
        met |= set(shown)
        inside = " . ".join(_said(text, one) for one in own)
        written.append(f"{{ SELECT DISTINCT {' '.join(f'?{n}' for n in shown)} {{ {inside} }} }}")
    written += [f"{_said(text, one)} ." for one in outside]
    parted = " ".join(written)
    line = text.count("\n", 0, block.start) + 1
    meeting = ", ".join(f"?{name}" for name in sorted(met))
    change = Change(line, f"patterns that meet in {meeting} alone", parted, _HOW)
    return text[: block.start] + parted + text[block.end :], change


def _asked(query: Select) -> set[str]:
    """Return the variables that a plain SELECT DISTINCT asks for; none if it is not plain."""
    if query.form != "SELECT" or not query.distinct or query.star or query.groups:
        return set()
    words = query.words[2:]
    if words and words[-1].text.upper() == "WHERE":
        words = words[:-1]
    if not all(word.kind == "VAR" for word in words):
        return set()
    return {word.text[1:] for word in words}


def _variables(pattern: Pattern) -> set[str]:
    words = (*pattern.subject, *pattern.path, *pattern.object)
    return {word.text[1:] for word in words if word.kind == "VAR"}


def _said(text: str, pattern: Pattern) -> str:
    return " ".join(
        text[words[0].start : words[-1].start + len(words[-1].text)]
        for words in (pattern.subject, pattern.path, pattern.object)
    )
