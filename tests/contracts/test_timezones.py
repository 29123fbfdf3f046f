"""One time zone for everything, unless digests are given their own."""

import os

import pytest
from pydantic import SecretStr, ValidationError

from contracts.settings import ServerSettings
from contracts.timezones import checked_timezone, zone_of

SECRET = SecretStr("x" * 32)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CLAWDBOT_"):
            monkeypatch.delenv(name)


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> ServerSettings:
    for name, value in environment.items():
        monkeypatch.setenv(f"CLAWDBOT_{name}", value)
    return ServerSettings(database_url=SECRET, jwt_secret=SECRET, lease_secret=SECRET)


@pytest.mark.parametrize(
    ("environment", "zone"),
    [
        ({}, "UTC"),
        ({"TIMEZONE": "Europe/Berlin"}, "Europe/Berlin"),
        ({"TIMEZONE": "Europe/Berlin", "DIGEST_ZONE": ""}, "Europe/Berlin"),
        ({"DIGEST_ZONE": "Asia/Tokyo"}, "Asia/Tokyo"),
        ({"TIMEZONE": "Europe/Berlin", "DIGEST_ZONE": "Asia/Tokyo"}, "Asia/Tokyo"),
    ],
)
def test_digests_have_the_zone_of_everything_unless_they_have_their_own(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], zone: str
) -> None:
    assert settings(monkeypatch, **environment).digest_timezone == zone


@pytest.mark.parametrize("name", ["TIMEZONE", "DIGEST_ZONE"])
def test_a_zone_that_does_not_exist_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ValidationError, match="'Mars/Olympus' is no time zone; use a name such as Europe/Berlin"):
        settings(monkeypatch, **{name: "Mars/Olympus"})


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "UTC\0"])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone"):
        checked_timezone(name)


def test_a_zone_is_named_as_it_was_given() -> None:
    assert checked_timezone("Europe/Berlin") == zone_of("Europe/Berlin").key == "Europe/Berlin"
