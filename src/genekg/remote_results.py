"""SPARQL results of any engine, made the same: what differs between engines is mended here."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import QueryResultsFormat, parse_query_results

from genekg.errors import StoreError

__all__ = ["Bindings", "combined", "read", "solutions"]

Bindings = list[dict[str, dict[str, str]]]
_XSD = "http://www.w3.org/2001/XMLSchema#"
# Virtuoso answers ASK in JSON with a column of this name.
_ASKED = "__ASK_RETVAL"
_BOOLEANS = {"1": "true", "0": "false"}


def read(body: bytes, address: str) -> tuple[list[str], Bindings] | bool:
    """Return variables and rows of SPARQL JSON results, or the answer to an ASK.

    Raises:
        StoreError: it is cut, or is no such thing.
    """
    try:
        content = json.loads(body, strict=False)
        if "boolean" in content:
            return bool(content["boolean"])
        variables = [str(name) for name in content["head"]["vars"]]
        rows: Bindings = content["results"]["bindings"]
        for row in rows:
            for name, term in row.items():
                row[name] = _mended(term)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"the answer of {address} is cut or is no SPARQL result ({type(error).__name__})",
            remedy="ask again; if it stays so, this is not the address of an endpoint",
        ) from error
    if variables == [_ASKED]:
        return rows[0][_ASKED]["value"] in ("1", "true")
    return variables, rows


def _mended(term: dict[str, str]) -> dict[str, str]:
    """Return a term as SPARQL 1.1 has it and as Oxigraph writes it."""
    kind, value = term["type"], term["value"]
    if kind not in ("literal", "typed-literal"):
        return {"type": kind, "value": value}
    if language := term.get("xml:lang"):
        return {"type": "literal", "value": value, "xml:lang": language.lower()}
    datatype = term.get("datatype", "")
    if datatype == f"{_XSD}boolean":
        value = _BOOLEANS.get(value, value)
    elif datatype == f"{_XSD}decimal" and "." in value:
        value = value.rstrip("0").removesuffix(".")
    if not datatype or datatype == f"{_XSD}string":
        return {"type": "literal", "value": value}
    return {"type": "literal", "value": value, "datatype": datatype}


def combined(variables: list[str], rows: Bindings) -> bytes:
    """Return rows as SPARQL 1.1 JSON results."""
    content = {"head": {"vars": variables}, "results": {"bindings": rows}}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def solutions(found: tuple[list[str], Bindings] | bool) -> Any:
    """Return results as pyoxigraph gives them for a local query."""
    if isinstance(found, bool):
        data = json.dumps({"head": {}, "boolean": found}).encode()
    else:
        data = combined(*found)
    return parse_query_results(data, QueryResultsFormat.JSON)
