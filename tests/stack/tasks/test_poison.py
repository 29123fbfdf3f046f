"""What cannot be worked on ends, with a sentence, and holds up nothing else."""

import json
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import WorkflowExecutionStatus

from contracts.tasks.work import PARAMS_LIMIT, RESULT_LIMIT
from tests.stack.gateway.raw_worker import RawWorker, raw_worker
from tests.stack.harness import Api, RunningStack, Task, WorkerProcess, eventually
from tests.stack.temporal_side import payload

#: No worker of this version does this, so the queue is this file's alone.
QUEUE = "llm_task"


@pytest.fixture(scope="module")
def worker(stack: RunningStack) -> Iterator[WorkerProcess]:
    stack.wait_until_ready()
    with stack.worker("echo", "delay", concurrency=2) as worker:
        yield worker


@pytest.fixture(scope="module")
def hostile(stack: RunningStack) -> Iterator[RawWorker]:
    with raw_worker(stack, stack.register([QUEUE])[2]) as hostile:
        yield hostile


@pytest.fixture(autouse=True)
def others_are_not_held_up(api: Api, worker: WorkerProcess) -> Iterator[None]:
    """After each poison an ordinary task still runs, and is seen to run."""
    yield
    canary = api.submit("delay", {"seconds": 0.5, "steps": 5})
    api.wait_for(canary, "running", "succeeded", seconds=10)
    assert api.wait_for(canary)["status"] == "succeeded"


def start_by_hand(stack: RunningStack, *given: str | Payload) -> str:
    id_ = str(uuid.uuid4())
    stack.temporal_side.start(id_, "Task", "clawdbot-core", *given)
    return id_


def ended(stack: RunningStack, api: Api, id_: str) -> Task:
    """The task, over in the mirror and in Temporal."""
    eventually(lambda: api.http.get(f"/tasks/{id_}").status_code == 200, 10, "the task is listed")
    task = api.wait_for(id_, seconds=20)
    # The workflow writes the end into the mirror just before its own.
    eventually(lambda: not _runs(stack, id_), 10, "it is over in Temporal, too")
    return task


def _runs(stack: RunningStack, id_: str) -> bool:
    info = stack.temporal_side.describe(id_).workflow_execution_info
    return info.status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING


#: What is given to the workflow, and the error and the words that it ends with; none: either end is fine.
BY_HAND: list[tuple[list[str | Payload], str | None, str]] = [
    ([], "InvalidInput", "The input is not a task"),
    (['"garbage"'], "InvalidInput", "The input is not a task"),
    (["[1, 2]"], "InvalidInput", "The input is not a task"),
    (['{"params": {}}'], "InvalidInput", "type"),
    (['{"type": 7, "round": "x"}'], "InvalidInput", "type"),
    (['{"type": "dig_holes"}'], "UnknownTaskType", "There is no task type 'dig_holes'"),
    (['{"type": "echo", "params": {"mesage": 1}}'], "InvalidParams", "mesage"),
    (['{"type": "echo", "params": "none"}'], "InvalidInput", "params"),
    (['{"type": "delay", "params": {"seconds": -1}}'], "InvalidParams", "seconds"),
    (['{"type": "flaky", "capability": "echo"}'], "NotFoundError", "flaky"),
    (['{"type": "echo", "retry": {"max_attempts": -1}}'], "InvalidInput", "max_attempts"),
    ([payload("binary/plain", "\x01\x02")], "InvalidInput", "The input is not a task"),
    ([payload("binary/unheard-of", "xyz")], "InvalidInput", "The input is not a task"),
    (['{"type": "echo"}', '{"type": "echo"}'], None, ""),
    ([json.dumps({"type": "x" * 5_000})], "UnknownTaskType", "There is no task type 'xxx"),
    ([json.dumps({"type": "echo", "capability": "q" * 1_001})], "InvalidInput", "task queue"),
    (['{"type": "echo", "capability": "/_sys/x"}'], "InvalidInput", "task queue"),
    (['{"type": "echo", "run_at": "2030-01-01T00:00:00"}'], "InvalidInput", "run_at"),
    (['{"type": "echo", "approval": {"seconds": 1e300}}'], "InvalidInput", "approval"),
]


