"""Crash points are armed in the test environment only, and only where they are named."""

import asyncio
import subprocess
import sys

import pytest
from pydantic import SecretStr

from contracts.settings import ServerSettings
from runtime.failpoints import EXIT_CODE, FailpointRefused, Failpoints
from tests.support import warm


def settings(environment: str, failpoint: str = "relay.after-send:exit:2") -> ServerSettings:
    secret = SecretStr("s" * 32)
    return ServerSettings(
        database_url=SecretStr("postgresql://nowhere/none"), jwt_secret=secret, lease_secret=secret,
        environment=environment, failpoint=failpoint,
    )  # fmt: skip


@pytest.mark.parametrize("environment", ["production", "", "TEST", "testing", "staging"])
def test_outside_tests_they_are_refused(environment: str) -> None:
    with pytest.raises(FailpointRefused, match="CLAWDBOT_ENVIRONMENT is not `test`"):
        Failpoints.from_settings(settings(environment))


def test_production_is_what_nobody_says_anything_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAWDBOT_ENVIRONMENT", raising=False)
    assert ServerSettings.model_fields["environment"].default == "production"
    assert ServerSettings.model_fields["failpoint"].default == ""


def test_unarmed_they_do_nothing() -> None:
    failpoints = Failpoints.from_settings(settings("production", failpoint=""))
    asyncio.run(failpoints.hit("relay.after-send"))
    asyncio.run(failpoints.hit(""))
    assert failpoints.mode == ""


PROGRAM = """
import asyncio
from runtime.failpoints import Failpoints
from tests.workers.test_failpoints import settings

async def main():
    failpoints = Failpoints.from_settings(settings("test"))
    for place in ("relay.before-send", "relay.after-send", "relay.before-send", "relay.after-send", "never"):
        print(place, flush=True)
        await failpoints.hit(place)

asyncio.run(main())
"""


@pytest.mark.processes
def test_armed_one_dies_at_its_place_and_passage() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert done.returncode == EXIT_CODE, done.stderr
    assert done.stdout.split() == ["relay.before-send", "relay.after-send"] * 2


@pytest.mark.processes
def test_core_does_not_start_with_one_in_production() -> None:
    """Before it touches anything: no Postgres listens where this one would connect to."""
    environment = {
        "CLAWDBOT_DATABASE_URL": "postgresql://u:p@127.0.0.1:9/none", "CLAWDBOT_JWT_SECRET": "s" * 32,
        "CLAWDBOT_LEASE_SECRET": "s" * 32, "CLAWDBOT_FAILPOINT": "relay.after-send:exit",
    }  # fmt: skip
    done = warm.run([sys.executable, "-m", "workers.core.main"], text=True, timeout=60, env=environment)
    assert done.returncode not in (0, EXIT_CODE)
    assert "FailpointRefused" in done.stderr
