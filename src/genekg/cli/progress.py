"""Progress of long work, on standard error: a bar on a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Report = Callable[[str, int, int], None]


@contextmanager
def building() -> Iterator[Report]:
    """Give a function that reports steps."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=False) as bars:
        tasks: dict[str, int] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                for task in tasks.values():
                    bars.update(task, total=1, completed=1)  # type: ignore[arg-type]
                tasks[step] = bars.add_task(step, total=total or None, count="")
            count = f"{done:,}" if done else ""
            bars.update(tasks[step], completed=done, total=total or None, count=count)  # type: ignore[arg-type]

        yield report
        for task in tasks.values():
            bars.update(task, total=1, completed=1)  # type: ignore[arg-type]


def _lines() -> Report:
    started = time.monotonic()
    seen: set[str] = set()

    def report(step: str, done: int, total: int) -> None:
        if step not in seen:
            seen.add(step)
            click.echo(f"{time.monotonic() - started:6.1f} s  {step}", err=True)

    return report
