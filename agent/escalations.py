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
    long_sick = [each for each in sick.values() if each.failed_probes >= policy.probes_before_escalation]
    sources = [each for each in long_sick if not _knows(told, (EVERY_TICKER, each.source), each.since)]
    given_up = [each for (_, source), each in cures.items() if each.strategy is None and source not in sick]
    lost = [each for each in given_up if not _knows(told, each.failure.place, each.since)]
    groups = group([each.failure for each in lost])
    return (*(_of_source(each, failures) for each in sources), *(_of_group(each, cures) for each in groups))


def _knows(told: Mapping[Place, datetime], place: Place, since: datetime) -> bool:
    return place in told and told[place] >= since


def _of_source(sickness: Sickness, failures: Sequence[Failure]) -> Evidence:
    own = [each for each in failures if each.source == sickness.source and each.failed_at >= sickness.since]
    return Evidence(
        source=sickness.source,
        tickers=(EVERY_TICKER,),
        since=sickness.since,
        last=max(each.failed_at for each in own),
        error_type=sickness.error_type,
        message=sickness.message,
        tried=(f"left in peace; {sickness.failed_probes} probes failed",),
        task_ids=tuple(each.task_id for each in sorted(own, key=in_time)),
        affected=sickness.tickers,
    )


def _of_group(found: Group, cures: Mapping[Place, Remedy]) -> Evidence:
    own = [cures[each.place] for each in found.failures]
    tried = {strategy for each in own for strategy in each.tried}
    last = found.failures[-1]
    return Evidence(
        source=found.source,
        tickers=tuple(sorted(each.ticker for each in found.failures)),
        since=min(each.since for each in own),
        last=last.failed_at,
        error_type=last.error_type,
        message=last.message,
        tried=tuple(each.value for each in Strategy if each in tried),
        task_ids=tuple(each.task_id for each in found.failures),
        fingerprint=found.fingerprint,
    )
