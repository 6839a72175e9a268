"""Commands that find: search, show, why."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genekg.cli.output import (
    emit,
    note,
    opened,
    records,
    store_option,
    table_options,
    write_out,
)
from genekg.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from genekg.cards import Card

_NAMES = 8
_KINDS = {
    "condition": "condition",
    "gene": "gene",
    "enzyme": "enzyme",
    "symptom": "symptom",
    "phenotype": "symptom",
    "mode": "inheritance mode",
}


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(list(_KINDS)), multiple=True, help="Only this kind.")
@table_options
@store_option
def search(
    text: tuple[str, ...],
    kind: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Find entities by name, synonym, lay word, symbol or id.

    \b
    genekg search looks pale
    genekg search ALAS2
    """
    from genekg import search as searching

    words = " ".join(text).strip()
    if not words:
        raise UsageError("there is nothing to search for", remedy="give a name, symbol or id")
    kinds = {_KINDS[name] for name in kind}
    with opened(home) as kg:
        table = searching.find(kg, words, kinds=kinds, limit=limit or 20)
        meant = searching.correct(kg, words)
        if meant and not len(table):
            table = searching.find(kg, meant, kinds=kinds, limit=limit or 20)
    if meant:
        note(f"Did you mean {meant!r}?")
    if not len(table):
        raise NotFoundError(f"nothing is named like {words!r}")
    emit(table, format_name, output, limit)


@click.command()
@click.argument("entity", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
@store_option
def show(entity: tuple[str, ...], as_json: bool, home: Path | None) -> None:
    """Show everything known of a condition, gene, enzyme, symptom or inheritance mode.

    \b
    genekg show "X-linked sideroblastic anemia"
    genekg show ORPHA:75563
    """
    with opened(home) as kg:
        card = kg.show(" ".join(entity))
    if as_json:
        write_out(json.dumps(card.as_dict(), ensure_ascii=False, indent=1) + "\n")
        return
    _print_card(card)


def _print_card(card: Card) -> None:
    from genekg.cards import DISCLAIMER, footnotes

    if card.note:
        note(f"{card.note}; this is its replacement.")
    click.secho(f"{card.entity.label}  {card.entity.id}  ({card.entity.kind})", bold=True)
    names = "; ".join(card.names[:_NAMES])
    if len(card.names) > _NAMES:
        names += f"; and {len(card.names) - _NAMES} more (--json lists them)"
    for heading, values in (
        ("Ids: ", "  ".join(card.ids)),
        ("Also: ", names),
        ("", card.definition),
    ):
        if values:
            click.echo(f"{heading}{values}")
    if not sys.stdout.isatty():
        for section in card.sections:
            click.echo(f"\n## {section.title}")
            emit(section.table, "tsv")
    else:
        numbered, sources = footnotes(card)
        for section in numbered:
            emit(section.table, "table", limit=1000, title=section.title)
        click.secho("Sources", bold=True)
        for number, source in enumerate(sources, start=1):
            click.echo(f" {number:>2}  {source}")
    click.echo(f"\n{DISCLAIMER}")


@click.command()
@click.argument("subject")
@click.argument("predicate", required=False)
@click.argument("object", required=False)
@table_options
@store_option
def why(
    subject: str,
    predicate: str | None,
    object: str | None,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show who says a statement: source, release, evidence, references, licence.

    SUBJECT and OBJECT are ids, names or symbols; PREDICATE is any part of a predicate's name.

    \b
    genekg why ALAS2 causes
    genekg why OMIM:300751 inheritance
    genekg why "X-linked sideroblastic anemia" symptom Pallor
    """
    from genekg import associations
    from genekg import search as searching
    from genekg.nodes import node

    with opened(home) as kg:
        start = node(searching.resolve(kg, subject).id)
        target = node(searching.resolve(kg, object).id) if object else None
        table = associations.why(kg, start, predicate, target)
    if not len(table):
        raise NotFoundError(
            "no source states that", remedy=f"`genekg why {subject}` shows all that is stated"
        )
    if output is None and format_name is None and sys.stdout.isatty():
        records(table, limit or 10)
    else:
        emit(table, format_name, output, limit)
