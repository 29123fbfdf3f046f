"""A task that was deleted and runs again, because somebody reset it on the Temporal side, is seen again."""

import uuid

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from db.tasks.mirror import adopt_run
from tests.http.as_core import end, take
from tests.stack.people import in_database
from tests.support.facade import Api, Facade


def deleted_task(stack: Facade, api: Api) -> str:
    id_ = api.submit("web_monitor", {"url": "https://example.com/deleted"})
    end(stack, id_, take(stack, id_, "swift", None), TaskStatus.SUCCEEDED, {})
    assert api.http.delete(f"/tasks/{id_}").status_code == 204
    assert api.http.get(f"/tasks/{id_}").status_code == 404
    return id_


def reset(stack: Facade, id_: str) -> None:
    async def adopt(connection: AsyncConnection) -> None:
        await adopt_run(connection, id_, str(uuid.uuid4()), 0)

    in_database(stack, adopt)


def test_a_deleted_task_that_runs_again_is_seen(stack: Facade, api: Api) -> None:
    id_ = deleted_task(stack, api)
    reset(stack, id_)
    shown = api.http.get(f"/tasks/{id_}")
    assert (shown.status_code, shown.json()["status"]) == (200, "pending")
    assert api.command(id_, "cancel").status_code in (200, 202)
