"""The rows that a crawl of the simulated world stores: so many posts as were written since the last one."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.week.world import START, World

_STEP = timedelta(hours=1)
#: Before the first day the same was written.
_BEFORE = timedelta(days=3)

_TABLES = {
    "reddit": """
INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, score, num_comments, permalink, created_utc,
    raw, task_id, attempt)
SELECT :ticker, md5(CAST(at AS text)), 'stocks', 'x', '', 1, 0, '', at, '{}', :task_id, 1 FROM unnest(:times) AS at""",
    "twitter": """
INSERT INTO social_posts (ticker, network, post_id, text, likes, reposts, replies, quotes, url, created_utc, raw,
    task_id, attempt)
SELECT :ticker, 'x', md5(CAST(at AS text)), 'x', 0, 0, 0, 0, '', at, '{}', :task_id, 1 FROM unnest(:times) AS at""",
    "news": """
INSERT INTO news_articles (ticker, article_id, url, source, title, text, published, content_hash, raw, task_id, attempt)
SELECT :ticker, md5(CAST(at AS text)), '', 'x', 'x', '', at, '', '{}', :task_id, 1 FROM unnest(:times) AS at""",
}


class Archive:
    """Knows up to when each source of each ticker has been stored."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stored: dict[tuple[str, str], datetime] = {}

    async def store(self, connection: AsyncConnection, task_id: str, ticker: str, source: str, now: datetime) -> int:
        """Store what is new; how many rows that were."""
        since = self._stored.get((ticker, source), START - _BEFORE)
        times = list(self._written(ticker, source, since, now))
        self._stored[ticker, source] = now
        if times:
            values: dict[str, Any] = {"ticker": ticker, "task_id": task_id, "times": times}
            await connection.execute(text(f"{_TABLES[source]} ON CONFLICT DO NOTHING"), values)
        return len(times)

    def _written(self, ticker: str, source: str, since: datetime, until: datetime) -> Iterator[datetime]:
        """Evenly inside each hour."""
        if source not in _TABLES:
            return
        hour = since.replace(minute=0, second=0, microsecond=0)
        while hour < until:
            count = round(self._world.posts_per_day(ticker, source, hour) / 24 * 10) / 10
            whole = int(count) + (self._world.chance(ticker, source, hour) < count % 1)
            for number in range(whole):
                at = hour + _STEP * (number + 0.5) / whole
                if since < at <= until:
                    yield at
            hour += _STEP
