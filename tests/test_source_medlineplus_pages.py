"""MedlinePlus pages: the three forms, what is no such page, and the real ones."""

from __future__ import annotations

import gzip
import io
import re
import sys
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg.errors import SourceError
from genekg.pages import SECTIONS, Page, Resource, sentences
from genekg.sources.medlineplus_pages import pages

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "samples" / "medlineplus-pages"
HTML, TEXT, XML = (
    (SAMPLE / name).read_text(encoding="utf-8")
    for name in ("own.html", "republished.txt", "medquad.xml")
)
ADDRESS = "https://medlineplus.gov/genetics/condition/x-linked-sideroblastic-anemia/"
FIRST = "In this anemia, iron stays in the young red cells (Dr. Cooley et al. saw it first)."

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes, name: str = "page") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def only(path: Path) -> Page:
    [page] = pages(path)
    return page


def said(page: Page) -> dict[str, list[str]]:
    return {name: [one.text for one in sentences(page, name)] for name in SECTIONS}


def test_a_web_page() -> None:
    page = only(SAMPLE / "own.html")
    assert (page.address, page.title) == (ADDRESS, "X-linked sideroblastic anemia")
    assert said(page) == {
        "description": [FIRST, "Its signs are:", "pallor", "fatigue", "Most patients are men."],
        "frequency": ["About 1 in 50,000 people, e.g. in the U.S., may have it."],
        "causes": [
            "Variants of ALAS2 weaken the enzyme 5-aminolevulinate synthase.",
            "Heme runs short.",
        ],
        "inheritance": ["The pattern is X-linked."],
    }
    assert page.names == ("ANH1", "XLSA")
    home = "https://medlineplus.gov"
    assert page.resources == (
        Resource("gene", "ALAS2", f"{home}/genetics/gene/alas2/"),
        Resource("chromosome", "chromosome X", f"{home}/genetics/chromosome/x/"),
        Resource(
            "genetic_testing",
            "Genetic Testing Registry: X-linked sideroblastic anemia 1",
            "https://www.ncbi.nlm.nih.gov/gtr/conditions/C4551511/",
        ),
        Resource(
            "information",
            "X-linked sideroblastic anemia",
            "https://rarediseases.info.nih.gov/diseases/9456/index",
        ),
        Resource("support", "A circle of patients"),
        Resource("catalog", "ANEMIA, SIDEROBLASTIC, 1; SIDBA1", "https://omim.org/entry/300751"),
        Resource("encyclopedia", "Genetics", f"{home}/ency/article/004344.htm"),
    )
    assert [one.ids for one in page.references] == [
        ("PMID:1234567", "DOI:10.1000/sample.2020.1"),
        ("PMID:7654321",),
    ]
    assert [page.text[one.start : one.end][:9] for one in page.references] == [
        "Author A,",
        "Author C.",
    ]
    assert page.topics == ("Anemia",)
    assert (page.updated, page.reviewed) == ("2025-09-19", "")
    assert page.xrefs == ("UMLS:C4551511", "GARD:0009456", "OMIM:300751")


def test_plain_text_of_another_site_says_the_same() -> None:
    own, republished = only(SAMPLE / "own.html"), only(SAMPLE / "republished.txt")
    assert republished.text == own.text
    assert (republished.address, republished.title) == (own.address, own.title)
    assert (republished.sections, republished.names) == (own.sections, own.names)
    assert (republished.topics, republished.updated) == (own.topics, own.updated)
    assert [(one.kind, one.title) for one in republished.resources] == [
        (one.kind, one.title) for one in own.resources
    ]
    assert {one.address for one in republished.resources} == {""}
    assert [one.ids for one in republished.references] == [("DOI:10.1000/sample.2020.1",), ()]
    assert "clinic" not in republished.text.lower()


def test_a_web_page_inside_another_sites_web_page(write: Write) -> None:
    around = HTML.replace(
        f'<link rel="canonical" href="{ADDRESS}" />',
        '<link rel="canonical" href="https://example.org/health-topics/" />',
    ).replace("<body>", "<body><h1>Our clinic</h1><h2>References</h2><ul><li>Map</li></ul>")
    around = around.replace("</body>", "<h2>Description</h2><p>Our clinic is large.</p></body>")
    assert only(write(around)) == only(SAMPLE / "own.html")


