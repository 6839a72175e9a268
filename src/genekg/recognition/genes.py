"""Genes that a page names as the cause of its condition, and how their variants act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition.found import Found
from genekg.recognition.lexicon import Lexicon

_SYMBOL = r"(?:[A-Z][A-Za-z0-9]*(?:-[A-Z0-9]+[A-Za-z0-9]*)*(?:orf\d+)?)"
_ITEM = rf"{_SYMBOL}(?: \([^()]*\))?"
_LIST = (
    rf"{_ITEM}(?:(?:[,;]? (?:and/or|and|or|either|nor) (?:the )?(?:either )?|[,;] (?:the"
    rf" )?){_ITEM})*"
)
_GENES = re.compile(
    rf"(?<![\w-])(?P<list>{_LIST})(?:,? genes?\b(?! famil)"
    rf"|(?= (?:mutations?|variants?|deletions?)\b)|,? (?:is|are) (?:among |one of )?the (?:\w+"
    rf" )?genes\b)(?P<list2>)"
)
_CALLED = re.compile(
    rf"\bgenes?\b(?! provides?)(?:(?!protein|enzyme|instruct)[^.;,:()A-Z]"
    rf"|, (?=(?:such|including|called|known))){{0,60}}?"
    rf"(?:[,:]|,? (?:is|are|called|named|designated|including|include|such as|as|in)| \()"
    rf" ?(?P<list>{_LIST})(?![\w-])(?! (?:protein|receptor|enzyme))"
    rf"|\bgenes?\b [^.;,:]{{0,40}}?[A-Z]?[^.;,:]{{0,12}}, (?P<list2>{_SYMBOL})(?=[,;.])"
)
_MUTATED = re.compile(
    rf"\b(?:mutations?|variants?) in (?:the |both |either )?(?P<list>{_LIST})(?P<list2>)(?![\w-])"
)
_ONE = re.compile(rf"(?<![\w-]){_SYMBOL}(?![\w])")
_CAUSAL = re.compile(
    r"\b(?:these genes|the (?:two|three|four|five|six) genes|mutation|variant|variation"
    r"|alteration|change|cause[sd]?|causing|result|responsible|lead"
    r"|deletion|delet|duplicat|loss|missing|associated|linked|involved|polymorphism|extra|"
    r"identified|account|abnormal|disrupt|provides? instructions|contributes?|risk|defect|fus)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:other (?:disorders|conditions|diseases|cancers)|(?:related|similar|another|different)"
    r" (?:disorder|condition|disease|syndrome)|not (?:been )?(?:linked|associated|involved|caused)"
    r"|also cause (?:a|an|another|other|several|the (?:related|similar))|no mutations|do not have"
    r"|regulates? the|controls? the activity|turns? on|interacts? with|interaction between"
    r"|activation of the|modif(?:y|ies) (?:the|how)"
    r"|along with a mutation in)\b",
    re.IGNORECASE,
)
_MODIFIES = re.compile(
    r"\b(?:modif(?:y|ies) (?:the|how)|along with a mutation in|increases the risk of \w+"
    r" among|with similar features)\b",
    re.IGNORECASE,
)
_CONTRIBUTES = re.compile(
    r"\b(?:risk|susceptib|contribut|modif|predispos|more likely to develop|associated with an"
    r" increased)",
    re.IGNORECASE,
)
_MECHANISMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dominant_negative", re.compile(r"dominant[- ]negative")),
    (
        "gain_of_function",
        re.compile(
            r"gain[- ]of[- ]function|\boveractiv|\b(?:constantly|always|constitutively"
            r"|continuously)"
            r" (?:turned on|active|activated|on)\b|(?:increase[sd]?|enhance[sd]?) (?:the"
            r" )?(?:activity"
            r"|function) of the\b",
            re.IGNORECASE,
        ),
    ),
    (
        "repeat_expansion",
        re.compile(
            r"\b(?:repeat expansion|trinucleotide repeat|(?:segment|sequence)s? (?:is|are) "
            r"(?:abnormally )?repeated|expanded (?:CAG|CTG|CGG|GAA))",
            re.IGNORECASE,
        ),
    ),
    ("haploinsufficiency", re.compile(r"haploinsufficien", re.IGNORECASE)),
    (
        "loss_of_function",
        re.compile(
            r"loss[- ]of[- ]function|\bnon-?functional|\b(?:reduce|eliminate|impair|decrease"
            r"|prevent"
            r"|disrupt|abolish)\w* (?:or (?:completely )?\w+ )?(?:the )?(?:normal )?(?:\w+ )?"
            r"(?:\S+ )?(?:activity|functions?|production)\b(?! of (?:\S+ ){0,4}?(?:cells?|tissues?"
            r"|organs?|kidneys?|muscles?|heart|brain|liver|lungs?|eyes?|nerves?|bod(?:y|ies))\b)"
            r"|\b(?:lack|shortage|deficiency|absence|loss)"
            r"(?: \(\w+\))? of (?:functional |the |this )|cannot (?:function|work)|does not"
            r" (?:function"
            r"|work)|inactive|(?:little or )?no (?:functional|working)|not function properly",
            re.IGNORECASE,
        ),
    ),
)
_NAMED = re.compile(r"dominant[- ]negative|(?:gain|loss)[- ]of[- ]function|haploinsufficien", re.I)


def genes(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield the genes that the causes section names as causing the condition."""
    seen: set[str] = set()
    own = _abbreviations(page)
    for sentence in sentences(page, "causes"):
        if _MODIFIES.search(sentence.text):
            seen.update(gene_id for gene_id, match in list(named(sentence, lexicon))[-1:])
    for sentence in sentences(page, "causes"):
        if not _CAUSAL.search(sentence.text) or _ELSEWHERE.search(sentence.text):
            continue
        relation = "contributes_to" if _CONTRIBUTES.search(sentence.text) else "causes"
        for gene_id, match in named(sentence, lexicon):
            called = sentence.text[match.end() :].startswith(" gene")
            if gene_id not in seen and (
                called or match[0] in lexicon.symbols or match[0] not in own
            ):
                seen.add(gene_id)
                yield Found(
                    "gene",
                    gene_id,
                    match[0],
                    sentence,
                    sentence.start + match.start(),
                    sentence.start + match.end(),
                    qualifiers=(("relation", relation),),
                )


