"""Which format a client gets: media types, and the Accept header of RFC 9110, section 12.5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

__all__ = [
    "GRAPH_TYPES",
    "RESULT_TYPES",
    "TABLE_TYPES",
    "accepted",
    "accepts_gzip",
    "media_type",
    "named",
]

# Format: its media types, the first of which is the one that an answer is sent with. The first
# format is the one for clients without a wish.
RESULT_TYPES: dict[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json", "text/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
GRAPH_TYPES: dict[str, tuple[str, ...]] = {
    "ttl": ("text/turtle", "application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
    "nt": ("application/n-triples", "text/plain"),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
    "jsonld": ("application/ld+json", "application/json"),
    "nq": ("application/n-quads",),
    "trig": ("application/trig", "application/x-trig"),
}
TABLE_TYPES: dict[str, tuple[str, ...]] = {
    "json": ("application/json",),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "jsonl": ("application/jsonl", "application/x-ndjson"),
    "md": ("text/markdown",),
    "html": ("text/html",),
}
# What clients write for a format in an address.
_NAMES = {
    "turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "n-triples": "nt",
    "nquads": "nq",
    "n-quads": "nq",
    "rdf+xml": "rdfxml",
    "rdf": "rdfxml",
    "json-ld": "jsonld",
    "srj": "json",
    "srx": "xml",
}
_GRAPH_NAMES = {"json": "jsonld", "xml": "rdfxml"}


def named(name: str, types: Mapping[str, Sequence[str]]) -> str | None:
    """Return the format of a name or media type as it may stand in an address, if there is one.

    >>> named("turtle", GRAPH_TYPES), named("json", GRAPH_TYPES), named("text/csv", RESULT_TYPES)
    ('ttl', 'jsonld', 'csv')
    """
    name = name.strip().lower()
    for format, known in types.items():
        if name in known:
            return format
    name = _NAMES.get(name, name)
    if name not in types:
        name = _GRAPH_NAMES.get(name, name)
    return name if name in types else None


def media_type(format: str, types: Mapping[str, Sequence[str]]) -> str:
    """Return the media type that an answer in a format is sent with.

    >>> media_type("csv", RESULT_TYPES)
    'text/csv; charset=utf-8'
    """
    name = types[format][0]
    return f"{name}; charset=utf-8" if name.startswith("text/") else name


def accepted(header: str, types: Mapping[str, Sequence[str]]) -> str | None:
    """Return the format that an Accept header likes best; None when it takes none of them.

    Of those that it likes equally the more specific range counts, then its own order, then ours.

    >>> accepted("text/csv;q=0.5, application/sparql-results+xml", RESULT_TYPES)
    'xml'
    >>> accepted("text/csv;q=0.3, application/*;q=0.1", RESULT_TYPES)
    'csv'
    >>> accepted("image/png", RESULT_TYPES) is None
    True
    """
    ranges = _ranges(header)
    if not ranges:
        return next(iter(types))
    best: tuple[float, int, int, int] | None = None
    chosen: str | None = None
    for rank, (format, names) in enumerate(types.items()):
        for name in names:
            fit = _fit(name, ranges)
            if fit is None:
                continue
            quality, specific, place = fit
            key = (quality, specific, -place, -rank)
            if quality > 0 and (best is None or key > best):
                best, chosen = key, format
    return chosen


def accepts_gzip(header: str) -> bool:
    """Say whether an Accept-Encoding header takes gzip.

    >>> accepts_gzip("br, gzip;q=0.8"), accepts_gzip("gzip;q=0"), accepts_gzip("*")
    (True, False, True)
    """
    found = {name: quality for name, quality, _ in _ranges(header)}
    return found.get("gzip", found.get("*", 0.0)) > 0


def _fit(name: str, ranges: Sequence[tuple[str, float, int]]) -> tuple[float, int, int] | None:
    """Return quality, specificity and place of the most specific range for a media type."""
    kind = name.partition("/")[0]
    best: tuple[int, float, int] | None = None
    for text, quality, place in ranges:
        specific = 2 if text == name else 1 if text == f"{kind}/*" else -1
        if text in ("*/*", "*"):
            specific = 0
        if specific >= 0 and (best is None or specific > best[0]):
            best = (specific, quality, place)
    return (best[1], best[0], best[2]) if best else None


@lru_cache(maxsize=512)
def _ranges(header: str) -> tuple[tuple[str, float, int], ...]:
    """Return each range of an Accept header: its name, its quality, its place."""
    found = []
    for place, part in enumerate(header.split(",")):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if name:
            found.append((name.lower(), quality, place))
    return tuple(found)
