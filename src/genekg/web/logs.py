"""What is written of each request: who, where, the outcome. Not what was asked.

A query may hold what its author would not have others read; so the log has the route, never the
query, its literals or what an entity's address ends in, unless the operator asks for texts.
"""

from __future__ import annotations

import logging

from genekg.web.requests import Scope

__all__ = ["LOGGER", "record", "to_standard_error"]

LOGGER = logging.getLogger("genekg.access")


def record(
    scope: Scope, route: str, status: int, size: int, seconds: float, *, text: str = ""
) -> None:
    """Write one line. ``status`` 499 is a client that left before its answer."""
    if not LOGGER.isEnabledFor(logging.INFO):
        return
    client = scope.get("client")
    line = f"{client[0] if client else '-'} {scope['method']} {route} {status} {size} B"
    line += f" {seconds * 1000:.1f} ms"
    if text:
        line += f" {text!r}"
    LOGGER.info(line)


def to_standard_error(*, requests: bool) -> None:
    """Write the log to standard error: faults always, requests if they are wanted."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOGGER.addHandler(handler)
    LOGGER.propagate = False
    LOGGER.setLevel(logging.INFO if requests else logging.WARNING)
    faults = logging.getLogger("uvicorn")
    faults.addHandler(handler)
    faults.setLevel(logging.WARNING)