def test_addresses_that_stand_elsewhere(write: Write) -> None:
    line = f"URL of this page: {ADDRESS}"
    assert only(write(HTML.replace(line, ""))).address == ADDRESS
    saved = HTML.replace(line, "").replace('rel="canonical"', 'rel="help"')
    comment = f"<!-- saved from url=({len(ADDRESS):04}){ADDRESS} -->"
    assert only(write(saved.replace("<html", comment + "<html"))).address == ADDRESS
    index = TEXT.replace(ADDRESS, ADDRESS.replace("https", "http") + "index.html")
    assert only(write(index)).address == ADDRESS


def test_other_encodings_that_a_page_declares(write: Write) -> None:
    latin = HTML.replace("UTF-8", "windows-1252").replace("Cooley", "Sjögren")
    page = only(write(latin.encode("cp1252")))
    assert page.text == only(SAMPLE / "own.html").text.replace("Cooley", "Sjögren")
    assert only(write(b"\xef\xbb\xbf" + TEXT.encode())) == only(SAMPLE / "republished.txt")


def test_broken_lines_and_odd_markup(write: Write) -> None:
    wrapped = TEXT.replace("J Sample. 2021.", "J Sample.\n    2021.")
    assert only(write(wrapped)) == only(SAMPLE / "republished.txt")
    odd = HTML.replace("pattern is", "pattern<br>is").replace("javascript:void(0)", "http://[")
    assert only(write(odd)) == only(SAMPLE / "own.html")


def test_windows_line_ends_and_xhtml(write: Write) -> None:
    assert only(write(TEXT.replace("\n", "\r\n"))) == only(SAMPLE / "republished.txt")
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n' + HTML
    assert only(write(declared)) == only(SAMPLE / "own.html")


def test_medquad() -> None:
    page = only(SAMPLE / "medquad.xml")
    assert page.address == "https://ghr.nlm.nih.gov/condition/x-linked-sideroblastic-anemia"
    assert page.text == (
        "X-linked sideroblastic anemia\n\n"
        "Description\n\nIn this anemia, iron stays in the young red cells; it's rare.\n\n"
        "Most patients are men.\n\n"
        "Frequency\n\nAbout 1 in 50,000 people may have it.\n\n"
        "Causes\n\nThe subunit is weak.\n\n"
        "Inheritance\n\nThe pattern is X-linked.\n\n"
        "Other Names for This Condition\n\n• ANH1\n• XLSA"
    )
    assert [one.name for one in page.sections] == list(SECTIONS)
    assert (page.names, page.xrefs) == (("ANH1", "XLSA"), ("UMLS:C4551511",))
    assert (page.resources, page.references, page.updated) == ((), (), "")


def archive(write: Write, form: str) -> Path:
    if form == "folder":
        write(HTML, "saved/own.html")
        write("body {}", "saved/style.css")
        write("an icon", "saved/.hidden.txt")
        (write(XML, "saved/medquad.xml").parent / "own_files").mkdir()
        return write("a frame", "saved/own_files/frame.html").parent.parent
    held = {"saved/own.html": HTML, "saved/medquad.xml": XML, "saved/notes.md": "none"}
    data = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in held.items():
                packed.writestr(name, content)
    else:
        with tarfile.open(fileobj=data, mode=form) as tar:  # type: ignore[call-overload]
            for name, content in held.items():
                member = tarfile.TarInfo(name)
                member.size = len(content.encode())
                tar.addfile(member, io.BytesIO(content.encode()))
    return write(data.getvalue(), "download")


@pytest.mark.parametrize("form", ["folder", "zip", "w", "w:gz", "w:xz"])
def test_folders_and_archives(write: Write, form: str) -> None:
    expected = [only(SAMPLE / "medquad.xml"), only(SAMPLE / "own.html")]
    assert list(pages(archive(write, form))) == expected


