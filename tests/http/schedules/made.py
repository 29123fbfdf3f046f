"""Schedules of a test, and what core would do with them."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.work import Fired, Made
from contracts.settings import ServerSettings
from services.schedules.firing import fire
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

SETTINGS = ServerSettings.model_validate(
    {"database_url": "postgresql://nobody@localhost/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
)
ECHO: dict[str, Any] = {"task": {"task_type": "echo", "params": {"message": "by the clock"}}}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(api: Api, timing: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A new one, every ten minutes unless said otherwise."""
    body = {"name": f"s{uuid.uuid4().hex[:12]}", "timing": timing or {"every": "10m"}, "action": ECHO, **fields}
    answer = api.http.post("/schedules", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def fired(
    stack: Facade, id_: str, due: str, *, now: str | None = None, started: str | None = None, backfill: bool = False
) -> Made:
    """What core does when Temporal starts a run of it: at once, unless said otherwise."""
    call = Fired(
        schedule_id=uuid.UUID(id_),
        due=moment(due),
        started=moment(started or due),
        workflow_id=f"schedule-{id_}-{due}",
        is_backfill=backfill,
    )
    made: list[Made] = []

    async def act(connection: AsyncConnection) -> None:
        made.append(await fire(connection, SETTINGS, call, now=moment(now or due)))

    in_database(stack, act)
    return made[0]


def seen_until(stack: Facade, id_: str, until: str) -> None:
    """As if it had been written at that moment, or its last run been then."""
    stack.execute("UPDATE schedules SET seen_until = %s WHERE id = %s", moment(until), id_)


def runs(api: Api, id_: str) -> list[tuple[str, str, int]]:
    """Of each moment, the newest first: when, what became of it, how many tasks."""
    found = api.http.get(f"/schedules/{id_}/runs").json()["runs"]
    return [(each["due_at"][11:16], each["outcome"], len(each["task_ids"])) for each in found]
