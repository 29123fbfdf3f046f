"""The shared limit, called as the SDK calls it: reserving in the loop, everything else in threads of its own."""

import asyncio
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.worker import SlotMarkUsedContext, SlotPermit, SlotReleaseContext, SlotReserveContext

from workers.capability.slots import SharedSlots


def wants(queue: str = "a") -> SlotReserveContext:
    return cast(SlotReserveContext, SimpleNamespace(task_queue=queue))


def in_thread(call: Callable[[Any], None], context: Any) -> None:
    thread = threading.Thread(target=call, args=(context,))
    thread.start()
    thread.join()


def use(slots: SharedSlots, permit: SlotPermit) -> None:
    in_thread(slots.mark_slot_used, cast(SlotMarkUsedContext, SimpleNamespace(permit=permit)))


def release(slots: SharedSlots, permit: SlotPermit, *, used: bool = True) -> None:
    in_thread(slots.release_slot, SlotReleaseContext(cast(Any, object()) if used else None, permit))


async def taken(slots: SharedSlots, queue: str = "a") -> SlotPermit:
    """A permit whose poll brought a task."""
    permit = await asyncio.wait_for(slots.reserve_slot(wants(queue)), 5)
    use(slots, permit)
    return permit


async def is_held_back(reserving: "asyncio.Task[SlotPermit]") -> bool:
    for _ in range(2):
        await asyncio.sleep(0)  # a turn of the loop: to begin, and to have what is free
    return not reserving.done()


@pytest.fixture
async def slots() -> SharedSlots:
    return SharedSlots(2)


async def test_no_queue_polls_while_all_slots_are_used(slots: SharedSlots) -> None:
    first, _ = await taken(slots), await taken(slots, "b")
    reserving = [asyncio.create_task(slots.reserve_slot(wants(queue))) for queue in "abc"]
    for each in reserving:
        assert await is_held_back(each)
    release(slots, first)
    await asyncio.wait_for(asyncio.gather(*reserving), 5)


async def test_a_release_in_another_thread_wakes_an_idle_loop_at_once(slots: SharedSlots) -> None:
    """`asyncio.Event.set` from a thread would be noticed only when something else wakes the loop."""
    first, _ = await taken(slots), await taken(slots)
    threading.Timer(0.2, release, (slots, first)).start()
    began = time.monotonic()
    await asyncio.wait_for(slots.reserve_slot(wants()), 10)
    assert time.monotonic() - began < 5


async def test_a_queue_polls_ahead_no_more_than_it_must(slots: SharedSlots) -> None:
    """Each poll ahead may bring a task that waits here although another worker is free."""
    ahead = await slots.reserve_slot(wants("a"))
    another = asyncio.create_task(slots.reserve_slot(wants("a")))
    assert await is_held_back(another)
    assert slots.try_reserve_slot(wants("a")) is None
    assert slots.try_reserve_slot(wants("b")) is not None
    use(slots, ahead)
    await asyncio.wait_for(another, 5)


async def test_a_poll_that_brought_nothing_frees_its_place_only(slots: SharedSlots) -> None:
    first, _ = await taken(slots), slots.try_reserve_slot(wants("b"))
    unused = await slots.reserve_slot(wants("a"))
    release(slots, unused, used=False)
    assert slots.try_reserve_slot(wants("a")) is not None
    await taken(slots, "c")
    assert slots.try_reserve_slot(wants("a")) is None
    release(slots, first)
    assert slots.try_reserve_slot(wants("d")) is not None


async def test_many_threads_lose_no_slot() -> None:
    slots = SharedSlots(1_000)
    permits = [slots.try_reserve_slot(wants(str(number))) for number in range(800)]

    def use_and_release(some: list[SlotPermit | None]) -> None:
        for permit in some:
            slots.mark_slot_used(cast(SlotMarkUsedContext, SimpleNamespace(permit=permit)))
            slots.release_slot(SlotReleaseContext(cast(Any, object()), cast(SlotPermit, permit)))

    threads = [threading.Thread(target=use_and_release, args=(permits[at::8],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # All 1000 are free again: so many can be used, and not one more.
    for number in range(1_000):
        await taken(slots, f"again {number}")
    assert slots.try_reserve_slot(wants("one more")) is None


async def test_a_release_after_the_end_is_harmless() -> None:
    slots, permit = await asyncio.to_thread(lambda: asyncio.run(_used_in_a_loop_of_its_own()))
    release(slots, permit)
    assert slots.try_reserve_slot(wants("the next one"))


async def _used_in_a_loop_of_its_own() -> tuple[SharedSlots, SlotPermit]:
    slots = SharedSlots(1)
    return slots, await taken(slots)
