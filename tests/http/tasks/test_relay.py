"""The relay over a real outbox: what waits behind a command goes out as soon as that one is ticked off."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from contracts.names import OUTBOX_CHANNEL
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from db.engine import make_engine
from db.listen import Listening
from db.tasks.outbox import Command, put
from runtime.failpoints import Failpoints
from tests.http.as_core import end, take
from tests.support.facade import Api, Facade
from tests.support.until import until
from workers.core import relay
from workers.core.meters import Meters
from workers.core.relay import Relay

TYPE, PARAMS = "web_monitor", {"url": "https://example.com/relay"}
#: More than half of the relay's window.
TASKS = 15


class Temporal:
    """Takes what comes, starts only when it is told to."""

    def __init__(self) -> None:
        self.may_start = asyncio.Event()
        self.began: set[str] = set()
        self.cancelled: set[str] = set()

    async def start_workflow_execution(self, request: Any, *, retry: bool, timeout: timedelta) -> None:
        self.began.add(request.workflow_id)
        await self.may_start.wait()

    async def request_cancel_workflow_execution(self, request: Any, *, timeout: timedelta) -> None:
        self.cancelled.add(request.workflow_execution.workflow_id)


@pytest_asyncio.fixture
async def engine(stack: Facade) -> AsyncIterator[AsyncEngine]:
    made = make_engine(stack.database_url, process="tests")
    yield made
    await made.dispose()


async def test_what_waits_behind_starts_waits_for_no_look_at_the_outbox(
    api: Api, engine: AsyncEngine, monkeypatch: Any
) -> None:
    # Nobody tells the relay anything, and it does not look by itself.
    monkeypatch.setattr(relay, "_POLL_SECONDS", 3600.0)
    temporal = Temporal()
    client = SimpleNamespace(
        namespace="clawdbot", identity="tests", data_converter=pydantic_data_converter, workflow_service=temporal
    )
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
    tasks = api.submit_many(TASKS, TYPE, PARAMS)
    # Each workflow is called as its task.
    workflows = set(tasks)
    listening = Listening("", OUTBOX_CHANNEL)
    carrier = Relay(engine, cast(Client, client), Failpoints(), Meters(), listening)
    carrying = asyncio.create_task(carrier.run())
    try:
        await until(lambda: temporal.began == workflows, "all are being started")
        async with engine.begin() as connection:
            for task in tasks:
                await put(connection, uuid.UUID(task), Command.CANCEL, '{"round": 0}')
        temporal.may_start.set()
        await until(lambda: temporal.cancelled == workflows, "all are cancelled")
        assert await until(lambda: waiting(engine), "all are ticked off", is_right=lambda left: left == 0) == 0
        assert (temporal.began, temporal.cancelled) == (workflows, workflows)
    finally:
        carrying.cancel()
        await asyncio.wait({carrying})


async def waiting(engine: AsyncEngine) -> int:
    """Commands in the outbox."""
    async with engine.connect() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM outbox"))).scalar_one())


def test_a_cancel_does_not_take_back_a_start_where_an_earlier_one_may_be_sent_again(api: Api, stack: Facade) -> None:
    """It would begin what was cancelled. Its relay had died before it could tick it off."""
    id_ = api.submit(TYPE, PARAMS)
    stack.execute("UPDATE outbox SET tries = 1, next_try_at = now() + interval '1 hour' WHERE task_id = %s", id_)
    broken = TaskFailure(type="Broken", message="It broke.")
    end(stack, id_, take(stack, id_, "w", None), TaskStatus.FAILED, error=broken)
    api.command(id_, "retry").raise_for_status()
    assert api.command(id_, "cancel").json()["status"] == "pending"
    left = stack.rows("SELECT command, payload, tries FROM outbox WHERE task_id = %s ORDER BY id", id_)
    assert [(each["command"], each["tries"]) for each in left] == [("start", 1), ("start", 0), ("cancel", 0)]
    assert left[-1]["payload"] == {"round": 1}
