"""Pages: how their text is laid out, and where sentences end."""

from __future__ import annotations

import pytest

from genekg import pages
from genekg.pages import BULLET, Citation, Resource, Section, compose, sentences, tidy

ADDRESS = "https://medlineplus.gov/genetics/condition/x/"


def test_every_part_has_its_place() -> None:
    page = compose(
        ADDRESS,
        "X",
        {"inheritance": ["It is Y-linked."], "description": ["One.", BULLET + "two", "Three."]},
        names=["Ex", "XS", "Ex"],
        resources=[Resource("catalog", "X; XX", "https://omim.org/entry/300751")],
        references=[("A. 2020. PMID: 1", ("PMID:1",)), ("B. 2021.", ())],
        topics=["Anemia"],
        updated="2025-09-19",
        xrefs=["OMIM:300751", "OMIM:300751"],
    )
    assert page.text == (
        "X\n\nDescription\n\nOne.\n\n• two\n\nThree.\n\nInheritance\n\nIt is Y-linked.\n\n"
        "Other Names for This Condition\n\n• Ex\n• XS\n\nResources\n\n• X; XX\n\n"
        "References\n\n• A. 2020. PMID: 1\n• B. 2021.\n\nRelated Health Topics\n\n• Anemia"
    )
    assert [(one.name, page.text[one.start : one.end]) for one in page.sections] == [
        ("description", "One.\n\n• two\n\nThree."),
        ("inheritance", "It is Y-linked."),
    ]
    assert [page.text[one.start : one.end] for one in page.references] == [
        "A. 2020. PMID: 1",
        "B. 2021.",
    ]
    assert [one.ids for one in page.references] == [("PMID:1",), ()]
    assert (page.names, page.topics, page.xrefs) == (("Ex", "XS"), ("Anemia",), ("OMIM:300751",))
    assert (page.updated, page.reviewed) == ("2025-09-19", "")
    assert [one.text for one in sentences(page, "description")] == ["One.", "two", "Three."]


def test_a_page_of_one_section() -> None:
    page = compose(ADDRESS, "X", {"frequency": ["It is rare."], "causes": []})
    assert page.text == "X\n\nFrequency\n\nIt is rare."
    assert page.sections == (Section("frequency", 14, 25),)
    assert [one.text for one in sentences(page, "causes")] == []
    [sentence] = sentences(page, "frequency")
    assert (sentence.start, sentence.end, sentence.section) == (14, 25, "frequency")
    assert page.references == ()
    assert Citation((), 0, 1) not in page.references


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith et al. (2019) found 5-aminolevulinate synthase (EC 2.3.1.37).|It is in E. coli.",
        "It was seen by George E. Palade of the U.S. Army.|He wrote of it.",
        "About 1 in 50,000 newborns, i.e. 0.002 percent, have it in the U.S.|In Japan it is rare.",
        "See Fig. 2 for c.35delG (p.Gly12Val).|The p53 protein stops.|mRNA is made.",
        "CYP21A2 (approx. 30 kb; cf. RP1) is near.|Is it?|Yes!",
        'It is called "reduced penetrance."|Others differ.|(It is so.)|"Tarda" means late.',
        "St. Louis is a city.|No. 5 is next.|The answer is no.|Five people agree.",
        "They lack vitamin E.|As a result, nerves die.|It is type I.|Type II is mild.",
        "It is called type 1.|Mutations in ALX4 cause type 2.|There are others.",
        "One long (q) arm and one short (p) arm.|46,XX is usual.|18p is not.",
        "They live in the Saguenay-Lac-St. Jean region.|It is near.",
        "This is progressive MS.|The most common has relapses, pain, etc.|They come and go.",
        "1. The first.|It comes first.",
        "Vitamin E.|The rest.",
        "A sentence without an end",
    ],
)
def test_where_sentences_end(text: str) -> None:
    whole = text.replace("|", " ")
    assert [whole[start:end] for start, end in pages.spans(whole)] == text.split("|")


def test_a_blank_that_was_lost_and_blanks_around() -> None:
    text = "  It leads to anemia.Signs vary. See ClinicalTrials.gov.  "
    found = [text[start:end] for start, end in pages.spans(text)]
    assert found == ["It leads to anemia.", "Signs vary.", "See ClinicalTrials.gov."]
    assert list(pages.spans(" ")) == []


def test_tidy_takes_away_what_is_not_seen() -> None:
    assert tidy("a\u200bb\u00ad\tc\u00a0\u00a0d\r\n e\x07") == "ab c d e"
    assert tidy("Sjo\u0308gren") == "Sjögren"
