"""Shards: read back they are the graph; what is wrong with them is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from genekg import shards, sidecars
from genekg.cli import cli
from genekg.errors import StoreError, UsageError
from genekg.graph import Graph


def silent(step: str, done: int, total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def folder(sample_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards") / "genekg"
    shards.write(sample_graph, folder, 3, silent)
    return folder


def test_read_back_they_are_the_graph(sample_graph: Graph, folder: Path) -> None:
    found = list(shards.read(folder))
    assert len(found) == len(set(found))
    assert set(found) == set(shards.quads(sample_graph)) == set(sample_graph.store)
    assert sidecars.GRAPH in {quad.graph_name for quad in found}


def test_the_manifest_counts_them(sample_graph: Graph, folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [one["file"] for one in content["shards"]] == sorted(
        path.name for path in folder.glob("*.gz")
    )
    for one in content["shards"]:
        with gzip.open(folder / one["file"], "rt", encoding="utf-8") as file:
            assert sum(1 for _ in file) == one["quads"] > 500
    assert content["graphs"][""] == sample_graph.manifest["triples"]
    assert content["quads"] == sum(content["graphs"].values()) == len(sample_graph.store)


def test_the_same_graph_gives_the_same_bytes(
    sample_graph: Graph, folder: Path, tmp_path: Path
) -> None:
    shards.write(sample_graph, tmp_path / "again", 3, silent)
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_damage_is_said(sample_graph: Graph, tmp_path: Path) -> None:
    shards.write(sample_graph, tmp_path / "x", 2, silent)
    path = tmp_path / "x" / "shard-0002.nq.gz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(StoreError, match=r"shard-0002.nq.gz is not what was written"):
        list(shards.read(tmp_path / "x"))
    path.unlink()
    with pytest.raises(StoreError, match=r"is not what was written"):
        list(shards.read(tmp_path / "x"))
    with pytest.raises(StoreError, match="no manifest of shards"):
        list(shards.read(tmp_path))


def test_a_folder_in_use_is_left_alone(sample_graph: Graph, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there and not empty"):
        shards.write(sample_graph, folder, 2, silent)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError):
        shards.write(sample_graph, tmp_path / "file", 2, silent)
    assert (tmp_path / "file").read_text() == "mine"


def test_the_command(sample_home: Path, tmp_path: Path) -> None:
    words = ["export", "--store", str(sample_home), "--shards", "2"]
    done = CliRunner().invoke(cli, [*words, "-o", str(tmp_path / "x")])
    assert done.exit_code == 0
    assert "quads in 2 shards" in done.stderr
    assert sum(1 for _ in shards.read(tmp_path / "x")) > 4_000
    refused = CliRunner().invoke(cli, [*words, "ALAS2", "-o", str(tmp_path / "y")])
    assert refused.exit_code != 0
    assert not (tmp_path / "y").exists()
