"""What works when nobody types, and what is put right in one sitting, on a phone: failures, schedules, templates."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import PHONE, Visiting, seconds
from tests.stack.harness import RunningStack


def test_a_group_of_failures_is_put_right_by_a_canary(visit: Visiting, stack: RunningStack) -> None:
    """Other params are tried dry, a note is kept, one is tried, and the others are released after it."""
    params = {"failures": 1, "retryable": False, "message": "the lamp of the lighthouse is out"}
    failed = [stack.api.submit("flaky", params) for _ in range(2)]
    for id_ in failed:
        stack.api.wait_for(id_, "failed")
    with visit(size=PHONE) as visitor:
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
        page.get_by_label("Retry the others once it has succeeded").uncheck()
        page.get_by_role("button", name="Try one").click()
        done = page.get_by_role("region", name="Done last")
        expect(done).to_contain_text("The one that was tried succeeded.", timeout=seconds(30))
        page.get_by_role("button", name="Release", exact=True).click()
        page.get_by_role("button", name="Release 1 task").click()
        expect(done).to_contain_text("Done: 1 retried.", timeout=seconds(30))
        expect(page.get_by_role("region", name="Its tasks")).to_contain_text("None is failed any more")
    for id_ in failed:
        assert stack.api.wait_for(id_, "succeeded")["retry_count"] == 1


def test_a_schedule_is_previewed_created_and_run(visit: Visiting, stack: RunningStack) -> None:
    """The next runs are seen before it is saved, with what the clocks do; a run now leads to its task."""
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        visitor.sign_in("schedules")
        page.get_by_role("link", name="New schedule").click()
        page.get_by_label("Name").fill("at-the-harbour")
        page.get_by_label("Cron line").fill("30 2 * 3 SUN")
        page.get_by_role("combobox", name="Time zone").fill("Europe/Berlin")
        page.get_by_role("option", name="Europe/Berlin").click()
        preview = page.locator("[data-preview]")
        expect(preview.locator("time")).not_to_have_count(0)
        expect(preview).to_contain_text("02:30 does not exist, runs at 03:30")
        page.get_by_role("button", name="Every morning").click()
        expect(preview).not_to_contain_text("does not exist")
        visitor.choose("Type", "echo")
        page.get_by_label("Message").fill("ahoy")
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("at-the-harbour")
        expect(page.locator(".status[data-status=active]")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("at 07:00, Europe/Berlin")
        page.get_by_role("button", name="Run now").click()
        run = page.locator("[data-run=succeeded]")
        expect(run).to_be_visible(timeout=seconds(30))
        run.get_by_role("link").click()
        expect(page.get_by_role("main")).to_contain_text("schedule:at-the-harbour")
        visitor.open("schedules/at-the-harbour")
        page.get_by_role("button", name="Pause").click()
        page.get_by_label("Why").fill("the harbour rests")
        page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        expect(page.get_by_role("main")).to_contain_text("the harbour rests")
        # Somebody else resumes it: the page hears of that.
        stack.api.http.post("/schedules/at-the-harbour/resume").raise_for_status()
        expect(page.locator(".status[data-status=active]")).to_be_visible()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.get_by_role("heading", name="Schedules")).to_be_visible()
    assert stack.api.http.get("/schedules/at-the-harbour").status_code == 404


def test_a_task_becomes_a_template_and_is_run_again(visit: Visiting, stack: RunningStack) -> None:
    """What it asks for is asked for with what was saved beside it; saved again it has a second version."""
    task = stack.api.submit("mock_content", {"topic": "tides", "paragraphs": 1})
    stack.api.wait_for(task)
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        dialog = page.get_by_role("dialog")
        visitor.sign_in(f"tasks/{task}")
        for version in (1, 2):
            page.get_by_role("button", name="Save as template").click()
            dialog.get_by_label("Name").fill("of-the-tides")
            dialog.get_by_role("combobox", name="Asks for").click()
            page.get_by_role("option", name="topic").click()
            page.keyboard.press("Escape")
            dialog.get_by_role("button", name="Save").click()
            visitor.was_told(f"of-the-tides is saved, version {version}.")
        visitor.open("templates")
        page.get_by_role("link", name="of-the-tides").click()
        expect(page.get_by_role("navigation", name="Versions").get_by_role("link")).to_have_text(["2", "1"])
        page.get_by_label("Topic").fill("the moon")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("mock_content")
        ran = page.url.rsplit("/", 1)[-1]
        visitor.open("templates/of-the-tides")
        page.get_by_role("button", name="Delete").click()
        dialog.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("heading", name="Templates")).to_be_visible()
    assert stack.api.task(ran)["params"] == {"topic": "the moon", "paragraphs": 1, "seed": 0}
    assert stack.api.http.get("/templates/of-the-tides").status_code == 404


def test_an_old_plan_becomes_a_template_a_schedule_and_a_plan_again(visit: Visiting, stack: RunningStack) -> None:
    """Saved with a field, run with another value, duplicated into the editor, and made by the clock."""
    step = {"id": "say", "task_type": "echo", "params": {"message": "${{ inputs.what }}"}}
    document = {"name": "of the gulls", "inputs": {"what": "caw"}, "steps": [step]}
    old = stack.api.http.post("/plans", json=document).json()["id"]
    with visit() as visitor:
        page: Page = visitor.page
        dialog = page.get_by_role("dialog")
        visitor.sign_in(f"plans/{old}")
        page.get_by_role("button", name="Save as template").click()
        dialog.get_by_label("Name").fill("of-the-gulls")
        dialog.get_by_role("combobox", name="Asks for").click()
        page.get_by_role("option", name="what").click()
        page.keyboard.press("Escape")
        dialog.get_by_role("button", name="Save").click()
        visitor.was_told("of-the-gulls is saved, version 1.")
        page.get_by_role("button", name="Duplicate").click()
        expect(page.get_by_label("The plan")).to_have_value(re.compile("of the gulls"))
        visitor.open("templates/of-the-gulls")
        page.get_by_label("What", exact=True).fill("squawk")
        page.get_by_role("button", name="Run", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("of the gulls")
        ran = page.url.rsplit("/", 1)[-1]
        visitor.open("schedule")
        page.get_by_label("Name").fill("gulls-by-the-clock")
        page.get_by_text("A plan", exact=True).click()
        page.get_by_label("The plan").fill(json.dumps(document))
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.locator(".status[data-status=active]")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("plan of the gulls")
        page.get_by_role("button", name="Run now").click()
        run = page.locator("[data-run=succeeded]")
        expect(run).to_be_visible(timeout=seconds(30))
        run.get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("of the gulls")
    assert stack.api.http.get(f"/plans/{ran}").json()["document"]["inputs"] == {"what": "squawk"}
    assert stack.api.http.delete("/schedules/gulls-by-the-clock").status_code == 204
    assert stack.api.http.delete("/templates/of-the-gulls").status_code == 204
