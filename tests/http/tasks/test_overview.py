"""Many tasks at a glance: leafing by cursor, counts by status, the board, the timeline."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.tasks.statuses import TaskStatus
from tests.http.as_core import end, take
from tests.support.facade import Api, Facade

TYPE = "web_monitor"
PARAMS = {"url": "https://example.com/overview"}


@pytest.fixture
def tag() -> str:
    return f"overview-{uuid.uuid4().hex[:12]}"


def ask(api: Api, path: str, **query: Any) -> dict[str, Any]:
    reply = api.http.get(f"/tasks{path}", params=query)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def test_leafing_shows_each_once_whatever_comes_meanwhile(api: Api, tag: str) -> None:
    ids = api.submit_many(7, TYPE, PARAMS, tags=[tag])
    first = ask(api, "", tag=tag, limit=3)
    api.submit_many(2, TYPE, PARAMS, tags=[tag])
    second = ask(api, "", tag=tag, limit=3, after=first["next"])
    third = ask(api, "", tag=tag, limit=3, after=second["next"])
    seen = [task["id"] for page in (first, second, third) for task in page["tasks"]]
    assert sorted(seen) == sorted(ids)
    assert (third["next"], third["total"]) == (None, 9)


@pytest.mark.parametrize(
    "query", [{"after": "nonsense"}, {"after": "PLACE", "sort": "priority"}, {"after": "PLACE", "page": 2}]
)
def test_a_cursor_that_does_not_fit_is_refused(api: Api, tag: str, query: dict[str, Any]) -> None:
    api.submit_many(2, TYPE, PARAMS, tags=[tag])
    place = ask(api, "", tag=tag, limit=1)["next"]
    asked = {key: place if value == "PLACE" else value for key, value in query.items()}
    assert api.http.get("/tasks", params=asked).status_code == 422


def test_counts_by_status(api: Api, tag: str) -> None:
    ids = api.submit_many(3, TYPE, PARAMS, tags=[tag])
    api.submit(TYPE, PARAMS, tags=[tag], run_at="2031-01-01T00:00:00Z")
    api.command(ids[0], "cancel")
    counts = ask(api, "/counts", tag=tag)["counts"]
    assert counts.keys() == set(TaskStatus)
    found = {status: each["count"] for status, each in counts.items() if each["count"]}
    assert found == {"pending": 2, "scheduled": 1, "cancelled": 1}
    assert ask(api, "/counts", tag=tag, status="pending")["counts"] == {"pending": {"count": 2, "capped": False}}


def test_the_board(api: Api, stack: Facade, tag: str) -> None:
    worker, worker_id, _ = stack.register([TYPE])
    waits, runs, failed, later = api.submit_many(4, TYPE, PARAMS, tags=[tag])
    take(stack, runs, worker, worker_id)
    end(stack, failed, take(stack, failed, worker, worker_id), TaskStatus.FAILED)
    error = '{"type": "SourceDown", "message": "' + "x" * 1_000 + '"}'
    stack.execute("UPDATE tasks SET error = %s::jsonb WHERE id = %s", error, failed)
    board = ask(api, "/board", tag=tag, per_column=1)
    columns = {each["status"]: each for each in board["columns"]}
    assert columns.keys() == set(TaskStatus)
    assert columns["pending"]["total"] == {"count": 2, "capped": False}
    [card] = columns["pending"]["tasks"]
    assert card["id"] in (waits, later)
    assert card["waiting_because"] == api.task(card["id"])["waiting_because"]
    assert "params" not in card
    [card] = columns["running"]["tasks"]
    assert (card["worker"], card["attempt"], card["waiting_because"]) == (worker, 1, None)
    [card] = columns["failed"]["tasks"]
    assert (card["id"], card["error_type"], card["error_message"]) == (failed, "SourceDown", "x" * 300)
    assert [each["status"] for each in ask(api, "/board", tag=tag, status="running")["columns"]] == ["running"]


def test_the_timeline(api: Api, stack: Facade) -> None:
    worker, worker_id, _ = stack.register([TYPE])
    ended, runs, waits = api.submit_many(3, TYPE, PARAMS)
    end(stack, ended, take(stack, ended, worker, worker_id), TaskStatus.SUCCEEDED)
    take(stack, runs, worker, worker_id)
    start = datetime.now(UTC) + timedelta(minutes=30)
    later = api.submit(TYPE, PARAMS, run_at=start.isoformat())

    def bars(since: timedelta, until: timedelta, **query: Any) -> dict[str, Any]:
        now = datetime.now(UTC)
        window = {"since": (now + since).isoformat(), "until": (now + until).isoformat()}
        found = ask(api, "/timeline", **window, **query)["bars"]
        return {bar["task_id"]: bar for bar in found if bar["task_id"] in (ended, runs, waits, later)}

    hour = timedelta(hours=1)
    around = bars(-hour, hour)
    assert around.keys() == {ended, runs, later}
    assert (around[ended]["worker"], around[ended]["end"] is not None) == (worker, True)
    assert (around[runs]["status"], around[runs]["end"]) == ("running", None)
    assert (around[later]["status"], around[later]["attempt"]) == ("scheduled", None)
    assert datetime.fromisoformat(around[later]["start"]) == start
    assert bars(-hour, hour, worker=worker).keys() == {ended, runs}
    assert bars(-hour, hour, worker="nobody") == {}
    stack.execute("UPDATE tasks SET instance = 'timeline' WHERE id IN (%s, %s)", ended, later)
    assert bars(-hour, hour, workspace="timeline").keys() == {ended, later}
    assert bars(-hour, hour, workspace="default").keys() == {runs}
    stack.execute("UPDATE tasks SET instance = 'default' WHERE id IN (%s, %s)", ended, later)
    # It began before the window, and goes on.
    stack.execute("UPDATE task_attempts SET claimed_at = claimed_at - interval '9 h' WHERE task_id = %s", runs)
    stack.execute("UPDATE task_attempts SET claimed_at = claimed_at - interval '9 h' WHERE task_id = %s", ended)
    assert bars(-hour, timedelta()).keys() == {runs}


@pytest.mark.parametrize(("since", "until"), [("2026-02-01", "2026-01-01"), ("2026-01-01", "2026-02-02")])
def test_a_window_is_bounded(api: Api, since: str, until: str) -> None:
    query = {"since": f"{since}T00:00:00Z", "until": f"{until}T00:00:00Z"}
    assert api.http.get("/tasks/timeline", params=query).status_code == 422


def test_a_first_attempt_that_failed_before_its_start_was_ticked_off(api: Api, stack: Facade, tag: str) -> None:
    [id_] = api.submit_many(1, TYPE, PARAMS, tags=[tag])
    soon = datetime.now(UTC) + timedelta(hours=1)
    stack.execute("UPDATE tasks SET attempt = 1, reason = 'not today', next_attempt_at = %s WHERE id = %s", soon, id_)
    because = api.task(id_)["waiting_because"]
    assert because.startswith("attempt 2 of ")
    assert because.endswith("the last one failed: not today")
