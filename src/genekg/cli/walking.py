"""Commands that walk the graph: neighbors, path, subgraph."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from genekg import tables
from genekg.cli.output import FORMATS as TABLES
from genekg.cli.output import emit, note, opened, save, store_option, write_out
from genekg.cli.progress import building
from genekg.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.labels import Entity
    from genekg.neighbourhoods import Neighbourhood
    from genekg.tables import Table
    from genekg.traversal import Rules

_Command = TypeVar("_Command", bound=Callable[..., Any])

GRAPHS = ("graphml", "gexf", "node-link", "cytoscape", "dot", "ttl", "nt", "jsonld")
_ENDINGS = {f".{name}": name for name in GRAPHS} | {
    ".node-link.json": "node-link", ".cyjs": "cytoscape",
}  # fmt: skip
_TEXTS = ("words", "tree")


def _printing(*texts: str) -> Callable[[_Command], _Command]:
    """Add ``--format`` with texts, tables and graphs, and ``-o``."""

    def add(command: _Command) -> _Command:
        command = click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Write to a file; its ending chooses the format.",
        )(command)
        return click.option(
            "--format",
            "format_name",
            type=click.Choice((*texts, *TABLES, *GRAPHS)),
            help="On a terminal the first of these, in a pipe tsv, unless given.",
        )(command)

    return add


def _walking(command: _Command) -> _Command:
    """Add the options that say what may be walked."""
    for option in (
        click.option("--avoid", multiple=True, metavar="ENTITY", help="Not through this one."),
        click.option(
            "--through",
            multiple=True,
            metavar="KIND",
            help="Through these too: mode, term, protein are reached, else not walked through.",
        ),
        click.option(
            "--via", multiple=True, metavar="RELATION", help="Only by this relation; repeatable."
        ),
    ):
        command = option(command)
    return command


def _rules(
    kg: Graph,
    via: tuple[str, ...],
    through: tuple[str, ...] = (),
    avoid: tuple[str, ...] = (),
    *,
    plain: bool = False,
) -> Rules:
    from genekg import ends, relations
    from genekg.traversal import Rules

    return Rules(
        via=relations.walked(via),
        through=tuple(map(ends.kind, through)),
        avoid=tuple(ends.one(kg, name).number for name in avoid),
        plain=plain,
    )


def _chosen(texts: tuple[str, ...], format_name: str | None, output: Path | None) -> str:
    """Return the format: given, by the file's ending, or what suits where it goes."""
    if format_name:
        return format_name
    if output is None:
        return texts[0] if sys.stdout.isatty() else "tsv"
    for ending, name in _ENDINGS.items():
        if output.name.endswith(ending):
            return name
    if output.suffix == ".txt":
        return next(text for text in texts if text in _TEXTS)
    if (ending := output.suffix.removeprefix(".")) in tables.FORMATS:
        return ending
    raise UsageError(
        f"{output.name} ends in no format of an answer",
        remedy=f"end it in .txt, {', '.join(_ENDINGS)}, .{', .'.join(tables.FORMATS)},"
        " or say --format",
    )


def _print(
    kg: Graph,
    name: str,
    output: Path | None,
    table: Table,
    texts: dict[str, Callable[[], str]],
    graph: Callable[[], Neighbourhood],
) -> None:
    """Print an answer as a text, a table or a graph, or write it to a file."""
    if name in texts:
        if output is None:
            write_out(texts[name]())
        else:
            save(output, texts[name]())
            note(f"{len(table):,} rows written to {output} as {name}")
    elif name in GRAPHS:
        from genekg import exports

        part = graph()
        exports.named(name).write(
            kg, output or sys.stdout.buffer, exports.Selection(part.centre, part=part)
        )
        if output is not None:
            note(f"{len(part.entities):,} nodes and {len(part.edges):,} edges written to {output}")
    else:
        emit(table, name, output)


@click.command()
@click.argument("entity")
@click.option("--depth", type=click.IntRange(1, 8), default=1, show_default=True, help="Steps.")
@click.option("--type", "kinds", multiple=True, metavar="KIND", help="Only these: gene, symptom …")
@click.option("--limit", type=click.IntRange(1), help="At most so many, the nearest.")
@_walking
@_printing("table", "tree")
@store_option
def neighbors(
    entity: str,
    depth: int,
    kinds: tuple[str, ...],
    limit: int | None,
    via: tuple[str, ...],
    through: tuple[str, ...],
    avoid: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    home: Path | None,
) -> None:
    """Show what is within so many relations of an entity, and how each is reached.

    ENTITY is an id, name or symbol. What a condition lacks is not near it. Inheritance modes,
    onsets and symptoms of very many conditions are reached, but not walked through.

    \b
    genekg neighbors ALAS2
    genekg neighbors ALAS2 --depth 2 --type condition
    genekg neighbors "Marfan syndrome" --via "has symptom" --format tree
    """
    from genekg import ends, narration, traversal

    with opened(home) as kg:
        named, said = ends.entities(kg, (entity,))
        for text in said:
            note(text)
        centre = named[0] if len(named) == 1 else ends.one(kg, entity)
        found = traversal.neighbours(
            kg,
            centre,
            depth=depth,
            rules=_rules(kg, via, through, avoid),
            kinds=tuple(map(ends.kind, kinds)),
            limit=limit,
        )
        if not found:
            raise NotFoundError(f"nothing is near {centre.label} ({centre.id}) that way")
        name = _chosen(("table", "tree"), format_name, output)
        _print(
            kg,
            name,
            output,
            narration.near_table(kg, found),
            {"tree": lambda: narration.near_tree(centre, found)},
            lambda: traversal.surroundings(centre, found),
        )


