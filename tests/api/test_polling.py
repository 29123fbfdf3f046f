"""What ends a poll early, and what the worker is answered then."""

import asyncio
import uuid
from dataclasses import dataclass, field

import pytest

from db.people.keys import KeyKind, KeyOwner
from gateway.flags import Flag, first_of
from gateway.keyring import Visitor
from gateway.polling import NOTHING, poll, poll_while_granted, wait_for_grant
from runtime.refused import Reason, Refused

TASK = b"a task"
#: More than any of these waits may take.
PATIENCE = 20.0


@dataclass
class Temporal:
    """Answers when it is told to."""

    answer: asyncio.Future[bytes] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    asked: int = 0
    hung_up: int = 0

    async def poll(self) -> bytes:
        self.asked += 1
        try:
            return await asyncio.shield(self.answer)
        except asyncio.CancelledError:
            self.hung_up += 1
            raise


@dataclass
class Worker:
    """One that polls."""

    temporal: Temporal
    withdrawn: Flag = field(default_factory=Flag)
    paused: Flag = field(default_factory=Flag)
    visitor: Visitor = field(
        default_factory=lambda: Visitor(KeyOwner("id", KeyKind.WORKER, "mac", worker_id=uuid.uuid4()), "key")
    )

    async def polls(self, timeout: float = 60.0) -> asyncio.Task[bytes]:
        """A poll under way."""
        work = asyncio.create_task(
            poll_while_granted(self.visitor, self.withdrawn, self.paused, timeout, self.temporal.poll)
        )
        await asyncio.wait({work}, timeout=0.02)
        return work


@pytest.fixture
async def worker() -> Worker:
    return Worker(Temporal())


async def told(work: asyncio.Task[bytes]) -> bytes:
    return await asyncio.wait_for(work, PATIENCE)


async def test_the_answer_is_passed_on(worker: Worker) -> None:
    work = await worker.polls()
    worker.temporal.answer.set_result(TASK)
    assert await told(work) == TASK


async def test_a_revoked_key_is_an_error(worker: Worker) -> None:
    work = await worker.polls()
    worker.visitor.revoked.set()
    with pytest.raises(Refused) as refused:
        await told(work)
    assert (refused.value.reason, worker.temporal.hung_up) == (Reason.REVOKED_KEY, 1)


async def test_what_is_taken_away_brings_nothing_at_once(worker: Worker) -> None:
    work = await worker.polls()
    worker.withdrawn.set()
    assert (await told(work), worker.temporal.hung_up) == (NOTHING, 1)


async def test_a_task_on_its_way_to_a_worker_that_is_held_arrives(worker: Worker) -> None:
    work = await worker.polls()
    worker.paused.set()
    worker.temporal.answer.set_result(TASK)
    assert await told(work) == TASK


async def test_a_held_worker_is_told_when_it_is_released(worker: Worker) -> None:
    work = await worker.polls()
    worker.paused.set()
    done, _ = await asyncio.wait({work}, timeout=1)
    assert (done, worker.temporal.hung_up) == (set(), 1), "its poll is cut, and stays open towards the worker"
    worker.paused.clear()
    assert await told(work) == NOTHING


async def test_a_worker_that_is_held_already_does_not_reach_temporal(worker: Worker) -> None:
    worker.paused.set()
    # A second of the worker's patience is left to the way back.
    assert (await told(await worker.polls(timeout=1.05)), worker.temporal.asked) == (NOTHING, 0)


@pytest.mark.parametrize("end", ["revoked", "withdrawn"])
async def test_a_held_poll_ends_for_the_other_reasons_too(worker: Worker, end: str) -> None:
    worker.paused.set()
    work = await worker.polls()
    if end == "withdrawn":
        worker.withdrawn.set()
        assert await told(work) == NOTHING
        return
    worker.visitor.revoked.set()
    with pytest.raises(Refused):
        await told(work)


async def test_a_poll_for_what_was_taken_away_is_kept_open_until_it_is_given_back(worker: Worker) -> None:
    worker.withdrawn.set()
    work = asyncio.create_task(wait_for_grant(worker.visitor, worker.withdrawn, PATIENCE))
    done, _ = await asyncio.wait({work}, timeout=0.1)
    assert not done
    worker.withdrawn.clear()
    assert await told(work) == NOTHING


async def test_a_poll_for_commands_ends_with_the_key_only(worker: Worker) -> None:
    work = asyncio.create_task(poll(worker.visitor, worker.temporal.poll))
    worker.temporal.answer.set_result(NOTHING)
    assert await told(work) == NOTHING
    worker.visitor.revoked.set()
    worker.temporal.answer = asyncio.get_running_loop().create_future()
    with pytest.raises(Refused):
        await poll(worker.visitor, worker.temporal.poll)


async def test_a_worker_that_hangs_up_hangs_up_at_temporal(worker: Worker) -> None:
    work = await worker.polls()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert worker.temporal.hung_up == 1


async def test_nobody_watches_a_flag_any_more_once_a_wait_is_over() -> None:
    flags = [Flag(), Flag()]
    work = asyncio.create_task(first_of([(flag, True) for flag in flags]))
    await asyncio.wait({work}, timeout=0.05)
    flags[0].set()
    await asyncio.wait_for(work, PATIENCE)
    assert [flag.watched for flag in flags] == [0, 0]