def _abbreviations(page: Page) -> frozenset[str]:
    """Return the abbreviations of the condition: they are no genes."""
    first = " ".join(
        page.text[one.start : one.end] for one in page.sections if one.name == "description"
    )
    return frozenset(page.names) | frozenset(re.findall(r"\(?\b([A-Z]{3,})\b\)?", first))


def named(sentence: Sentence, lexicon: Lexicon) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield the genes that a sentence calls so, each with its symbol's place."""
    seen: set[int] = set()
    for pattern in (_GENES, _CALLED, _MUTATED):
        for found in pattern.finditer(sentence.text):
            span = found.span("list2" if not found["list"] else "list")
            for match in _ONE.finditer(sentence.text, *span):
                if sentence.text.count("(", span[0], match.start()) > sentence.text.count(
                    ")", span[0], match.start()
                ):
                    continue
                called = sentence.text[match.end() :].startswith((" gene", " mutation"))
                gene_id = symbol_of(match[0], lexicon, former=called or len(match[0]) > 3)
                if gene_id and match.start() not in seen:
                    seen.add(match.start())
                    yield gene_id, match


def symbol_of(symbol: str, lexicon: Lexicon, *, former: bool = True) -> str:
    """Return the gene that has this symbol now, or had it before; none when several had.

    A former symbol of few letters is taken only where ``former`` says that it is called a gene.
    """
    if symbol in lexicon.symbols:
        return lexicon.symbols[symbol]
    ids = lexicon.previous.get(symbol, frozenset())
    if not former or len(ids) != 1 or re.fullmatch(r"[IVX]+", symbol):
        return ""
    return next(iter(ids))


def mechanisms(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield how variants act, where a sentence on them says so."""
    seen: set[tuple[str, str]] = set()
    gene_id = ""
    for sentence in sentences(page, "causes"):
        genes_here = [one for one, _ in named(sentence, lexicon)]
        gene_id = genes_here[0] if len(set(genes_here)) == 1 else "" if genes_here else gene_id
        if not re.search(r"\b(?:mutation|variant|altered|deletion)", sentence.text, re.IGNORECASE):
            continue
        said = [
            (bool(_NAMED.fullmatch(match[0])), -match.start(), mechanism, match)
            for mechanism, pattern in _MECHANISMS
            if (match := pattern.search(sentence.text))
        ]
        if not said:
            continue
        # What is named so by the page, else what is said first: the rest is what follows from it.
        _, _, mechanism, match = max(said, key=lambda one: one[:2])
        if (mechanism, gene_id) not in seen:
            seen.add((mechanism, gene_id))
            yield Found(
                "mechanism",
                gene_id,
                match[0],
                sentence,
                sentence.start + match.start(),
                sentence.start + match.end(),
                qualifiers=(("mechanism", mechanism),),
            )
