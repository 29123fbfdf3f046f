"""Plans over the API and a database, without core: a test advances them, and says how their tasks end."""

import asyncio
import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.plans.work import PlanReport
from contracts.settings import ServerSettings
from contracts.tasks.children import Started
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from db.engine import make_engine
from db.session import Database
from services.plans.advance import advance
from tests.http import as_core
from tests.support.facade import Api, Facade

Body = dict[str, Any]


def echo(id_: str, **more: Any) -> Body:
    return {"id": id_, "task_type": "echo", **more}


class Planned:
    """One plan."""

    def __init__(self, stack: Facade, api: Api, *steps: Body, **more: Any) -> None:
        self._stack = stack
        self._api = api
        reply = api.http.post("/plans", json={"name": "p", "steps": list(steps), **more})
        assert reply.status_code == 201, reply.text
        self.id = str(reply.json()["id"])

    def advance(self, started: list[Started] | None = None) -> PlanReport:
        """What the plan's workflow does when it is woken."""

        async def run() -> PlanReport:
            engine: AsyncEngine = make_engine(self._stack.database_url, process="tests", pool_size=2)
            try:
                while True:
                    settings = ServerSettings.model_validate(
                        {"database_url": self._stack.database_url, **self._stack.secrets}
                    )
                    report = await advance(Database(engine, 60), settings, uuid.UUID(self.id), started or ())
                    if not report.more:
                        return report
            finally:
                await engine.dispose()

        return asyncio.run(run())

    def end(self, step: str, result: Any = None, *, place: int = 0, fails: bool = False, round_: int = 0) -> None:
        """The task of this part is over, and its plan advances."""
        task = self.task(step, place)
        status = TaskStatus.FAILED if fails else TaskStatus.SUCCEEDED
        error = TaskFailure(type="Broken", message="It broke.") if fails else None
        as_core.end(self._stack, task, str(uuid.uuid4()), status, {} if result is None else result, error, round_)
        self.advance()

    def task(self, step: str, place: int = 0) -> str:
        [row] = self._stack.rows(
            "SELECT task_id::text FROM plan_parts WHERE plan_id = %s AND step = %s AND place = %s", self.id, step, place
        )
        return str(row["task_id"])

    @property
    def detail(self) -> Body:
        reply = self._api.http.get(f"/plans/{self.id}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def statuses(self) -> dict[str, str]:
        return {step["id"]: step["status"] for step in self.detail["first_steps"]}

    def say(self, verb: str, **body: Any) -> Body:
        reply = self._api.http.post(f"/plans/{self.id}/{verb}", json=body or None)
        assert reply.status_code == 200, reply.text
        self.advance()
        return dict(reply.json())
