"""Answers that are kept. A published graph never changes, so an answer is right for good."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from genekg.web.replies import Reply

__all__ = ["Kept"]

_OVERHEAD = 1500  # bytes of memory that a reply takes beside its body


class Kept:
    """The replies used last, up to so many bytes in all.

    >>> kept = Kept(6000)
    >>> for key in "abcde":
    ...     kept.put(key, Reply(200, b"", fixed=True))
    >>> kept.get("a") is None, kept.get("e") is not None
    (True, True)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._used = 0
        self._replies: OrderedDict[Hashable, tuple[Reply, int]] = OrderedDict()

    def get(self, key: Hashable) -> Reply | None:
        """Return what was kept for a key."""
        found = self._replies.get(key)
        if found is None:
            return None
        self._replies.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, reply: Reply) -> None:
        """Keep a reply, in place of those that were not used for the longest time."""
        weight = _OVERHEAD + len(reply.body) + len(reply.zipped)
        if weight > max(self._size // 16, _OVERHEAD):
            return
        old = self._replies.pop(key, None)
        self._used += weight - (old[1] if old else 0)
        self._replies[key] = (reply, weight)
        while self._used > self._size:
            _, (_, freed) = self._replies.popitem(last=False)
            self._used -= freed
