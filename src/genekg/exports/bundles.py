"""Formats of several files: a folder of them, or one zip archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from genekg.exports.output import Whole
from genekg.exports.selecting import Selection

if TYPE_CHECKING:
    from genekg.graph import Graph

Parts: TypeAlias = Mapping[str, Callable[["Graph", Selection, BinaryIO], None]]


def write_zip(graph: Graph, chosen: Selection, output: BinaryIO, *, parts: Parts) -> None:
    """Write the files of a format into a zip archive; the same graph gives the same bytes."""
    with zipfile.ZipFile(cast(BinaryIO, Whole(output)), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, writer in parts.items():
            entry = zipfile.ZipInfo(name)  # dated 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as part:
                writer(graph, chosen, cast(BinaryIO, part))


def write_folder(graph: Graph, chosen: Selection, folder: Path, *, parts: Parts) -> None:
    """Write the files of a format into a folder."""
    for name, writer in parts.items():
        with (folder / name).open("xb") as output:
            writer(graph, chosen, output)
