"""Faults: what a bad input, a full disk, a killed build or a damaged file does to the store.

In every case the build in use stays as it is, and whoever asks is told what is wrong and where.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from pyoxigraph import RdfFormat

import genekg
import genekg.graph
from genekg import pipeline, resources, sidecars, store
from genekg.errors import SourceError, StoreError

TIMED_KILLS, STEPPED_KILLS = 30, 20
SEED = 75563


def listing(home: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the published samples."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


@pytest.fixture
def inputs(sample_sources: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """A copy of the samples, to be spoilt."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    return {
        name: Path((shutil.copytree if path.is_dir() else shutil.copy)(path, folder / path.name))
        for name, path in sample_sources.items()
    }


TABLES = [path.stem for path in sorted(resources.path("data/curated").glob("*.tsv"))]


@pytest.mark.parametrize(
    ("source", "file", "line"),
    [("hpo", "", 20), ("hpo-annotations", "", 17), ("hpo-genes", "", 9)]
    + [("curated", f"{table}.tsv", 2) for table in TABLES],
)
def test_a_malformed_line_names_file_and_line_and_touches_no_store(
    inputs: dict[str, Path], home: Path, source: str, file: str, line: int
) -> None:
    path = inputs[source] / file if file else inputs[source]
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[: line - 1], "a line of nothing", *lines[line:], ""]))
    before = listing(home)
    with pytest.raises(SourceError) as caught:
        pipeline.build(home, inputs, floors=False)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert caught.value.exit_code == 1
    assert listing(home) == before


@pytest.mark.parametrize("source", ["hpo", "hpo-annotations", "hpo-genes", "curated"])
@pytest.mark.parametrize("damage", ["missing", "empty", "web page", "encoding", "binary"])
def test_a_file_that_is_none_touches_no_store(
    inputs: dict[str, Path], home: Path, source: str, damage: str
) -> None:
    path = inputs[source] / "conditions.tsv" if source == "curated" else inputs[source]
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(
            {
                "empty": b"",
                "web page": b"<!DOCTYPE html>\n<html><body>503</body></html>\n",
                "encoding": content + "Ménière".encode("latin-1"),
                "binary": b"\x1f\x8b\x08\x00\x00" + bytes(range(256)),
            }[damage]
        )
    before = listing(home)
    with pytest.raises(SourceError, match=re.escape(str(path))):
        pipeline.build(home, inputs, floors=False)
    assert listing(home) == before


def test_a_file_cut_at_a_line_end_is_below_its_floor(inputs: dict[str, Path], home: Path) -> None:
    path = inputs["hpo"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.partition("[Typedef]")[0], encoding="utf-8")
    before = listing(home)
    with pytest.raises(
        SourceError, match="only 92 records, expected 1000 or more; the file is cut"
    ):
        pipeline.build(home, inputs)
    assert listing(home) == before


