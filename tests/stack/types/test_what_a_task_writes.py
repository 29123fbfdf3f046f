"""A worker stores what the type of its task declares, about the task's own subject, and nothing gets lost by it."""

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from contracts.records.rows import RecordKind
from contracts.task_types import IN_SESSION, OPENING, TASK_TYPES
from db.records.tables import table_of
from tests.stack.bots.bots import Bot, bot
from tests.stack.harness import Api, RunningStack

#: A capability that no other file's workers have.
QUEUE = "sec_filing_crawl"
DAY = "2026-03-01T00:00:00Z"
HASH = "0" * 64
PAGE = "https://example.com/written"
#: Of every type; {ticker} is the task's own.
PARAMS: dict[str, dict[str, Any]] = {
    "web_monitor": {"url": PAGE},
    "api_update": {"endpoint": "/prices"},
    "llm_task": {"operation": "analyze", "text": "fine"},
}
OF_A_TICKER = ("reddit_crawl", "twitter_crawl", "news_crawl", "sec_filing_crawl", "ai_sentiment", "ai_summary")
#: The table that this file is about.
WRITES = {
    "reddit_crawl": {"reddit_posts", "reddit_comments"},
    "twitter_crawl": {"social_posts"},
    "news_crawl": {"news_articles"},
    "sec_filing_crawl": {"sec_filings", "sec_filing_pieces"},
    "ai_sentiment": {"reddit_sentiment", "social_sentiment"},
    "ai_summary": {"ai_analyses"},
    "api_update": {"api_updates"},
    "web_monitor": {"web_snapshots"},
    "llm_task": {"ai_analyses"},
    "bot_task": set(),
    "folder": set(),
    "folder_file": set(),
    "echo": set(),
    "delay": set(),
    "flaky": set(),
    "mock_content": set(),
}


@dataclass
class Held:
    """A task in the hands of a bot."""

    bot: Bot
    id: str
    ticker: str | None

    def deliver(self, kind: str, *rows: dict[str, Any]) -> httpx.Response:
        return self.bot.http.post(f"/tasks/{self.id}/records", json={"kind": kind, "records": rows})

    def material(self, **query: Any) -> httpx.Response:
        return self.bot.http.post(f"/tasks/{self.id}/material", json=query)


@pytest.fixture(scope="module")
def worker(stack: RunningStack) -> Iterator[Bot]:
    """Takes whatever this file submits; as a bot, it needs no process."""
    stack.wait_until_ready()
    with bot(stack, QUEUE, concurrency=100) as one:
        yield one


def hold(worker: Bot, api: Api, task_type: str, params: dict[str, Any] | None = None) -> Held:
    ticker = f"W{uuid.uuid4().hex[:8].upper()}" if task_type in OF_A_TICKER else None
    if params is None:
        params = {"ticker": ticker} if ticker else PARAMS.get(task_type, {})
    id_ = api.submit(task_type, params, capability=QUEUE, timeouts={"heartbeat_seconds": 300})
    task = worker.take(QUEUE)
    assert task["id"] == id_
    return Held(worker, id_, params.get("ticker"))


@pytest.fixture(scope="module")
def held(worker: Bot, stack: RunningStack) -> dict[str, Held]:
    """One task of every type; those that score have a post of each source to score."""
    every = {name: hold(worker, stack.api, name) for name in WRITES if name not in OPENING | IN_SESSION}
    for name in OPENING | IN_SESSION:
        every[name] = hold(worker, stack.api, "echo")
        # Nobody may submit it by itself.
        stack.rows("UPDATE tasks SET type = %s WHERE id = %s RETURNING id", name, every[name].id)
    every["social"] = hold(
        worker, stack.api, "ai_sentiment", {"ticker": every["twitter_crawl"].ticker, "source": "social"}
    )
    for kind, crawl in (("reddit_posts", "reddit_crawl"), ("social_posts", "twitter_crawl")):
        assert every[crawl].deliver(kind, row(kind, every[crawl])).status_code == 200
    return every