def test_a_packed_page_and_standard_input(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = only(SAMPLE / "republished.txt")
    assert only(write(gzip.compress(TEXT.encode()))) == expected
    with io.TextIOWrapper(io.BytesIO(TEXT.encode())) as given:
        monkeypatch.setattr(sys, "stdin", given)
        assert only(Path("-")) == expected
    with io.TextIOWrapper(io.BytesIO(b"nothing")) as given:
        monkeypatch.setattr(sys, "stdin", given)
        with pytest.raises(SourceError, match="standard input: no address of a condition page"):
            list(pages(Path("-")))


GENE = ADDRESS.replace("condition/x-linked-sideroblastic-anemia", "gene/alas2")
CAUSES = "\nCauses\n\nVariants of ALAS2 weaken"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty; expected a condition page of MedlinePlus Genetics"),
        (" \n", "the file is empty"),
        ("A letter.\n", "no address of a condition page"),
        ("a\0b", "a NUL character: this is not text"),
        (TEXT.encode().replace(b"men", b"m\xe9n"), "line 27: not utf-8 text; save it as UTF-8"),
        (TEXT.encode("utf-16"), "not utf-8 text"),
        (HTML.replace("UTF-8", "klingon"), "not klingon text"),
        (TEXT.replace(ADDRESS, GENE), f"the page of {GENE}; expected a condition page"),
        (TEXT.replace(ADDRESS, "https://example.org/"), "the page of https://example.org/"),
        (TEXT.replace("\nDescription\n", "\nNormal Function\n"), "no section Description"),
        (TEXT.replace(CAUSES, "\nDescription\n\nVariants"), "Description again"),
        (TEXT[: TEXT.index(" synthase.")], "ends below Causes; the page may be cut"),
        (TEXT[: TEXT.index("\nCauses\n")], "neither Causes nor Inheritance; the page may be cut"),
        (TEXT + TEXT.replace("x-linked-s", "s"), "the pages of .* and .*; save each to its own"),
        (TEXT.replace("Patients", "Patients " * 120_000), "longer than any page"),
        (b"<p>" + b"x" * 20_000_000, "larger than any page"),
        (TEXT.replace("September 19", "Septober 79"), "malformed date"),
        (HTML[: HTML.index("Most patients")], "no </html> at its end; the page may be cut"),
        ("<html><body><p>Hello</p></body></html>", "no address of a condition page"),
        ("<html></html>", "no address of a condition page|not a web page"),
        (XML[: XML.index("Most patients")], "malformed XML .*; the page may be cut"),
        (XML.encode().replace(b"men", b"m\xe9n"), "malformed XML"),
        (XML.replace("Document", "Other"), "XML of Other; expected a condition page"),
        (XML.replace("https://ghr.nlm.nih.gov/condition", "https://x.org"), "GHR https://x.org/"),
        (XML.replace("<Focus>X-linked sideroblastic anemia", "<Focus>"), "no Focus"),
        (XML.replace('"information"', '"outlook"'), "no answer of type information"),
        (XML.replace('"frequency"', '"inheritance"'), "a second answer of type inheritance"),
        (re.sub("<Answer>The p.*", "", XML), "a QAPair without question or answer"),
        (
            XML.replace("<Document", '<!DOCTYPE Document [<!ENTITY a "b">]><Document'),
            "XML with a DOCTYPE",
        ),
    ],
)
def test_what_is_no_whole_page(write: Write, content: str | bytes, problem: str) -> None:
    path = write(content)
    with pytest.raises(SourceError, match=problem) as caught:
        list(pages(path))
    assert caught.value.path == path
    assert "\n" not in str(caught.value)


def test_the_bulk_file_is_no_page() -> None:
    with pytest.raises(SourceError, match=r"summaries; expected a condition page"):
        list(pages(SAMPLE.parent / "medlineplus" / "ghr-summaries.xml"))


def test_the_same_page_twice(write: Write) -> None:
    write(TEXT, "saved/a.txt")
    folder = write(TEXT, "saved/b.txt").parent
    assert len(list(pages(folder))) == 1
    write(TEXT.replace("Most patients", "Nearly all"), "saved/b.txt")
    with pytest.raises(SourceError, match=r"b.txt: another text of .* than in .*a.txt; keep one"):
        list(pages(folder))


