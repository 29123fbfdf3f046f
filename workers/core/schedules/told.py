"""Builds the schedule of Temporal of its row, and tells it apart from what somebody made of it there."""

import hashlib
from datetime import datetime, timedelta

import temporalio.api.schedule.v1 as schedule_api
from sqlalchemy import RowMapping
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
)

from contracts import names
from contracts.schedules.calendars import Calendar, Told, told
from contracts.schedules.requests import Overlap, ScheduleBody
from contracts.schedules.work import ScheduleOrder
from services.schedules.bodies import body_of

_OVERLAPS = {each: ScheduleOverlapPolicy[each.name] for each in Overlap}
#: Temporal takes no shorter one.
_SHORTEST_WINDOW = timedelta(seconds=10)


def told_of(row: RowMapping, now: datetime) -> Told:
    body = body_of(row)
    return told(body.timing, now, since=max(row["seen_until"], now - body.window))


def schedule_of(row: RowMapping, said: Told) -> Schedule:
    """As Temporal shall have it."""
    body = body_of(row)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            names.SCHEDULE_RUN_WORKFLOW,
            ScheduleOrder(schedule_id=row["id"]),
            id=names.schedule_id(row["id"]),
            task_queue=names.CORE_QUEUE,
            static_summary=f"schedule {row['name']}",
        ),
        spec=_spec(body, said),
        policy=SchedulePolicy(
            overlap=_OVERLAPS[body.overlap],
            catchup_window=max(body.window, _SHORTEST_WINDOW),
        ),
        state=ScheduleState(
            paused=row["paused"],
            note=row["note"] or None,
            limited_actions=row["remaining"] is not None,
            remaining_actions=row["remaining"] or 0,
        ),
    )


def print_of(spec: schedule_api.ScheduleSpec) -> str:
    """A digest of when it is due, as Temporal says it."""
    return hashlib.sha256(spec.SerializeToString(deterministic=True)).hexdigest()[:32]


def _spec(body: ScheduleBody, said: Told) -> ScheduleSpec:
    return ScheduleSpec(
        calendars=[_calendar(each) for each in said.calendars],
        intervals=[ScheduleIntervalSpec(every=said.every, offset=said.offset)] if said.every else [],
        start_at=body.timing.starts_at,
        end_at=body.timing.ends_at,
        jitter=timedelta(seconds=body.jitter) if body.jitter else None,
        time_zone_name=said.zone,
    )


def _calendar(said: Calendar) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(
        second=_ranges(said.seconds),
        minute=_ranges(said.minutes),
        hour=_ranges(said.hours) or [ScheduleRange(0, 23)],
        day_of_month=_ranges(said.days) or [ScheduleRange(1, 31)],
        month=_ranges(said.months) or [ScheduleRange(1, 12)],
        day_of_week=_ranges(said.weekdays) or [ScheduleRange(0, 6)],
        year=_ranges(said.years),
    )


def _ranges(values: tuple[int, ...]) -> list[ScheduleRange]:
    """Neighbours as one range."""
    found: list[ScheduleRange] = []
    for value in values:
        if found and found[-1].end == value - 1:
            found[-1] = ScheduleRange(found[-1].start, value)
        else:
            found.append(ScheduleRange(value, value))
    return found
