"""Ranges of time count back from when a task starts, not from when it was submitted for later."""

import json
from datetime import UTC, datetime, timedelta

from tests.stack.harness import Api, RunningStack, eventually


def test_a_window_is_anchored_when_the_round_starts(stack: RunningStack, api: Api) -> None:
    at = datetime.now(UTC) + timedelta(seconds=3)
    id_ = api.submit("reddit_crawl", {"ticker": "NVDA"}, run_at=at.isoformat(), capability="nobody-offers-this")

    def anchor() -> str | None:
        if not stack.temporal_side.exists(id_):
            return None
        for event in stack.temporal_side.history(id_).events:
            for payload in event.activity_task_scheduled_event_attributes.input.payloads:
                return str(json.loads(payload.data)["submitted_at"])
        return None

    anchored = eventually(anchor, 20, "the work waits for a worker")
    api.command(id_, "cancel")
    assert datetime.fromisoformat(anchored) >= at
