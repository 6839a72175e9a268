"""Networks: direct relations in the file formats that networkx writes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from genekg import networks
from genekg.exports.output import write_all
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from genekg.graph import Graph


def write(graph: Graph, chosen: Selection, output: BinaryIO, *, form: str) -> None:
    """Write a selection's entities and relations as ``gexf``, ``node-link`` or ``cytoscape``."""
    held = io.BytesIO()
    networks.write(networks.made(graph, *relations(graph, chosen)), held, form)
    write_all(output, held.getbuffer())
