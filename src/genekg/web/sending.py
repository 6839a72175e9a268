"""Sending an answer that comes in pieces, for as long as there is somebody to read it."""

from __future__ import annotations

from collections.abc import Awaitable

from genekg.errors import GenekgError
from genekg.web.logs import LOGGER
from genekg.web.replies import until_gone
from genekg.web.requests import Message, Receive, Send

__all__ = ["LEFT", "Sending"]

LEFT = 499  # for the log: the client left before its answer
_BROKEN = 500


class Sending:
    """What sends messages, and counts the bytes of the bodies."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.size = 0

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        await self._send(message)
        self.size += len(message.get("body", b""))

    async def watched(self, receive: Receive, work: Awaitable[int]) -> int:
        """Return the status for the log of what some work sends.

        The work is ended when the client leaves. Where it fails, the body stays without its end,
        and the server closes the connection: no client takes what it has for the whole.
        """
        try:
            status = await until_gone(receive, work)
        except GenekgError as error:
            LOGGER.warning("an answer was broken off after %s bytes: %s", f"{self.size:,}", error)
            return _BROKEN
        return LEFT if status is None else status
