"""The files of the named questions: a SPARQL SELECT whose head declares what it asks for.

A head is lines of ``#+`` at the top, as grlc has them::

    #+ summary: Conditions with a symptom, or any kind of it.
    #+ parameter symptom: symptom = anemia
    #+ keywords: conditions, symptom
    #+ row: a condition
    #+ empty: no condition has this symptom or a kind of it
    #+ sort: label

A parameter is bound to the variable of its name, never pasted into the text. The engine needs
that variable in the outermost SELECT; its column says nothing, and is left out of the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from genekg import labels, prefixes, resources
from genekg.errors import QueryError, UsageError
from genekg.sparql import prepare

__all__ = ["KINDS", "LITERAL_KINDS", "Parameter", "Query", "folder", "parse"]

# What a parameter may be. Kinds of entities give the kinds of the label index that fit.
KINDS: dict[str, tuple[str, ...]] = {
    "condition": (labels.CONDITION,),
    "gene": (labels.GENE,),
    "enzyme": (labels.ENZYME,),
    "symptom": (labels.SYMPTOM,),
    "mode": (labels.MODE,),
    "process": (labels.PROCESS,),
    "term": (labels.SYMPTOM, labels.MODE, labels.TERM),
    "entity": (labels.CONDITION, labels.GENE),
}
LITERAL_KINDS = ("text", "integer")

_HEAD = re.compile(r"#\+\s*(\w+)(?:\s+(\w+))?\s*:\s*(.*?)\s*")
_DECLARATION = re.compile(r"(\w+)\s*=\s*(.*?)(\s+default)?")
_SINGLE = ("summary", "description", "row", "empty")
_LISTS = ("keywords", "sort", "lists")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question asks for. ``example`` is also the default where ``optional``."""

    name: str
    kind: str
    example: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A named question.

    ``own`` is false of a user's, which is run in a worker process.
    ``row`` is what one row of its answer is, ``empty`` what it means when there is none.
    ``sort`` are the columns that its answer is ordered by, the others settling ties; ``lists``
    are those that hold several values, joined by ``|``.
    """

    name: str
    summary: str
    text: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    keywords: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    row: str = ""
    empty: str = ""
    own: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its answer.

        >>> folder(None)["conditions_with_inheritance"].columns
        ('condition', 'label', 'modes', 'sources')
        """
        bound = {parameter.name for parameter in self.parameters}
        return tuple(name for name in _projection(self.text) if name not in bound)

    @property
    def example(self) -> str:
        """The command that asks it with its examples.

        >>> folder(None)["conditions_with_inheritance"].example
        "genekg query conditions_with_inheritance mode='X-linked inheritance'"
        """
        from shlex import quote

        given = (f"{each.name}={quote(each.example)}" for each in self.parameters)
        return " ".join(("genekg query", self.name, *given))


def parse(path: Path, *, own: bool = True) -> Query:
    """Read one file; one that is not ``own`` is a user's, and its SPARQL is looked at too.

    Raises:
        UsageError: the head is not as it must be: the file, the line, and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text", remedy="save it as UTF-8") from error
    single: dict[str, str] = {}
    several: dict[str, tuple[str, ...]] = dict.fromkeys(_LISTS, ())
    parameters: list[Parameter] = []
    line = 0
    for line, content in enumerate(text.splitlines(), start=1):
        if not content.startswith("#+"):
            break
        match = _HEAD.fullmatch(content)
        key, name, value = match.groups() if match else ("", None, "")
        if key == "parameter" and name:
            parameters.append(_parameter(path, line, name, value))
        elif key in several and not name:
            several[key] = tuple(part.strip() for part in value.split(",") if part.strip())
        elif key in _SINGLE and not name and value:
            single[key] = value
        else:
            raise _fault(
                path, line, f"{content!r} is not a line of a query's head",
                f"expected {', '.join(_SINGLE)}, parameter NAME, keywords, sort or lists",
            )  # fmt: skip
    if "summary" not in single:
        raise _fault(path, 1, "no summary", "begin the file with `#+ summary: …`")
    columns = _projection(text)
    for name in (*(each.name for each in parameters), *several["sort"], *several["lists"]):
        if name not in columns:
            raise _fault(
                path, line, f"?{name} is not in the outermost SELECT",
                "the engine ignores what is bound to a variable that is not",
            )  # fmt: skip
    if not own:
        _check(path, text)
    return Query(
        name=path.stem,
        summary=single["summary"],
        text=text,
        description=single.get("description", ""),
        parameters=tuple(parameters),
        row=single.get("row", ""),
        empty=single.get("empty", ""),
        own=own,
        **several,
    )


def _check(path: Path, text: str) -> None:
    """Refuse what cannot be run, so that it is heard of before somebody asks.

    Raises:
        UsageError: the text is no SELECT, or is refused.
    """
    try:
        query = prepare(text, prefixes=prefixes.predeclared())
    except QueryError as error:
        raise UsageError(f"{path}, {error}") from error
    if query.form != "SELECT":
        raise UsageError(
            f"{path}: {query.form} gives no table", remedy="a named question is a SELECT"
        )


def _parameter(path: Path, line: int, name: str, value: str) -> Parameter:
    match = _DECLARATION.fullmatch(value)
    if not match or not match[2]:
        raise _fault(path, line, f"parameter {name} has no example", "write `KIND = EXAMPLE`")
    if match[1] not in KINDS and match[1] not in LITERAL_KINDS:
        raise _fault(
            path,
            line,
            f"unknown kind {match[1]!r}",
            f"known: {', '.join((*KINDS, *LITERAL_KINDS))}",
        )
    return Parameter(name, match[1], match[2], bool(match[3]))


def _fault(path: Path, line: int, problem: str, remedy: str) -> UsageError:
    return UsageError(f"{path}, line {line}: {problem}", remedy=remedy)


def _projection(text: str) -> tuple[str, ...]:
    """Return the variables of the outermost SELECT, in its order."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    match = re.search(r"\bSELECT\b(.*?)(?:\bWHERE\b|\{)", body, re.DOTALL | re.IGNORECASE)
    head = match[1] if match else ""
    while "(" in head:
        head, found = re.subn(
            r"\([^()]*?(?:\bAS\s+(\?\w+)\s*)?\)", lambda group: f" {group[1] or ''} ", head
        )
        if not found:
            break
    return tuple(re.findall(r"\?(\w+)", head))


@cache
def folder(place: Path | None) -> dict[str, Query]:
    """Return the questions of a folder by name; those of genekg itself for None.

    Raises:
        UsageError: there is no such folder; or a file in it is not as it must be.
    """
    if place is not None and not place.is_dir():
        raise UsageError(f"{place} is not a folder", remedy="name a folder with .rq files")
    files = (place or resources.path("queries")).glob("*.rq")
    return {path.stem: parse(path, own=place is None) for path in sorted(files)}
