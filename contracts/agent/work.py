"""Inputs and results of the agent's workflow and its activities, and the state that the workflow keeps."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from contracts import names
from contracts.tasks.children import Started, TaskStart


class AgentVerb(StrEnum):
    """What may be said to the agent; also the names of the signals."""

    PAUSE = names.AGENT_PAUSE_SIGNAL
    RESUME = names.AGENT_RESUME_SIGNAL
    RUN = names.AGENT_RUN_SIGNAL
    SET_BUDGET = names.AGENT_BUDGET_SIGNAL
    SET_POLICY = names.AGENT_POLICY_SIGNAL
    LOOK = names.AGENT_LOOK_SIGNAL


class AgentOrder(BaseModel):
    """A word to the agent.

    Those that come from the API have an id and stand in Postgres already; those that somebody sends from the Temporal
    side have none, and the agent writes them down.
    """

    id: int | None = None
    verb: AgentVerb = AgentVerb.LOOK
    by: str = "temporal"
    reason: str = ""
    #: Of set_budget, not validated yet.
    limits: list[dict[str, Any]] | None = None
    #: Of set_policy, not validated yet.
    policy: dict[str, Any] | None = None


class AgentStanding(BaseModel):
    """How things stand in Postgres."""

    paused: bool = True
    paused_reason: str = ""
    interval_seconds: float = 900
    #: Number of the last round, and when it was.
    round: int = 0
    last_round_at: datetime | None = None
    #: Why an order of somebody on the Temporal side was not taken.
    refused: str = ""


class RoundOrder(BaseModel):
    """Have the round of this number, if there was none."""

    number: int = Field(ge=1)


class RoundReport(BaseModel):
    """What a round has decided. The same again when it is asked for twice."""

    standing: AgentStanding = Field(default_factory=AgentStanding)
    number: int = 0
    #: False: the agent is paused, so there was none.
    held: bool = True
    tasks: int = 0
    decisions: int = 0
    refused: str = ""
    #: The first of its decisions, a line each.
    lines: list[str] = Field(default_factory=list)
    #: The workflow is to start its tasks. False in histories from when the relay started them all.
    starts_tasks: bool = False


class StartOrder(BaseModel):
    """Which tasks of this round are to be started next?"""

    number: int = Field(ge=1)
    #: What the workflow started and has not said yet.
    started: list[Started] = Field(default_factory=list)


class StartReport(BaseModel):
    """Tasks to start; none: all of them have workflows, or will get them from the relay."""

    starts: list[TaskStart] = Field(default_factory=list)


class AgentMemory(BaseModel):
    """All that the workflow knows; goes on into its next run."""

    standing: AgentStanding | None = None
    #: Id of the last order that was obeyed; sent twice, it counts once.
    obeyed: int = 0
    orders: list[AgentOrder] = Field(default_factory=list)
    run_wanted: bool = False
    last: RoundReport | None = None
    #: Tasks of the last round are being started.
    starting: StartOrder | None = None
