"""Which channels get which messages: quiet hours, mutes, severities, and channels that are gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.due_messages import Alert, decide
from alerts.grouping import MessageKind, Told
from contracts.alerts.rules import Rule, RuleKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
QUIET = "22:00-07:00"
CHANNELS = {"ops": None, "phone": QUIET}


def alert(**changes: Any) -> Alert:
    usual: dict[str, Any] = {
        "id": 1, "rule": "r", "kind": "drift", "fingerprint": "r:x", "severity": "warning", "title": "bad",
        "body": "because", "recovered_title": "good", "task_id": None, "count": 1, "state": "firing",
        "recovered_at": None, "muted_until": None,
    }  # fmt: skip
    return Alert(**{**usual, **changes})


def told_to(now: datetime, one: Alert, muted: datetime | None = None, **rule: Any) -> list[str]:
    made = Rule(name="r", kind=RuleKind.DRIFT, **rule)
    return [each["channel"] for each in decide([one], {"r": (made, muted)}, CHANNELS, {}, now).messages]


@pytest.mark.parametrize(
    ("now", "changes", "rule", "channels"),
    [
        (NOON, {}, {}, ["ops", "phone"]),
        (NIGHT, {}, {}, ["ops"]),
        (NIGHT, {"severity": "critical"}, {}, ["ops", "phone"]),
        (NIGHT, {}, {"quiet": QUIET}, []),
        (NIGHT, {"severity": "critical"}, {"quiet": QUIET}, ["ops", "phone"]),
        (NOON, {}, {"channels": ["phone", "gone"]}, ["phone"]),
        (NOON, {}, {"channels": []}, []),
        (NOON, {"muted_until": NOON + timedelta(seconds=1)}, {}, []),
        (NOON, {"muted_until": NOON}, {}, ["ops", "phone"]),
        (NOON, {"rule": "gone"}, {}, []),
    ],
)
def test_who_is_told(now: datetime, changes: dict[str, Any], rule: dict[str, Any], channels: list[str]) -> None:
    assert told_to(now, alert(**changes), **rule) == channels


def test_a_muted_rule_is_told_to_nobody() -> None:
    assert told_to(NOON, alert(), muted=NOON + timedelta(hours=1), severity="critical") == []


def test_a_recovery_is_good_news_and_settles_the_alert() -> None:
    over = alert(state="recovered", recovered_at=NOON)
    rules = {"r": (Rule(name="r", kind=RuleKind.DRIFT), None)}
    first = Told(MessageKind.FIRST, NOON - timedelta(minutes=5), 1)
    decision = decide([over], rules, {"ops": None}, {("r:x", "ops"): [(1, first)]}, NOON)
    [message] = decision.messages
    assert (message["title"], message["kind"], message["severity"]) == ("good", "recovered", "info")
    assert decision.settled == []
    last = Told(MessageKind.RECOVERED, NOON, 1)
    assert decide([over], rules, {"ops": None}, {("r:x", "ops"): [(1, first), (1, last)]}, NOON).settled == [1]
    # Told about an earlier alert of the same fingerprint only: nothing to take back.
    assert decide([over], rules, {"ops": None}, {("r:x", "ops"): [(0, first)]}, NOON).settled == [1]
