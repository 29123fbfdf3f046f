"""Collect the posts of X that match a query, page by page, newest first. X's recent search has seven days only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from activities.context import TaskContext
from activities.cursors import Place
from activities.sources.retry_waits import wait_and_retry
from activities.sources.x.client import LARGEST_PAGE, SMALLEST_PAGE, Search, SearchRejected, XClient
from activities.sources.x.posts import Tweet, XPage, to_record
from activities.sources.x.settings import XSettings
from contracts.errors import InvalidParams
from contracts.params.crawl import TwitterCrawlParams
from contracts.records.exchange import StoreReply
from contracts.records.rows import RecordKind, SocialPost
from contracts.tasks.results import TwitterCrawlResult
from contracts.tickers.spelling import dotted

#: How far back recent search reaches, counted from the request.
REACH = timedelta(days=7)
#: Time from submission to request for which a start at the edge of the reach is still good.
START_MARGIN = timedelta(seconds=30)
#: X refuses an end within ten seconds of the request.
END_MARGIN = timedelta(seconds=15)
_SECOND = timedelta(seconds=1)
#: Edited posts that are remembered, the last ones: a post can be edited for an hour.
_EDITED = 100


async def twitter_crawl(context: TaskContext, params: TwitterCrawlParams) -> TwitterCrawlResult:
    """Search X, back to the start of the range or as far as X reaches.

    Raises:
        TaskError: see `contracts.errors`.
    """
    settings = XSettings.from_environment()
    async with XClient(settings) as x:
        crawl = _Crawl(
            context, params, x, settings, _Window.of(params, context.submitted_at), _Place.of(context.cursor)
        )
        return await crawl.run()


@dataclass(frozen=True)
class _Window:
    """What is searched; the same for every attempt."""

    start: datetime
    end: datetime
    left_out: str | None

    @classmethod
    def of(cls, params: TwitterCrawlParams, submitted_at: datetime) -> "_Window":
        """The part of the range that X can search, and what is left out of it."""
        start, end = params.date_range.bounds(submitted_at)
        reach = submitted_at - REACH
        left_out = None
        if start < reach:
            left_out = f"X searches 7 days back: posts before {reach:%Y-%m-%d %H:%M} UTC were left out."
        return cls(max(start, reach + START_MARGIN), min(end, submitted_at - END_MARGIN), left_out)


class _Place(Place):
    """Where the crawl stands. This is the cursor."""

    next_token: str | None = None
    #: The oldest post so far: id and time.
    oldest: tuple[int, AwareDatetime] | None = None
    oldest_kept: AwareDatetime | None = None
    #: Of edited posts that were found: first id and that of the edit.
    edited: dict[str, str] = Field(default_factory=dict)
    #: Post below which the search was begun anew, if it was.
    restarted_below: tuple[int, AwareDatetime] | None = None
    #: Whether X no longer takes the start of the window.
    without_start: bool = False
    done: bool = False
    result: TwitterCrawlResult = Field(default_factory=TwitterCrawlResult)

    def knows_later(self, tweet: Tweet) -> bool:
        """Whether a page before had a later edit of it."""
        return int(tweet.id) < int(self.edited.get(tweet.first_id, "0"))

    def note_edits(self, page: XPage) -> None:
        """Remember what was edited."""
        found = {each.first_id: each.id for each in page.tweets if each.earlier_ids and not self.knows_later(each)}
        self.edited = dict([*(self.edited | found).items()][-_EDITED:])

    def recovers(self, refused: frozenset[str]) -> bool:
        """Begin anew below the oldest post, if that helps against what X refuses after a long pause."""
        if "next_token" in refused and self.next_token is not None:
            pass
        elif "start_time" in refused and not self.without_start:
            self.without_start = True
        else:
            return False
        self.next_token, self.restarted_below = None, self.oldest
        return True


@dataclass
class _Crawl:
    """One attempt."""

    context: TaskContext
    params: TwitterCrawlParams
    x: XClient
    settings: XSettings
    window: _Window
    place: _Place

    async def run(self) -> TwitterCrawlResult:
        """The rest of the crawl, from its place on."""
        result = self.place.result
        if self.window.left_out:
            result.left_out = result.left_out or self.window.left_out
            self.context.progress(step=result.left_out)
        while self.window.start < self._end() and not self.place.done and self._room() > 0:
            await self._page()
        if not self.place.done and self._room() <= 0:
            result.reached_back_to = self.place.oldest_kept
        elif self.window.left_out:
            result.reached_back_to = self.window.start
        return result

    def _room(self) -> int:
        return self.params.limit - self.place.result.posts_collected

    def _end(self) -> datetime:
        """Of the second in which the search was begun anew, other posts may still be missing."""
        if self.place.restarted_below is None:
            return self.window.end
        return min(self.place.restarted_below[1].replace(microsecond=0) + _SECOND, self.window.end)

    async def _page(self) -> None:
        """Fetch, store, remember, report: in this order, a lost attempt repeats at most this page."""
        page = await self._fetched()
        self._count_paid(page)
        kept = self._kept(page)
        reply = StoreReply(inserted=0, duplicates=0)
        if kept:
            reply = await self._stored(kept)
        self._count(kept, reply)
        self.place.result.posts_unreadable += page.unreadable
        self._move_on(page)
        self.context.checkpoint(self.place.model_dump(mode="json"))
        result = self.place.result
        step = f"page {result.pages} ({result.posts_collected} posts)"
        self.context.progress(percent=self._percent(), step=step, posts_collected=result.posts_collected)

    async def _stored(self, kept: list[SocialPost]) -> StoreReply:
        try:
            return await self.context.store(RecordKind.SOCIAL_POSTS, kept)
        except Exception:
            # What was paid for is not forgotten because it was of no use.
            self.context.checkpoint(self.place.model_dump(mode="json"))
            raise

    async def _fetched(self) -> XPage:
        while True:
            try:
                return await wait_and_retry(self.context, "X", lambda: self.x.page(self._search()))
            except SearchRejected as rejected:
                if not self.place.recovers(rejected.parameters):
                    raise InvalidParams(str(rejected)) from None
                self._say_restarted()

    def _say_restarted(self) -> None:
        if self.place.without_start:
            since = f"{self.window.start:%Y-%m-%d %H:%M} UTC"
            self.place.result.left_out = f"X searches 7 days back from each request: not all since {since} was found."
        self.context.progress(step="X does not take the place where it stood, searching on below the oldest post")

    def _search(self) -> Search:
        return Search(
            query=self.params.query or _cashtag(self.params.ticker),
            start=None if self.place.without_start else self.window.start,
            end=self._end(),
            page_size=min(max(self._room(), SMALLEST_PAGE), LARGEST_PAGE),
            next_token=self.place.next_token,
        )

    def _kept(self, page: XPage) -> list[SocialPost]:
        wanted: dict[str, Tweet] = {}
        for tweet in filter(self._wanted, page.tweets):
            known = wanted.get(tweet.first_id)
            if known is None or int(tweet.id) > int(known.id):
                wanted[tweet.first_id] = tweet
        rows = [to_record(tweet, page, self.params.ticker) for tweet in wanted.values()]
        return rows[: self._room()]

    def _wanted(self, tweet: Tweet) -> bool:
        below = self.place.restarted_below
        if self.place.knows_later(tweet):
            return False
        return tweet.created_at >= self.window.start and (below is None or int(tweet.id) < below[0])

    def _count(self, kept: list[SocialPost], reply: StoreReply) -> None:
        result = self.place.result
        result.posts_collected += len(kept)
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        result.pages += 1
        result.requests += self.x.allowance.taken()
        times = [post.created_utc for post in kept]
        self.place.oldest_kept = min([*times, *filter(None, [self.place.oldest_kept])], default=None)
        days = (post.created_utc.date() for post in kept)
        result.date_range_actual = result.date_range_actual.widened(*days)

    def _count_paid(self, page: XPage) -> None:
        """X is paid by what it sends, wanted or not: posts, their originals and authors."""
        result = self.place.result
        posts, users = len(page.data) + len(page.includes.tweets), len(page.includes.users)
        result.cost.add(posts, users, self.settings.usd(posts, users))

    def _move_on(self, page: XPage) -> None:
        seen = [(int(tweet.id), tweet.created_at) for tweet in page.tweets]
        self.place.oldest = min([*seen, *([self.place.oldest] if self.place.oldest else [])], default=None)
        self.place.note_edits(page)
        self.place.next_token = page.meta.next_token
        self.place.done = page.meta.next_token is None

    def _percent(self) -> float:
        """How far back in time, or how near the limit, whichever is further."""
        window, oldest = self.window, self.place.oldest
        by_time = 0.0 if oldest is None else (window.end - oldest[1]) / (window.end - window.start)
        by_limit = self.place.result.posts_collected / self.params.limit
        return 100.0 if self.place.done else round(100 * min(max(by_time, by_limit, 0.0), 1.0), 1)


def _cashtag(ticker: str) -> str:
    """The default query."""
    return f"${dotted(ticker)} -is:retweet"
