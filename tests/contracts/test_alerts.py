"""Rules, channels and quiet hours as people write them: what is understood, and the sentence for what is not."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from contracts.alerts.channels import parse_channels
from contracts.alerts.digests import daily_cron, weekly_cron
from contracts.alerts.quiet_hours import is_quiet
from contracts.alerts.rules import BadRules, Rule, RuleKind, parse_rules
from contracts.settings import ServerSettings
from workers.core.alert_sources import shipped_rules

SECRET = "s3cret"


def test_every_kind_is_shipped_and_only_what_somebody_set_is_kept() -> None:
    rules = shipped_rules()
    assert {each.kind for each in rules} == set(RuleKind)
    [drift] = [each for each in rules if each.kind is RuleKind.DRIFT]
    assert drift.body == {"kind": "drift", "severity": "warning", "for_seconds": 60}
    assert Rule.model_validate({**drift.body, "name": drift.name}) == drift
    for each in rules:
        # As the API shows it.
        assert Rule.model_validate(each.model_dump(mode="json")) == each


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "This is not YAML in line 1."),
        ("- a", "The file must have 'rules:'"),
        ("rules: {a: {kind: drift}}\nother: 1", "The file must have 'rules:' and nothing else"),
        ("rules: {a: 7}", "Rule 'a': kind: is missing."),
        ("rules: {A b: {kind: drift}}", "Rule 'A b': name:"),
        (
            "rules: {a: {kind: drift, chanels: []}}",
            "Rule 'a': chanels: there is no such field; did you mean channels?",
        ),
        ("rules: {a: {kind: drift, threshold: 3}}", "Rule 'a': threshold means nothing to drift"),
        ("rules: {a: {kind: drift, update_seconds: 5}}", "Rule 'a': update_seconds: must be at least"),
        ("rules: {a: {kind: drift, quiet: '25:00-07:00'}}", "must be like 22:00-07:00 Europe/Berlin"),
    ],
)
def test_bad_rules_get_a_sentence(text: str, said: str) -> None:
    with pytest.raises(BadRules) as refused:
        parse_rules(text)
    assert said in str(refused.value)


def test_channels_are_read_as_names_with_secrets() -> None:
    text = f"{{ops: 'slack://{SECRET}/b/c', phone: {{url: 'tgram://{SECRET}/1', quiet: '22:00-07:00 Europe/Berlin'}}}}"
    channels = parse_channels(text)
    assert {each.name: each.service for each in channels.values()} == {"ops": "slack", "phone": "tgram"}
    assert channels["phone"].quiet == "22:00-07:00 Europe/Berlin"
    assert SECRET not in repr(channels)


@pytest.mark.parametrize(
    "text",
    [
        f"{{ops: 'slack://{SECRET}",
        f"- slack://{SECRET}",
        f"{{Ops Room: 'slack://{SECRET}'}}",
        f"{{ops: {SECRET}}}",
        f"{{ops: {{url: 'slack://{SECRET}', quiet: never}}}}",
        f"{{ops: {{url: 'slack://{SECRET}', token: x}}}}",
    ],
)
def test_bad_channels_get_a_sentence_without_the_secret(text: str) -> None:
    known = {"database_url": "postgresql://x/y", "jwt_secret": "x" * 32, "lease_secret": "x"}
    with pytest.raises(ValidationError) as refused:
        ServerSettings.model_validate({**known, "channels": text})
    assert "channel" in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        ("22:00-07:00", "2026-03-02T21:59", False),
        ("22:00-07:00", "2026-03-02T22:00", True),
        ("22:00-07:00", "2026-03-02T06:59", True),
        ("22:00-07:00", "2026-03-02T07:00", False),
        ("12:00-13:00", "2026-03-02T12:30", True),
        # 22:30 in Berlin in winter, and half past midnight there in summer.
        ("22:00-07:00 Europe/Berlin", "2026-03-02T21:30", True),
        ("00:00-01:00 Europe/Berlin", "2026-07-01T22:30", True),
        (None, "2026-03-02T23:00", False),
    ],
)
def test_quiet_hours(hours: str | None, moment: str, quiet: bool) -> None:
    assert is_quiet(hours, datetime.fromisoformat(moment).replace(tzinfo=UTC)) is quiet


def test_times_of_digests() -> None:
    assert (daily_cron("08:05"), daily_cron("off")) == ("5 8 * * *", None)
    assert (weekly_cron("mon 07:30"), weekly_cron("Sun 00:00"), weekly_cron("off")) == ("30 7 * * 1", "0 0 * * 0", None)
    with pytest.raises(ValueError, match="a time such as 08:00"):
        daily_cron("8")
    with pytest.raises(ValueError, match="a day and a time such as mon 08:00"):
        weekly_cron("monday 08:00")
