"""Makes steps of the tasks that sentences ask for; what differs in its ticker only is one step for all tickers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.plans.plan import Plan, Step
from contracts.tasks.plain_language import ProposedFollowUp, ProposedTask
from contracts.tasks.priority import NORMAL


@dataclass
class _Group:
    """Tasks that differ in their ticker only."""

    task_type: str
    params: Mapping[str, Any]
    tickers: list[str] = field(default_factory=list)
    priority: int = NORMAL
    step: str = ""


def plan_of(name: str, parts: Sequence[Sequence[ProposedTask]]) -> Plan:
    """Part by part: each task waits for all of the part before that are about its ticker, or about none.

    Raises:
        ValidationError: the tasks are more than a plan may have.
    """
    steps: list[Step] = []
    taken: set[str] = set()
    before: list[_Group] = []
    for part in _with_follow_ups(parts):
        groups = _groups(part)
        for group in groups:
            group.step = _free_name(group.task_type, taken)
            taken.add(group.step)
            steps.append(_step(group, before))
        before = groups
    return Plan(name=name, steps=steps)


def _with_follow_ups(parts: Sequence[Sequence[ProposedTask]]) -> list[list[ProposedTask]]:
    """Follow-ups are the part behind that of their tasks."""
    flat: list[list[ProposedTask]] = []
    for part in parts:
        level: Sequence[ProposedTask | ProposedFollowUp] = part
        while level:
            flat.append([_alone(each) for each in level])
            level = [follow for each in level for follow in each.follow_ups]
    return flat


def _alone(task: ProposedTask | ProposedFollowUp) -> ProposedTask:
    return ProposedTask(
        task_type=task.task_type, params=task.params, priority=getattr(task, "priority", NORMAL), run_at=None
    )


def _groups(part: Sequence[ProposedTask]) -> list[_Group]:
    groups: list[_Group] = []
    for task in part:
        params = {key: value for key, value in task.params.items() if key != "ticker"}
        ticker = task.params.get("ticker")
        same = (
            each
            for each in groups
            if (each.task_type, each.params, each.priority) == (task.task_type, params, task.priority)
            and each.tickers
            and ticker
        )
        group = next(same, None)
        if group is None:
            group = _Group(task.task_type, params, priority=task.priority)
            groups.append(group)
        if ticker and ticker not in group.tickers:
            group.tickers.append(ticker)
    return groups


def _step(group: _Group, before: Sequence[_Group]) -> Step:
    """Each ticker waits for its own, where the part before has the same tickers."""
    many = len(group.tickers) > 1
    concerned = [each for each in before if not each.tickers or set(each.tickers) & set(group.tickers)] or before
    alike = next((each for each in concerned if many and each.tickers == group.tickers), None)
    ticker = {"ticker": "${{ item }}" if many else group.tickers[0]} if group.tickers else {}
    return Step(
        id=group.step,
        task_type=group.task_type,
        params={**ticker, **group.params},
        needs=[each.step for each in concerned if each is not alike],
        each_of=alike.step if alike else None,
        for_each=list(group.tickers) if many and not alike else None,
        priority=group.priority if group.priority != NORMAL else None,
    )


def _free_name(task_type: str, taken: set[str]) -> str:
    base = "".join(letter if letter.isalnum() else "_" for letter in task_type.lower())[:45]
    return next(
        name for number in range(1, 20_000) if (name := base if number == 1 else f"{base}_{number}") not in taken
    )
