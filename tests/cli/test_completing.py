"""What Tab offers, as the script that bash has installed asks for it."""

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade
from tests.cli.test_types_and_workers import a_worker


@pytest.fixture
def tab(clawdbot: Shell, monkeypatch: pytest.MonkeyPatch) -> "Tab":
    return Tab(clawdbot, monkeypatch)


class Tab:
    def __init__(self, shell: Shell, patch: pytest.MonkeyPatch) -> None:
        self._shell, self._patch = shell, patch

    def __call__(self, line: str) -> list[str]:
        """What is offered behind this line; nothing is ever said besides."""
        self._patch.setenv("_CLAWDBOT_COMPLETE", "complete_bash")
        self._patch.setenv("COMP_WORDS", line)
        self._patch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        ran = self._shell()
        assert ran.err == ""
        return ran.out.split()


def test_commands(tab: Tab) -> None:
    assert tab("clawdbot ta") == ["tasks"]
    assert {"list", "show", "cancel"} <= set(tab("clawdbot tasks "))
    # Of what there is not, nothing is said either.
    for nonesuch in ("wrk ", "wrk x", "tasks lst ", "workspaces lst x"):
        tab(f"clawdbot {nonesuch}")


def test_ids_types_and_workers(tab: Tab, facade: Facade) -> None:
    one, other = facade.add("echo"), facade.add("reddit_crawl", ticker="NVDA")
    facade.workers = [a_worker() | {"name": name} for name in ("mac-mini", "cellar")]
    assert tab("clawdbot tasks show ") == [str(other.id)[:8], str(one.id)[:8]]
    assert tab(f"clawdbot tasks cancel {str(one.id)[:5]}") == [str(one.id)[:8]]
    assert tab(f"clawdbot tasks show {str(one.id)[:20]}") == [str(one.id)[:20]]
    assert tab("clawdbot tasks add redd") == ["reddit_crawl"]
    assert tab("clawdbot tasks list --type web") == ["web_monitor"]
    assert tab("clawdbot types show sec") == ["sec_filing_crawl"]
    assert tab("clawdbot workers pause m") == ["mac-mini"]
    assert tab("clawdbot tasks list --worker c") == ["cellar"]
    assert tab("clawdbot tasks show zz") == []


def test_nothing_is_said_where_nothing_answers(tab: Tab, facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    facade.is_down = True
    assert tab("clawdbot tasks show ") == []
    monkeypatch.setenv("CLAWDBOT_API_URL", "http://127.0.0.1:1")
    assert tab("clawdbot workers show ") == []
    monkeypatch.setenv("CLAWDBOT_API_URL", "no address")
    assert tab("clawdbot types show ") == []
