"""Figures of what stands around an entity: DOT for Graphviz, and SVG drawn here.

The entity stands in the middle, what points at it on the left, what it points at on the right,
in groups by relation. A group shows its first members, and says how many more there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape

from genekg import neighbourhoods
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.exports.output import write_all
from genekg.exports.selecting import Selection, relations
from genekg.labels import CONDITION, ENZYME, GENE, MODE, PROCESS, PROTEIN, SYMPTOM, Entity
from genekg.neighbourhoods import Neighbourhood

if TYPE_CHECKING:
    from genekg.graph import Graph

SHOWN = 18
_COLOURS = {
    CONDITION: "#d8e6f3", GENE: "#dcefd8", PROTEIN: "#e6f2d0", ENZYME: "#f6ecc8",
    SYMPTOM: "#f7dfd6", MODE: "#e5dcf0", PROCESS: "#d5eeea",
}  # fmt: skip
_OTHER = "#ececec"
_ROW, _BOX, _GAP, _WIDTH, _COLUMN = 26, 20, 22, 250, 330


@dataclass(frozen=True, slots=True)
class Group:
    """The members that stand in one relation to the entity, at one side of it."""

    relation: str
    arriving: bool
    absent: bool
    members: tuple[Entity, ...]
    more: int

    @property
    def title(self) -> str:
        """The relation in words, as it is read from the entity's side."""
        return f"{self.relation} (this)" if self.arriving else self.relation


def groups(graph: Graph, chosen: Selection) -> tuple[Entity, list[Group]]:
    """Return the entity and the groups around it, in the order of relations.

    Raises:
        UsageError: no entity is chosen.
    """
    centre = chosen.entity
    if centre is None:
        raise UsageError(
            "a figure is of one entity", remedy="name it: genekg export ALAS2 -o a.svg"
        )
    found, edges = relations(graph, chosen)
    entities = {entity.number: entity for entity in found}
    members: dict[tuple[int, str, bool, bool], dict[int, None]] = {}
    order = list(neighbourhoods.RELATION_LABELS)
    for edge in edges:
        arriving = edge.object == centre.number
        if not arriving and edge.subject != centre.number:
            continue
        label = neighbourhoods.RELATION_LABELS[edge.predicate]
        absent = edge.predicate == v.LACKS_PHENOTYPE
        key = (order.index(edge.predicate), label, arriving, absent)
        members.setdefault(key, {})[edge.subject if arriving else edge.object] = None
    result = []
    for (_place, label, arriving, absent), numbers in sorted(members.items()):
        named = sorted((entities[n] for n in numbers), key=lambda e: (e.label.casefold(), e.id))
        result.append(
            Group(label, arriving, absent, tuple(named[:SHOWN]), max(0, len(named) - SHOWN))
        )
    return centre, result


_DOT_HEAD = (
    "digraph genekg {",
    '  graph [rankdir=LR, fontname="Helvetica"];',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=9, color="#777777"];',
)


def _dot_node(entity: Entity, *, first: bool) -> str:
    colour = _COLOURS.get(entity.kind, _OTHER)
    width = ", penwidth=2" if first else ""
    return (
        f"  {_quoted(entity.id)} [label={_quoted(entity.label)}, tooltip={_quoted(entity.id)},"
        f' fillcolor="{colour}"{width}];'
    )


def _dot_of_part(part: Neighbourhood) -> str:
    """Return a part of the graph in DOT: all of its entities and relations."""
    ids = {entity.number: _quoted(entity.id) for entity in part.entities}
    lines = [*_DOT_HEAD, *(_dot_node(one, first=one == part.centre) for one in part.entities)]
    for edge in part.edges:
        label = _quoted(neighbourhoods.RELATION_LABELS[edge.predicate])
        lines.append(f"  {ids[edge.subject]} -> {ids[edge.object]} [label={label}];")
    return "\n".join([*lines, "}"]) + "\n"


