"""A stranger, who operates in another workspace, at every route: sees nothing of this one, and changes nothing.

Routes that are not named in `open_routes.py` must refuse the stranger, so a new one is closed until somebody has
thought about it; and what those that are open ask of the database is answered by policies, whatever they ask.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contracts.records.rows import RecordKind
from contracts.tasks.statuses import TaskStatus
from contracts.tasks.work import TaskFailure
from tests.http.as_core import count_failures, end, take
from tests.http.people.rights import BODIES, TABLE
from tests.http.workspaces.collected import crawled, post
from tests.http.workspaces.open_routes import OWN, PUBLIC, THEIRS
from tests.http.workspaces.teams import make_member, make_workspace
from tests.stack.people import new_address
from tests.support import plain_http
from tests.support.facade import Api, Facade

_HOOK = {"source": {"kind": "hook", "signature": "bearer"}, "action": {"kind": "task", "task": {"task_type": "echo"}}}
_CLOCK = {"timing": {"every": "10m"}, "action": {"task": {"task_type": "echo"}}}
#: What the stranger sends so that it would touch the other workspace.
_AIMED: dict[str, dict[str, Any]] = {
    "/api/v1/tasks": {"task_type": "echo"},
    "/api/v1/plans": {"name": "x", "steps": [{"id": "a", "task_type": "echo"}]},
    "/api/v1/schedules": {"name": "x", **_CLOCK},
    "/api/v1/schedules/apply": {"schedules": {"x": _CLOCK}, "prune": True},
    "/api/v1/triggers": {"name": "x", **_HOOK},
    "/api/v1/triggers/preview": {"trigger": _HOOK, "payload": {}},
    "/api/v1/triggers/apply": {"triggers": {"x": _HOOK}, "prune": True},
}
#: What would be done to a schedule or a trigger of theirs.
_DONE = {
    "/api/v1/schedules/{schedule}": _CLOCK,
    "/api/v1/schedules/{schedule}/backfill": {"start": "2026-05-04T08:00:00Z", "end": "2026-05-04T08:30:00Z"},
}
_DONE |= {
    "/api/v1/triggers/{trigger}": _HOOK,
    "/api/v1/triggers/{trigger}/test": {"payload": {}},
    "/api/v1/templates/{name}": {"task": {"task_type": "echo"}},
    "/api/v1/tasks/bulk": {"action": "retry", "filter": {"status": ["failed"]}},
}
_TODAY = datetime.now(UTC).date()
_QUERIES = {
    "/api/v1/tasks/timeline": {
        "since": f"{_TODAY - timedelta(10)}T00:00:00Z",
        "until": f"{_TODAY + timedelta(10)}T00:00:00Z",
    },
    "/api/v1/me/views": {},
}
#: Answered as themselves: they mention nothing, and waiting for their end is waiting for ever.
_STREAMS = {"/api/v1/tasks/stream", "/api/v1/instances/{workspace}/tasks/stream", "/api/v1/workers/events"}


@dataclass(frozen=True)
class Room:
    """A workspace with a task of each kind in it."""

    name: str
    mark: str
    waiting: str
    failed: str
    child: str
    plan: str
    schedule: str
    template: str
    trigger: str
    delivery: int
    cause: str
    bulk: str
    owner: Api

    @property
    def words(self) -> list[str]:
        """What nobody else may read anywhere."""
        return [self.mark, self.waiting, self.failed, self.child, self.plan, self.schedule, self.trigger, self.bulk]


@pytest.fixture(scope="module")
def room(stack: Facade) -> Room:
    stack.wait_until_ready()
    name, mark = make_workspace(stack.api, description="of the others"), f"mark{uuid.uuid4().hex[:12]}"
    owner = make_member(stack, {name: "operator"})
    said: dict[str, Any] = {"tags": [mark], "notes": mark, "params": {"url": f"https://{mark}.example"}}
    waiting = owner.submit("web_monitor", **said)
    failed = owner.submit("echo", tags=[mark], follow_ups=[{"task_type": "echo", "tags": [mark], "when": "failed"}])
    run = take(stack, failed, f"worker-{mark}", None)
    end(stack, failed, run, TaskStatus.FAILED, error=TaskFailure(type="Broken", message=mark))
    count_failures(stack)
    reviewed = owner.submit("echo", needs_review=True)
    review = "UPDATE plan_parts SET status = 'review', result = jsonb_build_object('said', %s::text) WHERE task_id = %s"
    stack.execute(review, mark, reviewed)
    [child] = [each["id"] for each in owner.task(failed)["children"]]
    plan = {"name": mark, "description": mark, "inputs": {"x": mark}, "steps": [{"id": "a", "task_type": "echo"}]}
    made = owner.http.post("/plans", json=plan)
    assert made.status_code == 201, made.text
    clock = {"name": mark, "description": mark, **_CLOCK}
    schedule = owner.http.post("/schedules", json=clock)
    assert schedule.status_code == 201, schedule.text
    ran = "INSERT INTO schedule_runs (schedule_id, due_at, outcome, why, task_ids) VALUES (%s, now(), 'failed', %s, %s)"
    stack.execute(ran, schedule.json()["id"], mark, [uuid.UUID(failed)])
    crawl = crawled(stack, owner, "LEAK", [post("LEAK", mark[:20], mark)])
    crawl.delivers(RecordKind.REDDIT_POSTS, post("LEAK", mark[:20], f"{mark} once more"))
    template = f"of-others-{uuid.uuid4().hex[:12]}"
    saved = {"task": {"task_type": "echo", "tags": [mark]}, "description": mark}
    owner.http.put(f"/templates/{template}", json=saved).raise_for_status()
    hook = owner.http.post("/triggers", json={"name": mark, "description": mark, **_HOOK}).raise_for_status().json()
    sender = {"Authorization": f"Bearer {hook['secret']}"}
    sent = httpx.post(f"{stack.api_url}{hook['path']}", headers=sender, json={"said": mark}, verify=plain_http.NO_TLS)
    delivery = sent.raise_for_status().json()["delivery"]
    [row] = stack.rows("SELECT cause FROM tasks WHERE id = %s", failed)
    bulk = owner.http.post("/tasks/bulk", json={"action": "cancel", "filter": {"tag": mark}}).raise_for_status()
    owner.http.post(f"/tasks/bulk/{bulk.json()['id']}/run").raise_for_status()
    stack.execute("UPDATE bulk_actions SET state = 'done' WHERE id = %s", bulk.json()["id"])
    return Room(
        name, mark, waiting, failed, child, plan=made.json()["id"], schedule=schedule.json()["id"], template=template,
        trigger=hook["id"], delivery=delivery, cause=row["cause"], bulk=bulk.json()["id"], owner=owner,
    )  # fmt: skip


@pytest.fixture(scope="module")
def stranger(stack: Facade) -> Api:
    return make_member(stack, {make_workspace(stack.api): "operator"})


_ROWS_OF_TASKS = (
    "SELECT * FROM tasks WHERE instance = %s ORDER BY id",
    "SELECT e.* FROM task_events e JOIN tasks t ON t.id = e.task_id WHERE t.instance = %s ORDER BY e.id",
    "SELECT n.* FROM task_notes n JOIN tasks t ON t.id = n.task_id WHERE t.instance = %s ORDER BY n.id",
    "SELECT o.* FROM outbox o JOIN tasks t ON t.id = o.task_id WHERE t.instance = %s ORDER BY o.id",
)
_ROWS_OF_SCHEDULES = (
    "SELECT * FROM schedules WHERE id = %s",
    "SELECT * FROM schedule_runs WHERE schedule_id = %s ORDER BY id",
    "SELECT * FROM schedule_commands WHERE schedule_id = %s ORDER BY id",
)
_ROWS_OF_TRIGGERS = (
    "SELECT * FROM triggers WHERE id = %s",
    "SELECT * FROM trigger_deliveries WHERE trigger_id = %s ORDER BY id",
)
_ROWS_OF_PLANS = (
    "SELECT * FROM plans WHERE id = %s",
    "SELECT * FROM plan_steps WHERE plan_id = %s ORDER BY 1, 2",
    "SELECT * FROM plan_parts WHERE plan_id = %s ORDER BY 1, 2",
    "SELECT * FROM plan_ends WHERE plan_id = %s ORDER BY 1, 2",
)


@pytest.fixture(autouse=True)
def nothing_changes(stack: Facade, room: Room) -> Iterator[None]:
    before = all_rows(stack, room)
    yield
    assert all_rows(stack, room) == before


def all_rows(stack: Facade, room: Room) -> str:
    rows = [stack.rows(statement, room.name) for statement in _ROWS_OF_TASKS]
    rows += [stack.rows(statement, room.plan) for statement in _ROWS_OF_PLANS]
    rows += [stack.rows(statement, room.schedule) for statement in _ROWS_OF_SCHEDULES]
    rows += [stack.rows(statement, room.trigger) for statement in _ROWS_OF_TRIGGERS]
    rows.append(stack.rows("SELECT id FROM schedules WHERE instance = %s ORDER BY id", room.name))
    rows.append(stack.rows("SELECT * FROM bulk_actions WHERE id = %s", room.bulk))
    rows.append(stack.rows("SELECT id FROM triggers WHERE instance = %s ORDER BY id", room.name))
    rows.append(stack.rows("SELECT * FROM task_templates WHERE instance = %s ORDER BY name, version", room.name))
    rows.append(stack.rows("SELECT * FROM reddit_posts_raw WHERE workspace = %s ORDER BY reddit_id", room.name))
    return json.dumps(rows, default=str)


_ONE_OF_THEIRS = (
    "{task_id}",
    "{plan_id}",
    "{workspace}",
    "{schedule}",
    "{trigger}",
    "/templates/{name}",
    "{cause}",
    "{bulk_id}",
)


@pytest.mark.parametrize(("method", "path"), sorted(set(TABLE) - PUBLIC))
def test_a_stranger_sees_nothing(stack: Facade, room: Room, stranger: Api, method: str, path: str) -> None:
    is_open = (method, path) in OWN | THEIRS
    for task_id in (room.waiting, room.failed, room.child):
        for reply in asked(stack, room, stranger, method, path, task_id):
            # A name that the stranger has sent is said back, as one that does not exist would be.
            said = [] if path in _AIMED or "/instances/" in path else [room.name]
            for word in (*room.words, *said):
                assert word not in reply.text
            assert reply.status_code != 500
            if not is_open:
                assert reply.status_code == 403, reply.text
            elif path.endswith("/instances/{workspace}/tasks"):
                assert reply.status_code in (404, 422), reply.text
            elif (method, path) == ("PUT", "/api/v1/templates/{name}"):
                # One of their own with that name, of which nobody had one before, as far as they learn.
                assert (reply.status_code, reply.json()["version"]) == (200, 1), reply.text
                stranger.http.delete(f"/templates/{room.template}").raise_for_status()
            elif any(each in path for each in _ONE_OF_THEIRS):
                assert reply.status_code == 404, reply.text
            elif (method, path) in THEIRS:
                assert reply.status_code in (200, 201, 422), reply.text
        if "{task_id}" not in path:
            return


def test_an_owner_sees_it_there(stack: Facade, room: Room) -> None:
    """Else the test above would prove nothing."""
    seen = set()
    for method, path in sorted(THEIRS):
        if method == "GET" and path not in _STREAMS:
            [reply] = asked(stack, room, room.owner, method, path, room.failed)
            assert reply.status_code == 200, (path, reply.text)
            if room.mark in reply.text or room.name in reply.text:
                seen.add(path)
    assert seen >= {path for method, path in THEIRS if method == "GET"} - _STREAMS - {
        "/api/v1/tasks/counts", "/api/v1/tasks/timeline", "/api/v1/plans/{plan_id}/steps",
        "/api/v1/plans/{plan_id}/steps/{step}/parts", "/api/v1/triggers/{trigger}/deliveries",
        "/api/v1/records",
    }  # fmt: skip


def test_counts_are_of_ones_own(stack: Facade, room: Room) -> None:
    stranger = make_member(stack, {make_workspace(stack.api): "operator"})
    assert sum(each["count"] for each in stranger.http.get("/tasks/counts").json()["counts"].values()) == 0
    for query in ({"text": room.mark}, {"tag": room.mark}, {"workspace": room.name}, {"parent": room.failed}):
        assert stranger.http.get("/tasks", params=query).json()["total"] == 0
        assert room.owner.http.get("/tasks", params=query).json()["total"] > 0
    for caller, matching in ((stranger, 0), (room.owner, 3)):
        bulk = caller.http.post("/tasks/bulk", json={"action": "tag", "add_tags": ["x"], "filter": {"tag": room.mark}})
        assert bulk.json()["count"] == matching
    for caller, plans in ((stranger, []), (room.owner, [room.plan])):
        found = caller.http.get("/plans", params={"workspace": room.name}).raise_for_status().json()["plans"]
        assert [each["id"] for each in found if each["name"] == room.mark] == plans
    for caller, place, count in ((stranger, room.name, 0), (room.owner, room.name, 1), (stack.api, "default", 0)):
        reviews = caller.http.get("/plans/reviews", params={"workspace": place, "limit": 1_000}).raise_for_status()
        assert len([each for each in reviews.json()["reviews"] if each["result"] == {"said": room.mark}]) == count


@pytest.mark.parametrize("query", [{}, {"ticker": "LEAK"}, {"workspace": True}, {"text": True}, {"id": True}])
def test_rows_of_others_are_found_by_nothing(room: Room, stranger: Api, query: dict[str, Any]) -> None:
    named = {"workspace": room.name, "text": room.mark, "id": room.mark[:20]}
    asked_ = {name: named[name] if value is True else value for name, value in query.items()}
    paths = ["/records/reddit_posts", "/records/reddit_posts/export"]
    paths += ["/records/reddit_posts/revisions"] * (not query.keys() & {"text", "id"})
    for path in paths:
        assert room.mark in room.owner.http.get(path, params=asked_).raise_for_status().text
        assert room.mark not in stranger.http.get(path, params=asked_).raise_for_status().text
    if not query.keys() - {"workspace"}:
        for caller, found in ((room.owner, 1), (stranger, 0)):
            kinds = caller.http.get("/records", params=asked_).raise_for_status().json()["kinds"]
            assert {each["kind"]: each["rows"] for each in kinds}["reddit_posts"] == found


@pytest.mark.parametrize(
    ("method", "path"), sorted(each for each in THEIRS if "{schedule}" in each[1] or "{trigger}" in each[1])
)
def test_what_is_of_others_is_not_there_by_its_name(
    stack: Facade, room: Room, stranger: Api, method: str, path: str
) -> None:
    """Nor where the stranger says where it is. For a look it is there to its owner."""
    address = path.format(schedule=room.mark, trigger=room.mark, delivery=room.delivery)
    for caller, status in ((stranger, 404), (room.owner, 200)):
        for named in (address, f"{address}?workspace={room.name}"):
            if caller is stranger or method == "GET":
                reply = caller.http.request(
                    method, named.removeprefix("/api/v1"), json=None if method == "GET" else _DONE.get(path, {})
                )
                assert reply.status_code == status, reply.text
    for kind in ("schedules", "triggers", "templates"):
        assert stranger.http.get(f"/{kind}", params={"workspace": room.name}).json()[kind] == []


def test_a_workspace_of_others_is_as_one_that_there_is_not(room: Room, stranger: Api) -> None:
    for path, body in _AIMED.items():
        for name in (room.name, "nowhere"):
            reply = stranger.http.post(path.removeprefix("/api/v1"), json=body | {"workspace": name})
            assert reply.json()["detail"].startswith(f"There is no workspace '{name}' for you. Yours are team-")


def asked(stack: Facade, room: Room, caller: Api, method: str, path: str, task_id: str) -> list[httpx.Response]:
    names = {"task_id": task_id, "plan_id": room.plan, "workflow_id": room.plan, "workspace": room.name}
    names |= {"kind": "reddit_posts", "capability": "echo", "ticker": "RIGHTS", "step": "a"}
    names |= {"name": room.template, "trigger": room.trigger, "delivery": str(room.delivery)}
    names |= {"notification_id": str(2**62), "cause": room.cause, "schedule": room.schedule, "bulk_id": room.bulk}
    # Whatever else a route may name, here or in a later version.
    url = stack.api_url + path.format_map(defaultdict(lambda: str(uuid.uuid4()), names))
    body = _AIMED.get(path, {}) | {"workspace": room.name} if path in _AIMED else _DONE.get(path, BODIES.get(path, {}))
    headers = {"Authorization": caller.http.headers["Authorization"], "X-Forwarded-For": new_address()}
    with (
        httpx.Client(verify=plain_http.NO_TLS, headers=headers, timeout=20, trust_env=False) as http,
        http.stream(
            method, url, json=body if method in ("POST", "PUT", "PATCH") else None, params=_QUERIES.get(path)
        ) as reply,
    ):
        if path in _STREAMS and reply.status_code == 200:
            return []
        reply.read()
        return [reply]
