"""The demo: four crawls, their progress, a summary."""

from pathlib import Path

import pytest

from cli.connection import Connection
from cli.stack.demo import run_demo
from tests.cli.conftest import Server, Shell
from tests.cli.facade import KEY, Facade
from workers.embedded.layout import DataDirectory


@pytest.mark.usefixtures("nowhere")
def test_the_demo_sums_up(server: Server, facade: Facade, capsys: pytest.CaptureFixture[str]) -> None:
    result = {"posts_collected": 120, "new": 100, "duplicates": 20, "requests": 7}
    facade.on_created = lambda task: facade.scripts.append(
        [*facade.running(task), facade.end(task, "succeeded", result=result)]
    )
    assert run_demo(Connection(server.url, KEY), "http://temporal.example") == 0
    out = capsys.readouterr().out
    params = [(each["task_type"], each["params"]["ticker"]) for each in facade.bodies("/tasks/batch")[0]["tasks"]]
    assert params == [*(("reddit_crawl", each) for each in ("NVDA", "AAPL", "TSLA")), ("sec_filing_crawl", "NVDA")]
    assert "reddit_crawl TSLA      succeeded  120 posts  100     20         7  1.5 s" in out
    assert f"Dashboard       {server.url}/\n" in out
    assert f"{server.url}/docs" in out
    assert "http://temporal.example" in out
    assert "\x1b" not in out


@pytest.mark.usefixtures("nowhere")
def test_a_crawl_that_fails_fails_the_demo(server: Server, facade: Facade) -> None:
    facade.on_created = lambda task: facade.scripts.append([facade.end(task, "failed", error={"type": "E"})])
    assert run_demo(Connection(server.url, KEY)) == 1


def test_where_it_runs_already_nothing_is_said_of_ports(bare_shell: Shell, tmp_path: Path) -> None:
    held = DataDirectory(tmp_path)
    held.lock()
    try:
        ran = bare_shell("demo", "--keep", "--data-dir", tmp_path)
    finally:
        held.release()
    assert (ran.code, "already runs" in ran.err, "is in use" in ran.err) == (3, True, False)
