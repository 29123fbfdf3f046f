"""Whoever writes several tasks in one transaction locks them by id, so that no two wait for each other.

Somebody else has locked the first of two tasks: whoever comes for both must wait for that one with the other one free.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Beat, Outcome, Progress
from db.engine import make_engine
from db.own_connection import OwnConnection
from db.tasks.mirror import AttemptSeen, apply_outcomes
from db.tasks.mirror_writer import MirrorWriter
from db.tasks.outbox import Command, put, take
from services.tasks.bulk import advance
from tests.support.facade import Api, Facade
from tests.support.until import until

LOCK = text("SELECT id FROM tasks WHERE id = :id FOR UPDATE")
LOCK_AT_ONCE = text("SELECT id FROM tasks WHERE id = :id FOR UPDATE NOWAIT")
NO_COMMANDS = text("DELETE FROM outbox")
ELSEWHERE = text("UPDATE tasks SET queue = 'elsewhere' WHERE id = :id")
WAITERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class Pair:
    """Two tasks, the one with the lower id first, and the run of both."""

    def __init__(self, api: Api, writer: MirrorWriter) -> None:
        self.api = api
        self.writer = writer
        self.first, self.second = "b", "a"
        # The newer one has the higher id: an action goes through the newest first.
        while self.first > self.second:
            self.tag = f"pair-{uuid.uuid4().hex[:8]}"
            self.first, self.second = (self._submitted() for _ in range(2))
        self.run_id = str(uuid.uuid4())

    def _submitted(self) -> str:
        return self.api.submit("web_monitor", {"url": "https://example.com/order"}, tags=[self.tag])

    def seen(self, id_: str, status: TaskStatus = TaskStatus.CLAIMED) -> AttemptSeen:
        beat = Beat(progress=Progress(percent=1)) if status is TaskStatus.RUNNING else None
        worker = str(uuid.uuid4())
        return AttemptSeen(id_, self.run_id, 0, 1, status, worker_id=worker, worker_name="swift", beat=beat)

    async def write(self, steps: list[AttemptSeen], beats: list[AttemptSeen]) -> None:
        await self.writer.write(steps, [(each, True) for each in beats])


async def steps(pair: Pair, engine: AsyncEngine) -> None:
    await pair.write([pair.seen(pair.second), pair.seen(pair.first)], [])


async def a_step_and_a_beat(pair: Pair, engine: AsyncEngine) -> None:
    await pair.write([pair.seen(pair.second)], [pair.seen(pair.first, TaskStatus.RUNNING)])


async def ends(pair: Pair, engine: AsyncEngine) -> None:
    ended = [
        Outcome(task_id=id_, run_id=pair.run_id, round=0, status=TaskStatus.SUCCEEDED, result={})
        for id_ in (pair.second, pair.first)
    ]
    async with engine.begin() as connection:
        await apply_outcomes(connection, ended)


async def an_action_on_both(pair: Pair, engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        assert await advance(connection)


async def commands(pair: Pair, engine: AsyncEngine) -> list[str]:
    """The queues that are named in those about the first and the second one."""
    own = OwnConnection(engine.url.render_as_string(hide_password=False), process="tests")
    await connected(own.connect)
    try:
        queues = {str(each.task_id): each.queue() for each in await take(own, 100)}
        assert queues.keys() == {pair.first, pair.second}
        return [queues[pair.first], queues[pair.second]]
    finally:
        await own.close()


async def connected(connect: Callable[[], Awaitable[object]]) -> None:
    """On a busy machine that takes longer than ours wait for it, now and then. Who writes does it again; here it is
    done before."""
    for left in range(10, -1, -1):
        try:
            await connect()
            return
        except (psycopg.OperationalError, OperationalError):
            if not left:
                raise


@pytest_asyncio.fixture
async def engine(stack: Facade) -> AsyncIterator[AsyncEngine]:
    made = make_engine(stack.database_url, process="tests", pool_size=4)
    async with AsyncExitStack() as open_ones:
        for _ in range(4):
            await connected(lambda: open_ones.enter_async_context(made.connect()))
    yield made
    await made.dispose()


@pytest_asyncio.fixture
async def writer(stack: Facade) -> AsyncIterator[MirrorWriter]:
    made = MirrorWriter(stack.database_url, process="tests")
    await connected(made.connect)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def others_rest(stack: Facade) -> None:
    """Actions that another test has left running: one that becomes due meanwhile would go first."""
    stack.execute("UPDATE bulk_actions SET state = 'stopped' WHERE state = 'running'")


@pytest.mark.parametrize("write", [steps, a_step_and_a_beat, ends, an_action_on_both])
async def test_the_first_task_is_locked_first(
    api: Api, engine: AsyncEngine, writer: MirrorWriter, write: Callable[[Pair, AsyncEngine], Awaitable[None]]
) -> None:
    pair = Pair(api, writer)
    if write is a_step_and_a_beat:
        await pair.write([pair.seen(pair.first)], [])
        await pair.write([pair.seen(pair.first, TaskStatus.RUNNING)], [])
    if write is an_action_on_both:
        begin_action(pair)
    async with engine.connect() as somebody:
        await somebody.execute(LOCK, {"id": pair.first})
        writing = asyncio.ensure_future(write(pair, engine))
        try:
            await somebody_waits(engine)
            async with engine.connect() as other:
                await other.execute(LOCK_AT_ONCE, {"id": pair.second})
        finally:
            await somebody.rollback()
            with suppress(Exception):
                await writing
    assert writing.exception() is None


async def test_who_takes_commands_waits_for_nobody(api: Api, engine: AsyncEngine, writer: MirrorWriter) -> None:
    """Or one task that somebody works on would hold up the starts of all others. A look at the queues comes again."""
    pair = Pair(api, writer)
    await ask_for_starts(pair, engine)
    before = await queues(pair, engine)
    async with engine.connect() as somebody:
        await somebody.execute(LOCK, {"id": pair.first})
        async with asyncio.timeout(30):
            sent = await commands(pair, engine)
        await somebody.rollback()
    after = await queues(pair, engine)
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)
    # Temporal is told what the rows say, or nobody would ever find that the two differ.
    assert sent == [queue or "web_monitor" for queue in after]


async def queues(pair: Pair, engine: AsyncEngine) -> list[str | None]:
    """Of the first and of the second one."""
    query = text("SELECT queue FROM tasks WHERE id = CAST(:id AS uuid)")
    async with engine.connect() as connection:
        return [(await connection.execute(query, {"id": id_})).scalar() for id_ in (pair.first, pair.second)]


async def ask_for_starts(pair: Pair, engine: AsyncEngine) -> None:
    """That of the second one first; both belong into another queue by now."""
    async with engine.begin() as connection:
        await connection.execute(NO_COMMANDS)
        for id_ in (pair.second, pair.first):
            await put(connection, uuid.UUID(id_), Command.START)
            await connection.execute(ELSEWHERE, {"id": id_})


def begin_action(pair: Pair) -> None:
    """A bulk action that goes through both, the newest first."""
    asked = {"action": "tag", "filter": {"tag": pair.tag}, "add_tags": ["seen"]}
    made = pair.api.http.post("/tasks/bulk", json=asked).raise_for_status().json()
    pair.api.http.post(f"/tasks/bulk/{made['id']}/run").raise_for_status()


async def somebody_waits(engine: AsyncEngine) -> None:
    async def waiters() -> int:
        async with engine.connect() as connection:
            return int((await connection.execute(WAITERS)).scalar_one())

    await until(waiters, "somebody waits for a lock")
