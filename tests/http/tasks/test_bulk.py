"""Commands for all tasks that match: counted first, frozen, done in batches by core, told in one line of the audit."""

import asyncio
import concurrent.futures
import contextlib
import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.routes.tasks.filters import FilterQuery
from contracts.tasks.bulk import BulkFilter
from contracts.tasks.statuses import TaskStatus
from db.engine import make_engine
from services.tasks import bulk
from tests.http.as_core import count_failures, end, take
from tests.stack.people import in_database, make_crowd
from tests.support.facade import Api, Facade
from workers.core.bulk import BulkActions
from workers.core.lookout import Lookout

TYPE = "web_monitor"
PARAMS = {"url": "https://example.com/bulk"}


@pytest.fixture
def tag() -> str:
    return f"bulk-{uuid.uuid4().hex[:12]}"


def preview(api: Api, action: str, filter_: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    reply = api.http.post("/tasks/bulk", json={"action": action, "filter": filter_, **arguments})
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


def run(api: Api, id_: str) -> httpx.Response:
    return api.http.post(f"/tasks/bulk/{id_}/run")


def as_core(stack: Facade) -> int:
    """What core does: batches until there are no more; how many."""
    batches = 0
    while in_database(stack, bulk.advance):
        batches += 1
    return batches


def carried_out(stack: Facade, api: Api, previewed: dict[str, Any]) -> dict[str, Any]:
    assert run(api, previewed["id"]).status_code == 202
    as_core(stack)
    return dict(api.http.get(f"/tasks/bulk/{previewed['id']}").json())


def test_whatever_a_list_is_narrowed_by_narrows_a_bulk_action() -> None:
    """Or "all that match" would be done to more than somebody sees."""
    assert set(FilterQuery.model_fields) - set(BulkFilter.model_fields) == set()


def test_one_whose_filter_cannot_be_read_is_stopped_and_the_next_one_is_done(api: Api, stack: Facade, tag: str) -> None:
    id_ = api.submit(TYPE, PARAMS, tags=[tag])
    broken, well = (preview(api, "cancel", {"tag": tag}) for _ in range(2))
    assert run(api, broken["id"]).status_code == 202
    stack.execute("UPDATE bulk_actions SET frozen = '[1]' WHERE id = %s", broken["id"])
    assert carried_out(stack, api, well)["done"] == 1
    assert api.status(id_) == "cancelled"
    told = api.http.get(f"/tasks/bulk/{broken['id']}").json()
    assert (told["state"], "It cannot be read" in told["reason"]) == ("stopped", True)


def test_one_that_cannot_go_on_is_put_off_and_ends_and_the_others_are_done(api: Api, stack: Facade, tag: str) -> None:
    id_ = api.submit(TYPE, PARAMS, tags=[tag])
    broken = preview(api, "reprioritise", {"tag": tag}, priority=90)
    well = preview(api, "tag", {"tag": tag}, add_tags=[f"{tag}-done"])
    for each in (broken, well):
        assert run(api, each["id"]).status_code == 202
    stack.execute("UPDATE bulk_actions SET arguments = '{}' WHERE id = %s", broken["id"])

    async def look(times: int) -> None:
        engine = make_engine(stack.database_url, process="tests", pool_size=1)
        core = BulkActions(engine, Lookout(engine, 60))
        try:
            for _ in range(times):
                await core.look()
                # So much time has passed.
                stack.execute("UPDATE bulk_actions SET next_at = now() WHERE id = %s", broken["id"])
        finally:
            await engine.dispose()

    def told(each: dict[str, Any]) -> tuple[str, str | None]:
        shown = api.http.get(f"/tasks/bulk/{each['id']}").json()
        return shown["state"], shown["reason"]

    fault = "Something went wrong on our side: KeyError. The log of core has the details. It"
    asyncio.run(look(2))
    assert (told(well), f"{tag}-done" in api.task(id_)["tags"]) == (("done", None), True)
    assert told(broken) == ("running", f"{fault} is tried again.")
    asyncio.run(look(bulk.MOST_TRIES))
    assert told(broken) == ("stopped", f"{fault} was tried 10 times; what it had not done was left as it was.")


def test_a_preview_does_nothing_and_its_filter_is_frozen(api: Api, stack: Facade, tag: str) -> None:
    ids = api.submit_many(3, TYPE, PARAMS, tags=[tag])
    ended = api.submit(TYPE, PARAMS, tags=[tag])
    api.command(ended, "cancel")
    made = preview(api, "cancel", {"tag": tag})
    assert (made["state"], made["count"], made["capped"]) == ("previewed", 3, False)
    assert as_core(stack) == 0
    assert {api.status(id_) for id_ in ids} == {"pending"}
    # What happens between the two: one is cancelled by hand, another one comes.
    api.command(ids[0], "cancel")
    late = api.submit(TYPE, PARAMS, tags=[tag])
    over = carried_out(stack, api, made)
    assert (over["state"], over["done"], over["skipped"], over["ended_at"] is not None) == ("done", 2, 0, True)
    assert {api.status(id_) for id_ in ids} == {"cancelled"}
    assert api.status(late) == "pending"
    entries = api.http.get("/audit", params={"object": made["id"]}).json()["entries"]
    assert [(each["action"], each["details"]["count"]) for each in entries] == [("task.bulk_cancel", 3)]
    assert made["id"] in [each["id"] for each in api.http.get("/tasks/bulk").json()["bulks"]]


def test_who_dies_in_a_batch_has_done_nothing_of_it(api: Api, stack: Facade, tag: str) -> None:
    ids = api.submit_many(bulk.BATCH + 5, TYPE, PARAMS, tags=[tag])
    made = preview(api, "cancel", {"tag": tag})
    run(api, made["id"])

    async def die(connection: AsyncConnection) -> None:
        assert await bulk.advance(connection)
        raise ConnectionAbortedError

    def done() -> int:
        return int(api.http.get(f"/tasks/bulk/{made['id']}").json()["done"])

    with contextlib.suppress(ConnectionAbortedError):
        in_database(stack, die)
    assert (done(), api.status(ids[-1])) == (0, "pending")
    assert in_database(stack, bulk.advance)
    assert done() == bulk.BATCH
    with contextlib.suppress(ConnectionAbortedError):
        in_database(stack, die)
    as_core(stack)
    assert done() == len(ids)
    events = "SELECT task_id FROM task_events WHERE type = 'cancel_requested' AND task_id = ANY(%s::uuid[])"
    assert sorted(str(row["task_id"]) for row in stack.rows(events, ids)) == sorted(ids)


def test_a_bulk_that_is_stopped_goes_no_further(api: Api, stack: Facade, tag: str) -> None:
    api.submit_many(bulk.BATCH + 5, TYPE, PARAMS, tags=[tag])
    made = preview(api, "cancel", {"tag": tag})
    run(api, made["id"])
    in_database(stack, bulk.advance)
    stopped = api.http.post(f"/tasks/bulk/{made['id']}/stop").json()
    assert (stopped["state"], stopped["done"]) == ("stopped", bulk.BATCH)
    assert as_core(stack) == 0
    assert api.http.post(f"/tasks/bulk/{made['id']}/stop").status_code == 409
    # Nor does it begin anew.
    assert run(api, made["id"]).json()["state"] == "stopped"


def test_failures_are_retried_by_their_cause(api: Api, stack: Facade, tag: str) -> None:
    worker, worker_id, _ = stack.register([TYPE])
    ids = api.submit_many(4, TYPE, PARAMS, tags=[tag])
    # Of the same cause but for what is quoted; of another one; not failed at all.
    messages = [
        f"HTTP 503 from https://{tag}.example/1 after 12.5 s",
        f"HTTP 502 from https://{tag}.example/2 after 3 s",
    ]
    for id_, message in zip(ids, [*messages, f"no page '{tag}' there"], strict=False):
        end(stack, id_, take(stack, id_, worker, worker_id), TaskStatus.FAILED)
        error = f'{{"type": "Down{tag}", "message": "{message}"}}'
        stack.execute("UPDATE tasks SET error = %s::jsonb WHERE id = %s", error, id_)
    count_failures(stack)
    groups = [
        each
        for each in api.http.get("/failures", params={"limit": 200}).json()["groups"]
        if each["error_type"] == f"Down{tag}"
    ]
    assert [(each["count"], each["message"]) for each in groups] == [
        (2, "HTTP … from … after … s"),
        (1, "no page … there"),
    ]
    assert sorted(groups[0]["task_ids"]) == sorted(ids[:2])
    listed = api.http.get("/tasks", params={"cause": groups[0]["cause"]}).json()
    assert sorted(task["id"] for task in listed["tasks"]) == sorted(ids[:2])
    group = {name: groups[0][name] for name in ("cause", "created_after")}
    over = carried_out(stack, api, preview(api, "retry", group))
    assert (over["count"], over["done"]) == (2, 2)
    assert [api.task(id_)["retry_count"] for id_ in ids] == [1, 1, 0, 0]


def test_retry_means_what_failed_unless_said_otherwise(api: Api, tag: str) -> None:
    ids = api.submit_many(2, TYPE, PARAMS, tags=[tag])
    api.command(ids[0], "cancel")
    assert preview(api, "retry", {"tag": tag})["count"] == 0
    assert preview(api, "retry", {"tag": tag, "status": ["cancelled"]})["count"] == 1
    refused = api.http.post("/tasks/bulk", json={"action": "retry", "filter": {"status": ["running"]}})
    assert refused.status_code == 422


def test_priorities_and_tags_of_what_is_selected(api: Api, stack: Facade, tag: str) -> None:
    first, second, other = api.submit_many(3, TYPE, PARAMS, tags=[tag, "old"])
    selected = {"ids": [first, second]}
    carried_out(stack, api, preview(api, "reprioritise", selected, priority="critical"))
    assert [api.task(id_)["priority_label"] for id_ in (first, second, other)] == ["critical", "critical", "normal"]
    changed = preview(api, "tag", selected, add_tags=[f"new {tag}"], remove_tags=["old"])
    assert carried_out(stack, api, changed)["done"] == 2
    assert [api.task(id_)["tags"] for id_ in (first, second, other)] == [[tag, f"new {tag}"]] * 2 + [[tag, "old"]]
    event = api.task(first)["events"][-1]
    assert (event["type"], event["details"]) == ("tagged", {"added": [f"new {tag}"], "removed": ["old"]})
    assert api.http.get("/tasks", params={"text": f"new {tag}"}).json()["total"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"action": "cancel", "filter": {}},
        # Each of these finds all there are.
        {"action": "delete", "filter": {"tag": ""}},
        {"action": "delete", "filter": {"worker": " "}},
        {"action": "delete", "filter": {"text": "--- !"}},
        {"action": "cancel", "filter": {"unknown": 1}},
        {"action": "explode", "filter": {"tag": "x"}},
        {"action": "reprioritise", "filter": {"tag": "x"}},
        {"action": "cancel", "filter": {"tag": "x"}, "priority": 1},
        {"action": "tag", "filter": {"tag": "x"}},
        {"action": "cancel", "filter": {"ids": [str(uuid.uuid4())] * 1_001}},
        {"action": "retry", "filter": {"cause": "no hash"}},
    ],
)
def test_what_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.http.post("/tasks/bulk", json=body).status_code == 422


