"""The board and the timeline: cards move by mouse, by finger, by keyboard or menu; a bar leads to its task."""

import re
import uuid

from playwright.sync_api import Locator, expect

from tests.browser.visitor import LAPTOP, PHONE, Visiting, Visitor, both_sizes
from tests.stack.harness import RunningStack


def lane(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(f"[data-lane={name}]")


def card(visitor: Visitor, name: str, task_id: str) -> Locator:
    """The card of a task, where it is in this lane."""
    return lane(visitor, name).locator(f"[data-card='{task_id}']")


def drag(visitor: Visitor, moved: Locator, to: Locator) -> None:
    mouse, begin, end = visitor.page.mouse, moved.bounding_box(), to.bounding_box()
    assert begin is not None
    assert end is not None
    mouse.move(begin["x"] + 60, begin["y"] + 10)
    mouse.down()
    mouse.move(begin["x"] + 80, begin["y"] + 20, steps=3)
    mouse.move(end["x"] + end["width"] / 2, end["y"] + 60, steps=8)
    expect(to).to_have_attribute("data-over", "true")
    mouse.up()


def drag_with_a_finger(visitor: Visitor, moved: Locator, to: Locator) -> None:
    """Held until it is picked up, then to the left edge, where the lanes go by until the wanted one is there."""
    screen, begin = visitor.page.context.new_cdp_session(visitor.page), moved.bounding_box()
    assert begin is not None
    at = {"x": begin["x"] + 60, "y": begin["y"] + 30}
    screen.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    expect(moved).to_have_attribute("data-dragging", "true")
    for x in (begin["x"] + 30, 12, 10):
        screen.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{**at, "x": x}]})
    expect(to).to_have_attribute("data-over", "true")
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@both_sizes
def test_a_failed_card_is_dragged_to_run_again(visit: Visiting, stack: RunningStack, size: tuple[int, int]) -> None:
    tag = f"drag-{uuid.uuid4().hex[:8]}"
    params = {"failures": 1, "retryable": False, "message": "not today"}
    task_id = stack.api.submit("flaky", params, tags=[tag])
    stack.api.wait_for(task_id, "failed")
    with visit(size=size) as visitor:
        visitor.sign_in(f"board?tag={tag}")
        moved = card(visitor, "failed", task_id)
        expect(moved).to_contain_text("not today")
        if size == LAPTOP:
            drag(visitor, moved, lane(visitor, "pending"))
        else:
            visitor.page.get_by_role("group", name="Lanes").get_by_role("button", name="Failed").tap()
            drag_with_a_finger(visitor, moved, lane(visitor, "pending"))
        # It may fail again before anybody looks.
        expect(visitor.page.locator(f"[data-card='{task_id}']")).to_contain_text("retried 1")
        again = stack.api.wait_for(task_id)
        assert again["retry_count"] == 1
        # Where it ends is seen without a reload.
        expect(card(visitor, again["status"], task_id)).to_contain_text("retried 1")


def test_a_card_is_cancelled_with_the_keyboard_alone(visit: Visiting, stack: RunningStack) -> None:
    tag = f"keys-{uuid.uuid4().hex[:8]}"
    task_id = stack.api.submit("delay", {"seconds": 120, "steps": 100}, tags=[tag])
    stack.api.wait_for(task_id, "running")
    with visit() as visitor:
        visitor.sign_in(f"board?tag={tag}")
        keyboard = visitor.page.keyboard
        card(visitor, "running", task_id).get_by_role("button", name="Move delay").focus()
        keyboard.press("Space")
        expect(lane(visitor, "pending")).to_have_attribute("data-refuses", "true")
        # Keys are listened to from the turn after that in which it was picked up.
        visitor.turn()
        keyboard.press("ArrowRight")
        expect(lane(visitor, "cancelled")).to_have_attribute("data-over", "true")
        keyboard.press("Space")
        # What cannot be undone is asked first.
        dialog = visitor.page.get_by_role("dialog")
        expect(dialog).to_contain_text("Cancel delay?")
        expect(dialog.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
        keyboard.press("Enter")
        expect(card(visitor, "cancelled", task_id)).to_be_visible()
        # It is shown there at once. A page that is closed before its request has gone takes that with it.
        stack.api.wait_for(task_id, "cancelled")


def test_a_card_is_cancelled_from_its_menu_on_a_phone(visit: Visiting, stack: RunningStack) -> None:
    tag = f"menu-{uuid.uuid4().hex[:8]}"
    task_id = stack.api.submit("delay", {"seconds": 120, "steps": 100}, tags=[tag])
    stack.api.wait_for(task_id, "running")
    with visit(size=PHONE) as visitor:
        visitor.sign_in(f"board?tag={tag}")
        page = visitor.page
        page.get_by_role("group", name="Lanes").get_by_role("button", name="Running").tap()
        card(visitor, "running", task_id).get_by_role("button", name="Actions for").tap()
        page.get_by_role("menuitem", name="Cancel").tap()
        page.get_by_role("dialog").get_by_role("button", name="Cancel", exact=True).tap()
        stack.api.wait_for(task_id, "cancelled")
        expect(card(visitor, "cancelled", task_id)).to_have_count(1)
        assert visitor.axe() == []


def test_a_bar_of_the_timeline_leads_to_its_task(visit: Visiting, stack: RunningStack) -> None:
    task_id = stack.api.submit("echo", {"message": "on the timeline"})
    stack.api.wait_for(task_id, "succeeded")
    with visit(size=PHONE) as visitor:
        visitor.sign_in("timeline?span=10m&task_type=echo")
        page, main = visitor.page, visitor.page.get_by_role("main")
        expect(page.locator("[data-now]")).to_be_visible()
        bar = page.locator(f"[data-bar='{task_id}']")
        # A finger cannot point: it touches once for what a pointer shows, and then for the task.
        expect(main).to_contain_text("Touch a bar to read what it is")
        bar.tap()
        expect(main).to_contain_text("attempt 1")
        expect(bar).to_have_attribute("data-pointed", "true")
        assert visitor.axe() == []
        bar.tap()
        expect(page).to_have_url(f"{visitor.url}/tasks/{task_id}")
        page.go_back()
        expect(main).to_contain_text("Touch a bar")
        bar.hover()
        expect(main).to_contain_text("attempt 1")
        page.get_by_role("button", name="Zoom out").click()
        expect(page).to_have_url(re.compile("span=1h"))
        bar.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{visitor.url}/tasks/{task_id}")
