"""Raises alerts for limits of the budget that are nearly used up, or that kept work waiting."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.budgets import Limit, Spent
from contracts.agent.budget import NEAR_PERCENT, limit_text
from contracts.agent.policy import BudgetUnit
from contracts.alerts.facts import Raised

_MICROS = 1_000_000
#: People hear of it again when it gets worse.
_NEAR, _USED_UP = 1, 2


def budget_alerts(limits: Sequence[Limit], spent: Spent, waiting: Mapping[Limit, int], now: datetime) -> list[Raised]:
    """An alert for each limit of which 80 % are used, or that has refused something that was due.

    ``spent``: with what this round reserved. ``waiting``: how many needs each limit refused in it. A limit of 0 is
    meant to allow nothing.
    """
    return [
        _raised(limit, spent[limit], waiting.get(limit, 0), now) for limit in limits if _is_short(limit, spent, waiting)
    ]


def unreadable(trouble: str) -> Raised:
    """The budget cannot be read, so that nothing is created."""
    return Raised("unreadable", f"🔴 The agent creates nothing: {trouble}", "See clawdbot agent status.", _USED_UP)


def _is_short(limit: Limit, spent: Spent, waiting: Mapping[Limit, int]) -> bool:
    return limit.most > 0 and (waiting.get(limit, 0) > 0 or spent[limit] * 100 >= limit.most * NEAR_PERCENT)


def _raised(limit: Limit, used: int, waiting: int, now: datetime) -> Raised:
    full = used >= limit.most
    level = _USED_UP if waiting or full else _NEAR
    named = limit_text(limit)
    if full:
        title = f"🔴 The agent's budget {named} is used up"
    elif waiting:
        title = f"🔴 The agent's budget {named} has too little left"
    else:
        title = f"⚠️ The agent has used {used * 100 // limit.most} % of its budget {named}"
    # Without another round everything has left the window by then.
    return Raised(_key(limit), title, _body(limit, used, waiting), level, now + limit.window.length)


def _key(limit: Limit) -> str:
    return f"{limit.scope}:{limit.unit}/{limit.window}"


def _body(limit: Limit, used: int, waiting: int) -> str:
    lines = [f"{_use(limit, used)} in the last {limit.window}."]
    if waiting:
        wait = "1 need waits" if waiting == 1 else f"{waiting:,} needs wait"
        lines.append(f"{wait} for it: clawdbot agent budget changes it.")
    return "\n".join(lines)


def _use(limit: Limit, used: int) -> str:
    if limit.unit is BudgetUnit.USD_MICROS:
        return f"${used / _MICROS:,.2f} of ${limit.most / _MICROS:,.2f}"
    return f"{used:,} of {limit.most:,} {limit.unit}"
