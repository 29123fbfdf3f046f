"""Pausing, capping and resuming capabilities, workers and everything. Rows only: core makes Temporal follow them."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import EVERYTHING
from contracts.task_types import CAPABILITIES
from contracts.workers.control_views import CapabilitiesView, CapabilityView, PausedWorkerView, PauseView
from contracts.workers.states import CapabilityState
from db.workers import circuits
from db.workers import registry as workers
from db.workers.capabilities import BACKLOG_CAP, is_in_use, numbers
from db.workers.controls import Control, Pause, all_controls, control_of, everything_paused
from services.errors import CapabilityNotFound, WorkerNotFound, WrongState
from services.temporal_links import WebUi


async def check_capability(connection: AsyncConnection, capability: str) -> None:
    """Raises CapabilityNotFound: no task type, worker or task names it."""
    known = capability in CAPABILITIES
    if capability == EVERYTHING or not (known or await is_in_use(connection, capability)):
        raise CapabilityNotFound(f"There is no capability '{capability}'. Use one of: {', '.join(CAPABILITIES)}.")


async def capabilities(connection: AsyncConnection, web_ui: WebUi) -> CapabilitiesView:
    """Every capability that this version, a worker or somebody who steers knows."""
    controls = await all_controls(connection, CAPABILITIES)
    everything = await everything_paused(connection)
    views = await _views(connection, controls, web_ui)
    return CapabilitiesView(everything=pause_view(everything), capabilities=views)


async def capability(connection: AsyncConnection, name: str, web_ui: WebUi) -> CapabilityView:
    """One of them."""
    return (await _views(connection, [await control_of(connection, name)], web_ui))[0]


async def close_circuit(connection: AsyncConnection, name: str, by: str) -> None:
    """Raises WrongState."""
    if not await circuits.close(connection, name, by, "closed by hand"):
        raise WrongState(f"The circuit of {name} is not open; there is nothing to close.")


async def pause_worker(
    connection: AsyncConnection, worker_id: uuid.UUID, how: str, by: str, reason: str
) -> PausedWorkerView:
    """Raises WorkerNotFound."""
    return _paused_view(worker_id, await workers.pause(connection, worker_id, how, by, reason), how)


async def resume_worker(connection: AsyncConnection, worker_id: uuid.UUID) -> PausedWorkerView:
    """Raises WorkerNotFound."""
    return _paused_view(worker_id, await workers.resume(connection, worker_id), None)


def pause_view(pause: Pause | None) -> PauseView | None:
    return PauseView.model_validate(asdict(pause)) if pause else None


def _paused_view(worker_id: uuid.UUID, name: str | None, how: str | None) -> PausedWorkerView:
    if name is None:
        raise WorkerNotFound
    return PausedWorkerView(id=worker_id, name=name, held=how)


async def _views(connection: AsyncConnection, controls: Sequence[Control], web_ui: WebUi) -> list[CapabilityView]:
    names = [each.capability for each in controls]
    counted = await numbers(connection, names)
    offers = await workers.offering(connection)
    seen = web_ui.queues(names)
    return [
        _view(each, counted[name], offers.by_capability.get(name), seen.get(name, ""))
        for name, each in zip(names, controls, strict=True)
    ]


def _view(control: Control, counted: RowMapping, offer: RowMapping | None, temporal_url: str) -> CapabilityView:
    parts: dict[str, Any] = {
        name: asdict(part) if part else None
        for name, part in (("paused", control.pause), ("rate", control.rate), ("circuit", control.circuit))
    }
    return CapabilityView(
        **parts,
        capability=control.capability,
        state=_state(control),
        backlog=min(counted["tasks"], BACKLOG_CAP),
        backlog_capped=counted["tasks"] > BACKLOG_CAP,
        in_work=counted["in_work"],
        oldest_waiting_at=counted["oldest"],
        workers_online=offer["online"] if offer else 0,
        workers_held=offer["paused"] if offer else 0,
        temporal_url=temporal_url,
    )


def _state(control: Control) -> CapabilityState:
    if control.everything or control.pause:
        return CapabilityState.PAUSED
    return CapabilityState.CIRCUIT_OPEN if control.circuit else CapabilityState.RUNNING
