"""Answers of the API about the agent: its state, its budget, its decisions."""

import uuid
from datetime import datetime
from typing import Any

from pydantic import Field

from contracts.agent.policy import BudgetLimit, Policy
from contracts.records.ticker_views import NeedView
from contracts.tasks.statuses import TaskStatus
from contracts.views import View


class BudgetUseView(View):
    """A limit, and how much of it is reserved or used in its window."""

    limit: BudgetLimit
    used: int
    left: int


class RoundView(View):
    number: int
    at: datetime
    tickers: int
    needs: int
    tasks: int
    decisions: int
    not_chosen: dict[str, int] = Field(description="What was due and was left alone, counted by reason")
    refused: str | None = Field(description="Why it decided nothing, if it could not")
    advice: str | None = Field(default=None, description="Of a model about the order, or why there was none")


class AgentPauseView(View):
    """Who paused the agent and why; ``at`` null: it has never been switched on."""

    by: str
    reason: str
    at: datetime | None


class AgentView(View):
    """How the agent does."""

    state: str = Field(description="paused, or running")
    paused: AgentPauseView | None
    policy: Policy
    budget: list[BudgetUseView]
    next_round_at: datetime | None = Field(description="Null while it is paused")
    last_round: RoundView | None
    open_tasks: int
    #: What is wrong with what is stored; then it creates nothing.
    trouble: str | None = None
    #: Its workflow in the Temporal Web UI.
    temporal_url: str = ""


class AgentTaskView(View):
    """A task of a decision. ``status`` null: the task was deleted."""

    id: uuid.UUID
    task_type: str
    status: TaskStatus | None
    estimate: dict[str, int]
    cost: dict[str, int] | None = Field(description="Null while it is not over")


class AgentDecisionView(View):
    """A decision in a list."""

    id: uuid.UUID
    round: int
    created_at: datetime
    kind: str
    ticker: str
    source: str
    task_type: str
    reason: str
    outcome: str = Field(description="pending, how its task ended, told, or what came of asking for advice")
    ended_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    tasks: list[AgentTaskView]


class AgentDecisionDetailView(AgentDecisionView):
    """All that was seen, what else could have been done, what was chosen."""

    observation: dict[str, Any]
    options: list[dict[str, Any]]
    choice: dict[str, Any]


class AgentDecisionsPage(View):
    """Newest first. ``next`` leads to the following page; None on the last one."""

    decisions: list[AgentDecisionView]
    next: str | None


class UndoView(View):
    """``cancelled``: tasks whose end was asked for. ``over``: those that had ended before, and stay as they are."""

    id: uuid.UUID
    cancelled: list[uuid.UUID]
    over: list[uuid.UUID]


class ExplainedView(View):
    """One source of a ticker: what the agent would do right now, and why."""

    source: str
    would: str = Field(description="What it would do: a kind of decision, or why not")
    sentence: str
    need: NeedView | None = None


class AgentExplainView(View):
    """Why a ticker is collected, or is not."""

    ticker: str
    agent: str = Field(description="A sentence on the agent itself: running, or paused by whom")
    sources: list[ExplainedView]
    decisions: list[AgentDecisionView] = Field(description="The newest about this ticker")
