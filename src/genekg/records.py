"""What sources say, as frozen records. Ids are CURIEs as ``prefixes.normalise`` writes them.

A record holds what one source states, in the source's own ids; merging is for ``identity``, the
graph's shape for ``quads``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["exact", "related", "broad", "narrow"]
Match: TypeAlias = Literal["exact", "close", "broad", "narrow"]
Sex: TypeAlias = Literal["male", "female", ""]


@dataclass(frozen=True, slots=True)
class Release:
    """One release of one source: who says it, in which version, under which licence.

    ``agent`` is Biolink's word for who makes its statements, where a statement's own evidence
    does not say: manual_agent, automated_agent, text_mining_agent, data_analysis_pipeline.
    """

    id: str
    name: str
    version: str
    licence: str
    citation: str
    homepage: str
    infores: str
    agent: str = "manual_agent"


@dataclass(frozen=True, slots=True)
class Synonym:
    """A name beside the label. ``type`` is the source's own word: layperson, abbreviation, …"""

    text: str
    scope: Scope
    type: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an ontology, obsolete ones included."""

    id: str
    label: str
    definition: str = ""
    comment: str = ""
    synonyms: tuple[Synonym, ...] = ()
    parents: tuple[str, ...] = ()
    alternative_ids: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: str = ""
    consider: tuple[str, ...] = ()
    release: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a page says it: the exact sentence, its section, and its place in the stored text.

    ``start`` and ``end`` count characters of the stored page; ``page`` is its address.
    """

    text: str
    section: str
    start: int
    end: int
    page: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a statement stands: the release, and what it cites.

    ``evidence`` is an ECO id, ``publications`` are CURIEs or addresses, ``primary`` is the
    information resource that first said it, where a release passes on another's statement.
    """

    release: str
    publications: tuple[str, ...] = ()
    evidence: str = ""
    curated_by: tuple[str, ...] = ()
    primary: str = ""
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a symptom is seen: a count, a percentage, or an HPO frequency term."""

    count: int | None = None
    total: int | None = None
    percentage: str = ""
    term_id: str = ""

    @property
    def excluded(self) -> bool:
        """Whether it says that the symptom is absent: 0 of n, 0 %, or HP:0040285."""
        if self.total is not None:
            return self.count == 0
        if self.percentage:
            return float(self.percentage) == 0
        return self.term_id == "HP:0040285"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition by one id and one name, with the conditions that it is a kind of."""

    id: str
    label: str
    provenance: Provenance
    description: str = ""
    parents: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class ConditionName:
    """Another name of a condition."""

    condition_id: str
    synonym: Synonym
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Mapping:
    """One id of a condition or gene beside another. Only an exact match merges."""

    subject_id: str
    object_id: str
    match: Match
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene by one id. ``prev_symbol`` and ``alias_symbol`` as HGNC has them."""

    id: str
    symbol: str
    provenance: Provenance
    name: str = ""
    location: str = ""
    alias_symbol: tuple[str, ...] = ()
    prev_symbol: tuple[str, ...] = ()
    uniprot_id: str = ""
    xrefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enzyme:
    """An enzyme by EC number, with its reaction. A transferred entry names what replaced it."""

    id: str
    name: str
    reaction: str
    provenance: Provenance
    synonyms: tuple[str, ...] = ()
    cofactors: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalysis:
    """A gene's protein is, or is part of, an enzyme. The gene may be given as ``UniProt:…``."""

    gene_id: str
    enzyme_id: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Activity:
    """A gene's product takes part in a process or pathway, or acts in a place.

    The gene may be given as ``SYMBOL:…``, where a source knows it by its symbol alone.
    """

    gene_id: str
    relation: Literal["participates_in", "active_in"]
    object_id: str
    object_label: str
    provenance: Provenance
    step: int | None = None


@dataclass(frozen=True, slots=True)
class GeneCondition:
    """A gene and a condition: how they are related is never collapsed."""

    gene_id: str
    condition_id: str
    relation: Literal["causes", "contributes_to", "associated_with"]
    provenance: Provenance
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """How strong the evidence is that a gene causes a condition, as a panel judged it.

    ``classification`` is GenCC's word in lower case: definitive, strong, moderate, limited,
    supportive, disputed evidence, refuted evidence, animal model only, no known disease
    relationship. ``mode_id`` is an HP term.
    """

    gene_id: str
    condition_id: str
    classification: str
    provenance: Provenance
    mode_id: str = ""
    submitter: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A symptom that was looked for in a patient, and whether it was there."""

    term_id: str
    excluded: bool = False
    onset_id: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A published patient: diagnoses, sex, age at onset (ISO 8601 or an HP term), symptoms."""

    id: str
    condition_ids: tuple[str, ...]
    observations: tuple[Observation, ...]
    provenance: Provenance
    sex: Sex = ""
    onset: str = ""
    gene_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """A condition and an HPO term, as ``phenotype.hpoa`` has it.

    ``aspect`` is P symptom, I inheritance, C onset and course, M modifier, H medical history.
    """

    condition_id: str
    term_id: str
    aspect: Literal["P", "I", "C", "M", "H"]
    provenance: Provenance
    negated: bool = False
    frequency: Frequency | None = None
    onset_id: str = ""
    sex: Sex = ""
    modifier_ids: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact in words about a condition or an inheritance mode, with its qualifiers."""

    subject_id: str
    kind: Literal["consequence", "inheritance_note", "mode_property", "presentation", "prevalence"]
    text: str
    provenance: Provenance
    step: int | None = None
    topic: str = ""
    place: str = ""
    sex: Sex = ""
    severity_id: str = ""
    onset_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Where to read on about a condition. Without an address it is named only."""

    condition_id: str
    kind: str
    title: str
    url: str
    provenance: Provenance
    updated: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper on a condition."""

    condition_id: str
    reference_id: str
    provenance: Provenance


Record: TypeAlias = (
    Term
    | Condition
    | ConditionName
    | Mapping
    | Gene
    | Enzyme
    | Catalysis
    | Activity
    | GeneCondition
    | Validity
    | Case
    | Annotation
    | Statement
    | ResourcePage
    | Reference
)
