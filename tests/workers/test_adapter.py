"""What a handler does, in Temporal's terms: run as an activity, without a server."""

import asyncio
import contextlib
import dataclasses
import math
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pydantic import BaseModel
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.context import TaskContext
from contracts.errors import CredentialsMissing, RateLimited
from contracts.params.trial import EchoParams
from contracts.task_types import TaskType
from contracts.tasks.work import ERROR_LIMIT, HEARTBEAT_LIMIT, RESULT_LIMIT, Beat, WorkItem
from workers.capability.adapter import HandlerMissing, make_activity
from workers.capability.held_sessions import HeldSessions
from workers.capability.records import RecordSink
from workers.capability.running_attempts import Attempts

HANDLER = "tests.workers.test_adapter:handler"
ROW = TaskType("echo", EchoParams, HANDLER)
_NO_SESSIONS = HeldSessions(cast(RecordSink, None), cast(Attempts, None))


@dataclass
class Script:
    """What the handler is to do, and what it saw."""

    result: Any = field(default_factory=dict)
    error: BaseException | None = None
    checkpoint: dict[str, Any] | None = None
    seen: TaskContext | None = None


script = Script()


class Summary(BaseModel):
    day: datetime


async def handler(context: TaskContext, params: EchoParams) -> Any:
    """Does as it is told."""
    script.seen = context
    if script.checkpoint is not None:
        context.checkpoint(script.checkpoint)
        context.progress(percent=250, step="s" * 900, rows=1)
        context.progress(pages=2)
        for _ in range(2):
            await asyncio.sleep(0)  # a turn of the loop: what it reported is on its way
    if script.error:
        raise script.error
    return script.result


@pytest.fixture(autouse=True)
def fresh_script() -> None:
    global script
    script = Script()


@dataclass
class Worker:
    """Runs the activity once."""

    environment: ActivityEnvironment = field(default_factory=ActivityEnvironment)
    beats: list[tuple[Any, ...]] = field(default_factory=list)

    async def run(self, *, details: list[Any] | None = None, cursor: Any = None, params: Any = None) -> Any:
        self.environment.info = dataclasses.replace(self.environment.info, heartbeat_details=details or [])
        self.environment.on_heartbeat = lambda *beat: self.beats.append(beat)
        run = make_activity(ROW, cast(RecordSink, None), _free(), _NO_SESSIONS)
        item = WorkItem(task_id="t", round=0, params=params or {}, submitted_at=datetime.now(UTC), cursor=cursor)
        return await self.environment.run(run, item)

    async def failure(self, **given: Any) -> ApplicationError:
        with pytest.raises(ApplicationError) as failed:
            await self.run(**given)
        assert len(failed.value.message) <= ERROR_LIMIT
        assert failed.value.__cause__ is None
        return failed.value


@contextlib.asynccontextmanager
async def _free() -> AsyncIterator[None]:
    yield


@pytest.fixture
def worker() -> Worker:
    return Worker()


async def test_a_planned_error_keeps_its_name_and_its_wait(worker: Worker) -> None:
    script.error = RateLimited("Slow down.", retry_after=90)
    failure = await worker.failure()
    assert (failure.type, failure.message, failure.non_retryable) == ("RateLimited", "Slow down.", False)
    assert failure.next_retry_delay == timedelta(seconds=90)


async def test_an_error_that_no_attempt_mends_is_final(worker: Worker) -> None:
    script.error = CredentialsMissing("SECRET_NAME is not set." + "x" * 9_999)
    failure = await worker.failure()
    assert (failure.type, failure.non_retryable, failure.next_retry_delay) == ("CredentialsMissing", True, None)


