"""Another engine, in a process of its own: ``python peer.py oxigraph STORE`` or ``rdflib FILE.nt``.

The process opens or loads the data once. It reads a query a line (JSON) and runs each in a fork
of itself, which is killed at its deadline, so that no query spoils the next.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import re
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from measuring import Times, measure

from genekg import prefixes

MEMORY = 14 << 30
Rows: TypeAlias = tuple[list[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Found:
    """How long another engine took, and what it found; times are None when it gave no answer."""

    times: Times | None
    rows: int
    digest: str
    reason: str = ""

    @property
    def median(self) -> float | None:
        return self.times.median if self.times else None


def canonical(cell: object) -> str:
    """Return a cell in one spelling whatever engine wrote it: lists sorted, numbers as numbers."""
    if cell is None or cell == "":
        return ""
    text = str(cell).lower() if isinstance(cell, bool) else str(cell)
    if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return repr(float(text))
    return "|".join(sorted({prefixes.shorten(part) for part in text.split("|") if part}))


def digest(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[int, str]:
    """Return how many different rows there are, and a hash of them in no order."""
    order = sorted(range(len(columns)), key=lambda place: columns[place])
    lines = {"\x1f".join(canonical(row[place]) for place in order) for row in rows}
    return len(lines), hashlib.blake2b("\n".join(sorted(lines)).encode()).hexdigest()[:16]


class Peer:
    """Another engine with the graph loaded; ask it anything, for as long as a deadline."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.loading: dict[str, float] = self._read()

    def _read(self) -> Any:
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise SystemExit("the other engine ended; its message is above")
        return json.loads(line)

    def ask(self, text: str, *, repeat: int, deadline: float) -> Found:
        """Return what a query gives and takes."""
        request = json.dumps({"text": text, "repeat": repeat, "deadline": deadline})
        if self._process.stdin is None:
            raise SystemExit("the other engine has no input")
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        reply = self._read()
        if "reason" in reply:
            return Found(None, 0, "", reply["reason"])
        return Found(Times(tuple(reply["seconds"])), reply["rows"], reply["digest"])


@contextmanager
def started(engine: str, place: Path) -> Iterator[Peer]:
    """Give another engine with the data of a place; it is ended after."""
    command = [sys.executable, __file__, engine, str(place)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Peer(process)
        finally:
            process.kill()


def _oxigraph(place: str) -> Callable[[str], Rows]:
    def ask(text: str) -> Rows:
        from pyoxigraph import Store

        if not opened:
            opened.append(Store.read_only(place))  # threads do not live through a fork
        solutions: Any = opened[0].query(text, prefixes=prefixes.predeclared())
        names = [variable.value for variable in solutions.variables]
        return names, [tuple(solution) for solution in solutions]

    opened: list[Any] = []
    return ask


def _rdflib(place: str) -> Callable[[str], Rows]:
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    graph.parse(place, format="nt")

    def ask(text: str) -> Rows:
        # initNs would not do: rdflib knows one prefix a namespace, and omim and OMIM are two.
        used = (each for each in prefixes.predeclared().items() if f"{each[0]}:" in text)
        result = graph.query("".join(f"PREFIX {name}: <{iri}>\n" for name, iri in used) + text)
        return [str(name) for name in result.vars or ()], [tuple(row) for row in result]  # type: ignore[arg-type]

    return ask


def _plain(node: Any) -> object:
    """Return the text of a term of either engine."""
    return getattr(node, "value", node) if type(node).__module__ == "pyoxigraph" else node


def _run(ask: Callable[[str], Rows], request: dict[str, Any], output: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        times, (names, rows) = measure(lambda: ask(request["text"]), request["repeat"])
        count, hashed = digest(names, ([_plain(node) for node in row] for row in rows))
        reply: dict[str, Any] = {"seconds": times.seconds, "rows": count, "digest": hashed}
    except MemoryError:
        reply = {"reason": f"over {MEMORY >> 30} GB"}
    except Exception as error:  # noqa: BLE001 - whatever the other engine raises is its answer
        reply = {"reason": f"{type(error).__name__}: {str(error).splitlines()[0][:80]}"}
    os.write(output, json.dumps(reply).encode())


def _forked(ask: Callable[[str], Rows], request: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(ask, request, writing)
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], request["deadline"])
    if not ready:
        os.kill(child, signal.SIGKILL)
    data = b""
    while chunk := os.read(reading, 1 << 16):
        data += chunk
    os.close(reading)
    os.waitpid(child, 0)
    if not ready:
        return {"reason": f"over {request['deadline']:g} s"}
    reply: dict[str, Any] = json.loads(data) if data else {"reason": "the process died"}
    return reply


def main() -> None:
    """Load, say so, and answer until there is no more to read."""
    engine, place = sys.argv[1:3]
    start = time.perf_counter()
    ask = {"oxigraph": _oxigraph, "rdflib": _rdflib}[engine](place)
    seconds = time.perf_counter() - start
    gc.freeze()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_forked(ask, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
