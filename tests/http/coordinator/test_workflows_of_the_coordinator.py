"""Workflows of the coordinator are plans of task payloads."""

import uuid
from typing import Any

import pytest

from tests.http.coordinator.test_bots_of_the_coordinator import register
from tests.http.planned import Planned
from tests.support.facade import Api, Facade

#: As in its document.
PAYLOADS: list[dict[str, Any]] = [
    {"action": "build", "dockerfile": "Dockerfile", "tag": "v1.2.3"},
    {"action": "test", "suite": "integration", "coverage": True, "ticker": 7},
    {"action": "deploy", "environment": "staging", "region": "us-west"},
]


@pytest.fixture(scope="module")
def build_bot(stack: Facade) -> dict[str, Any]:
    return register(stack.api, "build", "only-me")


def create(api: Api, *payloads: dict[str, Any], **more: Any) -> dict[str, Any]:
    reply = api.http.post("/workflows", json={"name": "CI/CD Pipeline", "task_payloads": payloads, **more})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


class Created(Planned):
    """A workflow as a plan that a test advances."""

    def __init__(self, stack: Facade, api: Api, id_: str) -> None:
        self._stack, self._api, self.id = stack, api, id_


def tasks_of(api: Api, workflow: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.http.get(f"/workflows/{workflow['id']}/tasks").json()["tasks"]
    return found


def test_one_task_after_the_other_under_ids_that_are_known_before(
    stack: Facade, api: Api, build_bot: dict[str, Any]
) -> None:
    workflow = create(api, *PAYLOADS, description="Build it", metadata={"project": "my-app"})
    assert (workflow["status"], workflow["metadata"]) == ("pending", {"project": "my-app"})
    assert [each["id"] for each in tasks_of(api, workflow)] == workflow["task_ids"]
    plan = Created(stack, api, workflow["id"])
    plan.advance()
    first, second, third = tasks_of(api, workflow)
    assert [first["payload"], second["payload"], third["payload"]] == PAYLOADS
    # A bot says that it builds; the others any bot may take.
    assert [each["capability"] for each in (first, second, third)] == ["build", "bot_task", "bot_task"]
    assert first["created_at"]
    assert second["created_at"] is None
    assert api.http.get(f"/workflows/{workflow['id']}").json()["status"] == "in_progress"
    for place, step in enumerate(("task_1", "task_2", "task_3")):
        assert str(api.task(workflow["task_ids"][place])["plan_step"]) == step
        plan.end(step, {"image_id": place})
    assert [each["status"] for each in tasks_of(api, workflow)] == ["completed"] * 3
    assert tasks_of(api, workflow)[0]["result"] == {"image_id": 0}
    assert api.http.get(f"/workflows/{workflow['id']}").json()["status"] == "completed"
    assert api.http.post(f"/workflows/{workflow['id']}/start").status_code == 409


def test_what_fails_stops_the_rest(stack: Facade, api: Api, build_bot: dict[str, Any]) -> None:
    workflow = create(api, *PAYLOADS)
    plan = Created(stack, api, workflow["id"])
    plan.advance()
    plan.end("task_1", fails=True)
    assert [each["status"] for each in tasks_of(api, workflow)] == ["failed", "cancelled", "cancelled"]
    assert tasks_of(api, workflow)[0]["error"] == "It broke."
    assert workflow["id"] in {each["id"] for each in api.http.get("/workflows").json()}


def test_a_payload_may_be_a_task_of_a_known_type(stack: Facade, api: Api) -> None:
    workflow = create(api, {"task_type": "echo", "message": "a"}, {"task_type": "echo", "params": {"message": "b"}})
    assert [each["payload"] for each in tasks_of(api, workflow)] == [{"message": "a"}, {"message": "b"}]


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"capability": "dig-holes"}, "no bot is registered for 'dig-holes', so nobody could ever do it"),
        ({"capability": "ai_sentiment"}, "done by workers that know task types"),
        ({"capability": 7}, "must be a word of small letters"),
        ({"task_type": "dig_holes"}, "There is no task type 'dig_holes'"),
        ({"task_type": "echo", "messag": "a"}, "did you mean message"),
        ({"task_type": "echo", "params": {}, "message": "a"}, "leave out message"),
        ({"task_type": 7}, "must be the name of a task type"),
    ],
)
def test_what_nobody_could_ever_do_is_refused(
    api: Api, build_bot: dict[str, Any], payload: dict[str, Any], sentence: str
) -> None:
    before = len(api.http.get("/workflows").json())
    reply = api.http.post("/workflows", json={"name": "never", "task_payloads": [payload]})
    assert reply.status_code == 422
    assert sentence in reply.text
    assert len(api.http.get("/workflows").json()) == before


def test_what_a_durable_task_cannot_mean_is_said(stack: Facade, api: Api, build_bot: dict[str, Any]) -> None:
    workflow = create(api, {"action": "build"})
    assert api.http.post(f"/workflows/{workflow['id']}/start").json()["status"] == "pending"
    [task] = workflow["task_ids"]
    bot = {"bot_id": build_bot["id"]}
    assert api.http.post(f"/tasks/{task}/assign", json=bot).status_code == 404
    Created(stack, api, workflow["id"]).advance()
    said = api.http.post(f"/tasks/{task}/assign", json=bot)
    assert said.status_code == 501
    assert "a capability that no other has" in said.json()["detail"]
    other = api.http.post(f"/tasks/{task}/assign", json={"bot_id": register(api)["id"]})
    assert (other.status_code, "does not offer 'build'" in other.json()["detail"]) == (409, True)
    assert api.http.post(f"/ws/broadcast/task/{task}").status_code == 501
    assert api.http.get("/ws/connections").json() == {"connections": [], "total": 0}
    deleted = api.http.delete(f"/workflows/{workflow['id']}")
    assert (deleted.status_code, "/cancel" in deleted.json()["detail"]) == (501, True)
    assert api.http.get(f"/workflows/{workflow['id']}").status_code == 200


def test_pending_tasks_are_found(api: Api, stack: Facade) -> None:
    mark = uuid.uuid4().hex
    id_ = api.submit("bot_task", {"mark": mark})
    # The oldest are listed first, and other tests leave some.
    stack.execute("UPDATE tasks SET created_at = '2000-01-01' WHERE id = %s", id_)
    pending = api.http.get("/tasks/pending?limit=200").json()
    assert [(each["id"], each["status"]) for each in pending if each["payload"].get("mark") == mark] == [
        (id_, "pending")
    ]
