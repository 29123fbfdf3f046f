"""Groups failed tasks that have one cause."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.agent.policy import Strategy

#: (ticker, source)
Place = tuple[str, str]

_LONGEST_FINGERPRINT = 200
_VARIABLE = re.compile(r"https?://\S+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b|\d+(?:[.:,]\d+)*")


@dataclass(frozen=True)
class Failure:
    """A task of a source that failed for good: its own attempts are used up."""

    task_id: str
    ticker: str
    source: str
    error_type: str
    message: str
    created_at: datetime
    failed_at: datetime
    #: What it did differently, if it was a retry of the agent's.
    strategy: Strategy | None = None
    worker_id: str | None = None
    #: It asked for what the agent would ask for. Else its error may come from what a person asked for alone.
    usual: bool = True

    @property
    def place(self) -> Place:
        return self.ticker, self.source


@dataclass(frozen=True)
class Group:
    """Failures of one source with one cause."""

    source: str
    fingerprint: str
    failures: tuple[Failure, ...]


def in_time(failure: Failure) -> tuple[datetime, str]:
    return failure.failed_at, failure.task_id


def fingerprint(error_type: str, message: str, ticker: str = "") -> str:
    """What stays of an error when numbers, ids, addresses and the ticker are taken out."""
    said = re.sub(rf"(?<![A-Za-z]){re.escape(ticker)}(?![A-Za-z])", "TICKER", message) if ticker else message
    return f"{error_type}: {' '.join(_VARIABLE.sub('#', said).split())}"[:_LONGEST_FINGERPRINT]


def group(failures: Sequence[Failure]) -> tuple[Group, ...]:
    """By source and fingerprint; the largest group first, in each the oldest failure first."""
    found: defaultdict[tuple[str, str], list[Failure]] = defaultdict(list)
    for each in sorted(failures, key=in_time):
        found[each.source, fingerprint(each.error_type, each.message, each.ticker)].append(each)
    groups = [Group(source, print_, tuple(members)) for (source, print_), members in found.items()]
    return tuple(sorted(groups, key=lambda each: (-len(each.failures), each.source, each.fingerprint)))
