"""Clocks, child processes and tables: what every part of the benchmarks needs."""

from __future__ import annotations

import math
import os
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")

BUDGET = 2.0
"""Seconds after which a measurement is not repeated any more."""


@dataclass(frozen=True, slots=True)
class Times:
    """What the repetitions of one thing took, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile by nearest rank: of fewer than 20 values, the largest."""
        ordered = sorted(self.seconds)
        return ordered[math.ceil(0.95 * len(ordered)) - 1]


def measure(function: Callable[[], Result], repeat: int) -> tuple[Times, Result]:
    """Run a function once to warm it, then ``repeat`` times; a slow one counts as it came first."""
    start = time.perf_counter()
    result = function()
    first = time.perf_counter() - start
    if first > BUDGET:
        return Times((first,)), result
    taken: list[float] = []
    while len(taken) < repeat and (len(taken) < 3 or sum(taken) < BUDGET):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return Times(tuple(taken)), result


@dataclass(frozen=True, slots=True)
class Run:
    """One child process: seconds by the clock and of the processor, and its peak memory."""

    wall: float
    cpu: float
    peak: int


def run(command: Sequence[str], *, environment: dict[str, str] | None = None) -> Run:
    """Run a command to its end, its output thrown away; its memory is watched while it runs.

    The kernel's own figure, ru_maxrss, is no use: a child inherits that of its parent.

    Raises:
        SystemExit: it failed; a benchmark of a failure says nothing.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while True:
        peak = max(peak, _peak(process.pid))
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        time.sleep(0.002)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with code {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, peak)


def _peak(process: int) -> int:
    """Return the most memory that a process has had so far, in bytes; 0 where it is not known."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def machine() -> dict[str, Any]:
    """Return what a reader must know to judge the numbers."""
    packages = {}
    for name in ("genekg", "pyoxigraph", "rdflib", "numpy"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not installed as a package"
    return {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "versions": packages,
        "load": load(),
    }


def load() -> str:
    """Return the load averages of 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return "no answer"
    shown = seconds * 1000
    return f"{shown:.2f}" if shown < 10 else f"{shown:.1f}" if shown < 100 else f"{shown:,.0f}"


def ratio(slower: float | None, base: float) -> str:
    """Return how many times ``base`` another takes."""
    if slower is None:
        return ""
    times = slower / base
    return f"{times:.1f}x" if times < 10 else f"{times:,.0f}x"


def mark(value: float, target: float | None) -> str:
    """Return whether a target is met, or nothing where there is none."""
    return "" if target is None else "ok" if value <= target else "MISSED"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print an aligned Markdown table: the first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = [
        f"{'-' * width}" if n == 0 else f"{'-' * (width - 1)}:" for n, width in enumerate(widths)
    ]
    print(
        f"\n## {title}\n", line(cells[0]), line(rule), *map(line, cells[1:]), sep="\n", flush=True
    )
