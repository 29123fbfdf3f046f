"""Batches and repeated submissions: all or none, and each request once."""

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from contracts.tasks.requests import Submission
from contracts.tasks.views import CreatedView
from db.tasks.submission import SubmissionWriter
from services.tasks.submit import Checked, is_alone, submit_alone
from tests.support import plain_http
from tests.support.facade import Api, Facade
from tests.support.until import until

WAITS: dict[str, Any] = {"task_type": "web_monitor", "params": {"url": "https://example.com/submit"}}


def of_tag(api: Api, tag: str) -> list[dict[str, Any]]:
    return list(api.http.get("/tasks", params={"tag": tag, "limit": 200}).json()["tasks"])


@pytest.fixture
def tag() -> str:
    return f"submit-{uuid.uuid4().hex}"


def test_a_list_is_created_as_a_whole(api: Api, tag: str) -> None:
    tasks = [
        WAITS | {"tags": [tag], "priority": "high"},
        {"task_type": "twitter_crawl", "params": {"ticker": "BATCH"}, "tags": [tag], "notes": "second"},
    ]
    reply = api.http.post("/tasks/batch", json={"tasks": tasks})
    assert reply.status_code == 201
    assert reply.json()["created"] == 2
    first, second = (api.task(id_) for id_ in reply.json()["task_ids"])
    assert (first["task_type"], first["priority_label"]) == ("web_monitor", "high")
    assert (second["ticker"], second["notes"][0]["text"]) == ("BATCH", "second")


def test_a_template_makes_one_task_per_ticker(api: Api, tag: str) -> None:
    template = {"task_type": "twitter_crawl", "params": {"limit": 7}, "tags": [tag]}
    body = {"template": template, "tickers": ["nvda", "$AMD", "BRK.B", "NVDA"]}
    assert api.http.post("/tasks/batch", json=body).json()["created"] == 3
    made = {task["ticker"]: task for task in of_tag(api, tag)}
    assert set(made) == {"NVDA", "AMD", "BRK.B"}
    for ticker, task in made.items():
        assert task["params"]["limit"] == 7
        assert task["params"]["ticker"] == ticker
        assert task["tags"] == [tag, ticker]


