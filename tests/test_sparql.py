from __future__ import annotations

import pytest
from pyoxigraph import Store

from genekg.errors import QueryError, QueryLimitError, QueryRefusedError
from genekg.sparql import explain, prepare, star
from genekg.sparql_grammar import fault
from genekg.sparql_tokens import LexicalError, tokens

PREFIXES = {
    "gk": "https://w3id.org/genekg/",
    "obo": "http://purl.obolibrary.org/obo/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
HOST = "<http://127.0.0.1:9/>"


def words(text: str) -> list[tuple[str, str]]:
    return [(t.kind, t.text) for t in tokens(text)][:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<http://a/b#c>", [("IRI", "<http://a/b#c>")]),
        (r"<http://a/\u0020x>", [("IRI", r"<http://a/\u0020x>")]),
        ("?a<?b", [("VAR", "?a"), ("PUNCT", "<"), ("VAR", "?b")]),
        ("?a <= 3", [("VAR", "?a"), ("PUNCT", "<="), ("NUMBER", "3")]),
        ("obo:HP_0001", [("PNAME", "obo:HP_0001")]),
        ("a.b-c:d.e:f%20.", [("PNAME", "a.b-c:d.e:f%20"), ("PUNCT", ".")]),
        (r"ex:a\,b\-c", [("PNAME", r"ex:a\,b\-c")]),
        (":", [("PNAME", ":")]),
        ("ex:0a", [("PNAME", "ex:0a")]),
        ("é:ü", [("PNAME", "é:ü")]),
        ("_:b1.x .", [("BNODE", "_:b1.x"), ("PUNCT", ".")]),
        ("?x$y", [("VAR", "?x"), ("VAR", "$y")]),
        ("ex:p?", [("PNAME", "ex:p"), ("PUNCT", "?")]),
        ("'a'@en-GB", [("STRING", "'a'"), ("LANG", "@en-GB")]),
        (r"'it\'s # no'", [("STRING", r"'it\'s # no'")]),
        ('"""a "quoted"\nline"""', [("STRING", '"""a "quoted"\nline"""')]),
        ("''''a''b'''", [("STRING", "''''a''b'''")]),
        ("'' \"\"", [("STRING", "''"), ("STRING", '""')]),
        ("1 1.5 .5 1e6 1.e6", [("NUMBER", n) for n in ("1", "1.5", ".5", "1e6", "1.e6")]),
        ("1.", [("NUMBER", "1"), ("PUNCT", ".")]),
        ("-5", [("PUNCT", "-"), ("NUMBER", "5")]),
        ("'1'^^ex:t", [("STRING", "'1'"), ("PUNCT", "^^"), ("PNAME", "ex:t")]),
        ("SELECT*{}", [("WORD", "SELECT"), *[("PUNCT", c) for c in "*{}"]]),
        ("#x\n#y\r?a#z", [("VAR", "?a")]),
        ("&& || != >=", [("PUNCT", p) for p in ("&&", "||", "!=", ">=")]),
    ],
)
def test_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert words(text) == expected


def test_line_and_column_count_characters_from_one() -> None:
    found = {t.text: (t.line, t.column) for t in tokens("# é\r\n  ?s 'é' ?o\n?z")}
    assert (found["?s"], found["?o"], found["?z"]) == ((2, 3), (2, 10), (3, 1))


@pytest.mark.parametrize("text", ["'a", "'a\nb'", r"'\x'", "\\u0041", "@", "\ufeff?s", r"'\uD800'"])
def test_what_is_not_a_word_of_sparql(text: str) -> None:
    with pytest.raises(LexicalError):
        list(tokens(text))


@pytest.mark.parametrize("character", '<>"{}|^`\\ \x00\x01\x1f')
def test_the_engine_accepts_no_iri_that_the_tokeniser_does_not(character: str) -> None:
    with pytest.raises(SyntaxError):
        Store().query(f"SELECT ?x {{ ?x <http://a/{character}b> ?y }}")


# SERVICE

