"""Who may run a query now: slots, a queue that has an end, and a fair share for each client.

A query takes one of the slots. When others wait and it has run for longer than the quantum, it
is counted among the long ones, of which there may be some beside the slots, and its slot is given
on; when there is no room among the long ones either, and somebody else waits, it is ended. So a
few heavy queries cannot hold up many light ones. One client never holds every slot, nor every
place among the long ones; of those who wait, each client's turn comes once a round, and clients
who had a long query in the last half minute wait behind those who had none.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable

from genekg.errors import QueryError

__all__ = ["Admission", "BusyError", "Ticket"]

_REMEMBERED = 30.0  # seconds


class BusyError(QueryError):
    """There is no room for a query now; ``retry_after`` is in seconds."""

    retry_after = 2


class Ticket:
    """The right to run one query, or other work.

    ``end_query`` is called when it is taken back, ``slow_down`` when it counts as long; what has
    neither goes on to its end.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self.started = time.monotonic()
        self.long = False
        self.end_query: Callable[[BusyError], None] | None = None
        self.slow_down: Callable[[], None] | None = None

    def control(self, end: Callable[[BusyError], None], slow: Callable[[], None]) -> None:
        """Take what ends the query, and what lets others go first."""
        self.end_query, self.slow_down = end, slow
        if self.long:
            slow()


class Admission:
    """Slots, and those who wait for one. It belongs to one event loop.

    Args:
        slots: how many may run.
        long_slots: how many that have run for a quantum may run beside them.
        queue: how many may wait.
        quantum: in seconds.
    """

    def __init__(self, *, slots: int, long_slots: int, queue: int, quantum: float) -> None:
        self._slots = slots
        self._long_slots = long_slots
        self._queue = queue
        self._quantum = quantum
        self._running: dict[Ticket, None] = {}  # in the order that they started
        self._held: Counter[tuple[str, bool]] = Counter()  # by client, and whether long
        self._waiting: dict[str, deque[asyncio.Future[Ticket]]] = {}  # the next client first
        self._heavy: dict[str, float] = {}  # when a client's query was last found to be long
        self._review: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line) for line in self._waiting.values())

    @property
    def running(self) -> int:
        """How many run."""
        return len(self._running)

    async def enter(self, client: str, patience: float) -> Ticket:
        """Return a ticket once there is a slot for this client.

        Raises:
            BusyError: the queue is full, or the patience (in seconds) is at its end.
        """
        if client not in self._waiting and self._has_room(client):
            return self._admit(client)
        if self.waiting >= self._queue:
            raise BusyError(
                f"the server is busy: {self._queue} queries wait already",
                remedy="try again in a moment",
            )
        place: asyncio.Future[Ticket] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(place)
        self._watch()
        ticket: Ticket | None = None
        try:
            async with asyncio.timeout(patience):
                ticket = await place
            return ticket
        except TimeoutError:
            raise BusyError(
                f"the server is busy: no slot was free within {patience:g} s",
                remedy="try again in a moment",
            ) from None
        finally:
            if ticket is None:
                self._give_up(client, place)

    def leave(self, ticket: Ticket) -> None:
        """Give a slot back."""
        if ticket in self._running:
            del self._running[ticket]
            self._count(ticket, -1)
            self._hand_on()

    def _count(self, ticket: Ticket, change: int) -> None:
        key = (ticket.client, ticket.long)
        self._held[key] += change
        if not self._held[key]:
            del self._held[key]

    def _has_room(self, client: str) -> bool:
        short = sum(1 for ticket in self._running if not ticket.long)
        return short < self._slots and self._held[client, False] < max(1, self._slots - 1)

    def _admit(self, client: str) -> Ticket:
        ticket = Ticket(client)
        self._running[ticket] = None
        self._count(ticket, 1)
        return ticket

    def _give_up(self, client: str, place: asyncio.Future[Ticket]) -> None:
        """Forget somebody who waited; a ticket that has just come goes to the next."""
        line = self._waiting.get(client)
        if line and place in line:
            line.remove(place)
            if not line:
                del self._waiting[client]
        elif place.done() and not place.cancelled():
            self.leave(place.result())

    def _hand_on(self) -> None:
        """Give free slots to those who wait, a client at a time."""
        for client in sorted(self._waiting, key=self._is_heavy):  # stable: in rounds
            if not self._has_room(client):
                continue
            line = self._waiting.pop(client)
            place = line.popleft()
            if line:
                self._waiting[client] = line  # at the end of the round
            if not place.done():
                place.set_result(self._admit(client))
        self._watch()

    def _is_heavy(self, client: str) -> bool:
        since = self._heavy.get(client)
        if since is None:
            return False
        if time.monotonic() - since < _REMEMBERED:
            return True
        del self._heavy[client]
        return False

    def _watch(self) -> None:
        """Look again when the next query has run for a quantum, as long as somebody waits."""
        if not self._waiting or self._review is not None:
            return
        starts = [ticket.started for ticket in self._running if not ticket.long]
        wait = max(0.02, min(starts, default=0.0) + self._quantum - time.monotonic())
        self._review = asyncio.get_running_loop().call_later(wait, self._make_room)

    def _make_room(self) -> None:
        self._review = None
        late = time.monotonic() - self._quantum
        over = [t for t in self._running if not t.long and t.started <= late]
        for ticket in over:
            self._heavy[ticket.client] = time.monotonic()
            long = sum(1 for other in self._running if other.long)
            share = max(1, self._long_slots - 1)
            if long < self._long_slots and self._held[ticket.client, True] < share:
                self._count(ticket, -1)
                ticket.long = True
                self._count(ticket, 1)
                if ticket.slow_down:
                    ticket.slow_down()
            elif self._waiting.keys() - {ticket.client} and ticket.end_query:
                ticket.end_query(
                    BusyError(
                        f"the query was ended after {time.monotonic() - ticket.started:.1f} s:"
                        " others wait, and the server runs as many long queries as it may",
                        remedy="try again in a moment",
                    )
                )
        self._hand_on()
