"""The protocol of HTTP bots, step by step, on the real stack."""

import os
import re
import subprocess
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stack.bots.bots import EXAMPLES, Bot, bot, second_api
from tests.stack.gateway.raw_worker import raw_worker
from tests.stack.harness import Api, RunningStack, eventually
from tests.support import patience, plain_http

#: No other test has workers for these.
QUEUE = "mock_content"
THREE = ("news_crawl", "sec_filing_crawl", "twitter_crawl")


def test_a_task_from_claim_to_result(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        id_ = api.submit("delay", {"seconds": 3}, capability=QUEUE)
        task = one.take(QUEUE)
        assert task["id"] == id_
        assert task["task_type"] == "delay"
        assert task["params"] == {"seconds": 3, "steps": 10}
        assert task["attempt"] == 1
        assert task["cursor"] is None
        assert 0 < task["heartbeat_seconds"] < task["heartbeat_timeout_seconds"] == 10
        assert api.wait_for(id_, "claimed", "running")["attempt"] == 1
        beat = one.beat(id_, progress={"percent": 42, "step": "page 3", "posts_collected": 342}, cursor={"page": 3})
        assert (beat.status_code, beat.json()) == (200, {"continue": True})
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent") == 42, 10, "the progress is shown")
        seen = api.task(id_)
        assert seen["status"] == "running"
        assert seen["progress"] == {"percent": 42, "step": "page 3", "counters": {"posts_collected": 342}}
        done = one.complete(id_, result={"posts": 342})
        assert (done.status_code, done.json()) == (200, {"acknowledged": True})
        ended = api.wait_for(id_, "succeeded")
        assert ended["result"] == {"posts": 342}
        eventually(lambda: _seen(api, ended["worker"]) == ("idle", [QUEUE]), 10, "it is seen as a worker that is there")


def _seen(api: Api, name: str) -> tuple[str, list[str]]:
    worker = next(each for each in api.http.get("/workers").json()["workers"] if each["name"] == name)
    return worker["status"], worker["polling"]


def test_nothing_to_do_is_204_after_about_the_time_asked_for(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        for wait in (0, 2):
            began = time.monotonic()
            assert one.claim(QUEUE, wait=wait) is None
            assert time.monotonic() - began >= wait * 0.9


def test_what_is_left_out_of_a_heartbeat_stays(stack: RunningStack, api: Api) -> None:
    """The next attempt begins where the last cursor was, also if later heartbeats did not repeat it."""
    with bot(stack, QUEUE) as one:
        id_ = api.submit("delay", capability=QUEUE, timeouts={"heartbeat_seconds": 5})
        one.take(QUEUE)
        one.beat(id_, cursor={"page": 7}, progress={"pages": 7})
        one.beat(id_, progress={"percent": 70})
        one.beat(id_)
        expected = {"percent": 70, "counters": {"pages": 7}}
        eventually(lambda: api.task(id_)["progress"] == expected, 10, "both are shown")
        again = one.take(QUEUE)
        assert (again["id"], again["attempt"], again["cursor"]) == (id_, 2, {"page": 7})
        one.beat(id_)
        failed = one.complete(id_, "failed", error={"type": "Pause", "message": "soon", "retry_after": 0.1})
        assert failed.status_code == 200
        third = one.take(QUEUE)
        assert (third["attempt"], third["cursor"]) == (3, {"page": 7})
        one.complete(id_)
        assert api.wait_for(id_, "succeeded")["result"] == {}


def test_a_cancel_is_told_by_the_next_heartbeat(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        id_ = api.submit("delay", {"seconds": 60}, capability=QUEUE)
        one.take(QUEUE)
        assert one.beat(id_).json() == {"continue": True}
        cancelling = threading.Thread(target=api.command, args=(id_, "cancel"))
        cancelling.start()
        told = eventually(lambda: _stopped(one, id_), 10, "the bot is told")
        assert told == {"continue": False, "reason": "task_cancelled"}
        assert one.complete(id_, "cancelled").json() == {"acknowledged": True}
        cancelling.join()
        api.wait_for(id_, "cancelled")
        # Also much later, and for one that did not listen.
        assert one.beat(id_).json() == {"continue": False, "reason": "task_cancelled"}
        assert one.complete(id_, "cancelled").json() == {"acknowledged": True}
        assert one.complete(id_, "succeeded").status_code == 409


def _stopped(one: Bot, id_: str) -> dict[str, Any] | None:
    beat = one.beat(id_)
    return dict(beat.json()) if beat.status_code == 410 else None


def test_an_outcome_counts_once(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        id_ = api.submit("echo", capability=QUEUE)
        one.take(QUEUE)
        for _ in range(3):
            assert one.complete(id_, result={"n": 1}).json() == {"acknowledged": True}
        other = one.complete(id_, result={"n": 2})
        assert other.status_code == 409
        assert "another outcome" in other.json()["detail"]
        assert api.wait_for(id_, "succeeded")["result"] == {"n": 1}
        # As after an API that died before it could note the answer of Temporal.
        stack.rows("UPDATE bot_leases SET acknowledged_at = NULL WHERE task_id = %s RETURNING 1", id_)
        assert one.complete(id_, result={"n": 2}).status_code == 409
        assert one.complete(id_, result={"n": 1}).json() == {"acknowledged": True}
        assert [event["type"] for event in api.task(id_)["events"]].count("succeeded") == 1


def test_an_outcome_whose_answer_was_lost_is_acknowledged_when_repeated(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        succeeded, failed = (api.submit("echo", capability=QUEUE, retry={"max_attempts": 1}) for _ in range(2))
        for _ in range(2):
            task = one.take(QUEUE)
            said: dict[str, Any] = {"status": "succeeded"} if task["id"] == succeeded else {
                "status": "failed", "error": "no luck"
            }  # fmt: skip
            for _ in range(2):
                assert one.complete(task["id"], **said).json() == {"acknowledged": True}
                stack.rows("UPDATE bot_leases SET acknowledged_at = NULL WHERE task_id = %s RETURNING 1", task["id"])
        assert api.wait_for(failed, "failed")["error"]["message"] == "no luck"
        api.wait_for(succeeded, "succeeded")


def test_a_late_outcome_of_a_stale_attempt_is_refused(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as slow, bot(stack, QUEUE) as quick:
        # Long enough for all that is asked while the second one holds it, also when the machine stalls.
        id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 6})
        stale = slow.take(QUEUE)
        fresh = quick.take(QUEUE)
        assert (fresh["id"], fresh["attempt"]) == (id_, 2)
        assert slow.beat(id_).json() == {"continue": False, "reason": "lease_lost"}
        late = slow.complete(id_, result={"from": "slow"})
        assert late.status_code == 409
        assert late.headers["content-type"] == "application/problem+json"
        by_token = slow.http.post(
            f"/tasks/{id_}/complete", json={"status": "succeeded"}, headers={"X-Task-Token": stale["token"]}
        )
        assert by_token.status_code == 409
        assert quick.complete(id_, result={"from": "quick"}).status_code == 200
        assert api.wait_for(id_, "succeeded")["result"] == {"from": "quick"}


def test_nobody_cancels_on_his_own(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one:
        id_ = api.submit("echo", capability=QUEUE)
        one.take(QUEUE)
        refused = one.complete(id_, "cancelled")
        assert refused.status_code == 409
        assert "Nobody has cancelled" in refused.json()["detail"]
        assert one.complete(id_, "succeeded").status_code == 200
        api.wait_for(id_, "succeeded")


def test_a_cursor_that_postgres_refuses_does_not_keep_a_task_from_bots(stack: RunningStack, api: Api) -> None:
    key = stack.register([QUEUE])[2]
    id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 4})
    with raw_worker(stack, key) as careless:
        careless.beat(careless.poll(QUEUE).task_token, b'{"cursor": {"at": "nul \\u0000"}}')
    with bot(stack, QUEUE) as one:
        task = one.take(QUEUE)
        assert (task["id"], task["attempt"], task["cursor"]) == (id_, 2, {"at": "nul "})
        one.complete(id_)
        api.wait_for(id_, "succeeded")


def test_what_a_bot_may_not_do(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one, bot(stack, QUEUE, "api_update") as other:
        id_ = api.submit("echo", capability=QUEUE)
        task = one.take(QUEUE)
        foreign = one.http.post("/tasks/claim", json={"capabilities": [QUEUE, "api_update"]})
        assert foreign.status_code == 403
        assert "does not allow api_update" in foreign.json()["detail"]
        mistaken = one.http.post("/tasks/claim", json={"worker_id": "somebody else", "wait_seconds": 0})
        assert mistaken.status_code == 403
        # Another's task, with and without its token, and one that does not exist: all the same.
        token = {"X-Task-Token": task["token"]}
        for headers in ({}, token, {"X-Task-Token": "Zm9yZ2Vk"}, {"X-Task-Token": "no base64"}):
            for which in (id_, str(uuid.uuid4())):
                for verb, body in (("heartbeat", {}), ("complete", {"status": "succeeded"})):
                    reply = other.http.post(f"/tasks/{which}/{verb}", json=body, headers=headers)
                    assert reply.status_code == 409, reply.text
        assert one.http.post("/tasks", json={"task_type": "echo"}).status_code == 403
        assert one.http.get("/tasks").status_code == 403
        assert one.http.post(f"/tasks/{id_}/cancel").status_code == 403
        # With its token all goes well, also where it is not remembered.
        stack.rows("DELETE FROM bot_leases WHERE task_id = %s RETURNING 1", id_)
        assert one.complete(id_).status_code == 409
        done = one.http.post(f"/tasks/{id_}/complete", json={"status": "succeeded"}, headers=token)
        assert done.json() == {"acknowledged": True}
        api.wait_for(id_, "succeeded")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("heartbeat", {"progress": {"percent": 101}}),
        ("heartbeat", {"progress": {"phase": "words"}}),
        ("heartbeat", {"progress": {"step": "nul \x00"}}),
        ("heartbeat", {"progress": {f"counter {n}": n for n in range(1000)}}),
        ("heartbeat", {"cursor": {"text": "x" * 10_000}}),
        ("heartbeat", {"prgress": {}}),
        ("complete", {}),
        ("complete", {"status": "done"}),
        ("complete", {"status": "failed"}),
        ("complete", {"status": "succeeded", "error": "why?"}),
        ("complete", {"status": "succeeded", "result": [1]}),
        ("complete", {"status": "succeeded", "result": {"text": "x" * 300_000}}),
        ("complete", {"status": "failed", "error": {"message": "x", "retry_after": -1}}),
    ],
    ids=str,
)
def test_bad_input_changes_nothing(stack: RunningStack, bad: tuple[Bot, str], verb: str, body: dict[str, Any]) -> None:
    one, id_ = bad
    reply = one.http.post(f"/tasks/{id_}/{verb}", json=body)
    assert reply.status_code == 422, reply.text
    assert reply.json()["detail"]
    assert one.beat(id_).status_code == 200
    assert stack.rows("SELECT progress, cursor FROM tasks WHERE id = %s", id_) == [{"progress": None, "cursor": None}]


@pytest.fixture(scope="module")
def bad(stack: RunningStack) -> Any:
    """A bot that holds a task."""
    stack.wait_until_ready()
    with bot(stack, "ai_sentiment") as one:
        id_ = stack.api.submit("echo", capability="ai_sentiment", timeouts={"heartbeat_seconds": 300})
        one.take("ai_sentiment")
        yield one, id_
        assert one.complete(id_).status_code == 200


def test_rows_go_with_the_remembered_token(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one, bot(stack, QUEUE) as other:
        id_ = api.submit("web_monitor", {"url": "https://example.com/bots"}, capability=QUEUE)
        task = one.take(QUEUE)
        body: dict[str, Any] = {"kind": "web_snapshots", "records": []}
        assert one.http.post(f"/tasks/{id_}/records", json=body).status_code == 200
        with_token = one.http.post(f"/tasks/{id_}/records", json=body, headers={"X-Task-Token": task["token"]})
        assert with_token.status_code == 200
        assert other.http.post(f"/tasks/{id_}/records", json=body).status_code == 409
        material = {"kind": "web_snapshots", "url": "https://example.com/bots"}
        assert one.http.post(f"/tasks/{id_}/material", json=material).json() == {"records": []}
        one.complete(id_)
        api.wait_for(id_, "succeeded")
        assert one.http.post(f"/tasks/{id_}/records", json=body).status_code == 409


def test_many_tasks_on_three_queues_are_each_done_once_at_their_first_attempt(stack: RunningStack, api: Api) -> None:
    """A claim over several queues takes one task and no more: no attempt is lost on the way."""
    ids = [id_ for capability in THREE for id_ in api.submit_many(20, "echo", capability=capability)]
    done: Counter[str] = Counter()

    def work(key: str) -> None:
        with Bot(stack, key) as one:
            while sum(done.values()) < len(ids):
                task = one.claim(*THREE, wait=2)
                if task is not None:
                    one.complete(task["id"], result={"attempt": task["attempt"]})
                    done[task["id"]] += 1

    keys = [stack.register(THREE)[2] for _ in range(4)]
    began = time.monotonic()
    with ThreadPoolExecutor(len(keys)) as pool:
        for each in [pool.submit(work, key) for key in keys]:
            each.result(150)
    took = time.monotonic() - began
    tasks = api.wait_for_all(ids)
    assert done == Counter(ids)
    assert {task["status"] for task in tasks} == {"succeeded"}
    # What found its worker's hands full was handed back before it began (docs/adr/0034), which counts nowhere.
    [begun] = stack.rows("SELECT count(*) AS n FROM task_attempts WHERE task_id = ANY(%s::uuid[])", ids)
    assert begun["n"] == len(ids)
    print(f"60 tasks on three queues by four bots: {took:.1f} s")


def test_who_waits_on_three_queues_gets_a_new_task_soon(stack: RunningStack, api: Api) -> None:
    with bot(stack, *THREE) as one, ThreadPoolExecutor(1) as pool:
        delays = []
        for capability in THREE * 2:
            waiting = pool.submit(one.claim, wait=30)
            eventually(lambda: _online(api, one), 20, "it is online")
            sent = time.monotonic()
            id_ = api.submit("echo", capability=capability)
            task = waiting.result(60)
            assert task is not None
            assert task["id"] == id_
            delays.append(time.monotonic() - sent)
            one.complete(id_)
        assert max(delays) < 10 * patience.factor
        print(f"a new task on one of three queues is claimed after {sorted(delays)[3]:.2f} s (median)")


def _online(api: Api, one: Bot) -> bool:
    workers = api.http.get("/workers").json()["workers"]
    return any(w["capabilities"] == list(THREE) and w["status"] != "offline" for w in workers)


def _open_polls(stack: RunningStack) -> float:
    """Of all workers, at the gateway."""
    told = plain_http.get(f"http://127.0.0.1:{stack.state['ports']['gateway_health']}/metrics").text
    return sum(float(polls) for polls in re.findall(r"^clawdbot_gateway_open_polls\{.*\} (\S+)$", told, re.MULTILINE))


def test_a_bot_that_hangs_up_while_it_waits_takes_nothing_along(stack: RunningStack, api: Api) -> None:
    """Its poll ends with it: the next task goes to somebody else, at the first attempt."""
    with bot(stack, QUEUE) as gone, bot(stack, QUEUE) as stays:
        for _ in range(3):
            with pytest.raises(httpx.ReadTimeout):
                gone.http.post("/tasks/claim", json={"wait_seconds": 60}, timeout=1)
        # Hanging up is noticed by the API, and its own hanging up by the gateway.
        eventually(lambda: _open_polls(stack) == 0, 20, "no poll is open")
        id_ = api.submit("echo", capability=QUEUE)
        task = stays.take(QUEUE)
        assert (task["id"], task["attempt"]) == (id_, 1)
        stays.complete(id_)
        api.wait_for(id_, "succeeded")


def test_too_many_claims_at_once_are_refused(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as one, ThreadPoolExecutor(60) as pool:
        limits = httpx.Limits(max_connections=100)
        with httpx.Client(
            verify=plain_http.NO_TLS,
            base_url=one.http.base_url,
            headers=one.http.headers,
            limits=limits,
            trust_env=False,
        ) as http:
            claims = [pool.submit(http.post, "/tasks/claim", json={"wait_seconds": 5}, timeout=60) for _ in range(60)]
            statuses = Counter(claim.result(90).status_code for claim in claims)
    assert statuses[429] >= 1
    assert statuses[204] >= 20
    assert set(statuses) == {204, 429}


def test_any_replica_of_the_api_serves_any_call(stack: RunningStack, api: Api) -> None:
    """Nothing that matters is in the memory of a process."""
    with second_api(stack) as url, bot(stack, QUEUE) as one:
        with Bot(stack, str(one.http.headers["X-Worker-Key"])) as elsewhere:
            elsewhere.http.base_url = f"{url}/api/v1"
            id_ = api.submit("echo", capability=QUEUE)
            assert elsewhere.take(QUEUE)["id"] == id_
            assert one.beat(id_, cursor={"page": 1}).status_code == 200
            assert elsewhere.beat(id_, progress={"percent": 9}).status_code == 200
            eventually(lambda: (api.task(id_)["progress"] or {}).get("percent") == 9, 10, "it is shown")
            assert stack.rows("SELECT cursor FROM tasks WHERE id = %s", id_) == [{"cursor": {"page": 1}}]
            for each in (one, elsewhere, one):
                assert each.complete(id_, result={"n": 1}).json() == {"acknowledged": True}
        assert api.wait_for(id_, "succeeded")["result"] == {"n": 1}


def test_the_session_of_the_documentation(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """The commands that docs/bots.md shows, one after the other, as they stand there."""
    text = (EXAMPLES.parents[1] / "docs" / "bots.md").read_text()
    session = text[text.index("## A session") : text.index("## Claim")]
    script = "set -e\n" + "\necho\n".join(re.findall(r"^```sh\n(.*?)^```", session, re.MULTILINE | re.DOTALL))
    key = stack.register(["delay"])[2]
    id_ = api.submit("delay", {"seconds": 5})
    environment = {"PATH": os.environ["PATH"], "API": stack.api_url, "KEY": key}
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert f'"id":"{id_}"' in done.stdout
    assert '{"continue":true}' in done.stdout
    assert '{"acknowledged":true}' in done.stdout
    assert api.wait_for(id_, "succeeded")["result"] == {"posts_collected": 847}
