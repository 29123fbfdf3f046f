"""Sentences, for the facade of these tests: the real rules, without a watchlist."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.parse import parse


def parsed(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to `POST /tasks/parse`."""
    now = datetime.now(ZoneInfo(body["timezone"]) if "timezone" in body else UTC)
    return parse(body["text"], now).model_dump(mode="json")
