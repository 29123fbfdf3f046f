"""Collect news about a ticker: read feeds, fetch their articles, keep the readable text, in batches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import Field

from activities.context import TaskContext, in_thread
from activities.cursors import Place
from activities.sources.environment import optional
from activities.sources.retry_waits import wait_and_retry
from activities.sources.web.articles import Readable, readable
from activities.sources.web.canonical import digest
from activities.sources.web.feeds import FEEDS, Entry, entries_of
from activities.sources.web.guarded_http import GuardedHttp, Reply
from activities.sources.web.news_sources import NewsSource, news_sources
from activities.sources.web.robots import USER_AGENT, Robots, RobotsForbid
from contracts.errors import LeaseLost, RateLimited, TaskError
from contracts.params.crawl import NewsCrawlParams
from contracts.records.rows import NewsArticle, RecordKind
from contracts.tasks.results import NewsCrawlResult
from contracts.tickers.mentions import Mention, mention_of

T = TypeVar("T")

#: Articles fetched between two checkpoints, and so the most that a crash repeats.
BATCH = 5
#: Of the last articles and texts seen, so much is kept in the cursor, which is small.
_SEEN, _SEEN_DIGITS = 200, 10
_NAMED_FAILURES = 8


async def news_crawl(context: TaskContext, params: NewsCrawlParams) -> NewsCrawlResult:
    """Read the sources one after the other, the newest article first.

    A source or an article that fails twice is counted; only if all of them fail, the task does.

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
            entries = await self._twice(source, lambda: self._feed(source))
        except LeaseLost:
            raise
        except TaskError as error:
            self._failed(source.name, error)
            self.place.result.sources_failed += 1
            return
        if self.place.last is None:
            self.place.result.sources_read += 1
        to_do = [entry for entry in entries if self._wanted(entry)]
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

    async def _feed(self, source: NewsSource) -> list[Entry]:
        await self.robots.pause(source.url)
        return await entries_of(await FEEDS.get(self.http, source.url))

    def _wanted(self, entry: Entry) -> bool:
        start, end = self.params.date_range.bounds(self.context.submitted_at)
        return start <= entry.published < end and (self.place.last is None or entry.key < self.place.last)

    async def _batch(self, source: NewsSource, entries: list[Entry]) -> None:
        """Fetch, store, remember: in this order, a lost attempt repeats at most this batch."""
        rows = [row for entry in entries if (row := await self._row(source, entry))]
        if rows:
            reply = await self.context.store(RecordKind.NEWS_ARTICLES, rows)
            self._count(source, rows, reply.inserted, reply.duplicates)
        self.place.last = entries[-1].key
        self._checkpoint()

    async def _row(self, source: NewsSource, entry: Entry) -> NewsArticle | None:
        """The article, if it is about the ticker and was not seen before."""
        if not self.place.first_time(digest(entry.url)):
            self.place.result.copies += 1
            return None
        try:
            page = await self._twice(source, lambda: self._page(entry))
        except LeaseLost:
            raise
        except TaskError as error:
            self._failed(entry.url, error)
            self.place.result.articles_failed += 1
            return None
        self.place.result.articles_read += 1
        row = _record(self.params.ticker, source, entry, page)
        if not source.of_ticker and not _mentions(mention_of(self.params.ticker), row):
            return None
        return row if self._is_new(entry, row) else None

    def _is_new(self, entry: Entry, row: NewsArticle) -> bool:
        own_address = row.url == entry.url or self.place.first_time(row.article_id)
        own_text = not row.text or self.place.first_time(row.content_hash)
        self.place.result.copies += not (own_address and own_text)
        return own_address and own_text

    async def _page(self, entry: Entry) -> Readable | None:
        """The page behind an entry; None if programs are asked to leave it to people."""
        try:
            await self.robots.admit(entry.url)
        except RobotsForbid:
            self.place.result.kept_from_robots += 1
            return None
        reply: Reply = await self.http.get(entry.url)
        reply.refuse_failure()
        return await in_thread(lambda: readable(reply))

    def _failed(self, what: str, error: TaskError) -> None:
        self.last_error = error
        if len(self.place.result.failures) < _NAMED_FAILURES:
            self.place.result.failures.append(f"{what[:80]}: {error}"[:140])

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


def _mentions(mention: Mention, row: NewsArticle) -> bool:
    return mention.search(f"{row.title}\n{row.text}")


def _record(ticker: str, source: NewsSource, entry: Entry, page: Readable | None) -> NewsArticle:
    """The row. Where the page has nothing readable, what the feed says of it."""
    url = page.url if page else entry.url
    text = (page.text if page else "") or entry.summary
    return NewsArticle(
        ticker=ticker,
        article_id=digest(url),
        url=url,
        source=source.name,
        title=entry.title or (page.title if page else ""),
        text=text,
        author=entry.author or (page.author if page else None),
        published=entry.published,
        content_hash=digest(text),
        raw={"text_from": "page" if page and page.text else "feed"},
    )
