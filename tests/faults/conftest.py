import pytest
from aiolimiter import AsyncLimiter

from activities.models.cache import CACHE
from activities.sources.sec import client as sec_client
from tests.sandbox_server import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def worker(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is a new worker that uses the sandbox, and need not wait between two requests to it."""
    for variable, value in sandbox.environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sec_client, "LIMITER", AsyncLimiter(1_000, 1))
    CACHE.clear()
