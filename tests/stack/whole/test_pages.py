"""What there is to know besides tasks: types and workers, while workers run."""

from typing import Any

from contracts.task_types import OFFERED, TASK_TYPES
from tests.stack.harness import Api, RunningStack, eventually


def test_task_types_are_those_of_the_table(stack: RunningStack, api: Api) -> None:
    with stack.worker("mock_content"):
        types = {each["name"]: each for each in api.http.get("/task-types").json()["task_types"]}
        workers = api.http.get("/workers").json()["workers"]
    assert list(types) == list(TASK_TYPES)
    for name, row in TASK_TYPES.items():
        shown = types[name]
        assert shown["implemented"] == (row.capability in OFFERED or row.for_bots)
        assert shown["capability"] == row.capability
        assert shown["retry"] == row.retry.model_dump()
        assert shown["timeouts"] == row.timeouts.model_dump()
        assert shown["params_schema"]["type"] == "object"
        assert shown["params_schema"]["additionalProperties"] is row.for_bots
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
        api.carry_out(id_, "cancel", "cancelled")
        eventually(lambda: (shown()["status"], shown()["current_tasks"]) == ("idle", 0), 10, "it is idle again")
    eventually(lambda: shown()["status"] == "offline", 30, "the worker that is gone is shown as offline")
