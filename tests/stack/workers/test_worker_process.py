"""`clawdbot start` as a process: how it refuses, waits, shares its slots and ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from contracts.task_types import OFFERED
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.workers.counting_worker import CAPABILITIES
from tests.support import warm

REPOSITORY = Path(__file__).parents[3]


def start(*options: str, **settings: str | None) -> subprocess.Popen[str]:
    """The command with these settings and none from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAWDBOT_")}
    given = {name: value for name, value in settings.items() if value is not None}
    return warm.start(
        [sys.executable, "-m", "cli", "start", *options],
        env={**kept, **given, "NO_COLOR": "1", "COLUMNS": "200"}, cwd=REPOSITORY,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@contextlib.contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """The process, killed at the end of the block if it still runs."""
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_start_that_cannot_work_says_why_in_a_sentence(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    _, _, key = stack.register(["echo"])
    typo = tmp_path / "worker.yaml"
    typo.write_text(f"api_url: {stack.api_url}\napi_key: {key}\nconcurency: 3\n")
    url = stack.api_url
    for options, settings, sentence in [
        (["--capabilities", "dig_holes"], {"CLAWDBOT_API_URL": url, "CLAWDBOT_API_KEY": key}, "cannot do dig_holes"),
        (["--capabilities", "delay"], {"CLAWDBOT_API_URL": url, "CLAWDBOT_API_KEY": key}, "does not allow delay"),
        ([], {"CLAWDBOT_API_URL": url, "CLAWDBOT_API_KEY": key[:-1] + "!"}, "does not accept this worker key"),
        ([], {"CLAWDBOT_API_URL": url, "CLAWDBOT_API_KEY": stack.admin_key}, "does not accept this worker key"),
        ([], {"CLAWDBOT_API_URL": url}, "CLAWDBOT_API_KEY"),
        ([], {"CLAWDBOT_API_KEY": key}, "CLAWDBOT_API_URL"),
        (["--config", str(typo)], {}, "unknown settings concurency"),
        (["--config", str(tmp_path / "none.yaml")], {}, "cannot be read"),
        (["--concurrency", "0"], {}, "greater than or equal to 1"),
    ]:
        with ended(start(*options, **settings)) as process:
            said, _ = process.communicate(timeout=60)
        assert process.returncode not in (0, None), said
        assert "Traceback" not in said
        assert sentence in " ".join(said.replace("│", " ").split()), said


def test_it_waits_for_an_api_that_is_not_there_yet(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    _, id_, key = stack.register(["mock_content"])
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    config, log = tmp_path / "worker.yaml", tmp_path / "log"
    config.write_text(f"api_url: http://127.0.0.1:{port}/\napi_key: {key}\ncapabilities: [mock_content]\n")
    with log.open("w") as file:
        process = warm.start(
            [sys.executable, "-m", "cli", "start", "--config", str(config)], stdout=file, stderr=file, cwd=REPOSITORY
        )
    try:
        eventually(
            lambda: "is not ready (ConnectError), waiting for it" in log.read_text(), 30, "it says that it waits"
        )
        relay = warm.start([sys.executable, "-m", "tests.stack.tasks.relay", str(port), stack.api_url])
        task = api.wait_for(api.submit("mock_content"), "succeeded", seconds=30)
        assert task["worker_id"] == id_
        assert log.read_text().count("waiting for it") == 1
    finally:
        for each in (process, relay):
            each.kill()
            each.wait()


def test_sigterm_ends_short_tasks_and_hands_back_long_ones(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", "echo", concurrency=2, environment={"CLAWDBOT_GRACE_SECONDS": "8"}) as first:
        short = api.submit("delay", {"seconds": 3, "steps": 30})
        # Its own pause between attempts is long: handed back, it does not wait for that.
        pause = {"initial_seconds": 600, "max_seconds": 600}
        long = api.submit("delay", {"seconds": 20, "steps": 200}, retry=pause)
        for id_ in (short, long):
            api.wait_for(id_, "running")
        first.kill(signal.SIGTERM)
        told = time.monotonic()
        api.wait_for(short, "succeeded", seconds=10)
        with stack.worker("delay") as second:
            assert first.process.wait(60) == 0
            stopped = time.monotonic() - told
            task = api.wait_for(long, "succeeded", seconds=40)
    assert api.task(short)["attempt"] == 1
    assert (task["attempt"], task["worker"]) == (2, second.name)
    assert task["attempts"][0]["error"]["type"] == "HandedBack"
    assert 30 < task["result"]["resumed_at_step"] < 200
    assert "Traceback" not in first.log.read_text()
    gap = stack.rows(
        "SELECT extract(epoch FROM b.claimed_at - a.ended_at) AS gap FROM task_attempts a JOIN task_attempts b "
        "ON a.task_id = b.task_id AND a.attempt = 1 AND b.attempt = 2 WHERE a.task_id = %s", long,
    )[0]["gap"]  # fmt: skip
    print(f"SIGTERM: stopped after {stopped:.1f} s, long task taken over {gap:.1f} s after its end")


def taken_and_handed_back(stack: RunningStack, api: Api, id_: str) -> str:
    """By a worker that is stopped while it runs the task; its name."""
    with stack.worker("delay", environment={"CLAWDBOT_GRACE_SECONDS": "0.1"}) as worker:
        eventually(lambda: api.wait_for(id_, "running", seconds=60)["worker"] == worker.name, 60, "it runs there")
        worker.kill(signal.SIGTERM)
        assert worker.process.wait(30) == 0
    return worker.name


def test_what_is_handed_back_is_not_counted(stack: RunningStack, api: Api) -> None:
    """A task that may be tried twice is handed back twice, and a third worker does it."""
    id_ = api.submit("delay", {"seconds": 10, "steps": 100}, retry={"max_attempts": 2})
    first = taken_and_handed_back(stack, api, id_)
    second = taken_and_handed_back(stack, api, id_)
    with stack.worker("delay"):
        task = api.wait_for(id_, "succeeded", seconds=60)
    assert [each["worker"] for each in task["attempts"][:2]] == [first, second]
    assert [each["error"]["type"] for each in task["attempts"][:2]] == ["HandedBack", "HandedBack"]
    assert (task["attempt"], task["max_attempts"]) == (3, 3)


def test_a_task_that_may_begin_once_is_not_begun_again(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("delay", {"seconds": 20, "steps": 200}, retry={"max_attempts": 1})
    with stack.worker("delay", environment={"CLAWDBOT_GRACE_SECONDS": "0.1"}) as worker:
        api.wait_for(id_, "running")
        worker.kill(signal.SIGTERM)
        task = api.wait_for(id_, seconds=60)
    assert (task["status"], task["error"]["type"], task["attempt"]) == ("failed", "HandedBack", 1)


@pytest.mark.parametrize("slots", [1, 2])
def test_capabilities_share_the_slots_and_none_starves(
    stack: RunningStack, api: Api, tmp_path: Path, slots: int
) -> None:
    lines, (_, _, key) = tmp_path / "lines", stack.register(CAPABILITIES)
    ids = [id_ for name in CAPABILITIES for id_ in api.submit_many(15, name)]
    process = warm.start(
        [sys.executable, "-m", "tests.stack.workers.counting_worker"], cwd=REPOSITORY, stderr=subprocess.DEVNULL,
        env={
            **os.environ, "CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": key,
            "COUNT_IN": str(lines), "COUNT_SLOTS": str(slots),
        },
    )  # fmt: skip
    try:
        api.wait_for_all(ids, seconds=60)
    finally:
        process.kill()
        process.wait()
    running, most, begun = 0, 0, []
    for sign, name in (line.split() for line in lines.read_text().splitlines()):
        running += 1 if sign == "+" else -1
        most = max(most, running)
        begun += [name] if sign == "+" else []
    assert most == slots
    assert len(begun) >= len(ids)
    # Half of the way each has had its share: with equal backlogs about a quarter, far from nothing.
    assert min(Counter(begun[: len(begun) // 2])[name] for name in set(begun)) >= 3


def test_it_ends_on_sigterm_each_time(stack: RunningStack, api: Api) -> None:
    for _ in range(4):
        with stack.worker(*CAPABILITIES) as worker:
            api.wait_for_all(api.submit_many(4, "echo"))
            worker.kill(signal.SIGTERM)
            assert worker.process.wait(30) == 0


def test_its_log_is_for_machines_if_they_ask(stack: RunningStack, api: Api) -> None:
    with stack.worker("flaky", environment={"CLAWDBOT_LOG_FORMAT": "json"}) as worker:
        id_ = api.submit("flaky", {"retryable": False})
        api.wait_for(id_, "failed")
        worker.kill(signal.SIGTERM)
        assert worker.process.wait(30) == 0
    lines = [json.loads(line) for line in worker.log.read_text().splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in lines))
    about = [line for line in lines if line.get("task_id") == id_]
    assert about
    assert {(line["worker"], line["attempt"], line["capability"]) for line in about} == {(worker.name, 1, "flaky")}
    assert worker.key not in worker.log.read_text()


def test_a_worker_is_small(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, workers.capability.main; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=REPOSITORY,
    ).stdout.split()  # fmt: skip
    unwanted = {"fastapi", "sqlalchemy", "psycopg", "praw", "alembic", "nicegui", "uvicorn", "db", "api", "workflows"}
    assert unwanted.isdisjoint({name.partition(".")[0] for name in loaded})
    sizes = {}
    for capabilities in (["echo"], ["reddit_crawl"], list(OFFERED)):
        capability = capabilities[0] if len(capabilities) == 1 else "all"
        with stack.worker(*capabilities, environment=sources.environment(), cold=True) as worker:
            family = psutil.Process(worker.process.pid)
            sizes[capability] = (
                sum(process.memory_info().rss for process in [family, *family.children(recursive=True)]) / 2**20
            )
            mapped = Path(f"/proc/{worker.process.pid}/maps").read_text() if sys.platform == "linux" else ""
            assert "sqlalchemy" not in mapped
    print("RSS of an idle worker in MiB:", {name: round(size) for name, size in sizes.items()})
    assert max(sizes.values()) < 200