async def test_a_bug_becomes_a_sentence_and_the_trace_goes_to_the_log(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    script.error = ZeroDivisionError("division by zero")
    failure = await worker.failure()
    assert (failure.type, failure.message) == ("ZeroDivisionError", "ZeroDivisionError: division by zero")
    assert not failure.non_retryable
    assert failure.details == ({"place": f"{__name__}:handler"},)
    assert "Traceback" in caplog.text
    assert "in task t" in caplog.text


async def test_params_that_do_not_fit_are_final_and_named(worker: Worker) -> None:
    failure = await worker.failure(params={"mesage": 1})
    assert (failure.type, failure.non_retryable) == ("InvalidParams", True)
    assert "params.mesage" in failure.message
    assert script.seen is None


async def test_a_cancelled_handler_is_cancelled_and_does_not_fail(worker: Worker) -> None:
    script.error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await worker.run()


async def test_a_model_travels_as_json(worker: Worker) -> None:
    script.result = Summary(day=datetime(2026, 3, 1, tzinfo=UTC))
    assert await worker.run() == {"day": "2026-03-01T00:00:00Z"}


@pytest.mark.parametrize("letter", ["x", "ü", "🦞", "\x00"])
async def test_a_result_is_bounded_by_its_bytes(worker: Worker, letter: str) -> None:
    size = len(letter.encode()) if letter != "\x00" else len("\\u0000")
    most = (RESULT_LIMIT - len('{"a":""}')) // size
    script.result = {"a": letter * most}
    assert await worker.run() == script.result
    script.result = {"a": letter * (most + 1)}
    failure = await worker.failure()
    assert (failure.type, failure.non_retryable) == ("ResultTooLarge", True)
    assert f"at most {RESULT_LIMIT}" in failure.message


@pytest.mark.parametrize("result", [{"mean": math.nan}, {"max": math.inf}, {"text": "\ud800"}, {"thing": object()}])
async def test_what_is_no_json_is_a_final_failure(worker: Worker, result: dict[str, Any]) -> None:
    script.result = result
    failure = await worker.failure()
    assert (failure.type, failure.non_retryable) == ("BadResult", True)


async def test_an_attempt_goes_on_where_the_last_one_beat(worker: Worker) -> None:
    await worker.run(details=[{"cursor": {"page": 7}, "progress": None}], cursor={"page": 3})
    assert script.seen is not None
    assert script.seen.cursor == {"page": 7}
    # It says so at once, for the attempt after it: were this one lost before its first page, nothing would be.
    assert worker.beats[0] == (Beat(cursor={"page": 7}),)


@pytest.mark.parametrize("details", [[], [None], ["x"], [{"cursor": 5}], [{"cursor": None}]])
async def test_without_a_readable_beat_it_takes_the_cursor_of_the_round_before(
    worker: Worker, details: list[Any]
) -> None:
    await worker.run(details=details, cursor={"page": 3})
    assert script.seen is not None
    assert script.seen.cursor == {"page": 3}


async def test_progress_and_cursor_travel_together_and_bounded(worker: Worker) -> None:
    script.checkpoint = {"page": 2}
    await worker.run()
    assert worker.beats[0] == ()
    beat = worker.beats[-1][0]
    assert beat.cursor == {"page": 2}
    assert (beat.progress.percent, len(beat.progress.step)) == (100, 500)
    assert beat.progress.counters == {"rows": 1, "pages": 2}


async def test_a_cursor_that_does_not_fit_a_heartbeat_is_final(worker: Worker) -> None:
    script.checkpoint = {"seen": "x" * HEARTBEAT_LIMIT}
    failure = await worker.failure()
    assert (failure.type, failure.non_retryable) == ("InvalidParams", True)
    assert "cursor" in failure.message


@pytest.mark.parametrize("module", ["activities.no_such_thing", "no_such_pack.handlers"])
def test_a_missing_module_is_found_before_the_first_task(module: str) -> None:
    row = TaskType("echo", EchoParams, f"{module}:run")
    with pytest.raises(HandlerMissing, match=f"echo is missing: there is no module {module}"):
        make_activity(row, cast(RecordSink, None), _free(), _NO_SESSIONS)


@pytest.mark.processes
def test_the_libraries_of_a_source_are_loaded_with_its_first_task() -> None:
    code = (
        "import asyncio, contextlib, datetime, sys\n"
        "from temporalio.testing import ActivityEnvironment\n"
        "from contracts.task_types import TASK_TYPES\n"
        "from contracts.tasks.work import WorkItem\n"
        "from workers.capability.adapter import make_activity\n"
        "from workers.capability.held_sessions import HeldSessions\n"
        "held = HeldSessions(None, None)\n"
        "types = {n: row for n, row in TASK_TYPES.items() if row.handler}\n"
        "made = {n: make_activity(row, None, contextlib.nullcontext(), held) for n, row in types.items()}\n"
        "assert not {'praw', 'lxml', 'feedparser', 'activities.trial'} & set(sys.modules), 'too early'\n"
        "params = {'message': 'hi'}\n"
        "item = WorkItem(task_id='t', round=0, params=params, submitted_at=datetime.datetime.now(datetime.UTC))\n"
        "print(asyncio.run(ActivityEnvironment().run(made['echo'], item)))\n"
        "assert 'activities.trial' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, capture_output=True, text=True)
    assert (done.returncode, "hi" in done.stdout) == (0, True), done.stderr
