"""A page of posts as X describes it, and the rows that are kept of it."""

import html
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from activities.sources.text import storable
from contracts.records.rows import SocialPost

TEXT_LIMIT = 20_000
_SHORT = 100


class _Metrics(BaseModel):
    like_count: int = 0
    retweet_count: int = 0
    reply_count: int = 0
    quote_count: int = 0


class _Reference(BaseModel):
    type: str
    id: str


class Tweet(BaseModel):
    """The fields of a post that we use."""

    id: str = Field(pattern=r"^[0-9]{1,20}$")
    text: str
    created_at: AwareDatetime
    author_id: str | None = None
    lang: str | None = None
    public_metrics: _Metrics = Field(default_factory=_Metrics)
    referenced_tweets: list[_Reference] = Field(default_factory=list)


class _User(BaseModel):
    id: str
    username: str


class _Includes(BaseModel):
    users: list[_User] = Field(default_factory=list)


class _Meta(BaseModel):
    #: Absent on the last page.
    next_token: str | None = None


class XPage(BaseModel):
    """One page of a search, newest post first. Authors who are gone are missing among its users."""

    data: list[Tweet] = Field(default_factory=list)
    includes: _Includes = Field(default_factory=_Includes)
    meta: _Meta

    def usernames(self) -> dict[str, str]:
        """Author id -> handle."""
        return {user.id: user.username for user in self.includes.users}


def to_record(tweet: Tweet, usernames: dict[str, str], ticker: str) -> SocialPost:
    """The row of a post; without a handle if its author is gone."""
    username = usernames.get(tweet.author_id or "")
    return SocialPost(
        ticker=ticker,
        post_id=tweet.id,
        author_id=storable(tweet.author_id, _SHORT) if tweet.author_id else None,
        author=storable(username, _SHORT) if username else None,
        # X escapes `&`, `<` and `>`.
        text=storable(html.unescape(tweet.text), TEXT_LIMIT),
        lang=storable(tweet.lang, _SHORT) if tweet.lang else None,
        likes=tweet.public_metrics.like_count,
        reposts=tweet.public_metrics.retweet_count,
        replies=tweet.public_metrics.reply_count,
        quotes=tweet.public_metrics.quote_count,
        url=f"https://x.com/i/web/status/{tweet.id}",
        created_utc=tweet.created_at,
        raw=_raw(tweet),
    )


def _raw(tweet: Tweet) -> dict[str, Any]:
    references = [
        {"type": storable(reference.type, _SHORT), "id": storable(reference.id, _SHORT)}
        for reference in tweet.referenced_tweets[:10]
    ]
    return {"referenced_tweets": references} if references else {}
