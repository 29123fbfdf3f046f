"""Collected rows: filters, pages without gaps or doubles, and exports that equal the table."""

import csv
import io
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.records.rows import RecordKind
from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task

RANGE = {"from": "2026-01-20", "to": "2026-03-01"}
CRAWL = {"ticker": "MSFT", "subreddits": ["stocks", "investing"], "date_range": RANGE, "limit": 5_000}
#: Of the crawl's ticker; no other test has it.
ORDERED = "SELECT reddit_id FROM reddit_posts_raw WHERE ticker = 'MSFT' ORDER BY created_utc DESC, reddit_id DESC"


@pytest.fixture(scope="module")
def crawled(stack: RunningStack, sources: Sandbox) -> Task:
    """A crawl that stored some hundred posts."""
    stack.wait_until_ready()
    with stack.worker("reddit_crawl", environment=sources.environment()):
        return stack.api.wait_for(stack.api.submit("reddit_crawl", CRAWL), "succeeded", seconds=60)


def page(api: Api, kind: str = "reddit_posts", **query: Any) -> Any:
    reply = api.http.get(f"/records/{kind}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def ids(answer: Any) -> list[str]:
    return [row["reddit_id"] for row in answer["records"]]


def exported(api: Api, format_: str, **query: Any) -> str:
    reply = api.http.get("/records/reddit_posts/export", params={"format": format_, **query})
    assert reply.status_code == 200
    assert reply.headers["content-disposition"] == f'attachment; filename="reddit_posts.{format_}"'
    return reply.text


def test_pages_have_every_row_once_and_in_order(stack: RunningStack, api: Api, crawled: Task) -> None:
    seen, after = list[str](), None
    while True:
        answer = page(api, ticker="$msft", limit=37, **({"after": after} if after else {}))
        seen += ids(answer)
        after = answer["next"]
        if after is None:
            break
        assert len(answer["records"]) == 37
    assert len(seen) == crawled["result"]["posts_collected"] > 100
    assert seen == [row["reddit_id"] for row in stack.rows(ORDERED)]


def test_pages_of_days_follow_each_other_too(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    params = {"ticker": "MSFT", "filing_types": ["8-K"], "date_range": {"from": "2025-01-01", "to": "2026-03-01"}}
    with stack.worker("sec_filing_crawl", environment=sources.environment()):
        api.wait_for(api.submit("sec_filing_crawl", params), "succeeded", seconds=60)
    query = (
        "SELECT accession_number FROM sec_filings WHERE ticker = 'MSFT' ORDER BY filed_on DESC, accession_number DESC"
    )
    wanted = [row["accession_number"] for row in stack.rows(query)]
    seen, after = list[str](), None
    while len(seen) <= len(wanted):
        answer = page(api, "sec_filings", ticker="MSFT", limit=1, **({"after": after} if after else {}))
        seen += [row["accession_number"] for row in answer["records"]]
        after = answer["next"]
        if after is None:
            break
    assert seen == wanted
    assert len(seen) > 1
    day = answer["records"][0]["filed_on"]
    on_the_day = page(api, "sec_filings", ticker="MSFT", since=f"{day}T00:00:00Z", until=f"{day}T00:00:01Z")
    assert seen[-1] in [row["accession_number"] for row in on_the_day["records"]]
    later = page(api, "sec_filings", ticker="MSFT", since=f"{day}T00:00:01Z", limit=200)
    assert seen[-1] not in [row["accession_number"] for row in later["records"]]


def test_filters(stack: RunningStack, api: Api, crawled: Task) -> None:
    since, until = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 8, tzinfo=UTC)
    query = ORDERED.replace("ORDER", "AND created_utc >= %s AND created_utc < %s ORDER")
    wanted = [row["reddit_id"] for row in stack.rows(query, since, until)]
    found = page(api, ticker="MSFT", since=since.isoformat(), until=until.isoformat(), limit=200)
    assert ids(found) == wanted[:200] != []
    of_task = page(api, task_id=crawled["id"], limit=200)
    assert {row["task_id"] for row in of_task["records"]} == {crawled["id"]}
    assert page(api, task_id=str(uuid.uuid4()))["records"] == []


def test_json_and_ndjson_equal_the_table(stack: RunningStack, api: Api, crawled: Task) -> None:
    rows = json.loads(exported(api, "json", ticker="MSFT"))
    assert [row["reddit_id"] for row in rows] == [row["reddit_id"] for row in stack.rows(ORDERED)]
    assert [json.loads(line) for line in exported(api, "ndjson", ticker="MSFT").splitlines()] == rows
    shown = page(api, ticker="MSFT", limit=200)["records"]
    assert rows[:200] == shown
    [stored] = stack.rows(
        "SELECT * FROM reddit_posts_raw WHERE ticker = 'MSFT' AND reddit_id = %s", shown[0]["reddit_id"]
    )
    assert shown[0].keys() == stored.keys()
    assert {name: shown[0][name] for name in ("title", "body", "raw", "score")} == {
        name: stored[name] for name in ("title", "body", "raw", "score")
    }


def test_csv_equals_the_table(stack: RunningStack, api: Api, crawled: Task) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(api, "csv", ticker="MSFT"), newline="")))
    stored = stack.rows(ORDERED.replace("reddit_id FROM", "* FROM"))
    assert len(rows) == len(stored)
    for row, of_table in zip(rows, stored, strict=True):
        assert row.keys() == of_table.keys()
        assert row["title"].removeprefix("'") == of_table["title"]
        assert json.loads(row["raw"]) == of_table["raw"]
        assert datetime.fromisoformat(row["created_utc"]) == of_table["created_utc"]
        assert (row["score"], row["author"]) == (str(of_table["score"]), of_table["author"] or "")


def test_kinds_are_counted(stack: RunningStack, api: Api, crawled: Task) -> None:
    kinds = {each["kind"]: each for each in api.http.get("/records").json()["kinds"]}
    [counted] = stack.rows("SELECT count(*) AS n FROM reddit_posts_raw")
    assert kinds["reddit_posts"] == {
        "kind": "reddit_posts", "rows": counted["n"], "estimated": False, "time": "created_utc",
    }  # fmt: skip
    assert len(kinds) == len(RecordKind)
