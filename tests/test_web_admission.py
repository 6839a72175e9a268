from __future__ import annotations

import asyncio

import pytest

from genekg.web.admission import Admission, BusyError, Ticket


def admission(**changed: float) -> Admission:
    given = {"slots": 3, "long_slots": 2, "queue": 4, "quantum": 0.05, **changed}
    return Admission(
        slots=int(given["slots"]),
        long_slots=int(given["long_slots"]),
        queue=int(given["queue"]),
        quantum=given["quantum"],
    )


async def soon(waiting: asyncio.Task[Ticket]) -> Ticket | None:
    done, _ = await asyncio.wait([waiting], timeout=0.03)
    return waiting.result() if done else None


def test_one_client_leaves_a_slot_to_others() -> None:
    async def scene() -> None:
        gate = admission(quantum=60)
        first, _ = await gate.enter("a", 1), await gate.enter("a", 1)
        third = asyncio.create_task(gate.enter("a", 5))
        assert await soon(third) is None
        assert (await gate.enter("b", 1)).client == "b"
        gate.leave(first)
        assert (await third).client == "a"

    asyncio.run(scene())


def test_those_who_wait_are_served_a_client_at_a_time() -> None:
    async def scene() -> None:
        gate = admission(slots=1, quantum=60)
        running = await gate.enter("x", 1)
        order: list[str] = []

        async def wait(client: str) -> None:
            ticket = await gate.enter(client, 5)
            order.append(client)
            gate.leave(ticket)

        tasks = []
        for client in ("a", "a", "a", "b"):
            tasks.append(asyncio.create_task(wait(client)))
            await asyncio.sleep(0)
        gate.leave(running)
        await asyncio.gather(*tasks)
        assert order == ["a", "b", "a", "a"]

    asyncio.run(scene())


def test_the_queue_has_an_end_and_patience_too() -> None:
    async def scene() -> None:
        gate = admission(slots=1, quantum=60)
        await gate.enter("x", 1)
        waiting = [asyncio.create_task(gate.enter(str(n), 0.1)) for n in range(4)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="4 queries wait"):
            await gate.enter("late", 5)
        for task in waiting:
            with pytest.raises(BusyError, match=r"within 0\.1 s"):
                await task
        assert gate.waiting == 0

    asyncio.run(scene())


def test_a_long_query_gives_its_slot_on_and_goes_slower() -> None:
    async def scene() -> None:
        gate = admission(slots=1)
        long = await gate.enter("a", 1)
        slowed: list[bool] = []
        long.slow_down = lambda: slowed.append(True)
        assert (await gate.enter("b", 1)).client == "b"
        assert long.long
        assert slowed == [True]
        assert gate.running == 2

    asyncio.run(scene())


def test_a_query_is_ended_where_there_is_no_room_and_another_client_waits() -> None:
    async def scene() -> None:
        gate = admission(slots=1, long_slots=1)
        ended: list[str] = []

        def taken(ticket: Ticket) -> Ticket:
            def end(error: BusyError) -> None:
                ended.append(ticket.client)
                gate.leave(ticket)

            ticket.end_query = end
            return ticket

        taken(await gate.enter("a", 1))
        taken(await gate.enter("b", 1))
        same = asyncio.create_task(gate.enter("b", 0.2))
        with pytest.raises(BusyError):
            await same  # its own client's query is not ended for it
        assert ended == []
        assert (await gate.enter("c", 1)).client == "c"
        assert ended == ["b"]

    asyncio.run(scene())


def test_clients_with_long_queries_wait_behind_the_others() -> None:
    async def scene() -> None:
        gate = admission(slots=1, long_slots=1)
        await gate.enter("heavy", 1)
        running = await gate.enter("x", 1)
        first = asyncio.create_task(gate.enter("heavy", 5))
        await asyncio.sleep(0)
        second = asyncio.create_task(gate.enter("light", 5))
        await asyncio.sleep(0)
        gate.leave(running)
        assert (await second).client == "light"
        assert not first.done()
        first.cancel()

    asyncio.run(scene())


def test_who_gives_up_takes_no_slot() -> None:
    async def scene() -> None:
        gate = admission(slots=1, quantum=60)
        running = await gate.enter("a", 1)
        waiting = asyncio.create_task(gate.enter("b", 5))
        await asyncio.sleep(0)
        gate.leave(running)  # the ticket is given, and its owner goes before it takes it
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert gate.running == 0

    asyncio.run(scene())
