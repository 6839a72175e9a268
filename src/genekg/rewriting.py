"""Paths over the hierarchy, asked of the inferred graph instead: the same answers, sooner.

The engine follows ``rdfs:subClassOf*`` step by step, from every start. The graph
``gkgraph:inferred`` holds its result (``gk:subClassOfOrSelf``), and that of
``biolink:has_phenotype/rdfs:subClassOf*`` and ``biolink:has_mode_of_inheritance/rdfs:subClassOf*``
as sets of pairs. A path is replaced only where the answers are certainly the same, rows as often
as before; whatever is not understood to the last word stays as it is. Patterns with such paths that
meet only in what is asked for are taken apart before that (see ``sparql_apart``). What must hold:

- The query reads the default graph: no FROM, not inside GRAPH or SERVICE.
- One end of the path stands for terms of the hierarchy only. By the specification a path of length
  zero relates every node to itself, in the closure only the terms are: so that end is a term that
  the closure knows, or a variable that the same group binds to such terms and nothing else.
- Where repeated rows could show, the closure takes the place of ``rdfs:subClassOf*`` alone, whose
  pairs come once each; the other two relations are used under DISTINCT, in EXISTS, MINUS and ASK,
  and below aggregates that say DISTINCT, where it cannot be seen how often a row came.
- The text has no blank node labels, whose scope would change, and no escapes outside of strings.

https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrMorePath
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from genekg import prefixes
from genekg import vocabulary as v
from genekg.sparql import Change, Rewritten
from genekg.sparql_apart import apart
from genekg.sparql_paths import Step, iri_of, steps
from genekg.sparql_patterns import Block, Clause, Group, Part, Pattern, Select, Words, read
from genekg.sparql_tokens import Token, decode_escapes, prologue, token_list

__all__ = ["rewrite"]

LONGEST_TEXT = 20_000
_SUBCLASS = v.SUBCLASS_OF.value
_MERGED = {
    v.HAS_PHENOTYPE.value: v.PHENOTYPE_OR_ANCESTOR,
    v.HAS_INHERITANCE.value: v.INHERITANCE_OR_ANCESTOR,
}
# Their objects are terms of the hierarchy: a build takes in no statement with another.
_TO_TERMS = {
    node.value
    for node in (v.HAS_PHENOTYPE, v.LACKS_PHENOTYPE, v.HAS_INHERITANCE, v.CONDITION_ONSET)
}
_OF_TERMS = {v.PHENOTYPIC_FEATURE.value, v.GENETIC_INHERITANCE.value, v.ONSET.value}
_VOLATILE = {"RAND", "UUID", "STRUUID", "BNODE"}
_COUNTING = {"SUM", "AVG", "SAMPLE", "COUNT", "GROUP_CONCAT"}
_ENDING = {"VAR", "STRING", "NUMBER", "PNAME", "IRI", "LANG"}


def rewrite(
    text: str, declared: Mapping[str, str], known: Callable[[str], bool], *, merged: bool = True
) -> Rewritten | None:
    """Return a query with paths over the hierarchy asked of the closure; None if there are none.

    A text over 20,000 characters is left alone: reading it would take longer than it is worth.

    Args:
        text: a query that `genekg.sparql.prepare` has let through.
        declared: prefixes that it can use beside those that it declares itself.
        known: whether an IRI is that of a term in the closure.
        merged: whether the graph has every condition's symptoms and modes with their ancestors.

    >>> hp = "http://purl.obolibrary.org/obo/HP_0001903"
    >>> found = rewrite("SELECT ?x { ?x <%s>* <%s> }" % (_SUBCLASS, hp), {}, hp.__eq__)
    >>> found.changes[0].after
    'GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf HP:0001903 }'
    """
    if len(text) > LONGEST_TEXT or "subclassof" not in text.lower():
        return None
    if decode_escapes(text) != text:
        return None
    words, _ = token_list(text)
    if any(word.kind == "BNODE" for word in words) or _ambiguous(words):
        return None
    query = read(text)
    if query is None or query.dataset:
        return None
    if query.form == "CONSTRUCT" and query.words[1:2] and query.words[1].text != "{":
        return None  # its pattern is its template
    names = {**declared, **prologue(words)[0]}
    once = not any(w.kind == "WORD" and w.text.upper() in _VOLATILE for w in words)
    writer = _Writer(text, names, known, merged=merged, once=once)
    before: tuple[Change, ...] = ()
    if parted := apart(text, query, writer.is_term):
        text, change = parted
        before = (change,)
        query = read(text)
        if query is None:
            return None
        writer = _Writer(text, names, known, merged=merged, once=once)
    writer.select(query, once=query.is_set, outer=True)
    return writer.result(before)


def _ambiguous(words: list[Token]) -> bool:
    """Say whether what we read as an IRI could be a comparison to the engine: ``(?a<?b && ?c>?d)``.

    See `genekg.sparql`: the engine's parser goes back and tries again.
    """
    depth = 0
    for place, word in enumerate(words):
        if word.kind == "PUNCT":
            depth += (word.text == "(") - (word.text == ")")
        elif word.kind == "IRI" and depth:
            before = words[place - 1]
            if before.kind in _ENDING or before.text == ")":
                return True
    return False


class _Writer:
    """Goes through the parts of a query and keeps what takes the place of what."""

    def __init__(
        self,
        text: str,
        names: Mapping[str, str],
        known: Callable[[str], bool],
        *,
        merged: bool,
        once: bool,
    ) -> None:
        self._text = text
        self._iri = partial(iri_of, names=names)
        self._known = known
        self._merged = merged
        self._once = once
        self._edits: list[tuple[int, int, str]] = []
        self._changes: list[Change] = []
        self._hidden: list[str] = []

    def result(self, before: Sequence[Change]) -> Rewritten | None:
        """Return the text with all edits; None if there are none, whatever was done ``before``."""
        text = self._text
        for start, end, replacement in sorted(self._edits, reverse=True):
            text = text[:start] + replacement + text[end:]
        if not self._changes:
            return None
        return Rewritten(text, (*before, *self._changes), tuple(self._hidden))

    def select(self, query: Select, *, once: bool, outer: bool = False) -> None:
        """Go through a query; ``once``: it cannot be seen how often a row of it comes."""
        seen = query.star and not (outer and query.form == "SELECT")
        fresh = not seen and not query.counts_stars
        if query.where:
            inner = self._once and _ignores_repeats(query, outer=once)
            self._group(query.where, once=inner, fresh=fresh, terms=frozenset())
        for group in query.groups:
            self._group(group, once=self._once, fresh=fresh, terms=frozenset())

    def _group(self, group: Group, *, once: bool, fresh: bool, terms: frozenset[str]) -> None:
        if group.kind in ("GRAPH", "SERVICE"):
            return
        here = self._bound_to_terms(group.parts, terms)
        # A group inside is joined with what stands before it: rows with other values are lost
        # there. That holds for what is joined inside of it, not for an OPTIONAL further inside.
        before: frozenset[str] = frozenset()
        for part in group.parts:
            if isinstance(part, Select):
                self.select(part, once=once)
            elif isinstance(part, Group):
                inner = once or (self._once and part.kind in ("MINUS", "EXISTS"))
                self._group(part, once=inner, fresh=fresh, terms=before)
            elif isinstance(part, Clause):
                for inside in part.groups:
                    self._group(inside, once=self._once, fresh=fresh, terms=before)
            else:
                self._block(part, once=once, fresh=fresh, terms=here)
            if not _is_filter(part):
                before = self._bound_to_terms((part,), before)

    # What a variable can stand for

    def _bound_to_terms(self, parts: Sequence[Part], known: frozenset[str]) -> frozenset[str]:
        """Return the variables that these parts, joined, bind to terms of the closure only."""
        found = set(known)
        size = -1
        while size != len(found):
            size = len(found)
            for part in parts:
                if isinstance(part, Clause):
                    found |= self._limited(part)
                elif isinstance(part, Block):
                    for statement in part.statements:
                        for pattern in statement.patterns:
                            found |= self._implied(pattern, found)
        return frozenset(found)

    def _limited(self, clause: Clause) -> set[str]:
        words = clause.words
        if clause.kind == "BIND" and len(words) == 6:  # BIND ( term AS ?x )
            return {words[4].text[1:]} if self.is_term(words[2:3]) else set()
        if clause.kind == "FILTER" and len(words) == 6 and words[3].text == "=":
            one, other = words[2:3], words[4:5]
            if self.is_term(one):
                one, other = other, one
            return {one[0].text[1:]} if one[0].kind == "VAR" and self.is_term(other) else set()
        if clause.kind == "VALUES" and words[1].kind == "VAR":
            values = words[3:-1]
            return {words[1].text[1:]} if all(self.is_term((w,)) for w in values) else set()
        if clause.kind == "VALUES" and words[2].kind == "VAR" and words[3].text == ")":
            rows = words[5:-1]  # VALUES ( ?x ) { (term) (term) }
            plain = all(
                w.text == "( )"[n % 3] if n % 3 != 1 else self.is_term((w,))
                for n, w in enumerate(rows)
            )
            return {words[2].text[1:]} if plain else set()
        return set()

    def _implied(self, pattern: Pattern, terms: set[str]) -> set[str]:
        """Return the variable that a triple pattern can bind to terms only."""
        path = steps(pattern.path, self._iri)
        if path is None or any(step.iri is None for step in path):
            return set()
        last = path[-1]
        found: set[str] = set()
        if last.iri in _TO_TERMS and last.plain and pattern.object[0].kind == "VAR":
            found.add(pattern.object[0].text[1:])
        if len(path) > 1 or not (subject := _variable(pattern.subject)):
            return found
        above = self.is_term(pattern.object) or _variable(pattern.object) in terms
        if last.iri == _SUBCLASS and not last.inverse and last.repeat in ("", "*", "+") and above:
            found.add(subject)
        if last.iri == v.TYPE.value and last.plain and self._iri_of(pattern.object) in _OF_TERMS:
            found.add(subject)
        return found

    def _iri_of(self, node: Words) -> str | None:
        return self._iri(node[0]) if len(node) == 1 and node[0].kind in ("IRI", "PNAME") else None

    def is_term(self, node: Words) -> bool:
        """Say whether a node is a term of the hierarchy."""
        iri = self._iri_of(node)
        return iri is not None and self._known(iri)

    # What takes the place of a path

    def _block(self, block: Block, *, once: bool, fresh: bool, terms: frozenset[str]) -> None:
        inferred: list[str] = []
        left: list[str] = []
        for statement in block.statements:
            kept: list[str] = []
            changed = False
            for pattern in statement.patterns:
                new = self._replaced(pattern, once=once, fresh=fresh, terms=terms)
                if new is None:
                    parts = (pattern.subject, pattern.path, pattern.object)
                    kept.append(" ".join(map(self._slice, parts)))
                    continue
                changed = True
                inferred.append(new[0])
                kept += new[1:]
                self._note(pattern, new)
            left += kept if changed else [self._text[statement.start : statement.end]]
        if inferred:
            graph = f"GRAPH <{v.INFERRED.value}> {{ {' '.join(inferred)} }} "
            self._edits.append((block.start, block.end, graph + " . ".join(left)))

    def _replaced(
        self, pattern: Pattern, *, once: bool, fresh: bool, terms: frozenset[str]
    ) -> list[str] | None:
        """Return what is asked of the inferred graph, and what is left of the path, if anything."""
        path = steps(pattern.path, self._iri)
        if path is None or not any(step.iri == _SUBCLASS and step.repeat in "*+" for step in path):
            return None
        ends = (pattern.subject, pattern.object)
        if not all(_variable(end) or self._iri_of(end) for end in ends):
            return None
        if once and self._merged:
            found = self._condition_to_term(pattern, path, fresh=fresh)
            if found:
                return found
        for forward in (True, False):
            start, end = ends if forward else ends[::-1]
            step = path[-1] if forward else path[0]
            certain = self.is_term(end) or _variable(end) in terms
            if len(path) == 1:
                certain = certain or self.is_term(start) or _variable(start) in terms
            if step.iri != _SUBCLASS or step.repeat not in ("*", "+") or not certain:
                continue
            if len(path) > 1 and not fresh:
                return None
            near = self._slice(start) if len(path) == 1 else self._new_variable()
            far = self._slice(end)
            if near == far or (step.repeat == "+" and not {near[0], far[0]} & {"?"}):
                return None
            up = step.inverse is not forward  # from near to far goes to more general terms
            one, other = (near, far) if up else (far, near)
            asked = f"{one} <{v.SUBCLASS_OF_OR_SELF.value}> {other} ."
            if step.repeat == "+":
                asked += f" FILTER({near} != {far})"
            if len(path) == 1:
                return [asked]
            rest = self._rest(path[:-1] if forward else path[1:])
            first, last = (self._slice(start), near) if forward else (near, self._slice(start))
            return [asked, f"{first} {rest} {last}"]
        return None

    def _condition_to_term(
        self, pattern: Pattern, path: list[Step], *, fresh: bool
    ) -> list[str] | None:
        """Return what takes the place of ``…/biolink:has_phenotype/rdfs:subClassOf*``."""
        subject, target = self._slice(pattern.subject), self._slice(pattern.object)
        if len(path) < 2 or subject == target:
            return None
        if path[-1].iri == _SUBCLASS:
            relation, closure, rest = path[-2], path[-1], path[:-2]
            inverse = False
        else:
            relation, closure, rest = path[1], path[0], path[2:]
            inverse = True
        if (
            relation.iri not in _MERGED
            or relation.repeat
            or closure.iri != _SUBCLASS
            or closure.repeat != "*"
            or not relation.inverse == closure.inverse == inverse
            or (rest and not fresh)
        ):
            return None
        predicate = f"<{_MERGED[relation.iri].value}>"
        near, far = (target, subject) if inverse else (subject, target)
        if not rest:
            return [f"{near} {predicate} {far} ."]
        middle = self._new_variable()
        left = (middle, near) if inverse else (near, middle)
        return [f"{middle} {predicate} {far} .", f"{left[0]} {self._rest(rest)} {left[1]}"]

    def _rest(self, path: list[Step]) -> str:
        return "/".join(self._slice(step.words) for step in path)

    def _new_variable(self) -> str:
        number = len(self._hidden) + 1
        while re.search(rf"[?$]term{number}\b", self._text):
            number += 1
        name = f"term{number}"
        while name in self._hidden:
            number += 1
            name = f"term{number}"
        self._hidden.append(name)
        return f"?{name}"

    def _slice(self, words: Words) -> str:
        if len(words) == 1 and words[0].kind == "VAR":
            return f"?{words[0].text[1:]}"
        return self._text[words[0].start : words[-1].start + len(words[-1].text)]

    def _note(self, pattern: Pattern, new: list[str]) -> None:
        parts = (pattern.subject, pattern.path, pattern.object)
        after = f"GRAPH gkgraph:inferred {{ {new[0].replace(' .', '', 1)} }}"
        after = " . ".join([*new[1:], after])
        self._changes.append(
            Change(
                pattern.subject[0].line,
                " ".join(_shown(self._slice(part)) for part in parts),
                _shown(after),
            )
        )


def _shown(text: str) -> str:
    return re.sub(r"<([^<>\s]+)>", lambda match: prefixes.shorten(match[1]), text)


def _variable(node: Words) -> str | None:
    return node[0].text[1:] if len(node) == 1 and node[0].kind == "VAR" else None


def _is_filter(part: Part) -> bool:
    return isinstance(part, Clause) and part.kind == "FILTER"


def _ignores_repeats(query: Select, *, outer: bool) -> bool:
    """Say whether the answer stays the same however often a row of its pattern comes."""
    texts = [word.text.upper() if word.kind != "STRING" else "" for word in query.words]
    for place, text in enumerate(texts):
        if text in ("SUM", "AVG", "SAMPLE"):
            return False
        if text in ("COUNT", "GROUP_CONCAT") and texts[place + 2] != "DISTINCT":
            return False
    if query.has("COUNT", "GROUP_CONCAT", "MIN", "MAX", "GROUP", "HAVING"):
        return True
    if query.distinct:
        return True
    return outer and not query.has("LIMIT", "OFFSET", "REDUCED")
