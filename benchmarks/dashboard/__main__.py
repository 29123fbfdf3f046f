"""`make bench-dashboard`: what the page costs whoever looks at it, in a real Chromium over a table of many tasks.

`python -m benchmarks.dashboard --tasks 20000 --seconds 20` is a quick look. It asserts nothing: machines differ.
Budgets are printed beside, and sizes are asserted by tests/dashboard.
"""

import argparse
import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.dashboard import measuring
from benchmarks.dashboard.load import events, others
from benchmarks.dashboard.watched import Click, Watched, browser_context
from benchmarks.figures import percentile, print_table
from benchmarks.million.rows import COUNT, fill
from benchmarks.million.server import api, autocommit, postgres
from db.engine import make_engine
from db.people.first_people import ensure_user, user_key
from services.people.passwords import hash_password
from tests.dashboard.test_bundle import files_of, has_charts, kib, sizes_of_pages

_NAME = "bench"
_EVENTS_PER_SECOND = 30.0
#: While the heap is measured, so that a short time shows what a long one does.
_MORE_EVENTS = 300.0
_OTHERS = 9

Row = tuple[str, str, str]


def main(tasks: int, seconds: float) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="clawdbot-page-") as made, postgres(Path(made)) as url:
        print(f"making {tasks:,} tasks …")
        with autocommit(url) as connection:
            fill(connection, tasks)
        password = secrets.token_urlsafe(16)
        key = asyncio.run(_prepare(url, password))
        with api(url) as address, browser_context() as context:
            watched = Watched.of(context)
            measuring.sign_in(watched.page, f"{address}/tasks", _NAME, password)
            headers = {"Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=30, trust_env=False) as http:
                rows = [*_of_clicks(watched), *_sizes()]
                with events(url, _EVENTS_PER_SECOND), others(address, key, _OTHERS):
                    print("changes, at 30 events a second …")
                    changes = [each for _ in range(5) for each in measuring.changes_seen(watched.page, http)]
                    rows += [_in_ms("change to pixel", changes, 99, 500)]
                    watched.page.goto(f"{address}/tasks")
                    rows += [_of_cpu(watched, seconds)]
                    print("ten tabs …")
                    rows += [_in_ms("the same in the tenth tab", measuring.ten_tabs(context, address, http), 99, 500)]
                print("the heap …")
                with events(url, _MORE_EVENTS) as count:
                    grown = measuring.heap_growth(watched, count, seconds * 3, _EVENTS_PER_SECOND)
    return [*rows, ("heap after 8 h of 30 events/s, by its slope", f"{grown:+.1f} MB", "< 20 MB")]


async def _prepare(url: str, password: str) -> str:
    """Somebody who may do everything; their key."""
    engine = make_engine(url, process=_NAME, pool_size=1)
    try:
        async with engine.begin() as connection:
            user, _ = await ensure_user(connection, _NAME, "admin", hash_password(password))
            return await user_key(connection, user, _NAME)
    finally:
        await engine.dispose()


def _of_clicks(watched: Watched) -> Iterator[Row]:
    print("clicks …")
    found = measuring.clicks(watched)
    for pressed, each in found.items():
        print(f"  {percentile([click.own_ms for click in each], 50):4.0f} ms of CPU  {pressed}")
    everything: list[Click] = [click for each in found.values() for click in each]
    yield _in_ms("click to painted", [click.wall_ms for click in everything], 95, 200)
    yield _in_ms("of which CPU time of the page", [click.own_ms for click in everything], 95, 200)
    yield "requests of a click, at most", str(max(click.requests for click in everything)), "≤ 3"


def _sizes() -> Iterator[Row]:
    parts = sizes_of_pages()
    pages = [size for name, size in parts.items() if not has_charts(name)]
    charts = [size for name, size in parts.items() if has_charts(name)]
    yield "first load, compressed", f"{kib(files_of('index.html')):.0f} KiB", "≤ 250 KiB"
    yield "the largest page", f"{max(pages):.0f} KiB", "≤ 60 KiB"
    yield "charts", f"{max(charts):.0f} KiB", "≤ 200 KiB"


def _of_cpu(watched: Watched, seconds: float) -> Row:
    share = measuring.own_share(watched, seconds)
    return f"CPU of the page at {_EVENTS_PER_SECOND:.0f} events/s", f"{share:.1%} of a core", "< 10 %"


def _in_ms(what: str, values: list[float], high: int, most: int) -> Row:
    measured = f"{percentile(values, 50):.0f} / {percentile(values, high):.0f} ms"
    return f"{what}, p50 / p{high}", measured, f"p{high} < {most} ms"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=COUNT)
    parser.add_argument("--seconds", type=float, default=60, help="of each measurement that takes its time")
    given = parser.parse_args()
    print_table(f"the page over {given.tasks:,} tasks", main(given.tasks, given.seconds))
