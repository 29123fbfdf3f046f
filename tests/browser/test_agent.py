"""The agent's page: a budget, a round, and undoing what it decided; and what a viewer is offered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visiting, Visitor, names_of, seconds
from tests.stack.harness import RunningStack

_BECAUSE = {"reason": "a test of the agent's page"}


@pytest.fixture
def idle(stack: RunningStack) -> Iterator[None]:
    """What the agent creates stays open, so that it can be undone; afterwards it is off, and may do nothing again."""
    http = stack.api.http
    http.put("/tickers/NVDA", json={"watchers": 9})
    http.post("/pause", json=_BECAUSE).raise_for_status()
    yield
    http.post("/agent/pause", json=_BECAUSE).raise_for_status()
    nothing = {"scope": "all", "unit": "tasks", "most": 0, "window": "hour"}
    http.put("/agent/budget", json={"limits": [nothing]}).raise_for_status()
    http.delete("/tickers/NVDA")
    http.post("/resume").raise_for_status()


@pytest.mark.usefixtures("idle")
def test_a_budget_is_set_a_round_is_run_and_a_decision_is_undone(visit: Visiting, stack: RunningStack) -> None:
    with visit() as visitor:
        visitor.sign_in("agent")
        page = visitor.page
        page.get_by_role("button", name="Change budget").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("At most").first.fill("1")
        dialog.get_by_role("button", name="Save budget").click()
        expect(page.locator("[data-limit='all tasks hour']")).to_contain_text("0 of 1")
        # Switched on, it has a round at once.
        page.get_by_role("button", name="Switch on").or_(page.get_by_role("button", name="Resume")).click()
        expect(page.locator("[data-agent=running]")).to_be_visible()
        undo = page.get_by_role("button", name="Undo crawl").first
        expect(undo).to_be_visible(timeout=seconds(60))
        expect(page.locator("[data-limit='all tasks hour']")).to_contain_text("used up")
        page.locator("[data-decision]").first.get_by_role("button").first.click()
        drawer = page.get_by_role("dialog")
        expect(drawer).to_contain_text("What was seen")
        expect(drawer).to_contain_text("staleness")
        drawer.get_by_role("button", name="Close").click()
        undo.click()
        page.get_by_role("dialog").get_by_role("button", name="Undo").click()
        expect(page.locator("[data-decision]").first).to_contain_text("Undone by human:admin")
    [decision] = stack.api.http.get("/agent/decisions", params={"limit": 1}).json()["decisions"]
    stack.api.wait_for(decision["tasks"][0]["id"], "cancelled")


def test_what_if_other_weights_counted(visit: Visiting, stack: RunningStack) -> None:
    for ticker, watchers in (("ONE", 1), ("MANY", 900)):
        stack.api.http.put(f"/tickers/{ticker}", json={"watchers": watchers})
    only_watchers = "&".join(
        f"{name}=0" for name in ("staleness", "trend", "earnings", "score_change", "past_yield", "cost")
    )
    with visit() as visitor:
        visitor.sign_in(f"agent?tab=ranking&watchers=1&{only_watchers}")
        rows = visitor.page.get_by_role("table", name="Ranking").locator("tbody tr")
        expect(rows.first).to_contain_text("MANY")
        visitor.page.get_by_role("button", name="Back to the weights in use").click()
        expect(visitor.page.get_by_role("textbox", name="watchers")).not_to_have_value("1")
    for ticker in ("ONE", "MANY"):
        stack.api.http.delete(f"/tickers/{ticker}")


def test_a_viewer_is_offered_nothing_that_would_be_refused(visit: Visiting, stack: RunningStack) -> None:
    new = {"name": "looker", "role": "viewer", "password": stack.secrets["admin_password"]}
    assert stack.api.http.post("/users", json=new).status_code in (201, 409)
    stack.api.wait_for(stack.api.submit("echo", tags=["looked-at"]))
    stack.api.http.put("/tickers/NVDA", json={"watchers": 9})
    with visit() as visitor:
        visitor.sign_in("board?tag=looked-at", name="looker")
        expect(visitor.page.locator("[data-card]").first).to_be_visible()
        assert offered(visitor) == []
        visitor.open("coverage")
        visitor.page.locator("[data-cell='NVDA/news']").click()
        expect(
            visitor.page.get_by_role("button", name="About NVDA").or_(
                visitor.page.get_by_role("link", name="About NVDA")
            )
        ).to_be_visible()
        assert offered(visitor) == []
        for path in ("tickers?ticker=NVDA", "agent"):
            visitor.open(path)
            expect(visitor.page.get_by_text("round").or_(visitor.page.get_by_text("collected")).first).to_be_visible()
            assert offered(visitor) == []


_WRITES = (
    *("Move", "Actions for"),
    *("Collect", "Add tickers", "Save", "Take it off", "Track", "Keep"),
    *("Pause", "Switch on", "Resume", "Run now", "Policy", "Change budget", "Undo"),
)


def offered(visitor: Visitor) -> list[str]:
    """The names of buttons and switches here that would change something."""
    page = visitor.page
    names = names_of(page.get_by_role("button").or_(page.get_by_role("switch")))
    return [name for name in names if name.startswith(_WRITES)]
