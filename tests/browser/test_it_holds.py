"""What an open page does when the server goes away, the session ends, or somebody writes markup where text belongs."""

import re
import uuid
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import make_url

from db.people.first_people import ensure_user
from services.people.passwords import hash_password
from tests.browser.visitor import Visiting, Visitor
from tests.stack.harness import RunningStack
from tests.stack.people import PASSWORD, in_database
from tests.stack.workers.link import Link, link_to
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers

PREFIX = "/claw"
#: Keeps in `data-was` all that the badge of the health has said since.
_KEEP = """() => {
  const was = new Set();
  const look = () => {
    was.add(document.querySelector('button[aria-label^="Health: "]')?.ariaLabel);
    document.documentElement.dataset.was = [...was].join('; ');
  };
  new MutationObserver(look).observe(document.body, { subtree: true, attributeFilter: ['aria-label'] });
}"""
SENTENCE = "pull the last 30 days of $NVDA from wallstreetbets"


def connection(visitor: Visitor, state: str) -> None:
    expect(visitor.page.locator("[data-connection]")).to_have_attribute("data-connection", state)


def test_the_api_is_restarted_under_an_open_page(visit: Visiting, stack: RunningStack) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit")
        connection(visitor, "open")
        page.get_by_label("What shall be done?").fill(SENTENCE)
        # A part of the frame may be on its way; it is asked for until it comes.
        visitor.expected.append(re.compile(r"/api/v1/|/assets/|:\d+/$"))
        page.evaluate(_KEEP)
        stack.kill("api")
        # It may be back before anybody looks.
        expect(page.locator("html")).to_have_attribute("data-was", re.compile("Health: Offline"))
        expect(page.get_by_label("What shall be done?")).to_have_value(SENTENCE)
        # Nobody reloads anything.
        connection(visitor, "open")
        expect(page.get_by_label("What shall be done?")).to_have_value(SENTENCE)
        page.get_by_role("button", name="Show what it means").click()
        expect(page.get_by_role("button", name="Create this task")).to_be_visible()


def test_postgres_is_away_under_an_open_page(visit: Visiting, below: Facade, way: Link) -> None:
    id_ = below.api.submit("echo")
    with visit() as visitor:
        visitor.url, visitor.password = f"{below.api_url}{PREFIX}", PASSWORD
        page = visitor.page
        visitor.sign_in("submit?type=delay", "paula")
        connection(visitor, "open")
        page.get_by_label("Seconds").fill("7")
        visitor.expected.append(re.compile(r"/api/v1/"))
        postgres, way.target = way.target, 1
        way.reset()
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_role("alert").filter(has_text="database")).to_be_visible()
        expect(page.get_by_role("button", name="Health: Postgres")).to_be_visible()
        expect(page.get_by_label("Seconds")).to_have_value("7")
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Tasks").click()
        expect(page.get_by_role("alert").filter(has_text="database")).to_be_visible()
        way.target = postgres
        # Nobody presses anything.
        expect(page.locator(f'[data-task="{id_}"]')).to_be_visible()
        connection(visitor, "open")
        expect(page.get_by_role("button", name="Health: Postgres")).to_have_count(0)
        below.api.command(id_, "cancel")
        expect(page.locator(f'[data-task="{id_}"]')).to_contain_text("Cancelled")
        page.go_back()
        expect(page.get_by_label("Seconds")).to_have_value("7")


def test_an_answer_is_lost_and_asked_for_again(visit: Visiting, stack: RunningStack) -> None:
    """The task was created, and nobody told the page so: it is the same task that the next click gets."""
    tag = f"once-{uuid.uuid4().hex[:8]}"

    def lose(route: Route) -> None:
        assert route.fetch().status == 201
        route.abort()

    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit?type=delay")
        page.get_by_label("Seconds").fill("1")
        page.get_by_role("button", name="When, how urgent, and what then").click()
        page.get_by_role("combobox", name="Tags").fill(tag)
        page.get_by_role("combobox", name="Tags").press("Enter")
        visitor.expected.append(re.compile(r"/api/v1/tasks$"))
        page.route(re.compile(r"/api/v1/tasks$"), lose, times=1)
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        page.reload()
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page).to_have_url(re.compile(r"/tasks/[0-9a-f-]{36}$"))
    assert stack.api.http.get("/tasks", params={"tag": tag}).json()["total"] == 1