def row(kind: str, task: Held, **changes: Any) -> dict[str, Any]:
    """One that would be this task's, if it may write that kind."""
    text = {"title": "t", "permalink": "/p", "subreddit": "stocks", "created_utc": DAY}
    rows: dict[str, dict[str, Any]] = {
        "reddit_posts": {"reddit_id": "a", **text},
        "reddit_comments": {"comment_id": "c", "post_id": "a", "permalink": "/p", "subreddit": "s", "created_utc": DAY},
        "social_posts": {"post_id": "a", "text": "t", "url": "https://x.com/a", "created_utc": DAY},
        "news_articles": {
            "article_id": HASH, "url": PAGE, "source": "s", "title": "t", "published": DAY, "content_hash": HASH,
        },
        "sec_filings": {
            "cik": "0" * 10, "accession_number": "0000000000-26-000001", "company": "c", "form": "8-K",
            "filed_on": "2026-03-01", "primary_document": "d", "document_url": PAGE,
        },
        "sec_filing_pieces": {
            "piece_id": "0000000000-26-000001:2", "accession_number": "0000000000-26-000001", "number": 2,
            "filed_on": "2026-03-01", "text": "t",
        },
        "reddit_sentiment": {"post_id": "a", "scorer": "me", "label": "neutral", "score": 0},
        "social_sentiment": {"post_id": "a", "scorer": "me", "label": "neutral", "score": 0},
        "ai_analyses": {"analysis_id": f"{task.id}:summary", "analysis": "summary", "model": "m", "text": "t"},
        "api_updates": {"request_id": f"{task.id}:api_update", "endpoint": "/p", "method": "POST", "status_code": 200},
        "web_snapshots": {"url": PAGE, "taken_at": DAY, "status_code": 200, "text": "t", "content_hash": HASH},
    }  # fmt: skip
    ticker = {"ticker": task.ticker or "NVDA"} if kind not in ("api_updates", "web_snapshots", "ai_analyses") else {}
    if kind == "ai_analyses" and task.ticker:
        ticker = {"ticker": task.ticker}
    return {**rows[kind], **ticker, **changes}


def refusal(reply: httpx.Response, status: int = 403) -> str:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    return str(reply.json()["detail"])


def test_the_table_has_every_type_and_says_what_it_declares() -> None:
    assert {name: {str(kind) for kind in each.writes} for name, each in TASK_TYPES.items()} == WRITES


@pytest.mark.parametrize("kind", RecordKind)
@pytest.mark.parametrize("task_type", [name for name in WRITES if name not in ("ai_sentiment", "bot_task")])
def test_a_kind_is_taken_if_and_only_if_the_type_declares_it(
    held: dict[str, Held], task_type: str, kind: RecordKind
) -> None:
    task = held[task_type]
    reply = task.deliver(kind, row(kind, task))
    if kind in WRITES[task_type]:
        assert reply.status_code == 200, reply.text
        return
    assert refusal(reply) == (
        f"Nothing was stored: task type {task_type} does not declare that it writes {kind}; "
        "add writes=… to its registration."
    )


@pytest.fixture(scope="module")
def scoring(held: dict[str, Held], worker: Bot, stack: RunningStack) -> Held:
    """Of the ticker whose Reddit post is stored."""
    return hold(worker, stack.api, "ai_sentiment", {"ticker": held["reddit_crawl"].ticker})


@pytest.mark.parametrize("kind", RecordKind)
def test_a_scoring_task_stores_opinions_of_its_own_source_only(
    held: dict[str, Held], scoring: Held, kind: RecordKind
) -> None:
    for task, own in ((scoring, RecordKind.REDDIT_SENTIMENT), (held["social"], RecordKind.SOCIAL_SENTIMENT)):
        reply = task.deliver(kind, row(kind, task))
        if kind == own:
            assert reply.status_code == 200, reply.text
        else:
            refusal(reply)


