"""`clawdbot types` and `clawdbot workers`."""

import shlex
from datetime import UTC, datetime

from contracts.task_types import TASK_TYPES
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


def test_workers_list(clawdbot: Shell, facade: Facade) -> None:
    assert "clawdbot workers register" in clawdbot("workers", "list").out
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    facade.workers.append(
        {
            "id": "01234567-89ab-4def-8123-456789000001", "name": "mac [bold]mini[/bold]", "status": "busy",
            "capabilities": ["echo", "delay"], "polling": [], "max_concurrency": 4, "current_tasks": 1,
            "last_heartbeat": now, "registered_at": now, "details": {},
        }
    )  # fmt: skip
    row = clawdbot("workers", "list").out.splitlines()[1]
    assert row.split() == ["mac", "[bold]mini[/bold]", "busy", "1/4", "now", "echo,", "delay"]
    assert clawdbot("workers", "list", "--json").json["workers"] == [
        {**facade.workers[0], **dict.fromkeys(("held", "held_by", "held_reason", "held_at"))}
    ]


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
