"""Decides what a plan does next. It is told what ended, and leaves the rows as they are to be then.

A part is one task of a step. Whoever waits for a step is told once all its parts are over; a step with the same entries
(`each_of`) waits part by part. A part that failed in a way that stops the plan is never told of: what needs it still
waits, and so a repair has nothing to take back.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from contracts.plans.plan import MOST_PARTS, OnFailure
from contracts.plans.statuses import OVER, UNDER_WAY, PlanStatus, StepStatus
from plans.check import entries_of
from plans.expressions import BadExpression, CannotEvaluate, check_together, is_true
from plans.seen import expressions_of, values_for
from plans.sessions import Sessions
from plans.state import Board, End, Failure, PartState, StepState, Told, Unfit, failure_of
from plans.templates import expression_of, fill

#: Of failures that no task had.
EXPRESSION_FAILED = "ExpressionFailed"
DEADLINE = "DeadlineExceeded"
REVIEW_EXPIRED = "ReviewExpired"
#: An advance that has taken so long leaves the rest to the next one.
_LONGEST_SECONDS = 10.0
_NOT_WELL = frozenset({StepStatus.FAILED, StepStatus.CANCELLED})


class Engine:
    """For one advance of one plan."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._plan = board.plan
        self._over: deque[StepState] = deque()
        #: Steps that were over in this advance: one without entries may be found to be so twice.
        self._counted: set[str] = set()
        self._ready: deque[StepState] = deque()
        self.sessions = Sessions(board, self.reopen)

    async def begin(self, names: Sequence[str]) -> None:
        """The steps of a new plan that wait for nothing."""
        self._ready.extend((await self._board.steps(names)).values())

    async def hear(self, end: End) -> None:
        """A task of the plan is over, or one that was over runs again."""
        part = (await self._board.parts([(end.step, end.place)])).get((end.step, end.place))
        if part is None:
            return
        if end.status is None:
            await self._runs_again(part, end)
            return
        if part.status in UNDER_WAY:
            step = await self._step(part.step)
            end = await self.sessions.understood(end, step, part)
            part.result, part.error = end.result, end.error
            if end.status is None:
                self._tell(part)
            elif end.status is StepStatus.SUCCEEDED and step.step.needs_review:
                part.status = step.status = StepStatus.REVIEW
                self._tell(part)
            else:
                await self.settle(part, end.status)

    async def _runs_again(self, part: PartState, end: End) -> None:
        step = await self._step(part.step)
        if part.status in OVER:
            await self.reopen(part, StepStatus.RUNNING)
        elif part.status is StepStatus.REVIEW:
            part.status = step.status = StepStatus.RUNNING
            part.ending = part.overdue = False
            self._tell(part)
            await self._open_session(step, part)
        elif not end.told_to_end:
            # What it was told was for the run before, whose end nobody has looked at.
            part.ending = part.overdue = False

    async def _open_session(self, step: StepState, part: PartState) -> None:
        """For a task that runs already; it has failed if there cannot be one."""
        why = await self.sessions.missing_for(step)
        if why is not None:
            await self._board.end_task(part)
            part.error = why
            await self.settle(part, StepStatus.FAILED)

    async def expire(self, part: PartState) -> None:
        """Nobody has looked at this result in time."""
        part.error = failure_of(REVIEW_EXPIRED, "Nobody looked at its result in time.")
        await self.settle(part, StepStatus.FAILED)

    async def settle(self, part: PartState, status: StepStatus) -> None:
        """A part is over with this status, whatever it was before."""
        step = await self._step(part.step)
        self._leave(step, part)
        if part.overdue and status is StepStatus.CANCELLED:
            status, part.error = StepStatus.FAILED, failure_of(DEADLINE, "It took longer than its deadline allows.")
        part.status = status
        step.succeeded += status is StepStatus.SUCCEEDED
        self._tell(part)
        if status in _NOT_WELL:
            step.failed += 1
            if await self._stops(step, part.error, part.place):
                self._plan.stopped_by += 1
                part.stops = part.told
                step.status = status
                return
        await self._tell_of(step, part)

    async def reopen(self, part: PartState, status: StepStatus) -> None:
        """A part that is over goes on: its task runs again, or it is to begin (PENDING)."""
        step = await self._step(part.step)
        self._take_back(step, part)
        step.succeeded -= part.status is StepStatus.SUCCEEDED
        part.status, part.ending, part.overdue, part.error = status, False, False, None
        if status is StepStatus.PENDING:
            step.ready += 1
        else:
            step.active += 1
            self._plan.active += 1
        step.status = StepStatus.RUNNING
        self._tell(part)
        if self._plan.status is not PlanStatus.RUNNING:
            # Whoever has a task of it run again wants it to.
            self._plan.cancelling = False
        self.go_on()
        if status is StepStatus.RUNNING:
            await self._open_session(step, part)

    async def decide(self, part: PartState, status: StepStatus, by: str, result: dict[str, Any] | None = None) -> None:
        """A person says how a part is over: with this result, or skipped."""
        step = await self._step(part.step)
        self._take_back(step, part)
        part.result, part.error, part.decided_by, part.overdue = result, None, by, False
        self.go_on()
        await self.settle(part, status)

    def _take_back(self, step: StepState, part: PartState) -> None:
        """Its failure, if there was one."""
        if part.status in _NOT_WELL:
            step.failed -= 1
            if part.stops or not part.told:
                self._plan.stopped_by -= 1
        part.stops = False

    async def again(self, step: StepState, *, skip: bool = False) -> None:
        """A step that failed before it had parts is tried again, or skipped."""
        step.error, step.status = None, StepStatus.BLOCKED
        self._plan.stopped_by -= 1
        self.go_on()
        if skip:
            await self._expand(step, None)
        else:
            self._ready.append(step)

    def go_on(self) -> None:
        """The plan runs again, unless a failure still keeps it from that."""
        plan = self._plan
        plan.status = PlanStatus.RUNNING
        if not plan.stopped_by and not plan.cancelling:
            plan.stopping, plan.failure = False, None

    async def run(self, most: int) -> bool:
        """Begin what can begin, so many parts at most; whether there may be more."""
        left, began = most, time.monotonic()
        await self._spread()
        while left > 0 and self._plan.status is PlanStatus.RUNNING and not self._plan.cancelling:
            room = MOST_PARTS if self._plan.parallel is None else self._plan.parallel - await self._taken()
            parts = await self._board.ready(min(left, room), compensating=self._plan.stopping) if room > 0 else ()
            if not parts:
                break
            for part in parts:
                await self._begin_part(part)
                left -= 1
                # Expressions are evaluated while nobody else here runs.
                await asyncio.sleep(0)
                if time.monotonic() - began > _LONGEST_SECONDS:
                    left = 0
                    break
            await self._spread()
        if self._plan.status is PlanStatus.RUNNING:
            await self.sessions.close_idle()
            if self._plan.is_over:
                self._end()
        return left <= 0

    async def _taken(self) -> int:
        """How many of the tasks that the plan may have at once it has: sessions only wait for the others."""
        return self._plan.active - await self.sessions.under_way()

    def _end(self) -> None:
        plan = self._plan
        if plan.failure is None:
            plan.status = PlanStatus.SUCCEEDED
        else:
            plan.status = PlanStatus.CANCELLED if plan.failure["type"] == "Cancelled" else PlanStatus.FAILED
        self._board.tell(Told(f"plan_{plan.status}", plan.status, plan.failure or {}))

    async def stop(self, failure: Failure) -> None:
        """Begin nothing more, also nothing that compensates; what is under way is somebody else's to cancel."""
        self._plan.stopping = self._plan.cancelling = True
        self._plan.failure = self._plan.failure or failure

    # What follows from what ended.

    async def _spread(self) -> None:
        while self._over or self._ready:
            if self._over:
                await self._step_over(self._over.popleft())
            else:
                await self._step_ready(self._ready.popleft())

    async def _tell_of(self, step: StepState, part: PartState) -> None:
        """Those who wait for this part alone, and the step."""
        if part.told:
            self._close(step)
            return
        part.told = True
        step.open_parts -= 1
        if step.family is not None:
            beside = [each for each in (await self._board.steps(step.needed_by)).values() if each.is_beside(step)]
            waiting = await self._board.parts([(each.id, part.place) for each in beside])
            for each in beside:
                other = waiting[each.id, part.place]
                other.waits_for -= 1
                other.ran = other.ran or part.status is not StepStatus.SKIPPED
                if not other.waits_for and not each.waits_for:
                    self._wait_for_room(each, other)
        if not step.open_parts and not step.waits_for:
            self._over.append(step)

    async def _step_over(self, step: StepState) -> None:
        if step.id in self._counted:
            return
        self._counted.add(step.id)
        self._close(step)
        if step.compensates:
            self._plan.open_compensations -= 1
        else:
            self._plan.open_steps -= 1
        for each in (await self._board.steps(step.needed_by)).values():
            if each.is_beside(step):
                continue
            each.waits_for -= 1
            each.ran = each.ran or step.status is not StepStatus.SKIPPED
            # What compensates begins when it is asked for.
            if not each.waits_for and (not each.compensates or each.status is StepStatus.RUNNING):
                self._ready.append(each)

    def _close(self, step: StepState) -> None:
        if step.open_parts or step.active or step.ready:
            return
        if step.failed or step.error:
            step.status = StepStatus.FAILED
        else:
            skipped = step.status is StepStatus.SKIPPED or (step.parts and not step.succeeded)
            step.status = StepStatus.SKIPPED if skipped else StepStatus.SUCCEEDED

    async def _step_ready(self, step: StepState) -> None:
        """All that it needs is over (but for entries of its own)."""
        if step.family is not None and step.family != step.id:
            # Its parts were made with those of the step whose entries it has, or will be.
            if step.parts is not None:
                await self._release(step)
        elif step.has_needs and not step.ran and not step.compensates:
            await self._expand(step, None)
        else:
            try:
                entries = await self._entries(step)
            except (BadExpression, CannotEvaluate) as error:
                await self._fail_step(step, failure_of(EXPRESSION_FAILED, f"for_each: {error}"))
            else:
                await self._expand(step, entries)

    async def _entries(self, step: StepState) -> list[Any]:
        match step.step.for_each:
            case None:
                return [None]
            case list() as given:
                return given
            case source:
                expression = expression_of(source)
                values = await values_for(self._board, step, None, [expression])
                check_together([expression], values)
                entries = entries_of(expression, values)
                await self._check_room(step, len(entries))
                return entries

    async def _check_room(self, step: StepState, entries: int) -> None:
        """Raises CannotEvaluate if the plan would have more tasks than one may; known lists were counted before."""
        tasks = await self._board.count_parts() + entries * len(step.members or (step.id,))
        if tasks > MOST_PARTS:
            raise CannotEvaluate(f"with its {entries} entries the plan has {tasks} tasks; {MOST_PARTS} are the most.")

    async def _fail_step(self, step: StepState, error: Failure) -> None:
        """Before it had parts."""
        step.error = error
        self._board.tell(Told("step_failed", StepStatus.FAILED, {"step": step.id, "error": error}))
        if await self._stops(step, error, None):
            self._plan.stopped_by += 1
            step.status = StepStatus.FAILED
        else:
            await self._expand(step, [])

    async def _expand(self, step: StepState, entries: list[Any] | None) -> None:
        """Make its parts, and those of all that have the same entries. None: they are skipped."""
        names = step.members or (step.id,)
        for each in (await self._board.steps(names)).values():
            each.parts = each.open_parts = len(entries or ())
            if entries is None:
                each.status = StepStatus.SKIPPED
                self._board.tell(Told("step_skipped", each.status, {"step": each.id}))
            beside = each.beside(names)
            await self._board.add_parts(
                [
                    PartState(each.id, place, waits_for=beside, entry=None if step.family is None else {"item": entry})
                    for place, entry in enumerate(entries or ())
                ]
            )
            if not each.waits_for:
                await self._release(each)

    async def _release(self, step: StepState) -> None:
        if step.parts == 0 and not step.open_parts:
            self._over.append(step)
            return
        step.ready += await self._board.release(step.id)
        if step.status is StepStatus.BLOCKED:
            step.status = StepStatus.PENDING
        if not step.open_parts:
            self._over.append(step)

    def _wait_for_room(self, step: StepState, part: PartState) -> None:
        part.status = StepStatus.PENDING
        step.ready += 1
        if step.status is StepStatus.BLOCKED:
            step.status = StepStatus.PENDING

    # Beginning a part.

    async def _begin_part(self, part: PartState) -> None:
        step = await self._step(part.step)
        if step.has_needs and not (step.ran or part.ran) and not step.compensates:
            await self.settle(part, StepStatus.SKIPPED)
            return
        try:
            expressions = expressions_of(step.step)
            values = await values_for(self._board, step, part, expressions)
            check_together(expressions, values)
            if step.step.when is not None and not is_true(expression_of(step.step.when), values):
                await self.settle(part, StepStatus.SKIPPED)
                return
            await self.sessions.need(step)
            part.task_id = await self._board.create_task(part, fill(step.step.params, values))
        except (BadExpression, CannotEvaluate, Unfit) as error:
            part.error = failure_of(error.type if isinstance(error, Unfit) else EXPRESSION_FAILED, str(error))
            await self.settle(part, StepStatus.FAILED)
            return
        self._leave(step, part)
        part.status = step.status = StepStatus.RUNNING
        step.active += 1
        self._plan.active += 1
        self._tell(part)

    def _leave(self, step: StepState, part: PartState) -> None:
        """It no longer counts where it stood."""
        if part.status in UNDER_WAY:
            step.active -= 1
            self._plan.active -= 1
        elif part.status is StepStatus.PENDING:
            step.ready -= 1

    # Failures.

    async def _stops(self, step: StepState, error: Failure | None, place: int | None) -> bool:
        """Whether this failure keeps the plan from going on; has what compensates it begin."""
        policy = OnFailure.CONTINUE if step.compensates else step.step.on_failure
        if policy is OnFailure.CONTINUE and not self._plan.cancelling:
            return False
        self._plan.stopping = True
        if self._plan.failure is None:
            why = (error or {}).get("message") or "It was cancelled."
            self._plan.failure = {
                "type": (error or {}).get("type", "StepFailed"), "message": f"Step {step.id} failed: {why}",
                "step": step.id, "place": place,
            }  # fmt: skip
        if policy is OnFailure.COMPENSATE and not self._plan.cancelling:
            await self._compensate(step)
        return True

    async def _compensate(self, step: StepState) -> None:
        for each in (await self._board.steps(step.compensations)).values():
            if each.status is StepStatus.BLOCKED:
                each.status = StepStatus.RUNNING
                self._plan.open_compensations += 1
                if not each.waits_for:
                    self._ready.append(each)

    async def _step(self, name: str) -> StepState:
        return (await self._board.steps([name]))[name]

    def _tell(self, part: PartState) -> None:
        details: dict[str, Any] = {"step": part.step, "place": part.place}
        details |= {"task_id": str(part.task_id)} if part.task_id else {}
        details |= {"error": part.error} if part.error else {}
        details |= {"by": part.decided_by} if part.decided_by else {}
        self._board.tell(Told(f"step_{_EVENTS.get(part.status, part.status)}", part.status, details))


_EVENTS = {StepStatus.RUNNING: "started", StepStatus.PENDING: "reopened"}