def test_a_session_is_revoked_elsewhere(visit: Visiting, stack: RunningStack) -> None:
    name = f"rosa-{uuid.uuid4().hex[:6]}"
    body = {"name": name, "role": "operator", "password": stack.secrets["admin_password"]}
    stack.api.http.post("/users", json=body).raise_for_status()
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit?type=delay", name)
        page.get_by_label("Seconds").fill("7")
        sessions = stack.api.http.get("/sessions", params={"everybody": True}).json()["sessions"]
        [id_] = [each["id"] for each in sessions if each["user"] == name]
        stack.api.http.delete(f"/sessions/{id_}").raise_for_status()
        visitor.expected.append(re.compile(r"/api/v1/"))
        # Nothing is clicked: the stream is refused, and the page asks to sign in over itself.
        expect(page.get_by_role("dialog")).to_contain_text("what you typed is kept")
        visitor.sign_in_again(name)
        expect(page.get_by_label("Seconds")).to_have_value("7")


def test_a_draft_survives_a_reload(visit: Visiting) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit?type=delay")
        page.get_by_label("Seconds").fill("42")
        page.reload()
        expect(page.get_by_label("Seconds")).to_have_value("42")


def test_a_new_version_is_deployed(visit: Visiting) -> None:
    """The parts of the version that is open are gone: one reload, and what was typed is still there."""
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit?type=delay")
        page.get_by_label("Seconds").fill("42")
        loads: list[str] = []
        refused: list[str] = []
        page.on("domcontentloaded", lambda _: loads.append(page.url))
        page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
        visitor.expected.append(re.compile(r"/assets/"))
        page.route(re.compile(r"/assets/FailuresPage-"), lambda route: route.fulfill(status=404), times=1)
        with page.expect_event("domcontentloaded"):
            page.get_by_role("navigation", name="Pages").get_by_role("link", name="Failures").click()
        visitor.arrive()
        assert len(loads) == 1
        assert [url for url in refused if "/assets/FailuresPage-" not in url] == []
        visitor.open("submit?type=delay")
        expect(page.get_by_label("Seconds")).to_have_value("42")


def test_a_viewer_is_offered_nothing_that_would_be_refused(visit: Visiting, stack: RunningStack) -> None:
    name = f"vito-{uuid.uuid4().hex[:6]}"
    body = {"name": name, "role": "viewer", "password": stack.secrets["admin_password"]}
    stack.api.http.post("/users", json=body).raise_for_status()
    waiting = stack.api.submit("echo", needs_approval=True)
    over = stack.api.submit("echo")
    stack.api.wait_for(over)
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("tasks", name)
        expect(page.get_by_role("row").nth(1)).to_be_visible()
        expect(page.get_by_role("checkbox")).to_have_count(0)
        expect(page.get_by_role("link", name="New task")).to_have_count(0)
        for id_ in (waiting, over):
            visitor.open(f"tasks/{id_}")
            expect(page.get_by_role("button", name="Copy as")).to_be_visible()
            for word in ("Cancel", "Retry", "Approve", "Reject", "Priority", "Delete", "Add"):
                expect(page.get_by_role("button", name=re.compile(f"^{word}"))).to_have_count(0)
            for word in ("Duplicate", "Retry with changes"):
                expect(page.get_by_role("link", name=word)).to_have_count(0)


@pytest.fixture
def way(servers: Servers) -> Iterator[Link]:
    """The way to Postgres of one API."""
    with link_to(make_url(servers.template_url).port or 0) as link:
        yield link


@pytest.fixture
def below(servers: Servers, aside: Executor, way: Link) -> Iterator[Facade]:
    """An API that lives below a prefix, with an operator."""
    manager = in_process(servers, way.port, api_root_path=PREFIX, gateway_internal_address="127.0.0.1:1")
    api = aside.submit(manager.__enter__).result()
    hashed = hash_password(PASSWORD)
    aside.submit(in_database, api, lambda connection: ensure_user(connection, "paula", "operator", hashed)).result()
    yield api
    aside.submit(manager.__exit__, None, None, None).result()


def test_it_lives_below_a_prefix(visit: Visiting, below: Facade) -> None:
    """The content policy, the cookie, the live stream and deep links, all at once."""
    id_ = below.api.submit("echo")
    with visit() as visitor:
        visitor.url, visitor.password = f"{below.api_url}{PREFIX}", PASSWORD
        page = visitor.page
        visitor.sign_in(f"tasks/{id_}", "paula")
        expect(page.get_by_role("heading", level=1)).to_have_text("echo")
        connection(visitor, "open")
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Tasks").click()
        expect(page).to_have_url(f"{visitor.url}/tasks")
        page.reload()
        expect(page.get_by_role("row").nth(1)).to_be_visible()
        below.api.command(id_, "cancel")
        expect(page.get_by_role("row").nth(1)).to_contain_text("Cancelled")
