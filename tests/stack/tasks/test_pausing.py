"""Pausing and capping capabilities, and everything: what is handed out, what goes on, what survives."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import pytest

from contracts.task_types import CAPABILITIES
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.tasks.steering import (
    GENEROUS,
    capability,
    check_a_pause_survives,
    claims,
    limit_in_temporal,
    paused,
    steer,
    time_passes,
    wait_for_limit,
)


def sent(stack: RunningStack, ids: Sequence[str]) -> None:
    """Temporal has them."""
    query = "SELECT count(*) AS n FROM outbox WHERE task_id = ANY(%s::uuid[])"
    eventually(lambda: stack.rows(query, list(ids))[0]["n"] == 0, 30, "all commands are sent")


def test_a_paused_capability_is_not_handed_out_and_others_are(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", "delay") as worker:
        with paused(stack, api, "echo", "the source moves house"):
            ids = api.submit_many(3, "echo")
            sent(stack, ids)
            time_passes(api)
            assert claims(stack, ids) == 0
            # A worker of another test that was killed a moment ago may still count as online.
            eventually(lambda: capability(api, "echo")["workers_online"] == 1, 30, "only this worker is online")
            shown = capability(api, "echo")
            assert (shown["state"], shown["backlog"]) == ("paused", 3)
            assert (shown["paused"]["by"], shown["paused"]["reason"]) == ("human:admin", "the source moves house")
            limit = limit_in_temporal(stack, "echo")
            assert limit == {"rate": 0, "reason": "paused: the source moves house", "author": "human:admin"}
        tasks = api.wait_for_all(ids, seconds=60)
        assert [(task["status"], task["worker"]) for task in tasks] == [("succeeded", worker.name)] * 3
        assert capability(api, "echo")["paused"] is None
        wait_for_limit(stack, "echo", None)


def test_what_runs_goes_on(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", "mock_content", concurrency=1):
        running = api.submit("delay", {"seconds": 8, "steps": 8})
        api.wait_for(running, "running")
        waiting = api.submit("delay", {"seconds": 0.1, "steps": 1})
        with paused(stack, api, "delay"):
            assert api.wait_for(running, seconds=60)["status"] == "succeeded"
            api.wait_for(api.submit("mock_content", {"topic": "a free slot"}), "succeeded", seconds=60)
            assert claims(stack, [waiting]) == 0
        api.wait_for(waiting, "succeeded", seconds=60)


def test_a_pause_of_everything_reaches_every_queue(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", "flaky"):
        with paused(stack, api, reason="the machine room is hot"):
            for queue in CAPABILITIES:
                wait_for_limit(stack, queue, 0)
            ids = [api.submit("echo"), api.submit("flaky", {"failures": 0})]
            for id_ in ids:
                said = eventually(partial(_if_paused, api, id_), 30, "it says so")
                assert said.startswith("everything is paused by human:admin since ")
                assert said.endswith(": the machine room is hot")
            assert api.http.get("/capabilities").json()["everything"]["reason"] == "the machine room is hot"
            assert capability(api, "twitter_crawl")["state"] == "paused"
            assert claims(stack, ids) == 0
        assert {task["status"] for task in api.wait_for_all(ids, seconds=60)} == {"succeeded"}
        for queue in CAPABILITIES:
            wait_for_limit(stack, queue, None)


def _if_paused(api: Api, id_: str) -> str | None:
    because = str(api.task(id_)["waiting_because"])
    return because if "paused" in because else None


def test_two_pauses_end_one_by_one(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", "delay"), paused(stack, api, "echo", "only this one"):
        with paused(stack, api, reason="all of it"):
            id_ = api.submit("echo")
            eventually(lambda: "all of it" in (_if_paused(api, id_) or ""), 30, "the pause of everything is named")
        # Everything goes on, the capability does not.
        time_passes(api)
        assert (_if_paused(api, id_) or "").startswith("echo is paused by human:admin since ")
        only = "paused: only this one"
        eventually(lambda: limit_in_temporal(stack, "echo")["reason"] == only, GENEROUS, "its own reason is left")
        assert claims(stack, [id_]) == 0
        steer(api, "/capabilities/echo/pause", {"reason": "another reason"})
        eventually(
            lambda: limit_in_temporal(stack, "echo")["reason"] == "paused: another reason", GENEROUS, "the new reason"
        )
        steer(api, "/capabilities/echo/resume")
        api.wait_for(id_, "succeeded", seconds=60)


def test_a_pause_survives_the_end_of_core(stack: RunningStack, api: Api) -> None:
    check_a_pause_survives(stack, api, "core")


def test_a_resume_while_core_is_away_is_carried_out_by_the_next_one(stack: RunningStack, api: Api) -> None:
    restarts = stack.restarts("core")
    with stack.worker("echo"), paused(stack, api, "echo"):
        id_ = api.submit("echo")
        with stack.suspended("core"):
            steer(api, "/capabilities/echo/resume")
            assert limit_in_temporal(stack, "echo")["rate"] == 0
            stack.kill("core")
        eventually(lambda: stack.restarts("core") > restarts, 30, "core is started again")
        api.wait_for(id_, "succeeded", seconds=60)


def test_a_change_on_the_temporal_side_is_corrected(stack: RunningStack, api: Api) -> None:
    set_ = ("task-queue", "config", "set", "--task-queue", "echo", "--task-queue-type", "activity")
    with paused(stack, api, "echo", "stays"):
        stack.temporal(*set_, "--queue-rps-limit", "7", "--queue-rps-limit-reason", "by hand")
        wait_for_limit(stack, "echo", 0)
        assert limit_in_temporal(stack, "echo")["reason"] == "paused: stays"
    wait_for_limit(stack, "echo", None)
    stack.temporal(*set_, "--queue-rps-limit", "0", "--queue-rps-limit-reason", "by hand")
    wait_for_limit(stack, "echo", None)


@pytest.mark.alone
def test_a_pause_under_load_acts_at_once(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=10):
        ids = api.submit_many(150, "delay", {"seconds": 0.2, "steps": 1})
        eventually(lambda: claims(stack, ids) >= 10, 60, "the work is under way")
        asked = datetime.now(UTC)
        with paused(stack, api, "delay"):
            eventually(lambda: capability(api, "delay")["in_work"] == 0, 60, "what ran is done")
            handed = claims(stack, ids)
            assert handed < len(ids)
            newest = stack.rows("SELECT max(claimed_at) AS at FROM task_attempts WHERE task_id = ANY(%s::uuid[])", ids)
            late = (newest[0]["at"] - asked).total_seconds()
            print(f"last hand-out {late:.2f} s after the pause was asked for")
            assert late < 5
            assert claims(stack, ids) == handed
            resumed = datetime.now(UTC)
        eventually(lambda: claims(stack, ids) > handed, 30, "the work goes on")
        next_ = stack.rows(
            "SELECT min(claimed_at) AS at FROM task_attempts WHERE claimed_at > %s AND task_id = ANY(%s::uuid[])",
            resumed, ids,
        )  # fmt: skip
        print(f"first hand-out {(next_[0]['at'] - resumed).total_seconds():.2f} s after the resume was asked for")
        assert {task["status"] for task in api.wait_for_all(ids)} == {"succeeded"}


def test_a_rate_holds_across_workers(stack: RunningStack, api: Api) -> None:
    steer(api, "/capabilities/mock_content/rate", {"per_second": 2})
    try:
        wait_for_limit(stack, "mock_content", 2)
        with stack.worker("mock_content"), stack.worker("mock_content"):
            asked = datetime.now(UTC)
            ids = api.submit_many(11, "mock_content", {"topic": "slowly"})
            last = max(datetime.fromisoformat(task["claimed_at"]) for task in api.wait_for_all(ids, seconds=60))
        # Temporal lets a second's worth through at first, and then one each half second.
        assert (last - asked).total_seconds() > 9 * 0.5 - 1.5
        assert capability(api, "mock_content")["rate"]["per_second"] == 2
    finally:
        steer(api, "/capabilities/mock_content/rate", {"per_second": None})
    wait_for_limit(stack, "mock_content", None)


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/capabilities/echo/pause", {}, 422, "reason"),
        ("/capabilities/echo/pause", {"reason": " "}, 422, "must say something"),
        ("/capabilities/echo/pause", {"reason": "x" * 501}, 422, "reason"),
        ("/capabilities/echo/pause", {"reason": "x", "until": "never"}, 422, "until"),
        ("/capabilities/dig_holes/pause", {"reason": "x"}, 404, "There is no capability 'dig_holes'. Use one of: "),
        ("/capabilities/*/pause", {"reason": "x"}, 404, "There is no capability '*'. Use one of: "),
        ("/capabilities/echo/rate", {"per_second": 0}, 422, "per_second"),
        ("/capabilities/echo/rate", {"per_second": -1}, 422, "per_second"),
        ("/capabilities/echo/rate", {"per_second": "NaN"}, 422, "per_second"),
        ("/capabilities/echo/rate", {}, 422, "per_second"),
        ("/capabilities/echo/close-circuit", {}, 409, "The circuit of echo is not open; there is nothing to close."),
        ("/pause", {}, 422, "reason"),
    ],
)
def test_bad_input_changes_nothing(
    stack: RunningStack, api: Api, path: str, body: dict[str, object], status: int, sentence: str
) -> None:
    query = "SELECT (SELECT count(*) FROM audit_log) AS audits, (SELECT json_agg(q) FROM queue_controls q) AS controls"
    before = stack.rows(query)
    reply = api.http.post(path, json=body)
    assert reply.status_code == status, reply.text
    assert sentence in reply.json()["detail"]
    assert stack.rows(query) == before


def test_who_did_what_is_in_the_audit_log(stack: RunningStack, api: Api) -> None:
    with paused(stack, api, "twitter_crawl", "for the record"):
        steer(api, "/capabilities/twitter_crawl/rate", {"per_second": 0.5})
        steer(api, "/capabilities/twitter_crawl/rate", {"per_second": None})
    found = stack.rows("SELECT actor, action, details FROM audit_log WHERE object = 'twitter_crawl' ORDER BY id")
    assert [(row["actor"], row["action"], row["details"]) for row in found[-4:]] == [
        ("human:admin", "capability.pause", {"reason": "for the record"}),
        ("human:admin", "capability.rate", {"per_second": 0.5}),
        ("human:admin", "capability.rate", {"per_second": None}),
        ("human:admin", "capability.resume", {}),
    ]
