"""A submission as Reddit describes it, and the row that is kept of it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from activities.sources.text import storable
from contracts.records.rows import RedditPost

BODY_LIMIT = 20_000
_SHORT = 500
_GONE = frozenset({"[deleted]", "[removed]"})


class Submission(BaseModel):
    """The fields of a `t3` thing that we use."""

    id: str
    subreddit: str
    title: str
    selftext: str = ""
    author: str | None = None
    score: int = 0
    num_comments: int = 0
    upvote_ratio: float | None = None
    link_flair_text: str | None = None
    permalink: str
    url: str | None = None
    created_utc: datetime
    is_self: bool = False
    over_18: bool = False
    removed_by_category: str | None = None
    crosspost_parent: str | None = None

    @property
    def gone(self) -> bool:
        """Whether its author or a moderator took it away."""
        if self.removed_by_category or self.selftext in _GONE:
            return True
        return self.author is None or self.author in _GONE


def to_record(post: Submission, ticker: str) -> RedditPost:
    """The row. Of a post that is gone only what Reddit still tells, without its author."""
    return RedditPost(
        ticker=ticker,
        reddit_id=post.id,
        subreddit=storable(post.subreddit, _SHORT),
        title=storable(post.title, _SHORT),
        body="" if post.selftext in _GONE else storable(post.selftext, BODY_LIMIT),
        author=None if post.gone or post.author is None else storable(post.author, _SHORT),
        score=post.score,
        num_comments=post.num_comments,
        upvote_ratio=post.upvote_ratio,
        flair=storable(post.link_flair_text, _SHORT) if post.link_flair_text else None,
        permalink=storable(post.permalink, _SHORT),
        url=storable(post.url, 2_000) if post.url else None,
        created_utc=post.created_utc,
        raw=_raw(post),
    )


def _raw(post: Submission) -> dict[str, Any]:
    raw: dict[str, Any] = {"gone": post.gone, "is_self": post.is_self, "over_18": post.over_18}
    for name in ("removed_by_category", "crosspost_parent"):
        if value := getattr(post, name):
            raw[name] = storable(value, 50)
    return raw
