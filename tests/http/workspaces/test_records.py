"""What is collected belongs to the workspace of its task: a team and the default workspace collect the same posts."""

import csv
import io
import itertools
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.records.rows import RecordKind
from db.agent.failures import failures_of
from db.records.collecting import runs_of
from db.records.queries import COUNT_CAP
from services.errors import NotAllowed
from tests.http.terminal import Terminal, terminal
from tests.http.workspaces.collected import Held, crawled, post
from tests.http.workspaces.teams import make_member, make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

__all__ = ["terminal"]

_letters = ("".join(each) for each in itertools.product("ABCDEFGHIJ", repeat=2))
_NOW = "UPDATE reddit_posts_raw SET created_utc = now() - interval '1 hour' WHERE ticker = %s"
FILING = {
    "cik": "0" * 10, "accession_number": "0000000000-26-000001", "company": "Acme Rockets Inc", "form": "8-K",
    "filed_on": "2026-03-01", "primary_document": "d", "document_url": "https://s",
}  # fmt: skip


@pytest.fixture(scope="module")
def team(stack: Facade) -> str:
    stack.wait_until_ready()
    return make_workspace(stack.api)


@pytest.fixture(scope="module")
def anna(stack: Facade, team: str) -> Api:
    return make_member(stack, {team: "operator"})


@pytest.fixture
def ticker() -> str:
    """One that no other test has."""
    return f"WR{next(_letters)}"


def rows(api: Api, kind: str = "reddit_posts", **query: Any) -> list[dict[str, Any]]:
    reply = api.http.get(f"/records/{kind}", params=query)
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["records"]
    return found


def titles(api: Api, ticker: str, **query: Any) -> list[tuple[str, str]]:
    return [(row["workspace"], row["title"]) for row in rows(api, ticker=ticker, **query)]


def test_the_same_post_is_a_row_of_each(stack: Facade, anna: Api, team: str, ticker: str) -> None:
    other = make_workspace(stack.api)
    ours = crawled(stack, stack.api, ticker, [post(ticker, "a", "ours")])
    theirs = crawled(stack, anna, ticker, [post(ticker, "a", "theirs"), post(ticker, "b", "more")])
    crawled(stack, stack.api, ticker, [post(ticker, "a", "others")], other)
    # A row that another workspace has is new to this one, and known to it the next time.
    assert theirs.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "theirs again")).duplicates == 1
    assert titles(anna, ticker) == titles(anna, ticker, workspace=team) == [(team, "more"), (team, "theirs again")]
    everything = {("default", "ours"), (team, "theirs again"), (team, "more"), (other, "others")}
    assert set(titles(stack.api, ticker)) == everything
    assert titles(stack.api, ticker, workspace="default") == [("default", "ours")]
    assert titles(stack.api, ticker, workspace=team) == titles(anna, ticker)
    for elsewhere in (other, "nowhere", "default"):
        assert titles(anna, ticker, workspace=elsewhere) == []
    assert titles(anna, ticker, task_id=ours.id) == titles(anna, ticker, text="ours") == []
    assert titles(stack.api, ticker, task_id=theirs.id) == titles(anna, ticker)
    # Page by page the same, whose pages they are.
    seen, after = list[str](), None
    while after is not None or not seen:
        query = httpx.QueryParams(ticker=ticker, limit=1, **({"after": after} if after else {}))
        page = stack.api.http.get("/records/reddit_posts", params=query).raise_for_status().json()
        seen += [each["title"] for each in page["records"]]
        after = page["next"]
    assert sorted(seen) == sorted(title for _, title in everything)


