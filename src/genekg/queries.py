"""The named questions: each a file in ``queries/``, with its parameters declared in its head.

A head is lines of ``#+`` at the top of a SPARQL SELECT query, as grlc has them::

    #+ summary: Conditions with a symptom, or any kind of it.
    #+ parameter symptom: symptom = anemia
    #+ keywords: conditions, symptom
    #+ sort: label

A parameter is bound to the variable of its name, never pasted into the text. The engine needs
that variable in the outermost SELECT; its column says nothing, and is left out of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Variable

from genekg import labels, prefixes, resources, search
from genekg import vocabulary as v
from genekg.errors import NotFoundError, QueryError, UsageError
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph

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
_LISTS = ("keywords", "sort", "lists")
_NUMBERS = {v.XSD_DECIMAL.value, f"{v.XSD}double", f"{v.XSD}float"}


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

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its answer.

        >>> find("conditions_with_inheritance").columns
        ('condition', 'label', 'modes', 'sources')
        """
        bound = {parameter.name for parameter in self.parameters}
        return tuple(name for name in _projection(self.text) if name not in bound)

    @property
    def example(self) -> str:
        """The command that asks it with its examples.

        >>> find("conditions_with_inheritance").example
        "genekg query conditions_with_inheritance mode='X-linked inheritance'"
        """
        from shlex import quote

        given = (f"{each.name}={quote(each.example)}" for each in self.parameters)
        return " ".join(("genekg query", self.name, *given))


def parse(path: Path) -> Query:
    """Read one file.

    Raises:
        UsageError: the head is not as it must be: the file, the line, and what was expected.
    """
    text = path.read_text(encoding="utf-8")
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
        elif key in ("summary", "description") and not name and value:
            single[key] = value
        else:
            raise _fault(
                path, line, f"{content!r} is not a line of a query's head",
                "expected summary, description, parameter NAME, keywords, sort or lists",
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
    return Query(
        name=path.stem,
        summary=single["summary"],
        text=text,
        description=single.get("description", ""),
        parameters=tuple(parameters),
        **several,
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
def _folder(folder: Path) -> dict[str, Query]:
    return {path.stem: parse(path) for path in sorted(folder.glob("*.rq"))}


def library(folders: Iterable[Path] = ()) -> dict[str, Query]:
    """Return every question by name. Those of ``folders`` hide ours of the same name.

    >>> len(library()) > 20
    True
    """
    known = dict(_folder(resources.path("queries")))
    for folder in folders:
        known.update(_folder(folder))
    return known


def find(name: str, folders: Iterable[Path] = ()) -> Query:
    """Return the question of a name.

    Raises:
        UsageError: there is none; the message says what is near.

    >>> find("genes_for_condition")
    Traceback (most recent call last):
    genekg.errors.UsageError: no query named 'genes_for_condition'; did you mean \
genes_of_condition? `genekg queries` lists them
    """
    known = library(folders)
    if name in known:
        return known[name]
    from rapidfuzz import fuzz, process

    near = process.extractOne(name, known.keys(), scorer=fuzz.ratio, score_cutoff=50)
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"no query named {name!r}", remedy=f"{meant}`genekg queries` lists them")


def run(graph: Graph, name: str, parameters: Mapping[str, str]) -> Table:
    """Answer one of our own questions.

    Raises:
        UsageError: no such question; or a parameter is missing, unknown or malformed.
        NotFoundError: nothing is named as a parameter says.
        AmbiguousError: several things are.
    """
    return answer(graph, find(name), parameters)


def answer(graph: Graph, query: Query, parameters: Mapping[str, str]) -> Table:
    """Answer a question; see ``run``.

    Raises:
        QueryError: the text of the question is not SPARQL.
    """
    bound = bind(graph, query, parameters)
    values: dict[Variable, Any] = {Variable(name): node for name, node in bound.items()}
    try:
        solutions: Any = graph.store.query(
            query.text, prefixes=prefixes.predeclared(), substitutions=values
        )
        return to_table(query, solutions)
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"the query {query.name} cannot be answered: {error}") from error


def to_table(query: Query, solutions: Any) -> Table:
    """Return the engine's solutions of a question as its answer: its columns, in its order."""
    columns = query.columns
    names = [variable.value for variable in solutions.variables]
    kept = [position for position, name in enumerate(names) if name in columns]
    lists = {names.index(name) for name in query.lists}
    rows = [
        tuple(_cell(row[position], position in lists) for position in kept) for row in solutions
    ]
    rest = (column for column in columns if column not in query.sort)
    return Table(columns, rows).sorted(*query.sort, *rest)


