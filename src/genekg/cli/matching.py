"""Commands that match symptoms to conditions, and compare conditions: match, next, bench, …"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from genekg.cli.output import emit, note, opened, store_option, table_options
from genekg.errors import SourceError, UsageError

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.matching.patients import Patient

_Command = TypeVar("_Command", bound=Callable[..., Any])
_UNKNOWN = "Research only: a ranking of what is annotated, not a diagnosis."


def _patient_options(command: _Command) -> _Command:
    """Add the options that describe a patient."""
    for option in (
        click.option("--note", "text", metavar="TEXT|FILE|-", help="A clinical note."),
        click.option("--age", default="", help="Age now: years, or ISO 8601 (P3Y6M)."),
        click.option("--inheritance", multiple=True, help="What the family suggests."),
        click.option(
            "--sex", type=click.Choice(["male", "female"]), help="The patient's sex, if known."
        ),
        click.option("--onset", default="", help="Years, ISO 8601 (P3Y6M), or childhood, …"),
        click.option("--not", "excluded", multiple=True, metavar="SYMPTOM", help="Not there."),
        click.option("--has", "present", multiple=True, metavar="SYMPTOM", help="There."),
    ):
        command = option(command)
    return command


@click.command()
@_patient_options
@click.option(
    "--phenopacket",
    type=click.Path(path_type=Path, exists=True),
    help="A GA4GH phenopacket; a folder or archive of them gives the best of each.",
)
@click.option("--explain", type=click.IntRange(0), default=1, help="Explain so many; 1 unless 0.")
@table_options
@store_option
def match(
    present: tuple[str, ...],
    excluded: tuple[str, ...],
    onset: str,
    sex: str | None,
    inheritance: tuple[str, ...],
    age: str,
    text: str | None,
    phenopacket: Path | None,
    explain: int,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Rank conditions by a patient's symptoms, and say what each symptom contributes.

    Symptoms are ids, names, or lay words. A symptom given with --not is never counted as there.
    The likelihood ratio is against a condition typical for these findings; the posterior counts
    that the condition may not be in the graph.

    In a phenopacket an absent symptom also says that there was reason to look for it, which speaks
    for conditions of which anything is said of it; given with --not it only speaks against.

    \b
    genekg match --has "sideroblastic anemia" --has HP:0001935 --not "hearing impairment" --sex male
    genekg match --phenopacket case.json
    genekg match --note "She has pale skin and seizures, but no hearing loss." --explain 2
    """
    from genekg import consultation

    with opened(home) as kg:
        if phenopacket is not None:
            if present or excluded or text:
                raise UsageError(
                    "--phenopacket together with symptoms", remedy="give the one or the others"
                )
            table, why = consultation.match_cases(kg, phenopacket, limit=limit or 10)
        else:
            patient = _patient(kg, present, excluded, onset, sex, age, inheritance, text)
            ranking = kg.matcher.rank(patient)
            table = consultation.ranked(kg, patient, ranking, limit=limit or 10)
            why = consultation.explain(kg, patient, ranking, limit=explain)
    emit(table, format_name, output, None)
    if explain and len(why) and output is None and format_name is None and sys.stdout.isatty():
        emit(why, None, None, len(why), title="What each finding says")
    note(_UNKNOWN)


def _patient(
    kg: Graph,
    present: tuple[str, ...],
    excluded: tuple[str, ...],
    onset: str,
    sex: str | None,
    age: str,
    inheritance: tuple[str, ...],
    text: str | None,
) -> Patient:
    from genekg import consultation

    if text is not None:
        stated, denied = consultation.from_note(kg, _read(text))
        names = kg.matcher.profiles.names["term_labels"]
        numbers = kg.matcher.profiles.term_numbers
        for words, terms in (("there", stated), ("not there", denied)):
            shown = ", ".join(f"{names[numbers[term]]} ({term})" for term in terms)
            note(f"From the note, {words}: {shown or 'nothing'}.")
        given = set(excluded) | set(present)
        present += tuple(term for term in stated if term not in given)
        excluded += tuple(term for term in denied if term not in given)
    return consultation.patient(
        kg,
        present,
        excluded,
        onset=onset,
        sex=sex or "",  # type: ignore[arg-type]
        age=age,
        inheritance=inheritance,
    )


def _read(text: str) -> str:
    """Return a note: of standard input, of a file of that name, or the text itself."""
    if text == "-":
        return sys.stdin.read()
    try:
        path = Path(text)
        if not path.is_file():
            return text
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(Path(text), None, "not UTF-8 text") from error
    except OSError:
        return text


