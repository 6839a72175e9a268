"""The grammar of a SPARQL 1.1 query, only to say where a text departs from it, and how.

The engine decides what is a query: its parser says "expected one of LATERAL, SERVICE, [_]" and a
column that may be past the fault. This one reads the words left to right with one word of
look-ahead, so its complaint is at the first word that cannot stand where it stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from genekg.sparql_tokens import Token

__all__ = ["KEYWORDS", "fault", "in_words"]

# Quoted: a keyword or a sign. Upper case: a kind of token. Otherwise a rule of this grammar.
_GRAMMAR = r"""
Query = Prologue ( Select | Construct | Describe | Ask ) Values END
Prologue = ( 'BASE' IRI | 'PREFIX' PNAME IRI )*
Select = 'SELECT' Projection Dataset* Where Modifier
Projection = ( 'DISTINCT' | 'REDUCED' )? ( ( VAR | '(' Expr 'AS' VAR ')' )+ | '*' )
SubSelect = 'SELECT' Projection Where Modifier Values
Construct = 'CONSTRUCT' ( Template Dataset* Where | 'WHERE' Template | Dataset+ 'WHERE' Template ) Modifier
Template = '{' Triples? '}'
Describe = 'DESCRIBE' ( ( VAR | Iri )+ | '*' ) Dataset* Where? Modifier
Ask = 'ASK' Dataset* Where Modifier
Dataset = 'FROM' ( Iri | 'NAMED' Iri )
Where = 'WHERE'? Group
Modifier = ( 'GROUP' 'BY' GroupBy+ )? ( 'HAVING' Constraint+ )? ( 'ORDER' 'BY' OrderBy+ )? Slice?
GroupBy = BuiltIn | Iri Args | '(' Expr ( 'AS' VAR )? ')' | VAR
OrderBy = ( 'ASC' | 'DESC' ) '(' Expr ')' | Constraint | VAR
Slice = 'LIMIT' NUMBER ( 'OFFSET' NUMBER )? | 'OFFSET' NUMBER ( 'LIMIT' NUMBER )?
Values = ( 'VALUES' Data )?
Group = '{' ( SubSelect | Triples? ( Pattern '.'? Triples? )* ) '}'
Triples = SameSubject ( '.' Triples? )?
Pattern = Group ( 'UNION' Group )* | 'OPTIONAL' Group | 'MINUS' Group | 'GRAPH' VarOrIri Group | 'SERVICE' 'SILENT'? VarOrIri Group | 'FILTER' Constraint | 'BIND' '(' Expr 'AS' VAR ')' | 'VALUES' Data
VarOrIri = VAR | Iri
Data = VAR '{' Value* '}' | '(' VAR* ')' '{' ( '(' Value* ')' )* '}'
Value = Iri | Literal | 'UNDEF'
Constraint = '(' Expr ')' | BuiltIn | Iri Args
Args = '(' ( 'DISTINCT'? Expr ( ',' Expr )* )? ')'
SameSubject = Term Properties | Compound Properties?
Compound = '(' Node* ')' | '[' Properties? ']'
Properties = Verb Objects ( ';' ( Verb Objects )? )*
Verb = VAR | Path
Objects = Node ( ',' Node )*
Node = Term | Compound
Term = VAR | Iri | Literal | BNODE
Path = PathSequence ( '|' PathSequence )*
PathSequence = PathStep ( '/' PathStep )*
PathStep = '^'? PathPrimary ( '?' | '*' | '+' )?
PathPrimary = Iri | 'a' | '!' PathNegated | '(' Path ')'
PathNegated = PathOne | '(' ( PathOne ( '|' PathOne )* )? ')'
PathOne = '^'? ( Iri | 'a' )
Literal = STRING ( LANG | '^^' Iri )? | ( '+' | '-' )? NUMBER | 'TRUE' | 'FALSE'
Iri = IRI | PNAME
Expr = And ( '||' And )*
And = Relation ( '&&' Relation )*
Relation = Sum ( ( '=' | '!=' | '<' | '>' | '<=' | '>=' ) Sum | 'IN' List | 'NOT' 'IN' List )?
List = '(' ( Expr ( ',' Expr )* )? ')'
Sum = Product ( ( '+' | '-' ) Product )*
Product = Unary ( ( '*' | '/' ) Unary )*
Unary = ( '!' | '+' | '-' )? Primary
Primary = '(' Expr ')' | BuiltIn | Iri Args? | STRING ( LANG | '^^' Iri )? | NUMBER | 'TRUE' | 'FALSE' | VAR
BuiltIn = FUNCTION Args | AGGREGATE '(' 'DISTINCT'? Expr ')' | 'COUNT' '(' 'DISTINCT'? ( '*' | Expr ) ')' | 'GROUP_CONCAT' '(' 'DISTINCT'? Expr ( ';' 'SEPARATOR' '=' STRING )? ')' | 'BOUND' '(' VAR ')' | 'EXISTS' Group | 'NOT' 'EXISTS' Group
"""  # noqa: E501
_AGGREGATES = frozenset(("SUM", "MIN", "MAX", "AVG", "SAMPLE"))
_FUNCTION_NAMES = (
    "STR LANG LANGMATCHES DATATYPE IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE "
    "LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS "
    "MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF "
    "STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE "
    "TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE HASLANG HASLANGDIR LANGDIR STRLANGDIR ADJUST"
)
_FUNCTIONS = frozenset(_FUNCTION_NAMES.split())
_QUOTED = frozenset(re.findall(r"'([A-Z_]+)'", _GRAMMAR))
KEYWORDS = _QUOTED | _FUNCTIONS | _AGGREGATES

_Rules = dict[str, list[list[str]]]


@functools.cache
def _rules() -> _Rules:
    """Read the grammar into rules without ( ) ? * +, which become rules of their own."""
    rules: _Rules = {}

    def read(words: list[str]) -> list[list[str]]:
        """Read alternatives up to the closing bracket or the end; consume what was read."""
        choices: list[list[str]] = [[]]
        while words:
            word = words.pop(0)
            if word.startswith(")"):
                words.insert(0, word)
                break
            if word == "|":
                choices.append([])
            elif word == "(":
                inner = read(words)
                choices[-1].append(repeated(inner, words.pop(0)[1:]))
            elif word[-1] in "?*+":
                choices[-1].append(repeated([[word[:-1]]], word[-1]))
            else:
                choices[-1].append(word)
        return choices

    def repeated(choices: list[list[str]], how: str) -> str:
        name = f"_{len(rules)}"
        rules[name] = choices
        if how == "?":
            rules[name] = [*choices, []]
        elif how in ("*", "+"):
            rules[name] = [[*choice, name] for choice in choices] + [[]]
            if how == "+":
                first = f"_{len(rules)}"
                rules[first] = [[*choice, name] for choice in choices]
                return first
        return name

    for line in _GRAMMAR.strip().splitlines():
        name, _, body = line.partition(" = ")
        rules[name] = []
        rules[name] = read(body.split())
    return rules


@functools.cache
def _first(symbol: str) -> tuple[frozenset[str], bool]:
    """Return the words that a symbol can start with, and whether it can be empty."""
    rules = _rules()
    if symbol not in rules:
        return frozenset([symbol.strip("'")]), False
    starts: set[str] = set()
    empty = False
    for choice in rules[symbol]:
        found, nothing = _first_of(choice)
        starts |= found
        empty |= nothing
    return frozenset(starts), empty


def _first_of(symbols: Sequence[str]) -> tuple[frozenset[str], bool]:
    starts: set[str] = set()
    for symbol in symbols:
        found, empty = _first(symbol)
        starts |= found
        if not empty:
            return frozenset(starts), False
    return frozenset(starts), True


def _class(token: Token) -> str:
    """Return what the grammar calls a token."""
    if token.kind != "WORD":
        return token.text if token.kind == "PUNCT" else token.kind
    if token.text == "a":
        return "a"
    word = token.text.upper()
    if word in _AGGREGATES:
        return "AGGREGATE"
    if word in _FUNCTIONS:
        return "FUNCTION"
    return word if word in _QUOTED else "WORD"


def fault(words: Sequence[Token]) -> tuple[Token, frozenset[str]] | None:
    """Return the first word that cannot stand where it stands, and what could; None if all can.

    >>> from genekg.sparql_tokens import tokens
    >>> token, expected = fault(list(tokens("SELECT ?x WHERE { ?x a }")))
    >>> token.column, "VAR" in expected
    (24, True)
    """
    rules = _rules()
    stack = ["Query"]
    expected: set[str] = set()
    place = 0
    while stack and place < len(words):
        word = _class(words[place])
        symbol = stack.pop()
        if symbol not in rules:
            expected.add(symbol.strip("'"))
            if symbol.strip("'") != word:
                return words[place], frozenset(expected)
            place += 1
            expected = set()
            continue
        chosen: list[str] | None = None
        for choice in rules[symbol]:
            starts, empty = _first_of(choice)
            expected |= starts
            if word in starts:
                chosen = choice
                break
            if empty:
                chosen = choice
        if chosen is None:
            return words[place], frozenset(expected)
        stack.extend(reversed(chosen))
    return None


_KINDS = {
    "VAR": "a variable",
    "IRI": "an IRI in < >",
    "PNAME": "a name such as obo:HP_0001417",
    "STRING": "a string",
    "NUMBER": "a number",
    "BNODE": "a blank node",
    "LANG": "a language tag",
    "FUNCTION": "a function such as STR(...)",
    "AGGREGATE": "an aggregate such as MAX(...)",
    "END": "the end of the query",
}
_PATH_SIGN = "a sign of a path"
_SETS = tuple(
    (frozenset(members.split()), frozenset(optional.split()), name)
    for members, optional, name in (
        ("= != < > <= >= && || * / + - IN NOT", "", "an operator such as = or &&"),
        ("BIND FILTER GRAPH MINUS OPTIONAL", "SERVICE VALUES {", "a pattern such as OPTIONAL {"),
        (
            "FUNCTION VAR STRING NUMBER IRI PNAME ! (",
            "AGGREGATE COUNT GROUP_CONCAT BOUND EXISTS NOT TRUE FALSE + -",
            "an expression",
        ),
        ("VAR IRI PNAME STRING NUMBER BNODE [ (", "TRUE FALSE + -", "a value or a variable"),
        ("VAR IRI PNAME a ^ ! (", "", "a property (a name, a variable or a path)"),
        ("IRI PNAME STRING NUMBER UNDEF", "TRUE FALSE + -", "a value (a name, a literal, UNDEF)"),
        (
            "FUNCTION IRI PNAME (",
            "AGGREGATE COUNT GROUP_CONCAT BOUND EXISTS NOT",
            "a condition in ( ) or a function",
        ),
        ("* / ? |", "+", _PATH_SIGN),
        ("LIMIT OFFSET", "GROUP HAVING ORDER", "a closing clause such as LIMIT"),
        ("IRI PNAME", "", "a name (<IRI> or prefix:name)"),
    )
)
_USUAL = ("AS", "}", ")", "]", ".", "WHERE", "{", "END", ",", ";")
_MOST = 6


def in_words(expected: frozenset[str]) -> str:
    """Say in plain words what could have stood somewhere.

    >>> in_words(frozenset(["VAR", "IRI", "PNAME", "a", "^", "!", "("]))
    'a property (a name, a variable or a path)'
    >>> in_words(frozenset(["}", ".", "VAR"]))
    "'}', '.' or a variable"
    """
    left = set(expected)
    parts: list[str] = []
    for members, optional, name in _SETS:
        if members <= left:
            left -= members | optional
            parts.append(name)
    if len(parts) > 1 and _PATH_SIGN in parts:
        parts.remove(_PATH_SIGN)
    signs = sorted(left, key=lambda s: (_USUAL.index(s) if s in _USUAL else 99, s in _KINDS, s))
    named = [_KINDS.get(s) or (s if s.isalpha() and s != "a" else f"{s!r}") for s in signs]
    parts = (named[:3] + parts + named[3:])[:_MOST]
    return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
