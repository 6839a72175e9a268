"""The names that a page is read for: symptoms, genes and enzymes, from the records of sources."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from genekg import resources
from genekg.recognition.words import AND, NOT, Key, Token, key, meaning, tokens, words
from genekg.records import Catalysis, Enzyme, Gene, Term

# Abnormalities, what happened in pregnancies, and death before birth, with the letter of the
# aspect that HPO's annotations give each: symptom, medical history, course.
_ASPECTS = {"HP:0000118": "P", "HP:0002686": "H", "HP:0034241": "C"}
# Single words that HPO has as names, and that say nothing by themselves.
_NO_NAMES = words("no_names")
METABOLISM = "HP:0001939"
# "Increased circulating leucine concentration" is high leucine; but less fat is not less in the
# blood, nor is more that something leads to more lead.
_LEVEL = re.compile(r"\b(?:circulating|blood|serum|plasma|concentrations?)\b", re.IGNORECASE)
_ELSEWHERE = frozenset({"fat", "lead"})
_RANK = {"label": 0, "exact": 1, "lay": 1, "related": 2, "narrow": 3, "broad": 3}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names by which things are recognised.

    ``symptoms`` has the terms by the key of a name, ``coarse`` by its coarser key, ``normal`` those
    that a phrase denies ("normal hearing"); ``symbols`` the genes by symbol, ``previous`` by former
    symbols and aliases; ``enzymes`` the EC numbers by name, ``encoded`` by gene; ``ancestors`` all
    that a term is a kind of, itself included.
    """

    symptoms: Mapping[Key, str]
    normal: Mapping[Key, str]
    coarse: Mapping[Key, str]
    labels: Mapping[str, str]
    ancestors: Mapping[str, frozenset[str]]
    symbols: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, frozenset[str]] = field(default_factory=dict)
    enzymes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    encoded: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def aspect(self, term_id: str) -> str:
        """Return the aspect of what a term says of a condition, as `Annotation` has it."""
        above = self.ancestors[term_id]
        return next(letter for root, letter in _ASPECTS.items() if root in above)


def compose(
    terms: Iterable[Term],
    genes: Iterable[Gene] = (),
    enzymes: Iterable[Enzyme] = (),
    catalyses: Iterable[Catalysis] = (),
) -> Lexicon:
    """Return the lexicon of these records."""
    terms = [term for term in terms if not term.obsolete]
    ancestors = _ancestors(terms)
    phenotypes = [term for term in terms if ancestors[term.id] & _ASPECTS.keys() - {term.id}]
    symptoms, coarse = _symptom_names(phenotypes, ancestors)
    genes = list(genes)
    symbols = {gene.symbol: gene.id for gene in genes}
    previous: defaultdict[str, set[str]] = defaultdict(set)
    for rank in ("prev_symbol", "alias_symbol"):
        known = set(previous)
        for gene in genes:
            for symbol in getattr(gene, rank):
                if symbol not in symbols and symbol not in known:
                    previous[symbol].add(gene.id)
    by_uniprot = {gene.uniprot_id: gene.id for gene in genes if gene.uniprot_id}
    encoded: defaultdict[str, set[str]] = defaultdict(set)
    for one in catalyses:
        encoded[by_uniprot.get(one.gene_id, one.gene_id)].add(one.enzyme_id)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for enzyme in enzymes:
        if not enzyme.obsolete:
            for name in (enzyme.name, *enzyme.synonyms):
                if form := enzyme_form(name):
                    names[form].add(enzyme.id)
    return Lexicon(
        symptoms,
        {key(name): term_id for name, term_id in own_names("names_when_absent")},
        coarse,
        {term.id: term.label for term in phenotypes},
        ancestors,
        symbols,
        {symbol: frozenset(ids) for symbol, ids in previous.items()},
        {name: frozenset(ids) for name, ids in names.items()},
        {gene_id: frozenset(ids) for gene_id, ids in encoded.items()},
    )


def enzyme_form(name: str) -> str:
    """Return the form in which names of enzymes are compared.

    >>> enzyme_form("Alpha-galactosidase A"), enzyme_form("the Lactase enzyme")
    ('alphagalactosidasea', 'lactase')
    """
    name = re.sub(r"^(?:the|an?)\s+|\s+(?:enzymes?|proteins?|complex)$", "", name.strip().lower())
    return re.sub(r"[\W_]", "", name)


def _ancestors(terms: Iterable[Term]) -> dict[str, frozenset[str]]:
    parents = {term.id: term.parents for term in terms}

    @cache
    def above(term_id: str) -> frozenset[str]:
        return frozenset({term_id}).union(*(above(one) for one in parents.get(term_id, ())))

    return {term_id: above(term_id) for term_id in parents}


def _symptom_names(
    terms: list[Term], ancestors: Mapping[str, frozenset[str]]
) -> tuple[dict[Key, str], dict[Key, str]]:
    """Return the terms by key, each name's best: our own words, the label, then synonyms."""
    found: dict[Key, tuple[int, int, str]] = {}
    coarse: dict[Key, tuple[int, int, str]] = {}
    known = {term.id for term in terms}

    def put(name: str, term_id: str, rank: int) -> None:
        stems = key(name)
        depth = len(ancestors[term_id])
        parts = [token for token in tokens(name) if token.word]
        if len(parts) == 1 and name.lower() not in _NO_NAMES:
            word = frozenset({f'"{name.lower()}'})
            found[word] = min(found.get(word, (9, 0, "")), (rank, depth, term_id))
        elif _repeats(parts):
            return
        elif len(stems - {NOT}) > 1 or (rank < 0 and len(stems) > 1):
            for table, one in ((found, stems), (coarse, meaning(stems))):
                if len(one) > 1:
                    table[one] = min(table.get(one, (9, 0, "")), (rank, depth, term_id))

    for name, term_id in own_names():
        if term_id in known:
            put(name, term_id, -1)
    for term in terms:
        put(re.sub(r"\s*\(.*?\)$", "", term.label), term.id, _RANK["label"])
        if METABOLISM in ancestors[term.id]:
            for name in (term.label, *(one.text for one in term.synonyms)):
                level = _LEVEL.sub("", name).split()
                if len(name.split()) > len(level) > 1 and not _ELSEWHERE & set(level):
                    put(" ".join(level), term.id, _RANK["narrow"])
        for synonym in term.synonyms:
            if (
                len(synonym.text) > 3
                and not _slip(term, synonym.text)
                and synonym.scope in ("exact", "related", "narrow")
            ):
                put(synonym.text, term.id, _RANK[synonym.scope])
    return ({k: v[2] for k, v in found.items()}, {k: v[2] for k, v in coarse.items()})


def _slip(term: Term, name: str) -> bool:
    """Whether a synonym has lost the word that matters: "bone vertebra" of a fractured one."""
    return name.startswith("bone ") and term.label.startswith("Fractured")


def _repeats(parts: list[Token]) -> bool:
    """Whether a word that carries something is there twice: such a name is a slip."""
    stems = [one.stem for one in parts if one.stem not in ("", AND)]
    return len(set(stems)) < len(stems)


@cache
def own_names(column: str = "names") -> tuple[tuple[str, str], ...]:
    """Return our own names of symptoms in plain words, each with its term."""
    path = resources.path("data/recognition/symptom_names.tsv")
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    place = header.split("\t").index(column)
    rows = (line.split("\t") for line in lines)
    return tuple((name, row[0]) for row in rows for name in row[place].split("|") if name)
