"""The fleet from the page: a machine is invited, drained and shut out; a queue is held back; failures run again."""

import re
import uuid
from pathlib import Path

import httpx
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import PHONE, Visiting
from tests.stack.commands import clawdbot, started_worker
from tests.stack.harness import RunningStack, eventually
from tests.stack.tasks.steering import wait_for_limit
from tests.support import plain_http

#: A phone that opens the page of a laptop: there its browser has no clipboard.
_OVER_PLAIN_HTTP = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def is_refused(stack: RunningStack, key: str) -> bool:
    address = f"{stack.api_url}/api/v1/worker/bootstrap"
    return httpx.get(address, headers={"X-Worker-Key": key}, verify=plain_http.NO_TLS).status_code == 401


def test_invite_start_see_drain_and_revoke(visit: Visiting, stack: RunningStack, tmp_path: Path) -> None:
    """What the page says to run is run as it says."""
    name, lab = (f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("laptop", "lab"))
    stack.api.http.put(f"/workspaces/{lab}", json={}).raise_for_status()
    config = tmp_path / "clawdbot.yaml"
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        page.add_init_script(_OVER_PLAIN_HTTP)
        visitor.sign_in("workers")
        # Whom a finger cannot tell what does not fit, it shows.
        more = page.get_by_role("article").first.get_by_role("button", name=re.compile(r"^\+\d+$"))
        more.click()
        expect(more).to_have_count(0)
        page.get_by_role("button", name="Invite").click()
        visitor.choose("Capabilities", "echo")
        page.keyboard.press("Escape")
        visitor.choose("Workspaces that it serves", lab)
        page.keyboard.press("Escape")
        dialog(page).get_by_label("Name").fill(name)
        dialog(page).get_by_role("button", name="Make a join code").click()
        assert visitor.axe() == []
        line = dialog(page).get_by_text(re.compile("^clawdbot workers join")).text_content() or ""
        dialog(page).get_by_role("button", name="Copy the line that joins").click()
        dialog(page).get_by_role("button", name="I have it").click()
        page.get_by_label("Name", exact=True).press("Control+V")
        expect(page.get_by_label("Name", exact=True)).to_have_value(line)
        page.get_by_label("Name", exact=True).fill("")
        expect(page.get_by_role("row", name=name)).to_contain_text(re.compile(f"Open.*{lab}", re.DOTALL))

        joined = clawdbot(None, *line.split()[1:], "--config", str(config))
        assert joined.returncode == 0, joined.stderr
        with started_worker("--config", str(config)):
            card = page.get_by_role("article", name=name)
            expect(card).to_contain_text("Idle")
            expect(card).to_contain_text(f"serves {lab}")
            page.get_by_text("Table", exact=True).click()
            row = page.get_by_role("table", name="Workers").get_by_role("row", name=name)
            expect(row).to_contain_text(lab)
            row.get_by_role("link", name=name).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            page.get_by_role("button", name="Drain").click()
            dialog(page).get_by_label("Why").fill("It gets a new disk")
            dialog(page).get_by_role("button", name="Drain").click()
            expect(page.get_by_text("human:admin: It gets a new disk")).to_be_visible()
            expect(page.get_by_role("list", name="Events")).to_contain_text("Began to drain")
            page.get_by_role("button", name="Key and end").click()
            page.get_by_role("menuitem", name="Revoke its keys").click()
            expect(dialog(page)).to_contain_text("cannot be undone")
            assert visitor.axe() == []
            dialog(page).get_by_role("button", name="Revoke").click()
            visitor.was_told(f"The keys of {name} are revoked.")
    key = str(yaml.safe_load(config.read_text())["api_key"])
    eventually(lambda: is_refused(stack, key), 5, "the key is refused")


def test_a_capability_is_paused_on_a_phone(visit: Visiting, stack: RunningStack) -> None:
    """What waits for it says so; and it goes on as soon as it is resumed."""
    with visit(size=PHONE) as visitor:
        page: Page = visitor.page
        visitor.sign_in("capabilities?name=mock_content")
        row = page.get_by_role("row", name="mock_content")
        row.get_by_role("button", name="Pause").click()
        # Without a reason it is not done.
        expect(dialog(page).get_by_role("button", name="Pause")).to_be_disabled()
        dialog(page).get_by_label("Why").fill("The source changes")
        dialog(page).get_by_role("button", name="Pause").click()
        expect(row).to_contain_text("human:admin: The source changes")
        # Said at once, and in force within a second: what is submitted in between may still be taken.
        wait_for_limit(stack, "mock_content", 0)
        waiting = stack.api.submit("mock_content", {"topic": "chips"})
        expect(row.get_by_role("cell").nth(2)).to_have_text("1")
        row.get_by_role("button", name="Resume").click()
        expect(row).to_contain_text("Flowing")
        stack.api.wait_for(waiting, "succeeded")


def test_a_cause_of_failures_is_retried_as_one(visit: Visiting, stack: RunningStack) -> None:
    """It says how many before it does it, and they run again under their ids."""
    params = {"failures": 1, "retryable": False, "message": "the gate of the harbour is shut"}
    failed = [stack.api.submit("flaky", params) for _ in range(2)]
    for id_ in failed:
        stack.api.wait_for(id_, "failed")
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("failures")
        group = page.get_by_role("article").filter(has_text="harbour")
        expect(group).to_contain_text("2 tasks")
        group.get_by_role("button", name="Retry all").click()
        dialog(page).get_by_role("button", name="Retry 2 tasks").click()
        expect(dialog(page)).to_contain_text("Done: 2 retried")
        dialog(page).get_by_role("button", name="Close").last.click()
    assert [stack.api.task(id_)["retry_count"] for id_ in failed] == [1, 1]