BUILD = """
    import os, signal, sys, time
    from pathlib import Path
    from genekg import pipeline

    home, hold, last, *pairs = sys.argv[1:]
    sources = dict(zip(pairs[::2], map(Path, pairs[1::2])))
    touched = None  # how often files were touched since the build began to publish

    def progress(step, done, total):
        global touched
        if step == hold:
            print("holding", flush=True)
            time.sleep(60)
        if step == "publishing":
            touched = 0

    def watch(event, arguments):
        global touched
        if touched is not None and event.startswith(("open", "os.", "shutil.")):
            touched += 1
            if touched == int(last):
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    print("ready", flush=True)
    sys.stdin.readline()
    pipeline.build(Path(home), sources, force=True, floors=False, progress=progress)
    print("built", touched, flush=True)
"""


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(sample_sources: dict[str, Path]) -> Iterator[Start]:
    """A function that starts a build in a process of its own, which waits to be told to begin."""
    started: list[subprocess.Popen[str]] = []
    source = str(Path(genekg.__file__).parent.parent)
    pairs = [part for name, path in sample_sources.items() for part in (name, str(path))]

    def begin(home: Path, hold: str = "", last: int = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(BUILD), str(home), hold, str(last), *pairs],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": source},
        )
        started.append(process)
        assert said(process.stdout) == "ready"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def said(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_builds_at_once(start: Start, home: Path, sample_sources: dict[str, Path]) -> None:
    """The second is refused; the first goes on, and its lock ends with it however it ends."""
    first = start(home, "compacting, writing arrays")
    tell(first)
    assert said(first.stdout) == "holding"
    with pytest.raises(StoreError, match="another build is writing to .*; wait for it, or end it"):
        pipeline.build(home, sample_sources, force=True, floors=False)
    assert first.poll() is None
    first.kill()
    first.wait()
    assert pipeline.build(home, sample_sources, force=True, floors=False).new
    assert not list((home / "builds").glob(".new-*"))


def assert_whole(home: Path, before: store.Build | None) -> None:
    """What is current is a whole build; where there was one, there is one."""
    found = store.current(home)
    assert found or before is None, "the build in use is gone"
    if found:
        assert list(store.verify(found))
        with genekg.graph.open(home, build=False) as graph:
            stated = int(found.manifest["triples"])
            carried = len(list(graph.store.quads_for_pattern(None, None, None, sidecars.GRAPH)))
            assert len(graph.store) == stated + int(found.manifest["inferred"]) + carried
            assert carried


def test_kill_at_any_time_leaves_nothing_or_a_whole_build(
    start: Start, home: Path, tmp_path: Path, sample_sources: dict[str, Path]
) -> None:
    """``kill -9`` at 30 times over a build: half where none is published, half over one.

    The times are drawn with a seed from the time that whole builds take here, measured first.
    """
    durations = []
    for number in range(3):
        process = start(tmp_path / f"measure-{number}")
        began = time.monotonic()
        tell(process)
        assert said(process.stdout).startswith("built")
        durations.append(time.monotonic() - began)
    draw = random.Random(SEED)
    empty = tmp_path / "empty"
    killed_while_writing = 0
    for number in range(TIMED_KILLS):
        place = empty if number % 2 else home
        before = store.current(place)
        process = start(place)
        tell(process)
        time.sleep(draw.uniform(0, sorted(durations)[1]))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed_while_writing += bool(list((place / "builds").glob(".new-*")))
        assert_whole(place, before)
        if number % 10 >= 8:  # some kills fall on the left-overs of others
            assert pipeline.build(place, sample_sources, force=True, floors=False).new
            assert not [path for path in place.rglob("*") if path.name.startswith(".")]
            shutil.rmtree(empty, ignore_errors=True)
    assert killed_while_writing >= TIMED_KILLS // 10, "the kills missed the build"
    for place in (home, empty):
        outcome = pipeline.build(place, sample_sources, force=True, floors=False)
        assert store.current(place) == outcome.build
        assert len(list((place / "builds").iterdir())) <= store.KEPT_BUILDS


def test_kill_at_every_one_of_the_last_touches_of_a_file(
    start: Start, sample_home: Path, tmp_path: Path, sample_sources: dict[str, Path]
) -> None:
    """``kill -9`` before each of the last 20 times that publishing opens, renames or removes."""
    process = start(Path(shutil.copytree(sample_home, tmp_path / "measure")))
    tell(process)
    touches = int(said(process.stdout).removeprefix("built "))
    assert touches > STEPPED_KILLS
    in_use = set()
    for last in range(touches - STEPPED_KILLS + 1, touches + 1):
        home = Path(shutil.copytree(sample_home, tmp_path / f"home-{last}"))
        before = store.current(home)
        process = start(home, last=last)
        tell(process)
        assert process.wait() == -signal.SIGKILL
        assert_whole(home, before)
        in_use.add(store.current(home) == before)
        assert pipeline.build(home, sample_sources, force=True, floors=False).new
        assert not [path for path in home.rglob("*") if path.name.startswith(".")]
        shutil.rmtree(home)
    assert in_use == {True, False}, "the kills did not fall on both sides of the change"


@pytest.mark.parametrize(
    ("keep", "add", "problem"),
    [(0.5, b"", "has not the size it was published with"), (1, b"\0" * 4, "is not what was pub")],
    ids=["cut in half", "changed in place"],
)
def test_a_damaged_manifest_of_oxigraph_is_noticed_at_open(
    home: Path, keep: float, add: bytes, problem: str
) -> None:
    """Oxigraph itself opens such a folder without a word, and shows a part of the graph."""
    build = store.current(home)
    assert build is not None
    (path,) = build.graph.glob("MANIFEST-*")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) - len(add)] + add)
    with pytest.raises(StoreError, match=f"{problem}.*; run `genekg build --force`"):
        genekg.graph.open(home, build=False)


