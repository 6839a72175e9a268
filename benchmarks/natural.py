"""Queries as people write them: constants in the text, property paths over the default graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHAPES = Path(__file__).parent / "shapes"
_GENES = "biolink:causes|biolink:contributes_to|biolink:gene_associated_with_condition"
_PATHS = {
    "gk:subClassOfOrSelf": "rdfs:subClassOf*",
    "gk:hasPhenotypeOrAncestor": "biolink:has_phenotype/rdfs:subClassOf*",
    "gk:hasInheritanceOrAncestor": "biolink:has_mode_of_inheritance/rdfs:subClassOf*",
    "gk:hasAssociatedEnzyme": f"^({_GENES})/gk:encodesEnzyme",
}
_HEADS = re.compile(r"\bSELECT\b.*?(?=\bWHERE\b|\{)|\bGROUP BY\b[^{}]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """A query as people write it, and the same question asked of the inferred graph."""

    name: str
    summary: str
    natural: str
    equivalent: str


def shapes() -> list[Shape]:
    """Return every pair of ``NAME.rq`` and ``NAME.genekg.rq``, by name."""
    found = []
    for path in sorted(SHAPES.glob("*.genekg.rq")):
        name = path.name.removesuffix(".genekg.rq")
        natural = (SHAPES / f"{name}.rq").read_text(encoding="utf-8")
        summary = natural.splitlines()[0].removeprefix("# ")
        found.append(Shape(name, summary, natural, path.read_text(encoding="utf-8")))
    return found


def pasted(text: str, values: Mapping[str, object]) -> str:
    """Return a named question with its parameters as constants.

    >>> pasted("SELECT ?gene ?c WHERE { ?gene biolink:causes ?c }", {"gene": "<g>"})
    'SELECT  ?c WHERE { <g> biolink:causes ?c }'
    """
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for name, value in values.items():
        variable = re.compile(rf"\?{name}\b")
        parts, end = [], 0
        for head in _HEADS.finditer(body):
            parts += [variable.sub(str(value), body[end : head.start()]), variable.sub("", head[0])]
            end = head.end()
        body = "".join([*parts, variable.sub(str(value), body[end:])])
    return re.sub(r"\bGROUP BY\s*(?=\}|$)", "", body)


def natural(text: str) -> str:
    """Return a query that asks the inferred graph as one that walks the default graph.

    A path finds a condition once for every kind that it has, so what is counted must differ.

    >>> natural("{ GRAPH gkgraph:inferred { ?t gk:subClassOfOrSelf obo:HP_1 } }")
    '{ ?t rdfs:subClassOf* obo:HP_1 . }'
    """

    def opened(match: re.Match[str]) -> str:
        inside = match[1].strip()
        return inside if inside.endswith(".") else f"{inside} ."

    text, walks = re.subn(r"GRAPH gkgraph:inferred\s*\{([^{}]*)\}", opened, text)
    if walks:
        text = text.replace("COUNT(?", "COUNT(DISTINCT ?")
    for predicate, path in _PATHS.items():
        text = text.replace(f"{predicate} ", f"{path} ")
    return text
