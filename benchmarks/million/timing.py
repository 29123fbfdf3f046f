"""Times the API's answers to the requests, over HTTP, one caller at a time."""

import hashlib
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx

from benchmarks.figures import percentile
from benchmarks.million.api_requests import COMPUTED, LISTS, METRICS, OTHERS, Query

_TIMES = 40
_WARM_UP = 3
#: p95 of a list or a figure (SPEC), and of what is computed.
BUDGET_MS = 50.0
COMPUTED_MS = 1_000.0


@dataclass
class Timed:
    """One question and how long its answers took, in milliseconds."""

    name: str
    budget_ms: float
    took: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return percentile(self.took, 50)

    @property
    def p95(self) -> float:
        return percentile(self.took, 95)


def measure(http: httpx.Client, times: int = _TIMES) -> list[Timed]:
    """Every list and every figure, and what is computed."""
    asked = [("/tasks", _filled(query)) for query in LISTS]
    asked += [(f"/metrics/{name}", query) for name, query in METRICS]
    asked += [(path, _filled(query)) for path, query in OTHERS]
    timed = [_time(http, path, query, times, BUDGET_MS) for path, query in asked]
    return timed + [_time(http, path, query, times, COMPUTED_MS) for path, query in COMPUTED]


def _time(http: httpx.Client, path: str, query: Query, times: int, budget_ms: float) -> Timed:
    timed = Timed(f"{path}?{urlencode(query, doseq=True)}".removesuffix("?"), budget_ms)
    for number in range(_WARM_UP + times):
        began = time.perf_counter()
        reply = http.get(path, params=query)
        took = (time.perf_counter() - began) * 1000
        # 503: Postgres took longer than a request may; its time tells.
        if reply.status_code not in (200, 503):
            raise RuntimeError(f"{timed.name}: {reply.status_code} {reply.text}")
        if number >= _WARM_UP:
            timed.took.append(took)
    return timed


def _filled(query: Query) -> Query:
    now = datetime.now(UTC)
    known = {
        "WORKER_ID": _md5_id("worker3"),
        "PARENT_ID": _md5_id("parent1000"),
        "NOW": now.isoformat(),
        "DAY_AGO": (now - timedelta(days=1)).isoformat(),
        "MONTH_AGO": (now - timedelta(days=30)).isoformat(),
    }
    return {name: known.get(value, value) if isinstance(value, str) else value for name, value in query.items()}


def _md5_id(text: str) -> str:
    """As Postgres makes them in benchmarks/million/rows.py."""
    return str(uuid.UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()))


def over(timed: Iterable[Timed]) -> list[Timed]:
    return [each for each in timed if each.p95 >= each.budget_ms]
