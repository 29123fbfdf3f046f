"""Core's look at the alerts, one at a time, over a database of its own: what people are told then."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.alerts.channels import Channel
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from db.engine import make_engine
from db.tasks.mirror import AttemptSeen, apply_attempts
from tests.http.as_core import end, take
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers
from workers.core.alerts import Alerts

OPS = {"ops": Channel("ops", SecretStr("json://127.0.0.1:1/"), None)}
LIMITED = TaskFailure(type="RateLimited", message="Rate limit exceeded")
#: Everything that a look goes by, so that time passes for it.
_PASSES = (
    """UPDATE tasks SET created_at = created_at - make_interval(secs => :seconds),
        completed_at = completed_at - make_interval(secs => :seconds),
        started_at = started_at - make_interval(secs => :seconds),
        claimed_at = claimed_at - make_interval(secs => :seconds),
        last_heartbeat_at = last_heartbeat_at - make_interval(secs => :seconds)""",
    """UPDATE task_attempts SET claimed_at = claimed_at - make_interval(secs => :seconds),
        started_at = started_at - make_interval(secs => :seconds),
        ended_at = ended_at - make_interval(secs => :seconds)""",
    """UPDATE notifications SET first_seen_at = first_seen_at - make_interval(secs => :seconds),
        last_seen_at = last_seen_at - make_interval(secs => :seconds),
        recovered_at = recovered_at - make_interval(secs => :seconds),
        well_since = well_since - make_interval(secs => :seconds)""",
    "UPDATE task_notifications SET created_at = created_at - make_interval(secs => :seconds)",
    """UPDATE alert_failures SET failed_at = failed_at - make_interval(secs => :seconds),
        noted_at = noted_at - make_interval(secs => :seconds)""",
    "UPDATE service_beats SET at = at - make_interval(secs => :seconds)",
)


@dataclass
class Alerted:
    stack: Facade
    engine: AsyncEngine
    #: The tests run beside pytest-asyncio's loop, never inside it.
    runner: asyncio.Runner

    def rule(self, name: str, **body: Any) -> None:
        self.stack.api.http.put(f"/alerts/rules/{name}", json=body).raise_for_status()

    def look(self, disk: Path | None = None) -> list[str]:
        """Titles of the messages that are due after it."""
        before = self._last()
        self.runner.run(Alerts(self.engine, OPS, {}, None, disk).look())
        rows = self._rows("SELECT id, title FROM task_notifications WHERE id > :before ORDER BY id", before=before)
        return [row.title for row in rows]

    def passes(self, seconds: float, *, watched: bool = True) -> None:
        """So much time, in which somebody looked now and then, or nobody did."""
        for statement in _PASSES:
            self.do(statement, seconds=seconds)
        if watched:
            self.do("UPDATE service_beats SET at = now() - interval '2 seconds'")

    def submit(self, ticker: str = "NVDA", **params: Any) -> str:
        return self.stack.api.submit("reddit_crawl", {"ticker": ticker, **params})

    def ends(self, task_id: str, error: TaskFailure | None = LIMITED, result: Any = None) -> str:
        """The current round of it fails, or without an error succeeds."""
        [row] = self._rows("SELECT round FROM tasks WHERE id = :id", id=task_id)
        run = take(self.stack, task_id, "mac", None, row.round)
        status = TaskStatus.FAILED if error else TaskStatus.SUCCEEDED
        end(self.stack, task_id, run, status, result or {}, error, row.round)
        return task_id

    def seen(self, attempt: AttemptSeen) -> None:
        """The gateway has seen this of an attempt."""

        async def write() -> None:
            async with self.engine.begin() as connection:
                await apply_attempts(connection, [attempt])

        self.runner.run(write())

    def firing(self, rule: str) -> bool:
        found = self.stack.api.http.get("/notifications", params={"rule": rule}).json()["notifications"]
        return any(each["state"] == "firing" for each in found)

    def _last(self) -> int:
        [row] = self._rows("SELECT COALESCE(max(id), 0) AS id FROM task_notifications")
        return int(row.id)

    def _rows(self, sql: str, **values: Any) -> list[Any]:
        async def ask() -> list[Any]:
            async with self.engine.begin() as connection:
                return list((await connection.execute(text(sql), values)).all())

        return self.runner.run(ask())

    def do(self, sql: str, **values: Any) -> None:
        async def run() -> None:
            async with self.engine.begin() as connection:
                await connection.execute(text(sql), values)

        self.runner.run(run())


@contextmanager
def alerted(servers: Servers) -> Iterator[Alerted]:
    with in_process(servers, trusted_proxies="127.0.0.1", gateway_internal_address="127.0.0.1:1") as running:
        engine = make_engine(running.database_url, process="tests", pool_size=1)
        with asyncio.Runner() as runner:
            try:
                yield Alerted(running, engine, runner)
            finally:
                runner.run(engine.dispose())
