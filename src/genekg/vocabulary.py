"""The terms that the graph is written in, as nodes. The ontology defines those that are ours.

A constant is named for what it says. Each own term (``gk:``) stands in ``ontology/genekg.ttl``
with label, definition, domain, range and the nearest standard term; a test holds the two, the
shapes and what ``quads.py`` emits together.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

BIOLINK = "https://w3id.org/biolink/vocab/"
GK = "https://w3id.org/genekg/"
OBO = "http://purl.obolibrary.org/obo/"
OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
UP = "http://purl.uniprot.org/core/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROV = "http://www.w3.org/ns/prov#"
PAV = "http://purl.org/pav/"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
OA = "http://www.w3.org/ns/oa#"
FOAF = "http://xmlns.com/foaf/0.1/"
VOID = "http://rdfs.org/ns/void#"
SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"

# graphs
INFERRED = NamedNode(f"{GK}graph/inferred")

# RDF, RDFS, OWL, SKOS
TYPE = NamedNode(f"{RDF}type")
SUBJECT = NamedNode(f"{RDF}subject")
PREDICATE = NamedNode(f"{RDF}predicate")
OBJECT = NamedNode(f"{RDF}object")
LABEL = NamedNode(f"{RDFS}label")
COMMENT = NamedNode(f"{RDFS}comment")
SUBCLASS_OF = NamedNode(f"{RDFS}subClassOf")
CLASS = NamedNode(f"{OWL}Class")
DEPRECATED = NamedNode(f"{OWL}deprecated")
AXIOM = NamedNode(f"{OWL}Axiom")
ANNOTATED_SOURCE = NamedNode(f"{OWL}annotatedSource")
ANNOTATED_PROPERTY = NamedNode(f"{OWL}annotatedProperty")
ANNOTATED_TARGET = NamedNode(f"{OWL}annotatedTarget")
EXACT_MATCH = NamedNode(f"{SKOS}exactMatch")
CLOSE_MATCH = NamedNode(f"{SKOS}closeMatch")
BROAD_MATCH = NamedNode(f"{SKOS}broadMatch")
NARROW_MATCH = NamedNode(f"{SKOS}narrowMatch")

# OBO
DEFINITION = NamedNode(f"{OBO}IAO_0000115")
REPLACED_BY = NamedNode(f"{OBO}IAO_0100001")
EXACT_SYNONYM = NamedNode(f"{OBO_IN_OWL}hasExactSynonym")
RELATED_SYNONYM = NamedNode(f"{OBO_IN_OWL}hasRelatedSynonym")
BROAD_SYNONYM = NamedNode(f"{OBO_IN_OWL}hasBroadSynonym")
NARROW_SYNONYM = NamedNode(f"{OBO_IN_OWL}hasNarrowSynonym")
SYNONYM_TYPE = NamedNode(f"{OBO_IN_OWL}hasSynonymType")
ALTERNATIVE_ID = NamedNode(f"{OBO_IN_OWL}hasAlternativeId")
DB_XREF = NamedNode(f"{OBO_IN_OWL}hasDbXref")
CONSIDER = NamedNode(f"{OBO_IN_OWL}consider")
FEMALE = NamedNode(f"{OBO}PATO_0000383")
MALE = NamedNode(f"{OBO}PATO_0000384")

# classes
DISEASE = NamedNode(f"{BIOLINK}Disease")
GENE = NamedNode(f"{BIOLINK}Gene")
PROTEIN = NamedNode(f"{BIOLINK}Protein")
ENZYME = NamedNode(f"{UP}Enzyme")
PHENOTYPIC_FEATURE = NamedNode(f"{BIOLINK}PhenotypicFeature")
GENETIC_INHERITANCE = NamedNode(f"{BIOLINK}GeneticInheritance")
ONSET = NamedNode(f"{BIOLINK}Onset")
CLINICAL_COURSE = NamedNode(f"{BIOLINK}ClinicalCourse")
CLINICAL_MODIFIER = NamedNode(f"{BIOLINK}ClinicalModifier")
FREQUENCY_TERM = NamedNode(f"{GK}FrequencyTerm")
PAST_MEDICAL_HISTORY_TERM = NamedNode(f"{GK}PastMedicalHistoryTerm")
BIOLOGICAL_PROCESS = NamedNode(f"{BIOLINK}BiologicalProcess")
ANATOMICAL_ENTITY = NamedNode(f"{BIOLINK}AnatomicalEntity")
CELL = NamedNode(f"{BIOLINK}Cell")
CELLULAR_COMPONENT = NamedNode(f"{BIOLINK}CellularComponent")
INFORMATION_RESOURCE = NamedNode(f"{BIOLINK}InformationResource")
EVIDENCE_TYPE = NamedNode(f"{BIOLINK}EvidenceType")
SOURCE_RELEASE = NamedNode(f"{GK}SourceRelease")
RESOURCE_PAGE = NamedNode(f"{GK}ResourcePage")
PATHWAY = NamedNode(f"{BIOLINK}Pathway")
CASE = NamedNode(f"{BIOLINK}Case")
TEXT_QUOTE = NamedNode(f"{OA}TextQuoteSelector")
TEXT_POSITION = NamedNode(f"{OA}TextPositionSelector")

# association classes
ASSOCIATION = NamedNode(f"{BIOLINK}Association")
GENE_CAUSES = NamedNode(f"{BIOLINK}CausalGeneToDiseaseAssociation")
GENE_CORRELATES = NamedNode(f"{BIOLINK}CorrelatedGeneToDiseaseAssociation")
GENE_TO_DISEASE = NamedNode(f"{BIOLINK}GeneToDiseaseAssociation")
INHERITANCE_ASSOCIATION = NamedNode(
    f"{BIOLINK}DiseaseOrPhenotypicFeatureToGeneticInheritanceAssociation"
)
PHENOTYPE_ASSOCIATION = NamedNode(f"{BIOLINK}DiseaseToPhenotypicFeatureAssociation")
ACTIVITY_ASSOCIATION = NamedNode(f"{BIOLINK}MacromolecularMachineToMolecularActivityAssociation")
PROCESS_ASSOCIATION = NamedNode(f"{BIOLINK}MacromolecularMachineToBiologicalProcessAssociation")
LOCATION_ASSOCIATION = NamedNode(f"{BIOLINK}GeneToExpressionSiteAssociation")

# direct relations
CAUSES = NamedNode(f"{BIOLINK}causes")
CONTRIBUTES_TO = NamedNode(f"{BIOLINK}contributes_to")
ASSOCIATED_WITH = NamedNode(f"{BIOLINK}gene_associated_with_condition")
HAS_INHERITANCE = NamedNode(f"{BIOLINK}has_mode_of_inheritance")
HAS_PHENOTYPE = NamedNode(f"{BIOLINK}has_phenotype")
LACKS_PHENOTYPE = NamedNode(f"{GK}lacksPhenotype")
CONDITION_ONSET = NamedNode(f"{GK}onset")
CONDITION_COURSE = NamedNode(f"{GK}clinicalCourse")
CONDITION_MODIFIER = NamedNode(f"{GK}clinicalModifier")
CONDITION_HISTORY = NamedNode(f"{GK}pastMedicalHistory")
HAS_GENE_PRODUCT = NamedNode(f"{BIOLINK}has_gene_product")
UP_ENZYME = NamedNode(f"{UP}enzyme")
ENCODES_ENZYME = NamedNode(f"{GK}encodesEnzyme")
PARTICIPATES_IN = NamedNode(f"{BIOLINK}participates_in")
ACTIVE_IN = NamedNode(f"{BIOLINK}active_in")
DIAGNOSIS = NamedNode(f"{GK}diagnosis")
OBSERVED = NamedNode(f"{GK}observed")
OBSERVED_ABSENT = NamedNode(f"{GK}observedAbsent")
CASE_GENE = NamedNode(f"{GK}caseGene")
PAGE = NamedNode(f"{FOAF}page")
REFERENCES = NamedNode(f"{DCTERMS}references")

# inferred relations
SUBCLASS_OF_OR_SELF = NamedNode(f"{GK}subClassOfOrSelf")
PHENOTYPE_OR_ANCESTOR = NamedNode(f"{GK}hasPhenotypeOrAncestor")
INHERITANCE_OR_ANCESTOR = NamedNode(f"{GK}hasInheritanceOrAncestor")
ASSOCIATED_ENZYME = NamedNode(f"{GK}hasAssociatedEnzyme")

# literals of a condition, a gene, an enzyme, a mode
SYMBOL = NamedNode(f"{BIOLINK}symbol")
FULL_NAME = NamedNode(f"{BIOLINK}full_name")
LOCATION = NamedNode(f"{GK}cytogeneticLocation")
PREVIOUS_SYMBOL = NamedNode(f"{GK}previousSymbol")
REACTION = NamedNode(f"{GK}reaction")
COFACTOR = NamedNode(f"{GK}cofactor")
CONSEQUENCE = NamedNode(f"{GK}consequence")
INHERITANCE_NOTE = NamedNode(f"{GK}inheritanceNote")
MODE_PROPERTY = NamedNode(f"{GK}modeProperty")
PRESENTATION = NamedNode(f"{GK}presentation")
PREVALENCE = NamedNode(f"{GK}prevalence")

# what an association carries
PRIMARY_SOURCE = NamedNode(f"{BIOLINK}primary_knowledge_source")
ORIGINAL_SUBJECT = NamedNode(f"{BIOLINK}original_subject")
ORIGINAL_OBJECT = NamedNode(f"{BIOLINK}original_object")
DERIVED_FROM = NamedNode(f"{PROV}wasDerivedFrom")
NEGATED = NamedNode(f"{BIOLINK}negated")
HAS_COUNT = NamedNode(f"{BIOLINK}has_count")
HAS_TOTAL = NamedNode(f"{BIOLINK}has_total")
HAS_QUOTIENT = NamedNode(f"{BIOLINK}has_quotient")
HAS_PERCENTAGE = NamedNode(f"{BIOLINK}has_percentage")
FREQUENCY_QUALIFIER = NamedNode(f"{BIOLINK}frequency_qualifier")
ONSET_QUALIFIER = NamedNode(f"{BIOLINK}onset_qualifier")
SEX_QUALIFIER = NamedNode(f"{BIOLINK}sex_qualifier")
SEVERITY_QUALIFIER = NamedNode(f"{BIOLINK}severity_qualifier")
QUALIFIER = NamedNode(f"{BIOLINK}qualifier")
HAS_EVIDENCE = NamedNode(f"{BIOLINK}has_evidence")
KNOWLEDGE_LEVEL = NamedNode(f"{BIOLINK}knowledge_level")
AGENT_TYPE = NamedNode(f"{BIOLINK}agent_type")
PUBLICATIONS = NamedNode(f"{BIOLINK}publications")
CURATED_BY = NamedNode(f"{PAV}curatedBy")
MECHANISM = NamedNode(f"{GK}mechanism")
ROLE = NamedNode(f"{GK}role")
STEP = NamedNode(f"{GK}step")
TOPIC = NamedNode(f"{GK}topic")
PLACE = NamedNode(f"{GK}place")
KIND = NamedNode(f"{GK}kind")
CLASSIFICATION = NamedNode(f"{GK}classification")
SUBMITTER = NamedNode(f"{GK}submitter")
DATE = NamedNode(f"{DCTERMS}date")
HAS_SELECTOR = NamedNode(f"{OA}hasSelector")
HAS_SOURCE = NamedNode(f"{OA}hasSource")
EXACT = NamedNode(f"{OA}exact")
START = NamedNode(f"{OA}start")
END = NamedNode(f"{OA}end")
SECTION = NamedNode(f"{GK}section")
AGE_AT_ONSET = NamedNode(f"{GK}ageAtOnset")

# what a source release and a page carry
VERSION = NamedNode(f"{PAV}version")
LICENSE = NamedNode(f"{DCTERMS}license")
TITLE = NamedNode(f"{DCTERMS}title")
CITATION = NamedNode(f"{DCTERMS}bibliographicCitation")
IS_VERSION_OF = NamedNode(f"{DCTERMS}isVersionOf")
MODIFIED = NamedNode(f"{DCTERMS}modified")
LANDING_PAGE = NamedNode(f"{DCAT}landingPage")
FREQUENCY_LOWER = NamedNode(f"{GK}frequencyLower")
FREQUENCY_UPPER = NamedNode(f"{GK}frequencyUpper")

# what the graph says of itself
VOID_DATASET = NamedNode(f"{VOID}Dataset")
DCAT_DATASET = NamedNode(f"{DCAT}Dataset")
DESCRIPTION = NamedNode(f"{DCTERMS}description")
RIGHTS = NamedNode(f"{DCTERMS}rights")
SOURCE = NamedNode(f"{DCTERMS}source")
TRIPLES = NamedNode(f"{VOID}triples")
ENTITIES = NamedNode(f"{VOID}entities")
CLASS_PARTITION = NamedNode(f"{VOID}classPartition")
PARTITION_CLASS = NamedNode(f"{VOID}class")
PROPERTY_PARTITION = NamedNode(f"{VOID}propertyPartition")
PARTITION_PROPERTY = NamedNode(f"{VOID}property")

# questions as examples: https://github.com/sib-swiss/sparql-examples
EXECUTABLE = NamedNode(f"{SH}SPARQLExecutable")
SELECT_EXECUTABLE = NamedNode(f"{SH}SPARQLSelectExecutable")
SELECT = NamedNode(f"{SH}select")
TARGET = NamedNode(f"{SCHEMA}target")
KEYWORDS = NamedNode(f"{SCHEMA}keywords")

# datatypes
XSD_BOOLEAN = NamedNode(f"{XSD}boolean")
XSD_INTEGER = NamedNode(f"{XSD}integer")
XSD_DECIMAL = NamedNode(f"{XSD}decimal")
XSD_DATE = NamedNode(f"{XSD}date")
