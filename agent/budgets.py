"""Checks whether a cost fits into the budget. Whole numbers only, so that no sum is ever a little off.

What is not known is not spent: a limit whose use cannot be told refuses everything that it counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.agent.policy import BudgetLimit, BudgetUnit

Limit = BudgetLimit

#: What is reserved of each limit, in its window that ends now.
Spent = Mapping[Limit, int]


@dataclass(frozen=True)
class Cost:
    """What a task may use at most, reserved before it exists.

    Raises:
        ValueError: a number is negative or not whole.
    """

    source: str
    task_type: str
    tasks: int = 1
    calls: int = 0
    tokens: int = 0
    usd_micros: int = 0

    def __post_init__(self) -> None:
        for unit in BudgetUnit:
            if not _is_count(self.of(unit)):
                raise ValueError(f"a cost must be a whole number of {unit}, 0 or more; got {self.of(unit)!r}")

    def of(self, unit: BudgetUnit) -> int:
        """How many of a unit."""
        number: int = getattr(self, unit.value)
        return number


@dataclass(frozen=True)
class Refusal:
    """Which limit a cost does not fit into, and a sentence about it."""

    limit: Limit
    sentence: str


def fits(limits: Iterable[Limit], spent: Spent, cost: Cost) -> Refusal | None:
    """None if all limits leave room for the cost; else the first that does not."""
    return next((refusal for limit in limits if (refusal := _refusal(limit, spent, cost)) is not None), None)


def reserve(limits: Iterable[Limit], spent: Spent, cost: Cost) -> dict[Limit, int]:
    """What is spent once the cost, which fits, is reserved."""
    taken = {limit: spent[limit] + cost.of(limit.unit) for limit in limits if _takes(limit, cost)}
    return {**spent, **taken}


def left(limit: Limit, spent: Spent) -> int | None:
    """How much there still is, never below 0; None if that is not known."""
    used = spent.get(limit)
    return max(limit.most - used, 0) if _is_count(used) and used is not None else None


def _refusal(limit: Limit, spent: Spent, cost: Cost) -> Refusal | None:
    if not _takes(limit, cost):
        return None
    room, wanted = left(limit, spent), cost.of(limit.unit)
    if room is None:
        return Refusal(limit, f"It is not known how much of {limit} is used, so nothing is spent.")
    if wanted > room:
        return Refusal(limit, f"The budget of {limit} has {room:,} left; {wanted:,} would be needed.")
    return None


def _takes(limit: Limit, cost: Cost) -> bool:
    return limit.counts(cost.source, cost.task_type) and cost.of(limit.unit) > 0


def _is_count(number: object) -> bool:
    return type(number) is int and number >= 0
