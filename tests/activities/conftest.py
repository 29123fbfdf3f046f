from collections.abc import Callable
from typing import Any

import pytest

from activities.models.cache import CACHE
from tests.sandbox_server import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def worker_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is a worker that uses the sandbox, with credentials for all sources."""
    for variable, value in sandbox.environment().items():
        monkeypatch.setenv(variable, value)


@pytest.fixture
def break_source(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives a source a fault. One that hangs is waited for 0.2 s."""

    def give(source: str, **fault: Any) -> None:
        if fault["kind"] == "hang":
            monkeypatch.setenv("SOURCE_TIMEOUT_SECONDS", "0.2")
        sandbox.fault(source, **fault)

    return give


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test profits from what another one asked."""
    CACHE.clear()
