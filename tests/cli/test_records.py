"""`clawdbot records` and `clawdbot tickers freshness`."""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade

FILTERS = {
    "ticker": ["NVDA"],
    "since": ["2026-01-01T00:00:00+00:00"],
    "until": ["2026-02-01T08:00:00+01:00"],
    "task_id": ["01234567-89ab-4def-8123-456789000001"],
    "text": ["short squeeze"],
    "workspace": ["research"],
}
OPTIONS = [
    "--ticker", "NVDA", "--since", "2026-01-01T00:00Z", "--until", "2026-02-01T08:00+01:00",
    "--task", FILTERS["task_id"][0], "--text", "short squeeze", "--workspace", "research",
]  # fmt: skip


def post(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "ticker": "NVDA", "reddit_id": f"p{number}", "subreddit": "stocks", "score": number,
        "title": f"post {number}", "created_utc": "2026-02-01T00:00:00Z", "author": None, **fields,
    }  # fmt: skip


@pytest.fixture
def posts(facade: Facade) -> list[dict[str, Any]]:
    facade.records["reddit_posts"] = [post(3, title="[red]to the moon[/red]\x1b[2J\n🚀"), post(2), post(1)]
    return facade.records["reddit_posts"]


def test_list(clawdbot: Shell, posts: list[dict[str, Any]]) -> None:
    lines = clawdbot("records", "list", "reddit_posts").out.splitlines()
    assert lines[0].split() == ["CREATED", "UTC", "TICKER", "SUBREDDIT", "SCORE", "TITLE"]
    assert lines[1].split("  ")[-1].strip() == r"[red]to the moon[/red]\x1b[2J 🚀"
    assert lines[-1] == "3 rows (all)"
    some = clawdbot("records", "list", "reddit_posts", "--limit", 2).out
    assert (
        some.splitlines()[-1]
        == "2 rows, and there are more; --all shows the rest, --limit N up to 200, --after 2 the next page"
    )


def test_list_as_json_leads_to_the_next_page(clawdbot: Shell, posts: list[dict[str, Any]]) -> None:
    first = clawdbot("records", "list", "reddit_posts", "--limit", 2, "--json").json
    second = clawdbot("records", "list", "reddit_posts", "--limit", 2, "--after", first["next"], "--json").json
    assert first["records"] + second["records"] == posts
    assert second["next"] is None


def test_filters_are_sent(clawdbot: Shell, facade: Facade) -> None:
    assert "No row matches --ticker NVDA" in clawdbot("records", "list", "sec_filings", *OPTIONS, "--limit", 7).out
    assert facade.asked[-1].query == {**FILTERS, "limit": ["7"]}
    assert clawdbot("records", "export", "sec_filings", *OPTIONS, "--format", "csv").out == ""
    assert facade.asked[-1].path == "/records/sec_filings/export"
    assert facade.asked[-1].query == {**FILTERS, "format": ["csv"]}


def test_kinds(clawdbot: Shell, posts: list[dict[str, Any]]) -> None:
    assert clawdbot("records", "kinds").out.splitlines()[1].split() == ["reddit_posts", "3", "created_utc"]
    assert clawdbot("records", "kinds", "--json").json["kinds"][0]["rows"] == 3


def test_export_to_a_file_is_what_the_server_sends(clawdbot: Shell, posts: list[dict[str, Any]]) -> None:
    ran = clawdbot("records", "export", "reddit_posts", "--format", "ndjson")
    assert ran.code == 0
    assert [json.loads(line) for line in ran.out.splitlines()] == posts


def test_export_to_a_terminal_cannot_steer_it(clawdbot: Shell, facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    facade.records["reddit_posts"] = [post(1, title="üñ\u202e\x9b2J")]
    raw = clawdbot("records", "export", "reddit_posts").out
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    shown = clawdbot("records", "export", "reddit_posts").out
    assert "\x9b" in raw
    assert r"üñ\u202e\x9b2J" in shown


def test_refusals(clawdbot: Shell, facade: Facade) -> None:
    bad = clawdbot("records", "list", "reddit_posts", "--after", "nonsense")
    assert (bad.code, bad.out) == (2, "")
    assert "This is no position in reddit_posts." in bad.err
    refused = clawdbot("records", "export", "web_snapshots", "--ticker", "NVDA")
    assert (refused.code, refused.out) == (2, "")
    assert "have no ticker" in refused.err
    assert clawdbot("records", "list", "no_such_kind").code == 2
    assert clawdbot("records", "list", "reddit_posts", "--since", "lastweek").code == 2
    facade.is_down = True
    assert clawdbot("records", "export", "reddit_posts").code == 3
    assert clawdbot("tickers", "freshness").code == 3


def test_freshness(clawdbot: Shell, facade: Facade) -> None:
    assert "Nothing has been collected yet." in clawdbot("tickers", "freshness").out
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1, seconds=5)).isoformat()
    row = {
        "ticker": "NVDA", "data_source": "reddit", "last_error": "asked\x07 to [b]wait[/b]", "record_count": 1234,
        "last_success_at": None, "last_attempt_at": an_hour_ago, "fresh_to": None,
        "covered_from": "2026-01-01T00:00:00Z", "covered_to": "2026-02-01T10:30:00Z",
    }  # fmt: skip
    facade.freshness = [
        row,
        {**row, "ticker": "AMD", "last_error": None, "last_success_at": an_hour_ago, "fresh_to": an_hour_ago},
    ]
    lines = clawdbot("tickers", "freshness").out.splitlines()
    assert [cell.strip() for cell in lines[1].split("  ") if cell.strip()] == [
        "NVDA", "reddit", "never", "1 h ago", "1,234", "2026-01-01 to 2026-02-01 10:30 UTC",
        r"asked\x07 to [b]wait[/b]",
    ]  # fmt: skip
    assert lines[3:] == ["", "2 lines (all)"]
    assert [
        each["ticker"] for each in clawdbot("tickers", "freshness", "--ticker", "AMD", "--json").json["freshness"]
    ] == ["AMD"]
    nothing = clawdbot("tickers", "freshness", "--ticker", "TSLA", "--source", "news").out
    assert nothing == "No line matches --ticker TSLA --source news.\n"
    assert facade.asked[-1].query == {"ticker": ["TSLA"], "source": ["news"], "limit": ["100"]}
    gone = {"place": "cn\x1bbc", "since": "2026-01-20T00:00:00Z", "why": "It refuses (403).", "left_out": True}
    down = {**gone, "place": "wire", "left_out": False}
    facade.freshness = [
        {**row, "data_source": "news", "last_error": None, "covered_to": None, "refusing": [gone, down]}
    ]
    shown = " ".join(clawdbot("tickers", "freshness").out.split())
    assert r"without cn\x1bbc (refuses since 2026-01-20) wire refuses: It refuses (403)." in shown
