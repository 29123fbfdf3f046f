"""Actions of schedules: checked when they are written, done when their time has come."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.plans.plan import Plan
from contracts.schedules.actions import TICKERS_INPUT, Action
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.tasks.requests import BatchSubmission, Submission
from db.records.watchlist import list_tickers
from services.errors import BadInput
from services.plans.submit import Prepared, check_plan, prepare_plan, submit_plan
from services.tasks.approvals import Approvals
from services.tasks.submit import submit, validate, validate_batch

#: Tickers of the watchlist of which a run makes tasks.
_MOST = 1_000
#: Stands for each ticker of a watchlist that is not read yet.
_SOME_TICKER = "AAPL"


@dataclass(frozen=True)
class Outcome:
    """What was made: tasks, or a plan; nothing where the watchlist has no ticker."""

    task_ids: Sequence[uuid.UUID] = ()
    plan_id: uuid.UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.task_ids) or self.plan_id is not None


def check_action(action: Action, settings: ServerSettings, created_by: str) -> None:
    """Whether what it makes could be created now.

    Raises:
        BadInput: ``errors`` names each mistake.
    """
    tickers = action.tickers or [_SOME_TICKER]
    if action.plan is not None:
        _checked(action, action.plan, tickers)
        return
    try:
        for each in _submissions(action, tickers)[:1]:
            validate(each, Approvals(settings, created_by))
    except InvalidTaskParams as error:
        errors = [(f"action.task.{field}", message) for field, message in error.errors]
        raise BadInput("The task of this schedule cannot be used.", errors) from None
    except UnknownTaskType as error:
        raise BadInput(str(error), [("action.task.task_type", str(error))]) from None


async def do_action(connection: AsyncConnection, action: Action, settings: ServerSettings, created_by: str) -> Outcome:
    """Make it, in this transaction.

    Raises:
        BadInput: it cannot be created (any more).
    """
    tickers: Sequence[str] = action.tickers
    if action.watchlist:
        rows = await list_tickers(connection, tracked=True, after=None, limit=_MOST)
        tickers = [row["ticker"] for row in rows]
        if not tickers:
            return Outcome()
    if action.plan is not None:
        prepared = await asyncio.to_thread(_prepared, action, action.plan, tickers)
        return Outcome(plan_id=(await submit_plan(connection, prepared, created_by)).id)
    submissions = _submissions(action, tickers)
    checked = validate_batch(submissions, Approvals(settings, created_by))
    return Outcome([each.id for each in await submit(connection, submissions, checked, created_by)])


def _submissions(action: Action, tickers: Sequence[str]) -> list[Submission]:
    if action.task is None:
        return []
    if not action.is_for_tickers:
        return [action.task]
    return BatchSubmission(template=action.task, tickers=list(tickers)).submissions()


def _checked(action: Action, plan: Plan, tickers: Sequence[str]) -> Plan:
    """With its tickers. Raises BadInput."""
    if action.is_for_tickers:
        plan = plan.model_copy(update={"inputs": plan.inputs | {TICKERS_INPUT: list(tickers)}})
    try:
        check_plan(plan)
    except BadInput as error:
        errors = [(f"action.plan.{field}", message) for field, message in error.errors]
        raise BadInput("The plan of this schedule cannot run.", errors) from None
    return plan


def _prepared(action: Action, plan: Plan, tickers: Sequence[str]) -> Prepared:
    return prepare_plan(_checked(action, plan, tickers))
