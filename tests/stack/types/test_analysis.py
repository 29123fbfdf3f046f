"""What was collected is scored and summarised on the real stack, and a worker reads no more than its task needs."""

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from psycopg import sql

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, WorkerProcess
from tests.stack.types.test_deliveries import Holder, holder, post
from tests.support import plain_http

CRAWL: dict[str, Any] = {
    "ticker": "NVDA",
    "subreddits": ["stocks"],
    "date_range": {"from": "2026-01-20", "to": "2026-03-01"},
}
TYPES = ("reddit_crawl", "ai_sentiment", "ai_summary", "llm_task")
SCORED = "SELECT post_id, scorer, label FROM reddit_sentiment WHERE ticker = 'NVDA' AND scorer = %s"


@pytest.fixture(scope="module", params=["offline", "openai"])
def worker(stack: RunningStack, sources: Sandbox, request: pytest.FixtureRequest) -> Iterator[WorkerProcess]:
    stack.wait_until_ready()
    environment = {**sources.environment(), "MODEL_PROVIDER": request.param, "OPENAI_MODEL": "stack-model"}
    with stack.worker(*TYPES, environment=environment) as worker:
        yield worker


@pytest.mark.usefixtures("worker")
def test_from_the_crawl_to_the_summary(api: Api, stack: RunningStack) -> None:
    # Other files collect NVDA, too, and of other months.
    for table in ("reddit_sentiment", "reddit_posts_raw"):
        stack.execute(sql.SQL("DELETE FROM {} WHERE ticker = 'NVDA'").format(sql.Identifier(table)))
    crawl = api.wait_for(api.submit("reddit_crawl", CRAWL), seconds=60)
    assert crawl["status"] == "succeeded", crawl["error"]

    scoring = api.wait_for(api.submit("ai_sentiment", {"ticker": "NVDA"}), seconds=60)
    assert scoring["status"] == "succeeded", scoring["error"]
    result = scoring["result"]
    scorer = result["cost"]["model"]
    posts = {row["reddit_id"] for row in stack.rows("SELECT reddit_id FROM reddit_posts_raw WHERE ticker = 'NVDA'")}
    rows = stack.rows(SCORED, scorer)
    assert {row["post_id"] for row in rows} == posts
    assert result["posts_scored"] == result["new"] == len(posts) > 10
    assert sum(result["labels"].values()) == len(posts)

    again = api.wait_for(api.submit("ai_sentiment", {"ticker": "NVDA"}), seconds=60)
    assert again["result"]["posts_scored"] == 0

    window = {"from": "2026-01-20", "to": "2026-03-01"}
    id_ = api.submit("ai_summary", {"ticker": "NVDA", "data_sources": ["reddit", "sec"], "window": window})
    summary = api.wait_for(id_, seconds=60)
    assert summary["status"] == "succeeded", summary["error"]
    (row,) = stack.rows("SELECT * FROM ai_analyses WHERE analysis_id = %s", f"{id_}:summary")
    assert row["text"] == summary["result"]["summary"]
    # Other files may have collected filings of NVDA, which are as good.
    kinds = {cite.partition(":")[0] for cite in row["cited"]}
    assert kinds <= {"reddit_posts", "sec_filings"}
    assert {cite.removeprefix("reddit_posts:") for cite in row["cited"] if cite.startswith("reddit_posts:")} <= posts
    assert row["cited"]

    moods = {"ticker": "NVDA", "data_sources": ["sentiment"], "window": window}
    by_day = api.wait_for(api.submit("ai_summary", moods), seconds=60)
    assert by_day["status"] == "succeeded", by_day["error"]
    assert by_day["result"]["found"] == {"sentiment": len(posts)}
    assert by_day["result"]["used"]["sentiment"] > 30  # days
    assert {cite.rpartition("-")[0] for cite in by_day["result"]["cited"]} <= {
        f"reddit_sentiment:2026-{month}" for month in ("01", "02", "03")
    }

    params = {"operation": "analyze", "record_ids": [*row["cited"], "reddit_posts:gone"]}
    id_ = api.submit("llm_task", params)
    analysis = api.wait_for(id_, seconds=60)
    assert analysis["status"] == "succeeded", analysis["error"]
    assert set(analysis["result"]["cited"]) <= set(row["cited"])
    assert analysis["result"]["missing"] == ["reddit_posts:gone"]
    (found,) = stack.rows("SELECT * FROM ai_analyses WHERE analysis_id = %s", f"{id_}:analyze")
    assert (found["ticker"], found["details"]["label"]) == (None, analysis["result"]["label"])


@pytest.mark.usefixtures("worker")
def test_nothing_to_summarise(api: Api) -> None:
    task = api.wait_for(api.submit("ai_summary", {"ticker": "ZZZZ"}), seconds=60)
    assert (task["status"], task["error"]["type"]) == ("failed", "NotFound")
    assert "Crawl first" in task["error"]["message"]


def read(worker: Holder, task_id: str, token: bytes | None, **query: Any) -> httpx.Response:
    headers = {"x-worker-key": worker.key}
    if token is not None:
        headers["x-task-token"] = base64.b64encode(token).decode()
    url = f"{worker.stack.api_url}/api/v1/tasks/{task_id}/material"
    return plain_http.post(url, json={"kind": "reddit_posts", **query}, headers=headers, timeout=20)


def take(worker: Holder, task_type: str, params: dict[str, Any]) -> tuple[str, bytes]:
    id_ = worker.stack.api.submit(task_type, params, capability=worker.queue)
    return id_, worker.take(id_)


