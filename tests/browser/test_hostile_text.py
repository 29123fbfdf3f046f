"""Whoever may write into a field that a page shows writes text there, and nothing else."""

import re
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest
from playwright.sync_api import expect

from contracts.records.rows import RecordKind
from db.people.first_people import ensure_user
from services.people.passwords import hash_password
from tests.browser.hostile import DECISION, SAFE, TASKS, TICKER, WORKER, fill
from tests.browser.test_every_page import pages_of
from tests.browser.visitor import Visiting, Visitor
from tests.stack.people import PASSWORD, in_database
from tests.support.facade import Facade
from tests.support.in_process import in_process
from tests.support.servers import Servers

#: What stands behind a tab, a row or another view.
BEHIND = (
    f"workers/{WORKER}", "workers?view=table", f"agent?decision={DECISION}", "agent?tab=ranking", "alerts?tab=rules",
    "alerts?tab=channels", "admin?tab=keys", "admin?tab=audit", "admin?tab=sessions", f"tickers?ticker={TICKER}",
    "charts?tab=errors", "charts?tab=freshness", "charts?tab=agent", f"submit?from={TASKS[0]}",
    "workspaces/evil", "triggers/evil", "triggers/evil?delivery=1", "trigger?change=evil",
    *(f"tasks/{id_}" for id_ in TASKS), *(f"records?kind={kind}" for kind in RecordKind),
)  # fmt: skip
#: What ran, and elements that are none of ours, also in what lies over the page.
INJECTED = """() => [String(window.hacked), ...[...document.querySelectorAll(`body iframe, body object, body embed,
  body img:not([src*="/assets/icon-"]), body script:not([src])`)].map((each) => each.outerHTML)]"""
#: Links that lead elsewhere: where to, and how they are opened.
AWAY = """() => [...document.querySelectorAll('a[href]')]
  .filter((link) => link.origin !== location.origin)
  .map((link) => `${link.getAttribute('href')} ${link.target} ${link.rel}`)"""
OPENED = re.compile(r"https?://\S+ _blank noopener noreferrer")
#: All in one turn of the page: it may be drawn anew at any time, and a row that was counted is gone.
OPEN = """() => [...document.querySelectorAll('.record-head, main .mantine-Accordion-control')].slice(0, 8)
  .forEach((row) => row.click())"""
#: Where it must be seen, or the test has looked at nothing.
SHOWN = {"tasks", "workers", "capabilities", "records", "tickers", "agent", "alerts", "admin", "triggers",
         "workspaces"}  # fmt: skip


@pytest.fixture
def evil(servers: Servers, aside: Executor) -> Iterator[Facade]:
    """An API over a database with hostile text wherever there can be any, and an admin."""
    manager = in_process(servers, gateway_internal_address="127.0.0.1:1")
    api = aside.submit(manager.__enter__).result()
    hashed = hash_password(PASSWORD)
    aside.submit(in_database, api, lambda connection: ensure_user(connection, "paula", "admin", hashed)).result()
    fill(api.database_url)
    yield api
    aside.submit(manager.__exit__, None, None, None).result()


def test_text_is_text_on_every_page(visit: Visiting, evil: Facade) -> None:
    links: set[str] = set()
    shown: set[str] = set()
    with visit() as visitor:
        visitor.url, visitor.password = evil.api_url, PASSWORD
        visitor.sign_in("tasks", "paula")
        for path in [*pages_of(visitor), *BEHIND]:
            look(visitor, path)
            assert visitor.page.evaluate(INJECTED) == ["undefined"], path
            links.update(visitor.page.evaluate(AWAY))
            if "window.hacked=1" in visitor.page.inner_text("body"):
                shown.add(re.split("[/?]", path)[0])
    assert [link for link in links if not OPENED.fullmatch(link)] == []
    assert any(link.startswith(SAFE) for link in links)
    assert shown >= SHOWN


def look(visitor: Visitor, path: str) -> None:
    page = visitor.page
    visitor.go(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-asking", "0")
    page.evaluate(OPEN)
    expect(page.locator("html")).to_have_attribute("data-asking", "0")
