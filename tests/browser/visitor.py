"""A person at the page, and what must never happen while they are: errors, refused content, requests elsewhere."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.deploy.files import ROOT
from tests.support import patience

LAPTOP, PHONE = (1440, 900), (390, 844)
both_sizes = pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
#: A finger instead of a mouse, the page as wide as the screen says, and in the dark: so both themes are looked at
#: (`axe`), with the dialogs of flows.
_BY_HAND: dict[str, Any] = {"has_touch": True, "is_mobile": True, "color_scheme": "dark"}
#: What is around every page.
FRAME = (".mantine-AppShell-header", ".mantine-AppShell-navbar")
_AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
#: What was on show is forgotten at once: what is found is the page that is gone to.
_GO = """(path) => {
  delete document.documentElement.dataset.page;
  history.pushState({}, '', new URL(path, document.baseURI));
}"""
#: How wide the page is; and what in it is wider than its frame shows, without three dots and without scrolling. Of what
#: one chooses from, and presses, three dots hide too much.
_WIDTH_AND_CUT = """() => {
  const cut = [...document.querySelectorAll('main *, [role=dialog] *')].filter((each) => {
    if (each.clientWidth < 2 || each.scrollWidth < each.clientWidth + 2) return false;
    if (each.matches('input, textarea, .gantt *')) return false;
    const { overflowX, textOverflow, visibility } = getComputedStyle(each);
    const dotted = textOverflow === 'ellipsis' && !each.closest('.mantine-SegmentedControl-root, button');
    return ['hidden', 'clip'].includes(overflowX) && visibility !== 'hidden' && !dotted;
  });
  const told = cut.map((each) => `${each.className}: ${each.textContent}`.slice(0, 160));
  return [document.documentElement.scrollWidth, told];
}"""
#: Keeps in `data-told` what messages have said.
_KEEP_TOLD = """{
  const shown = document.getElementsByClassName('mantine-Notification-root');
  const told = new Set();
  new MutationObserver(() => {
    const before = told.size;
    for (const each of shown) told.add(each.textContent);
    if (told.size > before) document.documentElement.dataset.told = [...told].join('\\n');
  }).observe(document, { childList: true, subtree: true });
}"""
#: The page asks who is signed in; a browser calls the answer "nobody" an error.
_ASKS_WHO = re.compile(r"/api/v1/session$")


def seconds(number: float) -> float:
    """So much for `timeout`, of what takes longer than others: like every wait of these tests it is patient."""
    return number * 1_000 * patience.factor


@dataclass
class Visitor:
    page: Page
    url: str
    password: str
    #: What must be empty at the end.
    complaints: list[str] = field(default_factory=list)
    #: Failed requests whose address matches are part of the test.
    expected: list[re.Pattern[str]] = field(default_factory=lambda: [_ASKS_WHO])

    def come(self, path: str = "") -> None:
        """Load a page as somebody who is not signed in: sign-in is in front of it."""
        self.page.goto(f"{self.url}/{path}")
        expect(self.page.get_by_role("dialog")).to_be_visible()

    def open(self, path: str = "") -> None:
        """Load a page, until it is there."""
        self.page.goto(f"{self.url}/{path}")
        self.arrive()

    def go(self, path: str) -> None:
        """To another page without loading everything anew, until it is there."""
        self.page.evaluate(_GO, path)
        self.arrive()

    def arrive(self) -> None:
        """Until the page that was gone to is on show, with the answers to what it asked for first."""
        self.page.wait_for_selector("html[data-page]", state="attached")
        self.heed_width()

    def heed_width(self) -> None:
        """On a phone nothing is cut off, and the page no wider than the screen; what is wider scrolls in itself."""
        if not self.is_phone:
            return
        width, cut = self.page.evaluate(_WIDTH_AND_CUT)
        if width > PHONE[0]:
            self.complaints.append(f"{self.page.url} is {width} wide, the screen {PHONE[0]}")
        self.complaints += [f"{self.page.url} cuts off {each}" for each in cut]

    def was_told(self, sentence: str) -> None:
        """In a message that goes away by itself, and may have gone."""
        expect(self.page.locator("html")).to_have_attribute("data-told", re.compile(re.escape(sentence)))

    def turn(self) -> None:
        """Until what the page had put off until its next turn is done, such as to say that it asks for something."""
        self.page.evaluate("() => new Promise((done) => setTimeout(done))")

    def sign_in(self, path: str = "", name: str = "admin") -> None:
        """Come to a page, and sign in over it."""
        self.come(path)
        self.sign_in_again(name)
        self.arrive()

    def sign_in_again(self, name: str = "admin") -> None:
        """Over the page that is open."""
        dialog = self.page.get_by_role("dialog").filter(has=self.page.get_by_label("Password"))
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Password").first.fill(self.password)
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog).to_be_hidden()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list that opens."""
        box = self.page.get_by_role("combobox", name=label).or_(self.page.get_by_label(label, exact=True))
        box.filter(visible=True).first.click()
        self.page.get_by_role("option", name=option).first.click()

    @property
    def is_phone(self) -> bool:
        return self.page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}

    def axe(self, without: Sequence[str] = ()) -> list[str]:
        """What axe finds serious or worse, as sentences; it does not look again at what was looked at."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE.read_text())
        found: Any = self.page.evaluate(_RUN_AXE, [[each] for each in without])
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def screenshot(self, folder: Path, name: str) -> None:
        self.page.screenshot(path=folder / f"{name}.png")


def names_of(found: Locator) -> list[str]:
    """What these are called, read in one turn of the page: it may be drawn anew between two questions."""
    names: list[str] = found.evaluate_all(_NAMES)
    return names


_NAMES = "found => found.map((each) => (each.getAttribute('aria-label') || each.innerText).trim())"

#: Left out are rules whose violations are not asked for: what a rule finds has the rule's impact. And there is nothing
#: that plays, for which it would read all styles first.
_RUN_AXE = """(exclude) => {
  const rules = {};
  for (const { id, impact } of axe._audit.rules)
    if (['minor', 'moderate'].includes(impact)) rules[id] = { enabled: false };
  return axe.run({ exclude }, { resultTypes: ['violations'], preload: false, rules });
}"""

Visiting = Callable[..., Any]


def touching(click: Callable[..., None]) -> Callable[..., None]:
    """`Locator.click` that touches where there is a finger: then nothing that only a mouse can do passes for done."""

    def press(self: Locator, **options: Any) -> None:
        size = self.page.viewport_size
        if size and (size["width"], size["height"]) == PHONE:
            self.tap(**options)
        else:
            click(self, **options)

    return press


@contextmanager
def visiting(
    browser: Browser, url: str, password: str, size: tuple[int, int] = LAPTOP, **options: Any
) -> Iterator[Visitor]:
    """A browser of its own, with no cookies. At the end nothing may have gone wrong in it."""
    options = (_BY_HAND if size == PHONE else {}) | options
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", timezone_id="UTC", **options
    )
    context.set_default_timeout(seconds(10))
    context.add_init_script(_KEEP_TOLD)
    page = context.new_page()
    visitor = Visitor(page, url, password)
    page.on("console", lambda message: _heed(visitor, message))
    page.on("pageerror", lambda error: visitor.complaints.append(f"uncaught: {error}"))
    context.on("request", lambda request: _heed_request(visitor, request))
    try:
        yield visitor
        visitor.heed_width()
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
