"""Escalates to a person what the agent cannot mend: once, with evidence and the remedies that were tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.failing_sources import Sickness
from agent.failures import Failure, Group, Place, group, in_time
from agent.retry_strategies import Remedy
from contracts.agent.policy import Policy, Strategy

#: Stands for all tickers of a source.
EVERY_TICKER = "*"


@dataclass(frozen=True)
class Evidence:
    """What a person is told. ``tickers``: ("*",) for a source as a whole."""

    source: str
    tickers: tuple[str, ...]
    since: datetime
    last: datetime
    error_type: str
    message: str
    #: In words, in the order it was tried.
    tried: tuple[str, ...]
    task_ids: tuple[str, ...]
    #: Whose data are missing, of a source as a whole.
    affected: tuple[str, ...] = ()
    #: Of the failures that have one cause; empty for a source as a whole.
    fingerprint: str = ""


def escalations(
    sick: Mapping[str, Sickness],
    cures: Mapping[Place, Remedy],
    failures: Sequence[Failure],
    told: Mapping[Place, datetime],
    policy: Policy,
) -> tuple[Evidence, ...]:
    """What a person has to be told now, and was not told since it began: sick sources, and tickers given up.

    While a source is sick nothing is said of its tickers one by one.
    """
    long_sick = [sickness for sickness in sick.values() if sickness.failed_probes >= policy.probes_before_escalation]
    sources = [sickness for sickness in long_sick if not _knows(told, (EVERY_TICKER, sickness.source), sickness.since)]
    given_up = [remedy for (_, source), remedy in cures.items() if remedy.strategy is None and source not in sick]
    lost = [remedy for remedy in given_up if not _knows(told, remedy.failure.place, remedy.since)]
    groups = group([remedy.failure for remedy in lost])
    return (*(_of_source(each, failures) for each in sources), *(_of_group(each, cures) for each in groups))


def _knows(told: Mapping[Place, datetime], place: Place, since: datetime) -> bool:
    return place in told and told[place] >= since


def _of_source(sickness: Sickness, failures: Sequence[Failure]) -> Evidence:
    own = [failure for failure in failures if failure.source == sickness.source and failure.failed_at >= sickness.since]
    return Evidence(
        source=sickness.source,
        tickers=(EVERY_TICKER,),
        since=sickness.since,
        last=max(failure.failed_at for failure in own),
        error_type=sickness.error_type,
        message=sickness.message,
        tried=(f"left in peace; {sickness.failed_probes} probes failed",),
        task_ids=tuple(failure.task_id for failure in sorted(own, key=in_time)),
        affected=sickness.tickers,
    )


def _of_group(found: Group, cures: Mapping[Place, Remedy]) -> Evidence:
    own = [cures[failure.place] for failure in found.failures]
    tried = {strategy for remedy in own for strategy in remedy.tried}
    last = found.failures[-1]
    return Evidence(
        source=found.source,
        tickers=tuple(sorted(failure.ticker for failure in found.failures)),
        since=min(remedy.since for remedy in own),
        last=last.failed_at,
        error_type=last.error_type,
        message=last.message,
        tried=tuple(strategy.value for strategy in Strategy if strategy in tried),
        task_ids=tuple(failure.task_id for failure in found.failures),
        fingerprint=found.fingerprint,
    )