GOOD = {"task_type": "twitter_crawl", "params": {"ticker": "GOOD"}}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"tasks": [GOOD, {"task_type": "dig_holes"}]}, ["tasks.1.task_type"]),
        ({"tasks": [GOOD, {**GOOD, "priority": "soonish"}]}, ["tasks.1.priority"]),
        ({"tasks": [GOOD, {**GOOD, "colour": "red"}]}, ["tasks.1.colour"]),
        ({"tasks": [{"task_type": "twitter_crawl"}]}, ["tasks.0.params.ticker"]),
        (
            {"tasks": [{"task_type": "twitter_crawl"}, GOOD, {**GOOD, "params": {"ticker": "OK", "limit": 0}}]},
            ["tasks.0.params.ticker", "tasks.2.params.limit"],
        ),
        ({"template": GOOD | {"params": {"limit": 0}}, "tickers": ["AA"]}, ["tasks.0.params.limit"]),
        (
            {"template": GOOD | {"params": {"limit": 0}}, "tickers": ["AA", "BB"]},
            ["tasks.0.params.limit", "tasks.1.params.limit"],
        ),
        ({"template": GOOD, "tickers": ["AA", "no way"]}, ["tickers.1"]),
        ({"template": GOOD}, [""]),
        ({"tickers": ["AA"]}, [""]),
        ({"tasks": [GOOD], "template": GOOD, "tickers": ["AA"]}, [""]),
        ({"tasks": []}, [""]),
        ({"tasks": [GOOD] * 1_001}, ["tasks"]),
    ],
)
def test_one_mistake_and_nothing_is_created(api: Api, tag: str, body: dict[str, Any], fields: list[str]) -> None:
    def tagged(task: dict[str, Any]) -> dict[str, Any]:
        return {**task, "tags": [tag]}

    body = dict(body)
    if "tasks" in body:
        body["tasks"] = [tagged(task) for task in body["tasks"]]
    if "template" in body:
        body["template"] = tagged(body["template"])
    reply = api.http.post("/tasks/batch", json=body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == fields
    assert of_tag(api, tag) == []


@pytest.mark.parametrize("path", ["/tasks", "/tasks/batch"])
async def test_fifty_at_once_with_one_key_make_one_task(stack: Facade, tag: str, path: str) -> None:
    task = {**WAITS, "tags": [tag]}
    body = task if path == "/tasks" else {"tasks": [task]}
    headers = {"Authorization": f"Bearer {stack.admin_key}", "Idempotency-Key": tag}
    async with httpx.AsyncClient(
        verify=plain_http.NO_TLS, base_url=f"{stack.api_url}/api/v1", headers=headers, timeout=60
    ) as http:
        replies = await asyncio.gather(*(http.post(path, json=body) for _ in range(50)))
    assert Counter(reply.status_code for reply in replies) == {201: 50}
    assert len({reply.text for reply in replies}) == 1
    assert len(stack.rows("SELECT id FROM tasks WHERE tags @> ARRAY[%s]", tag)) == 1


def test_a_key_belongs_to_its_request(api: Api, tag: str) -> None:
    headers = {"Idempotency-Key": tag}
    first = api.http.post("/tasks", json={**WAITS, "tags": [tag]}, headers=headers)
    # The same, said differently.
    same = api.http.post("/tasks", json={"tags": [tag], "priority": 50, **WAITS}, headers=headers)
    assert (same.status_code, same.json()) == (201, first.json())
    other = api.http.post("/tasks", json={**WAITS, "tags": [tag], "priority": 51}, headers=headers)
    assert other.status_code == 422
    assert other.json()["detail"].startswith("This Idempotency-Key was used for a different request.")
    # Another route is another scope.
    batch = api.http.post("/tasks/batch", json={"tasks": [{**WAITS, "tags": [tag]}]}, headers=headers)
    assert batch.status_code == 201
    assert len(of_tag(api, tag)) == 2


def test_a_refused_request_leaves_its_key_free(api: Api, tag: str) -> None:
    headers = {"Idempotency-Key": tag}
    assert api.http.post("/tasks", json={"task_type": "nope", "tags": [tag]}, headers=headers).status_code == 422
    assert api.http.post("/tasks", json={**WAITS, "tags": [tag]}, headers=headers).status_code == 201
    assert len(of_tag(api, tag)) == 1
    assert api.http.post("/tasks", json=WAITS, headers={"Idempotency-Key": "x" * 201}).status_code == 422


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ('"notes": "a\\u0000b"', "notes"),
        ('"notes": "\\ud800"', "notes"),
        ('"tags": ["a\\u0000b"]', "tags.0"),
        ('"tags": [""]', "tags.0"),
        ('"params": {"message": NaN}', "params"),
        ('"params": {"message": [1e999]}', "params"),
        ('"params": {"message": "\\ud800"}', "params"),
        ('"params": {"message": ' + "[" * 100 + "]" * 100 + "}", "params"),
        ('"params": {"message": ' + "[" * 600 + "]" * 600 + "}", "params"),
        ('"run_at": "0001-01-01T00:00:00+14:00"', "run_at"),
        ('"start_deadline": "2020-01-01T00:00:00Z"', ""),
        ('"retry": {"max_attempts": 0}', "retry.max_attempts"),
        ('"retry": {"max_atempts": 5}', "retry.max_atempts"),
        ('"timeouts": {"forever": true}', "timeouts.forever"),
    ],
)
def test_what_cannot_be_kept_is_refused(api: Api, said: str, field: str) -> None:
    headers = {"Content-Type": "application/json"}
    reply = api.http.post("/tasks", content=f'{{"task_type": "echo", {said}}}', headers=headers)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == [field]


def test_a_note_that_is_sent_twice_stands_there_once(api: Api, tag: str) -> None:
    id_ = api.submit(WAITS["task_type"], WAITS["params"])
    for headers in ({"Idempotency-Key": tag}, {"Idempotency-Key": tag}, {"Idempotency-Key": f"{tag}-2"}):
        assert api.http.post(f"/tasks/{id_}/notes", json={"text": "seen"}, headers=headers).status_code == 201
    assert [note["text"] for note in api.task(id_)["notes"]] == ["seen", "seen"]


@contextlib.contextmanager
def refusing(stack: Facade, state: str) -> Iterator[None]:
    """Postgres does not take the task that says "refused"."""
    stack.execute(
        "CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = '{state}'; END $$"
    )
    stack.execute(
        "CREATE TRIGGER refusing BEFORE INSERT ON tasks FOR EACH ROW"
        " WHEN (NEW.params->>'message' = 'refused') EXECUTE FUNCTION refusing()"
    )
    try:
        yield
    finally:
        stack.execute("DROP FUNCTION refusing CASCADE")


