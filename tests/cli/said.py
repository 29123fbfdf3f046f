"""Sentences, for the facade of these tests: the real rules, without a watchlist, and another wording for one."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.tasks.plain_language import NameRead, ReadText, Suggestion
from intake.faithful import added_words
from intake.parse import parse

#: What a model would be asked about, and its answer; then what it could not help with.
GERMAN, ENGLISH = "Nachrichten zu [bold]Google[/bold], 3 Tage", "news for $GOOGL over the last 3 days"
BEYOND_HELP = "Nachrichten bitte"
NOTE = "No other wording is proposed: openai/small did not answer within 5 s."


def parsed(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to `POST /tasks/parse`."""
    now = datetime.now(ZoneInfo(body["timezone"]) if "timezone" in body else UTC)
    read = ReadText(**parse(body["text"], now).model_dump())
    if read.text == GERMAN:
        read.suggestion = _suggestion(read, now)
    if read.text == BEYOND_HELP:
        read.suggestion_note = NOTE
    return read.model_dump(mode="json")


def _suggestion(read: ReadText, now: datetime) -> Suggestion:
    other = parse(ENGLISH, now)
    return Suggestion(
        text=ENGLISH, by="openai/small", tasks=other.tasks, understood=other.understood,
        added=added_words(read, other), names=[NameRead(ticker="GOOGL", text="[bold]Google[/bold]")],
    )  # fmt: skip
