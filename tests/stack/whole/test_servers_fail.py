"""Postgres or Temporal is killed or hangs: what was accepted is done all the same, and nothing is decided twice.

All that does such a thing is in this file: its stack has a Postgres and a Temporal to itself.
"""

import json
import time
from collections.abc import Iterator

import pytest
from temporalio.api.enums.v1 import EventType

from tests.stack.agent.agents import (
    MINE,
    OFTEN,
    PLENTY,
    SELDOM,
    SETTINGS,
    agent,
    another_round,
    budget,
    check_ledger,
    clean,
    policy,
    round_number,
    start,
    tell,
    watch,
)
from tests.stack.bots.bot_sockets import socket
from tests.stack.harness import Api, RunningStack, Task, eventually, start_stack
from tests.stack.tasks.steering import check_a_pause_survives
from tests.stack.telegram.telegram_bot import ANNA
from tests.stack.telegram.telegram_scene import Scene, scene
from tests.stack.whole.under_load import COUNT, kill_under_load
from tests.support import patience, plain_http

__all__ = ["clean", "scene"]

TICKERS = ("NVDA", "AAPL", "TSLA", "AMD", "MSFT", "GOOGL")
#: No other test has workers for it.
QUEUE = "mock_content"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A whole one."""
    running = start_stack(tmp_path_factory.mktemp("whole"), "--no-worker", environment=SETTINGS)
    running.wait_until_ready()
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("part", ["temporal", "postgres"])
def test_kill_it_under_load(stack: RunningStack, api: Api, part: str) -> None:
    assert kill_under_load(stack, api, part) == {"succeeded": COUNT}


@pytest.mark.parametrize("part", ["temporal", "postgres"])
def test_a_pause_survives_its_end(stack: RunningStack, api: Api, part: str) -> None:
    check_a_pause_survives(stack, api, part)


def test_tasks_are_accepted_while_temporal_is_away(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"):
        with stack.suspended("temporal"):
            began = time.monotonic()
            id_ = api.submit("echo", {"message": "later"})
            # Temporal hangs for longer than any machine stalls.
            assert time.monotonic() - began < 2 * patience.factor
            reason = eventually(lambda: _if_unsent(api.task(id_)), 15, "the reason names Temporal")
            assert "accepted and safe" in reason
        assert api.wait_for(id_, seconds=30)["status"] == "succeeded"


def _if_unsent(task: Task) -> str | None:
    because = task["waiting_because"] or ""
    return because if "Temporal does not take it" in because else None


def test_without_postgres_the_api_says_503_and_the_work_goes_on(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"):
        id_ = api.submit("delay", {"seconds": 3, "steps": 3})
        api.wait_for(id_, "running")
        with stack.suspended("postgres"):
            refused = api.http.post("/tasks", json={"task_type": "echo"})
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            assert "Nothing was changed" in refused.json()["detail"]
            port = stack.state["ports"]["api"]
            assert plain_http.get(f"http://127.0.0.1:{port}/healthz", timeout=10).status_code == 200
            eventually(lambda: _activity_is_done(stack, id_), 20, "the worker finished while Postgres was away")
        assert api.wait_for(id_, seconds=10)["status"] == "succeeded"


def _activity_is_done(stack: RunningStack, id_: str) -> bool:
    done = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
    return any(event.event_type == done for event in stack.temporal_side.history(id_).events)


def test_an_open_socket_vouches_while_postgres_is_away(stack: RunningStack, api: Api) -> None:
    with socket(stack, stack.register([QUEUE])[2]) as one:
        id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 6})
        token = one.hear("task_assigned")["token"]
        eventually(lambda: api.status(id_) == "running", 20, "it runs")
        with stack.suspended("postgres"), pytest.raises(TimeoutError):
            # Two timeouts long nothing comes, least of all a word that the task is lost.
            one.hear("task_cancelled", seconds=13)
        stack.wait_until_ready()
        one.say("task_complete", task_id=id_, token=token, success=True)
        assert one.hear("task_acknowledged") == {"task_id": id_}
        assert [each["status"] for each in api.wait_for(id_, "succeeded")["attempts"]] == ["succeeded"]


def test_without_postgres_updates_stay_with_telegram(scene: Scene) -> None:
    with scene.stack.suspended("postgres"):
        since = scene.telegram.mark()
        scene.telegram.write("/help", ANNA)
        scene.telegram.wait("it was tried", lambda: len(scene.telegram.made("getUpdates", since)) >= 2)
        assert scene.telegram.waiting() > 0
    scene.telegram.hear("/status", since, ANNA)
    scene.telegram.wait("it is confirmed", lambda: scene.telegram.waiting() == 0)
    scene.stack.wait_until_ready()


def test_a_paused_agent_creates_nothing_also_after_restarts(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    policy(api, OFTEN)
    budget(api, PLENTY)
    tell(api, "resume")
    eventually(lambda: stack.rows(MINE), 30, "it acts")
    paused = tell(api, "pause", reason="the SEC asked us to")
    count, rounds = len(stack.rows(MINE)), round_number(stack)
    watch(api, "AAPL")
    for part in ("core", "temporal", "api"):
        stack.kill_and_wait(part)
    found = agent(api)
    assert found["paused"] == paused["paused"]
    assert (found["paused"]["by"], found["paused"]["reason"]) == ("human:admin", "the SEC asked us to")
    assert (len(stack.rows(MINE)), round_number(stack)) == (count, rounds)

    tell(api, "resume")
    eventually(lambda: any(row["ticker"] == "AAPL" for row in stack.rows(MINE)), 60, "it goes on")
    check_ledger(stack)
    lines = stack.rows("SELECT action FROM audit_log WHERE object = 'agent' ORDER BY id DESC LIMIT 2")
    assert [row["action"] for row in lines] == ["agent.resume", "agent.pause"]


def test_temporal_dies_between_rounds(stack: RunningStack, api: Api) -> None:
    watch(api, *TICKERS)
    budget(api, PLENTY)
    policy(api, {**OFTEN, "most_tasks_per_round": 1})
    tell(api, "resume")
    for _ in range(2):
        another_round(stack)
        stack.kill_and_wait("temporal")
    eventually(lambda: len(stack.rows(MINE)) == 2 * len(TICKERS), 90, "all is collected")
    check_ledger(stack)


def test_words_are_kept_while_temporal_is_away_and_count_from_the_temporal_side(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    budget(api, PLENTY)
    policy(api, SELDOM)
    with stack.suspended("temporal"):
        assert tell(api, "resume")["state"] == "running"
        tell(api, "run")
    eventually(lambda: len(stack.rows(MINE)) == 2, 60, "the round comes when Temporal is back")

    # Somebody pauses it from the Temporal side: it is written down, and seen.
    order = json.dumps({"by": "anna", "reason": "from the Web UI"})
    stack.temporal("workflow", "signal", "--workflow-id", "agent", "--name", "pause", "--input", order)
    found = eventually(lambda: agent(api)["paused"], 30, "it is paused")
    assert (found["by"], found["reason"]) == ("anna", "from the Web UI")
    audited = "SELECT actor FROM audit_log WHERE action = 'agent.pause' AND actor = 'anna'"
    assert len(stack.rows(audited)) == 1
    # Nonsense from there changes nothing and stops nothing.
    nonsense = json.dumps({"by": "anna", "limits": [{"scope": "moon"}]})
    stack.temporal_side.signal("agent", "set_budget", nonsense)
    watch(api, "AAPL")
    start(stack, api)
    assert len(stack.rows(MINE)) == 4
    assert "crawl AAPL" in stack.temporal_side.query("agent", "explain")
