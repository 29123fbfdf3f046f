"""`clawdbot failures` against the real API: what a person reads, and what is done."""

import pytest

from contracts.tasks.statuses import TaskStatus
from tests.http.tasks.failed import Failing
from tests.http.tasks.test_releases import as_core
from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


@pytest.fixture
def at_home(terminal: Terminal, stack: Facade, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    return terminal


@pytest.fixture
def failing(stack: Facade, api: Api) -> Failing:
    return Failing(stack, api)


def test_a_group_is_looked_at_and_decided_on(at_home: Terminal, failing: Failing) -> None:
    failing.fail(2, "no space left on device {n}")
    cause = failing.group()["cause"]
    code, said = at_home("failures", "list", "--type", "web_monitor", "--limit", "200")
    [line] = [line for line in said.splitlines() if line.startswith(cause[:8])]
    assert code == 0
    assert line.split()[1:3] == ["2", "web_monitor"]
    assert "disk_full" in line
    code, said = at_home("failures", "show", cause[:12])
    assert code == 0
    for told in ("no space left on device 0", "Free space where it happened", f"{failing.worker} (2)", "2 tasks now"):
        assert told in said
    assert at_home("failures", "note", cause, "emptied the cache")[1].startswith(f"{cause[:8]}  noted as ")
    assert at_home("failures", "resolve", cause)[1].startswith(f"{cause[:8]} is resolved.")
    assert at_home("failures", "reopen", cause)[1] == f"{cause[:8]} is open.\n"
    assert at_home("failures", "mute", cause, "--for", "2h")[1].startswith(f"{cause[:8]} is muted until ")
    assert "emptied the cache" in at_home("failures", "show", cause)[1]


def test_all_its_tasks_are_mended(at_home: Terminal, failing: Failing, stack: Facade) -> None:
    ids = failing.fail(2, "no such place {n}", {"ticker": "NVDA", "subreddits": ["stokcs"]}, "reddit_crawl")
    cause = failing.group()["cause"]
    code, said = at_home("failures", "edit", cause, "limit=none", "--yes")
    assert (code, said.startswith("Nothing is changed: 2 of 2 do not fit, such as ")) == (2, True)
    at_home("failures", "edit", cause, "subreddits=stocks", "limit=null", "--yes")
    as_core(stack)
    assert {tuple(failing.api.task(id_)["params"]["subreddits"]) for id_ in ids} == {("stocks",)}
    assert at_home("failures", "release", cause)[1].startswith("No canary of this group has succeeded")
    code, said = at_home("failures", "canary", cause, "--task", ids[0], "--release")
    assert code == 0
    assert said.startswith(f"Task {ids[0]} is tried first. 1 task in the background: ")
    failing.end(ids[0], "", round_=1, status=TaskStatus.SUCCEEDED)
    as_core(stack)
    assert failing.statuses(ids) == ["succeeded", "pending"]
    assert "the canary succeeded" in at_home("failures", "show", cause)[1]
    assert at_home("failures", "retry", cause) == (0, "None of its tasks is failed any more. Nothing was done.\n")


@pytest.mark.parametrize(
    ("words", "to"), [(["retry"], "retry them"), (["edit", "url=https://example.com/other"], "change them")]
)
def test_where_nobody_can_be_asked_it_says_how_to_agree(
    at_home: Terminal, failing: Failing, words: list[str], to: str
) -> None:
    ids = failing.fail(2, "no such host {n}")
    verb, *more = words
    code, said = at_home("failures", verb, failing.group()["cause"], *more)
    assert (code, f"Say --yes to {to} without being asked." in said) == (2, True), said
    assert failing.statuses(ids) == ["failed", "failed"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("show zz", 2, "is no group id. Give the id, or at least its first 4 characters."),
        ("show abcdef123456", 5, "`clawdbot failures list` shows them."),
        (f"resolve {'0' * 32}", 5, "There is no such group of failures."),
        ("mute abcdef", 2, "--for"),
    ],
)
def test_mistakes(at_home: Terminal, words: str, code: int, told: str) -> None:
    found = at_home("failures", *words.split())
    assert found[0] == code
    assert told in found[1]