def test_what_it_said_before_is_of_the_same_workspace(stack: Facade, anna: Api, team: str, ticker: str) -> None:
    both = [crawled(stack, api, ticker, [post(ticker, "a", "same words")]) for api in (stack.api, anna)]

    def revisions(api: Api, **query: str) -> list[tuple[str, str]]:
        reply = api.http.get("/records/reddit_posts/revisions", params={"ticker": ticker, **query})
        return [(each["workspace"], each["content"]["title"]) for each in reply.raise_for_status().json()["revisions"]]

    assert revisions(stack.api) == revisions(anna) == []
    for task in both:
        task.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "other words"))
    # The same words of two workspaces are two revisions: neither takes the other's place.
    assert sorted(revisions(stack.api)) == [("default", "same words"), (team, "same words")]
    assert revisions(anna) == revisions(stack.api, workspace=team) == [(team, "same words")]
    assert revisions(anna, workspace="default") == []
    said = "SELECT content ? 'workspace' AS said FROM record_revisions WHERE workspace = %s AND content->>'ticker' = %s"
    assert stack.rows(said, team, ticker) == [{"said": False}]


def test_the_fuller_text_is_that_of_the_workspace(stack: Facade, anna: Api, ticker: str) -> None:
    crawled(stack, stack.api, ticker, [post(ticker, "a", "t", body="all of it, word by word")])
    theirs = crawled(stack, anna, ticker, [post(ticker, "a", "t", body="")])
    assert [row["body"] for row in rows(anna, ticker=ticker)] == [""]
    theirs.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "t", body="theirs"))
    theirs.delivers(RecordKind.REDDIT_POSTS, post(ticker, "a", "t", body=""))
    assert [row["body"] for row in rows(anna, ticker=ticker)] == ["theirs"]


# SQLAlchemy 2.1 has another word for DISTINCT ON, which 2.0, that we also allow, does not know.
@pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")
def test_a_task_reads_what_its_workspace_has_collected(stack: Facade, anna: Api, team: str, ticker: str) -> None:
    # Named without their ticker by a task that has none.
    a, b, c = (f"{ticker}{letter}".lower() for letter in "abc")
    crawled(stack, stack.api, ticker, [post(ticker, a, "ours"), post(ticker, b, "ours")])
    crawled(stack, anna, ticker, [post(ticker, a, "theirs"), post(ticker, c, "theirs")])
    for api, title, ids in ((stack.api, "ours", [a, b]), (anna, "theirs", [a, c])):
        for type_, params in (
            ("ai_summary", {"ticker": ticker}),
            ("ai_sentiment", {"ticker": ticker, "source": "reddit"}),
            ("llm_task", {"operation": "analyze", "record_ids": [f"reddit_posts:{id_}" for id_ in (a, b)]}),
        ):
            named = {"ids": [a, b]} if type_ == "llm_task" else {}
            found = Held(stack, api, type_, params).reads(kind="reddit_posts", **named)
            wanted = [id_ for id_ in ids if not named or id_ in named["ids"]]
            assert [(row["reddit_id"], row["title"]) for row in found] == [(id_, title) for id_ in wanted], type_


# SQLAlchemy 2.1 has another word for DISTINCT ON, which 2.0, that we also allow, does not know.
@pytest.mark.filterwarnings("ignore:Passing expression to ``distinct``")
def test_what_one_has_scored_is_still_to_be_scored_in_the_other(
    stack: Facade, anna: Api, team: str, ticker: str
) -> None:
    crawled(stack, stack.api, ticker, [post(ticker, "a", "ours"), post(ticker, "b", "ours")])
    crawled(stack, anna, ticker, [post(ticker, "a", "theirs"), post(ticker, "c", "theirs")])
    at, opinion = RecordKind.REDDIT_SENTIMENT, {"ticker": ticker, "scorer": "v1", "label": "positive", "score": 1.0}
    ours, theirs = (
        Held(stack, api, "ai_sentiment", {"ticker": ticker, "source": "reddit"}) for api in (stack.api, anna)
    )
    assert ours.delivers(at, opinion | {"post_id": "a"}).inserted == 1
    unscored = {"kind": "reddit_posts", "unscored_by": "v1"}
    assert [row["reddit_id"] for row in ours.reads(**unscored)] == ["b"]
    assert [row["reddit_id"] for row in theirs.reads(**unscored)] == ["a", "c"]
    assert theirs.delivers(at, opinion | {"post_id": "a", "score": -1.0}).inserted == 1
    with pytest.raises(NotAllowed, match="'b' is no reddit post that this task may score"):
        theirs.delivers(at, opinion | {"post_id": "b"})
    scores = rows(stack.api, "reddit_sentiment", ticker=ticker)
    assert {(row["workspace"], row["score"]) for row in scores} == {("default", 1.0), (team, -1.0)}


