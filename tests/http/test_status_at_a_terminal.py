"""`clawdbot status`: one screen on which a person sees what is wrong and what to type."""

from collections.abc import Iterator

import pytest

from tests.http.terminal import Terminal, terminal
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers

__all__ = ["terminal"]


@pytest.fixture(scope="module")
def alone(servers: Servers, cheap_passwords: None) -> Iterator[Facade]:
    """Nobody else's tasks are counted."""
    with in_process(servers, gateway_internal_address="127.0.0.1:1") as stack:
        yield stack


@pytest.fixture
def at_home(terminal: Terminal, alone: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", alone.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", alone.admin_key)
    monkeypatch.setenv("COLUMNS", "80")
    return terminal


def test_all_that_needs_a_person_is_on_one_screen(at_home: Terminal, alone: Facade) -> None:
    api = alone.api
    api.submit_many(3, "echo")
    asked = api.submit("echo", needs_approval=True)
    alone.execute("UPDATE tasks SET status = 'awaiting_approval' WHERE id = %s", asked)
    api.http.post("/capabilities/web_monitor/pause", json={"reason": "the site asked us to"}).raise_for_status()
    code, said = at_home("status")
    lines = said.splitlines()
    assert (code, len(lines) <= 24, max(map(len, lines)) <= 80) == (0, True, True), said
    for part in ("postgres ok", "core", "3 pending", "1 awaiting approval", "paused by settings", "echo: 3 waiting"):
        assert part in said
    told = " ".join(said.partition("Needs you")[2].split())
    assert "1 task awaiting approval (clawdbot tasks list --status awaiting_approval" in told
    assert "web_monitor is paused: paused by human:admin: the site asked us to (clawdbot capabilities)" in told
    assert "echo: 3 waiting, and no worker is online for it (clawdbot start --capabilities echo" in told
    assert "Next: look at its log" in told or "Next: clawdbot tasks list" in told