def test_an_opinion_is_about_a_post_that_the_task_may_score(
    stack: RunningStack, worker: Bot, held: dict[str, Held], scoring: Held
) -> None:
    crawl = held["reddit_crawl"]
    assert crawl.deliver("reddit_posts", row("reddit_posts", crawl, reddit_id="b")).status_code == 200
    unknown = scoring.deliver(
        "reddit_sentiment", row("reddit_sentiment", scoring), row("reddit_sentiment", scoring, post_id="z")
    )
    assert refusal(unknown) == "Nothing was stored: 'z' is no reddit post that this task may score."
    # Of another ticker there is such a post.
    refusal(held["ai_sentiment"].deliver("reddit_sentiment", row("reddit_sentiment", held["ai_sentiment"])))
    both = hold(worker, stack.api, "ai_sentiment", {"ticker": crawl.ticker, "source": "all"})
    assert both.deliver("reddit_sentiment", row("reddit_sentiment", both, post_id="a")).status_code == 200
    named = hold(worker, stack.api, "ai_sentiment", {"ticker": crawl.ticker, "post_ids": ["b", "gone"]})
    assert named.deliver("reddit_sentiment", row("reddit_sentiment", named, post_id="b")).status_code == 200
    refusal(named.deliver("reddit_sentiment", row("reddit_sentiment", named, post_id="a")))


@pytest.mark.parametrize("kind", [kind for kind in RecordKind if "ticker" in table_of(kind).c])
def test_a_row_of_another_ticker_is_refused(held: dict[str, Held], kind: RecordKind) -> None:
    [writer, *_] = [name for name, kinds in WRITES.items() if kind in kinds]
    task = held["social"] if kind == "social_sentiment" else held[writer]
    assert task.ticker
    own = row(kind, task)
    for other in ("NVDA", task.ticker.lower(), f"${task.ticker}", f"{task.ticker} ", f"{task.ticker}.B"):
        said = refusal(task.deliver(kind, own, {**own, "ticker": other}))
        assert said.startswith(
            f"Nothing was stored: a row of {other} does not belong to this task, which is of {task.ticker}"
        )


def test_ids_and_pages_are_the_tasks_own_too(held: dict[str, Held]) -> None:
    summary, call, llm, page = (held[name] for name in ("ai_summary", "api_update", "llm_task", "web_monitor"))
    assert refusal(summary.deliver("ai_analyses", row("ai_analyses", summary, analysis_id=f"{llm.id}:summary")))
    assert refusal(summary.deliver("ai_analyses", row("ai_analyses", summary, ticker=None)))
    assert refusal(llm.deliver("ai_analyses", row("ai_analyses", llm, ticker="NVDA")))
    assert refusal(call.deliver("api_updates", row("api_updates", call, request_id=f"{page.id}:api_update")))
    assert refusal(page.deliver("web_snapshots", row("web_snapshots", page, url="https://example.com/other")))
    assert refusal(page.deliver("web_snapshots", row("web_snapshots", page, selector="#other")))


def test_a_task_reads_snapshots_of_its_own_page_only(held: dict[str, Held]) -> None:
    page = held["web_monitor"]
    assert page.material(kind="web_snapshots", url=PAGE, selector="").status_code == 200
    said = refusal(page.material(kind="web_snapshots", url="https://example.com/other"))
    assert said == "This task reads only the snapshots of its own url."


def test_who_names_a_filing_reads_its_pieces_and_no_others(worker: Bot, api: Api) -> None:
    named = {"operation": "analyze", "record_ids": ["sec_filings:0000000000-26-000001"]}
    llm = hold(worker, api, "llm_task", named)
    assert llm.material(kind="sec_filing_pieces", ids=["0000000000-26-000001:2"]).status_code == 200
    refusal(llm.material(kind="sec_filing_pieces", ids=["0000000000-26-000001:2", "0000000000-26-000002:2"]))
    refusal(llm.material(kind="sec_filing_pieces"), 422)


