"""A patient as matching takes one: what is there, what was looked for and is not, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genekg.records import Case, Sex

# The begin of the ages of onset in HPO's words, in years; before birth is below 0.
ONSETS = {
    "HP:0030674": -0.5,  # antenatal
    "HP:0011460": -0.6,  # embryonal
    "HP:0011461": -0.3,  # fetal
    "HP:0034199": -0.2,  # late first trimester
    "HP:0034198": -0.3,  # second trimester
    "HP:0034197": -0.2,  # third trimester
    "HP:0003577": 0.0,  # congenital
    "HP:0003623": 0.04,  # neonatal
    "HP:0003593": 0.5,  # infantile
    "HP:0410280": 5.0,  # paediatric
    "HP:0011463": 3.0,  # childhood
    "HP:0003621": 10.0,  # juvenile
    "HP:0003581": 30.0,  # adult
    "HP:0011462": 28.0,  # young adult
    "HP:0025708": 20.0,  # early young adult
    "HP:0025709": 28.0,  # intermediate young adult
    "HP:0025710": 35.0,  # late young adult
    "HP:0003596": 50.0,  # middle age
    "HP:0003584": 70.0,  # late
}
_DURATION = re.compile(r"P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of a patient. ``present`` and ``excluded`` are HPO ids of the graph.

    ``onset`` and ``age`` are years, None where they are not known; ``modes`` are HPO ids of
    inheritance that the family suggests.
    """

    present: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    sex: Sex = ""
    onset: float | None = None
    age: float | None = None
    modes: tuple[str, ...] = ()


def years(age: str) -> float | None:
    """Return an age in years: ISO 8601 (P1Y6M), or an HPO id of onset; None if it is neither.

    >>> years("P1Y6M"), years("HP:0003577"), years("soon")
    (1.5, 0.0, None)
    """
    if age in ONSETS:
        return ONSETS[age]
    match = _DURATION.fullmatch(age)
    if not match:
        return None
    in_years, months, weeks, days = (int(part or 0) for part in match.groups())
    return in_years + months / 12 + weeks / 52 + days / 365


def of_case(case: Case, leader: dict[str, str]) -> Patient:
    """Return the patient of a phenopacket: never its diagnosis, nor its gene.

    ``leader`` gives for the ids of terms those of the graph; terms that it does not have are left
    out. What is said to be both there and not there is taken as there.
    """
    present = {leader.get(o.term_id, "") for o in case.observations if not o.excluded} - {""}
    excluded = {leader.get(o.term_id, "") for o in case.observations if o.excluded} - {""}
    return Patient(
        present=tuple(sorted(present)),
        excluded=tuple(sorted(excluded - present)),
        sex=case.sex,
        onset=years(case.onset) if case.onset else None,
    )
