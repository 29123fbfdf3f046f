"""Which task queues a worker asks, by what it may take and whom it serves."""

import pytest

from contracts.names import canary_queue, capability_of_queue, own_queue, session_queue, workspace_of_queue
from contracts.workers.own_queues import OwnQueues
from contracts.workspaces.names import DEFAULT, share, workspace_of_share

ECHO, DELAY = own_queue("team", "echo"), own_queue("team", "delay")
OPEN = OwnQueues(of=(("team", "echo"), ("other", "echo"), ("team", "delay")))
CLOSED = OwnQueues(of=OPEN.of, closed=frozenset({"team"}))


@pytest.mark.parametrize(
    ("own", "serves", "asked"),
    [
        (OwnQueues(), None, ["echo"]),
        (OPEN, None, ["echo", ECHO, own_queue("other", "echo")]),
        (OPEN, ("team",), [ECHO]),
        (OPEN, ("team", "default"), [ECHO, own_queue("default", "echo")]),
        (CLOSED, None, ["echo", own_queue("other", "echo")]),
        (CLOSED, ("team",), [ECHO]),
    ],
)
def test_what_a_worker_asks(own: OwnQueues, serves: tuple[str, ...] | None, asked: list[str]) -> None:
    assert own.asked_by(["echo"], serves) == asked


@pytest.mark.parametrize(
    ("own", "serves", "may"),
    [
        (OwnQueues(), None, {"team": True, "third": True, "default": True}),
        (OPEN, None, {"team": True, "other": True, "third": True}),
        (OPEN, ("team",), {"team": True, "other": False, "default": False}),
        (CLOSED, None, {"team": False, "other": True}),
        (CLOSED, ("team",), {"team": True}),
    ],
)
def test_whose_tasks_it_may_have(own: OwnQueues, serves: tuple[str, ...] | None, may: dict[str, bool]) -> None:
    assert {workspace: own.lets_serve(workspace, serves) for workspace in may} == may


def test_where_tasks_wait() -> None:
    assert [OPEN.queue_of("team", name) for name in ("echo", "delay", "flaky")] == [ECHO, DELAY, "flaky"]
    # Nobody is for a closed one by name yet, and still nobody else gets its tasks.
    assert OwnQueues(closed=frozenset({"team"})).queue_of("team", "flaky") == own_queue("team", "flaky")
    assert OPEN.queues_of("echo") == ["echo", ECHO, own_queue("other", "echo")]
    assert [CLOSED.unserved(name) for name in ("echo", "flaky")] == [[], [own_queue("team", "flaky")]]


@pytest.mark.parametrize("other", ["echo", "core:notify", canary_queue("7"), session_queue("7"), "workspace:team"])
def test_no_other_queue_is_taken_for_a_workspaces_own(other: str) -> None:
    assert (workspace_of_queue(ECHO), capability_of_queue(ECHO)) == ("team", "echo")
    assert (workspace_of_queue(other), capability_of_queue(other)) == (None, other)


def test_a_share_of_turns_names_its_workspace() -> None:
    owners = ("team", "human:anna"), (DEFAULT, "human:anna"), (DEFAULT, "")
    assert [workspace_of_share(share(*each)) for each in owners] == ["team", DEFAULT, None]
