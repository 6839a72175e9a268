"""One record of every kind, every field filled somewhere, every branch of quads.py taken."""

from __future__ import annotations

from dataclasses import replace

from genekg import identity, quads
from genekg import vocabulary as v
from genekg.hierarchy import Hierarchy
from genekg.records import (
    Activity,
    Annotation,
    Case,
    Catalysis,
    Condition,
    ConditionName,
    Enzyme,
    Frequency,
    Gene,
    GeneCondition,
    Mapping,
    Observation,
    Provenance,
    Quote,
    Record,
    Reference,
    Release,
    ResourcePage,
    Statement,
    Synonym,
    Term,
    Validity,
)

XLSA, OTHER_ID, ALAS2, EC = "MONDO:0020721", "OMIM:300751", "HGNC:397", "EC:2.3.1.37"
PALLOR, MODE, JUVENILE, MILD = "HP:0000980", "HP:0001417", "HP:0003621", "HP:0012825"
HISTORY, OBSOLETE = "HP:0032443", "HP:0031362"
ANEMIA, OLD_ID, LOST_ID = "MONDO:0015194", "MONDO:0000099", "MONDO:0000098"
OLD_EC, NEW_ECS = "EC:1.1.1.5", ("EC:1.1.1.303", "EC:1.1.1.304")
REACTOME = "REACT:R-HSA-189451"

RELEASES = (
    Release(
        "curated/2026-01-01",
        "curated facts",
        "2026-01-01",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "curated facts, 2026-01-01",
        "https://example.org/",
        "infores:genekg-curated",
    ),
    Release(
        "hpo-annotations/2025-01-16",
        "annotations",
        "2025-01-16",
        "https://hpo.jax.org/license",
        "annotations, 2025-01-16",
        "https://hpo.jax.org/",
        "infores:hpo-annotations",
    ),
)
OURS = Provenance(
    "curated/2026-01-01", ("PMID:1", "https://example.org/a"), "ECO:0000305", ("us",), ""
)
THEIRS = Provenance(
    "hpo-annotations/2025-01-16", ("OMIM:300751",), "ECO:0000304", ("them",), "infores:orphanet"
)
QUOTE = Quote("It is seen in women too.", "Inheritance", 120, 144, "https://example.org/xlsa")
QUOTED = replace(OURS, quote=QUOTE)


def term(term_id: str, label: str, *parents: str) -> Term:
    return Term(term_id, label, parents=parents, release=THEIRS.release)


