import pytest

from tests.sandbox_server import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def worker_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is a worker that uses the sandbox, with credentials for both sources."""
    for variable, value in sandbox.environment().items():
        monkeypatch.setenv(variable, value)
