"""The composed lexicon, kept in the cache: composing it anew takes seconds, reading it tenths.

The file is named after what the lexicon is made of, by path, size and time of change: the sources,
the words, and genekg's own code, so that what any of them changes makes a new one. One that is
missing or damaged is made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from genekg import files, resources
from genekg.recognition.lexicon import Lexicon

FOLDER = "lexicon"
_KEYED = ("symptoms", "normal", "coarse")
_PLAIN = ("labels", "symbols")
_SETS = ("ancestors", "previous", "enzymes", "encoded")


def kept(inputs: Iterable[Path], compose: Callable[[], Lexicon]) -> Lexicon:
    """Return the lexicon of these files, from the cache if it is there, else composed and kept."""
    path = resources.cache() / FOLDER / f"{_digest(inputs)}.json"
    try:
        return read(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    lexicon = compose()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(path) as output:
            output.write(written(lexicon))
        for other in path.parent.glob("*.json"):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        pass  # a cache that cannot be written costs time, nothing else
    return lexicon


def _digest(inputs: Iterable[Path]) -> str:
    total = hashlib.sha256()
    code = sorted(Path(__file__).parent.parent.rglob("*.py"))
    for path in (*inputs, *sorted(resources.path("data/recognition").glob("*.tsv")), *code):
        for part in sorted(path.rglob("*")) if path.is_dir() else [path]:
            facts = part.stat()
            total.update(f"{part} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return total.hexdigest()[:16]


def written(lexicon: Lexicon) -> bytes:
    """Return a lexicon as JSON: keys and sets as sorted lists."""
    said: dict[str, Any] = {name: dict(getattr(lexicon, name)) for name in _PLAIN}
    for name in _KEYED:
        table: Mapping[frozenset[str], str] = getattr(lexicon, name)
        said[name] = [[sorted(key), value] for key, value in table.items()]
    for name in _SETS:
        sets: Mapping[str, frozenset[str]] = getattr(lexicon, name)
        said[name] = {key: sorted(values) for key, values in sets.items()}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def read(data: bytes) -> Lexicon:
    """Return the lexicon that ``written`` gave.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is not one.
    """
    said = json.loads(data)

    def keyed(name: str) -> dict[frozenset[str], str]:
        return {frozenset(key): value for key, value in said[name]}

    def sets(name: str) -> dict[str, frozenset[str]]:
        return {key: frozenset(values) for key, values in said[name].items()}

    return Lexicon(
        symptoms=keyed("symptoms"),
        normal=keyed("normal"),
        coarse=keyed("coarse"),
        labels=dict(said["labels"]),
        ancestors=sets("ancestors"),
        symbols=dict(said["symbols"]),
        previous=sets("previous"),
        enzymes=sets("enzymes"),
        encoded=sets("encoded"),
    )
