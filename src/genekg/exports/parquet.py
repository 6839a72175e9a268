"""Parquet: nodes and direct relations as columns, for pandas, Polars, DuckDB, Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from genekg import neighbourhoods, prefixes
from genekg.errors import UsageError
from genekg.exports.selecting import Selection, relations

if TYPE_CHECKING:
    from types import ModuleType

    from genekg.graph import Graph

_BATCH = 1 << 17


def _pyarrow() -> ModuleType:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed",
            remedy="pip install 'genekg[parquet]', or choose csv",
        ) from error
    return pyarrow  # type: ignore[no-any-return]


def write_nodes(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one entity a row: id, label, kind, iri.

    Raises:
        UsageError: pyarrow is not installed.
    """
    arrow = _pyarrow()
    schema = arrow.schema([(name, arrow.string()) for name in ("id", "label", "kind", "iri")])
    with arrow.parquet.ParquetWriter(output, schema) as writer:
        batch = [
            (one.id, one.label, one.kind, prefixes.expand(one.id))
            for one in relations(graph, chosen)[0]
        ]
        _write(writer, schema, batch)


def write_edges(graph: Graph, chosen: Selection, output: BinaryIO) -> None:
    """Write one direct relation a row: subject, predicate, label, object, sources (a list).

    Raises:
        UsageError: pyarrow is not installed.
    """
    arrow = _pyarrow()
    text = arrow.string()
    schema = arrow.schema(
        [("subject", text), ("predicate", text), ("label", text), ("object", text),
         ("sources", arrow.list_(text))]
    )  # fmt: skip
    entities, edges = relations(graph, chosen)
    ids = {entity.number: entity.id for entity in entities}
    batch: list[tuple[Any, ...]] = []
    with arrow.parquet.ParquetWriter(output, schema) as writer:
        for edge in edges:
            batch.append(
                (
                    ids[edge.subject],
                    prefixes.shorten(edge.predicate.value),
                    neighbourhoods.RELATION_LABELS[edge.predicate],
                    ids[edge.object],
                    graph.adjacency.source_names(edge.sources),
                )
            )
            if len(batch) == _BATCH:
                _write(writer, schema, batch)
                batch.clear()
        _write(writer, schema, batch)


def _write(writer: Any, schema: Any, batch: list[tuple[Any, ...]]) -> None:
    if batch:
        columns = zip(*batch, strict=True)
        arrays = [_pyarrow().array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        writer.write_table(_pyarrow().Table.from_arrays(arrays, schema=schema))
