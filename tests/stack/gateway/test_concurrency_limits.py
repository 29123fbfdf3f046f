"""However often a worker asks, it has no more tasks on hand than an admin allowed it."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from tests.stack.bots.bots import Bot
from tests.stack.gateway.raw_worker import RawWorker, raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.parts import own_gateway

#: No worker of this version does these, so the queues are this file's alone.
QUEUE, OTHER = "ai_sentiment", "ai_summary"
PATIENT = {"heartbeat_seconds": 60}
GONE = grpc.StatusCode.NOT_FOUND


@contextmanager
def greedy(stack: RunningStack, *capabilities: str, most: int) -> Iterator[RawWorker]:
    """A worker that is registered for so many tasks at once, and does not care."""
    _, _, key = stack.register(capabilities or [QUEUE], concurrency=most)
    with raw_worker(stack, key) as worker:
        yield worker


@pytest.fixture
def waiting(stack: RunningStack, api: Api) -> Iterator[list[str]]:
    """Ids of twelve tasks that wait in the queue; what is left of them is cancelled afterwards."""
    ids = api.submit_many(12, "echo", capability=QUEUE, timeouts=PATIENT)
    are_queued(stack, ids)
    yield ids
    cancel_all(api, ids)


def are_queued(stack: RunningStack, ids: list[str]) -> None:
    """A queue that is empty when it is asked keeps its polls open, and they end with nothing if the tasks are late."""
    eventually(lambda: all(_is_queued(stack, id_) for id_ in ids), 20, "all of them wait")


def _is_queued(stack: RunningStack, id_: str) -> bool:
    """Or has been: a poll that a test before has left open may have one by now."""
    return stack.temporal_side.exists(id_) and bool(stack.temporal_side.describe(id_).pending_activities)


def cancel_all(api: Api, ids: list[str]) -> None:
    api.cancel_all(ids)
    api.wait_for_all(ids)


def taken(worker: RawWorker, polls: int, *queues: str) -> list[bytes]:
    """Tokens of what so many polls at once of each queue bring."""
    asked = (queues or (QUEUE,)) * polls
    with ThreadPoolExecutor(len(asked)) as at_once:
        return [token for token in at_once.map(worker.offered, asked) if token]


def test_many_polls_bring_no_more_than_its_share(stack: RunningStack, waiting: list[str]) -> None:
    with greedy(stack, most=3) as worker, greedy(stack, most=2) as neighbour:
        held = taken(worker, polls=10)
        assert len(held) == 3
        # What it leaves is there for others.
        assert len(taken(neighbour, polls=2)) == 2
        worker.complete(held[0])
        worker.fail(held[1], "no", type="No", non_retryable=True)
        worker.beat(held[2])
        assert len(taken(worker, polls=10)) == 2


def test_a_poll_that_waits_its_turn_brings_a_task_when_another_ends(stack: RunningStack, waiting: list[str]) -> None:
    with greedy(stack, most=1) as worker, ThreadPoolExecutor(1) as aside:
        (held,) = taken(worker, polls=1)
        waits = aside.submit(worker.poll, QUEUE, 30)
        worker.beat(held)
        assert not waits.done()
        worker.complete(held)
        assert waits.result(30).task_token


def test_what_it_was_given_long_ago_and_never_spoke_of_does_not_count(stack: RunningStack, api: Api) -> None:
    """Temporal has given it to somebody else by then."""
    first, second = api.submit_many(2, "echo", capability=QUEUE, timeouts={"heartbeat_seconds": 5})
    with greedy(stack, most=1) as worker:
        assert worker.poll(QUEUE).task_token
        again = worker.poll(QUEUE, timeout=30)
        assert again.task_token
        worker.complete(again.task_token)
        worker.complete(worker.poll(QUEUE, timeout=30).task_token)
        assert {api.wait_for(each)["status"] for each in (first, second)} == {"succeeded"}


def test_a_task_that_is_no_longer_its_own_does_not_count(stack: RunningStack, api: Api) -> None:
    """Its silence would count for longer than this poll waits; that Temporal knows the attempt no more is enough."""
    short = {"heartbeat_seconds": 60, "attempt_seconds": 1}
    lost_id = api.submit("echo", capability=QUEUE, timeouts=short, retry={"max_attempts": 1})
    with greedy(stack, most=1) as worker:
        lost = worker.poll(QUEUE).task_token
        # Not before: of two that are started at once either may come first.
        other_id = api.submit("echo", capability=QUEUE, timeouts=PATIENT)
        eventually(lambda: refusal_of(lambda: worker.beat(lost)) is GONE, 20, "its time is up")
        worker.complete(worker.poll(QUEUE, timeout=15).task_token)
    assert (api.wait_for(lost_id)["status"], api.wait_for(other_id)["status"]) == ("failed", "succeeded")


def test_its_share_is_one_for_all_capabilities(stack: RunningStack, api: Api, waiting: list[str]) -> None:
    others = api.submit_many(6, "echo", capability=OTHER, timeouts=PATIENT)
    are_queued(stack, others)
    with greedy(stack, QUEUE, OTHER, most=2) as worker:
        assert len(taken(worker, 5, QUEUE, OTHER)) == 2
        assert taken(worker, 2, QUEUE, OTHER) == []
    cancel_all(api, others)


def test_polls_left_open_at_an_empty_queue_bring_no_more_than_its_share(
    stack: RunningStack, api: Api, waiting: list[str]
) -> None:
    """What they bring goes to others, and costs even a task that may begin only once nothing."""
    with greedy(stack, QUEUE, OTHER, most=2) as worker, ThreadPoolExecutor(2) as aside:
        left_open = [aside.submit(worker.poll, OTHER, 20) for _ in range(2)]
        held = taken(worker, 1, QUEUE)
        held += taken(worker, 1, QUEUE)
        assert len(held) == 2
        others = api.submit_many(2, "echo", capability=OTHER, timeouts=PATIENT, retry={"max_attempts": 1})
        assert [poll.result(30).task_token for poll in left_open] == [b"", b""]
    with greedy(stack, OTHER, most=2) as neighbour:
        for token in taken(neighbour, 2, OTHER):
            neighbour.complete(token)
        assert {task["status"] for task in api.wait_for_all(others, seconds=30)} == {"succeeded"}


def test_a_new_gateway_learns_from_heartbeats_what_is_on_hand(
    stack: RunningStack, tmp_path: Path, waiting: list[str]
) -> None:
    _, _, key = stack.register([QUEUE], concurrency=1)
    with own_gateway(stack, tmp_path) as gateway:
        with raw_worker(gateway, key) as worker:
            (held,) = taken(worker, polls=3)
        gateway.end(signal.SIGKILL)
        gateway.start()
        with raw_worker(gateway, key) as worker:
            worker.beat(held)
            assert taken(worker, polls=3) == []
            worker.complete(held)
            assert len(taken(worker, polls=3)) == 1


def test_an_admin_who_allows_more_is_heard_by_a_poll_that_waits(
    stack: RunningStack, api: Api, waiting: list[str]
) -> None:
    _, id_, key = stack.register([QUEUE], concurrency=1)
    with raw_worker(stack, key) as worker, ThreadPoolExecutor(1) as aside:
        assert worker.poll(QUEUE).task_token
        waits = aside.submit(worker.poll, QUEUE, 30)
        assert api.http.patch(f"/workers/{id_}", json={"max_concurrency": 2}).status_code == 200
        assert waits.result(30).task_token


def test_a_bot_that_has_its_hands_full_is_handed_nothing(stack: RunningStack, api: Api, waiting: list[str]) -> None:
    with Bot(stack, stack.register([QUEUE], concurrency=1)[2]) as bot:
        assert bot.take()
        assert bot.claim(wait=3) is None