def test_a_page_that_both_watch(stack: Facade, anna: Api) -> None:
    url = f"https://{uuid.uuid4().hex}.example/"
    snapshot = {"url": url, "taken_at": "2026-03-01T00:00:00Z", "status_code": 200, "content_hash": "0" * 64}
    for api, said in ((stack.api, "ours"), (anna, "theirs")):
        watcher = Held(stack, api, "web_monitor", {"url": url})
        assert watcher.delivers(RecordKind.WEB_SNAPSHOTS, snapshot | {"text": said}).inserted == 1
        assert [row["text"] for row in watcher.reads(kind="web_snapshots", url=url)] == [said]


def test_a_crawl_of_a_team_makes_nothing_fresh_for_others(stack: Facade, anna: Api, ticker: str) -> None:
    """Nor is it one that the agent sees: neither its rows, nor that it is under way or has failed."""
    stack.api.http.put(f"/tickers/{ticker}", json={}).raise_for_status()
    try:
        before = seen_of(stack, ticker)
        written = [post(ticker, f"p{n}", f"${ticker} up") for n in range(30)]
        crawled(stack, anna, ticker, written).succeeds({"posts_collected": 30, "new": 30})
        Held(stack, anna, "reddit_crawl", {"ticker": ticker}).fails()
        Held(stack, anna, "reddit_crawl", {"ticker": ticker})
        assert seen_of(stack, ticker) == before
        assert before == {"freshness": [], "mentions": None, "runs": [], "failures": []}
        crawled(stack, stack.api, ticker, written[:1]).succeeds({"posts_collected": 1, "new": 1})
        stack.execute(_NOW, ticker)
        after = seen_of(stack, ticker)
        assert [(each["data_source"], each["record_count"]) for each in after["freshness"]] == [("reddit", 1)]
        assert [(each["rows_per_run"], each["in_hand"]) for each in after["runs"]] == [(1.0, False)]
        # Of thirty-one posts one was collected here.
        assert after["mentions"] == 1
    finally:
        stack.api.http.delete(f"/tickers/{ticker}").raise_for_status()


def seen_of(stack: Facade, ticker: str) -> dict[str, Any]:
    """What the agent, the watchlist and the matrix know of it."""

    async def ask(connection: AsyncConnection) -> dict[str, Any]:
        since = datetime.now(UTC) - timedelta(hours=1)
        runs = await runs_of(connection, [ticker], ["reddit_crawl"])
        failures = await failures_of(connection, [ticker], ["reddit_crawl"], since)
        return {"runs": [dict(each) for each in runs], "failures": [each["id"] for each in failures]}

    shown = stack.api.http.get(f"/tickers/{ticker}").raise_for_status().json()
    cells = stack.api.http.get("/freshness", params={"ticker": ticker}).raise_for_status().json()["freshness"]
    return {"freshness": cells, "mentions": shown["signals"]["mentions"], **in_database(stack, ask)}


def test_posts_of_a_team_are_no_trend(stack: Facade, anna: Api) -> None:
    symbol = "WRTREND"[:5]
    written = [post("WRXX", f"t{n}", f"Look: ${symbol}", author=f"a{n}") for n in range(30)]
    crawled(stack, anna, "WRXX", written)
    stack.execute(_NOW, "WRXX")
    # Hours that no other test asks for: a scan is kept for some seconds.
    query = {"hours": 37, "posts": 1, "authors": 1, "limit": 200}
    found = stack.api.http.get("/tickers/trending", params=query).raise_for_status().json()["tickers"]
    assert symbol not in {each["ticker"] for each in found}


