"""SSSOM: which ids name the same condition or gene, and which nearly do, by whom.

Format: https://mapping-commons.github.io/sssom/. The subject is the id that the source maps; the
id that leads its node stands in ``other`` where that is another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import NamedNode

from genekg import prefixes
from genekg import vocabulary as v
from genekg.associations import Association
from genekg.exports.output import Text
from genekg.exports.selecting import Selection, entities, statements

if TYPE_CHECKING:
    from genekg.graph import Graph

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification",
    "mapping_source", "subject_source_version", "other",
)  # fmt: skip
_MATCHES = (v.EXACT_MATCH, v.CLOSE_MATCH, v.BROAD_MATCH, v.NARROW_MATCH)
# No source says how each of its mappings was found; that it publishes them is known.
_JUSTIFICATION = "semapv:UnspecifiedMatching"


def write(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write the mappings of a selection: a head in YAML, as comments, and a table."""
    text = Text(output)
    labels = {entity.id: entity.label for entity in entities(graph, chosen)}
    rows = sorted(set(_rows(graph, chosen, labels)))
    used = {cell.partition(":")[0] for row in rows for cell in (row[0], row[3], row[5])}
    known = prefixes.curie_prefixes()
    text.write("#curie_map:\n")
    for prefix in sorted(used & known.keys()):
        text.write(f'#  {prefix}: "{known[prefix]}"\n')
    text.write(f'#  gk: "{v.GK}"\n')
    build = graph.manifest["digest"]
    text.write(f'#mapping_set_id: "{v.GK}mappings/{build[:16]}"\n')
    text.write('#mapping_set_title: "genekg: ids of one condition or gene"\n')
    text.write(f'#mapping_set_version: "{build[:16]}"\n')
    text.write('#license: "https://w3id.org/sssom/license/unspecified"\n')
    text.write(f'#comment: "Each mapping is under the licence of its source: {_licences(graph)}"\n')
    text.write("\t".join(COLUMNS) + "\n")
    for row in rows:
        text.write("\t".join(row) + "\n")
    text.flush()


def _rows(graph: Graph, chosen: Selection, labels: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for one in statements(graph, chosen):
        if one.predicate in _MATCHES and isinstance(one.object, NamedNode):
            leader = prefixes.shorten(one.subject.value)
            subject = _original(one) or leader
            yield (
                subject,
                " ".join(labels.get(leader, "").split()),
                prefixes.shorten(one.predicate.value),
                prefixes.shorten(one.object.value),
                _JUSTIFICATION,
                "|".join(prefixes.shorten(said.value) for said in one.nodes(v.DERIVED_FROM)),
                "|".join(release.version for release in one.releases),
                "" if subject == leader else f"leader={leader}",
            )


def _original(one: Association) -> str:
    found = one.nodes(v.ORIGINAL_SUBJECT)
    return prefixes.shorten(found[0].value) if found and isinstance(found[0], NamedNode) else ""


def _licences(graph: Graph) -> str:
    return ", ".join(
        f"{source['source']} {source['licence']}" for source in graph.manifest["sources"]
    )
