"""`clawdbot types` and `clawdbot workers`."""

import io
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from cli.errors import Unreachable
from cli.workers import table as worker_table
from contracts.task_types import TASK_TYPES
from contracts.tasks.statuses import TaskStatus
from contracts.workers.views import (
    RecordOfWorkView,
    TaskOnHandView,
    VitalsView,
    WorkerDetailView,
    WorkerEventView,
    WorkerView,
)
from tests.cli.conftest import Server, Shell
from tests.cli.facade import Facade


def test_types(clawdbot: Shell) -> None:
    ran = clawdbot("types")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines[1 : len(TASK_TYPES) + 1]] == list(TASK_TYPES)
    assert len(clawdbot("types", "--json").json["task_types"]) == len(TASK_TYPES)


def test_types_show(clawdbot: Shell) -> None:
    rows = [line.split("  ") for line in clawdbot("types", "show", "reddit_crawl").out.splitlines()]
    words = {row[0]: [cell.strip() for cell in row[1:] if cell.strip()] for row in rows}
    assert words["ticker"] == ["text", "required", "Stock ticker, e.g. NVDA or BRK.B"]
    assert words["subreddits"] == ["list of text", "optional"]
    assert words["limit"][:2] == ["integer", "1000"]
    assert clawdbot("types", "show", "echo", "--json").json["name"] == "echo"


def test_types_show_of_an_unknown_type(clawdbot: Shell) -> None:
    ran = clawdbot("types", "show", "nonsense")
    assert ran.code == 5
    assert "Use one of: reddit_crawl" in ran.err


def a_worker() -> dict[str, Any]:
    moment = datetime.now(UTC) - timedelta(minutes=5)
    view = WorkerDetailView(
        id=UUID("01234567-89ab-4def-8123-456789000001"), name="mac [bold]mini[/bold]", status="busy", since=moment,
        capabilities=["echo", "delay"], polling=["echo"], max_concurrency=4, slots=3, current_tasks=1,
        last_heartbeat=moment, online_since=moment, registered_at=moment, details={}, version="0.1.0", score=87,
        vitals=VitalsView(host="mini\x1b[2J", process_id="7", sdk="temporal-python 1", cpu=0.25, memory=0.5),
        vitals_at=moment, work=work("all"), work_by_capability=[work("echo"), work("delay")],
        tasks=[TaskOnHandView(
            id=UUID(int=5), task_type="delay", ticker="NVDA", status=TaskStatus.RUNNING, claimed_at=moment, percent=40,
        )],
        events=[WorkerEventView(
            id=1, worker_id=UUID(int=1), worker="mini", type="deaf", details={"because": "canaries"}, created_at=moment,
        )],
    )  # fmt: skip
    return view.model_dump(mode="json")


def work(capability: str) -> RecordOfWorkView:
    return RecordOfWorkView(
        capability=capability, succeeded=9, failed=1, lost=0, success_rate=0.9, p50_seconds=0.05, p95_seconds=2
    )


@pytest.mark.parametrize("words", [("workers",), ("workers", "list")])
def test_workers(clawdbot: Shell, facade: Facade, words: tuple[str, ...]) -> None:
    assert "clawdbot workers register" in clawdbot(*words).out
    facade.workers.append(a_worker())
    header, row, _, number = clawdbot(*words).out.splitlines()
    assert number == "1 worker (all)"
    assert header.split() == [
        "NAME", "STATE", "SINCE", "TASKS", "CPU", "MEM", "VERSION", "OK", "P50", "SCORE", "CAPABILITIES",
    ]  # fmt: skip
    assert " ".join(row.split()) == ("mac [bold]mini[/bold] busy 5 min ago 1/3 25% 50% 0.1.0 90% 50 ms 87 echo, delay")
    listed = clawdbot(*words, "--json").json["workers"]
    assert listed == [WorkerView.model_validate(facade.workers[0]).model_dump(mode="json")]


def test_a_worker_of_an_older_server_is_shown_without_what_it_does_not_tell(clawdbot: Shell, facade: Facade) -> None:
    old = ("id", "name", "status", "capabilities", "polling", "max_concurrency", "current_tasks", "last_heartbeat",
           "registered_at", "details")  # fmt: skip
    facade.workers.append({name: value for name, value in a_worker().items() if name in old})
    assert "busy" in clawdbot("workers").out
    assert "1 of 4 at once" in clawdbot("workers", "show", "mac [bold]mini[/bold]").out


@pytest.mark.parametrize("name", ["mac [bold]mini[/bold]", "01234567-89ab-4def-8123-456789000001"])
def test_workers_show(clawdbot: Shell, facade: Facade, name: str) -> None:
    facade.workers.append(a_worker())
    out = clawdbot("workers", "show", name).out
    told = {" ".join(line.split()) for line in out.splitlines()}
    assert {"mac [bold]mini[/bold] busy", "Score 87 of 100", "Tasks 1 of 3 at once", "Version 0.1.0"} <= told
    assert {"echo 9 1 0 90% 50 ms 2 s", "00000000 delay NVDA running 5 min ago 40 %"} <= told
    assert "deaf (canaries)" in out
    assert "\x1b" not in out
    assert clawdbot("workers", "show", name, "--json").json == facade.workers[0]


def test_workers_show_of_an_unknown_name(clawdbot: Shell) -> None:
    ran = clawdbot("workers", "show", "nobody")
    assert ran.code == 5
    assert "There is no worker 'nobody'. Workers: none are registered." in ran.err


def test_watching_workers_needs_a_terminal(clawdbot: Shell, facade: Facade) -> None:
    facade.workers.append(a_worker())
    ran = clawdbot("workers", "--watch")
    assert (ran.code, ran.out) == (2, "")
    assert "needs a terminal" in ran.err


def test_watching_redraws_and_waits_for_an_api_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [[WorkerView.model_validate(a_worker())], Unreachable("Nothing answers."), KeyboardInterrupt()]

    def load() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=200, color_system=None)
    monkeypatch.setattr(worker_table, "_EVERY_SECONDS", 0.01)
    with pytest.raises(KeyboardInterrupt):
        worker_table.watch_workers(console, load)
    drawn = screen.getvalue()
    assert "mini" in drawn
    assert "Nothing answers." in drawn


def test_workers_register_prints_what_the_other_machine_runs(clawdbot: Shell, facade: Facade, server: Server) -> None:
    ran = clawdbot("workers", "register", "mini", "--capabilities", "echo, delay", "--concurrency", 3)
    assert ran.code == 0
    body = {"name": "mini", "capabilities": ["echo", "delay"], "max_concurrency": 3}
    assert facade.bodies("/workers/register") == [body]
    export, start = (shlex.split(line) for line in ran.out.splitlines()[-2:])
    assert export == ["export", f"CLAWDBOT_API_URL={server.url}", "CLAWDBOT_API_KEY=the-key-of-the-worker"]
    assert start == ["clawdbot", "start", "--capabilities", "echo,delay", "--concurrency", "3"]
    assert "this machine only" in ran.err


def test_workers_register_json_and_refusals(clawdbot: Shell) -> None:
    made = clawdbot("workers", "register", "mini", "--capabilities", "echo", "--json")
    assert made.json["api_key"] == "the-key-of-the-worker"
    taken = clawdbot("workers", "register", "taken", "--capabilities", "echo")
    assert (taken.code, taken.out) == (2, "")
    assert "Choose another name" in taken.err
    assert clawdbot("workers", "register", "forbidden", "--capabilities", "echo").code == 4
    assert clawdbot("workers", "register", "mini", "--capabilities", ",").code == 2
