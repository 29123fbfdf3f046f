"""From the sign-in to a task that is cancelled while it runs, on a laptop and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import LAPTOP, PHONE, Visiting, Visitor

SENTENCE = "pull the last 30 days of $NVDA from wallstreetbets"


def status(visitor: Visitor, word: str) -> None:
    """The task page shows this status in its head."""
    expect(visitor.page.locator("main .status").first).to_have_text(word)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_sign_in_submit_watch_and_cancel(visit: Visiting, size: tuple[int, int]) -> None:
    with visit(size=size) as visitor:
        page = visitor.page
        visitor.sign_in("submit?type=delay")
        page.get_by_label("Seconds").fill("60")
        page.get_by_label("Steps").fill("600")
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}$"))
        status(visitor, "Running")
        # Progress comes by itself: nothing is asked for again.
        progress = page.get_by_role("progressbar", name="Progress")
        first = progress.get_attribute("aria-valuenow") or ""
        expect(progress).not_to_have_attribute("aria-valuenow", first)
        page.get_by_role("button", name="Cancel").click()
        status(visitor, "Cancelled")
        expect(page.get_by_role("button", name="Retry", exact=True)).to_be_visible()
        # On a phone the page is never wider than the screen.
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_wrong_password_is_said_and_typing_goes_on(visit: Visiting) -> None:
    with visit() as visitor:
        visitor.come()
        dialog = visitor.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("admin")
        dialog.get_by_label("Password").first.fill("not the password")
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog.get_by_role("alert")).to_contain_text("password")
        expect(dialog.get_by_label("Name")).to_have_value("admin")


def test_a_session_that_ends_asks_to_sign_in_over_the_page(visit: Visiting) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit")
        page.get_by_label("What shall be done?").fill(SENTENCE)
        visitor.expected.append(re.compile(r"/api/v1/"))
        page.context.clear_cookies()
        # Whatever the page asks first is told that nobody is signed in: perhaps that, perhaps something before it.
        page.get_by_role("button", name="Show what it means").dispatch_event("click")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("what you typed is kept")
        dialog.get_by_label("Name").fill("admin")
        dialog.get_by_label("Password").first.fill(visitor.password)
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog).to_be_hidden()
        expect(page.get_by_label("What shall be done?")).to_have_value(SENTENCE)
        page.get_by_role("button", name="Show what it means").click()
        expect(page.get_by_role("button", name="Create this task")).to_be_visible()
