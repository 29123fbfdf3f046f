"""Group commit: writes that come in close together share one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects items for a few milliseconds and writes them together; each caller waits for its own result."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        linger: float,
        limit: int = 100,
        refused: tuple[type[Exception], ...] = (),
    ) -> None:
        """``write`` gets 1 to ``limit`` items and answers in their order; what it raises, all of them raise.

        ``linger``: seconds that the first item of a batch waits for others. ``refused``: errors of which one item may
        be the cause. Then each is written alone, and raises its own.
        """
        self._write = write
        self._refused = refused
        self._linger = linger
        self._limit = limit
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Returns when the item is written."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return await future

    async def _flush(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._linger)
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            # Whoever does not wait any more has told its caller that nothing was written.
            if wanted := [each for each in batch if not each[1].done()]:
                await self._write_batch(wanted)

    async def _write_batch(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except BaseException as error:
            if isinstance(error, self._refused) and len(batch) > 1:
                for each in batch:
                    if not each[1].done():
                        await self._write_batch([each])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)
