"""Bulk actions by filter, saved views, and what a person sets: what follows them to the next browser."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Request, Response, Route, expect

from tests.browser.visitor import PHONE, Visiting, Visitor
from tests.stack.harness import RunningStack

LATER = "2036-01-01T08:00:00Z"
SETTINGS = re.compile(r"/api/v1/me/settings$")


@pytest.fixture
def tag(stack: RunningStack) -> str:
    """Of five tasks that start in ten years, more than is selected below."""
    tag = f"many-{uuid.uuid4().hex[:8]}"
    stack.api.submit_many(5, "echo", run_at=LATER, tags=[tag])
    return tag


def is_kept(request: Request) -> bool:
    """Whether settings are kept by it."""
    return request.method == "PUT" and bool(SETTINGS.search(request.url))


def kept_by(answer: Response) -> dict[str, Any]:
    """The settings that this has kept, if it did."""
    return dict(answer.request.post_data_json or {}) if is_kept(answer.request) else {}


def hold_first(held: list[Route], route: Route) -> None:
    """Of those that keep settings; the others go on."""
    if held or not is_kept(route.request):
        route.continue_()
    else:
        held.append(route)


def pick_all_that_match(visitor: Visitor, total: int) -> None:
    page = visitor.page
    page.get_by_role("row").get_by_role("checkbox").nth(1).check()
    toolbar = page.get_by_role("toolbar", name="Selected tasks")
    expect(toolbar).to_contain_text("1 selected")
    toolbar.get_by_role("button", name=f"Select all {total} that match").click()
    expect(toolbar).to_contain_text(f"All {total} that match")


def test_all_that_match_are_counted_then_cancelled(visit: Visiting, stack: RunningStack, tag: str) -> None:
    with visit(size=PHONE) as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?tag={tag}")
        pick_all_that_match(visitor, 5)
        page.get_by_role("button", name="Cancel…").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Nothing is done yet. It concerns 5 tasks")
        # It is a dry run: left alone, nothing has happened.
        dialog.get_by_role("button", name="Leave them").click()
        assert stack.api.http.get("/tasks", params={"tag": tag, "status": "scheduled"}).json()["total"] == 5
        # What is created after counting is not meant.
        page.get_by_role("button", name="Cancel…").click()
        expect(dialog).to_contain_text("It concerns 5 tasks")
        late = stack.api.submit("echo", run_at=LATER, tags=[tag])
        dialog.get_by_role("button", name="Cancel 5 tasks").click()
        expect(dialog).to_contain_text("Cancelled: 5.")
        dialog.get_by_role("button", name="Close").last.click()
        expect(page.get_by_role("row").filter(has_text="Cancelled")).to_have_count(5)
        assert stack.api.status(late) == "scheduled"
        assert visitor.axe() == []


def test_all_that_match_get_a_tag_and_a_priority(visit: Visiting, stack: RunningStack, tag: str) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?tag={tag}")
        pick_all_that_match(visitor, 5)
        page.get_by_role("button", name="Tags…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Add tags").fill("<b>urgent</b>")
        dialog.get_by_label("Add tags").press("Enter")
        dialog.get_by_role("button", name="Count them").click()
        dialog.get_by_role("button", name="Tag 5 tasks").click()
        expect(dialog).to_contain_text("Tagged: 5.")
        dialog.get_by_role("button", name="Close").last.click()
        pick_all_that_match(visitor, 5)
        page.get_by_role("button", name="Priority").click()
        page.get_by_role("menuitem", name="critical…").click()
        dialog.get_by_role("button", name="Reprioritise 5 tasks").click()
        expect(dialog).to_contain_text("Reprioritised: 5.")
    found = stack.api.http.get("/tasks", params={"tag": tag}).json()["tasks"]
    assert {(task["priority_label"], "<b>urgent</b>" in task["tags"]) for task in found} == {("critical", True)}


def test_views_columns_and_theme_follow_a_person(visit: Visiting, stack: RunningStack, tag: str) -> None:
    name = f"vera-{uuid.uuid4().hex[:6]}"
    body = {"name": name, "role": "viewer", "password": stack.secrets["admin_password"]}
    stack.api.http.post("/users", json=body).raise_for_status()
    with visit(color_scheme="light") as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?status=scheduled&tag={tag}", name)
        page.get_by_role("button", name="Views").click()
        page.get_by_label("Name of the view").fill("Mine <i>later</i>")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("button", name="Mine <i>later</i>", exact=True)).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Columns").click()
        slow: list[Route] = []
        page.route(SETTINGS, lambda route: hold_first(slow, route))
        with page.expect_request(is_kept):
            page.get_by_label("Worker", exact=True).uncheck()
        # What is set before that is answered stays.
        page.get_by_label("Tags", exact=True).check()
        with page.expect_response(lambda answer: "tags" in kept_by(answer).get("columns", {}).get("tasks", [])):
            slow[0].continue_()
        expect(page.get_by_label("Tags", exact=True)).to_be_checked()
        page.keyboard.press("Escape")
        page.get_by_role("button", name=f"You: {name}").click()
        with page.expect_response(lambda answer: kept_by(answer).get("theme") == "dark"):
            page.get_by_role("menuitem", name="Dark").click()
    with visit(color_scheme="light") as elsewhere:
        page = elsewhere.page
        elsewhere.sign_in("tasks", name)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        expect(page.get_by_role("columnheader", name="Tags")).to_be_visible()
        expect(page.get_by_role("columnheader", name="Worker")).to_have_count(0)
        page.get_by_role("button", name="Views").click()
        page.get_by_role("button", name="Mine <i>later</i>", exact=True).click()
        expect(page).to_have_url(re.compile(rf"tag={tag}"))
        expect(page.get_by_role("row")).to_have_count(6)


def test_a_list_goes_to_a_date(visit: Visiting, tag: str) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks?tag={tag}")
        expect(page.get_by_role("row")).to_have_count(6)
        page.get_by_role("button", name="Go to a date").click()
        page.get_by_label("Go to (UTC)").fill("2020-01-01T08:00")
        page.get_by_role("button", name="Go", exact=True).click()
        expect(page.get_by_text("Created before: 2020-01-01 08:00:00 UTC").first).to_be_visible()
        page.get_by_role("button", name="Remove filter Created before").click()
        expect(page.get_by_role("row")).to_have_count(6)
