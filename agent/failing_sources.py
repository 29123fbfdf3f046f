"""Finds sources that fail for every ticker: they rest, and are probed ever more rarely until a task succeeds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.failures import Failure, Place, in_time
from contracts.agent.policy import Policy
from contracts.errors import ACCOUNT_FAULTS, SOURCE_FAULTS


@dataclass(frozen=True)
class Sickness:
    """A source that fails whoever asks. All its tickers wait; one probe at a time finds out when it is well."""

    source: str
    since: datetime
    #: When the next probe may go out.
    probe_at: datetime
    #: Probes that have failed so far.
    failed_probes: int
    tickers: tuple[str, ...]
    error_type: str
    message: str


def sicknesses(failures: Sequence[Failure], successes: Mapping[Place, datetime], policy: Policy) -> dict[str, Sickness]:
    """The sources that are sick.

    ``successes``: the last success of each (ticker, source). One of a source's, from whichever ticker, heals it.
    """
    healthy: dict[str, datetime] = {}
    for (_, source), at in successes.items():
        healthy[source] = max(at, healthy.get(source, at))
    streaks: defaultdict[str, list[Failure]] = defaultdict(list)
    for each in sorted(failures, key=in_time):
        if each.source not in healthy or each.failed_at > healthy[each.source]:
            streaks[each.source].append(each)
    found = (_sickness(streak, policy) for _, streak in sorted(streaks.items()))
    return {each.source: each for each in found if each is not None}


def _sickness(streak: Sequence[Failure], policy: Policy) -> Sickness | None:
    """None until enough tickers have failed at the source itself, or at the account that it is asked with."""
    faults: list[Failure] = []
    tickers: set[str] = set()
    for place, each in enumerate(streak):
        if _is_fault(each):
            faults.append(each)
            tickers.add(each.ticker)
        if len(tickers) >= policy.sick_after_tickers:
            return _probed(faults, streak[place:], policy)
    return None


def _probed(faults: list[Failure], since_sick: Sequence[Failure], policy: Policy) -> Sickness:
    """Count the probes. Tasks that were on their way when it fell sick are none, or the back-off would leap.

    A probe that failed for another reason counts: it did not show that the source is well.
    """
    probes, probe_at = 0, since_sick[0].failed_at + _back_off(0, policy)
    for each in since_sick[1:]:
        if each.created_at >= probe_at:
            probes += 1
            probe_at = each.failed_at + _back_off(probes, policy)
    known = [*faults, *(each for each in since_sick[1:] if _is_fault(each))]
    return Sickness(
        source=faults[0].source,
        since=faults[0].failed_at,
        probe_at=probe_at,
        failed_probes=probes,
        tickers=tuple(sorted({each.ticker for each in known})),
        error_type=known[-1].error_type,
        message=known[-1].message,
    )


def _is_fault(failure: Failure) -> bool:
    # A closed place that a person asked for refuses the credentials, too: that is no expired one.
    return failure.error_type in SOURCE_FAULTS or (failure.usual and failure.error_type in ACCOUNT_FAULTS)


def _back_off(probes: int, policy: Policy) -> timedelta:
    return timedelta(minutes=min(policy.probe_after_minutes * 2.0 ** min(probes, 30), policy.longest_probe_minutes))
