"""Routes that steer one worker: pause, drain, resume."""

import uuid

from fastapi import APIRouter

from api.audit import audit
from api.security.principal import Operator
from api.state import Services
from contracts.requests import Because
from contracts.workers.control_views import PausedWorkerView
from services.workers.controls import pause_worker, resume_worker

router = APIRouter(prefix="/workers/{worker_id}", tags=["workers"])


@router.post("/pause", summary="Pause a worker; its tasks on hand go on")
async def pause(worker_id: uuid.UUID, body: Because, caller: Operator, state: Services) -> PausedWorkerView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "worker.pause", str(worker_id), reason=body.reason)
        return await pause_worker(connection, worker_id, "paused", caller.label, body.reason)


@router.post("/drain", summary="Drain a worker before it is switched off; its tasks on hand go on")
async def drain(worker_id: uuid.UUID, body: Because, caller: Operator, state: Services) -> PausedWorkerView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "worker.drain", str(worker_id), reason=body.reason)
        return await pause_worker(connection, worker_id, "draining", caller.label, body.reason)


@router.post("/resume", summary="Resume a paused or draining worker")
async def resume(worker_id: uuid.UUID, caller: Operator, state: Services) -> PausedWorkerView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "worker.resume", str(worker_id))
        return await resume_worker(connection, worker_id)
