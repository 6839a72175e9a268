"""What the server allows: time, sizes, and how many at once."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["Limits"]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """Limits of a server; times are in seconds, sizes in bytes.

    Attributes:
        deadline: what a query may take unless its client says otherwise.
        longest: the most that a client may allow it.
        dump: what sending a whole graph may take; ``deadline`` is for each of its pieces.
        rows: rows or triples of an answer.
        answer: size of an answer.
        body: size of what a client sends.
        address: size of an address, and of all headers together.
        head_time: for a client to send the head of a request.
        body_time: for a client to send its body.
        idle_time: that a connection may be idle.
        stall_time: that a client may leave the answer unread.
        connections: how many may be open.
        queue: how many queries may wait.
        workers: how many queries run at once, beside the long ones.
        long_workers: how many may run that have run for longer than ``quantum``.
        quantum: after which a query counts as long, when others wait.
        memory: of one worker process.
        cache: of all answers that are kept; the largest kept is a sixteenth.
    """

    deadline: float = 10.0
    longest: float = 60.0
    dump: float = 1800.0
    rows: int = 1_000_000
    answer: int = 64 << 20
    body: int = 4 << 20
    address: int = 64 << 10
    head_time: float = 10.0
    body_time: float = 30.0
    idle_time: float = 15.0
    stall_time: float = 30.0
    connections: int = 1024
    queue: int = 256
    workers: int = max(2, _cores()) + 1
    long_workers: int = 2 * max(1, _cores())
    quantum: float = 0.25
    memory: int = 2 << 30
    cache: int = 32 << 20
