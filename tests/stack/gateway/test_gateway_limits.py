"""How much one key may ask of the gateway, how much strangers may, and what the gateway counts."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import grpc
import pytest
import temporalio.api.workflowservice.v1 as service

from contracts.tasks.work import ERROR_LIMIT
from tests.stack.gateway.raw_worker import WORKFLOW_SERVICE, RawWorker, raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.parts import Part, own_gateway

DENIED = grpc.StatusCode.PERMISSION_DENIED
TOO_MUCH = grpc.StatusCode.RESOURCE_EXHAUSTED
#: No worker of this version does this, so the queue is this file's alone.
QUEUE = "ai_sentiment"
PER_SECOND, POLLS = 20, 3
#: Nobody reports while one is held.
PATIENT = {"heartbeat_seconds": 120}
INFO = service.GetSystemInfoRequest()


@pytest.fixture(scope="module")
def gateway(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    """One with tight limits."""
    stack.wait_until_ready()
    limits = {"gateway_calls_per_second": str(PER_SECOND), "gateway_open_polls": str(POLLS)}
    with own_gateway(stack, tmp_path_factory.mktemp("limits"), **limits) as gateway:
        yield gateway


@pytest.fixture
def worker(stack: RunningStack, gateway: Part) -> Iterator[RawWorker]:
    """One with a new key, registered for as many tasks as it may have polls."""
    with raw_worker(gateway, stack.register([QUEUE], concurrency=POLLS)[2]) as worker:
        yield worker


def burst(worker: RawWorker, calls: int) -> Counter[grpc.StatusCode | None]:
    return Counter(worker.refusal("GetSystemInfo", INFO) for _ in range(calls))


def test_a_key_may_call_so_often_and_no_other_key_suffers(
    stack: RunningStack, gateway: Part, worker: RawWorker
) -> None:
    began = time.monotonic()
    ends = burst(worker, 200)
    allowed = (time.monotonic() - began + 2) * PER_SECOND
    assert 2 * PER_SECOND <= ends[None] <= allowed + 1
    assert ends.keys() == {None, TOO_MUCH}
    with raw_worker(gateway, stack.register([QUEUE])[2]) as other:
        assert burst(other, PER_SECOND) == {None: PER_SECOND}
    eventually(lambda: worker.refusal("GetSystemInfo", INFO) is None, 10, "it may call again")


def test_a_refusal_says_what_to_do_and_when(worker: RawWorker) -> None:
    error = next(filter(None, (_error_of(worker) for _ in range(1_000))))
    assert "Wait a moment" in error.details()
    assert dict(error.trailing_metadata())["grpc-retry-pushback-ms"] == "1000"


def _error_of(worker: RawWorker) -> grpc.RpcError | None:
    try:
        worker.ask("GetSystemInfo", INFO)
    except grpc.RpcError as error:
        return error
    return None


def test_a_key_has_so_many_polls_open(gateway: Part, worker: RawWorker, api: Api) -> None:
    ends: list[bytes | grpc.StatusCode] = []

    def poll_once() -> None:
        try:
            ends.append(worker.poll(QUEUE, timeout=60).task_token)
        except grpc.RpcError as error:
            ends.append(error.code())

    polls = [threading.Thread(target=poll_once) for _ in range(POLLS)]
    before = gateway.metric("clawdbot_gateway_open_polls")
    for poll in polls:
        poll.start()
    eventually(lambda: gateway.metric("clawdbot_gateway_open_polls") == before + POLLS, 20, "all polls are open")
    assert refusal_of(lambda: worker.poll(QUEUE)) is TOO_MUCH
    # Each that ends makes room for another.
    for id_ in api.submit_many(POLLS, "echo", capability=QUEUE, timeouts=PATIENT):
        api.wait_for(id_, "claimed")
    for poll in polls:
        poll.join(20)
    assert [type(end) for end in ends] == [bytes] * POLLS
    assert refusal_of(lambda: worker.poll(QUEUE, timeout=1)) is not TOO_MUCH
    # Left alone they would be in the queue again once their heartbeats are overdue, and come to the next test.
    for token in ends:
        assert isinstance(token, bytes)
        worker.complete(token)


def test_each_kind_of_message_has_a_size(api: Api, worker: RawWorker) -> None:
    id_, token = take(api, worker)
    beat = service.RecordActivityTaskHeartbeatRequest(
        namespace=worker.namespace, task_token=token, details=worker.completion(b"", b"x" * 65 * 1024).result
    )
    assert worker.refusal("RecordActivityTaskHeartbeat", beat) is TOO_MUCH
    info = service.DescribeNamespaceRequest(namespace=worker.namespace, id="x" * 17 * 1024)
    assert worker.refusal("DescribeNamespace", info) is TOO_MUCH
    worker.complete(token)
    api.wait_for(id_, "succeeded")


@pytest.mark.parametrize("mib", [1, 5])
def test_how_large_a_result_may_be_is_judged_by_the_result(api: Api, worker: RawWorker, mib: int) -> None:
    """The task ends. An SDK worker does not send again what is refused for its size, and nobody would learn of it."""
    id_, token = take(api, worker)
    worker.complete(token, b'{"message": "' + b"x" * mib * 1024 * 1024 + b'"}')
    assert api.wait_for(id_, "failed")["error"]["type"] == "BadResult"


def test_an_error_of_any_length_ends_the_attempt(api: Api, worker: RawWorker) -> None:
    id_, token = take(api, worker)
    worker.fail(token, "It said: " + "x" * 5 * 1024 * 1024, type="SourceSaidNo", non_retryable=True)
    task = api.wait_for(id_, "failed")
    assert (task["error"]["type"], task["attempt"]) == ("SourceSaidNo", 1)
    assert len(task["error"]["message"]) <= ERROR_LIMIT


def take(api: Api, worker: RawWorker) -> tuple[str, bytes]:
    """A new task and the token of its first attempt, which must not be another's."""
    id_ = api.submit("echo", capability=QUEUE, timeouts=PATIENT)
    handed_out = worker.poll(QUEUE)
    assert handed_out.workflow_execution.workflow_id == id_
    return id_, handed_out.task_token


