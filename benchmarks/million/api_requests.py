"""Requests that are timed: each filter alone, each sort both ways, common combinations, deep pages, every figure."""

from typing import Any

Query = dict[str, Any]

_SORTS = ("created_at", "updated_at", "completed_at", "priority", "status", "type")

#: For tasks as benchmarks/million/rows.py makes them.
_FILTERS: tuple[Query, ...] = (
    {},
    *(
        {"status": status}
        for status in ("succeeded", "failed", "cancelled", "rejected", "pending", "running", "review")
    ),
    {"status": ["pending", "running", "claimed", "scheduled"]},
    {"status": ["failed", "cancelled"]},
    {"task_type": "reddit_crawl"},
    {"task_type": "api_update"},
    {"task_type": "echo"},
    {"ticker": "T1"},
    {"ticker": "T499"},
    {"ticker": "NONE"},
    {"tag": "daily"},
    {"tag": "batch-1234"},
    {"worker": "worker-3"},
    {"worker": "nobody"},
    {"worker": "WORKER_ID"},
    {"created_by": "human:ada"},
    {"created_by": "human:nobody"},
    {"text": "reddit"},
    {"text": "word77"},
    {"text": "reddit t1 topic5"},
    {"text": "reddit crawl word77 topic5"},
    {"text": "wor"},
    {"text": "nonsense"},
    {"created_after": "DAY_AGO"},
    {"created_before": "MONTH_AGO"},
    {"id_prefix": "abcd"},
    {"parent": "PARENT_ID"},
)
_TOGETHER: tuple[Query, ...] = (
    {"status": "failed", "task_type": "reddit_crawl"},
    {"status": "failed", "ticker": "T1"},
    {"status": "rejected", "task_type": "api_update", "created_by": "human:bob"},
    {"ticker": "T1", "task_type": "news_crawl", "status": "succeeded"},
    {"worker": "worker-3", "status": "failed"},
    {"tag": "daily", "status": "failed"},
    {"text": "reddit", "status": "failed"},
    {"text": "word77", "ticker": "T1"},
    {"created_by": "agent:scan", "created_after": "DAY_AGO"},
)
#: With each sort: none, one that holds for most, one for few.
_SORTED_WITH: tuple[Query, ...] = ({}, {"status": "succeeded"}, {"status": "failed"}, {"ticker": "T1"})

LISTS: tuple[Query, ...] = (
    *_FILTERS,
    *_TOGETHER,
    *(
        {**wanted, "sort": sign + sort}
        for sort in _SORTS
        for sign in ("", "-")
        for wanted in _SORTED_WITH
    ),
    {"limit": 200},
    {"page": 50, "limit": 200},
    {"page": 50, "limit": 200, "status": "succeeded"},
    {"page": 50, "limit": 200, "sort": "-priority"},
    {"page": 50, "limit": 200, "ticker": "T1"},
)  # fmt: skip

METRICS: tuple[tuple[str, Query], ...] = (
    ("tasks", {}),
    ("tasks", {"days": 366}),
    ("tasks", {"task_type": "reddit_crawl"}),
    ("throughput", {}),
    ("throughput", {"per": "hour", "last": 366}),
    ("throughput", {"per": "day", "last": 90}),
    ("throughput", {"per": "week", "last": 12, "task_type": "news_crawl"}),
    ("errors", {}),
    ("errors", {"days": 90}),
    ("queue", {}),
    ("coverage", {}),
    ("coverage", {"limit": 200}),
    ("freshness", {}),
    ("workers", {}),
    ("agent", {}),
    ("agent", {"days": 92}),
)

#: Lists of other things; of each, all of it, each filter, and a page in the middle where there are pages.
OTHERS: tuple[tuple[str, Query], ...] = (
    ("/tasks/counts", {}),
    ("/tasks/counts", {"ticker": "T1"}),
    ("/tasks/board", {}),
    ("/tasks/board", {"task_type": "reddit_crawl", "per_column": 50}),
    ("/tasks/timeline", {"since": "DAY_AGO", "until": "NOW"}),
    ("/failures", {}),
    ("/overview", {}),
    ("/metrics/workers/activity", {}),
    ("/agent", {}),
    ("/agent/decisions", {}),
    ("/agent/decisions", {"limit": 200}),
    ("/agent/decisions", {"ticker": "T7"}),
    ("/agent/decisions", {"kind": "retry"}),
    ("/agent/decisions", {"outcome": "failed"}),
    ("/agent/decisions", {"outcome": "pending", "ticker": "T499"}),
    ("/tickers", {}),
    ("/workers", {}),
    ("/capabilities", {}),
    ("/freshness", {}),
    ("/notifications", {}),
    ("/notifications", {"state": "firing"}),
    ("/notifications", {"kind": "task_stuck", "limit": 200}),
    ("/notifications", {"rule": "nobody"}),
    ("/notifications", {"unread": True}),
    ("/audit", {}),
    ("/audit", {"actor": "human:ada"}),
    ("/audit", {"action": "agent.pause", "limit": 200}),
    ("/audit", {"actor": "nobody"}),
    ("/records", {}),
    ("/records/reddit_posts", {}),
    ("/records/reddit_posts", {"ticker": "T1", "limit": 200}),
    ("/records/reddit_posts", {"ticker": "T499"}),
    ("/records/reddit_posts", {"since": "DAY_AGO"}),
    ("/records/reddit_posts", {"text": "earnings"}),
)

#: No lists: what follows from a whole watchlist of 500 tickers, and the text of a digest, computed when asked for.
COMPUTED: tuple[tuple[str, Query], ...] = (
    ("/agent/ranking", {}),
    ("/agent/ranking", {"due": True, "source": "reddit"}),
    ("/agent/explain", {"ticker": "T1"}),
    ("/digests/preview", {}),
)
