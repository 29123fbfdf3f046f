"""Reads the comments of one post: what Reddit sends with the post, then, in a bounded number of requests, more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from activities.context import TaskContext, in_thread
from activities.sources.reddit.client import RedditClient
from activities.sources.reddit.comments import Comment, Thread
from activities.sources.retry_waits import wait_and_retry
from contracts.errors import NotFound

#: Reddit's most per request for comments that it left out.
MORE_AT_ONCE = 100
#: Requests for such comments per post: many of them bring one or two answers only.
MOST_REQUESTS = 20


@dataclass
class Comments:
    """Of one post, the best first."""

    comments: list[Comment] = field(default_factory=list)
    #: Whether there are some, within what was asked for, that this many requests did not reach.
    cut: bool = False
    unreadable: int = 0


async def comments_of(context: TaskContext, reddit: RedditClient, post_id: str, most: int) -> Comments:
    """Up to `most` comments; none if the post is gone.

    Raises:
        TaskError: see `contracts.errors`.
    """
    reading = _Reading(context, reddit, post_id, most)
    try:
        await reading.run()
    except NotFound:
        # Taken away meanwhile: what was read before stays.
        pass
    return Comments(list(reading.found.values())[:most], reading.is_cut, reading.unreadable)


class _Reading:
    def __init__(self, context: TaskContext, reddit: RedditClient, post_id: str, most: int) -> None:
        self._context = context
        self._reddit = reddit
        self._post_id = post_id
        self._most = most
        self.found: dict[str, Comment] = {}
        self.unreadable = 0
        self._more: list[str] = []
        self._deeper: list[str] = []

    @property
    def is_cut(self) -> bool:
        return len(self.found) < self._most and bool(self._more or self._deeper)

    async def run(self) -> None:
        self._add(await self._asked(lambda: self._reddit.comments(self._post_id, self._most)))
        for _ in range(MOST_REQUESTS):
            if not self.is_cut:
                break
            if self._more:
                some, self._more = self._more[:MORE_AT_ONCE], self._more[MORE_AT_ONCE:]
                self._add(await self._asked(partial(self._reddit.more_comments, self._post_id, some)))
            else:
                await self._continue_below(self._deeper.pop(0))

    async def _continue_below(self, parent: str) -> None:
        """On the page of its own, depths are counted from the comment that it begins with."""
        thread = await self._asked(partial(self._reddit.comments, self._post_id, self._most, parent))
        above = self.found[parent].depth if parent in self.found else 0
        first = min((comment.depth for comment in thread.comments), default=0)
        for comment in thread.comments:
            comment.depth += above - first
        # Were it named again, it would be asked for without end.
        thread.deeper = [each for each in thread.deeper if each != parent]
        self._add(thread)

    def _add(self, thread: Thread) -> None:
        for comment in thread.comments:
            self.found.setdefault(comment.id, comment)
        self._more += thread.more
        self._deeper += [each for each in thread.deeper if each not in self._deeper]
        self.unreadable += thread.unreadable

    async def _asked(self, ask: Callable[[], Thread]) -> Thread:
        return await wait_and_retry(self._context, "Reddit", lambda: in_thread(ask))
