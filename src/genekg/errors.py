"""The one tree of errors. Each says what happened, where, and what to do next.

Errors of other libraries are turned into these at the one place where they arise; the command
line prints them as one sentence and exits with ``exit_code``.
"""

from __future__ import annotations

from pathlib import Path


class GenekgError(Exception):
    """Anything that genekg reports to the person who uses it.

    >>> print(GenekgError("no store at ./x", remedy="run `genekg build`"))
    no store at ./x; run `genekg build`
    """

    exit_code = 1

    def __init__(self, problem: str, *, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class UsageError(GenekgError):
    """The request itself is wrong: an unknown option value, a bad parameter."""

    exit_code = 2


class FormatError(UsageError):
    """An answer cannot be written in the format that was asked for."""


class NotFoundError(GenekgError):
    """Nothing of that name, id or kind is in the graph."""

    exit_code = 3


class AmbiguousError(GenekgError):
    """A name stands for several things; the choices are in the message."""

    exit_code = 2


class SourceError(GenekgError):
    """A source file does not say what its format requires.

    >>> print(SourceError(Path("hp.obo"), 12, "no id in this stanza", remedy="fetch it again"))
    hp.obo, line 12: no id in this stanza; fetch it again
    """

    def __init__(self, path: Path, line: int | None, problem: str, *, remedy: str = "") -> None:
        self.path = path
        self.line = line
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {problem}", remedy=remedy)


class StoreError(GenekgError):
    """The store is missing, damaged, locked, or could not be written."""


class QueryError(GenekgError):
    """A SPARQL query cannot be answered: it does not parse, or the engine gave up."""


class QueryTimeoutError(QueryError):
    """A SPARQL query ran into its deadline."""


class QueryLimitError(QueryError):
    """A SPARQL query ran into its memory, row or byte limit."""


class QueryRefusedError(QueryError):
    """A SPARQL query asks for something that is switched off: SERVICE, LOAD, an update."""