@pytest.fixture
def tickers(stack: RunningStack, api: Api) -> tuple[str, str]:
    """Two tickers with posts of the ids a to e each."""
    pair = f"A{uuid.uuid4().hex[:8].upper()}", f"B{uuid.uuid4().hex[:8].upper()}"
    with holder(stack) as worker:
        for ticker in pair:
            id_ = worker.submit(ticker)
            token = worker.take(id_)
            days = enumerate("abcde", 1)
            rows = [post(ticker, reddit_id=name, created_utc=f"2026-03-0{day}T00:00:00Z") for day, name in days]
            assert worker.deliver(id_, token, *rows).status_code == 200
            worker.raw.complete(token)
            api.wait_for(id_, "succeeded")
    return pair


def ids(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [row["reddit_id"] for row in reply.json()["records"]]


def test_filters_and_pages(stack: RunningStack, tickers: tuple[str, str]) -> None:
    with holder(stack) as worker:
        id_, token = take(worker, "ai_sentiment", {"ticker": tickers[0]})
        opinion = {"ticker": tickers[0], "post_id": "b", "scorer": "me", "label": "neutral", "score": 0}
        delivery = plain_http.post(
            f"{stack.api_url}/api/v1/tasks/{id_}/records",
            json={"kind": "reddit_sentiment", "records": [opinion]},
            headers={"x-worker-key": worker.key, "x-task-token": base64.b64encode(token).decode()}, timeout=20,
        )  # fmt: skip
        assert delivery.status_code == 200, delivery.text
        assert ids(read(worker, id_, token, limit=2)) == ["a", "b"]
        assert ids(read(worker, id_, token, limit=2, after="b")) == ["c", "d"]
        assert ids(read(worker, id_, token, unscored_by="me")) == ["a", "c", "d", "e"]
        assert ids(read(worker, id_, token, unscored_by="me", or_by_this_task=True)) == ["a", "b", "c", "d", "e"]
        assert read(worker, id_, token, or_by_this_task=True).status_code == 422
        assert ids(read(worker, id_, token, unscored_by="somebody else")) == ["a", "b", "c", "d", "e"]
        assert ids(read(worker, id_, token, ids=["d", "a", "nothing"])) == ["a", "d"]
        since, until = "2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z"
        assert ids(read(worker, id_, token, since=since, until=until)) == ["b", "c"]
        row = read(worker, id_, token, limit=1).json()["records"][0]
        assert row["ticker"] == tickers[0]
        assert "task_id" not in row
        worker.raw.complete(token)
        id_, token = take(worker, "ai_sentiment", {"ticker": tickers[0]})
        # What another task scored stays scored.
        again = read(worker, id_, token, unscored_by="me", or_by_this_task=True)
        assert ids(again) == ["a", "c", "d", "e"]
        worker.raw.complete(token)


def test_a_task_reads_only_what_its_type_needs(stack: RunningStack, tickers: tuple[str, str]) -> None:
    with holder(stack) as worker, holder(stack) as thief:
        id_, token = take(worker, "ai_sentiment", {"ticker": tickers[0]})
        for kind in ("news_articles", "sec_filings", "ai_analyses", "api_updates", "reddit_sentiment"):
            refused = read(worker, id_, token, kind=kind)
            assert refused.status_code == 403
            assert refused.json()["detail"] == f"A task of type ai_sentiment does not read {kind}."
        assert read(worker, id_, None).status_code == 409
        assert read(thief, id_, token).status_code == 409
        assert read(worker, str(uuid.uuid4()), token).status_code == 409
        for wrong in ({"after": "\x00"}, {"limit": 201}, {"ids": ["\x00"]}, {"surprise": 1}):
            assert read(worker, id_, token, **wrong).status_code == 422, wrong
        worker.raw.complete(token)
        stack.api.wait_for(id_, "succeeded")
        assert read(worker, id_, token).status_code == 409

        id_, token = take(worker, "news_crawl", {"ticker": tickers[0]})
        assert read(worker, id_, token).status_code == 403
        worker.raw.complete(token)


def test_an_llm_task_reads_the_rows_that_it_names_and_no_others(stack: RunningStack, tickers: tuple[str, str]) -> None:
    with holder(stack) as worker:
        named = ["reddit_posts:a", "reddit_posts:c", "sec_filings:b", "reddit_posts:gone"]
        id_, token = take(worker, "llm_task", {"operation": "analyze", "record_ids": named})
        assert read(worker, id_, token).status_code == 422
        assert ids(read(worker, id_, token, ids=["a", "c", "gone"])) == ["a", "c"]
        for others in (["b"], ["a", "b"], ["A"], ["a "], ["%"]):
            refused = read(worker, id_, token, ids=others)
            assert refused.status_code == 403, others
            assert refused.json()["detail"] == "This task reads only the rows that it names in record_ids."
        assert read(worker, id_, token, kind="news_articles", ids=["a"]).status_code == 403
        assert read(worker, id_, token, ids=[]).json() == {"records": []}
        worker.raw.complete(token)
        id_, token = take(worker, "llm_task", {"operation": "analyze", "text": "no rows at all"})
        assert read(worker, id_, token, ids=["a"]).status_code == 403
        worker.raw.complete(token)


def test_without_a_ticker_snapshots_are_read_by_address_only(stack: RunningStack) -> None:
    with holder(stack) as worker:
        id_, token = take(worker, "web_monitor", {"url": "https://example.com/page"})
        assert read(worker, id_, token, kind="web_snapshots").status_code == 422
        page = read(worker, id_, token, kind="web_snapshots", url="https://example.com/page", selector="")
        assert page.json() == {"records": []}
        worker.raw.complete(token)
