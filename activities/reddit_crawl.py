"""Collect the posts of subreddits that mention a ticker, page by page, so that a crash costs one page."""

import re
from collections.abc import Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from activities.context import TaskContext, in_thread
from activities.cursors import Place
from activities.sources.reddit.client import Page, RedditClient, SubredditRefused
from activities.sources.reddit.comments import to_record as comment_record
from activities.sources.reddit.listings import MOST_PAGES, PROBE_AT, SURELY_WHOLE, Listing, listings
from activities.sources.reddit.posts import Submission, to_record
from activities.sources.reddit.settings import RedditSettings
from activities.sources.reddit.threads import comments_of
from activities.sources.retry_waits import wait_and_retry
from activities.sources.seen_ids import Seen
from contracts.errors import CredentialsRefused, InvalidParams, NotFound, TaskError
from contracts.params.crawl import RedditCrawlParams
from contracts.records.exchange import StoreReply
from contracts.records.rows import Record, RecordKind
from contracts.tasks.results import RedditCrawlResult
from contracts.tickers.mentions import mention_of
from contracts.tickers.spelling import spellings

#: Rows in one delivery.
_DELIVERY = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,23}")


async def reddit_crawl(context: TaskContext, params: RedditCrawlParams) -> RedditCrawlResult:
    """Read the subreddits one after the other, newest post first, back to the start of the range.

    Where Reddit ends its listing before that, older posts are looked for in other orders, and the result says that
    it is not complete.

    Raises:
        TaskError: see `contracts.errors`.
    """
    subreddits = _names(params.subreddits)
    with RedditClient(RedditSettings.from_environment()) as reddit:
        crawl = _Crawl(context, params, subreddits, reddit, _Place.of(context.cursor))
        return await crawl.run()


class _Cut(BaseModel):
    """A subreddit that has more posts than its share, and down to where they are kept."""

    subreddit: str
    reached: AwareDatetime


