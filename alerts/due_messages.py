"""Decides for all alerts and channels which messages are due now, and which alerts are settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from alerts import texts
from alerts.grouping import Group, MessageKind, Policy, Told, is_settled, message_due
from contracts.alerts.quiet_hours import is_quiet
from contracts.alerts.rules import ALL_CHANNELS, HAPPENINGS, Rule, Severity

#: What could not be told for so long (muted, quiet hours) is not told any more once it is over.
_STALE = timedelta(hours=24)


@dataclass(frozen=True)
class Alert:
    """A row of the notifications as the decision needs it."""

    id: int
    rule: str
    kind: str
    fingerprint: str
    severity: str
    title: str
    body: str
    recovered_title: str
    task_id: UUID | None
    count: int
    state: str
    recovered_at: datetime | None
    muted_until: datetime | None
    #: How often it came back within the hour.
    returns: int = 0
    #: It is well, and has to stay so before that is told.
    well_since: datetime | None = None

    @property
    def group(self) -> Group:
        return Group(self.state == "firing", self.count, self.kind in HAPPENINGS)


@dataclass
class Decision:
    """Messages to write down (as rows), and ids of the alerts that are settled."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)


#: By (fingerprint, channel), the oldest first, each with the id of the alert that it was about.
History = Mapping[tuple[str, str], Sequence[tuple[int, Told]]]


def decide(
    alerts: Iterable[Alert],
    rules: Mapping[str, tuple[Rule, datetime | None]],
    channels: Mapping[str, str | None],
    history: History,
    now: datetime,
) -> Decision:
    """What is due now. ``rules``: with how long each is muted; ``channels``: quiet hours by name."""
    decision = Decision()
    for alert in alerts:
        if alert.rule in rules:
            _decide_one(decision, alert, *rules[alert.rule], channels, history, now)
        else:
            decision.settled.append(alert.id)
    return decision


def _decide_one(
    decision: Decision,
    alert: Alert,
    rule: Rule,
    muted_until: datetime | None,
    channels: Mapping[str, str | None],
    history: History,
    now: datetime,
) -> None:
    muted = _later(muted_until, now) or _later(alert.muted_until, now)
    quiet_rule = is_quiet(rule.quiet, now)
    settled = True
    for name in channels_of(rule, channels):
        told = [
            Told(each.kind, each.at, each.count, ours=id_ == alert.id)
            for id_, each in history.get((alert.fingerprint, name), ())
        ]
        quiet = (quiet_rule or is_quiet(channels[name], now)) and alert.severity != Severity.CRITICAL
        held = alert.well_since is not None and alert.group.firing
        due = message_due(alert.group, told, Policy(_update_every(rule, alert), muted or quiet or held), now)
        if due:
            decision.messages.append(message(alert, name, due))
        settled &= is_settled(alert.group, told)
    if settled or (alert.recovered_at is not None and now - alert.recovered_at > _STALE):
        decision.settled.append(alert.id)


def channels_of(rule: Rule, known: Iterable[str]) -> list[str]:
    """The channels of the rule that there are."""
    names = list(known)
    return names if ALL_CHANNELS in rule.channels else [name for name in rule.channels if name in names]


def message(alert: Alert, channel: str, kind: MessageKind) -> dict[str, Any]:
    """The message as it is written down."""
    over = kind is MessageKind.RECOVERED
    return {
        "notification_id": alert.id,
        "task_id": str(alert.task_id) if alert.task_id else None,
        "channel": channel,
        "kind": kind.value,
        "severity": Severity.INFO.value if over else alert.severity,
        "title": _title(alert, over=over),
        "message": "" if over else alert.body,
        "count": alert.count,
    }


def _update_every(rule: Rule, alert: Alert) -> timedelta:
    """What comes and goes has got worse all the time."""
    return timedelta(seconds=rule.update_seconds * (1 + alert.returns))


def _title(alert: Alert, *, over: bool) -> str:
    said = alert.recovered_title if over else alert.title
    if not alert.returns:
        return said
    return texts.came_and_went(said, alert.returns) if over else texts.again(said, alert.returns)


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