def test_a_task_started_by_hand_with_bad_input_fails(stack: RunningStack, api: Api) -> None:
    ids = [start_by_hand(stack, *given) for given, _, _ in BY_HAND]
    wrong = []
    for id_, (given, error, sentence) in zip(ids, BY_HAND, strict=True):
        task = ended(stack, api, id_)
        found = task["error"] or {"type": None, "message": ""}
        fails = (task["status"], found["type"]) == ("failed", error)
        if error and not (fails and sentence in found["message"] and "Traceback" not in found["message"]):
            wrong.append((given, task["status"], found))
    assert wrong == []


#: What a person typed, and what is kept of it.
TYPED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"priority": 10**9}, {"priority": 100}),
    ({"priority": -500}, {"priority": 0}),
    ({"round": 10**30}, {"retry_count": 1_000_000}),
    ({"round": -1}, {"retry_count": 0}),
    ({"params": {"message": "a\0b"}}, {"params": {"message": "ab"}}),
    ({"fairness_key": "k" * 65}, {}),
]


def test_what_a_person_typed_is_clamped_or_cleaned(stack: RunningStack, api: Api) -> None:
    ids = [start_by_hand(stack, json.dumps({"type": "echo", **given})) for given, _ in TYPED]
    found = []
    for id_, (given, kept) in zip(ids, TYPED, strict=True):
        task = ended(stack, api, id_)
        found.append((given, task["status"], task["error"], {name: task[name] for name in kept}))
    assert found == [(given, "succeeded", None, kept) for given, kept in TYPED]


def test_whoever_begins_a_task_by_hand_may_have_any_name(stack: RunningStack, api: Api) -> None:
    id_ = str(uuid.uuid4())
    stack.temporal_side.start(id_, "Task", "clawdbot-core", '{"type": "echo"}', by="a\0" * 5_000)
    task = ended(stack, api, id_)
    assert (task["status"], task["created_by"]) == ("succeeded", "temporal:" + "a" * 100)


def test_a_task_completed_from_the_temporal_side_with_no_object_fails(stack: RunningStack, api: Api) -> None:
    results: list[list[str | Payload]] = [
        ["[1, 2]"], ["null"], ['"done"'], [], [payload("binary/unheard-of", "xyz")],
    ]  # fmt: skip
    ids = [api.submit("echo", capability="nobody_offers_this") for _ in results]
    for id_, result in zip(ids, results, strict=True):
        eventually(partial(_waits_for_a_worker, stack, id_), 10, "its activity waits")
        stack.temporal_side.complete(id_, "work-0", *result)
    tasks = [ended(stack, api, id_) for id_ in ids]
    assert [(task["status"], (task["error"] or {}).get("type")) for task in tasks] == [("failed", "BadResult")] * 5


def _waits_for_a_worker(stack: RunningStack, id_: str) -> bool:
    return stack.temporal_side.exists(id_) and stack.temporal_side.waits_for_a_worker(id_)


def test_a_priority_signalled_by_hand_is_clamped(stack: RunningStack, api: Api) -> None:
    id_ = api.submit("echo", {"message": "later"}, needs_approval=True)
    # It waits for approval from its submission on; its workflow comes a moment later.
    eventually(lambda: stack.temporal_side.exists(id_), 20, "its workflow is there")
    stack.temporal_side.signal(id_, "reprioritise", "-10000")
    api.command(id_, "approve")
    assert ended(stack, api, id_)["status"] == "succeeded"


def test_a_result_may_be_as_large_as_the_limit_and_no_larger(stack: RunningStack, api: Api) -> None:
    around = len('{"message":"","attempt":1}')
    fits = "x" * (RESULT_LIMIT - around)
    assert len(json.dumps({"message": fits})) < PARAMS_LIMIT
    task = ended(stack, api, api.submit("echo", {"message": fits}))
    assert (task["status"], len(task["result"]["message"])) == ("succeeded", len(fits))
    task = ended(stack, api, api.submit("echo", {"message": fits + "x"}))
    assert (task["status"], task["error"]["type"], task["attempt"]) == ("failed", "ResultTooLarge", 1)
    assert "at most 262144 are kept" in task["error"]["message"]


