"""One stack and one browser for all tests of this folder; each test has a context of its own."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright

from tests.browser.finding import find_browser
from tests.browser.visitor import Visiting, touching, visiting
from tests.stack.harness import RunningStack
from tests.support import patience
from tests.support.fixtures import light, servers
from tests.support.light import Light
from workers.embedded.stack import StackOptions

__all__ = ["light", "servers"]


@pytest.fixture(scope="session")
def stack(light: Light) -> Iterator[RunningStack]:
    """Everything, with one worker."""
    # The agent must not collect what tests have on the watchlist.
    with light({"CLAWDBOT_AGENT_BUDGET": "tasks=0/hour"}, StackOptions(worker=True, sandbox=True)) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patched:
        patched.setattr(Locator, "click", touching(Locator.click))
        expect.set_options(timeout=10_000 * patience.factor)
        # In a container there is neither a user namespace for Chromium's own sandbox nor much of /dev/shm.
        launched = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()


@pytest.fixture
def aside() -> Iterator[Executor]:
    """A thread without the loop that Playwright keeps running in this one."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def visit(browser: Browser, stack: RunningStack) -> Visiting:
    """Opens the page as somebody who is not signed in yet."""
    return partial(visiting, browser, stack.api_url, stack.secrets["admin_password"])