SERVICES = [
    f"SELECT * {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ service {HOST} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SeRvIcE SILENT {HOST} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE{HOST}{{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE#c\n{HOST} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE # {{\n # c\r {HOST} {{ ?s ?p ?o }} }}",
    "SELECT * { VALUES ?e {<http://127.0.0.1:9/>} SERVICE ?e { ?s ?p ?o } }",
    "SELECT*{SERVICE$e{}}",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICE x:y { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:y { ?s ?p ?o } }",
    "PREFIX x: <http://127.0.0.1:9/> SELECT * { SERVICEx:y { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICESILENT:y { ?s ?p ?o } }",
    f"SELECT * {{ ?s ?p trueSERVICE{HOST}{{?a ?b ?c}} }}",
    f"SELECT * {{ ?s ?p 1SERVICE{HOST}{{?a ?b ?c}} }}",
    f"ASK {{ {{ SELECT * {{ OPTIONAL {{ SERVICE {HOST} {{}} }} }} }} }}",
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
    f"DESCRIBE ?s {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ FILTER NOT EXISTS {{ SERVICE {HOST} {{}} }} }}",
    f"SELECT * {{ LATERAL {{ SERVICE {HOST} {{}} }} }}",
    f"SELECT * {{ ?s ?p '''a''' . SERVICE {HOST} {{ ?a ?b '''c''' }} }}",
    f"SELECT * {{ ?s ?p '\\\\' . SERVICE {HOST} {{ ?a ?b '' }} }}",
    f'SELECT * {{ ?s ?p "\\u0022, " . SERVICE {HOST} {{ ?a ?b "}} #" }} }}',
    f"SELECT * {{ \\u0053ERVICE {HOST} {{}} }}",
    f"SELECT * {{ S\\U00000045RVIC\\u0045 {HOST} {{}} }}",
    f"SELECT * {{ SERVICE {HOST} {{ ?s ?p 'unended }} }}",
]


@pytest.mark.parametrize("text", SERVICES)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(QueryRefusedError):
        prepare(text, prefixes=PREFIXES)


@pytest.mark.parametrize(
    "text",
    [
        # A comparison to the engine, an IRI to the specification.
        "PREFIX : <http://127.0.0.1:9/> SELECT * { BIND(1 AS ?a) BIND(2 AS ?b)"
        " FILTER(?a<?b)SERVICE:x#>\n{?s ?p ?o} }",
        "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b)"
        f" FILTER(?a<#>'''\n?b)SERVICE{HOST}{{?s ?p ''''''}} }}",
        # The name is no IRI, so the engine reads ex: and then a keyword.
        "PREFIX ex: <http://h:1> SELECT * { VALUES ?s {1}"
        f" OPTIONAL {{ ?s ?p ex:SERVICE{HOST}{{?a ?b ?c}} }} }}",
        "PREFIX ex: <http://h:1> PREFIX y: <http://127.0.0.1:9/> SELECT * {"
        " OPTIONAL { ?s ?p ex:SERVICEy:z{?a ?b ?c} } }",
    ],
)
def test_what_hides_service_from_a_tokeniser_cannot_be_run(text: str) -> None:
    Store().query(text)  # the engine takes it
    try:
        ready = prepare(text, prefixes=PREFIXES)
    except QueryError:
        return
    with pytest.raises(SyntaxError):
        Store().query(ready.text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://x> { } LOAD' }",
        'SELECT * { ?s ?p """\nSERVICE <http://x> {\n""" }',
        "SELECT * { ?s <http://a/SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x> {",
        "SELECT ?service ?load { ?service ?LOAD ?o }",
        "SELECT * { ?s gk:service gk:load . ?s gk:SERVICE ?o }",
        "PREFIX service: <http://a/> SELECT * { ?s service:x ?o . GRAPH service:g { ?a ?b ?c } }",
        "SELECT * { ?s ?p 'a'@service . _:service ?q 1 }",
        "SELECT * { VALUES (?x ?y) { (<http://a/b#service> <http://a/it's>) } }",
        "SELECT * { ?s gk:with ?insert ; gk:delete 'DROP' }",
        "SELECT (?a<?b AS ?less) { ?a ?b 'service' }",
        "BASE <http://a/> SELECT * { ?s <service> ?o }",
        "PREFIX load: <http://a/> ASK { ?s load:load 1 }",
    ],
)
def test_what_only_looks_like_service_or_an_update_is_let_through(text: str) -> None:
    Store().query(prepare(text, prefixes=PREFIXES).text)


def test_names_mean_the_same_when_they_are_written_out() -> None:
    store = Store()
    store.update("INSERT DATA { <http://a/1> <http://a/service#x's(1)> 5 }")
    text = (
        r"PREFIX a: <http://a/> SELECT ?s { VALUES (?s ?v) { (a:1 4) (a:1 5) (a:1 <http://b#'>) }"
    )
    text += r" ?s <http://a/service#x's(1)> ?v . ?s a:service\#x\'s\(1\) ?v }"
    assert len(list(store.query(prepare(text, prefixes={}).text))) == 1  # type: ignore[arg-type]


