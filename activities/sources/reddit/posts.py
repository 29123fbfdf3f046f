"""A submission as Reddit describes it, and the row that is kept of it."""

import html
from datetime import datetime
from typing import Any

from pydantic import Field

from activities.sources.answers import Answer
from activities.sources.reddit.gone import is_gone, is_taken_back
from activities.sources.text import storable
from activities.sources.web.html_text import html_to_text
from contracts.records.rows import RedditPost

#: More than Reddit lets anybody write.
BODY_LIMIT = 60_000
_SHORT = 500
#: Links from post to post have no host.
_SITE = "https://www.reddit.com"
#: How Reddit says that the author, or the law, took a post away, and not a moderator.
_TAKEN_BACK = frozenset({"deleted", "author", "copyright_takedown", "content_takedown"})


class _Option(Answer):
    text: str = ""


class _Poll(Answer):
    options: list[_Option] = Field(default_factory=list)


class _Picture(Answer):
    caption: str = ""


class _Gallery(Answer):
    items: list[_Picture] = Field(default_factory=list)


class Parent(Answer):
    """The post that another one repeats, whose text stands nowhere else."""

    id: str = ""
    subreddit: str = ""
    title: str = ""
    selftext: str = ""


class Submission(Answer):
    """The fields of a `t3` thing that we use."""

    id: str
    subreddit: str
    title: str
    selftext: str = ""
    #: Some answers have the text only so.
    selftext_html: str = ""
    author: str | None = None
    score: int = 0
    #: For the first minutes or hours Reddit hides it, and sends 1 or so.
    hide_score: bool = False
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
    crosspost_parent_list: list[Parent] = Field(default_factory=list)
    poll_data: _Poll | None = None
    gallery_data: _Gallery | None = None

    @property
    def own_text(self) -> str:
        """What its author wrote, without what it repeats."""
        if self.selftext or not self.selftext_html:
            return self.selftext
        # Markup that was escaped once more on its way.
        written = self.selftext_html if "<" in self.selftext_html else html.unescape(self.selftext_html)
        return html_to_text(written, BODY_LIMIT + 1)

    @property
    def gone(self) -> bool:
        """Whether its author or a moderator took it away. Of an author who left alone, the text stays."""
        return bool(self.removed_by_category) or is_gone(self.own_text) or is_gone(self.title)

    @property
    def taken_back(self) -> bool:
        """Whether its author, or the law, wants it to be forgotten: what was stored of it goes, too."""
        marked = is_taken_back(self.own_text) or is_taken_back(self.title)
        return marked or self.removed_by_category in _TAKEN_BACK

    @property
    def text(self) -> str:
        """The body, below it that of the post it repeats, the options of its poll, the words under its pictures."""
        parent = self.crosspost_parent_list[0] if self.crosspost_parent_list else None
        options = [f"- {option.text}" for option in (self.poll_data.options if self.poll_data else ()) if option.text]
        captions = [each.caption for each in (self.gallery_data.items if self.gallery_data else ()) if each.caption]
        parts = [self.own_text, parent.selftext if parent else "", "\n".join(options), "\n".join(captions)]
        return "\n\n".join(part for part in parts if part and not is_gone(part))

    @property
    def searched(self) -> str:
        """All words by which it may be about something."""
        parents = self.crosspost_parent_list[:1]
        return "\n".join([self.title, *(parent.title for parent in parents), self.text])


def to_record(post: Submission, ticker: str) -> RedditPost:
    """The row. Of a post that is gone only what Reddit still tells, without its author."""
    return RedditPost(
        ticker=ticker,
        reddit_id=post.id,
        subreddit=storable(post.subreddit, _SHORT),
        title=storable(post.title, _SHORT),
        body="" if is_gone(post.own_text) else storable(post.text, BODY_LIMIT),
        author=None if post.gone or post.author is None or is_gone(post.author) else storable(post.author, _SHORT),
        score=post.score,
        num_comments=post.num_comments,
        upvote_ratio=post.upvote_ratio,
        flair=storable(post.link_flair_text, _SHORT) if post.link_flair_text else None,
        permalink=storable(post.permalink, _SHORT),
        url=storable(_SITE + post.url if post.url.startswith("/") else post.url, 2_000) if post.url else None,
        created_utc=post.created_utc,
        raw=_raw(post),
    )


def _raw(post: Submission) -> dict[str, Any]:
    raw: dict[str, Any] = {"gone": post.gone, "is_self": post.is_self, "over_18": post.over_18}
    if post.taken_back:
        raw["taken_back"] = True
    if post.hide_score:
        raw["score_hidden"] = True
    for name in ("removed_by_category", "crosspost_parent"):
        if value := getattr(post, name):
            raw[name] = storable(value, 50)
    if post.crosspost_parent_list:
        parent = post.crosspost_parent_list[0]
        raw["crosspost"] = {name: storable(getattr(parent, name), _SHORT) for name in ("id", "subreddit", "title")}
    if len(post.text) > BODY_LIMIT:
        raw["truncated"] = True
    return raw
