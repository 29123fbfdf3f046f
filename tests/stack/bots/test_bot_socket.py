"""The control socket of bots, with a real WebSocket client on the real stack."""

import json
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.stack.bots.bot_sockets import socket
from tests.stack.bots.bots import bot
from tests.stack.harness import Api, RunningStack, eventually
from tests.support import plain_http

#: No other test has workers for these.
QUEUE = "mock_content"
OTHER = "ai_sentiment"


def test_a_task_is_pushed_and_its_outcome_comes_back(stack: RunningStack, api: Api) -> None:
    name, worker_id, key = stack.register([QUEUE])
    with socket(stack, key) as one:
        hello = one.hear("connected")
        assert hello["worker_id"] == worker_id
        assert (hello["name"], hello["capabilities"], hello["max_concurrency"]) == (name, [QUEUE], 2)
        id_ = api.submit("echo", {"message": "over the socket"}, capability=QUEUE)
        task = one.hear("task_assigned")
        assert task["task_id"] == id_
        assert task["task_type"] == "echo"
        assert task["task_payload"] == {"message": "over the socket"}
        one.say("progress", task_id=id_, progress={"percent": 50, "lines": 3}, cursor={"line": 3})
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent") == 50, 10, "the progress is shown")
        one.say("heartbeat")
        one.hear("heartbeat_ack")
        one.say("task_complete", task_id=id_, success=True, result={"lines": 7})
        assert one.hear("task_acknowledged") == {"task_id": id_}
        ended = api.wait_for(id_, "succeeded")
        assert (ended["result"], ended["worker"], ended["attempt"]) == ({"lines": 7}, name, 1)
        failing = api.submit("echo", capability=QUEUE, retry={"max_attempts": 1})
        one.hear("task_assigned")
        one.say("task_complete", task_id=failing, success=False, error="no luck")
        assert api.wait_for(failing, "failed")["error"]["message"] == "no luck"


def test_the_socket_keeps_a_long_task_alive_and_no_more_than_its_share(stack: RunningStack, api: Api) -> None:
    with socket(stack, stack.register([QUEUE])[2]) as one:
        ids = api.submit_many(3, "echo", capability=QUEUE, timeouts={"heartbeat_seconds": 6})
        held = {one.hear("task_assigned")["task_id"] for _ in range(2)}
        # Beyond the heartbeat timeout, without a word of the bot: the socket vouches for it, and gives it no third.
        with pytest.raises(TimeoutError):
            one.hear("task_assigned", seconds=10)
        [left] = set(ids) - held
        assert api.status(left) == "pending"
        for id_ in held:
            assert api.task(id_)["attempt"] == 1
            one.say("task_complete", task_id=id_, success=True)
        assert one.hear("task_assigned")["task_id"] == left
        one.say("task_complete", task_id=left, success=True)
        assert {task["attempt"] for task in api.wait_for_all(ids)} == {1}


def test_a_cancel_is_pushed(stack: RunningStack, api: Api) -> None:
    with socket(stack, stack.register([QUEUE])[2]) as one:
        id_ = api.submit("echo", capability=QUEUE)
        one.hear("task_assigned")
        eventually(lambda: api.status(id_) == "running", 20, "it runs")
        sent = time.monotonic()
        cancelling = threading.Thread(target=api.command, args=(id_, "cancel"))
        cancelling.start()
        assert one.hear("task_cancelled") == {"task_id": id_, "reason": "task_cancelled"}
        print(f"socket: told of the cancel after {time.monotonic() - sent:.2f} s")
        one.say("task_complete", task_id=id_, success=False, cancelled=True)
        assert one.hear("task_acknowledged") == {"task_id": id_}
        cancelling.join()
        api.wait_for(id_, "cancelled")


