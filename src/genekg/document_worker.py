"""The process that works for a server: answers as of `genekg.worker`, entities, whole graphs.

``python -m genekg.document_worker STORE MEMORY NETWORK PARENT``. It is started while somebody
waits, so what entities take is imported and opened when the first is asked for.
"""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from genekg import store
from genekg.dumping import dump
from genekg.errors import GenekgError
from genekg.frames import Frame
from genekg.worker import answered, main

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyoxigraph import Store

    from genekg.graph import Graph

__all__ = ["Documents"]


class Documents:
    """Answers requests of `genekg.exchange`; ``folder`` is that of the store in its build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _graph(self) -> Graph:
        from genekg.graph import Graph

        return Graph(store.build_at(self._folder.parent))

    def __call__(self, opened: Store, asked: Frame, send: Callable[[Frame], None]) -> Frame:
        """Return the answer to a request; what comes before its last piece is sent."""
        request, body = asked
        if "document" in request:
            return self._document(bytes(body).decode(), request["document"], request["max_bytes"])
        if "dump" in request:
            return dump(opened, request, send)
        return answered(opened, asked)

    def _document(self, curie: str, format: str, max_bytes: int) -> Frame:
        from genekg import documents

        try:
            data = documents.written(self._graph, curie, format)
        except GenekgError as error:
            return {"error": "genekg", "message": error.problem, "remedy": error.remedy}, b""
        if len(data) > max_bytes:
            return {"error": "size", "message": f"it has {len(data):,} bytes"}, b""
        return {"form": "document"}, data


if __name__ == "__main__":
    main(Documents(Path(sys.argv[1])))
