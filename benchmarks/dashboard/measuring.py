"""One measurement after the other, each for a budget."""

import secrets
import time
from collections.abc import Callable, Sequence

import httpx
from playwright.sync_api import BrowserContext, Page

from benchmarks.dashboard.watched import Click, Watched

_ROWS = '.rows[aria-busy="false"]'
_TASKS, _BOARD = 'nav a[href$="/tasks"]', 'nav a[href$="/board"]'
#: What somebody who looks around presses, and what they press it for.
WAY = (
    ('header a[href*="running"]', f'{_ROWS} [data-task]:first-child [data-status="running"]'),
    ("[data-task] a", "main .facts"),
    (_TASKS, f'{_ROWS} [data-task]:first-child [data-status="pending"]'),
    ('header a[href*="awaiting"]', f'{_ROWS} [data-task]:first-child [data-status="awaiting_approval"]'),
    ("[data-task] a", "main .facts"),
    (_BOARD, ".board [data-card]"),
    (_TASKS, f"{_ROWS} [data-task]"),
)  # fmt: skip
_ROUNDS = 6
#: Rows that are seen without scrolling.
_ON_SHOW = 20
#: When, by the clock of the machine, a row first shows a state.
_SEEN = """([id, word]) => { window.seen = new Promise((done) => {
  const began = Date.now();
  const look = () => {
    const row = document.querySelector(`[data-task="${id}"]`);
    const late = Date.now() - began > 60_000;
    if (late || row?.textContent.includes(word)) return setTimeout(() => done(late ? null : Date.now()));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}); }"""
_LATER = "2036-01-01T08:00:00Z"
_HOURS_8 = 8 * 3_600


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").first.fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[data-task]")


def clicks(watched: Watched) -> dict[str, list[Click]]:
    """By what was pressed. The first round only loads what pages are made of; each begins with nothing remembered."""
    found: dict[str, list[Click]] = {}
    for round_ in range(_ROUNDS):
        watched.page.goto(f"{watched.page.url.split('/tasks')[0]}/tasks")
        for selector, there in WAY:
            click = watched.click(selector, there)
            if round_:
                found.setdefault(f"{selector} → {there.removeprefix(_ROWS).strip()}", []).append(click)
    return found


def changes_seen(page: Page, http: httpx.Client) -> list[float]:
    """Milliseconds from the moment before a cancel is asked for until its row says so."""
    tag = secrets.token_hex(4)
    body = {"task_type": "echo", "run_at": _LATER, "tags": [tag]}
    ids = [http.post("/tasks", json=body).json()["id"] for _ in range(_ON_SHOW)]
    page.goto(f"{page.url.split('/tasks')[0]}/tasks?tag={tag}")
    found = []
    for id_ in ids:
        page.wait_for_selector(f'[data-task="{id_}"]')
        page.evaluate(_SEEN, [id_, "Cancelled"])
        began = time.time() * 1_000
        http.post(f"/tasks/{id_}/cancel").raise_for_status()
        seen = page.evaluate("window.seen")
        if seen is None:
            said = page.evaluate("document.querySelector('[data-connection]').dataset.connection")
            raise RuntimeError(f"task {id_} was cancelled, and the page did not show it; its stream is {said}")
        found.append(float(seen) - began)
    return found


def own_share(watched: Watched, seconds: float) -> float:
    """How much of a core the page's thread takes while a list is on show."""
    began, before = time.monotonic(), watched.own_seconds()
    watched.page.wait_for_timeout(seconds * 1_000)
    return (watched.own_seconds() - before) / (time.monotonic() - began)


def heap_growth(watched: Watched, made: Callable[[], int], seconds: float, per_second: float) -> float:
    """MB in eight hours at this rate of events, by the slope over a shorter time with more of them.

    The first third is left out: caches fill.
    """
    points: list[tuple[float, float]] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        if passed > seconds / 3:
            points.append((made(), watched.heap_mb()))
        watched.page.wait_for_timeout(seconds * 1_000 / 30)
    return _slope(points) * per_second * _HOURS_8


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the straight line that fits best."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def ten_tabs(context: BrowserContext, address: str, http: httpx.Client) -> list[float]:
    """How soon the tenth tab sees a change, with nine others open."""
    tabs = [context.new_page() for _ in range(9)]
    for page in tabs:
        page.goto(f"{address}/tasks")
        page.wait_for_selector("[data-task]")
    found = [each for _ in range(2) for each in changes_seen(tabs[-1], http)]
    for page in tabs:
        page.close()
    return found
