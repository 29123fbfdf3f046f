"""What is stored before the tasks that work on stored rows begin."""

from typing import Any

from tests.activities.posts import BAD, GOOD, PLAIN

#: Three pages of what the handlers read at once, or two of the longer ones.
COUNT = 205


def _post(number: int) -> dict[str, Any]:
    text = (GOOD, BAD, PLAIN)[number % 3]
    return {
        "ticker": "NVDA", "post_id": f"{10_000 + number}", "text": f"{text} Note {number}.",
        "url": f"https://x.com/i/web/status/{number}", "created_utc": f"2026-02-{1 + number // 10:02}T00:00:00Z",
    }  # fmt: skip


POSTS = [_post(number) for number in range(COUNT)]

#: More than two requests to a model hold.
LONG_TEXT = " ".join(f"Note {number}: $NVDA and $AMD rose after the talk in Taiwan." for number in range(1_500))

EARLIER_PAGE: dict[str, Any] = {
    "url": "https://example.com", "selector": ".price", "taken_at": "2026-03-01T00:00:00Z", "status_code": 200,
    "title": "Prices", "text": "Plan Z: 1 dollar", "content_hash": "0" * 64, "changed": False, "diff": "",
}  # fmt: skip