def test_an_export_is_of_ones_own(stack: Facade, anna: Api, team: str, ticker: str) -> None:
    """Also its later pages, which are read while it is sent."""
    many = [post(ticker, f"p{n:03}", f"post {n}") for n in range(250)]
    crawled(stack, stack.api, ticker, many)
    task = crawled(stack, anna, ticker, many[:120])
    task.delivers(RecordKind.REDDIT_POSTS, *many[120:])

    def exported(api: Api, **query: str) -> list[str]:
        reply = api.http.get("/records/reddit_posts/export", params={"ticker": ticker, "format": "csv", **query})
        return [row["workspace"] for row in csv.DictReader(io.StringIO(reply.raise_for_status().text, newline=""))]

    assert exported(anna) == exported(stack.api, workspace=team) == [team] * 250
    assert exported(stack.api, workspace="default") == ["default"] * 250
    assert len(exported(stack.api)) == 500
    assert exported(anna, workspace="default") == []


@pytest.fixture
def many(stack: Facade) -> Iterator[str]:
    """A workspace with more rows than are counted, beside as many of others."""
    name = make_workspace(stack.api)
    insert = (
        "INSERT INTO api_update_log (workspace, request_id, endpoint, method, payload, status_code, response,"
        " duration_ms, task_id, attempt) SELECT %s, 'wr' || n, '/x', 'GET', '{}', 200, '', 1, gen_random_uuid(), 1"
        " FROM generate_series(1, %s) n"
    )
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        for workspace, rows_ in (("default", 2 * COUNT_CAP), (name, COUNT_CAP + 2_000)):
            connection.execute(insert, (workspace, rows_))
        connection.execute("ANALYZE api_update_log")
        yield name
        connection.execute("DELETE FROM api_update_log WHERE request_id LIKE 'wr%'")
        connection.execute("ANALYZE api_update_log")


def test_how_many_there_are_is_of_ones_own(stack: Facade, anna: Api, many: str) -> None:
    def counted(api: Api, **query: str) -> tuple[int, bool]:
        kinds = api.http.get("/records", params=query).raise_for_status().json()["kinds"]
        return next((each["rows"], each["estimated"]) for each in kinds if each["kind"] == "api_updates")

    assert counted(anna) == counted(anna, workspace=many) == counted(stack.api, workspace="nowhere") == (0, False)
    member = make_member(stack, {many: "viewer"})
    for rows_, is_estimate in (counted(member), counted(stack.api, workspace=many)):
        assert (abs(rows_ - COUNT_CAP - 2_000) < 1_500, is_estimate) == (True, True)
    assert counted(stack.api)[0] > 3 * COUNT_CAP
    assert 18_000 < counted(stack.api, workspace="default")[0] < 24_000


def test_the_name_of_a_company_is_of_filings_of_the_same_workspace(stack: Facade, anna: Api, ticker: str) -> None:
    def company(api: Api) -> Any:
        return api.task(api.submit("news_crawl", {"ticker": ticker}))["params"].get("company")

    crawl = Held(stack, anna, "sec_filing_crawl", {"ticker": ticker})
    crawl.delivers(RecordKind.SEC_FILINGS, FILING | {"ticker": ticker})
    assert (company(stack.api), company(anna)) == (None, "Acme Rockets Inc")


def test_out_of_the_workspace_is_out_of_its_rows(stack: Facade, anna: Api, team: str, ticker: str) -> None:
    crawled(stack, anna, ticker, [post(ticker, "a", "theirs")])
    nobody = make_member(stack, {make_workspace(stack.api): "viewer"})
    assert titles(nobody, ticker) == []
    looks = make_member(stack, {team: "viewer"})
    assert titles(looks, ticker) == [(team, "theirs")]


def test_at_a_terminal(
    stack: Facade, anna: Api, team: str, ticker: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    crawled(stack, stack.api, ticker, [post(ticker, "a", "ours")])
    crawled(stack, anna, ticker, [post(ticker, "a", "theirs")])
    of_team = ("--ticker", ticker, "--workspace", team)
    code, said = terminal("records", "list", "reddit_posts", *of_team, "--json")
    assert (code, [each["title"] for each in json.loads(said)["records"]]) == (0, ["theirs"]), said
    code, said = terminal("records", "export", "reddit_posts", *of_team, "--format", "ndjson")
    assert (code, "theirs" in said, "ours" in said) == (0, True, False)
    kinds = json.loads(terminal("records", "kinds", "--workspace", "nowhere", "--json")[1])["kinds"]
    assert {each["rows"] for each in kinds} == {0}
