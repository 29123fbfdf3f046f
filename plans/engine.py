"""Decides what a plan does next. It is told what ended, and leaves the rows as they are to be then.

A part is one task of a step. A part that failed in a way that stops the plan (`plans.stopping`) is never told of: what
needs it (`plans.followers`) still waits, and so a repair has nothing to take back.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from contracts.plans.plan import MOST_PARTS
from contracts.plans.statuses import OVER, UNDER_WAY, PlanStatus, StepStatus
from plans.expressions import BadExpression, CannotEvaluate, check_together, is_true
from plans.followers import Followers
from plans.seen import expressions_of, values_for
from plans.sessions import Sessions
from plans.state import EXPRESSION_FAILED, Board, End, Failure, PartState, StepState, Told, Unfit, failure_of
from plans.templates import expression_of, fill

#: Of failures that no task had.
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
        self._followers = Followers(board)
        self.sessions = Sessions(board, self.reopen)

    async def begin(self, names: Sequence[str]) -> None:
        """The steps of a new plan that wait for nothing."""
        self._followers.begin((await self._board.steps(names)).values())

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
                part.reviews += 1
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
            if await self._followers.stopping.stops(step, part.error, part.place):
                self._plan.stopped_by += 1
                part.stops = part.told
                step.status = status
                return
        await self._followers.tell_of(step, part)

    async def reopen(self, part: PartState, status: StepStatus) -> None:
        """A part that is over goes on: its task runs again, or it is to begin (PENDING)."""
        step = await self._step(part.step)
        self._take_back(step, part)
        step.succeeded -= part.status is StepStatus.SUCCEEDED
        part.status, part.ending, part.overdue, part.error = status, False, False, None
        # Whatever a person said was about what it made before.
        part.decided_by = None
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
            await self._followers.skip(step)
        else:
            self._followers.begin([step])

    def go_on(self) -> None:
        """The plan runs again, unless a failure still keeps it from that."""
        plan = self._plan
        plan.status = PlanStatus.RUNNING
        if not plan.stopped_by and not plan.cancelling:
            plan.stopping, plan.failure = False, None

    async def run(self, most: int) -> bool:
        """Begin what can begin, so many parts at most; whether there may be more."""
        left, began = most, time.monotonic()
        await self._followers.spread()
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
            await self._followers.spread()
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

    async def _step(self, name: str) -> StepState:
        return (await self._board.steps([name]))[name]

    def _tell(self, part: PartState) -> None:
        details: dict[str, Any] = {"step": part.step, "place": part.place}
        details |= {"task_id": str(part.task_id)} if part.task_id else {}
        details |= {"error": part.error} if part.error else {}
        details |= {"by": part.decided_by} if part.decided_by else {}
        self._board.tell(Told(f"step_{_EVENTS.get(part.status, part.status)}", part.status, details))


_EVENTS = {StepStatus.RUNNING: "started", StepStatus.PENDING: "reopened"}