@click.command()
@click.argument("start", required=False)
@click.argument("end", required=False)
@click.option("--from", "more_starts", multiple=True, metavar="ENTITY", help="Or from here.")
@click.option("--to", "more_ends", multiple=True, metavar="ENTITY", help="Or to here.")
@click.option("--k", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many.")
@click.option(
    "--max-length", type=click.IntRange(1, 8), default=4, show_default=True, help="Steps at most."
)
@click.option("--plain", is_flag=True, help="By the fewest steps, through anything.")
@click.option(
    "--metapath",
    metavar="KINDS",
    help="Only by these kinds, such as condition<gene>enzyme; one end or both may be left out.",
)
@_walking
@_printing("words", "tree")
@store_option
def path(
    start: str | None,
    end: str | None,
    more_starts: tuple[str, ...],
    more_ends: tuple[str, ...],
    k: int,
    max_length: int,
    plain: bool,
    metapath: str | None,
    via: tuple[str, ...],
    through: tuple[str, ...],
    avoid: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    home: Path | None,
) -> None:
    """Show how two entities hang together, the way that says most first.

    START and END are ids, names or symbols; several joined by commas; KIND:name for one of a
    kind; or @FILE, one a line. A way scores by how little else there was to take at each step; p
    says how often chance gives two entities of such degrees as much by ways like it.

    A metapath is kinds with an arrow between each two, from the subject of a relation to its
    object, with relations in brackets where only these are meant: gene>[causes]condition.

    \b
    genekg path "X-linked sideroblastic anemia" "X-linked protoporphyria"
    genekg path ALAS2 "iron overload"
    genekg path "Marfan syndrome" FGFR3 --plain --k 1
    genekg path --metapath "condition<gene>enzyme<gene>condition"
    genekg path "Marfan syndrome" --metapath "condition>symptom<condition"
    """
    from genekg import ends, narration, significance, traversal

    first = (start, *more_starts) if start is not None else more_starts
    last = (end, *more_ends) if end is not None else more_ends
    if metapath is None and not (first and last):
        raise UsageError(
            "a path has two ends", remedy="name both, or say --metapath; `genekg path -h` has more"
        )
    with opened(home) as kg:
        starts, said = ends.entities(kg, first)
        targets, said_too = ends.entities(kg, last)
        for text in (*said, *said_too):
            note(text)
        if metapath is not None:
            _by_metapath(kg, metapath, starts, targets, k, format_name, output)
            return
        if not plain:
            with building() as report:
                significance.prepare(kg, progress=report)
        found = traversal.paths(
            kg,
            starts,
            targets,
            k=k,
            max_length=max_length,
            rules=_rules(kg, via, through, avoid, plain=plain),
        )
        if not found:
            raise NotFoundError(
                f"no way of {max_length} steps or fewer from {start} to {end}",
                remedy="--max-length allows more; --plain or --through walks through more",
            )
        name = _chosen(_TEXTS, format_name, output)
        _print(
            kg,
            name,
            output,
            narration.path_table(kg, found),
            {
                "words": lambda: narration.told(kg, found),
                "tree": lambda: narration.path_tree(found),
            },
            lambda: traversal.union(found),
        )


def _by_metapath(
    kg: Graph,
    text: str,
    starts: list[Entity],
    targets: list[Entity],
    k: int,
    format_name: str | None,
    output: Path | None,
) -> None:
    """Print what a metapath counts, and its best paths."""
    from genekg import metapaths, narration, notation, significance, traversal

    metapath = notation.parse(text)
    with building() as report:
        significance.prepare(kg, [metapath], progress=report)
    found = metapaths.ask(kg, metapath, starts, targets, most=k)
    note(found.summary)
    paths = metapaths.paths_of(kg, metapath, found.best)
    if not paths:
        raise NotFoundError(f"no path {metapath} is there")
    if found.pairs and format_name is None and output is None and sys.stdout.isatty():
        emit(narration.pair_table(kg, metapath, found.pairs), "table")
        return
    pairs = narration.pair_table(kg, metapath, found.pairs)
    _print(
        kg,
        _chosen(_TEXTS, format_name, output),
        output,
        pairs if found.pairs else narration.path_table(kg, paths),
        {
            "words": lambda: narration.told(kg, paths),
            "tree": lambda: narration.path_tree(paths),
        },
        lambda: traversal.union(paths),
    )


@click.command()
@click.argument("entity", nargs=-1, required=True)
@click.option("--k", type=click.IntRange(1, 20), default=1, show_default=True, help="Ways a pair.")
@click.option(
    "--max-length", type=click.IntRange(1, 8), default=4, show_default=True, help="Steps at most."
)
@_walking
@_printing("table", "tree")
@store_option
def subgraph(
    entity: tuple[str, ...],
    k: int,
    max_length: int,
    via: tuple[str, ...],
    through: tuple[str, ...],
    avoid: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    home: Path | None,
) -> None:
    """Show what connects several entities: the best ways between each two, in one.

    \b
    genekg subgraph ALAS2 FECH UROD
    genekg subgraph ALAS2 FECH "Skin photosensitivity" -o porphyria.graphml
    """
    from genekg import ends, narration, traversal

    with opened(home) as kg:
        named, said = ends.entities(kg, entity)
        for text in said:
            note(text)
        joined = traversal.connecting(
            kg, named, k=k, max_length=max_length, rules=_rules(kg, via, through, avoid)
        )
        if not joined.edges:
            raise NotFoundError(
                f"nothing connects them in {max_length} steps", remedy="--max-length allows more"
            )
        if not joined.complete:
            note(f"Some of them are joined by no way of {max_length} steps or fewer.")
        name = _chosen(("table", "tree"), format_name, output)
        _print(
            kg,
            name,
            output,
            narration.relation_table(kg, joined),
            {"tree": lambda: narration.joined_tree(joined)},
            lambda: joined,
        )
