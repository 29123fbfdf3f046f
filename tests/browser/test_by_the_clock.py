"""What works when nobody types, and what is put right in one sitting: failures, schedules, templates."""

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visiting
from tests.stack.harness import RunningStack


def test_a_group_of_failures_is_put_right_by_a_canary(visit: Visiting, stack: RunningStack) -> None:
    """Other params are tried dry, a note is kept, and the others follow the one that succeeds."""
    params = {"failures": 1, "retryable": False, "message": "the lamp of the lighthouse is out"}
    failed = [stack.api.submit("flaky", params) for _ in range(2)]
    for id_ in failed:
        stack.api.wait_for(id_, "failed")
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("failures")
        group = page.get_by_role("article").filter(has_text="lighthouse")
        expect(group).to_contain_text("2 tasks")
        group.get_by_role("link", name="Put it right").click()
        expect(page.get_by_role("region", name="What is known")).to_contain_text("lighthouse")
        page.get_by_role("button", name="Edit params").click()
        page.get_by_role("dialog").get_by_label("Failures").fill("0")
        page.get_by_role("button", name="Try whether it fits").click()
        expect(page.get_by_role("dialog")).to_contain_text("It fits all of 2 tasks")
        page.get_by_role("button", name="Change 2 tasks").click()
        expect(page.get_by_role("dialog")).to_contain_text("Done: 2 changed")
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        page.get_by_label("New note").fill("the bulb is new")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("region", name="History and notes")).to_contain_text("the bulb is new")
        page.get_by_role("button", name="Canary").click()
        page.get_by_role("button", name="Try one").click()
        expect(page.get_by_role("region", name="Done last")).to_contain_text("Done: 1 retried", timeout=30_000)
        expect(page.get_by_role("region", name="Its tasks")).to_contain_text("None is failed any more")
    for id_ in failed:
        assert stack.api.wait_for(id_, "succeeded")["retry_count"] == 1
