"""Commands that compare: conflicts within a graph, differences between two."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from genekg.cli.output import PLACE, emit, note, opened, records, store_option, table_options

_KINDS = ("modes", "chromosomes", "excluded", "sexes", "disputed", "onsets")


@click.command()
@click.option("--kind", type=click.Choice(_KINDS), multiple=True, help="Only this kind.")
@table_options
@store_option
def conflicts(
    kind: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show where sources disagree: two statements that cannot both be right, side by side.

    Modes of inheritance that exclude each other; a mode against the gene's chromosome; a symptom
    that one has and another excludes; a symptom given to the wrong sex; a gene that a panel
    disputes; ages of onset that do not meet. The weightier evidence comes first.
    """
    from genekg import conflicts as disagreements

    with opened(home) as kg:
        table = disagreements.find(kg, kinds=kind)
    if output is None and format_name is None and sys.stdout.isatty():
        records(table, limit or 10)
    else:
        emit(table, format_name, output, limit)
    note(f"{len(table):,} conflicts.")


@click.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@click.option("--summary", is_flag=True, help="Only how many of each kind.")
@table_options
def diff(
    old: Path,
    new: Path,
    summary: bool,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
) -> None:
    """Show what changed between the graphs of two stores, folders or endpoints, by meaning.

    Conditions gained, lost, merged and split; modes, genes, symptoms, onset and course gained and
    lost, by condition.

    \b
    genekg build --store 2024 --source hpo=2024/hp.obo --source hpo-annotations=2024/phenotype.hpoa
    genekg diff 2024 2025 -o changes.tsv
    """
    from genekg import differences

    with opened(old) as before, opened(new) as after:
        table = differences.compare(before, after)
    counts = differences.summary(table)
    emit(counts if summary else table, format_name, output, limit)
    if not summary:
        note("; ".join(f"{what} {change} {number:,}" for what, change, number in counts))