def test_bytes_that_are_no_message_are_refused(worker: RawWorker) -> None:
    garbage = refusal_of(lambda: worker.call(WORKFLOW_SERVICE + "PollActivityTaskQueue", b"\xff\xff\xff"))
    assert garbage is grpc.StatusCode.INVALID_ARGUMENT


def test_strangers_do_not_reach_postgres_for_long(gateway: Part, worker: RawWorker) -> None:
    assert worker.refusal("GetSystemInfo", INFO) is None
    ends: Counter[grpc.StatusCode | None] = Counter()
    before = gateway.metric("clawdbot_gateway_key_lookups_total")
    for number in range(300):
        with raw_worker(gateway, f"cwb_live_{number:010x}_" + "x" * 43) as stranger:
            ends[stranger.refusal("GetSystemInfo", INFO)] += 1
    assert ends.keys() == {DENIED, TOO_MUCH}
    assert ends[TOO_MUCH] > 150
    with raw_worker(gateway, "cwb_live_0000000000_" + "x" * 43) as stranger:
        # Known not to be valid, so it costs nothing to say so.
        assert burst(stranger, 100) == {DENIED: 100}
        assert burst(RawWorker(stranger.channel, "no key of ours", stranger.namespace), 100) == {DENIED: 100}
    assert 20 <= gateway.metric("clawdbot_gateway_key_lookups_total") - before <= 150
    # Whoever has a valid key comes from the same address, and is not touched.
    assert worker.refusal("GetSystemInfo", INFO) is None


def test_what_is_refused_is_counted_for_the_worker(stack: RunningStack, gateway: Part) -> None:
    name, _, key = stack.register([QUEUE])
    with raw_worker(gateway, key) as worker:
        # After the strangers of the test before, new keys from this address may have to wait a moment.
        eventually(lambda: worker.refusal("GetSystemInfo", INFO) is None, 20, "it is let in")
        for _ in range(3):
            assert refusal_of(lambda: worker.poll("echo")) is DENIED
        assert refusal_of(lambda: worker.call("/made.up/Method")) is DENIED
    assert gateway.metric("clawdbot_gateway_calls_total", worker=name, method="GetSystemInfo", code="OK") == 1
    assert gateway.metric("clawdbot_gateway_refused_total", worker=name, reason="queue") == 3
    assert gateway.metric("clawdbot_gateway_refused_total", worker=name, reason="method") == 1
    assert gateway.metric("clawdbot_gateway_call_seconds_count", method="GetSystemInfo") >= 1
    # An attacker cannot make up series.
    assert "made.up" not in gateway.metrics()


def test_many_workers_on_one_key_are_no_attack(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """With the limits that are the default, 20 machines poll with one key, twice each, and none is refused."""
    _, _, key = stack.register([QUEUE])
    over = threading.Event()
    with own_gateway(stack, tmp_path) as gateway, ExitStack() as channels:

        def work(worker: RawWorker) -> None:
            while not over.is_set():
                with suppress(grpc.RpcError):  # nothing to do for so long
                    token = worker.poll(QUEUE, timeout=5).task_token
                    if token:
                        worker.complete(token)

        workers = [channels.enter_context(raw_worker(gateway, key)) for _ in range(20)]
        threads = [threading.Thread(target=work, args=[worker]) for worker in workers * 2]
        for thread in threads:
            thread.start()
        try:
            eventually(lambda: gateway.metric("clawdbot_gateway_open_polls") == 40, 30, "all polls are open")
            ids = api.submit_many(40, "echo", capability=QUEUE)
            assert {task["status"] for task in api.wait_for_all(ids)} == {"succeeded"}
        finally:
            over.set()
            for thread in threads:
                thread.join(30)
        assert gateway.metric("clawdbot_gateway_refused_total") == 0
        assert gateway.metric("clawdbot_gateway_tasks_handed_out_total") >= 40
