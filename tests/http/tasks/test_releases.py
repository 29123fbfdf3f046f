"""What is done to all tasks of a group: other params, a canary, and the others at the pace of their source."""

import contextlib
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.statuses import TaskStatus
from services.tasks import bulk
from tests.http.tasks.failed import TYPE, Failing
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

URL = {"url": "https://example.com/released"}


@pytest.fixture
def failing(stack: Facade, api: Api) -> Failing:
    return Failing(stack, api)


@pytest.fixture(autouse=True)
def others_rest(stack: Facade) -> None:
    """Actions that another test has left running."""
    stack.execute("UPDATE bulk_actions SET state = 'stopped' WHERE state = 'running'")


def due(stack: Facade) -> None:
    """So much time has passed that the next batch is due."""
    stack.execute("UPDATE bulk_actions SET next_at = now() WHERE state = 'running'")


def as_core(stack: Facade, batches: int = 100) -> None:
    """What core does in a second."""
    due(stack)
    while batches and in_database(stack, bulk.advance):
        batches -= 1


def shown(api: Api, id_: str) -> dict[str, Any]:
    return dict(api.http.get(f"/tasks/bulk/{id_}").json())


def retried(api: Api, ids: list[str]) -> list[int]:
    return [api.task(id_)["retry_count"] for id_ in ids]


