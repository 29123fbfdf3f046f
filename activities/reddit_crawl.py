"""Collect the posts of subreddits that mention a ticker, page by page, so that a crash costs one page."""

import re
from datetime import datetime

from pydantic import Field

from activities.context import TaskContext, in_thread
from activities.place import Place
from activities.sources.patience import patiently
from activities.sources.reddit_client import Page, RedditClient
from activities.sources.reddit_posts import Submission, mention_of, to_record
from activities.sources.reddit_settings import RedditSettings
from contracts.errors import InvalidParams
from contracts.params.crawl import RedditCrawlParams
from contracts.records import RecordKind, RedditPost, StoreReply
from contracts.results import RedditCrawlResult

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,23}")


async def reddit_crawl(context: TaskContext, params: RedditCrawlParams) -> RedditCrawlResult:
    """Search the subreddits one after the other, newest post first, back to the start of the range.

    Reddit itself ends every search after some hundred to a thousand posts, whatever the range.

    Raises:
        TaskError: see `contracts.errors`.
    """
    subreddits = _names(params.subreddits)
    with RedditClient(RedditSettings.from_environment()) as reddit:
        crawl = _Crawl(context, params, subreddits, reddit, _Place.of(context.cursor))
        return await crawl.run()


class _Place(Place):
    """Where the crawl stands. This is the cursor."""

    subreddit: int = 0
    after: str | None = None
    page: int = 0
    result: RedditCrawlResult = Field(default_factory=RedditCrawlResult)


class _Crawl:
    """One attempt."""

    def __init__(
        self,
        context: TaskContext,
        params: RedditCrawlParams,
        subreddits: list[str],
        reddit: RedditClient,
        place: _Place,
    ) -> None:
        self._context = context
        self._ticker = params.ticker
        self._limit = params.limit
        self._start, self._end = params.date_range.bounds(context.submitted_at)
        self._subreddits = subreddits
        self._reddit = reddit
        self._place = place
        self._mention = mention_of(params.ticker)

    async def run(self) -> RedditCrawlResult:
        result = self._place.result
        while self._place.subreddit < len(self._subreddits) and result.posts_collected < self._limit:
            await self._page(self._subreddits[self._place.subreddit])
        return result

    async def _page(self, subreddit: str) -> None:
        """Fetch, store, remember, report: in this order, a lost attempt repeats at most this page."""
        page = await patiently(self._context, "Reddit", lambda: self._fetch(subreddit))
        kept = self._kept(page.posts)
        reply = StoreReply(inserted=0, duplicates=0)
        if kept:
            reply = await self._context.store(RecordKind.REDDIT_POSTS, kept)
        self._count(subreddit, kept, reply)
        self._place.page += 1
        step, percent = f"r/{subreddit} page {self._place.page}", self._percent(page)
        self._move_on(page)
        self._context.checkpoint(self._place.model_dump(mode="json"))
        collected = self._place.result.posts_collected
        self._context.progress(percent=percent, step=step, posts_collected=collected)

    async def _fetch(self, subreddit: str) -> Page:
        after = self._place.after
        return await in_thread(lambda: self._reddit.search_page(subreddit, _query(self._ticker), after))

    def _kept(self, posts: list[Submission]) -> list[RedditPost]:
        room = self._limit - self._place.result.posts_collected
        kept = {post.id: to_record(post, self._ticker) for post in posts if self._wanted(post)}
        return list(kept.values())[:room]

    def _wanted(self, post: Submission) -> bool:
        if not self._start <= post.created_utc < self._end:
            return False
        return bool(self._mention.search(f"{post.title}\n{post.selftext}"))

    def _count(self, subreddit: str, kept: list[RedditPost], reply: StoreReply) -> None:
        result = self._place.result
        result.posts_collected += len(kept)
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        result.pages += 1
        result.requests += self._reddit.allowance.taken()
        result.per_subreddit[subreddit] = result.per_subreddit.get(subreddit, 0) + len(kept)
        days = (post.created_utc.date() for post in kept)
        result.date_range_actual = result.date_range_actual.widened(*days)

    def _move_on(self, page: Page) -> None:
        """To the next page, or from the last page that can hold wanted posts to the next subreddit."""
        self._place.after = page.after
        if page.after is None or _oldest(page, self._end) < self._start:
            self._place.subreddit += 1
            self._place.after, self._place.page = None, 0

    def _percent(self, page: Page) -> float:
        """How far back in time this subreddit is, or how near the limit, whichever is further."""
        inside = (self._end - max(_oldest(page, self._end), self._start)) / (self._end - self._start)
        if page.after is None:
            inside = 1.0
        by_time = (self._place.subreddit + min(max(inside, 0.0), 1.0)) / len(self._subreddits)
        by_limit = self._place.result.posts_collected / self._limit
        return round(100 * max(by_time, by_limit), 1)


def _names(subreddits: list[str]) -> list[str]:
    """Names without `r/`, each once: Reddit does not tell upper from lower case.

    Raises:
        InvalidParams: something that cannot be a subreddit's name.
    """
    names = [name.strip().removeprefix("/").removeprefix("r/") for name in subreddits]
    for name in names:
        if not _NAME.fullmatch(name):
            raise InvalidParams(f"'{name[:50]}' is not the name of a subreddit. Use names like 'stocks'.")
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]


def _query(ticker: str) -> str:
    spellings = dict.fromkeys((ticker, ticker.replace("-", "."), ticker.replace(".", "-")))
    return " OR ".join(f'"{spelling}" OR "${spelling}"' for spelling in spellings)


def _oldest(page: Page, default: datetime) -> datetime:
    return min((post.created_utc for post in page.posts), default=default)