def test_who_says_goodbye_gives_its_tasks_back_at_once(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as other:
        with socket(stack, stack.register([QUEUE])[2]) as one:
            id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 300})
            one.hear("task_assigned")
        task = other.take(QUEUE)
        assert (task["id"], task["attempt"]) == (id_, 2)
        other.complete(id_)
        attempts = api.wait_for(id_, "succeeded")["attempts"]
        assert [each["status"] for each in attempts] == ["failed", "succeeded"]
        assert attempts[0]["error"]["type"] == "WorkerLeft"


BOT = """
import json, sys, time
from websockets.sync.client import connect
with connect(sys.argv[1], additional_headers={"X-Worker-Key": sys.argv[2]}, proxy=None) as socket:
    while True:
        if json.loads(socket.recv())["type"] == "task_assigned":
            print("mine", flush=True)
            time.sleep(600)  # at work until it is killed
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "asleep"])
def test_the_tasks_of_a_bot_that_dies_or_sleeps_go_elsewhere(
    stack: RunningStack, api: Api, how: signal.Signals
) -> None:
    url = stack.api_url.replace("http", "ws") + "/api/v1/ws/control"
    command = [sys.executable, "-c", BOT, url, stack.register([QUEUE])[2]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 6})
            assert process.stdout is not None
            assert process.stdout.readline() == "mine\n"
            process.send_signal(how)
            gone = time.monotonic()
            with bot(stack, QUEUE) as other:
                task = eventually(lambda: other.claim(QUEUE, wait=30), 60, "it is handed on")
                took = time.monotonic() - gone
                assert (task["id"], task["attempt"]) == (id_, 2)
                other.complete(id_)
            api.wait_for(id_, "succeeded")
            print(f"socket of a bot, {how.name}: its task elsewhere after {took:.1f} s")
        finally:
            process.kill()


def test_a_broken_connection_is_no_end(stack: RunningStack, api: Api) -> None:
    """Within the heartbeat timeout a bot may come back and go on with what it holds."""
    key = stack.register([QUEUE])[2]
    id_ = api.submit("echo", capability=QUEUE, timeouts={"heartbeat_seconds": 12})
    with socket(stack, key) as one:
        one.hear("task_assigned")
        one.say("progress", task_id=id_, progress={"percent": 10})
        eventually(lambda: api.status(id_) == "running", 20, "it runs")
        # No close frame: the line is cut.
        one.connection.socket.shutdown(2)
    with socket(stack, key) as again:
        again.hear("connected")
        again.say("progress", task_id=id_, progress={"percent": 60})
        # Longer than the timeout: the new connection vouches for it.
        eventually(lambda: (api.task(id_)["progress"] or {}).get("percent") == 60, 10, "it goes on")
        with pytest.raises(TimeoutError):
            again.hear("task_cancelled", seconds=15)
        again.say("task_complete", task_id=id_, success=True)
        assert again.hear("task_acknowledged") == {"task_id": id_}
    assert [each["status"] for each in api.wait_for(id_, "succeeded")["attempts"]] == ["succeeded"]


def test_a_silent_bot_is_cut_off(stack: RunningStack, api: Api) -> None:
    with socket(stack, stack.register([QUEUE])[2], "?heartbeat_seconds=5") as one:
        assert one.hear("connected")["heartbeat_seconds"] == 5
        began = time.monotonic()
        code, why = one.closed()
        assert code == 4408
        assert why == "Send a heartbeat every 5 seconds."
        assert time.monotonic() - began > 9


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets TCP give up a peer that takes nothing")
def test_a_bot_that_takes_no_messages_is_cut_off(stack: RunningStack, api: Api) -> None:
    """It floods and never reads: what waits for it is bounded, and it is not waited for for ever."""
    key = stack.register([QUEUE])[2]
    memory = _memory(stack)
    # Nothing but the API ends this: the bot itself asks for no pong and knows no timeout.
    with socket(stack, key, ping_interval=None) as one:
        flood = json.dumps({"type": "nonsense " + "x" * 2_000})
        with pytest.raises(ConnectionClosed):
            send_often(one.connection, flood, 100_000)
    assert _memory(stack) - memory < 100 * 1024 * 1024


def send_often(connection: ClientConnection, message: str, times: int) -> None:
    for _ in range(times):
        connection.send(message)


def _memory(stack: RunningStack) -> int:
    return int(psutil.Process(stack.pid("api")).memory_info().rss)


def test_what_cannot_be_read_is_answered_with_a_sentence(stack: RunningStack, api: Api) -> None:
    with socket(stack, stack.register([QUEUE])[2]) as one:
        for text in (
            "no json", "[]", '{"type": "dance"}', '{"type": "progress"}', "[" * 5_000,
            '{"type": "progress", "payload": {"task_id": 7}}',
            '{"type": "task_complete", "payload": {"task_id": "00000000-0000-0000-0000-000000000000"}}',
        ):  # fmt: skip
            one.connection.send(text)
            assert one.hear("error")["detail"]
        one.connection.send(b"bytes")
        assert one.hear("error")["detail"]
        one.say("heartbeat")
        one.hear("heartbeat_ack")


def test_the_key_in_the_first_message(stack: RunningStack, api: Api) -> None:
    key = stack.register([QUEUE])[2]
    for said in ({"type": "auth", "key": key}, {"type": "auth", "payload": {"key": key}}):
        with socket(stack, None) as one:
            one.connection.send(json.dumps(said))
            assert one.hear("connected")["capabilities"] == [QUEUE]


def test_who_is_refused(stack: RunningStack, api: Api) -> None:
    key = stack.register([QUEUE])[2]
    for wrong in (stack.admin_key, "cwb_live_0000000000_nobody", "garbage"):
        with socket(stack, wrong) as one:
            assert one.closed()[0] == 4401
    for query in (f"?capabilities={OTHER}", "?bot_id=somebody"):
        with socket(stack, key, query) as one:
            code, why = one.closed()
            assert code == 4401
            assert "does not allow" in why or "key of worker" in why
    for first in ("nonsense", "{}", '{"type": "auth", "key": 7}', json.dumps({"type": "auth", "key": stack.admin_key})):
        with socket(stack, None) as one:
            one.connection.send(first)
            assert one.closed()[0] == 4401
    # A key in the address is none: it would stand in logs.
    with socket(stack, None, f"?key={key}") as one:
        assert one.closed()[0] == 4401


def test_another_bots_task_is_refused(stack: RunningStack, api: Api) -> None:
    with bot(stack, QUEUE) as owner, socket(stack, stack.register([OTHER])[2]) as thief:
        thief.hear("connected")
        id_ = api.submit("echo", capability=QUEUE)
        owner.take(QUEUE)
        thief.say("progress", task_id=id_, progress={"percent": 1})
        assert thief.hear("task_refused")["task_id"] == id_
        thief.say("task_complete", task_id=id_, success=True)
        assert "holds no such task" in thief.hear("task_refused")["detail"]
        owner.complete(id_, result={"by": "owner"})
        assert api.wait_for(id_, "succeeded")["result"] == {"by": "owner"}


def test_a_revoked_key_ends_the_connection(stack: RunningStack, api: Api) -> None:
    _, worker_id, key = stack.register([QUEUE])
    with socket(stack, key) as one:
        one.hear("connected")
        revoked = time.monotonic()
        assert api.http.post(f"/workers/{worker_id}/revoke").status_code == 204
        code, why = one.closed()
        assert code == 4401
        assert why
        print(f"socket: closed {time.monotonic() - revoked:.1f} s after the key was revoked")


def test_without_a_websocket_client_it_says_so(stack: RunningStack, api: Api) -> None:
    headers = {"X-Worker-Key": stack.register([QUEUE])[2]}
    reply = plain_http.get(f"{stack.api_url}/api/v1/ws/control", headers=headers)
    assert reply.status_code == 426
    assert "WebSocket client" in reply.json()["detail"]
