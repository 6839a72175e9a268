"""The lexicon in the cache is the one that was composed, and is made anew when it has to be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg import resources
from genekg.recognition import keeping
from genekg.recognition.lexicon import Lexicon

ONE = Lexicon(
    symptoms={frozenset({"weak", "muscl"}): "HP:0001324", frozenset({'"ataxia'}): "HP:0001251"},
    normal={frozenset({"normal", "hear"}): "HP:0000365"},
    coarse={frozenset({"weak", "muscl"}): "HP:0001324"},
    labels={"HP:0001324": "Muscle weakness"},
    ancestors={"HP:0001324": frozenset({"HP:0001324", "HP:0000118"})},
    symbols={"ALAS2": "HGNC:397"},
    previous={"ASB": frozenset({"HGNC:397"})},
    enzymes={"catalase": frozenset({"EC:1.11.1.6"})},
    encoded={"HGNC:397": frozenset({"EC:2.3.1.37"})},
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Lexicon]]:
    """Ask for the lexicon of a source; return those composed so far."""
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "hp.obo").write_text("one")
    composed: list[Lexicon] = []

    def compose() -> Lexicon:
        composed.append(ONE)
        return ONE

    def ask() -> list[Lexicon]:
        assert keeping.kept([tmp_path / "hp.obo"], compose) == ONE
        return composed

    return ask


def test_what_is_read_is_what_was_written() -> None:
    assert keeping.read(keeping.written(ONE)) == ONE


def test_it_is_composed_once(made: Callable[[], list[Lexicon]]) -> None:
    assert len(made()) == len(made()) == 1


def test_a_changed_source_makes_a_new_one(
    made: Callable[[], list[Lexicon]], tmp_path: Path
) -> None:
    made()
    os.utime(tmp_path / "hp.obo", (1, 1))
    assert len(made()) == 2
    assert len(list((tmp_path / "cache/lexicon").iterdir())) == 1


def test_changed_code_makes_a_new_one(
    made: Callable[[], list[Lexicon]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made()
    home = tmp_path / "package" / "recognition"
    home.mkdir(parents=True)
    (home / "words.py").write_text("other stems")
    monkeypatch.setattr(keeping, "__file__", str(home / "keeping.py"))
    assert len(made()) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"symptoms": 3}', '{"symptoms": [1]}'])
def test_a_damaged_one_is_made_anew(
    made: Callable[[], list[Lexicon]], tmp_path: Path, content: str
) -> None:
    made()
    (path,) = (tmp_path / "cache/lexicon").iterdir()
    path.write_text(content)
    assert len(made()) == 2
    assert len(made()) == 2


def test_a_cache_that_cannot_be_written_is_no_fault(
    made: Callable[[], list[Lexicon]], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file in its place")
    assert len(made()) == 1
    assert len(made()) == 2


def test_the_tests_keep_nothing_in_the_checkout() -> None:
    assert resources.path("pyproject.toml").parent not in resources.cache().parents
