"""What begins because something happened: a hook is written, tried, called, looked into, replayed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.visitor import PHONE, Visiting, seconds
from tests.http.triggers.made import Sender
from tests.stack.harness import RunningStack


def test_a_hook_is_tried_created_and_called(visit: Visiting, stack: RunningStack) -> None:
    """What would be made is seen before it is saved; its secret once; what came, with why, and once more."""
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        main, dialog = page.get_by_role("main"), page.get_by_role("dialog")
        visitor.sign_in("triggers")
        page.get_by_role("link", name="New trigger").click()
        page.get_by_label("Name").fill("at-the-door")
        page.get_by_label("Only if").fill("payload.rings > 1")
        visitor.choose("Type", "echo")
        page.get_by_label("Params").fill('{"message": "${{ payload.who }} rang"}')
        page.get_by_label("Payload").fill('{"rings": 1, "who": "Ada"}')
        page.get_by_role("button", name="What would it make?").click()
        expect(page.locator("[data-trial=filtered]")).to_contain_text("The filter does not want it.")
        page.get_by_label("Payload").fill('{"rings": 2, "who": "Ada"}')
        page.get_by_role("button", name="What would it make?").click()
        expect(page.locator("[data-trial=made]")).to_contain_text("Ada rang")
        page.get_by_role("button", name="Create", exact=True).click()
        secret = dialog.get_by_text(re.compile("^whsec_")).inner_text()
        dialog.get_by_role("button", name="I have it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("at-the-door")
        expect(main).to_contain_text("when its hook is called, signed as GitHub does")
        shown = stack.api.http.get("/triggers/at-the-door").json()
        sender = Sender(stack, {**shown, "secret": secret})
        assert sender.send({"rings": 2, "who": "Grace"}).status_code == 200
        assert sender.send({"rings": 0}).status_code == 200
        made = page.locator("[data-delivery=made]")
        expect(made).to_be_visible(timeout=seconds(30))
        expect(page.locator("[data-delivery=filtered]")).to_contain_text("The filter does not want it.")
        made.get_by_role("link", name=re.compile("What came")).click()
        expect(made).to_contain_text("Grace")
        made.get_by_role("button", name="Run it again").click()
        expect(page.locator("[data-delivery=made]")).to_have_count(2)
        page.get_by_role("button", name="Pause").click()
        page.get_by_label("Why").fill("nobody is at home")
        dialog.get_by_role("button", name="Pause").click()
        expect(main).to_contain_text("nobody is at home")
        page.get_by_role("button", name="Delete").click()
        dialog.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("heading", name="Triggers")).to_be_visible()
    assert stack.api.http.get("/triggers/at-the-door").status_code == 404
    made_by = stack.api.http.get("/tasks", params={"created_by": "trigger:at-the-door"}).json()["tasks"]
    assert [each["params"] for each in made_by] == [{"message": "Grace rang"}] * 2
