"""Commands that ask: ask, query, queries, sparql."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from genekg.cli.output import FORMATS as TABLE_FORMATS
from genekg.cli.output import emit, note, opened, save, store_option, table_options, write_out
from genekg.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from genekg.graph import Graph

_Command = TypeVar("_Command", bound=Callable[..., Any])

_GRAPH_FORMATS = ("ttl", "nt", "nq", "trig", "rdfxml", "jsonld")
_RESULT_FORMATS = ("table", "tsv", "csv", "json", "jsonl", "md", "html", "xml")


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--direct", is_flag=True, help="A term means itself only, not its kinds.")
@click.option("--sparql", "show_sparql", is_flag=True, help="Print the SPARQL that is run.")
@table_options
@store_option
def ask(
    question: tuple[str, ...],
    direct: bool,
    show_sparql: bool,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Answer a question in plain words.

    A term stands for itself and every kind of it, unless --direct is given.

    \b
    genekg ask "conditions with X-linked inheritance"
    genekg ask "conditions with anemia and splenomegaly and X-linked inheritance"
    genekg ask "genes that cause Marfan syndrome"
    genekg ask "conditions whose enzyme is EC:2.3.1.37" -o found.csv
    """
    with opened(home) as kg:
        answer = kg.ask(" ".join(question), direct=direct)
    note(f"Understood: {answer.understood}")
    if show_sparql:
        note(answer.sparql)
    if not len(answer.table):
        raise NotFoundError("nothing in the graph fits", remedy="`genekg search` finds names")
    emit(answer.table, format_name, output, limit)
    said = ", ".join(f"{source} ({number:,})" for source, number in answer.by_source.items())
    note(f"{len(answer.table):,} rows{'; stated by ' + said if said else ''}.")
    subject = answer.subject or answer.table.rows[0][0]
    note(f"`genekg why {subject}` shows who says what. For research, not for care.")


def _folders_option(command: _Command) -> _Command:
    """Add ``--queries``."""
    return click.option(
        "--queries",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        envvar="GENEKG_QUERIES",
        help="Folder with .rq files of your own (or GENEKG_QUERIES).",
    )(command)


@click.command()
@click.argument("words", nargs=-1)
@_folders_option
@table_options
def queries(
    words: tuple[str, ...],
    folders: tuple[Path, ...],
    format_name: str | None,
    output: Path | None,
    limit: int | None,
) -> None:
    """List the named questions, or those with all the given words.

    \b
    genekg queries symptom sex
    """
    from genekg import queries as library

    table = library.listing(words, folders)
    if not len(table):
        raise NotFoundError(f"no question has {' and '.join(words)}", remedy="try fewer words")
    emit(table, format_name, output, limit or 1000)


