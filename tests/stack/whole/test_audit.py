"""Nothing secret is in the audit log, nor in any process's log."""

import uuid
from typing import Any

import pytest

from tests.stack.harness import Api, RunningStack
from tests.stack.people import PASSWORD, Crowd, make_crowd, sign_in


@pytest.fixture(scope="module")
def crowd(stack: RunningStack) -> Crowd:
    return make_crowd(stack)


@pytest.fixture
def admin(stack: RunningStack, crowd: Crowd) -> Any:
    """An admin whose name nobody else has, so that its lines are known."""
    with Api(stack.api_url, crowd.keys["admin"]) as caller:
        yield caller


def test_nothing_secret_is_in_it(api: Api, admin: Api, stack: RunningStack, crowd: Crowd) -> None:
    secrets = [PASSWORD, "wrong-password-1", *(key.split("_", 3)[3] for key in crowd.keys.values())]
    name = f"secret-{uuid.uuid4().hex[:8]}"
    sign_in(stack, crowd.names["viewer"], "wrong-password-1")
    made = admin.http.post("/users", json={"name": name, "role": "viewer", "password": "a new password"}).json()
    admin.http.put(f"/users/{made['id']}/password", json={"password": "a newer password"})
    invited = admin.http.post("/workers/invitations", json={"capabilities": ["echo"], "name": name}).json()
    joined = admin.http.post("/workers/join", json={"code": invited["code"]}).json()
    rotated = admin.http.post(f"/workers/{joined['id']}/rotate", json={}).json()
    key = admin.http.post("/keys", json={"kind": "agent", "label": "x"}).json()
    secrets += ["a new password", "a newer password", invited["code"]]
    secrets += [each["api_key"].split("_", 3)[3] for each in (joined, rotated, key)]
    everything = str(stack.rows("SELECT * FROM audit_log"))
    logs = "".join(stack.log(part) for part in ("api", "core", "gateway"))
    for secret in secrets:
        assert secret not in everything
        assert secret not in logs
