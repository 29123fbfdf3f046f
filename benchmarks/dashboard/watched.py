"""A page of the browser whose costs are read while it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from tests.browser.finding import find_browser

#: Clicks, and answers once what was clicked for is there and the frame that shows it has been drawn.
_PAINTED = """([selector, there, most]) => new Promise((done) => {
  const began = performance.now();
  const asked = () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/")).length;
  const before = asked();
  document.querySelector(selector).click();
  const look = () => {
    const late = performance.now() - began > most;
    if (!late && !document.querySelector(there)) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => done([performance.now() - began, asked() - before])));
  };
  requestAnimationFrame(look);
})"""
_CLICK_MS = 15_000


@dataclass
class Click:
    """What one click took."""

    wall_ms: float
    #: Of the thread that runs and draws the page: what remains on a machine that does nothing else.
    own_ms: float
    requests: int


@dataclass
class Watched:
    page: Page
    _cdp: CDPSession = field(repr=False)

    @classmethod
    def of(cls, context: BrowserContext) -> "Watched":
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        return cls(page, cdp)

    def click(self, selector: str, there: str) -> Click:
        """Press what ``selector`` finds, and wait for what ``there`` does."""
        self.page.wait_for_selector('html[data-asking="0"]', state="attached")
        self.page.wait_for_selector(selector)
        self.page.evaluate("performance.clearResourceTimings()")
        before = self.own_seconds()
        wall, requests = self.page.evaluate(_PAINTED, [selector, there, _CLICK_MS])
        if wall > _CLICK_MS:
            raise RuntimeError(f"a click on {selector} did not lead to {there}")
        return Click(wall, (self.own_seconds() - before) * 1_000, requests)

    def own_seconds(self) -> float:
        """CPU time of the page's thread so far."""
        return self._metric("TaskDuration")

    def heap_mb(self) -> float:
        self._cdp.send("HeapProfiler.collectGarbage")
        return self._metric("JSHeapUsedSize") / 2**20

    def _metric(self, name: str) -> float:
        found: Any = self._cdp.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in found if each["name"] == name))


@contextmanager
def browser_context() -> Iterator[BrowserContext]:
    """A window of 1440 by 900 in the browser that the tests use."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=find_browser(playwright), args=arguments)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        yield context
        browser.close()
