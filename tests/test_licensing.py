"""Exports that keep to licences."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from genekg import exports, licensing
from genekg import vocabulary as v
from genekg.errors import UsageError
from genekg.graph import Graph
from genekg.quads import node


def kept(graph: Graph, *names: str) -> set[tuple[object, object, object]]:
    quads = list(licensing.statements(graph, names))
    triples = {(q.subject, q.predicate, q.object) for q in quads}
    assert len(triples) == len(quads), "each once"
    return triples


def test_only_statements_of_allowed_releases_are_kept(sample_graph: Graph) -> None:
    triples = kept(sample_graph, "apache")
    releases = {o for _, p, o in triples if p == v.DERIVED_FROM}
    assert {str(r).split("/release/")[1].split("/")[0] for r in releases} == {"curated"}
    xlsa = node("MONDO:0020721")
    assert (xlsa, v.HAS_INHERITANCE, node("HP:0001417")) in triples
    assert (xlsa, v.HAS_INHERITANCE, node("HP:0001419")) not in triples, "HPO alone says that"
    assert (xlsa, v.TYPE, v.DISEASE) in triples
    assert not [o for s, p, o in triples if s == xlsa and p == v.LABEL], "HPO named it too"


def test_every_direct_statement_kept_has_an_association_that_is_kept(sample_graph: Graph) -> None:
    triples = kept(sample_graph, "apache")
    said = {s: {} for s, p, _ in triples if p == v.SUBJECT}
    for s, p, o in triples:
        if s in said:
            said[s][p] = o
    stated = {(a[v.SUBJECT], a[v.PREDICATE], a[v.OBJECT]) for a in said.values()}
    for s, p, o in triples:
        if p in (v.HAS_PHENOTYPE, v.HAS_INHERITANCE, v.CAUSES, v.LACKS_PHENOTYPE):
            assert (s, p, o) in stated


def test_all_licences_together_keep_every_association(sample_graph: Graph) -> None:
    every = kept(sample_graph, *licensing.licences())
    associations = set(sample_graph.store.quads_for_pattern(None, v.SUBJECT, None, None))
    assert {(q.subject, q.predicate, q.object) for q in associations} <= every


def test_attribution_names_release_and_licence(sample_graph: Graph) -> None:
    text = licensing.attribution(sample_graph, ["apache", "hpo"])
    for part in ("genekg curated", "HPO annotations", "https://hpo.jax.org/license"):
        assert part in text
    assert "HPO annotations" not in licensing.attribution(sample_graph, ["apache"])


def test_an_unknown_licence_lists_those_there_are(sample_graph: Graph) -> None:
    with pytest.raises(UsageError, match="no source has the licence 'gpl'; there are .*apache"):
        exports.selection(sample_graph, licences=["gpl"])


def test_the_export_is_read_back(sample_graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "kept.nt"
    chosen = exports.selection(sample_graph, licences=["apache"])
    exports.named("nt").write(sample_graph, path, chosen)
    found = rdflib.Graph().parse(path)
    assert len(found) == len(kept(sample_graph, "apache"))
    with pytest.raises(UsageError, match="kept by licence"):
        exports.named("csv").write(sample_graph, tmp_path / "x.csv", chosen)
