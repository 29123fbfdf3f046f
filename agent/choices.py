"""The result of a round: choices, escalations and passed-over needs, each with its reason."""

from dataclasses import dataclass
from typing import Any

from agent.budgets import Cost, Limit
from agent.escalations import Evidence
from agent.failures import Place
from agent.needs import Need
from contracts.agent.policy import ChoiceKind, Strategy, WhyNot


@dataclass(frozen=True)
class Move:
    """From one place in the order to another, counted from 1."""

    before: int
    after: int
    by: str
    #: Empty: others moved past it.
    reason: str

    def __str__(self) -> str:
        because = f": {self.reason.rstrip('.')}" if self.reason else ""
        return f"Moved from place {self.before} to {self.after} by {self.by}{because}."


@dataclass(frozen=True)
class Choice:
    """One task to be created."""

    #: Never `escalate`.
    kind: ChoiceKind
    ticker: str
    source: str
    task_type: str
    params: dict[str, Any]
    #: Reserved before the task exists.
    estimate: Cost
    #: One sentence.
    reason: str
    #: What was seen of it.
    need: Need
    #: The failed task that a retry stands for.
    replaces: str | None = None
    strategy: Strategy | None = None
    #: Of the strategy `other_worker`: the one that failed.
    avoid_worker_id: str | None = None
    #: What an adviser changed about its place among the options.
    move: Move | None = None


@dataclass(frozen=True)
class Escalation:
    """A person is told. Creates no task and costs nothing."""

    #: "*" if it is about several tickers, or about the source as a whole; `evidence.tickers` names them.
    ticker: str
    source: str
    #: One sentence.
    reason: str
    evidence: Evidence
    kind: ChoiceKind = ChoiceKind.ESCALATE


@dataclass(frozen=True)
class PassedOver:
    """Something due that was not chosen."""

    need: Need
    why: WhyNot
    #: One sentence.
    reason: str
    #: Of the budget that refused it.
    limit: Limit | None = None


@dataclass(frozen=True)
class Plan:
    """What a round decides. ``not_due``: how many needs were looked at and left alone."""

    choices: tuple[Choice, ...]
    escalations: tuple[Escalation, ...]
    passed_over: tuple[PassedOver, ...]
    not_due: int = 0


def place_of(need: Need) -> Place:
    return need.candidate.ticker, need.candidate.source


def neediest(need: Need) -> tuple[float, str, str]:
    """Sorts the neediest first; equals by name, so that the order never depends on chance."""
    return -need.urgency, need.candidate.ticker, need.candidate.source
