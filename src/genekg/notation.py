"""The notation of metapaths: paths by the kinds they pass, written as text.

The notation is kinds with an arrow between each two, ``condition<gene>enzyme<gene>condition``. An
arrow points from the subject of a relation to its object: ``>`` walks along it, ``<`` against it,
``-`` either way. Relations may be named after the arrow: ``gene>[causes|contributes to]condition``;
without, any relation between the two kinds counts, except what is lacked. Two entities with
several relations between them are one step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pyoxigraph import NamedNode

from genekg import ends, relations
from genekg.errors import UsageError
from genekg.relations import WORDS

LONGEST = 6


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a metapath: the way of its arrow, and the relations it may take (all, if none)."""

    arrow: str
    relations: tuple[NamedNode, ...] = ()

    def __str__(self) -> str:
        """Write it as it is read."""
        names = "|".join(WORDS[relation].name for relation in self.relations)
        return f"{self.arrow}[{names}]" if names else self.arrow

    def reversed(self) -> Step:
        """Return the step the other way."""
        return Step({"<": ">", ">": "<", "-": "-"}[self.arrow], self.relations)


@dataclass(frozen=True, slots=True)
class Metapath:
    """Kinds, and the steps between each two."""

    kinds: tuple[str, ...]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Write it as it is read."""
        pairs = zip(self.steps, self.kinds[1:], strict=True)
        return self.kinds[0] + "".join(f"{step}{kind}" for step, kind in pairs)

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.steps)

    def reversed(self) -> Metapath:
        """Return the metapath from its other end."""
        steps = tuple(step.reversed() for step in reversed(self.steps))
        return Metapath(tuple(reversed(self.kinds)), steps)

    def parts(self) -> Iterator[tuple[str, Step, str]]:
        """Yield each step with the kinds at its ends."""
        yield from zip(self.kinds, self.steps, self.kinds[1:], strict=False)


_TOKEN = re.compile(r"\s*(?:([<>-])\s*(?:\[([^\[\]]*)\])?|([A-Za-z][A-Za-z _]*))")


def parse(text: str) -> Metapath:
    """Read a metapath.

    Raises:
        UsageError: it is not well-formed; the message gives the position, counted from 1.

    >>> metapath = parse("condition <[causes] gene > enzyme")
    >>> str(metapath), metapath.kinds
    ('condition<[causes]gene>enzyme', ('condition', 'gene', 'enzyme'))
    """
    kinds: list[str] = []
    steps: list[Step] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        begin = at + len(text[at:]) - len(text[at:].lstrip())
        if match is None:
            raise _fault(text, begin, f"{text[begin]!r} is neither a kind nor one of < > -")
        arrow, names, word = match.groups()
        if word is not None:
            if len(kinds) > len(steps):
                raise _fault(text, begin, f"no arrow before {word.strip()!r}")
            kinds.append(_kind(text, begin, word.strip()))
        else:
            if len(kinds) == len(steps):
                raise _fault(text, begin, f"no kind before {arrow!r}")
            steps.append(Step(arrow, _relations(text, match.start(2), names)))
        at = match.end()
    if len(kinds) == len(steps):
        raise _fault(text, len(text), "a kind is missing")
    if not 1 <= len(steps) <= LONGEST:
        raise _fault(text, 0, f"{len(steps)} steps, where 1 to {LONGEST} are counted")
    return Metapath(tuple(kinds), tuple(steps))


def _fault(text: str, at: int, problem: str, remedy: str = "") -> UsageError:
    return UsageError(
        f"metapath {text!r}, position {at + 1}: {problem}",
        remedy=remedy or "write kinds and arrows, such as condition<gene>enzyme",
    )


def _kind(text: str, at: int, word: str) -> str:
    try:
        return ends.kind(word)
    except UsageError as error:
        near = get_close_matches(word.lower(), ends.KIND_NAMES, 1)
        remedy = f"did you mean {near[0]!r}?" if near else error.remedy
        raise _fault(text, at, f"no kind {word!r}", remedy) from error


def _relations(text: str, at: int, names: str | None) -> tuple[NamedNode, ...]:
    if names is None:
        return ()
    try:
        return relations.walked(name.strip() for name in names.split("|"))
    except UsageError as error:
        raise _fault(text, at, error.problem, error.remedy) from error
