"""Routes that list, show, register and revoke workers."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit import audit
from api.security.principal import Admin, Reader
from api.state import Services
from contracts.people.views import JoinedView
from contracts.workers.requests import WorkerRegistration
from contracts.workers.views import WorkerDetailView, WorkerEventsView, WorkerEventView, WorkersView
from db.people.key_admin import revoke_keys_of_worker
from db.workers.registry import worker_events
from services.errors import WorkerNotFound
from services.temporal_links import WebUi
from services.workers.registering import check_capabilities, check_serves, take_in
from services.workers.views import worker_detail, worker_list

router = APIRouter(prefix="/workers", tags=["workers"])


@router.get("", summary="List workers and their tasks on hand")
async def get_workers(_: Reader, state: Services) -> WorkersView:
    async with state.database.transaction(snapshot=True) as connection:
        return WorkersView(workers=await worker_list(connection))


@router.get("/events", summary="List events of workers in order; `after` an event id, or the newest")
async def get_events(
    _: Reader,
    state: Services,
    after: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> WorkerEventsView:
    async with state.database.transaction() as connection:
        rows = await worker_events(connection, after, limit)
    return WorkerEventsView(events=[WorkerEventView.model_validate(dict(row)) for row in rows])


@router.get("/{worker_id}", summary="Show a worker: tasks on hand, record of work, events")
async def get_one(worker_id: uuid.UUID, _: Reader, state: Services) -> WorkerDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        found = await worker_detail(connection, worker_id, WebUi.of(state.settings))
    if found is None:
        raise WorkerNotFound
    return found


@router.post("/register", status_code=201, summary="Register a worker; its key is shown only here")
async def register_worker(body: WorkerRegistration, caller: Admin, state: Services) -> JoinedView:
    check_capabilities(body.capabilities)
    values = body.model_dump(exclude={"metadata", "key_expires_in"}) | {"details": body.metadata}
    async with state.database.transaction() as connection:
        await check_serves(connection, body.serves)
        made = await take_in(connection, values, body.key_expires_in)
        await audit(connection, caller, "worker.register", str(made.id), name=body.name, serves=body.serves)
    return made


@router.post("/{worker_id}/revoke", status_code=204, summary="Revoke the keys of a worker at once")
async def revoke(worker_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    async with state.database.transaction() as connection:
        revoked = await revoke_keys_of_worker(connection, worker_id)
        if not revoked:
            raise WorkerNotFound("There is no worker with this id that has a valid key.")
        await audit(connection, caller, "worker.revoke", str(worker_id), keys=list(revoked))
    return Response(status_code=204)