def test_text_that_only_looks_dangerous_comes_back_as_it_was(stack: RunningStack, api: Api) -> None:
    messages: list[Any] = [
        "ends with \\u0000",
        "mid\\u0000dle",
        "tab\t and \x7f and \u2028",
        "emoji 🦞",
        "Ünïcödé" * 1000,
        {"\\u0000": ["\\u0000"]},
    ]
    ids = [api.submit("echo", {"message": message}) for message in messages]
    tasks = [ended(stack, api, id_) for id_ in ids]
    assert [task["status"] for task in tasks] == ["succeeded"] * len(messages)
    assert [task["params"]["message"] for task in tasks] == messages
    assert [task["result"]["message"] for task in tasks] == messages


#: A result as a worker sends it, its encoding, and what is kept of it; none: the task fails.
RESULTS: list[tuple[bytes, bytes, dict[str, str] | None]] = [
    (b"[1]", b"json/plain", None),
    (b'{"a":', b"json/plain", None),
    (b'{"a": NaN}', b"json/plain", None),
    (b'{"a": "\\ud800"}', b"json/plain", None),
    (b"\xff\xfe", b"binary/unheard-of", None),
    (b'{"a": "' + b"x" * 3_000_000 + b'"}', b"json/plain", None),
    (b'{"a": "nul \\u0000 nul"}', b"json/plain", {"a": "nul  nul"}),
]


def test_a_hostile_result_ends_the_task(stack: RunningStack, api: Api, hostile: RawWorker) -> None:
    ids = []
    for data, encoding, _ in RESULTS:
        ids.append(api.submit("echo", capability=QUEUE))
        hostile.complete(hostile.poll(QUEUE).task_token, data, encoding)
    tasks = [ended(stack, api, id_) for id_ in ids]
    assert [task["result"] for task in tasks] == [kept for _, _, kept in RESULTS]
    errors = [(task["error"] or {}).get("type") for task in tasks]
    assert errors == [None if kept else "BadResult" for _, _, kept in RESULTS]
    assert [task["status"] for task in tasks] == ["succeeded" if kept else "failed" for _, _, kept in RESULTS]


#: Details of a heartbeat.
DETAILS = (
    b'{"cursor": {"a": NaN}}',
    b'{"cursor": {"a": "\\ud800"}}',
    b'{"progress": {"step": "a\\u0000b"}}',
    b'{"progress": {"step": "ends with \\\\u0000"}}',
    b'{"cursor": ' + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"}",
    b'{"progress": {"percent": 1e999, "counters": {"n": ' + b"9" * 9_000 + b"}}}",
    b"[]",
    b"\xff",
)


def test_hostile_progress_is_left_out(stack: RunningStack, api: Api, hostile: RawWorker) -> None:
    for details in DETAILS:
        id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 60})
        token = hostile.poll(QUEUE).task_token
        try:
            hostile.beat(token, details)
            # Another one is done while this one is on: what came with it must not hold up the mirror of others.
            others = api.wait_for(api.submit("delay", {"seconds": 0.1, "steps": 1}))
            api.wait_for(id_, "running", seconds=10)
        finally:
            hostile.complete(token)
        assert (others["status"], ended(stack, api, id_)["status"]) == ("succeeded", "succeeded"), details


def test_a_hostile_failure_is_shown_clean(stack: RunningStack, api: Api, hostile: RawWorker) -> None:
    once_more = {"max_attempts": 2, "initial_seconds": 0.1}
    id_ = api.submit("echo", capability=QUEUE, retry=once_more)
    hostile.fail(hostile.poll(QUEUE).task_token, "a\0b" * 3_000, type="Ty\0pe")
    reason = eventually(lambda: api.task(id_)["reason"], 5, "the failed attempt is shown")
    assert reason == ("ab" * 3_000)[:2_000]
    hostile.fail(hostile.poll(QUEUE).task_token, "over\0")
    assert ended(stack, api, id_)["error"] == {"type": "Error", "message": "over", "retryable": True}