TERMS = (
    term("HP:0000001", "All"),
    term("HP:0000118", "Phenotypic abnormality", "HP:0000001"),
    Term(
        PALLOR,
        "Pallor",
        definition="Less colour than usual.",
        comment="Said of the skin.",
        synonyms=(
            Synonym("Paleness", "exact", "layperson"),
            Synonym("Pale look", "related"),
            Synonym("Colour change", "broad"),
            Synonym("Pale palms", "narrow"),
        ),
        parents=("HP:0000118",),
        alternative_ids=("HP:0009999",),
        xrefs=("UMLS:C0030232",),
        release=THEIRS.release,
    ),
    term("HP:0000005", "Mode of inheritance", "HP:0000001"),
    term(MODE, "X-linked inheritance", "HP:0000005"),
    term("HP:0012823", "Clinical modifier", "HP:0000001"),
    term(MILD, "Mild", "HP:0012823"),
    term("HP:0031797", "Clinical course", "HP:0012823"),
    term("HP:0003674", "Onset", "HP:0031797"),
    term(JUVENILE, "Juvenile onset", "HP:0003674"),
    term("HP:0003676", "Progressive", "HP:0031797"),
    term("HP:0040279", "Frequency", "HP:0000001"),
    term("HP:0040282", "Frequent", "HP:0040279"),
    term(HISTORY, "Past medical history", "HP:0000001"),
    Term(
        OBSOLETE,
        "Old",
        obsolete=True,
        replaced_by=MODE,
        consider=("HP:0000005",),
        release=THEIRS.release,
    ),
)
CONDITION = Condition(XLSA, "X-linked sideroblastic anemia", OURS, "An anemia.", (ANEMIA,))
GENE = Gene(
    ALAS2,
    "ALAS2",
    OURS,
    name="5'-aminolevulinate synthase 2",
    location="Xp11.21",
    alias_symbol=("ALAS-E",),
    prev_symbol=("ASB",),
    uniprot_id="UniProt:P22557",
    xrefs=("OMIM:301300",),
)
ENZYME = Enzyme(EC, "ALA synthase", "A + B = C", OURS, ("ALAS",), ("pyridoxal phosphate",))
OLD_ENZYME = Enzyme(OLD_EC, OLD_EC, "", THEIRS, obsolete=True, replaced_by=NEW_ECS)
CAUSES = GeneCondition(ALAS2, XLSA, "causes", OURS, "loss_of_function")
CONTRIBUTES = GeneCondition(ALAS2, XLSA, "contributes_to", OURS)
ASSOCIATED = GeneCondition(ALAS2, OTHER_ID, "associated_with", THEIRS)
JUDGED = Validity(ALAS2, XLSA, "definitive", OURS, MODE, "a panel", "2024-05-17")
WEAK = Validity(ALAS2, OTHER_ID, "limited", THEIRS, submitter="a laboratory", date="2020-01-02")
DISPUTED = Validity(ALAS2, ANEMIA, "disputed evidence", OURS)
REFUTED = Validity(ALAS2, ANEMIA, "refuted evidence", OURS, submitter="a panel")
UNKNOWN = Validity(ALAS2, ANEMIA, "no known disease relationship", OURS)
CASE = Case(
    "PMID_1_patient_2",
    (OTHER_ID,),
    (Observation(PALLOR, onset_id=JUVENILE), Observation("HP:0000118", excluded=True)),
    THEIRS,
    "male",
    "P4Y6M",
    (ALAS2,),
)
UNSOLVED = Case("PMID_1_patient_3", (), (Observation(PALLOR, excluded=True),), OURS, onset=JUVENILE)
SYMPTOM = Annotation(
    OTHER_ID,
    PALLOR,
    "P",
    THEIRS,
    frequency=Frequency(count=3, total=7),
    onset_id=JUVENILE,
    sex="male",
    modifier_ids=(MILD,),
    role="symptom",
)
OFTEN = Annotation(XLSA, PALLOR, "P", OURS, frequency=Frequency(term_id="HP:0040282"), sex="female")
SHARE = Annotation(XLSA, PALLOR, "P", OURS, frequency=Frequency(percentage="42.5"))
LACKS = Annotation(XLSA, "HP:0000118", "P", OURS, negated=True)
INHERITANCE = Annotation(XLSA, OBSOLETE, "I", OURS)
ONSET = Annotation(XLSA, JUVENILE, "C", OURS)
PROCESS = Activity(ALAS2, "participates_in", "GO:0006783", "heme biosynthesis", OURS, 1)
PATHWAY = Activity("SYMBOL:ALAS2", "participates_in", REACTOME, "Heme biosynthesis", THEIRS)
TISSUE = Activity(ALAS2, "active_in", "UBERON:0002371", "bone marrow", OURS)
CELL = Activity(ALAS2, "active_in", "CL:0000764", "erythroid cell", OURS)
COMPARTMENT = Activity(ALAS2, "active_in", "GO:0005739", "mitochondrion", OURS)
CATALYSIS = Catalysis(ALAS2, EC, OURS)
CONSEQUENCE = Statement(XLSA, "consequence", "Less heme is made.", OURS, step=1)
NOTE = Statement(XLSA, "inheritance_note", "Women.", QUOTED, topic="x_inactivation", sex="female")
PRESENTATION = Statement(
    XLSA, "presentation", "Early.", OURS, severity_id=MILD, onset_ids=(JUVENILE, "HP:0003674")
)
PREVALENCE = Statement(XLSA, "prevalence", "rare", OURS, topic="qualitative", place="worldwide")
PROPERTY = Statement(MODE, "mode_property", "Never from father to son.", OURS)
PAGE = ResourcePage(XLSA, "page", "A page", "https://example.org/xlsa", OURS, "2025-09-19")
REFERENCE = Reference(XLSA, "PMID:17576681", OURS)

