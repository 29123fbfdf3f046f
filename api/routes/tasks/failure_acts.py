"""Routes that put all tasks of a group of failures right: other params, one of them as a canary, then the others."""

from fastapi import APIRouter
from sqlalchemy import RowMapping

from api.audit import audit
from api.routes.tasks.failures import Cause
from api.security.principal import MemberOperator
from api.state import Services
from contracts.tasks.bulk import BulkAction, BulkFilter, BulkView, NewBulk
from contracts.tasks.failures import NewCanary, NewEdit, NewRelease
from services.tasks import releases
from services.tasks.bulk import preview
from services.tasks.failure_groups import detail

router = APIRouter(prefix="/failures/{cause}", tags=["failures"])


@router.post("/canary", status_code=202, summary="Retry one task of a group, and the others once it has succeeded")
async def send_canary(cause: Cause, caller: MemberOperator, state: Services, body: NewCanary | None = None) -> BulkView:
    """The tasks that are failed now; at the pace of the source. Progress and stop are those of bulk actions."""
    wanted = body or NewCanary()
    async with state.database.transaction() as connection:
        row = await releases.start_canary(
            connection, cause, caller.label, task_id=wanted.task_id, release=wanted.release, user_id=caller.user_id
        )
        task = str(row["canary_task_id"])
        await audit(connection, caller, "failures.canary", cause, **_told(row), task=task, release=wanted.release)
    return _view(row)


@router.post("/release", status_code=202, summary="Retry all tasks of a group, at the pace of their source")
async def release(cause: Cause, caller: MemberOperator, state: Services, body: NewRelease | None = None) -> BulkView:
    """Only after a canary that succeeded since the last failure, unless said otherwise."""
    without_canary = body.without_canary if body else False
    async with state.database.transaction() as connection:
        row = await releases.start_release(
            connection, cause, caller.label, without_canary=without_canary, user_id=caller.user_id
        )
        await audit(connection, caller, "failures.release", cause, **_told(row), without_canary=without_canary)
    return _view(row)


@router.post("/edit", status_code=201, summary="Preview other params for all failed tasks of a group")
async def edit(cause: Cause, body: NewEdit, caller: MemberOperator, state: Services) -> BulkView:
    """Says how many there are, and of the first 1,000 how many the params fit (`skipped`: those that they do not).

    `POST /api/v1/tasks/bulk/{id}/run` does it. Each task is checked before any is changed, and none is if one does not
    fit. They are not retried thereby.
    """
    wanted = NewBulk(action=BulkAction.EDIT, filter=BulkFilter(cause=cause), params=body.params)
    async with state.database.transaction() as connection:
        await detail(connection, cause)
        return _view(await preview(connection, wanted, caller.label, caller.user_id))


def _told(row: RowMapping) -> dict[str, object]:
    return {"bulk": str(row["id"]), "count": row["count"], "capped": row["capped"]}


def _view(row: RowMapping) -> BulkView:
    return BulkView.model_validate(dict(row))
