"""The command line. A command reads its input, calls one function, and prints.

Commands are loaded when they are run: ``genekg -h`` imports click alone.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from genekg import __version__
from genekg.errors import GenekgError

# name: module of genekg.cli, and what it does in one line
COMMANDS = {
    "ask": ("asking", "Answer a question in plain words."),
    "bench": ("matching", "Measure how well matching ranks published cases."),
    "build": ("building", "Build the graph and publish it."),
    "central": ("analysing", "Show what much of the graph leads to, beside chance."),
    "clusters": ("analysing", "Show conditions or genes that share more than others do."),
    "compare": ("matching", "Show the symptoms of two conditions, or sets, side by side."),
    "conflicts": ("comparing", "Show where sources disagree, side by side."),
    "diff": ("comparing", "Show what changed between two builds, by meaning."),
    "enrich": ("analysing", "Show sets that hold more of some genes or symptoms than chance."),
    "export": ("exporting", "Write the graph, or what surrounds one entity, to a file."),
    "fetch": ("fetching", "Fetch sources' official files, or learn that yours are current."),
    "info": ("building", "Say what is in the graph: sources, versions, licences, counts."),
    "ingest": ("ingesting", "Read pages about conditions, each statement with its sentence."),
    "match": ("matching", "Rank conditions by a patient's symptoms, with reasons."),
    "neighbors": ("walking", "Show what is near an entity, and how it is reached."),
    "next": ("matching", "Say which symptom to look for next, and why."),
    "path": ("walking", "Show how two entities hang together, the telling ways first."),
    "publish": ("publishing", "Load the graph into a SPARQL engine, such as Virtuoso."),
    "queries": ("asking", "List the named questions."),
    "query": ("asking", "Answer a named question."),
    "search": ("finding", "Find entities by name, synonym, lay word, symbol or id."),
    "serve": ("serving", "Serve the graph over HTTP: SPARQL, entities, named questions."),
    "show": ("finding", "Show everything known of one entity."),
    "similar": ("matching", "Show the conditions most like one."),
    "sources": ("fetching", "List the sources: version, licence, state, file."),
    "sparql": ("asking", "Run SPARQL: a text, a file, or - for standard input."),
    "subgraph": ("walking", "Show what connects several entities."),
    "verify": ("building", "Check that the graph is what was published."),
    "why": ("finding", "Show who says a statement, where, and on what evidence."),
}
_EPILOG = "For research, not for diagnosis or care. `genekg COMMAND -h` says more of each."


class _Commands(click.Group):
    """A group whose commands are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"genekg.cli.{COMMANDS[cmd_name][0]}")
        name = f"{cmd_name}_" if cmd_name == "next" else cmd_name
        command: click.Command = getattr(module, name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            ctx.fail(f"no command named {args[0]!r}; {hint}`genekg -h` lists them.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.version_option(__version__, prog_name="genekg")
def cli() -> None:
    """A knowledge graph of genetic conditions on your own machine.

    \b
    genekg ask "conditions with X-linked inheritance"
    genekg show "X-linked sideroblastic anemia"
    genekg why ALAS2 causes
    """


def main() -> None:
    """Run the command line.

    It ends with 0 done, 1 a fault, 2 wrong usage, 3 nothing found, 130 interrupted, 141 when
    whoever read its output has gone.
    """
    try:
        code = cli.main(standalone_mode=False)
    except GenekgError as error:
        click.echo(f"Error: {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        code = 130
    except (BrokenPipeError, SystemExit):
        # The reader has gone (`| head`), which click turns into SystemExit: say nothing, and end
        # as a program does that the system ends for it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        code = 128 + 13
    sys.exit(code if isinstance(code, int) else 0)
