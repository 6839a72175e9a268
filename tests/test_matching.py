"""Scores against arithmetic by hand, on a hierarchy and annotations that fit on a page.

    1 All - 118 Phenotypic abnormality - 10 Anemia - 11 Microcytic anemia
                                       \\           \\ 12 Macrocytic anemia
                                        20 Ataxia

| condition | says |
|---|---|
| OMIM:1 | Microcytic anemia 3 of 4 (paper 1), 1 of 6 (paper 2); not Ataxia (paper 1) |
| OMIM:2 | Macrocytic anemia, nothing more said |
| OMIM:3 | Ataxia, very frequent |
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from genekg import profiles
from genekg.errors import StoreError
from genekg.hierarchy import Hierarchy
from genekg.identity import Identity
from genekg.matching import frequencies, index, patients, scoring
from genekg.matching.index import Copy, Index
from genekg.matching.patients import Patient
from genekg.matching.ranking import Matcher
from genekg.matching.scoring import Weights
from genekg.profiles import Profiles
from genekg.quads import Shape
from genekg.records import Annotation, Condition, Frequency, Provenance, Record, Term

ANEMIA, MICRO, MACRO, ATAXIA = "HP:0000010", "HP:0000011", "HP:0000012", "HP:0000020"
TERMS = (
    Term("HP:0000001", "All"),
    Term("HP:0000118", "Phenotypic abnormality", parents=("HP:0000001",)),
    Term(ANEMIA, "Anemia", parents=("HP:0000118",)),
    Term(MICRO, "Microcytic anemia", parents=(ANEMIA,)),
    Term(MACRO, "Macrocytic anemia", parents=(ANEMIA,)),
    Term(ATAXIA, "Ataxia", parents=("HP:0000118",)),
    Term("HP:0040281", "Very frequent", parents=("HP:0000001",)),
    Term("HP:0000005", "Mode of inheritance", parents=("HP:0000001",)),
    Term("HP:0001419", "X-linked recessive inheritance", parents=("HP:0000005",)),
    Term("HP:0003577", "Congenital onset", parents=("HP:0000001",)),
    Term("HP:0003584", "Late onset", parents=("HP:0000001",)),
)
SAID = Provenance("hpoa/1")


def cited(*papers: str) -> Provenance:
    return Provenance("hpoa/1", publications=papers)


ANNOTATIONS = (
    Annotation("OMIM:1", MICRO, "P", cited("PMID:1"), frequency=Frequency(3, 4)),
    Annotation("OMIM:1", MICRO, "P", cited("PMID:2"), frequency=Frequency(1, 6)),
    Annotation("OMIM:1", ATAXIA, "P", cited("PMID:1"), negated=True),
    Annotation("OMIM:1", "HP:0001419", "I", cited("PMID:1")),
    Annotation("OMIM:1", "HP:0003577", "C", cited("PMID:1")),
    Annotation("OMIM:2", MACRO, "P", cited("OMIM:2")),
    Annotation("OMIM:2", "HP:0003584", "C", cited("OMIM:2")),
    Annotation("OMIM:3", ATAXIA, "P", SAID, frequency=Frequency(term_id="HP:0040281")),
)
CONDITIONS = (
    Condition("OMIM:1", "first", SAID),
    Condition("OMIM:2", "second", SAID),
    Condition("OMIM:3", "third", SAID),
)
# (3 + 1 + 1/2) / (4 + 6 + 1); nothing said counts as half of 3; very frequent as 0.9 of 20.
MICRO_OFTEN = 4.5 / 11
MACRO_OFTEN = (0.5 * 3 + 0.5) / (3 + 1)
ATAXIA_OFTEN = (0.9 * 20 + 0.5) / (20 + 1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Profiles:
    folder = tmp_path_factory.mktemp("profiles") / "profiles"
    records: list[Record] = [*TERMS, *CONDITIONS, *ANNOTATIONS]
    shape = Shape(Identity(), Hierarchy(TERMS), {c.id: c.label for c in CONDITIONS})
    assert profiles.write(folder, [(one, "HPO") for one in records], shape) == len(ANNOTATIONS)
    return Profiles(folder)


@pytest.fixture(scope="module")
def arrays(small: Profiles) -> Index:
    return index.compose(small)


def place(small: Profiles, term_id: str) -> int:
    return small.term_numbers[term_id]


def test_frequencies_are_pooled(small: Profiles) -> None:
    rows = small.annotations[small.annotations["aspect"] == 0]
    found = frequencies.pool(rows, rows["condition"], small.term_numbers)
    known = {
        (int(who), small.names["terms"][term]): (often, occurs)
        for who, term, often, occurs in zip(
            found.who, found.term, found.frequency.tolist(), found.occurs.tolist(), strict=True
        )
    }
    assert known[0, MICRO] == (pytest.approx(MICRO_OFTEN), True)
    assert known[1, MACRO] == (pytest.approx(MACRO_OFTEN), True)
    assert known[2, ATAXIA] == (pytest.approx(ATAXIA_OFTEN), True)
    # Denied without a count: none of 3.
    assert known[0, ATAXIA] == (pytest.approx(0.5 / 4), False)


def background(often: float) -> float:
    """What the index takes as background: of three conditions, with the smoothing."""
    return (often + 0.2) / 4


def test_background_and_ancestors(small: Profiles, arrays: Index) -> None:
    values = arrays.background
    assert values[place(small, MICRO)] == pytest.approx(background(MICRO_OFTEN))
    assert values[place(small, ANEMIA)] == pytest.approx(background(MICRO_OFTEN + MACRO_OFTEN))
    assert values[place(small, ATAXIA)] == pytest.approx(background(ATAXIA_OFTEN))
    anemia = place(small, ANEMIA)
    who = arrays.who[arrays.starts[anemia] : arrays.starts[anemia + 1]]
    assert who.tolist() == [0, 1]


def test_an_excluded_symptom_is_not_shown_but_was_looked_for(
    small: Profiles, arrays: Index
) -> None:
    ataxia = place(small, ATAXIA)
    assert arrays.who[arrays.starts[ataxia] : arrays.starts[ataxia + 1]].tolist() == [2]
    looked = arrays.looked[arrays.looked_starts[ataxia] : arrays.looked_starts[ataxia + 1]]
    assert looked.tolist() == [0, 2]


def test_a_ratio_by_hand(small: Profiles, arrays: Index) -> None:
    weights = Weights(kin=0, mentioned=0)
    scores = scoring.score(arrays, (place(small, MICRO),), (), weights)
    own, anemia = background(MICRO_OFTEN), background(MICRO_OFTEN + MACRO_OFTEN)
    chance, spending = weights.chance, weights.spending
    # The first has it: the direct ratio is the best that it has.
    direct = MICRO_OFTEN / own
    expected = math.log(direct + chance) - spending * math.log1p(MICRO_OFTEN)
    assert scores.total[0] == pytest.approx(expected, rel=1e-5)
    # The second has macrocytic anemia: up to anemia, and down again.
    up = math.exp(-index.FADING * math.log(anemia / background(MACRO_OFTEN)))
    near = MACRO_OFTEN * up * (own / anemia) ** weights.descent / anemia
    expected = math.log(near + chance) - spending * math.log1p(MACRO_OFTEN)
    assert scores.total[1] == pytest.approx(expected, rel=1e-5)
    assert scores.total[0] > scores.total[1] > scores.total[2]


def test_a_symptom_that_is_named_counts_beside_how_often_it_is_shown(
    small: Profiles, arrays: Index
) -> None:
    ataxia = (place(small, ATAXIA),)
    with_it, without = (
        scoring.score(arrays, ataxia, (), Weights(kin=0, mentioned=weight)).total
        for weight in (0.8, 0)
    )
    gained = with_it - without
    # The third shows it; of the first it is said that it is absent, of the second nothing.
    assert gained[2] > gained[0]
    sizes = np.log1p(arrays.size[:2])
    assert gained[0] - gained[1] == pytest.approx(0.8 * 0.3 * (sizes[1] - sizes[0]), abs=1e-5)


def test_symptoms_that_are_alike_share_their_weight(small: Profiles, arrays: Index) -> None:
    alike = (place(small, MICRO), place(small, MACRO))
    apart = (place(small, MICRO), place(small, ATAXIA))
    assert scoring._shares(arrays, (alike[0],), Weights()).tolist() == [1]
    assert scoring._shares(arrays, (), Weights()).tolist() == []
    near, far = (scoring._shares(arrays, terms, Weights()) for terms in (alike, apart))
    assert (near < far).all()
    assert scoring._shares(arrays, alike, Weights(alike=0)).tolist() == [1, 1]


def test_an_absent_symptom_speaks_against_those_that_have_it(
    small: Profiles, arrays: Index
) -> None:
    weights = Weights()
    scores = scoring.score(arrays, (), (place(small, ATAXIA),), weights)
    usual = math.log1p(-background(ATAXIA_OFTEN))
    assert scores.total[2] == pytest.approx(
        weights.absent * (math.log1p(-ATAXIA_OFTEN) - usual), rel=1e-4
    )
    # The first lacks it, the second says nothing of it: neither gains by having it.
    assert scores.total[0] == scores.total[1] == pytest.approx(-weights.absent * usual, rel=1e-4)
    assert scores.total[2] < scores.total[0]


def test_in_a_published_case_an_absent_symptom_was_looked_for(
    small: Profiles, arrays: Index
) -> None:
    scores = scoring.score(arrays, (), (place(small, ATAXIA),), scoring.REPORTED)
    assert scores.total[0] > scores.total[1]
    assert scores.total[0] > scores.total[2]


def test_an_absent_symptom_is_never_taken_as_there(small: Profiles, arrays: Index) -> None:
    matcher = Matcher(small, arrays)
    absent, _, _ = matcher.score(Patient(present=(), excluded=(MICRO,)))
    there, _, _ = matcher.score(Patient(present=(MICRO,)))
    assert int(there.argmax()) == 0
    assert int(absent.argmin()) == 0


def test_onset_sex_and_inheritance(small: Profiles, arrays: Index) -> None:
    matcher = Matcher(small, arrays)

    def ratios(**known: object) -> dict[str, np.ndarray]:
        return matcher.rank(Patient(present=(MICRO,), **known)).beside  # type: ignore[arg-type]

    onset = ratios(onset=0.0)["onset"]
    assert onset[0] > 0 > onset[1]
    assert onset[2] == 0  # nothing is known of the third
    sex = {name: ratios(sex=name)["sex"] for name in ("male", "female")}
    assert sex["male"][0] == pytest.approx(math.log(0.8 / 0.5))
    assert sex["female"][0] == pytest.approx(math.log(0.2 / 0.5))
    assert sex["male"][1] == 0
    modes = ratios(modes=("HP:0000005",))["inheritance"]
    assert modes[0] > 0
    assert modes[1] == 0
    age = ratios(age=10.0)["age"]
    assert age[0] == pytest.approx(0, abs=1e-6)
    assert age[1] == pytest.approx(math.log(0.2), rel=1e-5)


def test_withheld_annotations_are_not_in_the_copy(small: Profiles) -> None:
    rows = small.cites(["PMID:1"])
    assert small.annotations["aspect"][rows].tolist() == [0, 0, 1, 2]
    copies = [Copy(0, 0, rows)]
    arrays = index.compose(small, copies=copies)
    assert len(arrays) == 4
    micro = place(small, MICRO)
    at = slice(arrays.starts[micro], arrays.starts[micro + 1])
    often = dict(zip(arrays.who[at].tolist(), arrays.frequency[at].tolist(), strict=True))
    assert often == {0: pytest.approx(MICRO_OFTEN), 3: pytest.approx(1.5 / 7)}
    ataxia = place(small, ATAXIA)
    looked = arrays.looked[arrays.looked_starts[ataxia] : arrays.looked_starts[ataxia + 1]]
    assert looked.tolist() == [0, 2]
    context = Matcher(small, arrays, copies=copies).context
    assert context.onsets[0].sum() == 1
    assert context.onsets[3].sum() == 0
    assert not context.modes[3].any()
    # The corpus is as it was.
    assert arrays.background[micro] == pytest.approx(background(MICRO_OFTEN))


def test_what_is_left_of_a_withheld_annotation_counts_in_the_copy(small: Profiles) -> None:
    rows = small.cites(["PMID:1"])
    micro = place(small, MICRO)
    rest = small.annotations[rows[small.annotations["term"][rows] == micro]].copy()
    rest["count"], rest["total"] = 3, 4
    often = []
    for instead in (rest[:0], rest):
        arrays = index.compose(small, copies=[Copy(0, 0, rows, instead)])
        at = slice(arrays.starts[micro], arrays.starts[micro + 1])
        often.append(dict(zip(arrays.who[at].tolist(), arrays.frequency[at].tolist(), strict=True)))
    assert often[0][3] == pytest.approx(1.5 / 7)
    assert often[1] == {0: pytest.approx(MICRO_OFTEN), 3: pytest.approx(4.5 / 11)}


def test_posterior_adds_up_with_the_unknown(small: Profiles, arrays: Index) -> None:
    ranking = Matcher(small, arrays).rank(Patient(present=(MICRO,), excluded=(ATAXIA,)))
    assert ranking.posterior.sum() + ranking.unknown == pytest.approx(1)
    assert ranking.order[0] == 0
    assert np.median(ranking.present[0]) == pytest.approx(0)


def test_saved_and_loaded_alike(arrays: Index, tmp_path: Path) -> None:
    arrays.save(tmp_path / "index")
    again = index.load(tmp_path / "index")
    for name in ("who", "frequency", "starts", "looked", "kin_weight", "background"):
        assert np.array_equal(getattr(again, name), getattr(arrays, name))
    (tmp_path / "index" / "who.npy").unlink()
    with pytest.raises(StoreError, match="genekg build"):
        index.load(tmp_path / "index")


def test_an_older_build_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="older genekg.*genekg build"):
        Profiles(tmp_path / "profiles")


@pytest.mark.parametrize(
    ("age", "expected"),
    [("P3Y6M", 3.5), ("P2W", 2 / 52), ("HP:0003577", 0.0), ("P", None), ("three", None)],
)
def test_ages(age: str, expected: float | None) -> None:
    found = patients.years(age)
    assert found == (pytest.approx(expected) if expected is not None else None)
