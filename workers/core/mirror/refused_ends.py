"""An end that Postgres does not take: in the end the task fails and says so, instead of being open for ever."""

import logging
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import ERROR_LIMIT, Outcome, TaskFailure
from db.refusals import is_refusal, why_refused
from db.tasks.mirror import apply_outcome, apply_outcomes, drop_follow_ups

logger = logging.getLogger(__name__)

#: Error type of a task whose end could not be stored as it was.
NOT_STORED = "NotStored"
#: What stands in the way may be another transaction: so often the end is refused as it is.
MOST_REFUSALS = 3
_LONGEST_WHY = 300


async def write_refused(engine: AsyncEngine, outcome: Outcome, error: Exception, *, correct: bool = False) -> None:
    """Write the end without what was refused; if its follow-ups are that, without them, too, and say which it was.

    ``correct``: see `db.tasks.mirror.apply_outcome`.
    """
    logger.error("the end of task %s cannot be stored: %s", outcome.task_id, error)
    try:
        async with engine.begin() as connection:
            await apply_outcome(connection, _instead(outcome, _result_refused(outcome, error)), correct=correct)
    except Exception as again:
        if not is_refusal(again):
            raise
        logger.error("task %s ends without its follow-ups: %s", outcome.task_id, again)
        async with engine.begin() as connection:
            await drop_follow_ups(connection, UUID(outcome.task_id))
            ends = [_instead(outcome, _all_refused(outcome, again))]
            await apply_outcomes(connection, ends, correct=correct, only_the_row=True)


def _instead(outcome: Outcome, sentence: str) -> Outcome:
    """Whatever else it was, it is no success: what would follow from one is not there."""
    status = TaskStatus.FAILED if outcome.status is TaskStatus.SUCCEEDED else outcome.status
    failure = TaskFailure(type=NOT_STORED, message=sentence[:ERROR_LIMIT], retryable=False)
    return outcome.model_copy(update={"status": status, "result": None, "error": failure, "by_worker": False})


def _result_refused(outcome: Outcome, error: Exception) -> str:
    why = why_refused(error)[:_LONGEST_WHY]
    if outcome.status is TaskStatus.SUCCEEDED:
        return f"The work was done, but its result cannot be stored: {why}. Mend what it answers with, and retry it."
    return f"It ended as {outcome.status}, but why cannot be stored: {why}."


def _all_refused(outcome: Outcome, error: Exception) -> str:
    why = why_refused(error)[:_LONGEST_WHY]
    done = "The work was done" if outcome.status is TaskStatus.SUCCEEDED else f"It ended as {outcome.status}"
    return f"{done}, but what follows from its end cannot be written: {why}. Submit it anew, and what was to follow it."
