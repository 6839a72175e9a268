"""Commands that look at the graph as a whole: enrich, central, clusters."""

from __future__ import annotations

from pathlib import Path

import click

from genekg.cli.output import emit, note, opened, store_option, table_options
from genekg.cli.progress import building
from genekg.errors import NotFoundError


@click.command()
@click.argument("entity", nargs=-1, required=True)
@click.option(
    "--by",
    multiple=True,
    metavar="SETS",
    help="process, symptom, condition, gene, enzyme, enzyme class, inheritance mode.",
)
@click.option(
    "--background",
    multiple=True,
    metavar="ENTITY",
    help="What they were chosen from, often @FILE; else all that belong to any such set.",
)
@click.option("--q", "most", type=float, default=0.05, show_default=True, help="Up to this q.")
@table_options
@store_option
def enrich(
    entity: tuple[str, ...],
    by: tuple[str, ...],
    background: tuple[str, ...],
    most: float,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show the sets that hold more of the given genes, symptoms or conditions than chance would.

    By the hypergeometric distribution, adjusted after Benjamini and Hochberg. ENTITY is an id,
    name or symbol; several joined by commas; or @FILE, one a line.

    \b
    genekg enrich FECH ALAS2 UROD UROS HMBS ALAD CPOX PPOX
    genekg enrich @genes.txt --by process --background @measured.txt -o enriched.tsv
    genekg enrich "Abdominal pain" "Cutaneous photosensitivity" Porphyrinuria --by condition
    """
    from genekg import ends, enrichment, memberships

    with opened(home) as kg:
        given, said = ends.entities(kg, entity)
        around, said_too = ends.entities(kg, background)
        for text in (*said, *said_too):
            note(text)
        sets = [memberships.named(text) for text in by]
        every = enrichment.enrich(kg, given, by=sets, background=around)
    found = [one for one in every if one.q <= most]
    if not every:
        raise NotFoundError(
            f"none of the {len(given)}{' in the background' if around else ''} is in such a set",
            remedy="--by names others",
        )
    if not found:
        raise NotFoundError(
            f"no set holds more of the {len(given)} than chance would, up to q {most}; the least q"
            f" is {min(one.q for one in every):.2g}",
            remedy="--q 1 shows all",
        )
    emit(enrichment.table(found), format_name, output, limit)


@click.command()
@click.option("--type", "kinds", multiple=True, metavar="KIND", help="Only these: gene, symptom …")
@click.option("--via", multiple=True, metavar="RELATION", help="Only by this relation.")
@click.option(
    "--permutations",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    help="Graphs with the same degrees that it is set beside; 0 for none.",
)
@table_options
@store_option
def central(
    kinds: tuple[str, ...],
    via: tuple[str, ...],
    permutations: int,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show the entities that much of the graph leads to: PageRank, beside what chance gives.

    \b
    genekg central --type gene
    genekg central --type gene --via "takes part in" --permutations 100
    """
    from genekg import centrality, ends, relations

    with opened(home) as kg, building() as report:
        found = centrality.central(
            kg,
            kinds=tuple(map(ends.kind, kinds)),
            via=relations.walked(via),
            limit=limit or 25,
            permutations=permutations,
            progress=report,
        )
    if not found:
        raise NotFoundError("nothing stands in such a relation")
    emit(centrality.table(found), format_name, output, limit)


@click.command()
@click.option(
    "--by",
    default="symptom",
    show_default=True,
    metavar="SETS",
    help="What they share: symptom, gene, process, enzyme, enzyme class.",
)
@click.option("--of", "of", default="condition", show_default=True, metavar="KIND", help="Or gene.")
@click.option(
    "--permutations",
    type=click.IntRange(0, 1000),
    default=5,
    show_default=True,
    help="Permuted memberships that the modularity is set beside; 0 for none.",
)
@table_options
@store_option
def clusters(
    by: str,
    of: str,
    permutations: int,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    home: Path | None,
) -> None:
    """Show conditions (or genes) that share more with each other than with the rest.

    Communities by the Louvain method, each with what sets it apart, and the modularity of the whole
    beside that of permuted memberships.

    \b
    genekg clusters --by gene
    genekg clusters --by process --of gene -o communities.tsv
    """
    from genekg import communities, ends, memberships

    with opened(home) as kg, building() as report:
        found = communities.communities(
            kg,
            memberships.named(by),
            of=ends.kind(of),
            permutations=permutations,
            progress=report,
        )
    if not found.communities:
        raise NotFoundError(f"no three of them share a {by}")
    emit(communities.table(found), format_name, output, limit)
    beside = ""
    if found.by_chance:
        mean = sum(found.by_chance) / len(found.by_chance)
        beside = f"; by chance {mean:.3f}" + (f", z {found.z:.0f}" if found.z is not None else "")
    note(f"{len(found.communities):,} communities, modularity {found.modularity:.3f}{beside}.")
