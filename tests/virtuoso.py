"""A Virtuoso of our own: its folder, its ports, started and ended by the test that needs it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

SERVER, CLIENT = "virtuoso-t", "isql-vt"
PASSWORD = "dba"
# What a public endpoint allows: no more rows than this to an answer, and no longer a sort.
MOST_ROWS = 10_000
_SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
DirsAllowed = {allowed}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxCheckpointRemap = 2000
CheckpointInterval = 0
ThreadsPerQuery = 2
MaxQueryMem = 1G
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 8
MaxKeepAlives = 8
KeepAliveTimeout = 10
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""


def missing() -> str:
    """Say what of Virtuoso is not installed; nothing when all is there."""
    absent = [name for name in (SERVER, CLIENT) if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed (Debian: virtuoso-opensource)" if absent else ""


@dataclass(frozen=True)
class Virtuoso:
    """A running server."""

    folder: Path
    port: int
    sql_port: int
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        """The address of its SPARQL."""
        return f"http://127.0.0.1:{self.port}/sparql"

    @property
    def graph_store(self) -> str:
        """The address of its Graph Store Protocol, which wants a password."""
        return f"http://127.0.0.1:{self.port}/sparql-graph-crud-auth"

    def sql(self, *statements: str) -> str:
        """Run statements as its administrator."""
        command = [CLIENT, str(self.sql_port), "dba", PASSWORD, "ERRORS=STDOUT", "VERBOSE=OFF"]
        text = ";\n".join(statements) + ";\n"
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        if b"*** Error" in done.stdout:
            raise RuntimeError(done.stdout.decode(errors="replace"))
        return done.stdout.decode(errors="replace")

    def load(self, folder: Path, graph: str) -> None:
        """Load N-Quads with its bulk loader; triples without a graph go to ``graph``."""
        self.sql(
            f"ld_dir('{folder}', '*.nq.gz', '{graph}')",
            "rdf_loader_run()",
            "checkpoint",
        )
        failed = self.sql(
            "SELECT ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL"
        )
        if ".nq" in failed:
            raise RuntimeError(failed)


@contextmanager
def running(
    folder: Path, *, allowed: Path | None = None, rows: int = MOST_ROWS, buffers: int = 20_000
) -> Iterator[Virtuoso]:
    """Start a server in a folder of its own; it has ended when the block is left."""
    port, sql_port = _free_port(), _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    settings = _SETTINGS.format(
        folder=folder, allowed=allowed or folder, port=port, sql_port=sql_port, rows=rows,
        buffers=buffers, dirty=buffers * 3 // 4,
    )  # fmt: skip
    (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [SERVER, "+foreground", "+configfile", str(folder / "virtuoso.ini")],
            cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        server = Virtuoso(folder, port, sql_port, process)
        _wait(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait(server: Virtuoso) -> None:
    for _ in range(600):
        if server.process.poll() is not None:
            break
        try:
            if httpx.get(server.endpoint, params={"query": "ASK {}"}).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    said = (server.folder / "output.txt").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"Virtuoso does not answer: {said}")
