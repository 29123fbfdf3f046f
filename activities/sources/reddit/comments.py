"""Comments as Reddit describes them, what stands for those that it left out, and the rows that are kept."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from activities.sources.text import storable
from contracts.errors import BadSourceReply
from contracts.records.rows import RedditComment

BODY_LIMIT = 10_000
_SHORT = 500
_GONE = frozenset({"[deleted]", "[removed]"})


class Comment(BaseModel):
    """The fields of a `t1` thing that we use."""

    id: str
    link_id: str
    parent_id: str
    subreddit: str
    body: str = ""
    author: str | None = None
    score: int = 0
    depth: int = 0
    permalink: str = ""
    created_utc: datetime
    is_submitter: bool = False

    @property
    def gone(self) -> bool:
        """Whether its author or a moderator took it away."""
        return self.author is None or self.author in _GONE or self.body in _GONE


class Thread(BaseModel):
    """Some comments of a post, in the order of reading, and the ids of others that Reddit did not send along."""

    comments: list[Comment] = Field(default_factory=list)
    more: list[str] = Field(default_factory=list)


def thread_of(things: Any) -> Thread:
    """The comments among `things`, each followed by the answers to it.

    Raises:
        BadSourceReply: these are no comments.
    """
    thread = Thread()
    try:
        left = list(reversed(things))
        while left:
            thing = left.pop()
            if thing["kind"] == "more":
                thread.more += thing["data"]["children"]
            elif thing["kind"] == "t1":
                thread.comments.append(Comment.model_validate(thing["data"]))
                # An empty text where there are none.
                answers = thing["data"].get("replies") or {"data": {"children": []}}
                left += reversed(answers["data"]["children"])
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise BadSourceReply(f"Reddit's comments could not be read ({type(error).__name__}).") from None
    return thread


def to_record(comment: Comment, ticker: str) -> RedditComment:
    """The row. Of a comment that is gone, its place in the thread is kept, without author and text."""
    kind, _, parent = comment.parent_id.partition("_")
    return RedditComment(
        ticker=ticker,
        comment_id=comment.id,
        post_id=comment.link_id.removeprefix("t3_"),
        parent_id=parent if kind == "t1" else None,
        subreddit=storable(comment.subreddit, _SHORT),
        body="" if comment.gone else storable(comment.body, BODY_LIMIT),
        author=None if comment.gone or comment.author is None else storable(comment.author, _SHORT),
        score=comment.score,
        depth=comment.depth,
        permalink=storable(comment.permalink, _SHORT),
        created_utc=comment.created_utc,
        raw={"gone": comment.gone, "is_submitter": comment.is_submitter},
    )