class _Place(Place):
    """Where the crawl stands. This is the cursor."""

    subreddit: int = 0
    #: Which of the subreddit's listings, where in it, and how many posts of it are behind.
    listing: int = 0
    after: str | None = None
    page: int = 0
    listed: int = 0
    #: From here on every post of the subreddit was seen; None: none was.
    reached: AwareDatetime | None = None
    #: Posts that were found below that, see `Seen`.
    seen: str = ""
    #: How many posts of this subreddit may be kept, once that is decided, and how many were.
    share: int | None = None
    taken: int = 0
    #: They get what others leave of the limit, the first one first; noted as incomplete if nothing is left.
    cut: list[_Cut] = Field(default_factory=list)
    #: Posts whose comments are still to be read.
    waiting: list[str] = Field(default_factory=list)
    result: RedditCrawlResult = Field(default_factory=RedditCrawlResult)

    def next_listing(self) -> None:
        self.listing += 1
        self.after, self.page, self.listed = None, 0, 0

    def next_subreddit(self, of: int) -> None:
        """``of``: how many there are; those that were cut follow them."""
        if self.subreddit >= of:
            del self.cut[0]
        self.subreddit = min(self.subreddit + 1, of)
        self.listing, self.after, self.page, self.listed = 0, None, 0, 0
        self.reached, self.seen = None, ""
        self.share, self.taken = None, 0


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
        self._params = params
        self._start, self._end = params.date_range.bounds(context.submitted_at)
        self._subreddits = subreddits
        self._reddit = reddit
        self._place = place
        self._mention = mention_of(params.ticker)

    async def run(self) -> RedditCrawlResult:
        place, result = self._place, self._place.result
        if self._params.order == "best" and not place.subreddit:
            await self._best()
        while place.waiting or self._subreddit is not None:
            if place.waiting:
                await self._comments(place.waiting[0])
            elif self._room() > 0:
                await self._page_if_open(self._subreddit or "")
            else:
                self._cut(self._subreddit or "")
        for cut in place.cut:
            self._note_incomplete(cut.reached)
        return result

    @property
    def _subreddit(self) -> str | None:
        """The one that is read now: each in its turn, then those that were cut, while the limit leaves something."""
        place = self._place
        if place.subreddit < len(self._subreddits):
            return self._subreddits[place.subreddit]
        return place.cut[0].subreddit if place.cut and self._left() > 0 else None

    @property
    def _until(self) -> datetime:
        """What is newer is kept already."""
        place = self._place
        again = place.subreddit >= len(self._subreddits) and place.cut
        return min(place.cut[0].reached, self._end) if again else self._end

    def _left(self) -> int:
        return self._params.limit - self._place.result.posts_collected

    def _cut(self, subreddit: str) -> None:
        """Its share is used up."""
        place = self._place
        reached = self._until if place.reached is None else place.reached
        if place.listing:
            # What was found in other orders cannot be told from what was not.
            self._note_incomplete(reached)
        else:
            place.cut.append(_Cut(subreddit=subreddit, reached=reached))
        self._next_subreddit()

    def _next_subreddit(self) -> None:
        self._place.next_subreddit(len(self._subreddits))

    async def _best(self) -> None:
        """Look at the best posts of every subreddit, then keep the best of all: few requests, so all in one step."""
        found: dict[str, Submission] = {}
        # Posts name their own subreddit, also where r/all or r/popular was asked for.
        found_in: dict[str, str] = {}
        for subreddit in self._subreddits:
            try:
                for post in await self._best_of(subreddit):
                    found[post.id] = post
                    found_in.setdefault(post.id, subreddit)
            except (NotFound, SubredditRefused) as error:
                self._go_on_without(subreddit, error)
        best = sorted(found.values(), key=lambda post: (-post.score, post.id))[: self._params.limit]
        for first in range(0, len(best), _DELIVERY):
            some = best[first : first + _DELIVERY]
            self._count_rows(
                await self._store(RecordKind.REDDIT_POSTS, [to_record(p, self._params.ticker) for p in some])
            )
        for subreddit in self._subreddits:
            self._count(subreddit, [post for post in best if found_in[post.id] == subreddit])
        self._place.subreddit = len(self._subreddits)
        if self._params.comments:
            self._place.waiting = [post.id for post in best if post.num_comments]
        self._remember(f"the best {len(best)} posts")

    async def _best_of(self, subreddit: str) -> list[Submission]:
        listing = Listing("search", "top", listings(None, self._start, self._context.submitted_at)[-1].period)
        kept: list[Submission] = []
        after, listed = None, 0
        for _ in range(MOST_PAGES):
            page = await self._asked(subreddit, listing, after)
            self._place.result.unreadable += page.unreadable
            listed, after = listed + len(page.posts), page.after
            inside = [post for post in page.posts if self._is_in_range(post)]
            kept += [post for post in inside if self._wanted(post)]
            self._place.result.not_about_ticker += sum(not self._wanted(post) for post in inside)
            if after is None or len(kept) >= self._params.limit:
                break
        if len(kept) < self._params.limit and listed >= SURELY_WHOLE:
            # Reddit ends its listings early; what is behind has a lower score than all that was seen.
            self._note_incomplete(self._end)
        return kept

    def _go_on_without(self, subreddit: str, error: TaskError) -> None:
        """Name a subreddit that cannot be read; if that holds for all of them, the task fails."""
        closed = self._place.result.unreadable_subreddits
        if len(closed) == len(self._subreddits) - 1:
            told = NotFound if isinstance(error, NotFound) else CredentialsRefused
            raise told(str(error)) from None
        closed[subreddit] = str(error)[:200]
        self._place.result.complete = False

    def _room(self) -> int:
        """How many more posts of this subreddit: its share of what the limit leaves, each of the rest the same."""
        place = self._place
        if place.share is None:
            others = len(self._subreddits) - place.subreddit or len(place.cut)
            place.share = -(-self._left() // max(others, 1))
        return place.share - place.taken

    async def _page_if_open(self, subreddit: str) -> None:
        """A subreddit that cannot be read is named, and the others are read; if none can be, that is told."""
        try:
            await self._page(subreddit)
        except (NotFound, SubredditRefused) as error:
            self._go_on_without(subreddit, error)
            self._next_subreddit()
            self._remember(f"r/{subreddit} cannot be read, going on without it")

    async def _page(self, subreddit: str) -> None:
        """Fetch, store, remember, report: in this order, a lost attempt repeats at most this page."""
        listing = self._listings()[self._place.listing]
        page = await self._asked(subreddit, listing, self._place.after)
        fresh, again = self._kept(page.posts)
        self._count_left_out(page, listing)
        rows = [to_record(post, self._params.ticker) for post in (*fresh, *again)]
        self._count_rows(await self._store(RecordKind.REDDIT_POSTS, rows))
        self._count(subreddit, fresh)
        if self._params.comments:
            self._place.waiting = [post.id for post in fresh if post.num_comments]
        self._place.page += 1
        step = f"r/{subreddit}{listing.name} page {self._place.page}"
        self._move_on(page, listing, fresh)
        self._remember(step)

    async def _comments(self, post_id: str) -> None:
        """The comments of one post: a lost attempt repeats at most these."""
        thread = await comments_of(self._context, self._reddit, post_id, self._params.comments)
        self._place.result.comments_cut += thread.cut
        self._place.result.unreadable += thread.unreadable
        rows = [comment_record(comment, self._params.ticker) for comment in thread.comments]
        self._count_rows(await self._store(RecordKind.REDDIT_COMMENTS, rows))
        self._place.result.comments_collected += len(rows)
        self._place.waiting = self._place.waiting[1:]
        self._remember(f"comments ({len(self._place.waiting)} posts of this page are left)")

    async def _store(self, kind: RecordKind, rows: Sequence[Record]) -> StoreReply:
        return await self._context.store(kind, rows) if rows else StoreReply(inserted=0, duplicates=0)

    def _remember(self, step: str) -> None:
        result = self._place.result
        self._context.checkpoint(self._place.model_dump(mode="json"))
        counts = {"posts_collected": result.posts_collected}
        if self._params.comments:
            counts["comments_collected"] = result.comments_collected
        self._context.progress(percent=self._percent(), step=step, **counts)

    def _listings(self) -> Sequence[Listing]:
        reached = self._place.reached and min(self._place.reached, self._end)
        return listings(reached, self._start, self._context.submitted_at)

    async def _asked(self, subreddit: str, listing: Listing, after: str | None) -> Page:
        query = _query(self._params.ticker)

        async def fetch() -> Page:
            return await in_thread(lambda: self._reddit.page(subreddit, listing, query, after))

        return await wait_and_retry(self._context, "Reddit", fetch)

    def _kept(self, posts: list[Submission]) -> tuple[list[Submission], list[Submission]]:
        """The posts of a page that are new to this crawl, within its limit, and those that it has found before."""
        seen = Seen(self._place.seen)
        here = [post for post in posts if not self._is_read_elsewhere(post)]
        wanted = list({post.id: post for post in here if self._wanted(post)}.values())
        fresh = [post for post in wanted if post.id not in seen]
        return fresh[: self._room()], [post for post in wanted if post.id in seen]

    def _wanted(self, post: Submission) -> bool:
        # Above `reached` nothing new can come, except in the first listing, which moves it.
        until = self._place.reached if self._place.listing else None
        if until is not None and post.created_utc > until:
            return False
        return self._is_in_range(post) and self._mention.search(post.searched, found_by_source=True)

    def _is_read_elsewhere(self, post: Submission) -> bool:
        """Whether r/all has it from a subreddit that was asked for as well."""
        own, others = post.subreddit.lower(), [name.lower() for name in self._subreddits]
        return own in others and own != (self._subreddit or "").lower()

    def _is_in_range(self, post: Submission) -> bool:
        return self._start <= post.created_utc < self._until

    def _count_left_out(self, page: Page, listing: Listing) -> None:
        """What Reddit found for the ticker by time, once, and what is no post at all."""
        result = self._place.result
        result.unreadable += page.unreadable
        if listing.path == "search" and listing.by_time:
            inside = [post for post in page.posts if self._is_in_range(post)]
            result.not_about_ticker += sum(not self._wanted(post) for post in inside)

    def _count(self, subreddit: str, kept: list[Submission]) -> None:
        result = self._place.result
        result.posts_collected += len(kept)
        self._place.taken += len(kept)
        result.pages += 1
        result.per_subreddit[subreddit] = result.per_subreddit.get(subreddit, 0) + len(kept)
        days = (post.created_utc.date() for post in kept)
        result.date_range_actual = result.date_range_actual.widened(*days)

    def _count_rows(self, reply: StoreReply) -> None:
        result = self._place.result
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        result.requests += self._reddit.allowance.taken()

    def _move_on(self, page: Page, listing: Listing, fresh: list[Submission]) -> None:
        """To the next page, to the next listing if this one has told all it can, or to the next subreddit."""
        place = self._place
        place.after, place.listed = page.after, place.listed + len(page.posts)
        if listing.by_time:
            place.reached = self._reached(page, fresh)
        if self._room() > 0 and self._all_seen(page):
            self._next_subreddit()
            return
        ended = page.after is None or place.page >= MOST_PAGES
        if place.listing or ended:
            # Where one listing ends another may begin, with the same post.
            place.seen = Seen(place.seen).add(*(post.id for post in fresh)).text
        if ended or (place.listing == PROBE_AT and self._older(page)):
            place.next_listing()
        if place.listing == len(self._listings()):
            self._note_incomplete(place.reached or self._end)
            self._next_subreddit()

    def _all_seen(self, page: Page) -> bool:
        """Whether there can be no more wanted posts in this subreddit."""
        place = self._place
        if place.reached is not None and place.reached <= self._start:
            return True
        ended = page.after is None and not self._older(page)
        return ended and (place.listing == PROBE_AT or (place.listing == 0 and place.listed < SURELY_WHOLE))

    def _older(self, page: Page) -> bool:
        """Whether the page has posts that the listing by time did not show."""
        reached = self._place.reached
        return reached is not None and any(post.created_utc < reached for post in page.posts)

    def _reached(self, page: Page, fresh: list[Submission]) -> datetime:
        """Down to where every post was seen: no further than the limit of posts allowed."""
        seen = [post.created_utc for post in (page.posts if self._room() > 0 else fresh)]
        if self._place.reached is not None:
            seen.append(self._place.reached)
        return min(seen, default=self._end)

    def _note_incomplete(self, reached: datetime) -> None:
        result = self._place.result
        result.complete = False
        result.reached_back_to = max(min(reached, self._end), result.reached_back_to or self._start)

    def _percent(self) -> float:
        """How far back in time this subreddit is, or how near the limit, whichever is further."""
        reached = self._place.reached or self._end
        inside = (self._end - max(reached, self._start)) / (self._end - self._start)
        by_time = (self._place.subreddit + min(max(inside, 0.0), 1.0)) / len(self._subreddits)
        by_limit = self._place.result.posts_collected / self._params.limit
        return round(100 * min(max(by_time, by_limit), 1.0), 1)


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
    return " OR ".join(f'"{spelling}" OR "${spelling}"' for spelling in spellings(ticker))
