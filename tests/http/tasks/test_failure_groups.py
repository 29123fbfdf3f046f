"""Failures by cause: counted as they come, with what they share; resolved, muted, and back with the next one."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.tasks.work import TaskInput
from db.engine import make_engine
from db.own_connection import OwnConnection
from db.tasks.failure_counts import count_changes
from db.tasks.outbox import Taken, take
from tests.http.tasks.failed import Failing
from tests.stack.people import in_database
from tests.support.facade import Api, Facade


@pytest.fixture
def failing(stack: Facade, api: Api) -> Failing:
    return Failing(stack, api)


def starts(stack: Facade, *ids: str) -> list[TaskInput]:
    """What the workflows of these tasks would be started with."""

    async def read() -> dict[str, Taken]:
        own = OwnConnection(stack.database_url, process="tests")
        try:
            taken = await take(own, 10_000)
        finally:
            await own.close()
        return {str(each.task_id): each for each in taken if each.command == "start"}

    stack.execute("UPDATE outbox SET next_try_at = now()")
    taken = asyncio.run(read())
    return [taken[id_].input() for id_ in ids]


async def test_of_several_cores_one_counts_at_a_time(failing: Failing, stack: Facade, api: Api) -> None:
    """Else the second one takes the retry while nobody sees the group yet, and it counts as failed for ever."""
    [id_] = await asyncio.to_thread(failing.fail, 1, "of two cores")
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    async with engine.begin() as one, engine.begin() as other:
        assert await count_changes(one)
        assert (await asyncio.to_thread(api.command, id_, "retry")).status_code == 200
        assert await count_changes(other) == 0
    await engine.dispose()
    group = await asyncio.to_thread(failing.group, empty=True)
    assert (group["seen"], group["count"]) == (1, 0)


def test_tasks_that_failed_alike_are_one_group(failing: Failing, api: Api) -> None:
    ids = failing.fail(3, "HTTP 503 from https://a.example/{n} after {n}.5 s for r/stocks{n} of 'user{n}'")
    other = failing.fail(1, "no such page")
    groups = failing.groups()
    assert [(group["count"], group["message"]) for group in groups] == [
        (3, "HTTP … from … after … s for … of …"),
        (1, "no such page"),
    ]
    assert sorted(groups[0]["task_ids"]) == sorted(ids)
    assert groups[0]["workers"] == {failing.worker: 3}
    assert {api.task(id_)["cause"] for id_ in ids} == {groups[0]["cause"]}
    listed = api.http.get("/tasks", params={"cause": groups[1]["cause"]}).json()
    assert [task["id"] for task in listed["tasks"]] == other


def test_the_ticker_of_a_task_is_no_difference(failing: Failing) -> None:
    for ticker in ("BRK.B", "NVDA", "A"):
        params = {"ticker": ticker, "limit": 5}
        failing.fail(1, f"nothing about {ticker} (${ticker}) in A", params, "reddit_crawl")
    # Of the ticker A, the other A is one, too.
    assert sorted(group["count"] for group in failing.groups()) == [1, 2]


def test_what_they_have_in_common(failing: Failing) -> None:
    for ticker, limit in (("NVDA", 5), ("AAPL", 5), ("AMD", 6)):
        params = {"ticker": ticker, "limit": limit, "subreddits": ["stocks"]}
        failing.fail(1, "gone", params, "reddit_crawl")
    shared = failing.group()["shared"]
    assert shared["subreddits"] == ["stocks"]
    assert not shared.keys() & {"ticker", "limit"}


def test_a_group_counts_what_is_failed_now(failing: Failing, api: Api) -> None:
    ids = failing.fail(4, "down")
    cause = failing.group()["cause"]
    api.command(ids[0], "retry")
    api.http.delete(f"/tasks/{ids[1]}")
    assert failing.group()["count"] == 2
    # It fails again, otherwise: it is in the other group.
    failing.end(ids[0], "down below", round_=1)
    assert {group["message"]: group["count"] for group in failing.groups()} == {"down": 2, "down below": 1}
    for id_ in ids[2:]:
        api.command(id_, "retry")
    assert [group["message"] for group in failing.groups()] == ["down below"]
    empty = {group["cause"]: (group["count"], group["seen"]) for group in failing.groups(empty=True)}
    assert empty[cause] == (0, 4)


def test_who_dies_while_counting_has_counted_nothing(failing: Failing, stack: Facade) -> None:
    failing.fail(3, "once")

    async def die(connection: AsyncConnection) -> None:
        assert await count_changes(connection)
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        in_database(stack, die)
    group = failing.group()
    assert (group["count"], group["seen"]) == (3, 3)


def test_failures_of_before_there_were_groups_get_theirs(failing: Failing, stack: Facade) -> None:
    ids = failing.fail(3, "old")
    stack.execute("ALTER TABLE tasks DISABLE TRIGGER note_failure")
    stack.execute("UPDATE tasks SET cause = NULL WHERE id = ANY(%s::uuid[])", ids)
    stack.execute("ALTER TABLE tasks ENABLE TRIGGER note_failure")
    stack.execute("DELETE FROM failure_changes WHERE task_id = ANY(%s::uuid[])", ids)
    assert failing.group()["count"] == 3


def test_what_is_resolved_comes_back_with_the_next_failure(failing: Failing, api: Api) -> None:
    failing.fail(2, "leak", {"url": "https://example.com/one"})
    cause = failing.group()["cause"]
    assert failing.do(cause, "resolve")["state"] == "resolved"
    assert failing.groups() == []
    failing.fail(1, "leak", {"url": "https://example.com/two"})
    group = failing.group()
    assert (group["state"], group["reopened"], group["count"]) == ("open", 1, 3)
    # In common is what the new ones have in common.
    assert group["shared"]["url"] == "https://example.com/two"
    events = failing.detail(cause)["events"]
    assert [event["type"] for event in events] == ["came_back", "resolved", "came"]
    audited = api.http.get("/audit", params={"object": cause}).json()["entries"]
    assert [entry["action"] for entry in audited] == ["failures.resolve"]


def test_a_mute_has_an_end(failing: Failing, stack: Facade, api: Api) -> None:
    failing.fail(1, "noise")
    cause = failing.group()["cause"]
    for wrong in ({}, {"until": "2020-01-01T00:00:00Z"}, {"seconds": 60, "until": "2027-01-01T00:00:00Z"}):
        assert api.http.post(f"/failures/{cause}/mute", json=wrong).status_code == 422
    assert failing.do(cause, "mute", seconds=3600)["state"] == "muted"
    failing.fail(1, "noise")
    assert failing.groups() == []
    assert failing.group(state="muted")["count"] == 2
    stack.execute("UPDATE failure_groups SET muted_until = now() WHERE cause = %s", cause)
    assert failing.group()["state"] == "open"


def test_open_again_by_hand(failing: Failing, api: Api) -> None:
    failing.fail(1, "by hand")
    cause = failing.group()["cause"]
    assert api.http.post(f"/failures/{cause}/reopen").status_code == 409
    failing.do(cause, "resolve")
    assert failing.do(cause, "reopen")["state"] == "open"
    assert failing.group()["cause"] == cause


def test_notes_stand_with_the_group_and_travel_to_the_next_attempts(failing: Failing, stack: Facade, api: Api) -> None:
    [id_] = failing.fail(1, "noted")
    cause = failing.group()["cause"]
    assert failing.do(cause, "notes", text="ask Ada")["text"] == "ask Ada"
    assert [(event["type"], event["text"]) for event in failing.detail(cause)["events"]] == [
        ("note", "ask Ada"),
        ("came", None),
    ]
    [other] = failing.fail(1, "without a note")
    for each in (id_, other):
        api.command(each, "retry")
    assert [given.notes for given in starts(stack, id_, other)] == [["ask Ada"], []]


@pytest.mark.parametrize("path", ["", "/resolve", "/mute", "/reopen", "/notes"])
def test_a_group_that_does_not_exist(api: Api, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {"/mute": {"seconds": 60}, "/notes": {"text": "?"}}
    method = "POST" if path else "GET"
    reply = api.http.request(method, f"/failures/{'0' * 32}{path}", json=bodies.get(path))
    assert reply.status_code == 404
    assert reply.json()["see"] == "GET /api/v1/failures"


def test_the_digest_names_groups_that_are_new(failing: Failing, stack: Facade, api: Api) -> None:
    failing.fail(2, "the moon is behind the house")
    failing.fail(1, "the sun is behind the house")
    # Named before those of other tests, which are in the digest, too, once the hour is over in which they began.
    first = (
        "UPDATE failure_groups SET seen = 100000, first_at = date_trunc('hour', now()) - %s * interval '1 hour' "
        "WHERE message = %s"
    )
    failing.groups()
    stack.execute(first, 1, "the moon is behind the house")
    stack.execute(first, 49, "the sun is behind the house")
    named = api.http.get("/digests/preview").json()["data"]["new_failures"]
    assert [(each["name"].partition(": ")[2], each["count"]) for each in named if "house" in each["name"]] == [
        ("the moon is behind the house", 100_000)
    ]