def test_a_damaged_build_is_replaced_without_force(
    home: Path, sample_sources: dict[str, Path]
) -> None:
    build = store.current(home)
    assert build is not None
    (build.path / "labels.sqlite").write_bytes(b"")
    outcome = pipeline.build(home, sample_sources, floors=False)
    assert outcome.new
    assert store.current(home) == outcome.build


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB: a tmpfs, where the one who runs the tests may mount it."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small disk needs Linux and the right to mount one")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free_kb", [4, 40, 120, 300, 600, 800])
def test_a_full_disk(small_disk: Path, sample_sources: dict[str, Path], free_kb: int) -> None:
    """On a tmpfs of 6 MB with a build in use, filled so that the next one ends in another step."""
    home = small_disk / "home"
    pipeline.build(home, sample_sources, floors=False)
    before = listing(home)
    space = os.statvfs(small_disk)
    ballast = space.f_bavail * space.f_frsize - free_kb * 1024
    (small_disk / "ballast").write_bytes(bytes(ballast))
    with pytest.raises(StoreError, match=r"(?i)no space left|full"):
        pipeline.build(home, sample_sources, force=True, floors=False)
    assert listing(home) == before
    (small_disk / "ballast").unlink()
    assert pipeline.build(home, sample_sources, force=True, floors=False).new


def test_a_file_that_may_not_grow(home: Path, sample_sources: dict[str, Path]) -> None:
    """A limit on the size of files (RLIMIT_FSIZE) in a process of its own: a full disk for all."""
    script = """
        import resource
        from pathlib import Path
        import sys
        from genekg import pipeline
        from genekg.errors import StoreError

        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        home, *pairs = sys.argv[1:]
        try:
            sources = dict(zip(pairs[::2], map(Path, pairs[1::2])))
            pipeline.build(Path(home), sources, force=True, floors=False)
        except StoreError as error:
            print(error)
    """
    before = listing(home)
    pairs = [part for name, path in sample_sources.items() for part in (name, str(path))]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(home), *pairs],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(genekg.__file__).parent.parent)},
    )
    assert "could not be written" in done.stdout, done.stderr
    assert listing(home) == before


def test_a_second_build_of_the_same_inputs_does_nothing(
    home: Path, sample_sources: dict[str, Path]
) -> None:
    before = listing(home)
    outcome = pipeline.build(home, sample_sources, floors=False)
    assert not outcome.new
    assert outcome.build == store.current(home)
    assert listing(home) == before


def test_the_last_three_builds_of_many_are_kept(
    home: Path, sample_sources: dict[str, Path]
) -> None:
    names = [
        pipeline.build(home, sample_sources, force=True, floors=False).build.name for _ in range(5)
    ]
    assert {path.name for path in (home / "builds").iterdir()} == set(names[-3:])


def test_two_builds_of_the_same_inputs_are_the_same_bytes(
    build_sample: Callable[[Path], store.Build], tmp_path: Path
) -> None:
    """Every quad as sorted N-Quads, and the arrays and names beside the store as they lie."""
    exports = []
    for number in range(2):
        build = build_sample(tmp_path / f"home-{number}")
        dumped = store.open_store(build.graph).dump(format=RdfFormat.N_QUADS)
        assert dumped is not None
        carried = f" {sidecars.GRAPH} .".encode()  # says when it was built
        lines = sorted(line for line in dumped.splitlines() if not line.endswith(carried))
        assert len(lines) == build.manifest["triples"] + build.manifest["inferred"]
        assert sum(b"/graph/inferred> ." in line for line in lines) == build.manifest["inferred"]
        exports.append(hashlib.sha256(b"\n".join(lines)).hexdigest())
        beside = [
            (name, facts["sha256"])
            for name, facts in build.manifest["files"].items()
            if not name.startswith("graph/")
        ]
        exports.append(repr(beside))
    assert exports[:2] == exports[2:]
