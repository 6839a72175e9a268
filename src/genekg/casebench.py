"""Measuring how well matching ranks: published cases, each with a known diagnosis.

More than half of the published cases come from a paper that HPO itself cites for the very
condition: as it is, a ranking finds what it was built from. So each case is also ranked with every
annotation withheld that cites the case's own paper, for all conditions. See docs/matching.md.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from genekg.errors import UsageError
from genekg.matching import index, scoring
from genekg.matching.index import Copy
from genekg.matching.patients import Patient, of_case
from genekg.matching.ranking import Matcher
from genekg.matching.withholding import NOTHING, Patients
from genekg.records import Case
from genekg.sources import phenopackets
from genekg.tables import Cell, Table

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.profiles import Profiles


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to run the cases.

    ``withheld``: nothing; every annotation that cites the case's paper (``cited``); or of these
    what is said of the paper's own ``patients``. ``every``: cases of conditions that the release
    does not know count, as misses.
    """

    name: str
    about: str
    merged: bool = False
    withheld: Literal["nothing", "cited", "patients"] = "nothing"
    every: bool = False


MODES = {
    mode.name: mode
    for mode in (
        Mode("i", "as it is, ids of sources apart"),
        Mode("ii", "own paper withheld", withheld="cited"),
        Mode("iii", "own paper withheld, sources merged", merged=True, withheld="cited"),
        Mode("iv", "as iii, with conditions that the release does not know", merged=True,
             withheld="cited", every=True),
        Mode("iii-patients", "as iii, but only the own paper's patients are withheld", merged=True,
             withheld="patients"),
    )
}  # fmt: skip
TOPS = (1, 3, 10)
_SYMPTOMS = ((0, 4), (5, 9), (10, 19), (20, 10_000))
_RESAMPLED = 1000
_SEED = 20250116


@dataclass(frozen=True, slots=True)
class Result:
    """The rank of a case's condition: 1 is best, the middle of ties; 0 where it is not known."""

    case_id: str
    condition_id: str
    rank: float
    symptoms: int
    system: str
    seconds: float


@dataclass(slots=True)
class Run:
    """The results of one mode."""

    mode: Mode
    results: list[Result] = field(default_factory=list)

    @property
    def counted(self) -> list[Result]:
        """The results that the figures are of."""
        return [one for one in self.results if one.rank or self.mode.every]


def run(
    graph: Graph,
    path: Path,
    modes: Sequence[str] = tuple(MODES),
    *,
    weights: scoring.Weights = scoring.REPORTED,
    progress: Callable[[str, int, int], None] = lambda _step, _done, _total: None,
) -> list[Run]:
    """Rank the phenopackets of a file, folder or archive in each mode.

    Only symptoms, sex and onset of a case are used; its genes and diagnosis never. Of a case with
    several diagnoses the best ranked counts.

    Raises:
        UsageError: a mode that there is not.
        SourceError: a phenopacket is malformed.
    """
    for name in modes:
        if name not in MODES:
            raise UsageError(f"no mode {name!r}", remedy=f"there are {', '.join(MODES)}")
    cases = list(phenopackets.parse(path, "cases"))
    profiles = graph.matcher.profiles
    known = _term_ids(graph, cases)
    runs: list[Run] = []
    matchers: dict[tuple[bool, str], tuple[Matcher, dict[tuple[str, ...], dict[int, int]]]] = {}
    for name in modes:
        mode = MODES[name]
        key = (mode.merged, mode.withheld)
        if key not in matchers:
            progress(f"mode {name}: composing", 0, 0)
            matchers = {key: _matcher(profiles, cases, known, mode)}
        matcher, copies = matchers[key]
        targets = _Targets(graph, matcher, merged=mode.merged)
        done = Run(mode)
        for number, case in enumerate(cases):
            if number % 50 == 0:
                progress(f"mode {name}", number, len(cases))
            done.results.append(
                _rank(matcher, copies, targets, case, of_case(case, known), weights)
            )
        runs.append(done)
    return runs


def _term_ids(graph: Graph, cases: Sequence[Case]) -> dict[str, str]:
    """Return for each id of the cases that is a symptom of the graph, the graph's id."""
    found: dict[str, str] = {}
    numbers = graph.matcher.profiles.term_numbers
    root = numbers.get(index.SYMPTOM_ROOT, -1)
    arrays = graph.matcher.index
    for term_id in {one.term_id for case in cases for one in case.observations}:
        entity = graph.labels.entity(term_id)
        if entity and (number := numbers.get(entity[0].id)) is not None:
            above = arrays.ancestors(number)
            if root in above and number != root:
                found[term_id] = entity[0].id
    return found


def _matcher(
    profiles: Profiles, cases: Sequence[Case], known: Mapping[str, str], mode: Mode
) -> tuple[Matcher, dict[tuple[str, ...], dict[int, int]]]:
    """Return the matcher of a mode, and for each set of papers the copies that stand in."""
    found = index.candidates(profiles, merged=mode.merged)
    place = {int(owner): number for number, owner in enumerate(found.ids)}
    owner = profiles.annotations["condition" if mode.merged else "original"]
    copies: list[Copy] = []
    stand_in: dict[tuple[str, ...], dict[int, int]] = {}
    if mode.withheld != "nothing":
        papers = sorted({case.provenance.publications for case in cases})
        patients = Patients(profiles, cases, known) if mode.withheld == "patients" else None
        for group, paper in enumerate(papers):
            rows = profiles.cites(paper)
            stand_in[paper] = {}
            for one in np.unique(owner[rows]).tolist():
                if one in place:
                    stand_in[paper][place[one]] = len(place) + len(copies)
                    own = rows[owner[rows] == one]
                    left = patients.without(paper, own.tolist()) if patients else NOTHING
                    copies.append(Copy(place[one], group, own, left))
    arrays = index.compose(profiles, merged=mode.merged, copies=copies)
    matcher = Matcher(profiles, arrays, merged=mode.merged, copies=copies)
    return matcher, stand_in


