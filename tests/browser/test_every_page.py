"""Every page that stands in the navigation, and tasks in several states: nothing that is serious for axe."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import FRAME, LAPTOP, PHONE, Visiting, Visitor
from tests.deploy.files import ROOT
from tests.stack.harness import RunningStack, eventually

#: Where to keep what is seen: `make screenshots`.
_FOLDER = os.environ.get("CLAWDBOT_TEST_SCREENSHOTS")


@pytest.fixture(scope="module")
def some_work(stack: RunningStack) -> Iterator[list[str]]:
    """Tasks in several states, so that pages have something to show."""
    ids = [
        stack.api.submit("mock_content", {"topic": "chips"}, tags=["daily"]),
        stack.api.submit("flaky", {"failures": 5, "retryable": False, "message": "the source said no"}),
        stack.api.submit("reddit_crawl", {"ticker": "NVDA", "subreddits": ["stocks"], "limit": 20}),
        stack.api.submit("echo", needs_approval=True),
        stack.api.submit("echo", run_at="2036-01-01T08:00:00Z"),
    ]
    for id_ in ids[:3]:
        stack.api.wait_for(id_, seconds=60)
    running = stack.api.submit("delay", {"seconds": 600, "steps": 100})
    saved_for_later(stack, ids[0])
    yield ids
    stack.api.command(running, "cancel")


@pytest.fixture(scope="module")
def some_plans(stack: RunningStack) -> list[str]:
    """The paths of plans that stand still: one failed beside a fan-out, and one waits for a person."""
    echo: dict[str, Any] = {"task_type": "echo"}
    broken = {"failures": 5, "retryable": False, "message": "the source said no"}
    steps: list[dict[str, Any]] = [
        {"id": "collect", **echo, "for_each": ["NVDA", "AMD", "TSLA"], "params": {"message": "${{ item }}"}},
        {"id": "score", **echo, "each_of": "collect"},
        {"id": "draft", **echo, "needs": ["collect"], "needs_review": True},
        {"id": "check", "task_type": "flaky", "needs": ["draft"], "params": broken},
        {"id": "tell", **echo, "needs": ["score", "check"]},
    ]
    failed: list[dict[str, Any]] = [
        {"id": "check", "task_type": "flaky", "params": broken},
        {"id": "tell", **echo, "needs": ["check"]},
    ]
    ids = [
        stack.api.http.post("/plans", json={"name": name, "steps": each}).json()["id"]
        for name, each in (("waits for a person", steps), ("is broken", failed))
    ]
    eventually(lambda: all(_stands_still(stack, id_) for id_ in ids), 60, "both plans stand still")
    waits, is_broken = (f"plans/{id_}" for id_ in ids)
    return [waits, f"{waits}?step=collect", f"{waits}?step=draft", f"{is_broken}?step=check", "plans/new?as=text"]


def _stands_still(stack: RunningStack, plan: str) -> bool:
    detail = stack.api.http.get(f"/plans/{plan}").json()
    return bool(detail["counts"].get("review") or detail["status"] == "failed") and not detail["counts"].get("running")


def saved_for_later(stack: RunningStack, task: str) -> None:
    """A schedule that has run, and a template, each of the name `walked`."""
    action = {"task": {"task_type": "echo", "params": {"message": "good morning"}}}
    timing = {"cron": "0 7 * * MON-FRI", "zone": "Europe/Berlin"}
    new = {"name": "walked", "timing": timing, "action": action, "description": "For who looks at every page"}
    stack.api.http.post("/schedules", json=new).raise_for_status()
    stack.api.http.post("/schedules/walked/run").raise_for_status()
    hook = {"name": "walked", "source": {"kind": "hook", "signature": "github"}, "action": {"kind": "task", **action}}
    stack.api.http.post("/triggers", json=hook).raise_for_status()
    template = {"from_task": task, "fields": {"topic": {"description": "What it is about"}}}
    stack.api.http.put("/templates/walked", json=template).raise_for_status()


#: What stands behind a tab or another view.
_BEHIND = (
    *("workers?view=table", "alerts?tab=rules", "admin?tab=keys", "admin?tab=audit"),
    *("schedules/walked", "schedule", "templates/walked", "triggers/walked", "trigger"),
)
#: More of what stands behind tabs, and forms that were seen empty: looked at once, on a phone in the dark.
_BEHIND_ONCE = (
    *("alerts?tab=channels", "admin?tab=sessions", "agent?tab=ranking", "tickers?show=trending", "plans/new"),
    *(f"charts?tab={tab}" for tab in ("errors", "queue", "freshness", "agent")),
    *("schedule?change=walked", "trigger?change=walked"),
)
#: What no page here leads to: test_workspaces.py makes one, and looks at it in the dark.
_ELSEWHERE = {"/workspaces/$name"}

#: Each size and each theme once; for pictures all of both.
_LOOKS = [(LAPTOP, "light"), (PHONE, "dark"), *([(LAPTOP, "dark"), (PHONE, "light")] if _FOLDER else [])]


@pytest.mark.parametrize(("size", "scheme"), _LOOKS)
def test_every_page(
    visit: Visiting,
    stack: RunningStack,
    some_work: list[str],
    some_plans: list[str],
    size: tuple[int, int],
    scheme: str,
) -> None:
    serious = []
    with visit(size=size, color_scheme=scheme) as visitor:
        visitor.come()
        serious += look(visitor, "sign-in", size, scheme)
        visitor.sign_in_again()
        visitor.arrive()
        # What is around every page.
        if visitor.is_phone:
            visitor.page.get_by_role("button", name="Navigation").click()
            expect(visitor.page.get_by_role("navigation", name="Pages")).to_be_in_viewport()
        serious += [f"frame: {sentence}" for sentence in visitor.axe()]
        tasks = (f"tasks/{id_}" for id_ in some_work[:4])
        worker = f"workers/{stack.api.http.get('/workers').json()['workers'][0]['id']}"
        visitor.open("failures")
        one = visitor.page.get_by_role("link", name="Put it right").first
        cause = str(one.get_attribute("href")).lstrip("/")
        # Each is loaded by its address once, and once come to from another.
        to = visitor.open if size == LAPTOP else visitor.go
        behind = (*_BEHIND, *(_BEHIND_ONCE if scheme == "dark" or _FOLDER else ()))
        walked = [*pages_of(visitor), *behind, *some_plans, worker, cause, *tasks, "submit?type=reddit_crawl"]
        for path in walked:
            to(path)
            expect(visitor.page.locator("[aria-label=Loading]"), path).to_have_count(0)
            expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
            serious += look(visitor, path or "start", size, scheme)
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    assert not serious, "\n".join(sorted(set(serious)))
    assert unseen(walked) == _ELSEWHERE


def unseen(walked: list[str]) -> set[str]:
    """The pages, as their addresses are written in the source, of which none was looked at."""
    files = (ROOT / "dashboard" / "src" / "features").glob("*/page.ts")
    routes = {route for file in files for route in re.findall(r'path: "(/[^"]*)"', file.read_text())}
    seen = ["/" + path.partition("?")[0] for path in walked]
    forms = {route: re.compile(re.sub(r"\$\w+", "[^/]+", route)) for route in routes}
    return {route for route, form in forms.items() if not any(map(form.fullmatch, seen))}


def pages_of(visitor: Visitor) -> list[str]:
    """Those in the navigation, where the page is there."""
    links = visitor.page.get_by_role("navigation", name="Pages", include_hidden=True).locator("a")
    found: list[str] = links.evaluate_all("links => links.map((each) => each.getAttribute('href'))")
    return [each.lstrip("/") for each in found]


def look(visitor: Visitor, path: str, size: tuple[int, int], scheme: str) -> list[str]:
    """What axe says; and keep a picture if that is wanted."""
    if _FOLDER:
        Path(_FOLDER).mkdir(parents=True, exist_ok=True)
        name = re.sub("[^a-z0-9]+", "-", path)
        visitor.screenshot(Path(_FOLDER), f"{name}-{size[0]}-{scheme}")
    return [f"{path}: {sentence}" for sentence in visitor.axe(without=FRAME)]
