"""How fast the endpoint serves, beside others on the same graph in the same run.

python benchmarks/serving.py --store FOLDER [--peers PYTHON] [--endpoint URL] [--seconds 6]

Distinct and repeated point queries, and condition cards, by ``wrk`` with 8 connections; 256
clients; good queries beside bad ones; with ``--dumps`` the whole graph in every syntax.
``--peers`` is a Python that has oxigraph, rdflib-endpoint
and oxrdflib: both servers read the same store. ``--endpoint`` is a server that holds the graph
(`genekg publish`), with what its protocol needs to choose it (``…/sparql?default-graph-uri=…``).
Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import random
import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from pyoxigraph import DefaultGraph, NamedNode
from soak import ENDLESS, started

import genekg
from genekg import prefixes, store

_SCRIPT = """
local ids = {}
for line in io.lines("%s") do ids[#ids + 1] = line end
local n = %d
request = function()
  n = n + 1
  local values = {["@"] = ids[n %% %d + 1], ["#"] = tostring(n)}
  return wrk.format("GET", (string.gsub("%s", "[@#]", values)), {["Accept"] = "%s"})
end
"""
_POINT = "?query=SELECT%20%3Fp%20%3Fo#%20%7B%20%3C@%3E%20%3Fp%20%3Fo#%20%7D"
_SAME = "?query=SELECT%20%3Fp%20%3Fo%20%7B%20%3C@%3E%20%3Fp%20%3Fo%20%7D"
_JSON = "application/sparql-results+json"


class Load:
    """Requests by wrk with 8 connections."""

    def __init__(self, folder: Path, ids: list[str], seconds: int) -> None:
        self._folder = folder
        self._seconds = seconds
        self._count = len(ids)
        self._number = 0
        self._iris = folder / "iris"
        self._iris.write_text("\n".join(i.replace(":", "%3A").replace("/", "%2F") for i in ids))
        self._curies = folder / "curies"
        self._curies.write_text("\n".join(map(prefixes.compress, ids)))

    def run(
        self,
        address: str,
        path: str,
        accept: str = _JSON,
        *,
        distinct: bool = True,
        clients: int = 8,
    ) -> str:
        """Return requests a second, how long 99 % took at most, and what failed."""
        self._number += 10_000_000
        ids = self._curies if "entity" in path else self._iris
        script = self._folder / "load.lua"
        count = self._count if distinct else 100
        script.write_text(_SCRIPT % (ids, self._number, count, path, accept))
        options = ["-t1", f"-c{clients}", f"-d{self._seconds}", "--latency", "-s", str(script)]
        done = subprocess.run(
            ["wrk", *options, address], capture_output=True, text=True, check=True
        )
        parts = []
        for pattern, shown in (
            (r"Requests/sec:\s*(\d+)", "{}/s"),
            (r"99%\s+(\S+)", "p99 {}"),
            (r"Non-2xx or 3xx responses: (\d+)", "{} failed"),
            (r"Socket errors: (.*)", "socket errors {}"),
        ):
            if found := re.search(pattern, done.stdout):
                parts.append(shown.format(found[1]))
        return ", ".join(parts)


def many(address: str, expected: dict[str, int], clients: int, each: int) -> dict[str, Any]:
    """Have many clients ask at once, each on a connection of its own; every answer is checked.

    Plain connections: a pool of so many in one event loop would be measured, not the server.
    """
    times: list[float] = []
    wrong: list[str] = []
    ids = list(expected)
    host = httpx.URL(address).netloc.decode()

    def one(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection(host, timeout=60)
        for turn in range(each):
            iri = chance.choice(ids)
            text = f"SELECT (COUNT(*) AS ?n) {{ <{iri}> ?p{number}_{turn} ?o }}"
            start = time.monotonic()
            connection.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": _JSON})
            reply = connection.getresponse()
            body = reply.read()
            times.append(time.monotonic() - start)
            if reply.status != 200:
                wrong.append(f"{reply.status} {body[:80]!r}")
            elif int(json.loads(body)["results"]["bindings"][0]["n"]["value"]) != expected[iri]:
                wrong.append(iri)
        connection.close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, range(clients)))
    times.sort()
    return {
        "answers": len(times),
        "p50 s": round(times[len(times) // 2], 3),
        "p99 s": round(times[int(len(times) * 0.99)], 3),
        "wrong": len(wrong),
        "examples": wrong[:3],
    }


async def mixed(address: str, expected: dict[str, int], seconds: float) -> dict[str, Any]:
    """Ask 40 queries a second, each from a client of its own address, every tenth one endless."""
    good: list[float] = []
    bad: list[int] = []
    wrong: list[str] = []
    ids = list(expected)

    sources = [
        httpx.AsyncClient(
            base_url=address,
            timeout=60,
            transport=httpx.AsyncHTTPTransport(local_address=f"127.0.{number + 1}.1", verify=False),
        )
        for number in range(50)
    ]

    async def one(number: int) -> None:
        client = sources[number % len(sources)]
        start = time.monotonic()
        if number % 10 == 0:
            text = f"{ENDLESS} # {number}"
            bad.append((await client.get("/sparql", params={"query": text})).status_code)
            return
        iri = ids[number % len(ids)]
        text = f"SELECT (COUNT(*) AS ?n) {{ <{iri}> ?p{number} ?o }}"
        reply = await client.get("/sparql", params={"query": text})
        took = time.monotonic() - start
        if reply.status_code != 200:
            wrong.append(str(reply.status_code))
            return
        if int(reply.json()["results"]["bindings"][0]["n"]["value"]) != expected[iri]:
            wrong.append(iri)
        good.append(took)

    tasks = []
    for number in range(int(seconds * 40)):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(1 / 40)
    await asyncio.gather(*tasks)
    for client in sources:
        await client.aclose()
    asked = len(good) + len(wrong)
    return {
        "good asked": asked,
        "within 3 s %": round(100 * sum(took <= 3 for took in good) / asked, 1),
        "slowest good s": round(max(good), 2),
        "bad asked": len(bad),
        "bad": {str(status): bad.count(status) for status in sorted(set(bad))},
        "wrong": wrong[:3],
    }


def peer(command: list[str], address: str) -> subprocess.Popen[bytes] | None:
    """Start another server, and wait until it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 40
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(address, params={"query": "ASK {}"}, timeout=2)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return process
    process.kill()
    return None


_RDFLIB = """
import sys, uvicorn
from oxrdflib import OxigraphStore
from pyoxigraph import Store
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(store=OxigraphStore(store=Store.read_only(sys.argv[1])))
uvicorn.run(SparqlEndpoint(graph=graph), port=8972, log_level="critical")
"""


def peers(python: Path, folder: Path, load: Load) -> dict[str, Any]:
    """Measure other servers on the same store, which they read only."""
    report: dict[str, Any] = {}
    for name, address, path, command in (
        ("Oxigraph's server", "http://127.0.0.1:8971", "/query",
         [str(python.with_name("oxigraph")), "serve-read-only", "--location", str(folder),
          "--bind", "127.0.0.1:8971"]),
        ("rdflib-endpoint", "http://127.0.0.1:8972", "/",
         [str(python), "-c", _RDFLIB, str(folder)]),
    ):  # fmt: skip
        process = peer(command, f"{address}{path}")
        if process is None:
            report[name] = "did not start"
            continue
        report[name] = {
            "distinct": load.run(address, f"{path}{_POINT}"),
            "repeated": load.run(address, f"{path}{_SAME}", distinct=False),
        }
        process.kill()
        process.wait()
    return report


def dumps(address: str) -> dict[str, str]:
    """Measure the whole default graph in every syntax, compressed, read by one client."""
    found = {}
    for kind in ("application/n-triples", "text/turtle", "application/rdf+xml",
                 "application/ld+json"):  # fmt: skip
        headers = {"Accept": kind, "Accept-Encoding": "gzip"}
        start, plain = time.monotonic(), 0
        with httpx.stream(
            "GET", f"{address}/graph-store?default", headers=headers, timeout=120
        ) as reply:
            reply.raise_for_status()
            for part in reply.iter_bytes():
                plain += len(part)
            sent = reply.num_bytes_downloaded
        took = time.monotonic() - start
        found[kind] = f"{took:.0f} s, {plain / 1e6:.0f} MB, {sent / 1e6:.0f} MB compressed"
    return found


def endpoint(address: str, load: Load) -> dict[str, Any]:
    """Measure a server that runs already."""
    url = httpx.URL(address)
    path = url.raw_path.decode()
    point, same = (
        (path + q.replace("?", "&", 1) if url.query else path + q) for q in (_POINT, _SAME)
    )
    server = f"{url.scheme}://{url.netloc.decode()}"
    return {
        "distinct": load.run(server, point),
        "repeated": load.run(server, same, distinct=False),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--endpoint", help="a server that holds the graph")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--dumps", action="store_true", help="the whole graph, too: minutes")
    given = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed")
    with genekg.open(given.store) as graph:
        ids = [prefixes.expand(e.id) for e in graph.labels.all() if e.kind == "condition"]
        random.Random(1).shuffle(ids)
        count = graph.store.quads_for_pattern
        expected = {
            iri: sum(1 for _ in count(NamedNode(iri), None, None, DefaultGraph()))
            for iri in ids[:2000]
        }
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        load = Load(Path(folder), ids, given.seconds)
        server, address = started(given.store)
        try:
            report["genekg"] = {
                "distinct": load.run(address, f"/sparql{_POINT}"),
                "repeated": load.run(address, f"/sparql{_SAME}", distinct=False),
                "cards": load.run(address, "/entity/@?n=#", "text/html"),
                "cards, repeated": load.run(address, "/entity/@", "text/html", distinct=False),
                "256 clients": load.run(address, f"/sparql{_POINT}", clients=256),
                "256 clients, each answer looked at": many(address, expected, 256, 10),
                "one bad in ten": asyncio.run(mixed(address, expected, 20)),
            }
            if given.dumps:
                report["the whole graph"] = dumps(address)
        finally:
            server.terminate()
            server.wait(20)
        build = store.current(given.store)
        if given.peers and build:
            report |= peers(given.peers, build.graph, load)
        if given.endpoint:
            report[given.endpoint] = endpoint(given.endpoint, load)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
