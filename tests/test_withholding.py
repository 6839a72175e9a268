"""Taking the patients of one paper out of what several papers are cited for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from genekg.matching.withholding import Patients
from genekg.profiles import ASPECTS, ROW
from genekg.records import Case, Observation, Provenance

CONDITION, ANEMIA = "OMIM:300751", "HP:0001903"
OWN, OTHER, UNSEEN = "PMID:1", "PMID:2", "PMID:3"
PAPERS = (OWN, OTHER, UNSEEN)


def annotation(count: int = -1, total: int = -1, aspect: str = "P", **more: Any) -> Any:
    row = np.zeros(1, dtype=ROW)[0]
    row["aspect"] = ASPECTS.index(aspect)
    row["count"], row["total"] = count, total
    row["percentage"], row["frequency"] = more.get("percentage", -1), -1
    return row


def profiles(row: Any, *papers: str) -> Any:
    return SimpleNamespace(
        annotations=np.array([row], dtype=ROW),
        names={"publications": PAPERS, "originals": [CONDITION], "terms": [ANEMIA]},
        cited_starts=np.array([0, len(papers)]),
        cited=np.array([PAPERS.index(paper) for paper in papers]),
    )


def patient(paper: str, *, excluded: bool = False, term: str = ANEMIA) -> Case:
    return Case(
        id=f"case of {paper}",
        condition_ids=(CONDITION,),
        observations=(Observation(term, excluded=excluded),),
        provenance=Provenance("cases", publications=(paper,)),
    )


def left(row: Any, papers: tuple[str, ...], cases: list[Case]) -> list[tuple[int, int]]:
    found = Patients(profiles(row, *papers), cases, {"HP:old": ANEMIA}).without([OWN], [0])
    assert found.dtype == ROW
    return [(int(one["count"]), int(one["total"])) for one in found]


COHORT = [patient(OWN), patient(OWN), patient(OWN, excluded=True), patient(OTHER), patient(OTHER)]


def test_patients_of_the_paper_are_taken_out() -> None:
    """Two of three in one paper and two of two in the other are pooled as four of five."""
    assert left(annotation(4, 5), (OWN, OTHER), COHORT) == [(2, 2)]


def test_a_term_is_known_by_its_former_id() -> None:
    cases = [patient(OWN, term="HP:old"), patient(OTHER)]
    assert left(annotation(2, 2), (OWN, OTHER), cases) == [(1, 1)]


def test_patients_of_a_paper_without_cases_are_left() -> None:
    assert left(annotation(9, 20), (OWN, OTHER, UNSEEN), COHORT) == [(7, 17)]


@pytest.mark.parametrize(
    ("count", "total", "papers"),
    [
        (2, 3, (OWN,)),  # nobody else says it
        (5, 6, (OWN, OTHER)),  # a sixth patient may be of the own paper
        (3, 20, (OWN, OTHER, UNSEEN)),  # the cases have four with it
        (9, 9, (OWN, OTHER, UNSEEN)),  # the cases have one without it
    ],
)
def test_what_the_cases_do_not_account_for_is_withheld_whole(
    count: int, total: int, papers: tuple[str, ...]
) -> None:
    assert left(annotation(count, total), papers, COHORT) == []


def test_a_paper_whose_cases_do_not_tell_of_the_symptom_is_withheld_whole() -> None:
    assert left(annotation(2, 9), (OWN, OTHER), COHORT[3:]) == []


def test_without_a_count_others_say_so_but_not_how_often() -> None:
    row = annotation(percentage=80)
    (found,) = Patients(profiles(row, OWN, OTHER), COHORT, {}).without([OWN], [0])
    assert found["percentage"] == found["total"] == -1
    assert row["percentage"] == 80


def test_only_symptoms_are_divided() -> None:
    assert left(annotation(4, 5, aspect="C"), (OWN, OTHER), COHORT) == []
