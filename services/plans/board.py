"""The rows of a plan as the engine uses them: read when it asks, written together when it is done."""

import contextlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import task_of_part
from contracts.plans.plan import Step, step_of
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.tasks.requests import Submission
from db.plans.rows import PlanRows, lock_plan
from plans.expressions import MOST_READ, CannotEvaluate
from plans.state import Gone, PartState, PlanState, StepState, Told, Unfit
from services.errors import TaskNotFound, WrongState
from services.plans.stuck import own_failure
from services.tasks import steer
from services.tasks.approvals import Approvals
from services.tasks.submit import Checked, PlanPlace, submit, validate
from services.workspaces.quotas import room_for_new, room_to_reopen

#: Events know the words of tasks only.
_AS_TASKS = {StepStatus.SKIPPED: "cancelled"}
#: Who has tasks end and run again where no person does.
_BY_ITSELF = "plan"
Key = tuple[str, int]


class PlanBoard:
    """A `plans.state.Board` of one plan that this transaction has locked."""

    def __init__(self, connection: AsyncConnection, settings: ServerSettings, row: RowMapping) -> None:
        self.row = row
        self.rows = PlanRows(connection, row["id"])
        self.plan = _plan_of(row)
        self.actor: str | None = None
        self._approvals = Approvals(settings, row["created_by"])
        self._review_seconds = settings.approval_hours * 3_600
        self._steps: dict[str, tuple[StepState, StepState]] = {}
        self._parts: dict[Key, tuple[PartState, PartState]] = {}
        #: Of steps that were read as a whole, until one of their parts changes: many tasks may read the same.
        self._results: dict[str, Sequence[dict[str, Any] | None]] = {}
        self._begun: set[Key] = set()
        self._tasks: list[tuple[PlanPlace, Submission, Checked]] = []
        self._told: list[dict[str, Any]] = []

    @classmethod
    async def of(cls, connection: AsyncConnection, settings: ServerSettings, plan_id: uuid.UUID) -> "PlanBoard | None":
        """Locks the plan; None: there is no such plan."""
        row = await lock_plan(connection, plan_id)
        return cls(connection, settings, row) if row is not None else None

    async def steps(self, names: Collection[str]) -> dict[str, StepState]:
        missing = [name for name in dict.fromkeys(names) if name not in self._steps]
        if missing:
            for row in await self.rows.steps(missing):
                state = _step_of(row)
                self._steps[state.id] = state, replace(state)
        return {name: self._steps[name][0] for name in names}

    async def parts(self, keys: Collection[Key]) -> dict[Key, PartState]:
        missing = [key for key in dict.fromkeys(keys) if key not in self._parts]
        if missing:
            self.keep(await self.rows.parts(missing))
        return {key: self._parts[key][0] for key in keys if key in self._parts}

    async def results(self, step: str) -> Sequence[dict[str, Any] | None]:
        await self._write_parts()
        if step not in self._results:
            size = await self.rows.size_of_results(step)
            if size > MOST_READ:
                raise CannotEvaluate(
                    f"the results of step '{step}' are {size} bytes; {MOST_READ} are the most that can be read at once."
                )
            self._results[step] = await self.rows.results(step)
        return self._results[step]

    async def count_parts(self) -> int:
        await self._write_steps()
        return await self.rows.count_parts()

    async def add_parts(self, parts: Sequence[PartState]) -> None:
        rows = [{"step": p.step, "place": p.place, "waits_for": p.waits_for, "entry": p.entry} for p in parts]
        await self.rows.add_parts(rows)
        for part in parts:
            self._results.pop(part.step, None)

    async def release(self, step: str) -> int:
        await self._write_parts()
        released = await self.rows.release(step)
        for part, before in self._parts.values():
            if part.step == step and part.status is StepStatus.BLOCKED and not part.waits_for:
                part.status = before.status = StepStatus.PENDING
        return released

    async def ready(self, limit: int, *, compensating: bool) -> Sequence[PartState]:
        await self._write_parts()
        await self._write_steps()
        return self.keep(await self.rows.ready(limit, compensating=compensating))

    async def room(self, most: int, at_least: int = 0) -> int:
        """How many tasks may begin now, up to so many: a plan waits for room in its workspace.

        Args:
            at_least: so many, however many are open there, where any may be.
        """
        return await room_for_new(self.rows.connection, self.row["instance"], most, at_least)

    async def room_again(self, most: int) -> int:
        """How many tasks that were over may run once more now, up to so many."""
        return await room_to_reopen(self.rows.connection, self.row["instance"], most)

    @property
    def new_tasks(self) -> int:
        """How many tasks have begun and are still to be written."""
        return len(self._tasks)

    async def has_ready(self) -> bool:
        """Whether a part could begin."""
        is_open = self.plan.status is PlanStatus.RUNNING and not self.plan.cancelling
        return is_open and bool(await self.ready(1, compensating=self.plan.stopping))

    async def under_way(self, limit: int) -> list[PartState]:
        """Those that run or wait for a review, and were not told to end; no sessions, which are closed after them."""
        await self._write_parts()
        return self.keep(await self.rows.under_way(self.plan.sessions, limit))

    async def unreviewed(self, limit: int) -> list[PartState]:
        """Those whose results nobody has looked at in time."""
        await self._write_parts()
        return self.keep(await self.rows.unreviewed(limit))

    async def overdue(self, limit: int) -> list[PartState]:
        """Those that run longer than their deadlines allow, and were not told to end."""
        await self._write_parts()
        return self.keep(await self.rows.overdue(limit))

    async def create_task(self, part: PartState, params: dict[str, Any]) -> uuid.UUID:
        step = self._steps[part.step][0].step
        task_id = task_of_part(self.plan.id, part.step, part.place)
        try:
            submission = _submission(step, params, self.row)
            checked = validate(submission, self._approvals, in_plan=True)
        except InvalidTaskParams as error:
            raise Unfit("; ".join(f"{where}: {what}" for where, what in error.errors)) from None
        except (UnknownTaskType, ValueError) as error:
            raise Unfit(str(error)) from None
        session = None if step.session is None else task_of_part(self.plan.id, step.session, 0)
        self._tasks.append((PlanPlace(task_id, self.plan.id, part.step, part.place, session), submission, checked))
        self._begun.add(part.key)
        return task_id

    async def run_again(self, part: PartState) -> None:
        if part.task_id is not None:
            await self.rows.restore(part.task_id)
            try:
                await steer.retry(self.rows.connection, part.task_id, _BY_ITSELF)
            except WrongState:
                # It runs again already, and the plan will hear of that.
                pass
            except TaskNotFound:
                raise Gone(f"The task of {part.step} was deleted, so it cannot run again.") from None

    async def end_task(self, part: PartState) -> None:
        if part.task_id is not None:
            await self._write_tasks()
            # It has just ended by itself, and the plan will hear of that.
            with contextlib.suppress(WrongState, TaskNotFound):
                await steer.cancel(self.rows.connection, part.task_id, self.row["cancelled_by"] or _BY_ITSELF)

    async def in_session(self, name: str) -> tuple[int, int]:
        await self._write_steps()
        return await self.rows.in_session(name)

    async def stranded(self, sessions: Collection[str], limit: int) -> list[PartState]:
        """Those that run in sessions which are lost, and were not told to end."""
        if not sessions:
            return []
        await self._write_parts()
        return self.keep(await self.rows.stranded(sessions, limit))

    def tell(self, told: Told) -> None:
        status = _AS_TASKS.get(StepStatus(told.status), str(told.status))
        self._told.append({"type": told.type, "status": status, "actor": self.actor, "details": told.details})

    def keep(self, rows: Sequence[RowMapping]) -> list[PartState]:
        """Parts that were read; those that are known already stay as they are."""
        found = []
        for row in rows:
            key = row["step"], row["place"]
            if key not in self._parts:
                part = _part_of(row)
                self._parts[key] = part, replace(part)
            found.append(self._parts[key][0])
        return found

    async def write(self) -> None:
        """All that changed."""
        await self._write_tasks()
        await self._write_parts()
        await self._write_steps()
        await self.rows.tell(self._told, self.row["round"])
        self._told.clear()
        values = asdict(self.plan)
        for name in ("id", "inputs", "parallel", "sessions"):
            del values[name]
        failure = None if self.plan.failure is None else json.dumps(self.plan.failure, default=str)
        await self.rows.write_plan({**values, "status": self.plan.status.value, "failure": failure})

    async def _write_tasks(self) -> None:
        if self._tasks:
            places, submissions, checked = zip(*self._tasks, strict=True)
            connection, by = self.rows.connection, self.row["created_by"]
            await submit(connection, submissions, checked, by, places=places)
            self._tasks.clear()

    async def _write_parts(self) -> None:
        changed = [key for key, (part, before) in self._parts.items() if part != before]
        await self.rows.write_parts([self._row(key) for key in changed])
        for key in changed:
            part = self._parts[key][0]
            self._results.pop(part.step, None)
            self._parts[key] = part, replace(part)
            self._begun.discard(key)

    def _row(self, key: Key) -> dict[str, Any]:
        part, before = self._parts[key]
        # Also one that was told to end, ended, and was begun again, all since the last advance.
        runs_on = before.status is StepStatus.RUNNING and not (before.ending and not part.ending)
        runs_anew = part.status is StepStatus.RUNNING and not runs_on
        seconds = self._steps[part.step][0].step.deadline_seconds if runs_anew else None
        return {
            **asdict(part),
            "begun": key in self._begun,
            "runs_anew": runs_anew,
            "deadline_seconds": seconds,
            "reviewed_anew": part.reviews != before.reviews,
            "review_seconds": self._time_to_review(part.step),
        }

    def _time_to_review(self, step: str) -> float:
        known = self._steps.get(step)
        return (known and known[0].step.review_seconds) or self._review_seconds

    async def _write_steps(self) -> None:
        changed = [name for name, (state, before) in self._steps.items() if state != before]
        rows = [{**_counted(self._steps[name][0]), "step": name} for name in changed]
        await self.rows.write_steps(rows)
        for name in changed:
            state = self._steps[name][0]
            self._steps[name] = state, replace(state)


