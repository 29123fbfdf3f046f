"""Comments in Reddit's shapes: the tree that comes with a post, `more` for what it leaves out, what is behind that."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sandbox.reddit import replies
from sandbox.reddit.comments import Comment

#: Ids in one request for more.
MOST_AT_ONCE = 100
#: Answers that are deeper are on a page of their own ("continue this thread").
_DEEPEST_SHOWN = 9


class _Tree:
    """Who answers whom, the best answers first."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self.answers: defaultdict[str | None, list[Comment]] = defaultdict(list)
        for comment in comments:
            self.answers[comment.parent].append(comment)

    def size(self, comment: Comment) -> int:
        """It and all that is below it."""
        return 1 + sum(self.size(answer) for answer in self.answers[comment.id])


def best(comments: Sequence[Comment], limit: int) -> list[dict[str, Any]]:
    """The tree of the `limit` best comments whose parents are among them, with a `more` wherever some are missing."""
    shown: set[str | None] = {None}
    for comment in sorted(comments, key=lambda each: each.depth):
        # Parents before answers; of each depth the best first, because sorting is stable.
        if len(shown) <= limit and comment.parent in shown and comment.depth <= _DEEPEST_SHOWN:
            shown.add(comment.id)
    return _branch(_Tree(comments), None, 0, shown)


def below(comments: Sequence[Comment], id_: str) -> list[dict[str, Any]]:
    """The page of its own that "continue this thread" leads to: that comment, and nine depths of answers to it."""
    tree = _Tree(comments)
    top = next((comment for comment in comments if comment.id == id_), None)
    return [_continued(tree, top, 0)] if top else []


def _continued(tree: _Tree, comment: Comment, depth: int) -> dict[str, Any]:
    """On such a page Reddit counts depths from its first comment."""
    answers = tree.answers[comment.id]
    if depth < _DEEPEST_SHOWN:
        things = [_continued(tree, answer, depth + 1) for answer in answers]
    else:
        things = [_more(tree, answers, comment.fullname, depth + 1)] if answers else []
    thing = _thing(comment, replies.listing(things, after=None, before=None) if things else "")
    thing["data"]["depth"] = depth
    return thing


def more(comments: Sequence[Comment], ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those comments in a flat list, each followed by a `more` for the answers to it."""
    tree, wanted = _Tree(comments), set(ids)
    things: list[dict[str, Any]] = []
    for comment in comments:
        if comment.id in wanted:
            things.append(_thing(comment, ""))
            if answers := tree.answers[comment.id]:
                things.append(_more(tree, answers, comment.fullname, comment.depth + 1))
    return things


def _branch(tree: _Tree, parent: Comment | None, depth: int, shown: set[str | None]) -> list[dict[str, Any]]:
    answers = tree.answers[parent.id if parent else None]
    things = []
    for comment in answers:
        if comment.id in shown:
            below = _branch(tree, comment, depth + 1, shown)
            things.append(_thing(comment, replies.listing(below, after=None, before=None) if below else ""))
    if left_out := [comment for comment in answers if comment.id not in shown]:
        name = parent.fullname if parent else left_out[0].post.fullname
        things.append(_more(tree, left_out, name, depth))
    return things


def _more(tree: _Tree, left_out: Sequence[Comment], parent: str, depth: int) -> dict[str, Any]:
    too_deep = depth > _DEEPEST_SHOWN
    ids = [] if too_deep else [comment.id for comment in left_out]
    first = ids[0] if ids else "_"
    data = {
        "count": 0 if too_deep else sum(tree.size(comment) for comment in left_out),
        "name": f"t1_{first}",
        "id": first,
        "parent_id": parent,
        "depth": depth,
        "children": ids,
    }
    return {"kind": "more", "data": data}


def _thing(comment: Comment, answers: Any) -> dict[str, Any]:
    """A `t1` thing."""
    post = comment.post
    data = {
        "id": comment.id,
        "name": comment.fullname,
        "link_id": post.fullname,
        "parent_id": f"t1_{comment.parent}" if comment.parent else post.fullname,
        "subreddit": post.subreddit,
        "body": comment.body,
        "author": comment.author,
        "score": comment.score,
        "ups": comment.score,
        "downs": 0,
        "depth": comment.depth,
        "created": float(comment.created),
        "created_utc": float(comment.created),
        "permalink": f"/r/{post.subreddit}/comments/{post.id}/_/{comment.id}/",
        "is_submitter": comment.author == post.author,
        "edited": False,
        "distinguished": None,
        "stickied": False,
        "score_hidden": False,
        "collapsed": comment.score < 0,
        "controversiality": 0,
        "replies": answers,
    }
    return {"kind": "t1", "data": data}
