"""Where builds stand, how one is opened, and how damage is noticed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

import genekg.graph
from genekg import store
from genekg.errors import StoreError


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the published samples, to be damaged."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


def published(home: Path) -> store.Build:
    build = store.current(home)
    assert build is not None
    return build


def publish(home: Path, name: str, text: str = "x", **manifest: Any) -> store.Build:
    """Publish a build of one file."""
    with store.draft(home) as draft:
        (draft.path / "file").write_text(text, encoding="utf-8")
        return draft.publish(name, manifest)


def test_a_home_without_a_build_is_none(tmp_path: Path) -> None:
    assert store.current(tmp_path) is None
    assert store.current(tmp_path / "none") is None


def test_default_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GENEKG_STORE", str(tmp_path))
    assert store.default_home() == tmp_path
    monkeypatch.delenv("GENEKG_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert store.default_home().name == "genekg"


def test_a_published_build_is_current_and_its_files_hash_right(home: Path) -> None:
    build = published(home)
    names = list(store.verify(build))
    assert {"labels.sqlite", "graph/CURRENT", "arrays/out_nodes.npy"} <= set(names)
    assert any(name.startswith("graph/MANIFEST-") for name in names)
    on_disk = {
        path.relative_to(build.path).as_posix()
        for path in build.path.rglob("*")
        if path.is_file() and path.name not in ("LOCK", "LOG", "manifest.json")
    }
    assert set(names) == on_disk


def test_the_manifest_says_name_format_and_what_was_given(tmp_path: Path) -> None:
    build = publish(tmp_path, "one", colour="red")
    content = json.loads((build.path / "manifest.json").read_text(encoding="utf-8"))
    assert content == build.manifest == published(tmp_path).manifest
    assert (content["name"], content["format"], content["colour"]) == ("one", store.FORMAT, "red")
    assert content["files"]["file"]["size"] == 1


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    assert [publish(tmp_path, "one").name for _ in range(3)] == ["one", "one-2", "one-3"]
    assert published(tmp_path).name == "one-3"


def test_the_last_three_builds_are_kept(tmp_path: Path) -> None:
    for number in range(6):
        path = publish(tmp_path, f"build-{number}").path
        os.utime(path, (number, number))
    left = {path.name for path in (tmp_path / "builds").iterdir()}
    assert left == {"build-3", "build-4", "build-5"}


def test_the_build_in_use_is_kept_however_old(tmp_path: Path) -> None:
    for number in range(3):
        publish(tmp_path, f"build-{number}")
    in_use = publish(tmp_path, "in-use").path
    os.utime(in_use, (1, 1))
    store._sweep(tmp_path)
    assert in_use.is_dir()
    assert published(tmp_path).name == "in-use"


def test_left_overs_of_killed_builds_are_swept(home: Path) -> None:
    left = home / "builds" / ".new-killed"
    left.mkdir()
    (left / "part").write_text("x", encoding="utf-8")
    publish(home, "next")
    assert not left.exists()


def test_a_draft_that_fails_is_removed_and_the_build_in_use_stays(home: Path) -> None:
    before = published(home).name

    def fail() -> None:
        with store.draft(home) as draft:
            (draft.path / "file").write_text("x", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert published(home).name == before
    assert [path.name for path in (home / "builds").iterdir()] == [before]


def test_two_drafts_at_once(home: Path) -> None:
    with (
        store.draft(home),
        pytest.raises(StoreError, match="another build is writing to .*; wait for it"),
        store.draft(home),
    ):
        pytest.fail("the second draft was given")


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="could not be written"), store.draft(path):
        pytest.fail("a draft in a file")
    with pytest.raises(StoreError, match="cannot be read"):
        store.current(path)


def test_a_pointer_that_is_no_text(home: Path) -> None:
    (home / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match=r"current cannot be read"):
        store.current(home)


def test_no_manifest(home: Path) -> None:
    (published(home).path / "manifest.json").unlink()
    with pytest.raises(StoreError, match="has no manifest; run `genekg build --force`"):
        store.current(home)


def test_a_pointer_to_nothing(home: Path) -> None:
    (home / "current").write_text("nosuch", encoding="utf-8")
    with pytest.raises(StoreError, match="nosuch has no manifest"):
        store.current(home)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"x"', "{}", '{"files": {}}', "\xff"]
    + [f'{{"format": 1, "files": {files}}}' for files in ("[]", '{"x": {}}', '{"x": 1}')],
)
def test_a_damaged_manifest(home: Path, content: str) -> None:
    path = published(home).path / "manifest.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(StoreError, match="the manifest of .* is damaged"):
        store.current(home)


def test_another_format(home: Path) -> None:
    path = published(home).path / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "format": 99}), encoding="utf-8")
    with pytest.raises(StoreError, match="has format 99, this genekg reads 1; run `genekg build`"):
        store.current(home)


def test_every_missing_file_is_noticed_at_open(home: Path) -> None:
    build = published(home)
    for name in build.manifest["files"]:
        path = build.path / name
        moved = path.with_name("LOG")  # a name that no build counts
        kept = moved.read_bytes() if moved.exists() else None
        path.rename(moved)
        with pytest.raises(StoreError, match=f"the file {name} is missing"):
            store.current(home)
        moved.rename(path)
        if kept is not None:
            moved.write_bytes(kept)
    assert published(home).name == build.name


def test_every_cut_file_is_noticed_at_open(home: Path) -> None:
    build = published(home)
    for name, facts in build.manifest["files"].items():
        path = build.path / name
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(StoreError, match="has not the size it was published with"):
            store.current(home)
        path.write_bytes(content)
        assert facts["size"] == len(content)
    assert published(home).name == build.name


def test_a_changed_byte_is_noticed_by_verify_in_every_file(home: Path) -> None:
    build = published(home)
    for name in build.manifest["files"]:
        path = build.path / name
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        with pytest.raises(StoreError, match="is not what was published"):
            list(store.verify(build))
        path.write_bytes(content)
    assert len(list(store.verify(build))) == len(build.manifest["files"])


def test_a_missing_file_is_noticed_by_verify(home: Path) -> None:
    build = published(home)
    (build.path / "labels.sqlite").unlink()
    with pytest.raises(StoreError, match=r"labels.sqlite"):
        list(store.verify(build))


def test_open_store_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        store.open_store(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    quad = Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("o"))
    written = store.new_store(tmp_path / "graph")
    written.add(quad)
    written.flush()
    del written
    assert list(store.open_store(tmp_path / "graph")) == [quad]
    assert len(store.memory_store()) == 0


def test_a_graph_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no graph in .*; run `genekg build`"):
        genekg.graph.open(tmp_path, build=False)
    assert list(tmp_path.iterdir()) == []


def test_opening_writes_nothing(home: Path) -> None:
    def listing() -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in home.rglob("*")
            if path.is_file()
        }

    before = listing()
    with genekg.graph.open(home, build=False) as graph:
        assert len(graph.store) > 0
        assert len(graph.adjacency) > 0
    assert listing() == before