_COUNTED = ("status", "waits_for", "ran", "parts", "open_parts", "ready", "active", "succeeded", "failed", "error")


def _counted(state: StepState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _COUNTED}


def _plan_of(row: RowMapping) -> PlanState:
    names = ("id", "inputs", "open_steps", "stopping", "cancelling", "open_compensations", "active")
    same = {**{name: row[name] for name in names}, "failure": own_failure(row["failure"])}
    more = {"stopped_by": row["stopped_by"], "parallel": row["parallel"], "sessions": tuple(row["sessions"])}
    return PlanState(**same, **more, status=PlanStatus(row["status"]))


def _step_of(row: RowMapping) -> StepState:
    same = {name: row[name] for name in (*_COUNTED, "family", "compensates") if name != "status"}
    tuples: dict[str, Any] = {name: tuple(row[name]) for name in ("needed_by", "members", "compensations")}
    step = step_of(row["definition"])
    return StepState(step=step, status=StepStatus(row["status"]), **same, **tuples)


def _part_of(row: RowMapping) -> PartState:
    return PartState(**{**row, "status": StepStatus(row["status"])})


def _submission(step: Step, params: dict[str, Any], row: RowMapping) -> Submission:
    return Submission(
        task_type=step.task_type,
        params=params,
        priority=row["priority"] if step.priority is None else step.priority,
        tags=list(dict.fromkeys([*(row["tags"] or []), *step.tags])),
        capability=step.capability,
        retry=step.retry,
        timeouts=step.timeouts,
        needs_approval=step.needs_approval,
        workspace=row["instance"],
    )
