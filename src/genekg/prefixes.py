"""Prefixes: CURIEs to IRIs and back. The table is ``ontology/prefixes.tsv``.

A CURIE in genekg is always written with the prefix that the table marks, whatever a source or a
person writes: ``Orphanet:75563``, ``ORDO:75563`` and ``orpha:75563`` are all ``ORPHA:75563``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import quote

from genekg import resources
from genekg.errors import UsageError

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//|isbn:)\S+")
_CURIE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):([^\s:/][^\s]*)")


@cache
def _table() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    predeclared: dict[str, str] = {}
    curie_prefixes: dict[str, str] = {}
    spellings: dict[str, str] = {}
    lines = resources.path("ontology/prefixes.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        name, namespace, curie, synonyms, _about = line.split("\t")
        predeclared[name] = namespace
        if curie:
            curie_prefixes[name] = namespace
            for spelling in (name, *filter(None, synonyms.split("|"))):
                spellings[spelling.lower()] = name
    return predeclared, curie_prefixes, spellings


def predeclared() -> dict[str, str]:
    """Return the prefixes that are declared wherever SPARQL is typed: name to namespace.

    >>> predeclared()["biolink"]
    'https://w3id.org/biolink/vocab/'
    """
    return _table()[0]


def curie_prefixes() -> dict[str, str]:
    """Return the prefixes that a CURIE of genekg can have: prefix to namespace.

    >>> curie_prefixes()["HGNC"]
    'http://identifiers.org/hgnc/'
    """
    return _table()[1]


def normalise(text: str) -> str | None:
    """Return the CURIE that a text spells, or None when it is not a known CURIE or IRI.

    >>> normalise("Orphanet:75563"), normalise("hp:0001417"), normalise("MIM:300751")
    ('ORPHA:75563', 'HP:0001417', 'OMIM:300751')
    >>> normalise("http://purl.obolibrary.org/obo/HP_0001417")
    'HP:0001417'
    >>> normalise("pallor") is None
    True
    """
    text = text.strip().removeprefix("<").removesuffix(">")
    if _IRI.fullmatch(text):
        curie = compress(text)
        return curie if curie != text else None
    match = _CURIE.fullmatch(text)
    prefix = _table()[2].get(match[1].lower()) if match else None
    return f"{prefix}:{match[2]}" if match and prefix else None


def expand(curie: str) -> str:
    """Return the IRI of a CURIE, whatever spelling of the prefix it uses.

    Raises:
        UsageError: the prefix is not known.

    >>> expand("OMIM:300751"), expand("EC:2.3.1.37")
    ('https://omim.org/entry/300751', 'http://purl.uniprot.org/enzyme/2.3.1.37')
    """
    prefix, _, local = curie.partition(":")
    namespaces = _table()[1]
    namespace = namespaces.get(prefix) or namespaces.get(_table()[2].get(prefix.lower(), ""))
    if namespace is None or not local:
        raise UsageError(f"unknown id {curie!r}", remedy=f"known prefixes: {', '.join(namespaces)}")
    return namespace + quote(local, safe="/:.-_~()[];,=@!$&'*+")


@cache
def _namespaces() -> tuple[tuple[str, str], ...]:
    """Return (namespace, CURIE prefix), the longest namespace first."""
    pairs = [(namespace, prefix) for prefix, namespace in _table()[1].items()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1 << 16)
def compress(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself when no prefix fits.

    >>> compress("http://www.orpha.net/ORDO/Orphanet_75563")
    'ORPHA:75563'
    >>> compress("https://example.org/x")
    'https://example.org/x'
    """
    for namespace, prefix in _namespaces():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


@cache
def _all_namespaces() -> tuple[tuple[str, str], ...]:
    pairs = [(namespace, name) for name, namespace in _table()[0].items()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1 << 16)
def shorten(iri: str) -> str:
    """Return any IRI in its shortest readable form: a CURIE, or a name with its prefix.

    >>> shorten("https://w3id.org/biolink/vocab/has_phenotype")
    'biolink:has_phenotype'
    """
    if ":" not in iri:
        return iri
    curie = compress(iri)
    if curie != iri:
        return curie
    for namespace, name in _all_namespaces():
        if iri.startswith(namespace) and iri != namespace:
            return f"{name}:{iri.removeprefix(namespace)}"
    return iri


def resource_name(curie: str) -> str:
    """Return the name of an information resource, as an answer shows it.

    >>> resource_name("infores:orphanet")
    'Orphanet'
    """
    name = curie.removeprefix("infores:")
    return name[:1].upper() + name[1:]
