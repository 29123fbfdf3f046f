"""Who may do what: every role at every route that the app has (the table of docs/security.md)."""

import uuid

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.app import create_app
from contracts.settings import ServerSettings
from tests.http.people.rights import ASKS_THE_GATEWAY, BODIES, LET_IN, REFUSED_BODIES, ROLES, TABLE, WRONG
from tests.stack.people import Crowd, make_crowd, new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade


def routes_of_the_app() -> set[tuple[str, str]]:
    """(method, path) of all that the app answers; a mount or a websocket counts as GET."""
    settings = {"database_url": "postgresql://nobody@localhost/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
    app = create_app(ServerSettings.model_validate(settings))
    return {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or {"GET"}) - {"HEAD"}
    }


@pytest.fixture(scope="module")
def crowd(stack: Facade) -> Crowd:
    return make_crowd(stack)


def test_every_route_is_decided_on() -> None:
    assert routes_of_the_app() == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), sorted(TABLE))
def test_route(stack: Facade, crowd: Crowd, method: str, path: str, role: str) -> None:
    reply = ask(stack, crowd, method, path, role)
    if path == "/api/v1/pause" and reply.status_code == 200:
        stack.api.http.post("/resume").raise_for_status()
    if path == "/api/v1/agent/resume" and reply.status_code == 200:
        stack.api.http.post("/agent/pause", json={"reason": "as before"}).raise_for_status()
    if path in WRONG and method == "POST":
        assert reply.json()["detail"] == WRONG[path]
    elif path == "/api/v1/me/password" and role in TABLE[method, path]:
        assert reply.json()["detail"] == "The old password is wrong. Nothing was changed."
    elif path == ASKS_THE_GATEWAY and role in TABLE[method, path]:
        assert reply.status_code == 503
    elif role in TABLE[method, path]:
        assert reply.status_code in LET_IN or (reply.status_code == 422 and path in REFUSED_BODIES)
    else:
        assert reply.status_code == (401 if role in ("anonymous", "revoked") else 403)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["detail"].endswith(".")


@pytest.mark.parametrize("role", ["viewer", "worker", "revoked", "anonymous"])
@pytest.mark.parametrize("path", ["/tasks", "/tasks/batch"])
def test_a_refused_submission_leaves_nothing_behind(
    api: Api, stack: Facade, crowd: Crowd, path: str, role: str
) -> None:
    mark = f"refused-{uuid.uuid4().hex}"
    task = {"task_type": "echo", "tags": [mark]}
    headers = headers_of(crowd, role) | {"Idempotency-Key": mark}
    body = task if path == "/tasks" else {"tasks": [task]}
    reply = plain_http.post(f"{stack.api_url}/api/v1{path}", json=body, headers=headers)
    assert reply.status_code in (401, 403)
    listed = api.http.get("/tasks", params={"tag": mark})
    assert listed.json().get("total") == 0, listed.text
    assert stack.rows("SELECT 1 FROM idempotency_keys WHERE key = %s", mark) == []


@pytest.mark.parametrize("role", ["viewer", "agent", "worker", "revoked", "anonymous"])
@pytest.mark.parametrize("verb", ["cancel", "retry", "reprioritise", "notes", "approve", "reject", "delete"])
def test_a_refused_command_changes_nothing(
    api: Api, stack: Facade, crowd: Crowd, waiting_task: str, verb: str, role: str
) -> None:
    before = api.task(waiting_task)
    method = "DELETE" if verb == "delete" else "POST"
    path = f"/api/v1/tasks/{{task_id}}{'' if verb == 'delete' else '/' + verb}"
    assert ask(stack, crowd, method, path, role, waiting_task).status_code in (401, 403)
    after = api.task(waiting_task)
    for part in ("status", "priority", "notes", "events", "retry_count", "cancel_requested_at"):
        assert after[part] == before[part]


@pytest.fixture(scope="module")
def waiting_task(stack: Facade) -> str:
    stack.wait_until_ready()
    return stack.api.submit("web_monitor", {"url": "https://example.com/guarded"})


def headers_of(crowd: Crowd, role: str) -> dict[str, str]:
    if role == "anonymous":
        return {}
    if role in ("worker", "revoked"):
        return {"X-Worker-Key": crowd.keys[role]}
    return {"Authorization": f"Bearer {crowd.keys[role]}"}


def ask(
    stack: Facade, crowd: Crowd, method: str, path: str, role: str, task_id: str = str(uuid.uuid4())
) -> httpx.Response:
    """One call. Streams are hung up on as soon as they answer."""
    ids = "task plan worker invitation user key decision session view bulk bot workflow".split()
    names = {f"{each}_id": task_id for each in ids}
    names |= {"kind": "reddit_posts", "capability": "nonesuch", "ticker": "RIGHTS"}
    names |= {"name": "nonesuch", "step": "nonesuch", "notification_id": str(2**62), "cause": "0" * 32}
    names |= {"schedule": "nonesuch", "trigger": "nonesuch", "delivery": str(2**62), "address": "nonesuch"}
    names |= {"workspace": "default"}
    url = stack.api_url + path.format(**names)
    if path == "/static-offline-docs":
        url += "/favicon.png"
    if path == "/api/v1/tasks/timeline":
        url += "?since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z"
    # Wrong passwords from one address are limited.
    headers = headers_of(crowd, role) | ({"X-Forwarded-For": new_address()} if path in WRONG else {})
    with (
        httpx.Client(verify=plain_http.NO_TLS, headers=headers, timeout=20, trust_env=False) as http,
        http.stream(method, url, json=BODIES.get(path, {}) if method in ("POST", "PUT", "PATCH") else None) as reply,
    ):
        if not reply.headers["content-type" if reply.status_code != 204 else "date"].startswith("text/event"):
            reply.read()
        return reply
