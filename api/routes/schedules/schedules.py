"""Routes of schedules: write, read, preview, steer. A schedule is named by its name or its id."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.audit import audit
from api.idempotency import IdempotencyKey
from api.security.principal import Operator, Reader, Submitter
from api.state import Services
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
from db.schedules.runs import list_runs
from services.schedules import changing
from services.schedules.applying import apply
from services.schedules.plain_language import read_schedules
from services.schedules.views import preview, run_views, schedule_detail, schedule_views
from services.tasks.idempotency import once

router = APIRouter(prefix="/schedules", tags=["schedules"])

ScheduleKey = Annotated[str, Path(max_length=100, description="Name or id")]


@router.post("", status_code=201, response_model=ScheduleDetailView, summary="Create a schedule")
async def create(
    body: NewSchedule, caller: Submitter, state: Services, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """A schedule answered with 201 runs, even if Temporal is down right now: `state` is `waiting` until that has it."""
    async with state.database.transaction() as connection:

        async def act() -> ScheduleDetailView:
            row = await changing.create(connection, state.settings, body, caller.label)
            await audit(connection, caller, "schedule.create", body.name, when=timing_in_words(body.timing))
            return await schedule_detail(connection, state.settings, str(row["id"]))

        answer = await once(connection, (caller.label, "POST /schedules"), idempotency_key, body, act)
    return JSONResponse(answer, 201)


@router.post("/preview", summary="Preview the next runs of a timing; nothing is created")
async def preview_runs(body: PreviewRequest, _: Reader) -> PreviewView:
    """`note` says what the clocks do where they are changed."""
    return preview(body)


@router.post("/parse", summary="Parse a sentence into schedules; nothing is created")
async def parse_text(body: SentenceBody, _: Reader, state: Services) -> ReadSchedulesView:
    """ "every morning at 7 crawl reddit for NVDA": bodies for `POST /schedules`, or questions."""
    async with state.database.transaction() as connection:
        zone = body.timezone or state.settings.timezone
        return await read_schedules(connection, body.text, zone, state.settings.listed_companies)


@router.post("/apply", summary="Change the schedules to what a file says, all of it or nothing")
async def apply_file(body: Apply, caller: Operator, state: Services) -> AppliedView:
    """With `dry_run` only what would be changed. Schedules that are not in it stay, unless `prune` is set."""
    async with state.database.transaction() as connection:
        applied = await apply(connection, state.settings, body, caller.label)
        for each in applied.changes if applied.done else []:
            if each.change is not ChangeKind.NONE:
                await audit(connection, caller, f"schedule.{each.change}", each.name, **{"from": "file"})
    return applied


@router.get("", summary="List the schedules")
async def get_all(_: Reader, state: Services) -> SchedulesView:
    async with state.database.transaction() as connection:
        return await schedule_views(connection)


@router.get("/{schedule}", summary="Show a schedule with its newest runs")
async def get_one(schedule: ScheduleKey, _: Reader, state: Services) -> ScheduleDetailView:
    async with state.database.transaction(snapshot=True) as connection:
        return await schedule_detail(connection, state.settings, schedule)


@router.get("/{schedule}/runs", summary="List the runs of a schedule, the newest first")
async def get_runs(
    schedule: ScheduleKey, _: Reader, state: Services, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> RunsView:
    """One line for each moment at which it was due: what was made, or why nothing was."""
    async with state.database.transaction() as connection:
        row = await changing.found(connection, schedule)
        return RunsView(runs=run_views(await list_runs(connection, row["id"], limit)))


@router.put("/{schedule}", summary="Write a schedule anew; fields left out get their defaults")
async def put(schedule: ScheduleKey, body: ScheduleBody, caller: Operator, state: Services) -> ScheduleDetailView:
    """The same definition again changes nothing."""
    async with state.database.transaction() as connection:
        row = await changing.change(connection, state.settings, schedule, body, caller.label)
        await audit(connection, caller, "schedule.change", row["name"], when=timing_in_words(body.timing))
        return await schedule_detail(connection, state.settings, str(row["id"]))


@router.delete("/{schedule}", status_code=204, summary="Delete a schedule; what it made stays")
async def delete(schedule: ScheduleKey, caller: Operator, state: Services) -> None:
    async with state.database.transaction() as connection:
        row = await changing.remove(connection, schedule, caller.label)
        await audit(connection, caller, "schedule.delete", row["name"])


@router.post("/{schedule}/pause", summary="Pause a schedule")
async def pause(schedule: ScheduleKey, body: PauseReason, caller: Operator, state: Services) -> ScheduleDetailView:
    """Tasks that it made go on."""
    async with state.database.transaction() as connection:
        row = await changing.pause(connection, schedule, body.reason, caller.label)
        await audit(connection, caller, "schedule.pause", row["name"], reason=body.reason)
        return await schedule_detail(connection, state.settings, str(row["id"]))


@router.post("/{schedule}/resume", summary="Resume a schedule")
async def resume(schedule: ScheduleKey, caller: Operator, state: Services) -> ScheduleDetailView:
    """What passed meanwhile is not made up for. One that was deleted on the Temporal side comes back."""
    async with state.database.transaction() as connection:
        row = await changing.resume(connection, schedule, caller.label)
        await audit(connection, caller, "schedule.resume", row["name"])
        return await schedule_detail(connection, state.settings, str(row["id"]))


@router.post("/{schedule}/run", status_code=202, summary="Run a schedule now, beside its times")
async def run_now(schedule: ScheduleKey, caller: Operator, state: Services) -> ScheduleOrderView:
    async with state.database.transaction() as connection:
        row = await changing.run_now(connection, schedule)
        await audit(connection, caller, "schedule.run", row["name"])
    return ScheduleOrderView(ordered="run")


@router.post("/{schedule}/backfill", status_code=202, summary="Make up for the runs of a time that is over")
async def backfill(schedule: ScheduleKey, body: Backfill, caller: Operator, state: Services) -> ScheduleOrderView:
    """Moments that were run are not run again. At most 100 at once."""
    async with state.database.transaction() as connection:
        row, count = await changing.backfill(connection, schedule, body)
        await audit(connection, caller, "schedule.backfill", row["name"], runs=count)
    return ScheduleOrderView(ordered="backfill", runs=count)
