"""Which conditions are kin: of the same gene, of the same kind, of a similar name.

A condition of which little is said is likely to be as its kin are: the types of one disease, the
other conditions of its gene. Nothing is merged by it; what kin have counts a little.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from genekg.profiles import Profiles

KEPT = 8
# A group larger than this (a gene or kind of very many conditions) says little of its members.
LARGEST = 60
# What each sort of kin weighs together. Conditions of one gene are often unlike; docs/matching.md.
_OF_GENE, _OF_KIND, _OF_NAME = 0.2, 1.0, 0.5
_LEAST_ALIKE = 0.3
_NAMES_KEPT = 20
# A word of more names than this tells none of them apart.
_COMMON_WORD = 600
_WORD = re.compile(r"[a-z]{3,}")


def kin(
    profiles: Profiles, conditions: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return for each candidate its nearest kin and their weights, ``KEPT`` of each.

    ``conditions`` are the places of the candidates' conditions. Each of the three sorts of kin
    has its own weight together; where there are fewer than ``KEPT`` the weight is 0.
    """
    weights: list[dict[int, float]] = [{} for _ in conditions]
    for sort, links in (
        (_OF_GENE, _together(_by_gene(profiles, conditions), by_size=False)),
        (_OF_KIND, _together(_by_kind(profiles, conditions), by_size=True)),
        (_OF_NAME, _by_name([profiles.names["condition_labels"][place] for place in conditions])),
    ):
        for candidate, others in links.items():
            total = sum(others.values())
            for other, weight in others.items():
                so_far = weights[candidate]
                so_far[other] = so_far.get(other, 0.0) + sort * weight / total
    nearest = np.zeros((len(conditions), KEPT), dtype=np.int32)
    strength = np.zeros((len(conditions), KEPT), dtype=np.float32)
    for candidate, others in enumerate(weights):
        best = sorted(others.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        for column, (other, weight) in enumerate(best):
            nearest[candidate, column], strength[candidate, column] = other, weight
    return nearest, strength


def _candidates(conditions: NDArray[np.int32]) -> dict[int, list[int]]:
    """Return the candidates of each condition: two where sources are kept apart."""
    found: dict[int, list[int]] = defaultdict(list)
    for candidate, condition in enumerate(conditions.tolist()):
        found[condition].append(candidate)
    return found


def _by_gene(profiles: Profiles, conditions: NDArray[np.int32]) -> Iterable[set[int]]:
    candidates = _candidates(conditions)
    groups: dict[int, set[int]] = defaultdict(set)
    for gene, condition, _relation in profiles.genes.tolist():
        groups[gene].update(candidates.get(condition, ()))
    return groups.values()


def _by_kind(profiles: Profiles, conditions: NDArray[np.int32]) -> Iterable[set[int]]:
    candidates = _candidates(conditions)
    groups: dict[int, set[int]] = defaultdict(set)
    for condition, above in profiles.kinds.tolist():
        groups[above].update(candidates.get(condition, ()))
        groups[above].update(candidates.get(above, ()))
    return groups.values()


def _together(groups: Iterable[set[int]], *, by_size: bool) -> dict[int, dict[int, float]]:
    """Return for each member the others of its groups; a smaller group counts more if so asked."""
    links: dict[int, dict[int, float]] = defaultdict(dict)
    for group in groups:
        if not 1 < len(group) <= LARGEST:
            continue
        weight = 1 / len(group) if by_size else 1.0
        for one in group:
            for other in group:
                if one != other:
                    links[one][other] = links[one].get(other, 0.0) + weight
    return links


def _by_name(labels: Sequence[str]) -> dict[int, dict[int, float]]:
    """Return for each label those alike: the cosine of their words, rare words counting more."""
    words = [sorted(set(_WORD.findall(label.lower()))) for label in labels]
    postings: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(words):
        for word in own:
            postings[word].append(place)
    rarity = {word: float(np.log(len(labels) / len(found))) for word, found in postings.items()}
    length = np.array([sum(rarity[word] ** 2 for word in own) for own in words]) ** 0.5
    common = min(_COMMON_WORD, len(labels))  # a word of every label tells none apart
    lists = {word: np.array(found) for word, found in postings.items() if 1 < len(found) < common}
    links: dict[int, dict[int, float]] = {}
    for place, own in enumerate(words):
        shared = [word for word in own if word in lists]
        if not shared:
            continue
        others = np.concatenate([lists[word] for word in shared])
        parts = np.repeat(
            [rarity[word] ** 2 for word in shared], [len(lists[word]) for word in shared]
        )
        found, at = np.unique(others, return_inverse=True)
        alike = np.bincount(at, parts) / (length[found] * length[place])
        alike[found == place] = 0
        order = np.argsort(-alike, kind="stable")[:_NAMES_KEPT]
        near = {int(found[n]): float(alike[n] ** 2) for n in order if alike[n] > _LEAST_ALIKE}
        if near:
            links[place] = near
    return links