class _Targets:
    """The candidates that a case's diagnoses are."""

    def __init__(self, graph: Graph, matcher: Matcher, *, merged: bool) -> None:
        names = matcher.profiles.names["conditions" if merged else "originals"]
        self._graph = graph
        self._merged = merged
        self._places = {names[owner]: place for place, owner in enumerate(matcher.ids.tolist())}

    def of(self, case: Case) -> list[int]:
        found = []
        for condition_id in case.condition_ids:
            entity = self._graph.labels.entity(condition_id) if self._merged else None
            place = self._places.get(entity[0].id if entity else condition_id)
            if place is not None:
                found.append(place)
        return found


def _rank(
    matcher: Matcher,
    copies: dict[tuple[str, ...], dict[int, int]],
    targets: _Targets,
    case: Case,
    patient: Patient,
    weights: scoring.Weights,
) -> Result:
    started = time.perf_counter()
    scores = matcher.score(patient, weights)[0]
    seconds = time.perf_counter() - started
    own = scores[: len(matcher.ids)].copy()
    for candidate, copy in copies.get(case.provenance.publications, {}).items():
        own[candidate] = scores[copy]
    ranks = [
        1 + int((own > own[place]).sum()) + (int((own == own[place]).sum()) - 1) / 2
        for place in targets.of(case)
    ]
    return Result(
        case.id,
        ", ".join(case.condition_ids),
        min(ranks, default=0.0),
        len(patient.present),
        _system(matcher, patient),
        seconds,
    )


def _system(matcher: Matcher, patient: Patient) -> str:
    """Return the organ system that most of the symptoms are of, by its label."""
    profiles = matcher.profiles
    root = profiles.term_numbers.get(index.SYMPTOM_ROOT, -1)
    tops = profiles.parents[profiles.parents[:, 1] == root, 0]
    counts: dict[int, int] = defaultdict(int)
    for term in patient.present:
        above = matcher.index.ancestors(profiles.term_numbers[term])
        for top in tops[np.isin(tops, above)].tolist():
            counts[top] += 1
    if not counts:
        return "none"
    best = min(counts, key=lambda top: (-counts[top], top))
    return profiles.names["term_labels"][best].removeprefix("Abnormality of ").removeprefix("the ")


COLUMNS = (
    "mode", "group", "cases", "conditions", "top-1", "top-3", "top-10", "MRR", "top-1 by condition",
    "top-10 by condition", "ms a case",
)  # fmt: skip


def summary(runs: Sequence[Run], *, parts: bool = False) -> Table:
    """Return the figures of each mode, in per cent, with 95 % intervals in brackets.

    Cases of one condition are alike, so that conditions are resampled, not cases. ``by
    condition``: each condition counts once, however many cases it has. ``parts``: also by number
    of symptoms and by organ system.
    """
    rows: list[tuple[Cell, ...]] = []
    for one in runs:
        for group, results in _groups(one.counted, parts=parts):
            if results:
                rows.append((one.mode.name, group, *_figures(results)))
    return Table(COLUMNS, rows)


def _groups(results: list[Result], *, parts: bool) -> Iterator[tuple[str, list[Result]]]:
    yield "all", results
    if not parts:
        return
    for low, high in _SYMPTOMS:
        name = f"{low} to {high} symptoms" if high < 1000 else f"{low} symptoms or more"
        yield name, [one for one in results if low <= one.symptoms <= high]
    for system in sorted({one.system for one in results}):
        yield system, [one for one in results if one.system == system]


def _figures(results: Sequence[Result]) -> tuple[Cell, ...]:
    ranks = np.array([one.rank or np.inf for one in results])
    names, of = np.unique([one.condition_id for one in results], return_inverse=True)
    measures = [ranks <= top for top in TOPS] + [1 / ranks]
    low, high = _interval(measures, of, len(names))
    cells = [
        f"{100 * np.mean(measure):.1f} ({100 * low[n]:.1f}–{100 * high[n]:.1f})"
        for n, measure in enumerate(measures[:3])
    ]
    sizes = np.bincount(of)
    by_condition = [f"{100 * np.mean(np.bincount(of, measures[n]) / sizes):.1f}" for n in (0, 2)]
    taken = 1000 * float(np.mean([one.seconds for one in results]))
    return (
        len(results), len(names), *cells,
        f"{np.mean(measures[3]):.3f} ({low[3]:.3f}–{high[3]:.3f})", *by_condition, round(taken, 1),
    )  # fmt: skip


def _interval(
    measures: Sequence[NDArray[np.generic]], of: NDArray[np.intp], number: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 2.5 and 97.5 percentiles of the means, conditions resampled with a fixed seed."""
    sizes = np.bincount(of, minlength=number)
    sums = np.array([np.bincount(of, measure, number) for measure in measures])
    chosen = np.random.default_rng(_SEED).integers(0, number, (_RESAMPLED, number))
    means = sums[:, chosen].sum(axis=2) / sizes[chosen].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5), axis=1)
    return low, high


def ranks(runs: Sequence[Run]) -> Table:
    """Return the rank of every case in every mode; empty where its condition is not known."""
    rows = [
        (one.mode.name, result.case_id, result.condition_id, result.rank or None,
         result.symptoms, result.system)
        for one in runs
        for result in one.results
    ]  # fmt: skip
    return Table(("mode", "case", "condition", "rank", "symptoms", "system"), rows)