def test_service_is_allowed_by_name_only() -> None:
    allowed = ["http://127.0.0.1:9/"]
    text = f"SELECT * {{ SERVICE SILENT {HOST} {{ ?s ?p ?o }} }}"
    assert prepare(text, prefixes={}, services=allowed).text == text
    prepare(
        "PREFIX x: <http://127.0.0.1:> SELECT * { SERVICE x:9\\/ {} }",
        prefixes={},
        services=allowed,
    )
    for other in (SERVICES[6], text.replace(":9/", ":8/"), SERVICES[12]):
        with pytest.raises(QueryRefusedError):
            prepare(other, prefixes={}, services=allowed)


# Updates, sizes, forms


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "delete where { ?s ?p ?o }",
        "PREFIX x: <http://a/> WITH x:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "CLEAR ALL",
        "DROP GRAPH <a:b>",
        "CREATE GRAPH <a:b>",
        "ADD <a:a> TO <a:b>",
        "MOVE <a:a> TO <a:b>",
        "COPY <a:a> TO <a:b>",
        "# c\nBASE <http://a/> INSERT { ?s ?p 1 } WHERE { }",
        "\\u004COAD <http://127.0.0.1:9/>",
    ],
)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError, match="update"):
        prepare(text, prefixes=PREFIXES)


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]", ("{[(", ")]}")])
def test_deep_nesting_is_refused_and_usual_nesting_is_not(opening: str, closing: str) -> None:
    deep = 201 // len(opening)
    prepare(f"SELECT * {{ {opening * (deep - 2)} {closing * (deep - 2)} }}", prefixes={})
    with pytest.raises(QueryLimitError, match="nested"):
        prepare(f"SELECT * {{ {opening * 201}", prefixes={})


def test_brackets_in_strings_are_not_nesting() -> None:
    prepare(f"SELECT * {{ ?s ?p '{'{' * 300}' }}", prefixes={})


def test_a_text_over_1_mb_is_refused() -> None:
    with pytest.raises(QueryLimitError, match="1 MB"):
        prepare(f"SELECT * {{ ?s ?p '{'é' * 500_001}' }}", prefixes={})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT*{}", "SELECT"),
        ("# ASK\nprefix x: <http://a/> base <http://b/> ask {}", "ASK"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("DESCRIBE <a:b>", "DESCRIBE"),
    ],
)
def test_form(text: str, form: str) -> None:
    assert prepare(text, prefixes={}).form == form


def test_only_missing_prefixes_are_added_and_from_is_kept() -> None:
    text = (
        "PREFIX rdfs: <http://other/>\nSELECT ?x FROM <a:g> FROM NAMED <a:h> { ?x rdfs:label gk:y }"
    )
    ready = prepare(text, prefixes=PREFIXES)
    assert ready.text == f"PREFIX gk: <{PREFIXES['gk']}>\n{text}"
    assert ready.prefixes["rdfs"] == "http://other/"
    Store().query(ready.text)


def test_star_and_the_order_of_first_appearance() -> None:
    text = "PREFIX a: <http://a/> SELECT DISTINCT * { ?z a:b ?b . ?z a:c $a }"
    found = star(text)
    assert found is not None
    assert (text[found.offset], found.variables) == ("*", ("z", "b", "a"))
    for none in ("SELECT (COUNT(*) AS ?n) {}", "ASK { { SELECT * {} } }", "SELECT ?x { ?x a* ?y }"):
        assert star(none) is None


# Errors in words


