"""File formats as rows with line numbers. Nothing here knows biology.

A file that cannot be read, is not text, or breaks its format raises ``SourceError`` with the
path and the line.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from genekg.errors import SourceError

_STANZA = re.compile(r"\[(\w+)\]")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "W": " "}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What follows an OBO value: `{source="X"}`, and then `! the name of what is meant`.
_COMMENT = re.compile(r'\\.|"(?:[^"\\]|\\.)*"|(?:^|\s)(!)(?=\s|$)')
_QUALIFIERS = re.compile(r'(?:^|\s)\{\s*[\w:.-]+\s*=(?:[^"{}\\]|\\.|"(?:[^"\\]|\\.)*")*\}$')


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end) of a UTF-8 text file, gzip too.

    Raises:
        SourceError: no such file, not UTF-8, a damaged gzip, or a NUL character.
    """
    number = 0
    try:
        opened = (  # closed by the `with` below
            gzip.open(path, "rt", encoding="utf-8", newline="\n")  # noqa: SIM115
            if path.suffix == ".gz"
            else path.open(encoding="utf-8", newline="\n")
        )
        with opened as text:
            for number, line in enumerate(text, start=1):
                if "\0" in line:
                    raise SourceError(path, number, "a NUL character: this is not a text file")
                yield number, line.rstrip("\r\n")
    except FileNotFoundError as error:
        raise SourceError(path, None, "no such file", remedy="check the path") from error
    except UnicodeDecodeError as error:
        broken = number + 1 + error.object.count(b"\n", 0, error.start)
        raise SourceError(
            path, broken, "not UTF-8 text", remedy="save it as UTF-8, or fetch it again"
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(
            path, number + 1, f"damaged gzip ({error})", remedy="fetch it again"
        ) from error
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from error


def tsv(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a tab-separated file whose first line names its columns.

    ``columns`` are those that must be there; others are passed on. Empty lines and lines that
    start with ``#`` before the header are skipped, a header that starts with ``#`` is read.

    Raises:
        SourceError: a column is missing, or a row has another number of cells than the header.
    """
    names: list[str] = []
    for number, line in lines(path):
        if not names:
            names = line.removeprefix("#").split("\t")
            if set(columns) <= set(names):
                continue
            if line.startswith("#") and "\t" not in line:
                names = []
                continue
            missing = [column for column in columns if column not in names]
            hint = "this is a web page" if line.lstrip().startswith("<") else f"found {line[:80]!r}"
            raise SourceError(path, number, f"no column {missing[0]!r} in the header; {hint}")
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(names):
            raise SourceError(
                path,
                number,
                f"{len(cells)} cells where the header has {len(names)}",
                remedy="the file may be cut or edited; fetch it again",
            )
        yield number, dict(zip(names, cells, strict=True))
    if not names:
        raise SourceError(path, None, "the file is empty", remedy="fetch it again")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One stanza of an OBO file: its kind, first line, and (line, tag, value) in file order.

    The values of ``clauses`` are whole, with the qualifiers and the comment that follow them.
    """

    kind: str
    line: int
    clauses: tuple[tuple[int, str, str], ...]

    def values(self, tag: str) -> list[str]:
        """Return the values of a tag, trailing qualifiers and comments taken off."""
        return [_bare(value) for _, name, value in self.clauses if name == tag]

    def value(self, tag: str) -> str:
        """Return the only or first value of a tag, as ``values`` does, or an empty string."""
        return next(iter(self.values(tag)), "")


def _bare(value: str) -> str:
    """Return an OBO value without what follows it, escapes left as they are.

    >>> _bare('X:1 {source="Y:2"} ! a name')
    'X:1'
    """
    for match in _COMMENT.finditer(value):
        if match[1]:
            value = value[: match.start()].rstrip()
            break
    return _QUALIFIERS.sub("", value).rstrip()


def obo(path: Path) -> Iterator[Stanza]:
    """Yield the header (kind ``header``) and every stanza of an OBO 1.2 or 1.4 file.

    Raises:
        SourceError: a line that is neither a stanza's head nor ``tag: value``, or no header.
    """
    kind, start = "header", 1
    clauses: list[tuple[int, str, str]] = []
    for number, line in lines(path):
        if not line or line.startswith("!"):
            continue
        if match := _STANZA.fullmatch(line):
            if kind == "header" and not any(tag == "format-version" for _, tag, _ in clauses):
                raise SourceError(path, start, "no format-version: this is not an OBO file")
            yield Stanza(kind, start, tuple(clauses))
            kind, start, clauses = match[1], number, []
            continue
        tag, colon, value = line.partition(": ")
        if not colon and not line.endswith(":"):
            raise SourceError(
                path, number, f"not an OBO line: {line[:60]!r}", remedy="expected `tag: value`"
            )
        clauses.append((number, tag, value.strip()))
    if not clauses and kind == "header":
        raise SourceError(path, None, "the file is empty", remedy="fetch it again")
    if kind == "header" and not any(tag == "format-version" for _, tag, _ in clauses):
        raise SourceError(path, start, "no format-version: this is not an OBO file")
    yield Stanza(kind, start, tuple(clauses))


def quoted(path: Path, line: int, value: str) -> tuple[str, str]:
    r"""Return (text, rest) of an OBO value that begins with a quoted string.

    >>> quoted(Path("x.obo"), 1, r'"a \"b\"" EXACT []')
    ('a "b"', 'EXACT []')
    """
    match = _QUOTED.match(value)
    if not match:
        raise SourceError(path, line, f"an unclosed quotation: {value[:60]!r}")
    return unescape(match[1]), value[match.end() :].strip()


def unescape(value: str) -> str:
    r"""Return an OBO value without its escapes.

    >>> unescape(r"url:https\\://x")
    'url:https\\://x'
    """
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value)
