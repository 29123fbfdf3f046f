"""Finding posts: the query, the time filter, the order, one page of the result."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.reddit.posts import Post

_SECONDS = {"hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_678_400, "year": 31_622_400}
_ORDERS: dict[str, Callable[[Post], int]] = {
    "top": lambda post: post.score,
    "comments": lambda post: post.comments,
    # Nobody knows how Reddit ranks; what matters is that it is another order.
    "relevance": lambda post: int(post.ratio * 100),
}
DEFAULT_LIMIT = 25
MAX_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """A slice of a listing and the fullnames that lead to its neighbours."""

    posts: Sequence[Post]
    after: str | None
    before: str | None


def found(posts: Sequence[Post], wanted: str, order: str, period: str, now: int) -> Sequence[Post]:
    """The posts that answer a search, in the order asked for; newest first where that is no order of ours."""
    matches = query(wanted)
    since = now - _SECONDS.get(period, now)
    hits = [post for post in posts if post.created >= since and matches(post)]
    if by := _ORDERS.get(order):
        hits.sort(key=by, reverse=True)
    return hits


def query(text: str) -> Callable[[Post], bool]:
    """What a query asks for: words that must all occur, "phrases in quotes", alternatives joined by OR.

    Like Reddit's, it looks at whole words and ignores case and `$`, so it finds more than was meant.
    """
    wanted = [_all_of(alternative) for alternative in re.split(r"\s+OR\s+", text)]

    def matches(post: Post) -> bool:
        text = f"{post.title}\n{post.body}".lower()
        # Thousands of posts a search: most are told apart without the patterns, which are slow.
        return any(all(word in text and pattern.search(text) for word, pattern in words) for words in wanted)

    return matches


def _all_of(alternative: str) -> list[tuple[str, re.Pattern[str]]]:
    terms = re.findall(r'"([^"]*)"|([^\s()"]+)', alternative)
    words = [(phrase or word).lstrip("$").lower() for phrase, word in terms]
    return [(word, re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")) for word in words if word]


def page(posts: Sequence[Post], params: Mapping[str, str]) -> Page:
    """The page that `limit`, `after` and `before` ask for."""
    limit = _limit(params.get("limit", ""))
    first, end = 0, len(posts)
    if after := params.get("after"):
        first = _position(posts, after) + 1
    elif before := params.get("before"):
        end = _position(posts, before)
        first = max(end - limit, 0)
    shown = posts[first : min(first + limit, end)]
    more_below = bool(shown) and posts[-1] is not shown[-1]
    more_above = bool(shown) and first > 0
    return Page(
        posts=shown,
        after=shown[-1].fullname if more_below else None,
        before=shown[0].fullname if more_above else None,
    )


def _limit(text: str) -> int:
    return min(max(int(text), 1), MAX_LIMIT) if text.isdigit() else DEFAULT_LIMIT


def _position(posts: Sequence[Post], fullname: str) -> int:
    """Where a post stands; behind the last one if it is not in the listing."""
    return next((index for index, post in enumerate(posts) if post.fullname == fullname), len(posts))
