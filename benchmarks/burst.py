"""A workflow that keeps many activities in flight, so that the path of an activity is what is measured."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def echo_object(message: str) -> dict[str, str]:
    """The gateway takes objects only."""
    return {"message": message}


@workflow.defn
class Burst:
    @workflow.run
    async def run(self, queue: str, count: int, in_flight: int) -> None:
        """Run ``count`` activities, ``in_flight`` of them at a time."""
        left = count

        async def keep_going() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                await workflow.execute_activity(
                    echo_object, "hello", task_queue=queue, start_to_close_timeout=timedelta(seconds=60)
                )

        await asyncio.gather(*(keep_going() for _ in range(in_flight)))
