"""Bulk actions on the real stack: core carries out what tests/http/tasks/test_bulk.py looks at step by step."""

import uuid

from tests.stack.harness import Api
from tests.support.facade import eventually


def test_core_cancels_all_that_match(api: Api) -> None:
    tag = f"bulk-{uuid.uuid4().hex[:12]}"
    ids = api.submit_many(60, "web_monitor", {"url": "https://example.com/bulk"}, tags=[tag])
    made = api.http.post("/tasks/bulk", json={"action": "cancel", "filter": {"tag": tag}}).json()
    assert (made["count"], made["state"]) == (len(ids), "previewed")
    api.http.post(f"/tasks/bulk/{made['id']}/run").raise_for_status()

    def over() -> bool:
        return bool(api.http.get(f"/tasks/bulk/{made['id']}").json()["state"] == "done")

    eventually(over, 30, "core has done it")
    assert {task["status"] for task in api.wait_for_all(ids)} == {"cancelled"}
