"""Routes of bulk actions: count first, then do it to all that match, in the background."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import RowMapping

from api.audit import audit
from api.security.principal import MemberOperator, MemberReader
from api.state import Services
from contracts.requests import IdPrefix
from contracts.tasks.bulk import BulksView, BulkView, NewBulk
from db.tasks.bulk import get_bulk, list_bulks, stop_bulk
from services.errors import DomainError
from services.tasks.bulk import preview, start

router = APIRouter(prefix="/tasks/bulk", tags=["steer tasks"])

_SHOWN = 50


class BulkNotFound(DomainError):
    """There is no such bulk action of yours. A preview is forgotten after ten minutes: make a new one."""

    status = 404


class BulkNotRunning(DomainError):
    """This bulk action does not run (any more); there is nothing to stop."""

    status = 409


@router.post("", status_code=201, summary="Preview a bulk action: count the tasks that match, and do nothing yet")
async def create(body: NewBulk, caller: MemberOperator, state: Services) -> BulkView:
    """The filter is frozen: tasks that are created later are not in it. Without `status` a retry means failed tasks."""
    async with state.database.transaction() as connection:
        return _view(await preview(connection, body, caller.label, caller.user_id))


@router.get("", summary="List bulk actions that have begun, the newest first")
async def get_all(_: MemberReader, state: Services, id_prefix: Annotated[IdPrefix | None, Query()] = None) -> BulksView:
    async with state.database.transaction() as connection:
        rows = await list_bulks(connection, _SHOWN, id_prefix)
    return BulksView(bulks=[_view(row) for row in rows])


@router.get("/{bulk_id}", summary="Show how far a bulk action is")
async def get_one(bulk_id: uuid.UUID, _: MemberReader, state: Services) -> BulkView:
    async with state.database.transaction() as connection:
        row = await get_bulk(connection, bulk_id)
    if row is None:
        raise BulkNotFound
    return _view(row)


@router.post("/{bulk_id}/run", status_code=202, summary="Run a bulk action that was previewed")
async def run(bulk_id: uuid.UUID, caller: MemberOperator, state: Services) -> BulkView:
    """It is done in batches in the background, also if a process dies. Asked again, it says how far that is. Ten of a
    person run at once."""
    async with state.database.transaction() as connection:
        row = await start(connection, bulk_id, caller.label)
        if row is not None:
            details = {name: row[name] for name in ("arguments", "filter", "count", "capped")}
            await audit(connection, caller, f"task.bulk_{row['action']}", str(bulk_id), **details)
            return _view(row)
        known = await get_bulk(connection, bulk_id)
    if known is None or known["state"] == "previewed":
        raise BulkNotFound
    return _view(known)


@router.post("/{bulk_id}/stop", summary="End a bulk action that runs; what it has done stays")
async def stop(bulk_id: uuid.UUID, caller: MemberOperator, state: Services) -> BulkView:
    async with state.database.transaction() as connection:
        row = await stop_bulk(connection, bulk_id)
        if row is None:
            raise BulkNotFound if await get_bulk(connection, bulk_id) is None else BulkNotRunning
        await audit(connection, caller, "task.bulk_stop", str(bulk_id), done=row["done"], skipped=row["skipped"])
    return _view(row)


def _view(row: RowMapping) -> BulkView:
    return BulkView.model_validate(dict(row))
