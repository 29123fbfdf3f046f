"""Turns rows of schedules into answers of the API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import schedule_id
from contracts.schedules.occurrences import Due, next_due
from contracts.schedules.requests import PreviewRequest, ScheduleBody
from contracts.schedules.views import (
    PreviewView,
    RunView,
    ScheduleDetailView,
    ScheduleState,
    SchedulesView,
    ScheduleView,
)
from contracts.schedules.words import due_views, timing_in_words
from contracts.settings import ServerSettings
from contracts.timezones import checked_timezone
from db.schedules.runs import list_runs
from db.schedules.schedules import list_schedules
from services.errors import BadInput
from services.finding import Named
from services.reading import read_each
from services.schedules.bodies import body_of
from services.schedules.finding import found
from services.temporal_links import WebUi

_NEXT, _RUNS = 3, 50


def preview(request: PreviewRequest) -> PreviewView:
    """Raises BadInput for a zone that there is not."""
    try:
        zone = checked_timezone(request.zone or request.timing.zone)
    except ValueError as error:
        raise BadInput(f"{error}.", [("zone", str(error))]) from None
    coming = next_due(request.timing, request.after or datetime.now(UTC), request.count)
    return PreviewView(zone=zone, runs=due_views(coming, zone))


async def schedule_views(connection: AsyncConnection, workspace: str | None) -> SchedulesView:
    """All, or those of one workspace, by name."""
    schedules, unreadable = read_each(_view, await list_schedules(connection, workspace))
    return SchedulesView(schedules=schedules, unreadable=unreadable)


async def schedule_detail(connection: AsyncConnection, settings: ServerSettings, named: Named) -> ScheduleDetailView:
    """Raises ScheduleNotFound, CannotBeRead, BadInput."""
    row = await found(connection, named)
    runs = run_views(await list_runs(connection, row["id"], _RUNS))
    there = WebUi.of(settings).schedule(schedule_id(row["id"]))
    return ScheduleDetailView(**_fields(row), last_run=runs[0] if runs else None, runs=runs, temporal_url=there)


def run_views(rows: Sequence[RowMapping]) -> list[RunView]:
    return [RunView.model_validate(dict(row)) for row in rows]


def _view(row: RowMapping) -> ScheduleView:
    return ScheduleView(**_fields(row), last_run=row["last_run"])


def _fields(row: RowMapping) -> dict[str, Any]:
    body = body_of(row)
    coming = _coming(row, body)
    return {
        **{name: row[name] for name in ("id", "name", "created_by", "created_at", "changed_by", "changed_at")},
        "workspace": row["instance"],
        "definition": body,
        "state": _state(row, coming),
        "when": timing_in_words(body.timing),
        "note": _note(row),
        "remaining": row["remaining"],
        "next_runs": due_views(coming, body.timing.zone),
        "temporal_id": schedule_id(row["id"]),
    }


def _coming(row: RowMapping, body: ScheduleBody) -> list[Due]:
    if row["gone_at"] is not None or row["remaining"] == 0:
        return []
    if row["other_runs"] is not None:
        return [Due(each) for each in row["other_runs"][:_NEXT]]
    return next_due(body.timing, datetime.now(UTC), min(_NEXT, row["remaining"] or _NEXT))


def _state(row: RowMapping, coming: list[Due]) -> ScheduleState:
    if row["gone_at"] is not None:
        return ScheduleState.GONE
    if row["told_at"] is None:
        return ScheduleState.WAITING
    if row["paused"]:
        return ScheduleState.PAUSED
    return ScheduleState.ACTIVE if coming else ScheduleState.ENDED


def _note(row: RowMapping) -> str:
    if row["gone_at"] is not None:
        return "It was deleted on the Temporal side. Resume it to put it back."
    if row["problem"]:
        return f"Temporal does not take it: {row['problem']}"
    if row["other_runs"] is not None:
        return "Its times were changed on the Temporal side. Write it anew to have those of its definition."
    return str(row["note"])
