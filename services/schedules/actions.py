"""Actions of schedules: checked when they are written, done when their time has come.

Another kind of action is one more branch in both functions.
"""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.actions import Action
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.tasks.requests import BatchSubmission, Submission
from db.records.watchlist import list_tickers
from services.errors import BadInput
from services.tasks.approvals import Approvals
from services.tasks.submit import submit, validate, validate_batch

#: Tickers of the watchlist of which a run makes tasks.
_MOST = 1_000
#: Stands for each ticker of a watchlist that is not read yet.
_SOME_TICKER = "AAPL"


def check_action(action: Action, settings: ServerSettings, created_by: str) -> None:
    """Whether its tasks could be created now.

    Raises:
        BadInput: ``errors`` names each mistake.
    """
    try:
        for each in _submissions(action, action.tickers or [_SOME_TICKER])[:1]:
            validate(each, Approvals(settings, created_by))
    except InvalidTaskParams as error:
        errors = [(f"action.task.{field}", message) for field, message in error.errors]
        raise BadInput("The task of this schedule cannot be used.", errors) from None
    except UnknownTaskType as error:
        raise BadInput(str(error), [("action.task.task_type", str(error))]) from None


async def do_action(
    connection: AsyncConnection, action: Action, approvals: Approvals, created_by: str
) -> Sequence[uuid.UUID]:
    """The ids of the tasks that were made, in this transaction.

    Args:
        approvals: those of whoever made the schedule. Nobody needs a person's yes less often by way of one.
        created_by: how the schedule signs its tasks.

    Raises:
        BadInput: they cannot be created (any more).
    """
    tickers: Sequence[str] = action.tickers
    if action.watchlist:
        rows = await list_tickers(connection, tracked=True, after=None, limit=_MOST)
        tickers = [row["ticker"] for row in rows]
        if not tickers:
            return []
    submissions = _submissions(action, tickers)
    checked = validate_batch(submissions, approvals)
    return [each.id for each in await submit(connection, submissions, checked, created_by)]


def _submissions(action: Action, tickers: Sequence[str]) -> list[Submission]:
    if not (action.tickers or action.watchlist):
        return [action.task]
    return BatchSubmission(template=action.task, tickers=list(tickers)).submissions()