def write_dot(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write the figure in the DOT language (https://graphviz.org/doc/info/lang.html)."""
    if chosen.part is not None:
        write_all(output, _dot_of_part(chosen.part).encode())
        return
    centre, around = groups(graph, chosen)
    drawn = {centre.id: centre} | {one.id: one for group in around for one in group.members}
    lines = [*_DOT_HEAD, *(_dot_node(one, first=one.id == centre.id) for one in drawn.values())]
    for number, group in enumerate(around):
        names = [one.id for one in group.members]
        if group.more:
            names.append(f"more {number}")
            lines.append(f'  "more {number}" [label="and {group.more:,} more", style=dashed];')
        style = ", style=dashed" if group.absent else ""
        for name in names:
            ends = (name, centre.id) if group.arriving else (centre.id, name)
            lines.append(
                f"  {_quoted(ends[0])} -> {_quoted(ends[1])}"
                f" [label={_quoted(group.relation)}{style}];"
            )
    write_all(output, ("\n".join([*lines, "}"]) + "\n").encode())


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def write_svg(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write the figure as SVG 1.1, with a title and a description for those who cannot see it."""
    centre, around = groups(graph, chosen)
    left = [group for group in around if group.arriving]
    right = [group for group in around if not group.arriving]
    height = max(_height(left), _height(right), 120)
    middle = height / 2
    width = 2 * _COLUMN + _WIDTH + 40
    centre_x = 20 + _COLUMN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}"'
        f' viewBox="0 0 {width} {height:.0f}" role="img" font-family="Helvetica, Arial,'
        ' sans-serif" font-size="12">',
        f"<title>{escape(centre.label)} ({escape(centre.id)})</title>",
        f"<desc>{escape(_described(centre, around))}</desc>",
        f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    lines: list[str] = []
    boxes: list[str] = []
    for side, x in ((left, 20.0), (right, 20.0 + _COLUMN + _WIDTH + _COLUMN - _WIDTH)):
        y = (height - _height(side)) / 2
        for group in side:
            boxes.append(
                f'<text x="{x:.0f}" y="{y + 12:.0f}" font-size="11" fill="#555555"'
                f' font-style="italic">{escape(group.title)}</text>'
            )
            y += _BOX
            dash = ' stroke-dasharray="4 3"' if group.absent else ""
            for one in group.members:
                boxes.append(_box(one, x, y, dash))
                lines.append(_line(x, y + _BOX / 2, centre_x, middle, dash, left=side is left))
                y += _ROW
            if group.more:
                boxes.append(
                    f'<text x="{x + 8:.0f}" y="{y + 14:.0f}" fill="#555555">'
                    f"and {group.more:,} more</text>"
                )
                y += _ROW
            y += _GAP
    boxes.append(_box(centre, centre_x, middle - _BOX / 2, "", weight="2"))
    note = "For research, not for diagnosis or care. Dashed: excluded."
    parts += [*lines, *boxes]
    parts.append(f'<text x="20" y="{height - 8:.0f}" font-size="10" fill="#777777">{note}</text>')
    write_all(output, ("\n".join([*parts, "</svg>"]) + "\n").encode())


def _height(side: list[Group]) -> float:
    rows = sum(len(group.members) + bool(group.more) for group in side)
    return rows * _ROW + len(side) * (_BOX + _GAP) + 60


def _box(one: Entity, x: float, y: float, dash: str, *, weight: str = "1") -> str:
    colour = _COLOURS.get(one.kind, _OTHER)
    text = escape(shorten(one.label, 40, placeholder=" …"))
    return (
        f"<g><title>{escape(one.label)} ({escape(one.id)}, {one.kind})</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_WIDTH}" height="{_BOX}" rx="5" fill="{colour}"'
        f' stroke="#666666" stroke-width="{weight}"{dash}/>'
        f'<text x="{x + 8:.0f}" y="{y + 14:.0f}" fill="#1a1a1a">{text}</text></g>'
    )


def _line(x: float, y: float, centre_x: float, middle: float, dash: str, *, left: bool) -> str:
    start, end = (x + _WIDTH, centre_x) if left else (x, centre_x + _WIDTH)
    bend = (start + end) / 2
    return (
        f'<path d="M {start:.0f} {y:.0f} C {bend:.0f} {y:.0f} {bend:.0f} {middle:.0f}'
        f' {end:.0f} {middle:.0f}" fill="none" stroke="#aaaaaa"{dash}/>'
    )


def _described(centre: Entity, around: list[Group]) -> str:
    said = [
        f"{group.title}: {', '.join(one.label for one in group.members)}"
        + (f" and {group.more:,} more" if group.more else "")
        for group in around
    ]
    return f"{centre.label}. " + ". ".join(said)
