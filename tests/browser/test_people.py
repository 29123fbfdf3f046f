"""Who may do what on the page: a viewer is offered nothing that is refused, an admin lets people and programs in."""

import re
import uuid

import httpx
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visiting, Visitor, both_sizes, names_of
from tests.stack.harness import RunningStack
from tests.support import plain_http

#: What whoever only looks may press: filters, copies, marks and settings of their own.
_ONLY_LOOKS = re.compile(
    r"\+\d|Copy |Clear |Who was told|Mark |Rule |Change your password|Sign out everywhere else|Older "
)


def somebody(stack: RunningStack, role: str) -> str:
    """A person with this role, and the admin's password."""
    name = f"{role}-{uuid.uuid4().hex[:8]}"
    body = {"name": name, "role": role, "password": stack.secrets["admin_password"]}
    assert stack.api.http.post("/users", json=body).status_code == 201
    return name


def buttons(visitor: Visitor) -> list[str]:
    """What can be pressed on the page itself, by name."""
    return names_of(visitor.page.locator("main button:visible:not([role=tab])"))


def test_a_viewer_is_offered_nothing_that_would_be_refused(visit: Visiting, stack: RunningStack) -> None:
    worker = stack.api.http.get("/workers").json()["workers"][0]["id"]
    failed = stack.api.submit("flaky", {"failures": 1, "retryable": False, "message": "for the viewer"})
    stack.api.wait_for(failed, "failed")
    task = {"task_type": "echo", "params": {"message": "for the viewer"}}
    schedule = {"name": "looked-at", "timing": {"every": "30d"}, "action": {"task": task}}
    stack.api.http.post("/schedules", json=schedule).raise_for_status()
    stack.api.http.put("/templates/looked-at", json={"task": task}).raise_for_status()
    with visit() as visitor:
        page: Page = visitor.page
        visitor.sign_in("workers", name=somebody(stack, "viewer"))
        navigation = page.get_by_role("navigation", name="Pages")
        expect(navigation.get_by_role("link", name="Workers")).to_be_visible()
        expect(navigation.get_by_role("link", name="Admin")).to_have_count(0)
        expect(navigation.get_by_role("link", name="New task")).to_have_count(0)
        # Groups are counted a moment after a task has failed: the page shows it then.
        visitor.open("failures")
        group = page.get_by_role("article").filter(has_text="for the viewer")
        cause = str(group.get_by_role("link", name="Look at it").get_attribute("href")).lstrip("/")
        refusable = {}
        for path, seen in (
            ("workers", "slots"),
            (f"workers/{worker}", "What it is"),
            ("capabilities", "mock_content"),
            ("failures", "for the viewer"),
            (cause, "What is known"),
            ("schedules", "looked-at"),
            ("schedules/looked-at", "for the viewer"),
            ("schedule", "Only operators"),
            ("templates", "looked-at"),
            ("templates/looked-at", "for the viewer"),
            ("alerts?tab=rules", "worker-offline"),
            ("alerts", "Alerts"),
            (f"tasks/{failed}", "for the viewer"),
            ("account", "this one"),
        ):
            visitor.open(path)
            expect(page.get_by_role("main")).to_contain_text(seen)
            refusable[path] = [each for each in buttons(visitor) if each and not _ONLY_LOOKS.match(each)]
        # A page that is not for them says so, and asks for nothing that it would not get.
        visitor.open("admin")
        expect(page.get_by_role("main")).to_contain_text("This page is for admins")
    assert {path: names for path, names in refusable.items() if names} == {}


@both_sizes
def test_an_admin_lets_a_person_and_a_program_in(visit: Visiting, stack: RunningStack, size: tuple[int, int]) -> None:
    name = f"anna-{uuid.uuid4().hex[:8]}"
    with visit(size=size) as visitor:
        page: Page = visitor.page
        dialog = page.get_by_role("dialog")
        visitor.sign_in("admin")
        page.get_by_role("button", name="Add a person").click()
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Password").first.fill(visitor.password)
        dialog.get_by_role("button", name="Add").click()
        expect(page.get_by_role("row", name=name)).to_contain_text("Active")
        visitor.choose(f"Role of {name}", "operator")
        dialog.get_by_role("button", name="Make operator").click()
        visitor.was_told(f"{name} is an operator.")
        assert visitor.axe() == []

        sign_in_elsewhere(stack, name)
        page.get_by_role("tab", name="Sessions").click()
        theirs = page.get_by_role("row").filter(has_text=name)
        theirs.get_by_role("button", name="Revoke").click()
        dialog.get_by_role("button", name="Revoke").click()
        expect(theirs).to_have_count(0)

        page.get_by_role("tab", name="API keys").click()
        page.get_by_role("button", name="New key").click()
        dialog.get_by_label("What it is for").fill(f"export of {name}")
        visitor.choose("Of", name)
        dialog.get_by_role("button", name="Make it").click()
        key = dialog.locator("pre").text_content() or ""
        dialog.get_by_role("button", name="I have it").click()
        assert who_has(stack, key) == (200, name)
        row = page.get_by_role("row", name=f"export of {name}")
        row.get_by_role("button", name="Revoke").click()
        dialog.get_by_role("button", name="Revoke").click()
        expect(row).to_have_count(0)

        page.get_by_role("tab", name="Audit log").click()
        page.get_by_label("What", exact=True).fill("key")
        page.get_by_role("button", name="Filter").click()
        # On a phone no row has the names of columns.
        lines = page.get_by_role("row").filter(has_text="key.")
        expect(lines.nth(0)).to_contain_text("key.revoke")
        expect(lines.nth(1)).to_contain_text(f"export of {name}")


def sign_in_elsewhere(stack: RunningStack, name: str) -> None:
    httpx.post(
        f"{stack.api_url}/api/v1/session",
        json={"username": name, "password": stack.secrets["admin_password"]},
        headers={"Sec-Fetch-Site": "same-origin"},
        verify=plain_http.NO_TLS,
        trust_env=False,
    ).raise_for_status()


def who_has(stack: RunningStack, key: str) -> tuple[int, str]:
    answer = httpx.get(
        f"{stack.api_url}/api/v1/me",
        headers={"Authorization": f"Bearer {key}"},
        verify=plain_http.NO_TLS,
        trust_env=False,
    )
    return answer.status_code, answer.json().get("name", "")
