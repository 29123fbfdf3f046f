"""Sentences over HTTP: shown, created as a whole, or asked about."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.facade import Api, Facade

TEXT = "top 7 posts about $SENT from wallstreetbets in 2 hours, high, then score the sentiment"


def test_a_sentence_is_shown_and_nothing_is_created(api: Api, stack: Facade) -> None:
    before = stack.rows("SELECT count(*) AS n FROM tasks")
    reply = api.http.post("/tasks/parse", json={"text": TEXT, "timezone": "Europe/Berlin"})
    assert reply.status_code == 200
    parsed = reply.json()
    assert parsed["questions"] == []
    assert parsed["timezone"] == "Europe/Berlin"
    fields = {each["field"]: (each["value"], each["text"]) for each in parsed["understood"]}
    assert fields["ticker"] == ("SENT", "$SENT")
    assert fields["priority"] == (30, "high")
    (task,) = parsed["tasks"]
    assert task["params"] == {"ticker": "SENT", "subreddits": ["wallstreetbets"], "limit": 7, "order": "best"}
    assert stack.rows("SELECT count(*) AS n FROM tasks") == before


def test_what_is_shown_can_be_submitted(api: Api) -> None:
    parsed = api.http.post("/tasks/parse", json={"text": TEXT}).json()
    created = api.http.post("/tasks/batch", json={"tasks": parsed["tasks"]}).json()
    task = api.task(created["task_ids"][0])
    assert (task["task_type"], task["status"], task["priority"]) == ("reddit_crawl", "scheduled", 30)
    assert [each["task_type"] for each in task["follow_ups"]] == ["ai_sentiment"]
    api.command(task["id"], "cancel")


def test_a_sentence_is_submitted(api: Api) -> None:
    tag = f"said-{uuid.uuid4().hex}"
    body = {"text": "tweets about $SENTA and $SENTB in 3 hours", "tags": [tag], "notes": "as I said"}
    reply = api.http.post("/tasks", json=body)
    assert reply.status_code == 201, reply.text
    assert reply.json()["created"] == 2
    assert reply.json()["parsed"]["understood"]
    tasks = [api.task(id_) for id_ in reply.json()["task_ids"]]
    assert [task["ticker"] for task in tasks] == ["SENTA", "SENTB"]
    for task in tasks:
        assert (task["status"], task["tags"], task["notes"][0]["text"]) == ("scheduled", [tag], "as I said")
        start = datetime.fromisoformat(task["run_at"]) - datetime.now(UTC)
        assert timedelta(hours=2, minutes=50) < start <= timedelta(hours=3)
        api.command(task["id"], "cancel")


def test_with_an_open_question_nothing_is_created(api: Api) -> None:
    tag = f"said-{uuid.uuid4().hex}"
    reply = api.http.post("/tasks", json={"text": "pull the last 30 days of $SENT", "tags": [tag]})
    assert reply.status_code == 422
    assert "What is to be done? Name a source" in reply.json()["detail"]
    assert reply.json()["errors"][0]["field"] == "text.task_type"
    assert api.http.get("/tasks", params={"tag": tag}).json()["total"] == 0


def test_an_answer_that_is_offered_can_be_sent(api: Api) -> None:
    text = "news about google in 2 hours"
    (question,) = api.http.post("/tasks/parse", json={"text": text}).json()["questions"]
    assert question["answers"] == ["news about $GOOGL in 2 hours", "news about $GOOG in 2 hours"]
    refused = api.http.post("/tasks", json={"text": text})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "text.ticker")
    assert "Say: news about $GOOGL in 2 hours | news about $GOOG in 2 hours" in refused.json()["detail"]
    created = api.http.post("/tasks", json={"text": question["answers"][0]}).json()
    assert api.task(created["task_ids"][0])["ticker"] == "GOOGL"
    api.command(created["task_ids"][0], "cancel")


def test_one_idempotency_key_makes_the_tasks_once(api: Api) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"text": "tweets about $SENTK in 30 minutes"}
    first, second = (api.http.post("/tasks", json=body, headers=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    other = api.http.post("/tasks", json={"text": "tweets about $SENTL in 30 minutes"}, headers=key)
    assert other.status_code == 422
    api.command(first.json()["task_ids"][0], "cancel")


def test_the_watchlist_knows_what_is_a_ticker(api: Api) -> None:
    said = {"text": "reddit for sentw in 2 hours"}
    assert api.http.post("/tasks/parse", json=said).json()["questions"]
    api.http.put("/tickers/SENTW", json={}).raise_for_status()
    try:
        (task,) = api.http.post("/tasks/parse", json=said).json()["tasks"]
        assert task["params"]["ticker"] == "SENTW"
    finally:
        api.http.delete("/tickers/SENTW").raise_for_status()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": ""}, "at least 1 character"),
        ({"text": "a" * 1_001}, "at most 1000 characters"),
        ({"text": "reddit for $A", "timezone": "Mars/Olympus"}, "is no time zone"),
        ({"text": "reddit for $A", "timezone": "../../etc/passwd"}, "is no time zone"),
        ({"text": "reddit\x00 for $A"}, "must not contain NUL"),
    ],
)
def test_bad_input_is_explained(api: Api, body: dict[str, str], sentence: str) -> None:
    for path in ("/tasks/parse", "/tasks"):
        reply = api.http.post(path, json=body)
        assert reply.status_code == 422
        assert sentence in reply.json()["detail"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "reddit for $A", "task_type": "echo"}, "give either text or task_type"),
        ({"text": "reddit for $A", "priority": "high"}, "give either text or priority"),
        ({"task_type": "echo", "timezone": "UTC"}, "timezone goes with text"),
        ({}, "task_type: is missing"),
        ({"text": None}, "task_type: is missing"),
    ],
)
def test_a_sentence_or_fields_and_not_both(api: Api, body: dict[str, str], sentence: str) -> None:
    reply = api.http.post("/tasks", json=body)
    assert reply.status_code == 422
    assert sentence in reply.json()["detail"]


def test_all_tickers_of_the_watchlist_are_those_that_are_on_it_now(api: Api, stack: Facade) -> None:
    for ticker, tracked in (("WLAA", True), ("WLBB", False)):
        api.http.put(f"/tickers/{ticker}", json={"tracked": tracked}).raise_for_status()
    listed = {row["ticker"] for row in stack.rows("SELECT ticker FROM watched_tickers")}
    parsed = api.http.post("/tasks/parse", json={"text": "news for all tickers on my watchlist, low"}).json()
    tasks = {each["params"]["ticker"] for each in parsed["tasks"]}
    assert {"WLAA", "WLBB"} <= tasks == listed
    for ticker in ("WLAA", "WLBB"):
        api.http.delete(f"/tickers/{ticker}")
