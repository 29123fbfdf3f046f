"""Tells which escalations are still open; the alert of an escalation ends when its tickers are collected again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.escalations import EVERY_TICKER
from agent.healing import Healing
from contracts.alerts.facts import Raised

_MOST_NAMED = 20


@dataclass(frozen=True)
class Escalated:
    """A person was told of it, as the ledger says."""

    decision_id: str
    at: datetime
    source: str
    #: ("*",) for a source as a whole.
    tickers: tuple[str, ...]
    reason: str
    #: Of the failures that have one cause; empty for a source as a whole.
    fingerprint: str = ""
    task_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What has one key is one alert, whoever was told of it and when."""
        return f"{self.source}:{self.fingerprint or EVERY_TICKER}"


def open_escalations(told: Sequence[Escalated], healing: Healing) -> list[Raised]:
    """The alerts of these escalations, by key. ``told``: the oldest first, without those that a person has undone.

    A source as a whole lasts until a task of it succeeds, a ticker until one of its own does. The count is that of the
    tickers, so that people hear of it again when there are more.
    """
    found: defaultdict[str, list[Escalated]] = defaultdict(list)
    tickers: defaultdict[str, set[str]] = defaultdict(set)
    for each in told:
        still = _still(each, healing)
        if still:
            found[each.key].append(each)
            tickers[each.key].update(still)
    return [_raised(key, each[-1], sorted(tickers[key])) for key, each in sorted(found.items())]


def _still(told: Escalated, healing: Healing) -> set[str]:
    """Of the tickers those that have not got better."""
    if EVERY_TICKER in told.tickers:
        sickness = healing.sick.get(told.source)
        return {EVERY_TICKER} if sickness is not None and sickness.since <= told.at else set()
    cures = {ticker: healing.remedies.get((ticker, told.source)) for ticker in told.tickers}
    return {ticker for ticker, cure in cures.items() if cure is not None and cure.since <= told.at}


def _raised(key: str, newest: Escalated, tickers: Sequence[str]) -> Raised:
    named = ", ".join(tickers[:_MOST_NAMED]) + ("…" if len(tickers) > _MOST_NAMED else "")
    about = "All tickers wait." if EVERY_TICKER in tickers else f"Given up: {named}"
    tasks = f"Newest task: {newest.task_ids[-1]}" if newest.task_ids else ""
    end = f"If you know: clawdbot agent undo {newest.decision_id}"
    body = "\n".join(filter(None, (newest.reason, about, tasks, end)))
    return Raised(key, f"⚠️ {newest.reason}", body, len(tickers))
