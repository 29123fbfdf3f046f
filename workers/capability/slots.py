"""One limit of tasks at once over several queues."""

import asyncio
import contextlib
import threading
from collections import Counter

from temporalio.worker import (
    CustomSlotSupplier,
    SlotMarkUsedContext,
    SlotPermit,
    SlotReleaseContext,
    SlotReserveContext,
)


class _Permit(SlotPermit):
    def __init__(self, queue: str) -> None:
        self.queue = queue


def _queue_of(permit: SlotPermit) -> str:
    if not isinstance(permit, _Permit):
        raise TypeError("The SDK gives back the permits that it was given, and those are ours.")
    return permit.queue


class SharedSlots(CustomSlotSupplier):
    """Lets queues poll only while fewer than ``limit`` tasks run.

    A poll that is already open when the last slot is taken may still bring a task; the adapter makes that one wait
    for `turn` before it starts. A task on hand is kept from other workers, so each queue gets few polls ahead.
    """

    def __init__(self, limit: int) -> None:
        self.turn = asyncio.Semaphore(limit)
        self._limit = limit
        self._used = 0
        #: Polls per queue that have not brought a task yet, and the most of them.
        self._polls: Counter[str] = Counter()
        self._most_polls = max(1, limit // 4)
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        # All but `reserve_slot` is called in threads of the SDK.
        self._lock = threading.Lock()

    async def reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit:
        while (permit := self.try_reserve_slot(ctx)) is None:
            self._changed.clear()
            await self._changed.wait()
        return permit

    def try_reserve_slot(self, ctx: SlotReserveContext) -> SlotPermit | None:
        with self._lock:
            if self._used >= self._limit or self._polls[ctx.task_queue] >= self._most_polls:
                return None
            self._polls[ctx.task_queue] += 1
        return _Permit(ctx.task_queue)

    def mark_slot_used(self, ctx: SlotMarkUsedContext) -> None:
        with self._lock:
            self._used += 1
            self._polls[_queue_of(ctx.permit)] -= 1
        self._tell()

    def release_slot(self, ctx: SlotReleaseContext) -> None:
        with self._lock:
            # slot_info is None for a permit that never got a task.
            if ctx.slot_info is None:
                self._polls[_queue_of(ctx.permit)] -= 1
            else:
                self._used -= 1
        self._tell()

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the worker has ended
            self._loop.call_soon_threadsafe(self._changed.set)
