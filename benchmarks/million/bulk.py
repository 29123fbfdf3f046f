"""`make bench-bulk`: a bulk action over a tenth of a million tasks, lists meanwhile, and a core that is killed halfway.

`python -m benchmarks.million.bulk [DIRECTORY] [--tasks N]` fills a Postgres as `make bench-million` does, or uses the
one that is there. `python -m benchmarks.million.bulk core` is the part of core that carries bulk actions out.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg

from benchmarks.figures import percentile, print_table
from benchmarks.million.rows import COUNT, fill
from benchmarks.million.server import api, autocommit, postgres
from db.engine import make_engine
from db.people.first_people import ensure_user, user_key
from services.tasks.bulk import advance

#: Budgets: seconds of a dry run, milliseconds of a list meanwhile (p95).
PREVIEW_SECONDS, LIST_MS = 1.0, 100.0
_SHARE = 10
_URL = "BENCH_DATABASE_URL"
_BETWEEN_LISTS = 0.1


def main(directory: Path, tasks: int) -> None:
    """Raises RuntimeError if a task was left out, or had its turn twice."""
    with postgres(directory) as url, autocommit(url) as connection:
        if connection.execute("SELECT 1 FROM tasks LIMIT 1").fetchone() is None:
            fill(connection, tasks)
        key = asyncio.run(_key(url))
        with api(url) as address:
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=60, trust_env=False) as http:
                _measure(http, connection, url)


def _measure(http: httpx.Client, connection: psycopg.Connection, url: str) -> None:
    tag = f"bulk-{uuid.uuid4().hex[:8]}"
    since = _since(connection)
    matching = int(_row(connection, _MATCHING, since)[0])
    body = {"action": "tag", "add_tags": [tag], "filter": {"created_after": since}}
    previews = [_timed(http, "POST", "/tasks/bulk", body) for _ in range(5)]
    id_ = previews[-1][1]["id"]
    quiet = [_timed(http, "GET", "/tasks")[0] for _ in range(40)]
    http.post(f"/tasks/bulk/{id_}/run").raise_for_status()
    began = time.monotonic()
    core, was_killed, meanwhile = _core(url), False, list[float]()
    try:
        while (bulk := _timed(http, "GET", f"/tasks/bulk/{id_}")[1])["state"] == "running":
            meanwhile.append(_timed(http, "GET", "/tasks")[0])
            if not was_killed and bulk["done"] > matching / 2:
                core.kill()
                core.wait()
                core, was_killed = _core(url), True
            time.sleep(_BETWEEN_LISTS)
    finally:
        core.kill()
        core.wait()
    seconds, previewed = time.monotonic() - began, max(took for took, _ in previews)
    told, distinct = _row(connection, _TOLD, tag)
    rows = [
        ("dry run, s, slowest of 5", f"{previewed / 1000:.2f}", f"< {PREVIEW_SECONDS}"),
        ("list at rest, ms, p50 / p95", _both(quiet), ""),
        (f"list meanwhile, ms, p50 / p95 ({len(meanwhile)} times)", _both(meanwhile), f"p95 < {LIST_MS:.0f}"),
        ("tasks, tasks a second", f"{bulk['done']}, {bulk['done'] / seconds:.0f}", ""),
        ("events, of so many tasks (core killed halfway)", f"{told}, {distinct}", f"{matching}, {matching}"),
    ]
    print_table("bulk", rows)
    if not (was_killed and told == distinct == bulk["done"] == matching):
        raise RuntimeError("a task was left out or had its turn twice, or core was through before it could be killed")


def _both(took: list[float]) -> str:
    return f"{percentile(took, 50):.1f} / {percentile(took, 95):.1f}"


def _timed(http: httpx.Client, method: str, path: str, body: object = None) -> tuple[float, dict[str, Any]]:
    """(milliseconds, answer)"""
    began = time.perf_counter()
    reply = http.request(method, path, json=body)
    took = (time.perf_counter() - began) * 1000
    reply.raise_for_status()
    return took, dict(reply.json())


_MATCHING = "SELECT count(*) FROM tasks WHERE created_at >= %s AND deleted_at IS NULL"
_TOLD = "SELECT count(*), count(DISTINCT task_id) FROM task_events WHERE type = 'tagged' AND details->'added' ? %s"
_SINCE = """
SELECT created_at FROM tasks WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC
OFFSET (SELECT count(*) / %s FROM tasks) LIMIT 1
"""


def _since(connection: psycopg.Connection) -> str:
    """So that a tenth of all tasks match."""
    return str(_row(connection, _SINCE, _SHARE)[0].isoformat())


def _row(connection: psycopg.Connection, query: LiteralString, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise RuntimeError("there are no tasks")
    return row


def _core(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.million.bulk", "core"], env={**os.environ, _URL: url})


async def _carry_out(url: str) -> None:
    engine = make_engine(url, process="bench", pool_size=1)
    while True:
        async with engine.begin() as connection:
            worked = await advance(connection)
        if not worked:
            await asyncio.sleep(_BETWEEN_LISTS)


async def _key(url: str) -> str:
    engine = make_engine(url, process="bench", pool_size=1)
    try:
        async with engine.begin() as connection:
            user, _ = await ensure_user(connection, "bench", "admin", "none")
            return await user_key(connection, user, "bench")
    finally:
        await engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:] == ["core"]:
        asyncio.run(_carry_out(os.environ[_URL]))
    else:
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
        parser.add_argument("directory", nargs="?", type=Path, help="of a Postgres that is kept; default: one for now")
        parser.add_argument("--tasks", type=int, default=COUNT, help="how many there are, where it is not filled yet")
        given = parser.parse_args()
        with tempfile.TemporaryDirectory(prefix="clawdbot-million-") as made:
            main(given.directory or Path(made), given.tasks)
