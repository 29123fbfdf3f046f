"""Inputs and results of a plan's workflow and its activity."""

import uuid

from pydantic import AwareDatetime, BaseModel, Field

from contracts.tasks.children import Started, TaskStart

#: Events of one run of a plan's workflow; the next one begins with an empty history. At the end of one of 3,000 core
#: needed 12 to 17 MB at once (*measured*), which it kept as room for the next.
EVENTS_OF_A_RUN = 1_000


class PlanInput(BaseModel):
    """Input of the Plan workflow: nothing but which plan. All that counts stands in Postgres."""

    plan_id: uuid.UUID
    #: What an earlier run of this workflow started and has not said yet.
    started: list[Started] = Field(default_factory=list)
    #: After so many events its run ends. What began before this was said goes on by what held then.
    most_events: int = 3_000


class PlanReport(BaseModel):
    """What an advance made of a plan."""

    #: Nothing is left to wait for.
    over: bool = False
    status: str = ""
    starts: list[TaskStart] = Field(default_factory=list)
    #: There is more to do at once.
    more: bool = False
    #: The next deadline, and in how many seconds that is by the clock of the database (earlier histories lack that).
    wake_at: AwareDatetime | None = None
    wait_seconds: float | None = None
    #: For people who look at Temporal.
    line: str = ""
