"""Routes that workers call: the gateway's address, delivering rows, reading rows for a task on hand."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Header
from sqlalchemy import or_, select, update

from api.bots.leases import lease_for
from api.security.principal import WorkerCaller
from api.state import Services
from contracts.names import LEASE_HEADER, SLOTS_HEADER, VERSION_HEADER
from contracts.plans.sessions import OpenedSessionView
from contracts.records.exchange import Material, MaterialQuery, StoreReply, Turn
from contracts.records.requests import RecordDelivery
from contracts.storable import Text
from contracts.workers.views import BootstrapView
from db.models import Worker
from db.people.keys import expiry_of
from db.workers.own_queues import own_queues
from runtime.version import installed_version
from services.plans.sessions import open_session
from services.records.material import read_material
from services.records.storing import store
from services.records.turns import take_turn

router = APIRouter(tags=["for workers"])


@router.get("/worker/bootstrap", summary="Read a worker's grant: capabilities, address of the gateway")
async def bootstrap(
    caller: WorkerCaller,
    state: Services,
    key: Annotated[str, Header(alias="X-Worker-Key")] = "",
    version: Annotated[Text | None, Header(alias=VERSION_HEADER, max_length=100)] = None,
    slots: Annotated[int | None, Header(alias=SLOTS_HEADER, ge=1, le=100_000)] = None,
) -> BootstrapView:
    table = Worker.__table__
    # Workers ask every few seconds, and mostly say the same.
    said = update(Worker).where(
        Worker.id == caller.worker_id,
        or_(table.c.version.is_distinct_from(version or None), table.c.slots.is_distinct_from(slots)),
    )
    shown = (table.c.name, table.c.capabilities, table.c.max_concurrency, table.c.serves)
    query = select(*shown).where(table.c.id == caller.worker_id)
    async with state.database.transaction() as connection:
        await connection.execute(said.values(version=version or None, slots=slots))
        row = dict((await connection.execute(query)).mappings().one())
        row["queues"] = (await own_queues(connection)).asked_by(row["capabilities"], row.pop("serves"))
        expires_at = await expiry_of(connection, key)
    settings = state.settings
    return BootstrapView(
        **row,
        worker_id=caller.worker_id,
        gateway_address=settings.gateway_address,
        gateway_tls=bool(settings.gateway_tls_cert) or settings.gateway_behind_tls,
        namespace=settings.temporal_namespace,
        key_expires_at=expires_at,
        server_version=installed_version(),
    )


@router.post("/tasks/{task_id}/records", summary="Deliver collected rows; a row delivered twice is stored once")
async def deliver(
    task_id: uuid.UUID,
    body: RecordDelivery,
    caller: WorkerCaller,
    state: Services,
    token: Annotated[str | None, Header(alias=LEASE_HEADER)] = None,
) -> StoreReply:
    lease = await lease_for(state, caller.worker_id, task_id, token)
    async with state.database.transaction() as connection:
        return await store(connection, task_id, lease, body.kind, body.records)


@router.post("/tasks/{task_id}/turn", summary="Take the next turn at a source that counts all workers together")
async def turn(
    task_id: uuid.UUID,
    caller: WorkerCaller,
    state: Services,
    token: Annotated[str | None, Header(alias=LEASE_HEADER)] = None,
) -> Turn:
    lease = await lease_for(state, caller.worker_id, task_id, token)
    async with state.database.transaction() as connection:
        return await take_turn(connection, task_id, lease)


@router.post("/tasks/{task_id}/session", summary="Open the session that a task on hand holds for its plan")
async def session(
    task_id: uuid.UUID,
    caller: WorkerCaller,
    state: Services,
    token: Annotated[str | None, Header(alias=LEASE_HEADER)] = None,
) -> OpenedSessionView:
    lease = await lease_for(state, caller.worker_id, task_id, token)
    async with state.database.transaction() as connection:
        return await open_session(connection, task_id, lease, caller.name)


@router.post("/tasks/{task_id}/material", summary="Read a page of stored rows, of the kinds that the task's type reads")
async def material(
    task_id: uuid.UUID,
    body: MaterialQuery,
    caller: WorkerCaller,
    state: Services,
    token: Annotated[str | None, Header(alias=LEASE_HEADER)] = None,
) -> Material:
    lease = await lease_for(state, caller.worker_id, task_id, token)
    async with state.database.transaction() as connection:
        return await read_material(connection, task_id, lease, body)
