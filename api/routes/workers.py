"""Workers as people see and register them."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.audit import audit
from api.errors import ApiError, BadInput, NameTaken
from api.schemas import WorkerRegistration
from api.security.principal import Admin, Reader
from api.services.worker_views import worker_detail, worker_list
from api.state import Services
from contracts.task_types import CAPABILITIES
from contracts.views import WorkerDetailView, WorkerEventsView, WorkerEventView, WorkerKeyView, WorkersView
from db.keys import KeyKind, make_key
from db.workers import register, worker_events

router = APIRouter(prefix="/workers", tags=["workers"])


class WorkerNotFound(ApiError):
    """There is no such worker. List workers with GET /api/v1/workers."""

    status = 404


_REVOKE = text("UPDATE api_keys SET revoked_at = now() WHERE worker_id = :id AND revoked_at IS NULL RETURNING id")


@router.get("", summary="Every worker and what it is doing")
async def get_workers(_: Reader, state: Services) -> WorkersView:
    async with state.database.transaction(snapshot=True) as connection:
        return WorkersView(workers=await worker_list(connection))


@router.get("/events", summary="What happened to workers, in order; `after` an event id, or the newest")
async def get_events(
    _: Reader,
    state: Services,
    after: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> WorkerEventsView:
    async with state.database.transaction() as connection:
        rows = await worker_events(connection, after, limit)
    return WorkerEventsView(events=[WorkerEventView.model_validate(dict(row)) for row in rows])


@router.get("/{worker_id}", summary="One worker: its tasks, how it has done, what happened to it")
async def get_one(worker_id: uuid.UUID, _: Reader, state: Services) -> WorkerDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        found = await worker_detail(connection, worker_id)
    if found is None:
        raise WorkerNotFound
    return found


@router.post("/register", status_code=201, summary="Register a worker; its key is shown only here")
async def register_worker(body: WorkerRegistration, caller: Admin, state: Services) -> WorkerKeyView:
    unknown = sorted(set(body.capabilities) - set(CAPABILITIES))
    if unknown:
        known = ", ".join(CAPABILITIES)
        raise BadInput(f"No task type needs {', '.join(unknown)}.", [("capabilities", f"choose from {known}")])
    values = body.model_dump(exclude={"metadata"}) | {"details": body.metadata}
    try:
        async with state.database.transaction() as connection:
            worker_id = await register(connection, values)
            key = await make_key(connection, KeyKind.WORKER, worker_id=worker_id)
            await audit(connection, caller, "worker.register", str(worker_id), name=body.name)
    except IntegrityError:
        raise NameTaken(f"There is a worker called '{body.name}' already. Choose another name.") from None
    return WorkerKeyView(id=worker_id, name=body.name, capabilities=body.capabilities, api_key=key)


@router.post("/{worker_id}/revoke", status_code=204, summary="Revoke the keys of a worker at once")
async def revoke(worker_id: uuid.UUID, caller: Admin, state: Services) -> Response:
    async with state.database.transaction() as connection:
        revoked = (await connection.execute(_REVOKE, {"id": worker_id})).scalars().all()
        if not revoked:
            raise WorkerNotFound("There is no worker with this id that has a valid key.")
        await audit(connection, caller, "worker.revoke", str(worker_id), keys=list(revoked))
    return Response(status_code=204)