@click.command()
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--sparql", "show_sparql", is_flag=True, help="Print the query itself.")
@_folders_option
@table_options
@store_option
def query(
    name: str,
    parameters: tuple[str, ...],
    show_sparql: bool,
    folders: tuple[Path, ...],
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Answer a named question; `genekg queries` lists them.

    \b
    genekg query conditions_of_gene gene=ALAS2
    genekg query mine gene=ALAS2 --queries ~/my-queries
    """
    from genekg import queries as library

    wanted = library.find(name, folders)
    given = dict(_pair(one) for one in parameters)
    if show_sparql:
        note(wanted.text)
    with opened(home) as kg:
        table = library.answer(kg, wanted, given)
    if not len(table):
        raise NotFoundError(
            f"nothing in the graph fits{': ' if wanted.empty else ''}{wanted.empty}"
        )
    emit(table, format_name, output, limit)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not KEY=VALUE", remedy="for example gene=ALAS2")
    return key, value


@click.command()
@click.argument("query")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True,
              help="Seconds that the query may take.")  # fmt: skip
@click.option("--max-rows", type=click.IntRange(1), help="Stop after so many rows.")
@click.option("--explain", is_flag=True, help="Say how it is answered, part by part, and advise.")
@click.option(
    "--no-rewrite", is_flag=True, help="Follow rdfs:subClassOf* step by step, as written."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*_RESULT_FORMATS, *_GRAPH_FORMATS]),
    help="For SELECT and ASK a table format, json or xml as SPARQL 1.1 has them; for CONSTRUCT"
    " and DESCRIBE an RDF format.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write to a file.")  # fmt: skip
@store_option
def sparql(
    query: str,
    timeout: float,
    max_rows: int | None,
    explain: bool,
    no_rewrite: bool,
    format_name: str | None,
    output: Path | None,
    home: Path | None,
) -> None:
    """Run SPARQL: a text, a file, or - for standard input.

    Prefixes such as biolink:, obo:, omim:, gk: are declared already. The query runs in a process
    of its own; Ctrl-C ends it at once.

    \b
    genekg sparql "SELECT ?gene { ?gene biolink:causes obo:MONDO_0020721 }"
    genekg sparql --explain query.rq
    """
    from genekg import user_sparql

    text = _text(query)
    prepared = user_sparql.ready(text)
    if explain:
        _explain(text, timeout, no_rewrite, format_name, output, home)
        return
    graph_form = prepared.form in ("CONSTRUCT", "DESCRIBE")
    wanted = format_name or ("ttl" if graph_form else "")
    table_format = not graph_form and wanted not in ("json", "xml")
    with opened(home) as kg, _advising(kg, text):
        answer = user_sparql.run(
            kg,
            text,
            format="json" if table_format else wanted,
            deadline=timeout,
            max_rows=max_rows,
            as_written=no_rewrite,
        )
        if not answer.rows:
            _advise(kg, text, empty=True)
    if table_format:
        table = user_sparql.to_table(answer.variables, answer.data)
        emit(table, format_name, output, 1000 if sys.stdout.isatty() else None)
    elif output is not None:
        save(output, answer.data.decode())
    else:
        write_out(answer.data.decode())
    if answer.truncated:
        note(f"Cut at {answer.rows:,} rows; there are more.")


def _explain(
    text: str,
    timeout: float,
    no_rewrite: bool,
    format_name: str | None,
    output: Path | None,
    home: Path | None,
) -> None:
    """Print how a query is answered: the words beside, the parts as a table."""
    from genekg import explaining

    if format_name not in (None, *TABLE_FORMATS):
        raise UsageError(
            f"{format_name} is no format for --explain",
            remedy=f"choose {', '.join(TABLE_FORMATS)}",
        )
    with opened(home) as kg:
        found = explaining.explain(kg, text, deadline=timeout, as_written=no_rewrite)
    for line in explaining.in_words(found):
        note(line)
    emit(found.parts, format_name, output, len(found.parts) or None)


@contextmanager
def _advising(kg: Graph, text: str) -> Iterator[None]:
    """Say what would help a query that runs into a limit."""
    from genekg.errors import QueryLimitError, QueryTimeoutError

    try:
        yield
    except (QueryLimitError, QueryTimeoutError):
        _advise(kg, text, empty=False)
        raise


def _advise(kg: Graph, text: str, *, empty: bool) -> None:
    from genekg import advice, user_sparql

    found = advice.most_useful(advice.advise(kg, user_sparql.ready(text, kg)), empty=empty)
    if found:
        note(f"Advice: {advice.sentence(found)}")


def _text(query: str) -> str:
    """Return the query itself: what - or a file's name stands for is read."""
    if query == "-":
        return sys.stdin.read()
    if len(query.split()) > 1:
        return query
    try:
        return Path(query).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{query[:80]!r} is neither a query nor a file that can be read ({error.strerror})",
            remedy="for example SELECT ?gene { ?gene a biolink:Gene }",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{query} is not UTF-8 text", remedy="save it as UTF-8") from error
