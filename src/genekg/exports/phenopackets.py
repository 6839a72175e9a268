"""A phenopacket stub: a case of one condition, to be cut down to what a patient has.

GA4GH Phenopacket Schema 2.0: https://phenopacket-schema.readthedocs.io/. Every symptom of the
condition stands in it once, those that sources only exclude as ``excluded``; the description says
how often each was seen, and by whom.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from pyoxigraph import NamedNode

from genekg import associations, prefixes
from genekg import vocabulary as v
from genekg.associations import Association
from genekg.errors import UsageError
from genekg.exports.output import write_all
from genekg.exports.selecting import Selection
from genekg.labels import CONDITION
from genekg.nodes import node

if TYPE_CHECKING:
    from genekg.graph import Graph

_SYMPTOMS = (v.HAS_PHENOTYPE, v.LACKS_PHENOTYPE)
_EVIDENCE_LABELS = {
    "ECO:0000501": "evidence used in automatic assertion",
    "ECO:0006017": "author statement from published clinical study used in manual assertion",
    "ECO:0000304": "author statement supported by traceable reference used in manual assertion",
}


def write(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write the stub of a condition.

    Raises:
        UsageError: the entity is no condition.
    """
    entity = chosen.entity
    if entity is None or entity.kind != CONDITION:
        what = f"{entity.id} is of the kind {entity.kind}" if entity else "no condition is named"
        raise UsageError(f"a phenopacket is of a condition, and {what}", remedy="name a condition")
    said: dict[str, list[Association]] = {}
    for one in associations.about(graph, node(entity.id), lambda predicate: predicate in _SYMPTOMS):
        if isinstance(one.object, NamedNode):
            said.setdefault(prefixes.shorten(one.object.value), []).append(one)
    content: dict[str, Any] = {
        "id": f"genekg-stub-{entity.id.replace(':', '-')}",
        "subject": {"id": "patient"},
        "phenotypicFeatures": [_feature(graph, term, said[term]) for term in sorted(said)],
        "diseases": [{"term": {"id": entity.id, "label": entity.label}}],
        "metaData": _metadata(graph, entity.id),
    }
    write_all(output, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def _feature(graph: Graph, term: str, said: list[Association]) -> dict[str, Any]:
    """Return a feature: excluded only where nobody says that it occurs."""
    excluded = all(one.negated for one in said)
    kept = [one for one in said if one.negated == excluded]
    feature: dict[str, Any] = {
        "type": {"id": term, "label": associations.label(graph, node(term))},
        "description": "; ".join(sorted({_seen(graph, one) for one in said})),
    }
    if excluded:
        feature["excluded"] = True
    onsets = sorted(
        {prefixes.shorten(o.value) for one in kept for o in one.nodes(v.ONSET_QUALIFIER)}
    )
    if len(onsets) == 1:
        label = associations.label(graph, node(onsets[0]))
        feature["onset"] = {"ontologyClass": {"id": onsets[0], "label": label}}
    if evidence := list(_evidence(kept)):
        feature["evidence"] = evidence
    return feature


def _seen(graph: Graph, one: Association) -> str:
    """Return what one source says of how often: ``3/7 (HPO annotations 2025-01-16)``."""
    words = associations.qualifiers(graph, one).replace("NOT", "excluded").replace("frequency ", "")
    return f"{words} ({one.source})" if words else one.source


def _evidence(said: Iterable[Association]) -> Iterable[dict[str, Any]]:
    found = {
        (prefixes.shorten(code.value), prefixes.shorten(paper.value))
        for one in said
        for code in one.nodes(v.HAS_EVIDENCE)
        for paper in one.nodes(v.PUBLICATIONS)
    }
    for code, paper in sorted(found):
        label = _EVIDENCE_LABELS.get(code, code)
        yield {"evidenceCode": {"id": code, "label": label}, "reference": {"id": paper}}


def _metadata(graph: Graph, condition: str) -> dict[str, Any]:
    """Return who made it, when the graph was built, and the ontologies that it uses."""
    versions = {one["source"]: one["version"] for one in graph.manifest["sources"]}
    namespaces = prefixes.curie_prefixes()
    own = condition.partition(":")[0]
    resources = [("hp", "human phenotype ontology", "HP", versions.get("hpo", "unknown"))]
    if own != "HP":
        resources.append((own.lower(), own, own, versions.get(own.lower(), "unknown")))
    return {
        "created": graph.manifest["built"].replace("+00:00", "Z"),
        "createdBy": f"genekg {graph.manifest['genekg']}",
        "resources": [
            {
                "id": identifier,
                "name": name,
                "url": namespaces[prefix],
                "version": version,
                "namespacePrefix": prefix,
                "iriPrefix": namespaces[prefix],
            }
            for identifier, name, prefix, version in resources
        ],
        "phenopacketSchemaVersion": "2.0",
    }
