"""Decides which failures keep a plan from going on, and has what compensates them begin."""

from collections.abc import Callable

from contracts.plans.plan import OnFailure
from contracts.plans.statuses import StepStatus
from plans.state import Board, Failure, StepState


class Stopping:
    """Of one plan, for one advance."""

    def __init__(self, board: Board, begin: Callable[[StepState], None]) -> None:
        """``begin`` is told of each step that compensates and waits for nothing."""
        self._board = board
        self._plan = board.plan
        self._begin = begin

    async def stops(self, step: StepState, error: Failure | None, place: int | None) -> bool:
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
                    self._begin(each)
