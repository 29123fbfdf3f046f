"""Keys: listing, making, replacing, ending; and where they were used from."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import httpx
import pytest

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.people import Crowd, make_crowd, new_address
from tests.stack.raw_worker import WORKFLOW_SERVICE, raw_worker, refusal_of

SECONDS = 5
DENIED = grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture(scope="module")
def crowd(stack: RunningStack) -> Crowd:
    return make_crowd(stack)


def make(api: Api, **fields: Any) -> dict[str, Any]:
    made = api.http.post("/keys", json={"label": f"key-{uuid.uuid4().hex[:8]}", **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


def me(stack: RunningStack, key: str, address: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} | ({"X-Forwarded-For": address} if address else {})
    return httpx.get(f"{stack.api_url}/api/v1/me", headers=headers, trust_env=False, timeout=30)


def listed(api: Api, id_: str) -> dict[str, Any]:
    found = api.http.get("/keys", params={"ended": True, "limit": 1000}).json()["keys"]
    return next(each for each in found if each["id"] == id_)


def refused_soon(stack: RunningStack, key: str) -> None:
    eventually(lambda: me(stack, key).status_code == 401, SECONDS, "the key is refused")


def test_a_service_key_reads_and_submits_under_its_label(api: Api, stack: RunningStack) -> None:
    label = f"exporter-{uuid.uuid4().hex[:8]}"
    made = make(api, kind="agent", label=label)
    assert me(stack, made["api_key"]).json() == {
        "name": label, "role": "agent", "label": f"agent:{label}", "key_id": made["id"],
    }  # fmt: skip
    with Api(stack.api_url, made["api_key"]) as agent:
        task = agent.submit("web_monitor", {"url": "https://example.com/agent"})
        assert agent.command(task, "cancel").status_code == 403
        assert agent.http.post("/keys", json={"kind": "agent", "label": "more"}).status_code == 403
    assert api.task(task)["created_by"] == f"agent:{label}"


def test_a_list_says_whose_and_when_and_from_where(api: Api, stack: RunningStack, crowd: Crowd) -> None:
    made, here = make(api, kind="user", user=crowd.names["viewer"], label="phone", expires_in=3_600), new_address()
    before = listed(api, made["id"])
    assert (before["kind"], before["owner"], before["label"]) == ("user", crowd.names["viewer"], "phone")
    assert (before["status"], before["last_used_at"], before["last_address"]) == ("valid", None, None)
    assert datetime.fromisoformat(before["expires_at"]) > datetime.now(UTC) + timedelta(minutes=50)
    assert me(stack, made["api_key"], here).status_code == 200
    used = eventually(
        lambda: listed(api, made["id"])["last_used_at"] and listed(api, made["id"]), 20, "its use is noted"
    )
    assert used["last_address"] == here
    there = new_address()

    def is_there() -> bool:
        me(stack, made["api_key"], there)
        return bool(listed(api, made["id"])["last_address"] == there)

    eventually(is_there, 40, "the new address is noted")
    assert made["api_key"].split("_", 3)[3] not in api.http.get("/keys", params={"limit": 1000}).text


def test_filters_and_pages(api: Api, crowd: Crowd) -> None:
    ids = [make(api, kind="user", user=crowd.names["operator"])["id"] for _ in range(3)]
    owner = {"owner": crowd.names["operator"]}
    assert [each["id"] for each in api.http.get("/keys", params=owner).json()["keys"]][:3] == ids[::-1]
    first = api.http.get("/keys", params={**owner, "limit": 2}).json()
    second = api.http.get("/keys", params={**owner, "limit": 2, "page": 2}).json()
    assert (len(first["keys"]), first["more"], second["more"]) == (2, True, False)
    assert {each["id"] for each in first["keys"] + second["keys"]} >= set(ids)
    assert api.http.post(f"/keys/{ids[0]}/revoke").status_code == 204
    assert ids[0] not in str(api.http.get("/keys", params=owner).json())
    assert api.http.get("/keys", params={"kind": "worker", **owner}).json()["keys"] == []
    assert api.http.get("/keys", params={"colour": "red"}).status_code == 422


def test_a_revoked_key_is_refused(api: Api, stack: RunningStack) -> None:
    made = make(api, kind="agent")
    assert me(stack, made["api_key"]).status_code == 200
    assert api.http.post(f"/keys/{made['id']}/revoke").status_code == 204
    refused_soon(stack, made["api_key"])
    assert listed(api, made["id"])["status"] == "revoked"
    for verb, body in (("revoke", None), ("rotate", {})):
        gone = api.http.post(f"/keys/{made['id']}/{verb}", json=body)
        assert (gone.status_code, "no such key that is still valid" in gone.json()["detail"]) == (404, True)


def test_a_rotated_key_is_valid_for_a_while(api: Api, stack: RunningStack) -> None:
    old = make(api, kind="agent", expires_in=7_200)
    new = api.http.post(f"/keys/{old['id']}/rotate", json={}).json()
    assert new["id"] != old["id"]
    assert me(stack, old["api_key"]).status_code == me(stack, new["api_key"]).status_code == 200
    left = datetime.fromisoformat(new["old_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=8) < left <= timedelta(minutes=10)
    lives = datetime.fromisoformat(new["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=110) < lives <= timedelta(minutes=121), "it lives as long as the old one was meant to"
    assert listed(api, new["id"])["label"] == listed(api, old["id"])["label"]
    stack.rows("UPDATE api_keys SET expires_at = now() WHERE id = %s RETURNING id", old["id"])
    refused_soon(stack, old["api_key"])
    newest = api.http.post(f"/keys/{new['id']}/rotate", json={"grace_seconds": 0}).json()
    refused_soon(stack, new["api_key"])
    assert me(stack, newest["api_key"]).status_code == 200


def test_a_grace_never_prolongs_a_key(api: Api, stack: RunningStack) -> None:
    old = make(api, kind="agent", expires_in=60)
    new = api.http.post(f"/keys/{old['id']}/rotate", json={"grace_seconds": 86_400}).json()
    assert new["old_expires_at"] == listed(api, old["id"])["expires_at"] == old["expires_at"]


def test_a_workers_key_is_replaced_at_the_gateway_as_well(api: Api, stack: RunningStack) -> None:
    _, worker_id, old = stack.register(["flaky"])
    with raw_worker(stack, old) as before:
        id_ = api.submit("flaky", {"failures": 0})
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
    reply = httpx.post(claim, json={"wait_seconds": 0}, headers=headers, trust_env=False, timeout=30)
    assert reply.status_code == 204, reply.text
    # What the API has noted is forgotten, so that it is the gateway's word.
    stack.execute("UPDATE api_keys SET last_used_at = NULL, last_address = NULL WHERE id = %s", key.split("_")[2])

    def noted() -> str | None:
        [found] = api.http.get("/keys", params={"owner": name}).json()["keys"]
        return found["last_address"] and str(found["last_address"])

    assert eventually(noted, 30, "the gateway notes the address") == here


def test_a_worker_can_be_registered_with_a_key_that_ends(api: Api, stack: RunningStack) -> None:
    body = {"name": f"guest-{uuid.uuid4().hex[:8]}", "capabilities": ["echo"], "key_expires_in": 3_600}
    made = api.http.post("/workers/register", json=body).json()
    left = datetime.fromisoformat(made["key_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=50) < left <= timedelta(hours=1)
    url, headers = f"{stack.api_url}/api/v1/worker/bootstrap", {"X-Worker-Key": made["api_key"]}
    assert httpx.get(url, headers=headers, trust_env=False, timeout=30).status_code == 200
    stack.rows("UPDATE api_keys SET expires_at = now() WHERE worker_id = %s RETURNING id", made["id"])
    eventually(lambda: httpx.get(url, headers=headers, trust_env=False).status_code == 401, SECONDS, "it has ended")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "user", "label": "x"},
        {"kind": "agent", "label": "x", "user": "admin"},
        {"kind": "worker", "label": "x"},
        {"kind": "agent", "label": ""},
        {"kind": "agent", "label": "x", "expires_in": 0},
        {"kind": "user", "label": "x", "user": "nobody-of-that-name"},
    ],
)
def test_bad_input_makes_no_key(api: Api, stack: RunningStack, body: dict[str, Any]) -> None:
    before = stack.rows("SELECT count(*) FROM api_keys")
    assert api.http.post("/keys", json=body).status_code == 422
    assert stack.rows("SELECT count(*) FROM api_keys") == before
