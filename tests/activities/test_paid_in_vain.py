"""What was paid for and was of no use is told all the same."""

from collections.abc import Sequence
from typing import Any

import pytest

from activities.twitter_crawl import twitter_crawl
from contracts.errors import SourceUnavailable
from contracts.params.crawl import TwitterCrawlParams
from contracts.records.exchange import StoreReply
from contracts.records.rows import Record
from contracts.tasks.results import TwitterCrawlResult
from tests.activities.recording_context import RecordingContext, Table
from tests.sandbox_server import NOW

DAYS: dict[str, Any] = {"date_range": {"from": "2026-02-25", "to": "2026-02-28"}, "limit": 10_000}


class FullTable(Table):
    def store(self, records: Sequence[Record]) -> StoreReply:
        raise SourceUnavailable("The disk is full.")


async def crawl(context: RecordingContext) -> TwitterCrawlResult:
    return await twitter_crawl(context, TwitterCrawlParams.model_validate({"ticker": "NVDA", **DAYS}))


async def test_posts_of_x_that_could_not_be_stored() -> None:
    context = RecordingContext(NOW, table=FullTable())
    with pytest.raises(SourceUnavailable):
        await crawl(context)
    [left] = context.checkpoints
    paid = left["result"]["cost"]["posts"]
    assert paid > 0
    # The next attempt asks for the same page, and pays again.
    clean, again = await crawl(RecordingContext(NOW)), await crawl(RecordingContext(NOW, cursor=left))
    assert again.cost.posts == clean.cost.posts + paid
    assert again.posts_collected == clean.posts_collected
