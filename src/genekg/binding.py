"""Binding the parameters of a question for an endpoint: as VALUES, never pasted into patterns.

pyoxigraph binds a variable before it evaluates; a protocol has no such thing. Here each SELECT
that has the variable in its projection gets a VALUES at the start of its pattern, and so does each
group in it that names the variable: engines do not carry a value into the branches of a UNION. A
SELECT that hides it has another variable of the same name, and is left as it is, as pyoxigraph
does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genekg.sparql_tokens import Token, prologue, token_list, used_prefixes

__all__ = ["bind", "with_prefixes"]


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with the PREFIX lines of what it uses and does not declare."""
    words = token_list(text)[0]
    declared = prologue(words)[0]
    used = [name for name in used_prefixes(words) if name not in declared and name in prefixes]
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in used) + text


def bind(text: str, values: Mapping[str, Any]) -> str:
    """Return a SELECT query with variables bound to terms of pyoxigraph.

    >>> from pyoxigraph import NamedNode
    >>> print(bind("SELECT ?g ?c { ?g ex:causes ?c }", {"g": NamedNode("http://e.org/1")}))
    SELECT ?g ?c { VALUES ?g { <http://e.org/1> } ?g ex:causes ?c }
    """
    words = token_list(text)[0]
    parts: list[str] = []
    done = 0
    # Of the SELECTs around a place: the depth of the pattern, and what is bound in it.
    around: list[tuple[int, frozenset[str]]] = []
    depth = 0
    selected: frozenset[str] | None = None
    for place, word in enumerate(words):
        if word.kind == "WORD" and word.text.upper() == "SELECT":
            visible = around[-1][1] if around else frozenset(values)
            selected = visible & _projected(words, place)
        elif word.text == "{" and word.kind == "PUNCT":
            depth += 1
            wanted: frozenset[str] = frozenset()
            if selected is not None:
                around.append((depth, selected))
                wanted, selected = selected, None
            elif around and not _is_data(words, place):
                wanted = around[-1][1] & _said(words, place)
            if wanted:
                end = word.start + 1
                rows = "".join(f" VALUES ?{n} {{ {values[n]} }}" for n in sorted(wanted))
                parts += [text[done:end], rows]
                done = end
        elif word.text == "}" and word.kind == "PUNCT":
            if around and around[-1][0] == depth:
                around.pop()
            depth -= 1
    return "".join([*parts, text[done:]])


def _is_data(words: Sequence[Token], place: int) -> bool:
    """Whether a brace opens the rows of a VALUES."""
    before = place - 1
    if words[before].text == ")":
        while words[before].text != "(":
            before -= 1
    return words[before - 1].text.upper() == "VALUES"


def _said(words: Sequence[Token], place: int) -> frozenset[str]:
    """Return the variables of a group itself: not of groups in it, and none of a sub-SELECT."""
    names: set[str] = set()
    if words[place + 1].text.upper() == "SELECT":
        return frozenset()
    depth = 0
    for word in words[place:]:
        depth += (word.text == "{") - (word.text == "}")
        if depth == 0:
            break
        if depth == 1 and word.kind == "VAR":
            names.add(word.text[1:])
    return frozenset(names)


def _projected(words: Sequence[Token], place: int) -> frozenset[str]:
    """Return the variables that the SELECT at a place has in its projection, without aliases."""
    names: set[str] = set()
    depth = 0
    for word in words[place + 1 :]:
        if word.text == "(":
            depth += 1
        elif word.text == ")":
            depth -= 1
        elif depth == 0 and word.kind == "VAR":
            names.add(word.text[1:])
        elif depth == 0 and (word.text == "{" or word.text.upper() in ("WHERE", "FROM")):
            break
    return frozenset(names)
