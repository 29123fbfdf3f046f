"""Finds what follows from what ended: those who waited for it go on, in the same advance.

Whoever waits for a step is told once all its parts are over; a step with the same entries (`each_of`) waits part by
part.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any

from contracts.plans.plan import MOST_PARTS
from contracts.plans.statuses import StepStatus
from plans.check import entries_of
from plans.expressions import BadExpression, CannotEvaluate, check_together
from plans.seen import values_for
from plans.state import EXPRESSION_FAILED, Board, Failure, PartState, StepState, Told, failure_of
from plans.stopping import Stopping
from plans.templates import expression_of


class Followers:
    """Of one plan, for one advance."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._plan = board.plan
        self._over: deque[StepState] = deque()
        #: Steps that were over in this advance: one without entries may be found to be so twice.
        self._counted: set[str] = set()
        self._ready: deque[StepState] = deque()
        self.stopping = Stopping(board, self._ready.append)

    def begin(self, steps: Iterable[StepState]) -> None:
        """Nothing is left that these wait for."""
        self._ready.extend(steps)

    async def skip(self, step: StepState) -> None:
        """With all that have the same entries, before there are any."""
        await self._expand(step, None)

    async def spread(self) -> None:
        """Have all go on that wait for nothing more."""
        while self._over or self._ready:
            if self._over:
                await self._step_over(self._over.popleft())
            else:
                await self._step_ready(self._ready.popleft())

    async def tell_of(self, step: StepState, part: PartState) -> None:
        """Tell those who wait for this part alone, and the step."""
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
        if await self.stopping.stops(step, error, None):
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
