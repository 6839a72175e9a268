"""Runs W3C's tests, and ours in the same shape: over HTTP, updates through the engine.

``python tests/w3c/runner.py FOLDER`` prints what is passed and each miss.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import httpx
import manifests
import pyoxigraph
import results
from manifests import Case, Data
from pyoxigraph import Dataset, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store
from serving import server

_SD = "http://www.w3.org/ns/sparql-service-description#"
_TABULAR = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv",
            "text/tab-separated-values")  # fmt: skip
_RDF = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")


@dataclass(frozen=True)
class Outcome:
    """What became of a test: passed as it is written, passed by value, and why not."""

    case: Case
    strict: bool
    by_value: bool
    why: str = ""


def run(folder: Path, names: Iterable[str] = ()) -> Iterator[Outcome]:
    """Run the tests of the manifests in the folders of a folder, or of those that are named."""
    chosen = sorted(names) or sorted(path.parent.name for path in folder.glob("*/manifest.ttl"))
    found = [case for name in chosen for case in manifests.cases(folder / name / "manifest.ttl")]
    found.sort(key=lambda case: (repr(case.data), case.key))
    with server() as live:
        for data, group in groupby(found, key=lambda case: case.data):
            members = list(group)
            if all(case.kind.startswith("Update") for case in members):
                yield from map(_updated, members)
                continue
            with live.loaded(data) as client:
                for case in members:
                    yield _outcome(client, case)


def _outcome(client: httpx.Client, case: Case) -> Outcome:
    try:
        if case.kind == "ProtocolTest":
            return _protocol(client, case)
        if case.kind == "ServiceDescriptionTest":
            return _described(client, case)
        if "UpdateSyntax" in case.kind or _is_update(case):
            return _update_syntax(case)
        if "Syntax" in case.kind:
            return _syntax(client, case)
        if case.kind == "UpdateEvaluationTest":
            return _updated(case)
        return _evaluated(client, case)
    except (ValueError, SyntaxError, KeyError, OSError) as error:
        return Outcome(case, False, False, f"{type(error).__name__}: {error}")


def _text(case: Case) -> str:
    if case.action is None:
        raise ValueError("the test has no query")
    return case.action.read_text(encoding="utf-8")


def _is_update(case: Case) -> bool:
    return "Syntax" in case.kind and case.action is not None and case.action.suffix == ".ru"


def _based(case: Case) -> str:
    """Return the query of a test with its own address as the base of relative ones."""
    base = case.action.as_uri() if case.action else ""
    return f"BASE <{base}>\n{_text(case)}"


def _syntax(client: httpx.Client, case: Case) -> Outcome:
    response = client.post("/sparql", data={"query": _text(case)})
    read = response.status_code == 200 or "knows no function" in response.text
    good = read is not case.kind.startswith("Negative")
    if not read and response.status_code != 400:
        good = False
    return Outcome(case, good, good, f"status {response.status_code}: {response.text}")


def _update_syntax(case: Case) -> Outcome:
    try:
        Store().update(_text(case), base_iri="http://example.org/")
        parsed = True
    except SyntaxError:
        parsed = False
    except (OSError, RuntimeError, ValueError):  # it was read, and cannot be carried out
        parsed = True
    good = parsed is not case.kind.startswith("Negative")
    return Outcome(case, good, good, "is read" if parsed else "is not read")


def _evaluated(client: httpx.Client, case: Case) -> Outcome:
    if case.result is None:
        raise ValueError("the test has no result")
    text, ending = _based(case), case.result.suffix
    if ending == ".csv":
        response = client.post("/sparql", data={"query": text}, headers={"Accept": "text/csv"})
        table = results.from_csv(response.text)
        return _compared(case, table, results.from_csv(case.result.read_text("utf-8")), response)
    accept = {".srx": "application/sparql-results+xml", ".tsv": "text/tab-separated-values"}.get(
        ending, "application/sparql-results+json, application/n-triples;q=0.9"
    )
    response = client.post("/sparql", data={"query": text}, headers={"Accept": accept})
    if response.status_code != 200:
        return Outcome(case, False, False, f"status {response.status_code}: {response.text}")
    media = response.headers["content-type"].partition(";")[0]
    if media == "application/n-triples":
        had = list(pyoxigraph.parse(response.content, format=RdfFormat.N_TRIPLES))
        wanted = results.triples(case.result)
        strict = results.same_graphs(had, wanted, strict=True)
        return Outcome(case, strict, results.same_graphs(had, wanted, strict=False), response.text)
    format = QueryResultsFormat.from_media_type(media)
    if format is None:
        raise ValueError(f"no results in {media}")
    table = results.solutions(response.content, format)
    return _compared(case, table, results.expected(case.result), response)


def _compared(
    case: Case, had: results.Solutions, wanted: results.Solutions, response: httpx.Response
) -> Outcome:
    strict = had.same(wanted, strict=True)
    return Outcome(case, strict, strict or had.same(wanted, strict=False), response.text)


def _protocol(client: httpx.Client, case: Case) -> Outcome:
    why = ""
    for request in case.requests:
        headers = {"Accept": "*/*", **dict(request.headers)}
        response = client.request(
            request.method, request.path, content=request.body, headers=headers
        )
        why = f"status {response.status_code}: {response.text[:200]}"
        media = response.headers.get("content-type", "").partition(";")[0]
        good = f"{response.status_code // 100}xx" in request.statuses
        if good and request.boolean is not None:
            good = response.json()["boolean"] is request.boolean
        if good and request.format in ("tabular", "boolean"):
            good = media in _TABULAR
        elif good and request.format == "RDF":
            good = media in _RDF
        if not good:
            return Outcome(case, False, False, why)
    return Outcome(case, bool(case.requests), bool(case.requests), why)


# The domains of the vocabulary, https://www.w3.org/TR/sparql11-service-description/#vocab
_DOMAINS = {
    "endpoint": "Service", "supportedLanguage": "Service", "resultFormat": "Service",
    "inputFormat": "Service", "feature": "Service", "defaultDataset": "Service",
    "defaultEntailmentRegime": "Service", "extensionFunction": "Service",
    "availableGraphs": "Service", "languageExtension": "Service",
    "defaultGraph": "Dataset", "namedGraph": "Dataset", "name": "NamedGraph",
    "graph": "NamedGraph", "entailmentRegime": "NamedGraph",
}  # fmt: skip
_CLASSES = {"Service", "Dataset", "Graph", "NamedGraph", "GraphCollection", "Feature", "Language"}


def _described(client: httpx.Client, case: Case) -> Outcome:
    response = client.get("/sparql")
    media = response.headers["content-type"].partition(";")[0]
    format = RdfFormat.from_media_type(media)
    if response.status_code != 200 or format is None:
        return Outcome(case, False, False, f"{response.status_code} {media}")
    dataset = Dataset(pyoxigraph.parse(response.content, format=format))
    address = NamedNode(str(client.base_url.join("/sparql")))
    good = {
        "returns-rdf": len(dataset) > 0,
        "has-endpoint-triple": any(
            quad.predicate.value == f"{_SD}endpoint" and quad.object == address for quad in dataset
        ),
        "conforms-to-schema": all(_conforms(dataset, quad) for quad in dataset),
    }[case.name]
    return Outcome(case, good, good, response.text)


def _conforms(dataset: Dataset, quad: Quad) -> bool:
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    if quad.predicate == kind and str(quad.object.value).startswith(_SD):
        return str(quad.object.value).removeprefix(_SD) in _CLASSES
    if not quad.predicate.value.startswith(_SD):
        return True
    domain = _DOMAINS.get(quad.predicate.value.removeprefix(_SD))
    if domain is None:
        return False
    return Quad(quad.subject, kind, NamedNode(f"{_SD}{domain}")) in dataset


def _updated(case: Case) -> Outcome:
    """Run an update where updates can be run: genekg's server takes none."""
    try:
        store, wanted = _store(case.data), _store(case.after)
        store.update(_text(case), base_iri=case.action.as_uri() if case.action else None)
    except (ValueError, SyntaxError, OSError) as error:
        return Outcome(case, False, False, f"{type(error).__name__}: {error}")
    strict = results.same_graphs(store, wanted, strict=True)
    return Outcome(case, strict, results.same_graphs(store, wanted, strict=False), str(store))


def _store(data: Data) -> Store:
    store = Store()
    for path in data.default:
        store.extend(results.triples(path))
    for name, path in data.named:
        store.extend(
            Quad(q.subject, q.predicate, q.object, NamedNode(name)) for q in results.triples(path)
        )
    return store


def main() -> None:
    outcomes = list(run(Path(sys.argv[1]).resolve(), sys.argv[2:]))
    for outcome in outcomes:
        if not outcome.strict:
            mark = "by value" if outcome.by_value else "MISS"
            print(mark, outcome.case.key, outcome.case.kind, outcome.why[:160].replace("\n", " "))
    for name, group in groupby(
        sorted(outcomes, key=lambda o: o.case.folder), lambda o: o.case.folder
    ):
        part = list(group)
        counts = Counter(
            {"strict": sum(o.strict for o in part), "value": sum(o.by_value for o in part)}
        )
        print(f"{name}: {counts['strict']} strict, {counts['value']} by value, of {len(part)}")


if __name__ == "__main__":
    main()