async def test_tasks_that_come_together_are_written_by_one_statement_and_a_bad_one_spoils_none(stack: Facade) -> None:
    writer = SubmissionWriter(stack.database_url, process="tests-alone")

    async def submitted(*messages: str) -> tuple[list[str], int]:
        """What became of each, and how many transactions wrote them."""
        tasks = [(Submission(task_type="echo"), Checked({"message": message}, [])) for message in messages]
        assert all(is_alone(*each) for each in tasks)
        answers = await asyncio.gather(
            *(submit_alone(writer, *each, "human:tests") for each in tasks), return_exceptions=True
        )
        ids = [str(each.id) for each in answers if isinstance(each, CreatedView)]
        found = stack.rows("SELECT DISTINCT xact_id FROM task_events WHERE task_id = ANY(%s::uuid[])", ids)
        assert stack.rows("SELECT count(*) AS n FROM outbox WHERE task_id = ANY(%s::uuid[])", ids)[0]["n"] == len(ids)
        return [type(each).__name__ for each in answers], len(found)

    assert await submitted(*"abcde") == (["CreatedView"] * 5, 1)
    # JSON can spell what Postgres cannot store.
    assert await submitted("a", "\x00", "c") == (["CreatedView", "UntranslatableCharacter", "CreatedView"], 2)
    stack.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'clawdbot.tests'"
    )
    assert await submitted("f") == (["CreatedView"], 1)
    with refusing(stack, "54000"):
        assert await submitted("a", "refused", "c") == (["CreatedView", "ProgramLimitExceeded", "CreatedView"], 2)
    # Read-only for a moment: nobody's fault.
    with refusing(stack, "25006"):
        assert await submitted("a", "refused", "c") == (["OperationalError"] * 3, 0)
    with refusing(stack, "P0001"):
        assert await submitted("a", "refused", "c") == (["CreatedView", "RaiseException", "CreatedView"], 2)
    await writer.close()


async def test_a_task_is_written_if_and_only_if_its_caller_is_told_so(stack: Facade) -> None:
    """Behind locks for longer than the patience. Who was told "nothing was changed" and asked again had it twice."""
    writer = SubmissionWriter(stack.database_url, process="tests-patience")
    tag = f"patience-{uuid.uuid4().hex}"

    async def submit(name: str) -> bool:
        checked = Checked({"message": name}, [])
        try:
            await submit_alone(writer, Submission(task_type="echo", tags=[tag]), checked, "human:tests")
        except (TimeoutError, psycopg.OperationalError):
            return False
        return True

    def connected(*, wait: bool) -> int:
        asked = (
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'clawdbot.tests-patience' AND (wait_event_type = 'Lock' OR NOT %s)"
        )
        return int(stack.rows(asked, wait)[0]["n"])

    def waiting() -> int:
        return connected(wait=True)

    lock, connect = "LOCK TABLE tasks IN SHARE MODE", psycopg.AsyncConnection.connect
    url = f"{stack.database_url}?application_name=clawdbot.tests-patience"
    async with await connect(url) as first, await connect(url) as second:
        await first.execute(lock)
        told = {"begun": asyncio.create_task(submit("begun"))}
        await until(lambda: waiting() == 1, "the first waits for the lock")
        told["behind"] = asyncio.create_task(submit("behind"))
        locking = asyncio.create_task(second.execute(lock))
        await until(lambda: waiting() == 2, "the lock is wanted again")
        # Of the patience of what is behind, so that its statement may take longer than that.
        await asyncio.sleep(0.5)
        await first.commit()
        await locking
        await until(lambda: waiting() == 1, "what was behind waits for the lock")
        told["late"] = asyncio.create_task(submit("late"))
        answers = {"begun": True, "behind": False, "late": False}
        assert {name: await task for name, task in told.items()} == answers
        await second.commit()
    await writer.close()
    await until(lambda: connected(wait=False) == 0, "the server is done")
    written = stack.rows("SELECT params->>'message' AS name FROM tasks WHERE %s = ANY(tags)", tag)
    assert [each["name"] for each in written] == [name for name, is_written in answers.items() if is_written]


def test_what_needs_more_than_one_statement_is_written_in_a_transaction() -> None:
    wanted = {"task_type": "echo", "params": {}}
    more: list[dict[str, Any]] = [{"notes": "why"}, {"needs_review": True}, {"workspace": "team"}]
    assert [is_alone(Submission(**wanted, **each), Checked({}, [])) for each in more] == [False] * 3
    params = {"ticker": "NVDA"}
    assert not is_alone(Submission(task_type="news_crawl", params=params), Checked({**params}, []))