def test_one_person_runs_ten_at_once(api: Api, stack: Facade, tag: str) -> None:
    """They take turns with those of all others."""
    with Api(stack.api_url, make_crowd(stack).keys["operator"]) as operator:
        ids = [preview(operator, "cancel", {"tag": tag})["id"] for _ in range(bulk.MOST_RUNNING + 1)]
        with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
            replies = list(pool.map(lambda id_: run(operator, id_), ids))
        codes = [reply.status_code for reply in replies]
        assert sorted(codes) == [202] * bulk.MOST_RUNNING + [429]
        refused = codes.index(429)
        assert replies[refused].json()["detail"] == (
            "10 of your bulk actions run already. Wait until one is over, or stop one, and run this one then."
        )
        shown = operator.http.get(f"/tasks/bulk/{ids[refused]}").json()
        assert (shown["state"], run(operator, ids[refused - 1]).status_code) == ("previewed", 202)
        # Nobody else waits for them, and no release counts.
        assert run(api, preview(api, "cancel", {"tag": tag})["id"]).status_code == 202
        stack.execute("UPDATE bulk_actions SET action = 'release' WHERE id = %s", ids[refused - 1])
        assert run(operator, ids[refused]).status_code == 202
        for id_ in ids:
            operator.http.post(f"/tasks/bulk/{id_}/stop").raise_for_status()
    as_core(stack)


def test_a_preview_is_its_authors_and_for_ten_minutes(api: Api, stack: Facade, tag: str) -> None:
    crowd = make_crowd(stack)
    made = preview(api, "cancel", {"tag": tag})
    with Api(stack.api_url, crowd.keys["operator"]) as operator:
        assert run(operator, made["id"]).status_code == 404
    stack.execute("UPDATE bulk_actions SET expires_at = now() WHERE id = %s", made["id"])
    assert run(api, made["id"]).status_code == 404
