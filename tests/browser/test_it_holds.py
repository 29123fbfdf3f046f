"""What an open page does when the server goes away, the session ends, or somebody writes markup where text belongs."""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from db.people.first_people import ensure_user
from services.people.passwords import hash_password
from tests.browser.visitor import Visiting, Visitor
from tests.stack.harness import RunningStack
from tests.stack.people import PASSWORD, in_database
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}\'"‮'
PREFIX = "/claw"
SENTENCE = "pull the last 30 days of $NVDA from wallstreetbets"


_ARTICLE = (
    "INSERT INTO news_articles (ticker, article_id, url, source, title, text, published, content_hash, raw, task_id,"
    " attempt) VALUES (%s, %s, %s, 'feed', %s, '', now(), repeat('0', 64), '{}', %s, 1)"
)


def connection(visitor: Visitor, state: str) -> None:
    expect(visitor.page.locator("[data-connection]")).to_have_attribute("data-connection", state)


def test_the_api_is_restarted_under_an_open_page(visit: Visiting, stack: RunningStack) -> None:
    with visit() as visitor:
        page = visitor.page
        visitor.sign_in("submit")
        connection(visitor, "open")
        page.get_by_label("What shall be done?").fill(SENTENCE)
        visitor.expected.append(re.compile(r"/api/v1/"))
        stack.kill("api")
        connection(visitor, "lost")
        expect(page.get_by_role("button", name="Health: Offline")).to_be_visible()
        expect(page.get_by_label("What shall be done?")).to_have_value(SENTENCE)
        # Nobody reloads anything.
        connection(visitor, "open")
        expect(page.get_by_label("What shall be done?")).to_have_value(SENTENCE)
        page.get_by_role("button", name="Show what it means").click()
        expect(page.get_by_role("button", name="Create this task")).to_be_visible()


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
        page.on("domcontentloaded", lambda _: loads.append(page.url))
        visitor.expected.append(re.compile(r"/assets/"))
        page.route(re.compile(r"/assets/FailuresPage-"), lambda route: route.fulfill(status=404), times=1)
        with page.expect_event("domcontentloaded"):
            page.get_by_role("navigation", name="Pages").get_by_role("link", name="Failures").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-asking", "0")
        assert len(loads) == 1
        visitor.open("submit?type=delay")
        expect(page.get_by_label("Seconds")).to_have_value("42")


def test_hostile_text_is_text(visit: Visiting, stack: RunningStack) -> None:
    id_ = stack.api.submit("echo", {"message": HOSTILE}, tags=[HOSTILE[:40]])
    stack.api.wait_for(id_)
    stack.api.http.post(f"/tasks/{id_}/notes", json={"text": HOSTILE}).raise_for_status()
    ticker = HOSTILE[:20].upper()
    links = ["javascript:window.hacked=1", "data:text/html,<script>1</script>", "https://example.com/<b>"]
    cited = [f"news_articles:{hashlib.sha256(link.encode()).hexdigest()}" for link in links]
    result = {"summary": HOSTILE, "cited": [*cited, HOSTILE], HOSTILE: {"x": HOSTILE}}
    for link, cite in zip(links, cited, strict=True):
        stack.execute(_ARTICLE, ticker, cite.removeprefix("news_articles:"), link, HOSTILE, id_)
    failure = {"type": HOSTILE, "message": HOSTILE}
    stack.execute(
        "UPDATE tasks SET ticker = %s, result = %s::jsonb, error = %s::jsonb WHERE id = %s",
        ticker, json.dumps(result), json.dumps(failure), id_,
    )  # fmt: skip
    with visit() as visitor:
        page = visitor.page
        for path in (f"tasks/{id_}", f"tasks?id_prefix={id_}", f"submit?from={id_}", "board", "timeline"):
            visitor.open(path) if visitor.page.url != "about:blank" else visitor.sign_in(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.locator("html")).to_have_attribute("data-asking", "0")
            assert page.evaluate("[window.hacked, document.querySelectorAll('main img, main script').length]") == [
                None,
                0,
            ]
        visitor.open(f"tasks/{id_}")
        expect(page.get_by_text("window.hacked=1").first).to_be_visible()
        link = page.locator('main a[href*="example.com"]')
        assert link.get_attribute("target") == "_blank"
        assert (link.get_attribute("rel"), link.get_attribute("href")) == ("noopener noreferrer", links[2])
        assert page.locator('a[href^="javascript"], a[href^="data"]').count() == 0


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
def aside() -> Iterator[Executor]:
    """A thread without the loop that Playwright keeps running in this one."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def below(servers: Servers, aside: Executor) -> Iterator[Facade]:
    """An API that lives below a prefix, with an operator."""
    manager = in_process(servers, api_root_path=PREFIX, gateway_internal_address="127.0.0.1:1")
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
