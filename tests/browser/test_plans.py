"""Plans from the page: proposed for a goal, submitted, watched, repaired, reviewed, and by a viewer only looked at."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_people import somebody
from tests.browser.visitor import PHONE, Visiting, Visitor, seconds
from tests.stack.harness import RunningStack

_REFUSED = re.compile(r"/plans/validate$")


def submit(stack: RunningStack, name: str, *steps: dict[str, Any]) -> str:
    reply = stack.api.http.post("/plans", json={"name": name, "steps": list(steps)})
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def fails(id_: str, **more: Any) -> dict[str, Any]:
    """A step that fails until its params are others."""
    params = {"failures": 9, "retryable": False, "message": "the lock is rusty"}
    return {"id": id_, "task_type": "flaky", "params": params, **more}


def box(page: Page, step: str) -> Locator:
    return page.locator(f"button.graph-box[data-step={step}]")


def status(page: Page) -> Locator:
    """Of the whole plan."""
    return page.locator("main .status").first


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_goal_is_proposed_submitted_and_watched_to_its_end(visit: Visiting, stack: RunningStack) -> None:
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("plans")
        page.get_by_role("link", name="New plan").click()
        goal = "crawl 5 posts of NVDA and AMD from reddit, then score the sentiment"
        page.get_by_label("What is to be reached?").fill(goal)
        page.get_by_role("button", name="Propose a plan").click()
        proposed = page.get_by_role("table", name="Steps that are proposed")
        expect(proposed).to_contain_text("reddit_crawl")
        expect(proposed).to_contain_text("ai_sentiment")
        expect(page.get_by_role("main")).to_contain_text("All together: ")
        assert visitor.axe() == []
        assert stack.rows("SELECT 1 AS n FROM plans WHERE name = %s", goal) == []
        page.get_by_role("button", name="Approve all and run it").click()
        expect(page).to_have_url(re.compile(r"/plans/[0-9a-f-]{36}"))
        # Without a reload.
        expect(status(page)).to_have_text("Succeeded", timeout=seconds(60))
        states = page.locator("button.graph-box .status")
        expect(states.first).to_have_text("Succeeded")
        expect(page.get_by_role("table", name="Steps", exact=True)).not_to_contain_text("Running")
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Plans").click()
        row = page.get_by_role("table", name="Plans").get_by_role("row", name=goal)
        expect(row).to_contain_text("Succeeded")
    assert len(stack.rows("SELECT 1 AS n FROM plans WHERE name = %s", goal)) == 1


def test_a_text_is_submitted_once_its_mistakes_are_mended(visit: Visiting, stack: RunningStack) -> None:
    text = (
        "name: typed\nsteps:\n  - id: say\n    task_type: echo\n  - id: tell\n    task_type: echo\n    needs: [sey]\n"
    )
    with visit() as visitor:
        visitor.expected.append(_REFUSED)
        page: Page = visitor.page
        visitor.sign_in("plans/new?as=text")
        field = page.get_by_label("The plan")
        field.fill(text)
        beside = page.get_by_role("region", name="What it says")
        expect(beside).to_contain_text("1 mistake")
        expect(beside).to_contain_text("steps.tell.needs")
        expect(page.get_by_role("button", name="Submit the plan")).to_be_disabled()
        assert visitor.axe() == []
        beside.get_by_role("button", name="line 7").click()
        selected = "element => element.value.slice(element.selectionStart, element.selectionEnd)"
        assert field.evaluate(selected) == "    needs: [sey]"
        # A reload keeps what was typed.
        page.reload()
        expect(field).to_have_value(text)
        field.fill(text.replace("sey", "say"))
        expect(beside).to_contain_text("typed can run: 2 steps, 2 tasks")
        page.get_by_role("button", name="Submit the plan").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("typed")
        expect(status(page)).to_have_text("Succeeded", timeout=seconds(30))


def test_a_failed_step_is_repaired_with_the_keyboard(visit: Visiting, stack: RunningStack) -> None:
    plan = submit(stack, "repaired", {"id": "before", "task_type": "echo"}, fails("breaks", needs=["before"]),
                  {"id": "after", "task_type": "echo", "needs": ["breaks"]})  # fmt: skip
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in(f"plans/{plan}")
        expect(status(page)).to_have_text("Failed")
        box(page, "before").focus()
        page.keyboard.press("ArrowRight")
        expect(box(page, "breaks")).to_be_focused()
        page.keyboard.press("Enter")
        panel = page.get_by_role("region", name="Step breaks")
        expect(panel).to_contain_text("the lock is rusty")
        expect(page).to_have_url(re.compile(r"step=breaks"))
        assert visitor.axe() == []
        panel.get_by_role("link", name=re.compile("^Task ")).click()
        expect(page.get_by_role("main")).to_contain_text("Step breaks of the plan repaired")
        page.get_by_role("link", name="breaks", exact=True).click()
        panel.get_by_role("button", name="Retry with other params").click()
        params = dialog(page).get_by_label("Params")
        expect(params).to_have_value(re.compile("the lock is rusty"))
        params.fill("no JSON")
        expect(dialog(page).get_by_role("button", name="Retry")).to_be_disabled()
        params.fill('{"failures": 0}')
        dialog(page).get_by_role("button", name="Retry").click()
        expect(status(page)).to_have_text("Succeeded", timeout=seconds(30))
        expect(box(page, "after")).to_contain_text("Succeeded")
        expect(page.get_by_role("main")).to_contain_text("round 2")


def test_a_step_is_repaired_its_result_sent_back_and_then_approved(visit: Visiting, stack: RunningStack) -> None:
    """With a finger, on a phone."""
    plan = submit(stack, "reviewed", fails("breaks"),
                  {"id": "draft", "task_type": "echo", "needs": ["breaks"], "needs_review": True},
                  {"id": "publish", "task_type": "echo", "needs": ["draft"], "needs_approval": True})  # fmt: skip
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        visitor.sign_in(f"plans/{plan}")
        expect(status(page)).to_have_text("Failed")
        box(page, "breaks").click()
        panel = page.get_by_role("region", name="Step breaks")
        # It stands below the graph and the table, and comes into view by itself.
        retry = panel.get_by_role("button", name="Retry with other params")
        expect(retry).to_be_in_viewport()
        retry.click()
        dialog(page).get_by_label("Params").fill('{"failures": 0}')
        dialog(page).get_by_role("button", name="Retry").click()
        expect(box(page, "draft")).to_contain_text("In review", timeout=seconds(30))
        box(page, "draft").click()
        panel = page.get_by_role("region", name="Step draft")
        panel.get_by_role("button", name="Request changes").click()
        again = dialog(page).get_by_role("button", name="Request changes")
        expect(again).to_be_disabled()
        dialog(page).get_by_label("What shall be different").fill("name the sources")
        again.click()
        expect(dialog(page)).to_have_count(0)
        panel.get_by_role("button", name="Approve").click()
        dialog(page).get_by_label("Comment").fill("good now")
        dialog(page).get_by_role("button", name="Approve").click()
        # Before the next one begins, a person is asked as well.
        box(page, "publish").click()
        panel = page.get_by_role("region", name="Step publish")
        panel.get_by_role("button", name="Let it begin").click()
        assert visitor.axe() == []
        dialog(page).get_by_role("button", name="Let it begin").click()
        expect(status(page)).to_have_text("Succeeded", timeout=seconds(30))
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    [task] = stack.rows("SELECT feedback FROM tasks WHERE plan_id = %s AND plan_step = 'draft'", plan)
    assert task["feedback"] == "name the sources"


def test_who_only_looks_is_offered_no_acts(visit: Visiting, stack: RunningStack) -> None:
    many = fails("many", for_each=[1, 2], on_failure="continue")
    plan = submit(stack, "looked at", fails("breaks"), many, {"id": "draft", "task_type": "echo", "needs_review": True})
    with visit() as visitor:
        visitor.sign_in(f"plans/{plan}?step=breaks", name=somebody(stack, "viewer"))
        seen = {}
        for step, text in (("breaks", "the lock is rusty"), ("many", "Entry"), ("draft", "In review")):
            visitor.open(f"plans/{plan}?step={step}")
            expect(visitor.page.get_by_role("region", name=f"Step {step}")).to_contain_text(text)
            seen[step] = acts(visitor)
        visitor.open("plans?status=failed")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Plans")
        expect(visitor.page.get_by_role("link", name="New plan")).to_have_count(0)
        visitor.open("plans/new")
        expect(visitor.page.get_by_role("main")).to_contain_text("This page is for operators")
    assert seen == {"breaks": [], "many": [], "draft": []}


def acts(visitor: Visitor) -> list[str]:
    offered = visitor.page.locator("main button:visible").all_inner_texts()
    return [each for each in offered if re.search(r"Retry|Skip|result|Approve|Reject|Request|Cancel|Act", each)]
