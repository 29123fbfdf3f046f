"""Routes that steer queues: pause, resume, rate cap, circuit; of one capability or of everything."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit
from api.security.principal import Operator, Principal, Reader
from api.state import Services, State
from contracts.names import EVERYTHING
from contracts.requests import Because
from contracts.workers.control_views import CapabilitiesView, CapabilityView, EverythingView
from contracts.workers.requests import RateChange
from db.workers import controls
from services.temporal_links import WebUi
from services.workers import controls as service

router = APIRouter(tags=["steer capabilities"])


@router.get("/capabilities", summary="List capabilities: queue, workers, pauses, rate caps and circuits")
async def get_capabilities(_: Reader, state: Services) -> CapabilitiesView:
    async with state.database.transaction(snapshot=True) as connection:
        return await service.capabilities(connection, WebUi.of(state.settings))


@router.post("/pause", summary="Pause everything: tasks on hand go on, nothing new is handed out")
async def pause_everything(body: Because, caller: Operator, state: Services) -> EverythingView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "everything.pause", EVERYTHING, reason=body.reason)
        await controls.pause(connection, EVERYTHING, caller.label, body.reason)
        return EverythingView(paused=service.pause_view(await controls.everything_paused(connection)))


@router.post("/resume", summary="End the pause of everything; single pauses of capabilities and workers stay")
async def resume_everything(caller: Operator, state: Services) -> EverythingView:
    async with state.database.transaction() as connection:
        await audit(connection, caller, "everything.resume", EVERYTHING)
        await controls.resume(connection, EVERYTHING)
    return EverythingView(paused=None)


@router.post("/capabilities/{capability}/pause", summary="Pause a capability on all workers")
async def pause(capability: str, body: Because, caller: Operator, state: Services) -> CapabilityView:
    async with _steering(capability, caller, state, "capability.pause", reason=body.reason) as connection:
        await controls.pause(connection, capability, caller.label, body.reason)
        return await service.capability(connection, capability, WebUi.of(state.settings))


@router.post("/capabilities/{capability}/resume", summary="End the pause of a capability")
async def resume(capability: str, caller: Operator, state: Services) -> CapabilityView:
    async with _steering(capability, caller, state, "capability.resume") as connection:
        await controls.resume(connection, capability)
        return await service.capability(connection, capability, WebUi.of(state.settings))


@router.post("/capabilities/{capability}/rate", summary="Cap the rate at which tasks of a capability are handed out")
async def rate(capability: str, body: RateChange, caller: Operator, state: Services) -> CapabilityView:
    async with _steering(capability, caller, state, "capability.rate", per_second=body.per_second) as connection:
        await controls.cap_rate(connection, capability, body.per_second, caller.label)
        return await service.capability(connection, capability, WebUi.of(state.settings))


@router.post("/capabilities/{capability}/close-circuit", summary="Close the circuit of a source that is well again")
async def close_circuit(capability: str, caller: Operator, state: Services) -> CapabilityView:
    async with state.database.transaction() as connection:
        await service.check_capability(connection, capability)
        await service.close_circuit(connection, capability, caller.label)
        return await service.capability(connection, capability, WebUi.of(state.settings))


@contextlib.asynccontextmanager
async def _steering(
    capability: str, caller: Principal, state: State, action: str, **details: Any
) -> AsyncIterator[AsyncConnection]:
    """The transaction of a change to a capability that exists; it stands in the audit log."""
    async with state.database.transaction() as connection:
        await service.check_capability(connection, capability)
        await audit(connection, caller, action, capability, **details)
        yield connection
