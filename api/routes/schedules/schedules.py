"""Routes of schedules: write, read, preview, steer. A schedule is named by its name or its id."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from api.audit import audit_in
from api.idempotency import IdempotencyKey
from api.placing import place_of
from api.security.principal import MemberOperator, MemberReader, MemberSubmitter, Principal
from api.state import Services
from api.workspace_queries import ItsWorkspace, OfWorkspace
from contracts.named_files import AppliedView, ChangeKind
from contracts.schedules.files import Apply
from contracts.schedules.requests import Backfill, NewSchedule, PauseReason, PreviewRequest, ScheduleBody
from contracts.schedules.views import (
    PreviewView,
    ReadSchedulesView,
    RunsView,
    ScheduleDetailView,
    ScheduleOrderView,
    SchedulesView,
)
from contracts.schedules.words import timing_in_words
from contracts.tasks.plain_language_requests import SentenceBody
from contracts.workspaces.names import DEFAULT
from db.schedules.runs import list_runs
from services.finding import Named
from services.schedules import changing
from services.schedules.applying import apply
from services.schedules.belonging import workspace_of
from services.schedules.finding import found
from services.schedules.plain_language import read_schedules
from services.schedules.views import preview, run_views, schedule_detail, schedule_views
from services.tasks.idempotency import once

router = APIRouter(prefix="/schedules", tags=["schedules"])


async def _named(
    schedule: Annotated[str, Path(max_length=100, description="Name or id")], workspace: ItsWorkspace = None
) -> Named:
    return Named(schedule, workspace)


Schedule = Annotated[Named, Depends(_named)]


@router.post("", status_code=201, response_model=ScheduleDetailView, summary="Create a schedule")
async def create(
    body: NewSchedule, caller: MemberSubmitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """A schedule answered with 201 runs, even if Temporal is down right now: `state` is `waiting` until that has it."""
    place = place_of(caller, body.workspace or workspace_of(body.action))
    wanted = body.model_copy(update={"workspace": place})
    async with state.database.transaction() as connection:

        async def act() -> ScheduleDetailView:
            row = await changing.create(connection, state.settings, wanted, caller.label)
            await _note(connection, caller, "create", row, when=timing_in_words(body.timing))
            return await schedule_detail(connection, state.settings, _of(row))

        answer = await once(connection, (caller.label, "POST /schedules"), idempotency_key, body, act)
    return JSONResponse(answer, 201)


@router.post("/preview", summary="Preview the next runs of a timing; nothing is created")
async def preview_runs(body: PreviewRequest, _: MemberReader) -> PreviewView:
    """`note` says what the clocks do where they are changed."""
    return preview(body)


@router.post("/parse", summary="Parse a sentence into schedules; nothing is created")
async def parse_text(body: SentenceBody, _: MemberReader, state: Services) -> ReadSchedulesView:
    """ "every morning at 7 crawl reddit for NVDA": bodies for `POST /schedules`, or questions."""
    async with state.database.transaction() as connection:
        zone = body.timezone or state.settings.timezone
        return await read_schedules(connection, body.text, zone, state.settings.listed_companies)


@router.post("/apply", summary="Change the schedules to what a file says, all of it or nothing")
async def apply_file(body: Apply, caller: MemberOperator, state: Services) -> AppliedView:
    """With `dry_run` only what would be changed. Schedules that are not in it stay, unless `prune` is set.

    No other workspace than the one that it is for is touched.
    """
    place = place_of(caller, body.workspace or DEFAULT)
    async with state.database.transaction() as connection:
        applied = await apply(connection, state.settings, body, place, caller.label)
        for each in applied.changes if applied.done else []:
            if each.change is not ChangeKind.NONE:
                row = {"name": each.name, "instance": place}
                await _note(connection, caller, each.change, row, **{"from": "file"})
    return applied


@router.get("", summary="List the schedules")
async def get_all(_: MemberReader, state: Services, workspace: OfWorkspace = None) -> SchedulesView:
    async with state.database.transaction() as connection:
        return await schedule_views(connection, workspace)


@router.get("/{schedule}", summary="Show a schedule with its newest runs")
async def get_one(schedule: Schedule, _: MemberReader, state: Services) -> ScheduleDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await schedule_detail(connection, state.settings, schedule)


@router.get("/{schedule}/runs", summary="List the runs of a schedule, the newest first")
async def get_runs(
    schedule: Schedule, _: MemberReader, state: Services, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> RunsView:
    """One line for each moment at which it was due: what was made, or why nothing was."""
    async with state.database.transaction() as connection:
        row = await found(connection, schedule)
        return RunsView(runs=run_views(await list_runs(connection, row["id"], limit)))


@router.put("/{schedule}", summary="Write a schedule anew; fields left out get their defaults")
async def put(schedule: Schedule, body: ScheduleBody, caller: MemberOperator, state: Services) -> ScheduleDetailView:
    """The same definition again changes nothing."""
    async with state.database.transaction() as connection:
        row = await changing.change(connection, state.settings, schedule, body, caller.label)
        await _note(connection, caller, "change", row, when=timing_in_words(body.timing))
        return await schedule_detail(connection, state.settings, _of(row))


@router.delete("/{schedule}", status_code=204, summary="Delete a schedule; what it made stays")
async def delete(schedule: Schedule, caller: MemberOperator, state: Services) -> None:
    async with state.database.transaction() as connection:
        row = await changing.remove(connection, schedule, caller.label)
        await _note(connection, caller, "delete", row)


@router.post("/{schedule}/pause", summary="Pause a schedule")
async def pause(schedule: Schedule, body: PauseReason, caller: MemberOperator, state: Services) -> ScheduleDetailView:
    """Tasks that it made go on."""
    async with state.database.transaction() as connection:
        row = await changing.pause(connection, schedule, body.reason, caller.label)
        await _note(connection, caller, "pause", row, reason=body.reason)
        return await schedule_detail(connection, state.settings, _of(row))


@router.post("/{schedule}/resume", summary="Resume a schedule")
async def resume(schedule: Schedule, caller: MemberOperator, state: Services) -> ScheduleDetailView:
    """What passed meanwhile is not made up for. One that was deleted on the Temporal side comes back."""
    async with state.database.transaction() as connection:
        row = await changing.resume(connection, schedule, caller.label)
        await _note(connection, caller, "resume", row)
        return await schedule_detail(connection, state.settings, _of(row))


@router.post("/{schedule}/run", status_code=202, summary="Run a schedule now, beside its times")
async def run_now(schedule: Schedule, caller: MemberOperator, state: Services) -> ScheduleOrderView:
    async with state.database.transaction() as connection:
        row = await changing.run_now(connection, schedule)
        await _note(connection, caller, "run", row)
    return ScheduleOrderView(ordered="run")


@router.post("/{schedule}/backfill", status_code=202, summary="Make up for the runs of a time that is over")
async def backfill(schedule: Schedule, body: Backfill, caller: MemberOperator, state: Services) -> ScheduleOrderView:
    """Moments that were run are not run again. At most 100 at once."""
    async with state.database.transaction() as connection:
        row, count = await changing.backfill(connection, schedule, body)
        await _note(connection, caller, "backfill", row, runs=count)
    return ScheduleOrderView(ordered="backfill", runs=count)


def _of(row: Mapping[Any, Any]) -> Named:
    return Named(str(row["id"]))


async def _note(
    connection: AsyncConnection, caller: Principal, verb: str, row: Mapping[Any, Any], **details: Any
) -> None:
    await audit_in(connection, caller, f"schedule.{verb}", row["name"], row["instance"], **details)
