"""A format of exports: what it is called, and how it is written to a file or a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from genekg.errors import StoreError, UsageError
from genekg.exports.output import replacing
from genekg.exports.selecting import WHOLE, Selection

if TYPE_CHECKING:
    from genekg.graph import Graph

Writer: TypeAlias = Callable[["Graph", Selection, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: its name, the end of its files' names, its media type, and what writes it."""

    name: str
    suffix: str
    media_type: str
    about: str
    writer: Writer
    rdf: bool = True
    whole: bool = False

    def write(
        self, graph: Graph, destination: Path | BinaryIO, selection: Selection = WHOLE
    ) -> None:
        """Write a selection to a file, or to anything that takes bytes.

        A file is written beside its place and moved there when it is complete; a failure leaves
        what was there before. The end of a pipe is left to the caller.

        Raises:
            UsageError: what is inferred is asked of a format that holds direct relations only, or
                a part of one that describes the whole.
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
        name = getattr(destination, "name", "the output")
        try:
            if isinstance(destination, Path):
                name = destination
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