EVERY_RECORD: tuple[Record, ...] = (
    *TERMS,
    CONDITION,
    Condition(OTHER_ID, "ANEMIA, SIDEROBLASTIC, 1", THEIRS, "Too little heme is made."),
    Condition(ANEMIA, "sideroblastic anemia", THEIRS),
    Condition(OLD_ID, "obsolete anemia", THEIRS, obsolete=True, replaced_by=ANEMIA),
    Condition(LOST_ID, "obsolete pallor", THEIRS, obsolete=True),
    ConditionName(XLSA, Synonym("XLSA", "exact", "abbreviation"), OURS),
    Mapping(XLSA, OTHER_ID, "exact", OURS),
    Mapping(XLSA, "ORPHA:1", "close", OURS),
    Mapping(XLSA, "DOID:1", "broad", OURS),
    Mapping(XLSA, "GARD:1", "narrow", OURS),
    GENE,
    Gene("NCBIGene:212", "ALAS2", THEIRS, name="delta-ALA synthase 2"),
    *(ENZYME, OLD_ENZYME),
    CATALYSIS,
    *(PROCESS, PATHWAY, TISSUE, CELL, COMPARTMENT),
    *(CAUSES, CONTRIBUTES, ASSOCIATED),
    *(JUDGED, WEAK, DISPUTED, REFUTED, UNKNOWN),
    *(CASE, UNSOLVED),
    *(SYMPTOM, OFTEN, SHARE, LACKS, INHERITANCE, ONSET),
    Annotation(XLSA, "HP:0003676", "C", OURS),
    Annotation(XLSA, MILD, "M", OURS),
    Annotation(XLSA, HISTORY, "H", OURS),
    *(CONSEQUENCE, NOTE, PRESENTATION, PREVALENCE, PROPERTY),
    PAGE,
    ResourcePage(XLSA, "information", "A title without an address", "", OURS),
    ResourcePage(XLSA, "catalog", "OMIM 300751", "https://omim.org/entry/300751", OURS),
    REFERENCE,
)
GENE_IDS = Mapping(ALAS2, "NCBIGene:212", "exact", OURS)
IDENTITY = identity.merge([GENE_IDS, *(r for r in EVERY_RECORD if isinstance(r, Mapping))])
IDENTITY.follow(
    TERMS,
    [r for r in EVERY_RECORD if isinstance(r, Condition)],
    [r for r in EVERY_RECORD if isinstance(r, Gene)],
)
SHAPE = quads.Shape(
    IDENTITY,
    Hierarchy(TERMS),
    {
        XLSA: CONDITION.label,
        ANEMIA: "sideroblastic anemia",
        ALAS2: GENE.symbol,
        f"protein of {ALAS2}": GENE.uniprot_id,
    },
)

DESCRIPTION = tuple(
    quads.dataset(
        "0123456789ab",
        [release.id for release in RELEASES],
        triples=7,
        entities=2,
        classes={v.DISEASE.value: 2},
        predicates={v.CAUSES.value: 1},
    )
)

EXAMPLE = tuple(quads.example("genes", "Genes.", "SELECT ?g { ?g ?p ?o }", ["gene"]))


def every_triple() -> set[quads.Triple]:
    """What quads.py writes to the default graph for the records above."""
    stated = {triple for release in RELEASES for triple in quads.release(release)}
    stated |= set(DESCRIPTION) | set(quads.evidence()) | set(EXAMPLE)
    return stated | {triple for r in EVERY_RECORD for triple in quads.triples(r, SHAPE)}
