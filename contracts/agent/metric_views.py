"""Answers of `GET /metrics/agent`. Days are those of UTC."""

from datetime import date, datetime

from contracts.views import View


class AgentUseView(View):
    """What the agent's tasks have taken from its budget: the real cost of those that are over, else the estimate."""

    tasks: int
    calls: int
    tokens: int
    usd: float


class AgentDayView(AgentUseView):
    """``refused``: rounds that could decide nothing. ``decisions``: by kind. ``outcomes``: of those decisions."""

    day: date
    rounds: int
    refused: int
    decisions: dict[str, int]
    outcomes: dict[str, int]


class AgentSourceView(AgentUseView):
    source: str


class AgentMetricsView(View):
    """Days on which the agent looked or decided, the oldest first; and the same time by source, the dearest first."""

    #: Until when the decisions were counted; rounds are those of now. None: nothing was counted yet.
    as_of: datetime | None
    days: list[AgentDayView]
    sources: list[AgentSourceView]
