"""Actions: all that a schedule may do when it is due. One kind so far.

Another is one more model here, and one more branch in `services/schedules/actions.py`.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from contracts.params.common import Ticker
from contracts.requests import Body
from contracts.tasks.requests import Submission

#: Fields of a task that the schedule itself says.
_OWN = {
    "run_at": "when it is due",
    "start_deadline": "what becomes of missed runs",
    "parent_task_id": "where it is from",
}


class TasksAction(Body):
    """One task, or one for each ticker of a list or of the watchlist as it then is."""

    kind: Literal["tasks"] = "tasks"
    task: Submission
    tickers: list[Ticker] = Field(default_factory=list, max_length=1_000)
    watchlist: bool = Field(default=False, description="For each tracked ticker of the watchlist, when it is due")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name, what in _OWN.items():
            if getattr(self.task, name) is not None:
                raise ValueError(f"'{name}' is not for the task of a schedule: the schedule says {what}")
        if self.tickers and self.watchlist:
            raise ValueError("give 'tickers' or 'watchlist', not both")
        if (self.tickers or self.watchlist) and "ticker" in self.task.params:
            raise ValueError("the task has a ticker already: leave that out, or 'tickers' and 'watchlist'")
        return self


#: To become a union with `kind` as its discriminator.
Action = TasksAction