def test_a_canary_that_succeeds_releases_the_others_each_once(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(4, "blocked {n}", URL)
    others = failing.fail(2, "something else", URL)
    group = next(each for each in failing.groups() if each["count"] == 4)
    made = failing.do(group["cause"], "canary", task_id=ids[1])
    assert (made["phase"], made["count"], made["canary_task_id"]) == ("canary", 3, ids[1])
    as_core(stack)
    assert retried(api, ids) == [0, 1, 0, 0]
    assert shown(api, made["id"])["reason"] == "The canary is pending."
    # What fails alike from now on is none of its business.
    late = failing.fail(1, "blocked {n}", URL)
    failing.end(ids[1], "", round_=1, status=TaskStatus.SUCCEEDED)
    as_core(stack)
    over = shown(api, made["id"])
    assert (over["state"], over["done"], over["skipped"], over["canary_ok"]) == ("done", 3, 0, True)
    assert retried(api, [*ids, *late, *others]) == [1, 1, 1, 1, 0, 0, 0]
    assert failing.detail(group["cause"])["count"] == 1
    told = [event["type"] for event in failing.detail(group["cause"])["events"]]
    assert told == ["released", "canary_succeeded", "canary", "came"]
    audited = api.http.get("/audit", params={"object": group["cause"]}).json()["entries"]
    assert [(entry["action"], entry["details"]["count"]) for entry in audited] == [("failures.canary", 3)]


def test_a_canary_that_fails_releases_nothing_and_says_so(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(3, "blocked {n}", URL)
    cause = failing.group()["cause"]
    made = failing.do(cause, "canary")
    failing.end(made["canary_task_id"], "blocked still", round_=1)
    as_core(stack)
    over = shown(api, made["id"])
    assert (over["state"], over["canary_ok"], over["done"]) == ("stopped", False, 0)
    assert over["reason"].startswith("The canary failed: ")
    assert over["reason"].endswith("blocked still. Nothing was released.")
    assert sorted(retried(api, ids)) == [0, 0, 1]
    assert "canary_failed" in [event["type"] for event in failing.detail(cause)["events"]]
    refused = api.http.post(f"/failures/{cause}/release")
    assert (refused.status_code, "No canary" in refused.json()["detail"]) == (409, True)


def test_a_canary_alone_and_the_release_when_it_is_asked_for(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(3, "blocked {n}", URL)
    cause = failing.group()["cause"]
    made = failing.do(cause, "canary", release=False)
    failing.end(made["canary_task_id"], "", round_=1, status=TaskStatus.SUCCEEDED)
    as_core(stack)
    assert (shown(api, made["id"])["state"], sum(retried(api, ids))) == ("done", 1)
    failing.do(cause, "release")
    again = api.http.post(f"/failures/{cause}/canary")
    assert (again.status_code, "under way" in again.json()["detail"]) == (409, True)
    as_core(stack)
    assert retried(api, ids) == [1, 1, 1]
    assert api.http.post(f"/failures/{cause}/canary").status_code == 409


def test_a_release_goes_at_the_pace_of_its_source(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(5, "slow down {n}", URL)
    cause = failing.group()["cause"]
    api.http.post(f"/capabilities/{TYPE}/rate", json={"per_second": 2}).raise_for_status()
    try:
        made = failing.do(cause, "release", without_canary=True)
        [began] = stack.rows("SELECT clock_timestamp() AS at")
        as_core(stack, batches=1)
        assert sum(retried(api, ids)) == 2
        # The next ones have to wait for their second, by the clock of the database.
        rest = "SELECT next_at - %s >= interval '1 second' AS is_kept FROM bulk_actions WHERE id = %s"
        assert stack.rows(rest, began["at"], made["id"]) == [{"is_kept": True}]
        # However long that lasts.
        stack.execute("UPDATE bulk_actions SET next_at = now() + interval '1 hour' WHERE id = %s", made["id"])
        assert not in_database(stack, bulk.advance)
        api.http.post(f"/capabilities/{TYPE}/pause", json={"reason": "moves"}).raise_for_status()
        as_core(stack)
        assert sum(retried(api, ids)) == 2
        assert shown(api, made["id"])["reason"] == f"{TYPE} is paused."
        api.http.post(f"/capabilities/{TYPE}/resume").raise_for_status()
        as_core(stack)
        as_core(stack)
    finally:
        api.http.post(f"/capabilities/{TYPE}/resume").raise_for_status()
        api.http.post(f"/capabilities/{TYPE}/rate", json={"per_second": None}).raise_for_status()
    assert retried(api, ids) == [1] * 5
    assert shown(api, made["id"])["state"] == "done"


def test_a_release_whose_tasks_fail_again_is_stopped(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(bulk.BATCH + 5, "still broken", URL)
    cause = failing.group()["cause"]
    made = failing.do(cause, "release", without_canary=True)
    as_core(stack, batches=1)
    for id_ in [id_ for id_ in ids if api.status(id_) == "pending"][: bulk.BATCH // 2]:
        failing.end(id_, "still broken", round_=1)
    failing.group()
    as_core(stack)
    over = shown(api, made["id"])
    assert (over["state"], over["done"]) == ("stopped", bulk.BATCH)
    assert over["reason"] == "25 of the 50 that were released failed the same way again. The others were left alone."


def test_who_dies_while_releasing_has_released_each_once(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(bulk.BATCH + 5, "once", URL)
    made = failing.do(failing.group()["cause"], "release", without_canary=True)

    async def die(connection: AsyncConnection) -> None:
        assert await bulk.advance(connection)
        raise ConnectionAbortedError

    for _ in range(2):
        with contextlib.suppress(ConnectionAbortedError):
            in_database(stack, die)
        assert in_database(stack, bulk.advance)
    assert shown(api, made["id"])["done"] == len(ids)
    events = "SELECT task_id FROM task_events WHERE type = 'retried' AND task_id = ANY(%s::uuid[])"
    assert sorted(str(row["task_id"]) for row in stack.rows(events, ids)) == sorted(ids)


def edited(api: Api, stack: Facade, cause: str, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(preview, how it ended)."""
    reply = api.http.post(f"/failures/{cause}/edit", json={"params": params})
    assert reply.status_code == 201, reply.text
    made = dict(reply.json())
    api.http.post(f"/tasks/bulk/{made['id']}/run").raise_for_status()
    as_core(stack)
    return made, shown(api, made["id"])


def test_all_tasks_of_a_group_get_other_params(failing: Failing, stack: Facade, api: Api) -> None:
    params = [{"ticker": ticker, "limit": 900, "subreddits": ["stokcs"]} for ticker in ("NVDA", "AMD")]
    ids = [id_ for each in params for id_ in failing.fail(1, "no such place", each, "reddit_crawl")]
    other = failing.fail(1, "another", params[0], "reddit_crawl")
    group = next(each for each in failing.groups() if each["count"] == 2)
    made, over = edited(api, stack, group["cause"], {"subreddits": ["stocks"], "limit": None})
    assert (made["state"], made["count"], made["skipped"], made["reason"]) == ("previewed", 2, 0, None)
    assert (over["state"], over["done"]) == ("done", 2)
    changed = [api.task(id_) for id_ in ids]
    assert [task["params"]["subreddits"] for task in changed] == [["stocks"]] * 2
    assert [task["params"]["ticker"] for task in changed] == ["NVDA", "AMD"]
    assert {task["params"]["limit"] for task in changed} != {900}
    assert {task["status"] for task in changed} == {"failed"}
    event = changed[0]["events"][-1]
    assert (event["type"], event["details"]["to"]["subreddits"]) == ("edited", ["stocks"])
    assert api.task(other[0])["params"]["subreddits"] == ["stokcs"]
    assert api.http.get("/tasks", params={"text": "stocks", "cause": group["cause"]}).json()["total"] == 2


def test_params_that_do_not_fit_each_task_change_none(failing: Failing, stack: Facade, api: Api) -> None:
    """Of two tasks one stops fitting: what it asks for begins after it ends."""
    fits = {"ticker": "NVDA", "date_range": {"from": "2026-02-01", "to": "2026-03-01"}}
    unfit = {"ticker": "AMD", "date_range": {"from": "2026-02-20", "to": "2026-03-01"}}
    ids = [id_ for each in (fits, unfit) for id_ in failing.fail(1, "too much", each, "reddit_crawl")]
    made, over = edited(api, stack, failing.group()["cause"], {"date_range": {"to": "2026-02-10"}})
    assert (made["count"], made["skipped"]) == (2, 1)
    assert made["reason"].startswith(f"1 of 2 do not fit, such as {ids[1]}: ")
    assert (over["state"], over["done"], over["skipped"]) == ("stopped", 0, 1)
    assert over["reason"].startswith(f"Nothing was changed, because 1 of the tasks do not fit, such as {ids[1]}: ")
    assert api.task(ids[0])["params"]["date_range"]["to"] == "2026-03-01"


def test_what_is_over_is_deleted_in_bulk(failing: Failing, stack: Facade, api: Api) -> None:
    ids = failing.fail(2, "rubbish", URL)
    cause = failing.group()["cause"]
    waiting = api.submit(TYPE, URL, tags=[cause])
    body = {"action": "delete", "filter": {"cause": cause}}
    made = api.http.post("/tasks/bulk", json=body).json()
    assert (made["count"], made["state"]) == (2, "previewed")
    api.http.post(f"/tasks/bulk/{made['id']}/run").raise_for_status()
    as_core(stack)
    assert [api.http.get(f"/tasks/{id_}").status_code for id_ in ids] == [404, 404]
    assert failing.groups() == []
    # Not what waits.
    assert api.http.post("/tasks/bulk", json={"action": "delete", "filter": {"tag": cause}}).json()["count"] == 0
    assert api.status(waiting) == "pending"


@pytest.mark.parametrize(
    "body",
    [
        {"action": "edit", "filter": {"tag": "x"}},
        {"action": "edit", "filter": {"tag": "x"}, "params": {}},
        {"action": "cancel", "filter": {"tag": "x"}, "params": {"limit": 1}},
        {"action": "release", "filter": {"cause": "0" * 32}},
        {"action": "delete", "filter": {"tag": "x", "status": ["running"]}},
    ],
)
def test_what_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.http.post("/tasks/bulk", json=body).status_code == 422
