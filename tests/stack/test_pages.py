"""What there is to know besides tasks: types, workers, health, and the API's own page."""

import re
from typing import Any

import httpx

from contracts.task_types import OFFERED, TASK_TYPES
from tests.stack.harness import Api, RunningStack, eventually
from tests.support import plain_http


def test_task_types_are_those_of_the_table(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        types = {each["name"]: each for each in api.http.get("/task-types").json()["task_types"]}
        workers = api.http.get("/workers").json()["workers"]
    assert list(types) == list(TASK_TYPES)
    for name, row in TASK_TYPES.items():
        shown = types[name]
        assert shown["implemented"] == (row.capability in OFFERED)
        assert shown["capability"] == row.capability
        assert shown["retry"] == row.retry.model_dump()
        assert shown["timeouts"] == row.timeouts.model_dump()
        assert shown["params_schema"]["type"] == "object"
        assert shown["params_schema"]["additionalProperties"] is False
    assert set(types["reddit_crawl"]["params_schema"]["properties"]["date_range"]) >= {"$ref"}
    assert "from" in types["reddit_crawl"]["params_schema"]["$defs"]["DateRange"]["properties"]
    online = [each for each in workers if each["status"] != "offline" and "mock_content" in each["polling"]]
    assert types["mock_content"]["workers_online"] == len(online) >= 1


def test_a_worker_is_listed_with_what_it_does(stack: RunningStack, api: Api) -> None:
    def shown() -> dict[str, Any]:
        workers = api.http.get("/workers").json()["workers"]
        [found] = [each for each in workers if each["id"] == worker.id]
        return dict(found)

    with stack.worker("delay", "echo", concurrency=3) as worker:
        idle = shown()
        assert idle["name"] == worker.name
        assert (idle["status"], idle["current_tasks"]) == ("idle", 0)
        assert idle["capabilities"] == ["delay", "echo"]
        assert sorted(idle["polling"]) == ["delay", "echo"]
        id_ = api.submit("delay", {"seconds": 60, "steps": 60})
        api.wait_for(id_, "running")
        assert (shown()["status"], shown()["current_tasks"]) == ("busy", 1)
        api.command(id_, "cancel")
        assert (shown()["status"], shown()["current_tasks"]) == ("idle", 0)
    eventually(lambda: shown()["status"] == "offline", 30, "the worker that is gone is shown as offline")


def test_a_worker_s_name_is_taken_once(stack: RunningStack, api: Api) -> None:
    name, _, key = stack.register(["echo"])
    again = api.http.post("/workers/register", json={"name": name, "capabilities": ["echo"]})
    assert again.status_code == 409
    assert name in again.json()["detail"]
    unknown = api.http.post("/workers/register", json={"name": f"{name}-2", "capabilities": ["echo", "fly"]})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "capabilities"
    for bad in ({"a": "\x00"}, {"a": ["\x00"]}):
        body = {"name": f"{name}-3", "capabilities": ["echo"], "metadata": bad}
        assert api.http.post("/workers/register", json=body).status_code == 422
    # The key itself is nowhere to be read again.
    assert key not in api.http.get("/workers").text
    assert stack.rows("SELECT 1 FROM api_keys k WHERE k::text LIKE %s", f"%{key.split('_')[3]}%") == []


def test_health(stack: RunningStack, api: Api) -> None:
    with httpx.Client(verify=plain_http.NO_TLS, base_url=stack.api_url, trust_env=False) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"ready": True, "checks": {"postgres": True}}
        lost = http.get("/no/such/page")
    assert lost.status_code == 404
    assert lost.headers["content-type"] == "application/problem+json"
    assert lost.json()["detail"] == "There is nothing at /no/such/page. The API is described at /docs."


def test_the_page_draws_itself_without_the_internet(stack: RunningStack, api: Api) -> None:
    with httpx.Client(verify=plain_http.NO_TLS, base_url=stack.api_url, trust_env=False) as http:
        for page in ("/docs", "/redoc"):
            html = http.get(page)
            assert html.status_code == 200
            loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)["']""", html.text)
            assert len(loaded) >= 2
            assert not re.search(r"""["'(]\s*(?:https?:)?//""", html.text), "it names another server"
            for address in loaded:
                part = http.get(address)
                assert part.status_code == 200, address
                assert len(part.content) > 100
        schema = http.get("/openapi.json").json()
    assert "/api/v1/tasks/{task_id}" in schema["paths"]
