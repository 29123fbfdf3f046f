"""The control socket as a door: how many may stand in it, and what they are told."""

import json
import uuid
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from api.bots import open_sockets
from tests.support.facade import Api, Facade

TRY_AGAIN, REFUSED = 1013, 4401


def opened(stack: Facade, key: str | None = None, query: str = "") -> ClientConnection:
    url = stack.api_url.replace("http://", "ws://")
    headers = {"X-Worker-Key": key} if key else {}
    return connect(f"{url}/api/v1/ws/control{query}", additional_headers=headers, proxy=None)


def refusal(socket: ClientConnection) -> tuple[int, str]:
    with socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=30)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_who_does_not_say_who_they_are_is_not_waited_for_a_thousand_times(
    stack: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_sockets, "MOST_UNKNOWN_OF_AN_ADDRESS", 3)
    _, _, key = stack.register(["echo"])
    with ExitStack() as silent:
        for _ in range(3):
            silent.enter_context(opened(stack))
        code, why = refusal(opened(stack))
        assert (code, "have not said who they are" in why) == (TRY_AGAIN, True)
        # Who brings the key with its request waits for nobody.
        with opened(stack, key) as bot:
            assert json.loads(bot.recv(timeout=30))["type"] == "connected"
    # They are gone, and so are their places.
    with opened(stack) as socket:
        socket.send(json.dumps({"type": "auth", "key": key}))
        assert json.loads(socket.recv(timeout=30))["type"] == "connected"


def test_a_worker_does_not_open_sockets_without_end(stack: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_sockets, "MOST_OF_A_WORKER", 2)
    _, _, key = stack.register(["echo"])
    with ExitStack() as sockets:
        for _ in range(2):
            assert json.loads(sockets.enter_context(opened(stack, key)).recv(timeout=30))["type"] == "connected"
        code, why = refusal(opened(stack, key))
        assert (code, "too many sockets" in why) == (TRY_AGAIN, True)
        # Others have room of their own.
        _, _, other = stack.register(["echo"])
        assert json.loads(sockets.enter_context(opened(stack, other)).recv(timeout=30))["type"] == "connected"


def test_a_refusal_in_any_script_fits_into_a_closing_frame(stack: Facade) -> None:
    _, _, key = stack.register(["echo"], f"{'錨' * 60}{uuid.uuid4().hex[:8]}")
    code, why = refusal(opened(stack, key, "?bot_id=other"))
    assert (code, why[:27]) == (REFUSED, "This is the key of worker '")


def test_what_is_said_again_and_again_is_one_line_of_the_log(stack: Facade, api: Api) -> None:
    _, id_, key = stack.register(["echo"])
    with Api(stack.api_url, key, header="X-Worker-Key") as bot:
        for said in ("busy", "busy", "available", "available"):
            assert bot.http.post(f"/bots/{id_}/{said}").status_code == 200
    entries = api.http.get("/audit", params={"object": id_}).json()["entries"]
    assert [each["action"] for each in entries if each["action"] in ("worker.pause", "worker.resume")] == [
        "worker.resume",
        "worker.pause",
    ]
