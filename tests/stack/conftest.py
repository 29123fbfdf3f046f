"""One stack for all tests of this folder. Tests that kill parts of it leave it ready."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime

import pytest

from tests.sandbox_server import Sandbox, running_sandbox
from tests.stack.harness import Api, RunningStack
from tests.support import patience
from tests.support.fixtures import light, servers
from tests.support.light import Light

__all__ = ["light", "servers"]

_SHARED = pytest.StashKey[RunningStack]()
_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def stack(light: Light, pytestconfig: pytest.Config) -> Iterator[RunningStack]:
    """Everything but a worker: tests start their own, each with a name of its own."""
    # A test may so call from any address it names in X-Forwarded-For.
    environment = {"CLAWDBOT_TRUSTED_PROXIES": "127.0.0.1"}
    # For test_ranking.py: the API must do what its settings say.
    environment |= {"CLAWDBOT_FRESHNESS_TARGETS": "summary=3d,twitter=off", "CLAWDBOT_RANKING_WEIGHTS": "cost=1.5"}
    # Where a test resumes the agent, it must not collect what other tests have on the watchlist.
    environment |= {"CLAWDBOT_AGENT_BUDGET": "tasks=0/hour"}
    # For test_digest_agent.py: its week is long ago.
    environment |= {"CLAWDBOT_RETENTION_DAYS": "agent=never"}
    with light(environment) as running:
        pytestconfig.stash[_SHARED] = running
        yield running
        del pytestconfig.stash[_SHARED]


@pytest.fixture(autouse=True)
def strict(request: pytest.FixtureRequest) -> None:
    """A test that runs alone is held to the seconds that it names."""
    patience.be(strict=request.node.get_closest_marker("alone") is not None)


@pytest.fixture
def api(stack: RunningStack) -> Api:
    """The public API as the admin, on a stack that is ready."""
    stack.wait_until_ready()
    return stack.api


@pytest.fixture(scope="session")
def sources() -> Iterator[Sandbox]:
    """Reddit and the SEC, generated, for the workers of these tests."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(autouse=True)
def nothing_left_by_a_failure(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Iterator[None]:
    """What a test that fails leaves waiting is cancelled, or the tests after it are handed its tasks and fail, too."""
    began = datetime.now(UTC)
    yield
    stack = pytestconfig.stash.get(_SHARED, None)
    if stack is not None and request.node.stash.get(_FAILED, False):
        _cancel_open(stack, began)
        del request.node.stash[_FAILED]


@pytest.fixture(scope="module", autouse=True)
def nothing_left_open(pytestconfig: pytest.Config) -> Iterator[None]:
    """What a file leaves waiting is cancelled, or the workers of the next one would take it, and fail at its source."""
    yield
    stack = pytestconfig.stash.get(_SHARED, None)
    if stack is None:
        return
    _cancel_open(stack, datetime.min.replace(tzinfo=UTC))
    for row in stack.rows("SELECT capability FROM circuits"):
        stack.api.http.post(f"/capabilities/{row['capability']}/close-circuit")


def _cancel_open(stack: RunningStack, since: datetime) -> None:
    stack.wait_until_ready()
    stack.api.cancel_all([row["id"] for row in stack.rows(_OPEN, since)])


_OPEN = """
SELECT id::text FROM tasks WHERE status NOT IN ('succeeded', 'failed', 'cancelled', 'rejected') AND deleted_at IS NULL
AND created_at >= %s
"""
