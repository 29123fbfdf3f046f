"""`make bench-dashboard`: what the page costs whoever looks at it, in a real Chromium over a table of many tasks.

`python -m benchmarks.dashboard --tasks 1000000`. It asserts nothing: machines differ. Budgets are printed beside.
"""

import argparse
import asyncio
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.figures import percentile, print_table
from benchmarks.million.rows import fill
from benchmarks.million.server import api, autocommit, postgres
from db.engine import make_engine
from db.people.first_people import ensure_user, user_key
from services.people.passwords import hash_password
from tests.browser.finding import find_browser

_PASSWORD = secrets.token_urlsafe(16)
_EVENTS_PER_SECOND = 30
#: Everything is there, and the frame that shows it has been drawn.
_PAINTED = """(selector) => new Promise((done) => {
  const before = location.href, began = performance.now();
  document.querySelector(selector).click();
  const root = document.documentElement;
  const look = () => {
    const busy = root.dataset.asking !== "0" || document.querySelector("[aria-label=Loading], [aria-busy=true]");
    if (location.href === before || busy) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  };
  requestAnimationFrame(look);
})"""
#: When (by the clock of the machine) a row first shows a state.
_SEEN = """([id, word]) => new Promise((done) => {
  const look = () => {
    const row = document.querySelector(`[data-task="${id}"]`);
    if (row?.textContent.includes(word)) return setTimeout(() => done(Date.now()));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


@dataclass
class Watched:
    """A page, and what it asks for."""

    page: Page
    cdp: CDPSession
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> "Watched":
        page = context.new_page()
        watched = cls(page, context.new_cdp_session(page))
        watched.cdp.send("Performance.enable")
        page.on("request", lambda request: watched.asked.append(request.url) if "/api/" in request.url else None)
        return watched

    def metric(self, name: str) -> float:
        found: Any = self.cdp.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in found if each["name"] == name))

    def heap_mb(self) -> float:
        self.cdp.send("HeapProfiler.collectGarbage")
        return self.metric("JSHeapUsedSize") / 2**20

    def click(self, selector: str) -> tuple[float, int]:
        """(ms until it is painted, requests)."""
        self.page.wait_for_selector('html[data-asking="0"]', state="attached")
        self.page.wait_for_selector(selector)
        before = len(self.asked)
        took = float(self.page.evaluate(_PAINTED, selector))
        return took, len(self.asked) - before


def main(tasks: int, seconds: float) -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="clawdbot-page-") as made, postgres(Path(made)) as url:
        with autocommit(url) as connection:
            fill(connection, tasks)
        key = asyncio.run(_prepare(url))
        with api(url) as address, sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=find_browser(playwright), args=arguments)
            context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
            rows = _measure(context, address, key, seconds)
            browser.close()
    return rows


async def _prepare(url: str) -> str:
    engine = make_engine(url, process="bench", pool_size=1)
    try:
        async with engine.begin() as connection:
            user, _ = await ensure_user(connection, "bench", "admin", hash_password(_PASSWORD))
            return await user_key(connection, user, "bench")
    finally:
        await engine.dispose()


def _measure(context: BrowserContext, address: str, key: str, seconds: float) -> list[tuple[str, str, str]]:
    watched = Watched.of(context)
    _sign_in(watched.page, f"{address}/tasks")
    took, asked = _clicks(watched)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=30, trust_env=False) as http:
        latencies = [_change_seen(watched, http) for _ in range(30)]
        with _events(http):
            cpu = _cpu_share(watched, seconds)
            growth = _heap_growth(watched, seconds)
        tabs = _ten_tabs(context, address, http)
    return [
        ("click to painted, p50 / p95", f"{percentile(took, 50):.0f} / {percentile(took, 95):.0f} ms", "p95 < 200 ms"),
        ("requests per click, most", str(max(asked)), "3"),
        (
            "change to pixel, p50 / p99",
            f"{percentile(latencies, 50):.0f} / {percentile(latencies, 99):.0f} ms",
            "p99 < 500 ms",
        ),
        (f"CPU at {_EVENTS_PER_SECOND} events/s", f"{cpu:.1%} of a core", "< 10 %"),
        ("heap growth, over 8 h at this slope", f"{growth:.0f} MB", "< 20 MB"),
        ("ten tabs, the last sees a change after", f"{tabs:.0f} ms", "they work"),
    ]


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill("bench")
    page.get_by_label("Password").first.fill(_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[data-task]")


def _clicks(watched: Watched) -> tuple[list[float], list[int]]:
    """As somebody who looks around; the first round only loads what pages are made of."""
    pages = ('nav a[href$="/board"]', 'nav a[href$="/tasks"]')
    way = (
        'a[href*="running"]', "[data-task] a", pages[1], 'a[href*="pending"]', "[data-task] a", *pages,
    )  # fmt: skip
    found: list[tuple[float, int]] = []
    for round_ in range(6):
        for selector in way:
            clicked = watched.click(selector)
            if round_:
                found.append(clicked)
    return [took for took, _ in found], [asked for _, asked in found]


def _change_seen(watched: Watched, http: httpx.Client) -> float:
    """Milliseconds from the moment before a cancel is asked for until its row says so."""
    body = {"task_type": "echo", "run_at": "2036-01-01T08:00:00Z", "tags": ["seen"]}
    id_ = http.post("/tasks", json=body).json()["id"]
    page = watched.page
    base = page.url.split("/", 3)[:3]
    page.goto("/".join([*base, "tasks?tag=seen"]))
    page.wait_for_selector(f'[data-task="{id_}"]')
    page.evaluate("([id, word]) => { window.seen = (" + _SEEN + ")([id, word]); }", [id_, "Cancelled"])
    began = time.time() * 1_000
    http.post(f"/tasks/{id_}/cancel").raise_for_status()
    return float(page.evaluate("window.seen")) - began


@contextmanager
def _events(http: httpx.Client) -> Iterator[None]:
    """A task is made and cancelled again, fifteen times a second: two events each."""
    over = threading.Event()

    def go() -> None:
        while not over.wait(2 / _EVENTS_PER_SECOND):
            id_ = http.post("/tasks", json={"task_type": "echo", "run_at": "2036-01-01T08:00:00Z"}).json()["id"]
            http.post(f"/tasks/{id_}/cancel")

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _cpu_share(watched: Watched, seconds: float) -> float:
    """Of the page's main thread, while the list is on show."""
    began, before = time.monotonic(), watched.metric("TaskDuration")
    watched.page.wait_for_timeout(seconds * 1_000)
    return (watched.metric("TaskDuration") - before) / (time.monotonic() - began)


def _heap_growth(watched: Watched, seconds: float) -> float:
    """MB in eight hours, by the second half of a short while: the first fills caches."""
    half = seconds * 1_000 / 2
    watched.page.wait_for_timeout(half)
    began, before = time.monotonic(), watched.heap_mb()
    watched.page.wait_for_timeout(half)
    return (watched.heap_mb() - before) / (time.monotonic() - began) * 8 * 3_600


def _ten_tabs(context: BrowserContext, address: str, http: httpx.Client) -> float:
    for _ in range(9):
        watched = Watched.of(context)
        watched.page.goto(f"{address}/tasks")
        watched.page.wait_for_selector("[data-task]")
    return _change_seen(watched, http)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30, help="of each measurement that takes its time")
    given = parser.parse_args()
    print_table(f"the page over {given.tasks:,} tasks", main(given.tasks, given.seconds))
