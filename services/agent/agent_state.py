"""The agent's state: on or paused, policy and budget, from its stored row and the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import RowMapping

from contracts.agent.budget import check_limits, with_advisers
from contracts.agent.policy import BudgetLimit, Policy
from contracts.agent.views import AgentPauseView
from contracts.agent.work import AgentStanding
from contracts.settings import ServerSettings

T = TypeVar("T")

_NEVER_ON = "It has not been switched on yet. Do so with `clawdbot agent resume`."
_LIMITS = TypeAdapter(list[BudgetLimit])


@dataclass(frozen=True)
class Standing:
    row: RowMapping
    #: None: it acts.
    paused: AgentPauseView | None
    policy: Policy
    limits: tuple[BudgetLimit, ...]
    #: Why it may not create anything, although it is not paused.
    trouble: str | None

    @property
    def state(self) -> str:
        return "paused" if self.paused else "running"


def standing_of(row: RowMapping, settings: ServerSettings) -> Standing:
    """``row``: of `db.agent.state.read_state`. What cannot be read counts as nothing allowed."""
    policy, bad_policy = _read(row["policy"], Policy.model_validate, Policy, "policy")
    limits, bad_budget = _read(
        row["budget"], lambda stored: check_limits(_LIMITS.validate_python(stored)), lambda: settings.agent_limits,
        "budget",
    )  # fmt: skip
    if limits and settings.adviser:
        limits = with_advisers(limits)
    return Standing(row, _pause(row, settings), policy or Policy(), tuple(limits or ()), bad_budget or bad_policy)


def for_workflow(standing: Standing, refused: str = "") -> AgentStanding:
    """What of it the agent's workflow needs."""
    return AgentStanding(
        paused=standing.paused is not None,
        paused_reason=standing.paused.reason if standing.paused else "",
        interval_seconds=standing.policy.interval_minutes * 60,
        round=standing.row["round"],
        last_round_at=standing.row["last_round_at"],
        refused=refused,
    )


def _pause(row: RowMapping, settings: ServerSettings) -> AgentPauseView | None:
    if row["paused"] is None:
        return None if settings.agent == "on" else AgentPauseView(by="settings", reason=_NEVER_ON, at=None)
    if not row["paused"]:
        return None
    return AgentPauseView(by=row["paused_by"], reason=row["paused_reason"], at=row["paused_at"])


def _read(stored: Any, parse: Callable[[Any], T], usual: Callable[[], T], what: str) -> tuple[T | None, str | None]:
    """The value, or a sentence that says why there is none."""
    if stored is None:
        return usual(), None
    try:
        return parse(stored), None
    except (ValidationError, ValueError):
        return None, f"The {what} that is stored cannot be read, so nothing is created. Set it again."
