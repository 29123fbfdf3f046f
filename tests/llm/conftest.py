import pytest

from tests.sandbox_server import Sandbox, sandbox, sandbox_server

__all__ = ["sandbox", "sandbox_server"]


@pytest.fixture(autouse=True)
def api_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is an api that may ask the sandbox's models."""
    for variable, value in sandbox.environment().items():
        monkeypatch.setenv(variable, value)
