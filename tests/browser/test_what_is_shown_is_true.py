"""Changes reach every page that shows them, also one that was not looked at, or that lost its stream meanwhile."""

import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visiting
from tests.stack.harness import RunningStack

LATER = "2036-01-01T08:00:00Z"


@pytest.fixture
def tag() -> str:
    return f"true-{uuid.uuid4().hex[:8]}"


def row(page: Page, id_: str) -> Locator:
    return page.locator(f'[data-task="{id_}"]')


def listening(page: Page) -> None:
    expect(page.locator("[data-connection]")).to_have_attribute("data-connection", "open")


def test_what_changed_while_another_page_was_open(visit: Visiting, stack: RunningStack, tag: str) -> None:
    """The list that is left is kept, and nobody tells it what happens."""
    ids = stack.api.submit_many(2, "echo", run_at=LATER, tags=[tag])
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?tag={tag}")
        listening(page)
        # Twice: what the list asks for when the stream begins may come to the aid of the first.
        for id_ in ids:
            row(page, id_).get_by_role("link").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("echo")
            stack.api.command(id_, "cancel")
            expect(page.locator("main")).to_contain_text("Cancelled")
            page.go_back()
            expect(row(page, id_)).to_contain_text("Cancelled")


def test_a_list_under_a_filter(visit: Visiting, stack: RunningStack, tag: str) -> None:
    """What an event does not say of a row; a row that matches only now; one that is gone."""
    first, second = stack.api.submit_many(2, "echo", run_at=LATER, tags=[tag])
    late = stack.api.submit("echo", run_at=LATER)
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?tag={tag}&sort=created_at")
        listening(page)
        expect(page.locator("[data-task]")).to_have_count(2)
        stack.api.command(first, "reprioritise", priority="critical")
        expect(row(page, first)).to_contain_text("critical")
        # Tasks that do not match are nobody's news.
        stack.api.submit_many(2, "echo", run_at=LATER)
        body = {"action": "tag", "add_tags": [tag], "filter": {"ids": [late]}}
        bulk = stack.api.http.post("/tasks/bulk", json=body).raise_for_status().json()["id"]
        stack.api.http.post(f"/tasks/bulk/{bulk}/run").raise_for_status()
        expect(page.get_by_role("button", name="1 new", exact=True)).to_be_visible()
        expect(row(page, late)).to_have_count(0)
        stack.api.command(second, "cancel")
        expect(row(page, second)).to_contain_text("Cancelled")
        stack.api.http.delete(f"/tasks/{second}").raise_for_status()
        expect(row(page, second)).to_have_count(0)
        page.get_by_role("button", name="1 new", exact=True).click()
        expect(row(page, late)).to_contain_text("Scheduled")


def test_tabs_are_closed_in_the_middle_of_a_burst(visit: Visiting, stack: RunningStack, tag: str) -> None:
    """The stream is shared, and the tab that began it is the first to go."""
    ids = stack.api.submit_many(12, "echo", run_at=LATER, tags=[tag])
    with visit() as visitor:
        visitor.sign_in(f"tasks?tag={tag}")
        listening(visitor.page)
        pages = [visitor.page, *(visitor.page.context.new_page() for _ in range(2))]
        for page in pages[1:]:
            page.goto(f"{visitor.url}/tasks?tag={tag}")
            expect(page.locator("[data-task]")).to_have_count(len(ids))
        for number, id_ in enumerate(ids):
            stack.api.command(id_, "cancel")
            if number % 4 == 3 and len(pages) > 1:
                pages.pop(0).close()
        expect(pages[0].locator("[data-task]").filter(has_text="Cancelled")).to_have_count(len(ids))


_SAID = """
INSERT INTO task_events (task_id, type, status, attempt, details)
SELECT CAST(%s AS uuid), 'progress', 'running', 1, jsonb_build_object('step', 'line ' || n)
FROM generate_series(CAST(%s AS int), CAST(%s AS int)) n
"""


def test_a_long_history_is_read_from_its_end(visit: Visiting, stack: RunningStack) -> None:
    """Only what can be seen is drawn; what comes does not move what is read; the first line can be reached."""
    task = stack.api.submit("echo", run_at=LATER)
    stack.execute(_SAID, task, 1, 3_000)
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks/{task}")
        listening(page)
        log = page.get_by_role("group", name="History")
        lines = log.get_by_role("listitem")
        expect(lines.first).to_contain_text("line 3000")
        assert lines.count() < 60
        stack.execute(_SAID, task, 3_001, 3_001)
        expect(lines.first).to_contain_text("line 3001")
        log.evaluate("log => log.scrollTo({ top: 2000 })")
        expect(lines.first).not_to_contain_text("line 3001")
        stack.execute(_SAID, task, 3_002, 3_003)
        expect(page.get_by_role("button", name="2 new")).to_be_visible()
        page.wait_for_function(_TO_ITS_BEGINNING, arg=log.element_handle())
        assert lines.count() < 60
        page.get_by_role("button", name="2 new").click()
        expect(lines.first).to_contain_text("line 3003")


_TO_ITS_BEGINNING = """(log) => {
  log.scrollTo({ top: log.scrollHeight });
  return log.innerText.includes('created');
}"""
