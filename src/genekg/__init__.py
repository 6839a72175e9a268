"""genekg: a knowledge graph of genetic conditions on your own machine.

>>> import genekg
>>> kg = genekg.open()                                              # doctest: +SKIP
>>> kg.ask("conditions with X-linked inheritance")                  # doctest: +SKIP

For research, not for diagnosis or care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["__version__", "open"]

if TYPE_CHECKING:
    from genekg.graph import open
else:

    def __getattr__(name: str) -> object:
        """Import the graph only when it is asked for: ``import genekg`` stays light."""
        if name == "open":
            from genekg.graph import open as open_graph

            return open_graph
        raise AttributeError(f"module 'genekg' has no attribute {name!r}")