def bind(
    graph: Graph, query: Query, parameters: Mapping[str, str]
) -> dict[str, NamedNode | Literal]:
    """Return the node that each parameter of a question stands for.

    Raises:
        UsageError: a parameter is missing, unknown or malformed.
        NotFoundError: nothing is named so. An id that is well formed is taken all the same.
        AmbiguousError: several things are named so.
    """
    takes = ", ".join(parameter.name for parameter in query.parameters) or "none"
    if unknown := sorted(parameters.keys() - {each.name for each in query.parameters}):
        raise UsageError(
            f"{query.name} has no parameter {unknown[0]!r}", remedy=f"it takes {takes}"
        )
    values: dict[str, NamedNode | Literal] = {}
    for parameter in query.parameters:
        given = parameters.get(parameter.name, parameter.example if parameter.optional else "")
        if not given.strip():
            raise UsageError(
                f"{query.name} needs the parameter {parameter.name!r}, a {parameter.kind}",
                remedy=f"for example `{query.example}`",
            )
        values[parameter.name] = _value(graph, parameter, given)
    return values


def _value(graph: Graph, parameter: Parameter, given: str) -> NamedNode | Literal:
    if parameter.kind == "text":
        return Literal(given)
    if parameter.kind == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", given.strip()):
            raise UsageError(f"{parameter.name} must be a whole number, not {given!r}")
        return Literal(int(given))
    try:
        return NamedNode(prefixes.expand(search.resolve(graph, given, KINDS[parameter.kind]).id))
    except NotFoundError:
        curie = prefixes.normalise(given)
        if curie is None or graph.labels.entity(curie):
            raise
        return NamedNode(prefixes.expand(curie))


def _cell(node: Any, several: bool) -> Cell:
    if node is None:
        return None
    if isinstance(node, NamedNode):
        return prefixes.shorten(node.value)
    content = str(node.value)
    kind = node.datatype.value
    if several:
        parts = {prefixes.shorten(part) for part in content.split("|") if part}
        return "|".join(sorted(parts)) or None
    if kind == v.XSD_INTEGER.value:
        return int(content)
    if kind in _NUMBERS:
        return float(content)
    return content == "true" if kind == v.XSD_BOOLEAN.value else content


def documentation(folders: Iterable[Path] = ()) -> str:
    """Return the page on the named questions, as Markdown."""
    known = library(folders)
    parts = [_INTRODUCTION.format(count=len(known))]
    for query in known.values():
        parts.append(f"## {query.name}\n\n{query.summary}\n")
        if query.description:
            parts.append(f"{query.description}\n")
        if query.parameters:
            rows = [
                f"| `{each.name}` | {each.kind} | {each.example}"
                f"{' (the default)' if each.optional else ''} |\n"
                for each in query.parameters
            ]
            parts.append(f"| parameter | kind | example |\n| --- | --- | --- |\n{''.join(rows)}")
        parts.append(f"Columns: {', '.join(f'`{name}`' for name in query.columns)}.\n")
        parts.append(f"```console\n$ {query.example}\n```\n")
    return "\n".join(parts)


_INTRODUCTION = """\
# Named questions

The {count} questions that genekg answers by name. Each is a file in `queries/`, a SPARQL query
whose head declares what it asks for; `genekg queries NAME` prints it.

A condition, gene, enzyme, symptom, mode, process or term is given as an id, an IRI, a label, a
synonym or a symbol. An id that is not in the graph gives an empty table. Several values in one
cell are joined by `|`. A source is the release that states a row: its name and its version.
"""


def listing(words: Iterable[str] = (), folders: Iterable[Path] = ()) -> Table:
    """Return the questions, or those with all the given words: name, summary, an example."""
    wanted = [word.casefold() for word in words]
    rows: list[tuple[Cell, ...]] = []
    for name, query in sorted(library(folders).items()):
        given = " ".join(
            f"{parameter.name}={parameter.example!r}" for parameter in query.parameters
        )
        text = f"{name} {query.summary} {' '.join(query.keywords)}".casefold()
        if all(word in text for word in wanted):
            rows.append((name, query.summary, f"genekg query {name} {given}".rstrip()))
    return Table(("name", "summary", "example"), rows)
