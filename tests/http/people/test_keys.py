"""Keys: listing, making, replacing, ending; and where they were used from."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.stack.people import Crowd, make_crowd, new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade, eventually

SECONDS = 5


@pytest.fixture(scope="module")
def crowd(stack: Facade) -> Crowd:
    return make_crowd(stack)


def make(api: Api, **fields: Any) -> dict[str, Any]:
    made = api.http.post("/keys", json={"label": f"key-{uuid.uuid4().hex[:8]}", **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


def me(stack: Facade, key: str, address: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} | ({"X-Forwarded-For": address} if address else {})
    return plain_http.get(f"{stack.api_url}/api/v1/me", headers=headers, timeout=30)


def listed(api: Api, id_: str) -> dict[str, Any]:
    found = api.http.get("/keys", params={"ended": True, "limit": 1000}).json()["keys"]
    return next(each for each in found if each["id"] == id_)


def refused_soon(stack: Facade, key: str) -> None:
    eventually(lambda: me(stack, key).status_code == 401, SECONDS, "the key is refused")


def test_a_service_key_reads_and_submits_under_its_label(api: Api, stack: Facade) -> None:
    label = f"exporter-{uuid.uuid4().hex[:8]}"
    made = make(api, kind="agent", label=label)
    assert me(stack, made["api_key"]).json() == {
        "name": label, "role": "agent", "label": f"agent:{label}", "key_id": made["id"], "workspaces": None,
        "changes": None,
    }  # fmt: skip
    with Api(stack.api_url, made["api_key"]) as agent:
        task = agent.submit("web_monitor", {"url": "https://example.com/agent"})
        assert agent.command(task, "cancel").status_code == 403
        assert agent.http.post("/keys", json={"kind": "agent", "label": "more"}).status_code == 403
    assert api.task(task)["created_by"] == f"agent:{label}"


def test_a_list_says_whose_and_when_and_from_where(api: Api, stack: Facade, crowd: Crowd) -> None:
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


def test_a_revoked_key_is_refused(api: Api, stack: Facade) -> None:
    made = make(api, kind="agent")
    assert me(stack, made["api_key"]).status_code == 200
    assert api.http.post(f"/keys/{made['id']}/revoke").status_code == 204
    refused_soon(stack, made["api_key"])
    assert listed(api, made["id"])["status"] == "revoked"
    for verb, body in (("revoke", None), ("rotate", {})):
        gone = api.http.post(f"/keys/{made['id']}/{verb}", json=body)
        assert (gone.status_code, "no such key that is still valid" in gone.json()["detail"]) == (404, True)


def test_a_rotated_key_is_valid_for_a_while(api: Api, stack: Facade) -> None:
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


def test_a_grace_never_prolongs_a_key(api: Api, stack: Facade) -> None:
    old = make(api, kind="agent", expires_in=60)
    new = api.http.post(f"/keys/{old['id']}/rotate", json={"grace_seconds": 86_400}).json()
    assert new["old_expires_at"] == listed(api, old["id"])["expires_at"] == old["expires_at"]


def test_a_worker_can_be_registered_with_a_key_that_ends(api: Api, stack: Facade) -> None:
    body = {"name": f"guest-{uuid.uuid4().hex[:8]}", "capabilities": ["echo"], "key_expires_in": 3_600}
    made = api.http.post("/workers/register", json=body).json()
    left = datetime.fromisoformat(made["key_expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=50) < left <= timedelta(hours=1)
    url, headers = f"{stack.api_url}/api/v1/worker/bootstrap", {"X-Worker-Key": made["api_key"]}
    assert plain_http.get(url, headers=headers, timeout=30).status_code == 200
    stack.rows("UPDATE api_keys SET expires_at = now() WHERE worker_id = %s RETURNING id", made["id"])
    eventually(lambda: plain_http.get(url, headers=headers).status_code == 401, SECONDS, "it has ended")


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
def test_bad_input_makes_no_key(api: Api, stack: Facade, body: dict[str, Any]) -> None:
    before = stack.rows("SELECT count(*) FROM api_keys")
    assert api.http.post("/keys", json=body).status_code == 422
    assert stack.rows("SELECT count(*) FROM api_keys") == before
