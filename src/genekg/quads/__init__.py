"""Each kind of record as RDF: the graph's shape is in this one place.

Every function yields triples of the default graph. A statement has a direct triple, each once
however many sources say it, and an association node for each source that says it, whose IRI is
a hash of its content: two builds of the same inputs are the same triples. There are no blank
nodes. ``inferred`` gives what follows from the hierarchy, for a graph of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from genekg import vocabulary as v
from genekg.errors import GenekgError
from genekg.nodes import Node, node
from genekg.quads import conditions, genes, phenotypes, terms
from genekg.quads.dataset import DATASET, dataset, example
from genekg.quads.inferences import inferred
from genekg.quads.nodes import (
    MAX_LITERAL,
    Shape,
    Triple,
    association,
    decimal,
    release_node,
    text,
)
from genekg.quads.terms import BRANCHES
from genekg.records import (
    Activity,
    Annotation,
    Case,
    Catalysis,
    Condition,
    ConditionName,
    Enzyme,
    Gene,
    GeneCondition,
    Mapping,
    Record,
    Reference,
    Release,
    ResourcePage,
    Statement,
    Term,
    Validity,
)

__all__ = [
    "BRANCHES",
    "DATASET",
    "MAX_LITERAL",
    "Node",
    "Shape",
    "Triple",
    "association",
    "dataset",
    "decimal",
    "evidence",
    "example",
    "inferred",
    "node",
    "release",
    "release_node",
    "text",
    "triples",
]


def release(record: Release) -> Iterator[Triple]:
    """Yield what is said of a source release."""
    subject = release_node(record.id)
    yield subject, v.TYPE, v.SOURCE_RELEASE
    yield subject, v.LABEL, text(f"{record.name} {record.version}")
    yield subject, v.TITLE, text(record.name)
    yield subject, v.VERSION, text(record.version)
    yield subject, v.LICENSE, NamedNode(record.licence)
    yield subject, v.CITATION, text(record.citation)
    yield subject, v.LANDING_PAGE, NamedNode(record.homepage)
    yield subject, v.IS_VERSION_OF, node(record.infores)
    yield subject, v.KNOWLEDGE_LEVEL, _LEVEL
    yield subject, v.AGENT_TYPE, text(record.agent)
    yield node(record.infores), v.TYPE, v.INFORMATION_RESOURCE


# Kinds of evidence, as the Evidence and Conclusion Ontology names them, and who judges by them.
EVIDENCE = {
    "ECO:0000304": ("author statement supported by traceable reference", "manual_agent"),
    "ECO:0000305": ("curator inference", "manual_agent"),
    "ECO:0000501": ("evidence used in automatic assertion", "automated_agent"),
    "ECO:0006017": ("published clinical study evidence", "manual_agent"),
    "ECO:0006019": ("individual clinical experience evidence", "manual_agent"),
}
_LEVEL = text("knowledge_assertion")


def evidence() -> Iterator[Triple]:
    """Yield what is said of each kind of evidence: its name, knowledge level and agent."""
    for curie, (name, agent) in EVIDENCE.items():
        subject = node(curie)
        yield subject, v.TYPE, v.EVIDENCE_TYPE
        yield subject, v.LABEL, text(name)
        yield subject, v.KNOWLEDGE_LEVEL, _LEVEL
        yield subject, v.AGENT_TYPE, text(agent)


def triples(record: Record, shape: Shape) -> Iterator[Triple]:
    """Yield the triples of any record.

    Raises:
        GenekgError: a kind of record that has no function here.
    """
    function = _FUNCTIONS.get(type(record))
    if function is None:
        raise GenekgError(f"no triples are defined for {type(record).__name__}")
    return function(record, shape)


_FUNCTIONS: dict[type, Callable[[Any, Shape], Iterator[Triple]]] = {
    Term: terms.term,
    Condition: conditions.condition,
    ConditionName: conditions.condition_name,
    Mapping: conditions.mapping,
    Gene: genes.gene,
    Enzyme: genes.enzyme,
    Catalysis: genes.catalysis,
    Activity: genes.activity,
    GeneCondition: genes.gene_condition,
    Annotation: phenotypes.annotation,
    Statement: conditions.statement,
    ResourcePage: conditions.resource_page,
    Reference: conditions.reference,
    Validity: genes.validity,
    Case: conditions.case,
}
