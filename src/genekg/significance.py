"""How likely chance is: what a metapath's DWPC is in graphs with the same degrees, else random.

A node of a degree is, in a permuted graph, like any other of that degree. So for a metapath, and
for each pair of degrees at its two ends, the DWPCs of many pairs in many permuted graphs say how
often chance alone gives as much, as in the permutations of Himmelstein et al., "Hetnet connectivity
search provides rapid insights into how biomedical entities are related", GigaScience 12 (2023)
giad047. Degrees are grouped: each by itself up to 7, then in groups a third wider. Relations
between two kinds are permuted (see ``permutations``); a hierarchy stays what it is, so that a
metapath of is-a relations alone has no p-value.

What is worked out is kept in a file beside the builds, by build, and read from there afterwards.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import TYPE_CHECKING, TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from genekg import resources
from genekg.labels import KINDS
from genekg.layers import Layer, TooManyPathsError, ends, layer, layer_of, layers
from genekg.metapaths import count
from genekg.notation import LONGEST, Metapath, Step, parse
from genekg.permutations import permuted

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.traversal import Path

FOLDER = "significance"
SEED = 2015
PERMUTATIONS = 15
# Per permuted graph and group of degrees, so many nodes start paths.
STARTS = 6
_SAMPLE = 2_000
_KEPT = 500
# The metapaths that paths between conditions, genes, symptoms and enzymes have most often; each
# stands for its reverse too. Those through nearly everything are left out.
COMMON = tuple(
    """
    condition<gene>condition
    condition>symptom<condition
    condition<gene>enzyme
    condition<gene>enzyme<gene>condition
    condition<gene>process
    condition<gene>process<gene>condition
    condition<gene>process<gene
    gene>condition<gene
    gene>condition>symptom
    gene>condition>symptom<condition
    gene>enzyme<gene
    gene>process<gene
    symptom<condition>symptom
    condition>symptom<symptom<condition
    condition>symptom>symptom<condition
    enzyme<gene>condition>symptom
    """.split()
)

Progress: TypeAlias = Callable[[str, int, int], None]
_Base: TypeAlias = tuple[str, Step, str]


@dataclass(frozen=True)
class Null:
    """DWPCs by chance: per group of start degrees and group of end degrees.

    ``pairs`` and ``joined`` count the pairs that were looked at and those with any path; of the
    latter's DWPCs a sample stands, ascending, from ``offsets[cell]`` to ``offsets[cell + 1]``.
    """

    pairs: NDArray[np.int64]
    joined: NDArray[np.int64]
    offsets: NDArray[np.int64]
    sample: NDArray[np.float32]

    def p_value(self, start_degree: int, end_degree: int, dwpc: float) -> float | None:
        """Return how likely a DWPC at least so great is; None if no such pair was seen.

        The observed one counts as one of the seen, so that it is never 0.
        """
        place = (_group(start_degree), _group(end_degree))
        pairs = int(self.pairs[place])
        if not pairs:
            return None
        cell = place[0] * self.pairs.shape[1] + place[1]
        own = self.sample[self.offsets[cell] : self.offsets[cell + 1]]
        share = 0.0
        if len(own):
            share = 1 - np.searchsorted(own, dwpc * (1 - 1e-6)) / len(own)
        return float((share * self.joined[place] + 1) / (pairs + 1))


_BOUNDS = np.array(
    [*range(1, 9), *np.unique((8 * (4 / 3) ** np.arange(1, 40)).astype(np.int64)).tolist()]
)


def _group(degree: int) -> int:
    return int(np.searchsorted(_BOUNDS, degree, side="right")) - 1


def p_value(graph: Graph, metapath: Metapath, start: int, end: int, dwpc: float) -> float | None:
    """Return how likely chance gives a pair of such degrees a DWPC at least so great.

    None if that has not been worked out for the metapath (see ``prepare``), or cannot be.
    """
    nulls = _kept(graph)
    walked = layers(graph, metapath)
    degrees = int(walked[0].out_degrees[start]), int(walked[-1].in_degrees[end])
    if found := nulls.get(str(metapath)):
        return found.p_value(degrees[0], degrees[1], dwpc)
    if found := nulls.get(str(metapath.reversed())):
        return found.p_value(degrees[1], degrees[0], dwpc)
    return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a path's metapath counts between its ends: paths, DWPC, and the p-value of that."""

    paths: int | None = None
    dwpc: float | None = None
    p: float | None = None


