"""Steering a plan: cancel it, repair it from where it failed, review a result; each in one transaction."""

import contextlib
import uuid
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.plans.requests import ChangeRequest, ReviewComment, WhichResult
from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.plans.views import PlanActedView
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams
from plans.engine import Engine
from plans.state import End, PartState, StepState, Told
from services.errors import BadInput, PlanNotFound, StepNotFound, TaskNotFound, WrongState
from services.plans.board import PlanBoard
from services.plans.ends import hear_ends
from services.tasks import steer
from services.tasks.editing import replace_params
from services.tasks.task_params import checked_params
from services.workspaces.quotas import admit_again

_STOPPED = frozenset({StepStatus.FAILED, StepStatus.CANCELLED})
#: Parts that go on at once, without an advance in between.
_MOST_BEGUN = 100


@dataclass
class Steering:
    """A plan that this transaction has locked, and the person who steers it."""

    board: PlanBoard
    engine: Engine
    actor: str

    @classmethod
    async def of(
        cls, connection: AsyncConnection, settings: ServerSettings, plan_id: uuid.UUID, actor: str
    ) -> "Steering":
        """Raises PlanNotFound."""
        board = await PlanBoard.of(connection, settings, plan_id)
        if board is None:
            raise PlanNotFound
        # Now, whether it is needed or not: whoever locks a workspace and tasks locks it first.
        await board.room(1)
        engine = Engine(board)
        # What is steered is the plan as it stands: what failed may have been done meanwhile.
        if await hear_ends(board, engine):
            await board.write()
        # From now on: what was heard is nobody's doing here.
        board.actor = actor
        return cls(board, engine, actor)

    async def cancel(self) -> PlanActedView:
        """Begin nothing more, and end what is under way.

        Raises:
            WrongState: it is over.
        """
        plan = self.board.plan
        if plan.status is not PlanStatus.RUNNING:
            raise WrongState(f"This plan has already {_PAST[plan.status]}; there is nothing to cancel.")
        under_way = plan.active
        if not plan.cancelling:
            plan.failure = None
            await self.engine.stop({"type": "Cancelled", "message": f"Cancelled by {self.actor}."})
            await self.board.rows.cancelled_by(self.actor)
            self.board.tell(Told("plan_cancel_requested", PlanStatus.RUNNING))
        return await self._done(under_way)

    async def retry_all(self) -> PlanActedView:
        """Try again all that failed or was cancelled; what has succeeded keeps its results. Of more tasks than the
        workspace has room for, as many as it has.

        Raises:
            WrongState: nothing failed.
            QuotaUsedUp: there is no room for any.
        """
        parts = self.board.keep(await self.board.rows.stopped())
        steps = await self.board.steps(await self.board.rows.stopped_steps())
        if not parts and not steps:
            raise WrongState(f"Nothing of this plan has failed: it is {self.board.plan.status}.")
        fitting = await self._fitting(parts)
        acted = await self._repair("plan_retried", fitting, list(steps.values()), self._retry)
        return acted.model_copy(update={"left": len(parts) - len(fitting)})

    async def retry(self, step: str, place: int | None, params: dict[str, Any] | None) -> PlanActedView:
        """Try one step again, perhaps with other params.

        Raises:
            StepNotFound, WrongState: there is nothing to try again.
            BadInput: the params do not fit its type.
        """
        state = await self._step(step)
        parts = await self._stopped_parts(state, place)
        if params is not None:
            await self._change_params(state, parts, params)
        fitting = await self._fitting(parts)
        acted = await self._repair("step_retried", fitting, _without_parts(state), self._retry, step)
        return acted.model_copy(update={"left": len(parts) - len(fitting)})

    async def skip(self, step: str, place: int | None) -> PlanActedView:
        """Go on without a step that failed. Raises StepNotFound, WrongState."""
        state = await self._step(step)
        parts = await self._stopped_parts(state, place)
        _no_session(state)

        async def act(parts: Sequence[PartState]) -> None:
            for part in parts:
                await self.engine.decide(part, StepStatus.SKIPPED, self.actor)

        return await self._repair("step_skipped_by", parts, _without_parts(state), act, step, skip=True)

    async def result(self, step: str, place: int | None, result: dict[str, Any]) -> PlanActedView:
        """Go on with a result that a person gives. Raises StepNotFound, WrongState."""
        state = await self._step(step)
        parts = await self._stopped_parts(state, place)
        _no_session(state)
        if not parts:
            raise WrongState("This step failed before its entries were known; retry or skip it.")

        async def act(parts: Sequence[PartState]) -> None:
            for part in parts:
                await self.engine.decide(part, StepStatus.SUCCEEDED, self.actor, result)

        return await self._repair("step_result_given", parts, [], act, step)

    async def review(self, step: str, said: ReviewComment, *, approved: bool) -> PlanActedView:
        """Say whether a result that waits for a person is right.

        Raises:
            StepNotFound, WrongState: it waits for no review (any more), or the result is another one by now.
        """
        state = await self._step(step)
        parts = await self._in_review(state, said)
        for part in parts:
            part.decided_by = self.actor
            if approved:
                await self.engine.settle(part, StepStatus.SUCCEEDED)
            else:
                because = f": {said.comment}" if said.comment else "."
                part.error = {"type": "ReviewRejected", "message": f"Rejected by {self.actor}{because}"}
                await self.engine.settle(part, StepStatus.FAILED)
        return await self._done(len(parts))

    async def request_changes(self, step: str, said: ChangeRequest) -> PlanActedView:
        """Have a result that waits for review made again, with what shall be different. Raises as `review`."""
        state = await self._step(step)
        parts = await self._in_review(state, said)
        self.board.tell(Told("step_changes_requested", StepStatus.REVIEW, {"step": step, "text": said.text}))
        made = [part for part in parts if part.task_id is not None]
        await self._again(made, said.text)
        for part in made:
            await self.engine.hear(End(part.step, part.place, None))
        return await self._done(len(parts))

    async def _in_review(self, state: StepState, said: WhichResult) -> list[PartState]:
        parts = await self._parts(state, said.place, {StepStatus.REVIEW})
        if not parts:
            raise WrongState(f"Step {state.id} is {state.status}; it does not wait for a review.")
        rows = self.board.rows
        is_seen = said.round is None or await rows.rounds([each.task_id for each in parts if each.task_id]) == {
            said.round
        }
        if is_seen and said.review_before is not None:
            is_seen = await rows.review_ends(state.id, [each.place for each in parts]) == {said.review_before}
        if not is_seen:
            raise WrongState("This result was made again since you looked at it. Look at the new one first.")
        return parts

    async def _repair(
        self,
        event: str,
        parts: Sequence[PartState],
        steps: Sequence[StepState],
        act: Callable[[Sequence[PartState]], Awaitable[None]],
        step: str | None = None,
        *,
        skip: bool = False,
    ) -> PlanActedView:
        plan = self.board.plan
        plan.cancelling = False
        await self.board.rows.another_round()
        details: dict[str, Any] = {"parts": len(parts) + len(steps)} | ({"step": step} if step else {})
        self.board.tell(Told(event, PlanStatus.RUNNING, details))
        await act(parts)
        for state in steps:
            await self.engine.again(state, skip=skip)
        return await self._done(len(parts) + len(steps), rounds=1)

    async def _retry(self, parts: Sequence[PartState]) -> None:
        await self._again([part for part in parts if part.task_id is not None])
        # Sessions first: what runs in one would have it opened again.
        for part in sorted(parts, key=lambda each: each.step not in self.board.plan.sessions):
            await self.engine.reopen(part, StepStatus.PENDING if part.task_id is None else StepStatus.RUNNING)

    async def _fitting(self, parts: Sequence[PartState]) -> list[PartState]:
        """Those whose tasks have room in the workspace; one at least, which is refused with what is used up.

        A session comes last: what runs in one has it opened.
        """
        tasks = [part for part in parts if part.task_id is not None]
        tasks.sort(key=lambda each: each.step in self.board.plan.sessions)
        room = await self.board.room_again(len(tasks)) if tasks else 0
        return [part for part in parts if part.task_id is None] + tasks[: max(room, 1)]

    async def _again(self, parts: Sequence[PartState], feedback: str | None = None) -> None:
        """Their tasks run once more, all of them or none."""
        steps = {part.task_id: part.step for part in parts if part.task_id is not None}
        await admit_again(self.board.rows.connection, self.board.row["instance"], len(steps))
        for task_id, step in steps.items():
            await self._restore_session(step, task_id)
        try:
            await steer.retry_each(self.board.rows.connection, list(steps), self.actor, feedback)
        except TaskNotFound as error:
            said = f"Task {error.task_id} of step {error.task_id and steps[error.task_id]} was deleted"
            raise WrongState(f"{said}; skip the step, reject its result, or give another one.") from None

    async def _restore_session(self, step: str, task_id: uuid.UUID) -> None:
        """If it was deleted. There is no other way out: a session cannot be skipped, nor be given a result."""
        if step in self.board.plan.sessions:
            await self.board.rows.restore(task_id)

    async def _change_params(self, state: StepState, parts: Sequence[PartState], params: dict[str, Any]) -> None:
        if not parts or any(part.task_id is None for part in parts):
            raise WrongState(
                f"Step {state.id} has no task yet whose params could be changed; skip it, or give a result."
            )
        if len(parts) > 1:
            raise WrongState(
                f"{len(parts)} tasks of step {state.id} have failed, and all would get the same params. Say which of "
                "them (`place`)."
            )
        try:
            checked = checked_params(state.step.task_type, params)
        except InvalidTaskParams as error:
            raise BadInput("The params do not fit, nothing was changed.", error.errors) from None
        for part in parts:
            if part.task_id is not None:
                await self._restore_session(state.id, part.task_id)
                # If it was deleted, `_again` says so.
                with contextlib.suppress(TaskNotFound):
                    await replace_params(self.board.rows.connection, part.task_id, checked, self.actor)

    async def _step(self, name: str) -> StepState:
        if not await self.board.rows.steps([name]):
            raise StepNotFound(f"This plan has no step '{name}'.")
        return (await self.board.steps([name]))[name]

    async def _parts(self, state: StepState, place: int | None, statuses: Collection[StepStatus]) -> list[PartState]:
        if place is None:
            return self.board.keep(await self.board.rows.parts_in(state.id, [each.value for each in statuses]))
        found = await self.board.parts([(state.id, place)])
        if not found:
            raise StepNotFound(f"Step {state.id} has no entry {place}.")
        return [each for each in found.values() if each.status in statuses]

    async def _stopped_parts(self, state: StepState, place: int | None) -> list[PartState]:
        parts = await self._parts(state, place, _STOPPED)
        if not parts and not _without_parts(state):
            raise WrongState(f"Step {state.id} is {state.status}; only what failed or was cancelled can be repaired.")
        return parts

    async def _done(self, parts: int, rounds: int = 0) -> PlanActedView:
        """Written down, and the plan's workflow goes on from there."""
        board = self.board
        await self.engine.run(await board.room(_MOST_BEGUN))
        await board.write()
        await board.rows.wake()
        return PlanActedView(id=board.plan.id, status=board.plan.status, round=board.row["round"] + rounds, parts=parts)


_PAST = {PlanStatus.SUCCEEDED: "succeeded", PlanStatus.FAILED: "failed", PlanStatus.CANCELLED: "been cancelled"}


def _no_session(state: StepState) -> None:
    if state.opens is not None:
        raise WrongState(
            f"{state.id} is a session, which steps run in: retry it, and skip those steps before that shall not run "
            "again. It is closed again when nothing runs in it."
        )


def _without_parts(state: StepState) -> list[StepState]:
    """The step itself, if it failed before its entries were known."""
    return [state] if state.error is not None and state.parts is None else []
