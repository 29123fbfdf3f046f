"""One limit of tasks at once over several queues."""

import asyncio
import contextlib
import threading

from temporalio.worker import (
    CustomSlotSupplier,
    SlotMarkUsedContext,
    SlotPermit,
    SlotReleaseContext,
    SlotReserveContext,
)


class SharedSlots(CustomSlotSupplier):
    """Lets queues poll only while fewer than ``limit`` tasks run.

    A poll that is already open when the last slot is taken may still bring a task, so up to one task per further
    queue can be on hand; the adapter makes those wait for `turn` before they start.
    """

    def __init__(self, limit: int) -> None:
        self.turn = asyncio.Semaphore(limit)
        self._limit = limit
        self._used = 0
        self._freed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        # All but `reserve_slot` is called in threads of the SDK.
        self._lock = threading.Lock()

    async def reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit:
        while self._used >= self._limit:
            self._freed.clear()
            await self._freed.wait()
        return SlotPermit()

    def try_reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit | None:
        return SlotPermit() if self._used < self._limit else None

    def mark_slot_used(self, ctx: SlotMarkUsedContext) -> None:
        with self._lock:
            self._used += 1

    def release_slot(self, ctx: SlotReleaseContext) -> None:
        # slot_info is None for a permit that never got a task.
        if ctx.slot_info is None:
            return
        with self._lock:
            self._used -= 1
        with contextlib.suppress(RuntimeError):  # the loop is closed: the worker has ended
            self._loop.call_soon_threadsafe(self._freed.set)
