"""What the server says of itself in RDF: Service Description, VoID, example queries.

See https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/, and for the
examples https://github.com/sib-swiss/sparql-examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from genekg.web.negotiation import GRAPH_TYPES, accepted, media_type, named
from genekg.web.replies import Refusal, Reply, etag
from genekg.web.requests import Request

__all__ = ["Description", "graph_reply"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "nq": "N-Quads",
    "trig": "TriG",
}
_WRITTEN = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
_TYPE = NamedNode(f"{_RDF}type")


def graph_reply(
    request: Request, triples: Iterable[Triple], digest: str, prefixes: dict[str, str]
) -> Reply:
    """Return triples as RDF in the format that the client likes best."""
    wished = dict(request.parameters).get("format", "")
    format = named(wished, GRAPH_TYPES) or accepted(request.header("accept"), GRAPH_TYPES)
    if format is None:
        if "text/html" not in request.header("accept"):
            known = ", ".join(names[0] for names in GRAPH_TYPES.values())
            raise Refusal(406, f"none of the formats asked for can be had; there are {known}")
        format = "ttl"
    data = pyoxigraph.serialize(triples, format=_WRITTEN[format], prefixes=prefixes) or b""
    tag = etag(digest, request.address(request.scope["path"]), format)
    return Reply(200, data, media_type(format, GRAPH_TYPES), etag=tag, fixed=True)


class Description:
    """Descriptions of one server.

    Args:
        digest: what tells its graph from every other.
        graphs: each named graph and how many triples it has; the default graph is "".
        about: the triples that describe the graph, in VoID.
        examples: the triples of the example queries.
    """

    def __init__(
        self,
        digest: str,
        graphs: Sequence[tuple[str, int]] = (),
        *,
        about: Callable[[], Iterable[Triple]] = tuple,
        examples: Callable[[str], Iterable[Triple]] = lambda _: (),
        prefixes: dict[str, str] | None = None,
    ) -> None:
        self._digest = digest
        self._graphs = graphs
        self._about = about
        self._examples = examples
        self._prefixes = {"void": _VOID, **(prefixes or {})}

    def service(self, request: Request) -> Reply:
        """Describe the endpoint."""
        triples = self._service(request.address(request.scope["path"]))
        own = {"sd": _SD, "void": _VOID, "formats": _FORMATS}
        return graph_reply(request, triples, self._digest, own)

    def void(self, request: Request) -> Reply:
        """Describe the graph."""
        endpoint = NamedNode(request.address("/sparql"))
        triples = list(self._about())
        datasets = {
            triple.subject
            for triple in triples
            if triple.predicate == _TYPE and triple.object == NamedNode(f"{_VOID}Dataset")
        }
        whole = min(datasets, key=lambda node: len(str(node)), default=None)
        if whole is not None:
            triples.append(Triple(whole, NamedNode(f"{_VOID}sparqlEndpoint"), endpoint))
        return graph_reply(request, triples, self._digest, self._prefixes)

    def examples(self, request: Request) -> Reply:
        """List example queries."""
        prefixes = {
            "sh": "http://www.w3.org/ns/shacl#",
            "schema": "https://schema.org/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        }
        triples = self._examples(request.address("/sparql"))
        return graph_reply(request, triples, self._digest, prefixes)

    def _service(self, address: str) -> Iterator[Triple]:
        service, dataset = BlankNode("service"), BlankNode("dataset")
        yield Triple(service, _TYPE, _sd("Service"))
        yield Triple(service, _sd("endpoint"), NamedNode(address))
        yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
        for name in _NAMES.values():
            yield Triple(service, _sd("resultFormat"), NamedNode(f"{_FORMATS}{name}"))
        entailment = NamedNode("http://www.w3.org/ns/entailment/Simple")
        yield Triple(service, _sd("defaultEntailmentRegime"), entailment)
        yield Triple(service, _sd("defaultDataset"), dataset)
        yield Triple(dataset, _TYPE, _sd("Dataset"))
        for number, (name, triples) in enumerate(self._graphs):
            graph = BlankNode(f"graph{number}")
            yield Triple(graph, _TYPE, _sd("Graph"))
            yield Triple(graph, NamedNode(f"{_VOID}triples"), Literal(triples))
            if name:
                holder = BlankNode(f"named{number}")
                yield Triple(dataset, _sd("namedGraph"), holder)
                yield Triple(holder, _TYPE, _sd("NamedGraph"))
                yield Triple(holder, _sd("name"), NamedNode(name))
                yield Triple(holder, _sd("graph"), graph)
            else:
                yield Triple(dataset, _sd("defaultGraph"), graph)


def _sd(name: str) -> NamedNode:
    return NamedNode(f"{_SD}{name}")
