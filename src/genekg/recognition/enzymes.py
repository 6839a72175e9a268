"""The proteins and enzymes that a page says the genes make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genekg.pages import Page, Sentence, sentences
from genekg.recognition.found import Found
from genekg.recognition.genes import named
from genekg.recognition.lexicon import Lexicon, enzyme_form

_MAKING = re.compile(
    r"\b(?:provides? (?:the )?instructions? for (?:making|producing|the production of|creating|"
    r"manufacturing)|carr(?:y|ies) instructions for|instructions to make|(?:gene |that )?produces?"
    r"|produced (?:by|from)|encodes?|(?:this|these|the) (?:enzymes?|proteins?),? (?:is )?(?:called"
    r"|known as|which is called|named))\b"
)
_NAMED = re.compile(
    r"\b(?:(?P<enzyme>enzymes?)|(?P<protein>proteins?|channels?|receptors?|transporters?|"
    r"molecules?|hormones?|subunits?|chains?|components?|parts?|complexes|complex|factors?|piece"
    r"|versions?|isoforms?)(?: \([^)]*\))?)"
    r"(?: (?:that is|which is))? (?:called|known as|named|termed)\s+(?:the |an?"
    r" )?(?P<name>(?:[^.;]|\.(?=\d))+)"
)
_DIRECT = re.compile(
    r"^\s*(?:the |an? |one (?:part|piece|subunit|component) of the )?(?:(?:enzyme|protein) )?"
    r"(?P<name>(?:[^.;]|\.(?=\d))+)"
)
_END = re.compile(
    r"\s*(?:[;.:]|,(?= (?:which|a\b|an\b|the\b|one\b|also|or\b|and\b|that|more))"
    r"|\((?![A-Z0-9+-]{1,4}\)-)"
    r"| (?:that|which|is|are|was|in|found|from|and(?= (?:the|a|an|one)\b)|whose|where|because|"
    r"through|inside|within|located|involved|for|also|known|or|more"
    r"|respectively|helps?|plays?|by|produced|to)\b)"
)
_KIND = re.compile(r"(?:in)?ases?\b|\benzyme", re.IGNORECASE)
_ACTS_ON = re.compile(
    r"\b(?:stimulat|activat|regulat|block|attach|bind|interact|precursor|breaks? down|helps?"
    r"|control)"
)
_MOST_WORDS = 12


def enzymes(page: Page, lexicon: Lexicon) -> Iterator[Found]:
    """Yield what the condition's genes make: enzymes with their EC number, and other proteins."""
    seen: set[str] = set()
    gene_id = ""
    for sentence in sentences(page, "causes"):
        genes_here = {one for one, _ in named(sentence, lexicon)}
        if genes_here:
            gene_id = next(iter(genes_here)) if len(genes_here) == 1 else ""
        for one in _in_sentence(sentence, gene_id, lexicon):
            if (form := one.target or enzyme_form(one.text)) not in seen:
                seen.add(form)
                yield one


def _in_sentence(sentence: Sentence, gene_id: str, lexicon: Lexicon) -> Iterator[Found]:
    making = _MAKING.search(sentence.text)
    if not making:
        return
    found = _NAMED.search(sentence.text, making.start())
    direct = _DIRECT.match(sentence.text[making.end() :])
    candidates: list[tuple[int, str, bool]] = []
    if found and not _ACTS_ON.search(sentence.text, making.end(), found.start()):
        candidates.append((found.start("name"), found["name"], bool(found["enzyme"])))
    if direct and (not found or found.start() - making.end() > 60):
        candidates.append((making.end() + direct.start("name"), direct["name"], False))
    for start, name, said in candidates:
        yield from _names(sentence, start, name, gene_id, lexicon, said=said)


def _names(
    sentence: Sentence, start: int, name: str, gene_id: str, lexicon: Lexicon, *, said: bool
) -> Iterator[Found]:
    """Yield the enzyme that a phrase begins with: the longest that is known, else its words."""
    target, text = _known(name, gene_id, lexicon, said=said)
    if not text:
        if re.search(r"\bdomain\b", name[:60]):
            return
        end = _END.search(name)
        text = name[: end.start()].strip(" ,") if end else name.strip(" ,")
        if not said or not text or len(text.split()) > 8:
            if not text or len(text.split()) > 6 or re.match(r"(?:protein|enzyme)s?\b", text):
                return
            if not said and not found_after_called(sentence.text, start):
                return
    is_enzyme = bool(target) or said or bool(_KIND.search(text))
    qualifiers = (("gene", gene_id),) if gene_id else ()
    yield Found(
        "enzyme" if is_enzyme else "protein",
        target,
        text,
        sentence,
        sentence.start + start,
        sentence.start + start + len(text),
        qualifiers=qualifiers,
    )


def found_after_called(text: str, start: int) -> bool:
    """Whether a name stands after "called" or the like."""
    before = re.sub(r"\s+(?:the|an?)?\s*$", "", text[:start])
    return before.endswith(("called", "known as", "named", "termed"))


def _known(name: str, gene_id: str, lexicon: Lexicon, *, said: bool) -> tuple[str, str]:
    """Return the EC number and the words of the longest known name that a phrase begins with.

    A name that goes on ("heparanase 2") is taken only when the gene is known to make that enzyme.
    """
    made = lexicon.encoded.get(gene_id, frozenset())
    ends = [match.start() for match in re.finditer(r"(?=[\s,;.(]|$)", name)]
    for end in reversed([end for end in ends if end and len(name[:end].split()) <= _MOST_WORDS]):
        text = name[:end].rstrip(" ,(")
        form = enzyme_form(re.sub(r"\s*\([^)]*\)", "", text))
        if len(form) < 5 or text.count("(") != text.count(")"):
            continue
        ids = lexicon.enzymes.get(form, frozenset())
        if len(ids & made) == 1:
            return next(iter(ids & made)), text
        if len(ids) == 1 and not made and _closes(name[end:]):
            return next(iter(ids)), text
    cut = _END.search(name)
    text = (name[: cut.start()] if cut else name).strip(" ,")
    if said and len(made) == 1 and text and _alike(text, next(iter(made)), lexicon):
        return next(iter(made)), text
    return "", ""


def _closes(rest: str) -> bool:
    """Whether a name ends where the rest of its sentence begins."""
    return not rest.strip(" .") or bool(
        _END.match(rest) or re.match(r"\s*(?:\(|enzymes?\b|proteins?\b)", rest)
    )


def _alike(text: str, enzyme_id: str, lexicon: Lexicon) -> bool:
    """Whether a name ends as one of an enzyme's does: "erythroid ALA-synthase", "… synthase"."""
    words = re.findall(r"[a-z]{4,}ase\b", text.lower())
    return bool(words) and any(
        enzyme_id in ids and form.endswith(words[-1]) for form, ids in lexicon.enzymes.items()
    )
