"""A task so short that its end is written while its beginning is still being written loses neither."""

import asyncio
import uuid
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from contracts.names import EVENTS_CHANNEL
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import Beat, Outcome
from db.engine import make_engine
from db.tasks.mirror import AttemptSeen, apply_attempts, apply_outcome
from db.tasks.mirror_writer import MirrorWriter
from gateway.observer import Observer
from tests.support.facade import Api, Facade
from tests.support.until import until
from workers.core.activities.mirror import MirrorActivities, Reconciles

STATUS = text("SELECT status FROM tasks WHERE id = :id")
SAY = "SELECT pg_notify(%s, %s)"
PROCESS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'clawdbot.test-beats'"
)
BEGINNING = [TaskStatus.CLAIMED, TaskStatus.RUNNING]
STEPS = ["created", "claimed", "started", "succeeded"]


class NotAsked:
    """The reconciler, where nothing is unclear."""

    async def reconcile(self, workflow_id: str) -> None:
        raise AssertionError(workflow_id)

    async def has_begun(self, workflow_id: str) -> bool:
        raise AssertionError(workflow_id)


def seen(task_id: str, run_id: str, status: TaskStatus) -> AttemptSeen:
    return AttemptSeen(
        workflow_id=task_id,
        run_id=run_id,
        round=0,
        attempt=1,
        status=status,
        worker_id=str(uuid.uuid4()),
        worker_name="swift",
        beat=Beat() if status is TaskStatus.RUNNING else None,
    )


def waiting_task(api: Api) -> tuple[str, str]:
    """(id, run id) of a task that nobody will take."""
    id_ = api.submit("web_monitor", {"url": "https://example.com/race"})
    return id_, str(uuid.uuid4())


def succeeded(task_id: str, run_id: str) -> Outcome:
    return Outcome(task_id=task_id, run_id=run_id, round=0, status=TaskStatus.SUCCEEDED, result={})


async def end_while_beginning(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The gateway's transaction is open when the outcome comes, which therefore has to wait for it."""
    async with engine.connect() as gateway, engine.connect() as core:
        await apply_attempts(gateway, [seen(task_id, run_id, TaskStatus.CLAIMED)])
        await apply_attempts(gateway, [seen(task_id, run_id, TaskStatus.RUNNING)])
        ending = asyncio.ensure_future(apply_outcome(core, succeeded(task_id, run_id)))
        await asyncio.wait([ending], timeout=0.5)
        assert not ending.done()
        await gateway.commit()
        assert await ending
        await core.commit()


async def end_before_running(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The outcome overtakes the gateway's word that the attempt runs."""
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.CLAIMED)])
    async with engine.begin() as connection:
        assert await apply_outcome(connection, succeeded(task_id, run_id))
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.RUNNING)])


