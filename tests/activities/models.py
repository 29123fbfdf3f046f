"""What the tests of all three model handlers share."""

import pytest

PROVIDERS = ("offline", "openai", "anthropic")
ONLINE = ("openai", "anthropic")
#: Path of the one request that each provider serves.
USER_AGENTS = {"openai": "OpenAI/Python", "anthropic": "Anthropic/Python"}


def use(monkeypatch: pytest.MonkeyPatch, provider: str, model: str = "sandbox-model") -> None:
    """This worker uses that model."""
    monkeypatch.setenv("MODEL_PROVIDER", provider)
    monkeypatch.setenv("OPENAI_MODEL", model)
    monkeypatch.setenv("ANTHROPIC_MODEL", model)
