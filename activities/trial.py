"""Handlers of the task types that are there to try things out."""

import asyncio
import random
from typing import Any

from activities.context import TaskContext
from contracts.errors import TaskError
from contracts.params.trial import DelayParams, EchoParams, FlakyParams, MockContentParams


class FlakyFailure(TaskError):
    """Failed because the task asked for it."""


async def echo(context: TaskContext, params: EchoParams) -> dict[str, Any]:
    """Return the message."""
    return {"message": params.message, "attempt": context.attempt}


async def delay(context: TaskContext, params: DelayParams) -> dict[str, Any]:
    """Wait in steps; a later attempt goes on where the last checkpoint was."""
    first = int((context.cursor or {}).get("steps_done", 0))
    for step in range(first, params.steps):
        await asyncio.sleep(params.seconds / params.steps)
        context.checkpoint({"steps_done": step + 1})
        context.progress(
            percent=100 * (step + 1) / params.steps, step=f"step {step + 1} of {params.steps}", steps=step + 1
        )
    return {"seconds": params.seconds, "resumed_at_step": first}


async def flaky(context: TaskContext, params: FlakyParams) -> dict[str, Any]:
    """Fail the first attempts."""
    if context.attempt <= params.failures:
        error = FlakyFailure(f"{params.message} (attempt {context.attempt} of {params.failures} that fail)")
        error.retryable = params.retryable
        raise error
    return {"attempt": context.attempt}


async def mock_content(context: TaskContext, params: MockContentParams) -> dict[str, Any]:
    """Produce the same paragraphs for the same seed."""
    draw = random.Random(f"{params.seed}:{params.topic}")
    paragraphs = [_paragraph(draw, params.topic) for _ in range(params.paragraphs)]
    context.progress(percent=100, paragraphs=len(paragraphs))
    return {"topic": params.topic, "paragraphs": paragraphs}


_OPENINGS = (
    "Investors watched",
    "Analysts wrote about",
    "Few expected",
    "The week belonged to",
    "Retail talked about",
)
_MIDDLES = ("as volume rose", "while the sector slept", "after a quiet quarter", "despite higher rates")
_ENDS = ("and sentiment turned.", "and nobody sold.", "but the outlook stayed mixed.", "and margins held.")


def _paragraph(draw: random.Random, topic: str) -> str:
    sentences = (f"{draw.choice(_OPENINGS)} {topic} {draw.choice(_MIDDLES)} {draw.choice(_ENDS)}" for _ in range(3))
    return " ".join(sentences)
