"""Tells the engine of a plan how the plan's tasks ended, and which of them began again."""

from contracts.plans.statuses import StepStatus
from contracts.tasks.statuses import TERMINAL, TaskStatus
from plans.engine import Engine
from plans.state import End
from services.plans.board import PlanBoard

#: At once; what is more follows in the next advance.
MOST_ENDS = 200
_STATUS = {
    TaskStatus.SUCCEEDED: StepStatus.SUCCEEDED,
    TaskStatus.FAILED: StepStatus.FAILED,
    TaskStatus.REJECTED: StepStatus.FAILED,
    TaskStatus.CANCELLED: StepStatus.CANCELLED,
}


async def hear_ends(board: PlanBoard, engine: Engine) -> int:
    """Tell the engine what ended or began again since it was told last, up to `MOST_ENDS`; how much that was."""
    rows = await board.rows.take_ends(MOST_ENDS)
    # All at once; one by one the board has them then.
    await board.parts([(row["plan_step"], row["plan_place"]) for row in rows])
    for row in rows:
        step, place, status = row["plan_step"], row["plan_place"], TaskStatus(row["status"])
        is_over = status in TERMINAL
        if row["was_over"] or not is_over:
            # It may have begun again and ended since: what was made of its end before holds no more.
            await engine.hear(End(step, place, None, told_to_end=row["told_to_end"]))
        if is_over:
            await engine.hear(End(step, place, _STATUS[status], row["result"], row["error"]))
    return len(rows)
