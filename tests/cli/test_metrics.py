"""`clawdbot metrics …`: tables for people, JSON for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade

NOW = datetime.now(UTC)
AN_HOUR_AGO = (NOW - timedelta(hours=1, seconds=5)).isoformat()
COUNTS = {"created": 1234, "succeeded": 1200, "failed": 30, "cancelled": 4, "rejected": 0}
AS_OF = {"as_of": AN_HOUR_AGO}
CELL = {"source": "reddit", "last_attempt_at": AN_HOUR_AGO, "record_count": 9}
ANSWERS: dict[str, Any] = {
    "tasks": {
        **AS_OF, "open": {"pending": 7}, "types": [],
        "days": [{**COUNTS, "day": "2026-03-01", "avg_seconds": 2.5, "p95_seconds": 61, "tickers": 5}],
    },
    "throughput": {**AS_OF, "per": "hour", "buckets": [{**COUNTS, "start": "2026-03-01T10:00:00Z"}]},
    "errors": {
        **AS_OF, "total": {"succeeded": 9, "failed": 1, "error_rate": 0.1},
        "types": [{"task_type": "reddit_crawl", "source": "reddit", "succeeded": 9, "failed": 1, "error_rate": 0.1}],
        "sources": [], "errors": [{"error": "Rate\x1bLimited", "task_type": "reddit_crawl", "failed": 1}],
    },
    "queue": {
        "outbox": 3, "outbox_oldest_seconds": 1.5, "waits": [],
        "capabilities": [{
            "capability": "echo", "waiting": 12, "oldest_seconds": 90, "held": 2, "started": 40,
            "wait_p50_seconds": 0.5, "wait_p95_seconds": 4,
        }],
    },
    "history": {
        "per": "hour", "fresh_hours": 24, "buckets": [
            {"start": "2026-03-01T10:00:00Z", "moments": 0, "waiting": None, "most_waiting": None, "held": None,
             "fresh": None, "queues": {}, "sources": {}},
            {"start": "2026-03-01T11:00:00Z", "moments": 60, "waiting": 1234.56, "most_waiting": 2000, "held": 2,
             "fresh": 0.75, "queues": {"echo": {"waiting": 1234.56, "held": 2}}, "sources": {"reddit": 0.75}},
        ],
    },
    "coverage": {
        "sources": ["reddit", "news"], "next": "NVDA",
        "tickers": [{"ticker": "NVDA", "cells": [
            {**CELL, "state": "failing", "last_success_at": AN_HOUR_AGO, "last_error": "No."},
            {**CELL, "source": "news", "state": "stale", "last_success_at": AN_HOUR_AGO, "last_error": None,
             "refusing": [{"place": "cnbc", "since": AN_HOUR_AGO, "why": "403", "left_out": True}]},
        ]}],
    },
    "freshness": {"sources": [{
        "source": "reddit", "tickers": 9, "fresh": 5, "stale": 2, "failing": 1, "never": 1,
        "oldest_success_at": AN_HOUR_AGO, "median_age_seconds": 60,
    }]},
    "workers": {
        "states": {"idle": 1}, "slots": 4, "slots_used": 1, "capabilities": [],
        "workers": [{
            "name": "mac", "status": "idle", "since": AN_HOUR_AGO, "score": 98, "current_tasks": 1, "slots": 4,
            "success_rate": 0.995, "p95_seconds": 12,
        }],
    },
    "agent": {
        "as_of": "2026-03-01T12:00:00Z", "days": [{
            "day": "2026-03-01", "rounds": 96, "refused": 0, "tasks": 1234, "calls": 50_000, "tokens": 7, "usd": 1.5,
            "decisions": {"crawl": 1230, "probe": 4}, "outcomes": {"succeeded": 1234},
        }],
        "sources": [{"source": "red\x1bdit", "tasks": 1234, "calls": 50_000, "tokens": 7, "usd": 1.5}],
    },
}  # fmt: skip
SHOWN: dict[str, list[str]] = {
    "tasks": ["2026-03-01", "1,234", "2.5 s", "1 min 1 s", "Open now: 7 pending.", "Counted 1 h ago"],
    "throughput": ["2026-03-01 10:00", "1,200"],
    "errors": ["reddit_crawl", "10.0%", r"Rate\x1bLimited"],
    "queue": ["echo", "12", "1 min 30 s", "500 ms", "3 commands wait for Temporal"],
    "history": ["2026-03-01 10:00", "2026-03-01 11:00", "1,234.6", "2,000", "2.0", "75.0%", "younger than 24 h"],
    "coverage": [
        "NVDA",
        "failing 1 h ago",
        "stale 1 h ago, without cnbc",
        "Stale: what is covered without a gap ends before --fresh-hours ago.",
        "1 ticker, and there are more; --all shows the rest, --limit N up to 200, --after NVDA the next page",
    ],
    "freshness": ["reddit", "1 h ago", "1 min"],
    "agent": ["2026-03-01", "96", "1,230 crawl, 4 probe", "50,000", r"Tasks by source: red\x1bdit 1,234 ($1.50)."],
    "workers": ["mac", "1/4", "99.5%", "98", "1 of 4 slots used; 1 idle."],
}


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_table_and_json(clawdbot: Shell, facade: Facade, name: str) -> None:
    facade.metrics = ANSWERS
    shown = clawdbot("metrics", name)
    assert shown.code == 0, shown.err
    for part in SHOWN[name]:
        assert part in shown.out
    assert "\x1b" not in shown.out
    found = clawdbot("metrics", name, "--json").json
    assert found.keys() == ANSWERS[name].keys()
    facade.is_down = True
    assert clawdbot("metrics", name).code == 3


def test_options_reach_the_api(clawdbot: Shell, facade: Facade) -> None:
    facade.metrics = ANSWERS
    clawdbot("metrics", "throughput", "--per", "day", "--last", "9", "--type", "echo")
    assert facade.asked[-1].query == {"per": ["day"], "last": ["9"], "task_type": ["echo"]}
    clawdbot("metrics", "coverage", "--after", "NVDA", "--fresh-hours", "48")
    assert facade.asked[-1].query == {"after": ["NVDA"], "fresh_hours": ["48"], "limit": ["100"]}
    assert clawdbot("metrics", "tasks", "--days", "0").code == 2


def test_nothing_yet(clawdbot: Shell, facade: Facade) -> None:
    facade.metrics = {"tasks": {"as_of": None, "open": {}, "days": [], "types": []}}
    out = clawdbot("metrics", "tasks").out
    assert "There is nothing to show yet." in out
    assert "Open now: nothing." in out
    assert "Nothing was counted yet" in out


@pytest.mark.parametrize(("name", "rows"), [("tasks", "days"), ("throughput", "buckets")])
def test_zeros_of_a_type_that_there_is_not_are_a_mistake(clawdbot: Shell, facade: Facade, name: str, rows: str) -> None:
    none = [{**row, **dict.fromkeys(COUNTS, 0)} for row in ANSWERS[name][rows]]
    facade.metrics = {name: {**ANSWERS[name], rows: none}}
    assert clawdbot("metrics", name, "--type", "echo").code == 0
    mistaken = clawdbot("metrics", name, "--type", "reddit_crwl")
    assert (mistaken.code, "did you mean reddit_crawl?" in mistaken.err) == (5, True), mistaken.err