def test_places_without_a_page(write: Write, tmp_path: Path) -> None:
    folder = write("none", "saved/notes.md").parent
    with pytest.raises(SourceError, match="saved: no page in here; expected a condition page"):
        list(pages(folder))
    with pytest.raises(SourceError, match="no such file"):
        list(pages(tmp_path / "absent"))
    cut = archive(write, "zip").read_bytes()[:-30]
    with pytest.raises(SourceError, match="cut or damaged"):
        list(pages(write(cut, "cut.zip")))


def test_a_fault_inside_an_archive_says_where(write: Write) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("saved/bad.html", "<html></html>")
    path = write(data.getvalue(), "pages.zip")
    with pytest.raises(SourceError) as caught:
        list(pages(path))
    assert caught.value.path == path / "saved" / "bad.html"


def test_the_real_page(shared_data: Path) -> None:
    path = shared_data / "medlineplus" / "x-linked-sideroblastic-anemia.page.txt"
    page = only(path)
    original = path.read_text(encoding="utf-8")
    assert (page.address, page.title) == (ADDRESS, "X-linked sideroblastic anemia")
    assert page.updated == "2025-09-19"
    assert page.names == (
        "ANH1",
        "X-linked pyridoxine-responsive sideroblastic anemia",
        "XLSA",
    )
    assert page.topics == ("Anemia", "Blood Disorders", "Genetic Disorders", "Iron")
    assert [(one.kind, one.title) for one in page.resources] == [
        ("gene", "ALAS2"),
        ("genetic_testing", "Genetic Testing Registry: X-linked sideroblastic anemia 1"),
        ("information", "X-linked sideroblastic anemia"),
        ("support", "National Organization for Rare Disorders (NORD)"),
        ("catalog", "ANEMIA, SIDEROBLASTIC, 1; SIDBA1"),
        ("articles", "PubMed"),
        ("encyclopedia", "Anemia"),
        ("encyclopedia", "Genetics"),
        ("encyclopedia", "Hemoglobin"),
        ("medical_test", "Red Blood Cell (RBC) Indices"),
        ("medical_test", "What You Need to Know About Blood Testing"),
    ]
    assert [one.ids for one in page.references] == [
        ("DOI:10.1182/blood.2024024475",),
        ("DOI:10.1016/j.freeradbiomed.2018.08.008",),
        ("DOI:10.1038/s41598-025-95590-x",),
    ]
    counts = {name: len(found) for name, found in said(page).items()}
    assert counts == {"description": 10, "frequency": 2, "causes": 8, "inheritance": 16}
    flat = " ".join(original.split())
    for name in SECTIONS:
        for one in sentences(page, name):
            assert one.text in flat
            assert page.text[one.start : one.end] == one.text
    for foreign in ("PhyNet", "Find a Clinic", "Disclaimers", "An official website", "Learn more"):
        assert foreign in original
        assert foreign not in page.text


def test_the_real_archive(shared_data: Path) -> None:
    folder = shared_data / "medlineplus" / "ghr_pages"
    read = {page.address: page for page in pages(folder)}
    files = sorted(folder.glob("*.xml"))
    assert len(read) == len(files) == 1086
    types = {"information", "frequency", "genetic changes", "inheritance"}
    counted: Counter[str] = Counter()
    number = 0
    for file in files:
        root = ET.parse(file).getroot()
        page = read[root.attrib["url"]]
        assert page.title == root.findtext("Focus")
        assert set(page.names) == {one.text for one in root.iter("Synonym")}
        assert page.xrefs == tuple(dict.fromkeys(f"UMLS:{one.text}" for one in root.iter("CUI")))
        answers = [
            (pair.findtext("Answer") or "").split()
            for pair in root.iter("QAPair")
            if (question := pair.find("Question")) is not None and question.attrib["qtype"] in types
        ]
        assert [page.text[one.start : one.end].split() for one in page.sections] == answers
        for section in page.sections:
            counted[section.name] += 1
            end = section.start
            for one in sentences(page, section.name):
                assert page.text[one.start : one.end] == one.text == one.text.strip()
                assert not page.text[end : one.start].strip()
                end = one.end
                number += 1
            assert end == section.end
    assert counted == dict.fromkeys(SECTIONS, 1086)
    assert number == 32_291
