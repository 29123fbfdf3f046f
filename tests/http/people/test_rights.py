"""Who may do what: every role at every route that the app has (the table of docs/security.md)."""

import uuid
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.app import create_app
from contracts.settings import ServerSettings
from tests.stack.people import Crowd, make_crowd, new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade

ROLES = ("viewer", "operator", "admin", "agent", "worker", "revoked", "anonymous")
EVERYBODY = frozenset(ROLES)
READ = frozenset({"viewer", "operator", "admin", "agent"})
SUBMIT = frozenset({"operator", "admin", "agent"})
STEER = frozenset({"operator", "admin"})
PEOPLE = frozenset({"viewer", "operator", "admin"})
ADMIN = frozenset({"admin"})
WORKER = frozenset({"worker"})

#: Route -> who is let in. Whoever adds a route decides here.
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): READ,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/docs/oauth2-redirect"): EVERYBODY,
    ("GET", "/redoc"): EVERYBODY,
    ("GET", "/static-offline-docs"): EVERYBODY,
    ("POST", "/api/v1/auth/login"): EVERYBODY,
    ("POST", "/api/v1/session"): EVERYBODY,
    ("GET", "/api/v1/session"): PEOPLE,
    ("DELETE", "/api/v1/session"): PEOPLE,
    ("POST", "/api/v1/session/codes"): ADMIN,
    ("GET", "/api/v1/sessions"): PEOPLE,
    ("DELETE", "/api/v1/sessions"): PEOPLE,
    ("DELETE", "/api/v1/sessions/{session_id}"): PEOPLE,
    ("GET", "/api/v1/tasks"): READ,
    ("GET", "/api/v1/tasks/stream"): READ,
    ("POST", "/api/v1/tasks/bulk"): STEER,
    ("GET", "/api/v1/tasks/bulk"): READ,
    ("GET", "/api/v1/tasks/bulk/{bulk_id}"): READ,
    ("POST", "/api/v1/tasks/bulk/{bulk_id}/run"): STEER,
    ("POST", "/api/v1/tasks/bulk/{bulk_id}/stop"): STEER,
    ("GET", "/api/v1/failures"): READ,
    ("GET", "/api/v1/failures/{cause}"): READ,
    ("POST", "/api/v1/failures/{cause}/resolve"): STEER,
    ("POST", "/api/v1/failures/{cause}/mute"): STEER,
    ("POST", "/api/v1/failures/{cause}/reopen"): STEER,
    ("POST", "/api/v1/failures/{cause}/notes"): STEER,
    ("POST", "/api/v1/failures/{cause}/canary"): STEER,
    ("POST", "/api/v1/failures/{cause}/release"): STEER,
    ("POST", "/api/v1/failures/{cause}/edit"): STEER,
    ("GET", "/api/v1/templates"): READ,
    ("GET", "/api/v1/templates/{name}"): READ,
    ("PUT", "/api/v1/templates/{name}"): STEER,
    ("DELETE", "/api/v1/templates/{name}"): STEER,
    ("POST", "/api/v1/templates/{name}/run"): SUBMIT,
    ("GET", "/api/v1/tasks/counts"): READ,
    ("GET", "/api/v1/tasks/board"): READ,
    ("GET", "/api/v1/tasks/timeline"): READ,
    ("GET", "/api/v1/tasks/{task_id}"): READ,
    ("GET", "/api/v1/tasks/{task_id}/events"): READ,
    ("POST", "/api/v1/schedules"): SUBMIT,
    ("POST", "/api/v1/schedules/preview"): READ,
    ("POST", "/api/v1/schedules/apply"): STEER,
    ("POST", "/api/v1/schedules/parse"): READ,
    ("GET", "/api/v1/schedules"): READ,
    ("GET", "/api/v1/schedules/{schedule}"): READ,
    ("GET", "/api/v1/schedules/{schedule}/runs"): READ,
    ("PUT", "/api/v1/schedules/{schedule}"): STEER,
    ("DELETE", "/api/v1/schedules/{schedule}"): STEER,
    ("POST", "/api/v1/schedules/{schedule}/pause"): STEER,
    ("POST", "/api/v1/schedules/{schedule}/resume"): STEER,
    ("POST", "/api/v1/schedules/{schedule}/run"): STEER,
    ("POST", "/api/v1/schedules/{schedule}/backfill"): STEER,
    ("GET", "/api/v1/task-types"): READ,
    ("GET", "/api/v1/workers"): READ,
    ("GET", "/api/v1/workers/events"): READ,
    ("GET", "/api/v1/workers/{worker_id}"): READ,
    ("GET", "/api/v1/records"): READ,
    ("GET", "/api/v1/records/{kind}/revisions"): READ,
    ("GET", "/api/v1/records/{kind}"): READ,
    ("GET", "/api/v1/records/{kind}/export"): READ,
    ("GET", "/api/v1/freshness"): READ,
    ("GET", "/api/v1/tickers"): READ,
    ("GET", "/api/v1/tickers/trending"): READ,
    ("GET", "/api/v1/tickers/{ticker}"): READ,
    ("PUT", "/api/v1/tickers/{ticker}"): STEER,
    ("DELETE", "/api/v1/tickers/{ticker}"): STEER,
    ("POST", "/api/v1/tickers/import"): STEER,
    ("GET", "/api/v1/agent/ranking"): READ,
    ("GET", "/api/v1/agent"): READ,
    ("GET", "/api/v1/agent/explain"): READ,
    ("GET", "/api/v1/agent/decisions"): READ,
    ("GET", "/api/v1/agent/decisions/{decision_id}"): READ,
    ("POST", "/api/v1/agent/decisions/{decision_id}/undo"): STEER,
    ("POST", "/api/v1/agent/pause"): STEER,
    ("POST", "/api/v1/agent/resume"): STEER,
    ("POST", "/api/v1/agent/run"): STEER,
    ("PUT", "/api/v1/agent/budget"): STEER,
    ("PUT", "/api/v1/agent/policy"): STEER,
    ("GET", "/api/v1/alerts/rules"): READ,
    ("GET", "/api/v1/alerts/rules/{name}"): READ,
    ("PUT", "/api/v1/alerts/rules/{name}"): ADMIN,
    ("DELETE", "/api/v1/alerts/rules/{name}"): ADMIN,
    ("POST", "/api/v1/alerts/rules/{name}/mute"): STEER,
    ("DELETE", "/api/v1/alerts/rules/{name}/mute"): STEER,
    ("POST", "/api/v1/alerts/rules/{name}/test"): STEER,
    ("GET", "/api/v1/channels"): READ,
    ("POST", "/api/v1/channels/{name}/test"): STEER,
    ("GET", "/api/v1/notifications"): READ,
    ("POST", "/api/v1/notifications/read"): READ,
    ("GET", "/api/v1/notifications/{notification_id}"): READ,
    ("GET", "/api/v1/notifications/{notification_id}/deliveries"): READ,
    ("POST", "/api/v1/notifications/{notification_id}/mute"): STEER,
    ("DELETE", "/api/v1/notifications/{notification_id}/mute"): STEER,
    ("GET", "/api/v1/digests/preview"): READ,
    ("GET", "/api/v1/metrics/tasks"): READ,
    ("GET", "/api/v1/metrics/throughput"): READ,
    ("GET", "/api/v1/metrics/errors"): READ,
    ("GET", "/api/v1/metrics/queue"): READ,
    ("GET", "/api/v1/metrics/coverage"): READ,
    ("GET", "/api/v1/metrics/freshness"): READ,
    ("GET", "/api/v1/metrics/workers"): READ,
    ("GET", "/api/v1/metrics/workers/activity"): READ,
    ("GET", "/api/v1/overview"): READ,
    ("GET", "/api/v1/metrics/agent"): READ,
    ("POST", "/api/v1/tasks"): SUBMIT,
    ("POST", "/api/v1/tasks/batch"): SUBMIT,
    ("POST", "/api/v1/tasks/parse"): READ,
    ("POST", "/api/v1/tasks/{task_id}/cancel"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/retry"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/reprioritise"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/notes"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/approve"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/reject"): STEER,
    ("DELETE", "/api/v1/tasks/{task_id}"): STEER,
    ("POST", "/api/v1/goals"): SUBMIT,
    ("POST", "/api/v1/plans"): SUBMIT,
    ("POST", "/api/v1/plans/validate"): SUBMIT,
    ("GET", "/api/v1/plans"): READ,
    ("GET", "/api/v1/plans/schema"): READ,
    ("GET", "/api/v1/plans/{plan_id}"): READ,
    ("GET", "/api/v1/plans/{plan_id}/steps"): READ,
    ("GET", "/api/v1/plans/{plan_id}/steps/{step}/parts"): READ,
    ("POST", "/api/v1/plans/{plan_id}/cancel"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/retry"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/retry"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/skip"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/result"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/approve"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/reject"): STEER,
    ("POST", "/api/v1/plans/{plan_id}/steps/{step}/request-changes"): STEER,
    ("GET", "/api/v1/capabilities"): READ,
    ("POST", "/api/v1/pause"): STEER,
    ("POST", "/api/v1/resume"): STEER,
    ("POST", "/api/v1/capabilities/{capability}/pause"): STEER,
    ("POST", "/api/v1/capabilities/{capability}/resume"): STEER,
    ("POST", "/api/v1/capabilities/{capability}/rate"): STEER,
    ("POST", "/api/v1/capabilities/{capability}/close-circuit"): STEER,
    ("POST", "/api/v1/workers/{worker_id}/pause"): STEER,
    ("POST", "/api/v1/workers/{worker_id}/drain"): STEER,
    ("POST", "/api/v1/workers/{worker_id}/resume"): STEER,
    ("POST", "/api/v1/workers/register"): ADMIN,
    ("POST", "/api/v1/workers/{worker_id}/revoke"): ADMIN,
    ("POST", "/api/v1/workers/{worker_id}/rotate"): ADMIN,
    ("PATCH", "/api/v1/workers/{worker_id}"): ADMIN,
    ("DELETE", "/api/v1/workers/{worker_id}"): ADMIN,
    ("POST", "/api/v1/workers/invitations"): ADMIN,
    ("GET", "/api/v1/workers/invitations"): ADMIN,
    ("DELETE", "/api/v1/workers/invitations/{invitation_id}"): ADMIN,
    ("POST", "/api/v1/workers/join"): EVERYBODY,
    ("GET", "/api/v1/users"): ADMIN,
    ("POST", "/api/v1/users"): ADMIN,
    ("PATCH", "/api/v1/users/{user_id}"): ADMIN,
    ("PUT", "/api/v1/users/{user_id}/password"): ADMIN,
    ("GET", "/api/v1/keys"): ADMIN,
    ("POST", "/api/v1/keys"): ADMIN,
    ("POST", "/api/v1/keys/{key_id}/rotate"): ADMIN,
    ("POST", "/api/v1/keys/{key_id}/revoke"): ADMIN,
    ("GET", "/api/v1/audit"): ADMIN,
    ("GET", "/api/v1/audit/export"): ADMIN,
    ("GET", "/api/v1/me"): READ,
    ("GET", "/api/v1/me/settings"): PEOPLE,
    ("PUT", "/api/v1/me/settings"): PEOPLE,
    ("GET", "/api/v1/me/views"): PEOPLE,
    ("POST", "/api/v1/me/views"): PEOPLE,
    ("PATCH", "/api/v1/me/views/{view_id}"): PEOPLE,
    ("DELETE", "/api/v1/me/views/{view_id}"): PEOPLE,
    ("PUT", "/api/v1/me/password"): PEOPLE,
    ("GET", "/api/v1/me/telegram"): PEOPLE,
    ("POST", "/api/v1/me/telegram"): PEOPLE,
    ("DELETE", "/api/v1/me/telegram"): PEOPLE,
    ("GET", "/api/v1/worker/bootstrap"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/records"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/material"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/turn"): WORKER,
    ("POST", "/api/v1/tasks/claim"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/heartbeat"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/complete"): WORKER,
    ("POST", "/api/v1/bots"): ADMIN,
    ("GET", "/api/v1/bots"): READ,
    ("GET", "/api/v1/bots/available"): READ,
    ("GET", "/api/v1/bots/{bot_id}"): READ,
    # A worker for itself only: test_bots_of_the_coordinator.py.
    ("POST", "/api/v1/bots/{bot_id}/heartbeat"): STEER | WORKER,
    ("POST", "/api/v1/bots/{bot_id}/busy"): STEER | WORKER,
    ("POST", "/api/v1/bots/{bot_id}/available"): STEER | WORKER,
    ("DELETE", "/api/v1/bots/{bot_id}"): ADMIN,
    ("POST", "/api/v1/workflows"): SUBMIT,
    ("GET", "/api/v1/workflows"): READ,
    ("GET", "/api/v1/workflows/{workflow_id}"): READ,
    ("GET", "/api/v1/workflows/{workflow_id}/tasks"): READ,
    ("POST", "/api/v1/workflows/{workflow_id}/start"): SUBMIT,
    ("DELETE", "/api/v1/workflows/{workflow_id}"): STEER,
    ("GET", "/api/v1/tasks/pending"): READ,
    ("POST", "/api/v1/tasks/{task_id}/assign"): STEER,
    ("POST", "/api/v1/tasks/{task_id}/start"): WORKER,
    ("POST", "/api/v1/tasks/{task_id}/fail"): WORKER,
    ("GET", "/api/v1/ws/connections"): READ,
    ("POST", "/api/v1/ws/broadcast/task/{task_id}"): STEER,
    # The WebSocket itself is tested in test_bot_socket.py.
    ("GET", "/api/v1/ws/control"): WORKER,
}
#: Bodies that pass validation, so that nothing but the right decides. None of them has a lasting effect.
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/auth/login": {"username": "nobody", "password": "nothing"},
    "/api/v1/session": {"username": "nobody at the page", "password": "nothing"},
    "/api/v1/tasks": {"task_type": "web_monitor", "params": {"url": "https://example.com/rights"}},
    "/api/v1/tasks/batch": {"tasks": [{"task_type": "web_monitor", "params": {"url": "https://example.com/r"}}]},
    "/api/v1/goals": {"text": "reddit for $NVDA"},
    "/api/v1/plans": {"name": "rights", "steps": [{"id": "a", "task_type": "echo"}]},
    "/api/v1/plans/validate": {"name": "rights", "steps": [{"id": "a", "task_type": "echo"}]},
    "/api/v1/plans/{plan_id}/steps/{step}/result": {"result": {}},
    "/api/v1/plans/{plan_id}/steps/{step}/request-changes": {"text": "may I?"},
    "/api/v1/tasks/parse": {"text": "reddit for $NVDA"},
    "/api/v1/tasks/{task_id}/reprioritise": {"priority": "low"},
    "/api/v1/tasks/{task_id}/notes": {"text": "may I?"},
    "/api/v1/pause": {"reason": "may I?"},
    "/api/v1/agent/pause": {"reason": "may I?"},
    "/api/v1/agent/policy": {"interval_minutes": -1},
    "/api/v1/capabilities/{capability}/pause": {"reason": "may I?"},
    "/api/v1/capabilities/{capability}/rate": {"per_second": None},
    "/api/v1/workers/{worker_id}/pause": {"reason": "may I?"},
    "/api/v1/workers/{worker_id}/drain": {"reason": "may I?"},
    "/api/v1/tasks/{task_id}/records": {"kind": "reddit_posts", "records": []},
    "/api/v1/tasks/{task_id}/material": {"kind": "reddit_posts"},
    "/api/v1/workers/join": {"code": "0000-0000-0000", "name": "nobody"},
    "/api/v1/workers/{worker_id}": {"max_concurrency": 1},
    "/api/v1/users/{user_id}": {"disabled": False},
    "/api/v1/users/{user_id}/password": {"password": "not anybody's"},
    "/api/v1/me/password": {"old_password": "not mine", "new_password": "nor this one"},
    "/api/v1/tickers/{ticker}": {"watchers": -1},
    "/api/v1/alerts/rules/{name}": {"kind": "nonesuch"},
    "/api/v1/alerts/rules/{name}/mute": {"seconds": 60},
    "/api/v1/notifications/read": {"ids": []},
    "/api/v1/notifications/{notification_id}/mute": {"seconds": 60},
    "/api/v1/failures/{cause}/mute": {"seconds": 60},
    "/api/v1/failures/{cause}/notes": {"text": "may I?"},
    "/api/v1/failures/{cause}/edit": {"params": {"limit": 1}},
    "/api/v1/tasks/claim": {"wait_seconds": 0},
    "/api/v1/tasks/{task_id}/complete": {"status": "cancelled"},
    "/api/v1/tasks/{task_id}/assign": {"bot_id": str(uuid.uuid4())},
    "/api/v1/tasks/{task_id}/fail": {"error": "may I?"},
}
#: Routes that refuse nobody for who they are, and what they say to the body above.
WRONG: dict[str, str] = {
    "/api/v1/auth/login": "Name or password is wrong.",
    "/api/v1/session": "Name or password is wrong.",
    "/api/v1/workers/join": "This join code is not known. Check it letter by letter, or ask an admin for a new one.",
}
#: Requests that are refused, so that a caller who was let in leaves nothing behind.
REFUSED_BODIES = {
    "/api/v1/workers/register", "/api/v1/workers/invitations", "/api/v1/users", "/api/v1/keys",
    "/api/v1/tickers/{ticker}", "/api/v1/agent/budget", "/api/v1/agent/policy", "/api/v1/agent/explain",
    "/api/v1/alerts/rules/{name}", "/api/v1/me/views", "/api/v1/tasks/bulk", "/api/v1/schedules",
    "/api/v1/schedules/preview", "/api/v1/schedules/apply", "/api/v1/schedules/{schedule}", "/api/v1/schedules/parse",
    "/api/v1/schedules/{schedule}/backfill",
    "/api/v1/templates/{name}", "/api/v1/bots", "/api/v1/workflows",
}  # fmt: skip
#: Who was let in waits for the gateway, which is not there.
ASKS_THE_GATEWAY = "/api/v1/tasks/claim"
#: What a caller who was let in is told, where a task or worker is asked for that does not exist, or JSON is no CSV.
LET_IN = {200, 201, 204, 404, 409, 415, 426}


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
    names |= {"schedule": "nonesuch"}
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
