"""Steering in tests: what is paused in a block is resumed at its end, because all tests share one stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack, eventually

#: A pause is in force within this many seconds of its answer (docs/operations.md); machines of tests are busy.
GENEROUS = 20.0


def steer(api: Api, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One command that is accepted."""
    reply = api.http.post(path, json=body)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


@contextmanager
def paused(stack: RunningStack, api: Api, capability: str | None = None, reason: str = "tests") -> Iterator[None]:
    """A capability, or everything, is paused, and Temporal knows."""
    place = f"/capabilities/{capability}" if capability else ""
    steer(api, f"{place}/pause", {"reason": reason})
    try:
        wait_for_limit(stack, capability or "echo", 0)
        yield
    finally:
        steer(api, f"{place}/resume")


@contextmanager
def while_paused(api: Api, worker_id: str, verb: str = "pause", reason: str = "tests") -> Iterator[None]:
    """A worker is paused or drained."""
    steer(api, f"/workers/{worker_id}/{verb}", {"reason": reason})
    try:
        yield
    finally:
        steer(api, f"/workers/{worker_id}/resume")


def left_alone(api: Api, task_type: str, params: dict[str, Any] | None = None) -> str | None:
    """A task that nobody takes; None if it was taken, as one is that comes in before an open poll is cut."""
    id_ = api.submit(task_type, params)
    try:
        api.wait_for(id_, "claimed", "running", "succeeded", seconds=1)
    except AssertionError:
        return id_
    return None


def limit_in_temporal(stack: RunningStack, queue: str) -> dict[str, Any]:
    """``rate`` (None: no limit), ``reason`` and ``author`` of a queue, as Temporal has them."""
    limit = stack.temporal_side.activity_queue(queue).config.queue_rate_limit
    rate = limit.rate_limit.requests_per_second if limit.HasField("rate_limit") else None
    return {"rate": rate, "reason": limit.metadata.reason, "author": limit.metadata.update_identity}


def wait_for_limit(stack: RunningStack, queue: str, rate: float | None) -> None:
    """Temporal's queue has this limit."""
    # Temporal keeps a rate with four bytes.
    wanted = None if rate is None else pytest.approx(rate)
    eventually(lambda: limit_in_temporal(stack, queue)["rate"] == wanted, GENEROUS, f"{queue} has the limit {rate}")


def capability(api: Api, name: str) -> dict[str, Any]:
    """A capability as the API shows it."""
    reply = api.http.get("/capabilities")
    assert reply.status_code == 200, reply.text
    return next(each for each in reply.json()["capabilities"] if each["capability"] == name)


def claims(stack: RunningStack, ids: list[str]) -> int:
    """How many attempts of these tasks were ever handed out."""
    found = stack.rows("SELECT count(*) AS n FROM task_attempts WHERE task_id = ANY(%s::uuid[])", ids)
    return int(found[0]["n"])


def time_passes(api: Api, seconds: float = 2) -> None:
    """Long enough for hand-outs, if there were any: a task of another capability runs from begin to end."""
    api.wait_for(api.submit("delay", {"seconds": seconds, "steps": 1}), "succeeded", seconds=60)


def check_a_pause_survives(stack: RunningStack, api: Api, part: str) -> None:
    """kill -9 of a part while a capability is paused."""
    restarts = stack.restarts(part)
    with stack.worker("echo", "delay"):
        with paused(stack, api, "echo", "for longer"):
            id_ = api.submit("echo")
            stack.kill(part)
            eventually(lambda: stack.restarts(part) > restarts, 30, f"{part} is started again")
            stack.wait_until_ready()
            time_passes(api)
            assert claims(stack, [id_]) == 0
            assert limit_in_temporal(stack, "echo")["reason"] == "paused: for longer"
        api.wait_for(id_, "succeeded", seconds=60)
