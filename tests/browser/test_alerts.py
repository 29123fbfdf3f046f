"""Alerts on the page: a test says what became of it, and what the API refuses of a rule stands at its field."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visiting


def test_a_rule_is_tried(visit: Visiting) -> None:
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("alerts?tab=rules")
        page.get_by_role("button", name="Test worker-offline").click()
        expect(page.get_by_role("dialog")).to_contain_text("No channel is set, so it is told nowhere else")
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        page.get_by_role("tab", name="Alerts").click()
        told = page.get_by_role("article").filter(has_text="A test of the rule worker-offline").first
        expect(told).to_contain_text("asked for by human:admin")
        told.get_by_role("button", name="Who was told").click()
        expect(told).to_contain_text("It went to no channel")


def test_a_rule_is_written(visit: Visiting) -> None:
    name = f"crawls-{uuid.uuid4().hex[:8]}"
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("alerts?tab=rules")
        page.get_by_role("button", name="New rule").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        visitor.choose("Tells of", "Many tasks fail")
        dialog.get_by_label("From how many percent").fill("30")
        dialog.get_by_label("Quiet hours").fill("at night")
        visitor.expected.append(re.compile(r"/alerts/rules/"))
        dialog.get_by_role("button", name="Write it").click()
        expect(dialog.get_by_label("Quiet hours")).to_have_attribute("aria-invalid", "true")
        dialog.get_by_label("Quiet hours").fill("22:00-07:00 Europe/Berlin")
        dialog.get_by_role("button", name="Write it").click()
        row = page.get_by_role("row", name=name)
        expect(row).to_contain_text("Many tasks fail, from 30 percent")
        row.get_by_role("button", name=f"Delete {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(row).to_have_count(0)
