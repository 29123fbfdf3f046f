"""A person at the page, and what must never happen while they are: errors, refused content, requests elsewhere."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.deploy.files import ROOT
from tests.support import patience

LAPTOP, PHONE = (1440, 900), (390, 844)
_AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
_GO = "(path) => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
#: The page asks who is signed in; a browser calls the answer "nobody" an error.
_ASKS_WHO = re.compile(r"/api/v1/session$")


@dataclass
class Visitor:
    page: Page
    url: str
    password: str
    #: What must be empty at the end.
    complaints: list[str] = field(default_factory=list)
    #: Failed requests whose address matches are part of the test.
    expected: list[re.Pattern[str]] = field(default_factory=lambda: [_ASKS_WHO])

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/{path}")

    def go(self, path: str) -> None:
        """As a link of the page leads there: without loading everything anew."""
        self.page.evaluate(_GO, f"/{path}")

    def sign_in(self, path: str = "", name: str = "admin") -> None:
        """Open a page, and sign in over it."""
        self.open(path)
        self.sign_in_again(name)

    def sign_in_again(self, name: str = "admin") -> None:
        """Over the page that is open."""
        dialog = self.page.get_by_role("dialog").filter(has=self.page.get_by_label("Password"))
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Password").first.fill(self.password)
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog).to_be_hidden()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list that opens."""
        box = self.page.get_by_role("combobox", name=label).or_(self.page.get_by_label(label, exact=True)).first
        box.click()
        self.page.get_by_role("option", name=option).first.click()

    def axe(self) -> list[str]:
        """What axe finds serious or worse, as sentences."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE.read_text())
        found: Any = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def screenshot(self, folder: Path, name: str) -> None:
        self.page.screenshot(path=folder / f"{name}.png")


Visiting = Callable[..., Any]


@contextmanager
def visiting(
    browser: Browser, url: str, password: str, size: tuple[int, int] = LAPTOP, **options: Any
) -> Iterator[Visitor]:
    """A browser of its own, with no cookies. At the end nothing may have gone wrong in it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", timezone_id="UTC", **options
    )
    context.set_default_timeout(10_000 * patience.factor)
    page = context.new_page()
    visitor = Visitor(page, url, password)
    page.on("console", lambda message: _heed(visitor, message))
    page.on("pageerror", lambda error: visitor.complaints.append(f"uncaught: {error}"))
    context.on("request", lambda request: _heed_request(visitor, request))
    try:
        yield visitor
    finally:
        context.close()
    assert visitor.complaints == [], "\n".join(visitor.complaints)


def _heed(visitor: Visitor, message: ConsoleMessage) -> None:
    if message.type != "error":
        return
    address = str(message.location.get("url", ""))
    # Of a part of the page that is not there the router tells, too, unless the page is loaded anew before that.
    if message.text.startswith(_NOT_LOADED) and any(each.search(address) for each in visitor.expected):
        return
    visitor.complaints.append(f"console: {message.text} ({address})")


_NOT_LOADED = ("Failed to load resource", "TypeError: Failed to fetch dynamically imported module")


def _heed_request(visitor: Visitor, request: Request) -> None:
    # file: is the one that `clawdbot open` writes; no page of ours could ask for one.
    if not request.url.startswith((visitor.url, "data:", "blob:", "file:")):
        visitor.complaints.append(f"request elsewhere: {request.url}")
