"""CURIEs as nodes of the graph."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from genekg import prefixes

Node: TypeAlias = NamedNode | Literal


@lru_cache(maxsize=1 << 18)
def node(curie: str) -> NamedNode:
    """Return the node of a CURIE, or of an address.

    >>> node("HP:0001417").value
    'http://purl.obolibrary.org/obo/HP_0001417'
    """
    if curie.startswith(("http://", "https://")):
        return NamedNode(curie)
    return NamedNode(prefixes.expand(curie))
