"""The sessions of a plan: opened when the first part begins that runs in one, closed when none is left to.

A session is a step with one task, which holds it open on a worker. What runs in it waits in the session's own queue,
whose only worker is the one that has it open: so nothing here has to hear that it was opened, or opened anew.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from contracts.plans.statuses import OVER, StepStatus
from plans.expressions import BadExpression, CannotEvaluate
from plans.seen import expressions_of, values_for
from plans.state import Board, End, Failure, PartState, StepState, Told, Unfit, failure_of
from plans.templates import fill

#: Of a session that ended before its plan was done with it, and of what ran in it.
SESSION_LOST = "SessionLost"
_ENDED = "The session ended before its plan was done with it."


class Sessions:
    """Of one plan, for one advance."""

    def __init__(self, board: Board, reopen: Callable[[PartState, StepStatus], Awaitable[None]]) -> None:
        self._board = board
        self._reopen = reopen

    async def need(self, step: StepState) -> None:
        """A part of this step is about to run: its session is opened, or opened again.

        Raises:
            BadExpression, CannotEvaluate, Unfit: its params cannot be used, or its task is gone.
        """
        name = step.step.session
        if name is None:
            return
        state = (await self._board.steps([name]))[name]
        part = await self._part(name) or await self._new_part(state)
        if part.task_id is None:
            expressions = expressions_of(state.step)
            values = await values_for(self._board, state, None, expressions)
            part.task_id = await self._board.create_task(part, fill(state.step.params, values))
            part.status = state.status = StepStatus.RUNNING
            state.active += 1
            self._board.plan.active += 1
            details = {"step": name, "place": 0, "task_id": str(part.task_id)}
            self._board.tell(Told("step_started", StepStatus.RUNNING, details))
        elif part.status in OVER:
            await self._board.run_again(part)
            await self._reopen(part, StepStatus.RUNNING)

    async def missing_for(self, step: StepState) -> Failure | None:
        """The same of a part that runs again; why there is no session for it."""
        try:
            await self.need(step)
        except (BadExpression, CannotEvaluate, Unfit) as error:
            return failure_of(SESSION_LOST, str(error))
        return None

    async def understood(self, end: End, step: StepState, part: PartState) -> End:
        """What the end of a task means where sessions are concerned. Without a status: that it is none."""
        if step.opens is not None:
            return await self._end_of_session(end, step, part)
        if step.step.session is not None and step.step.session in await self.lost():
            session = await self._part(step.step.session)
            why = ((session and session.error) or {}).get("message") or _ENDED
            lost = failure_of(SESSION_LOST, f"Its session {step.step.session} failed: {why}")
            return replace(end, status=StepStatus.FAILED, result=None, error=lost)
        return end

    async def _end_of_session(self, end: End, step: StepState, part: PartState) -> End:
        if not part.ending:
            error = end.error if end.status is StepStatus.FAILED else None
            return replace(end, status=StepStatus.FAILED, result=None, error=error or failure_of(SESSION_LOST, _ENDED))
        if await self._is_wanted(step.id):
            # Somebody had a step run again while it was being closed.
            await self._board.run_again(part)
            part.ending = False
            return replace(end, status=None)
        return replace(end, status=StepStatus.SUCCEEDED)

    async def close_idle(self) -> None:
        """Have those closed that nothing runs in, now or later."""
        for part in await self._parts():
            if part.status is StepStatus.RUNNING and not part.ending and not await self._is_wanted(part.step):
                part.ending = True
                await self._board.end_task(part)

    async def under_way(self) -> int:
        """How many are open, or are being opened or closed: they take no place of what a plan may do at once."""
        return sum(part.status is StepStatus.RUNNING for part in await self._parts())

    async def are_alone(self) -> bool:
        """Whether nothing is under way but they, so that they only wait for what is to begin."""
        return 0 < self._board.plan.active == await self.under_way()

    async def lost(self) -> list[str]:
        """Those that failed, and that nobody has had opened again."""
        return [part.step for part in await self._parts() if part.status is StepStatus.FAILED]

    async def _is_wanted(self, name: str) -> bool:
        to_come, under_way = await self._board.in_session(name)
        return under_way > 0 or (to_come > 0 and not self._board.plan.stopping)

    async def _new_part(self, state: StepState) -> PartState:
        await self._board.add_parts([PartState(state.id)])
        part = (await self._board.parts([(state.id, 0)]))[state.id, 0]
        # Nobody waits for its end.
        part.told, state.parts = True, 1
        return part

    async def _part(self, name: str) -> PartState | None:
        return (await self._board.parts([(name, 0)])).get((name, 0))

    async def _parts(self) -> list[PartState]:
        names = self._board.plan.sessions
        return list((await self._board.parts([(name, 0) for name in names])).values()) if names else []