@click.command("next")
@_patient_options
@table_options
@store_option
def next_(
    present: tuple[str, ...],
    excluded: tuple[str, ...],
    onset: str,
    sex: str | None,
    inheritance: tuple[str, ...],
    age: str,
    text: str | None,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Say what to look for next: the symptoms that would tell the best conditions apart.

    Information is what the answer is expected to tell of the ranking, in bits; beside it stand
    those of the first ten conditions that mostly have the symptom, and those that do not.

    \b
    genekg next --has "sideroblastic anemia" --has ataxia
    """
    from genekg import consultation

    with opened(home) as kg:
        patient = _patient(kg, present, excluded, onset, sex, age, inheritance, text)
        table = consultation.ask_next(kg, patient, limit=limit or 10)
    emit(table, format_name, output, None)


@click.command()
@click.argument("condition")
@click.option(
    "--by",
    type=click.Choice(["symptoms", "gene", "enzyme", "pathway"]),
    default="symptoms",
    show_default=True,
    help="What conditions are to have in common.",
)
@click.option(
    "--measure",
    type=click.Choice(["resnik", "lin", "jiang-conrath", "jaccard"]),
    default="resnik",
    show_default=True,
    help="Of symptoms; the best-match average of both directions.",
)
@table_options
@store_option
def similar(
    condition: str,
    by: str,
    measure: str,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show the conditions most like one, with what both have and what only one has.

    \b
    genekg similar "X-linked sideroblastic anemia"
    genekg similar OMIM:300751 --by gene
    """
    from genekg import comparison

    with opened(home) as kg:
        table = comparison.similar(kg, condition, by=by, measure=measure, limit=limit or 20)
    emit(table, format_name, output, None)


@click.command()
@click.argument("conditions", nargs=-1, required=True)
@click.option("--with", "others", multiple=True, metavar="CONDITION", help="Of the other set.")
@table_options
@store_option
def compare(
    conditions: tuple[str, ...],
    others: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show the symptoms of two conditions side by side, or by what two sets differ.

    Contradicting, shared, close by a common ancestor, only in one; with frequency, source and
    papers of each.

    \b
    genekg compare "X-linked sideroblastic anemia" OMIM:300752
    genekg compare OMIM:300751 OMIM:205950 --with OMIM:263700 --with OMIM:176000
    """
    from genekg import comparison

    if not others and len(conditions) != 2:
        raise UsageError(
            f"{len(conditions)} conditions", remedy="name two, or a set and another with --with"
        )
    with opened(home) as kg:
        if others:
            table = comparison.compare_sets(kg, conditions, others)
        else:
            table = comparison.compare(kg, *conditions)
    emit(table, format_name, output, limit)


@click.command()
@click.argument("cases", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--mode", "modes", multiple=True, help="Only this mode: i, ii, iii, iv, iii-patients."
)
@click.option("--parts", is_flag=True, help="Also by number of symptoms and by organ system.")
@click.option(
    "--plain-absence", is_flag=True, help="Absent symptoms speak against only, as in match --not."
)
@click.option("--ranks", is_flag=True, help="The rank of every case, in place of the figures.")
@table_options
@store_option
def bench(
    cases: Path,
    modes: tuple[str, ...],
    parts: bool,
    plain_absence: bool,
    ranks: bool,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Measure how well matching ranks published cases: phenopackets with a known diagnosis.

    A file, folder or archive. Modes: i as it is; ii with every annotation withheld that cites the
    case's own paper; iii the same with sources merged; iv the same with cases of conditions that
    the release does not know, as misses; iii-patients as iii, but of annotations that pool several
    papers only the own paper's patients are withheld. More than half of published cases come from a
    paper that HPO cites for that very condition, so that i flatters.

    \b
    genekg bench phenopackets/ --mode iii
    """
    from genekg import casebench
    from genekg.cli.progress import building
    from genekg.matching import scoring

    with opened(home) as kg, building() as report:
        weights = scoring.WEIGHTS if plain_absence else scoring.REPORTED
        names = modes or tuple(casebench.MODES)
        runs = casebench.run(kg, cases, names, weights=weights, progress=report)
    table = casebench.ranks(runs) if ranks else casebench.summary(runs, parts=parts)
    emit(table, format_name, output, limit)
    for run in runs:
        unknown = sum(not one.rank for one in run.results)
        note(
            f"{run.mode.name}: {run.mode.about}; {len(run.results):,} cases,"
            f" {unknown:,} of conditions without a symptom in the release."
        )
