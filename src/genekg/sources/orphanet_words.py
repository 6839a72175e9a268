"""Orphanet's wordings, and what they are in HPO's terms and in ours. Empty: nothing is said.

Ages as Orphanet defines them: neonatal to 4 weeks, infancy to 23 months, childhood 2 to 11
years, adolescence 12 to 18, adult 19 to 65, elderly over 65; HPO's nearest terms have other
bounds. No HPO onset term says "all ages".
"""

from __future__ import annotations

FREQUENCIES = {
    "Obligate": "HP:0040280",
    "Very frequent": "HP:0040281",
    "Frequent": "HP:0040282",
    "Occasional": "HP:0040283",
    "Very rare": "HP:0040284",
    "Excluded": "HP:0040285",
}
ONSETS = {
    "Antenatal": "HP:0030674",
    "Neonatal": "HP:0003623",
    "Infancy": "HP:0003593",
    "Childhood": "HP:0011463",
    "Adolescent": "HP:0003621",
    "Adolescence": "HP:0003621",
    "Adult": "HP:0003581",
    "Elderly": "HP:0003584",
    "All ages": "",
    "No data available": "",
}
MODES = {
    "Autosomal dominant": "HP:0000006",
    "Autosomal recessive": "HP:0000007",
    "X-linked dominant": "HP:0001423",
    "X-linked recessive": "HP:0001419",
    "Y-linked": "HP:0001450",
    "Mitochondrial inheritance": "HP:0001427",
    "Multigenic/multifactorial": "HP:0010982",
    "Oligogenic": "HP:0010983",
    "Semi-dominant": "HP:0032113",
    "Not applicable": "",
    "Unknown": "",
    "Not yet documented": "",
    "No data available": "",
}
# Relation, and after a space the mechanism.
GENE_LINKS = {
    "Disease-causing germline mutation(s) in": "causes",
    "Disease-causing germline mutation(s) (loss of function) in": "causes loss_of_function",
    "Disease-causing germline mutation(s) (gain of function) in": "causes gain_of_function",
    "Disease-causing somatic mutation(s) in": "causes",
    "Major susceptibility factor in": "contributes_to",
    "Modifying germline mutation in": "associated_with",
    "Candidate gene tested in": "associated_with",
    "Biomarker tested in": "associated_with",
    "Role in the phenotype of": "associated_with",
    "Part of a fusion gene in": "associated_with",
}
VOCABULARIES = {
    "OMIM": "OMIM",
    "MONDO": "MONDO",
    "UMLS": "UMLS",
    "MeSH": "MESH",
    "GARD": "GARD",
    "ICD-10": "ICD10WHO",
    "ICD-11": "ICD11MMS",
    "MedDRA": "MEDDRA",
    "SNOMED CT": "SCTID",
    "SNOMED-CT": "SCTID",
}
# Seen from the ORPHAcode: NTBT, it is narrower than the other term, which is its broad match.
# Wrong and undecided mappings are none.
RELATIONS = {
    "E": "exact",
    "NTBT": "broad",
    "NTBT/E": "broad",
    "BTNT": "narrow",
    "BTNT/E": "narrow",
    "W": "",
    "W/E": "",
    "ND": "",
    "": "",
}
