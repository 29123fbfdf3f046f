"""What the gateway keeps of what it saw while Postgres is away."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import psycopg

from contracts.tasks.statuses import TaskStatus
from db.tasks.mirror import AttemptSeen
from db.tasks.mirror_writer import MirrorWriter
from gateway.observer import Observer

COUNT = 600


class Postgres:
    """Away until it is there."""

    def __init__(self) -> None:
        self.there = False
        self.steps: list[AttemptSeen] = []
        self.ends: list[AttemptSeen] = []
        self.full = asyncio.Event()

    async def connect(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def write(self, steps: Sequence[AttemptSeen], beats: Any, ends: Sequence[tuple[AttemptSeen, float]]) -> None:
        if not self.there:
            raise psycopg.OperationalError("away")
        self.steps += steps
        self.ends += [seen for seen, _ in ends]
        if len(self.steps) >= COUNT:
            self.full.set()


async def test_claims_are_kept_and_no_more_than_some_hundred_results() -> None:
    postgres = Postgres()
    observer = Observer(cast(MirrorWriter, postgres))
    for number in range(COUNT):
        observer.succeeded(_seen(number, TaskStatus.SUCCEEDED, {"large": "x"}))
    for number in range(COUNT, 2 * COUNT):
        observer.claimed(_seen(number, TaskStatus.CLAIMED))
    postgres.there = True
    writing = asyncio.create_task(observer.run())
    await asyncio.wait_for(postgres.full.wait(), 20)
    writing.cancel()
    await asyncio.wait({writing})
    assert len(postgres.steps) == COUNT
    assert 0 < len(postgres.ends) <= 500


async def test_the_claim_of_a_last_failure_is_written_before_its_task_is_over() -> None:
    postgres = Postgres()
    postgres.there = True
    observer = Observer(cast(MirrorWriter, postgres))
    writing = asyncio.create_task(observer.run())
    for number in range(3):
        observer.claimed(_seen(number, TaskStatus.CLAIMED))
        await observer.claim_is_written(_seen(number, TaskStatus.RUNNING))
        assert len(postgres.steps) == number + 1
    writing.cancel()
    await asyncio.wait({writing})


async def test_nobody_waits_long_for_a_claim_while_postgres_is_away() -> None:
    postgres = Postgres()
    observer = Observer(cast(MirrorWriter, postgres))
    observer.claimed(_seen(1, TaskStatus.CLAIMED))
    await asyncio.wait_for(observer.claim_is_written(_seen(1, TaskStatus.RUNNING)), 20)
    assert postgres.steps == [], "it gave up waiting, and not the claim:"
    postgres.there = True
    writing = asyncio.create_task(observer.run())
    await asyncio.wait_for(observer.claim_is_written(_seen(1, TaskStatus.RUNNING)), 20)
    writing.cancel()
    await asyncio.wait({writing})
    assert len(postgres.steps) == 1


def _seen(number: int, status: TaskStatus, result: dict[str, Any] | None = None) -> AttemptSeen:
    return AttemptSeen(
        workflow_id=f"w{number}",
        run_id="r",
        round=0,
        attempt=1,
        status=status,
        worker_id=None,
        worker_name=None,
        result=result,
    )