def test_tasks_take_turns_at_a_source_that_counts_all_workers_together(held: dict[str, Held]) -> None:
    ask = held["sec_filing_crawl"].bot.http.post
    began = time.monotonic()
    waits = [ask(f"/tasks/{held['sec_filing_crawl'].id}/turn").json()["wait_seconds"] for _ in range(30)]
    # However long the asking took.
    assert time.monotonic() + waits[-1] - began > 2, "thirty requests in two seconds"
    said = refusal(ask(f"/tasks/{held['news_crawl'].id}/turn"), 422)
    assert said == "The source of news_crawl does not count all workers together: no turn is needed."


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_a_moment_at_the_end_of_the_calendar(held: dict[str, Held], moment: str) -> None:
    """It could be stored, and spoil every page that it is on; as a filter it was an error of ours."""
    crawl = held["reddit_crawl"]
    assert refusal(crawl.deliver("reddit_posts", row("reddit_posts", crawl, created_utc=moment)), 422)
    assert refusal(held["web_monitor"].material(kind="web_snapshots", url=PAGE, until=moment), 422)


def test_a_row_and_a_request_are_bounded(held: dict[str, Held], worker: Bot) -> None:
    crawl = held["reddit_crawl"]
    long = refusal(crawl.deliver("reddit_posts", row("reddit_posts", crawl, body="x" * 200_001)), 422)
    assert long == "A row does not fit reddit_posts: body: may have at most 200000 characters"
    assert "score" in refusal(crawl.deliver("reddit_posts", row("reddit_posts", crawl, score=2**31)), 422)
    many = crawl.deliver("reddit_posts", *[row("reddit_posts", crawl)] * 1_001)
    assert "1000" in refusal(many, 422)
    large = b" " * (16 * 1024 * 1024 + 1)
    sentence = "A body may have 16777216 bytes here at most. Send less at once."
    where = f"/tasks/{crawl.id}/records"
    for content in (large, iter([large[: 1 << 20]] * 17)):  # the second does not say its length
        assert refusal(worker.http.post(where, content=content), 413) == sentence


def revisions(api: Api, kind: str, **query: Any) -> list[dict[str, Any]]:
    reply = api.http.get(f"/records/{kind}/revisions", params=query)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["revisions"])


def test_content_that_is_replaced_leaves_a_revision_and_counters_do_not(
    stack: RunningStack, api: Api, worker: Bot
) -> None:
    first = hold(worker, api, "reddit_crawl")
    honest = row("reddit_posts", first, title="as it was", score=1, num_comments=2)
    assert first.deliver("reddit_posts", honest).status_code == 200
    second = hold(worker, api, "reddit_crawl", {"ticker": first.ticker})
    assert second.deliver("reddit_posts", {**honest, "score": 5, "num_comments": 7}).json()["duplicates"] == 1
    assert revisions(api, "reddit_posts", ticker=first.ticker) == []

    for _ in range(2):  # the second time nothing is new
        second.deliver("reddit_posts", {**honest, "title": "as I like it", "score": 9})
    [kept] = revisions(api, "reddit_posts", ticker=first.ticker)
    assert (kept["content"]["title"], kept["content"]["score"], kept["replaced_by"]) == ("as it was", 5, second.id)
    assert kept["task_id"] == second.id  # which had brought the counters
    third = hold(worker, api, "reddit_crawl", {"ticker": first.ticker})
    third.deliver("reddit_posts", {**honest, "title": "once more"})
    [latest, _] = revisions(api, "reddit_posts", ticker=first.ticker)
    assert (latest["task_id"], latest["replaced_by"]) == (second.id, third.id)
    assert [each["content"]["title"] for each in revisions(api, "reddit_posts", task_id=third.id)] == ["as I like it"]


@pytest.mark.parametrize("kind", RecordKind)
def test_every_column_that_is_no_counter_is_watched(stack: RunningStack, api: Api, kind: RecordKind) -> None:
    table = table_of(kind)
    query = "SELECT pg_get_triggerdef(oid) AS text FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass"
    [found] = stack.rows(query, "keep_revision", table.name)
    left_out = {"task_id", "attempt", "fetched_at", *kind.spec.counters}
    wanted = {column.name for column in table.columns if not column.primary_key} - left_out
    watched = {name.strip('"') for name in re.findall(r"\bold\.([\w\"]+)", found["text"])}
    assert watched == wanted
    assert f"keep_revision('{kind}')" in found["text"]