def verdicts(graph: Graph, paths: Sequence[Path]) -> list[Verdict]:
    """Return for each path what its metapath counts between its two ends.

    Empty where there are too many paths to count, or the path is too long.
    """
    found: dict[tuple[str, int, int], Verdict] = {}
    result = []
    for path in paths:
        start, end = path.entities[0].number, path.entities[-1].number
        key = (path.metapath, start, end)
        if key not in found:
            found[key] = verdict(graph, path.metapath, start, end)
        result.append(found[key])
    return result


def verdict(graph: Graph, text: str, start: int, end: int) -> Verdict:
    """Return what a metapath counts between two entities."""
    if text.count("<") + text.count(">") > LONGEST:
        return Verdict()
    metapath = parse(text)
    try:
        counted = count(graph, metapath, start, end)
    except TooManyPathsError:
        return Verdict()
    p = p_value(graph, metapath, start, end, counted.dwpc)
    return Verdict(counted.paths, counted.dwpc, p)


def permutable(metapath: Metapath) -> bool:
    """Whether any step is between two kinds."""
    return any(start != end for start, _, end in metapath.parts())


def prepare(
    graph: Graph, metapaths: Sequence[Metapath] = (), *, progress: Progress | None = None
) -> bool:
    """Work out what chance gives, for the common metapaths unless others are named, and keep it.

    Return whether there was anything to do.
    """
    wanted = list(metapaths) or [parse(text) for text in COMMON]
    nulls = _kept(graph)
    missing = [
        one
        for one in wanted
        if permutable(one) and str(one) not in nulls and str(one.reversed()) not in nulls
    ]
    if not missing:
        return False
    nulls.update(worked_out(graph, missing, progress=progress))
    _write(_file(graph), nulls)
    return True


