"""Kin of conditions by their names: what says nothing, says nothing."""

from __future__ import annotations

import os
import subprocess
import sys

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


def test_the_same_names_give_the_same_figures_whatever_the_order_of_sets() -> None:
    code = (
        "import random; from genekg.matching import kin; dice = random.Random(1);"
        "words = [chr(97 + a) + chr(97 + b) * 3 for a in range(9) for b in range(9)];"
        "names = [' '.join(dice.choices(words, range(1, 82), k=7)) for _ in range(200)];"
        "print(kin._by_name(names))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(said) == 1
