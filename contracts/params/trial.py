"""Params of the task types that are there to try things out."""

from typing import Any

from pydantic import Field

from contracts.params.common import Params


class EchoParams(Params):
    """Return the message."""

    message: Any = "hello"


class DelayParams(Params):
    """Wait, reporting progress."""

    seconds: float = Field(default=5, ge=0, le=86_400)
    steps: int = Field(default=10, ge=1, le=1_000)


class FlakyParams(Params):
    """Fail the first ``failures`` attempts, then succeed."""

    failures: int = Field(default=1, ge=0, le=100)
    retryable: bool = True
    message: str = Field(default="flaky by request", max_length=2_000)


class MockContentParams(Params):
    """Produce placeholder paragraphs."""

    topic: str = Field(default="the market", max_length=200)
    paragraphs: int = Field(default=3, ge=1, le=50)
    seed: int = 0