def complaint(text: str) -> str:
    """Return what a person is told about a text that the engine does not take."""
    try:
        ready = prepare(text, prefixes=PREFIXES)
    except QueryError as error:
        return str(error)
    with pytest.raises(SyntaxError) as raised:
        Store().query(ready.text)
    return str(explain(text, str(raised.value), PREFIXES))


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("SELECT * WHERE { ?s ?p }", (1, 24), "a value or a variable was expected"),
        ("SELECT ?x {\n ?x rdsf:label ?y }", (2, 5), "prefix rdsf: is not declared; did you mean"),
        ("SELECT ?x { ?x gk:a ?y OPTINAL {} }", (1, 24), "did you mean OPTIONAL?"),
        ("SELECT ?x { ?x gk:p ?o", (1, 23), "no '}' to close '{' of line 1, column 11"),
        ("SELECT ?x { ?x ?p 'abc }", (1, 19), "string has no end"),
        ("SELECT ?x { ?x ?p ?o } LIMIT x", (1, 30), "a number was expected"),
        ("ASK { ?s ?p ?o } }", (1, 18), "found '}'"),
        ("SELECT (COUNT(?x)) {?x ?p ?o}", (1, 18), "AS or an operator"),
        ("SELECT ?x { ?x ?p ?o } LIMIT 1 ORDER BY ?x", (1, 32), "found 'ORDER'"),
        ("SELECT ?x { ?x gk:p ?o\n FILTER ?x > 3 }", (2, 9), "a condition in ( )"),
        ("SELECT ?x, ?y { ?x ?p ?y }", (1, 10), "found ','"),
        ("SELECT ?x, ?y { ?x ?p ?y }", (1, 10), "columns are separated by spaces"),
        ("SELECT x { ?x ?p ?y }", (1, 8), "; a variable is written ?x\n"),
        ("SELECT ?x { ?x a Gene }", (1, 18), "a variable is written ?Gene, a name prefix:Gene"),
        ("SELECT COUNT(?x) { ?x ?p ?y }", (1, 8), "written with a name, (COUNT(...) AS ?name)"),
        ("SELECT DISTINCT MAX(?x) { ?x ?p ?y }", (1, 17), "(MAX(...) AS ?name)"),
        ("SELECT ?x { ?x ?p ?o FILTER(?x == ?o) }", (1, 33), "equality is one ="),
        ("SELECT ?x { ?x ?p ?o FILTER(?x and ?o) }", (1, 32), "and is written &&"),
        ("SELECT ?x { ?x ?p ?o FILTER(?x OR ?o) }", (1, 32), "OR is written ||"),
        ("PREFIX ex <a:b> ASK {}", (1, 8), "a prefix is declared with a colon, ex:"),
        ("ASK { ?x ?p “o” }", (1, 13), "“ is no quotation mark of SPARQL"),
        ("ASK { VALUES (?x ?y) { (1 'a'@en) (-2) } }", (1, 35), "this row has 1 values"),
        ("ASK { VALUES (?x) { ('1'^^gk:t) (1 2) } }", (1, 33), "has 2 values, and VALUES names 1"),
        ("ASK { FILTER(IF(?x, CONCAT(1, 2))) }", (1, 14), "IF takes 3 arguments, and has 2"),
        ("ASK { FILTER(STRLEN()) }", (1, 14), "STRLEN takes 1 argument, and has 0"),
        ("ASK { FILTER(REGEX(?x)) }", (1, 14), "REGEX takes 2 or 3 arguments, and has 1"),
        ("SELCT ?x {}", (1, 1), "did you mean SELECT?"),
        ("SELECT ?x { ?x a <http://a b> }", (1, 19), "an IRI is written in < >"),
        ("SELECT ?x { ?x a <b> }", (1, 18), "an IRI is not complete"),
        ("SELECT ?x {\n BIND(1 AS ?x) BIND(2 AS ?x) }", (2, 26), "already has a value"),
    ],
)
def test_errors_name_the_place_and_what_was_expected(
    text: str, place: tuple[int, int], said: str
) -> None:
    told = complaint(text)
    assert said in told
    line, column = place
    if "already" not in said:
        assert told.startswith(f"line {line}, column {column}: ")
        caret = told.splitlines()[-1]
        assert caret == " " * (4 + column - 1) + "^"
    assert text.split("\n")[line - 1] in told


def test_an_unknown_prefix_lists_the_predeclared_ones() -> None:
    told = complaint("SELECT ?x { ?x rdsf:label ?y }")
    assert "rdf: or rdfs:" in told or "rdfs: or rdf:" in told
    assert "gk:, obo:, rdf:, rdfs:" in told


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x",
        "SELECT * { ?x ?p ?y } GROUP BY ?x",
        "SELECT (1 AS ?x) (2 AS ?x) {}",
    ],
)
def test_faults_that_are_not_of_grammar_are_said_in_words(text: str) -> None:
    assert "the engine" not in complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ') AS ?y) WHERE { { SELECT ?z { ?z ^a/!(a|"
        "^ex:b)* ?c } GROUP BY ?z HAVING(COUNT(*) > 2) } VALUES (?a ?b) { (1 UNDEF) (-2 'x'@en) } "
        "FILTER NOT EXISTS { ?x ?y ?z } BIND(IF(?a NOT IN (1, 2) && -?x < 3, 2, 3) AS ?f) } ",
        "CONSTRUCT { ?s ex:p [ ex:q (1 2), 'x'^^ex:t ] ; } FROM <a:g> "
        "WHERE { ?s ?p true . } LIMIT 5",
        "DESCRIBE ?x <a:b> FROM NAMED <a:g> WHERE { ?x a ex:c MINUS { ?x ex:p+ 1 } } ORDER BY "
        "DESC(?x) STR(?y) OFFSET 3 LIMIT 4 VALUES ?x { ex:a }",
        "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } OPTIONAL { [] a [] } "
        "FILTER REGEX(?o, 'x') }",
        "SELECT * { }",
    ],
)
def test_the_grammar_takes_what_the_engine_takes(text: str) -> None:
    Store().query(text, prefixes={"ex": "http://ex/"})
    assert fault(list(tokens(text))) is None
