"""Estimates how long a plan still takes: its longest way by the usual time of each type."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.plans.statuses import OVER, StepStatus


@dataclass(frozen=True)
class Leg:
    """A step as its time depends on it."""

    step: str
    task_type: str
    needed_by: Sequence[str]
    status: StepStatus
    #: None: not known yet.
    open_parts: int | None
    parallel: int | None


@dataclass(frozen=True)
class Outlook:
    #: None: for one of the types nothing is known.
    seconds: float | None
    #: Steps of the longest way, in their order; those that are over are no part of it.
    critical_path: tuple[str, ...]


def look_ahead(legs: Sequence[Leg], usual: Mapping[str, float]) -> Outlook:
    """Of legs without a circle. A type of which nothing is known counts as one second where ways are compared."""
    by_name = {leg.step: leg for leg in legs}
    waits = dict.fromkeys(by_name, 0)
    for leg in legs:
        for name in leg.needed_by:
            waits[name] = waits.get(name, 0) + (name in by_name)
    until = dict.fromkeys(by_name, 0.0)
    before: dict[str, str] = {}
    ready = deque(name for name in by_name if not waits[name])
    while ready:
        leg = by_name[ready.popleft()]
        until[leg.step] += _seconds(leg, usual)
        for name in leg.needed_by:
            if name not in by_name:
                continue
            if until[leg.step] > until[name] or name not in before:
                until[name] = max(until[name], until[leg.step])
                before[name] = leg.step
            waits[name] -= 1
            if not waits[name]:
                ready.append(name)
    if not by_name:
        return Outlook(0, ())
    last = max(by_name, key=lambda name: until[name])
    known = all(leg.task_type in usual for leg in legs if leg.status not in OVER)
    return Outlook(until[last] if known else None, _way(last, before, by_name))


def _seconds(leg: Leg, usual: Mapping[str, float]) -> float:
    if leg.status in OVER:
        return 0
    parts = 1 if leg.open_parts is None else leg.open_parts
    turns = -(-parts // leg.parallel) if leg.parallel else min(parts, 1)
    return turns * max(usual.get(leg.task_type, 1.0), 0.001)


def _way(last: str, before: Mapping[str, str], by_name: Mapping[str, Leg]) -> tuple[str, ...]:
    way = [last]
    while way[-1] in before:
        way.append(before[way[-1]])
    return tuple(name for name in reversed(way) if by_name[name].status not in OVER)