async def end_before_anything_is_written(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The gateway sees the whole of a short attempt before its writer comes to it: one write is enough."""
    observer = Observer(MirrorWriter(str(engine.url.render_as_string(hide_password=False)), process="tests"))
    claim, start = seen(task_id, run_id, TaskStatus.CLAIMED), seen(task_id, run_id, TaskStatus.RUNNING)
    observer.claimed(claim)
    observer.beat(start)
    observer.ended(start)
    writer = asyncio.create_task(observer.run())
    assert await status_by_and_by(engine, task_id) == "claimed"
    writer.cancel()
    await asyncio.wait({writer})
    async with engine.begin() as connection:
        assert await apply_outcome(connection, succeeded(task_id, run_id))


async def end_by_the_gateway(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """It sees all of a short attempt, its success included, before its writer comes to it: one write is enough."""
    observer = Observer(MirrorWriter(str(engine.url.render_as_string(hide_password=False)), process="tests"))
    claim = seen(task_id, run_id, TaskStatus.CLAIMED)
    observer.claimed(claim)
    observer.beat(replace(claim, status=TaskStatus.RUNNING, beat=Beat()))
    observer.succeeded(replace(claim, status=TaskStatus.SUCCEEDED, result={"message": "x"}))
    await _written(engine, observer, task_id)


async def end_by_the_gateway_after_its_claim(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.CLAIMED)])
    observer = Observer(MirrorWriter(str(engine.url.render_as_string(hide_password=False)), process="tests"))
    observer.succeeded(replace(seen(task_id, run_id, TaskStatus.SUCCEEDED), result={}))
    await _written(engine, observer, task_id)


async def second_attempt_ends_by_the_gateway(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """Nobody saw the first one end: its worker was killed."""
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.CLAIMED)])
    observer = Observer(MirrorWriter(str(engine.url.render_as_string(hide_password=False)), process="tests"))
    second = replace(seen(task_id, run_id, TaskStatus.CLAIMED), attempt=2)
    observer.claimed(second)
    observer.succeeded(replace(second, status=TaskStatus.SUCCEEDED, result={}))
    await _written(engine, observer, task_id)


async def _written(engine: AsyncEngine, observer: Observer, task_id: str) -> None:
    writer = asyncio.create_task(observer.run())
    assert await status_by_and_by(engine, task_id, later_than=("pending", "claimed", "running")) == "succeeded"
    writer.cancel()
    await asyncio.wait({writer})


async def status_by_and_by(engine: AsyncEngine, task_id: str, *, later_than: Container[str] = ("pending",)) -> str:
    """Its status once it is none of these."""

    async def status() -> str:
        async with engine.connect() as connection:
            return str((await connection.execute(STATUS, {"id": task_id})).scalar_one())

    return await until(status, "it is written", is_right=lambda found: found not in later_than)


async def history_after(stack: Facade, api: Api, race: Any) -> tuple[list[str], list[tuple[int, str]]]:
    """(events, attempts) after such a race."""
    id_, run_id = waiting_task(api)
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        await race(engine, id_, run_id)
    finally:
        await engine.dispose()
    task = api.task(id_)
    assert task["status"] == "succeeded"
    events = [event["type"] for event in task["events"]]
    return events, [(each["attempt"], each["status"]) for each in task["attempts"]]


async def test_an_end_that_waits_for_the_beginning_closes_the_attempt(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, end_while_beginning) == (STEPS, [(1, "succeeded")])


async def test_an_end_that_overtakes_the_start_leaves_no_step_out(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, end_before_running) == (STEPS, [(1, "succeeded")])


async def test_of_a_short_attempt_the_start_is_told_by_its_end(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, end_before_anything_is_written) == (STEPS, [(1, "succeeded")])


async def test_a_short_success_is_written_by_the_gateway_with_all_that_came_before(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, end_by_the_gateway) == (STEPS, [(1, "succeeded")])


async def test_a_success_after_its_claim_is_written_by_the_gateway(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, end_by_the_gateway_after_its_claim) == (STEPS, [(1, "succeeded")])


async def test_a_success_that_brings_its_claim_closes_the_attempt_before(stack: Facade, api: Api) -> None:
    steps = ["created", "claimed", "claimed", "started", "succeeded"]
    attempts = [(1, "lost"), (2, "succeeded")]
    assert await history_after(stack, api, second_attempt_ends_by_the_gateway) == (steps, attempts)


async def second_attempt_ends_before_running(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """The first attempt told everything and failed; of the second one only the claim was written."""
    first = [seen(task_id, run_id, status) for status in (*BEGINNING, TaskStatus.PENDING)]
    second = replace(first[0], attempt=2)
    for each in (*first, second):
        async with engine.begin() as connection:
            await apply_attempts(connection, [each])
    async with engine.begin() as connection:
        assert await apply_outcome(connection, succeeded(task_id, run_id))


async def test_a_later_attempt_that_ends_at_once_has_a_start_of_its_own(stack: Facade, api: Api) -> None:
    events, attempts = await history_after(stack, api, second_attempt_ends_before_running)
    assert events == ["created", "claimed", "started", "attempt_failed", "claimed", "started", "succeeded"]
    assert attempts == [(1, "failed"), (2, "succeeded")]
    times = "SELECT claimed_at, started_at, ended_at FROM task_attempts ORDER BY claimed_at DESC LIMIT 1"
    (last,) = stack.rows(times)
    assert last["claimed_at"] <= last["started_at"] <= last["ended_at"]


async def test_an_end_waits_for_the_word_of_who_did_it(stack: Facade, api: Api) -> None:
    assert await history_after(stack, api, recorded_before_the_claim) == (STEPS, [(1, "succeeded")])


async def recorded_before_the_claim(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    """Core is told of the end, finds no claim, and the claim comes then."""
    recording = asyncio.create_task(record_end(engine, task_id, run_id))
    await asyncio.wait({recording}, timeout=0.02)
    assert not recording.done()
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(task_id, run_id, TaskStatus.CLAIMED)])
    await recording


async def bad_and_well(stack: Facade, api: Api, engine: AsyncEngine) -> list[tuple[str, str]]:
    """Two tasks that were claimed. What follows from the first one was damaged, so Postgres refuses its end."""
    tasks = [waiting_task(api) for _ in range(2)]
    stack.execute('UPDATE tasks SET follow_ups = \'[{"condition": "ended"}]\' WHERE id = %s', tasks[0][0])
    async with engine.begin() as connection:
        await apply_attempts(connection, [seen(*each, TaskStatus.CLAIMED) for each in sorted(tasks)])
    return tasks


@pytest.fixture
def too_large(stack: Facade) -> Iterator[None]:
    """Ends are refused as Postgres refuses a value that is too large for its index, which counts as operational."""
    stack.execute(
        "CREATE FUNCTION too_large() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'index row size' USING ERRCODE = '54000'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER too_large BEFORE UPDATE ON tasks FOR EACH ROW"
        " WHEN (NEW.status = 'succeeded' AND NEW.follow_ups <> '[]') EXECUTE FUNCTION too_large()"
    )
    yield
    stack.execute("DROP FUNCTION too_large CASCADE")


@pytest.mark.parametrize("how", ["damaged", "too large"])
async def test_an_end_that_postgres_refuses_keeps_none_behind_it_waiting_at_the_gateway(
    stack: Facade, api: Api, how: str, request: pytest.FixtureRequest
) -> None:
    if how == "too large":
        request.getfixturevalue("too_large")
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        tasks = await bad_and_well(stack, api, engine)
        observer = Observer(MirrorWriter(stack.database_url, process="tests"))
        for each in tasks:
            observer.succeeded(replace(seen(*each, TaskStatus.SUCCEEDED), result={}))
        await _written(engine, observer, tasks[1][0])
    finally:
        await engine.dispose()
    assert [api.status(id_) for id_, _ in tasks] == ["claimed", "succeeded"]


async def test_an_end_that_postgres_refuses_fails_alone_in_core(stack: Facade, api: Api) -> None:
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        tasks = await bad_and_well(stack, api, engine)
        record = MirrorActivities(engine, NotAsked()).record_outcome
        ends = [succeeded(*each) for each in tasks]
        errors = await asyncio.gather(*map(record, ends), return_exceptions=True)
        assert [type(each) for each in errors] == [IntegrityError, type(None)]
    finally:
        await engine.dispose()
    assert api.status(tasks[1][0]) == "succeeded"


def late_attempt() -> ActivityEnvironment:
    """Those before had failed because Postgres was away: they say nothing of an end."""
    late = ActivityEnvironment()
    late.info = replace(late.info, attempt=50)
    return late


@pytest.mark.parametrize(("refused", "said"), [("follow-up", "what follows from its end"), ("result", "its result")])
async def test_an_end_that_is_refused_again_and_again_fails_the_task_with_a_sentence(
    stack: Facade, api: Api, refused: str, said: str
) -> None:
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"deeper": deep}
    try:
        [bad, well] = await bad_and_well(stack, api, engine)
        ends = succeeded(*(bad if refused == "follow-up" else well))
        if refused == "result":
            ends = ends.model_copy(update={"result": deep})
        record = MirrorActivities(engine, NotAsked()).record_outcome
        for _ in range(2):
            with pytest.raises((SQLAlchemyError, ValueError, RecursionError)):
                await late_attempt().run(record, ends)
        await late_attempt().run(record, ends)
    finally:
        await engine.dispose()
    task = api.task(ends.task_id)
    assert (task["status"], task["error"]["type"]) == ("failed", "NotStored")
    assert said in task["error"]["message"]
    assert api.command(ends.task_id, "retry").status_code == 200


async def test_what_is_wrong_within_postgres_is_no_fault_of_an_end(stack: Facade, api: Api) -> None:
    """However often: a task that has succeeded would have failed, and what follows from that would begin."""
    id_, run_id = waiting_task(api)
    stack.execute(
        "CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'tuple concurrently updated' USING ERRCODE = 'XX000'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER damaged BEFORE UPDATE ON tasks FOR EACH ROW"
        " WHEN (NEW.status = 'succeeded') EXECUTE FUNCTION damaged()"
    )
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    record = MirrorActivities(engine, NotAsked()).record_outcome
    try:
        for _ in range(5):
            with pytest.raises(InternalError, match="concurrently"):
                await late_attempt().run(record, succeeded(id_, run_id))
        stack.execute("DROP FUNCTION damaged CASCADE")
        await record(succeeded(id_, run_id))
    finally:
        stack.execute("DROP FUNCTION IF EXISTS damaged CASCADE")
        await engine.dispose()
    assert api.status(id_) == "succeeded"


class HasHistory(NotAsked):
    """The reconciler, where Temporal's history has the claim that was lost."""

    def __init__(self, engine: AsyncEngine, run_id: str) -> None:
        self._engine = engine
        self._run_id = run_id

    async def reconcile(self, workflow_id: str) -> None:
        async with self._engine.begin() as connection:
            await apply_attempts(connection, [seen(workflow_id, self._run_id, TaskStatus.CLAIMED)])


async def test_an_end_does_not_wait_for_ever_for_who_did_it(stack: Facade, api: Api) -> None:
    """The gateway was killed with the claim still in its memory: then the history is asked who it was."""
    steps = ["created", "succeeded", "claimed"]
    assert await history_after(stack, api, recorded_without_a_claim) == (steps, [(1, "succeeded")])


async def recorded_without_a_claim(engine: AsyncEngine, task_id: str, run_id: str) -> None:
    await record_end(engine, task_id, run_id, HasHistory(engine, run_id))


async def record_end(engine: AsyncEngine, task_id: str, run_id: str, reconciler: Reconciles | None = None) -> None:
    """As the workflow does when a worker has reported success."""
    outcome = succeeded(task_id, run_id).model_copy(update={"by_worker": True})
    await MirrorActivities(engine, reconciler or NotAsked()).record_outcome(outcome)


async def test_a_heartbeat_without_news_wakes_nobody_who_waits_for_events(stack: Facade, api: Api) -> None:
    id_, run_id = waiting_task(api)
    writer = MirrorWriter(stack.database_url, process="test-beats")
    heard = await psycopg.AsyncConnection.connect(stack.database_url, autocommit=True)
    try:
        async with heard:
            await heard.execute(f"LISTEN {EVENTS_CHANNEL}")
            await writer.write([seen(id_, run_id, status) for status in BEGINNING], [])
            (process,) = stack.rows(PROCESS)
            stack.rows(SAY, EVENTS_CHANNEL, "begun")
            await writer.write([], [(seen(id_, run_id, TaskStatus.RUNNING), False)])
            stack.rows(SAY, EVENTS_CHANNEL, "beaten")
            await writer.write([], [(seen(id_, run_id, TaskStatus.RUNNING), True)])
            stack.rows(SAY, EVENTS_CHANNEL, "told")
            notices = []
            async for notice in heard.notifies(timeout=20):
                notices += [notice.payload] if notice.payload or notice.pid == process["pid"] else []
                if notice.payload == "told":
                    break
    finally:
        await writer.close()
    assert notices == ["", "begun", "beaten", "", "told"]
