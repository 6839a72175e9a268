"""What follows from the hierarchy and from chains, for a graph of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from genekg import vocabulary as v
from genekg.nodes import node
from genekg.quads.genes import CAUSAL, POSSIBLE
from genekg.quads.nodes import Shape, Triple
from genekg.records import Annotation, Catalysis, GeneCondition, Record, Validity


def inferred(records: Iterable[Record], shape: Shape) -> Iterator[Triple]:
    """Yield what the hierarchy and the chains give, for the graph ``gkgraph:inferred``.

    The reflexive closure of is-a; every condition's symptoms and inheritance with all their
    ancestors (excluded symptoms give nothing); and the enzymes of the genes of a condition.
    """
    symptoms: dict[str, set[str]] = defaultdict(set)
    modes: dict[str, set[str]] = defaultdict(set)
    enzymes: dict[str, set[str]] = defaultdict(set)
    genes: list[GeneCondition | Validity] = []
    for record in records:
        if isinstance(record, Annotation) and not record.negated and record.aspect in "PI":
            found = symptoms if record.aspect == "P" else modes
            found[shape.leader(record.condition_id)].add(shape.leader(record.term_id))
        elif isinstance(record, Catalysis):
            enzymes[shape.leader(record.gene_id)].add(record.enzyme_id)
        elif isinstance(record, GeneCondition):
            genes.append(record)
        elif isinstance(record, Validity) and record.classification in CAUSAL | POSSIBLE:
            genes.append(record)
            if record.mode_id and record.classification in CAUSAL:
                modes[shape.leader(record.condition_id)].add(shape.leader(record.mode_id))
    for term_id in shape.hierarchy:
        for above in sorted(shape.hierarchy.closure(term_id)):
            yield node(term_id), v.SUBCLASS_OF_OR_SELF, node(above)
    for predicate, found in (
        (v.PHENOTYPE_OR_ANCESTOR, symptoms),
        (v.INHERITANCE_OR_ANCESTOR, modes),
    ):
        for condition_id, term_ids in found.items():
            subject = node(condition_id)
            for above in sorted(frozenset[str]().union(*map(shape.hierarchy.closure, term_ids))):
                yield subject, predicate, node(above)
    for link in genes:
        for enzyme_id in sorted(enzymes[shape.leader(link.gene_id)]):
            yield node(shape.leader(link.condition_id)), v.ASSOCIATED_ENZYME, node(enzyme_id)
