"""Reads the comments of one post: what Reddit sends with the post, then, in a bounded number of requests, more."""

from collections.abc import Callable
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


async def comments_of(context: TaskContext, reddit: RedditClient, post_id: str, most: int) -> list[Comment]:
    """Up to `most` comments, the best first; none if the post is gone.

    Raises:
        TaskError: see `contracts.errors`.
    """
    try:
        thread = await _asked(context, lambda: reddit.comments(post_id, most))
    except NotFound:
        return []
    found = {comment.id: comment for comment in thread.comments}
    wanted = thread.more
    for _ in range(MOST_REQUESTS):
        if not wanted or len(found) >= most:
            break
        some, wanted = wanted[:MORE_AT_ONCE], wanted[MORE_AT_ONCE:]
        thread = await _asked(context, partial(reddit.more_comments, post_id, some))
        found |= {comment.id: comment for comment in thread.comments}
        wanted += thread.more
    return list(found.values())[:most]


async def _asked(context: TaskContext, ask: Callable[[], Thread]) -> Thread:
    return await wait_and_retry(context, "Reddit", lambda: in_thread(ask))
