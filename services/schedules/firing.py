"""Makes what is due: once for each moment, whoever dies in between and however often it is asked.

The row of the run, the tasks or the plan and their commands are one transaction behind the lock of the schedule's row.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.occurrences import due_between, next_due
from contracts.schedules.requests import ON_TIME, Missed, Overlap, ScheduleBody
from contracts.schedules.views import RunOutcome
from contracts.schedules.work import Fired, Made
from contracts.settings import ServerSettings
from db.schedules.runs import (
    find_run,
    note_cancelled,
    note_passed,
    note_replaced,
    note_seen_until,
    open_plans,
    open_plans_of_run,
    open_tasks,
    open_tasks_of_run,
    put_run,
)
from db.schedules.schedules import is_change_on_its_way, is_pause_on_its_way, lock_schedule
from services.errors import BadInput, PlanNotFound, TaskNotFound, WrongState
from services.plans.steer import Steering
from services.reading import CannotBeRead
from services.schedules.actions import Outcome, do_action
from services.schedules.bodies import body_of
from services.schedules.closing import pause_after
from services.tasks import steer
from services.tasks.approvals import Approvals

#: Moments that were missed and are written down, at most, and how far back.
_MOST_PASSED = 100
_FARTHEST_BACK = timedelta(days=7)
_JUST_BEFORE = timedelta(microseconds=1)
_LONGEST_WHY = 500
_NOBODY = "Nobody was there to run it."
_PAUSED = "It was paused, and Temporal did not know that yet."
_CHANGED = "It was changed: this moment is of what it was before, and Temporal did not know that yet."
_NOTHING = Outcome()


async def fire(
    connection: AsyncConnection, settings: ServerSettings, fired: Fired, now: datetime | None = None
) -> Made:
    """Make what is due. Asked again it says the same and does nothing more; the caller commits."""
    row = await lock_schedule(connection, fired.schedule_id)
    if row is None or row["deleted_at"] is not None:
        return Made(said="There is no such schedule any more.")
    known = await find_run(connection, fired.schedule_id, fired.due)
    if known is not None and known["outcome"] not in (RunOutcome.MISSED, RunOutcome.SKIPPED):
        return Made(
            run_id=known["id"], tasks=len(known["task_ids"]), plan_id=known["plan_id"],
            waits=known["waiting_workflow"] is not None,
        )  # fmt: skip
    is_held = row["paused"] and await is_pause_on_its_way(connection, fired.schedule_id)
    try:
        body = body_of(row)
    except CannotBeRead as error:
        # Asked again and again, it would stand before every later run. Once mended, the moment may be made up for.
        if is_held and not fired.is_backfill:
            return await _passed_over(connection, fired, RunOutcome.SKIPPED, _PAUSED)
        return await _passed_over(connection, fired, RunOutcome.MISSED, error.detail)
    now = now or datetime.now(UTC)
    firing = _Firing(connection, settings, row["name"], row["created_by"], body, fired, row["seen_until"], now)
    if firing.is_by_hand:
        if not fired.is_backfill and await is_change_on_its_way(connection, fired.schedule_id, fired.due):
            return await _passed_over(connection, fired, RunOutcome.SKIPPED, _CHANGED)
        return await firing.run(fired.due)
    if is_held:
        return await _passed_over(connection, fired, RunOutcome.SKIPPED, _PAUSED)
    due = await firing.due_now()
    return Made(said=_NOBODY) if due is None else await firing.run(due)


async def set_aside(connection: AsyncConnection, fired: Fired, why: str) -> Made:
    """What is due cannot be made, however often it is tried: its run has failed. Else it would stand before every later
    one, where those wait for each other. The caller commits."""
    row = await lock_schedule(connection, fired.schedule_id)
    if row is None or row["deleted_at"] is not None:
        return Made(said="There is no such schedule any more.")
    said = f"It could not be made: {why}."[:_LONGEST_WHY]
    made = await _passed_over(connection, fired, RunOutcome.FAILED, said)
    definition = row["definition"]
    if isinstance(definition, dict) and definition.get("pause_on_failure") is True:
        await pause_after(connection, fired.schedule_id, said)
    return made


async def _passed_over(connection: AsyncConnection, fired: Fired, outcome: RunOutcome, why: str) -> Made:
    run_id = await put_run(connection, fired.schedule_id, fired.due, outcome, why=why[:_LONGEST_WHY])
    return Made(run_id=run_id, said=why)


@dataclass(frozen=True)
class _Firing:
    """One call, with the row of the schedule locked."""

    connection: AsyncConnection
    settings: ServerSettings
    name: str
    made_by: str
    body: ScheduleBody
    fired: Fired
    seen_until: datetime
    now: datetime

    @property
    def is_by_hand(self) -> bool:
        """No moment of its own, or made up for by somebody: Temporal itself starts nothing later than the window."""
        own = next_due(self.body.timing, self.fired.due - _JUST_BEFORE, 1)
        is_own = bool(own) and own[0].at == self.fired.due
        return not is_own or self.fired.is_backfill or self.fired.started - self.fired.due > self.body.window + ON_TIME

    async def due_now(self) -> datetime | None:
        """The moment to run: that of the call, the newest that stands for it, or none. Others are written down."""
        id_, due = self.fired.schedule_id, self.fired.due
        if self.now - due > ON_TIME and self.body.missed is Missed.LAST:
            due = max(due_between(self.body.timing, due, self.now, 1), default=due)
        is_missed = self.now - due > self.body.window
        passed = self._passed(due)
        if self.body.missed is not Missed.ALL:
            passed = [*passed, self.fired.due] if is_missed or due != self.fired.due else passed
        elif is_missed:
            passed = [due]
        else:
            # The others are on their way.
            passed = []
        await note_passed(self.connection, id_, passed, _NOBODY, self.body.timing.zone)
        await note_seen_until(self.connection, id_, due)
        if is_missed or (due != self.fired.due and await find_run(self.connection, id_, due) is not None):
            return None
        return due

    def _passed(self, due: datetime) -> list[datetime]:
        """Moments before ``due`` that have no row yet."""
        since = max(self.seen_until, due - _FARTHEST_BACK)
        return due_between(self.body.timing, since, due - _JUST_BEFORE, _MOST_PASSED)

    async def run(self, due: datetime) -> Made:
        """Make what this moment makes."""
        created_by = signature(self.name)
        try:
            # Where the new ones are refused, those of the run before go on.
            async with self.connection.begin_nested():
                if self.body.overlap in (Overlap.CANCEL_OTHER, Overlap.TERMINATE_OTHER):
                    await self._cancel_others(created_by)
                approvals = Approvals(self.settings, self.made_by)
                made = await do_action(self.connection, self.body.action, approvals, created_by)
        except BadInput as error:
            why = " ".join([error.detail, *(f"{field} {said}." for field, said in error.errors[:3])])[:_LONGEST_WHY]
            run_id = await self._put(due, RunOutcome.FAILED, why)
            if self.body.pause_on_failure:
                await pause_after(self.connection, self.fired.schedule_id, why)
            return Made(run_id=run_id, said=why)
        if not made:
            return Made(run_id=await self._put(due, RunOutcome.SUCCEEDED, "The watchlist has no ticker."))
        why = "" if due == self.fired.due else "Stands for those that were missed."
        run_id = await self._put(due, RunOutcome.RUNNING, why, made)
        return Made(run_id=run_id, tasks=len(made.task_ids), plan_id=made.plan_id, waits=self.body.waits)

    async def _put(self, due: datetime, outcome: RunOutcome, why: str, made: Outcome = _NOTHING) -> int | None:
        waiting = self.fired.workflow_id if made and self.body.waits else None
        return await put_run(
            self.connection, self.fired.schedule_id, due, outcome, why=why or None, task_ids=made.task_ids,
            plan_id=made.plan_id, waiting_workflow=waiting,
        )  # fmt: skip

    async def _cancel_others(self, by: str) -> None:
        await note_replaced(self.connection, self.fired.schedule_id)
        await _cancel(self.connection, await open_tasks(self.connection, self.fired.schedule_id), by)
        await _cancel_plans(
            self.connection, self.settings, await open_plans(self.connection, self.fired.schedule_id), by
        )


async def cancel_run(connection: AsyncConnection, settings: ServerSettings, run_id: int, by: str) -> None:
    """Ask for the end of what a run made."""
    await note_cancelled(connection, run_id)
    await _cancel(connection, await open_tasks_of_run(connection, run_id), by)
    await _cancel_plans(connection, settings, await open_plans_of_run(connection, run_id), by)


async def _cancel(connection: AsyncConnection, ids: list[UUID], by: str) -> None:
    for id_ in ids:
        try:
            await steer.cancel(connection, id_, by)
        except (TaskNotFound, WrongState):
            # It ended meanwhile.
            continue


async def _cancel_plans(connection: AsyncConnection, settings: ServerSettings, ids: list[UUID], by: str) -> None:
    for id_ in ids:
        try:
            await (await Steering.of(connection, settings, id_, by)).cancel()
        except (PlanNotFound, WrongState):
            # It ended meanwhile.
            continue


def signature(name: str) -> str:
    """How a schedule signs what it creates."""
    return f"schedule:{name}"
