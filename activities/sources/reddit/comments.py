"""Comments as Reddit describes them, what stands for those that it left out, and the rows that are kept."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from activities.sources.answers import Answer
from activities.sources.reddit.gone import is_gone, is_taken_back
from activities.sources.text import storable
from contracts.errors import BadSourceReply
from contracts.records.rows import RedditComment

#: More than Reddit lets anybody write.
BODY_LIMIT = 20_000
_SHORT = 500


class Comment(Answer):
    """The fields of a `t1` thing that we use."""

    id: str
    link_id: str
    parent_id: str
    subreddit: str
    body: str = ""
    author: str | None = None
    score: int = 0
    score_hidden: bool = False
    depth: int = 0
    permalink: str = ""
    created_utc: datetime
    is_submitter: bool = False

    @property
    def gone(self) -> bool:
        """Whether its author or a moderator took it away. Of an author who left alone, the text stays."""
        return is_gone(self.body)


class Thread(BaseModel):
    """Some comments of a post, in the order of reading, and the ids of others that Reddit did not send along."""

    comments: list[Comment] = Field(default_factory=list)
    more: list[str] = Field(default_factory=list)
    #: Comments whose answers are on a page of their own ("continue this thread").
    deeper: list[str] = Field(default_factory=list)
    #: Things that were no comments one can read.
    unreadable: int = 0

    def add(self, data: Any) -> None:
        """Read a comment; one that cannot be read does not take the others with it."""
        try:
            self.comments.append(Comment.model_validate(data))
        except ValidationError:
            self.unreadable += 1


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
                children = thing["data"]["children"] or []
                thread.more += children
                parent = str(thing["data"].get("parent_id") or "")
                if not children and parent.startswith("t1_"):
                    thread.deeper.append(parent.removeprefix("t1_"))
            elif thing["kind"] == "t1":
                thread.add(thing["data"])
                # An empty text where there are none.
                answers = thing["data"].get("replies") or {"data": {"children": []}}
                left += reversed(answers["data"]["children"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BadSourceReply(f"Reddit's comments could not be read ({type(error).__name__}).") from None
    return thread


def _author(comment: Comment) -> str | None:
    is_there = comment.author is not None and not is_gone(comment.author) and not comment.gone
    return storable(comment.author or "", _SHORT) if is_there else None


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
        author=_author(comment),
        score=comment.score,
        depth=comment.depth,
        permalink=storable(comment.permalink, _SHORT),
        created_utc=comment.created_utc,
        raw={"gone": comment.gone, "is_submitter": comment.is_submitter}
        # What its author took back is to be forgotten; what a moderator removed was said nevertheless.
        | ({"taken_back": True} if is_taken_back(comment.body) else {})
        | ({"score_hidden": True} if comment.score_hidden else {}),
    )
