"""Picks the next retry strategy for a failed source of one ticker: each strategy once, then no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.collection_tasks import can_be_smaller
from agent.failures import Failure, Place, in_time
from contracts.agent.policy import Policy, Strategy

#: Errors that another try does not cure, and those that another worker may.
_HOPELESS = frozenset({"NotFound", "InvalidParams"})
#: Asking a source that does not answer for less only leaves a gap behind.
_WHATEVER_THE_RANGE = frozenset({"SourceUnavailable"})
_OF_THE_WORKER = frozenset({"CredentialsMissing", "CredentialsRefused", "QuotaUsedUp"})
_RANK = {strategy: place for place, strategy in enumerate(Strategy)}


@dataclass(frozen=True)
class Remedy:
    """The next thing to try. ``strategy`` None: given up, and only looked at now and then."""

    #: The newest one.
    failure: Failure
    strategy: Strategy | None
    not_before: datetime
    tried: tuple[Strategy, ...]
    #: The first failure since the last success.
    since: datetime


def remedies(failures: Sequence[Failure], successes: Mapping[Place, datetime], policy: Policy) -> dict[Place, Remedy]:
    """What comes next for each (ticker, source) that has failed since its last success.

    A person's mistyped subreddit says nothing about what the agent asks for.
    """
    streaks: defaultdict[Place, list[Failure]] = defaultdict(list)
    for each in sorted((each for each in failures if each.usual), key=in_time):
        if each.place not in successes or each.failed_at > successes[each.place]:
            streaks[each.place].append(each)
    return {place: _remedy(streak, policy) for place, streak in sorted(streaks.items())}


def _remedy(streak: Sequence[Failure], policy: Policy) -> Remedy:
    last = streak[-1]
    tried = tuple(strategy for strategy in Strategy if any(failure.strategy is strategy for failure in streak))
    # What was tried and what comes before it is behind: no strategy is tried twice, whatever errors come.
    behind = max((_RANK[strategy] for strategy in tried), default=-1)
    strategy = next((cure for cure in _cures(last) if _RANK[cure] > behind), None)
    return Remedy(last, strategy, last.failed_at + _wait(strategy, policy), tried, streak[0].failed_at)


def _cures(failure: Failure) -> tuple[Strategy, ...]:
    if failure.error_type in _HOPELESS:
        return ()
    if failure.error_type in _OF_THE_WORKER:
        return (Strategy.OTHER_WORKER,)
    if failure.error_type in _WHATEVER_THE_RANGE or not can_be_smaller(failure.source):
        return (Strategy.OTHER_WORKER, Strategy.LATER)
    return tuple(Strategy)


def _wait(strategy: Strategy | None, policy: Policy) -> timedelta:
    minutes = {Strategy.LATER: policy.later_minutes, None: policy.given_up_minutes}
    return timedelta(minutes=minutes.get(strategy, 0))
