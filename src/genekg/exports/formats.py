"""A format of exports: what it is called, and how it is written to a file or a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from genekg.errors import StoreError, UsageError
from genekg.exports.bundles import Parts, write_folder
from genekg.exports.output import new_folder
from genekg.exports.selecting import WHOLE, Selection
from genekg.files import replacing

if TYPE_CHECKING:
    from genekg.graph import Graph

Writer: TypeAlias = Callable[["Graph", Selection, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name, the end of its files' names, its media type, and what writes it.

    It is ``whole`` when it describes the whole graph only, and ``single`` when it holds one entity
    only. One of several files has ``parts``: its stream is a zip archive of them.
    """

    name: str
    suffix: str
    media_type: str
    about: str
    writer: Writer
    rdf: bool = True
    whole: bool = False
    single: bool = False
    parts: Parts | None = None

    def write(
        self, graph: Graph, destination: Path | BinaryIO, selection: Selection = WHOLE
    ) -> None:
        """Write a selection to a file, or to anything that takes bytes.

        A file is written beside its place and moved there when it is complete; a failure leaves
        what was there before. A format of several files is written to a new folder, or to one
        file when its name ends in ``.zip``. The end of a pipe is left to the caller.

        Raises:
            UsageError: what is inferred is asked of a format that holds direct relations only, or
                a part of one that describes the whole, or the whole of one that holds a part; or
                the folder is not empty.
            StoreError: the destination cannot be written.
        """
        if (selection.inferred or selection.licences) and not self.rdf:
            raise UsageError(
                f"{self.name} holds the direct relations only",
                remedy="for what is inferred, or kept by licence, choose an RDF format, such as nt",
            )
        if self.whole and selection != WHOLE:
            raise UsageError(
                f"{self.name} describes the whole graph",
                remedy="leave out the entity, the licences and what is inferred",
            )
        if self.single and selection.entity is None:
            raise UsageError(
                f"{self.name} holds one entity", remedy="name it: `genekg export ALAS2 -o …`"
            )
        name = getattr(destination, "name", "the output")
        try:
            if isinstance(destination, Path):
                name = destination
                if self.parts and _is_folder(destination):
                    with new_folder(destination) as folder:
                        write_folder(graph, selection, folder, parts=self.parts)
                else:
                    with replacing(destination) as output:
                        self.writer(graph, selection, output)
            else:
                self.writer(graph, selection, destination)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoreError(
                f"{name} could not be written: {error.strerror or error}",
                remedy="check the folder and the space left; nothing half-written is left there"
                if isinstance(destination, Path)
                else "",
            ) from error


def _is_folder(destination: Path) -> bool:
    """Whether several files go to a folder there: not to an archive, a device or a pipe."""
    other = destination.exists() and not destination.is_dir() and not destination.is_file()
    return destination.suffix != ".zip" and not other
