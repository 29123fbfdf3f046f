"""Collect news about a ticker: read feeds, fetch their articles, keep the readable text, in batches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import Field

from activities.context import TaskContext
from activities.cursors import Place
from activities.sources.environment import optional
from activities.sources.retry_waits import wait_and_retry
from activities.sources.web.articles_kept import (
    Story,
    as_wall,
    beside_stored,
    copy_name,
    record_of,
    without_walls,
)
from activities.sources.web.canonical import digest
from activities.sources.web.company_names import CompanyName
from activities.sources.web.entries import Entry, FeedEntries, entries_of
from activities.sources.web.feed_items import FeedBrokeOff
from activities.sources.web.feed_symbols import is_filed_under
from activities.sources.web.feeds import FEEDS
from activities.sources.web.guarded_http import GuardedHttp
from activities.sources.web.news_sources import NewsSource, news_sources
from activities.sources.web.robots import USER_AGENT, Robots
from activities.sources.web.story_pages import Found, story_page
from contracts.errors import BadSourceReply, LeaseLost, RateLimited, TaskError
from contracts.params.crawl import NewsCrawlParams
from contracts.records.rows import NewsArticle, RecordKind
from contracts.tasks.results import NewsCrawlResult
from contracts.tickers.mentions import mention_of

T = TypeVar("T")

#: Articles fetched between two checkpoints, and so the most that a crash repeats.
BATCH = 5
#: Of the last articles and texts seen, so much is kept in the cursor, which is small.
_SEEN, _SEEN_DIGITS = 300, 10
_NAMED_FAILURES = 8


async def news_crawl(context: TaskContext, params: NewsCrawlParams) -> NewsCrawlResult:
    """Read the sources one after the other, the newest article first.

    A source or an article that fails twice is counted, and of the article what its feed tells is kept; only if all of
    them fail, the task does.

    Raises:
        TaskError: see `contracts.errors`.
    """
    sources = news_sources(params.sources, params.ticker)
    user_agent = optional("NEWS_USER_AGENT", USER_AGENT)
    async with GuardedHttp.from_environment(user_agent) as http:
        crawl = _Crawl(context, params, sources, http, Robots(http, user_agent), _Place.of(context.cursor))
        return await crawl.run()


class _Place(Place):
    """Where the crawl stands. This is the cursor."""

    source: int = 0
    #: Time and hash of the address of the last entry of this source that is done.
    last: tuple[str, str] | None = None
    #: Beginnings of the hashes of addresses and texts: what comes again is a copy.
    seen: list[str] = Field(default_factory=list)
    result: NewsCrawlResult = Field(default_factory=NewsCrawlResult)

    def first_time(self, digest: str) -> bool:
        """Whether this hash is new. From now on it is not."""
        short = digest[:_SEEN_DIGITS]
        new = short not in self.seen
        self.seen = [*(other for other in self.seen if other != short), short][-_SEEN:]
        return new


@dataclass
class _Crawl:
    """One attempt."""

    context: TaskContext
    params: NewsCrawlParams
    sources: list[NewsSource]
    http: GuardedHttp
    robots: Robots
    place: _Place
    last_error: TaskError | None = None

    async def run(self) -> NewsCrawlResult:
        """The rest of the crawl, from its place on."""
        result = self.place.result
        while self.place.source < len(self.sources):
            await self._source(self.sources[self.place.source])
            self.place.source += 1
            self.place.last = None
            self._checkpoint()
        if self.last_error is not None and self._nothing_worked():
            raise self.last_error
        return result

    def _nothing_worked(self) -> bool:
        result = self.place.result
        return result.sources_read == 0 or (result.articles_failed > 0 and result.articles_read == 0)

    async def _source(self, source: NewsSource) -> None:
        self.context.progress(step=f"reading the feed of {source.name}")
        try:
            found = await self._feed_as_it_is(source)
        except LeaseLost:
            raise
        except TaskError as error:
            self._failed(source.name, error)
            self.place.result.sources_failed += 1
            if isinstance(error, BadSourceReply) or not error.retryable:
                self.place.result.sources_refused[source.name] = str(error)[:180]
            return
        to_do = self._to_do(found)
        for first in range(0, len(to_do), BATCH):
            await self._batch(source, to_do[first : first + BATCH])
            self._report(source, min(first + BATCH, len(to_do)) / len(to_do))

    async def _twice(self, source: NewsSource, call: Callable[[], Awaitable[T]]) -> T:
        """Await `call()`, and once more if it failed: what is given up here is left out, no later attempt gets it."""
        try:
            return await wait_and_retry(self.context, source.name, call)
        except TaskError as error:
            if isinstance(error, RateLimited) or not error.retryable:
                raise
        return await wait_and_retry(self.context, source.name, call)

    async def _feed(self, source: NewsSource, *, cut_off: bool = False) -> FeedEntries:
        await self.robots.pause(source.url)
        reply = await FEEDS.get(self.http, source.url)
        try:
            return await entries_of(reply, self.context.submitted_at, cut_off=cut_off)
        except BadSourceReply:
            FEEDS.forget(source.url)
            raise

    async def _feed_as_it_is(self, source: NewsSource) -> FeedEntries:
        """The entries; of a feed that has no end, again and again, those that are there."""
        try:
            return await self._twice(source, lambda: self._feed(source))
        except FeedBrokeOff as error:
            self._failed(source.name, error)
            found = await self._feed(source, cut_off=True)
            refused = self.place.result.sources_refused
            # Once for each feed, also if it was whole before the attempt that was lost.
            self.place.result.sources_cut += self.place.last is None or source.name not in refused
            refused[source.name] = str(error)[:180]
            return found

    def _to_do(self, found: FeedEntries) -> list[Entry]:
        """What is in the range and not done yet; the rest is counted when the source is begun."""
        result = self.place.result
        wanted = [entry for entry in found.entries if self._in_range(entry)]
        if self.place.last is None:
            result.sources_read += 1
            result.copies += found.copies
            result.without_address += found.without_address
            result.dated_ahead += sum(entry.published > self.context.submitted_at for entry in found.entries)
            result.undated_left_out += sum(not entry.dated for entry in found.entries) - sum(
                not entry.dated for entry in wanted
            )
        return [entry for entry in wanted if self.place.last is None or entry.key < self.place.last]

    def _in_range(self, entry: Entry) -> bool:
        start, end = self.params.date_range.bounds(self.context.submitted_at)
        # Of an undated entry it is known that it was there now.
        return start <= entry.published < end or (not entry.dated and start <= entry.published <= end)

    async def _batch(self, source: NewsSource, entries: list[Entry]) -> None:
        """Fetch, store, remember: in this order, a lost attempt repeats at most this batch."""
        stories = [story for entry in entries if (story := await self._story(source, entry))]
        rows = self._rows(source, without_walls(stories))
        if rows:
            rows = await beside_stored(self.context, rows)
            reply = await self.context.store(RecordKind.NEWS_ARTICLES, rows)
            self._count(source, rows, reply.inserted, reply.duplicates)
        self.place.last = entries[-1].key
        self._checkpoint()

    async def _story(self, source: NewsSource, entry: Entry) -> Story | None:
        """The entry with its page, if it was not seen before."""
        if not self.place.first_time(entry.id):
            self.place.result.copies += 1
            return None
        try:
            found = await self._twice(source, lambda: story_page(self.http, self.robots, entry))
        except LeaseLost:
            raise
        except TaskError as error:
            self.place.result.articles_failed += 1
            if entry.summary:
                self.last_error = error
                return Story(entry, Found(without=str(error)))
            self._failed(entry.url, error)
            return None
        self.place.result.articles_read += 1
        return Story(entry, found)

    def _rows(self, source: NewsSource, stories: list[Story]) -> list[NewsArticle]:
        """The stories that are about the ticker, and no copies of others."""
        rows = []
        for story in stories:
            row = record_of(self.params.ticker, source.name, story)
            if not self._is_about_it(source, row, story.entry.symbols):
                self.place.result.not_about_it += 1
                continue
            if row.text and not self.place.first_time(copy_name(row)):
                self.place.result.copies += 1
                continue
            if story.page_text and not self.place.first_time(digest(story.page_text)):
                story = as_wall(story)
                found_by = {name: row.raw[name] for name in row.raw if name == "found_by"}
                row = record_of(self.params.ticker, source.name, story)
                row.raw.update(found_by)
            self.place.result.found_by_name += row.raw.get("found_by") == "name"
            self._note(story)
            rows.append(row)
        return rows

    def _note(self, story: Story) -> None:
        result = self.place.result
        result.undated += not story.entry.dated
        result.kept_from_robots += story.found.by_robots
        if story.found.without and not story.found.by_robots:
            result.kept_from_feed += 1
            self._name(story.entry.url, f"kept as the feed tells it: {story.found.without}")

    def _is_about_it(self, source: NewsSource, row: NewsArticle, symbols: tuple[str, ...]) -> bool:
        """Whether the row is about the ticker: by its source, its symbol, its category, or the company's name."""
        if source.of_ticker or mention_of(self.params.ticker).search(f"{row.title}\n{row.text}"):
            return True
        if is_filed_under(self.params.ticker, symbols):
            row.raw["found_by"] = "category"
            return True
        named = CompanyName(self.params.ticker, self.params.company).is_told_of(row.title, row.text)
        if named:
            row.raw["found_by"] = "name"
        return named

    def _failed(self, what: str, error: TaskError) -> None:
        self.last_error = error
        self._name(what, str(error))

    def _name(self, what: str, why: str) -> None:
        if len(self.place.result.failures) < _NAMED_FAILURES:
            self.place.result.failures.append(f"{what[:80]}: {why}"[:180])

    def _count(self, source: NewsSource, rows: list[NewsArticle], inserted: int, duplicates: int) -> None:
        result = self.place.result
        result.articles_collected += len(rows)
        result.new += inserted
        result.duplicates += duplicates
        result.per_source[source.name] = result.per_source.get(source.name, 0) + len(rows)
        result.date_range_actual = result.date_range_actual.widened(*(row.published.date() for row in rows))

    def _checkpoint(self) -> None:
        result = self.place.result
        result.requests += self.http.requests
        self.http.requests = 0
        # While nothing has worked yet, the next attempt had better begin at the beginning.
        if not self._nothing_worked():
            self.context.checkpoint(self.place.model_dump(mode="json"))

    def _report(self, source: NewsSource, part: float) -> None:
        collected = self.place.result.articles_collected
        percent = round(100 * (self.place.source + part) / len(self.sources), 1)
        self.context.progress(percent=percent, step=f"articles of {source.name}", articles_collected=collected)