def worked_out(
    graph: Graph,
    metapaths: Sequence[Metapath],
    *,
    permutations: int = PERMUTATIONS,
    starts: int = STARTS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> dict[str, Null]:
    """Return what chance gives for metapaths, by their text; the same seed, the same figures."""
    steps = graph.steps
    bases = sorted(
        {base for one in metapaths for part in one.parts() if (base := _base(*part))}, key=str
    )
    draws = {base: _drawn(layer(steps, *base), base, permutations, seed) for base in bases}
    found = {str(one): _Tally(one) for one in metapaths}
    for number in range(permutations):
        if progress:
            progress("working out what chance gives", number, permutations)
        drawn = {base: next(draw) for base, draw in draws.items()}
        for one in metapaths:
            walked = [
                _permuted_layer(drawn, part) if _base(*part) else layer(steps, *part)
                for part in one.parts()
            ]
            dice = np.random.default_rng([seed, number, zlib.crc32(str(one).encode())])
            found[str(one)].add(walked, steps.kinds, starts, dice)
    return {text: tally.null(np.random.default_rng(seed)) for text, tally in found.items()}


def _base(start: str, step: Step, end: str) -> _Base | None:
    """Return the step in the direction that is permuted: one permutation serves both."""
    if start == end:
        return None
    if step.arrow == "<" or (step.arrow == "-" and start > end):
        return end, step.reversed(), start
    return start, step, end


def _permuted_layer(drawn: dict[_Base, Layer], part: tuple[str, Step, str]) -> Layer:
    base = _base(*part)
    if base is None:
        raise AssertionError
    return drawn[base] if base == part else drawn[base].transposed


def _drawn(one: Layer, base: _Base, permutations: int, seed: int) -> Iterator[Layer]:
    own = zlib.crc32(" ".join(map(str, base)).encode()) ^ seed
    size = len(one.starts) - 1
    for subjects, objects in permuted(one.origins, one.nodes, count=permutations, seed=own):
        yield layer_of(subjects, objects, size)


class _Tally:
    """Collects DWPCs of one metapath over permuted graphs."""

    def __init__(self, metapath: Metapath) -> None:
        self._metapath = metapath
        width = len(_BOUNDS)
        self._pairs = np.zeros((width, width), dtype=np.int64)
        self._joined = np.zeros((width, width), dtype=np.int64)
        self._cells: list[NDArray[np.int64]] = []
        self._values: list[NDArray[np.float64]] = []

    def add(
        self,
        walked: Sequence[Layer],
        kinds: NDArray[np.int8],
        starts: int,
        dice: np.random.Generator,
    ) -> None:
        """Add what nodes of every group of degrees reach in one permuted graph."""
        width = len(_BOUNDS)
        groups = np.searchsorted(_BOUNDS, walked[0].out_degrees, side="right") - 1
        end_groups = np.searchsorted(_BOUNDS, walked[-1].in_degrees, side="right") - 1
        there = np.bincount(end_groups[end_groups >= 0], minlength=width)
        of_kind = np.flatnonzero(kinds == KINDS.index(self._metapath.kinds[-1]))
        local = np.zeros(len(kinds), dtype=np.int32)
        local[of_kind] = np.arange(len(of_kind))
        same = self._metapath.kinds[0] == self._metapath.kinds[-1]
        for group in np.unique(groups[groups >= 0]).tolist():
            members = np.flatnonzero(groups == group)
            for start in dice.permutation(members)[:starts].tolist():
                try:
                    found, weights = ends(walked, self._metapath.kinds, np.array([start]))
                except TooManyPathsError:
                    continue
                sums = np.bincount(local[found], weights=weights, minlength=len(of_kind))
                near = np.flatnonzero(sums)
                reached = of_kind[near]
                self._pairs[group] += there
                if same and end_groups[start] >= 0:
                    self._pairs[group, end_groups[start]] -= 1
                self._joined[group] += np.bincount(end_groups[reached], minlength=width)
                chosen = dice.permutation(len(near))[:_SAMPLE]
                self._cells.append(group * width + end_groups[reached[chosen]])
                self._values.append(sums[near[chosen]].astype(float, copy=False))

    def null(self, dice: np.random.Generator) -> Null:
        """Return what was collected, each cell's values sampled down."""
        width = len(_BOUNDS)
        cells = np.concatenate(self._cells) if self._cells else np.empty(0, dtype=np.int64)
        values = np.concatenate(self._values) if self._values else np.empty(0)
        order = np.argsort((cells << 32) | dice.integers(0, 1 << 32, len(cells)))
        cells, values = cells[order], values[order]
        firsts = np.searchsorted(cells, np.arange(width**2))
        kept = np.arange(len(cells)) - firsts[cells] < _KEPT
        cells, values = cells[kept], values[kept]
        order = np.lexsort((values, cells))
        offsets = np.searchsorted(cells, np.arange(width**2 + 1))
        return Null(
            self._pairs, self._joined, offsets.astype(np.int64), values[order].astype(np.float32)
        )


# the file


def _file(graph: Graph) -> File:
    """Return the place beside the builds, or the cache where nothing can be written there.

    What is worked out for an endpoint stands in the cache with its sidecars, and goes with them.
    """
    if graph.build.address:
        return graph.build.path / f"{FOLDER}.npz"
    home = graph.build.path.parent.parent
    place = home if os.access(home, os.W_OK) else resources.cache()
    return place / FOLDER / f"{graph.build.path.name}.npz"


def _kept(graph: Graph) -> dict[str, Null]:
    """Return what has been worked out for a graph, read once."""
    if "nulls" not in graph.steps.layers:
        graph.steps.layers["nulls"] = _read(_file(graph))
    found: dict[str, Null] = graph.steps.layers["nulls"]
    return found


def _read(path: File) -> dict[str, Null]:
    """Return what a file holds; nothing, if it is not there or not whole."""
    try:
        with path.open("rb") as opened, np.load(opened) as file:
            if int(file["seed"]) != SEED:
                return {}
            return {
                str(text): Null(*(file[f"{number}-{name}"] for name in Null.__annotations__))
                for number, text in enumerate(file["metapaths"])
            }
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _write(path: File, nulls: dict[str, Null]) -> None:
    """Keep what was worked out; where that cannot be, it lasts as long as the graph is open."""
    beside = path.with_name(f".{path.name}.new")
    arrays = {
        f"{number}-{name}": getattr(one, name)
        for number, one in enumerate(nulls.values())
        for name in Null.__annotations__
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            np.savez(file, seed=SEED, metapaths=np.array(list(nulls)), **arrays)
        beside.replace(path)
        builds = path.parent.parent / "builds"
        if builds.is_dir():
            for other in path.parent.glob("*.npz"):
                if not (builds / other.stem).exists():
                    other.unlink()
    except OSError:
        beside.unlink(missing_ok=True)
