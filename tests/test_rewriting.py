"""Paths over the hierarchy asked of the closure: the same answers as without, always."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Store

from genekg import prefixes, user_sparql
from genekg import vocabulary as v
from genekg.errors import QueryError
from genekg.graph import Graph
from genekg.sparql import Rewritten

HP = prefixes.predeclared()["obo"] + "HP_"


def rewritten(graph: Graph, text: str) -> Rewritten | None:
    return user_sparql.ready(text, graph).rewritten


def rows(store: Store, text: str, hidden: tuple[str, ...] = ()) -> Counter[object]:
    results: Any = store.query(text)
    if not hasattr(results, "variables"):
        return (
            Counter(map(str, results)) if hasattr(results, "__next__") else Counter([bool(results)])
        )
    names = [one.value for one in results.variables]
    kept = [place for place, name in enumerate(names) if name not in hidden]
    return Counter(tuple((names[i], str(row[i])) for i in kept) for row in results)


def compare(graph: Graph, text: str) -> Rewritten | None:
    """Check that a query gives the same rows, as often, with and without; return what it became."""
    query = user_sparql.ready(text, graph)
    found = query.rewritten
    if found:
        assert rows(graph.store, found.text, found.hidden) == rows(graph.store, query.text), text
    return found


# What is replaced, and by what

REPLACED = {
    "SELECT ?x { ?x rdfs:subClassOf* obo:HP_0001903 }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf obo:HP_0001903 }",
    "SELECT ?x { obo:HP_0001924 rdfs:subClassOf* ?x }":
        "GRAPH gkgraph:inferred { obo:HP_0001924 gk:subClassOfOrSelf ?x }",
    "SELECT ?x { obo:HP_0001903 ^rdfs:subClassOf* ?x }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf obo:HP_0001903 }",
    "SELECT ?x { ?x ^(rdfs:subClassOf)* obo:HP_0001924 }":
        "GRAPH gkgraph:inferred { obo:HP_0001924 gk:subClassOfOrSelf ?x }",
    f"SELECT ?x {{ ?x <{v.SUBCLASS_OF.value}>* <{HP}0001903> }}":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf HP:0001903 }",
    "SELECT ?x { ?x rdfs:subClassOf+ obo:HP_0001903 }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf obo:HP_0001903 "
        "FILTER(?x != obo:HP_0001903) }",
    "PREFIX r: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?x { ?x r:subClassOf* ?t"
    " VALUES ?t { obo:HP_0001903 obo:HP_0001417 } }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf ?t }",
    "SELECT ?x { VALUES (?t) { (obo:HP_0001903) } ?x rdfs:subClassOf* ?t }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf ?t }",
    "SELECT ?x { BIND(obo:HP_0001903 AS ?t) ?x rdfs:subClassOf* ?t }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf ?t }",
    "SELECT ?x { ?x rdfs:subClassOf* ?t FILTER(?t = obo:HP_0001903) }":
        "GRAPH gkgraph:inferred { ?x gk:subClassOfOrSelf ?t }",
    "SELECT ?c { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 }":
        "?c biolink:has_phenotype ?term1 . "
        "GRAPH gkgraph:inferred { ?term1 gk:subClassOfOrSelf obo:HP_0001903 }",
    "SELECT DISTINCT ?c { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor obo:HP_0001903 }",
    "SELECT DISTINCT ?c { ?c (biolink:has_phenotype/(rdfs:subClassOf*)) obo:HP_0001903 }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor obo:HP_0001903 }",
    "SELECT DISTINCT ?c { obo:HP_0001903 ^rdfs:subClassOf*/^biolink:has_phenotype ?c }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor obo:HP_0001903 }",
    "SELECT DISTINCT ?c ?t { ?c biolink:has_phenotype/rdfs:subClassOf* ?t }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor ?t }",
    "ASK { obo:MONDO_0020721 biolink:has_mode_of_inheritance/rdfs:subClassOf* obo:HP_0000005 }":
        "GRAPH gkgraph:inferred { obo:MONDO_0020721 gk:hasInheritanceOrAncestor obo:HP_0000005 }",
    "SELECT ?m (COUNT(DISTINCT ?c) AS ?n) {"
    " ?c biolink:has_mode_of_inheritance/rdfs:subClassOf* ?m } GROUP BY ?m":
        "GRAPH gkgraph:inferred { ?c gk:hasInheritanceOrAncestor ?m }",
    "SELECT DISTINCT ?g { ?g biolink:causes/biolink:has_phenotype/rdfs:subClassOf* ?t }":
        "?g biolink:causes ?term1 . GRAPH gkgraph:inferred { ?term1 gk:hasPhenotypeOrAncestor ?t }",
    "SELECT ?c ?l { obo:HP_0001924 rdfs:subClassOf*/rdfs:label ?l }":
        "?term1 rdfs:label ?l . "
        "GRAPH gkgraph:inferred { obo:HP_0001924 gk:subClassOfOrSelf ?term1 }",
    # A variable that can be nothing but a term.
    "SELECT ?c ?t { ?c biolink:has_phenotype ?s . ?s rdfs:subClassOf* ?t }":
        "GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf ?t }",
    "SELECT ?s ?t { ?s rdfs:subClassOf* ?t . ?t rdfs:subClassOf obo:HP_0000118 }":
        "GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf ?t }",
    "SELECT ?s ?t { ?s a biolink:PhenotypicFeature OPTIONAL { ?s rdfs:subClassOf* ?t } }":
        "GRAPH gkgraph:inferred { ?s gk:subClassOfOrSelf ?t }",
    "SELECT ?c { ?c a biolink:Disease"
    " FILTER NOT EXISTS { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 } }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor obo:HP_0001903 }",
    "CONSTRUCT { ?c a ?t } { ?c biolink:has_phenotype/rdfs:subClassOf* ?t }":
        "GRAPH gkgraph:inferred { ?c gk:hasPhenotypeOrAncestor ?t }",
}  # fmt: skip


@pytest.mark.parametrize("text", REPLACED)
def test_what_is_replaced(sample_graph: Graph, text: str) -> None:
    found = compare(sample_graph, text)
    assert found is not None
    assert [change.after for change in found.changes] == [REPLACED[text]]
    assert sum(rows(sample_graph.store, found.text).values()) > 0


TWO = "?c biolink:has_phenotype/rdfs:subClassOf* ?t"

LEFT_ALONE = {
    "no path": "SELECT ?x { ?x rdfs:subClassOf obo:HP_0001903 }",
    "both ends open": "SELECT ?x ?y { ?x rdfs:subClassOf* ?y }",
    "rows would come once": f"SELECT ?c ?t {{ {TWO} }}",
    "rows are counted": f"SELECT (COUNT(?c) AS ?n) {{ {TWO} }}",
    "rows are counted by one of two":
        f"SELECT (COUNT(DISTINCT ?c) AS ?n) (COUNT(?t) AS ?m) {{ {TWO} }}",
    "rows are counted below": f"SELECT DISTINCT ?n {{ {{ SELECT (COUNT(*) AS ?n) {{ {TWO} }} }} }}",
    "rows are cut below": f"SELECT DISTINCT ?c {{ {{ SELECT ?c {{ {TWO} }} LIMIT 3 }} }}",
    "each row draws": f"SELECT DISTINCT ?c (RAND() AS ?r) {{ {TWO} }}",
    "one is sampled": f"SELECT (SAMPLE(?c) AS ?r) {{ {TWO} }} GROUP BY ?t",
    "an unknown term": "SELECT ?x { ?x rdfs:subClassOf* obo:HP_9999999 }",
    "another hierarchy": "SELECT ?x { ?x rdfs:subClassOf* biolink:Disease }",
    "a condition": "SELECT ?x { ?x rdfs:subClassOf* obo:MONDO_0020721 }",
    "a literal": "SELECT ?x { ?x rdfs:subClassOf* 'HP_0001903' }",
    "another graph": "SELECT ?x { GRAPH ?g { ?x rdfs:subClassOf* obo:HP_0001903 } }",
    "our other graph":
        "SELECT ?x { GRAPH gkgraph:inferred { ?x rdfs:subClassOf* obo:HP_0001903 } }",
    "a group in another graph":
        "SELECT ?x { GRAPH ?g { ?x ?p ?o OPTIONAL { ?x rdfs:subClassOf* obo:HP_0001903 } } }",
    "a data set": "SELECT ?x FROM gkgraph:inferred { ?x rdfs:subClassOf* obo:HP_0001903 }",
    "a named one": "SELECT ?x FROM NAMED gkgraph:inferred { ?x rdfs:subClassOf* obo:HP_0001903 }",
    "another property": "SELECT ?x { ?x gk:subClassOf* obo:HP_0001903 }",
    "another rdfs": "PREFIX rdfs: <http://a/> SELECT ?x { ?x rdfs:subClassOf* obo:HP_0001903 }",
    "another obo": "PREFIX obo: <http://a/> SELECT ?x { ?x rdfs:subClassOf* obo:HP_0001903 }",
    "once or not": "SELECT ?x { ?x rdfs:subClassOf? obo:HP_0001903 }",
    "a choice": "SELECT ?x { ?x rdfs:subClassOf*|rdfs:label obo:HP_0001903 }",
    "a choice below": "SELECT ?x { ?x (rdfs:subClassOf|rdfs:seeAlso)* obo:HP_0001903 }",
    "a negation": "SELECT ?x { ?x (!rdfs:subClassOf)* obo:HP_0001903 }",
    "a path repeated": "SELECT ?x { ?x (rdfs:subClassOf/rdfs:subClassOf)* obo:HP_0001903 }",
    "one variable at both ends":
        "SELECT ?t { VALUES ?t { obo:HP_0001903 } ?t rdfs:subClassOf* ?t }",
    "a blank node": "SELECT ?x { ?x a _:k . _:b rdfs:subClassOf* obo:HP_0001903 }",
    "brackets": "SELECT ?x { [] rdfs:subClassOf* obo:HP_0001903 }",
    "a value that is unbound":
        "SELECT ?x { VALUES ?t { obo:HP_0001903 UNDEF } ?x rdfs:subClassOf* ?t }",
    "a value that is no term":
        "SELECT ?x { VALUES ?t { obo:HP_0001903 biolink:Gene } ?x rdfs:subClassOf* ?t }",
    "a value that is bound elsewhere":
        "SELECT ?x { { VALUES ?t { obo:HP_0001903 } } ?x rdfs:subClassOf* ?t }",
    "a value that is bound perhaps":
        "SELECT ?x ?t { OPTIONAL { VALUES ?t { obo:HP_0001903 } } ?x rdfs:subClassOf* ?t }",
    "a value that is bound later":
        "SELECT ?x ?t { ?x a owl:Class OPTIONAL { ?x rdfs:subClassOf* ?t }"
        " VALUES ?t { obo:HP_0001903 } }",
    "a value that is bound two levels up":
        "SELECT ?x ?t { VALUES ?t { obo:HP_0001903 }"
        " { ?x a owl:Class OPTIONAL { ?x rdfs:subClassOf* ?t } } }",
    "a value of a query inside":
        "SELECT ?x ?t { VALUES ?t { obo:HP_0001903 } { SELECT ?x { ?x rdfs:subClassOf* ?t } } }",
    "a condition on it that is no equation":
        "SELECT ?x { ?x rdfs:subClassOf* ?t FILTER(?t != obo:HP_0001903) }",
    "a condition on it or another":
        "SELECT ?x { ?x rdfs:subClassOf* ?t FILTER(?t = obo:HP_0001903 || ?t = ?x) }",
    "a new variable would be seen inside":
        "SELECT ?c { { SELECT * { ?c gk:onset/rdfs:subClassOf* obo:HP_0003674 } } }",
    "a new variable would be counted":
        "SELECT (COUNT(DISTINCT *) AS ?n) { ?c gk:onset/rdfs:subClassOf* obo:HP_0003674 }",
    "a new variable would be described":
        "DESCRIBE * { ?c gk:onset/rdfs:subClassOf* obo:HP_0003674 }",
    "an escape": rf"SELECT ?x {{ ?x rdfs:subClassOf* <{HP}000190\u0033> }}",
    "an IRI, or two comparisons":
        "SELECT ?x { ?x rdfs:subClassOf* obo:HP_0001903 BIND(1 AS ?a) FILTER(?a<#>1\n) }",
    "in a string": "SELECT ?x { ?x rdfs:label 'rdfs:subClassOf* obo:HP_0001903' }",
    "in a remark": "SELECT ?x { ?x a owl:Class } # ?x rdfs:subClassOf* obo:HP_0001903",
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_is_left_alone(sample_graph: Graph, case: str) -> None:
    assert rewritten(sample_graph, LEFT_ALONE[case]) is None


def test_a_repeated_row_stays_repeated(sample_graph: Graph) -> None:
    text = "SELECT ?c { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0000118 }"
    found = compare(sample_graph, text)
    assert found is not None
    assert max(rows(sample_graph.store, found.text).values()) > 1


def test_the_rest_of_a_statement_stays(sample_graph: Graph) -> None:
    text = (
        "SELECT ?x ?l ?y { # ; rdfs:label\n"
        " ?x rdfs:label ?l ; rdfs:subClassOf* obo:HP_0001903 , obo:HP_0000118 ; a owl:Class, ?y ."
        " ?y ?p [ a owl:Class ] . OPTIONAL { ?x gk:frequencyLower ?f } }"
    )
    found = compare(sample_graph, text)
    assert found is not None
    assert [change.line for change in found.changes] == [2, 2]
    assert "?x a owl:Class" in found.text


def test_a_star_does_not_show_what_is_new(sample_graph: Graph) -> None:
    text = (
        "SELECT * { ?l ^rdfs:label ?c . ?c biolink:has_mode_of_inheritance/rdfs:subClassOf*"
        " obo:HP_0001417 }"
    )
    found = compare(sample_graph, text)
    assert found is not None
    assert found.hidden == ("term1",)
    with_it = user_sparql.run(sample_graph, text, format="csv")
    without = user_sparql.run(sample_graph, text, format="csv", as_written=True)
    assert with_it.variables == without.variables == ("l", "c")
    assert Counter(with_it.data.split()) == Counter(without.data.split())
    assert with_it.rows == without.rows > 0


def test_a_name_that_is_taken_is_not_taken_again(sample_graph: Graph) -> None:
    text = (
        "SELECT ?term1 { ?term1 biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 ;"
        " gk:onset/rdfs:subClassOf* obo:HP_0003674 }"
    )
    found = compare(sample_graph, text)
    assert found is not None
    assert found.hidden == ("term2", "term3")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x {" + "{" * 198 + "?x rdfs:subClassOf* obo:HP_0001903" + "}" * 199,
        "ASK {" + "FILTER EXISTS {" * 198 + "?x rdfs:subClassOf* obo:HP_0001903" + "}" * 199,
        "ASK { ?x " + "(" * 198 + "rdfs:subClassOf*" + ")" * 198 + " obo:HP_0001903 }",
        "ASK {" + "OPTIONAL { ?x rdfs:subClassOf* obo:HP_0001903 }" * 400 + "}",
    ],
    ids=["braces", "exists", "brackets", "wide"],
)
def test_a_monstrous_text_is_read(sample_graph: Graph, text: str) -> None:
    assert rewritten(sample_graph, text) is not None


def test_a_very_long_text_is_left_alone(sample_graph: Graph) -> None:
    text = "ASK {" + "?x rdfs:subClassOf* obo:HP_0001903 ." * 1000 + "}"
    assert rewritten(sample_graph, text) is None


def test_what_is_wrong_is_said_of_the_text_as_it_was_written(sample_graph: Graph) -> None:
    text = "SELECT ?x { ?x rdfs:subClassOf* obo:HP_0001903 .\n BIND(1 AS ?x) }"
    assert rewritten(sample_graph, text)
    with pytest.raises(QueryError, match="line 2, column 12: .x already has a value"):
        sample_graph.sparql(text)


def test_an_older_build_is_asked_for_its_closure_only(
    sample_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT DISTINCT ?c { ?c biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 }"
    monkeypatch.setattr(user_sparql, "_MERGED_SINCE", sample_graph.manifest["shape"] + 1)
    found = compare(sample_graph, text)
    assert found is not None
    assert "hasPhenotypeOrAncestor" not in found.text


# Queries at random

TERMS = ("HP_0001903", "HP_0000118", "HP_0001924", "HP_0001417", "HP_0000005", "HP_0003674",
         "HP_9999999", "HP_0000001")  # fmt: skip
PATHS = ("rdfs:subClassOf*", "rdfs:subClassOf*", "rdfs:subClassOf+", "^rdfs:subClassOf*",
         "^rdfs:subClassOf+", "rdfs:subClassOf")  # fmt: skip
LEADING = ("biolink:has_phenotype", "biolink:has_mode_of_inheritance", "gk:onset",
           "gk:lacksPhenotype", "biolink:causes/biolink:has_phenotype",
           "^rdfs:subClassOf")  # fmt: skip


class Writer:
    """Writes queries at random."""

    def __init__(self, seed: int, *, light: bool = False) -> None:
        self.draw = random.Random(seed)
        self.light = light

    def term(self) -> str:
        return "obo:" + self.draw.choice(TERMS)

    def var(self) -> str:
        return self.draw.choice(("?c", "?d", "?t", "?s"))

    def triple(self) -> str:
        kind = self.draw.randrange(5)
        leading = self.draw.choice(LEADING[1:4] if self.light else LEADING)
        path = self.draw.choice(PATHS)
        if kind == 0:
            return f"?s {path} {self.term()}"
        if kind == 1:
            return f"{self.term()} {path} ?t"
        if kind == 2:
            return f"?c {leading}/rdfs:subClassOf* {self.term()}"
        if kind == 3:
            return f"?c {leading} ?s . ?s {path} {self.draw.choice(('?t', self.term()))}"
        turned = f"^rdfs:subClassOf*/^{leading.split('/')[-1].lstrip('^')}"
        return f"{self.term()} {turned} ?c"

    def limit(self) -> str:
        which = self.draw.randrange(4)
        term, other, var = self.term(), self.term(), self.draw.choice(("?s", "?t"))
        if which == 0:
            return f"VALUES {var} {{ {term} {other} }}"
        if which == 1:
            return f"FILTER({var} = {term})"
        if which == 2:
            return f"{var} a biolink:PhenotypicFeature ."
        return f"{var} rdfs:subClassOf {term} ."

    def group(self, depth: int = 0) -> str:
        parts = [self.triple() + " ."]
        for _ in range(self.draw.randrange(3)):
            which = self.draw.randrange(8)
            if which < 2:
                parts.append(self.limit())
            elif which == 2 and depth < 2:
                parts.append(f"OPTIONAL {{ {self.group(depth + 1)} }}")
            elif which == 3 and depth < 2:
                parts.append(f"MINUS {{ {self.group(depth + 1)} }}")
            elif which == 4 and depth < 2:
                parts.append(f"{{ {self.group(depth + 1)} }} UNION {{ {self.group(depth + 1)} }}")
            elif which == 5 and depth < 2:
                no = self.draw.choice(("", "NOT "))
                parts.append(f"FILTER {no}EXISTS {{ {self.group(depth + 1)} }}")
            elif which == 6 and depth < 2:
                distinct = self.draw.choice(("", "DISTINCT "))
                parts.append(f"{{ SELECT {distinct}{self.var()} {{ {self.group(depth + 1)} }} }}")
            else:
                parts.append(f"{self.var()} rdfs:label ?label .")
        self.draw.shuffle(parts)
        return " ".join(parts)

    def query(self) -> str:
        which = self.draw.randrange(6)
        if which == 0:
            return f"SELECT (COUNT(DISTINCT ?c) AS ?n) (COUNT(*) AS ?m) {{ {self.group()} }}"
        if which == 1:
            return f"SELECT ?t (COUNT(DISTINCT ?c) AS ?n) {{ {self.group()} }} GROUP BY ?t"
        if which == 2:
            return f"ASK {{ {self.group()} }}"
        if which == 3:
            return f"SELECT * {{ {self.group()} }}"
        distinct = self.draw.choice(("", "DISTINCT "))
        return f"SELECT {distinct}?c ?s ?t {{ {self.group()} }}"


def test_two_hundred_queries_at_random_answer_the_same(sample_graph: Graph) -> None:
    changed = with_rows = 0
    for seed in range(200):
        found = compare(sample_graph, Writer(seed).query())
        changed += found is not None
        with_rows += found is not None and bool(rows(sample_graph.store, found.text))
    assert changed > 120
    assert with_rows > 80


@pytest.mark.full
def test_queries_at_random_answer_the_same_on_the_whole_graph(full_graph: Graph) -> None:
    changed = 0
    for seed in range(1000, 1015):
        writer = Writer(seed, light=True)
        changed += compare(full_graph, f"SELECT ?c ?s ?t {{ {writer.triple()} }}") is not None
    assert changed > 7


# What must hold of the graph for it


@pytest.mark.parametrize(
    "graph_name", ["sample_graph", pytest.param("full_graph", marks=pytest.mark.full)]
)
def test_the_inferred_graph_is_what_the_paths_give(
    graph_name: str, request: pytest.FixtureRequest
) -> None:
    graph: Graph = request.getfixturevalue(graph_name)
    asked = graph.store.quads_for_pattern
    parents: dict[object, list[object]] = defaultdict(list)
    for quad in asked(None, v.SUBCLASS_OF, None, DefaultGraph()):
        parents[quad.subject].append(quad.object)

    def above(start: object) -> set[object]:
        found, waiting = {start}, [start]
        while waiting:
            for parent in parents[waiting.pop()]:
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found

    inferred: dict[object, dict[object, set[object]]] = defaultdict(lambda: defaultdict(set))
    for quad in asked(None, None, None, v.INFERRED):
        inferred[quad.predicate][quad.subject].add(quad.object)
    closure = inferred[v.SUBCLASS_OF_OR_SELF]
    assert {start: above(start) for start in closure} == closure
    assert all(child in closure for child in parents if closure.keys() & set(parents[child]))
    for relation, reaching in (
        (v.HAS_PHENOTYPE, v.PHENOTYPE_OR_ANCESTOR),
        (v.HAS_INHERITANCE, v.INHERITANCE_OR_ANCESTOR),
    ):
        expected: dict[object, set[object]] = defaultdict(set)
        for quad in asked(None, relation, None, DefaultGraph()):
            assert quad.object in closure
            expected[quad.subject] |= above(quad.object)
        assert expected == inferred[reaching]


# Parts that meet only in what is asked for

MEETING = """SELECT DISTINCT ?g WHERE {
  ?g biolink:causes ?one, ?other .
  ?one biolink:has_mode_of_inheritance/rdfs:subClassOf* obo:HP_0001417 .
  ?other biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903 . }"""


def test_patterns_that_meet_only_in_what_is_asked_for_are_taken_apart(sample_graph: Graph) -> None:
    found = compare(sample_graph, MEETING)
    assert found is not None
    assert found.text.count("SELECT DISTINCT ?g {") == 2
    assert found.changes[0].line == 2
    assert "each by itself" in found.changes[0].how


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT DISTINCT ?g", "SELECT ?g"),
        ("SELECT DISTINCT ?g", "SELECT REDUCED ?g"),
        ("SELECT DISTINCT ?g", "SELECT DISTINCT *"),
        ("SELECT DISTINCT ?g", "SELECT DISTINCT ?g ?one ?other"),
        ("SELECT DISTINCT ?g", "SELECT DISTINCT (?g AS ?gene)"),
        ("SELECT DISTINCT ?g", "SELECT DISTINCT ?one ?other"),
        (". }", ". } LIMIT 3"),
        (". }", ". } ORDER BY ?one"),
        (". }", ". FILTER(?one != ?other) }"),
        (". }", ". ?one ?how ?other . }"),
        (". }", ". OPTIONAL { ?one rdfs:label ?label } }"),
        ("?other biolink:has_phenotype/rdfs:subClassOf* obo:HP_0001903", "?other rdfs:label ?l"),
        ("?other biolink:has_phenotype", "[] biolink:has_phenotype"),
    ],
)
def test_what_is_not_taken_apart(sample_graph: Graph, before: str, after: str) -> None:
    assert before in MEETING
    found = compare(sample_graph, MEETING.replace(before, after))
    assert found is None or "each by itself" not in found.changes[0].how


def test_sixty_queries_at_random_taken_apart_answer_the_same(sample_graph: Graph) -> None:
    apart = with_rows = 0
    for seed in range(60):
        draw = random.Random(seed)
        leading = ("biolink:has_phenotype", "biolink:has_mode_of_inheritance")
        ends = [
            f"{draw.choice(leading)}/rdfs:subClassOf* obo:{draw.choice(TERMS[:4])}" for _ in "ab"
        ]
        more = draw.choice(("", "", "?g rdfs:label ?name .", "?g a ?kind . ?kind rdfs:label ?k ."))
        links = [draw.choice(("biolink:causes", "biolink:causes|^gk:none")) for _ in "ab"]
        parts = [
            f"?g {links[0]} ?one . ?one {ends[0]} .",
            f"?g {links[1]} ?other . ?other {ends[1]} .",
            more,
        ]
        draw.shuffle(parts)
        asked = draw.choice(("?g ?name", "?name ?g", "?g ?name ?one"))
        found = compare(sample_graph, f"SELECT DISTINCT {asked} {{ {' '.join(parts)} }}")
        if found is None:  # no term of the closure
            continue
        apart += "each by itself" in found.changes[0].how
        with_rows += bool(rows(sample_graph.store, found.text))
    assert apart > 15
    assert with_rows > 8
