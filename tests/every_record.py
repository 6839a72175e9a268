"""One record of every kind, every field filled somewhere, every branch of quads.py taken."""

from __future__ import annotations

from genekg import identity, quads
from genekg.hierarchy import Hierarchy
from genekg.records import (
    Activity,
    Annotation,
    Catalysis,
    Condition,
    ConditionName,
    Enzyme,
    Frequency,
    Gene,
    GeneCondition,
    Mapping,
    Provenance,
    Record,
    Reference,
    Release,
    ResourcePage,
    Statement,
    Synonym,
    Term,
)

XLSA, OTHER_ID, ALAS2, EC = "MONDO:0020721", "OMIM:300751", "HGNC:397", "EC:2.3.1.37"
PALLOR, MODE, JUVENILE, MILD = "HP:0000980", "HP:0001417", "HP:0003621", "HP:0012825"
HISTORY, OBSOLETE = "HP:0032443", "HP:0031362"

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
CONDITION = Condition(XLSA, "X-linked sideroblastic anemia", OURS, "An anemia.")
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
CAUSES = GeneCondition(ALAS2, XLSA, "causes", OURS, "loss_of_function")
CONTRIBUTES = GeneCondition(ALAS2, XLSA, "contributes_to", OURS)
ASSOCIATED = GeneCondition(ALAS2, OTHER_ID, "associated_with", THEIRS)
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
PATHWAY = Activity(ALAS2, "participates_in", "GO:0006783", "heme biosynthesis", OURS, 1)
TISSUE = Activity(ALAS2, "active_in", "UBERON:0002371", "bone marrow", OURS)
CELL = Activity(ALAS2, "active_in", "CL:0000764", "erythroid cell", OURS)
COMPARTMENT = Activity(ALAS2, "active_in", "GO:0005739", "mitochondrion", OURS)
CATALYSIS = Catalysis(ALAS2, EC, OURS)
CONSEQUENCE = Statement(XLSA, "consequence", "Less heme is made.", OURS, step=1)
NOTE = Statement(XLSA, "inheritance_note", "Women.", OURS, topic="x_inactivation", sex="female")
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
    Condition(OTHER_ID, "ANEMIA, SIDEROBLASTIC, 1", THEIRS),
    ConditionName(XLSA, Synonym("XLSA", "exact", "abbreviation"), OURS),
    Mapping(XLSA, OTHER_ID, "exact", OURS),
    Mapping(XLSA, "ORPHA:1", "close", OURS),
    Mapping(XLSA, "DOID:1", "broad", OURS),
    Mapping(XLSA, "GARD:1", "narrow", OURS),
    GENE,
    ENZYME,
    CATALYSIS,
    *(PATHWAY, TISSUE, CELL, COMPARTMENT),
    *(CAUSES, CONTRIBUTES, ASSOCIATED),
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
IDENTITY = identity.merge(r for r in EVERY_RECORD if isinstance(r, Mapping))
IDENTITY.follow(TERMS)
SHAPE = quads.Shape(
    IDENTITY,
    Hierarchy(TERMS),
    {XLSA: CONDITION.label, ALAS2: GENE.symbol, f"protein of {ALAS2}": GENE.uniprot_id},
)


def every_triple() -> set[quads.Triple]:
    """What quads.py writes to the default graph for the records above."""
    stated = {triple for release in RELEASES for triple in quads.release(release)}
    return stated | {triple for r in EVERY_RECORD for triple in quads.triples(r, SHAPE)}
