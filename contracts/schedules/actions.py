"""Actions: all that a schedule may do when it is due. A task or a plan, once or for tickers."""

from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from contracts.params.common import Ticker
from contracts.plans.plan import Plan
from contracts.requests import Body
from contracts.tasks.requests import Submission

#: Of a plan in a schedule: every list of schedules carries it.
MOST_STEPS = 200
#: The input of a plan that tickers fill.
TICKERS_INPUT = "tickers"
#: Fields of a task that the schedule itself says.
_OWN = {
    "run_at": "when it is due",
    "start_deadline": "what becomes of missed runs",
    "parent_task_id": "where it is from",
}


class ActionKind(StrEnum):
    """What is made."""

    TASKS = "tasks"
    PLAN = "plan"


class Action(Body):
    """One task, or one for each ticker of a list or of the watchlist as it then is; or one plan."""

    kind: ActionKind = Field(default=ActionKind.TASKS, description="Follows from 'task' or 'plan'; may be left out")
    task: Submission | None = None
    plan: Plan | None = Field(default=None, description="With tickers, these are its input 'tickers'")
    tickers: list[Ticker] = Field(default_factory=list, max_length=1_000)
    watchlist: bool = Field(default=False, description="For each tracked ticker of the watchlist, when it is due")

    @model_validator(mode="before")
    @classmethod
    def _kind_follows(cls, given: Any) -> Any:
        if isinstance(given, dict) and "kind" not in given and given.get("plan") is not None:
            return given | {"kind": ActionKind.PLAN}
        return given

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.task is None) == (self.plan is None):
            raise ValueError("give 'task' or 'plan'")
        if (self.kind is ActionKind.PLAN) != (self.plan is not None):
            raise ValueError(f"'kind' is {self.kind}, and what is given is something else: leave it out")
        if self.tickers and self.watchlist:
            raise ValueError("give 'tickers' or 'watchlist', not both")
        if self.task is not None:
            _check_task(self.task, self.is_for_tickers)
        if self.plan is not None:
            _check_plan(self.plan, self.is_for_tickers)
        return self

    @property
    def is_for_tickers(self) -> bool:
        return bool(self.tickers) or self.watchlist

    @property
    def said(self) -> str:
        """In a few words: the type of the task, or the name of the plan."""
        return f"plan {self.plan.name}" if self.plan else self.task.task_type if self.task else ""


def _check_task(task: Submission, is_for_tickers: bool) -> None:
    for name, what in _OWN.items():
        if getattr(task, name) is not None:
            raise ValueError(f"'{name}' is not for the task of a schedule: the schedule says {what}")
    if is_for_tickers and "ticker" in task.params:
        raise ValueError("the task has a ticker already: leave that out, or 'tickers' and 'watchlist'")


def _check_plan(plan: Plan, is_for_tickers: bool) -> None:
    if len(plan.steps) > MOST_STEPS:
        raise ValueError(f"the plan of a schedule has at most {MOST_STEPS} steps, this has {len(plan.steps)}")
    if is_for_tickers and not isinstance(plan.inputs.get(TICKERS_INPUT), list):
        raise ValueError(
            f"'tickers' and 'watchlist' fill the input '{TICKERS_INPUT}' of a plan, and this has no such list: "
            f"give it 'inputs: {{{TICKERS_INPUT}: []}}', or leave them out"
        )
