"""Kin of conditions by their names: what says nothing, says nothing."""

from __future__ import annotations

import pytest

from genekg.matching import kin


def test_a_word_of_every_name_makes_no_kin() -> None:
    assert kin._by_name(["Syndrome", "Syndrome"]) == {}
    assert kin._by_name(["Noonan syndrome", "Marfan syndrome", "Costello syndrome"]) == {}


NAMES = ["Noonan renal gout", "Noonan renal gout 2", *(f"Disease {n}" for n in "abcdefgh")]


def test_names_that_differ_in_a_number_are_near() -> None:
    found = kin._by_name(NAMES)
    assert found[0] == pytest.approx({1: 1.0})
    assert found[1] == pytest.approx({0: 1.0})
    assert set(found[2]) == set(range(3, 10))
