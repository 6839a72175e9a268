"""Taking in sources: every record that can stand in the graph, and a count of those that cannot.

A record is rejected, with its reason, when it speaks of a term, gene, condition or enzyme that no
source describes: a node without a name helps nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from genekg import identity
from genekg.errors import SourceError
from genekg.hierarchy import Hierarchy
from genekg.quads import Shape
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
    Record,
    Reference,
    Release,
    ResourcePage,
    Statement,
    Term,
    Validity,
)
from genekg.records import Mapping as IdMapping
from genekg.sources import Source, registry

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a step's name, how far it is, and of how much (0 where that is not known)."""

TICK = 20_000


@dataclass(slots=True)
class Intake:
    """What one source gave: its release, its records, and what was rejected and why."""

    source: Source
    path: Path
    release: Release
    records: list[Record] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)

    def summary(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        rejected = sum(self.rejected.values())
        return {
            "source": self.source.name,
            "name": self.release.name,
            "version": self.release.version,
            "licence": self.release.licence,
            "attribution": self.release.citation,
            "file": self.path.name,
            "in": len(self.records) + rejected,
            "out": len(self.records),
            "rejected": rejected,
            "reasons": dict(self.rejected),
        }


def take_in(
    files: Mapping[str, Path], progress: Progress, *, floors: bool = True
) -> tuple[list[Intake], Shape]:
    """Read every source whole, and return what can stand, with the shape of it all.

    Raises:
        SourceError: a source is malformed, or has fewer records than its floor.
    """
    known = registry()
    intakes = [_read(known[name], path, progress, floors=floors) for name, path in files.items()]
    progress("merging ids", 0, 0)
    shape = _shape(intakes)
    described = _Described(intakes, shape)
    for intake in intakes:
        intake.records = list(described.keep(intake))
    return intakes, shape


def _read(source: Source, path: Path, progress: Progress, *, floors: bool) -> Intake:
    step = f"reading {source.name}"
    progress(step, 0, 0)
    release = source.release(path, source.version(path))
    intake = Intake(source, path, release)
    for record in source.parse(path, release.id):
        intake.records.append(record)
        if len(intake.records) % TICK == 0:
            progress(step, len(intake.records), 0)
    if floors and len(intake.records) < source.facts["floor"]:
        raise SourceError(
            path,
            None,
            f"only {len(intake.records)} records, expected {source.facts['floor']} or more",
            remedy="the file is cut; fetch it again",
        )
    return intake


def _shape(intakes: list[Intake]) -> Shape:
    """Return the identity, the hierarchy and the leading labels of all records together."""
    own: list[IdMapping] = []
    others: list[IdMapping] = []
    terms: list[Term] = []
    genes: list[Gene] = []
    conditions: list[Condition] = []
    for intake in intakes:
        curated = intake.source.name == "curated"
        for record in intake.records:
            if isinstance(record, IdMapping):
                (own if curated else others).append(record)
            elif isinstance(record, Term):
                terms.append(record)
            elif isinstance(record, Gene):
                genes.append(record)
            elif isinstance(record, Condition):
                conditions.append(record)
    replaced_or_gone = {one.id for one in conditions if one.obsolete}
    merged = identity.merge(own, others, replaced_or_gone)
    merged.follow(terms, conditions, genes)
    names: dict[str, str] = {}
    ranks: dict[str, tuple[bool, bool]] = {}
    for intake in intakes:
        for record in intake.records:
            if isinstance(record, Condition | Gene):
                if isinstance(record, Condition) and record.obsolete:
                    continue
                leader = merged.leader(record.id)
                rank = (intake.source.name != "curated", record.id != leader)
                if leader not in ranks or rank < ranks[leader]:
                    ranks[leader] = rank
                    names[leader] = record.label if isinstance(record, Condition) else record.symbol
                if isinstance(record, Gene) and record.uniprot_id:
                    names.setdefault(f"protein of {leader}", record.uniprot_id)
                    names.setdefault(record.uniprot_id, record.symbol)
            elif isinstance(record, Enzyme):
                names.setdefault(record.id, record.name)
    return Shape(merged, Hierarchy(terms), names)


class _Described:
    """What some source describes, and so may be spoken of."""

    def __init__(self, intakes: list[Intake], shape: Shape) -> None:
        self._shape = shape
        records = [record for intake in intakes for record in intake.records]
        self._conditions = {
            shape.leader(r.id) for r in records if isinstance(r, Condition) and not r.obsolete
        }
        self._genes = {shape.leader(r.id) for r in records if isinstance(r, Gene)}
        self._enzymes = {r.id for r in records if isinstance(r, Enzyme)}

    def keep(self, intake: Intake) -> Iterator[Record]:
        """Yield the records of a source that can stand; count the others by reason."""
        for record in intake.records:
            kept = self._observed(record, intake) if isinstance(record, Case) else record
            if problem := self._problem(kept):
                intake.rejected[problem] += 1
            else:
                yield kept

    def _problem(self, record: Record) -> str:
        """Say why a record cannot stand, or return an empty string."""
        if isinstance(record, Annotation):
            return self._unknown_term((record.term_id, record.onset_id, *record.modifier_ids)) or (
                self._unknown_condition(record.condition_id)
            )
        if isinstance(record, ConditionName | ResourcePage | Reference):
            return self._unknown_condition(record.condition_id)
        if isinstance(record, GeneCondition | Validity):
            problem = self._unknown_gene(record.gene_id)
            problem = problem or self._unknown_condition(record.condition_id)
            mode = record.mode_id if isinstance(record, Validity) else ""
            return problem or self._unknown_term((mode,))
        if isinstance(record, Catalysis):
            if record.enzyme_id not in self._enzymes:
                return "its enzyme is described by no source"
            return self._unknown_gene(record.gene_id)
        if isinstance(record, Activity):
            return self._unknown_gene(record.gene_id)
        if isinstance(record, IdMapping):
            subject = self._shape.leader(record.subject_id)
            known = subject in self._conditions or subject in self._genes
            return "" if known else "its subject is described by no source"
        if isinstance(record, Statement):
            if record.subject_id.startswith("HP:"):
                return self._unknown_term((record.subject_id,))
            return self._unknown_condition(record.subject_id)
        if isinstance(record, Case) and not record.observations:
            return "a case without a symptom of this HPO release"
        return ""

    def _unknown_term(self, term_ids: Collection[str]) -> str:
        for term_id in term_ids:
            if term_id and self._shape.leader(term_id) not in self._shape.hierarchy:
                return f"{term_id} is not a term of this HPO release"
        return ""

    def _unknown_condition(self, curie: str) -> str:
        known = self._shape.leader(curie) in self._conditions
        return "" if known else "its condition is described by no source"

    def _unknown_gene(self, curie: str) -> str:
        known = self._shape.leader(curie) in self._genes
        return "" if known else "its gene is described by no source"

    def _observed(self, case: Case, intake: Intake) -> Case:
        """Return a case with what can be shown of it, counting what cannot."""
        observations = tuple(
            replace(one, onset_id="") if self._unknown_term((one.onset_id,)) else one
            for one in case.observations
            if not self._unknown_term((one.term_id,))
        )
        if lost := len(case.observations) - len(observations):
            intake.rejected["an observation whose term is not of this HPO release"] += lost
        conditions = self._conditions
        return replace(
            case,
            observations=observations,
            condition_ids=tuple(
                c for c in case.condition_ids if self._shape.leader(c) in conditions
            ),
            gene_ids=tuple(g for g in case.gene_ids if self._shape.leader(g) in self._genes),
        )


def coverage(intakes: list[Intake], shape: Shape) -> dict[str, dict[str, int]]:
    """Count conditions with a mode, with a gene, and with both: by original ids, and merged."""
    modes: set[str] = set()
    genes: set[str] = set()
    every: set[str] = set()
    for intake in intakes:
        for record in intake.records:
            if isinstance(record, Condition) and not record.obsolete:
                every.add(record.id)
            elif isinstance(record, Annotation) and record.aspect == "I" and not record.negated:
                modes.add(record.condition_id)
            elif isinstance(record, GeneCondition):
                genes.add(record.condition_id)
    counts: dict[str, dict[str, int]] = {}
    for name, view in (("separate", lambda curie: curie), ("merged", shape.leader)):
        with_mode, with_gene = {view(c) for c in modes}, {view(c) for c in genes}
        counts[name] = {
            "conditions": len({view(c) for c in every}),
            "with inheritance": len(with_mode),
            "with gene": len(with_gene),
            "with both": len(with_mode & with_gene),
        }
    return counts
