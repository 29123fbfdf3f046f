"""`make bench-million`: fills a Postgres of its own with a million tasks and times every list and every metric.

`python -m benchmarks.million DIRECTORY` keeps the database there, and uses it again the next time.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.figures import print_table
from benchmarks.million.other_tables import fill_others
from benchmarks.million.rows import COUNT, fill
from benchmarks.million.server import api, autocommit, postgres
from benchmarks.million.timing import Timed, measure, over
from db.engine import make_engine
from db.metrics.rollup import roll_up
from db.people.first_people import ensure_user, user_key


def main(directory: Path) -> list[Timed]:
    with postgres(directory) as url:
        with autocommit(url) as connection:
            if connection.execute("SELECT 1 FROM tasks LIMIT 1").fetchone() is None:
                _timed(f"{COUNT:,} tasks", lambda: fill(connection))
                _timed("all else", lambda: fill_others(connection))
        key = asyncio.run(_prepare(url))
        with api(url) as address:
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60, trust_env=False) as http:
                return measure(http)


async def _prepare(url: str) -> str:
    """Roll up everything, as core does; returns a key of somebody who may read everything."""
    engine = make_engine(url, process="bench", pool_size=1)
    try:
        began, days = time.perf_counter(), 1
        while True:
            async with engine.begin() as connection:
                if not await roll_up(connection):
                    break
            days += 1
        print(f"rolled up {days} days in {time.perf_counter() - began:.1f} s")
        async with engine.begin() as connection:
            user, _ = await ensure_user(connection, "bench", "admin", "none")
            return await user_key(connection, user, "bench")
    finally:
        await engine.dispose()


def _timed(what: str, do: Callable[[], None]) -> None:
    began = time.perf_counter()
    do()
    print(f"{what} in {time.perf_counter() - began:.1f} s")


def _print(found: list[Timed]) -> None:
    rows = [(each.name, f"{each.p50:.1f} / {each.p95:.1f}", f"p95 < {each.budget_ms:.0f}") for each in found]
    print_table("ms, p50 / p95", rows)
    for each in over(found):
        print(f"over the budget: {each.name} with {each.p95:.0f} ms")
    Path("bench-million.json").write_text(json.dumps({each.name: [each.p50, each.p95] for each in found}, indent=2))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _print(main(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory(prefix="clawdbot-million-") as made:
            _print(main(Path(made)))
