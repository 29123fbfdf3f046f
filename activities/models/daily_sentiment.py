"""Sentiment of a window's posts, day by day: the scores of `ai_sentiment` as items for a model."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from activities.context import TaskContext
from activities.models.answer_schemas import Item
from contracts.records.exchange import MaterialQuery
from contracts.records.rows import RecordKind

#: Posts, where the opinions about them are, and what people call them.
_SCORED = [
    (kind, kind.opinions, kind.spec.opinions.about) for kind in RecordKind if kind.opinions and kind.spec.opinions
]


@dataclass
class _Mood:
    """Of the posts of one day."""

    labels: Counter[str] = field(default_factory=Counter)
    sum: float = 0

    def add(self, opinion: dict[str, Any]) -> None:
        self.labels[opinion["label"]] += 1
        self.sum += opinion["score"]


async def read_daily_sentiment(context: TaskContext, start: datetime, end: datetime) -> tuple[int, list[Item]]:
    """(posts of the window that are scored, one item per day and kind, the newest day first).

    The day is the post's, not that of its scoring. Of several scorers the latest counts.
    """
    total, items = 0, []
    for posts, opinions, name in _SCORED:
        moods: dict[date, _Mood] = {}
        async for page in _pages(context, posts, start, end):
            days = {str(post[posts.spec.id]): _day(post[posts.spec.time]) for post in page}
            query = MaterialQuery(kind=opinions, ids=list(days), limit=posts.spec.page)
            for opinion in await context.material(query):
                moods.setdefault(days[opinion["post_id"]], _Mood()).add(opinion)
                total += 1
        items += [(day, Item(f"{opinions}:{day}", _sentence(day, name, mood))) for day, mood in moods.items()]
    return total, [item for _, item in sorted(items, key=lambda each: each[0], reverse=True)]


async def _pages(
    context: TaskContext, kind: RecordKind, start: datetime, end: datetime
) -> AsyncIterator[list[dict[str, Any]]]:
    after, size = None, kind.spec.page
    while True:
        rows = await context.material(MaterialQuery(kind=kind, since=start, until=end, after=after, limit=size))
        if rows:
            yield rows
        if len(rows) < size:
            return
        after = str(rows[-1][kind.spec.id])


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(UTC).date()


def _sentence(day: date, name: str, mood: _Mood) -> str:
    count = mood.labels.total()
    shares = ", ".join(f"{mood.labels[label]} {label}" for label in ("positive", "negative", "neutral"))
    mean = mood.sum / count
    return f"Sentiment on {day}: of {count} scored {name} {shares}; mean score {mean:.2f} from -1 bearish to 1 bullish."
