"""One advance of a plan, in one transaction: what ended is read, what follows is decided and written, or nothing is."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.plans.statuses import PlanStatus, StepStatus
from contracts.plans.work import PlanReport
from contracts.settings import ServerSettings
from contracts.tasks.children import Started
from db.plans.rows import PlanRows
from db.session import Database
from plans.engine import DEADLINE, Engine
from plans.state import PartState
from services.errors import TaskNotFound, WrongState
from services.plans.board import PlanBoard
from services.plans.ends import MOST_ENDS, hear_ends
from services.tasks import steer
from services.tasks.children import MOST_STARTS, starts_of

Pass = Callable[[str], Awaitable[None]]

#: Of one advance; what is more follows at once in the next.
_MOST_BEGUN = 100
_MOST_CANCELLED = 100
_MOST_EXPIRED = 100
#: How long a plan waits for room that others make in its workspace; what ends of its own wakes it at once.
_CROWDED_SECONDS = 15.0


@dataclass(frozen=True)
class _Next:
    """Whether there may be more to decide at once, and whether something waits for room in the workspace."""

    at_once: bool
    crowded: bool


async def _nothing(_: str) -> None:
    """Passes a point of no interest."""


async def advance(
    database: Database,
    settings: ServerSettings,
    plan_id: uuid.UUID,
    started: Sequence[Started] = (),
    passing: Pass = _nothing,
) -> PlanReport:
    """Take the plan on. Repeated, it finds nothing new.

    Args:
        started: tasks whose workflows are there now.
        passing: called at the points where tests let the process die.
    """
    await passing("plan.before-advance")
    async with database.transaction() as connection:
        board = await PlanBoard.of(connection, settings, plan_id)
        if board is None:
            # Nobody would ever take what is told of it.
            await PlanRows(connection, plan_id).take_ends(MOST_ENDS)
            return PlanReport(over=True, line="There is no such plan.")
        await board.rows.started([each.task_id for each in started], [each.command_id for each in started])
        following = await _decide(board)
        await board.write()
        report = await _report(board, following)
        await passing("plan.before-commit")
    await passing("plan.after-commit")
    return report


async def _decide(board: PlanBoard) -> _Next:
    engine = Engine(board)
    room = await board.room(_MOST_BEGUN)
    if board.row["active"] == 0 and board.plan.status is PlanStatus.RUNNING:
        # A new plan, or one in which nothing had begun before it was cut off.
        await engine.begin(await board.rows.beginning())
    was_over = board.plan.status is not PlanStatus.RUNNING
    ends = await hear_ends(board, engine)
    goes_on = board.plan.status is PlanStatus.RUNNING and not board.plan.cancelling
    if was_over and goes_on:
        # As when a person repairs it: what it had to keep before holds no more.
        await board.rows.another_round()
    elif goes_on and board.row["deadline"] is not None:
        await _look_at_deadline(engine, board.row["seconds_left"])
    cancelled = await _cancel_what_must(board, engine)
    unreviewed = await board.unreviewed(_MOST_EXPIRED)
    for part in unreviewed:
        await engine.expire(part)
    if room == 0 and await engine.sessions.are_alone():
        # They wait for a step, the step for room, and the room for them to be closed.
        room = await board.room(1, at_least=1)
    more = await engine.run(room)
    # What is left for want of room is no reason to look again at once.
    crowded = more and room < _MOST_BEGUN and board.new_tasks >= room
    rest = ends == MOST_ENDS or cancelled >= _MOST_CANCELLED or len(unreviewed) == _MOST_EXPIRED
    return _Next(at_once=rest or (more and not crowded), crowded=crowded and await board.has_ready())


async def _look_at_deadline(engine: Engine, seconds_left: float) -> None:
    if seconds_left <= 0:
        await engine.stop({"type": DEADLINE, "message": "The plan took longer than its deadline allows."})


async def _cancel_what_must(board: PlanBoard, engine: Engine) -> int:
    """Tasks under way of a plan that ends before its time, past a deadline of their own, or without their session."""
    late: list[PartState] = []
    if board.plan.cancelling:
        parts = await board.under_way(_MOST_CANCELLED)
    else:
        late = await board.overdue(_MOST_CANCELLED)
        stranded = await board.stranded(await engine.sessions.lost(), _MOST_CANCELLED)
        parts = late + [part for part in stranded if part not in late]
    by = board.row["cancelled_by"] or "plan"
    # By id, as all do who write several tasks in one transaction.
    for part in sorted(parts, key=lambda each: str(each.task_id)):
        if part.status is StepStatus.REVIEW:
            await engine.settle(part, StepStatus.CANCELLED)
        elif part.task_id is not None:
            part.ending, part.overdue = True, part in late
            try:
                await steer.cancel(board.rows.connection, part.task_id, by)
            except WrongState:
                # It has just ended by itself, and the plan will hear of that.
                part.overdue = False
            except TaskNotFound:
                # It was over, and somebody deleted it.
                await engine.settle(part, StepStatus.CANCELLED)
    return len(parts)


async def _report(board: PlanBoard, following: _Next) -> PlanReport:
    plan = board.plan
    starts = starts_of(await board.rows.unstarted(MOST_STARTS))
    over = plan.status is not PlanStatus.RUNNING
    done = board.row["steps"] - plan.open_steps
    deadline = None if over else await _next_deadline(board)
    wait_seconds = deadline[1] if deadline else None
    if following.crowded and not over:
        wait_seconds = min(_CROWDED_SECONDS, wait_seconds or _CROWDED_SECONDS)
    return PlanReport(
        over=over and not starts,
        status=plan.status.value,
        starts=starts,
        more=following.at_once and not over,
        wake_at=deadline[0] if deadline else None,
        wait_seconds=wait_seconds,
        line=f"{plan.status}: {done} of {board.row['steps']} steps are over, {plan.active} tasks are under way"
        f"{', others wait for room in the workspace' if following.crowded else ''}",
    )


async def _next_deadline(board: PlanBoard) -> tuple[datetime, float] | None:
    """When, and in how many seconds: those who wait for it have other clocks."""
    own = None if board.plan.cancelling or board.row["deadline"] is None else board.row["deadline"]
    deadlines = [await board.rows.next_deadline(), (own, board.row["seconds_left"]) if own else None]
    return min((each for each in deadlines if each is not None), default=None)
