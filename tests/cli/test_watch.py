"""`clawdbot tasks watch`: follows to the end through broken connections, and shows itself on any output."""

import io
import json
import os
import signal
import subprocess
import sys

import pytest
from rich.console import Console

from cli.tasks.live_view import LiveView
from contracts.tasks.views import TaskDetailView
from tests.cli.conftest import Server, Shell
from tests.cli.facade import KEY, Facade
from tests.cli.streamed import PING, RESYNC

EVIL = "\x1b]0;owned\x07[red]\u202e\u2028\x85 text"


def changes(out: str) -> list[str]:
    """The lines of a watch, without time and id."""
    return [line.split("  ", 2)[2] for line in out.splitlines()[:-1]]


def test_every_change_is_a_line(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("reddit_crawl", ticker="NVDA", waiting_because="next in line")
    facade.scripts.append(
        [
            *facade.running(task),
            facade.progress(task, 10, "r/stocks page 1", posts_collected=1200),
            facade.progress(task, 12, "r/stocks page 1", posts_collected=1300),
            facade.progress(task, 40, "r/stocks page 1", posts_collected=2500),
            facade.end(task, "succeeded"),
        ]
    )
    ran = clawdbot("tasks", "watch", task.id)
    assert ran.code == 0
    assert changes(ran.out) == [
        "reddit_crawl NVDA  pending  waiting: next in line",
        "reddit_crawl NVDA  attempt 1 taken by mac",
        "reddit_crawl NVDA  running on mac",
        "reddit_crawl NVDA  10 %  r/stocks page 1, posts collected 1,200",
        "reddit_crawl NVDA  40 %  r/stocks page 1, posts collected 2,500",
        "reddit_crawl NVDA  succeeded",
    ]
    assert ran.out.splitlines()[-1] == "The task succeeded."
    assert ran.err == ""


def test_a_broken_stream_goes_on_where_it_was(clawdbot: Shell, facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.tasks.follower._WAITS", (0.0,))
    task = facade.add("echo")
    facade.scripts.append([*facade.running(task), facade.progress(task, 50, "half")])
    facade.scripts.append([])
    facade.scripts.append([facade.end(task, "succeeded")])
    ran = clawdbot("tasks", "watch", task.id)
    assert ran.code == 0
    told = ["pending", "attempt 1 taken by mac", "running on mac", "50 %  half", "succeeded"]
    assert changes(ran.out) == [f"echo  {each}" for each in told]
    cursors = [each.headers["last-event-id"] for each in facade.streams()]
    assert cursors == ["1", "4", "4"]


def test_what_happened_between_two_connections_is_told(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo")
    facade.scripts.append([RESYNC])
    begin, run = facade.running(task)
    facade.scripts.append([begin, run, RESYNC, facade.end(task, "failed", error={"type": "E", "message": "no"})])
    ran = clawdbot("tasks", "watch", task.id, "--json")
    assert ran.code == 1
    assert [json.loads(line)["type"] for line in ran.out.splitlines()] == ["claimed", "started", "failed"]


def test_without_a_stream_it_asks_again_and_again(
    clawdbot: Shell, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.tasks.follower._WAITS", (0.0,))
    task = facade.add("echo")
    facade.stream_works = False
    facade.scripts.extend([[], facade.running(task), [facade.end(task, "succeeded")]])
    ran = clawdbot("tasks", "watch", task.id)
    assert ran.code == 0
    told = ["pending", "attempt 1 taken by mac", "running on mac", "succeeded"]
    assert changes(ran.out) == [f"echo  {each}" for each in told]
    assert ran.err == "The live connection is lost, asking again …\n"


@pytest.mark.parametrize("torn", [1, 3])
def test_a_state_that_is_older_than_its_events(clawdbot: Shell, facade: Facade, torn: int) -> None:
    """The row was read before its task ended, the events after: no event will tell the end."""
    task = facade.add("echo", status="succeeded")
    facade.torn_details = torn
    assert clawdbot("tasks", "watch", task.id).code == 0


def test_a_new_reason_for_waiting_is_told(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo", waiting_because="behind 2 others")

    def move_up() -> None:
        row = facade.tasks[str(task.id)]
        facade.tasks[str(task.id)] = row.model_copy(update={"waiting_because": "next in line"})

    facade.scripts.append([move_up, PING, facade.end(task, "succeeded", waiting_because=None)])
    told = ["pending  waiting: behind 2 others", "pending  waiting: next in line", "succeeded"]
    assert changes(clawdbot("tasks", "watch", task.id).out) == [f"echo  {each}" for each in told]


def test_several_tasks_and_one_that_fails(clawdbot: Shell, facade: Facade) -> None:
    good, bad = facade.add("echo"), facade.add("delay")
    error = {"type": "Boom", "message": EVIL}
    facade.scripts.append([facade.end(good, "succeeded"), facade.end(bad, "failed", error=error)])
    ran = clawdbot("tasks", "watch", good.id, bad.id)
    assert ran.code == 1
    assert "delay  failed: Boom: \\x1b]0;owned\\x07[red]\\u202e\\u2028\\x85 text" in ran.out
    assert ran.out.splitlines()[-1] == "1 of 2 tasks succeeded."
    assert not set("\x1b\x07\u202e\u2028\x85") & set(ran.out)


def test_a_task_that_is_over_ends_the_watch_at_once(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo", status="cancelled")
    ran = clawdbot("tasks", "watch", task.id)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "The task was cancelled.")
    assert not facade.streams()


def test_a_task_that_is_deleted_meanwhile(clawdbot: Shell, facade: Facade) -> None:
    task = facade.add("echo")
    facade.scripts.append([lambda: facade.tasks.clear()])
    ran = clawdbot("tasks", "watch", task.id)
    assert ran.code == 5
    assert "was deleted while it was watched" in ran.err


def test_an_api_that_stays_away_ends_the_watch(
    clawdbot: Shell, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.tasks.follower._PATIENCE_SECONDS", 0.0)
    task = facade.add("echo")
    facade.scripts.append([lambda: setattr(facade, "is_down", True)])
    ran = clawdbot("tasks", "watch", task.id)
    assert ran.code == 3
    assert "The database does not answer right now." in ran.err


@pytest.mark.processes
def test_all_tasks_are_watched_until_ctrl_c(server: Server, facade: Facade, environment: None) -> None:
    """In a process of its own, as Ctrl-C reaches a person's."""
    known = facade.add("echo")

    def a_new_one() -> None:
        task = facade.add("delay")
        facade.running(task)[0]()

    facade.scripts.append([facade.end(known, "succeeded"), a_new_one])
    # Whatever runs the tests may ignore SIGINT, and its children would, too: shells start what runs behind so.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heeds}; from cli.main import main; main()", "tasks", "watch"]
    environ = {**os.environ, "CLAWDBOT_API_URL": server.url, "CLAWDBOT_API_KEY": KEY}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True) as process:
        assert facade.idle_stream.wait(timeout=10)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert [line.split("  ", 2)[2] for line in out.splitlines()] == [
        "echo  pending", "echo  succeeded", "delay  submitted", "delay  attempt 1 taken by mac"
    ]  # fmt: skip
    assert "Stopped watching; the tasks go on." in err


def drawn(*tasks: TaskDetailView, width: int = 120, height: int = 25) -> str:
    """The last picture on a terminal."""
    screen = io.StringIO()
    console = Console(
        file=screen,
        force_terminal=True,
        width=width,
        height=height,
        markup=False,
        highlight=False,
        color_system=None,
    )
    with LiveView(console) as view:
        view.loaded(tasks)
        screen.seek(0)
        screen.truncate()
    return screen.getvalue()


def test_the_live_view_has_a_bar_per_task(facade: Facade) -> None:
    running = facade.add(
        "reddit_crawl", ticker="NVDA", status="running", progress={"percent": 50, "step": EVIL, "counters": {}}
    )
    waiting = facade.add("echo", waiting_because="no worker offers echo")
    picture = drawn(running, waiting)
    assert "reddit_crawl NVDA" in picture
    assert "━━━━━━━━━━━━" in picture
    assert "50 %" in picture
    assert "no worker offers echo" in picture
    assert "[red]" in picture
    assert "\x1b]" not in picture


def test_the_live_view_fits_the_terminal(facade: Facade) -> None:
    tasks = [facade.add("echo") for _ in range(30)]
    running = facade.add("delay", status="running")
    picture = drawn(*tasks, running, height=10, width=70)
    assert "delay" in picture
    assert "… and 25 more" in picture
    assert len(picture.splitlines()) <= 12
