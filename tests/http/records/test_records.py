"""Rows that are hard to show: odd titles, one moment, none at all, questions that make no sense."""

import csv
import io
import json
from typing import Any

import psycopg
import pytest

from tests.support.facade import Api, Facade

#: Title -> how a spreadsheet gets it.
TITLES = {
    '=HYPERLINK("http://evil.example")': '\'=HYPERLINK("http://evil.example")',
    "+1 for 100% gains": "'+1 for 100% gains",
    "-2 points": "'-2 points",
    "@SUM(A1)": "'@SUM(A1)",
    "\tindented": "'\tindented",
    'He said "buy", they\nsold_it': 'He said "buy", they\nsold_it',
    "100 percent, soldXit": "100 percent, soldXit",
    "back\\slash 1/2": "back\\slash 1/2",
}


@pytest.fixture(scope="module")
def odd(stack: Facade) -> str:
    """The ticker of posts with odd titles, all of one second."""
    stack.wait_until_ready()
    values = [(f"odd{number}", title) for number, title in enumerate(TITLES)]
    with psycopg.connect(stack.database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, score, num_comments, permalink,"
            " created_utc, raw, task_id, attempt) VALUES ('ODD', %s, 's', %s, '', -5, 0, '/p',"
            " '2026-02-01T00:00:00Z', '{\"=deep\": [1, null]}', gen_random_uuid(), 1)",
            values,
        )
    return "ODD"


def page(api: Api, kind: str = "reddit_posts", **query: Any) -> Any:
    reply = api.http.get(f"/records/{kind}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def refusal(api: Api, path: str, **query: Any) -> str:
    reply = api.http.get(path, params=query)
    assert reply.status_code == 422
    return str(reply.json()["detail"])


def ids(answer: Any) -> list[str]:
    return [row["reddit_id"] for row in answer["records"]]


def exported(api: Api, format_: str, **query: Any) -> str:
    reply = api.http.get("/records/reddit_posts/export", params={"format": format_, **query})
    assert reply.status_code == 200
    assert reply.headers["content-disposition"] == f'attachment; filename="reddit_posts.{format_}"'
    return reply.text


def test_pages_of_rows_of_the_same_moment(api: Api, odd: str) -> None:
    first = page(api, ticker=odd, limit=4)
    second = page(api, ticker=odd, limit=4, after=first["next"])
    assert ids(first) + ids(second) == [f"odd{number}" for number in reversed(range(len(TITLES)))]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("100% gains", ["odd1"]),
        ("GAINS +1", ["odd1"]),
        ("%", ["odd1"]),
        ("sold_it", ["odd5"]),
        ('"buy"', ["odd5"]),
        ("back\\slash 1/2", ["odd7"]),
        ("'; DROP TABLE tasks; --", []),
    ],
)
def test_text_is_taken_literally(api: Api, odd: str, text: str, found: list[str]) -> None:
    assert ids(page(api, ticker=odd, text=text)) == found


def test_rows_by_their_ids(api: Api, odd: str) -> None:
    """As citations name them."""
    assert ids(page(api, id=["odd3", "odd1", "nothing"])) == ["odd3", "odd1"]
    assert ids(page(api, ticker="OTHER", id=["odd1"])) == []


def test_a_spreadsheet_gets_no_formula(api: Api, odd: str) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(api, "csv", ticker=odd), newline="")))
    assert [row["title"] for row in reversed(rows)] == list(TITLES.values())
    assert {row["score"] for row in rows} == {"-5"}
    assert [row["title"] for row in reversed(json.loads(exported(api, "json", ticker=odd)))] == list(TITLES)


def test_an_export_without_rows(api: Api) -> None:
    assert exported(api, "json", ticker="NONE") == "[]\n"
    assert exported(api, "ndjson", ticker="NONE") == ""
    assert exported(api, "csv", ticker="NONE").startswith("ticker,reddit_id,")


def test_what_cannot_be_used_is_refused_with_a_sentence(api: Api, odd: str) -> None:
    assert "subredit" in refusal(api, "/records/reddit_posts", subredit="stocks")
    assert "limit" in refusal(api, "/records/reddit_posts/export", limit=5)
    assert "time zone" in refusal(api, "/records/reddit_posts", since="2026-01-01T00:00:00")
    assert "100 entries" in refusal(api, "/records/reddit_posts", id=["x"] * 101)
    assert "10 words" in refusal(api, "/records/reddit_posts", text="a " * 11)
    assert "reddit_posts" in refusal(api, "/records/no_such_kind")
    assert "have no ticker" in refusal(api, "/records/web_snapshots", ticker="NVDA")
    assert "have no ticker" in refusal(api, "/records/web_snapshots/export", ticker="NVDA")
    cursor = page(api, ticker=odd, limit=1)["next"]
    for bad in ("nonsense", "bnVsbA==", "W10=", cursor[:-8], "ä"):
        assert "Send the `next` of a page" in refusal(api, "/records/reddit_posts", after=bad)
    assert "no position in sec_filings" in refusal(api, "/records/sec_filings", after=cursor)
