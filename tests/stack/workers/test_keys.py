"""Keys at the gateway: replaced, and where they were used from. (The rest: tests/http/people/test_keys.py.)"""

import uuid
from typing import Any

import grpc

from tests.stack.gateway.raw_worker import WORKFLOW_SERVICE, raw_worker, refusal_of
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.people import new_address
from tests.support import plain_http

SECONDS = 5
DENIED = grpc.StatusCode.PERMISSION_DENIED


def listed(api: Api, id_: str) -> dict[str, Any]:
    found = api.http.get("/keys", params={"ended": True, "limit": 1000}).json()["keys"]
    return next(each for each in found if each["id"] == id_)


def test_a_workers_key_is_replaced_at_the_gateway_as_well(api: Api, stack: RunningStack) -> None:
    _, worker_id, old = stack.register(["flaky"])
    with raw_worker(stack, old) as before:
        id_ = api.submit("flaky", {"failures": 0}, timeouts={"heartbeat_seconds": 60})
        token = before.poll("flaky").task_token
        rotated = api.http.post(f"/workers/{worker_id}/rotate", json={"grace_seconds": 60})
        assert rotated.status_code == 200, rotated.text
        new = rotated.json()
        assert refusal_of(lambda: before.beat(token)) is None, "the old one goes on for a while"
        with raw_worker(stack, new["api_key"]) as after:
            stack.rows("UPDATE api_keys SET expires_at = now() WHERE id = %s RETURNING id", old.split("_")[2])
            eventually(lambda: refusal_of(lambda: before.beat(token)) is DENIED, SECONDS, "the old one is refused")
            # The task belongs to the worker, not to the key.
            after.complete(token, b'{"attempt": 1}')
    assert api.wait_for(id_, "succeeded")["attempt"] == 1
    eventually(lambda: listed(api, new["id"])["last_address"] == "127.0.0.1", 20, "the gateway notes the address")
    assert api.http.post(f"/workers/{uuid.uuid4()}/rotate", json={}).status_code == 404


def test_the_gateway_believes_a_trusted_proxy_only_about_whom_it_was_called_by(api: Api, stack: RunningStack) -> None:
    name, _, key = stack.register(["flaky"])
    here = new_address()
    with grpc.insecure_channel(f"127.0.0.1:{stack.gateway_port}") as channel:
        metadata = [("authorization", f"Bearer {key}"), ("x-forwarded-for", f"198.51.100.1, {here}")]
        channel.unary_unary(f"{WORKFLOW_SERVICE}GetSystemInfo")(b"", metadata=metadata, timeout=30)

    def noted() -> str | None:
        [found] = api.http.get("/keys", params={"owner": name}).json()["keys"]
        return str(found["last_address"])

    assert eventually(lambda: noted() == here, 20, "its address is noted")


def test_the_gateway_knows_from_where_a_bot_calls(api: Api, stack: RunningStack) -> None:
    """It asks the gateway by the API, which says where it is."""
    name, _, key = stack.register(["flaky"])
    here = new_address()
    headers = {"X-Worker-Key": key, "X-Forwarded-For": here}
    claim = f"{stack.api_url}/api/v1/tasks/claim"
    reply = plain_http.post(claim, json={"wait_seconds": 0}, headers=headers, timeout=30)
    assert reply.status_code == 204, reply.text
    # What the API has noted is forgotten, so that it is the gateway's word.
    stack.execute("UPDATE api_keys SET last_used_at = NULL, last_address = NULL WHERE id = %s", key.split("_")[2])

    def noted() -> str | None:
        [found] = api.http.get("/keys", params={"owner": name}).json()["keys"]
        return found["last_address"] and str(found["last_address"])

    assert eventually(noted, 30, "the gateway notes the address") == here
