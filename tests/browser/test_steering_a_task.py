"""One task, steered: by keyboard alone, approved, done again with changes, made from a sentence with a question."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visiting, both_sizes
from tests.stack.harness import RunningStack


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, as somebody without a mouse does."""
    expect(wanted).to_be_visible()
    for _ in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


def test_the_keyboard_is_enough(visit: Visiting) -> None:
    """Sign in, submit, watch, cancel."""
    with visit() as visitor:
        page = visitor.page
        visitor.come()
        tab_to(page, page.get_by_label("Name"))
        page.keyboard.type("admin")
        tab_to(page, page.get_by_label("Password").first)
        page.keyboard.type(visitor.password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        tab_to(page, page.get_by_role("button", name="Go to or do").first)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Go to or do").last).to_be_focused()
        page.keyboard.type("New task")
        expect(page.get_by_role("button", name="New task").last).to_be_visible()
        page.keyboard.press("Enter")
        tab_to(page, page.get_by_role("tab", name="In words"))
        page.keyboard.press("ArrowRight")
        tab_to(page, page.get_by_role("combobox", name="Type").or_(page.get_by_label("Type", exact=True)).first)
        page.keyboard.type("delay")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        tab_to(page, page.get_by_label("Seconds"))
        page.keyboard.press("Control+a")
        page.keyboard.type("60")
        tab_to(page, page.get_by_role("button", name="Create", exact=True))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}$"))
        expect(page.locator("main .status").first).to_have_text("Running")
        tab_to(page, page.get_by_role("button", name="Cancel"))
        page.keyboard.press("Enter")
        expect(page.locator("main .status").first).to_have_text("Cancelled")


@both_sizes
def test_approve_with_a_comment(visit: Visiting, stack: RunningStack, size: tuple[int, int]) -> None:
    id_ = stack.api.submit("echo", needs_approval=True)
    with visit(size=size) as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks/{id_}")
        page.get_by_role("button", name="Approve").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Comment").fill("looks right")
        dialog.get_by_role("button", name="Approve").click()
        expect(page.locator("main .status").first).to_have_text("Succeeded")
        expect(page.get_by_text("looks right").first).to_be_visible()


@both_sizes
def test_what_failed_is_done_again_with_other_params(
    visit: Visiting, stack: RunningStack, size: tuple[int, int]
) -> None:
    id_ = stack.api.submit("flaky", {"failures": 9, "retryable": False, "message": "the source said no"})
    stack.api.wait_for(id_, "failed")
    with visit(size=size) as visitor:
        page = visitor.page
        visitor.sign_in(f"tasks/{id_}")
        expect(page.get_by_role("alert").filter(has_text="the source said no")).to_be_visible()
        page.get_by_role("link", name="Retry with changes").click()
        page.get_by_label("Failures").fill("0")
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page).not_to_have_url(re.compile(id_))
        expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}$"))
        expect(page.locator("main .status").first).to_have_text("Succeeded")
        # Where it came from is said.
        expect(page.locator(f'main a[href$="{id_}"]')).to_be_visible()


@both_sizes
def test_a_sentence_with_a_question(visit: Visiting, size: tuple[int, int]) -> None:
    with visit(size=size) as visitor:
        page = visitor.page
        visitor.sign_in("submit")
        sentence = page.get_by_label("What shall be done?")
        sentence.fill("pull reddit")
        page.get_by_role("button", name="Show what it means").click()
        expect(page.get_by_role("alert").filter(has_text="One question")).to_be_visible()
        expect(page.get_by_role("button", name="Create this task")).to_have_count(0)
        sentence.fill("pull the last 7 days of $NVDA from wallstreetbets in 2 days")
        page.get_by_role("button", name="Show what it means").click()
        page.get_by_role("button", name="Create this task").click()
        expect(page.locator("main .status").first).to_have_text("Scheduled")
